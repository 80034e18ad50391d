//! What gates make inert, before and after: every set of the features that either depends on.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Bring, By, LeafProof, effective, live};
use crate::bits::Bits;
use crate::catalog::tree::NodeId;
use crate::catalog::{Catalog, Source as From};
use crate::features::Features;
use crate::grants::Grants;
use crate::migration::gain::Gainer;
use crate::mutes::Mutes;
use crate::role::Role;

/// The most features of which every set is tried; of more, their gates are compared.
const MAX_FEATURES: usize = 12;

impl<B: Bring> LeafProof<'_, B> {
    /// Who holds a rung of the new leaf while a feature that gated a source is off; or who has a
    /// feature that none of its sources was.
    pub(super) fn by_features(&self, rung: u16) -> Option<By> {
        let node = self.node();
        let bit = node.bits.start + rung;
        let is_feature = node.source == From::Account;
        if self.leaf.origin.sources().is_empty() {
            let is_on = is_feature && Features::new(&self.maps.new).bits().contains(bit);
            return is_on.then_some(By::Anyone);
        }
        for role in [Role::Admin, Role::Member] {
            if role == Role::Member && !self.members_can_hold(rung) {
                continue;
            }
            for source in self.leaf.origin.sources() {
                let Some(was) = source.rungs.get(usize::from(rung)).copied().flatten() else {
                    continue;
                };
                let old_bit = self.old().node(source.leaf).bits.start + was;
                let is_open = |features: &Features, bit: u16| {
                    let is_on = !is_feature || features.bits().contains(bit);
                    is_on && features.lacking(role, bit).is_empty()
                };
                let gains = |before: &Features| {
                    let after = self.maps.features(before).with(self.new_features());
                    is_open(&after, bit) && !is_open(before, old_bit)
                };
                let relevant = self.relevant(role, bit, old_bit);
                if relevant.len() > MAX_FEATURES {
                    if self.is_less_gated(role, bit, old_bit) {
                        return Some(By::Anyone);
                    }
                    continue;
                }
                if let Some(features) = feature_sets(&self.maps.old, &relevant).find(gains) {
                    return Some(By::One(Box::new(self.feature_gainer(role, features))));
                }
            }
        }
        None
    }

    /// Whether a member can hold a rung once all there was is given to them: none that a role
    /// brings, and none that needs one that is new.
    fn members_can_hold(&self, rung: u16) -> bool {
        let node = self.node();
        match node.source {
            From::Account => true,
            From::Role => false,
            From::Grantable => {
                let all = |of: NodeId| self.whole(of);
                let held = effective(&self.bring.settings(self.area, &all), self.new_position());
                live(&node.scale, held) >> rung & 1 == 1
            }
        }
    }

    /// The features that are new: somebody will turn them on, and what the old gates withheld must
    /// not come with them.
    fn new_features(&self) -> impl Iterator<Item = u16> {
        let features = self.maps.new.tree().features().flat_map(|leaf| leaf.bits.clone());
        features.filter(|bit| self.maps.sources_of(*bit).next().is_none())
    }

    /// The old features that open either permission: those that gate the old one, and those that
    /// what gates the new one comes from; and themselves if they are features.
    fn relevant(&self, role: Role, bit: u16, old_bit: u16) -> Vec<u16> {
        let old_features = Features::new(&self.maps.old);
        let new_features = Features::new(&self.maps.new);
        let mut needed: Bits = new_features.lacking(role, bit);
        needed.insert(bit);
        let sources: Vec<u16> =
            needed.ones().flat_map(|bit| self.maps.sources_of(bit)).flatten().collect();
        let mut relevant = old_features.lacking(role, old_bit);
        for source in sources {
            relevant.insert(source);
        }
        relevant.insert(old_bit);
        let is_feature =
            |bit: &u16| self.old().leaf_of(*bit).is_some_and(|leaf| leaf.source == From::Account);
        relevant.ones().filter(is_feature).collect()
    }

    /// Whether what gates the new permission does not make sure of all that gated the old one: for
    /// more features than can be tried one set after another.
    fn is_less_gated(&self, role: Role, bit: u16, old_bit: u16) -> bool {
        let was = Features::new(&self.maps.old).lacking(role, old_bit);
        let is = Features::new(&self.maps.new).lacking(role, bit);
        !was.is_subset(&self.maps.image(is.ones().chain([bit])))
    }

    fn feature_gainer(&self, role: Role, features: Features) -> Gainer {
        let mut grants = Grants::new(&self.maps.old);
        if role == Role::Member && self.node().source == From::Grantable {
            for source in self.leaf.origin.sources() {
                let node = self.old().node(source.leaf);
                grants.add(&node.bits.clone().collect());
            }
        }
        let mutes = Mutes::new(&self.maps.old);
        Gainer { role, template: None, grants, mutes, features }
    }
}

/// Every set of these features, the smaller ones first.
fn feature_sets(catalog: &Catalog, relevant: &[u16]) -> impl Iterator<Item = Features> {
    let mut chosen: Vec<u32> = (0..1u32 << relevant.len()).collect();
    chosen.sort_by_key(|chosen| chosen.count_ones());
    let none = Features::new(catalog);
    chosen.into_iter().map(move |chosen| {
        let on = relevant.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
        none.with(on.map(|(_, bit)| *bit))
    })
}
