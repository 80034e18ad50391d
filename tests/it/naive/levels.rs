//! Areas with levels, as a person sees them, and the three commands that set them (LVL-13).
//!
//! Levels are 0 None, 1 Read and 2 Edit. What is stored stays as documents hold it: the person's
//! own grants, the template's, and mutes of leaves and of areas.
//!
//! From top to bottom: the person, what they see of an area, the commands.

mod laws;

use super::Set;
use super::catalog::{Area, Leaf};
use super::settings::{Grants, level_of, rungs_of};

/// Everything that says what somebody was given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Person {
    /// What the template that the person refers to grants, if they refer to one.
    pub(crate) template: Option<Grants>,
    pub(crate) own: Grants,
    pub(crate) mutes: Set,
}

/// None, Read and Edit.
pub(crate) type Level = usize;

pub(crate) const NONE: Level = 0;
pub(crate) const READ: Level = 1;
pub(crate) const EDIT: Level = 2;

/// What a person sees of an area.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    pub(crate) level: Level,
    /// For each leaf, in order, what it is restricted to; Edit where it is as its area.
    pub(crate) restrictions: Vec<Level>,
}

// What they see.

impl Person {
    pub(crate) fn seen(&self, area: &Area) -> Seen {
        let restrictions = area.leaves.iter().map(|leaf| self.restriction(area, leaf));
        Seen { level: self.level(area), restrictions: restrictions.collect() }
    }

    /// The level of an area: what is given, cut by the area's mutes.
    pub(crate) fn level(&self, area: &Area) -> Level {
        self.given(area).min(self.cap(&area.key))
    }

    /// What a leaf is configured at, before role, gates and status.
    pub(crate) fn configured(&self, area: &Area, leaf: &Leaf) -> Level {
        let caps = self.cap(&area.key).min(self.cap(&leaf.path));
        self.leaf_given(area, leaf).min(caps)
    }

    /// What template and own grants give an area, each by itself.
    pub(crate) fn sources(&self, area: &Area) -> [Level; 2] {
        [self.template_level(area), self.own_level(area)]
    }

    /// Whether a restriction of a leaf is stored, also where it does not show.
    pub(crate) fn is_restricted(&self, area: &Area, leaf: &Leaf) -> bool {
        leaf.path != area.key
            && (self.own.contains_key(&leaf.path)
                || self.cap(&leaf.path) < EDIT
                || self.leaf_given(area, leaf) < self.given(area))
    }

    /// What a leaf is restricted to, whatever its area is at; Edit where it is not restricted.
    fn restriction(&self, area: &Area, leaf: &Leaf) -> Level {
        if leaf.path == area.key {
            return EDIT;
        }
        let given = self.leaf_given(area, leaf);
        let by_grants = if given < self.given(area) {
            given
        } else {
            // An override that does not show is a restriction as well, down to what the template
            // gives whatever the override says.
            let template = self.by_template(area, leaf);
            self.own.get(&leaf.path).map_or(EDIT, |setting| level_of(setting).max(template))
        };
        by_grants.min(self.cap(&leaf.path))
    }

    /// What template and own grants give an area, mutes aside: the higher of the two.
    fn given(&self, area: &Area) -> Level {
        self.template_level(area).max(self.own_level(area))
    }

    /// What template and own grants give a leaf, mutes aside: the higher of the two.
    fn leaf_given(&self, area: &Area, leaf: &Leaf) -> Level {
        let own = leaf_level(&self.own, area, leaf);
        self.by_template(area, leaf).max(own)
    }

    fn by_template(&self, area: &Area, leaf: &Leaf) -> Level {
        self.template.as_ref().map_or(NONE, |grants| leaf_level(grants, area, leaf))
    }

    fn template_level(&self, area: &Area) -> Level {
        self.template.as_ref().map_or(NONE, |grants| area_level(grants, area))
    }

    fn own_level(&self, area: &Area) -> Level {
        area_level(&self.own, area)
    }

    /// The highest level that the mutes which name this path leave.
    fn cap(&self, path: &str) -> Level {
        let is_muted = |rung: &str| self.mutes.contains(&format!("{path}:{rung}"));
        match (is_muted("read"), is_muted("edit")) {
            (true, _) => NONE,
            (false, true) => READ,
            (false, false) => EDIT,
        }
    }
}

fn area_level(grants: &Grants, area: &Area) -> Level {
    grants.get(&area.key).map_or(NONE, level_of)
}

/// (LVL-3)
fn leaf_level(grants: &Grants, area: &Area, leaf: &Leaf) -> Level {
    let level = area_level(grants, area);
    grants.get(&leaf.path).map_or(level, |setting| level.min(level_of(setting)))
}

