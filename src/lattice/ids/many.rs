use alloc::sync::Arc;
use alloc::vec::Vec;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Found;

use super::{Entry, read};
use crate::seed::Seed;
use crate::shards::{hash, shard_of};

mod removal;
#[cfg(all(test, feature = "std"))]
mod tests;

/// Any number of ids, in the order in which they were added.
///
/// Both the table and the texts lie in pieces, so that a copy in which one id changed shares the
/// others. The table is split by linear hashing: one piece more for every `SHARD` ids, and only the
/// one that is split is worked out again. Many that come and go leave behind no more than a small
/// multiple of what is there: pages that are mostly empty are joined, and so are shards.
///
/// There is no limit on ids: what finds no place in `PAGES` pages goes to another such structure
/// behind this one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Many<const PAGES: usize = MAX_PAGES> {
    seed: Seed,
    shards: Vec<Arc<HashTable<Slot>>>,
    /// By the numbers that places have.
    pages: Vec<Arc<Page>>,
    /// The numbers of the pages that have ids, in the order of the ids.
    // INVARIANT: of two that follow one another, one is not thin.
    order: Vec<u16>,
    /// The numbers of the other pages.
    free: Vec<u16>,
    /// How many ids there are on these pages.
    len: usize,
    /// The ids that were added when all pages were taken.
    // INVARIANT: not empty.
    more: Option<Arc<Self>>,
}

/// How many pages a place can tell apart.
const MAX_PAGES: usize = 1 << 16;

/// How many ids a piece of the table has on average.
const SHARD: usize = 768;

/// How many ids a page has at most.
const PAGE: usize = 1024;

#[derive(Debug, Clone, Copy)]
struct Slot {
    text: Place,
    number: u32,
}

/// The place of an id: the lower half says where it starts in its page, the upper which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u32);

impl Place {
    fn new(page: u16, start: u16) -> Self {
        Self(u32::from(page) << 16 | u32::from(start))
    }

    #[inline]
    fn page(self) -> usize {
        (self.0 >> 16) as usize
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "only the lower half is needed")]
    fn start(self) -> u16 {
        self.0 as u16
    }
}

/// Many one after the other, and their numbers.
#[derive(Debug, Clone, Default)]
struct Page {
    numbers: Vec<u32>,
    // INVARIANT: rising, and as many as the numbers.
    starts: Vec<u16>,
    /// Each id behind its length. One that was removed leaves its text behind.
    text: Vec<u8>,
    /// How many bytes of the text belong to ids that are there.
    // INVARIANT: more than a fourth of the text, unless nothing is there.
    used: usize,
}

impl Many {
    /// Without ids, and with room for some.
    pub(super) fn with_capacity(ids: usize) -> Self {
        let mut new = Self::default();
        for _ in 0..ids / SHARD {
            new.shards.push(Arc::new(HashTable::with_capacity(SHARD)));
        }
        new
    }
}

impl<const PAGES: usize> Many<PAGES> {
    pub(super) fn len(&self) -> usize {
        self.levels().map(|ids| ids.len).sum()
    }

