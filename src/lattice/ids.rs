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
        let slot = self.table.find(hash(&self.hasher, id), |slot| read(&self.bytes, *slot) == id);
        slot.map(|slot| slot.number)
    }

    /// Adds a user. Where there is one by that id already, their number becomes `otherwise`.
    ///
    /// An id that is too long to be one is left out, and so is one that starts beyond what 32 bits
    /// address.
    pub(super) fn insert(&mut self, id: &str, number: u32, otherwise: u32) {
        let Self { hasher, table, bytes } = self;
        let id = id.as_bytes();
        let same = |slot: &Slot| read(bytes, *slot) == id;
        let again = |slot: &Slot| hash(hasher, read(bytes, *slot));
        match table.entry(hash(hasher, id), same, again) {
            Entry::Occupied(mut taken) => taken.get_mut().number = otherwise,
            Entry::Vacant(free) => {
                if let (Ok(length), Ok(start)) = (u8::try_from(id.len()), bytes.len().try_into()) {
                    free.insert(Slot { id: start, number });
                    bytes.push(length);
                    bytes.extend(id);
                }
            }
        }
    }
}

#[inline]
fn hash(hasher: &RandomState, id: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(id);
    hasher.finish()
}

#[inline]
fn read(bytes: &[u8], slot: Slot) -> &[u8] {
    let rest = bytes.get(slot.id as usize..).and_then(<[u8]>::split_first);
    rest.and_then(|(length, rest)| rest.get(..usize::from(*length))).unwrap_or_default()
}
