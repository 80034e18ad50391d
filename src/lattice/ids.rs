use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// From ids to numbers, in the order in which the ids were added.
///
/// Both the table and the texts lie in pieces, so that a copy in which one id changed shares the
/// others. The table is split by linear hashing: one piece more for every `SHARD` ids, and none
/// is ever worked out anew but the one that is split.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    hasher: RandomState,
    shards: Vec<Arc<HashTable<Slot>>>,
    pages: Vec<Arc<Page>>,
    len: usize,
}

/// How many ids a piece of the table has on average.
const SHARD: usize = 768;

/// How many ids a page has at most.
const PAGE: usize = 1024;

#[derive(Debug, Clone, Copy)]
struct Slot {
    text: Place,
    number: u32,
}

/// Where an id stands: in the lower half where it starts in its page, in the upper the page.
#[derive(Debug, Clone, Copy)]
struct Place(u32);

impl Place {
    fn new(page: usize, start: u16) -> Option<Self> {
        let page = u16::try_from(page).ok()?;
        Some(Self(u32::from(page) << 16 | u32::from(start)))
    }

    #[inline]
    fn page(self) -> usize {
        (self.0 >> 16) as usize
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
    fn start(self) -> u16 {
        self.0 as u16
    }
}

/// Ids one behind the other, and their numbers.
#[derive(Debug, Clone, Default)]
struct Page {
    numbers: Vec<u32>,
    // INVARIANT: rising, and as many as the numbers.
    starts: Vec<u16>,
    /// Each id behind its length. One that was removed leaves its text behind.
    text: Vec<u8>,
}

impl Ids {
    /// Without ids, and with room for some.
    pub(crate) fn with_capacity(ids: usize) -> Self {
        let mut new = Self::default();
        for _ in 0..ids / SHARD {
            new.shards.push(Arc::new(HashTable::with_capacity(SHARD)));
        }
        new
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The number of an id.
    #[inline]
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let id = id.as_bytes();
        let hash = hash(&self.hasher, id);
        let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
        let slot = shard.find(hash, |slot| text_at(&self.pages, *slot) == id);
        slot.map(|slot| slot.number)
    }

    /// The ids and their numbers, in order.
    #[cfg(feature = "std")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.entries().map(|(page, start, number)| (page.id(start), number))
    }

    /// The ids whose numbers are wanted, in order. Reads no others.
    pub(crate) fn having(&self, is_wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = &str> {
        let wanted = self.entries().filter(move |(.., number)| is_wanted(*number));
        wanted.map(|(page, start, _)| page.id(start))
    }

    fn entries(&self) -> impl Iterator<Item = (&Page, u16, u32)> {
        self.pages.iter().flat_map(|page| {
            let entries = page.starts.iter().zip(&page.numbers);
            entries.map(move |(start, number)| (&**page, *start, *number))
        })
    }

    /// Gives an id a number, and returns the one it had; a new id comes last.
    ///
    /// An id that is too long to be one is left out, and so is one beyond 65,536 pages.
    pub(crate) fn insert(&mut self, id: &str, number: u32) -> Option<u32> {
        if self.shards.len() * SHARD <= self.len {
            self.split();
        }
        let Self { hasher, shards, pages, len } = self;
        let id = id.as_bytes();
        let length = u8::try_from(id.len()).ok()?;
        let hash_of = |id| hash(hasher, id);
        let place = shard_of(hash_of(id), shards.len());
        let shard = shards.get_mut(place).map(Arc::make_mut)?;
        let same = |slot: &Slot| text_at(pages, *slot) == id;
        let again = |slot: &Slot| hash_of(text_at(pages, *slot));
        match shard.entry(hash_of(id), same, again) {
            Entry::Occupied(mut taken) => {
                let slot = taken.get_mut();
                let former = core::mem::replace(&mut slot.number, number);
                let page = pages.get_mut(slot.text.page()).map(Arc::make_mut)?;
                let position = page.starts.binary_search(&slot.text.start()).ok()?;
                *page.numbers.get_mut(position)? = number;
                Some(former)
            }
            Entry::Vacant(free) => {
                if pages.last().is_none_or(|last| last.is_full()) {
                    pages.push(Arc::default());
                }
                let last = pages.len() - 1;
                let page = pages.last_mut().map(Arc::make_mut)?;
                let text = Place::new(last, page.end()?)?;
                page.push(id, length, number);
                free.insert(Slot { text, number });
                *len += 1;
                None
            }
        }
    }

    /// Removes an id, and returns its number.
    #[cfg(feature = "std")]
    pub(crate) fn remove(&mut self, id: &str) -> Option<u32> {
        let Self { hasher, shards, pages, len } = self;
        let id = id.as_bytes();
        let hash = hash(hasher, id);
        let place = shard_of(hash, shards.len());
        let shard = shards.get_mut(place).map(Arc::make_mut)?;
        let entry = shard.find_entry(hash, |slot| text_at(pages, *slot) == id).ok()?;
        let (slot, _) = entry.remove();
        *len -= 1;
        let page = pages.get_mut(slot.text.page()).map(Arc::make_mut)?;
        let position = page.starts.binary_search(&slot.text.start()).ok()?;
        page.starts.remove(position);
        page.numbers.remove(position);
        Some(slot.number)
    }

    /// Adds a shard: what belongs there now stands in one other.
    fn split(&mut self) {
        let Self { hasher, shards, pages, .. } = self;
        let hash_of = |slot: &Slot| hash(hasher, text_at(pages, *slot));
        let (new, shards_then) = (shards.len(), shards.len() + 1);
        let mut moved = HashTable::new();
        let old = new.checked_sub(shards_then.next_power_of_two() / 2);
        if let Some(shard) = old.and_then(|old| shards.get_mut(old)).map(Arc::make_mut) {
            let is_new = |slot: &mut Slot| shard_of(hash_of(slot), shards_then) == new;
            for slot in shard.extract_if(is_new) {
                moved.insert_unique(hash_of(&slot), slot, hash_of);
            }
            shard.shrink_to_fit(hash_of);
        }
        shards.push(Arc::new(moved));
    }
}

impl Page {
    fn id(&self, start: u16) -> &str {
        core::str::from_utf8(read(&self.text, start)).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.numbers.len() == PAGE || self.end().is_none()
    }

    /// Where the next id starts, if 16 bits can say.
    fn end(&self) -> Option<u16> {
        u16::try_from(self.text.len()).ok()
    }

    fn push(&mut self, id: &[u8], length: u8, number: u32) {
        self.starts.extend(self.end());
        self.numbers.push(number);
        self.text.push(length);
        self.text.extend(id);
    }
}

/// Which of a number of shards holds what has a hash: linear hashing, by bits that the table
/// inside a shard hardly looks at.
#[inline]
fn shard_of(hash: u64, shards: usize) -> usize {
    let mask = shards.next_power_of_two() - 1;
    let shard = usize::try_from(hash >> 32).unwrap_or_default() & mask;
    // Not an `if`: a processor would guess wrong at every other id.
    shard & (mask >> u32::from(shard >= shards))
}

#[inline]
fn text_at(pages: &[Arc<Page>], slot: Slot) -> &[u8] {
    pages.get(slot.text.page()).map_or(&[], |page| read(&page.text, slot.text.start()))
}

#[inline]
fn hash(hasher: &RandomState, id: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(id);
    hasher.finish()
}

#[inline]
fn read(text: &[u8], start: u16) -> &[u8] {
    let rest = text.get(usize::from(start)..).and_then(<[u8]>::split_first);
    rest.and_then(|(length, rest)| rest.get(..usize::from(*length))).unwrap_or_default()
}
