//! Role templates: which there are, who refers to them, and what they give.

use bailiwick::account::TemplateUse;
use bailiwick::catalog::Source;
use bailiwick::{Command, Grants, Template};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::ManagesTemplates;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::{Form, Nothing, Query};
use crate::pages::invite::free;
use crate::pages::users::{Offered, edit, query, typed};
use crate::pages::{choices, edit as dialog, offer, shown};
use crate::road::{self, Back};

/// Which template.
#[derive(Deserialize)]
pub struct Which {
    template: String,
}

/// A template to be made.
#[derive(Deserialize)]
pub struct New {
    name: String,
    #[serde(default)]
    description: String,
    /// Whose grants it starts with; nobody's if empty.
    #[serde(default)]
    like: String,
    back: Back,
}

/// Another name.
#[derive(Deserialize)]
pub struct Named {
    template: String,
    name: String,
    back: Back,
}

/// What it is for; nothing is said of it if this is empty.
#[derive(Deserialize)]
pub struct Described {
    template: String,
    description: String,
    back: Back,
}

/// `GET /templates`
///
/// # Errors
///
/// None.
pub async fn page(desk: Allowed<ManagesTemplates>, _: Nothing) -> Result<Markup, Failure> {
    let account = desk.account();
    Ok(desk.page("Role templates", &html! {
        @for used in account.template_uses() { (card(used)) }
        @if account.templates().next().is_none() { p { "There are none yet." } }
        h2 { "New template" }
        (typed(desk.chrome(), "/templates/new", "/templates", &html! {
            div { label for="name" { "Name" } input id="name" name="name" required maxlength="100" autocomplete="off"; }
            div { label for="about" { "Description " span.quiet { "(optional)" } }
                input id="about" name="description" maxlength="500" autocomplete="off"; }
            div { label for="like" { "Starts like" } select id="like" name="like" {
                option value="" { "nothing" }
                @for template in account.templates() {
                    option value=(template.id().as_str()) { (shown(template.name())) }
                }
            } }
            div.actions { button.primary { "Create" } }
        }))
    }))
}

fn card(used: TemplateUse<'_>) -> Markup {
    let template = used.template();
    html! {
        section.area {
            h2 { a href=(link(template.id().as_str())) { (shown(template.name())) } }
            @if let Some(about) = template.description() { p.quiet { (shown(about)) } }
            (users(used))
        }
    }
}

/// Who refers to a template (TPL-10).
fn users(used: TemplateUse<'_>) -> Markup {
    html! {
        @if used.count() == 0 { p.quiet { "Nobody has it." } } @else {
            details {
                summary { (used.count()) @if used.count() == 1 { " user" } @else { " users" } }
                ul.plain { @for user in used.users() {
                    li { a href=(edit(user.id().as_str())) { (shown(user.id())) } " " span.quiet { (shown(user.email().as_str())) } }
                } }
            }
        }
    }
}

fn link(id: &str) -> String {
    format!("/template?{}", query(&[("template", id)]))
}

/// `GET /template`
///
/// # Errors
///
/// There is no such template.
pub async fn one(
    desk: Allowed<ManagesTemplates>,
    Query(which): Query<Which>,
) -> Result<Markup, Failure> {
    let areas = desk.dialog_for_template(&which.template)?;
    let mut all = desk.account().template_uses();
    let found = all.find(|used| used.template().id().as_str() == which.template);
    let used = found.ok_or_else(|| Failure::NotFound("template".to_owned()))?;
    let (template, back) = (used.template(), link(&which.template));
    let chrome = desk.chrome();
    Ok(desk.page(&shown(template.name()), &html! {
        @if let Some(about) = template.description() { p.quiet { (shown(about)) } }
        (users(used))
        (typed(chrome, "/templates/rename", &back, &html! {
            input type="hidden" name="template" value=(template.id().as_str());
            div { label for="name" { "Name" }
                input id="name" name="name" required maxlength="100" value=(template.name()) autocomplete="off"; }
            div.actions { button { "Rename" } }
        }))
        (typed(chrome, "/templates/describe", &back, &html! {
            input type="hidden" name="template" value=(template.id().as_str());
            div { label for="about" { "Description" }
                input id="about" name="description" maxlength="500" autocomplete="off"
                    value=(template.description().unwrap_or_default()); }
            div.actions { button { "Describe" } }
        }))
        (choices(chrome, &back, &html! {
            h2 { "Permissions" }
            // What comes with a role is in no template (TPL-1).
            @for row in areas.iter().filter(|row| row.area().source() == Source::Grantable) {
                (dialog::area(row))
            }
        }))
        (choices(chrome, "/templates", &html! { h2 { "Delete" } (deletions(&desk, used)) }))
    }))
}

/// The ways to delete a template: each names those who have it, and so is refused if there are
/// others by then (TPL-7).
fn deletions(desk: &Desk, used: TemplateUse<'_>) -> Markup {
    let id = used.template().id().as_str();
    let users: Vec<&str> = used.users().map(|user| user.id().as_str()).collect();
    let delete = Command::delete_template_in_use(id, users.iter().copied());
    let others = desk.account().templates().filter(|other| other.id().as_str() != id);
    let replace = |other: &Template| {
        let command = Command::replace_template(id, other.id().as_str(), users.iter().copied());
        (command, format!("Delete, and give “{}” instead", shown(other.name())))
    };
    html! {
        @match Offered::of(desk, &delete) {
            Offered::Yes => div.choices {
                (offer(&delete, if users.is_empty() { "Delete" } else { "Delete, and give none instead" }))
                @if !users.is_empty() { @for other in others {
                    @let (command, label) = replace(other);
                    @if desk.permits(std::slice::from_ref(&command)) { (offer(&command, &label)) }
                } }
            },
            Offered::NotNow(why) => p.why { (why) },
            Offered::No => p.why { "Deleting it is for others." },
        }
    }
}

/// `POST /templates/new`
///
/// # Errors
///
/// A refusal.
pub async fn create(
    desk: Allowed<ManagesTemplates>,
    Form(new): Form<New>,
) -> Result<Markup, Failure> {
    let account = desk.account();
    let id = free(&new.name.trim().replace(' ', "_"), |id| account.template(id).is_some());
    let like = account.template(&new.like).map(|template| template.grants().clone());
    let grants = like.unwrap_or_else(|| Grants::new(desk.catalog()));
    let (template, name) = (id.into(), new.name.into());
    let about = new.description.trim();
    let description = (!about.is_empty()).then(|| about.into());
    let command = Command::CreateTemplate { template, name, description, grants };
    road::propose(&desk, command, new.back)
}

/// `POST /templates/rename`
///
/// # Errors
///
/// A refusal.
pub async fn rename(
    desk: Allowed<ManagesTemplates>,
    Form(named): Form<Named>,
) -> Result<Markup, Failure> {
    let command = Command::rename_template(&named.template, &named.name);
    road::propose(&desk, command, named.back)
}

/// `POST /templates/describe`
///
/// # Errors
///
/// A refusal.
pub async fn describe(
    desk: Allowed<ManagesTemplates>,
    Form(described): Form<Described>,
) -> Result<Markup, Failure> {
    let Described { template, description, back } = described;
    let command = if description.trim().is_empty() {
        Command::clear_description(&template)
    } else {
        Command::describe_template(&template, &description)
    };
    road::propose(&desk, command, back)
}
