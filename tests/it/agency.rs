//! AGY, CAT-6, GRD-5: what an agency's features do to its subaccounts, who may set them, and that
//! the library and the naive agency agree.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod authority;
mod changes;
mod composed;
mod composition;
mod copies;
mod counts;
mod documents;
mod features;
mod gates;
mod model;
mod patches;

use std::collections::BTreeSet;

use bailiwick::agency::{AgencyChange, AgencyCommand, Channel, FeaturePatch};
use bailiwick::catalog::Setter;
use bailiwick::document::Document;
use bailiwick::presets::{self, agency, studio};
use bailiwick::{
    Account, Actor, Agency, Catalog, Features, Outcome, Permission, PermissionSet, Timestamp,
};
use serde::Serialize;

use crate::actors;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// The features that the API knows, each by path and name (AGY-1).
const API: [(&str, &str); 13] = [
    ("general.assistants", "assistants"),
    ("general.knowledge_base", "knowledge_base"),
    ("general.actions", "actions"),
    ("general.workflows", "workflows"),
    ("general.contacts", "contacts"),
    ("general.phone_numbers", "phone_numbers"),
    ("general.analytics", "analytics"),
    ("general.simulations", "simulations"),
    ("general.logs", "logs"),
    ("agent_types.inbound", "inbound"),
    ("agent_types.outbound", "outbound"),
    ("agent_types.widget", "widget"),
    ("agent_types.chat", "chat"),
];

/// What needs which feature in the composed catalog.
const GATES: [(&str, &str); 7] = [
    ("knowledge", "general.knowledge_base"),
    ("analytics", "general.analytics"),
    ("voice.numbers", "general.phone_numbers"),
    ("widgets", "agent_types.widget"),
    ("messaging.chat", "agent_types.chat"),
    ("testing", "general.simulations"),
    ("tools", "general.actions"),
];

fn north() -> Actor {
    actors::agency("north")
}

/// The agency `north` with subaccounts, each of which copies the one before it.
fn of<const N: usize>(ids: [&str; N]) -> Agency {
    let mut agency = Agency::new("north".parse().unwrap(), agency::catalog());
    for id in ids {
        run(&mut agency, AgencyCommand::create(id));
    }
    agency
}

fn voice_agency() -> Catalog {
    let mut builder = studio::catalog()
        .to_builder("voice-agency/1")
        .include(&agency::catalog(), ["general", "agent_types", "capabilities", "action_types"]);
    for (target, feature) in GATES {
        builder = builder.gate(target, [feature]);
    }
    builder.build().unwrap()
}

/// The agency of the example, on `agency-studio/1`.
fn example() -> Agency {
    let text = include_str!("../../examples/data/agency.json");
    let document: Document = serde_json::from_str(text).unwrap();
    Agency::from_document(&document, &presets::all()).unwrap()
}

/// Gives a command as the agency itself; it must be accepted.
#[track_caller]
fn run(agency: &mut Agency, command: impl Into<AgencyCommand>) {
    let _ = agency.execute(&north(), command, NOW).unwrap();
}

/// The same, which must change nothing (REV-11).
#[track_caller]
fn unchanged(agency: &mut Agency, command: impl Into<AgencyCommand>) {
    let before = agency.clone();
    let outcome = agency.execute(&north(), command, NOW).unwrap();
    assert_eq!(outcome, Outcome::Unchanged { revision: before.revision() });
    assert_eq!(agency, &before);
}

/// The same, for the sake of the change.
#[track_caller]
fn changed(agency: &mut Agency, command: impl Into<AgencyCommand>) -> AgencyChange {
    agency.execute(&north(), command, NOW).unwrap().into_change().unwrap()
}

/// A command that is refused with a code, a rule and a message, and changes nothing (GRD-6).
#[track_caller]
fn refused(
    agency: &Agency,
    actor: &Actor,
    command: impl Into<AgencyCommand>,
    [code, rule, message]: [&str; 3],
) {
    let mut after = agency.clone();
    let refusal = after.execute(actor, command, NOW).unwrap_err();
    assert_eq!([refusal.code(), refusal.rule(), &refusal.to_string()], [code, rule, message]);
    assert_eq!(refusal.kind(), crate::refusals::kind_of(code), "{code}");
    assert_eq!(&after, agency);
    assert_eq!(written(&after), written(agency));
}

fn api(account: &str, patch: FeaturePatch) -> AgencyCommand {
    AgencyCommand::patch(account, Channel::Api, patch)
}

fn ui(account: &str, patch: FeaturePatch) -> AgencyCommand {
    AgencyCommand::patch(account, Channel::Ui, patch)
}

fn grant<const N: usize>(names: [&str; N]) -> FeaturePatch {
    names.into_iter().fold(FeaturePatch::new(), FeaturePatch::grant)
}

fn revoke<const N: usize>(names: [&str; N]) -> FeaturePatch {
    names.into_iter().fold(FeaturePatch::new(), FeaturePatch::revoke)
}

/// The paths of what is on in a subaccount.
#[track_caller]
fn on(agency: &Agency, account: &str) -> BTreeSet<String> {
    paths(agency.subaccount(account).unwrap().features())
}

fn paths(features: &Features) -> BTreeSet<String> {
    let names = features.iter().map(|one| features.catalog().display(one).to_string());
    names.map(|name| name.trim_end_matches(":on").to_owned()).collect()
}

fn set<const N: usize>(paths: [&str; N]) -> BTreeSet<String> {
    paths.map(str::to_owned).into()
}

/// The paths of all features of a catalog.
fn all(catalog: &Catalog) -> Vec<String> {
    let features = catalog.features().map(|one| catalog.display(one).to_string());
    features.map(|name| name.trim_end_matches(":on").to_owned()).collect()
}

/// The features that an agency sets (CAT-14).
fn agencys(catalog: &Catalog) -> Vec<String> {
    let is_its = |path: &String| {
        let feature = catalog.permission(&format!("{path}:on")).unwrap();
        catalog.setter(feature) == Some(Setter::Agency)
    };
    all(catalog).into_iter().filter(is_its).collect()
}

/// What everybody may do.
fn effective(account: &Account) -> Vec<(String, PermissionSet)> {
    let lattice = account.compile();
    let users = account.users().map(|user| user.id().as_str());
    users.map(|id| (id.to_owned(), lattice.subject(id).permissions())).collect()
}

fn names(catalog: &Catalog, set: impl IntoIterator<Item = Permission>) -> BTreeSet<String> {
    set.into_iter().map(|one| catalog.display(one).to_string()).collect()
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[track_caller]
fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&written(value)).unwrap()
}

/// Comes back from its own document.
#[track_caller]
fn reread(agency: &Agency) -> Agency {
    let known: Vec<Catalog> = presets::all().into_iter().chain([voice_agency()]).collect();
    Agency::from_document(&parse(agency), &known).unwrap()
}

#[track_caller]
fn reread_change(change: &AgencyChange, catalog: &Catalog) -> AgencyChange {
    AgencyChange::from_document(&parse(change), catalog).unwrap()
}
