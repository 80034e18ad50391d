//! Sets of permissions (LVL-11).

use alloc::vec::Vec;

use smallvec::SmallVec;
use thiserror::Error;

use crate::permission::{Permission, Requirement, Stamp};

/// What someone may do: a set of permissions that contains whatever its members need (LVL-11).
///
/// All sets of one catalog form a bounded distributive lattice: [`EMPTY`](Self::EMPTY) is below
/// every other, [`Catalog::all`](crate::Catalog::all) above, `union` and `intersection` stay
/// inside. The empty set belongs to every catalog.
///
/// Sets are compared by [`is_subset`](Self::is_subset); they have no total order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PermissionSet {
    // INVARIANT: `Stamp::NONE` exactly where `bits` is empty.
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
        self.stamp == permission.stamp && self.bits.contains(permission.bit)
    }

    /// Whether the set holds everything that `requirement` needs.
    #[must_use]
    pub fn contains_all(&self, requirement: &Requirement) -> bool {
        requirement.iter().all(|permission| self.contains(permission))
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
    /// The result is no `PermissionSet`: it may lack what its members need.
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Permission> + 'a {
        self.iter().filter(|permission| !other.contains(*permission))
    }

    /// The permissions in catalog order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.bits.ones().map(|bit| Permission::new(self.stamp, bit))
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

/// Two values of different catalogs were put together (CAT-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("the two belong to different catalogs; use values of one catalog")]
pub struct CatalogMismatch;

/// Bits by position, as many words as the highest one needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bits {
    // INVARIANT: the last word is not zero, so that equal sets are equal values.
    words: SmallVec<[u64; 2]>,
}

impl Bits {
    pub(crate) const EMPTY: Self = Self { words: SmallVec::new_const() };

    fn new(mut words: SmallVec<[u64; 2]>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        Self { words }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn contains(&self, bit: u16) -> bool {
        contains(&self.words, bit)
    }

    pub(crate) fn insert(&mut self, bit: u16) {
        let index = usize::from(bit / 64);
        if index >= self.words.len() {
            self.words.resize(index + 1, 0);
        }
        if let Some(word) = self.words.get_mut(index) {
            *word |= 1 << (bit % 64);
        }
    }

    pub(crate) fn remove(&mut self, bit: u16) {
        let mut one = Self::EMPTY;
        one.insert(bit);
        *self = self.and_not(&one);
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        let (mut long, short) = if self.words.len() >= other.words.len() {
            (self.words.clone(), other)
        } else {
            (other.words.clone(), self)
        };
        for (word, more) in long.iter_mut().zip(&short.words) {
            *word |= more;
        }
        Self { words: long }
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self::new(self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect())
    }

    pub(crate) fn and_not(&self, other: &Self) -> Self {
        let mut words = self.words.clone();
        for (word, less) in words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
        Self::new(words)
    }

    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.words.len() <= other.words.len()
            && self.words.iter().zip(&other.words).all(|(a, b)| a & !b == 0)
    }

    pub(crate) fn ones(&self) -> impl Iterator<Item = u16> + '_ {
        ones(&self.words)
    }

    /// The bits as exactly `length` words.
    pub(crate) fn to_words(&self, length: usize) -> Vec<u64> {
        let mut words = self.words.to_vec();
        words.resize(length, 0);
        words
    }
}

impl FromIterator<u16> for Bits {
    fn from_iter<I: IntoIterator<Item = u16>>(bits: I) -> Self {
        let mut set = Self::EMPTY;
        bits.into_iter().for_each(|bit| set.insert(bit));
        set
    }
}

/// Whether `bit` is set; a bit beyond the words is not.
#[inline]
pub(crate) fn contains(words: &[u64], bit: u16) -> bool {
    words.get(usize::from(bit / 64)).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

/// The positions of the set bits, lowest first.
pub(crate) fn ones<'a>(words: impl IntoIterator<Item = &'a u64>) -> impl Iterator<Item = u16> {
    words.into_iter().zip((0u16..).step_by(64)).flat_map(|(&word, start)| {
        core::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)))
            .take_while(|rest| *rest != 0)
            .map(move |rest| start + u16::try_from(rest.trailing_zeros()).unwrap_or_default())
    })
}
