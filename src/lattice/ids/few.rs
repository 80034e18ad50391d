use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Entry, read};

/// How many ids are few.
pub(super) const MOST: usize = 32;

/// A few ids with their rows, in two pieces of memory, which are made anew whenever one changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Few {
    len: usize,
    /// The words of a row.
    width: usize,
    /// A tag of each id, eight to a word. Then of each its number, and where its text starts. Then
    /// of each its row; all rows are of one length.
    block: Arc<[u64]>,
    /// Each id behind its length.
    texts: Arc<[u8]>,
}

/// A byte in every byte of a word.
const SPREAD: u64 = 0x0101_0101_0101_0101;

/// Where in a word the start of a text is, above the number.
const START: u32 = u32::BITS;

impl Few {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn has_room(&self) -> bool {
        self.len < MOST
    }

    /// The number of an id.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.entry(self.place(id)?).map(|entry| entry.number)
    }

    /// The row of an id.
    #[inline]
    pub(super) fn row(&self, id: &str) -> Option<&[u64]> {
        let place = self.place(id)?;
        let start = words_of(self.len) + self.len + place * self.width;
        self.block.get(start..start + self.width)
    }

    /// The place of an id: eight tags are compared at a time, then the texts of those that agree.
    #[inline]
    fn place(&self, id: &str) -> Option<usize> {
        let id = id.as_bytes();
        let wanted = u64::from(tag(id)) * SPREAD;
        for (word, tags) in self.block.get(..words_of(self.len))?.iter().enumerate() {
            let differing = tags ^ wanted;
            // The lowest byte that is zero, and perhaps others above it.
            let mut same = differing.wrapping_sub(SPREAD) & !differing & (SPREAD << 7);
            while same != 0 {
                let place = word * 8 + same.trailing_zeros() as usize / 8;
                // What fills up the last word comes after all that is there.
                let found = self.entry(place)?;
                if read(found.text, found.start) == id {
                    return Some(place);
                }
                same &= same - 1;
            }
        }
        None
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a number and a start lie in one word")]
    fn entry(&self, place: usize) -> Option<Entry<'_>> {
        let entry = self.block.get(words_of(self.len) + place)?;
        let (number, start) = (*entry as u32, (entry >> START) as u16);
        (place < self.len).then_some(Entry { text: &self.texts, start, number })
    }

    /// The ids in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len).filter_map(|place| self.entry(place))
    }

    /// Gives an id a number, and returns the one it had; a new id comes last. There must be room.
    /// Nobody has a row until they are [filled](Self::fill).
    pub(super) fn insert(&mut self, id: &str, number: u32) -> Option<u32> {
        u8::try_from(id.len()).ok()?;
        let former = self.find(id);
        let new = former.is_none().then_some((id, number));
        let all = self.entries().map(|one| (one.id(), one.number));
        let all = all.map(|(own, was)| (own, if own == id { number } else { was })).chain(new);
        *self = Self::of(&all.collect::<Vec<_>>());
        former
    }

    /// Removes an id, and returns its number. Nobody has a row until they are
    /// [filled](Self::fill).
    pub(super) fn remove(&mut self, id: &str) -> Option<u32> {
        let former = self.find(id)?;
        let all = self.entries().map(|one| (one.id(), one.number));
        *self = Self::of(&all.filter(|(own, _)| *own != id).collect::<Vec<_>>());
        Some(former)
    }

    /// Puts in the row of each number.
    pub(super) fn fill<'a>(&mut self, width: usize, row: impl Fn(u32) -> &'a [u64]) {
        let head = self.block.iter().copied().take(words_of(self.len) + self.len);
        let rows = self.entries().flat_map(|entry| row(entry.number).iter().copied());
        self.block = head.chain(rows).collect::<Vec<_>>().into();
        self.width = width;
    }

    fn of(ids: &[(&str, u32)]) -> Self {
        let (mut entries, mut texts) = (Vec::with_capacity(ids.len()), Vec::<u8>::new());
        for (id, number) in ids {
            // As short as ids are and as few, all fit.
            let (Ok(start), Ok(length)) = (u16::try_from(texts.len()), u8::try_from(id.len()))
            else {
                continue;
            };
            entries.push(u64::from(start) << START | u64::from(*number));
            texts.push(length);
            texts.extend(id.as_bytes());
        }
        let tags = ids.chunks(8).map(|eight| {
            let last = eight.iter().rev();
            last.fold(0, |word, (id, _)| word << 8 | u64::from(tag(id.as_bytes())))
        });
        let block: Vec<u64> = tags.chain(entries).collect();
        Self { len: ids.len(), width: 0, block: block.into(), texts: texts.into() }
    }
}

/// How many words the tags of so many ids take.
#[inline]
const fn words_of(ids: usize) -> usize {
    ids.div_ceil(8)
}

/// What tells most ids apart: the end, where ids that are counted or random differ.
#[inline]
fn tag(id: &[u8]) -> u8 {
    match id {
        [.., before, last] => last ^ (before << 4),
        [last] => *last,
        [] => 0,
    }
}
