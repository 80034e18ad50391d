use alloc::vec::Vec;
use core::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// From the id of a user to the number that stands for their profile.
///
/// The table holds eight bytes a user, and all ids lie in one piece: a look-up touches less memory
/// than in a map that owns its keys, and need not wait for the id to go on with the number.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    hasher: RandomState,
    table: HashTable<Slot>,
    /// The ids, one behind the other, each behind its length.
    bytes: Vec<u8>,
    /// Where each id starts in `bytes`, in order.
    starts: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// Where the id starts in `bytes`.
    id: u32,
    number: u32,
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// The number of a user.
    #[inline]
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let id = id.as_bytes();
        let slot = self.table.find(hash(&self.hasher, id), |slot| read(&self.bytes, slot.id) == id);
        slot.map(|slot| slot.number)
    }

    /// The id of the user who was added at a position.
    pub(super) fn at(&self, position: usize) -> &str {
        let start = self.starts.get(position).copied().unwrap_or(u32::MAX);
        core::str::from_utf8(read(&self.bytes, start)).unwrap_or_default()
    }

    /// Adds a user. Where there is one by that id already, their number becomes `otherwise`, and
    /// their position is returned.
    ///
    /// An id that is too long to be one is left out, and so is one that starts beyond what 32 bits
    /// address.
    pub(super) fn insert(&mut self, id: &str, number: u32, otherwise: u32) -> Inserted {
        let Self { hasher, table, bytes, starts } = self;
        let id = id.as_bytes();
        let same = |slot: &Slot| read(bytes, slot.id) == id;
        let again = |slot: &Slot| hash(hasher, read(bytes, slot.id));
        match table.entry(hash(hasher, id), same, again) {
            Entry::Occupied(mut taken) => {
                taken.get_mut().number = otherwise;
                let position = starts.binary_search(&taken.get().id);
                position.map_or(Inserted::LeftOut, Inserted::Again)
            }
            Entry::Vacant(free) => {
                let (length, start) = (u8::try_from(id.len()), bytes.len().try_into());
                let (Ok(length), Ok(start)) = (length, start) else { return Inserted::LeftOut };
                free.insert(Slot { id: start, number });
                starts.push(start);
                bytes.push(length);
                bytes.extend(id);
                Inserted::Last
            }
        }
    }
}

/// Where a user was added.
pub(super) enum Inserted {
    /// Behind all others.
    Last,
    /// Nowhere, since there is one by the id at this position.
    Again(usize),
    /// Nowhere.
    LeftOut,
}

#[inline]
fn hash(hasher: &RandomState, id: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(id);
    hasher.finish()
}

#[inline]
fn read(bytes: &[u8], start: u32) -> &[u8] {
    let rest = bytes.get(start as usize..).and_then(<[u8]>::split_first);
    rest.and_then(|(length, rest)| rest.get(..usize::from(*length))).unwrap_or_default()
}
