//! Documents: what is stored comes back, what is wrong is said with its place, and no input does
//! harm.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "tests, whose tables are long"
)]

mod commands;
mod golden;
mod leaves;

use core::fmt::Debug;
use std::collections::BTreeSet;
use std::path::Path;

use bailiwick::catalog::{CatalogFault, SettingError, Source};
use bailiwick::document::{
    ACCOUNT_FORMAT, AGENCY_FORMAT, CATALOG_FORMAT, CHANGE_FORMAT, Cases, Document, DocumentError,
    DocumentFault, MAX_DEPTH, MAX_PROBLEMS, MAX_REVISION,
};
use bailiwick::{Account, Agency, Area, Catalog, Change, Level, Role, presets};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::worlds;

#[track_caller]
fn parse(text: &str) -> Document {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn account(text: &str) -> Result<Account, DocumentError> {
    Account::from_document(&parse(text), &presets::all())
}

fn agency(text: &str) -> Result<Agency, DocumentError> {
    Agency::from_document(&parse(text), &presets::all())
}

/// The presets, and the catalog that the example of an agency composes.
fn stored() -> Vec<Catalog> {
    let composed = presets::studio::catalog()
        .to_builder("voice-agency/1")
        .include(
            &presets::agency::catalog(),
            ["general", "agent_types", "capabilities", "action_types"],
        )
        .build()
        .unwrap();
    presets::all().into_iter().chain([composed]).collect()
}

fn catalog(text: &str) -> Result<Catalog, DocumentError> {
    Catalog::from_document(&parse(text))
}

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

// What is stored comes back.

/// Every account and agency document of the tests and examples, by name.
fn files() -> Vec<(String, String)> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for (folder, end) in [("tests/data", ".doc.json"), ("examples/data", ".json")] {
        for entry in std::fs::read_dir(package.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_str().unwrap().to_owned();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            // Cases are kept beside the documents that they are about.
            if name.ends_with(end) && parse(&text).format().is_some() {
                files.push((name, text));
            }
        }
    }
    files.sort();
    assert!(files.len() > 5, "the files are where they were");
    files
}

/// The files are canonical, and come back to the letter.
#[test]
fn a_stored_file_comes_back_to_the_letter() {
    let files = files();
    assert!(files.len() >= 7, "{} files", files.len());
    for (name, text) in files {
        assert_eq!(canonical(&text).unwrap(), text.trim_end(), "{name}");
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
        let written: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written.to_string(), expected.to_string());
    }
    check(
        &json!({"id": "acme", "catalog": "agency/1", "format": ACCOUNT_FORMAT}),
        &json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": "agency/1", "revision": 0,
                "features": [], "templates": [], "users": []}),
    );
    // Nulls are as good as nothing, what is always on needs no mention, order is the catalog's,
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

// What is wrong is said.

/// A document and all that is wrong with it.
struct Bad {
    read: fn(&str) -> Result<(), DocumentError>,
    text: String,
    expected: Vec<String>,
}

impl Bad {
    /// What is wrong in fact.
    #[track_caller]
    fn problems(&self) -> DocumentError {
        match (self.read)(&self.text) {
            Ok(()) => panic!("nothing is wrong with {}", self.text),
            Err(error) => error,
        }
    }
}

fn bad(
    read: fn(&str) -> Result<(), DocumentError>,
    text: impl Into<String>,
    expected: &[&str],
) -> Bad {
    let expand =
        |line: &&str| line.replace("{studio areas}", STUDIO_AREAS).replace("{presets}", PRESETS);
    Bad { read, text: text.into(), expected: expected.iter().map(expand).collect() }
}

fn as_account(text: &str) -> Result<(), DocumentError> {
    account(text).map(drop)
}

fn as_agency(text: &str) -> Result<(), DocumentError> {
    agency(text).map(drop)
}

fn as_catalog(text: &str) -> Result<(), DocumentError> {
    catalog(text).map(drop)
}

fn as_cases(text: &str) -> Result<(), DocumentError> {
    let account = account(&studio().to_string()).unwrap();
    Cases::of_account(&parse(text), &account).map(drop)
}

fn as_agency_cases(text: &str) -> Result<(), DocumentError> {
    let agency = agency(&bright().to_string()).unwrap();
    Cases::of_agency(&parse(text), &agency).map(drop)
}

fn as_change(text: &str) -> Result<(), DocumentError> {
    Change::from_document(&parse(text), &presets::tenant::catalog()).map(drop)
}

const PRESETS: &str =
    "`studio/2026-06`, `studio/2026-03`, `tenant/1`, `agency/1` or `agency-studio/1`";

const STUDIO_AREAS: &str = "`analytics`, `behavior`, `knowledge`, `flows`, `tools`, `testing`, `real_time_config`, `voice`, `messaging`, `integrations`, `deployments`, `widgets`, `account`, `workspace`, `plan`";

/// A valid account with levels.
fn studio() -> Value {
    json!({
        "format": "bailiwick/account/1",
        "id": "acme",
        "catalog": "studio/2026-06",
        "revision": 3,
        "seat_limit": 9,
        "features": ["plan.enterprise"],
        "templates": [{"id": "kb", "name": "Knowledge editor", "grants": {"knowledge": "edit"}}],
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "suspended",
             "accepted": false, "template": "kb", "grants": {"tools": "read"},
             "mutes": ["knowledge.faqs:edit"], "last_sign_in": 5},
        ],
    })
}

/// A valid account with actions and CRM access.
fn tenant() -> Value {
    json!({
        "format": "bailiwick/account/1",
        "id": "acme",
        "catalog": "tenant/1",
        "templates": [{"id": "desk", "name": "Desk", "grants": {"conversations": ["view"]}}],
        "users": [
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
             "grants": {"settings": ["view", "edit"], "crm": true}},
        ],
    })
}

/// A valid agency.
fn bright() -> Value {
    json!({
        "format": "bailiwick/agency/1",
        "id": "bright",
        "catalog": "agency/1",
        "subaccounts": [
            {"id": "north", "catalog": "agency/1", "features": ["general.logs"],
             "users": [{"id": "lee", "email": "lee@north.example", "role": "member",
                        "status": "active"}]},
            {"id": "south"},
        ],
    })
}

/// A valid catalog.
fn desk() -> Value {
    json!({
        "format": "bailiwick/catalog/1",
        "id": "desk/1",
        "areas": [
            {"key": "docs", "scale": "levels", "sub_sections": [{"key": "pages"}]},
            {"key": "jobs", "scale": {"actions": ["view", "run"]}},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [{"key": "pro"}, {"key": "team"}]},
        ],
        "gates": [{"target": "docs", "needs": ["plan.pro"]}],
        "operations": [{"key": "open", "needs": ["docs:edit"]}],
        "templates": [{"id": "reader", "name": "Reader", "grants": {"docs": "read"}}],
    })
}

/// A valid policy test.
fn cases() -> Value {
    json!({"cases": [
        {"user": "kim", "ask": "tools:read", "expect": "deny", "reason": "not_active"},
        {"user": "ana", "ask": ["tools", "publish_chat_widget"], "expect": "allow"},
    ]})
}

/// A document with a value put at a JSON pointer; `-` is the end of a list.
fn edited(document: &Value, pointer: &str, new: &Value) -> String {
    let mut document = document.clone();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) if last == "-" => items.push(new.clone()),
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = new.clone(),
        object => object[last] = new.clone(),
    }
    document.to_string()
}

/// A document without the field at a JSON pointer.
fn without(document: &Value, pointer: &str) -> String {
    let mut document = document.clone();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    let taken = parent.as_object_mut().unwrap().shift_remove(last);
    assert!(taken.is_some(), "{pointer} is a field");
    document.to_string()
}

