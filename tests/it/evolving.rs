//! EVO-1, EVO-6: what is stored says which catalog it was stored under, and is not read under
//! another that only has its id; processes of two catalogs are side by side.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use core::fmt::Debug;
use core::slice;

use bailiwick::agency::{AgencyChange, AgencyCommand, Switch};
use bailiwick::catalog::Setter;
use bailiwick::document::{Document, DocumentError};
use bailiwick::ledger::ApplyError;
use bailiwick::live::OnDivergence;
use bailiwick::migration::Migration;
use bailiwick::presets::{self, studio, studio_classic};
use bailiwick::{
    Account, Actor, Agency, Area, Catalog, Change, Command, Level, Live, Stamp, Timestamp,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::migration::migrated;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// The catalog `desk/1` as it was, and as it is.
fn desk() -> [Catalog; 2] {
    let old = Area::levels("support").with("tickets");
    let new = Area::levels("support").with("tickets").with("faqs");
    [old, new].map(|area| Catalog::builder("desk/1").area(area).build().unwrap())
}

fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[track_caller]
fn refused<T: Debug>(read: Result<T, DocumentError>, expected: &[String]) {
    let error = read.unwrap_err();
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
    assert_eq!(error.problems().first().map(|one| one.fault().code()), Some("catalog_changed"));
}

fn message(place: &str, given: Stamp, known: Stamp) -> String {
    format!(
        "{place}: stored under `desk/1` with the stamp {given}, which has {known} now: migrate \
         what is stored, or read it with the catalog it was stored under"
    )
}

fn without_stamp(value: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(value).unwrap();
    assert!(value.as_object_mut().unwrap().shift_remove("stamp").is_some());
    value
}

#[test]
fn evo_1_an_account_is_not_read_under_a_catalog_that_changed() {
    let [old, new] = desk();
    let account = Account::new("acme".parse().unwrap(), old.clone());
    let stored = parse(&account);
    let expected = [message("stamp", old.stamp(), new.stamp())];
    refused(Account::from_document(&stored, slice::from_ref(&new)), &expected);
    // Whoever knows both reads it under its own, in whichever order they are known.
    for known in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
        let read = Account::from_document(&stored, &known).unwrap();
        assert_eq!(read.catalog().stamp(), old.stamp());
    }
    // One that was written by hand has no stamp, and means the first.
    let by_hand = parse(&without_stamp(&account));
    let read = Account::from_document(&by_hand, &[new.clone(), old]).unwrap();
    assert_eq!(read.catalog().stamp(), new.stamp());
}

#[test]
fn evo_1_an_agency_and_its_subaccounts_neither() {
    let [old, new] = desk();
    let agency = Agency::new("north".parse().unwrap(), old.clone());
    let stored = parse(&agency);
    let changed = message("stamp", old.stamp(), new.stamp());
    refused(Agency::from_document(&stored, slice::from_ref(&new)), slice::from_ref(&changed));
    Agency::from_document(&parse(&without_stamp(&agency)), slice::from_ref(&new)).unwrap();
    let subaccount = json!({"id": "harbor", "catalog": "desk/1", "stamp": old.stamp()});
    let mixed = json!({
        "format": "bailiwick/agency/1", "id": "north", "catalog": "desk/1",
        "subaccounts": [subaccount],
    });
    let expected = [message("subaccounts[0].stamp", old.stamp(), new.stamp())];
    refused(Agency::from_document(&parse(&mixed), &[new]), &expected);
}

#[test]
fn evo_1_a_change_neither() {
    let [old, new] = desk();
    let mut account = Account::new("acme".parse().unwrap(), old.clone());
    let invite = Command::invite("kim", "kim@acme.example");
    let change = account.execute(&Actor::Host, invite, NOW).unwrap().into_change().unwrap();
    let expected = [message("stamp", old.stamp(), new.stamp())];
    refused(Change::from_document(&parse(&change), &new), &expected);
    assert_eq!(Change::from_document(&parse(&change), &old).unwrap(), change);
    assert!(Change::from_document(&parse(&without_stamp(&change)), &new).is_ok());
    let other = Catalog::builder("office/1").area(Area::levels("support")).build().unwrap();
    let error = Change::from_document(&parse(&change), &other).unwrap_err();
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["catalog: expected the catalog `office/1`, found `desk/1`"]);
    let mut agency = Agency::new("north".parse().unwrap(), old);
    let create = AgencyCommand::create("harbor");
    let change = agency.execute(&Actor::Host, create, NOW).unwrap().into_change().unwrap();
    refused(AgencyChange::from_document(&parse(&change), &new), &expected);
}

