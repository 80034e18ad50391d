//! Pages: plain HTML that works without script. maud escapes whatever is put in, and what people
//! chose goes through [`Shown`] first, so that nothing in a name turns a line around or hides.

pub mod agency;
pub mod audit;
pub mod edit;
pub mod faqs;
pub mod home;
pub mod invite;
pub mod review;
pub mod sign_in;
pub mod templates;
pub mod users;
pub mod why;

use std::fmt::Display;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bailiwick::account::dialog::{Answer, Choice};
use bailiwick::text::{Quoted, Shown};
use bailiwick::{Refusal, Timestamp};
use maud::{DOCTYPE, Markup, html};

use crate::asks::{Asks, ManagesTemplates, Product, ReadFaqs, SeesAudit, SeesUsers};
use crate::desk::{AgencyDesk, Desk, Place};
use crate::failure::Proposal;
use crate::forecast::Affects;
use crate::secret::Token;

/// What is around a page for someone who is signed in.
#[derive(Clone)]
pub struct Chrome {
    place: String,
    who: String,
    links: Vec<(&'static str, &'static str)>,
    /// What was done just now.
    pub note: Option<String>,
    token: Token,
    preview: &'static str,
    commit: &'static str,
}

/// A desk that has pages.
pub trait HasChrome: Place {
    fn chrome(&self, token: &Token) -> Chrome;

    /// Why an ask is denied here, layer by layer, for those who may see that.
    fn explain<A: Asks<Desk = Self>>(&self) -> Option<String>;
}

impl HasChrome for Desk {
    /// Links only to what leads somewhere: they are asked just as the routes are.
    fn chrome(&self, token: &Token) -> Chrome {
        let links = [
            Some(("/home", "Home")),
            link::<SeesUsers>(self, "/users", "Users"),
            link::<ManagesTemplates>(self, "/templates", "Role templates"),
            link::<SeesUsers>(self, "/review", "Access review"),
            link::<SeesUsers>(self, "/why", "Why?"),
            link::<SeesAudit>(self, "/audit", "Audit log"),
            link::<Product<ReadFaqs>>(self, "/faqs", "FAQs"),
        ];
        Chrome {
            place: self.name(),
            who: shown(self.user()),
            links: links.into_iter().flatten().collect(),
            note: None,
            token: token.clone(),
            preview: Self::PREVIEW,
            commit: Self::COMMIT,
        }
    }

    fn explain<A: Asks<Desk = Self>>(&self) -> Option<String> {
        SeesUsers::check(self).ok()?;
        let needs = A::needs(self)?;
        Some(self.lattice().explain(self.user().as_str(), needs).to_string())
    }
}

impl HasChrome for AgencyDesk {
    fn chrome(&self, token: &Token) -> Chrome {
        Chrome {
            place: self.name(),
            who: "principal".to_owned(),
            links: vec![("/agency", "Permissions"), ("/agency/audit", "Audit log")],
            note: None,
            token: token.clone(),
            preview: Self::PREVIEW,
            commit: Self::COMMIT,
        }
    }

    fn explain<A: Asks<Desk = Self>>(&self) -> Option<String> {
        None
    }
}

fn link<A: Asks>(
    desk: &A::Desk,
    path: &'static str,
    label: &'static str,
) -> Option<(&'static str, &'static str)> {
    A::check(desk).ok().map(|()| (path, label))
}

/// A whole page.
#[must_use]
pub fn layout(chrome: Option<&Chrome>, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) @if let Some(chrome) = chrome { " · " (chrome.place) } }
                link rel="stylesheet" href="/style.css";
            }
            body {
                a.skip href="#main" { "Skip to the page" }
                @if let Some(chrome) = chrome { (header(chrome)) }
                main id="main" {
                    h1 { (title) }
                    @if let Some(note) = chrome.and_then(|chrome| chrome.note.as_ref()) {
                        p.done role="status" { (note) }
                    }
                    (body)
                }
            }
        }
    }
}

fn header(chrome: &Chrome) -> Markup {
    html! {
        header {
            div.bar {
                strong.place { (chrome.place) }
                form.out method="post" action="/sign-out" {
                    span.quiet { "Signed in as " (chrome.who) " " }
                    button.plain { "Sign out" }
                }
            }
            nav aria-label="Pages" {
                ul { @for (path, label) in &chrome.links { li { a href=(path) { (label) } } } }
            }
        }
    }
}

/// A form whose buttons are choices: each goes the road.
fn choices(chrome: &Chrome, back: &str, body: &Markup) -> Markup {
    form(chrome, chrome.preview, back, body)
}

/// A form of this session.
fn form(chrome: &Chrome, action: &str, back: &str, body: &Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="token" value=(chrome.token.as_str());
            input type="hidden" name="back" value=(back);
            (body)
        }
    }
}

/// A command, and what it would do, to be confirmed or left.
pub(crate) fn proposal(chrome: &Chrome, proposal: &Proposal) -> Markup {
    let Proposal { forecast, terms } = proposal;
    html! {
        p.says { (forecast.says) }
        @if forecast.is_idle {
            p { "Everything is so already: nothing would change." }
        } @else {
            (effects(&forecast.affects))
            @if !forecast.duties.is_empty() {
                ul.duties { @for duty in &forecast.duties { li { (duty) } } }
            }
        }
        @if !forecast.is_idle {
            (form(chrome, chrome.commit, &terms.back, &html! {
                input type="hidden" name="command" value=(terms.command);
                input type="hidden" name="shown" value=(forecast.digest);
                input type="hidden" name="key" value=(terms.key);
                label for="reason" { "Reason " span.quiet { "(optional, kept in the audit log)" } }
                input id="reason" name="reason" value=(terms.reason) maxlength="500" autocomplete="off";
                div.actions {
                    button.primary { "Confirm" }
                    a.button href=(terms.back) { "Cancel" }
                }
            }))
        } @else {
            div.actions { a.button href=(terms.back) { "Back" } }
        }
    }
}

