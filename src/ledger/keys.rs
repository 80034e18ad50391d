use alloc::sync::Arc;

use crate::key::OrderKey;
use crate::ledger::violation::KeyReused;
use crate::ledger::{Digest, Violation};

/// How many keys of orders an account or agency remembers until an order says otherwise.
pub const KEY_MEMORY: u16 = 128;

/// The most keys of orders that an account or agency can remember.
pub const MAX_KEY_MEMORY: u16 = 1_000;

/// The keys of the last orders that changed something, by which they are known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// How many are remembered.
    pub(crate) memory: u16,
    /// The oldest first.
    // INVARIANT: revisions go up, no key is there twice, and there are no more than `memory`.
    pub(crate) recent: Arc<[Done]>,
}

/// An order that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) key: OrderKey,
    /// The revision of its change.
    pub(crate) revision: u64,
    /// Who commanded what: see [`Change::order`](crate::ledger::Change::order).
    pub(crate) order: Digest,
}

impl Keys {
    pub(super) fn find(&self, key: &OrderKey) -> Option<&Done> {
        self.recent.iter().rev().find(|done| done.key == *key)
    }

    /// No key that is remembered is given to another order.
    pub(super) fn check_new(&self, key: Option<&OrderKey>) -> Result<(), Violation> {
        match key.and_then(|key| self.find(key)) {
            None => Ok(()),
            Some(Done { key, revision, .. }) => {
                Err(KeyReused { key: key.clone(), revision: *revision }.into())
            }
        }
    }

    /// Remembers an order, and forgets those for which there is no room any more.
    pub(super) fn push(&mut self, memory: Option<u16>, done: Option<Done>) {
        if memory.is_none() && done.is_none() {
            return;
        }
        self.memory = memory.unwrap_or(self.memory);
        let all = self.recent.len() + usize::from(done.is_some());
        let forgotten = all.saturating_sub(self.memory.into());
        self.recent = self.recent.iter().cloned().chain(done).skip(forgotten).collect();
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self { memory: KEY_MEMORY, recent: Arc::default() }
    }
}
