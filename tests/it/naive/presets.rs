//! The presets: the catalog tables of the rules, as catalog documents.
//!
//! Here: which there are, and the words that tables are made of. In the modules: the tables.
//!
//! Sub-sections are words in table order: `tools=functions` has the alias `functions`, and
//! `assistants!` is always on. Templates are R Read, E Edit, N None.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

mod agency;
mod composed;
mod studio;
mod tenant;
mod tests;

use serde_json::{Value, json};

/// The document of a preset, by its id.
pub(crate) fn preset(id: &str) -> Value {
    match id {
        "studio/2026-03" => studio::classic(),
        "studio/2026-06" => studio::june(),
        "tenant/1" => tenant::tenant(),
        "agency/1" => agency::agency(),
        "agency-studio/1" => composed::agency_studio(),
        _ => panic!("no preset `{id}`"),
    }
}

fn area(key: &str, scale: &str, sections: &str) -> Value {
    let sections: Vec<Value> = sections.split_whitespace().map(section).collect();
    json!({"key": key, "scale": scale, "sub_sections": sections})
}

/// An area that comes with the role.
fn of_role(key: &str, sections: &str) -> Value {
    with("source", "role", area(key, "toggle", sections))
}

/// An area of features, and who sets them (CAT-14).
fn of_account(key: &str, set_by: &str, sections: &str) -> Value {
    with("set_by", set_by, with("source", "account", area(key, "toggle", sections)))
}

fn with(field: &str, value: &str, mut area: Value) -> Value {
    area[field] = json!(value);
    area
}

fn section(word: &str) -> Value {
    let always_on = word.ends_with('!');
    let mut names = word.trim_end_matches('!').split('=');
    let key = names.next();
    let aliases: Vec<&str> = names.collect();
    json!({"key": key, "aliases": aliases, "always_on": always_on})
}

/// What a line says of an area or section, by key or path: its label, its description (CAT-11).
/// A blank label is the key's.
fn worded(mut areas: Vec<Value>, lines: &str) -> Vec<Value> {
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let mut cells = line.split('|').map(str::trim);
        let path = cells.next().unwrap_or_default();
        let (key, section) = path.split_once('.').unwrap_or((path, ""));
        let mut places = areas.iter_mut();
        let Some(area) = places.find(|area| area["key"] == key) else {
            panic!("no area `{key}` for its words")
        };
        let target = if section.is_empty() {
            area
        } else {
            let mut sections = area["sub_sections"].as_array_mut().into_iter().flatten();
            match sections.find(|one| one["key"] == section) {
                Some(found) => found,
                None => panic!("no section `{path}` for its words"),
            }
        };
        for (field, words) in ["label", "description"].iter().zip(cells) {
            if !words.is_empty() {
                target[field] = json!(words);
            }
        }
    }
    areas
}

/// A line each: the key of an operation, and its conjuncts.
fn operations(lines: &str) -> Vec<Value> {
    let lines = lines.lines().filter_map(|line| line.split_once('='));
    lines
        .map(|(key, needs)| {
            let needs: Vec<&str> = needs.split('+').map(str::trim).collect();
            json!({"key": key.trim(), "needs": needs})
        })
        .collect()
}

/// What carries each group of commands: a line of permissions, one of which is enough (CAT-15).
fn authority(invite: &str, edit: &str, delete: &str, permissions: &str, templates: &str) -> Value {
    let carried = |one_of: &str| json!({"any": words(one_of), "needs": []});
    json!({
        "invite": carried(invite),
        "edit": carried(edit),
        "delete": carried(delete),
        "permissions": carried(permissions),
        "templates": carried(templates),
    })
}

fn words(words: &str) -> Vec<&str> {
    words.split_whitespace().collect()
}

/// A template of levels.
fn template<'a>(id: &str, cells: impl Iterator<Item = &'a str>) -> Value {
    let mut grants = json!({});
    for (path, letter) in cells.filter_map(|cell| cell.split_once(' ')) {
        grants[path] = json!(match letter {
            "R" => "read",
            "E" => "edit",
            "N" => "none",
            _ => panic!("no level `{letter}`"),
        });
    }
    json!({"id": id, "grants": grants})
}