/// An account whose directory is all right, and the rest is not.
fn bad_accounts() -> Vec<Bad> {
    let check = |pointer: &str, new: Value, expected: &[&str]| {
        bad(as_account, edited(&studio(), pointer, &new), expected)
    };
    let missing =
        |field: &str, expected: &[&str]| bad(as_account, without(&studio(), field), expected);
    let long = "x".repeat(256);
    vec![
        bad(as_account, "[]", &["document: expected an object, found a list"]),
        missing("/format", &["document: missing field `format`"]),
        missing("/id", &["document: missing field `id`"]),
        missing("/catalog", &["document: missing field `catalog`"]),
        check("/format", json!(null), &["document: missing field `format`"]),
        check(
            "/format",
            json!("bailiwick/account/2"),
            &["format: unknown format `bailiwick/account/2`: expected `bailiwick/account/1`"],
        ),
        check(
            "/format",
            json!(AGENCY_FORMAT),
            &["format: unknown format `bailiwick/agency/1`: expected `bailiwick/account/1`"],
        ),
        check("/format", json!(1), &["format: expected a string, found a number"]),
        check("/id", json!(""), &["id: an id is empty; it has 1 to 255 bytes"]),
        check("/id", json!(long), &["id: an id of 256 bytes is too long; it has 1 to 255 bytes"]),
        check("/id", json!(["acme"]), &["id: expected a string, found a list"]),
        check(
            "/catalog",
            json!("studio/2026-07"),
            &[
                "catalog: unknown catalog `studio/2026-07`: expected {presets}, or spell the catalog out",
            ],
        ),
        check("/catalog", json!(true), &["catalog: expected an object, found true or false"]),
        check("/revision", json!(-1), &["revision: -1 is out of range: expected a number from 0"]),
        check(
            "/revision",
            json!(MAX_REVISION + 1),
            &["revision: revision 9007199254740992 is too large: the last is 9007199254740991"],
        ),
        check(
            "/revision",
            json!(u64::MAX),
            &["revision: expected a whole number, found a number that is not whole or too large"],
        ),
        check("/revision", json!("3"), &["revision: expected a whole number, found a string"]),
        check(
            "/seat_limit",
            json!(-1),
            &["seat_limit: -1 is out of range: expected a number from 0 to 4294967295"],
        ),
        check(
            "/seat_limit",
            json!(4_294_967_296_u64),
            &["seat_limit: 4294967296 is out of range: expected a number from 0 to 4294967295"],
        ),
        check("/seats", json!(9), &["seats: expected a string, found a number"]),
        check(
            "/seats",
            json!("ignore"),
            &["seats: unknown way to treat the seat limit `ignore`: expected `refuse` or `warn`"],
        ),
        check("/name", json!(" "), &["name: the name is blank; give 1 to 100 characters"]),
        check(
            "/invitation_lifetime",
            json!(0),
            &["invitation_lifetime: 0 is out of range: expected a number of days from 1 to 3650"],
        ),
        check(
            "/invitation_lifetime",
            json!(-1),
            &["invitation_lifetime: -1 is out of range: expected a number of days from 1 to 3650"],
        ),
        check(
            "/invitation_lifetime",
            json!(3_651),
            &[
                "invitation_lifetime: 3651 is out of range: expected a number of days from 1 to 3650",
            ],
        ),
        check(
            "/invitation_lifetime",
            json!("7"),
            &["invitation_lifetime: expected a whole number, found a string"],
        ),
        check(
            "/features",
            json!({"plan.enterprise": true}),
            &["features: expected a list, found an object"],
        ),
        check(
            "/features/-",
            json!("plan.gold"),
            &[
                "features[1]: `plan` has no sub-section `gold`; it has `enterprise`, `enterprise_cluster`",
            ],
        ),
        check(
            "/features/-",
            json!("policy.audit_log"),
            &["features[1]: unknown area `policy`; there are {studio areas}"],
        ),
        check(
            "/features/-",
            json!("workspace.secrets"),
            &[
                "features[1]: `workspace.secrets` is not an account feature; the features are `plan.enterprise`, `plan.enterprise_cluster`",
            ],
        ),
        check(
            "/features/-",
            json!("plan"),
            &[
                "features[1]: `plan` is not an account feature; the features are `plan.enterprise`, `plan.enterprise_cluster`",
            ],
        ),
        check("/features/-", json!(null), &["features[1]: expected a string, found null"]),
        check(
            "/templates",
            json!(null),
            &["users[1].template: unknown template `kb`: there are none"],
        ),
        check("/users", json!({"kim": {}}), &["users: expected a list, found an object"]),
        check("/users/-", json!("kim"), &["users[2]: expected an object, found a string"]),
        // A field of the top that stands twice.
        bad(
            as_account,
            studio().to_string().replacen('{', r#"{"id":"acme","#, 1),
            &["id: duplicate `id`"],
        ),
    ]
}

fn bad_templates() -> Vec<Bad> {
    let check = |pointer: &str, new: Value, expected: &[&str]| {
        bad(as_account, edited(&studio(), pointer, &new), expected)
    };
    let with = |new: Value, expected: &[&str]| {
        bad(as_account, edited(&tenant(), "/templates/-", &new), expected)
    };
    vec![
        with(
            json!({}),
            &[
                "templates[1]: missing field `id`",
                "templates[1]: missing field `name`",
                "templates[1]: missing field `grants`",
            ],
        ),
        with(
            json!({"id": "", "name": "Nobody", "grants": {}}),
            &["templates[1].id: an id is empty; it has 1 to 255 bytes"],
        ),
        with(
            json!({"id": "x".repeat(256), "name": "Long", "grants": {}}),
            &["templates[1].id: an id of 256 bytes is too long; it has 1 to 255 bytes"],
        ),
        with(
            json!({"id": "blank", "name": " \t", "grants": {}}),
            &["templates[1].name: the name is blank; give 1 to 100 characters"],
        ),
        with(
            json!({"id": "other", "name": " DESK ", "grants": {}}),
            &["templates[1].name: template name ` DESK ` is already used by `desk`"],
        ),
        with(
            json!({"id": "crm", "name": "CRM", "grants": {"crm": true}}),
            &["templates[1].grants.crm: a template cannot set `crm`: turn it on for each user"],
        ),
        with(
            json!({"id": "x", "name": "X", "grants": {"tenant.billing": true,
                                                      "policy.audit_log": true}}),
            &[
                "templates[1].grants.tenant.billing: `tenant.billing` cannot be granted: it comes with the role",
                "templates[1].grants.policy.audit_log: `policy.audit_log` cannot be granted: it comes with the account",
            ],
        ),
        with(
            json!({"id": "x", "name": "X", "grants": {}, "role": "member", "status": "active"}),
            &[
                "templates[1].role: unknown field `role`: expected `id`, `name`, `description` or `grants`",
                "templates[1].status: unknown field `status`: expected `id`, `name`, `description` or `grants`",
            ],
        ),
        with(
            json!({"id": "x", "name": "X", "description": " ", "grants": {}}),
            &["templates[1].description: the description is blank; write one or leave it out"],
        ),
        check(
            "/templates/0/name",
            json!(7),
            &["templates[0].name: expected a string, found a number"],
        ),
        check(
            "/templates/0/name",
            json!("  "),
            &["templates[0].name: the name is blank; give 1 to 100 characters"],
        ),
        // A template whose grants are wrong is there to be referred to.
        check(
            "/templates/0/grants/knowledge",
            json!("write"),
            &[
                "templates[0].grants.knowledge: unknown level `write`: expected `none`, `read` or `edit`",
            ],
        ),
        check(
            "/users/1/template",
            json!("KB"),
            &["users[1].template: unknown template `KB`: expected `kb`"],
        ),
        check(
            "/users/1/template",
            json!(["kb"]),
            &["users[1].template: expected a string, found a list"],
        ),
    ]
}

fn bad_users() -> Vec<Bad> {
    let check = |field: &str, new: Value, expected: &[&str]| {
        let pointer = format!("/users/1/{field}");
        bad(as_account, edited(&studio(), &pointer, &new), expected)
    };
    let blank = "users[1].email: email address `kim lee@acme.example` has blanks, control or invisible characters in it; write `name@host`";
    vec![
        bad(
            as_account,
            edited(&studio(), "/users/1", &json!({"name": "Kim"})),
            &[
                "users[1]: missing field `id`",
                "users[1]: missing field `email`",
                "users[1]: missing field `role`",
                "users[1]: missing field `status`",
                "users[1].name: unknown field `name`: expected `id`, `email`, `role`, `status`, `accepted`, `invitation`, `template`, `grants`, `mutes` or `last_sign_in`",
            ],
        ),
        check(
            "invitation",
            json!({"sent": 1, "generation": 0}),
            &[
                "users[1].invitation.generation: 0 is out of range: expected a number from 1 to 4294967295",
            ],
        ),
        bad(
            as_account,
            edited(&studio(), "/users/0/invitation", &json!({"sent": 1, "generation": 1})),
            &[
                "users[0].invitation: `invitation` is for users who have not accepted: this user is active",
            ],
        ),
        check("id", json!(""), &["users[1].id: an id is empty; it has 1 to 255 bytes"]),
        check(
            "id",
            json!("ü".repeat(128)),
            &["users[1].id: an id of 256 bytes is too long; it has 1 to 255 bytes"],
        ),
        check("id", json!(17), &["users[1].id: expected a string, found a number"]),
        check(
            "email",
            json!("kim"),
            &["users[1].email: `kim` is not an email address; write `name@host`"],
        ),
        check(
            "email",
            json!(" @acme.example "),
            &["users[1].email: `@acme.example` is not an email address; write `name@host`"],
        ),
        check(
            "email",
            json!("kim@"),
            &["users[1].email: `kim@` is not an email address; write `name@host`"],
        ),
        check(
            "email",
            json!("kim@acme@example"),
            &["users[1].email: `kim@acme@example` is not an email address; write `name@host`"],
        ),
        check("email", json!("kim lee@acme.example"), &[blank]),
        check(
            "email",
            json!("kim\u{7}@acme.example"),
            &[
                "users[1].email: email address `kim\\u{7}@acme.example` has blanks, control or invisible characters in it; write `name@host`",
            ],
        ),
        check(
            "email",
            json!(format!("{}@acme.example", "k".repeat(242))),
            &["users[1].email: an email address of 255 bytes is too long; it has at most 254"],
        ),
        check(
            "email",
            json!(" ANA@Acme.example\t"),
            &["users[1].email: email `ANA@Acme.example` is already used by `ana`"],
        ),
        check(
            "role",
            json!("owner"),
            &["users[1].role: unknown role `owner`: expected `admin` or `member`"],
        ),
        check("role", json!(null), &["users[1]: missing field `role`"]),
        check("role", json!(false), &["users[1].role: expected a string, found true or false"]),
        check(
            "status",
            json!("disabled"),
            &[
                "users[1].status: unknown status `disabled`: expected `invited`, `active` or `suspended`",
            ],
        ),
        check(
            "status",
            json!("active"),
            &["users[1].accepted: `accepted` is for suspended users: this user is active"],
        ),
        check(
            "status",
            json!("invited"),
            &["users[1].accepted: `accepted` is for suspended users: this user is invited"],
        ),
        check(
            "accepted",
            json!("no"),
            &["users[1].accepted: expected true or false, found a string"],
        ),
        check(
            "last_sign_in",
            json!("yesterday"),
            &["users[1].last_sign_in: expected a whole number, found a string"],
        ),
        check(
            "mutes",
            json!("knowledge.faqs:edit"),
            &["users[1].mutes: expected a list, found a string"],
        ),
        check(
            "mutes",
            json!([
                "knowledge:on",
                "knowledge.faqs",
                "workspace.billing:on",
                "plan.enterprise:on",
                "flows:view",
                "crm:on",
                3
            ]),
            &[
                "users[1].mutes[0]: `knowledge` has no rung `on`; it has `read`, `edit`",
                "users[1].mutes[1]: `knowledge.faqs` is not a permission; write `path:rung`, as in `knowledge.faqs:edit`",
                "users[1].mutes[2]: `workspace.billing` cannot be granted: it comes with the role",
                "users[1].mutes[3]: `plan.enterprise` cannot be granted: it comes with the account",
                "users[1].mutes[4]: `flows` has no rung `view`; it has `read`, `edit`",
                "users[1].mutes[5]: unknown area `crm`; there are {studio areas}",
                "users[1].mutes[6]: expected a string, found a number",
            ],
        ),
    ]
}

fn bad_grants() -> Vec<Bad> {
    let levels = |grants: Value, expected: &[&str]| {
        bad(as_account, edited(&studio(), "/users/1/grants", &grants), expected)
    };
    let actions = |grants: Value, expected: &[&str]| {
        bad(as_account, edited(&tenant(), "/users/0/grants", &grants), expected)
    };
    vec![
        levels(json!(["tools"]), &["users[1].grants: expected an object, found a list"]),
        levels(
            json!({"Tools": "read", "knowledge": "read", "knowledge.faq": "read",
                   "tools.hammer": "read", "conversations": "read"}),
            &[
                "users[1].grants.Tools: unknown area `Tools`; there are {studio areas}",
                "users[1].grants.knowledge.faq: `knowledge` has no sub-section `faq`; it has `faqs`, `sources`, `variants`",
                "users[1].grants.tools.hammer: `tools` has no sub-section `hammer`; it has none",
                "users[1].grants.conversations: unknown area `conversations`; there are {studio areas}",
            ],
        ),
        levels(
            json!({"tools": "write", "flows": "", "testing": "readonly"}),
            &[
                "users[1].grants.tools: unknown level `write`: expected `none`, `read` or `edit`",
                "users[1].grants.flows: unknown level ``: expected `none`, `read` or `edit`",
                "users[1].grants.testing: unknown level `readonly`: expected `none`, `read` or `edit`",
            ],
        ),
        levels(
            json!({"tools": ["view"], "flows": true, "testing": 2, "widgets": null,
                   "account": {"level": "read"}}),
            &[
                "users[1].grants.tools: `tools` takes a level: `none`, `read` or `edit`",
                "users[1].grants.flows: `flows` takes a level: `none`, `read` or `edit`",
                "users[1].grants.testing: expected a level, a list of actions, or true or false, found a number",
                "users[1].grants.widgets: expected a level, a list of actions, or true or false, found null",
                "users[1].grants.account: expected a level, a list of actions, or true or false, found an object",
            ],
        ),
        // LVL-8: a sub-section without its area would silently grant nothing.
        levels(
            json!({"voice.numbers": "edit", "knowledge.faqs": "none", "tools": "read"}),
            &[
                "users[1].grants.voice.numbers: `voice.numbers` is set without its area and would grant nothing; set `voice` too",
                "users[1].grants.knowledge.faqs: `knowledge.faqs` is set without its area and would grant nothing; set `knowledge` too",
            ],
        ),
        // CAT-4: what comes with the role or the account is never granted.
        levels(
            json!({"workspace": true, "workspace.billing": true, "plan.enterprise": true}),
            &[
                "users[1].grants.workspace: `workspace` cannot be granted: it comes with the role",
                "users[1].grants.workspace.billing: `workspace.billing` cannot be granted: it comes with the role",
                "users[1].grants.plan.enterprise: `plan.enterprise` cannot be granted: it comes with the account",
            ],
        ),
        // CAT-5: one leaf is set once, by whichever name.
        levels(
            json!({"messaging": "edit", "messaging.widget_settings": "read",
                   "messaging.chat": "edit", "messaging.chat_configuration": "none"}),
            &[
                "users[1].grants.messaging.chat: `messaging.chat` sets `messaging.chat` a second time; keep one of the two",
                "users[1].grants.messaging.chat_configuration: `messaging.chat_configuration` sets `messaging.chat` a second time; keep one of the two",
            ],
        ),
        bad(
            as_account,
            studio()
                .to_string()
                .replace(r#"{"tools":"read"}"#, r#"{"tools":"read","tools":"edit"}"#),
            &["users[1].grants.tools: duplicate `tools`"],
        ),
        actions(
            json!({"settings": "read", "users": true, "crm": "read", "analytics": ["export", "Edit"],
                   "conversations": ["view", 1]}),
            &[
                "users[0].grants.settings: `settings` takes a list of actions",
                "users[0].grants.users: `users` takes a list of actions",
                "users[0].grants.crm: `crm` takes `true` or `false`",
                "users[0].grants.analytics: `analytics` has no action `Edit`; it has `view`, `create`, `edit`, `delete`, `manage`, `export`",
                "users[0].grants.conversations[1]: expected a string, found a number",
            ],
        ),
        actions(
            json!({"crm": ["on"], "settings": ["export"]}),
            &[
                "users[0].grants.crm: `crm` takes `true` or `false`",
                "users[0].grants.settings: `settings` has no action `export`; it has `view`, `create`, `edit`, `delete`, `manage`",
            ],
        ),
    ]
}

/// Things that must be unique and are not.
fn bad_twice() -> Vec<Bad> {
    let kim = json!({"id": "kim", "email": "k@acme.example", "role": "member", "status": "active"});
    let kb = json!({"id": "kb", "name": "Other", "grants": {}});
    let south = json!({"id": "south"});
    let check = |pointer: &str, new: Value, expected: &str| {
        bad(as_account, edited(&studio(), pointer, &new), &[expected])
    };
    vec![
        check("/users/-", kim, "users[2].id: duplicate user id `kim`"),
        check("/templates/-", kb, "templates[1].id: duplicate template id `kb`"),
        check(
            "/features/-",
            json!("plan.enterprise"),
            "features[1]: duplicate feature `plan.enterprise`",
        ),
        check(
            "/users/1/mutes/-",
            json!("knowledge.faqs:edit"),
            "users[1].mutes[1]: duplicate mute `knowledge.faqs:edit`",
        ),
        check(
            "/users/1/mutes",
            json!(["messaging.chat:read", "messaging.widget_settings:read"]),
            "users[1].mutes[1]: duplicate mute `messaging.chat:read`",
        ),
        bad(
            as_agency,
            edited(&bright(), "/subaccounts/-", &south),
            &["subaccounts[2].id: duplicate account id `south`"],
        ),
    ]
}

fn bad_agencies() -> Vec<Bad> {
    let check = |pointer: &str, new: Value, expected: &[&str]| {
        bad(as_agency, edited(&bright(), pointer, &new), expected)
    };
    vec![
        bad(
            as_agency,
            studio().to_string(),
            &[
                "format: unknown format `bailiwick/account/1`: expected `bailiwick/agency/1`",
                "seat_limit: unknown field `seat_limit`: expected `format`, `id`, `catalog`, `revision`, `head`, `default_features`, `subaccounts` or `retired`",
                "features: unknown field `features`: expected `format`, `id`, `catalog`, `revision`, `head`, `default_features`, `subaccounts` or `retired`",
                "templates: unknown field `templates`: expected `format`, `id`, `catalog`, `revision`, `head`, `default_features`, `subaccounts` or `retired`",
                "users: unknown field `users`: expected `format`, `id`, `catalog`, `revision`, `head`, `default_features`, `subaccounts` or `retired`",
            ],
        ),
        check("/id", json!(""), &["id: an id is empty; it has 1 to 255 bytes"]),
        check("/subaccounts", json!("north"), &["subaccounts: expected a list, found a string"]),
        check("/subaccounts/1", json!({}), &["subaccounts[1]: missing field `id`"]),
        check(
            "/subaccounts/0/format",
            json!(AGENCY_FORMAT),
            &[
                "subaccounts[0].format: unknown format `bailiwick/agency/1`: expected `bailiwick/account/1`",
            ],
        ),
        check(
            "/subaccounts/0/catalog",
            json!("tenant/1"),
            &["subaccounts[0].catalog: expected the agency's catalog `agency/1`, found `tenant/1`"],
        ),
        check(
            "/subaccounts/0/catalog",
            desk(),
            &["subaccounts[0].catalog: expected the agency's catalog `agency/1`, found `desk/1`"],
        ),
        check(
            "/subaccounts/0/features/-",
            json!("general.teleport"),
            &[
                "subaccounts[0].features[1]: `general` has no sub-section `teleport`; it has `assistants`, `knowledge_base`, `actions`, `workflows`, `contacts`, `phone_numbers`, `analytics`, `simulations`, `logs`, `invite_members`",
            ],
        ),
        check(
            "/subaccounts/0/users/0/grants",
            json!({"general.logs": true}),
            &[
                "subaccounts[0].users[0].grants.general.logs: `general.logs` cannot be granted: it comes with the account",
            ],
        ),
    ]
}

fn bad_catalogs() -> Vec<Bad> {
    let check = |pointer: &str, new: Value, expected: &[&str]| {
        bad(as_catalog, edited(&desk(), pointer, &new), expected)
    };
    let inline = |pointer: &str, new: Value, expected: &[&str]| {
        let catalog: Value = serde_json::from_str(&edited(&desk(), pointer, &new)).unwrap();
        let account = json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": catalog});
        bad(as_account, account.to_string(), expected)
    };
    vec![
        bad(
            as_catalog,
            "{}",
            &[
                "document: missing field `format`",
                "document: missing field `id`",
                "document: missing field `areas`",
            ],
        ),
        check(
            "/format",
            json!(ACCOUNT_FORMAT),
            &["format: unknown format `bailiwick/account/1`: expected `bailiwick/catalog/1`"],
        ),
        check(
            "/version",
            json!(2),
            &[
                "version: unknown field `version`: expected `format`, `id`, `roles`, `levels`, `areas`, `gates`, `delegated`, `authority`, `operations`, `templates`, `audit_log` or `retired`",
            ],
        ),
        check("/areas", json!({}), &["areas: expected a list, found an object"]),
        check(
            "/areas/0",
            json!({"name": "docs", "source": "user", "user_only": 1, "sub_sections": [{}, "x"]}),
            &[
                "areas[0]: missing field `key`",
                "areas[0]: missing field `scale`",
                "areas[0].name: unknown field `name`: expected `key`, `label`, `description`, `aliases`, `api_name`, `always_on`, `scale`, `source`, `set_by`, `user_only` or `sub_sections`",
                "areas[0].source: unknown source `user`: expected `grantable`, `role` or `account`",
                "areas[0].user_only: expected true or false, found a number",
                "areas[0].sub_sections[0]: missing field `key`",
                "areas[0].sub_sections[1]: expected an object, found a string",
            ],
        ),
        check(
            "/areas/0/sub_sections/0",
            json!({"key": 1, "label": 2, "aliases": [3, "four"], "api_name": 5, "always_on": 6,
                   "scale": "levels"}),
            &[
                "areas[0].sub_sections[0].key: expected a string, found a number",
                "areas[0].sub_sections[0].label: expected a string, found a number",
                "areas[0].sub_sections[0].aliases[0]: expected a string, found a number",
                "areas[0].sub_sections[0].api_name: expected a string, found a number",
                "areas[0].sub_sections[0].always_on: expected true or false, found a number",
                "areas[0].sub_sections[0].scale: unknown field `scale`: expected `key`, `label`, `description`, `aliases`, `api_name` or `always_on`",
            ],
        ),
        check(
            "/areas/0/scale",
            json!("ladder"),
            &["areas[0].scale: unknown scale `ladder`: expected `levels` or `toggle`"],
        ),
        check(
            "/areas/0/scale",
            json!(["view"]),
            &["areas[0].scale: expected an object, found a list"],
        ),
        check(
            "/areas/0/scale",
            json!({"rungs": ["view"]}),
            &[
                "areas[0].scale: missing field `actions`",
                "areas[0].scale.rungs: unknown field `rungs`: expected `actions`",
            ],
        ),
        check(
            "/gates/0",
            json!({"needs": "plan.pro"}),
            &[
                "gates[0]: missing field `target`",
                "gates[0].needs: expected a list, found a string",
            ],
        ),
        check(
            "/delegated",
            json!({"area": 1, "to": "kim"}),
            &[
                "delegated: missing field `feature`",
                "delegated.area: expected a string, found a number",
                "delegated.to: unknown field `to`: expected `area` or `feature`",
            ],
        ),
        check(
            "/operations/0",
            json!({"name": "open"}),
            &[
                "operations[0]: missing field `key`",
                "operations[0]: missing field `needs`",
                "operations[0].name: unknown field `name`: expected `key`, `label`, `description` or `needs`",
            ],
        ),
        check(
            "/templates/0",
            json!({"name": "Reader", "grants": {"docs": "write"}}),
            &[
                "templates[0]: missing field `id`",
                "templates[0].grants.docs: unknown level `write`: expected `none`, `read` or `edit`",
            ],
        ),
        check(
            "/areas/0/key",
            json!("Docs"),
            &[
                "areas[0]: `Docs` is not a key; use ASCII snake_case, as in `audio_library`",
                "gates[0].target: unknown area `docs`; there are `Docs`, `jobs`, `plan`",
                "operations[0].needs[0]: unknown area `docs`; there are `Docs`, `jobs`, `plan`",
                "templates[0].grants.docs: unknown area `docs`; there are `Docs`, `jobs`, `plan`",
            ],
        ),
        // The same where the catalog stands in an account.
        inline(
            "/operations/0/needs",
            json!(["docs:open", "plan.max:on"]),
            &[
                "catalog.operations[0].needs[0]: `docs` has no rung `open`; it has `read`, `edit`",
                "catalog.operations[0].needs[1]: `plan` has no sub-section `max`; it has `pro`, `team`",
            ],
        ),
        inline(
            "/areas/0/scale",
            json!("ladder"),
            &["catalog.areas[0].scale: unknown scale `ladder`: expected `levels` or `toggle`"],
        ),
    ]
}

fn bad_cases() -> Vec<Bad> {
    let check = |pointer: &str, new: Value, expected: &[&str]| {
        bad(as_cases, edited(&valid_cases(), pointer, &new), expected)
    };
    let of_agency = |case: Value, expected: &[&str]| {
        bad(as_agency_cases, json!({ "cases": [case] }).to_string(), expected)
    };
    vec![
        bad(as_cases, "{}", &["document: missing field `cases`"]),
        check(
            "/format",
            json!("bailiwick/cases/1"),
            &["format: unknown field `format`: expected `cases`"],
        ),
        check("/cases", json!({}), &["cases: expected a list, found an object"]),
        check(
            "/cases/0",
            json!({"who": "kim"}),
            &[
                "cases[0]: missing field `user`",
                "cases[0]: missing field `ask`",
                "cases[0]: missing field `expect`",
                "cases[0].who: unknown field `who`: expected `account`, `user`, `ask`, `expect` or `reason`",
            ],
        ),
        check(
            "/cases/0/ask",
            json!("tools:write"),
            &["cases[0].ask: `tools` has no rung `write`; it has `read`, `edit`"],
        ),
        check(
            "/cases/0/ask",
            json!("crm:on"),
            &["cases[0].ask: unknown area `crm`; there are {studio areas}"],
        ),
        check(
            "/cases/0/ask",
            json!("publish"),
            &[
                "cases[0].ask: `publish` is not an operation; there are `publish_chat_widget`, `publish_phone_widget`, `promote_environment`, `start_ab_test`, `manage_api_keys`, `export_call_data`, `edit_legal`, `view_api_keys`, `invite_user`, `manage_projects`, `manage_billing`, `use_studio_assistant`; a permission or an area is written `path:rung`, as in `knowledge.faqs:edit`",
            ],
        ),
        check(
            "/cases/1/ask/0",
            json!("tools.hammer:read"),
            &["cases[1].ask[0]: `tools` has no sub-section `hammer`; it has none"],
        ),
        check(
            "/cases/0/ask",
            json!([]),
            &[
                "cases[0].ask: nothing is asked for; name at least one permission, area or operation",
            ],
        ),
        check("/cases/0/ask", json!({}), &["cases[0].ask: expected a string, found an object"]),
        check("/cases/0/user", json!(1), &["cases[0].user: expected a string, found a number"]),
        check(
            "/cases/0/expect",
            json!("refuse"),
            &["cases[0].expect: unknown decision `refuse`: expected `allow` or `deny`"],
        ),
        check(
            "/cases/0/expect",
            json!("allow"),
            &["cases[0].reason: only a `deny` has a reason: remove it, or expect `deny`"],
        ),
        check(
            "/cases/0/reason",
            json!("forbidden"),
            &[
                "cases[0].reason: unknown reason `forbidden`: expected `unknown_user`, `not_active`, `unknown_permission`, `not_entitled`, `admin_only`, `muted` or `not_granted`",
            ],
        ),
        check(
            "/cases/0/account",
            json!("north"),
            &["cases[0].account: unknown account `north`: expected `acme`"],
        ),
        of_agency(
            json!({"user": "lee", "ask": "view_logs", "expect": "allow"}),
            &["cases[0]: missing field `account`"],
        ),
        of_agency(
            json!({"account": "east", "user": "lee", "ask": "view_logs", "expect": "allow"}),
            &["cases[0].account: unknown account `east`: expected `north` or `south`"],
        ),
    ]
}

/// A valid change.
fn change() -> Value {
    json!({
        "format": CHANGE_FORMAT,
        "account": "acme",
        "revision": 3,
        "time": 0,
        "actor": "host",
        "command": {"command": "suspend", "user": "kim"},
        "edits": [{"of": "user", "before": kim("active"), "after": kim("suspended")}],
        "effects": [{"user": "kim", "gained": [], "lost": ["settings:view"]}],
    })
}

fn kim(status: &str) -> Value {
    json!({"id": "kim", "email": "kim@acme.example", "role": "member", "status": status,
           "grants": {"settings": ["view"]}})
}

/// What no change can mean is not read.
fn bad_changes() -> Vec<Bad> {
    let check = |pointer: &str, new: Value, expected: &[&str]| {
        bad(as_change, edited(&change(), pointer, &new), expected)
    };
    let template = |id: &str| json!({"id": id, "name": "A", "grants": {}});
    let mut lee = kim("suspended");
    lee["id"] = "lee".into();
    vec![
        check("/revision", json!(0), &["revision: 0 is out of range: expected a number from 1"]),
        check(
            "/revision",
            json!(MAX_REVISION + 1),
            &["revision: revision 9007199254740992 is too large: the last is 9007199254740991"],
        ),
        check(
            "/edits/0",
            json!({"of": "user"}),
            &["edits[0]: an edit needs `before`, `after` or both"],
        ),
        check(
            "/edits/0",
            json!({"of": "template", "before": null, "after": null}),
            &["edits[0]: an edit needs `before`, `after` or both"],
        ),
        check(
            "/edits/0/after",
            lee,
            &["edits[0]: an edit has one id: `before` has `kim`, `after` has `lee`"],
        ),
        check(
            "/edits/0",
            json!({"of": "template", "before": template("a"), "after": template("b")}),
            &["edits[0]: an edit has one id: `before` has `a`, `after` has `b`"],
        ),
        check(
            "/command",
            json!({"command": "change_role", "user": "kim", "role": "member", "keep": true,
                   "grants": {}}),
            &["command.keep: `keep` and `grants` exclude each other: give one of the two"],
        ),
        check("/effects/0", json!({}), &["effects[0]: missing field: expected `user` or `users`"]),
        check(
            "/effects/0/users",
            json!(2),
            &["effects[0].users: unknown field `users`: expected `user`, `of`, `gained` or `lost`"],
        ),
        check(
            "/effects/0/template",
            json!("a"),
            &[
                "effects[0].template: unknown field `template`: expected `user`, `of`, `gained` or `lost`",
            ],
        ),
    ]
}

#[test]
fn a_change_that_means_nothing_is_refused() {
    as_change(&change().to_string()).unwrap();
    check(bad_changes());
}

/// CAT-18: an inline catalog that a host would take for one that it knows.
fn imposters() -> Vec<Bad> {
    let imposter = |id: &str| {
        let mut catalog = desk();
        catalog["id"] = id.into();
        json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": catalog}).to_string()
    };
    vec![
        bad(
            as_account,
            imposter("studio/2026-06"),
            &[
                "catalog: the inline catalog `studio/2026-06` differs from the known catalog `studio/2026-06`, which it would be taken for: give it an id of its own, or name `studio/2026-06` here",
            ],
        ),
        bad(
            |text| Account::from_document(&parse(text), &[]).map(drop),
            imposter("agency/1"),
            &[
                "catalog: the inline catalog `agency/1` differs from the known catalog `agency/1`, which it would be taken for: give it an id of its own, or name `agency/1` here",
            ],
        ),
    ]
}

#[test]
fn an_imposter_of_a_known_catalog_is_refused() {
    check(imposters());
    for case in imposters() {
        assert_eq!(case.problems().problems()[0].fault().code(), "catalog_imposter");
    }
    // The same text is no imposter where the host knows that very catalog by that id.
    let mut own = desk();
    own["id"] = "studio/2026-06".into();
    let known = [catalog(&own.to_string()).unwrap()];
    let account = json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": own}).to_string();
    let account = Account::from_document(&parse(&account), &known).unwrap();
    assert_eq!(account.catalog(), &known[0]);
    // Nor is a preset that is spelled out.
    for preset in presets::all() {
        let account = json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": preset});
        let account = Account::from_document(&parse(&account.to_string()), &[]).unwrap();
        assert_eq!(account.catalog(), &preset);
    }
}

fn valid_cases() -> Value {
    let mut cases = cases();
    cases["cases"][1]["ask"][0] = json!("tools:read");
    cases
}

/// What the documents of the tables are before anything is made wrong is right.
#[test]
fn the_documents_to_start_from_are_valid() {
    assert_eq!(account(&studio().to_string()).unwrap().users().count(), 2);
    assert_eq!(account(&tenant().to_string()).unwrap().users().count(), 1);
    assert_eq!(agency(&bright().to_string()).unwrap().subaccounts().count(), 2);
    assert_eq!(catalog(&desk().to_string()).unwrap().permissions().count(), 6);
    assert_eq!(as_cases(&valid_cases().to_string()), Ok(()));
}

#[track_caller]
fn check(table: Vec<Bad>) {
    for bad in table {
        let error = bad.problems();
        let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        assert_eq!(found, bad.expected, "{}", bad.text);
        let whole = ["the document cannot be used".to_owned()];
        let lines = bad.expected.iter().map(|line| format!("\n  {line}"));
        let whole: String = whole.into_iter().chain(lines).collect();
        assert_eq!(error.to_string(), whole);
    }
}

/// CAT-9, USR-6: what is wrong with an account is said, all of it, by place.
#[test]
fn a_bad_account_is_refused() {
    check(bad_accounts());
}

/// TPL-1, TPL-8: templates with no name or a taken one, with what they cannot set, or with none.
#[test]
fn a_bad_template_is_refused() {
    check(bad_templates());
}

/// ROLE-1, USR-1 to USR-4: ids, emails, roles, statuses and mutes.
#[test]
fn a_bad_user_is_refused() {
    check(bad_users());
}

/// CAT-3 to CAT-5, CAT-9, LVL-8: keys, levels, actions and settings of another scale.
#[test]
fn bad_grants_are_refused() {
    check(bad_grants());
}

/// USR-1, USR-4, TPL-1: what must be unique.
#[test]
fn what_is_given_twice_is_refused() {
    check(bad_twice());
}

/// AGY: subaccounts are accounts on their agency's catalog.
#[test]
fn a_bad_agency_is_refused() {
    check(bad_agencies());
}

/// CAT-8: a catalog document has everything wrong that a builder can have, and its own.
#[test]
fn a_bad_catalog_is_refused() {
    check(bad_catalogs());
}

/// LVL-8: an area whose own setting is the problem is not missing as well.
#[test]
fn one_bad_area_is_one_problem() {
    for (area, fault) in [
        (json!("write"), "unknown level `write`: expected `none`, `read` or `edit`"),
        (json!(true), "`voice` takes a level: `none`, `read` or `edit`"),
    ] {
        let document = json!({
            "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-06",
            "users": [{"id": "kim", "email": "kim@acme.example", "role": "member",
                       "status": "active",
                       "grants": {"voice.agent": "read", "voice": area, "voice.numbers": "read"}}],
        });
        let error = account(&document.to_string()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the document cannot be used\n  users[0].grants.voice: {fault}"),
        );
    }
}

/// A case that asks what there is not fails to load.
#[test]
fn a_bad_case_is_refused() {
    check(bad_cases());
}

/// Every way in which a document can be wrong is among the tables.
#[test]
fn every_fault_of_a_document_is_produced() {
    let tables = [
        bad_accounts(),
        bad_templates(),
        bad_users(),
        bad_grants(),
        bad_twice(),
        bad_agencies(),
        bad_catalogs(),
        bad_cases(),
        bad_changes(),
        imposters(),
    ];
    let errors = tables.iter().flatten().map(Bad::problems);
    let faults: Vec<DocumentFault> = errors
        .flat_map(|error| error.problems().to_vec())
        .map(|problem| problem.fault().clone())
        .collect();
    let produced: BTreeSet<String> = faults.iter().map(variant).collect();
    let produced: Vec<String> = produced.into_iter().collect();
    assert_eq!(
        produced.join(" "),
        "Accepted AccountName Catalog CatalogImposter Description Email EmptyEdit Feature Format Id Invitation KeepsAndGrants Key Kind Missing MissingOneOf OtherCatalog OtherSubject Range ReasonOfAllow Repeated Revision Setting Taken Template Unknown UnknownCatalog UnknownField",
    );
    let settings: BTreeSet<String> = faults
        .iter()
        .filter_map(|fault| match fault {
            DocumentFault::Setting(setting)
            | DocumentFault::Catalog(CatalogFault::Setting(setting)) => Some(variant(setting)),
            _ => None,
        })
        .collect();
    let settings: Vec<String> = settings.into_iter().collect();
    assert_eq!(
        settings.join(" "),
        "AreaMissing Key NotGrantable Twice UnknownAction UserOnly WrongScale",
        "all but `ExceedsParent`, which only a command can be",
    );
    assert!(faults.contains(&SettingError::UserOnly { path: "crm".into() }.into()));
}

/// The name of an enum's variant.
fn variant(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let name = text.split(|letter: char| !letter.is_alphanumeric()).next();
    name.unwrap_or_default().to_owned()
}

/// Everything that is wrong is said at once, in the order of the document.
#[test]
fn all_problems_are_reported_in_the_order_of_the_document() {
    let text = r#"{
        "users": [
            {"id": "kim", "email": "kim", "role": "boss", "status": "gone", "template": "kb",
             "grants": {"flows": "write", "voice.numbers": "read", "nowhere": "read"},
             "mutes": ["flows:edit", "flows:edit", "workspace.billing:on"], "extra": 1},
            {"id": "kim", "status": "active", "accepted": true, "role": "member",
             "email": "lee@acme.example", "last_sign_in": 1.5}
        ],
        "templates": [{"id": "kb", "grants": {"plan.enterprise": true}, "name": ""}],
        "features": ["plan.silver"],
        "seat_limit": -4,
        "catalog": "studio/2026-06",
        "id": "",
        "format": "bailiwick/account/0"
    }"#;
    check(vec![bad(
        as_account,
        text,
        &[
            "users[0].email: `kim` is not an email address; write `name@host`",
            "users[0].role: unknown role `boss`: expected `admin` or `member`",
            "users[0].status: unknown status `gone`: expected `invited`, `active` or `suspended`",
            "users[0].grants.flows: unknown level `write`: expected `none`, `read` or `edit`",
            "users[0].grants.voice.numbers: `voice.numbers` is set without its area and would grant nothing; set `voice` too",
            "users[0].grants.nowhere: unknown area `nowhere`; there are {studio areas}",
            "users[0].mutes[1]: duplicate mute `flows:edit`",
            "users[0].mutes[2]: `workspace.billing` cannot be granted: it comes with the role",
            "users[0].extra: unknown field `extra`: expected `id`, `email`, `role`, `status`, `accepted`, `invitation`, `template`, `grants`, `mutes` or `last_sign_in`",
            "users[1].id: duplicate user id `kim`",
            "users[1].accepted: `accepted` is for suspended users: this user is active",
            "users[1].last_sign_in: expected a whole number, found a number that is not whole or too large",
            "templates[0].grants.plan.enterprise: `plan.enterprise` cannot be granted: it comes with the account",
            "templates[0].name: the name is blank; give 1 to 100 characters",
            "features[0]: `plan` has no sub-section `silver`; it has `enterprise`, `enterprise_cluster`",
            "seat_limit: -4 is out of range: expected a number from 0 to 4294967295",
            "id: an id is empty; it has 1 to 255 bytes",
            "format: unknown format `bailiwick/account/0`: expected `bailiwick/account/1`",
        ],
    )]);
}

/// An unknown catalog hides nothing that can be read without it.
#[test]
fn an_unknown_catalog_hides_no_other_problem() {
    let account = r#"{
        "id": "", "catalog": "studio/1", "revision": -1, "seat_limit": "many", "seats": 1,
        "templates": [{"id": "kb", "name": " ", "grants": {"nobody": "knows"}}, {"name": "QA"}],
        "users": [
            {"id": "kim", "email": "kim", "role": "boss", "status": "gone", "template": "kb",
             "last_sign_in": 1.0},
            {"id": "kim", "email": "lee@acme.example", "role": "member", "status": "active",
             "accepted": true, "template": "qa", "grants": {"nobody": "knows"}}
        ],
        "retired": ["", "kim"],
        "format": "bailiwick/account/0"
    }"#;
    let known = "expected {presets}, or spell the catalog out";
    let expected = [
        "id: an id is empty; it has 1 to 255 bytes",
        &format!("catalog: unknown catalog `studio/1`: {known}"),
        "revision: -1 is out of range: expected a number from 0",
        "seat_limit: expected a whole number, found a string",
        "seats: expected a string, found a number",
        "templates[0].name: the name is blank; give 1 to 100 characters",
        "templates[1]: missing field `id`",
        "templates[1]: missing field `grants`",
        "users[0].email: `kim` is not an email address; write `name@host`",
        "users[0].role: unknown role `boss`: expected `admin` or `member`",
        "users[0].status: unknown status `gone`: expected `invited`, `active` or `suspended`",
        "users[0].last_sign_in: expected a whole number, found a number that is not whole or too large",
        "users[1].id: duplicate user id `kim`",
        "users[1].accepted: `accepted` is for suspended users: this user is active",
        "users[1].template: unknown template `qa`: expected `kb`",
        "retired[0]: an id is empty; it has 1 to 255 bytes",
        "retired[1]: duplicate user id `kim`",
        "format: unknown format `bailiwick/account/0`: expected `bailiwick/account/1`",
    ];
    let agency = r#"{
        "format": "bailiwick/agency/1", "id": "north", "catalog": "studio/1",
        "default_features": ["nobody.knows"],
        "subaccounts": [{"id": "a"}, {"id": "a", "seat_limit": -1, "catalog": "x"}],
        "retired": [1]
    }"#;
    check(vec![
        bad(as_account, account, &expected),
        bad(
            as_agency,
            agency,
            &[
                &format!("catalog: unknown catalog `studio/1`: {known}"),
                "subaccounts[1].id: duplicate account id `a`",
                "subaccounts[1].seat_limit: -1 is out of range: expected a number from 0 to 4294967295",
                "retired[0]: expected a string, found a number",
            ],
        ),
    ]);
}

