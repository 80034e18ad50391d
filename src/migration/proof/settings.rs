//! Who gains by what templates, own grants and mutes say.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::cases::{Case, Rest, live};
use super::{Bring, By, LeafProof};
use crate::catalog::scale::Rungs;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::Map;
use crate::migration::gain::Gainer;
use crate::migration::plan::Source;
use crate::mutes::Mutes;
use crate::role::Role;

/// What is said of one source to somebody.
#[derive(Clone, Copy)]
struct Profile<'a> {
    template: &'a Case,
    own: &'a Case,
    mutes: Option<&'a Case>,
    /// Whether the area is raised afterwards, for which `own` stands.
    is_raised: bool,
}

impl Profile<'_> {
    /// How much is said, so that the smallest example is shown.
    fn weight(&self) -> (bool, bool, u32) {
        let cases = [Some(self.template), Some(self.own), self.mutes];
        let all = cases.map(|case| case.map(Case::weight).unwrap_or_default());
        let has_rest = all.iter().any(|(rest, _)| *rest);
        (self.is_raised, has_rest, all.iter().map(|(_, said)| said).sum())
    }
}

impl<B: Bring> LeafProof<'_, B> {
    /// Whatever template, own grants and mutes say.
    pub(super) fn by_settings(&self) -> Map<u16, By> {
        let mut by_rung = Map::default();
        for source in self.leaf.origin.sources() {
            self.add_settings(source, &mut by_rung);
        }
        by_rung
    }

    /// Whatever template, own grants and mutes say of one source: as it is, and once the area is
    /// raised, where no mute is in the way.
    fn add_settings(&self, source: &Source, gains: &mut Map<u16, By>) {
        let (held, raised, muted) = (self.held(source), self.raised(source), self.muted(source));
        let by_person = self.raised_by_person(source);
        let is_untouched = |case: &Case| case.said == [None, None];
        let by_template: Vec<Case> =
            match (self.old().node(source.leaf).user_only, self.node().user_only) {
                (false, false) => held.clone(),
                // A template sets nothing that only users can have (TPL-1).
                (true, _) => held.iter().filter(|case| is_untouched(case)).cloned().collect(),
                (false, true) => held.iter().map(|case| Case { new: 0, ..case.clone() }).collect(),
            };
        let as_it_is = by_template.iter().flat_map(|template| {
            held.iter().flat_map(|own| {
                let with = |mutes| Profile { template, own, mutes: Some(mutes), is_raised: false };
                muted.iter().map(with)
            })
        });
        let once_raised = by_template.iter().flat_map(|template| {
            raised.iter().map(|own| Profile { template, own, mutes: None, is_raised: true })
        });
        let once_raised = once_raised.chain(by_person.iter().map(|[template, own]| Profile {
            template,
            own,
            mutes: None,
            is_raised: true,
        }));
        let mut smallest: Map<u16, Profile<'_>> = Map::default();
        for profile in as_it_is.chain(once_raised) {
            for rung in crate::bits::ones(&[self.gained(source, &profile)]) {
                let known = smallest.entry(rung).or_insert(profile);
                if profile.weight() < known.weight() {
                    *known = profile;
                }
            }
        }
        for (rung, profile) in smallest {
            gains.entry(rung).or_insert_with(|| self.gainer(source, &profile));
        }
    }

    /// The rungs that a profile has of the new leaf and had not of the source.
    fn gained(&self, source: &Source, profile: &Profile<'_>) -> Rungs {
        let (was, is) = (&self.old().node(source.leaf).scale, &self.node().scale);
        let Profile { template, own, mutes, .. } = profile;
        let [muted, still_muted] = mutes.map_or([0, 0], |mutes| [mutes.old, mutes.new]);
        let before = live(was, template.old | own.old) & !muted;
        let after = live(is, template.new | own.new) & !still_muted;
        after & source.comes_from() & !source.translate(before)
    }

    // An example.

    fn gainer(&self, source: &Source, profile: &Profile<'_>) -> By {
        let Profile { template, own, mutes, is_raised } = profile;
        let has_template = template.said != [None, None];
        let area = || self.maps.new.tree().node(self.area.area).path.clone();
        By::One(Box::new(Gainer {
            role: Role::Member,
            template: has_template.then(|| self.grants(source, template)),
            grants: self.grants(source, own),
            mutes: mutes.map_or(Mutes::new(&self.maps.old), |mutes| self.mutes(source, mutes)),
            features: self.all_features(),
            raised: is_raised.then(area),
        }))
    }

    fn grants(&self, source: &Source, case: &Case) -> Grants {
        let mut grants = Grants::new(&self.maps.old);
        if case.said == [None, None] && case.rest == Rest::Nothing {
            return grants;
        }
        for area in &self.area.from {
            let told = self.told(source, case.said, case.rest, *area);
            grants.put_area(*area, &told);
        }
        grants
    }

    fn mutes(&self, source: &Source, case: &Case) -> Mutes {
        let mut mutes = Mutes::new(&self.maps.old);
        for area in &self.area.from {
            mutes.put_area(*area, &self.told_muted(source, case.said, case.rest, *area));
        }
        mutes
    }

    /// Every feature on, so that no gate hides the gain.
    fn all_features(&self) -> Features {
        let old = &self.maps.old;
        Features::new(old).with(old.tree().features().flat_map(|leaf| leaf.bits.clone()))
    }
}
