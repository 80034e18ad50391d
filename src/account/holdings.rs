//! What is stored of users that decisions depend on, each distinct one once.

use alloc::sync::Arc;
use core::hash::BuildHasher;

use crate::pieces::Pieces;
use crate::profile::Holding;
use crate::registry::Place;
use crate::seed::Seed;

#[cfg(test)]
mod tests;

/// How many bits of a holding's hash tell it from others; few in tests, so that some collide.
const BITS: u32 = if cfg!(test) { 3 } else { 31 };

/// The distinct holdings of an account's users, and how many users have each.
#[derive(Clone, Default)]
pub(super) struct Holdings {
    /// By the place of the template above the hash of the holding: those of one template lie
    /// together.
    // INVARIANT: each stands at its hash, or behind others that take up all places from there on.
    groups: Pieces<Group>,
    hasher: Seed,
}

/// Users who hold the same.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) holding: Arc<Holding>,
    pub(super) users: usize,
}

/// Where the groups without a template stand: below all that have one.
fn row(template: Option<Place>) -> u64 {
    template.map_or(0, |place| u64::from(place) + 1)
}

impl Holdings {
    /// Counts one more user, and returns the holding that all who hold the same share.
    pub(super) fn add(&mut self, template: Option<Place>, holding: &Arc<Holding>) -> Arc<Holding> {
        let number = self.number(template, holding);
        if let Some(group) = self.groups.get_mut(number) {
            group.users += 1;
            return Arc::clone(&group.holding);
        }
        self.groups.insert(number, Group { holding: Arc::clone(holding), users: 1 });
        Arc::clone(holding)
    }

    /// Counts one user less.
    pub(super) fn remove(&mut self, template: Option<Place>, holding: &Holding) {
        let number = self.number(template, holding);
        let Some(group) = self.groups.get_mut(number) else { return };
        group.users -= 1;
        if group.users > 0 {
            return;
        }
        self.groups.remove(number);
        // Whatever stands behind may have found its own place taken.
        for number in number + 1.. {
            let Some(group) = self.groups.remove(number) else { return };
            self.groups.insert(self.number(template, &group.holding), group);
        }
    }

    /// The groups of those who refer to a template.
    pub(super) fn on(&self, template: Place) -> impl Iterator<Item = &Group> {
        let row = row(Some(template));
        let groups = self.groups.from(row << 32);
        groups.take_while(move |(number, _)| number >> 32 == row).map(|(_, group)| group)
    }

    /// All groups.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().map(|(_, group)| group)
    }

    /// Where a holding stands, or would: at its hash, or in the next place that no other has.
    fn number(&self, template: Option<Place>, holding: &Holding) -> u64 {
        let hash = self.hasher.hash_one(holding) >> (u64::BITS - BITS);
        let mut number = row(template) << 32 | hash;
        while self.groups.get(number).is_some_and(|group| *group.holding != *holding) {
            number += 1;
        }
        number
    }
}