/// What is wrong with one item of a list hides nothing that is wrong with the next.
#[test]
fn every_item_of_a_list_is_read() {
    let asks = json!(["tools", "tools:read", 1, "knowledge.faq:edit"]);
    let grants = json!({"docs": "write", "jobs": 3, "plan": ["view", 4, 5], "docs.pages": "read"});
    check(vec![
        bad(
            as_cases,
            edited(&cases(), "/cases/1/ask", &asks),
            &[
                "cases[1].ask[0]: `tools` is not an operation; there are `publish_chat_widget`, `publish_phone_widget`, `promote_environment`, `start_ab_test`, `manage_api_keys`, `export_call_data`, `edit_legal`, `view_api_keys`, `invite_user`, `manage_projects`, `manage_billing`, `use_studio_assistant`; a permission or an area is written `path:rung`, as in `knowledge.faqs:edit`",
                "cases[1].ask[2]: expected a string, found a number",
                "cases[1].ask[3]: `knowledge` has no sub-section `faq`; it has `faqs`, `sources`, `variants`",
            ],
        ),
        bad(
            as_catalog,
            edited(&desk(), "/templates/0/grants", &grants),
            &[
                "templates[0].grants.docs: unknown level `write`: expected `none`, `read` or `edit`",
                "templates[0].grants.jobs: expected a level, a list of actions, or true or false, found a number",
                "templates[0].grants.plan[1]: expected a string, found a number",
                "templates[0].grants.plan[2]: expected a string, found a number",
            ],
        ),
    ]);
}

