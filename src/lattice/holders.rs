use alloc::sync::Arc;
use core::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::bits::Bits;
use crate::lattice::rows::{Holder, StoredProfile};
use crate::permission::Stamp;
use crate::profile::Profile;
use crate::seed::Seed;
use crate::set::PermissionSet;

/// Profiles that several lattices share, each with what it may do: worked out and stored once for
/// all subaccounts of an agency.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    seed: Seed,
    known: HashTable<(Arc<Holder>, Bits)>,
    /// How many there may be before those that nobody has any more are dropped.
    room: usize,
}

/// How many are kept before anybody looks whether they are in use.
const LEAST: usize = 64;

impl Holders {
    /// Who has a profile, and their row.
    pub(super) fn of(&mut self, stamp: Stamp, profile: &Profile<'_>) -> (Arc<Holder>, Bits) {
        if self.known.len() >= self.room {
            self.known.retain(|(holder, _)| Arc::strong_count(holder) > 1);
            self.room = (2 * self.known.len()).max(LEAST);
        }
        let seed = self.seed;
        let hash = |profile: &Profile<'_>| seed.hash_one(profile);
        let same = |(holder, _): &(Arc<Holder>, Bits)| holder.profile().as_ref() == Some(profile);
        let again = |(holder, _): &(Arc<Holder>, Bits)| {
            holder.profile().map_or(0, |profile| hash(&profile))
        };
        let known = match self.known.entry(hash(profile), same, again) {
            Entry::Occupied(known) => known,
            Entry::Vacant(vacant) => vacant.insert(row_of(stamp, profile)),
        };
        known.get().clone()
    }
}

/// Who has a profile, and their row.
pub(super) fn row_of(stamp: Stamp, profile: &Profile<'_>) -> (Arc<Holder>, Bits) {
    let is_own = profile.features.catalog().stamp() == stamp;
    let allowed = if is_own { profile.permissions() } else { PermissionSet::EMPTY };
    let holder = Holder { profile: Some(StoredProfile::new(profile)) };
    (Arc::new(holder), allowed.bits().clone())
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::features::Features;
    use crate::mutes::Mutes;
    use crate::presets::tenant;
    use crate::role::{Role, Status};
    use crate::{Grants, Template};

    #[test]
    fn what_is_equal_is_shared_and_what_nobody_has_is_dropped() {
        let catalog = tenant::catalog();
        let (grants, mutes) = (Grants::new(&catalog), Mutes::new(&catalog));
        let features = Features::new(&catalog);
        let mut holders = Holders::default();
        let templates: Vec<Template> = (0..4 * LEAST)
            .filter_map(|at| {
                let id = alloc::format!("t{at}").parse().ok()?;
                Template::new(id, &alloc::format!("T{at}"), grants.clone()).ok()
            })
            .collect();
        let mut kept = Vec::new();
        for (at, template) in templates.iter().enumerate() {
            let copies = [template.clone(), template.clone()];
            let [one, other] = copies.each_ref().map(|template| {
                let (role, status) = (Role::Admin, Status::Active);
                let template = Some(template);
                let profile = Profile {
                    role,
                    status,
                    template,
                    grants: &grants,
                    mutes: &mutes,
                    features: &features,
                };
                let (holder, allowed) = holders.of(catalog.stamp(), &profile);
                assert_eq!(allowed, *profile.permissions().bits());
                holder
            });
            assert!(Arc::ptr_eq(&one, &other));
            if at < 2 {
                kept.push(one);
            }
        }
        assert!(holders.known.len() <= LEAST + 2, "{}", holders.known.len());
        let is_known =
            |one: &Arc<Holder>| holders.known.iter().any(|(own, _)| Arc::ptr_eq(own, one));
        assert!(kept.iter().all(is_known));
    }
}
