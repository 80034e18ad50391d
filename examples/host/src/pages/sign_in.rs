//! The demo's way in: choose who you are. A host that people rely on asks an identity provider here,
//! and goes on just the same.

use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::SignedCookieJar;
use bailiwick::agency::AgencyCommand;
use bailiwick::{Account, Actor, Agency, Command, Status, User};
use maud::{Markup, html};
use serde::Deserialize;

use crate::App;
use crate::demo::{self, Candidate};
use crate::desk::{Asked, commit, follow};
use crate::failure::Failure;
use crate::guard::Visitor;
use crate::input::{Nothing, Plain};
use crate::pages::{layout, shown};
use crate::session::{Person, Session};

/// Who signs in: the document of a [`Person`].
#[derive(Deserialize)]
pub struct SignIn {
    who: String,
}

/// No fields.
#[derive(Deserialize)]
pub struct Empty {}

/// `GET /`
///
/// # Errors
///
/// None.
pub async fn first(visitor: Visitor, _: Nothing) -> Result<Redirect, Failure> {
    let session = visitor.cookies.session(&visitor.app);
    Ok(Redirect::to(match session.map(|(session, _)| session.who) {
        None => "/sign-in",
        Some(Person::User { .. }) => "/home",
        Some(Person::Principal(_)) => "/agency",
    }))
}

/// `GET /sign-in`
///
/// # Errors
///
/// The store does not answer.
pub async fn page(visitor: Visitor, _: Nothing) -> Result<Markup, Failure> {
    let places = demo::people(&visitor.app).await?;
    Ok(layout(
        None,
        "Sign in",
        &html! {
            p { "This is a demo: choose who you are. A real host asks an identity provider." }
            form method="post" action="/sign-in" {
                @for (place, people) in &places {
                    h2 { (place) }
                    ul.people { @for one in people { li { (person(one)) } } }
                }
            }
        },
    ))
}

fn person(one: &Candidate) -> Markup {
    let document = serde_json::to_string(&one.who).unwrap_or_default();
    html! {
        button.person name="who" value=(document) {
            strong { (shown(&one.name)) } " " span.quiet { (one.what) }
        }
    }
}

/// `POST /sign-in`
///
/// # Errors
///
/// Nobody by that name, or nobody who may sign in: someone suspended, say.
pub async fn sign_in(
    visitor: Visitor,
    Plain(SignIn { who }): Plain<SignIn>,
) -> Result<Response, Failure> {
    let who: Person = serde_json::from_str(&who)?;
    let began = enter(&visitor.app, &who).await?;
    let session = Session::begin(who, began)?;
    let jar = visitor.cookies.with_session(&session).into_jar();
    Ok((jar, Redirect::to("/")).into_response())
}

/// `POST /sign-out`
///
/// # Errors
///
/// None.
pub async fn sign_out(
    visitor: Visitor,
    _: Plain<Empty>,
) -> Result<(SignedCookieJar, Redirect), Failure> {
    Ok((visitor.cookies.without_session().into_jar(), Redirect::to("/sign-in")))
}

/// Notes that someone signs in: for the first time by accepting their invitation (USR-3). The
/// revision at which it is noted is where their session begins.
async fn enter(app: &App, who: &Person) -> Result<u64, Failure> {
    let nobody = || Failure::NotFound("such person".to_owned());
    let asked = |user: &User| Asked { command: command(user), reason: None, key: None };
    match who {
        Person::User { agency: None, account, user } => {
            let (live, view) = follow::<Account>(app, account.as_str(), 0).await?;
            let user = view.account().user(user.as_str()).ok_or_else(nobody)?;
            let done = commit(app, &live, &Actor::Host, asked(user), None).await?;
            Ok(done.revision)
        }
        Person::User { agency: Some(agency), account, user } => {
            let (live, view) = follow::<Agency>(app, agency.as_str(), 0).await?;
            let subaccount = view.agency().subaccount(account.as_str()).ok_or_else(nobody)?;
            let user = subaccount.user(user.as_str()).ok_or_else(nobody)?;
            let within =
                asked(user).map(|command| AgencyCommand::within(account.as_str(), command));
            let done = commit(app, &live, &Actor::Host, within, None).await?;
            Ok(done.revision)
        }
        Person::Principal(agency) => {
            let (_, view) = follow::<Agency>(app, agency.as_str(), 0).await?;
            Ok(view.revision())
        }
    }
}

fn command(user: &User) -> Command {
    let id = user.id().as_str();
    match (user.status(), user.invitation()) {
        // The generation stands in the link that was sent: an older one is void (USR-12).
        (Status::Invited, Some(invitation)) => {
            Command::accept_generation(id, invitation.generation())
        }
        (Status::Invited, None) => Command::accept(id),
        _ => Command::sign_in(id),
    }
}