/// Who gains and loses what.
fn effects(affects: &[Affects]) -> Markup {
    if affects.is_empty() {
        return html! { p { "Nobody gains or loses a permission." } };
    }
    let has_accounts = affects.iter().any(|affects| affects.account.is_some());
    scroll(
        "Who gains and loses what",
        &html! {
            table.stacks {
                thead { tr {
                    @if has_accounts { th scope="col" { "Account" } }
                    th scope="col" { "Who" } th scope="col" { "Gains" } th scope="col" { "Loses" }
                } }
                tbody { @for Affects { account, who, once_active, gained, lost } in affects {
                    tr {
                        @if has_accounts { td data-label="Account" { (account.as_deref().unwrap_or_default()) } }
                        th scope="row" {
                            (who) @if *once_active { br; span.quiet { "once active" } }
                        }
                        td.gains data-label="Gains" { (several(gained)) }
                        td.loses data-label="Loses" { (several(lost)) }
                    }
                } }
            }
        },
    )
}

/// Some of them at once, the others when they are asked for.
fn several(texts: &[String]) -> Markup {
    const AT_ONCE: usize = 8;
    let list = html! { ul.plain { @for text in texts { li { (text) } } } };
    match texts.len() {
        0 => html! { span.quiet { "nothing" } },
        many if many > AT_ONCE => html! {
            details { summary { (many) " permissions" } (list) }
        },
        _ => list,
    }
}

/// A table that scrolls on its own where the page is narrow.
fn scroll(label: &str, table: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

/// Why some choices of a group cannot be made: said once each.
struct Reasons {
    group: String,
    said: Vec<String>,
}

impl Reasons {
    fn of(group: impl Display) -> Self {
        let group = group.to_string();
        let group = group.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        Self { group, said: Vec::new() }
    }

    fn id(&mut self, reason: &str) -> String {
        let known = self.said.iter().position(|said| said == reason);
        let number = known.unwrap_or_else(|| {
            self.said.push(reason.to_owned());
            self.said.len() - 1
        });
        format!("why-{}-{number}", self.group)
    }

    fn list(&self) -> Markup {
        html! { @for (number, reason) in self.said.iter().enumerate() {
            p.why id=(format!("why-{}-{number}", self.group)) { (reason) }
        } }
    }
}

/// A button that gives a command; one that would be refused is grey, and says why.
fn choice(choice: &Choice, label: &str, reasons: &mut Reasons) -> Markup {
    match choice.answer() {
        Answer::Open => offer(choice.command(), label),
        Answer::Current => {
            html! { button.choice.current type="button" aria-pressed="true" { (label) } }
        }
        Answer::Refused(refusal) => {
            let why = reasons.id(&reason(refusal));
            html! {
                button.choice.refused type="button" aria-disabled="true" aria-describedby=(why) {
                    (label)
                }
            }
        }
    }
}

/// The reason a choice is refused. What all the actions of an area lack is said once.
fn reason(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NeedsFirstAction(needs) => {
            format!("{} comes first: the others need it", Quoted(needs.first()))
        }
        refusal => refusal.to_string(),
    }
}

/// A button that gives a command.
fn offer(command: &impl serde::Serialize, label: &str) -> Markup {
    let document = serde_json::to_string(command).unwrap_or_default();
    html! { button.choice name="command" value=(document) { (label) } }
}

/// The same, where what it is about stands elsewhere: those who hear the page are told.
fn offer_about(command: &impl serde::Serialize, label: &str, about: &str) -> Markup {
    let document = serde_json::to_string(command).unwrap_or_default();
    html! { button.choice name="command" value=(document) { (label) span.hidden { " (" (about) ")" } } }
}

/// Something that people chose, as text.
fn shown(text: impl AsRef<str>) -> String {
    Shown(text.as_ref()).to_string()
}

/// A moment, to the minute.
fn moment(time: Timestamp) -> String {
    let minutes = time.unix_millis().div_euclid(60_000);
    let (days, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    let (year, month, day) = date(days);
    format!("{year}-{month:02}-{day:02} {:02}:{:02}", minute / 60, minute % 60)
}

/// The date of a day, counted from 1970-01-01, in the Gregorian calendar: years begin in March, so
/// that the day that is sometimes missing is the last.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, (month + 2) % 12 + 1);
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// Whatever is no path of this host.
pub(crate) async fn not_found() -> Response {
    let body = html! { p { "There is no such page." } p { a href="/" { "To the first page" } } };
    (StatusCode::NOT_FOUND, layout(None, "Not found", &body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates() {
        let say = |seconds: i64| moment(Timestamp::from_unix_millis(seconds * 1_000));
        assert_eq!(say(0), "1970-01-01 00:00");
        assert_eq!(say(951_827_696), "2000-02-29 12:34");
        assert_eq!(say(1_790_000_000), "2026-09-21 14:13");
        assert_eq!(say(-1), "1969-12-31 23:59");
    }
}
