//! What is stored comes back, in one canonical form.

use bailiwick::document::{ACCOUNT_FORMAT, AGENCY_FORMAT, CATALOG_FORMAT, DocumentError};
use bailiwick::{Agency, Level, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{account, agency, catalog, edited, files, parse, stored, studio};
use crate::worlds;

/// Writes the value of a document in its canonical form, or says why there is none.
fn canonical(text: &str) -> Result<String, DocumentError> {
    Ok(match parse(text).format() {
        Some(AGENCY_FORMAT) => {
            let agency = Agency::from_document(&parse(text), &stored())?;
            serde_json::to_string_pretty(&agency).unwrap()
        }
        Some(CATALOG_FORMAT) => serde_json::to_string_pretty(&catalog(text)?).unwrap(),
        _ => serde_json::to_string_pretty(&account(text)?).unwrap(),
    })
}

/// The files are canonical, and come back to the letter.
#[test]
fn a_stored_file_comes_back_to_the_letter() {
    let files = files();
    assert!(files.len() >= 7, "{} files", files.len());
    for (name, text) in files {
        let written = canonical(&text).unwrap();
        // The files are written by people, who give no stamp (EVO-1).
        let stamp = written.lines().find(|line| line.starts_with("  \"stamp\""));
        let written = written.replace(&format!("{}\n", stamp.unwrap_or_default()), "");
        assert_eq!(written, text.trim_end(), "{name}");
    }
}

/// An agency of accounts that are on one catalog, with everything said or left to the agency.
fn agencies() -> impl Strategy<Value = Value> {
    let catalogs =
        prop_oneof![select(worlds::PRESETS.to_vec()).prop_map(Value::from), worlds::catalog(),];
    let accounts = catalogs.prop_flat_map(|catalog| {
        let accounts = vec(worlds::account_on(catalog.clone()), 0..4);
        (Just(catalog), accounts, vec(any::<[bool; 2]>(), 4))
    });
    accounts.prop_map(|(catalog, mut accounts, left_out)| {
        for (place, (account, [format, own])) in accounts.iter_mut().zip(left_out).enumerate() {
            account["id"] = json!(format!("account {place}"));
            let fields = account.as_object_mut().unwrap();
            fields.retain(|field, _| !(field == "format" && format || field == "catalog" && own));
        }
        json!({"format": AGENCY_FORMAT, "id": "a", "catalog": catalog, "subaccounts": accounts})
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// CAT-10: an account comes back equal, in one canonical form, with an inline catalog inline.
    #[test]
    fn an_account_comes_back_equal(document in worlds::any_account()) {
        let value = account(&document.to_string()).unwrap();
        let written = serde_json::to_string(&value).unwrap();
        let again = account(&written).unwrap();
        prop_assert_eq!(&again, &value);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), written);
        let written = serde_json::to_value(&value).unwrap();
        prop_assert_eq!(written["catalog"].is_object(), document["catalog"].is_object());
        let ids = |document: &Value| {
            let users = document["users"].as_array().unwrap().iter();
            users.map(|user| user["id"].clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(ids(&written), ids(&document), "users stay in order");
    }

    /// The same of an agency, whose subaccounts spell out no more than they must.
    #[test]
    fn an_agency_comes_back_equal(document in agencies()) {
        let value = agency(&document.to_string()).unwrap();
        let written = serde_json::to_string(&value).unwrap();
        let again = agency(&written).unwrap();
        prop_assert_eq!(&again, &value);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), written);
        let written = serde_json::to_value(&value).unwrap();
        prop_assert_eq!(&written["format"], AGENCY_FORMAT);
        prop_assert_eq!(written["catalog"].is_object(), document["catalog"].is_object());
        let given = document["subaccounts"].as_array().unwrap();
        prop_assert_eq!(value.subaccounts().count(), given.len());
        for (stored, given) in written["subaccounts"].as_array().unwrap().iter().zip(given) {
            prop_assert_eq!(&stored["id"], &given["id"]);
            prop_assert_eq!(&stored["format"], ACCOUNT_FORMAT);
            // Its agency spells the catalog out, if anyone has to.
            prop_assert_eq!(&stored["catalog"], value.catalog().id());
        }
    }

    /// The same of a catalog; it is the one that an account has inline.
    #[test]
    fn a_catalog_comes_back_equal(document in worlds::catalog()) {
        let value = catalog(&document.to_string()).unwrap();
        let written = serde_json::to_string(&value).unwrap();
        let again = catalog(&written).unwrap();
        prop_assert_eq!(&again, &value);
        prop_assert_eq!(again.stamp(), value.stamp());
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), written);
        let inline = json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": document});
        let account = account(&inline.to_string()).unwrap();
        prop_assert_eq!(account.catalog(), &value);
    }
}

