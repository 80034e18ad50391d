//! AGY, CAT-6, GRD-5: what an agency's features do to its subaccounts, who may set them, and that
//! the library and the naive agency agree.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod composed;
mod model;

use std::collections::{BTreeMap, BTreeSet};

use bailiwick::account::{Affected, Edit};
use bailiwick::agency::{
    AgencyChange, AgencyCommand, AgencyEdit, ApiFeatures, Channel, FeaturePatch, FeatureState,
    Switch,
};
use bailiwick::catalog::Setter;
use bailiwick::document::Document;
use bailiwick::ledger::{ApplyError, CommitError};
use bailiwick::presets::{self, agency, studio};
use bailiwick::{
    Account, AccountId, Actor, Agency, Catalog, Command, Features, Permission, PermissionSet,
    Reason, Status, Timestamp,
};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use serde::Serialize;
use serde_json::{Value, json};

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

// Agencies to ask.

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

/// The example's agency, on the composed catalog.
fn example() -> Agency {
    let text = include_str!("../../examples/data/agency.json");
    let document: Document = serde_json::from_str(text).unwrap();
    Agency::from_document(&document, &[voice_agency()]).unwrap()
}

/// Gives a command as the agency itself; it must be accepted.
#[track_caller]
fn run(agency: &mut Agency, command: impl Into<AgencyCommand>) {
    let _ = changed(agency, command);
}

