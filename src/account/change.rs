use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::account::edit::{Edit, Violation};
use crate::account::effects::{Affected, Effect};
use crate::account::{Account, Actor, Command, MAX_REVISION};
use crate::catalog::Catalog;
use crate::key::AccountId;
use crate::permission::Permission;
use crate::text::{Quoted, Word};
use crate::time::Timestamp;

/// What an accepted command did: the record to store, to send to replicas and to audit (REV-1).
///
/// Changes are applied in order of their revisions; applying all of them to the starting state
/// gives the same state (REV-3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Change {
    pub(crate) catalog: Catalog,
    pub(crate) account: AccountId,
    pub(crate) revision: u64,
    pub(crate) time: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) command: Command,
    pub(crate) edits: Vec<Edit>,
    pub(crate) effects: Vec<Effect>,
}

impl Change {
    /// The account that changed.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The account's revision after the change.
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
    pub fn command(&self) -> &Command {
        &self.command
    }

    /// What it wrote, with what was there before. What an assigned template made a user lose
    /// (TPL-4) is in the user's grants and mutes before.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// What whom it made gain and lose (REV-4); nobody who gained and lost nothing is in it.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The catalog that the effects are about.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }
}

impl Change {
    /// Permissions behind a verb: the first of them, and how many more there are.
    fn named(&self, verb: &str, permissions: &[Permission]) -> Option<String> {
        let [first, rest @ ..] = permissions else { return None };
        let first = self.catalog.display(*first);
        Some(match rest {
            [] => format!("{verb} {first}"),
            [second] => format!("{verb} {first}, {}", self.catalog.display(*second)),
            rest => format!("{verb} {first} and {} more", rest.len()),
        })
    }
}

impl fmt::Display for Change {
    /// One line: `3 ana: assign template kb to kim; kim gains flows:read`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.revision, self.actor.in_brief(), self.command)?;
        for effect in &self.effects {
            write!(f, "; ")?;
            match &effect.who {
                Affected::User(id) => write!(f, "{}", Word(id.as_str()))?,
                Affected::Profile { users: 1, .. } => write!(f, "1 user")?,
                Affected::Profile { users, .. } => write!(f, "{users} users")?,
            }
            let verbs = match &effect.who {
                Affected::User(_) | Affected::Profile { users: 1, .. } => ("gains", "loses"),
                Affected::Profile { .. } => ("gain", "lose"),
            };
            let gained = self.named(verbs.0, &effect.gained);
            let lost = self.named(verbs.1, &effect.lost);
            let both: Vec<String> = gained.into_iter().chain(lost).collect();
            write!(f, " {}", both.join(" and "))?;
        }
        Ok(())
    }
}

/// Why a change cannot be applied (REV-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// It is another account's.
    #[error("the change is of account {}; this is {}", Quoted(given.as_str()), Quoted(wanted.as_str()))]
    OtherAccount {
        /// The account of the change.
        given: AccountId,
        /// This account.
        wanted: AccountId,
    },
    /// It is another agency's.
    #[error("the change is of agency {}; this is {}", Quoted(given), Quoted(wanted))]
    OtherAgency {
        /// The agency of the change.
        given: Box<str>,
        /// This agency.
        wanted: Box<str>,
    },
    /// It is another catalog's.
    #[error("the change is on catalog {}; this account has {}", Quoted(given), Quoted(wanted))]
    OtherCatalog {
        /// The catalog of the change.
        given: Box<str>,
        /// The catalog of this account.
        wanted: Box<str>,
    },
    /// It was applied already.
    #[error("revision {given} was applied already; {wanted} is wanted next")]
    Duplicate {
        /// The revision of the change.
        given: u64,
        /// The revision wanted.
        wanted: u64,
    },
    /// One before it is missing.
    #[error("revision {given} comes too early; {wanted} is wanted next")]
    Gap {
        /// The revision of the change.
        given: u64,
        /// The revision wanted.
        wanted: u64,
    },
    /// It was made for another state, or leads to one that cannot be (GRD-9).
    #[error("revision {given} cannot be applied: {violation}")]
    Invalid {
        /// The revision of the change.
        given: u64,
        /// What it would break.
        violation: Violation,
    },
    /// The change of a subaccount cannot be applied.
    #[error("subaccount {}: {error}", Quoted(account.as_str()))]
    Subaccount {
        /// The subaccount.
        account: AccountId,
        /// Why not.
        error: Box<Self>,
    },
    /// Its revision is beyond [`MAX_REVISION`].
    #[error("revision {given} is beyond the highest there can be, {MAX_REVISION}")]
    Exhausted {
        /// The revision of the change.
        given: u64,
    },
}

impl Account {
    /// Applies a change that was made elsewhere, or before: one step of a replay (REV-3).
    ///
    /// What holds of every account is checked again, so that a change which was forged or damaged
    /// is refused; who may do what was decided once, by [`decide`](Self::decide) (GRD-9).
    ///
    /// # Errors
    ///
    /// A change of another account or catalog, a revision that is not the next, and a change that
    /// was made for another state, or that leads to one that cannot be. Nothing changes then.
    pub fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        *self = self.applied(change)?;
        Ok(())
    }

    /// Applies changes in order: from a starting state to the state that they led to, bit for bit
    /// (REV-3).
    ///
    /// # Errors
    ///
    /// The first change that [`apply`](Self::apply) refuses.
    pub fn replay<'a>(
        mut self,
        changes: impl IntoIterator<Item = &'a Change>,
    ) -> Result<Self, ApplyError> {
        changes.into_iter().try_for_each(|change| self.apply(change))?;
        Ok(self)
    }

    /// The state that a change leads to.
    pub(crate) fn applied(&self, change: &Change) -> Result<Self, ApplyError> {
        let (given, wanted) = (change.revision, self.revision + 1);
        if change.account != self.id {
            let (given, wanted) = (change.account.clone(), self.id.clone());
            return Err(ApplyError::OtherAccount { given, wanted });
        }
        if change.catalog != self.catalog {
            let (given, wanted) = (change.catalog.id().into(), self.catalog.id().into());
            return Err(ApplyError::OtherCatalog { given, wanted });
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
            next.write(edit).map_err(|violation| ApplyError::Invalid { given, violation })?;
        }
        next.revision = given;
        Ok(next)
    }
}