/// What a document leaves out has one meaning, and the canonical form says what is left.
#[test]
fn what_is_left_out_has_a_default() {
    #[track_caller]
    fn check(given: &Value, expected: &Value) {
        let written = canonical(&given.to_string()).unwrap();
        let mut written: Value = serde_json::from_str(&written).unwrap();
        assert!(written.as_object_mut().unwrap().shift_remove("stamp").is_some(), "EVO-1");
        assert_eq!(written.to_string(), expected.to_string());
    }
    check(
        &json!({"id": "acme", "catalog": "agency/1", "format": ACCOUNT_FORMAT}),
        &json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": "agency/1", "revision": 0,
                "features": [], "templates": [], "users": []}),
    );
    // A null is like a missing field, what is always on needs no mention, order is the catalog's,
    // emails and names are trimmed.
    check(
        &json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": "agency/1", "seat_limit": null,
                "features": ["general.logs", "general.assistants", "general.actions"],
                "templates": [{"id": "none", "name": " None ", "grants": {}}],
                "users": [{"id": "kim", "email": " Kim@acme.example\n", "role": "member",
                           "status": "suspended", "accepted": true, "template": null,
                           "grants": {}, "mutes": [], "last_sign_in": -5}]}),
        &json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": "agency/1", "revision": 0,
                "features": ["general.actions", "general.logs"],
                "templates": [{"id": "none", "name": "None", "grants": {}}],
                "users": [{"id": "kim", "email": "Kim@acme.example", "role": "member",
                           "status": "suspended", "last_sign_in": -5}]}),
    );
    // A subaccount has its agency's catalog and format.
    check(
        &json!({"format": AGENCY_FORMAT, "id": "a", "catalog": "agency/1",
                "subaccounts": [{"id": "north"}]}),
        &json!({"format": AGENCY_FORMAT, "id": "a", "catalog": "agency/1", "subaccounts": [
                {"format": ACCOUNT_FORMAT, "id": "north", "catalog": "agency/1", "revision": 0,
                 "features": [], "templates": [], "users": []}]}),
    );
}

/// LVL-12: level names in any case; `read-only` is read.
#[test]
fn level_names_are_read_in_any_case() {
    for (given, level) in [
        ("none", Level::None),
        ("NONE", Level::None),
        ("read", Level::Read),
        ("Read", Level::Read),
        ("read-only", Level::Read),
        ("Read-Only", Level::Read),
        ("READ-ONLY", Level::Read),
        ("edit", Level::Edit),
        ("EDIT", Level::Edit),
    ] {
        let account = account(&edited(&studio(), "/users/1/grants/tools", &json!(given))).unwrap();
        let grants = account.user("kim").unwrap().grants();
        assert_eq!(grants.level("tools"), Ok(level), "{given}");
        assert_eq!(grants.to_string(), format!("tools: {}", level.name()));
    }
}

/// ROLE-1: `user` is read as `member`, and written as it.
#[test]
fn the_role_user_is_member() {
    let account = account(&edited(&studio(), "/users/1/role", &json!("user"))).unwrap();
    assert_eq!(account.user("kim").unwrap().role(), Role::Member);
    let written = serde_json::to_value(&account).unwrap();
    assert_eq!(written["users"][1]["role"], "member");
}

/// LVL-7: an override above its area is kept, cut while the area is low, and back when it is not.
#[test]
fn an_override_above_its_area_is_kept_and_clamped() {
    let given = json!({"knowledge": "read", "knowledge.faqs": "edit"});
    let account = account(&edited(&studio(), "/users/1/grants", &given)).unwrap();
    let mut grants = account.user("kim").unwrap().grants().clone();
    assert_eq!(grants.level("knowledge.faqs"), Ok(Level::Read));
    let written = serde_json::to_value(&account).unwrap();
    assert_eq!(written["users"][1]["grants"], given);
    grants.set("knowledge", Level::None).unwrap();
    assert_eq!(grants.level("knowledge.faqs"), Ok(Level::None));
    grants.set("knowledge", Level::Edit).unwrap();
    assert_eq!(grants.level("knowledge.faqs"), Ok(Level::Edit));
}
