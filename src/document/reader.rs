//! Reading a tree by hand: every problem is noted with its place, and reading goes on.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::catalog::message::{KeyInPlace, quoted};
use crate::document::problem::{DocumentError, DocumentFault, DocumentProblem};
use crate::document::tree::{Document, Node, Value};
use crate::key::Map;

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
    pub(super) node: &'a Node,
    pub(super) place: Place<'a>,
}

/// The problems found so far, each with the position of the value that has it.
#[derive(Default)]
pub(super) struct Reader {
    problems: Vec<(u32, DocumentProblem)>,
}

impl Reader {
    /// Reads a whole document; a value is only given where no problem was found.
    pub(super) fn read<T>(
        document: &Document,
        read: impl FnOnce(&mut Self, At<'_>) -> Option<T>,
    ) -> Result<T, DocumentError> {
        let mut reader = Self::default();
        let value = read(&mut reader, At { node: &document.root, place: Place::Root });
        match value {
            Some(value) if reader.problems.is_empty() => Ok(value),
            _ => {
                reader.problems.sort_by_key(|(position, _)| *position);
                let problems = reader.problems.into_iter().map(|(_, problem)| problem);
                Err(DocumentError::new(problems.collect()))
            }
        }
    }

    pub(super) fn fault(&mut self, at: At<'_>, fault: impl Into<DocumentFault>) {
        self.problem(at, at.place.to_string(), fault.into());
    }

    pub(super) fn problem(&mut self, at: At<'_>, place: String, fault: DocumentFault) {
        self.problems.push((at.node.position, DocumentProblem::new(place, fault)));
    }

    /// Notes the error of `result`, if it is one.
    pub(super) fn take<T, E: Into<DocumentFault>>(
        &mut self,
        at: At<'_>,
        result: Result<T, E>,
    ) -> Option<T> {
        result.map_err(|error| self.fault(at, error)).ok()
    }

    fn wanted<T>(&mut self, at: At<'_>, wanted: &'static str) -> Option<T> {
        self.fault(at, DocumentFault::Kind { wanted, given: at.node.value.kind() });
        None
    }

    pub(super) fn text<'a>(&mut self, at: At<'a>) -> Option<&'a str> {
        match &at.node.value {
            Value::Text(text) => Some(text),
            _ => self.wanted(at, "a text"),
        }
    }

    pub(super) fn boolean(&mut self, at: At<'_>) -> Option<bool> {
        match at.node.value {
            Value::Bool(given) => Some(given),
            _ => self.wanted(at, "true or false"),
        }
    }

    pub(super) fn integer(&mut self, at: At<'_>) -> Option<i64> {
        match at.node.value {
            Value::Integer(given) => Some(given),
            _ => self.wanted(at, "a whole number"),
        }
    }

    /// A whole number that `T` holds.
    pub(super) fn number<T: TryFrom<i64>>(
        &mut self,
        at: At<'_>,
        wanted: &'static str,
    ) -> Option<T> {
        let given = self.integer(at)?;
        let number = T::try_from(given);
        self.take(at, number.map_err(|_| DocumentFault::Range { given, wanted }))
    }

    pub(super) fn list<'a>(&mut self, at: &'a At<'a>) -> impl Iterator<Item = At<'a>> + use<'a> {
        let items: &[Node] = match &at.node.value {
            Value::List(items) => items,
            _ => self.wanted(*at, "a list").unwrap_or_default(),
        };
        let place = |(item, node)| At { node, place: Place::Item(&at.place, item) };
        items.iter().enumerate().map(place)
    }

    /// The items of a list that can be read; none where it is left out.
    pub(super) fn each<T>(
        &mut self,
        at: Option<At<'_>>,
        mut read: impl FnMut(&mut Self, At<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(at) = at else { return Vec::new() };
        let items: Vec<At<'_>> = self.list(&at).collect();
        items.into_iter().filter_map(|item| read(self, item)).collect()
    }

    /// A map from keys to anything; a key that stands twice is a problem.
    pub(super) fn map<'a>(&mut self, at: &'a At<'a>) -> Vec<(&'a str, At<'a>)> {
        let Value::Object(fields) = &at.node.value else {
            return self.wanted(*at, "an object").unwrap_or_default();
        };
        let mut seen: Map<&str, ()> = Map::default();
        let mut map = Vec::new();
        for (key, node) in fields {
            let at = At { node, place: Place::Field(&at.place, key) };
            if seen.insert(key, ()).is_some() {
                self.fault(at, DocumentFault::Repeated { field: key.clone() });
            } else {
                map.push((&**key, at));
            }
        }
        map
    }

    /// An object of `known` fields. A null is as good as a field that is absent.
    pub(super) fn object<'a>(
        &mut self,
        at: &'a At<'a>,
        known: &[&'static str],
    ) -> Option<Object<'a>> {
        if !matches!(at.node.value, Value::Object(_)) {
            return self.wanted(*at, "an object");
        }
        let fields = self.map(at);
        for (key, field) in fields.iter().filter(|(key, _)| !known.contains(key)) {
            let unknown =
                DocumentFault::UnknownField { field: (*key).into(), known: quoted(known) };
            self.fault(*field, unknown);
        }
        Some(Object { at: *at, fields })
    }

    /// One of some names, with what each means.
    pub(super) fn name<T: Copy>(&mut self, at: At<'_>, names: &[(&str, T)]) -> Option<T> {
        let given = self.text(at)?;
        let found = names.iter().find(|(name, _)| *name == given).map(|(_, meant)| *meant);
        let unknown = || DocumentFault::Name {
            given: given.into(),
            known: quoted(names.iter().map(|(name, _)| name)),
        };
        self.take(at, found.ok_or_else(unknown))
    }

    /// Checks the format of a document.
    pub(super) fn format(&mut self, object: &Object<'_>, wanted: &'static str) {
        if let Some(at) = object.required(self, "format") {
            self.format_at(at, wanted);
        }
    }

    pub(super) fn format_at(&mut self, at: At<'_>, wanted: &'static str) {
        if let Some(given) = self.text(at).filter(|given| *given != wanted) {
            self.fault(at, DocumentFault::Format { given: given.into(), wanted });
        }
    }
}

