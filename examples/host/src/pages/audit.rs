//! The audit log: what was done, by whom, why, and who gained and lost what by it.

use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::{Asks, OwnsAgency, SeesAudit};
use crate::desk::{Entry, Place};
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::Query;
use crate::pages::users::query;
use crate::pages::{moment, several, shown};

/// How many changes a page has.
const LINES: usize = 50;

/// Which changes are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Those that someone made, or that changed their record; in an agency, those of a subaccount.
    about: String,
    /// Those before a revision.
    before: String,
}

/// `GET /audit`
///
/// # Errors
///
/// The store does not answer.
pub async fn page(
    desk: Allowed<SeesAudit>,
    Query(given): Query<Filters>,
) -> Result<Markup, Failure> {
    let users: Vec<String> = desk.account().users().map(|user| user.id().to_string()).collect();
    listing(&desk, "/audit", "User", &users, &given).await
}

/// `GET /agency/audit`
///
/// # Errors
///
/// The store does not answer.
pub async fn agency(
    desk: Allowed<OwnsAgency>,
    Query(given): Query<Filters>,
) -> Result<Markup, Failure> {
    let accounts = desk.agency().subaccounts().map(|account| account.id().to_string());
    let accounts: Vec<String> = accounts.collect();
    listing(&desk, "/agency/audit", "Subaccount", &accounts, &given).await
}

async fn listing<A: Asks>(
    desk: &Allowed<A>,
    path: &str,
    label: &str,
    known: &[String],
    given: &Filters,
) -> Result<Markup, Failure> {
    let Filters { about, before } = given;
    let before: u64 = before.parse().unwrap_or(u64::MAX);
    let entries = desk.history().await?;
    let is_about = |entry: &&Entry| {
        entry.revision < before && (about.is_empty() || entry.about.iter().any(|one| one == about))
    };
    let found: Vec<_> = entries.iter().rev().filter(is_about).take(LINES + 1).collect();
    let next =
        found.get(LINES).and_then(|_| found.get(LINES - 1)).map(|last| last.revision.to_string());
    Ok(desk.page("Audit log", &html! {
        form.filters method="get" action=(path) {
            div { label for="about" { (label) }
                input id="about" name="about" list="known" value=(about) autocomplete="off";
                datalist id="known" { @for id in known { option value=(id) {} } } }
            div.actions { button { "Filter" } a.button href=(path) { "All" } }
        }
        @if found.is_empty() { p { "Nothing was done." } }
        ol.log { @for entry in found.iter().take(LINES) { (line(entry)) } }
        @if let Some(next) = next {
            p { a href=(format!("{path}?{}", query(&[("about", about), ("before", &next)]))) { "Earlier" } }
        }
    }))
}

fn line(entry: &Entry) -> Markup {
    let Entry { revision, time, actor, command, reason, affects, about: _ } = entry;
    html! {
        li {
            p.quiet { "Change " (revision) " · " (moment(*time)) " · " (actor) }
            p { (command) }
            @if let Some(reason) = reason { p.reason { "Reason: " (shown(reason)) } }
            @for one in affects { div.effect {
                span.name { @if let Some(account) = &one.account { (account) ": " } (one.who)
                    @if one.once_active { " " span.quiet { "(once active)" } } }
                @if !one.gained.is_empty() { div.gains { span.lead { "gains" } (several(&one.gained)) } }
                @if !one.lost.is_empty() { div.loses { span.lead { "loses" } (several(&one.lost)) } }
            } }
        }
    }
}
