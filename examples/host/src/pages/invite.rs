//! What is typed about people: an invitation, another address.

use bailiwick::error::IdError;
use bailiwick::{Command, Invite};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::SeesUsers;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::Form;
use crate::pages::users::{Offered, typed};
use crate::pages::{Chrome, shown};
use crate::road::{self, Back};

/// Whom to invite.
#[derive(Deserialize)]
pub struct Invitation {
    email: String,
    #[serde(default)]
    admin: String,
    #[serde(default)]
    template: String,
    back: Back,
}

/// Where mail goes from now on.
#[derive(Deserialize)]
pub struct Address {
    user: String,
    email: String,
    back: Back,
}

/// The form, if whoever looks may invite; why not, if they only cannot now.
pub(crate) fn section(desk: &Desk, chrome: &Chrome) -> Markup {
    let anyone = Invite::new(free_id(desk, "someone"), "nobody@invitation.invalid");
    let admin = Command::from(anyone.clone().admin());
    let fields = html! {
        div { label for="email" { "Email" }
            input id="email" name="email" type="email" required maxlength="254" autocomplete="off"; }
        div { label for="with" { "Template" } select id="with" name="template" {
            option value="" { "none" }
            @for template in desk.account().templates() {
                option value=(template.id().as_str()) { (shown(template.name())) }
            }
        } }
        @if matches!(Offered::of(desk, &admin), Offered::Yes) {
            div.check { input id="admin" name="admin" type="checkbox" value="yes";
                label for="admin" { "As " (desk.catalog().role_label(bailiwick::Role::Admin)) } }
        }
        div.actions { button.primary { "Invite" } }
    };
    match Offered::of(desk, &anyone.into()) {
        Offered::Yes => html! {
            h2 id="invite" { "Invite" }
            (typed(chrome, "/users/invite", "/users", &fields))
        },
        Offered::NotNow(why) => html! { h2 { "Invite" } p.why { (why) } },
        Offered::No => html! {},
    }
}

/// `POST /users/invite`
///
/// # Errors
///
/// A refusal.
pub async fn invite(
    desk: Allowed<SeesUsers>,
    Form(given): Form<Invitation>,
) -> Result<Markup, Failure> {
    let name = given.email.split('@').next().unwrap_or_default();
    let mut invite = Invite::new(free_id(&desk, name), given.email.trim());
    if !given.template.is_empty() {
        invite = invite.template(&given.template);
    }
    if !given.admin.is_empty() {
        invite = invite.admin();
    }
    road::propose(&desk, invite.into(), given.back)
}

/// `POST /users/email`
///
/// # Errors
///
/// A refusal.
pub async fn email(
    desk: Allowed<SeesUsers>,
    Form(given): Form<Address>,
) -> Result<Markup, Failure> {
    let command = Command::change_email(&given.user, given.email.trim());
    road::propose(&desk, command, given.back)
}

/// An id that nobody has or had, made of the letters and digits of a name.
fn free_id(desk: &Desk, name: &str) -> String {
    let account = desk.account();
    free(name, |id| {
        account.user(id).is_some() || account.retired_users().any(|retired| retired.as_str() == id)
    })
}

/// An id that is not taken: the name, or the name and a number.
pub(crate) fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let letters = name.chars().map(|letter| letter.to_ascii_lowercase());
    let kept = letters.filter(|letter| letter.is_ascii_alphanumeric() || "._-".contains(*letter));
    let id: String = kept.take(32).collect();
    let id = if id.is_empty() { "new".to_owned() } else { id };
    let mut numbered = (2_u32..).map(|number| format!("{id}-{number}"));
    let free = if is_taken(&id) { numbered.find(|id| !is_taken(id)) } else { None };
    free.unwrap_or(id)
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Self::Invalid(error.to_string())
    }
}
