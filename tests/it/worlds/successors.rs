//! Random migrations as releases make them: a random catalog, and the same one after renames,
//! moves, splits, merges, retirements and additions, with its gates carried over except for some
//! that are dropped, and its areas in another order.
//!
//! From top to bottom: the strategy for tests, the leaves, the areas, the gates.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use core::iter::Cycle;
use core::slice::Iter;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::carried;
use super::catalogs::catalog;
use super::migrations::{World, add_rungs, called};
use crate::naive::migration::{Migration, Origin};
use crate::naive::{Area, Catalog, Leaf, Source};

/// A catalog and the one that comes after it.
pub(crate) fn succession() -> impl Strategy<Value = World> {
    let old = catalog().prop_map(|catalog| called(&catalog, "acme/1"));
    (old, proptest::collection::vec(any::<(u8, Index)>(), 97))
        .prop_map(|(old, picks)| Successor::of(&old, &picks).world())
}

/// The new catalog while it is made.
struct Successor<'a> {
    old: Value,
    table: Catalog,
    /// Areas of the new catalog with their sub-sections.
    areas: Vec<(Value, Vec<Value>)>,
    rules: Vec<Value>,
    origins: BTreeMap<String, Origin>,
    /// Old leaves of which it is said what they become.
    taken: BTreeSet<String>,
    picks: Cycle<Iter<'a, (u8, Index)>>,
}

impl<'a> Successor<'a> {
    fn of(old: &Value, picks: &'a [(u8, Index)]) -> Self {
        let mut successor = Self {
            old: old.clone(),
            table: Catalog::new(old),
            areas: Vec::new(),
            rules: Vec::new(),
            origins: BTreeMap::new(),
            taken: BTreeSet::new(),
            picks: picks.iter().cycle(),
        };
        let areas = successor.table.areas.clone();
        let is_renamed: Vec<bool> = areas
            .iter()
            .map(|area| !is_fixed(area) && successor.pick().0.is_multiple_of(6))
            .collect();
        // First whole areas, so that no leaf of theirs is merged with others.
        for area in areas.iter().zip(&is_renamed).filter(|(_, whole)| **whole) {
            successor.rename_area(area.0);
        }
        for (area, _) in areas.iter().zip(is_renamed).filter(|(_, whole)| !whole) {
            for leaf in &area.leaves {
                if is_fixed(area) {
                    successor.keep(area, leaf);
                } else if !successor.taken.contains(&leaf.path) {
                    successor.change(area, leaf);
                }
            }
        }
        successor
    }

    fn pick(&mut self) -> (u8, Index) {
        self.picks.next().copied().unwrap_or_else(|| unreachable!("picks go round"))
    }

    fn world(mut self) -> World {
        let mut areas: Vec<Value> = Vec::new();
        for (mut area, sections) in core::mem::take(&mut self.areas) {
            if !sections.is_empty() {
                area["sub_sections"] = json!(sections);
            }
            let at = self.pick().1.index(areas.len() + 1);
            areas.insert(at, area);
        }
        if areas.is_empty() {
            areas.push(json!({"key": "fresh", "scale": "levels"}));
            self.origins.insert("fresh".to_owned(), Origin::New);
            self.rules.push(json!({"add": "fresh"}));
        }
        for area in &mut areas {
            self.change_actions(area);
        }
        let mut new = self.old.clone();
        new["id"] = json!("acme/2");
        new["areas"] = json!(areas);
        for field in ["gates", "operations", "authority", "templates"] {
            new.as_object_mut().map(|fields| fields.shift_remove(field));
        }
        self.delegate(&mut new);
        let mut naive = Migration {
            old: self.table.clone(),
            new: Catalog::new(&new),
            origins: self.origins.clone(),
            ..Migration::default()
        };
        let gates = self.gates(&naive);
        let mut rules = self.rules;
        add_rungs(&naive, &mut rules);
        let pick = &mut || self.picks.next().copied().unwrap_or_else(|| unreachable!());
        let operations = carried::operations(&self.old, &mut naive, &mut rules, pick);
        let templates = carried::templates(&self.old, &mut rules, pick);
        let parts = [("gates", gates), ("operations", operations), ("templates", templates)];
        for (field, part) in parts.into_iter().filter(|(_, part)| !part.is_empty()) {
            new[field] = json!(part);
        }
        if let Some(authority) = carried::authority(&self.old, &naive, pick) {
            new["authority"] = authority;
        }
        naive.new = Catalog::new(&new);
        World { old: self.old, new, rules, naive }
    }
}

