use alloc::vec::Vec;

use crate::ledger::{Actor, Directory, MAX_REVISION, Violation};
use crate::time::Timestamp;

/// A directory on its way to its next revision: a copy that is written to, and what was written.
#[derive(Debug)]
pub struct Draft<'a, D: Directory> {
    pub(crate) next: D,
    edits: Vec<D::Edit>,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

impl<'a, D: Directory> Draft<'a, D> {
    pub(crate) fn new(directory: &D, actor: &'a Actor, now: Timestamp) -> Self {
        Self { next: directory.clone(), edits: Vec::new(), actor, now }
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

    /// The next state, and what leads to it.
    pub(super) fn finish(mut self, revision: u64) -> Result<(Vec<D::Edit>, D), Violation> {
        if revision > MAX_REVISION {
            return Err(Violation::RevisionsExhausted { directory: D::NAME });
        }
        D::head_mut(&mut self).revision = revision;
        Ok((self.edits, self.next))
    }
}
