//! Access review: who may do what, permission by permission, and what is set to no effect.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use bailiwick::account::Finding;
use bailiwick::lattice::{Cell, CellSource};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::SeesUsers;
use crate::failure::Failure;
use crate::forecast::Words;
use crate::guard::Allowed;
use crate::input::{Nothing, Query};
use crate::pages::users::{edit, query};
use crate::pages::{scroll, shown};

/// How many people a page has.
const COLUMNS: usize = 20;

/// Which of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    page: String,
}

/// `GET /review`
///
/// # Errors
///
/// None.
pub async fn page(
    desk: Allowed<SeesUsers>,
    Query(given): Query<Filters>,
) -> Result<Markup, Failure> {
    let page: usize = given.page.parse().unwrap_or(0);
    let matrix = desk.lattice().matrix();
    let rows = matrix.rows().skip(page.saturating_mul(COLUMNS)).take(COLUMNS);
    let people: Vec<(&str, Vec<Cell>)> = rows.map(|(id, cells)| (id, cells.collect())).collect();
    let words = Words::of(desk.catalog());
    let findings: Vec<_> = desk.account().findings().take(100).collect();
    let is_last = desk.lattice().len() <= (page + 1).saturating_mul(COLUMNS);
    Ok(desk.page("Access review", &html! {
        p { "What everyone may do now, whatever the reason. "
            abbr title="role" { "R" } " by role, " abbr title="template" { "T" } " by template, "
            abbr title="own" { "O" } " by own settings, " abbr title="feature" { "F" } " by a feature. "
            a href="/review.csv" { "All of it as CSV" } }
        (scroll("Who may do what", &html! {
            table.cells {
                thead { tr {
                    th scope="col" { "Permission" }
                    @for (id, _) in &people { th scope="col" { a href=(edit(id)) { (shown(id)) } } }
                } }
                tbody { @for (number, permission) in desk.catalog().permissions().enumerate() {
                    tr {
                        th scope="row" { (words.say(permission)) }
                        @for (_, cells) in &people { td { (mark(cells.get(number))) } }
                    }
                } }
            }
        }))
        nav.pages aria-label="Pages of the table" {
            @if page > 0 { a href=(format!("/review?{}", query(&[("page", &(page - 1).to_string())]))) { "Previous" } }
            @if !is_last { a href=(format!("/review?{}", query(&[("page", &(page + 1).to_string())]))) { "Next" } }
        }
        h2 { "Set to no effect" }
        @if findings.is_empty() { p { "Nothing: whatever is set has an effect." } }
        ul { @for finding in &findings { (line(&words, finding)) } }
    }))
}

fn mark(cell: Option<&Cell>) -> Markup {
    let source = cell.and_then(Cell::source);
    html! {
        @match source {
            None => span.quiet { "–" span.hidden { "no" } },
            Some(source) => span.yes { "✓ "
                @match source {
                    CellSource::Role => "R",
                    CellSource::Template => "T",
                    CellSource::Grants => "O",
                    CellSource::Feature => "F",
                    _ => "",
                }
            },
        }
    }
}

fn line(words: &Words, finding: &Finding) -> Markup {
    let id = finding.user().as_str();
    let what = finding.what().name().replace('_', " ");
    html! {
        li {
            a href=(edit(id)) { (shown(id)) } ": " (what) " "
            span.quiet {
                @for (number, permission) in finding.permissions().iter().enumerate() {
                    @if number > 0 { ", " } (words.say(*permission))
                }
            }
        }
    }
}

/// `GET /review.csv`
///
/// # Errors
///
/// None.
pub async fn csv(desk: Allowed<SeesUsers>, _: Nothing) -> Result<impl IntoResponse, Failure> {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"review.csv\""),
    ];
    Ok((headers, desk.lattice().matrix().to_csv()))
}