/// CAT-5: a feature is given once, by whichever name.
#[test]
fn a_feature_given_twice_is_refused_by_any_name() {
    let mut catalog = desk();
    catalog["areas"][2]["sub_sections"][0]["aliases"] = json!(["professional"]);
    let account = |features: Value| {
        json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": catalog.clone(),
               "features": features})
        .to_string()
    };
    let key = catalog["areas"][2]["sub_sections"][0]["key"].as_str().unwrap();
    let (path, alias) = (format!("plan.{key}"), "plan.professional");
    assert_eq!(as_account(&account(json!([alias]))), Ok(()));
    check(vec![bad(
        as_account,
        account(json!([path, alias])),
        &[&format!("features[1]: feature `{alias}` is already used by `{path}`")],
    )]);
}

/// USR-4: an email that a user has whose own id is unknown.
#[test]
fn what_is_taken_by_nobody_known_is_given_twice() {
    let mut account = studio();
    account["users"][0]["id"] = json!("");
    account["users"][1]["email"] = json!("ANA@acme.example");
    account["templates"] = json!([
        {"id": "", "name": "QA", "grants": {}},
        {"id": "kb", "name": "qa", "grants": {}},
        {"id": "x", "name": " ", "grants": {}},
        {"id": "y", "name": "", "grants": {}},
    ]);
    check(vec![bad(
        as_account,
        account.to_string(),
        &[
            "templates[0].id: an id is empty; it has 1 to 255 bytes",
            "templates[1].name: duplicate template name `qa`",
            "templates[2].name: the name is blank; give 1 to 100 characters",
            "templates[3].name: the name is blank; give 1 to 100 characters",
            "users[0].id: an id is empty; it has 1 to 255 bytes",
            "users[1].email: duplicate email `ANA@acme.example`",
        ],
    )]);
}