/// A catalog that a document spells out is held against its stamp too.
#[test]
fn evo_1_an_inline_catalog_has_the_stamp_that_is_said() {
    let [old, new] = desk();
    let account = json!({
        "format": "bailiwick/account/1", "id": "acme",
        "catalog": serde_json::to_value(&new).unwrap(), "stamp": old.stamp(),
    });
    let expected = [message("stamp", old.stamp(), new.stamp())];
    refused(Account::from_document(&parse(&account), &[]), &expected);
}

#[test]
fn a_stamp_has_one_text() {
    let [catalog, _] = desk();
    let text = catalog.stamp().to_string();
    assert_eq!((text.len(), text.parse()), (12, Ok(catalog.stamp())));
    for bad in ["", "0", "000000000000", "D164B19055E3", "+164b19055e3", "1d164b19055e3", "x"] {
        let error = bad.parse::<Stamp>().unwrap_err();
        assert_eq!(error.to_string(), "a stamp has 12 hexadecimal digits, in lower case", "{bad}");
    }
}

/// An account of March in which `kim` edits what is built, and what it is in June.
fn march_and_june() -> [Account; 2] {
    let mut march = Account::new("acme".parse().unwrap(), studio_classic::catalog());
    for command in [
        Command::invite("kim", "kim@acme.example"),
        Command::accept("kim"),
        Command::set_area("kim", "build", Level::Edit),
    ] {
        let _ = march.execute(&Actor::Host, command, NOW).unwrap();
    }
    let june = migrated(&march, &presets::march_to_june().build().unwrap());
    [march, june]
}

/// The next change of an account, and the account after it.
fn suspended(account: &Account) -> (Change, Account) {
    let mut next = account.clone();
    let outcome = next.execute(&Actor::Host, Command::suspend("kim"), NOW).unwrap();
    (outcome.into_change().unwrap(), next)
}

/// A process that knows March alone cannot follow what is done in June. It says so, and answers
/// nothing from the past unless its host chose that; until it is given the account of June.
#[test]
fn evo_6_a_replica_of_the_old_catalog_stops() {
    let [march, june] = march_and_june();
    let (change, after) = suspended(&june);
    let builds = studio_classic::build::AGENT.edit();
    for (on_divergence, answers) in
        [(OnDivergence::Deny, false), (OnDivergence::KeepAnswering, true)]
    {
        let replica = Live::new(march.clone()).on_divergence(on_divergence);
        assert!(replica.view().allows("kim", builds));
        let stopped = replica.apply(&change).unwrap_err();
        assert!(matches!(stopped, ApplyError::OtherCatalog(_)), "{stopped}");
        assert_eq!(
            stopped.to_string(),
            "the change was made on catalog `studio/2026-06`; expected `studio/2026-03`"
        );
        assert!(replica.is_diverged());
        assert_eq!(replica.view().allows("kim", builds), answers);
        let refused = replica.execute(&Actor::Host, Command::suspend("kim"), NOW).unwrap_err();
        assert_eq!(refused.code(), "diverged");
        replica.load(after.clone()).unwrap();
        assert!(!replica.is_diverged() && !replica.view().allows("kim", builds));
        assert_eq!(replica.view().revision(), after.revision());
    }
}

/// The order that works: processes that know both catalogs are deployed; the account is migrated
/// and stored as a snapshot while nobody writes; each process loads it. Who only knows the old
/// catalog reads neither the snapshot nor a change after it.
#[test]
fn evo_6_processes_of_both_catalogs_side_by_side() {
    let [march, june] = march_and_june();
    let [old, new] = [studio_classic::catalog(), studio::catalog()];
    let [builds, edits] = [studio_classic::build::AGENT.edit(), studio::behavior::GENERAL.edit()];
    let [knows_march, knows_both] = [&march, &march].map(|account| Live::new(account.clone()));
    let held = knows_both.view();
    let snapshot = parse(&june);
    // The process that knows both: a view that was taken before stays as it was.
    let read = Account::from_document(&snapshot, &[old.clone(), new.clone()]).unwrap();
    knows_both.load(read).unwrap();
    let view = knows_both.view();
    assert!(view.allows("kim", edits) && !view.allows("kim", builds));
    assert!(held.allows("kim", builds) && !held.allows("kim", edits));
    let (change, after) = suspended(&june);
    let stored = parse(&change);
    knows_both.apply(&Change::from_document(&stored, &new).unwrap()).unwrap();
    assert_eq!(knows_both.view().account(), &after);
    // The one that knows March alone: nothing of June can be read, which its host passes on.
    let unknown = Account::from_document(&snapshot, slice::from_ref(&old)).unwrap_err();
    assert_eq!(unknown.problems()[0].fault().code(), "unknown_catalog");
    let other = Change::from_document(&stored, &old).unwrap_err();
    assert_eq!(other.problems()[0].fault().code(), "other_catalog");
    assert!(knows_march.view().allows("kim", builds));
    knows_march.cannot_follow();
    assert!(knows_march.is_diverged() && !knows_march.view().allows("kim", builds));
    // Whoever wrote in March after that has another history: its revision is taken.
    let (late, _) = suspended(&march);
    let diverged = Live::new(june).apply(&late).unwrap_err();
    assert!(matches!(diverged, ApplyError::Diverged(_)), "{diverged}");
}

