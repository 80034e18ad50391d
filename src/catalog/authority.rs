use crate::bits::Bits;
use crate::permission::{Permission, Stamp};

/// What a group of commands rests on: who may give them, besides the host (CAT-15).
///
/// [`Catalog::authority`](crate::Catalog::authority) gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    pub(crate) stamp: Stamp,
    pub(crate) any_of: Bits,
    /// Those that the catalog names, and what they are gated by.
    pub(crate) features: Bits,
    /// The catalog says nothing of the group, so every admin may.
    pub(crate) is_default: bool,
}

impl Authority {
    /// The permissions of which an actor must hold one, in catalog order.
    ///
    /// None if [every admin may](Self::is_any_admins) and nobody else.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> + '_ {
        self.any_of.ones().map(|bit| Permission::new(self.stamp, bit))
    }

    /// The features that must be on whoever acts, in catalog order; what gates them included.
    pub fn features(&self) -> impl Iterator<Item = Permission> + '_ {
        self.features.ones().map(|bit| Permission::new(self.stamp, bit))
    }

    /// Whether every active admin may give these commands, because the catalog names no permission
    /// that carries them.
    #[must_use]
    pub fn is_any_admins(&self) -> bool {
        self.is_default
    }
}