/// An empty key is seen in a place, and a long one does not make every place below it as long.
#[test]
fn a_place_shows_any_key() {
    let grants = |grants: Value| edited(&studio(), "/users/1/grants", &grants);
    check(vec![
        bad(
            as_account,
            r#"{"": 1}"#,
            &[
                "document: missing field `id`",
                "document: missing field `format`",
                "document: missing field `catalog`",
                "\"\": unknown field ``: expected `format`, `id`, `name`, `catalog`, `revision`, `head`, `seat_limit`, `seats`, `invitation_lifetime`, `features`, `templates`, `users` or `retired`",
            ],
        ),
        bad(
            as_account,
            grants(json!({"": "read"})),
            &["users[1].grants.\"\": unknown area ``; there are {studio areas}"],
        ),
    ]);
    let long = "ü".repeat(100_000);
    let error = account(&grants(json!({long: vec![1; 64]}))).unwrap_err();
    assert_eq!(error.problems().len(), 64);
    let expected = format!("users[1].grants.{}…[63]", "ü".repeat(160));
    assert_eq!(error.problems()[63].place(), expected);
}

/// No text of a document breaks the line of its problem, or disguises it.
#[test]
fn a_problem_is_one_line() {
    let mut document = studio();
    document["us\ners\u{1b}[31m"] = json!(1);
    document["users"][0]["role"] = json!("boss\nusers[7].role: forged");
    document["users"][0]["status"] = json!("\u{85}\u{2029}\u{202e}");
    document["users"][1]["grants"] = json!({"to\rols": "read", "it's \"Größe\" 🙂": "read"});
    document["users"][1]["mutes"] = json!(["flows:\u{0}"]);
    check(vec![bad(
        as_account,
        document.to_string(),
        &[
            "users[0].role: unknown role `boss\\nusers[7].role: forged`: expected `admin` or `member`",
            "users[0].status: unknown status `\\u{85}\\u{2029}\\u{202e}`: expected `invited`, `active` or `suspended`",
            "users[1].grants.to\\rols: unknown area `to\\rols`; there are {studio areas}",
            "users[1].grants.it's \"Größe\" 🙂: unknown area `it's \"Größe\" 🙂`; there are {studio areas}",
            "users[1].mutes[0]: `flows` has no rung `\\u{0}`; it has `read`, `edit`",
            "us\\ners\\u{1b}[31m: unknown field `us\\ners\\u{1b}[31m`: expected `format`, `id`, `name`, `catalog`, `revision`, `head`, `seat_limit`, `seats`, `invitation_lifetime`, `features`, `templates`, `users` or `retired`",
        ],
    )]);
}

