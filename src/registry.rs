//! Things by id in order of creation, and look-ups over them; copies share what did not change.

use alloc::sync::Arc;
use core::fmt;
use core::hash::BuildHasher;

use crate::pieces::Pieces;
use crate::seed::Seed;

#[cfg(test)]
mod tests;

/// Something that goes by an id of its own.
pub(crate) trait Named {
    fn name(&self) -> &str;
}

/// Things by id, in order of creation.
///
/// Looking up, adding, replacing and removing take logarithmic time.
#[derive(Clone)]
pub(crate) struct Registry<V> {
    // INVARIANT: `ids` leads from the id of each value to its place, and nowhere else.
    values: Pieces<Arc<V>>,
    ids: Index,
}

/// Where something stands in a registry, for as long as it is there.
pub(crate) type Place = u32;

impl<V> Default for Registry<V> {
    fn default() -> Self {
        Self { values: Pieces::default(), ids: Index::default() }
    }
}

impl<V: Named> Registry<V> {
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&V> {
        self.at(self.place(id)?)
    }

    pub(crate) fn at(&self, place: Place) -> Option<&V> {
        self.values.get(place.into()).map(|value| &**value)
    }

    pub(crate) fn place(&self, id: &str) -> Option<Place> {
        self.ids.find(id, |place| self.at(place).is_some_and(|value| value.name() == id))
    }

    /// The values, in order of creation.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.values.iter().map(|(_, value)| &**value)
    }

    /// The value that was added last.
    pub(crate) fn newest(&self) -> Option<&V> {
        self.values.last().map(|(_, value)| &**value)
    }

    /// Whether one more value can be added at the end.
    pub(crate) fn has_room(&self) -> bool {
        self.values.last().is_none_or(|(last, _)| last < Place::MAX.into())
    }

    /// Adds a value at the end, or puts it in the place of the one that has its id.
    pub(crate) fn insert(&mut self, value: Arc<V>) -> Place {
        let place = self.place(value.name()).unwrap_or_else(|| {
            let next = self.values.last().map_or(0, |(last, _)| place_of(last) + 1);
            self.ids.insert(value.name(), next);
            next
        });
        self.values.insert(place.into(), value);
        place
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Place> {
        let place = self.place(id)?;
        self.ids.remove(id, place);
        self.values.remove(place.into());
        Some(place)
    }
}

impl<V: PartialEq + Named> PartialEq for Registry<V> {
    fn eq(&self, other: &Self) -> bool {
        let places = self.values.iter().zip(other.values.iter());
        let mut pairs = places.map(|((_, one), (_, two))| (one, two));
        self.len() == other.len() && pairs.all(|(one, two)| Arc::ptr_eq(one, two) || one == two)
    }
}

impl<V: fmt::Debug> fmt::Debug for Registry<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values.iter().map(|(_, value)| value)).finish()
    }
}

/// From texts to places: by hash, for whoever can say which place has a text.
#[derive(Clone, Default)]
pub(crate) struct Index {
    /// The hash of a text above its place.
    entries: Pieces<()>,
    hasher: Seed,
}

impl Index {
    /// The place of a text, among the few whose hash is the same.
    pub(crate) fn find(&self, text: &str, is_it: impl Fn(Place) -> bool) -> Option<Place> {
        let first = self.entry(text, 0);
        let same_hash = |entry: &u64| entry >> 32 == first >> 32;
        let entries = self.entries.from(first).map(|(entry, ())| entry);
        entries.take_while(same_hash).map(place_of).find(|place| is_it(*place))
    }

    pub(crate) fn insert(&mut self, text: &str, place: Place) {
        self.entries.insert(self.entry(text, place), ());
    }

    pub(crate) fn remove(&mut self, text: &str, place: Place) {
        self.entries.remove(self.entry(text, place));
    }

    fn entry(&self, text: &str, place: Place) -> u64 {
        self.hasher.hash_one(text) << 32 | u64::from(place)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the place")]
fn place_of(entry: u64) -> Place {
    entry as Place
}