/// The same, for the sake of the change.
#[track_caller]
fn changed(agency: &mut Agency, command: impl Into<AgencyCommand>) -> AgencyChange {
    agency.execute(&north(), command, NOW).unwrap()
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

// AGY-1, AGY-2.

#[test]
fn agy_1_features_and_their_api_names() {
    let agency = of(["harbor"]);
    let named = agency.feature_table().filter_map(|row| Some((row.path(), row.api_name()?)));
    assert_eq!(named.collect::<Vec<_>>(), API);
    let table: Vec<_> = agency.feature_table().map(|row| row.path().to_owned()).collect();
    let known: Vec<_> =
        crate::naive::agency::features(false).into_iter().map(|feature| feature.path).collect();
    assert_eq!(table, known);
    assert_eq!(table.len(), 33);
    let values = ApiFeatures::of(agency.subaccount("harbor").unwrap().features());
    assert!(values.iter().eq(API.map(|(_, name)| (name, name == "assistants"))));
    // The composed catalog keeps the names.
    let example = example();
    let named = example.feature_table().filter_map(|row| Some((row.path(), row.api_name()?)));
    assert!(named.eq(API));
}

#[test]
fn agy_2_assistants_are_always_on() {
    let assistants = "general.assistants";
    let none = Features::new(&agency::catalog());
    let mut agency = of(["harbor"]).with_default_features(none).unwrap();
    run(&mut agency, AgencyCommand::create("quay"));
    let nothing = Command::set_features::<[&str; 0]>([]);
    run(&mut agency, AgencyCommand::within("quay", nothing));
    for id in ["harbor", "quay"] {
        assert_eq!(on(&agency, id), set([assistants]));
    }
    for command in [
        api("harbor", revoke(["assistants"])),
        api("harbor", revoke(["contacts", "assistants"])),
        ui("harbor", revoke([assistants])),
        AgencyCommand::create("new").patch(revoke(["assistants"])).into(),
        AgencyCommand::select_all(assistants, Switch::Off),
    ] {
        let message = "`general.assistants` is always on and cannot be turned off";
        for actor in [north(), Actor::Host] {
            refused(&agency, &actor, command.clone(), ["always_on", "AGY-2", message]);
        }
    }
    // Turning it on is no news.
    assert!(changed(&mut agency, api("harbor", grant(["assistants"]))).edits().is_empty());
    assert!(
        changed(&mut agency, AgencyCommand::select_all(assistants, Switch::On)).edits().is_empty()
    );
    assert_eq!(agency.feature_state(assistants), Ok(FeatureState::All { subaccounts: 2 }));
    // Nothing to turn it off in is no reason to accept it.
    let message = "`general.assistants` is always on and cannot be turned off";
    let off = AgencyCommand::select_all(assistants, Switch::Off);
    refused(&of([]), &north(), off, ["always_on", "AGY-2", message]);
}

// AGY-3.

const KNOWN: &str = "`assistants`, `knowledge_base`, `actions`, `workflows`, `contacts`, \
                     `phone_numbers`, `analytics`, `simulations`, `logs`, `inbound`, `outbound`, \
                     `widget`, `chat`";

#[test]
fn every_refusal_to_the_letter() {
    let mut agency = of(["harbor", "quay", "gone"]);
    run(&mut agency, AgencyCommand::delete("gone"));
    let check = |command: AgencyCommand, code, rule, message: &str| {
        refused(&agency, &north(), command, [code, rule, message]);
    };
    let unknown = "unknown subaccount `south`";
    for command in [
        AgencyCommand::delete("south"),
        api("south", FeaturePatch::new()),
        ui("south", FeaturePatch::new()),
        AgencyCommand::within("south", Command::suspend("ana")),
    ] {
        check(command, "unknown_subaccount", "AGY-8", unknown);
    }
    for id in ["harbor", "gone"] {
        let message = format!("subaccount id `{id}` is in use or was used before: choose another");
        check(AgencyCommand::create(id).into(), "subaccount_exists", "AGY-4", &message);
        let twice = [AgencyCommand::create("new"), AgencyCommand::create(id)];
        check(AgencyCommand::create_all(twice), "subaccount_exists", "AGY-4", &message);
    }
    let twice = ["new", "new"].map(AgencyCommand::create);
    let message = "subaccount id `new` is in use or was used before: choose another";
    check(AgencyCommand::create_all(twice), "subaccount_exists", "AGY-4", message);
    let message = "an id is empty; it has 1 to 255 bytes";
    check(AgencyCommand::create("").into(), "invalid_id", "AGY-4", message);
    let message = "an id of 256 bytes is too long; it has 1 to 255 bytes";
    check(AgencyCommand::create(&"x".repeat(256)).into(), "invalid_id", "AGY-4", message);
    let message = "no subaccount is named: name at least one";
    check(AgencyCommand::create_all([]), "empty_batch", "AGY-4", message);

    let logs = "duplicate `logs` in the patch: name each feature once";
    check(api("harbor", grant(["logs", "chat", "logs"])), "duplicate", "AGY-3", logs);
    check(api("harbor", revoke(["logs", "logs"])), "duplicate", "AGY-3", logs);
    let message = "duplicate `general.logs` in the patch: name each feature once";
    check(ui("harbor", grant(["general.logs", "general.logs"])), "duplicate", "AGY-3", message);
    let message = "`logs` is both granted and revoked: keep one of the two";
    check(api("harbor", grant(["logs"]).revoke("logs")), "overlap", "AGY-3", message);
    let message = "`assistants` is both granted and revoked: keep one of the two";
    check(api("harbor", grant(["assistants"]).revoke("assistants")), "overlap", "AGY-3", message);
    let message = format!("the API knows no feature `fax`; it knows {KNOWN}");
    check(api("harbor", grant(["fax"])), "unknown_feature", "AGY-3", &message);
    check(api("harbor", revoke(["fax"])), "unknown_feature", "AGY-3", &message);
    for name in ["invite_members", "general.invite_members", "twilio", "capabilities.actions"] {
        let message =
            format!("`{name}` cannot be set through the API: set it in the user interface");
        check(api("harbor", grant([name])), "ui_only", "AGY-3", &message);
        check(api("harbor", revoke([name])), "ui_only", "AGY-3", &message);
        let new = AgencyCommand::create("new").patch(grant([name]));
        check(new.into(), "ui_only", "AGY-3", &message);
    }
    let areas = "`general`, `agent_types`, `capabilities`, `integrations`, `action_types`, \
                 `workspace`";
    let message = format!("unknown area `contacts`; there are {areas}");
    check(ui("harbor", grant(["contacts"])), "unknown_feature", "AGY-3", &message);
    let switch = AgencyCommand::select_all("contacts", Switch::On);
    check(switch, "unknown_feature", "AGY-3", &message);
    let message = "`capabilities` has no sub-section `fax`; it has `configure`, `prompt`, \
                   `actions`, `deployment`, `calls`";
    check(ui("harbor", grant(["capabilities.fax"])), "unknown_feature", "AGY-3", message);

    let message = "unknown user `ana`";
    let within = AgencyCommand::within("harbor", Command::suspend("ana"));
    refused(&agency, &Actor::Host, within, ["unknown_user", "USR-1", message]);
}

/// What grants and templates set is no feature.
#[test]
fn agy_3_a_feature_is_what_the_account_has() {
    let example = example();
    let features = all(example.catalog());
    let known: Vec<String> = features.iter().take(20).map(|path| format!("`{path}`")).collect();
    let known = format!("{} and {} more", known.join(", "), features.len() - 20);
    for path in ["knowledge.faqs", "flows", "workspace.billing", "general", "knowledge"] {
        let message = format!("`{path}` is not an account feature; the features are {known}");
        let expected = ["unknown_feature", "AGY-3", &message];
        refused(&example, &north(), ui("harbor", grant([path])), expected);
        refused(&example, &north(), AgencyCommand::select_all(path, Switch::On), expected);
    }
}

#[test]
fn agy_3_a_patch_is_atomic() {
    let mut agency = of(["harbor"]);
    run(&mut agency, api("harbor", grant(["logs", "chat"])));
    for bad in [
        grant(["contacts", "fax"]),
        grant(["contacts"]).revoke("logs").revoke("assistants"),
        grant(["contacts", "twilio"]).revoke("logs"),
        grant(["contacts", "contacts"]),
        grant(["contacts"]).revoke("contacts"),
    ] {
        let before = (agency.clone(), written(&agency));
        agency.execute(&north(), api("harbor", bad.clone()), NOW).unwrap_err();
        let new = [AgencyCommand::create("one"), AgencyCommand::create("two").patch(bad)];
        agency.execute(&north(), AgencyCommand::create_all(new), NOW).unwrap_err();
        assert_eq!((&agency, &written(&agency)), (&before.0, &before.1));
    }
}

/// An empty patch is accepted, is a revision (REV-1), and changes no account.
#[test]
fn agy_3_an_empty_patch_changes_nothing() {
    let mut agency = of(["harbor"]);
    for command in [api("harbor", FeaturePatch::new()), ui("harbor", FeaturePatch::new())] {
        let before = (agency.revision(), agency.subaccount("harbor").unwrap().clone());
        let change = changed(&mut agency, command);
        assert!(change.edits().is_empty());
        assert_eq!(agency.revision(), before.0 + 1);
        assert_eq!(agency.subaccount("harbor"), Some(&before.1));
    }
}

#[test]
fn agy_3_the_user_interface_sets_every_feature_of_the_agency() {
    for start in [of(["harbor", "quay"]), example()] {
        let mut agency = start.clone();
        let other = agency.subaccounts().last().unwrap().clone();
        let features = agencys(start.catalog());
        let hosts = &on(&agency, "harbor") - &features.iter().cloned().collect();
        for path in &features {
            run(&mut agency, ui("harbor", grant([path])));
            assert!(on(&agency, "harbor").contains(path));
        }
        for path in features.iter().filter(|path| *path != "general.assistants") {
            run(&mut agency, ui("harbor", revoke([path])));
            assert!(!on(&agency, "harbor").contains(path));
        }
        assert_eq!(on(&agency, "harbor"), &set(["general.assistants"]) | &hosts);
        assert_eq!(agency.subaccounts().last(), Some(&other));
    }
}

/// AGY-9, GRD-5: an agency grants no plan, nor does it take one away; nor does whatever concerns
/// several subaccounts, though the host says it.
#[test]
fn agy_9_no_patch_touches_a_plan() {
    let agency = example();
    let message = "`plan.enterprise` is set by the host alone, for one subaccount: use \
                   `set_features`";
    let plan = "plan.enterprise";
    for actor in [north(), Actor::Host] {
        for command in [
            ui("harbor", grant([plan])),
            ui("harbor", revoke([plan])),
            AgencyCommand::select_all(plan, Switch::On),
            AgencyCommand::create("new").patch_by_path(grant([plan])).into(),
        ] {
            refused(&agency, &actor, command, ["host_only", "AGY-9", message]);
        }
    }
    assert!(on(&agency, "harbor").contains(plan));
    let within =
        |features: &[&str]| AgencyCommand::within("harbor", Command::set_features(features));
    let message = "agency `north` may not do this: setting `plan.enterprise` is for the host alone";
    refused(&agency, &north(), within(&["general.logs"]), ["host_only", "GRD-5", message]);
    // A new subaccount starts with the catalog's defaults of what the host sets.
    let mut agency = agency;
    run(&mut agency, AgencyCommand::create("new"));
    let newest = on(&example(), example().newest_subaccount().unwrap().id().as_str());
    let copied = newest.into_iter().filter(|path| !path.starts_with("plan."));
    assert_eq!(on(&agency, "new"), copied.collect());
}

/// A subaccount with some features on, and a patch: names, each with where it is turned to.
type Patched = (Vec<String>, Vec<(String, bool)>);

fn patched(by_api: bool) -> impl Strategy<Value = Patched> {
    let names = if by_api {
        API.map(|(_, name)| name.to_owned()).into_iter().skip(1).collect()
    } else {
        all(&agency::catalog()).into_iter().skip(1).collect::<Vec<_>>()
    };
    let count = names.len();
    let before = subsequence(all(&agency::catalog()), 0..=33);
    let chosen = subsequence(names, 0..=count).prop_shuffle();
    (before, chosen, any::<u64>()).prop_map(|(before, chosen, bits)| {
        let switched = (0..).zip(chosen).map(|(place, name)| (name, bits >> place & 1 == 1));
        (before, switched.collect())
    })
}

fn with_features(features: &[String]) -> Agency {
    let mut agency = of(["harbor"]);
    run(&mut agency, AgencyCommand::within("harbor", Command::set_features(features)));
    agency
}

fn patch_of(switched: &[(String, bool)]) -> FeaturePatch {
    switched.iter().fold(FeaturePatch::new(), |patch, (name, is_on)| {
        if *is_on { patch.grant(name) } else { patch.revoke(name) }
    })
}

proptest! {
    #[test]
    fn agy_3_a_patch_does_what_it_says_in_any_order_and_once(
        by_api in any::<bool>(),
        (api_patch, ui_patch) in (patched(true), patched(false)),
        turn in any::<Index>(),
    ) {
        let (before, mut switched) = if by_api { api_patch } else { ui_patch };
        let command = |patch| if by_api { api("harbor", patch) } else { ui("harbor", patch) };
        let start = with_features(&before);
        let mut expected = on(&start, "harbor");
        for (name, is_on) in &switched {
            let found = API.iter().find(|(_, api)| by_api && api == name);
            let path = found.map_or(name.clone(), |(path, _)| (*path).to_owned());
            if *is_on {
                expected.insert(path);
            } else {
                expected.remove(&path);
            }
        }
        let mut once = start.clone();
        run(&mut once, command(patch_of(&switched)));
        prop_assert_eq!(on(&once, "harbor"), expected);
        // In another order, and the other list first.
        let middle = if switched.is_empty() { 0 } else { turn.index(switched.len()) };
        switched.rotate_left(middle);
        switched.reverse();
        let mut other = start;
        run(&mut other, command(patch_of(&switched)));
        prop_assert_eq!(other.subaccount("harbor"), once.subaccount("harbor"));
        // Once more, which is no change.
        let change = changed(&mut other, command(patch_of(&switched)));
        prop_assert!(change.edits().is_empty());
        prop_assert_eq!(other.subaccount("harbor"), once.subaccount("harbor"));
    }

    #[test]
    fn agy_3_what_the_api_gives_out_changes_nothing_when_it_comes_in(
        (from, to) in (patched(false), patched(false)),
    ) {
        let (from, mut to) = (with_features(&from.0), with_features(&to.0));
        let features = |agency: &Agency| agency.subaccount("harbor").unwrap().features().clone();
        let given = ApiFeatures::of(&features(&from));
        let object = serde_json::to_value(&given).unwrap();
        prop_assert_eq!(object.as_object().unwrap().len(), 13);
        prop_assert!(object.as_object().unwrap().values().all(Value::is_boolean));
        let read = ApiFeatures::from_document(&parse(&object)).unwrap();
        prop_assert_eq!(&read, &given);
        let mut same = from.clone();
        prop_assert!(changed(&mut same, api("harbor", read.to_patch())).edits().is_empty());
        prop_assert_eq!(same.subaccount("harbor"), from.subaccount("harbor"));
        // Elsewhere it brings the thirteen over, and no other.
        let before = on(&to, "harbor");
        run(&mut to, api("harbor", read.to_patch()));
        prop_assert_eq!(&ApiFeatures::of(&features(&to)), &given);
        let is_named = |path: &String| API.iter().any(|(one, _)| one == path);
        let unnamed = |set: BTreeSet<String>| -> BTreeSet<String> {
            set.into_iter().filter(|path| !is_named(path)).collect()
        };
        prop_assert_eq!(unnamed(on(&to, "harbor")), unnamed(before));
    }
}

// AGY-4.

/// Whom each new subaccount copied.
fn copied(change: &AgencyChange) -> Vec<(&str, Option<&str>)> {
    let created = change.edits().iter().filter_map(|edit| match edit {
        AgencyEdit::Created { account, copied_from } => {
            Some((account.id().as_str(), copied_from.as_ref().map(AccountId::as_str)))
        }
        _ => None,
    });
    created.collect()
}

#[test]
fn agy_4_a_new_subaccount_copies_the_newest_that_exists() {
    let mut agency = of([]);
    let change = changed(&mut agency, AgencyCommand::create("first"));
    assert_eq!(copied(&change), [("first", None)]);
    assert_eq!(on(&agency, "first"), set(["general.assistants"]));

    let patch = grant(["contacts", "logs"]);
    let change = changed(&mut agency, AgencyCommand::create("second").patch(patch));
    assert_eq!(copied(&change), [("second", Some("first"))]);
    let second = set(["general.assistants", "general.contacts", "general.logs"]);
    assert_eq!(on(&agency, "second"), second);

    // The features as they are now, and the newest by creation, whoever changed last.
    run(&mut agency, api("second", revoke(["logs"])));
    run(&mut agency, api("first", grant(["chat"])));
    let change = changed(&mut agency, AgencyCommand::create("third"));
    assert_eq!(copied(&change), [("third", Some("second"))]);
    assert_eq!(on(&agency, "third"), set(["general.assistants", "general.contacts"]));

    // No link remains.
    run(&mut agency, api("second", grant(["workflows"])));
    assert_eq!(on(&agency, "third"), set(["general.assistants", "general.contacts"]));

    // What was deleted is not copied.
    run(&mut agency, AgencyCommand::delete("third"));
    let change = changed(&mut agency, AgencyCommand::create("fourth"));
    assert_eq!(copied(&change), [("fourth", Some("second"))]);
    assert_eq!(on(&agency, "fourth"), on(&agency, "second"));

    // With none left it is as at first.
    for id in ["first", "fourth", "second"] {
        run(&mut agency, AgencyCommand::delete(id));
    }
    assert!(agency.is_empty());
    let change = changed(&mut agency, AgencyCommand::create("fifth"));
    assert_eq!(copied(&change), [("fifth", None)]);
    assert_eq!(on(&agency, "fifth"), set(["general.assistants"]));
    let retired = agency.retired_subaccounts().map(ToString::to_string);
    assert_eq!(retired.collect::<Vec<_>>(), ["third", "first", "fourth", "second"]);
}

#[test]
fn agy_4_several_at_once_copy_one_another_in_order() {
    let new = || {
        [
            AgencyCommand::create("a").patch(grant(["logs"])),
            AgencyCommand::create("b").patch_by_path(grant(["capabilities.calls"])),
            AgencyCommand::create("c").patch(revoke(["logs"]).grant("chat")),
        ]
    };
    let start = of(["harbor"]);
    let mut at_once = start.clone();
    let change = changed(&mut at_once, AgencyCommand::create_all(new()));
    let expected = [("a", Some("harbor")), ("b", Some("a")), ("c", Some("b"))];
    assert_eq!(copied(&change), expected);
    assert_eq!(at_once.revision(), start.revision() + 1);
    let expected = set(["general.assistants", "agent_types.chat", "capabilities.calls"]);
    assert_eq!(on(&at_once, "c"), expected);
    let mut by_one = start;
    for one in new() {
        run(&mut by_one, one);
    }
    assert!(by_one.subaccounts().eq(at_once.subaccounts()));
}

#[test]
fn agy_4_a_fixed_set_may_be_the_start_of_all() {
    let mut fixed = Features::new(&agency::catalog());
    fixed.turn_on(agency::general::LOGS).unwrap();
    let mut agency = of(["harbor"]).with_default_features(fixed).unwrap();
    run(&mut agency, api("harbor", grant(["chat", "contacts"])));
    let new = [
        AgencyCommand::create("a").patch(grant(["inbound"])),
        AgencyCommand::create("b"),
        AgencyCommand::create("c").patch(revoke(["logs"])),
    ];
    let change = changed(&mut agency, AgencyCommand::create_all(new));
    assert_eq!(copied(&change), [("a", None), ("b", None), ("c", None)]);
    assert_eq!(
        on(&agency, "a"),
        set(["general.assistants", "general.logs", "agent_types.inbound"])
    );
    assert_eq!(on(&agency, "b"), set(["general.assistants", "general.logs"]));
    assert_eq!(on(&agency, "c"), set(["general.assistants"]));
    // Features of another catalog are refused.
    let other = Features::new(&studio::catalog());
    assert!(of([]).with_default_features(other).is_err());
}

/// A copy takes features and nothing else.
#[test]
fn agy_4_a_new_subaccount_has_no_users_and_no_templates() {
    let mut agency = example();
    run(&mut agency, AgencyCommand::create("quay"));
    let quay = agency.subaccount("quay").unwrap();
    assert_eq!((quay.users().count(), quay.templates().count(), quay.revision()), (0, 0, 0));
    assert_eq!(quay.features(), agency.subaccount("bright").unwrap().features());
    assert_eq!(quay.catalog(), agency.catalog());
}

// AGY-5.

/// Every feature's state against a count of the subaccounts.
#[track_caller]
fn check_counts(agency: &Agency) {
    let subaccounts = agency.len();
    assert_eq!(subaccounts, agency.subaccounts().count());
    for row in agency.feature_table() {
        let on = agency.subaccounts().filter(|one| one.features().is_on(row.feature())).count();
        let expected = match on {
            0 => FeatureState::None { subaccounts },
            on if on == subaccounts => FeatureState::All { subaccounts },
            on => FeatureState::Mixed { on, subaccounts },
        };
        assert_eq!(row.state(), expected, "{}", row.path());
        assert_eq!(agency.feature_state(row.path()), Ok(expected));
        let cells = row.cells().filter(|(_, is_on)| *is_on).count();
        assert_eq!(cells, on, "{}", row.path());
        assert!(row.cells().map(|(one, _)| one.id()).eq(agency.subaccounts().map(Account::id)));
    }
}

#[test]
fn agy_5_all_none_and_mixed() {
    let logs = agency::general::LOGS;
    let state = |agency: &Agency| agency.feature_state(logs).unwrap();
    let mut agency = of([]);
    assert_eq!(state(&agency), FeatureState::None { subaccounts: 0 });
    run(&mut agency, AgencyCommand::create("a").patch(grant(["logs"])));
    assert_eq!(state(&agency), FeatureState::All { subaccounts: 1 });
    run(&mut agency, AgencyCommand::create("b").patch(revoke(["logs"])));
    assert_eq!(state(&agency), FeatureState::Mixed { on: 1, subaccounts: 2 });
    run(&mut agency, AgencyCommand::delete("a"));
    assert_eq!(state(&agency), FeatureState::None { subaccounts: 1 });
    run(&mut agency, AgencyCommand::select_all(logs, Switch::On));
    assert_eq!(state(&agency), FeatureState::All { subaccounts: 1 });
    check_counts(&agency);
    let unknown = agency.feature_state("logs").unwrap_err().to_string();
    let areas = "`general`, `agent_types`, `capabilities`, `integrations`, `action_types`, \
                 `workspace`";
    assert_eq!(unknown, format!("unknown area `logs`; there are {areas}"));
}

#[test]
fn agy_5_select_all_touches_no_other_feature() {
    for start in [of(["a", "b", "c"]), example()] {
        for path in agencys(start.catalog()) {
            for switch in [Switch::On, Switch::Off] {
                if (&*path, switch) == ("general.assistants", Switch::Off) {
                    continue;
                }
                let mut agency = start.clone();
                let change = changed(&mut agency, AgencyCommand::select_all(&path, switch));
                for (was, is) in start.subaccounts().zip(agency.subaccounts()) {
                    let (mut expected, is) = (paths(was.features()), paths(is.features()));
                    match switch {
                        Switch::On => expected.insert(path.clone()),
                        Switch::Off => expected.remove(&path),
                    };
                    assert_eq!(is, expected, "{path}");
                }
                // Who has it already is not written.
                let had = |one: &&Account| {
                    paths(one.features()).contains(&path) == (switch == Switch::On)
                };
                let written = change.edits().len();
                assert_eq!(written, start.len() - start.subaccounts().filter(had).count());
                check_counts(&agency);
            }
        }
    }
}

// AGY-6.

#[test]
fn agy_6_actions_are_independent_of_one_another() {
    let is_one = |path: &String| {
        path == "general.actions"
            || path == "capabilities.actions"
            || path.starts_with("action_types.")
    };
    let ten: Vec<String> = all(&agency::catalog()).into_iter().filter(is_one).collect();
    assert_eq!(ten.len(), 10);
    for subset in 0..1_u32 << ten.len() {
        let mut features = Features::new(&agency::catalog());
        let chosen = (0..).zip(&ten).filter(|(place, _)| subset >> place & 1 == 1);
        let chosen: BTreeSet<&String> = chosen.map(|(_, path)| path).collect();
        for path in &chosen {
            features.turn_on(path).unwrap();
        }
        for path in &ten {
            let feature = agency::catalog().permission(&format!("{path}:on")).unwrap();
            assert_eq!(features.is_effective(feature), chosen.contains(path), "{path}");
        }
    }
    // Nor does setting one set another.
    for path in &ten {
        let mut agency = of(["harbor"]);
        run(&mut agency, ui("harbor", grant([path])));
        assert_eq!(on(&agency, "harbor"), set(["general.assistants", path]));
    }
}

// AGY-7, CAT-6.

/// The document of an account without its revision.
fn content(account: &Account) -> Value {
    let mut document = serde_json::to_value(account).unwrap();
    let fields = document.as_object_mut().unwrap();
    fields.retain(|field, _| field != "revision" && field != "head");
    document
}

#[test]
fn agy_7_off_and_on_again_restores_exactly() {
    for start in [example(), example_with_all_on()] {
        for account in start.subaccounts() {
            let id = account.id().as_str();
            let hosts = |path: &&String| path.starts_with("plan.");
            let mut features = on(&start, id);
            features.retain(|path| path != "general.assistants" && !hosts(&path));
            for path in &features {
                let mut agency = start.clone();
                run(&mut agency, ui(id, revoke([path])));
                let off = agency.subaccount(id).unwrap();
                let mut expected = content(account);
                let features = expected["features"].as_array_mut().unwrap();
                features.retain(|one| *one != json!(path));
                assert_eq!(content(off), expected, "nothing but the feature is gone");
                let before = effective(account);
                for ((_, is), (user, was)) in effective(off).iter().zip(&before) {
                    assert!(is.is_subset(was), "{user}");
                }
                run(&mut agency, ui(id, grant([path])));
                let on = agency.subaccount(id).unwrap();
                assert_eq!(content(on), content(account));
                assert_eq!(effective(on), before);
            }
        }
    }
}

fn example_with_all_on() -> Agency {
    let mut agency = example();
    let ids: Vec<String> = agency.subaccounts().map(|one| one.id().to_string()).collect();
    for id in ids {
        let command = AgencyCommand::within(&id, Command::set_features(all(agency.catalog())));
        let _ = agency.execute(&Actor::Host, command, NOW).unwrap();
    }
    agency
}

/// CAT-6: while its feature is off, a gated permission is inert for everyone, admins included;
/// nothing else is.
#[test]
fn cat_6_a_gate_masks_what_it_is_on_for_admins_too() {
    let start = example_with_all_on();
    let catalog = start.catalog();
    for (target, feature) in GATES {
        let is_gated = |one: &Permission| {
            let name = catalog.display(*one).to_string();
            let rest = name.strip_prefix(target);
            rest.is_some_and(|rest| rest.starts_with(['.', ':']))
        };
        let gated: BTreeSet<String> =
            names(catalog, catalog.permissions().filter(|one| is_gated(one)));
        assert!(gated.len() >= 2, "{target}");
        let mut agency = start.clone();
        run(&mut agency, AgencyCommand::select_all(feature, Switch::Off));
        let mut members = 0;
        for (was, is) in start.subaccounts().zip(agency.subaccounts()) {
            let lattice = is.compile();
            for ((user, had), (_, has)) in effective(was).iter().zip(effective(is)) {
                let mut lost = names(catalog, had.difference(&has));
                let mut expected = names(catalog, had.iter().filter(|one| is_gated(one)));
                if !had.is_empty() {
                    expected.insert(format!("{feature}:on"));
                }
                assert_eq!(lost, expected, "{user}");
                assert!(has.is_subset(had), "{user}");
                lost.remove(&format!("{feature}:on"));
                members += usize::from(!lost.is_empty() && lost != gated);
                for lost in &lost {
                    let permission = catalog.permission(lost).unwrap();
                    let reason = lattice.subject(user).reason(permission);
                    assert_eq!(reason, Some(Reason::NotEntitled), "{user}, {lost}");
                    let why = lattice.explain(user, permission).to_string();
                    assert!(why.contains(&format!("turn {feature} on")), "{why}");
                }
            }
            let admin = is.users().next().unwrap().id().as_str();
            let admin = lattice.subject(admin).permissions();
            assert!(names(catalog, admin.iter()).is_disjoint(&gated), "{target}");
        }
        assert!(members > 0 || gated.len() == 2, "some member had some of {target}");
    }
}

// AGY-8.

#[test]
fn agy_8_an_id_says_nothing_in_another_account() {
    let agency = example();
    for account in agency.subaccounts() {
        for other in agency.subaccounts().filter(|other| other.id() != account.id()) {
            let lattice = other.compile();
            for user in account.users() {
                let subject = lattice.subject(user.id().as_str());
                assert!(subject.permissions().is_empty());
                for permission in agency.catalog().permissions() {
                    assert!(!lattice.allows(user.id().as_str(), permission));
                    assert_eq!(subject.reason(permission), Some(Reason::UnknownUser));
                }
            }
        }
    }
    // An admin of one is nobody in the others.
    let tick = Command::suspend("tim");
    let message = "`ana` may not do this: only an active user of this account may";
    for (id, account) in [("harbor", "summit"), ("summit", "summit")] {
        let command = AgencyCommand::within(account, tick.clone());
        let expected = ["not_authorized", "GRD-1", message];
        refused(&agency, &actors::user_of("north", id, "ana"), command, expected);
    }
    let mut after = agency.clone();
    let sue = actors::user_of("north", "summit", "sue");
    let _ = after.execute(&sue, AgencyCommand::within("summit", tick), NOW).unwrap();
    // What happens in one leaves the others alone.
    let others = |agency: &Agency| {
        let others = agency.subaccounts().filter(|one| one.id().as_str() != "summit");
        others.cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&after), others(&agency));
}

