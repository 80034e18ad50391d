use alloc::borrow::Cow;

use crate::bits::{self, Bits};
use crate::permission::{Permission, Stamp};

/// A non-empty conjunction of permissions: all of them are needed (CAT-7).
///
/// An operation, an area at a rung (LVL-10) and [`Catalog::require`](crate::Catalog::require) give
/// one. There is no empty requirement, since one would be met by everybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requirement {
    pub(crate) stamp: Stamp,
    // INVARIANT: at least one bit is set, and there are as many words as a row of the catalog has.
    first: [u64; MIN_WORDS],
    rest: Cow<'static, [u64]>,
}

/// The fewest words of a row, so that a requirement of most catalogs points nowhere.
pub(crate) const MIN_WORDS: usize = 2;

impl Requirement {
    /// `None` where `bits` is empty.
    pub(crate) fn new(stamp: Stamp, bits: &Bits, words: usize) -> Option<Self> {
        let words = bits.to_words(words);
        let (first, rest) = words.split_first_chunk()?;
        let rest = Cow::Owned(rest.to_vec());
        (!bits.is_empty()).then_some(Self { stamp, first: *first, rest })
    }

    /// What [`catalog!`](crate::catalog!) makes of an operation.
    ///
    /// # Panics
    ///
    /// Where no bit is set, which is a compile error in a constant.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::panic, reason = "evaluated at compile time")]
    pub const fn from_code(stamp: Stamp, words: &'static [u64]) -> Self {
        let mut unread = words;
        while let [word, tail @ ..] = unread {
            if *word != 0 {
                return match words.split_first_chunk() {
                    Some((first, rest)) => Self { stamp, first: *first, rest: Cow::Borrowed(rest) },
                    None => panic!("a row has at least two words"),
                };
            }
            unread = tail;
        }
        panic!("a requirement needs at least one permission")
    }

    /// The permissions needed, in catalog order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        let words = self.first.iter().chain(&*self.rest);
        bits::ones(words).map(|bit| Permission::new(self.stamp, bit))
    }

    /// Whether a row, which belongs to the same catalog, has every bit that is needed.
    #[inline]
    pub(crate) fn is_met_by(&self, row: &[u64]) -> bool {
        let Some(([one, two], rest)) = row.split_first_chunk() else { return false };
        let [need_one, need_two] = self.first;
        (need_one & !one) | (need_two & !two) == 0
            && self.rest.len() == rest.len()
            && self.rest.iter().zip(rest).all(|(need, have)| need & !have == 0)
    }
}
