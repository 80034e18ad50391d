//! Catalogs made of catalogs (CAT-13), as documents.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

use serde_json::{Map, Value, json};

use crate::naive::reading::{list, text};

/// The catalog with one area under another key: whatever names the area follows. Its label is
/// what it was, unless it was the key's.
pub(crate) fn renamed(catalog: &Value, from: &str, to: &str) -> Value {
    let mut catalog = catalog.clone();
    for area in catalog["areas"].as_array_mut().into_iter().flatten() {
        if area["key"] == from {
            area["key"] = json!(to);
        }
    }
    for field in ["gates", "delegated", "authority", "audit_log", "retired", "operations"] {
        if let Some(part) = catalog.get_mut(field) {
            follow(part, from, to);
        }
    }
    for template in catalog["templates"].as_array_mut().into_iter().flatten() {
        let grants = template["grants"].as_object().cloned().unwrap_or_default();
        let grants = grants.into_iter().map(|(path, setting)| (path_as(&path, from, to), setting));
        template["grants"] = Value::Object(grants.collect::<Map<_, _>>());
    }
    catalog
}

/// Every text in a part of a catalog that names the area.
fn follow(part: &mut Value, from: &str, to: &str) {
    match part {
        Value::String(path) => *path = path_as(path, from, to),
        Value::Array(parts) => parts.iter_mut().for_each(|part| follow(part, from, to)),
        Value::Object(fields) => {
            let named = fields.iter_mut().filter(|(field, _)| *field != "key");
            named.for_each(|(_, part)| follow(part, from, to));
        }
        _ => {}
    }
}

/// `integrations`, `integrations.twilio` and `integrations.twilio:on` follow, and nothing else.
fn path_as(path: &str, from: &str, to: &str) -> String {
    match path.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with(['.', ':']) => format!("{to}{rest}"),
        _ => path.to_owned(),
    }
}

/// A catalog, and these areas of another with the gates and operations that name nothing but what
/// there is then. Two areas of one key are refused (CAT-13).
pub(crate) fn include(catalog: &Value, other: &Value, keys: &[&str]) -> Value {
    let mut catalog = catalog.clone();
    let mut areas: Vec<Value> = list(&catalog["areas"]).cloned().collect();
    for area in list(&other["areas"]).filter(|area| keys.iter().any(|key| area["key"] == *key)) {
        let collides = areas.iter().any(|known| known["key"] == area["key"]);
        assert!(!collides, "both catalogs have {}", area["key"]);
        areas.push(area.clone());
    }
    catalog["areas"] = json!(areas);
    let is_known = |path: &str| {
        let path = path.split(':').next().unwrap_or_default();
        let (key, section) = path.split_once('.').unwrap_or((path, ""));
        let area = areas.iter().find(|area| area["key"] == key);
        area.is_some_and(|area| {
            let mut sections = list(&area["sub_sections"]);
            section.is_empty() || sections.any(|one| one["key"] == section)
        })
    };
    for field in ["gates", "operations"] {
        let all_known = |one: &&Value| {
            let mut needs = list(&one["needs"]).map(text);
            needs.all(is_known) && one["target"].as_str().is_none_or(is_known)
        };
        let more: Vec<Value> = list(&other[field]).filter(all_known).cloned().collect();
        let mut parts: Vec<Value> = list(&catalog[field]).cloned().collect();
        for part in more {
            let collides =
                field == "operations" && parts.iter().any(|one| one["key"] == part["key"]);
            assert!(!collides, "both catalogs have the operation {}", part["key"]);
            parts.push(part);
        }
        catalog[field] = json!(parts);
    }
    match catalog["areas"].as_array() {
        Some(_) => catalog,
        None => panic!("no areas: {catalog}"),
    }
}