// GRD-5.

#[test]
fn grd_5_the_agency_and_the_host_alone_change_features() {
    let agency = example();
    let commands = || {
        [
            api("harbor", revoke(["logs"])),
            ui("harbor", revoke(["general.logs"])),
            AgencyCommand::select_all("general.logs", Switch::Off),
            AgencyCommand::create("quay").into(),
            AgencyCommand::delete("harbor"),
        ]
    };
    let strangers = [
        (actors::user_of("north", "harbor", "ana"), "`ana`"),
        (actors::user_of("north", "harbor", "mia"), "`mia`"),
        (actors::user_of("north", "north", "north"), "`north`"),
        (actors::agency("south"), "agency `south`"),
        (actors::agency("harbor"), "agency `harbor`"),
        (actors::agency("North"), "agency `North`"),
    ];
    for (actor, shown) in &strangers {
        let message = format!(
            "{shown} may not do this: only the agency itself or the host changes subaccounts"
        );
        for command in commands() {
            refused(&agency, actor, command, ["not_authorized", "GRD-5", &message]);
        }
    }
    for actor in [north(), Actor::Host] {
        for command in commands() {
            let change = agency.clone().execute(&actor, command, NOW).unwrap();
            assert_eq!((change.actor(), change.revision()), (&actor, 1));
        }
    }
}