/// The fields of an object.
pub(super) struct Object<'a> {
    pub(super) at: At<'a>,
    fields: Vec<(&'a str, At<'a>)>,
}

impl<'a> Object<'a> {
    pub(super) fn optional(&self, field: &str) -> Option<At<'a>> {
        let found = self.fields.iter().find(|(key, _)| *key == field);
        found.map(|(_, at)| *at).filter(|at| !matches!(at.node.value, Value::Null))
    }

    pub(super) fn required(&self, reader: &mut Reader, field: &'static str) -> Option<At<'a>> {
        let found = self.optional(field);
        if found.is_none() {
            reader.fault(self.at, DocumentFault::Missing { field });
        }
        found
    }
}

/// Notes values that must be unique, and who had each first.
pub(super) struct Unique {
    what: &'static str,
    seen: Map<Box<str>, Box<str>>,
}

impl Unique {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, seen: Map::default() }
    }

    /// Notes that `value`, compared as `folded`, is taken by `by`, which is empty if unknown.
    pub(super) fn claim(
        &mut self,
        reader: &mut Reader,
        at: At<'_>,
        value: &str,
        folded: &str,
        by: &str,
    ) {
        if let Some(first) = self.seen.get(folded) {
            let first = Some(first).filter(|first| !first.is_empty() && ***first != *value);
            let (given, first) = (value.into(), first.cloned());
            reader.fault(at, DocumentFault::Taken { what: self.what, given, first });
        } else {
            self.seen.insert(folded.into(), by.into());
        }
    }
}
