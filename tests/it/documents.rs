//! Documents: what is stored comes back, what is wrong is said with its place, and no input does
//! harm.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod bad;
mod canonical;
mod commands;
mod golden;
mod harm;
mod leaves;
mod problems;

use std::path::Path;

use bailiwick::document::{Document, DocumentError};
use bailiwick::{Account, Agency, Catalog, presets};
use serde_json::{Value, json};

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

fn as_account(text: &str) -> Result<(), DocumentError> {
    account(text).map(drop)
}

fn as_agency(text: &str) -> Result<(), DocumentError> {
    agency(text).map(drop)
}

fn as_catalog(text: &str) -> Result<(), DocumentError> {
    catalog(text).map(drop)
}

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
