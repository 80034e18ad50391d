//! The objects of a document: which fields they may have, and which they have.

use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::document::problem::{DocumentFault, either};
use crate::document::reader::{At, FEW, Place, Reader};
use crate::document::tree::{Node, Value};

/// The name of a field, or those of a shape whose fields stand among the others.
#[derive(Clone, Copy)]
pub(super) enum Name {
    One(&'static str),
    All(&'static [Self]),
}

impl Name {
    pub(super) fn is(self, key: &str) -> bool {
        match self {
            Self::One(name) => name == key,
            Self::All(names) => names.iter().any(|name| name.is(key)),
        }
    }

    /// Adds the names to `all`, in order.
    pub(super) fn list(self, all: &mut Vec<&'static str>) {
        match self {
            Self::One(name) => all.push(name),
            Self::All(names) => names.iter().for_each(|name| name.list(all)),
        }
    }
}

/// The fields of an object that are known.
pub(super) struct Object<'a> {
    pub(super) at: &'a At<'a>,
    fields: SmallVec<[(&'a str, Node<'a>); FEW]>,
}

impl<'a> Object<'a> {
    /// Whether the object has a field, null or not: the sign of a variant without a name.
    pub(super) fn has(at: At<'_>, field: &str) -> bool {
        at.node.fields().is_some_and(|mut fields| fields.any(|(key, _)| key == field))
    }

    pub(super) fn optional(&self, field: &str) -> Option<At<'a>> {
        let (key, node) = self.fields.iter().find(|(key, _)| *key == field)?;
        let at = At { node: *node, place: Place::Field(&self.at.place, key) };
        Some(at).filter(|at| !matches!(at.value(), Value::Null))
    }

    pub(super) fn required(&self, reader: &mut Reader, field: &'static str) -> Option<At<'a>> {
        let found = self.optional(field);
        if found.is_none() {
            reader.fault(*self.at, DocumentFault::Missing { field });
        }
        found
    }
}

impl Reader {
    /// An object of `known` fields. A null is read like a field that is absent.
    pub(super) fn object<'a>(
        &mut self,
        at: &'a At<'a>,
        known: &[&'static str],
    ) -> Option<Object<'a>> {
        let known: SmallVec<[Name; FEW]> = known.iter().copied().map(Name::One).collect();
        self.shaped(at, &known)
    }

    /// An object whose fields have these names.
    pub(super) fn shaped<'a>(&mut self, at: &'a At<'a>, known: &[Name]) -> Option<Object<'a>> {
        at.node.fields().or_else(|| self.wanted(*at, "an object"))?;
        let mut object = Object { at, fields: SmallVec::new() };
        let mut fields = self.map(at);
        while let Some((key, field)) = fields.next(self) {
            if known.iter().any(|name| name.is(key)) {
                object.fields.push((key, field.node));
            } else {
                self.fault_with(field, || {
                    let mut names = Vec::new();
                    for name in known {
                        name.list(&mut names);
                    }
                    DocumentFault::UnknownField { field: key.into(), known: either(names) }
                });
            }
        }
        Some(object)
    }

    /// The field that says which variant an object is of.
    pub(super) fn tag<'a>(&mut self, at: &'a At<'a>, field: &'static str) -> Option<At<'a>> {
        let mut fields = at.node.fields().or_else(|| self.wanted(*at, "an object"))?;
        let found = fields.find(|(key, _)| *key == field);
        let found = found.map(|(key, node)| At { node, place: Place::Field(&at.place, key) });
        self.found(*at, found, || DocumentFault::Missing { field })
    }

    /// Notes that an object has none of the fields of which it needs one.
    pub(super) fn none_of<T>(&mut self, at: At<'_>, fields: &[&'static str]) -> Option<T> {
        at.node.fields().or_else(|| self.wanted(at, "an object"))?;
        self.fault_with(at, || DocumentFault::MissingOneOf { fields: either(fields) });
        None
    }

    /// Checks the format of a document, if it says one.
    pub(super) fn format(&mut self, at: Option<At<'_>>, wanted: &'static str) {
        let Some(at) = at else { return };
        if let Some(given) = self.text(at).filter(|given| *given != wanted) {
            self.fault(at, DocumentFault::Format { given: given.into(), wanted });
        }
    }
}
