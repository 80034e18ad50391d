//! EVO-2 to EVO-7, read naively: what each new leaf comes from is a table of texts, and what is
//! stored is brought over leaf by leaf.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a migration that the naive side cannot read is a mistake in the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Set;
use super::catalog::{Area, Catalog, Leaf, Scale, Source};
use super::reading::{list, text};
use super::settings::{Grants, Rungs, raw};

/// What a new leaf comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Origin {
    New,
    /// What all of these old leaves gave.
    Lowest(Vec<String>),
    /// What any of them gave.
    Highest(Vec<String>),
}

/// A migration: for each leaf of the new catalog, by path, what it comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Migration {
    pub(crate) old: Catalog,
    pub(crate) new: Catalog,
    pub(crate) origins: BTreeMap<String, Origin>,
    /// Each operation that goes on, with its new key.
    pub(crate) operations: Vec<(String, String)>,
}

impl Migration {
    pub(crate) fn sources(&self, leaf: &str) -> Vec<&Leaf> {
        let paths = match &self.origins[leaf] {
            Origin::New => return Vec::new(),
            Origin::Lowest(paths) | Origin::Highest(paths) => paths,
        };
        let find = |path: &String| self.old.leaves().find(|leaf| leaf.path == *path);
        paths.iter().map(|path| find(path).unwrap_or_else(|| panic!("no leaf {path}"))).collect()
    }

    /// The rungs that a new leaf has.
    fn rungs(&self, leaf: &str) -> Rungs {
        let mut leaves = self.new.leaves();
        let leaf = leaves.find(|one| one.path == leaf);
        leaf.into_iter().flat_map(|leaf| leaf.rungs.iter().cloned()).collect()
    }

    /// What all of its sources give together, or any; of the rungs that it has.
    fn together(&self, leaf: &str, of: impl Fn(&Leaf) -> Rungs) -> Rungs {
        let known = self.rungs(leaf);
        let each = self.sources(leaf).into_iter().map(|old| &of(old) & &known);
        let joined = match &self.origins[leaf] {
            Origin::New => None,
            Origin::Lowest(_) => each.reduce(|all, one| &all & &one),
            Origin::Highest(_) => each.reduce(|all, one| &all | &one),
        };
        joined.unwrap_or_default()
    }

    /// What a template or a user's own grants set on the new catalog: each leaf as it was, its area
    /// the highest of its leaves, lower ones pinned, restrictions kept, new ones pinned (EVO-4,
    /// EVO-7, LVL-7).
    pub(crate) fn grants(&self, grants: &Grants) -> Grants {
        let mut migrated = Grants::new();
        for area in &self.new.areas {
            if area.source != Source::Grantable {
                continue;
            }
            let levels: Vec<Rungs> = area
                .leaves
                .iter()
                .map(|leaf| self.together(&leaf.path, |old| raw(grants, old)))
                .collect();
            let is_set = area.leaves.iter().any(|leaf| {
                self.sources(&leaf.path).iter().any(|old| grants.contains_key(&old.area))
            });
            if !is_set {
                continue;
            }
            let top = levels.iter().fold(Rungs::new(), |top, one| &top | one);
            migrated.insert(area.key.clone(), top.clone());
            for (leaf, level) in area.leaves.iter().zip(levels) {
                if leaf.path == area.key {
                    continue;
                }
                let overrides = self.sources(&leaf.path).into_iter();
                let overrides = overrides.filter(|old| old.path != old.area);
                let restriction = overrides
                    .filter_map(|old| grants.get(&old.path))
                    .cloned()
                    .reduce(|all, one| &all & &one);
                let pin = match (&self.origins[&leaf.path], restriction) {
                    _ if level != top => Some(level),
                    (Origin::New, _) => Some(Rungs::new()),
                    (_, restriction) => restriction.map(|rungs| &rungs | &level),
                };
                if let Some(pin) = pin {
                    migrated.insert(leaf.path.clone(), pin);
                }
            }
        }
        migrated
    }

