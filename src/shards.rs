//! Values by the names that they have themselves, found with few dependent loads; copies share what
//! did not change.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hasher};

use crate::registry::Named;
use crate::seed::Seed;

#[cfg(test)]
mod tests;

/// How many values a shard has on average, when there are as many as its number of shards is for.
const SHARD: usize = 6;

/// How many shards lie in one piece.
const PIECE: usize = 64;

/// Values by name, in no order. A shard holds a tag of each of its values beside the pointer to it,
/// so that a look-up goes from the piece to the shard to the value, and hardly ever to another one.
///
/// Split by linear hashing: one shard more for every `SHARD` values.
#[derive(Debug, Clone)]
pub(crate) struct Shards<T> {
    seed: Seed,
    pieces: Vec<Arc<[Shard<T>]>>,
    len: usize,
}

type Shard<T> = Arc<[(Tag, Arc<T>)]>;

/// The half of a hash that does not choose the shard; a few bits of it in tests, so that some are
/// equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag(u32);

impl Tag {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is enough")]
    const fn of(hash: u64) -> Self {
        Self(hash as u32 & if cfg!(test) { 3 } else { u32::MAX })
    }
}

impl<T> Default for Shards<T> {
    fn default() -> Self {
        Self { seed: Seed::default(), pieces: Vec::new(), len: 0 }
    }
}

impl<T: Named> Shards<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The value that has a name.
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<&T> {
        let hash = hash(self.seed, name.as_bytes());
        let at = shard_of(hash, self.shards());
        let shard = self.pieces.get(at / PIECE)?.get(at % PIECE)?;
        let mut agreeing = shard.iter().filter(|(tag, _)| *tag == Tag::of(hash));
        agreeing.find(|(_, value)| value.name() == name).map(|(_, value)| &**value)
    }

    /// The value that has a name, to be changed without changing that.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T>
    where
        T: Clone,
    {
        let hash = hash(self.seed, name.as_bytes());
        let shard = Arc::make_mut(self.shard_mut(shard_of(hash, self.shards()))?);
        let found = shard.iter_mut().find(|(_, value)| value.name() == name);
        found.map(|(_, value)| Arc::make_mut(value))
    }

    /// Adds a value, or puts it in the place of the one that has its name.
    pub(crate) fn insert(&mut self, value: Arc<T>) {
        if self.shards() * SHARD <= self.len {
            self.split();
        }
        let (hash, at) = self.place_of(&value);
        let Some(shard) = self.shard_mut(at) else { return };
        let others = shard.iter().filter(|(_, own)| own.name() != value.name()).cloned();
        let others: Vec<_> = others.collect();
        let is_new = others.len() == shard.len();
        *shard = others.into_iter().chain([(Tag::of(hash), value)]).collect();
        self.len += usize::from(is_new);
    }

    /// Removes the value that has a name.
    pub(crate) fn remove(&mut self, name: &str) {
        let hash = hash(self.seed, name.as_bytes());
        let at = shard_of(hash, self.shards());
        let Some(shard) = self.shard_mut(at) else { return };
        let known = shard.len();
        *shard = shard.iter().filter(|(_, own)| own.name() != name).cloned().collect();
        let is_gone = shard.len() < known;
        self.len -= usize::from(is_gone);
        let last = self.shards().saturating_sub(1);
        if last > 0 && last * SHARD >= 2 * self.len {
            self.join();
        }
    }

    fn shards(&self) -> usize {
        match self.pieces.as_slice() {
            [] => 0,
            [full @ .., last] => full.len() * PIECE + last.len(),
        }
    }

    fn shard_mut(&mut self, at: usize) -> Option<&mut Shard<T>> {
        self.pieces.get_mut(at / PIECE).map(Arc::make_mut)?.get_mut(at % PIECE)
    }

    fn place_of(&self, value: &T) -> (u64, usize) {
        let hash = hash(self.seed, value.name().as_bytes());
        (hash, shard_of(hash, self.shards()))
    }

    /// Adds a shard: what belongs there now stands in one other.
    fn split(&mut self) {
        let new = self.shards();
        if new % PIECE == 0 {
            self.pieces.push(Arc::default());
        }
        if let Some(last) = self.pieces.last_mut() {
            *last = last.iter().cloned().chain([Arc::default()]).collect();
        }
        let Some(old) = new.checked_sub((new + 1).next_power_of_two() / 2) else { return };
        let both = self.shard_mut(old).map(core::mem::take).unwrap_or_default();
        for at in [old, new] {
            let own = both.iter().filter(|(_, value)| self.place_of(value).1 == at);
            let own: Shard<T> = own.cloned().collect();
            self.shard_mut(at).into_iter().for_each(|shard| *shard = Arc::clone(&own));
        }
    }

    /// Removes the last shard, whose values now belong to one other.
    fn join(&mut self) {
        let Some((gone, rest)) = self.pieces.last().and_then(|last| last.split_last()) else {
            return;
        };
        let (gone, rest) = (Arc::clone(gone), rest.iter().cloned().collect::<Arc<[_]>>());
        self.pieces.pop();
        if !rest.is_empty() {
            self.pieces.push(rest);
        }
        let at = self.shards();
        if let Some(shard) = self.shard_mut(at - (at + 1).next_power_of_two() / 2) {
            *shard = shard.iter().chain(gone.iter()).cloned().collect();
        }
    }
}

/// Which of a number of shards holds what has a hash: linear hashing, by bits that the table
/// inside a shard hardly looks at.
#[inline]
pub(crate) fn shard_of(hash: u64, shards: usize) -> usize {
    let mask = shards.next_power_of_two() - 1;
    let shard = usize::try_from(hash >> 32).unwrap_or_default() & mask;
    // Not an `if`: a processor would guess wrong at every other id.
    shard & (mask >> u32::from(shard >= shards))
}

#[inline]
pub(crate) fn hash(seed: Seed, id: &[u8]) -> u64 {
    let mut hasher = seed.build_hasher();
    hasher.write(id);
    hasher.finish()
}
