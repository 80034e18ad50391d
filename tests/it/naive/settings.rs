//! What documents set for someone: the rungs of each area and sub-section that they name, exactly
//! as they hold them, and what that gives (LVL-1 to LVL-4).

#![expect(
    clippy::panic,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::catalog::{Area, Leaf, canonical_path};
use super::reading::{list, text, texts};

/// Rungs of one leaf or area, by name.
pub(super) type Rungs = BTreeSet<String>;

/// What was set for someone: the rungs of each area and sub-section named, by canonical path.
pub(super) type Grants = BTreeMap<String, Rungs>;

/// The setting of a leaf within one set of grants: that of its area cut by the override, if there
/// is one (LVL-3); an area not mentioned gives nothing (LVL-3, LVL-4).
pub(super) fn raw(grants: &Grants, leaf: &Leaf) -> Rungs {
    let Some(area) = grants.get(&leaf.area) else {
        return Rungs::new();
    };
    match grants.get(&leaf.path) {
        Some(setting) => area & setting,
        None => area.clone(),
    }
}

/// The largest valid set inside a raw one: every rung needs the first of its scale (CAT-3, LVL-2).
pub(super) fn largest_valid(leaf: &Leaf, raw: Rungs) -> Rungs {
    if raw.contains(leaf.first_rung()) { raw } else { Rungs::new() }
}

pub(super) fn read_templates(areas: &[Area], document: &Value) -> BTreeMap<String, Grants> {
    let templates = list(document);
    templates
        .map(|template| {
            let grants = read_grants(areas, &template["grants"]);
            (text(&template["id"]).to_owned(), grants)
        })
        .collect()
}

pub(super) fn read_grants(areas: &[Area], document: &Value) -> Grants {
    let settings = document.as_object().into_iter().flatten();
    settings.map(|(path, setting)| (canonical_path(areas, path), read_setting(setting))).collect()
}

/// A setting as the rungs it holds: a level (LVL-1), a list of actions, or a toggle (CAT-3).
pub(super) fn read_setting(setting: &Value) -> Rungs {
    let rungs: Vec<&str> = match setting {
        Value::String(level) => match read_level(level).as_str() {
            "none" => vec![],
            "read" => vec!["read"],
            "edit" => vec!["read", "edit"],
            _ => panic!("no level `{level}`"),
        },
        Value::Array(_) => texts(setting).collect(),
        Value::Bool(true) => vec!["on"],
        Value::Bool(false) => vec![],
        _ => panic!("no setting: {setting}"),
    };
    rungs.into_iter().map(str::to_owned).collect()
}

/// Level names parse case-insensitively; `read-only` is read (LVL-12).
fn read_level(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "read-only" => "read".to_owned(),
        level => level.to_owned(),
    }
}

/// The level that rungs of the scale `levels` make: 0 None, 1 Read, 2 Edit.
pub(super) fn level_of(rungs: &Rungs) -> usize {
    rungs.len()
}

/// The rungs of a level.
pub(super) fn rungs_of(level: usize) -> Rungs {
    ["read", "edit"].into_iter().take(level).map(str::to_owned).collect()
}
