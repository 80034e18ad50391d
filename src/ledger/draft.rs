use alloc::vec::Vec;
use core::mem;

use crate::ledger::{Actor, Change, Directory, MAX_REVISION, OrderReason, Violation, violation};
use crate::time::Timestamp;

/// A directory on its way to its next revision: a copy that is written to, and what was written.
#[derive(Debug)]
pub struct Draft<'a, D: Directory> {
    pub(crate) next: D,
    edits: Vec<D::Edit>,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    /// Why the command is given: for changes within this one (REV-7).
    pub(crate) reason: Option<OrderReason>,
}

impl<'a, D: Directory> Draft<'a, D> {
    pub(crate) fn new(directory: &D, actor: &'a Actor, now: Timestamp) -> Self {
        Self { next: directory.clone(), edits: Vec::new(), actor, now, reason: None }
    }

    /// The state as it was written so far.
    #[must_use]
    pub fn state(&self) -> &D {
        &self.next
    }

    /// What was written so far.
    #[must_use]
    pub fn edits(&self) -> &[D::Edit] {
        &self.edits
    }

    /// Writes one record.
    ///
    /// # Errors
    ///
    /// What would no longer hold; nothing is written then (GRD-9).
    pub fn write(&mut self, edit: D::Edit) -> Result<(), Violation> {
        D::write(self, &edit)?;
        self.wrote(edit);
        Ok(())
    }

    /// Notes what was written already, by the steps of a directory inside this one.
    pub(crate) fn wrote(&mut self, edit: D::Edit) {
        self.edits.push(edit);
    }

    /// What was written, for the change that says so.
    pub(super) fn take_edits(&mut self) -> Vec<D::Edit> {
        mem::take(&mut self.edits)
    }

    /// Whether nothing is other than in the state that was copied (REV-11).
    pub(crate) fn is_idle(&self, before: &D) -> bool {
        D::is_same(before, &self.next, &self.edits)
    }

    /// Whether there is room for one more revision (REV-1).
    pub(super) fn check_revision(&self) -> Result<(), Violation> {
        let is_last = self.next.history().revision == MAX_REVISION;
        let exhausted = violation::RevisionsExhausted { directory: D::NAME };
        if is_last { Err(exhausted.into()) } else { Ok(()) }
    }

    /// The next state: what was written, at the revision of the change that wrote it.
    pub(super) fn finish(mut self, change: &Change<D>) -> D {
        D::history_mut(&mut self).push(change);
        self.next
    }
}
