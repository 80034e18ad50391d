//! No input does harm: it is a document, or an error.

use core::fmt::Debug;

use bailiwick::document::{
    ACCOUNT_FORMAT, AGENCY_FORMAT, CATALOG_FORMAT, Cases, Document, DocumentError, MAX_DEPTH,
    MAX_PROBLEMS,
};
use bailiwick::{Account, Agency, Catalog, presets};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::bad::as_cases;
use super::{
    account, as_account, as_agency, as_catalog, bright, cases, desk, files, parse, stored, studio,
    tenant,
};
use crate::pointers::pointers;
use crate::worlds;

/// Reads a text as each kind of document, and counts those that it can be.
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

/// Nesting has a limit, so that it cannot overflow the stack.
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

/// Many problems give many lines, and do no other harm.
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
    let pointers = pointers(document);
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
