//! Reading a tree by hand: every problem is noted with its place, and reading goes on.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use smallvec::SmallVec;

use crate::catalog::message::KeyInPlace;
use crate::catalog::{Catalog, CatalogFault};
use crate::document::ignored::Ignored;
use crate::document::problem::{DocumentError, DocumentFault, DocumentProblem, Problems, either};
use crate::document::tree::{Document, Fields, Items, Node, Value};

/// Where a value stands, as a chain to the root.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Field(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("document"),
            Self::Field(Self::Root, field) => KeyInPlace(field).fmt(f),
            Self::Field(parent, field) => write!(f, "{parent}.{}", KeyInPlace(field)),
            Self::Item(Self::Root, item) => write!(f, "[{item}]"),
            Self::Item(parent, item) => write!(f, "{parent}[{item}]"),
        }
    }
}

/// A value and where it stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) node: Node<'a>,
    pub(super) place: Place<'a>,
}

impl<'a> At<'a> {
    pub(super) fn value(self) -> Value<'a> {
        self.node.value()
    }
}

/// Reads on after a problem, to report as many as are worth it.
#[derive(Default)]
pub(super) struct Reader {
    /// What keys are looked up in. If none is known, what needs one is skipped, and there is no
    /// value.
    pub(super) catalog: Option<Catalog>,
    /// The catalogs that a change from a log may lead to.
    pub(super) known: Vec<Catalog>,
    problems: Problems,
    ignored: Ignored,
}

impl Reader {
    /// Reads a whole document; there is only a value if no problem was found.
    pub(super) fn read<T>(
        document: &Document,
        read: impl FnOnce(&mut Self, At<'_>) -> Option<T>,
    ) -> Result<T, DocumentError> {
        Self::read_with_ignored(document, read).map(|(value, _)| value)
    }

    /// Reads a whole document, and notes what of it was ignored.
    pub(super) fn read_with_ignored<T>(
        document: &Document,
        read: impl FnOnce(&mut Self, At<'_>) -> Option<T>,
    ) -> Result<(T, Ignored), DocumentError> {
        let mut reader = Self::default();
        let value = read(&mut reader, At { node: document.root(), place: Place::Root });
        let value = value.filter(|_| reader.is_clean());
        value.map(|value| (value, reader.ignored)).ok_or_else(|| reader.problems.into_error())
    }

    /// Whether no problem was found so far; after one nothing needs to be kept.
    pub(super) fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn fault(&mut self, at: At<'_>, fault: impl Into<DocumentFault>) {
        self.fault_with(at, || fault.into());
    }

    /// Notes a problem, which is only worked out if it will be reported.
    pub(super) fn fault_with(&mut self, at: At<'_>, fault: impl FnOnce() -> DocumentFault) {
        self.problems
            .add(at.node.position(), || DocumentProblem::new(at.place.to_string(), fault()));
    }

    /// Whether a key is retired, which is noted (EVO-5).
    pub(super) fn is_retired(&mut self, at: At<'_>, key: &str) -> bool {
        let is_retired = self.catalog.as_ref().is_some_and(|catalog| catalog.is_retired(key));
        if is_retired {
            self.ignore(at, key);
        }
        is_retired
    }

    pub(super) fn ignore(&mut self, at: At<'_>, key: &str) {
        self.ignored.add(at.place, key);
    }

    /// Notes a problem of the catalog at `at`, at a place in it.
    pub(super) fn problem(&mut self, at: At<'_>, place: impl fmt::Display, fault: &CatalogFault) {
        self.problem_in(at, place, || fault.clone().into());
    }

    /// Notes a problem of what is at `at`, at a place in it.
    pub(super) fn problem_in(
        &mut self,
        at: At<'_>,
        place: impl fmt::Display,
        fault: impl FnOnce() -> DocumentFault,
    ) {
        self.problems.add(at.node.position(), || {
            let place = match at.place {
                Place::Root => place.to_string(),
                parent => format!("{parent}.{place}"),
            };
            DocumentProblem::new(place, fault())
        });
    }

    /// Notes a problem, if it is one of those that are only counted; whether it is.
    pub(super) fn is_only_counted(&mut self, at: At<'_>) -> bool {
        let is_beyond = self.problems.is_beyond(at.node.position());
        if is_beyond {
            self.problems.skip(1);
        }
        is_beyond
    }

    /// Notes problems at `at` or below that are not worth saying one by one.
    pub(super) fn more_problems(&mut self, count: usize) {
        self.problems.skip(count);
    }

    /// Notes the error of `result`, if it is one.
    pub(super) fn take<T, E: Into<DocumentFault>>(
        &mut self,
        at: At<'_>,
        result: Result<T, E>,
    ) -> Option<T> {
        result.map_err(|error| self.fault(at, error)).ok()
    }

    /// What was found, or the problem that nothing was.
    pub(super) fn found<T>(
        &mut self,
        at: At<'_>,
        found: Option<T>,
        unknown: impl FnOnce() -> DocumentFault,
    ) -> Option<T> {
        if found.is_none() {
            self.fault_with(at, unknown);
        }
        found
    }

    pub(super) fn wanted<T>(&mut self, at: At<'_>, expected: &'static str) -> Option<T> {
        self.fault(at, DocumentFault::Kind { expected, given: at.value().kind() });
        None
    }

    pub(super) fn text<'a>(&mut self, at: At<'a>) -> Option<&'a str> {
        at.node.text().or_else(|| self.wanted(at, "a string"))
    }

