use alloc::sync::Arc;

use crate::catalog::Catalog;
use crate::ledger::Digest;
use crate::ledger::encode::Encoder;

/// How many changes an account or agency knows again when they come a second time (REV-10).
pub const RECENT_CHANGES: usize = 16;

/// What every directory has: its id, its catalog, and how far its history goes.
#[derive(Debug, Clone)]
pub struct History<I> {
    pub(crate) id: I,
    pub(crate) catalog: Catalog,
    pub(crate) revision: u64,
    /// The digests of the last changes, the head at the end. None are known of an account that
    /// starts, or whose document says none.
    recent: Arc<[Digest]>,
}

impl<I: AsRef<str>> History<I> {
    pub(crate) fn new(id: I, catalog: Catalog) -> Self {
        Self { id, catalog, revision: 0, recent: Arc::default() }
    }

    /// Goes on from a document.
    #[cfg(feature = "serde")]
    pub(crate) fn resume(&mut self, revision: u64, head: Option<Digest>) {
        (self.revision, self.recent) = (revision, head.into_iter().collect());
    }

    /// The digest that the next change names. That of a start says whose it is, and at which
    /// revision.
    pub(crate) fn head(&self) -> Digest {
        self.last_change().unwrap_or_else(|| {
            let mut start = Encoder::new("start", &self.catalog);
            start.put(&(self.id.as_ref(), self.revision));
            start.finish()
        })
    }

    /// The digest of the change that led here; `None` at the start.
    pub(crate) fn last_change(&self) -> Option<Digest> {
        self.recent.last().copied()
    }

    /// The digest of the change that led to a revision; `None` if that is too long ago, or was
    /// before the document that this was read from.
    pub(super) fn at(&self, revision: u64) -> Option<Digest> {
        let back = usize::try_from(self.revision.checked_sub(revision)?).ok()?;
        self.recent.iter().rev().nth(back).copied()
    }

    /// The oldest revision whose change is known; the next one if none is.
    pub(crate) fn oldest(&self) -> u64 {
        self.revision + 1 - self.recent.len() as u64
    }

    /// Goes on by one change.
    pub(super) fn push(&mut self, change: Digest) {
        let forgotten = (self.recent.len() + 1).saturating_sub(RECENT_CHANGES);
        let kept = self.recent.iter().skip(forgotten).copied();
        self.recent = kept.chain([change]).collect();
        self.revision += 1;
    }
}

/// What documents hold is compared: how much else is known of the past says nothing.
impl<I: AsRef<str> + PartialEq> PartialEq for History<I> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.catalog == other.catalog
            && self.revision == other.revision
            && self.last_change() == other.last_change()
    }
}

impl<I: AsRef<str> + Eq> Eq for History<I> {}
