//! EVO-2: migrations as documents.

use bailiwick::document::{Document, MIGRATION_FORMAT};
use bailiwick::migration::Migration;
use bailiwick::presets;
use serde_json::{Value, json};

#[track_caller]
fn refused(document: &Value, expected: &[&str]) {
    let document: Document = serde_json::from_str(&document.to_string()).unwrap();
    let error = Migration::from_document(&document, &presets::all()).unwrap_err();
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
}

fn march_to_june() -> Value {
    json!(presets::march_to_june().build().unwrap())
}

/// The shipped one is the first public form, and is read for ever.
#[test]
fn a_golden_migration_is_written_back_to_the_byte() {
    let text = include_str!("../../data/golden/migration.json");
    let document: Document = serde_json::from_str(text).unwrap();
    let migration = Migration::from_document(&document, &presets::all()).unwrap();
    assert_eq!(serde_json::to_string_pretty(&migration).unwrap() + "\n", text);
}

#[test]
fn what_a_document_gets_wrong_is_said_by_place() {
    refused(
        &json!({
            "format": MIGRATION_FORMAT, "from": "studio/2026-03", "to": "studio/2027",
            "rules": [
                {"rename": "build.agent", "into": "behavior.general", "why": "so"},
                {"rename": "build.agent", "split": ["x"]},
                {"into": "x"},
                {"retire": 7, "of": "leaf"},
            ],
            "accept": [{"gain": "x"}],
        }),
        &[
            "to: unknown catalog `studio/2027`: expected `studio/2026-06`, `studio/2026-03`, \
             `tenant/1`, `agency/1` or `agency-studio/1`, or spell the catalog out",
            "rules[0].why: unknown field `why`: expected `rename`, `move_to`, `split`, \
             `merge_all`, `merge_any`, `lowest_of`, `retire`, `add`, `into` or `of`",
            "rules[1].split: unknown field `split`: expected `rename`, `move_to`, `split`, \
             `merge_all`, `merge_any`, `lowest_of`, `retire`, `add`, `into` or `of`",
            "rules[2]: missing field: expected `rename`, `move_to`, `split`, `merge_all`, \
             `merge_any`, `lowest_of`, `retire` or `add`",
            "rules[3].retire: expected a list, found a number",
            "rules[3].of: unknown kind `leaf`: expected `permission`, `operation` or `template`",
            "accept[0]: missing field `reason`",
        ],
    );
}

#[test]
fn what_does_not_build_is_said_by_place_too() {
    let mut document = march_to_june();
    document["rules"][0] = json!({"retire": "configure.metrics"});
    refused(
        &document,
        &[
            "new catalog: permission `analytics.kpis` is not accounted for: say what it comes \
             from, or add it",
            "new catalog: permission `analytics.custom_metrics` is not accounted for: say what it \
             comes from, or add it",
        ],
    );
    let mut document = march_to_june();
    document["from_stamp"] = json!("000000000001");
    let known = presets::studio_classic::catalog().stamp();
    refused(
        &document,
        &[&format!(
            "from_stamp: stored under `studio/2026-03` with the stamp 000000000001, which has \
             {known} now: migrate what is stored, or read it with the catalog it was stored under"
        )],
    );
}

/// EVO-3, CAT-7: an operation that becomes several, or one of several, still needs all that each
/// of those needed.
#[test]
fn operations_that_are_split_or_merged_need_what_they_needed() {
    let catalog = |id: &str, operations: Value| {
        json!({
            "format": "bailiwick/catalog/1", "id": id, "operations": operations,
            "areas": [{"key": "tickets", "scale": "levels"}, {"key": "mails", "scale": "levels"}],
        })
    };
    let reply = json!([{"key": "reply", "needs": ["tickets:edit", "mails:edit"]}]);
    let two = json!([
        {"key": "answer", "needs": ["tickets:edit", "mails:edit"]},
        {"key": "send", "needs": ["mails:edit"]},
    ]);
    let split = json!([{"split": "reply", "into": ["answer", "send"], "of": "operation"}]);
    let merge = json!([{"merge_all": ["answer", "send"], "into": "reply", "of": "operation"}]);
    let document = |old, new, rules: &Value| json!({"format": MIGRATION_FORMAT, "from": old, "to": new, "rules": rules});
    refused(
        &document(catalog("desk/1", reply.clone()), catalog("desk/2", two.clone()), &split),
        &["gain: the operation `send` would be gained; change the rule, or accept it by name and \
           reason"],
    );
    let merged = document(catalog("desk/1", two), catalog("desk/2", reply), &merge);
    let merged: Document = serde_json::from_str(&merged.to_string()).unwrap();
    Migration::from_document(&merged, &[]).unwrap();
}
