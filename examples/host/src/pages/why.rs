//! “Why can they, why can't they?”: an explanation layer by layer, and what would mend it.

use bailiwick::Command;
use bailiwick::lattice::{Explanation, Fix};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::SeesUsers;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::forecast::Words;
use crate::guard::Allowed;
use crate::input::Query;
use crate::pages::users::{edit, query};
use crate::pages::{choices, offer, shown};

/// Who, and what they are to do: an operation, or a permission.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    user: String,
    ask: String,
}

/// `GET /why`
///
/// # Errors
///
/// What is asked is neither an operation nor a permission.
pub async fn page(
    desk: Allowed<SeesUsers>,
    Query(asked): Query<Question>,
) -> Result<Markup, Failure> {
    let Question { user, ask } = &asked;
    let catalog = desk.catalog();
    let answer = if user.is_empty() || ask.is_empty() {
        None
    } else {
        let needs = match catalog.operation(ask) {
            Ok(needs) => needs.clone(),
            Err(_) => {
                catalog.require([ask]).map_err(|error| Failure::Invalid(error.to_string()))?
            }
        };
        Some(desk.lattice().explain(user, needs))
    };
    let back = format!("/why?{}", query(&[("user", user), ("ask", ask)]));
    Ok(desk.page("Why can they, why can't they?", &html! {
        (question(&desk, &asked))
        @if let Some(answer) = &answer {
            (told(user, ask, answer))
            @let fixes = fixes(&desk, user, answer);
            @if !fixes.is_empty() {
                h2 { "What would allow it" }
                (choices(desk.chrome(), &back, &html! { ul.plain.fixes { @for (text, command) in &fixes { li {
                    span.name { (text) } " "
                    @if let Some(command) = command { (offer(command, "Do this")) }
                    @else { span.quiet { "(not yours to do)" } }
                } } } }))
            }
        }
    }))
}

fn question(desk: &Desk, asked: &Question) -> Markup {
    let (catalog, words) = (desk.catalog(), Words::of(desk.catalog()));
    html! {
        form.filters method="get" action="/why" {
            div { label for="user" { "Who" }
                input id="user" name="user" list="users" required value=(asked.user) autocomplete="off";
                datalist id="users" { @for user in desk.account().users() { option value=(user.id().as_str()) {} } } }
            div { label for="ask" { "May they" } select id="ask" name="ask" required {
                optgroup label="Operations" { @for (key, _) in catalog.operations() {
                    option value=(key) selected[asked.ask == key] { (key.replace('_', " ")) }
                } }
                optgroup label="Permissions" { @for permission in catalog.permissions() {
                    @let text = catalog.display(permission).to_string();
                    option value=(text) selected[asked.ask == text] { (words.say(permission)) }
                } }
            } }
            div.actions { button.primary { "Explain" } }
        }
    }
}

fn told(user: &str, ask: &str, answer: &Explanation) -> Markup {
    let is_allowed = answer.decision().is_allowed();
    html! {
        h2 { a href=(edit(user)) { (shown(user)) } @if is_allowed { " may " } @else { " may not " } code { (shown(ask)) } }
        @for part in answer.parts() {
            section.area {
                h3 { code { (part.permission()) }
                    @if let Some(reason) = part.reason() { " " span.tag { (reason.name().replace('_', " ")) " · " (reason.rule()) } }
                    @else { " " span.tag { "allowed" } } }
                dl { @for layer in part.layers() {
                    dt { (layer.of().name().replace('_', " ")) }
                    dd { (layer.text()) }
                } }
            }
        }
    }
}

/// Each fix in words, and as a command if whoever looks may give it.
fn fixes(desk: &Desk, user: &str, answer: &Explanation) -> Vec<(String, Option<Command>)> {
    let command = |fix: &Fix| {
        let mut commands = desk.account().commands_of(user, fix);
        let command =
            if commands.len() > 1 { Some(Command::batch(commands)) } else { commands.pop() };
        (fix.text(user), command.filter(|command| desk.permits(std::slice::from_ref(command))))
    };
    answer.fixes().iter().map(command).collect()
}
