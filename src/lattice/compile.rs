//! From profiles to rows.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::ptr;

use hashbrown::HashTable;

use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::key::{Map, TemplateId};
use crate::lattice::Lattice;
use crate::lattice::holders::{Holders, row_of};
use crate::lattice::ids::Ids;
use crate::lattice::rows::{Holder, NOBODY, Rows};
use crate::permission::Stamp;
use crate::profile::Profile;
use crate::seed::Seed;

/// Which number each profile of a lattice has: what it takes to change the lattice instead of
/// compiling it again, and nothing that a check needs.
#[derive(Debug, Default)]
#[expect(unnameable_types, reason = "kept beside a lattice, and shown to nobody")]
pub struct Numbers {
    pub(super) seed: Seed,
    /// The numbers of those who refer to a template, and of those who refer to none.
    pub(super) known: Map<Option<TemplateId>, HashTable<u32>>,
    /// Numbers whose rows are nobody's.
    pub(super) free: Vec<u32>,
    /// What is shared with other lattices, while they are at hand.
    pub(crate) holders: Option<Holders>,
}

impl Numbers {
    fn find(&self, rows: &Rows, profile: &Profile<'_>) -> Option<u32> {
        let same = |number: &u32| profile_of(rows, *number).as_ref() == Some(profile);
        let numbers = self.known.get(&template_of(profile))?;
        numbers.find(hash(self.seed, profile), same).copied()
    }

    /// Who has a profile, and their row.
    pub(super) fn row_of(&mut self, stamp: Stamp, profile: &Profile<'_>) -> (Arc<Holder>, Bits) {
        match &mut self.holders {
            Some(holders) => holders.of(stamp, profile),
            None => row_of(stamp, profile),
        }
    }

    pub(super) fn insert(&mut self, rows: &Rows, profile: &Profile<'_>, number: u32) {
        let Self { seed, known, .. } = self;
        let again =
            |number: &u32| profile_of(rows, *number).map_or(0, |profile| hash(*seed, &profile));
        let numbers = known.entry(template_of(profile)).or_default();
        numbers.insert_unique(hash(*seed, profile), number, again);
    }
}

/// What tells a profile from others that refer to the same template. The template's grants and the
/// features are left out: they can change while its number stays.
pub(super) fn hash(seed: Seed, profile: &Profile<'_>) -> u64 {
    seed.hash_one((profile.role, profile.status, profile.grants, profile.mutes))
}

pub(super) fn template_of(profile: &Profile<'_>) -> Option<TemplateId> {
    profile.template.map(|template| template.id().clone())
}

pub(super) fn profile_of(rows: &Rows, number: u32) -> Option<Profile<'_>> {
    rows.holder(number)?.profile()
}

impl Lattice {
    /// Compiles users by id. Equal profiles are worked out once.
    ///
    /// A profile whose features belong to another catalog than `catalog` gives nothing, and so
    /// does an id that is given twice, or that is over [`MAX_ID`](crate::key::MAX_ID) bytes: nobody
    /// has such an id (USR-1).
    ///
    /// There is no limit on users. Distinct profiles are numbered in 32 bits; the rows of that many
    /// take more than a terabyte.
    ///
    /// Takes time in proportion to the users, plus some for each distinct profile.
    #[must_use]
    pub fn compile<'a>(
        catalog: &Catalog,
        users: impl IntoIterator<Item = (&'a str, Profile<'a>)>,
    ) -> Self {
        Self::compile_with(&mut Numbers::default(), catalog, users)
    }

    /// The same, with numbers that were not used yet.
    pub(crate) fn compile_with<'a>(
        numbers: &mut Numbers,
        catalog: &Catalog,
        users: impl IntoIterator<Item = (&'a str, Profile<'a>)>,
    ) -> Self {
        let users = users.into_iter();
        let mut lattice = Self {
            catalog: catalog.clone(),
            stamp: catalog.stamp(),
            ids: Ids::with_capacity(users.size_hint().0.min(MAX_ROOM)),
            rows: Rows::new(catalog),
            origin: None,
        };
        let mut known: Map<_, u32> = Map::default();
        for (id, profile) in users {
            let number = *known
                .entry(identity(&profile))
                .or_insert_with(|| lattice.number(numbers, &profile));
            if lattice.assign(id, number).is_some() {
                lattice.assign(id, NOBODY);
            }
        }
        lattice.ids.fill(&lattice.rows);
        lattice
    }

    /// The number of a profile, which has a row from then on.
    pub(super) fn number(&mut self, numbers: &mut Numbers, profile: &Profile<'_>) -> u32 {
        if let Some(number) = numbers.find(&self.rows, profile) {
            return number;
        }
        let (holder, allowed) = numbers.row_of(self.stamp, profile);
        let number = match numbers.free.pop() {
            Some(free) => {
                self.rows.set(free, holder, &allowed);
                free
            }
            None => self.rows.push(holder, &allowed),
        };
        numbers.insert(&self.rows, profile, number);
        number
    }

    /// Gives a user a row, and returns the number of the one they had.
    pub(super) fn assign(&mut self, id: &str, number: u32) -> Option<u32> {
        let users = self.ids.len();
        let former = self.ids.insert(id, number);
        if let Some(former) = former {
            self.rows.count(former, -1);
        }
        if former.is_some() || self.ids.len() > users {
            self.rows.count(number, 1);
        }
        former
    }
}

/// Room that is made ahead of users who are only announced.
const MAX_ROOM: usize = 1 << 20;

/// What makes two profiles equal at a glance: what is shared is compared by address.
pub(super) fn identity<'a>(profile: &Profile<'a>) -> impl Eq + Hash + use<'a> {
    let Profile { role, status, template, grants, mutes, features } = *profile;
    (role, status, template.map(ptr::from_ref), grants, mutes, ptr::from_ref(features))
}
