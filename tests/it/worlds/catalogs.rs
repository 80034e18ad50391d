//! Random small catalogs.
//!
//! From top to bottom: the strategy for tests, areas, gates, delegation, authority, operations.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::{Value, json};

use super::settings::templates;
use crate::naive::{Catalog, Leaf, Source};

/// A small inline catalog: areas of every scale and source, gates in chains, operations, template
/// presets; sometimes more than 64 permissions.
pub(crate) fn catalog() -> impl Strategy<Value = Value> {
    areas()
        .prop_map(|areas| json!({"format": "bailiwick/catalog/1", "id": "acme/1", "areas": areas}))
        .prop_flat_map(|document| {
            let table = Catalog::new(&document);
            let parts = (
                gates(&table),
                delegated(&table),
                authority(&table),
                operations(&table),
                templates(&table, 2),
                words(),
            );
            (Just(document), parts)
        })
        .prop_map(|(mut document, (gates, delegated, authority, operations, templates, words))| {
            let parts = [("gates", gates), ("operations", operations), ("templates", templates)];
            for (name, part) in parts {
                if !part.is_empty() {
                    document[name] = json!(part);
                }
            }
            if let Some(delegated) = delegated {
                document["delegated"] = delegated;
            }
            if let Some(authority) = authority {
                document["authority"] = authority;
            }
            if let Some(roles) = words {
                document["roles"] = roles;
            }
            document
        })
}

/// The area that may be delegated, with the actions that delegation knows.
const PEOPLE: &str = "people";

fn areas() -> impl Strategy<Value = Vec<Value>> {
    let keys = subsequence(vec!["alpha", "beta", "gamma", "delta_4"], 1..=4).prop_shuffle();
    let areas = keys.prop_flat_map(|keys| keys.into_iter().map(area).collect::<Vec<_>>());
    let people = weighted(0.3, any::<Index>());
    (areas, people).prop_map(|(mut areas, people)| {
        if let Some(place) = people {
            let actions = ["view", "create", "edit", "delete", "manage"];
            let people = json!({"key": PEOPLE, "scale": {"actions": actions}});
            areas.insert(place.index(areas.len() + 1), people);
        }
        areas
    })
}

fn area(key: &'static str) -> BoxedStrategy<Value> {
    let width = prop_oneof![3 => Just(0), 4 => 1..=3_usize, 1 => 33..=40_usize];
    let area = (scale(), width, any::<bool>(), any::<bool>());
    let area = area.prop_flat_map(move |(scale, width, with_label, with_aliases)| {
        let mut area = json!({"key": key, "scale": scale});
        if with_label {
            area["label"] = json!(format!("Area {key}"));
        }
        if with_aliases {
            area["aliases"] = json!([format!("{key}_too"), format!("{key}_also")]);
        }
        (source(area, width == 0), sections(key, width))
    });
    area.prop_map(|(mut area, mut sections)| {
        if area["source"] != "account" {
            for section in &mut sections {
                withdraw(section);
            }
        }
        if !sections.is_empty() {
            area["sub_sections"] = json!(sections);
        }
        area
    })
    .boxed()
}

fn scale() -> impl Strategy<Value = Value> {
    let actions = vec!["view", "create", "edit", "delete", "export", "manage", "on"];
    prop_oneof![
        2 => Just(json!("levels")),
        1 => Just(json!("toggle")),
        2 => subsequence(actions, 1..=7)
            .prop_shuffle()
            .prop_map(|actions| json!({"actions": actions})),
    ]
}

/// Gives an area a source; those of features are toggles.
fn source(area: Value, is_leaf: bool) -> impl Strategy<Value = Value> {
    let sources = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"source": "grantable"})),
        1 => Just(json!({"user_only": true})),
        1 => Just(json!({"user_only": true, "scale": "toggle"})),
        1 => Just(json!({"source": "role"})),
        2 => Just(json!({"source": "account", "scale": "toggle"})),
        1 => Just(json!({"source": "account", "scale": "toggle", "set_by": "agency"})),
        1 => Just(json!({"source": "account", "scale": "toggle", "set_by": "host"})),
    ];
    (sources, weighted(0.2, Just(true)), any::<bool>()).prop_map(
        move |(source, always_on, with_api_name)| {
            let mut area = area.clone();
            for (field, value) in source.as_object().into_iter().flatten() {
                area[field] = value.clone();
            }
            if is_leaf && area["source"] == "account" {
                if always_on.is_some() {
                    area["always_on"] = json!(true);
                }
                if with_api_name {
                    area["api_name"] = json!(format!("api_{}", area["key"].as_str().unwrap_or("")));
                }
            }
            area
        },
    )
}

fn sections(area: &'static str, width: usize) -> Vec<BoxedStrategy<Value>> {
    (0..width)
        .map(|place| {
            let parts =
                (weighted(0.3, Just(true)), weighted(0.3, Just(true)), weighted(0.15, Just(true)));
            parts
                .prop_map(move |(with_alias, with_api_name, always_on)| {
                    let mut section = json!({"key": format!("s{place}")});
                    if with_alias.is_some() {
                        section["aliases"] = json!([format!("s{place}_too")]);
                    }
                    if with_api_name.is_some() {
                        section["api_name"] = json!(format!("api_{area}_s{place}"));
                    }
                    if always_on.is_some() {
                        section["always_on"] = json!(true);
                    }
                    section
                })
                .boxed()
        })
        .collect()
}

