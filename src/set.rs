//! Sets of permissions (LVL-11).

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::{fmt, slice};

use thiserror::Error;

use crate::bits::{Bits, Ones};
use crate::permission::{Permission, Stamp};
use crate::requirement::Requirement;

/// What someone may do: a set of permissions that contains whatever its members need (LVL-11).
///
/// All sets of one catalog form a bounded distributive lattice: [`EMPTY`](Self::EMPTY) is below
/// every other, [`Catalog::all`](crate::Catalog::all) above, `union` and `intersection` stay
/// inside. The empty set belongs to every catalog.
///
/// Sets are compared by [`is_subset`](Self::is_subset); they have no total order.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PermissionSet {
    // INVARIANT: `Stamp::NONE` exactly if `bits` is empty.
    stamp: Stamp,
    bits: Bits,
}

impl PermissionSet {
    /// Nothing at all: the least set of every catalog.
    pub const EMPTY: Self = Self { stamp: Stamp::NONE, bits: Bits::EMPTY };

    /// `bits` must contain what its members need.
    pub(crate) fn new(stamp: Stamp, bits: Bits) -> Self {
        if bits.is_empty() { Self::EMPTY } else { Self { stamp, bits } }
    }

    pub(crate) fn bits(&self) -> &Bits {
        &self.bits
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// How many permissions the set holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bits.ones().count()
    }

    /// Whether the set holds `permission`; never for another catalog's (CAT-9).
    #[must_use]
    pub fn contains(&self, permission: Permission) -> bool {
        self.stamp == permission.stamp() && self.bits.contains(permission.bit())
    }

    /// Whether the set holds everything that is asked.
    #[must_use]
    pub fn contains_all<'r>(&self, asked: impl Into<Cow<'r, Requirement>>) -> bool {
        asked.into().iter().all(|permission| self.contains(permission))
    }

    /// Whether everything in this set is in `other` too: "no more than".
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.is_empty() || (self.stamp == other.stamp && self.bits.is_subset(&other.bits))
    }

    /// What either set holds.
    ///
    /// # Errors
    ///
    /// Two sets of different catalogs.
    pub fn union(&self, other: &Self) -> Result<Self, CatalogMismatch> {
        let stamp = self.common_stamp(other)?;
        Ok(Self::new(stamp, self.bits.or(&other.bits)))
    }

    /// What both sets hold.
    ///
    /// # Errors
    ///
    /// Two sets of different catalogs.
    pub fn intersection(&self, other: &Self) -> Result<Self, CatalogMismatch> {
        let stamp = self.common_stamp(other)?;
        Ok(Self::new(stamp, self.bits.and(&other.bits)))
    }

    /// What this set holds and `other` does not, in catalog order.
    ///
    /// The result is not a `PermissionSet`: it may lack what its members need.
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Permission> + 'a {
        self.iter().filter(|permission| !other.contains(*permission))
    }

    /// What whoever goes from this set to `later` gains and loses, each in catalog order; `None` if
    /// the two are equal.
    #[must_use]
    pub fn changes_to(&self, later: &Self) -> Option<(Vec<Permission>, Vec<Permission>)> {
        let changes = || (later.difference(self).collect(), self.difference(later).collect());
        (self != later).then(changes)
    }

    /// The permissions in catalog order.
    #[must_use]
    pub fn iter(&self) -> PermissionIter<'_> {
        PermissionIter { stamp: self.stamp, bits: self.bits.ones() }
    }

    /// The stamp of the result of combining both.
    fn common_stamp(&self, other: &Self) -> Result<Stamp, CatalogMismatch> {
        match (self.stamp, other.stamp) {
            (Stamp::NONE, stamp) | (stamp, Stamp::NONE) => Ok(stamp),
            (one, two) if one == two => Ok(one),
            _ => Err(CatalogMismatch),
        }
    }
}

impl<'a> IntoIterator for &'a PermissionSet {
    type Item = Permission;
    type IntoIter = PermissionIter<'a>;

    fn into_iter(self) -> PermissionIter<'a> {
        self.iter()
    }
}

/// The permissions of a set, in catalog order.
#[derive(Debug, Clone)]
pub struct PermissionIter<'a> {
    stamp: Stamp,
    bits: Ones<slice::Iter<'a, u64>>,
}

impl Iterator for PermissionIter<'_> {
    type Item = Permission;

    fn next(&mut self) -> Option<Permission> {
        Some(Permission::new(self.stamp, self.bits.next()?))
    }
}

/// Shows the catalog's stamp and positions in it;
/// [`Catalog::display_all`](crate::Catalog::display_all) shows names.
impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PermissionSet of {:?} ", self.stamp)?;
        f.debug_set().entries(self.bits.ones()).finish()
    }
}

/// Two values of different catalogs were combined (CAT-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("the two belong to different catalogs; use values of one")]
pub struct CatalogMismatch;
