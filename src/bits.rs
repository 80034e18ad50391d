use alloc::vec::Vec;
use core::ops::Range;
use core::slice;

use smallvec::SmallVec;

#[cfg(test)]
mod tests;

/// Bits by position, as many words as the highest one needs.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bits {
    // INVARIANT: the last word is not zero, so that equal sets are equal values.
    words: SmallVec<[u64; 2]>,
}

/// All words at once: a `SmallVec` copies its items one by one.
impl Clone for Bits {
    fn clone(&self) -> Self {
        Self { words: SmallVec::from_slice(&self.words) }
    }
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
        contains(&self.words, bit.into())
    }

    pub(crate) fn insert(&mut self, bit: u16) {
        self.insert_word(bit, 1);
    }

    /// Adds those of 64 bits from `first` on that are set in `word`.
    pub(crate) fn insert_word(&mut self, first: u16, word: u64) {
        let (index, shift) = (usize::from(first / 64), u32::from(first % 64));
        // What is shifted out at the top belongs to the next word; a shift by 64 leaves nothing.
        let parts = [word << shift, word.checked_shr(64 - shift).unwrap_or_default()];
        for (index, part) in (index..).zip(parts).filter(|(_, part)| *part != 0) {
            if index >= self.words.len() {
                self.words.resize(index + 1, 0);
            }
            if let Some(own) = self.words.get_mut(index) {
                *own |= part;
            }
        }
    }

    /// Those of 64 bits from `first` on that are set.
    pub(crate) fn word(&self, first: u16) -> u64 {
        let (index, shift) = (usize::from(first / 64), u32::from(first % 64));
        let word = |index| self.words.get(index).copied().unwrap_or_default();
        word(index) >> shift | word(index + 1).checked_shl(64 - shift).unwrap_or_default()
    }

    pub(crate) fn remove(&mut self, bit: u16) {
        let mut one = Self::EMPTY;
        one.insert(bit);
        *self = self.and_not(&one);
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        let (mut long, short) = if self.words.len() >= other.words.len() {
            (self.clone().words, other)
        } else {
            (other.clone().words, self)
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
        let mut words = self.clone().words;
        for (word, less) in words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
        Self::new(words)
    }

    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.words.len() <= other.words.len()
            && self.words.iter().zip(&other.words).all(|(a, b)| a & !b == 0)
    }

    /// Whether the two have a bit in common.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// Inserts the first bit of a range and every one that is a whole number of steps behind it, a
    /// word at a time.
    pub(crate) fn insert_every(&mut self, step: usize, range: Range<u16>) {
        let (Some(last), 1..=64) = (range.clone().next_back(), step) else {
            return range.step_by(step.max(1)).for_each(|bit| self.insert(bit));
        };
        let (first, last) = (usize::from(range.start), usize::from(last));
        if self.words.len() <= last / 64 {
            self.words.resize(last / 64 + 1, 0);
        }
        // Every bit that is a whole number of steps behind the lowest.
        let steps = (0..64).step_by(step).fold(0_u64, |steps, bit| steps | 1 << bit);
        for (word, start) in self.words.iter_mut().zip((0..).step_by(64)).skip(first / 64) {
            if start > last {
                break;
            }
            // How far into this word the next bit stands.
            let ahead =
                if start < first { first - start } else { (step - (start - first) % step) % step };
            let kept = u64::MAX >> (63 - (last - start).min(63));
            *word |= if ahead < 64 { steps << ahead & kept } else { 0 };
        }
        *self = Self::new(core::mem::take(&mut self.words));
    }

    pub(crate) fn ones(&self) -> Ones<slice::Iter<'_, u64>> {
        ones(&self.words)
    }

    /// How many words there are.
    pub(crate) fn width(&self) -> usize {
        self.words.len()
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

/// Whether a bit is set; one beyond the words is not.
#[inline]
pub(crate) fn contains(words: &[u64], bit: u64) -> bool {
    let word = usize::try_from(bit / 64).ok().and_then(|word| words.get(word));
    word.is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

/// The positions of the set bits, lowest first.
pub(crate) fn ones<'a, I: IntoIterator<Item = &'a u64>>(words: I) -> Ones<I::IntoIter> {
    Ones { words: words.into_iter(), end: 0, rest: 0 }
}

/// The positions of the set bits of words.
#[derive(Debug, Clone)]
pub(crate) struct Ones<I> {
    words: I,
    /// Where the current word ends, and which of its bits are still to come.
    end: u16,
    rest: u64,
}

impl<'a, I: Iterator<Item = &'a u64>> Iterator for Ones<I> {
    type Item = u16;

    #[inline]
    fn next(&mut self) -> Option<u16> {
        while self.rest == 0 {
            self.rest = *self.words.next()?;
            self.end += 64;
        }
        let bit = u16::try_from(self.rest.trailing_zeros()).unwrap_or_default();
        self.rest &= self.rest - 1;
        Some(self.end - 64 + bit)
    }
}