    /// A user's own grants, who has a template. Of levels a person sees what both give together; a
    /// leaf that they give less than its area is restricted to that, and raising the area does not
    /// open it (LVL-13). Where an area comes down to such a leaf, so that it is not seen any more,
    /// the leaf is restricted by own grants. So is what is new, wherever the template sets the area
    /// (EVO-4).
    pub(crate) fn grants_beside(&self, template: &Grants, own: &Grants) -> Grants {
        let mut migrated = self.grants(own);
        let moved = self.grants(template);
        let of = |grants: &Grants, path: &str| grants.get(path).cloned().unwrap_or_default();
        for area in self.new.areas.iter().filter(|area| area.scale == Scale::Levels) {
            if !moved.contains_key(&area.key) || area.source != Source::Grantable {
                continue;
            }
            let by_template = if area.user_only { Grants::new() } else { moved.clone() };
            let seen = &of(&by_template, &area.key) | &of(&migrated, &area.key);
            for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
                let sources = self.sources(&leaf.path).into_iter();
                let restricted = sources.filter(|old| old.path != old.area).filter_map(|old| {
                    let area = &of(template, &old.area) | &of(own, &old.area);
                    let level = &raw(template, old) | &raw(own, old);
                    (level != area).then_some(level)
                });
                let restricted = match &self.origins[&leaf.path] {
                    Origin::New => Some(Rungs::new()),
                    _ => restricted.reduce(|all, one| &all & &one),
                };
                let given = &raw(&by_template, leaf) | &raw(&migrated, leaf);
                let Some(restricted) = restricted.filter(|_| given == seen) else { continue };
                let mut pin = &restricted | &given;
                if let Some(known) = migrated.get(&leaf.path) {
                    pin = &pin & known;
                }
                migrated.insert(leaf.path.clone(), pin);
                migrated.entry(area.key.clone()).or_default();
            }
        }
        migrated
    }

    /// What is muted on the new catalog: each rung that was muted for any source, by itself or by
    /// its area; of an area if all of its leaves that are not new were muted so by theirs.
    pub(crate) fn mutes(&self, mutes: &Set) -> Set {
        let mut migrated = Set::new();
        let is_muted = |path: &str, rung: &str| mutes.contains(&format!("{path}:{rung}"));
        for area in &self.new.areas {
            for rung in &area.rungs {
                let by = |leaf: &Leaf, by_area: bool| {
                    self.sources(&leaf.path).iter().any(|old| {
                        if by_area {
                            old.path != old.area && is_muted(&old.area, rung)
                        } else {
                            is_muted(&old.path, rung)
                        }
                    })
                };
                let known: Vec<&Leaf> = area
                    .leaves
                    .iter()
                    .filter(|leaf| !self.sources(&leaf.path).is_empty())
                    .collect();
                let is_container = area.leaves.iter().all(|leaf| leaf.path != area.key);
                let whole =
                    is_container && !known.is_empty() && known.iter().all(|leaf| by(leaf, true));
                if whole {
                    migrated.insert(format!("{}:{rung}", area.key));
                }
                for leaf in known {
                    if by(leaf, false) || (by(leaf, true) && !whole) {
                        migrated.insert(format!("{}:{rung}", leaf.path));
                    }
                }
            }
        }
        migrated
    }

    /// Which features are on.
    pub(crate) fn features(&self, features: &Set) -> Set {
        let leaves = self.new.leaves().filter(|leaf| self.area(leaf).source == Source::Account);
        let is_on = |old: &Leaf| old.always_on || features.contains(&old.path);
        let on = leaves.filter(|leaf| {
            let mut sources = self.sources(&leaf.path).into_iter();
            leaf.always_on
                || match &self.origins[&leaf.path] {
                    Origin::New => false,
                    Origin::Lowest(_) => sources.all(is_on),
                    Origin::Highest(_) => sources.any(is_on),
                }
        });
        on.map(|leaf| leaf.path.clone()).collect()
    }

    /// Whether somebody who may do `permission` now could do all that it stands for before: of
    /// every leaf that it comes from and that had it, the same. What is new is in nobody's, except
    /// an admin's (ROLE-2).
    pub(crate) fn is_in_image(
        &self,
        permission: &str,
        before: &BTreeSet<String>,
        is_admin: bool,
    ) -> bool {
        let (path, rung) = permission.split_once(':').unwrap_or_else(|| panic!("{permission}"));
        let leaf = self.new.leaves().find(|leaf| leaf.path == path);
        let leaf = leaf.unwrap_or_else(|| panic!("no leaf {path}"));
        let mut sources = self.sources(path);
        sources.retain(|old| old.rungs.iter().any(|own| own == rung));
        if sources.is_empty() {
            return is_admin && self.area(leaf).source != Source::Account;
        }
        sources.iter().all(|old| before.contains(&format!("{}:{rung}", old.path)))
    }

    /// What somebody gains who had `before` and has `after` (REV-4): what is new, and what comes
    /// from something that they had not.
    pub(crate) fn gained(&self, before: &Set, after: &Set) -> Set {
        after.iter().filter(|one| !self.is_in_image(one, before, false)).cloned().collect()
    }

    /// What somebody loses who had `before` and has `after`: what is gone, and what became
    /// something that they have not.
    pub(crate) fn lost(&self, before: &Set, after: &Set) -> Set {
        let is_kept = |permission: &&String| {
            let (path, rung) = permission.split_once(':').unwrap_or_default();
            let heirs = self.new.leaves().filter(|leaf| {
                let is_source = self.sources(&leaf.path).iter().any(|old| old.path == path);
                is_source && leaf.rungs.iter().any(|own| own == rung)
            });
            let heirs: Vec<String> = heirs.map(|leaf| format!("{}:{rung}", leaf.path)).collect();
            !heirs.is_empty() && heirs.iter().all(|heir| after.contains(heir))
        };
        before.iter().filter(|one| !is_kept(one)).cloned().collect()
    }

    /// The operations that need less than they did: whoever holds all that the new one needs need
    /// not have held all that the old one needed (CAT-7, EVO-3).
    pub(crate) fn operation_gains(&self) -> BTreeSet<String> {
        let is_gained = |(was, is): &&(String, String)| {
            let before = with_first(&self.old, self.old.expand(was));
            let after = with_first(&self.new, self.new.expand(is));
            let held = after.iter().flat_map(|permission| self.surely_held(permission));
            !before.is_subset(&with_first(&self.old, held))
        };
        let gained = self.operations.iter().filter(is_gained);
        gained.map(|(_, is)| is.clone()).collect()
    }

    /// The old keys that the new catalog has no more: leaves, or whole areas with them; and actions,
    /// which areas have (EVO-5).
    pub(crate) fn gone(&self) -> Set {
        let is_area = |key: &str| self.new.areas.iter().any(|area| area.key == key);
        let mut gone = Set::new();
        for old in self.old.leaves() {
            if self.new.leaves().all(|leaf| leaf.path != old.path) {
                let has_area = old.area != old.path && is_area(&old.area);
                gone.insert(if has_area { old.path.clone() } else { old.area.clone() });
            }
        }
        for old in &self.old.areas {
            for new in self.new.areas.iter().filter(|area| area.key == old.key) {
                let missing = old.rungs.iter().filter(|rung| !new.rungs.contains(rung));
                gone.extend(missing.map(|rung| format!("{}:{rung}", old.key)));
            }
        }
        gone
    }

    /// What whoever holds a new permission held, if nothing was gained.
    fn surely_held(&self, permission: &str) -> Vec<String> {
        let (path, rung) = permission.split_once(':').unwrap_or_else(|| panic!("{permission}"));
        let sources = self.sources(path);
        if matches!(self.origins[path], Origin::Highest(_)) && sources.len() > 1 {
            return Vec::new();
        }
        let sources = sources.into_iter().filter(|old| old.rungs.iter().any(|own| own == rung));
        sources.map(|old| format!("{}:{rung}", old.path)).collect()
    }

    fn area(&self, leaf: &Leaf) -> &Area {
        let area = self.new.areas.iter().find(|area| area.key == leaf.area);
        area.unwrap_or_else(|| panic!("no area {}", leaf.area))
    }
}