// The commands.

impl Person {
    /// Changes an area's level, and no restriction.
    pub(crate) fn set_area(&mut self, area: &Area, level: Level) {
        if level == self.level(area) {
            return;
        }
        if self.template_level(area) > level {
            self.lift(&area.key);
            self.mute(&area.key, level);
            return;
        }
        // A mute that leaves the level stays, so that no template edit opens what it takes.
        for (rung, left) in [("read", NONE), ("edit", READ)] {
            if left < level {
                self.mutes.remove(&format!("{}:{rung}", area.key));
            }
        }
        self.give(area, level);
    }

    /// Changes the restriction of one leaf; the error is the code of the refusal.
    pub(crate) fn set_section(
        &mut self,
        area: &Area,
        leaf: &Leaf,
        level: Level,
    ) -> Result<(), &'static str> {
        let top = self.level(area);
        if level > top {
            return Err("exceeds_parent");
        }
        if leaf.path == area.key {
            self.set_area(area, level);
        } else if level == top {
            self.follow(area, leaf);
        } else if level != self.configured(area, leaf) {
            self.restrict(area, leaf, level);
        }
        Ok(())
    }

    /// Brings one leaf to a level at least, and no other leaf.
    pub(crate) fn raise(&mut self, area: &Area, leaf: &Leaf, level: Level) {
        if self.configured(area, leaf) >= level {
            return;
        }
        if self.level(area) < level {
            let before = self.clone();
            self.set_area(area, level);
            for sibling in area.leaves.iter().filter(|one| one.path != leaf.path) {
                let former = before.configured(area, sibling);
                if former != self.configured(area, sibling) {
                    self.restrict(area, sibling, former);
                }
            }
        }
        // The area is high enough, so nothing exceeds it.
        let _ = self.set_section(area, leaf, level);
    }

    /// A leaf is as its area.
    fn follow(&mut self, area: &Area, leaf: &Leaf) {
        self.own.remove(&leaf.path);
        self.lift(&leaf.path);
        let given = self.given(area);
        if self.leaf_given(area, leaf) < given {
            self.give_but(area, given, Some(leaf));
        }
    }

    /// A leaf is restricted to less than its area is at.
    fn restrict(&mut self, area: &Area, leaf: &Leaf, level: Level) {
        self.lift(&leaf.path);
        if self.template.is_none() {
            self.own.insert(leaf.path.clone(), rungs_of(level));
            return;
        }
        // An override is taken away only where it is in the way, so that lowering gives nothing
        // under the mute.
        if self.leaf_given(area, leaf) < level {
            self.own.remove(&leaf.path);
        }
        if self.leaf_given(area, leaf) < level {
            self.give_but(area, level.max(self.own_level(area)), Some(leaf));
        }
        self.mute(&leaf.path, level);
    }

    fn give(&mut self, area: &Area, level: Level) {
        self.give_but(area, level, None);
    }

    /// Sets the area in own grants, and keeps every leaf where it was that template and own grants
    /// together gave less than the area; except this one.
    fn give_but(&mut self, area: &Area, level: Level, except: Option<&Leaf>) {
        let before = self.clone();
        self.own.insert(area.key.clone(), rungs_of(level));
        for leaf in &area.leaves {
            let former = before.leaf_given(area, leaf);
            let is_restricted = leaf.path != area.key && former < before.given(area);
            let is_excepted = except.is_some_and(|except| except.path == leaf.path);
            if is_restricted && !is_excepted && self.leaf_given(area, leaf) > former {
                self.own.insert(leaf.path.clone(), rungs_of(former));
            }
        }
    }

    /// Mutes this path so that at most the level is left.
    fn mute(&mut self, path: &str, level: Level) {
        match level {
            NONE => self.mutes.insert(format!("{path}:read")),
            READ => self.mutes.insert(format!("{path}:edit")),
            _ => false,
        };
    }

    fn lift(&mut self, path: &str) {
        for rung in ["read", "edit"] {
            self.mutes.remove(&format!("{path}:{rung}"));
        }
    }

    /// The template's grants of an area become own ones, and nothing that is seen changes (TPL-6).
    pub(crate) fn keep_levels(&mut self, area: &Area) {
        let before = self.clone();
        if self.template_level(area) == NONE {
            return;
        }
        self.own.insert(area.key.clone(), rungs_of(before.given(area)));
        for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
            let mut unmuted = before.clone();
            unmuted.lift(&leaf.path);
            match unmuted.restriction(area, leaf) {
                EDIT if !before.own.contains_key(&leaf.path) => {}
                level => {
                    self.own.insert(leaf.path.clone(), rungs_of(level));
                }
            }
        }
    }
}