/// The area that may be delegated keeps its actions.
fn is_fixed(area: &Area) -> bool {
    area.key == "people"
}

// Leaves.

impl Successor<'_> {
    fn change(&mut self, area: &Area, leaf: &Leaf) {
        let (choice, index) = self.pick();
        let partner = self.partner(area, leaf, index);
        let is_feature = area.source == Source::Account;
        let key = leaf.path.rsplit('.').next().unwrap_or_default().to_owned();
        let one = || vec![leaf.path.clone()];
        match (choice % 14, partner) {
            (0, _) => {
                let into = self.put(area, leaf, "", &format!("{key}_renamed"), one());
                self.rules.push(json!({"rename": leaf.path, "into": into}));
            }
            (1 | 2, _) => {
                let into = self.put(area, leaf, "_moved", &key, one());
                self.rules.push(json!({"move_to": leaf.path, "into": into}));
            }
            (3 | 4, _) => {
                let left = self.put(area, leaf, "", &format!("{key}_left"), one());
                let right = self.put(area, leaf, "_moved", &format!("{key}_right"), one());
                self.rules.push(json!({"split": leaf.path, "into": [left, right]}));
            }
            (5..=7, Some(partner)) if !is_feature => {
                let paths = vec![leaf.path.clone(), partner.path];
                let into = self.put(area, leaf, "", &format!("{key}_merged"), paths.clone());
                self.taken.extend(paths.iter().cloned());
                let verb = if choice % 14 == 7 { "merge_any" } else { "merge_all" };
                if verb == "merge_any" {
                    self.origins.insert(into.clone(), Origin::Highest(paths.clone()));
                }
                self.rules.push(json!({verb: paths, "into": into}));
            }
            // Retired: nothing comes from it.
            (8, _) => {}
            (9, Some(partner)) => {
                self.keep(area, leaf);
                let paths = vec![leaf.path.clone(), partner.path];
                let into = self.put(area, leaf, "_both", &format!("{key}_both"), paths.clone());
                self.rules.push(json!({"lowest_of": paths, "into": into}));
                self.origins.insert(into, Origin::Lowest(paths));
            }
            (10, _) => {
                self.keep(area, leaf);
                let into = self.put(area, leaf, "", &format!("{key}_new"), Vec::new());
                self.rules.push(json!({"add": into}));
            }
            _ => self.keep(area, leaf),
        }
    }

    /// Another leaf of the same kind, of which nothing is said yet.
    fn partner(&self, area: &Area, leaf: &Leaf, index: Index) -> Option<Leaf> {
        let fits = |other: &&Area| {
            other.source == area.source && other.scale == area.scale && !is_fixed(other)
        };
        let is_free = |other: &&Leaf| {
            other.path > leaf.path
                && !self.taken.contains(&other.path)
                && !self.origins.contains_key(&other.path)
                && self.rules.iter().all(|rule| !rule.to_string().contains(&other.path))
        };
        let areas = self.table.areas.iter().filter(fits);
        let leaves = areas.flat_map(|area| &area.leaves);
        let leaves: Vec<&Leaf> = leaves.filter(is_free).collect();
        (!leaves.is_empty()).then(|| (*index.get(&leaves)).clone())
    }

    fn keep(&mut self, area: &Area, leaf: &Leaf) {
        let mut document = self.area(&area.key);
        let sections = document.as_object_mut().and_then(|area| area.shift_remove("sub_sections"));
        let at = self.place(&document);
        let sections = sections.and_then(|sections| sections.as_array().cloned());
        for section in sections.into_iter().flatten() {
            if leaf.path == format!("{}.{}", area.key, section["key"].as_str().unwrap_or_default())
            {
                self.areas[at].1.push(section);
            }
        }
        self.origins.insert(leaf.path.clone(), Origin::Lowest(vec![leaf.path.clone()]));
    }

    /// Adds a leaf beside another, or to an area made for it; of a leaf that is an area, to an area
    /// of its own. Returns its path.
    fn put(
        &mut self,
        area: &Area,
        leaf: &Leaf,
        suffix: &str,
        key: &str,
        from: Vec<String>,
    ) -> String {
        let mut document = self.area(&area.key);
        let fields = document.as_object_mut();
        fields.map(|area| area.shift_remove("sub_sections"));
        let mut section = json!({"key": key});
        if leaf.always_on && from.len() == 1 {
            section["always_on"] = json!(true);
        }
        let is_container = leaf.path != area.key;
        if !is_container || !suffix.is_empty() {
            let key = if is_container { format!("{}{suffix}", area.key) } else { key.to_owned() };
            document =
                bare_area(&document, &format!("{key}{}", if is_container { "" } else { suffix }));
        }
        let at = self.place(&document);
        let area_key = document["key"].as_str().unwrap_or_default().to_owned();
        let path = if is_container || !suffix.is_empty() {
            self.areas[at].1.push(section);
            format!("{area_key}.{key}")
        } else {
            if let Some(always_on) = section.get("always_on") {
                self.areas[at].0["always_on"] = always_on.clone();
            }
            area_key
        };
        let origin = if from.is_empty() { Origin::New } else { Origin::Lowest(from) };
        self.origins.insert(path.clone(), origin);
        path
    }
}

