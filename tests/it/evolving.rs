//! EVO-1: what is stored says which catalog it was stored under, and is not read under another
//! that only has its id.

#![expect(clippy::unwrap_used, reason = "tests")]

use core::fmt::Debug;
use core::slice;

use bailiwick::agency::AgencyChange;
use bailiwick::document::{Document, DocumentError};
use bailiwick::{Account, Actor, Agency, Area, Catalog, Change, Command, Stamp, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

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
    let create = bailiwick::agency::AgencyCommand::create("harbor");
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
