use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

/// From the id of a user to their profile.
///
/// A table of its own, since this look-up is most of what a check by id costs: a slot holds part
/// of the hash and all ids lie in one piece, so that a look-up touches a slot, an entry and the
/// id's bytes, and no pointer besides.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    hasher: RandomState,
    // INVARIANT: the length is a power of two, or zero; at least a quarter is free.
    slots: Box<[Slot]>,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The upper half of the hash.
    tag: u32,
    /// The position of the entry, or `FREE`.
    entry: u32,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where the id's bytes start; they end where the next entry's start.
    start: u32,
    /// The profile, or `NOBODY`.
    profile: u32,
}

const FREE: Slot = Slot {
    tag: 0,
    entry: u32::MAX,
};
const NOBODY: u32 = u32::MAX;

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The profile of a user.
    #[inline]
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let position = self.search(self.hash(id), id.as_bytes()).ok()?;
        let profile = self.entries.get(position)?.profile;
        (profile != NOBODY).then_some(profile as usize)
    }

    /// Adds a user; one who is there already, and one beyond what 32 bits address, has no profile
    /// from then on.
    pub(super) fn insert(&mut self, id: &str, profile: usize) {
        if self.slots.len() - self.slots.len() / 4 <= self.entries.len() {
            self.grow();
        }
        let hash = self.hash(id);
        match self.search(hash, id.as_bytes()) {
            Ok(position) => {
                if let Some(entry) = self.entries.get_mut(position) {
                    entry.profile = NOBODY;
                }
            }
            Err(slot) => {
                let start = u32::try_from(self.bytes.len());
                let end = u32::try_from(self.bytes.len() + id.len());
                let entry = u32::try_from(self.entries.len());
                let profile = u32::try_from(profile).unwrap_or(NOBODY);
                if let (Ok(start), Ok(_), Ok(entry)) = (start, end, entry) {
                    self.bytes.extend_from_slice(id.as_bytes());
                    self.entries.push(Entry { start, profile });
                    self.fill(
                        slot,
                        Slot {
                            tag: tag(hash),
                            entry,
                        },
                    );
                }
            }
        }
    }

    fn hash(&self, id: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(id.as_bytes());
        hasher.finish()
    }

    /// The position of the entry of `id`, or the free slot where the search ended.
    #[inline]
    fn search(&self, hash: u64, id: &[u8]) -> Result<usize, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = start(hash) & mask;
        loop {
            let Some(slot) = self.slots.get(at) else {
                return Err(at);
            };
            if slot.entry == FREE.entry {
                return Err(at);
            }
            if slot.tag == tag(hash) && self.id(slot.entry as usize) == Some(id) {
                return Ok(slot.entry as usize);
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn id(&self, position: usize) -> Option<&[u8]> {
        let start = self.entries.get(position)?.start as usize;
        let next = self.entries.get(position + 1);
        let end = next.map_or(self.bytes.len(), |next| next.start as usize);
        self.bytes.get(start..end)
    }

    fn fill(&mut self, at: usize, new: Slot) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = new;
        }
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(8);
        let old = core::mem::replace(&mut self.slots, alloc::vec![FREE; length].into());
        let mask = length - 1;
        for slot in old.iter().filter(|slot| slot.entry != FREE.entry) {
            let hash = self.id(slot.entry as usize).map(|id| {
                let mut hasher = self.hasher.build_hasher();
                hasher.write(id);
                hasher.finish()
            });
            let mut at = start(hash.unwrap_or_default()) & mask;
            while self
                .slots
                .get(at)
                .is_some_and(|slot| slot.entry != FREE.entry)
            {
                at = (at + 1) & mask;
            }
            self.fill(at, *slot);
        }
    }
}

/// Where the search for a hash starts, before the mask.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower bits are what is wanted"
)]
const fn start(hash: u64) -> usize {
    hash as usize
}

/// The part of a hash that a slot keeps.
const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}
