use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::account::{Account, Actor, ApplyError, Change, MAX_REVISION, Violation};
use crate::agency::{Agency, AgencyCommand};
use crate::key::{AccountId, AgencyId};
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
        account: Arc<Account>,
        /// Whose features it copied (AGY-4); none where it is the first, or has a fixed set.
        copied_from: Option<AccountId>,
    },
    /// A subaccount was removed.
    Deleted {
        /// The subaccount as it was.
        account: Arc<Account>,
    },
    /// A subaccount changed.
    Changed(Box<Change>),
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
        *self = self.applied(change)?;
        Ok(())
    }

    /// The state that a change leads to.
    pub(crate) fn applied(&self, change: &AgencyChange) -> Result<Self, ApplyError> {
        let (given, wanted) = (change.revision, self.revision + 1);
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
        if given > MAX_REVISION {
            return Err(ApplyError::Exhausted { given });
        }
        let mut next = self.clone();
        for edit in &change.edits {
            next.write(given, edit)?;
        }
        next.revision = given;
        Ok(next)
    }

    /// Writes one subaccount, if that keeps what holds of every agency (GRD-9).
    fn write(&mut self, given: u64, edit: &AgencyEdit) -> Result<(), ApplyError> {
        let invalid = |violation| ApplyError::Invalid { given, violation };
        let other_state = |id: &AccountId| {
            invalid(Violation::OtherState {
                what: format!("subaccount {}", Quoted(id.as_str())).into(),
            })
        };
        match edit {
            AgencyEdit::Created { account, .. } => self.add(account).map_err(invalid)?,
            AgencyEdit::Deleted { account } => {
                if self.subaccount(account.id().as_str()) != Some(account) {
                    return Err(other_state(account.id()));
                }
                self.remove(account);
            }
            AgencyEdit::Changed(change) => {
                let Some(account) = self.subaccount(change.account().as_str()) else {
                    return Err(other_state(change.account()));
                };
                let next = account.applied(change).map_err(|error| ApplyError::Subaccount {
                    account: change.account().clone(),
                    error: Box::new(error),
                })?;
                self.put(Arc::new(next));
            }
        }
        Ok(())
    }

    /// Adds a subaccount, if its id was never used and its catalog is the agency's.
    pub(super) fn add(&mut self, account: &Arc<Account>) -> Result<(), Violation> {
        let id = account.id();
        if self.has_used(id) {
            return Err(Violation::SubaccountExists { account: id.clone() });
        }
        if account.catalog() != &self.catalog {
            let (what, catalog) =
                (format!("subaccount {}", Quoted(id.as_str())).into(), self.catalog.id().into());
            return Err(Violation::OtherCatalog { what, catalog });
        }
        if !(self.subaccounts.has_room() && self.retired.has_room()) {
            return Err(Violation::Full { what: "subaccount" });
        }
        self.put(Arc::clone(account));
        Ok(())
    }

    /// Whether a subaccount has an id, or one that was deleted had it.
    pub(super) fn has_used(&self, id: &AccountId) -> bool {
        self.subaccount(id.as_str()).is_some() || self.retired.get(id.as_str()).is_some()
    }
}