    pub(super) fn integer(&mut self, at: At<'_>) -> Option<i64> {
        let Value::Integer(given) = at.value() else { return self.wanted(at, "a whole number") };
        Some(given)
    }

    /// A whole number that `T` holds.
    pub(super) fn number<T: TryFrom<i64>>(
        &mut self,
        at: At<'_>,
        expected: &'static str,
    ) -> Option<T> {
        let given = self.integer(at)?;
        let number = T::try_from(given);
        self.take(at, number.map_err(|_| DocumentFault::Range { given, expected }))
    }

    pub(super) fn list<'a>(&mut self, at: &'a At<'a>) -> impl Iterator<Item = At<'a>> + use<'a> {
        let items = at.node.items().or_else(|| self.wanted(*at, "a list"));
        let place = |(item, node)| At { node, place: Place::Item(&at.place, item) };
        items.into_iter().flatten().enumerate().map(place)
    }

    /// Reads each item of a list, which may be left out.
    pub(super) fn each(&mut self, at: Option<At<'_>>, mut read: impl FnMut(&mut Self, At<'_>)) {
        let Some(at) = at else { return };
        for item in self.list(&at) {
            read(self, item);
        }
    }

    /// The items of a list, if all of them can be read.
    ///
    /// Each is read, but after one that cannot be, none is kept: a list of wrong items takes no
    /// memory.
    pub(super) fn all<T>(
        &mut self,
        at: At<'_>,
        mut read: impl FnMut(&mut Self, At<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = at.node.items().or_else(|| self.wanted(at, "a list"))?;
        let mut all = Some(Vec::with_capacity(capacity::<T>(&items)));
        for item in self.list(&at) {
            match (read(self, item), &mut all) {
                (Some(value), Some(values)) => values.push(value),
                (None, _) | (_, None) => all = None,
            }
        }
        all
    }

    /// The fields of an object by their keys; none if it is not an object.
    pub(super) fn map<'a>(&mut self, at: &'a At<'a>) -> Map<'a> {
        let fields = at.node.fields().or_else(|| self.wanted(*at, "an object"));
        Map { at, seen: Seen::new(fields.as_ref()), fields }
    }

    /// One of some names, with what each means.
    pub(super) fn name<T: Clone>(
        &mut self,
        at: At<'_>,
        what: &'static str,
        names: &[(&str, T)],
    ) -> Option<T> {
        let given = self.text(at)?;
        let found = names.iter().find(|(name, _)| *name == given).map(|(_, meant)| meant.clone());
        match found {
            Some(found) => Some(found),
            None => self.unknown(at, what, names.iter().map(|(name, _)| name)),
        }
    }

    /// Notes that the text at `at` is none of `names`.
    pub(super) fn unknown<T>(
        &mut self,
        at: At<'_>,
        what: &'static str,
        names: impl IntoIterator<Item: fmt::Display>,
    ) -> Option<T> {
        self.fault_with(at, || DocumentFault::Unknown {
            what,
            given: text_at(at.node).into(),
            expected: either(names),
        });
        None
    }
}

/// How many values to make room for: no more than takes four times what their texts take.
fn capacity<T>(items: &Items<'_>) -> usize {
    let room = 4 * items.size() as usize / size_of::<T>().max(1);
    items.clone().take(room).count()
}

/// The fields of an object by their keys, as they are read.
pub(super) struct Map<'a> {
    at: &'a At<'a>,
    fields: Option<Fields<'a>>,
    seen: Seen<'a>,
}

impl<'a> Map<'a> {
    /// The next field; a key that occurs twice is a problem, and is read once.
    pub(super) fn next(&mut self, reader: &mut Reader) -> Option<(&'a str, At<'a>)> {
        loop {
            let fields = self.fields.as_mut()?;
            let before = fields.clone();
            let (key, node) = fields.next()?;
            let at = At { node, place: Place::Field(&self.at.place, key) };
            if self.seen.insert(key, &before) {
                return Some((key, at));
            }
            reader.fault_with(at, || DocumentFault::Repeated { field: key.into() });
        }
    }
}

/// The keys of an object that were read.
enum Seen<'a> {
    /// Few are compared one by one.
    Few(SmallVec<[&'a str; FEW]>),
    /// Of many, their positions.
    Many(HashTable<u32>, foldhash::fast::RandomState),
}

/// How many keys are few.
pub(super) const FEW: usize = 12;

impl<'a> Seen<'a> {
    fn new(fields: Option<&Fields<'a>>) -> Self {
        match fields.map_or(0, |fields| fields.clone().take(FEW + 1).count()) {
            0..=FEW => Self::Few(SmallVec::new()),
            _ => Self::Many(HashTable::new(), foldhash::fast::RandomState::default()),
        }
    }

    /// Whether the key, which is the first of `fields`, is new.
    fn insert(&mut self, key: &'a str, fields: &Fields<'a>) -> bool {
        match self {
            Self::Few(keys) if keys.contains(&key) => false,
            Self::Few(keys) => {
                keys.push(key);
                true
            }
            Self::Many(seen, hasher) => {
                let hash = |position: &u32| hasher.hash_one(fields.key_at(*position));
                let is_same = |position: &u32| fields.key_at(*position) == key;
                match seen.entry(hasher.hash_one(key), is_same, hash) {
                    Entry::Vacant(entry) => {
                        entry.insert(fields.position());
                        true
                    }
                    Entry::Occupied(_) => false,
                }
            }
        }
    }
}

/// The text at a node; empty if it is something else.
pub(super) fn text_at(node: Node<'_>) -> &str {
    node.text().unwrap_or_default()
}
