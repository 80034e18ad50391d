use alloc::boxed::Box;
use alloc::string::ToString;

use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::catalog::source::Source;
use crate::catalog::tree::Tree;
use crate::lattice::Lattice;
use crate::mutes::Mute;
use crate::permission::Permission;
use crate::profile::{Layers, Profile};
use crate::role::Role;

/// The questions about one profile.
pub(super) struct Case<'a> {
    pub(super) lattice: &'a Lattice,
    pub(super) profile: Profile<'a>,
    pub(super) says: Layers<'a>,
}

impl Case<'_> {
    pub(super) fn catalog(&self) -> &Catalog {
        &self.lattice.catalog
    }

    pub(super) fn tree(&self) -> &Tree {
        self.catalog().tree()
    }

    pub(super) fn name(&self, bit: u16) -> Box<str> {
        self.catalog().display(Permission::new(self.lattice.stamp, bit)).to_string().into()
    }

    /// The path of a bit's leaf.
    pub(super) fn path(&self, bit: u16) -> Box<str> {
        self.tree().leaf_of(bit).map(|leaf| leaf.path.clone()).unwrap_or_default()
    }

    pub(super) fn source(&self, bit: u16) -> Source {
        self.tree().leaf_of(bit).map_or(Source::Account, |leaf| leaf.source)
    }

    /// The mutes that take a bit.
    pub(super) fn mutes_on(&self, bit: u16) -> impl Iterator<Item = Mute<'_>> {
        let needs = self.tree().with_needs(&Bits::from_iter([bit]));
        self.profile.mutes.iter().filter(move |mute| mute.bits().any(|one| needs.contains(one)))
    }

    /// The features that are off and that a bit is, or needs for a role.
    pub(super) fn features_off(&self, role: Role, bit: u16) -> Bits {
        let features = self.profile.features;
        let own = match self.source(bit) {
            Source::Account => Bits::from_iter([bit]).and_not(features.bits()),
            Source::Grantable | Source::Role => Bits::EMPTY,
        };
        own.or(&features.lacking(role, bit))
    }
}