/// A message names some templates of very many, and says how many more there are.
#[test]
fn a_message_lists_some_names_of_many() {
    let mut document = studio();
    let templates = (0..5000).map(|at| {
        json!({"id": format!("t{at}"), "name": format!("T{at}"),
                                              "grants": {}})
    });
    document["templates"] = templates.collect();
    let error = account(&document.to_string()).unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    let text = problem.to_string();
    assert!(text.ends_with("`t18`, `t19` or one of 4980 more"), "{text}");
}

/// A problem says its place and its fault apart.
#[test]
fn a_problem_has_a_place_and_a_fault() {
    let text = edited(&studio(), "/users/1/template", &json!("qa"));
    let error = account(&text).unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(problem.place(), "users[1].template");
    let fault = DocumentFault::Unknown {
        what: "template",
        given: "qa".into(),
        expected: "expected `kb`".into(),
    };
    assert_eq!(problem.fault(), &fault);
    assert_eq!(problem.to_string(), format!("users[1].template: {fault}"));
}

/// A host that knows no preset says so; nothing is looked up behind its back.
#[test]
fn catalogs_are_looked_up_in_what_is_given() {
    let document = parse(&studio().to_string());
    let error = Account::from_document(&document, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the document cannot be used\n  catalog: unknown catalog `studio/2026-06`: there are none, or spell the catalog out",
    );
    let own = Catalog::builder("studio/2026-06")
        .area(Area::levels("knowledge").with("faqs"))
        .area(Area::levels("tools"))
        .area(Area::toggle("plan").set_by(Source::Account).with("enterprise"))
        .build()
        .unwrap();
    let account = Account::from_document(&document, core::slice::from_ref(&own)).unwrap();
    assert_eq!(account.catalog(), &own);
}