/// GRD-5: setting them within a subaccount is no way round, and is one for the agency itself.
#[test]
fn grd_5_within_a_subaccount_too() {
    let agency = example();
    let features = || {
        AgencyCommand::within("harbor", Command::set_features(["general.logs", "plan.enterprise"]))
    };
    let message = "`ana` may not do this: setting features is for the host alone";
    let ana = actors::user_of("north", "harbor", "ana");
    refused(&agency, &ana, features(), ["host_only", "GRD-5", message]);
    let message = "agency `south` may not do this: only an active user of this account may";
    let expected = ["not_authorized", "GRD-1", message];
    refused(&agency, &actors::agency("south"), features(), expected);
    for actor in [north(), Actor::Host] {
        let mut agency = agency.clone();
        let change = agency.execute(&actor, features(), NOW).unwrap();
        let expected = ["general.assistants", "general.logs", "plan.enterprise"];
        assert_eq!(on(&agency, "harbor"), set(expected));
        assert_eq!(change.actor(), &actor);
    }
    // Users are for their own admins, or the host.
    let suspend = || AgencyCommand::within("harbor", Command::suspend("mia"));
    let message =
        "agency `north` may not do this: an agency changes only the features of a subaccount";
    refused(&agency, &north(), suspend(), ["not_authorized", "GRD-5", message]);
    for actor in [ana, Actor::Host] {
        let mut agency = agency.clone();
        let _ = agency.execute(&actor, suspend(), NOW).unwrap();
        assert_eq!(agency.subaccount("harbor").unwrap().revision(), 1);
    }
}

