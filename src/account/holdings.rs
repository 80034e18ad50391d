//! What is stored of users that decisions depend on, each distinct one once.

use alloc::sync::Arc;
use core::hash::BuildHasher;

use smallvec::SmallVec;

use crate::pieces::Pieces;
use crate::profile::Holding;
use crate::registry::Place;
use crate::seed::Seed;

/// The distinct holdings of an account's users, and how many users have each.
#[derive(Clone, Default)]
pub(super) struct Holdings {
    /// By the place of the template above the hash of the holding: those of one template lie
    /// together.
    groups: Pieces<SmallVec<[Group; 1]>>,
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
        let new = || Group { holding: Arc::clone(holding), users: 1 };
        let Some(groups) = self.groups.get_mut(number) else {
            self.groups.insert(number, SmallVec::from_buf([new()]));
            return Arc::clone(holding);
        };
        if let Some(group) = groups.iter_mut().find(|group| group.holding == *holding) {
            group.users += 1;
            return Arc::clone(&group.holding);
        }
        groups.push(new());
        Arc::clone(holding)
    }

    /// Counts one user less.
    pub(super) fn remove(&mut self, template: Option<Place>, holding: &Arc<Holding>) {
        let number = self.number(template, holding);
        let Some(groups) = self.groups.get_mut(number) else { return };
        if let Some(group) = groups.iter_mut().find(|group| group.holding == *holding) {
            group.users -= 1;
        }
        groups.retain(|group| group.users > 0);
        if groups.is_empty() {
            self.groups.remove(number);
        }
    }

    /// The groups of those who refer to a template.
    pub(super) fn on(&self, template: Place) -> impl Iterator<Item = &Group> {
        let row = row(Some(template));
        let groups = self.groups.from(row << 32);
        groups.take_while(move |(number, _)| number >> 32 == row).flat_map(|(_, groups)| groups)
    }

    /// All groups.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().flat_map(|(_, groups)| groups)
    }

    fn number(&self, template: Option<Place>, holding: &Holding) -> u64 {
        row(template) << 32 | self.hasher.hash_one(holding) >> 32
    }
}