// No input does harm.

/// Reads a text as everything there is; it counts what can be read.
#[track_caller]
fn sound(text: &str) -> usize {
    let Ok(document) = serde_json::from_str::<Document>(text) else {
        return 0;
    };
    let known = stored();
    let account = settled(
        &document,
        |document| Account::from_document(document, &known),
        |account| serde_json::to_string(account).unwrap(),
    );
    let agency = settled(
        &document,
        |document| Agency::from_document(document, &known),
        |agency| serde_json::to_string(agency).unwrap(),
    );
    let catalog = settled(&document, Catalog::from_document, |catalog| {
        serde_json::to_string(catalog).unwrap()
    });
    if let Some(account) = &account {
        assert_eq!(account.compile().len(), account.users().count());
        let cases = Cases::of_account(&document, account);
        assert!(cases.is_err(), "an account is no list of cases");
    }
    [account.is_some(), agency.is_some(), catalog.is_some()]
        .into_iter()
        .filter(|read| *read)
        .count()
}

/// What can be read comes back from its canonical form; what cannot has a reason.
#[track_caller]
fn settled<T: PartialEq + Debug>(
    document: &Document,
    read: impl Fn(&Document) -> Result<T, DocumentError>,
    write: impl Fn(&T) -> String,
) -> Option<T> {
    match read(document) {
        Ok(value) => {
            let written = write(&value);
            let again = read(&parse(&written)).unwrap();
            assert_eq!(again, value);
            assert_eq!(write(&again), written);
            Some(value)
        }
        Err(error) => {
            assert!(!error.problems().is_empty());
            for problem in error.problems() {
                let fault = problem.fault();
                assert!(!fault.to_string().is_empty(), "{fault:?}");
            }
            None
        }
    }
}