// Composed catalogs.

#[test]
fn composed_by_builder_by_macro_and_by_document_it_is_one_catalog() {
    let built = voice_agency();
    let declared = composed::catalog();
    let read = Catalog::from_document(&parse(&built)).unwrap();
    for other in [&declared, &read] {
        assert!(built.is_same(other));
        assert_eq!(built.stamp(), other.stamp());
    }
    assert_eq!(built, read);
    assert_eq!(written(&built), written(&read));
    let typed = composed::general::KNOWLEDGE_BASE.on();
    assert_eq!(built.permission("general.knowledge_base:on"), Ok(typed));
    let operations = built.operations().map(|(key, _)| key).collect::<Vec<_>>();
    assert!(operations.contains(&"publish_chat_widget"));
    assert!(operations.contains(&"attach_send_sms"));
    assert!(!operations.contains(&"import_twilio_number"), "it needs `integrations` of the agency");
    assert_eq!(built.areas().len(), 19);
    assert_eq!(built.features().count(), 29);
    // Another order is another catalog, on which nothing of this one counts.
    let other = studio::catalog().to_builder("voice-agency/1").build().unwrap();
    assert_ne!(built.stamp(), other.stamp());
    assert_ne!(built, other);
}

#[test]
fn cat_8_areas_that_collide_are_named_with_where_they_come_from() {
    let both = |keys: &[&str]| {
        let builder = studio::catalog().to_builder("voice-agency/1");
        let error = builder.include(&agency::catalog(), keys.iter().copied()).build().unwrap_err();
        error.to_string()
    };
    assert_eq!(
        both(&["general", "integrations"]),
        "the catalog cannot be built\n  areas[16]: area `integrations` of `agency/1` \
         collides with area `integrations` of `studio/2026-06`; rename one of the two or leave it out",
    );
}

