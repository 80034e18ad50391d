//! The one road of every change: a command is shown with what it would do, and done if that is still
//! what it does. Nothing is kept between the two requests: the page carries the command, the digest
//! of what it showed, and a key by which the command is done once.

use axum::response::Redirect;
use bailiwick::document::Document;
use bailiwick::ledger::Digest;
use maud::Markup;
use serde::{Deserialize, Serialize};

use crate::asks::Asks;
use crate::desk::{Asked, Place};
use crate::failure::{Failure, Proposal, Terms};
use crate::guard::Allowed;
use crate::input::Form;
use crate::pages;
use crate::secret::nonce;

/// A choice that was made on a page.
#[derive(Deserialize)]
pub struct Choose {
    command: String,
    back: Back,
}

/// What was shown, and is to be done.
#[derive(Deserialize)]
pub struct Confirm {
    command: String,
    shown: String,
    key: String,
    #[serde(default)]
    reason: String,
    back: Back,
}

/// A page of this host.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct Back(String);

impl From<String> for Back {
    /// Anything else leads home: no form sends people to another site.
    fn from(given: String) -> Self {
        let is_own = given.starts_with('/')
            && !given.starts_with("//")
            && !given.contains(|letter: char| letter.is_control() || letter == '\\');
        Self(if is_own { given } else { "/".to_owned() })
    }
}

/// Shows what a choice would do.
///
/// # Errors
///
/// What is no command, and a refusal.
pub async fn preview<A: Asks>(
    desk: Allowed<A>,
    Form(Choose { command, back }): Form<Choose>,
) -> Result<Markup, Failure> {
    let read = read(&*desk, &command)?;
    show(&desk, command, read, back)
}

/// Shows what a command would do that was made from the fields of a form.
pub(crate) fn propose<A: Asks>(
    desk: &Allowed<A>,
    command: <A::Desk as Place>::Command,
    back: Back,
) -> Result<Markup, Failure>
where
    <A::Desk as Place>::Command: Serialize,
{
    let text = serde_json::to_string(&command)?;
    show(desk, text, command, back)
}

fn show<A: Asks>(
    desk: &Allowed<A>,
    text: String,
    command: <A::Desk as Place>::Command,
    back: Back,
) -> Result<Markup, Failure> {
    let forecast = desk.preview(Asked { command, reason: None, key: None })?;
    let terms = Terms { command: text, key: nonce()?, back: back.0, reason: String::new() };
    let proposal = Proposal { forecast, terms };
    Ok(desk.page("Review the change", &pages::proposal(desk.chrome(), &proposal)))
}

/// Does what was shown, if it would still have that effect.
///
/// # Errors
///
/// A refusal, and another effect, which is then shown.
pub async fn commit<A: Asks>(
    desk: Allowed<A>,
    Form(Confirm { command: text, shown, key, reason, back }): Form<Confirm>,
) -> Result<(axum_extra::extract::cookie::SignedCookieJar, Redirect), Failure> {
    let command = read(&*desk, &text)?;
    let shown: Digest = shown.parse().map_err(|error| Failure::Invalid(format!("{error}")))?;
    let given = (!reason.trim().is_empty()).then(|| reason.clone());
    let asked = Asked { command, reason: given, key: Some(key.clone()) };
    let done = desk.commit(asked, Some(&shown)).await.map_err(|failure| match failure {
        Failure::Stale(proposal) => {
            let terms = Terms { command: text, key, back: back.0.clone(), reason };
            Failure::Stale(Box::new(Proposal { terms, ..*proposal }))
        }
        failure => failure,
    })?;
    let note = match done.outcome {
        "accepted" => format!("Saved as change {}.", done.revision),
        "already_done" => format!("That was done already, as change {}.", done.revision),
        _ => "Nothing had to change.".to_owned(),
    };
    Ok((desk.seen(done.revision, Some(note)).into_jar(), Redirect::to(&back.0)))
}

fn read<P: Place>(desk: &P, command: &str) -> Result<P::Command, Failure> {
    let document: Document = serde_json::from_str(command)?;
    Ok(desk.read(&document)?)
}