/// Permissions, with the first one of each leaf, which all others need (CAT-3).
fn with_first(catalog: &Catalog, permissions: impl IntoIterator<Item = String>) -> Set {
    let mut closed: Set = permissions.into_iter().collect();
    for leaf in catalog.leaves() {
        if leaf.permissions.iter().any(|one| closed.contains(one)) {
            closed.extend(leaf.permissions.first().cloned());
        }
    }
    closed
}

// Documents.

impl Migration {
    /// Settings as a document has them, on the new catalog.
    pub(crate) fn grants_document(&self, grants: &Value) -> Value {
        self.new.grants_document(&self.grants(&self.old.grants(grants)))
    }

    /// A user's own grants as a document has them, on the new catalog, beside those of a template.
    fn own_document(&self, template: Option<&Value>, grants: &Value) -> Value {
        let Some(template) = template else { return self.grants_document(grants) };
        let [template, own] = [&template["grants"], grants].map(|one| self.old.grants(one));
        self.new.grants_document(&self.grants_beside(&template, &own))
    }

    /// Mutes as a document has them, on the new catalog.
    pub(crate) fn mutes_document(&self, mutes: &Value) -> Value {
        let mutes = list(mutes).map(|mute| {
            let (path, rung) = text(mute).split_once(':').unwrap_or_default();
            format!("{}:{rung}", self.old.canonical(path))
        });
        let migrated = self.mutes(&mutes.collect());
        self.new.mutable().into_iter().filter(|one| migrated.contains(one)).collect()
    }

    /// An account as a document has it, on the new catalog: templates, grants, mutes and features
    /// together, whatever the status of a user is (EVO-6).
    pub(crate) fn account_document(&self, account: &Value, catalog: &Value) -> Value {
        let mut migrated = account.clone();
        migrated["catalog"] = catalog.clone();
        let features = list(&account["features"]).map(|path| self.old.canonical(text(path)));
        migrated["features"] = json!(self.features(&features.collect()));
        for template in migrated["templates"].as_array_mut().into_iter().flatten() {
            let user_only = |area: &&Area| area.user_only;
            let mut grants = self.grants_document(&template["grants"]);
            for area in self.new.areas.iter().filter(user_only) {
                let paths = area.leaves.iter().map(|leaf| &leaf.path).chain([&area.key]);
                for path in paths {
                    grants.as_object_mut().map(|grants| grants.shift_remove(path));
                }
            }
            template["grants"] = grants;
        }
        for user in migrated["users"].as_array_mut().into_iter().flatten() {
            let mut templates = account["templates"].as_array().into_iter().flatten();
            let template =
                user.get("template").and_then(|id| templates.find(|one| one["id"] == *id));
            user["grants"] = self.own_document(template, &user["grants"]);
            user["mutes"] = self.mutes_document(&user["mutes"]);
        }
        migrated
    }
}