/// An area by another name, without what only one can have.
fn bare_area(area: &Value, key: &str) -> Value {
    let mut area = area.clone();
    area["key"] = json!(key);
    for field in ["aliases", "api_name", "always_on"] {
        area.as_object_mut().map(|area| area.shift_remove(field));
    }
    area
}

// Areas.

impl Successor<'_> {
    /// The document of an old area.
    fn area(&self, key: &str) -> Value {
        let areas = self.old["areas"].as_array().into_iter().flatten();
        areas.filter(|area| area["key"] == key).cloned().collect::<Vec<_>>()[0].clone()
    }

    /// Where the area of this key is in the new catalog.
    fn place(&mut self, area: &Value) -> usize {
        let known = self.areas.iter().position(|(known, _)| known["key"] == area["key"]);
        known.unwrap_or_else(|| {
            self.areas.push((area.clone(), Vec::new()));
            self.areas.len() - 1
        })
    }

    /// Another key for an area and all its leaves.
    fn rename_area(&mut self, area: &Area) {
        let mut document = self.area(&area.key);
        let renamed = format!("{}_again", area.key);
        document["key"] = json!(renamed);
        for leaf in &area.leaves {
            let path = leaf.path.replacen(&area.key, &renamed, 1);
            self.origins.insert(path, Origin::Lowest(vec![leaf.path.clone()]));
            self.taken.insert(leaf.path.clone());
        }
        self.rules.push(json!({"rename": area.key, "into": renamed}));
        let sections = document.as_object_mut().and_then(|area| area.shift_remove("sub_sections"));
        let sections = sections.and_then(|sections| sections.as_array().cloned());
        self.areas.push((document, sections.unwrap_or_default()));
    }

    /// Takes the last action away, or adds one.
    fn change_actions(&mut self, area: &mut Value) {
        let (choice, _) = self.pick();
        if area["key"] == "people" {
            return;
        }
        let Some(actions) = area["scale"]["actions"].as_array().cloned() else { return };
        let actions: Vec<Value> = match choice % 6 {
            0 if actions.len() > 1 => actions[..actions.len() - 1].to_vec(),
            1 => [actions, vec![json!("approve")]].concat(),
            _ => actions,
        };
        area["scale"] = json!({"actions": actions});
    }

    /// Delegation by what the feature became, if anything.
    fn delegate(&self, new: &mut Value) {
        let Some(feature) = self.old["delegated"]["feature"].as_str() else { return };
        match self.heirs(feature).first() {
            Some(heir) => new["delegated"]["feature"] = json!(heir),
            None => {
                new.as_object_mut().map(|fields| fields.shift_remove("delegated"));
            }
        }
    }

    /// The leaves that come from this one alone.
    fn heirs(&self, old: &str) -> Vec<String> {
        let alone = Origin::Lowest(vec![old.to_owned()]);
        let origins = self.origins.iter().filter(|(_, origin)| **origin == alone);
        origins.map(|(path, _)| path.clone()).collect()
    }
}

