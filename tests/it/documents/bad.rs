//! Documents with something wrong, and all that is wrong with them, word for word.

use core::fmt::Debug;
use std::collections::BTreeSet;
use std::path::Path;

use bailiwick::catalog::{CatalogFault, SettingError};
use bailiwick::document::{ACCOUNT_FORMAT, CHANGE_FORMAT, Cases, DocumentError, DocumentFault};
use bailiwick::{Account, Change, presets};
use serde_json::{Value, json};

use super::{
    account, agency, as_account, as_agency, as_catalog, bright, cases, catalog, desk, edited,
    parse, studio, tenant, without,
};

/// A document and all that is wrong with it.
pub(super) struct Bad {
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

pub(super) fn bad(
    read: fn(&str) -> Result<(), DocumentError>,
    text: impl Into<String>,
    expected: &[&str],
) -> Bad {
    let expand =
        |line: &&str| line.replace("{studio areas}", STUDIO_AREAS).replace("{presets}", PRESETS);
    Bad { read, text: text.into(), expected: expected.iter().map(expand).collect() }
}

pub(super) fn as_cases(text: &str) -> Result<(), DocumentError> {
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

/// The rows of a table in `tests/data/bad`: how a document is read, the document, or one to start
/// from and what is put or taken out at a JSON pointer, and the problems.
fn table(name: &str) -> Vec<Bad> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bad");
    let text = std::fs::read_to_string(folder.join(name).with_extension("json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    rows.iter().map(row).collect()
}

fn row(row: &Value) -> Bad {
    let text = match (row.get("document"), row["at"].as_str(), row.get("put")) {
        (Some(document), _, _) => document.to_string(),
        (None, Some(pointer), Some(new)) => edited(&start(row), pointer, new),
        (None, Some(pointer), None) => without(&start(row), pointer),
        (None, None, _) => start(row).to_string(),
    };
    let read = match row["read"].as_str().unwrap() {
        "account" => as_account,
        "agency" => as_agency,
        "agency_cases" => as_agency_cases,
        "cases" => as_cases,
        "catalog" => as_catalog,
        "change" => as_change,
        other => panic!("unknown kind of document `{other}`"),
    };
    let problems = row["problems"].as_array().unwrap().iter();
    let problems: Vec<&str> = problems.map(|problem| problem.as_str().unwrap()).collect();
    bad(read, text, &problems)
}

/// The valid document that a row starts from.
fn start(row: &Value) -> Value {
    match row["of"].as_str().unwrap() {
        "bright" => bright(),
        "cases" => valid_cases(),
        "change" => change(),
        "desk" => desk(),
        "studio" => studio(),
        "tenant" => tenant(),
        other => panic!("unknown document `{other}`"),
    }
}

/// What no `Value` can hold: a duplicate field, at the top and below.
fn doubled() -> Vec<Bad> {
    let studio = studio().to_string();
    vec![
        bad(as_account, studio.replacen('{', r#"{"id":"acme","#, 1), &["id: duplicate `id`"]),
        bad(
            as_account,
            studio.replace(r#"{"tools":"read"}"#, r#"{"tools":"read","tools":"edit"}"#),
            &["users[1].grants.tools: duplicate `tools`"],
        ),
    ]
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
    assert_eq!(as_change(&change().to_string()), Ok(()));
}

#[track_caller]
pub(super) fn check(table: Vec<Bad>) {
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

/// A test for each table of what is wrong with a kind of document, and the names of all tables.
macro_rules! tables {
    ($($(#[$doc:meta])* $test:ident: $name:literal)*) => {
        const TABLES: [&str; [$($name),*].len()] = [$($name),*];

        $(
            $(#[$doc])*
            #[test]
            fn $test() {
                check(table($name));
            }
        )*
    };
}

tables! {
    /// CAT-9, USR-6: every problem of an account is reported by place.
    a_bad_account_is_refused: "accounts"
    /// TPL-1, TPL-8: templates with no name or a taken one, with what they cannot set, or with none.
    a_bad_template_is_refused: "templates"
    /// ROLE-1, USR-1 to USR-4: ids, emails, roles, statuses and mutes.
    a_bad_user_is_refused: "users"
    /// CAT-3 to CAT-5, CAT-9, LVL-8: keys, levels, actions and settings of another scale.
    bad_grants_are_refused: "grants"
    /// USR-1, USR-4, TPL-1: what must be unique.
    what_is_given_twice_is_refused: "twice"
    /// AGY: subaccounts are accounts on their agency's catalog.
    a_bad_agency_is_refused: "agencies"
    /// CAT-8: a catalog document has everything wrong that a builder can have, and its own.
    a_bad_catalog_is_refused: "catalogs"
    /// A case that asks about something unknown does not load.
    a_bad_case_is_refused: "cases"
    /// What no change can mean is not read.
    a_change_that_means_nothing_is_refused: "changes"
}

/// CAT-10: no field is given twice.
#[test]
fn a_doubled_field_is_refused() {
    check(doubled());
}

/// Every way in which a document can be wrong is among the tables.
#[test]
fn every_fault_of_a_document_is_produced() {
    let tables = TABLES.into_iter().flat_map(table).chain(doubled()).chain(imposters());
    let faults: Vec<DocumentFault> = tables
        .map(|bad| bad.problems())
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