// REV.

/// Commands of every kind, all accepted.
fn history() -> Vec<(Actor, AgencyCommand)> {
    let new = [
        AgencyCommand::create("ridge").patch(grant(["logs"])),
        AgencyCommand::create("slate").patch_by_path(revoke(["general.simulations"])),
    ];
    vec![
        (north(), api("harbor", revoke(["knowledge_base", "chat"]))),
        (north(), ui("bright", grant(["capabilities.prompt"]))),
        (Actor::Host, AgencyCommand::select_all("general.contacts", Switch::On)),
        (north(), AgencyCommand::create("quay").into()),
        (north(), AgencyCommand::create_all(new)),
        (north(), AgencyCommand::delete("metro")),
        (north(), api("harbor", FeaturePatch::new())),
        (
            actors::user_of("north", "harbor", "ana"),
            AgencyCommand::within("harbor", Command::suspend("mia")),
        ),
        (north(), AgencyCommand::within("quay", Command::set_features(["general.logs"]))),
        (Actor::Host, AgencyCommand::select_all("general.logs", Switch::Off)),
    ]
}

fn changes(agency: &mut Agency) -> Vec<AgencyChange> {
    let each = history();
    each.into_iter().map(|(actor, one)| agency.execute(&actor, one, NOW).unwrap()).collect()
}

