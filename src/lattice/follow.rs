//! After a change: the rows that it touches, and no others.
//!
//! The result answers like a lattice that is compiled from scratch.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::bits::Bits;
use crate::features::Features;
use crate::key::Map;
use crate::lattice::Lattice;
use crate::lattice::compile::{Numbers, hash, identity, profile_of, template_of};
use crate::lattice::rows::NOBODY;
use crate::profile::Profile;
use crate::template::Template;

impl Numbers {
    /// The numbers that a lattice has.
    pub(crate) fn of(lattice: &Lattice) -> Self {
        let mut numbers = Self::default();
        for (number, (_, holder, _)) in (NOBODY..).zip(lattice.rows.iter()) {
            match holder.profile() {
                Some(profile) => numbers.insert(&lattice.rows, &profile, number),
                None if number != NOBODY => numbers.free.push(number),
                None => {}
            }
        }
        numbers
    }

    fn remove(&mut self, profile: &Profile<'_>, number: u32) {
        let (hash, template) = (hash(self.seed, profile), template_of(profile));
        let Some(numbers) = self.known.get_mut(&template) else { return };
        if let Ok(entry) = numbers.find_entry(hash, |one| *one == number) {
            entry.remove();
        }
        if numbers.is_empty() {
            self.known.swap_remove(&template);
        }
    }
}

impl Lattice {
    /// Gives users profiles, in order; a new user comes last, and one without a profile is removed.
    ///
    /// Equal profiles are looked up once. Takes time in proportion to the users, plus some for each
    /// distinct profile.
    pub(crate) fn put_all<'a>(
        &mut self,
        numbers: &mut Numbers,
        users: impl IntoIterator<Item = (&'a str, Option<Profile<'a>>)>,
    ) {
        let mut known: Map<_, u32> = Map::default();
        let mut formers = Vec::new();
        for (id, profile) in users {
            if let Some(profile) = profile {
                let number = *known
                    .entry(identity(&profile))
                    .or_insert_with(|| self.number(numbers, &profile));
                formers.extend(self.assign(id, number));
            } else if let Some(former) = self.ids.remove(id) {
                self.rows.count(former, -1);
                formers.push(former);
            }
        }
        // Not before: a number that is known here must not become another profile's.
        for former in formers {
            self.release(numbers, former);
        }
        self.ids.fill(&self.rows);
    }

    /// Replaces a template. Takes time in proportion to the distinct profiles that refer to it.
    pub(crate) fn put_template(&mut self, numbers: &mut Numbers, template: &Template) {
        let known = numbers.known.get(&Some(template.id().clone()));
        let known: Vec<u32> = known.into_iter().flatten().copied().collect();
        for number in known {
            let Some(old) = profile_of(&self.rows, number) else { continue };
            let profile = Profile { template: Some(template), ..old };
            let (holder, allowed) = numbers.row_of(self.stamp, &profile);
            self.rows.set(number, holder, &allowed);
        }
        self.ids.fill(&self.rows);
    }

    /// Replaces the features. Takes time in proportion to the distinct profiles.
    pub(crate) fn put_features(&mut self, numbers: &mut Numbers, features: &Features) {
        let known: Vec<u32> = numbers.known.values().flatten().copied().collect();
        for number in known {
            let Some(old) = profile_of(&self.rows, number) else { continue };
            let (holder, allowed) = numbers.row_of(self.stamp, &Profile { features, ..old });
            self.rows.set(number, holder, &allowed);
        }
        self.ids.fill(&self.rows);
    }

    /// Frees a row that nobody has any more.
    fn release(&mut self, numbers: &mut Numbers, number: u32) {
        if self.rows.users(number) > 0 {
            return;
        }
        if let Some(profile) = profile_of(&self.rows, number) {
            numbers.remove(&profile, number);
            numbers.free.push(number);
        }
        self.rows.set(number, Arc::default(), &Bits::EMPTY);
    }
}

#[cfg(test)]
mod tests;
