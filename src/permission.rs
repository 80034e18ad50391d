use core::fmt;
use core::str::FromStr;

use thiserror::Error;

/// Which catalog a permission belongs to: a hash of the catalog's content.
///
/// Equal catalogs have equal stamps, whether they come from [`catalog!`](crate::catalog!), a
/// builder or a document. It is 48 bits of a SHA-256: two catalogs do not collide by accident, but
/// finding one that collides with a given catalog takes only about 2⁴⁸ hashes. So whoever accepts
/// catalogs from others must not rely on the stamp alone, and documents do not: an inline catalog
/// that collides with a known one without being equal to it is refused (CAT-18).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// The stamp of no catalog; what an empty set carries.
    pub(crate) const NONE: Self = Self(0);

    // The lowest bits are left to the position in a permission.
    pub(crate) const fn new(hash: u64) -> Self {
        let stamp = hash & !POSITION;
        Self(if stamp == 0 { POSITION + 1 } else { stamp })
    }

    /// The position of a permission; beyond all positions if it is another catalog's.
    ///
    /// One operation tells whether a permission belongs here and where.
    #[inline]
    pub(crate) const fn position_of(self, permission: Permission) -> u64 {
        self.0 ^ permission.0
    }
}

/// Shows the 48 bits of the hash: twelve hexadecimal digits.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}", self.0 >> POSITION.count_ones())
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stamp({self})")
    }
}

impl FromStr for Stamp {
    type Err = ParseStampError;

    /// Reads twelve hexadecimal digits, as [`Display`](fmt::Display) writes them.
    ///
    /// # Errors
    ///
    /// Any other text, capital letters included: a stamp has one text.
    fn from_str(text: &str) -> Result<Self, ParseStampError> {
        let hash = u64::from_str_radix(text, 16).map_err(|_| ParseStampError)?;
        let stamp = Self(hash.checked_shl(POSITION.count_ones()).unwrap_or(0));
        if stamp != Self::NONE && text == alloc::format!("{stamp}") {
            Ok(stamp)
        } else {
            Err(ParseStampError)
        }
    }
}

/// A text that is not a [`Stamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("a stamp has 12 hexadecimal digits, in lower case")]
pub struct ParseStampError;

/// The bits of a permission that hold its position.
const POSITION: u64 = 0xffff;

/// One thing that can be allowed: a leaf of a catalog and a rung of its scale.
///
/// Eight bytes, `Copy`, and meaningful only to the catalog it came from: another catalog's check
/// denies it (CAT-9). Its text form, `knowledge.faqs:edit`, is read by
/// [`Catalog::permission`](crate::Catalog::permission) and written by
/// [`Catalog::display`](crate::Catalog::display). Permissions have no order of their own: the
/// order is the catalog's, and [`PermissionSet::iter`](crate::PermissionSet::iter) follows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission(u64);

const _: () = assert!(size_of::<Permission>() == 8);

impl Permission {
    pub(crate) const fn new(stamp: Stamp, bit: u16) -> Self {
        Self(stamp.0 | bit as u64)
    }

    /// The stamp of the catalog that this permission belongs to.
    #[must_use]
    pub const fn stamp(self) -> Stamp {
        Stamp(self.0 & !POSITION)
    }

    /// Adds this to the words of a row, as [`Requirement::mark`](crate::Requirement::mark) does.
    ///
    /// # Panics
    ///
    /// If it belongs to another catalog, which is a compile error in a constant.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    pub const fn mark<const WORDS: usize>(
        self,
        stamp: Stamp,
        mut row: [u64; WORDS],
    ) -> [u64; WORDS] {
        let bit = self.bit() as usize;
        assert!(stamp.position_of(self) == bit as u64, "an ask of another catalog");
        row[bit / 64] |= 1 << (bit % 64);
        row
    }

    #[expect(clippy::cast_possible_truncation, reason = "only the lower bits are needed")]
    pub(crate) const fn bit(self) -> u16 {
        self.0 as u16
    }
}

/// Shows the catalog's stamp and the position in it; [`Catalog::display`](crate::Catalog::display)
/// shows its name.
impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permission({} of {:?})", self.bit(), self.stamp())
    }
}
