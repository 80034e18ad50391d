use alloc::vec::Vec;
use core::fmt;

use crate::catalog::Catalog;
use crate::key::OrderKey;
use crate::ledger::keys::Done;
use crate::ledger::order::OrderReason;
use crate::ledger::{Actor, Digest, Directory, Encode, Encoder};
use crate::text::Quoted;
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
    /// The digest of the change before; `None` if it was written before there was a chain.
    pub(crate) previous: Option<Digest>,
    pub(crate) time: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) command: D::Command,
    pub(crate) reason: Option<OrderReason>,
    pub(crate) key: Option<OrderKey>,
    pub(crate) key_memory: Option<u16>,
    pub(crate) edits: Vec<D::Edit>,
    pub(crate) effects: D::Effects,
}

impl<D: Directory> Change<D> {
    /// The revision after the change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The digest of the change before, or the head that the account or agency started with
    /// (REV-10). `None` in a document that does not say it: such a change continues any history.
    #[must_use]
    pub fn previous(&self) -> Option<Digest> {
        self.previous
    }

    /// The digest of all that the change says, the change before it included (REV-10). Takes time
    /// in proportion to the change.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Self {
            directory,
            catalog,
            revision,
            previous,
            time,
            actor,
            command,
            reason,
            key,
            key_memory,
            edits,
            effects,
        } = self;
        let mut digest = Encoder::new(D::NAME, catalog);
        digest.put(&(directory.as_ref(), catalog.id(), revision, previous));
        digest.put(&(time, actor, command, edits, effects));
        // Changes were made before there were any of these.
        if reason.is_some() || key.is_some() || key_memory.is_some() {
            digest.put(&(reason, key, key_memory));
        }
        digest.finish()
    }

    /// What is remembered of its order, if that has a key.
    pub(super) fn done(&self) -> Option<Done> {
        let key = self.key.clone()?;
        let order = order(&self.catalog, &self.actor, &self.command);
        Some(Done { key, revision: self.revision, order })
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

    /// Why it was commanded, if anybody said so (REV-7).
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_ref().map(OrderReason::as_str)
    }

    /// The key that the host gave its order, if it gave one.
    #[must_use]
    pub fn key(&self) -> Option<&OrderKey> {
        self.key.as_ref()
    }

    /// How many keys are remembered from then on, if the order said so.
    #[must_use]
    pub fn key_memory(&self) -> Option<u16> {
        self.key_memory
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

/// Who commands what: whoever gives an order again gives this again, whenever they do.
pub(super) fn order<C: Encode>(catalog: &Catalog, actor: &Actor, command: &C) -> Digest {
    let mut order = Encoder::new("order", catalog);
    order.put(&(actor, command));
    order.finish()
}

/// One line: ``3 ana: assign template kb to kim; kim gains flows:read; reason: `OPS-12` ``.
impl<D: Directory> fmt::Display for Change<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.revision, self.actor.in_brief(), self.command)?;
        D::describe(self, f)?;
        match self.reason() {
            Some(reason) => write!(f, "; reason: {}", Quoted(reason)),
            None => Ok(()),
        }
    }
}
