use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::account::{Account, Actor, ApplyError, Change};
use crate::agency::{Agency, AgencyCommand};
use crate::key::{AccountId, AgencyId, Map};
use crate::text::{Quoted, Word};
use crate::time::Timestamp;

/// What an accepted command did to an agency: the record to store, to send and to audit (REV-1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct AgencyChange {
    pub(crate) agency: AgencyId,
    pub(crate) revision: u64,
    pub(crate) time: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) command: AgencyCommand,
    pub(crate) edits: Vec<AgencyEdit>,
}

impl AgencyChange {
    /// The agency that changed.
    #[must_use]
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// The agency's revision after the change.
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
    pub fn command(&self) -> &AgencyCommand {
        &self.command
    }

    /// What it wrote.
    #[must_use]
    pub fn edits(&self) -> &[AgencyEdit] {
        &self.edits
    }
}

/// One subaccount that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgencyEdit {
    /// A subaccount was added.
    Created {
        /// The subaccount as it starts.
        account: Box<Account>,
        /// Whose features it copied (AGY-4); none where it is the first, or has a fixed set.
        copied_from: Option<AccountId>,
    },
    /// A subaccount was removed.
    Deleted {
        /// The subaccount as it was.
        account: Box<Account>,
    },
    /// A subaccount changed.
    Changed(Box<Change>),
}

impl AgencyEdit {
    fn subaccount(&self) -> &AccountId {
        match self {
            Self::Created { account, .. } | Self::Deleted { account } => account.id(),
            Self::Changed(change) => change.account(),
        }
    }
}

impl fmt::Display for AgencyChange {
    /// One line: `3 agency north: turn general.contacts on everywhere (2 subaccounts changed)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.revision, self.actor.in_brief(), self.command)?;
        for edit in &self.edits {
            if let AgencyEdit::Created { account, copied_from: Some(from) } = edit {
                write!(f, "; {} copies {}", Word(account.id().as_str()), Word(from.as_str()))?;
            }
        }
        if let AgencyCommand::SelectAll { .. } = self.command {
            match self.edits.len() {
                1 => f.write_str(" (1 subaccount changed)")?,
                changed => write!(f, " ({changed} subaccounts changed)")?,
            }
        }
        Ok(())
    }
}

impl Agency {
    /// Applies a change that was made elsewhere, or before: one step of a replay (REV-3).
    ///
    /// # Errors
    ///
    /// A change of another agency, a revision that is not the next, and a change that was made for
    /// another state. Nothing changes then.
    pub fn apply(&mut self, change: &AgencyChange) -> Result<(), ApplyError> {
        let (given, wanted) = (change.revision, self.revision.saturating_add(1));
        if change.agency != self.id {
            let (given, wanted) = (change.agency.as_str().into(), self.id.as_str().into());
            return Err(ApplyError::OtherAgency { given, wanted });
        }
        if given < wanted {
            return Err(ApplyError::Duplicate { given, wanted });
        }
        if given > wanted {
            return Err(ApplyError::Gap { given, wanted });
        }
        let mut written: Map<&AccountId, ()> = Map::default();
        for edit in &change.edits {
            let id = edit.subaccount();
            let is_first = written.insert(id, ()).is_none();
            if !is_first || !self.is_before(edit) {
                let what = alloc::format!("subaccount {}", Quoted(id.as_str())).into();
                return Err(ApplyError::OtherState { given, what });
            }
        }
        self.write(change);
        Ok(())
    }

    /// Writes a change that was made for this state.
    pub(super) fn write(&mut self, change: &AgencyChange) {
        for edit in &change.edits {
            match edit {
                AgencyEdit::Created { account, .. } => self.put(Account::clone(account)),
                AgencyEdit::Deleted { account } => self.remove(account.id()),
                AgencyEdit::Changed(change) => {
                    self.update(change.account().as_str(), |account| account.write(change));
                }
            }
        }
        self.revision = change.revision;
    }

    fn is_before(&self, edit: &AgencyEdit) -> bool {
        let id = edit.subaccount();
        match (edit, self.subaccount(id.as_str())) {
            (AgencyEdit::Created { account, .. }, None) => {
                !self.retired.contains_key(id) && account.catalog() == &self.catalog
            }
            (AgencyEdit::Deleted { account }, Some(former)) => **account == *former,
            (AgencyEdit::Changed(change), Some(former)) => former.accepts(change).is_ok(),
            _ => false,
        }
    }
}
