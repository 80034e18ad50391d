//! What rests on permissions in a catalog that comes after another: operations, authority and
//! template presets, carried over except for some that are dropped, renamed, or need less.

use proptest::sample::Index;
use serde_json::{Map, Value, json};

use crate::naive::migration::{Migration, Origin};
use crate::naive::{Leaf, Source};

/// Where choices come from.
pub(super) type Pick<'a> = dyn FnMut() -> (u8, Index) + 'a;

/// The permissions of new leaves that come from an old one.
fn heirs(naive: &Migration, permission: &str) -> Vec<String> {
    let (path, rung) = permission.split_once(':').unwrap_or_default();
    let comes = |leaf: &&Leaf| match naive.origins.get(&leaf.path) {
        None | Some(Origin::New) => false,
        Some(Origin::Lowest(paths) | Origin::Highest(paths)) => paths.iter().any(|one| one == path),
    };
    let leaves = naive.new.leaves().filter(comes);
    let leaves = leaves.filter(|leaf| leaf.rungs.iter().any(|own| own == rung));
    leaves.map(|leaf| format!("{}:{rung}", leaf.path)).collect()
}

/// Of each of these one heir, except for some.
fn carried<'a>(
    naive: &Migration,
    permissions: impl Iterator<Item = &'a str>,
    pick: &mut Pick<'_>,
) -> Vec<String> {
    let mut carried: Vec<String> = Vec::new();
    for permission in permissions {
        let heirs = heirs(naive, permission);
        let (choice, index) = pick();
        if !heirs.is_empty() && !choice.is_multiple_of(7) {
            let heir = index.get(&heirs).clone();
            if !carried.contains(&heir) {
                carried.push(heir);
            }
        }
    }
    carried
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Operations of the new catalog, with the rules that account for them.
pub(super) fn operations(
    old: &Value,
    naive: &mut Migration,
    rules: &mut Vec<Value>,
    pick: &mut Pick<'_>,
) -> Vec<Value> {
    let mut operations = Vec::new();
    for operation in old["operations"].as_array().into_iter().flatten() {
        let key = operation["key"].as_str().unwrap_or_default().to_owned();
        let needs = carried(naive, texts(&operation["needs"]), pick);
        let (choice, _) = pick();
        if needs.is_empty() || choice.is_multiple_of(8) {
            rules.push(json!({"retire": key, "of": "operation"}));
            continue;
        }
        let mut into = key.clone();
        if choice % 3 == 1 {
            into.push_str("_again");
            rules.push(json!({"rename": key, "into": into, "of": "operation"}));
        }
        operations.push(json!({"key": into, "needs": needs}));
        naive.operations.push((key, into));
    }
    let (choice, index) = pick();
    if choice.is_multiple_of(2) {
        let all = naive.new.permissions();
        operations.push(json!({"key": "fresh_operation", "needs": [index.get(&all)]}));
        rules.push(json!({"add": "fresh_operation", "of": "operation"}));
    }
    operations
}

/// What carries each group of commands in the new catalog: what it was, less or more.
pub(super) fn authority(old: &Value, naive: &Migration, pick: &mut Pick<'_>) -> Option<Value> {
    let leaves = naive.new.leaves().filter(|leaf| leaf.source != Source::Account);
    let carriers: Vec<String> = leaves.flat_map(|leaf| leaf.permissions.clone()).collect();
    let mut groups = Map::new();
    for (group, carried_by) in old["authority"].as_object().into_iter().flatten() {
        let mut any = carried(naive, texts(&carried_by["any"]), pick);
        let (choice, index) = pick();
        if choice.is_multiple_of(5) && !carriers.is_empty() {
            any.push(index.get(&carriers).clone());
            any.sort();
            any.dedup();
        }
        let needs: Vec<String> =
            texts(&carried_by["needs"]).map(|feature| format!("{feature}:on")).collect();
        let needs = carried(naive, needs.iter().map(String::as_str), pick);
        let needs: Vec<String> = needs.iter().map(|one| one.replace(":on", "")).collect();
        if !any.is_empty() && !choice.is_multiple_of(9) {
            groups.insert(group.clone(), json!({"any": any, "needs": needs}));
        }
    }
    (!groups.is_empty()).then_some(Value::Object(groups))
}

/// Template presets of the new catalog, with the rules that account for them.
pub(super) fn templates(old: &Value, rules: &mut Vec<Value>, pick: &mut Pick<'_>) -> Vec<Value> {
    let mut templates = Vec::new();
    for template in old["templates"].as_array().into_iter().flatten() {
        let id = template["id"].as_str().unwrap_or_default().to_owned();
        let (choice, _) = pick();
        let into = if choice % 3 == 1 { format!("{id}_again") } else { id.clone() };
        if choice % 3 == 0 {
            rules.push(json!({"retire": id, "of": "template"}));
            continue;
        }
        if into != id {
            rules.push(json!({"rename": id, "into": into, "of": "template"}));
        }
        templates.push(json!({"id": into, "name": template["name"], "grants": {}}));
    }
    if pick().0.is_multiple_of(2) {
        templates.push(json!({"id": "fresh", "name": "Fresh", "grants": {}}));
        rules.push(json!({"add": "fresh", "of": "template"}));
    }
    templates
}

/// Accounts for operations and presets of two catalogs that have nothing to do with each other:
/// what both have is kept.
pub(super) fn account_by_name(
    old: &Value,
    new: &Value,
    naive: &mut Migration,
    rules: &mut Vec<Value>,
) {
    for (field, key, kind) in [("operations", "key", "operation"), ("templates", "id", "template")]
    {
        let names = |catalog: &Value| -> Vec<String> {
            let all = catalog[field].as_array().into_iter().flatten();
            all.filter_map(|one| Some(one[key].as_str()?.to_owned())).collect()
        };
        let [was, is] = [old, new].map(names);
        for name in &was {
            if !is.contains(name) {
                rules.push(json!({"retire": name, "of": kind}));
            } else if kind == "operation" {
                naive.operations.push((name.clone(), name.clone()));
            }
        }
        for name in is.iter().filter(|name| !was.contains(name)) {
            rules.push(json!({"add": name, "of": kind}));
        }
    }
}
