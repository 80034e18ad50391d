use alloc::sync::Arc;

use crate::catalog::Catalog;
use crate::ledger::encode::Encoder;
use crate::ledger::keys::Keys;
use crate::ledger::{Change, Digest, Directory};

/// How many changes an account or agency knows again when they come a second time (REV-10).
pub const RECENT_CHANGES: usize = 16;

/// What every directory has: its id, its catalog, and how far its history goes.
#[derive(Debug, Clone)]
pub struct History<I> {
    pub(crate) id: I,
    pub(crate) catalog: Catalog,
    pub(crate) revision: u64,
    /// The digest of the last change; none of an account that starts, or whose document says none.
    last: Option<Digest>,
    /// Those of the changes before it, as far as they are known, by their first 64 bits: accounts
    /// are small, and what is found by them is accidents.
    before: Arc<[u64]>,
    pub(crate) keys: Keys,
}

impl<I: AsRef<str>> History<I> {
    pub(crate) fn new(id: I, catalog: Catalog) -> Self {
        Self { id, catalog, revision: 0, last: None, before: Arc::default(), keys: Keys::default() }
    }

    /// Goes on from a document.
    #[cfg(feature = "serde")]
    pub(crate) fn resume(&mut self, revision: u64, head: Option<Digest>, keys: Keys) {
        (self.revision, self.last, self.keys) = (revision, head, keys);
    }

    /// The digest that the next change names. That of a start says whose it is, and at which
    /// revision.
    pub(crate) fn head(&self) -> Digest {
        self.last.unwrap_or_else(|| {
            let mut start = Encoder::new("start", &self.catalog);
            start.put(&(self.id.as_ref(), self.revision));
            start.finish()
        })
    }

    /// The digest of the change that led here; `None` at the start.
    pub(crate) fn last_change(&self) -> Option<Digest> {
        self.last
    }

    /// Whether it was this change that led to a revision; `None` if that is too long ago, or was
    /// before the document that this was read from.
    pub(super) fn was(&self, change: &Digest, revision: u64) -> Option<bool> {
        let back = usize::try_from(self.revision.checked_sub(revision)?).ok()?;
        match back.checked_sub(1) {
            None => Some(self.last? == *change),
            Some(back) => Some(*self.before.iter().rev().nth(back)? == change.start()),
        }
    }

    /// The oldest revision whose change is known; the next one if none is.
    pub(crate) fn oldest(&self) -> u64 {
        self.revision + 1 - u64::from(self.last.is_some()) - self.before.len() as u64
    }

    /// Goes on by one change.
    pub(super) fn push<D: Directory>(&mut self, change: &Change<D>) {
        if let Some(last) = self.last.replace(change.digest()) {
            let forgotten = (self.before.len() + 2).saturating_sub(RECENT_CHANGES);
            let kept = self.before.iter().skip(forgotten).copied();
            self.before = kept.chain([last.start()]).collect();
        }
        self.revision += 1;
        self.keys.push(change.key_memory, change.done());
    }
}

/// What documents hold is compared: how much else is known of the past says nothing.
impl<I: AsRef<str> + PartialEq> PartialEq for History<I> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.catalog == other.catalog
            && self.revision == other.revision
            && self.last == other.last
            && self.keys == other.keys
    }
}

impl<I: AsRef<str> + Eq> Eq for History<I> {}
