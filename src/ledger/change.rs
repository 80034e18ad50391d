use alloc::vec::Vec;
use core::fmt;

use crate::catalog::Catalog;
use crate::ledger::{Actor, Directory};
use crate::time::Timestamp;

/// What an accepted command did: the record to store, to send to replicas and to audit (REV-1).
///
/// Changes are applied in order of their revisions; applying all of them to the starting state
/// gives the same state (REV-3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Change<D: Directory> {
    pub(crate) directory: D::Id,
    pub(crate) catalog: Catalog,
    pub(crate) revision: u64,
    pub(crate) time: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) command: D::Command,
    pub(crate) edits: Vec<D::Edit>,
    pub(crate) effects: D::Effects,
}

impl<D: Directory> Change<D> {
    /// The revision after the change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// When it changed, as the caller said.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// Who commanded it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What was commanded.
    #[must_use]
    pub fn command(&self) -> &D::Command {
        &self.command
    }

    /// What it wrote, with what was there before. What an assigned template made a user lose
    /// (TPL-4) is in the user's grants and mutes before.
    #[must_use]
    pub fn edits(&self) -> &[D::Edit] {
        &self.edits
    }

    /// The catalog that it was made on.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// How many users gained or lost something (REV-4).
    #[must_use]
    pub fn affected_users(&self) -> usize {
        D::affected_users(self)
    }
}

/// One line: `3 ana: assign template kb to kim; kim gains flows:read`.
impl<D: Directory> fmt::Display for Change<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.revision, self.actor.in_brief(), self.command)?;
        D::describe(self, f)
    }
}
