//! Random migrations: two random catalogs, and rules that say of each leaf of the second what of
//! the first it comes from.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::carried::account_by_name;
use super::catalogs::catalog;
use crate::naive::migration::{Migration, Origin};
use crate::naive::{Catalog, Leaf};

/// Two catalogs, the rules between them as documents, and the same read naively.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) old: Value,
    pub(crate) new: Value,
    pub(crate) rules: Vec<Value>,
    pub(crate) naive: Migration,
}

pub(crate) fn migration() -> impl Strategy<Value = World> {
    let old = catalog().prop_map(|catalog| called(&catalog, "acme/1"));
    let new = catalog().prop_map(|catalog| {
        // No key is in both, so that nothing is kept without a rule.
        let mut text = called(&catalog, "acme/2").to_string();
        for key in ["alpha", "beta", "gamma", "delta_4", "people"] {
            text = text.replace(key, &format!("new_{key}"));
        }
        serde_json::from_str(&text).unwrap_or_default()
    });
    (old, new, proptest::collection::vec(any::<(u8, [Index; 3])>(), 170))
        .prop_map(|(old, new, picks)| world(old, new, &picks))
}

/// A catalog under this id.
pub(super) fn called(catalog: &Value, id: &str) -> Value {
    let mut catalog = catalog.clone();
    catalog["id"] = json!(id);
    catalog
}

fn world(old: Value, new: Value, picks: &[(u8, [Index; 3])]) -> World {
    let tables = [&old, &new].map(Catalog::new);
    let mut naive =
        Migration { old: tables[0].clone(), new: tables[1].clone(), ..Migration::default() };
    let (mut rules, mut taken) = (Vec::new(), Vec::new());
    for (leaf, (choice, indexes)) in tables[1].leaves().zip(picks.iter().cycle()) {
        let fits = |old: &&Leaf| {
            let areas = [(&tables[0], *old), (&tables[1], leaf)].map(|(table, leaf)| {
                table.areas.iter().find(|area| area.key == leaf.area).map(|area| area.scale)
            });
            old.source == leaf.source && areas[0] == areas[1]
        };
        let fitting: Vec<&Leaf> = tables[0].leaves().filter(fits).collect();
        let count = match choice % 8 {
            0 => 0,
            1..=4 => 1,
            5 | 6 => 2,
            _ => 3,
        };
        let mut paths: Vec<String> = Vec::new();
        if !fitting.is_empty() {
            for index in &indexes[..count] {
                let path = index.get(&fitting).path.clone();
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        // A merge takes what it names for itself.
        let is_highest = choice % 8 == 6 && paths.iter().all(|path| !taken.contains(path));
        let origin = if is_highest && !paths.is_empty() {
            rules.push(json!({"merge_any": paths, "into": leaf.path}));
            taken.extend(paths.iter().cloned());
            Origin::Highest(paths)
        } else if paths.is_empty() {
            rules.push(json!({"add": leaf.path}));
            Origin::New
        } else {
            rules.push(json!({"lowest_of": paths, "into": leaf.path}));
            Origin::Lowest(paths)
        };
        naive.origins.insert(leaf.path.clone(), origin);
    }
    add_rungs(&naive, &mut rules);
    account_by_name(&old, &new, &mut naive, &mut rules);
    World { old, new, rules, naive }
}

/// Accounts for the rungs that only one side has, and for the leaves that nothing comes from.
pub(super) fn add_rungs(naive: &Migration, rules: &mut Vec<Value>) {
    let sources = |path: &str| match &naive.origins[path] {
        Origin::New => Vec::new(),
        Origin::Lowest(paths) | Origin::Highest(paths) => paths.clone(),
    };
    for leaf in naive.new.leaves() {
        let sources = sources(&leaf.path);
        let olds: Vec<&Leaf> =
            naive.old.leaves().filter(|old| sources.contains(&old.path)).collect();
        for rung in &leaf.rungs {
            let is_known = olds.iter().any(|old| old.rungs.contains(rung));
            if !olds.is_empty() && !is_known {
                rules.push(json!({"add": format!("{}:{rung}", leaf.path)}));
            }
        }
    }
    for old in naive.old.leaves() {
        let heirs: Vec<&Leaf> =
            naive.new.leaves().filter(|leaf| sources(&leaf.path).contains(&old.path)).collect();
        if heirs.is_empty() {
            rules.push(json!({"retire": old.path}));
            continue;
        }
        for rung in &old.rungs {
            if !heirs.iter().any(|leaf| leaf.rungs.contains(rung)) {
                rules.push(json!({"retire": format!("{}:{rung}", old.path)}));
            }
        }
    }
}