#[test]
fn rev_3_changes_replay_as_values_and_through_documents() {
    let start = example();
    let mut agency = start.clone();
    let changes = changes(&mut agency);
    let revisions = changes.iter().map(AgencyChange::revision);
    assert!(revisions.eq(1..=agency.revision()), "REV-1: one revision a command");
    let (mut replica, mut archive) = (start.clone(), reread(&start));
    for change in &changes {
        replica.apply(change).unwrap();
        let stored = reread_change(change, agency.catalog());
        assert_eq!(&stored, change);
        assert_eq!(written(&stored), written(change));
        let command = AgencyCommand::from_document(&parse(change.command()), agency.catalog());
        assert_eq!(command.as_ref(), Ok(change.command()));
        archive.apply(&stored).unwrap();
        archive = reread(&archive);
        assert_eq!(replica, archive, "{change}");
    }
    for replayed in [&replica, &archive] {
        assert_eq!(replayed, &agency);
        assert_eq!(written(replayed), written(&agency));
        check_counts(replayed);
    }
}

/// A change as it was written before there was a chain.
fn unchained(change: &AgencyChange) -> AgencyChange {
    let mut document = serde_json::to_value(change).unwrap();
    document.as_object_mut().unwrap().shift_remove("previous");
    AgencyChange::from_document(&parse(&document), change.catalog()).unwrap()
}

/// A change that cannot be applied, and changes nothing.
#[track_caller]
fn unfit(agency: &Agency, change: &AgencyChange, message: &str) -> ApplyError {
    let mut after = agency.clone();
    let error = after.apply(change).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(&after, agency);
    error
}

#[test]
fn rev_3_gaps_and_changes_of_others_are_refused() {
    let start = example();
    let mut agency = start.clone();
    let changes = changes(&mut agency);
    let error = unfit(&start, &changes[2], "revision 3 comes too early: expected 1");
    assert_eq!(error, ApplyError::Gap { given: 3, wanted: 1 });
    assert_eq!(agency.clone().replay(&changes).unwrap(), agency, "repeats change nothing");
    let mut south = serde_json::to_value(&start).unwrap();
    south["id"] = json!("south");
    let south = Agency::from_document(&parse(&south), &[voice_agency()]).unwrap();
    let error = unfit(
        &south,
        &changes[0],
        "the change was made for agency `north`; this is agency `south`",
    );
    assert!(matches!(error, ApplyError::OtherDirectory { .. }));
    // A change that was made for another state.
    // Somebody else has changed what it is about.
    let mut elsewhere = start.clone();
    run(&mut elsewhere, api("lakeside", grant(["chat"])));
    run(&mut elsewhere, api("summit", FeaturePatch::new()));
    let diverged = "diverged: revision 3 belongs to another history: load it again from the log";
    assert_eq!(unfit(&elsewhere, &changes[2], diverged), ApplyError::Diverged { given: 3 });
    // The same of changes that do not name the one before.
    let changes: Vec<AgencyChange> = changes.iter().map(unchained).collect();
    let message = "revision 3 cannot be applied: subaccount `lakeside`: diverged: revision 1 belongs \
                   to another history: load it again from the log";
    unfit(&elsewhere, &changes[2], message);
    let message = "revision 3 cannot be applied: subaccount `lakeside` is in another state than the edit starts from";
    let mut elsewhere = start.clone();
    run(&mut elsewhere, AgencyCommand::delete("lakeside"));
    run(&mut elsewhere, api("summit", FeaturePatch::new()));
    unfit(&elsewhere, &changes[2], message);
    // A subaccount that is there already, and one that is not there any more.
    let mut elsewhere = start.clone();
    run(&mut elsewhere, AgencyCommand::create("quay"));
    for _ in 0..2 {
        run(&mut elsewhere, api("summit", FeaturePatch::new()));
    }
    unfit(
        &elsewhere,
        &changes[3],
        "revision 4 cannot be applied: subaccount id `quay` is in use or was used before",
    );
    let mut elsewhere = start;
    run(&mut elsewhere, AgencyCommand::delete("metro"));
    for _ in 0..4 {
        run(&mut elsewhere, api("summit", FeaturePatch::new()));
    }
    unfit(
        &elsewhere,
        &changes[5],
        "revision 6 cannot be applied: subaccount `metro` is in another state than the edit starts from",
    );
}

