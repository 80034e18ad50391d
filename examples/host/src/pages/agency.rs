//! Agency permissions: which feature is on in which subaccount, in the groups of the catalog.

use bailiwick::account::AccountName;
use bailiwick::agency::{
    AgencyCommand, Channel, FeaturePatch, FeatureRow, FeatureState, NewSubaccount, Switch,
};
use bailiwick::catalog::{Area, LeafView, Setter};
use bailiwick::{Account, Agency};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::OwnsAgency;
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::{Form, Nothing};
use crate::pages::invite::free;
use crate::pages::users::typed;
use crate::pages::{Chrome, choices, offer, offer_about, scroll, shown};
use crate::road::{self, Back};

/// A subaccount to be made, and its first admin.
#[derive(Deserialize)]
pub struct New {
    name: String,
    #[serde(default)]
    email: String,
    back: Back,
}

/// Another name.
#[derive(Deserialize)]
pub struct Named {
    account: String,
    name: String,
    back: Back,
}

/// `GET /agency`
///
/// # Errors
///
/// None.
pub async fn page(desk: Allowed<OwnsAgency>, _: Nothing) -> Result<Markup, Failure> {
    let (agency, chrome) = (desk.agency(), desk.chrome());
    // What is the host's to set is not on this page (GRD-5).
    let is_ours =
        |row: &FeatureRow<'_>| agency.catalog().setter(row.feature()) == Some(Setter::Agency);
    let rows: Vec<_> = agency.feature_table().filter(is_ours).collect();
    let leaves: Vec<_> = agency.catalog().leaves().collect();
    let named = rows.iter().filter_map(|row| Some((leaf(&leaves, row)?, row)));
    let named: Vec<_> = named.collect();
    let groups = agency.catalog().areas().iter();
    let groups: Vec<_> = groups
        .filter(|area| named.iter().any(|(leaf, _)| leaf.area().key() == area.key()))
        .collect();
    Ok(desk.page(
        "Agency permissions",
        &html! {
            @if agency.is_empty() { p { "There is no subaccount yet." } } @else {
                nav.tabs aria-label="Groups" { ul { @for area in &groups {
                    li { a href=(format!("#{}", area.key())) { (area.label()) } }
                } } }
                @for area in &groups { (group(agency, chrome, area, &named)) }
            }
            (subaccounts(&desk))
        },
    ))
}

fn leaf<'a>(leaves: &[LeafView<'a>], row: &FeatureRow<'_>) -> Option<LeafView<'a>> {
    leaves.iter().copied().find(|leaf| leaf.path() == row.path())
}

/// A group: a row for each feature, a column for each subaccount, and one for all of them.
fn group(
    agency: &Agency,
    chrome: &Chrome,
    area: &Area,
    rows: &[(LeafView<'_>, &FeatureRow<'_>)],
) -> Markup {
    let back = format!("/agency#{}", area.key());
    let own = rows.iter().filter(|(leaf, _)| leaf.area().key() == area.key());
    let table = html! {
        table.cells.folds {
            thead { tr {
                th scope="col" { "Feature" } th scope="col" { "All" }
                @for account in agency.subaccounts() { th scope="col" { (name(account)) } }
            } }
            tbody { @for (leaf, row) in own { (feature(*leaf, row)) } }
        }
    };
    html! {
        section id=(area.key()) aria-labelledby=(format!("{}-title", area.key())) {
            h2 id=(format!("{}-title", area.key())) { (area.label()) }
            (choices(chrome, &back, &scroll(&area.label(), &table)))
        }
    }
}