/// The start of a document is no document.
#[test]
fn a_truncated_document_is_an_error() {
    for document in [studio(), tenant(), bright(), desk(), cases()] {
        let text = serde_json::to_string_pretty(&document).unwrap();
        for length in 0..text.len() {
            let start = &text.as_bytes()[..length];
            assert!(serde_json::from_slice::<Document>(start).is_err(), "{length}");
        }
        parse(&text);
    }
}

/// Nesting has a limit, and a stack is not what finds it.
#[test]
fn a_document_that_nests_too_deep_is_an_error() {
    let nested = |depth: usize, open: &str, close: &str| {
        let text = [&open.repeat(depth), "0", &close.repeat(depth)].concat();
        serde_json::from_str::<Document>(&text).map_err(|error| error.to_string())
    };
    let most = usize::from(MAX_DEPTH);
    assert_eq!(most, 16);
    for (open, close, column) in [("[", "]", 16), (r#"{"a":"#, "}", 80)] {
        assert!(nested(most, open, close).is_ok());
        for depth in [most + 1, 200, 100_000] {
            let error = nested(depth, open, close).unwrap_err();
            let found = error.rsplit_once(" at line 1 column ").unwrap();
            assert_eq!(found.0, "the document nests deeper than 16");
            let near = found.1.parse::<usize>().unwrap();
            assert!((column..=column + 2).contains(&near), "{near}");
        }
    }
}

/// Many problems are many lines, and no worse.
#[test]
fn a_document_of_very_many_empty_objects_is_an_error() {
    const MANY: usize = 200_000;
    let empty = format!("[{}{{}}]", "{},".repeat(MANY - 1));
    for read in [as_account, as_agency, as_catalog, as_cases] {
        let error = read(&empty).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the document cannot be used\n  document: expected an object, found a list",
        );
    }
    let users = studio().to_string();
    let start = users.find(r#""users":["#).unwrap();
    let text = format!("{}\"users\":{empty}}}", &users[..start]);
    let error = account(&text).unwrap_err();
    let problems = error.problems();
    let [first, .., last] = problems else { panic!("{error}") };
    assert_eq!(first.to_string(), "users[0]: missing field `id`");
    assert_eq!(last.to_string(), "users[24]: missing field `status`");
    assert_eq!(problems.len(), MAX_PROBLEMS);
    assert_eq!(problems.len() + error.more(), 4 * MANY, "each field of each user that is missing");
    assert!(error.to_string().ends_with("\n  and 799900 more problems"), "{error}");
}

/// A key that stands very often is a problem each time but the first.
#[test]
fn a_document_of_one_key_very_often_is_an_error() {
    const MANY: usize = 100_000;
    let grants = format!("{{{}\"tools\":\"read\"}}", "\"tools\":\"edit\",".repeat(MANY));
    let text = studio().to_string().replace(r#"{"tools":"read"}"#, &grants);
    let error = account(&text).unwrap_err();
    assert_eq!(error.problems().len() + error.more(), MANY);
    assert_eq!(
        error.problems()[MAX_PROBLEMS - 1].to_string(),
        "users[1].grants.tools: duplicate `tools`",
    );
}

/// Words that documents use, so that random ones go further than their first field.
const WORDS: [&str; 64] = [
    "format",
    "id",
    "catalog",
    "revision",
    "seat_limit",
    "features",
    "templates",
    "users",
    "name",
    "grants",
    "email",
    "role",
    "status",
    "accepted",
    "template",
    "mutes",
    "last_sign_in",
    "subaccounts",
    "areas",
    "gates",
    "delegated",
    "operations",
    "key",
    "label",
    "aliases",
    "api_name",
    "always_on",
    "scale",
    "source",
    "user_only",
    "sub_sections",
    "actions",
    "target",
    "needs",
    "area",
    "feature",
    "cases",
    "levels",
    "toggle",
    "grantable",
    "account",
    "read",
    "edit",
    "none",
    "on",
    "view",
    "admin",
    "member",
    "active",
    "invited",
    "suspended",
    ACCOUNT_FORMAT,
    AGENCY_FORMAT,
    CATALOG_FORMAT,
    "studio/2026-06",
    "tenant/1",
    "agency/1",
    "knowledge",
    "knowledge.faqs",
    "knowledge.faqs:edit",
    "plan.enterprise",
    "general.logs",
    "crm",
    "kim@acme.example",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        6 => word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        let fields = vec((word(), inner.clone()), 0..6);
        prop_oneof![
            1 => vec(inner, 0..6).prop_map(Value::from),
            2 => fields.prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What happens to one node of a document.
#[derive(Debug, Clone)]
enum Damage {
    Delete,
    Replace(Value),
    Rename(String),
    Double,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Delete),
        Just(Damage::Double),
        word().prop_map(Damage::Rename),
        any_json().prop_map(Damage::Replace),
    ]
}

/// The key of the second of two fields that are to have one key.
const SECOND: &str = "\u{1}second\u{1}";

/// Does damage to one node, not the root.
fn damaged(document: &mut Value, place: Index, damage: &Damage) {
    let mut pointers = Vec::new();
    collect(document, "", &mut pointers);
    if pointers.is_empty() {
        return;
    }
    let (parent, last) = place.get(&pointers).rsplit_once('/').unwrap();
    let last = last.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) => {
            let at = last.parse::<usize>().unwrap();
            match damage {
                Damage::Delete => drop(items.remove(at)),
                Damage::Replace(new) => items[at] = new.clone(),
                Damage::Rename(text) => items[at] = text.as_str().into(),
                Damage::Double => items.insert(at, items[at].clone()),
            }
        }
        Value::Object(fields) => match damage {
            Damage::Delete => drop(fields.shift_remove(&last)),
            Damage::Replace(new) => drop(fields.insert(last, new.clone())),
            Damage::Rename(key) => {
                let field = fields.shift_remove(&last).unwrap();
                fields.insert(key.clone(), field);
            }
            Damage::Double => {
                let field = fields[&last].clone();
                fields.insert(format!("{SECOND}{last}"), field);
            }
        },
        _ => panic!("{parent} has items or fields"),
    }
}

/// The JSON pointers of all nodes but the root.
fn collect(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let mut add = |name: &str, inner: &Value| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers.push(pointer.clone());
        collect(inner, &pointer, pointers);
    };
    match value {
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                add(&place.to_string(), item);
            }
        }
        Value::Object(fields) => fields.iter().for_each(|(key, field)| add(key, field)),
        _ => {}
    }
}

/// A document that is or could be real.
fn real() -> impl Strategy<Value = Value> {
    let files = files().into_iter();
    let files = files.map(|(_, text)| serde_json::from_str(&text).unwrap());
    let small = [studio(), tenant(), bright(), desk()].into_iter();
    prop_oneof![
        2 => select(files.chain(small).collect::<Vec<Value>>()),
        1 => worlds::catalog().prop_flat_map(worlds::account_on),
        1 => worlds::catalog(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Bytes are a document or an error.
    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in vec(any::<u8>(), 0..256)) {
        if let Ok(document) = serde_json::from_slice::<Document>(&bytes) {
            // No few bytes make an account.
            prop_assert!(Account::from_document(&document, &presets::all()).is_err());
        }
    }

    /// The same of texts that are nearly JSON.
    #[test]
    fn arbitrary_text_does_no_harm(text in r#"[\[\]{}",:0-9a-z\\ue.\-]{0,64}"#) {
        prop_assert_eq!(sound(&text), 0);
    }

    /// Any JSON is an account, agency or catalog, or has a reason why not.
    #[test]
    fn arbitrary_json_does_no_harm(value in any_json()) {
        sound(&value.to_string());
    }

    /// The same below the fields of a real document.
    #[test]
    fn damaged_documents_do_no_harm(
        document in real(),
        damages in vec((any::<Index>(), damage()), 1..4),
    ) {
        let mut document = document;
        prop_assert_eq!(sound(&document.to_string()), 1, "it is real");
        for (place, damage) in &damages {
            damaged(&mut document, *place, damage);
        }
        // Two fields of one key, which no `Value` can have.
        sound(&document.to_string().replace("\\u0001second\\u0001", ""));
    }
}