#[test]
fn rev_5_a_preview_is_what_executing_does() {
    let mut agency = example();
    for (actor, command) in history() {
        let before = agency.clone();
        let preview = agency.preview(&actor, command.clone(), NOW).unwrap();
        assert_eq!(agency, before, "looking changes nothing");
        let mut committed = agency.clone();
        let change = agency.execute(&actor, command, NOW).unwrap();
        assert_eq!(preview.change(), &change);
        // Who gains and loses is what the lattices say.
        let mut expected = BTreeMap::new();
        for edit in change.edits() {
            if let AgencyEdit::Deleted { account } = edit {
                let held = account.users().filter(|user| {
                    let profile = account.profile(user);
                    let is_active = user.status() == Status::Active;
                    let held = if is_active { profile.permissions() } else { profile.configured() };
                    !held.is_empty()
                });
                expected.insert(account.id().to_string(), held.count());
            }
            let AgencyEdit::Changed(change) = edit else { continue };
            let id = change.account().as_str();
            let [was, is] = [&before, &agency].map(|one| one.subaccount(id).unwrap());
            let diff = was.diff(is).unwrap();
            if !diff.is_empty() {
                expected.insert(id.to_owned(), diff.users().len());
            }
            let users = change.effects().iter().map(|effect| match effect.who() {
                Affected::Profile { users, .. } => *users,
                _ => 1,
            });
            assert_eq!(users.sum::<usize>(), diff.users().len(), "{change}");
            let lost = change.effects().iter().flat_map(|one| one.lost().to_vec());
            let lost = names(is.catalog(), lost);
            let differ = diff.users().iter().flat_map(|user| user.lost().to_vec());
            assert_eq!(lost, names(is.catalog(), differ), "{change}");
        }
        expected.retain(|_, users| *users > 0);
        let affected =
            preview.change().affected_subaccounts().map(|(id, users)| (id.to_string(), users));
        assert_eq!(preview.affected_users(), expected.values().sum::<usize>(), "{change}");
        assert_eq!(affected.collect::<BTreeMap<_, _>>(), expected, "{change}");
        assert_eq!(committed.commit_preview(preview).unwrap(), change);
        assert_eq!(committed, agency);
    }
}

#[test]
fn rev_12_a_preview_is_stale_once_its_effect_is_another() {
    let mut agency = example();
    let command = || api("harbor", revoke(["logs"]));
    let preview = agency.preview(&north(), command(), NOW).unwrap();
    // Another subaccount is none of its business.
    run(&mut agency, api("summit", revoke(["logs"])));
    let change = agency.commit(&north(), command(), NOW, &preview.digest()).unwrap();
    assert_eq!(change.revision(), 2);
    let AgencyEdit::Changed(changed) = &change.edits()[0] else { panic!("{change}") };
    assert!(matches!(changed.edits(), [Edit::Features { .. }]));
    let all = || AgencyCommand::select_all("general.logs", Switch::On);
    let preview = agency.preview(&north(), all(), NOW).unwrap();
    run(&mut agency, api("harbor", FeaturePatch::new().grant("logs")));
    let before = agency.clone();
    let error = agency.commit_preview(preview).unwrap_err();
    assert_eq!(
        error.to_string(),
        "stale_preview: `turn general.logs on everywhere (5 subaccounts changed)` was shown, and now it \
         would be `turn general.logs on everywhere (4 subaccounts changed)`; preview again"
    );
    assert!(matches!(error, CommitError::Stale(stale) if stale.now().change().edits().len() == 4));
    assert_eq!(agency, before);
}

/// One line a change, as in an audit trail.
#[test]
fn changes_read_as_lines() {
    let mut agency = example();
    let lines: Vec<String> = changes(&mut agency).iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "1 agency north: patch harbor: knowledge_base, chat off",
            "2 agency north: patch bright: capabilities.prompt on",
            "3 host: turn general.contacts on everywhere (2 subaccounts changed)",
            "4 agency north: create quay; quay copies bright",
            "5 agency north: create ridge, slate; ridge copies quay; slate copies ridge",
            "6 agency north: delete metro",
            "7 agency north: patch harbor: nothing",
            "8 ana: in harbor: suspend mia",
            "9 agency north: in quay: set features to general.logs",
            "10 host: turn general.logs off everywhere (5 subaccounts changed)",
        ],
    );
}

// Documents.

#[test]
fn an_agency_comes_back_with_all_that_it_has() {
    let mut fixed = Features::new(&voice_agency());
    fixed.turn_on("general.logs").unwrap();
    let mut agency = example().with_default_features(fixed).unwrap();
    changes(&mut agency);
    let document = serde_json::to_value(&agency).unwrap();
    assert_eq!(document["format"], "bailiwick/agency/1");
    assert_eq!(document["revision"], 10);
    assert_eq!(document["default_features"], json!(["general.logs"]));
    assert_eq!(document["retired"], json!(["metro"]));
    let again = reread(&agency);
    assert_eq!(again, agency);
    assert_eq!(written(&again), written(&agency));
    check_counts(&again);
    // It goes on as it would have: the default set, ids that were used, the next revision.
    let (mut one, mut two) = (agency, again);
    let create = || AgencyCommand::create("tower");
    assert_eq!(changed(&mut one, create()), changed(&mut two, create()));
    let message = "subaccount id `metro` is in use or was used before: choose another";
    let expected = ["subaccount_exists", "AGY-4", message];
    refused(&two, &north(), AgencyCommand::create("metro"), expected);
    assert_eq!(on(&two, "tower"), set(["general.assistants", "general.logs"]));
    // What there is none of is not written.
    let bare = serde_json::to_value(of([])).unwrap();
    let expected = json!({"format": "bailiwick/agency/1", "id": "north", "catalog": "agency/1",
                          "subaccounts": []});
    assert_eq!(bare, expected);
    assert_eq!(reread(&of([])), of([]));
}

#[test]
fn the_example_is_canonical() {
    let text = include_str!("../../examples/data/agency.json");
    assert_eq!(serde_json::to_string_pretty(&example()).unwrap(), text.trim_end());
}

#[test]
fn an_empty_fixed_set_is_not_the_same_as_none() {
    let none = Features::new(&agency::catalog());
    let agency = of(["harbor"]).with_default_features(none).unwrap();
    let again = reread(&agency);
    assert_eq!(again, agency);
    assert_ne!(again, of(["harbor"]));
}