/// Takes from a sub-section what only features have.
fn withdraw(section: &mut Value) {
    if let Some(section) = section.as_object_mut() {
        section.shift_remove("api_name");
        section.shift_remove("always_on");
    }
}

/// Gates on areas and leaves of every source; features need features before them in one order, so
/// there are chains and no cycles.
fn gates(table: &Catalog) -> BoxedStrategy<Vec<Value>> {
    let features = feature_leaves(table);
    if features.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let targets = ungated_targets(table);
    let most = targets.len().min(4);
    let targets = (subsequence(targets, 0..=most), vec(any::<[Index; 2]>(), 4));
    (Just(features), any::<bool>(), targets)
        .prop_flat_map(|(mut features, backwards, (targets, needs))| {
            if backwards {
                features.reverse();
            }
            let paths: Vec<String> = features.iter().map(|leaf| leaf.path.clone()).collect();
            let gates: Vec<Value> = targets
                .iter()
                .zip(needs)
                .map(|(target, needs)| gate(target, &paths, &needs))
                .collect();
            (Just(gates), feature_gates(&features))
        })
        .prop_map(|(gates, more)| [gates, more.into_iter().flatten().collect()].concat())
        .prop_shuffle()
        .boxed()
}

fn feature_leaves(table: &Catalog) -> Vec<Leaf> {
    let leaves = table.leaves();
    leaves.filter(|leaf| leaf.source == Source::Account).cloned().collect()
}

/// Every area and leaf that is no feature, and some of their rungs (CAT-17).
fn ungated_targets(table: &Catalog) -> Vec<String> {
    let mut targets = Vec::new();
    for area in &table.areas {
        if area.source != Source::Account {
            targets.push(area.key.clone());
            targets.extend(area.leaves.iter().map(|leaf| leaf.path.clone()));
            targets.extend(area.rungs.last().map(|rung| format!("{}:{rung}", area.key)));
            let leaf = area.leaves.last();
            let first = leaf.and_then(|leaf| leaf.permissions.first().cloned());
            targets.extend(first.filter(|_| area.leaves.len() > 1));
        }
    }
    targets.dedup();
    targets
}

/// Gates on features, each of which needs some of those before it.
fn feature_gates(features: &[Leaf]) -> Vec<BoxedStrategy<Option<Value>>> {
    let mut before: Vec<String> = Vec::new();
    let mut gates = Vec::new();
    for feature in features {
        if !before.is_empty() && !feature.always_on {
            let (target, needs) = (feature.path.clone(), before.clone());
            let gate = any::<[Index; 2]>().prop_map(move |picks| gate(&target, &needs, &picks));
            gates.push(weighted(0.3, gate).boxed());
        }
        before.push(feature.path.clone());
    }
    gates
}

fn gate(target: &str, features: &[String], needs: &[Index]) -> Value {
    let mut needs: Vec<&String> = needs.iter().map(|need| need.get(features)).collect();
    needs.dedup();
    json!({"target": target, "needs": needs})
}

fn delegated(table: &Catalog) -> BoxedStrategy<Option<Value>> {
    let features = feature_leaves(table);
    let has_people = table.areas.iter().any(|area| area.key == PEOPLE);
    if features.is_empty() || !has_people {
        return Just(None).boxed();
    }
    let delegated =
        select(features).prop_map(|feature| json!({"area": PEOPLE, "feature": feature.path}));
    weighted(0.9, delegated).boxed()
}

/// What carries each group of commands: some permissions that are granted or come with a role,
/// and now and then a feature (CAT-15).
fn authority(table: &Catalog) -> BoxedStrategy<Option<Value>> {
    let leaves = table.leaves().filter(|leaf| leaf.source != Source::Account);
    let carriers: Vec<String> = leaves.flat_map(|leaf| leaf.permissions.clone()).collect();
    if carriers.is_empty() {
        return Just(None).boxed();
    }
    let features: Vec<String> =
        feature_leaves(table).iter().map(|leaf| leaf.path.clone()).collect();
    let groups = ["invite", "edit", "delete", "permissions", "templates"];
    let groups: Vec<_> = groups
        .into_iter()
        .map(|group| {
            let most = carriers.len().min(3);
            let needs = subsequence(features.clone(), 0..=features.len().min(1));
            let carried = (subsequence(carriers.clone(), 1..=most), needs);
            weighted(0.8, carried).prop_map(move |carried| {
                carried.map(|(any, needs)| (group.to_owned(), json!({"any": any, "needs": needs})))
            })
        })
        .collect();
    let authority = groups.prop_map(|groups| Value::Object(groups.into_iter().flatten().collect()));
    weighted(0.4, authority.prop_filter("nothing is carried", |one| *one != json!({}))).boxed()
}

/// What the roles are called (CAT-12).
fn words() -> impl Strategy<Value = Option<Value>> {
    weighted(0.3, Just(json!({"admin": "Owner", "member": "Team member"})))
}

fn operations(table: &Catalog) -> impl Strategy<Value = Vec<Value>> + use<> {
    let permissions = table.permissions();
    let most = permissions.len().min(4);
    vec(subsequence(permissions, 1..=most).prop_shuffle(), 0..=3).prop_map(|operations| {
        let operations = operations.into_iter().enumerate();
        operations
            .map(|(place, needs)| json!({"key": format!("operation_{place}"), "needs": needs}))
            .collect()
    })
}
