//! What must be unique in a document.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::BuildHasher;
use core::num::NonZeroU32;

use hashbrown::HashTable;

use crate::document::problem::DocumentFault;
use crate::document::reader::{At, Reader, text_at};
use crate::document::shape::Part;
use crate::document::tree::Node;
use crate::key;

/// Notes texts that must be unique by where they are, which takes a few bytes each.
pub(super) struct Claims {
    what: &'static str,
    seen: HashTable<Claim>,
    hasher: foldhash::fast::RandomState,
    fold: fn(&str) -> Cow<'_, str>,
}

/// A text that is taken.
struct Claim {
    /// Of the text as it is compared, so that only texts that are likely equal are compared.
    hash: u64,
    /// Where the text was read.
    text: u32,
    /// Where the id of its owner was read.
    by: Option<NonZeroU32>,
}

impl Claims {
    /// Texts that must differ once they are folded.
    pub(super) fn new(what: &'static str, fold: fn(&str) -> Cow<'_, str>) -> Self {
        let hasher = foldhash::fast::RandomState::default();
        Self { what, seen: HashTable::new(), hasher, fold }
    }

    /// Whether a text of the document that `any` is of was claimed.
    pub(super) fn holds(&self, any: Node<'_>, folded: &str) -> bool {
        let hash = self.hasher.hash_one(folded);
        self.seen.find(hash, self.is_same(any, hash, folded)).is_some()
    }

    /// The texts that were claimed, in order.
    pub(super) fn texts<'a>(&self, any: Node<'a>) -> impl ExactSizeIterator<Item = &'a str> {
        let mut positions: Vec<u32> = self.seen.iter().map(|claim| claim.text).collect();
        positions.sort_unstable();
        positions.into_iter().map(move |position| text_at(any.at(position)))
    }

    /// Notes that the text at `at`, compared as `folded` and shown as `given`, is taken by what has
    /// its id at `by`.
    pub(super) fn claim(
        &mut self,
        reader: &mut Reader,
        at: At<'_>,
        (folded, given): (&str, &str),
        by: Option<At<'_>>,
    ) {
        let hash = self.hasher.hash_one(folded);
        if let Some(claim) = self.seen.find(hash, self.is_same(at.node, hash, folded)) {
            let first = claim.by.map(|by| text_at(at.node.at(by.get())));
            let first = first.filter(|first| *first != given);
            reader.fault_with(at, || DocumentFault::Taken {
                what: self.what,
                given: given.into(),
                first: first.map(Into::into),
            });
            return;
        }
        let by = by.and_then(|by| NonZeroU32::new(by.node.position()));
        let claim = Claim { hash, text: at.node.position(), by };
        self.seen.insert_unique(hash, claim, |claim| claim.hash);
    }

    /// Notes that an id is taken, if it is one.
    pub(super) fn claim_id(&mut self, reader: &mut Reader, id: &Part<'_, impl AsRef<str>>) {
        if let (Some(at), Some(id)) = (id.at, &id.value) {
            self.claim(reader, at, (id.as_ref(), id.as_ref()), None);
        }
    }

    fn is_same(&self, any: Node<'_>, hash: u64, folded: &str) -> impl Fn(&Claim) -> bool {
        move |claim| claim.hash == hash && *(self.fold)(text_at(any.at(claim.text))) == *folded
    }
}

/// Notes values that must be unique, and who had each first.
pub(super) struct Unique {
    what: &'static str,
    seen: key::Map<Box<str>, Box<str>>,
}

impl Unique {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, seen: key::Map::default() }
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
