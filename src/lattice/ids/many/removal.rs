//! Removing ids, so that those who come and go leave little behind.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Many, PAGE, Page, Place, SHARD, Slot, text_at};
use crate::lattice::ids::{Entry, read};
use crate::shards::{hash, shard_of};

/// How many bytes of text a page has before it is full.
const TEXT: usize = 1 << 16;

/// A page that is filled to no more than this part is thin.
const THIN: usize = 4;

impl<const PAGES: usize> Many<PAGES> {
    /// Removes an id, and returns its number.
    pub(in crate::lattice::ids) fn remove(&mut self, id: &str) -> Option<u32> {
        let Some(Slot { text, number }) = self.slot(id.as_bytes()) else {
            let behind = self.more.as_mut().map(Arc::make_mut)?;
            let number = behind.remove(id);
            self.more.take_if(|more| more.len() == 0);
            return number;
        };
        let hash = hash(self.seed, id.as_bytes());
        let place = shard_of(hash, self.shards.len());
        let shard = self.shards.get_mut(place).map(Arc::make_mut)?;
        shard.find_entry(hash, |slot| slot.text == text).ok()?.remove();
        let page = self.pages.get_mut(text.page()).map(Arc::make_mut)?;
        page.remove(text.start(), id.len());
        self.len -= 1;
        self.settle(text);
        self.join();
        if self.more.is_some() && self.order.len() * THIN <= PAGES {
            *self = self.entries().fold(Self::default(), |mut all, one| {
                all.insert(one.id(), one.number);
                all
            });
        }
        Some(number)
    }

    /// Joins the page of a place with its neighbours if there is little left on each, or drops the
    /// texts of removed ids if they are most of it.
    ///
    /// A page only becomes thin once a good part of it is removed, and a new page only begins after
    /// many new ids; so moving what is left costs each removal little.
    fn settle(&mut self, place: Place) {
        let is_thin =
            |number: &u16| self.pages.get(usize::from(*number)).is_some_and(|page| page.is_thin());
        let Some(page) = self.pages.get(place.page()) else { return };
        let is_wasteful = page.used * THIN <= page.text.len();
        if !is_wasteful && !page.is_thin() {
            return;
        }
        let all = self.order.iter();
        let Some(at) = all.clone().position(|page| usize::from(*page) == place.page()) else {
            return;
        };
        let (mut first, mut end) = (at, at + 1);
        if page.is_thin() {
            first -= all.clone().take(at).rev().take_while(|page| is_thin(page)).count();
            end += all.clone().skip(end).take_while(|page| is_thin(page)).count();
        }
        if is_wasteful || end - first > 1 {
            self.rewrite(first..end);
        }
    }

    /// Moves what is on some pages that follow one another to the first of them.
    fn rewrite(&mut self, run: Range<usize>) {
        let Self { seed, shards, pages, order, free, .. } = self;
        let Some(target) = order.get(run.start).copied() else { return };
        let mut joined = Page::default();
        let old: Vec<u16> = order.get(run.clone()).unwrap_or_default().to_vec();
        for number in &old {
            let Some(page) = pages.get(usize::from(*number)) else { continue };
            for Entry { start, number: user, .. } in page.entries() {
                let id = read(&page.text, start);
                let hash = hash(*seed, id);
                let place = shard_of(hash, shards.len());
                let shard = shards.get_mut(place).map(Arc::make_mut);
                // On the first page all move towards its start, so no place is taken before the
                // id that stood there has left it.
                let former = Place::new(*number, start);
                let slot = shard.and_then(|all| all.find_mut(hash, |slot| slot.text == former));
                let (Some(slot), Some(new), Ok(length)) =
                    (slot, joined.end(), u8::try_from(id.len()))
                else {
                    continue;
                };
                slot.text = Place::new(target, new);
                joined.push(new, id, length, user);
            }
        }
        let kept = usize::from(!joined.numbers.is_empty());
        let empty = free.last().and_then(|page| pages.get(usize::from(*page))).cloned();
        let empty = empty.unwrap_or_default();
        for number in old.iter().skip(kept) {
            if let Some(page) = pages.get_mut(usize::from(*number)) {
                *page = Arc::clone(&empty);
            }
            free.push(*number);
        }
        if let Some(page) = pages.get_mut(usize::from(target)).filter(|_| kept == 1) {
            *page = Arc::new(joined);
        }
        order.drain(run.start + kept..run.end);
    }

    /// Removes the last shard if half of them would do.
    fn join(&mut self) {
        let Self { seed, shards, pages, len, .. } = self;
        let last = shards.len().saturating_sub(1);
        if last == 0 || last * SHARD < 2 * *len {
            return;
        }
        let hash_of = |slot: &Slot| hash(*seed, text_at(pages, *slot));
        let gone = shards.pop();
        let into = shards.get_mut(last - (last + 1).next_power_of_two() / 2).map(Arc::make_mut);
        if let (Some(gone), Some(into)) = (gone, into) {
            for slot in gone.iter() {
                into.insert_unique(hash_of(slot), *slot, hash_of);
            }
        }
    }
}

impl Page {
    pub(super) fn is_thin(&self) -> bool {
        self.numbers.len() * THIN <= PAGE && self.used * THIN <= TEXT
    }

    fn remove(&mut self, start: u16, length: usize) {
        if let Ok(position) = self.starts.binary_search(&start) {
            self.starts.remove(position);
            self.numbers.remove(position);
            self.used -= 1 + length;
        }
    }
}
