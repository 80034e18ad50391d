//! Boxes: one action or toggle of one person, ticked or unticked (TPL-5).

mod tests;

use super::Set;
use super::catalog::{Area, Leaf};
use super::levels::Person;
use super::settings::{Grants, Rungs, raw};

impl Person {
    /// Gives a rung that neither template nor own grants give, and lifts the mutes on it.
    pub(super) fn tick(&mut self, area: &Area, leaf: &Leaf, rung: &str) {
        self.lift_rung(area, leaf, rung);
        let is_given = raw(&self.own, leaf).contains(rung)
            || self.template.as_ref().is_some_and(|grants| raw(grants, leaf).contains(rung));
        if !is_given {
            add(&mut self.own, area, leaf, rung);
        }
    }

    /// Takes a rung and all that needs it from own grants, and mutes what the template gives.
    pub(super) fn untick(&mut self, area: &Area, leaf: &Leaf, rung: &str) {
        let unticked = |one: &String| one == rung || rung == leaf.first_rung();
        let own = raw(&self.own, leaf);
        if own.iter().any(unticked) {
            let rest: Rungs = own.into_iter().filter(|one| !unticked(one)).collect();
            self.own.insert(leaf.path.clone(), rest);
        }
        let is_given = self.template.as_ref().is_some_and(|one| raw(one, leaf).contains(rung));
        if is_given && !self.mutes.contains(&format!("{}:{rung}", area.key)) {
            self.mutes.insert(format!("{}:{rung}", leaf.path));
        }
    }

    /// Lifts the mutes of one rung on one leaf; a mute of the area stays for its other leaves.
    fn lift_rung(&mut self, area: &Area, leaf: &Leaf, rung: &str) {
        if self.mutes.remove(&format!("{}:{rung}", area.key)) {
            let all: Set = area.leaves.iter().map(|one| format!("{}:{rung}", one.path)).collect();
            self.mutes.extend(all);
        }
        self.mutes.remove(&format!("{}:{rung}", leaf.path));
    }

    /// The template's grants of an area become own ones (TPL-6).
    pub(super) fn keep_boxes(&mut self, area: &Area) {
        let Some(template) = self.template.clone() else {
            return;
        };
        for leaf in &area.leaves {
            for rung in raw(&template, leaf) {
                if !raw(&self.own, leaf).contains(&rung) {
                    add(&mut self.own, area, leaf, &rung);
                }
            }
        }
    }
}

/// Adds a rung to one leaf of an area, and to no other.
fn add(grants: &mut Grants, area: &Area, leaf: &Leaf, rung: &str) {
    let former: Vec<Rungs> = area.leaves.iter().map(|leaf| raw(grants, leaf)).collect();
    grants.entry(area.key.clone()).or_default().insert(rung.to_owned());
    for (one, mut rungs) in area.leaves.iter().zip(former) {
        if one.path == leaf.path {
            rungs.insert(rung.to_owned());
        }
        if raw(grants, one) != rungs {
            grants.insert(one.path.clone(), rungs);
        }
    }
}
