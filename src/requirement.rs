use alloc::borrow::Cow;
use core::fmt;
use core::mem;
use core::ops::BitAnd;

use crate::bits::{self, Bits};
use crate::catalog::literal::{List, items};
use crate::permission::{Permission, Stamp};

/// A non-empty conjunction of permissions: all of them are needed (CAT-7).
///
/// An operation, an area at a rung (LVL-10) and [`Catalog::require`](crate::Catalog::require) give
/// one, a [`Permission`] is one by itself, and `&` joins them. There is no empty requirement, since
/// everybody would meet it.
///
/// ```
/// use bailiwick::Requirement;
/// use bailiwick::presets::studio::{self, FLOWS, knowledge};
///
/// let both = knowledge::FAQS.edit() & FLOWS.read();
/// let texts = ["knowledge.faqs:edit", "flows:read"];
/// assert_eq!(both, studio::catalog().require(texts)?);
/// assert_eq!(Requirement::from(FLOWS.read()).iter().count(), 1);
/// # Ok::<(), bailiwick::catalog::KeyError>(())
/// ```
///
/// Whoever asks passes a permission, a requirement or a reference to one: all of them turn into
/// `Cow<Requirement>`, and a reference does so without allocating.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Requirement {
    pub(crate) stamp: Stamp,
    // INVARIANT: at least one bit is set, and the last word of `rest` is not zero, so that equal
    // requirements are equal values.
    first: [u64; MIN_WORDS],
    rest: List<u64>,
}

/// The fewest words of a row, so that a requirement of most catalogs points nowhere.
pub(crate) const MIN_WORDS: usize = 2;

impl Requirement {
    /// `None` if `bits` is empty.
    pub(crate) fn new(stamp: Stamp, bits: &Bits) -> Option<Self> {
        let words = bits.to_words(bits.width().max(MIN_WORDS));
        let (first, rest) = words.split_first_chunk()?;
        let rest = List::from(rest.to_vec());
        (!bits.is_empty()).then_some(Self { stamp, first: *first, rest })
    }

    /// What [`catalog!`](crate::catalog!) makes of an operation.
    ///
    /// # Panics
    ///
    /// If no bit is set, which is a compile error in a constant.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::panic, reason = "evaluated at compile time")]
    pub const fn from_code(stamp: Stamp, words: &'static [u64]) -> Self {
        let Some((first, mut rest)) = words.split_first_chunk() else {
            panic!("a row has at least two words")
        };
        while let [less @ .., 0] = rest {
            rest = less;
        }
        assert!(
            !matches!((first, rest), ([0, 0], [])),
            "a requirement needs at least one permission"
        );
        Self { stamp, first: *first, rest: List::Borrowed(rest) }
    }

    /// Adds what is needed to the words of a row: [`asks!`](crate::asks) calls it for permissions
    /// and requirements alike.
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
        assert!(self.is_of(stamp), "an ask of another catalog");
        let mut word = 0;
        while word < WORDS {
            row[word] |= self.word(word);
            word += 1;
        }
        // Nothing can be dropped at compile time.
        mem::forget(self);
        row
    }

    pub(crate) const fn is_of(&self, stamp: Stamp) -> bool {
        stamp.position_of(Permission::new(self.stamp, 0)) == 0
    }

    pub(crate) const fn needs(&self, bit: usize) -> bool {
        self.word(bit / 64) >> (bit % 64) & 1 == 1
    }

    const fn word(&self, word: usize) -> u64 {
        let rest = items(&self.rest);
        let (words, at): (&[u64], usize) =
            if word < MIN_WORDS { (&self.first, word) } else { (rest, word - MIN_WORDS) };
        match words.split_at_checked(at) {
            Some((_, [word, ..])) => *word,
            _ => 0,
        }
    }

    /// The permissions needed, in catalog order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        bits::ones(self.words()).map(|bit| Permission::new(self.stamp, bit))
    }

    fn words(&self) -> impl Iterator<Item = &u64> {
        self.first.iter().chain(&*self.rest)
    }

    /// Whether a row, which belongs to the same catalog, has every bit that is needed.
    #[inline]
    pub(crate) fn is_met_by(&self, row: &[u64]) -> bool {
        let Some(([one, two], rest)) = row.split_first_chunk() else { return false };
        let [need_one, need_two] = self.first;
        (need_one & !one) | (need_two & !two) == 0
            && self.rest.len() <= rest.len()
            && self.rest.iter().zip(rest).all(|(need, have)| need & !have == 0)
    }
}

impl From<Permission> for Requirement {
    fn from(permission: Permission) -> Self {
        let (stamp, bit) = (permission.stamp(), permission.bit());
        let (word, mask) = (usize::from(bit / 64), 1 << (bit % 64));
        let mut first = [0; MIN_WORDS];
        let mut rest = List::default();
        if let Some(own) = first.get_mut(word) {
            *own = mask;
        } else {
            let zeros = core::iter::repeat_n(0, word - MIN_WORDS);
            rest = zeros.chain([mask]).collect();
        }
        Self { stamp, first, rest }
    }
}

impl From<&Self> for Requirement {
    fn from(requirement: &Self) -> Self {
        requirement.clone()
    }
}

impl From<Permission> for Cow<'_, Requirement> {
    fn from(permission: Permission) -> Self {
        Self::Owned(permission.into())
    }
}

impl From<Requirement> for Cow<'_, Requirement> {
    fn from(requirement: Requirement) -> Self {
        Self::Owned(requirement)
    }
}

impl<'a> From<&'a Requirement> for Cow<'a, Requirement> {
    fn from(requirement: &'a Requirement) -> Self {
        Self::Borrowed(requirement)
    }
}

/// All that both need. If they belong to different catalogs, nobody meets it (CAT-9).
impl<'a, R: Into<Cow<'a, Self>>> BitAnd<R> for Requirement {
    type Output = Self;

    fn bitand(self, other: R) -> Self {
        let other = other.into();
        let stamp = if self.stamp == other.stamp { self.stamp } else { Stamp::NONE };
        let [one, two] = self.first;
        let [other_one, other_two] = other.first;
        let first = [one | other_one, two | other_two];
        let (mut long, short) = if self.rest.len() < other.rest.len() {
            (other.rest.to_vec(), &self.rest)
        } else {
            (self.rest.to_vec(), &other.rest)
        };
        long.iter_mut().zip(&**short).for_each(|(word, more)| *word |= more);
        Self { stamp, first, rest: long.into() }
    }
}

impl<'a, R: Into<Cow<'a, Requirement>>> BitAnd<R> for Permission {
    type Output = Requirement;

    fn bitand(self, other: R) -> Requirement {
        Requirement::from(self) & other
    }
}

/// Shows the catalog's stamp and positions in it;
/// [`Catalog::display_all`](crate::Catalog::display_all) shows names.
impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requirement of {:?} ", self.stamp)?;
        f.debug_set().entries(bits::ones(self.words())).finish()
    }
}
