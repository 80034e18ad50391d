//! What is granted and muted in stories.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use serde_json::{Map, Value, json};

use super::Stories;
use super::commands::held_by;
use crate::naive::{Area, Catalog, Directory, Leaf, Scale, Set, Source};

impl Stories {
    /// Grants that for a member are often within what they hold.
    pub(super) fn fitting_grants(
        &mut self,
        directory: &Directory,
        actor: &Value,
        settable: fn(&Area) -> bool,
    ) -> Value {
        let user = actor["user"].as_str().and_then(|id| directory.find(id));
        let is_member = user.is_some_and(|user| user.role == "member");
        let held = (is_member && self.chance(65)).then(|| held_by(directory, actor));
        self.grants(&directory.catalog, settable, held.as_ref())
    }

    /// Valid grants over some of the areas that may be set here, if so within a set.
    pub(super) fn grants(
        &mut self,
        catalog: &Catalog,
        settable: fn(&Area) -> bool,
        within: Option<&Set>,
    ) -> Value {
        let mut grants = Map::new();
        let share = self.pick(&[15, 35, 60]);
        for area in &catalog.areas {
            if area.source != Source::Grantable || !settable(area) || !self.chance(share) {
                continue;
            }
            let leaves: Vec<&Leaf> = area.leaves.iter().collect();
            grants.insert(self.spelled(&area.spellings), self.setting(area, &leaves, within));
            for leaf in leaves {
                if leaf.path != area.key && self.chance(25) {
                    let setting = self.setting(area, &[leaf], within);
                    grants.insert(self.spelled(&leaf.spellings), setting);
                }
            }
        }
        Value::Object(grants)
    }

    /// Rungs of leaves and of areas.
    pub(super) fn mutes(&mut self, catalog: &Catalog) -> Set {
        let mutable = catalog.mutable();
        let mut mutes = Set::new();
        for _ in 0..2 {
            if !mutable.is_empty() && self.chance(30) {
                mutes.insert(mutable[self.below(mutable.len())].clone());
            }
        }
        mutes
    }

    /// A setting in the words of the area's scale; within a set, of what it has on all the leaves.
    pub(super) fn setting(&mut self, area: &Area, leaves: &[&Leaf], within: Option<&Set>) -> Value {
        let is_within = |rung: &String| {
            let permissions = leaves.iter().map(|leaf| format!("{}:{rung}", leaf.path));
            within.is_none_or(|within| permissions.clone().all(|one| within.contains(&one)))
        };
        let allowed: Vec<&String> = area.rungs.iter().filter(|rung| is_within(rung)).collect();
        match area.scale {
            Scale::Levels => {
                let level = self.below(3).min(allowed.len());
                json!(["none", "read", "edit"][level])
            }
            Scale::Toggle => json!(!allowed.is_empty() && self.chance(80)),
            Scale::Actions => {
                let first = area.rungs.first();
                let share = match (within, self.of_delegates) {
                    (Some(_), _) => 95,
                    (None, true) => 55,
                    (None, false) => 75,
                };
                let percent = |rung| if Some(rung) == first { share } else { 40 };
                let picked = allowed.into_iter().filter(|rung| self.chance(percent(*rung)));
                json!(picked.collect::<Vec<_>>())
            }
        }
    }

    /// One of the names of a thing: mostly the canonical one.
    pub(super) fn spelled(&mut self, spellings: &[String]) -> String {
        let place = if self.chance(85) { 0 } else { self.below(spellings.len()) };
        spellings[place].clone()
    }
}