    /// The number of an id.
    #[inline]
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let id = id.as_bytes();
        let hash = hash(self.seed, id);
        let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
        match shard.find(hash, |slot| text_at(&self.pages, *slot) == id) {
            Some(slot) => Some(slot.number),
            None if self.more.is_none() => None,
            None => self.find_behind(id),
        }
    }

    #[cold]
    fn find_behind(&self, id: &[u8]) -> Option<u32> {
        self.levels().skip(1).find_map(|ids| ids.slot(id)).map(|slot| slot.number)
    }

    /// Where an id of these pages stands.
    fn slot(&self, id: &[u8]) -> Option<Slot> {
        let hash = hash(self.seed, id);
        let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
        shard.find(hash, |slot| text_at(&self.pages, *slot) == id).copied()
    }

    /// This, and what is behind it.
    fn levels(&self) -> impl Iterator<Item = &Self> {
        core::iter::successors(Some(self), |ids| ids.more.as_deref())
    }

    /// The ids in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let on_pages = self.levels().flat_map(|ids| {
            ids.order.iter().filter_map(move |page| ids.pages.get(usize::from(*page)))
        });
        on_pages.flat_map(|page| page.entries())
    }

    /// Gives an id a number, and returns the one it had; a new id comes last.
    ///
    /// A text that is too long for an id is ignored: nobody has it.
    pub(super) fn insert(&mut self, id: &str, number: u32) -> Option<u32> {
        let length = u8::try_from(id.len()).ok()?;
        if self.more.is_some() && self.slot(id.as_bytes()).is_none() {
            return self.more.as_mut().map(Arc::make_mut)?.insert(id, number);
        }
        if self.shards.len() * SHARD <= self.len {
            self.split();
        }
        let Self { seed, shards, pages, order, free, len, more } = self;
        let text = id.as_bytes();
        let hash_of = |id| hash(*seed, id);
        let place = shard_of(hash_of(text), shards.len());
        let shard = shards.get_mut(place).map(Arc::make_mut)?;
        let same = |slot: &Slot| text_at(pages, *slot) == text;
        let again = |slot: &Slot| hash_of(text_at(pages, *slot));
        match shard.entry(hash_of(text), same, again) {
            Found::Occupied(mut taken) => {
                let slot = taken.get_mut();
                let former = core::mem::replace(&mut slot.number, number);
                let page = pages.get_mut(slot.text.page()).map(Arc::make_mut)?;
                let position = page.starts.binary_search(&slot.text.start()).ok()?;
                *page.numbers.get_mut(position)? = number;
                Some(former)
            }
            Found::Vacant(vacant) => {
                let Some((at, start)) = room::<PAGES>(pages, order, free) else {
                    let mut behind = Self { seed: *seed, ..Self::default() };
                    behind.insert(id, number);
                    *more = Some(Arc::new(behind));
                    return None;
                };
                let page = pages.get_mut(usize::from(at)).map(Arc::make_mut)?;
                page.push(start, text, length, number);
                vacant.insert(Slot { text: Place::new(at, start), number });
                *len += 1;
                None
            }
        }
    }

    /// Adds a shard: what belongs there now stands in one other.
    fn split(&mut self) {
        let Self { seed, shards, pages, .. } = self;
        let hash_of = |slot: &Slot| hash(*seed, text_at(pages, *slot));
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

/// A page that has room for one more id, and where it starts: the last one, or a new one behind
/// it. None if all `PAGES` are taken.
fn room<const PAGES: usize>(
    pages: &mut Vec<Arc<Page>>,
    order: &mut Vec<u16>,
    free: &mut Vec<u16>,
) -> Option<(u16, u16)> {
    let last = order.last().and_then(|last| Some((*last, pages.get(usize::from(*last))?.end()?)));
    if last.is_some() {
        return last;
    }
    let number = if let Some(number) = free.pop() {
        number
    } else {
        let number = u16::try_from(pages.len()).ok().filter(|_| pages.len() < PAGES)?;
        pages.push(Arc::default());
        number
    };
    order.push(number);
    Some((number, 0))
}

impl Page {
    /// The ids in order.
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let all = self.starts.iter().zip(&self.numbers);
        all.map(|(start, number)| Entry { text: &self.text, start: *start, number: *number })
    }

    /// Where the next id starts; none if the page is full.
    fn end(&self) -> Option<u16> {
        u16::try_from(self.text.len()).ok().filter(|_| self.numbers.len() < PAGE)
    }

    /// Adds an id at the end.
    fn push(&mut self, end: u16, id: &[u8], length: u8, number: u32) {
        self.starts.push(end);
        self.numbers.push(number);
        self.text.push(length);
        self.text.extend(id);
        self.used += 1 + id.len();
    }
}

#[inline]
fn text_at(pages: &[Arc<Page>], slot: Slot) -> &[u8] {
    pages.get(slot.text.page()).map_or(&[], |page| read(&page.text, slot.text.start()))
}
