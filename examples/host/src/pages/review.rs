//! Access review: who may do what, permission by permission, and what is set to no effect.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use bailiwick::account::Finding;
use bailiwick::catalog::{LeafView, Scale};
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
    let is_last = desk.lattice().len() <= page.saturating_add(1).saturating_mul(COLUMNS);
    Ok(desk.page("Access review", &html! {
        p { "What everyone may do now: by role (R), by template (T), by own settings (O), by a "
            "feature of the account (F). "
            a href="/review.csv" { "All of it as CSV" } }
        (scroll("Who may do what", &html! {
            table.cells {
                thead { tr {
                    th scope="col" { "Permission" }
                    @for (id, _) in &people { th scope="col" { a href=(edit(id)) { (shown(id)) } } }
                } }
                tbody { @for area in desk.catalog().areas() {
                    @let own = desk.catalog().leaves().filter(|leaf| leaf.area().key() == area.key());
                    @if !area.sub_sections().is_empty() {
                        tr { th scope="rowgroup" colspan=(people.len() + 1) { (area.label()) } }
                    }
                    @for leaf in own { tr {
                        th scope="row" { (leaf.label()) }
                        @for (_, cells) in &people { td { (held(leaf, cells)) } }
                    } }
                } }
            }
        }))
        nav.pages aria-label="Pages of the table" {
            @if page > 0 { a href=(format!("/review?{}", query(&[("page", &(page - 1).to_string())]))) { "Previous" } }
            @if !is_last { a href=(format!("/review?{}", query(&[("page", &(page + 1).to_string())]))) { "Next" } }
        }
        h2 { "Worth a look" }
        @if findings.is_empty() { p { "Nothing: whatever is set has an effect, and nobody differs from their template." } }
        ul { @for finding in &findings { (line(&words, finding)) } }
    }))
}

/// What someone holds of a leaf: the highest level, or each action; and by what.
fn held(leaf: LeafView<'_>, cells: &[Cell]) -> Markup {
    let source = |permission| {
        cells.iter().find(|cell| cell.permission() == permission).and_then(Cell::source)
    };
    let held = leaf.permissions().filter_map(|(rung, one)| Some((rung, source(one)?)));
    let held: Vec<(&str, CellSource)> = held.collect();
    let is_level = matches!(leaf.area().scale(), Scale::Levels);
    let held = held.get(if is_level { held.len().saturating_sub(1) } else { 0 }..).unwrap_or(&[]);
    html! {
        @if held.is_empty() { span.quiet { "–" span.hidden { "nothing" } } }
        @for (rung, source) in held { div.yes { (rung) " " (letter(*source)) } }
    }
}

fn letter(source: CellSource) -> &'static str {
    match source {
        CellSource::Role => "R",
        CellSource::Template => "T",
        CellSource::Grants => "O",
        CellSource::Feature => "F",
        _ => "",
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
