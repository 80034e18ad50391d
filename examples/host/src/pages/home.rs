//! The first page: what the person who looks may see and do in the product.

use bailiwick::catalog::Source;
use bailiwick::lattice::VisibleArea;
use maud::{Markup, html};

use crate::asks::SignedIn;
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::Nothing;
use crate::pages::shown;

/// `GET /home`
///
/// # Errors
///
/// None.
pub async fn page(desk: Allowed<SignedIn>, _: Nothing) -> Result<Markup, Failure> {
    let navigation = desk.subject().navigation();
    let of = |source| navigation.areas().iter().filter(move |area| area.source() == source);
    let operations = desk.catalog().operations();
    let operations: Vec<_> = operations
        .filter(|(_, needs)| desk.subject().can_all(*needs))
        .filter_map(|(key, _)| desk.catalog().operation_name(key))
        .collect();
    Ok(desk.page(
        &format!("Hello, {}", shown(desk.user())),
        &html! {
            h2 { "What you can see" }
            @if of(Source::Grantable).next().is_none() { p { "Nothing yet: ask an admin." } }
            div.cards { @for area in of(Source::Grantable) { (card(area)) } }
            @if of(Source::Role).next().is_some() {
                h2 { "As an admin" }
                div.cards { @for area in of(Source::Role) { (card(area)) } }
            }
            @if !operations.is_empty() {
                h2 { "What you can do" }
                ul { @for operation in operations { li { (operation.label()) } } }
            }
        },
    ))
}

fn card(area: &VisibleArea<'_>) -> Markup {
    html! {
        section.area {
            h3 { (area.label()) }
            @if let Some(about) = area.description() { p.quiet { (about) } }
            ul.plain { @for leaf in area.leaves() {
                li {
                    @if leaf.path() != area.key() { (leaf.label()) ": " }
                    @for (number, rung) in leaf.rungs().enumerate() { @if number > 0 { ", " } (rung) }
                }
            } }
        }
    }
}
