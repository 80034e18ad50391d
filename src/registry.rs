//! Things by id in order of creation, and look-ups over them; copies share what did not change.

use alloc::sync::Arc;
use core::fmt;
use core::hash::BuildHasher;

use crate::pieces::Pieces;
use crate::seed::Seed;

#[cfg(test)]
mod tests;

/// Something that has an id of its own.
pub(crate) trait Named {
    fn name(&self) -> &str;
}

impl<T: Named> Named for Arc<T> {
    fn name(&self) -> &str {
        T::name(self)
    }
}

/// Things by id, in order of creation; they are to be cheap to copy.
///
/// Looking up, adding, replacing and removing take logarithmic time.
#[derive(Clone)]
pub(crate) struct Registry<V> {
    // INVARIANT: `ids` leads from the id of each value to its place, and nowhere else.
    values: Pieces<V>,
    ids: Index,
    // INVARIANT: how many values there are.
    len: usize,
}

/// The place of something in a registry, for as long as it is there.
pub(crate) type Place = u32;

impl<V> Default for Registry<V> {
    fn default() -> Self {
        Self { values: Pieces::default(), ids: Index::default(), len: 0 }
    }
}

impl<V: Named + Clone> Registry<V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, id: &str) -> Option<&V> {
        self.find(id).map(|(_, value)| value)
    }

    pub(crate) fn at(&self, place: Place) -> Option<&V> {
        self.values.get(place.into())
    }

    pub(crate) fn place(&self, id: &str) -> Option<Place> {
        self.find(id).map(|(place, _)| place)
    }

    /// A value and its place.
    pub(crate) fn find(&self, id: &str) -> Option<(Place, &V)> {
        self.ids.find(id, |place| self.at(place).filter(|value| value.name() == id))
    }

    /// The values, in order of creation.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.values.iter().map(|(_, value)| value)
    }

    /// The value that was added last.
    pub(crate) fn newest(&self) -> Option<&V> {
        self.values.last().map(|(_, value)| value)
    }

    /// Whether one more value can be added at the end.
    pub(crate) fn has_room(&self) -> bool {
        self.values.last().is_none_or(|(last, _)| last < Place::MAX.into())
    }

    /// Adds a value at the end, whose id no other has.
    pub(crate) fn add(&mut self, value: V) -> Place {
        let place = self.values.last().map_or(0, |(last, _)| place_of(last) + 1);
        self.ids.insert(value.name(), place);
        self.len += 1;
        self.replace(place, value)
    }

    /// Puts a value in the place of one with the same id.
    pub(crate) fn replace(&mut self, place: Place, value: V) -> Place {
        self.values.insert(place.into(), value);
        place
    }

    pub(crate) fn remove(&mut self, place: Place) {
        if let Some(value) = self.values.remove(place.into()) {
            self.ids.remove(value.name(), place);
            self.len -= 1;
        }
    }
}

/// Equal values behind one `Arc` are not compared.
impl<V: PartialEq + Named + Clone> PartialEq for Registry<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.values().eq(other.values())
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
    /// The place of a text, and what stands there: of the few places whose hash is the same, the
    /// one where `it` finds something.
    pub(crate) fn find<T>(
        &self,
        text: &str,
        it: impl Fn(Place) -> Option<T>,
    ) -> Option<(Place, T)> {
        let first = self.entry(text, 0);
        let same_hash = |entry: &u64| entry >> 32 == first >> 32;
        let places = self.entries.from(first).map(|(entry, ())| entry).take_while(same_hash);
        places.map(place_of).find_map(|place| Some((place, it(place)?)))
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