// Gates.

impl Successor<'_> {
    /// Every gate on what came of its target, except for some; and some that are new.
    fn gates(&mut self, naive: &Migration) -> Vec<Value> {
        let mut gates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let old: Vec<Value> = self.old["gates"].as_array().cloned().unwrap_or_default();
        for gate in old {
            let is_dropped = self.pick().0.is_multiple_of(9);
            let needs = gate["needs"].as_array().into_iter().flatten();
            let needs: BTreeSet<String> =
                needs.flat_map(|need| self.heirs(need.as_str().unwrap_or_default())).collect();
            if is_dropped || needs.is_empty() {
                continue;
            }
            for target in self.targets(naive, gate["target"].as_str().unwrap_or_default()) {
                gates.entry(target).or_default().extend(needs.iter().cloned());
            }
        }
        let leaves = || naive.new.leaves();
        let features: Vec<&Leaf> = leaves().filter(|leaf| leaf.source == Source::Account).collect();
        let others: Vec<&Leaf> = leaves().filter(|leaf| leaf.source != Source::Account).collect();
        let (choice, index) = self.pick();
        if choice.is_multiple_of(3) && !features.is_empty() && !others.is_empty() {
            let need = index.get(&features).path.clone();
            gates.entry(index.get(&others).path.clone()).or_default().insert(need);
        }
        let gates = gates.into_iter();
        gates.map(|(target, needs)| json!({"target": target, "needs": needs})).collect()
    }

    /// What the target of an old gate is in the new catalog: areas where all of their leaves come
    /// from it, else leaves; or those at its rung.
    fn targets(&self, naive: &Migration, target: &str) -> Vec<String> {
        let (path, rung) =
            target.split_once(':').map_or((target, None), |(path, rung)| (path, Some(rung)));
        let is_held = |leaf: &Leaf| match &naive.origins[&leaf.path] {
            Origin::New => false,
            Origin::Lowest(paths) | Origin::Highest(paths) => {
                let mut olds = self.table.leaves().filter(|old| paths.contains(&old.path));
                olds.any(|old| old.path == path || old.area == path)
            }
        };
        let mut targets = Vec::new();
        for area in &naive.new.areas {
            let held: Vec<&Leaf> = area.leaves.iter().filter(|leaf| is_held(leaf)).collect();
            let paths = if held.len() == area.leaves.len() {
                vec![area.key.clone()]
            } else {
                held.iter().map(|leaf| leaf.path.clone()).collect()
            };
            for path in paths {
                match rung {
                    None => targets.push(path),
                    Some(rung) if area.rungs.iter().any(|own| own == rung) => {
                        targets.push(format!("{path}:{rung}"));
                    }
                    Some(_) => {}
                }
            }
        }
        targets
    }
}
