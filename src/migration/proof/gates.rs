//! What gates make inert, before and after.
//!
//! A new permission is open once every feature that it needs is on. A new feature that comes from
//! several is on if all of them are, or if any is; so the fewest old features that open the new
//! permission are all sources of the former, and one source of each of the latter. If one that the
//! old permission needed is not among them, whoever has just these gains; if all are, nobody does,
//! whatever else is on. Features that are new count as on: somebody will turn them on, and what the
//! old gates withheld must not come with them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::cases::live;
use super::{Bring, By, LeafProof};
use crate::bits::Bits;
use crate::catalog::Source as From;
use crate::catalog::tree::NodeId;
use crate::features::Features;
use crate::grants::Grants;
use crate::migration::gain::Gainer;
use crate::migration::plan::Origin;
use crate::mutes::Mutes;
use crate::role::Role;

impl<B: Bring> LeafProof<'_, B> {
    /// Who holds a rung of the new leaf while a feature that gated a source is off; or who has a
    /// feature that none of its sources was.
    pub(super) fn by_features(&self, rung: u16) -> Option<By> {
        let node = self.node();
        let bit = node.bits.start + rung;
        let is_feature = node.source == From::Account;
        let [old, new] = [&self.maps.old, &self.maps.new].map(Features::new);
        if self.leaf.origin.sources().is_empty() {
            return (is_feature && new.bits().contains(bit)).then_some(By::Anyone);
        }
        let needed = |features: &Features, role, bit| {
            let mut needed = features.lacking(role, bit);
            if is_feature && !features.bits().contains(bit) {
                needed.insert(bit);
            }
            needed
        };
        for role in [Role::Admin, Role::Member] {
            if role == Role::Member && !self.members_can_hold(rung) {
                continue;
            }
            let is = needed(&new, role, bit);
            for old_bit in self.maps.sources_of(bit).flatten() {
                let was = needed(&old, role, old_bit);
                if let Some(features) = self.opening(&old, &was, &is) {
                    return Some(By::One(Box::new(self.feature_gainer(role, features))));
                }
            }
        }
        None
    }

    /// The fewest old features that bring all of the new ones in `is`, if one of `was` is not among
    /// them.
    fn opening(&self, none: &Features, was: &Bits, is: &Bits) -> Option<Features> {
        let mut on = none.bits().clone();
        let mut any_of: Vec<Vec<u16>> = Vec::new();
        for bit in is.ones() {
            let sources = self.maps.sources_of(bit).flatten();
            match self.maps.origin_of(bit) {
                None | Some(Origin::New | Origin::AsItsArea) => {}
                Some(Origin::Lowest(_)) => sources.for_each(|old| on.insert(old)),
                Some(Origin::Highest(_)) => any_of.push(sources.collect()),
            }
        }
        let is_dispensable =
            |off: &u16| any_of.iter().all(|sources| sources.iter().any(|one| one != off));
        let off = was.and_not(&on).ones().find(is_dispensable)?;
        for sources in &any_of {
            if !sources.iter().any(|one| on.contains(*one)) {
                sources.iter().find(|one| **one != off).into_iter().for_each(|one| on.insert(*one));
            }
        }
        Some(none.with(on.ones()))
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
                let held = self.bring.settings(self.area, &all).given_to(self.new_position());
                live(&node.scale, held) >> rung & 1 == 1
            }
        }
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
        Gainer { role, template: None, grants, mutes, features, raised: None }
    }
}
