//! An agency comes back from its document with all that it has.

use bailiwick::Features;
use bailiwick::agency::AgencyCommand;
use bailiwick::presets::agency;
use serde_json::json;

use super::changes::history;
use super::counts::check_counts;
use super::{NOW, changed, example, north, of, on, refused, reread, set, written};

#[test]
fn an_agency_comes_back_with_all_that_it_has() {
    let mut fixed = Features::new(example().catalog());
    fixed.turn_on("general.logs").unwrap();
    let mut agency = example().with_default_features(fixed).unwrap();
    for (actor, command) in history() {
        let _ = agency.execute(&actor, command, NOW).unwrap();
    }
    let document = serde_json::to_value(&agency).unwrap();
    assert_eq!(document["format"], "bailiwick/agency/1");
    assert_eq!(document["revision"], 9, "one of them changes nothing here");
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
    // What is absent is not written.
    let bare = serde_json::to_value(of([])).unwrap();
    let expected = json!({"format": "bailiwick/agency/1", "id": "north", "catalog": "agency/1",
                          "stamp": agency::catalog().stamp(), "subaccounts": []});
    assert_eq!(bare, expected);
    assert_eq!(reread(&of([])), of([]));
}

#[test]
fn the_example_is_canonical() {
    let text = include_str!("../../../examples/data/agency.json");
    let mut written = serde_json::to_value(example()).unwrap();
    written.as_object_mut().unwrap().shift_remove("stamp");
    assert_eq!(serde_json::to_string_pretty(&written).unwrap(), text.trim_end());
}

#[test]
fn an_empty_fixed_set_is_not_the_same_as_none() {
    let none = Features::new(&agency::catalog());
    let agency = of(["harbor"]).with_default_features(none).unwrap();
    let again = reread(&agency);
    assert_eq!(again, agency);
    assert_ne!(again, of(["harbor"]));
}