fn feature(leaf: LeafView<'_>, row: &FeatureRow<'_>) -> Markup {
    let (path, is_fixed) = (row.path(), leaf.section().is_always_on());
    let all =
        |switch, label| offer_about(&AgencyCommand::select_all(path, switch), label, &leaf.label());
    html! {
        tr {
            th scope="row" {
                (leaf.label())
                @if let Some(about) = leaf.description() { br; span.quiet { (about) } }
            }
            td data-label="All" {
                @if is_fixed { span.quiet { "always on" } } @else {
                    @match row.state() {
                        FeatureState::All { .. } => { (all(Switch::Off, "All off")) },
                        FeatureState::Mixed { on, subaccounts } => {
                            span.quiet { (on) " of " (subaccounts) } " "
                            (all(Switch::On, "All on")) " " (all(Switch::Off, "All off"))
                        },
                        FeatureState::None { .. } => { (all(Switch::On, "All on")) },
                    }
                }
            }
            @for (account, is_on) in row.cells() {
                td data-label=(name(account)) { @if is_fixed { "on" } @else { (cell(account, leaf, path, is_on)) } }
            }
        }
    }
}

/// A feature of a subaccount, and the button that turns it over.
fn cell(account: &Account, leaf: LeafView<'_>, path: &str, is_on: bool) -> Markup {
    let none = FeaturePatch::new();
    let other = if is_on { none.revoke(path) } else { none.grant(path) };
    let command = AgencyCommand::patch(account.id().as_str(), Channel::Ui, other);
    let about = format!("{}, {}", leaf.label(), name(account));
    offer_about(&command, if is_on { "☑ on" } else { "☐ off" }, &about)
}

fn subaccounts(desk: &Allowed<OwnsAgency>) -> Markup {
    let (agency, chrome) = (desk.agency(), desk.chrome());
    let newest = agency.newest_subaccount().map(name);
    html! {
        h2 { "Subaccounts" }
        @for account in agency.subaccounts() {
            @let id = account.id().as_str();
            @let field = format!("name-{}", account.id());
            section.area {
                h3 { (name(account)) }
                @let users = account.users().count();
                p.quiet { "id " (shown(id)) ", " (users) @if users == 1 { " user" } @else { " users" } }
                (typed(chrome, "/agency/rename", "/agency", &html! {
                    input type="hidden" name="account" value=(id);
                    div { label for=(field) { "Name" }
                        input id=(field) name="name" required maxlength="100" autocomplete="off"
                            value=[account.name().map(AccountName::as_str)]; }
                    div.actions { button { "Rename" } }
                }))
                @let delete = AgencyCommand::delete(id);
                @if desk.permits(&delete) { (choices(chrome, "/agency", &offer(&delete, "Delete the subaccount"))) }
            }
        }
        h2 { "New subaccount" }
        @if let Some(newest) = newest { p.quiet { "It starts with the features of " (newest) ", the newest one." } }
        (typed(chrome, "/agency/new", "/agency", &html! {
            div { label for="name" { "Name" } input id="name" name="name" required maxlength="100" autocomplete="off"; }
            div { label for="email" { "Email of its first admin" }
                input id="email" name="email" type="email" maxlength="254" autocomplete="off"; }
            div.actions { button.primary { "Create" } }
        }))
    }
}

fn name(account: &Account) -> String {
    account.name().map_or_else(|| shown(account.id()), |name| shown(name.as_str()))
}

/// `POST /agency/new`
///
/// # Errors
///
/// A refusal.
pub async fn create(desk: Allowed<OwnsAgency>, Form(new): Form<New>) -> Result<Markup, Failure> {
    let agency = desk.agency();
    let id = free(&new.name.trim().replace(' ', "-"), |id| {
        agency.subaccount(id).is_some()
            || agency.retired_subaccounts().any(|retired| retired.as_str() == id)
    });
    let mut command = NewSubaccount::new(&id).name(&new.name);
    let email = new.email.trim();
    if !email.is_empty() {
        command =
            command.admin(free(email.split('@').next().unwrap_or_default(), |_| false), email);
    }
    road::propose(&desk, command.into(), new.back)
}

/// `POST /agency/rename`
///
/// # Errors
///
/// A refusal.
pub async fn rename(
    desk: Allowed<OwnsAgency>,
    Form(named): Form<Named>,
) -> Result<Markup, Failure> {
    let command = AgencyCommand::rename_subaccount(&named.account, &named.name);
    road::propose(&desk, command, named.back)
}