/// An agency goes with all its subaccounts: each is what it would be by itself.
#[test]
fn evo_6_an_agency_goes_with_all_its_subaccounts() {
    let [old, new] = ["desk/1", "desk/2"].map(|id| {
        let support = Area::levels("support").with("tickets");
        let plan = Area::toggle("plan").features_by(Setter::Agency).with("voice");
        let support = if id == "desk/2" { support.with("faqs") } else { support };
        Catalog::builder(id).area(support).area(plan).build().unwrap()
    });
    let migration = Migration::between(&old, &new).add("support.faqs").build().unwrap();
    let mut agency = Agency::new("north".parse().unwrap(), old);
    let within = |account: &str, command| AgencyCommand::within(account, command);
    for command in [
        AgencyCommand::create("harbor"),
        AgencyCommand::create("tower"),
        AgencyCommand::create("gone"),
        AgencyCommand::delete("gone"),
        AgencyCommand::select_all("plan.voice", Switch::On),
        within("harbor", Command::invite("kim", "kim@harbor.example")),
        within("harbor", Command::accept("kim")),
        within("harbor", Command::set_area("kim", "support", Level::Read)),
    ] {
        let _ = agency.execute(&Actor::Host, command, NOW).unwrap();
    }
    let mut next = agency.clone();
    let migrate = AgencyCommand::migrate(&migration);
    let change = next.execute(&Actor::Host, migrate, NOW).unwrap().into_change().unwrap();
    assert_eq!(change.to_string(), "9 host: migrate from desk/1 to desk/2");
    assert_eq!(next.revision(), agency.revision() + 1);
    assert_eq!(next.catalog(), &new);
    for (before, after) in agency.subaccounts().zip(next.subaccounts()) {
        assert_eq!(after, &migrated(before, &migration));
    }
    assert_eq!(next.feature_state("plan.voice"), agency.feature_state("plan.voice"));
    assert!(next.retired_subaccounts().eq(agency.retired_subaccounts()));
    let read = Agency::from_document(&parse(&next), slice::from_ref(&new)).unwrap();
    assert_eq!(read, next);
    // A live agency takes it in one step, and goes on.
    let live = Live::new(agency);
    live.load(next).unwrap();
    let [tickets, faqs] =
        ["support.tickets:read", "support.faqs:read"].map(|text| new.permission(text).unwrap());
    assert!(live.view().allows("harbor", "kim", tickets));
    assert!(!live.view().allows("harbor", "kim", faqs));
    let open = within("harbor", Command::set_section("kim", "support.faqs", Level::Read));
    let _ = live.execute(&Actor::Host, open, NOW).unwrap();
    assert!(live.view().allows("harbor", "kim", faqs));
}

/// EVO-5: a log that goes on over a migration is read to its end, each change by its own catalog.
#[test]
fn a_log_over_a_migration_stays_readable() {
    let [march, june] = march_and_june();
    let [(before, _), (after, _)] = [&march, &june].map(suspended);
    let known = [studio_classic::catalog(), studio::catalog()];
    let log = [&before, &after].map(parse);
    let read = log.each_ref().map(|document| Change::from_log(document, &known).unwrap());
    assert_eq!(read, [before.clone(), after.clone()]);
    assert_eq!(read.map(|change| change.digest()), [before.digest(), after.digest()]);
    // One of an earlier version does not say, and is of the first.
    let mut earlier = without_stamp(&before);
    earlier.as_object_mut().unwrap().shift_remove("catalog");
    assert_eq!(Change::from_log(&parse(&earlier), &known).unwrap(), before);
    let [_, june_alone] = known.each_ref().map(slice::from_ref);
    let unknown = Change::from_log(&parse(&before), june_alone).unwrap_err();
    assert_eq!(unknown.problems().len(), 1, "{unknown}");
    assert_eq!(unknown.problems()[0].fault().code(), "unknown_catalog");
    let nothing = Change::from_log(&parse(&earlier), &[]).unwrap_err();
    assert_eq!(
        nothing.to_string(),
        "the document cannot be used\n  document: missing field `catalog`"
    );
    let [old, new] = desk();
    let mut agency = Agency::new("north".parse().unwrap(), old.clone());
    let create = AgencyCommand::create("harbor");
    let change = agency.execute(&Actor::Host, create, NOW).unwrap().into_change().unwrap();
    let expected = [message("stamp", old.stamp(), new.stamp())];
    refused(AgencyChange::from_log(&parse(&change), slice::from_ref(&new)), &expected);
    assert_eq!(AgencyChange::from_log(&parse(&change), &[new, old]).unwrap(), change);
}
