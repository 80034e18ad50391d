use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Values;
use core::hash::Hash;

use crate::key::Map;

#[cfg(test)]
mod tests;

/// A map in order of creation, from which one value is removed without moving the others.
///
/// Looking up, adding and removing take logarithmic time.
#[derive(Debug, Clone)]
pub(crate) struct Registry<K, V> {
    positions: Map<K, u64>,
    // INVARIANT: the values of `positions` are the keys of `values`.
    values: BTreeMap<u64, V>,
    next: u64,
}

impl<K: Hash + Eq + core::borrow::Borrow<str>, V> Registry<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.values.get(self.positions.get(key)?)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(self.positions.get(key)?)
    }

    /// Adds a value at the end, or puts it in the place of the one that has the key.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        let position = *self.positions.entry(key).or_insert_with(|| {
            self.next += 1;
            self.next
        });
        self.values.insert(position, value);
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<V> {
        let position = self.positions.swap_remove(key)?;
        self.values.remove(&position)
    }

    /// The values, in order of creation.
    pub(crate) fn values(&self) -> Values<'_, u64, V> {
        self.values.values()
    }
}

impl<K, V> Default for Registry<K, V> {
    fn default() -> Self {
        Self { positions: Map::default(), values: BTreeMap::new(), next: 0 }
    }
}

impl<K, V: PartialEq> PartialEq for Registry<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.values.values().eq(other.values.values())
    }
}

impl<K, V: Eq> Eq for Registry<K, V> {}
