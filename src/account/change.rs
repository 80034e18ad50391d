use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::account::{Account, Actor, Command, User};
use crate::catalog::Catalog;
use crate::features::Features;
use crate::key::{AccountId, Map, TemplateId, UserId};
use crate::permission::Permission;
use crate::template::Template;
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

    /// Whether a user, by id, is among those who are written.
    fn writes_user(&self, id: &str) -> bool {
        self.edits.iter().any(|edit| {
            matches!(edit, Edit::User { before: Some(before), .. } if before.id.as_str() == id)
        })
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

/// One record that was written. Where there is nothing before, it was added; where there is
/// nothing after, it was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// A user.
    User {
        /// The record before.
        before: Option<Box<User>>,
        /// The record after.
        after: Option<Box<User>>,
    },
    /// A role template.
    Template {
        /// The template before.
        before: Option<Box<Template>>,
        /// The template after.
        after: Option<Box<Template>>,
    },
    /// The seat limit.
    SeatLimit {
        /// The limit before.
        before: Option<u32>,
        /// The limit after.
        after: Option<u32>,
    },
    /// The features.
    Features {
        /// The features before.
        before: Features,
        /// The features after.
        after: Features,
    },
}

/// What someone gained and lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub(crate) who: Affected,
    pub(crate) gained: Vec<Permission>,
    pub(crate) lost: Vec<Permission>,
}

impl Effect {
    /// Who it is about.
    #[must_use]
    pub fn who(&self) -> &Affected {
        &self.who
    }

    /// What they gained, in catalog order.
    #[must_use]
    pub fn gained(&self) -> &[Permission] {
        &self.gained
    }

    /// What they lost, in catalog order.
    #[must_use]
    pub fn lost(&self) -> &[Permission] {
        &self.lost
    }
}

/// Whom a change affected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Affected {
    /// A user whose own record was written.
    User(UserId),
    /// Users who changed alike because their template or the features did (TPL-3).
    Profile {
        /// How many they are.
        users: usize,
        /// The template that they refer to.
        template: Option<TemplateId>,
    },
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
    /// The state is not the one that the change was made for.
    #[error("revision {given} was made for another state of {what}")]
    OtherState {
        /// The revision of the change.
        given: u64,
        /// What differs.
        what: Box<str>,
    },
}

impl Account {
    /// Applies a change that was made elsewhere, or before: one step of a replay (REV-3).
    ///
    /// # Errors
    ///
    /// A change of another account or catalog, a revision that is not the next, and a change that
    /// was made for another state. Nothing changes then.
    pub fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        self.accepts(change)?;
        self.write(change);
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

    /// Whether a change was made for this state.
    pub(crate) fn accepts(&self, change: &Change) -> Result<(), ApplyError> {
        let (given, wanted) = (change.revision, self.revision.saturating_add(1));
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
        let mut written: Map<Box<str>, &Edit> = Map::default();
        for edit in &change.edits {
            let follows = match written.insert(edit.subject(), edit) {
                Some(former) => edit.follows(former),
                None => self.is_before(edit),
            };
            if !follows || !self.can_be_after(edit, change) {
                return Err(ApplyError::OtherState { given, what: edit.subject() });
            }
        }
        Ok(())
    }

    /// Writes a change that was made for this state.
    pub(crate) fn write(&mut self, change: &Change) {
        for edit in &change.edits {
            match edit {
                Edit::User { before, after } => {
                    self.write_user(before.as_deref(), after.as_deref());
                }
                Edit::Template { before, after } => match (before, after) {
                    (_, Some(after)) => self.write_template(Template::clone(after)),
                    (Some(before), None) => {
                        self.templates.remove(before.id().as_str());
                    }
                    (None, None) => {}
                },
                Edit::SeatLimit { after, .. } => self.seat_limit = *after,
                Edit::Features { after, .. } => self.features = after.clone(),
            }
        }
        self.revision = change.revision;
    }

    /// Whether what an edit leaves keeps what holds of every account: a user refers to a template
    /// that exists, has an email address alone, and is not one who was deleted (TPL-8, USR-4,
    /// USR-8).
    fn can_be_after(&self, edit: &Edit, change: &Change) -> bool {
        let Edit::User { before, after } = edit else { return true };
        let Some(after) = after else { return before.is_some() };
        let is_free = match self.index.email(after.email.folded()) {
            Some(owner) if *owner != after.id => change.writes_user(owner.as_str()),
            _ => true,
        };
        let template = after.template.as_ref().map(TemplateId::as_str);
        let exists = template.is_none_or(|id| {
            self.template(id).is_some() || change.edits.iter().any(|edit| edit.adds_template(id))
        });
        let is_new = before.is_none() && self.retired.contains_key(&after.id);
        is_free && exists && !is_new
    }

    fn is_before(&self, edit: &Edit) -> bool {
        match edit {
            Edit::User { before, after } => {
                let id = before.as_ref().or(after.as_ref()).map(|user| user.id.as_str());
                id.is_none_or(|id| self.user(id) == before.as_deref())
            }
            Edit::Template { before, after } => {
                let id = before.as_ref().or(after.as_ref()).map(|one| one.id().as_str());
                id.is_none_or(|id| self.template(id) == before.as_deref())
            }
            Edit::SeatLimit { before, .. } => self.seat_limit == *before,
            Edit::Features { before, .. } => self.features == *before,
        }
    }
}

impl Edit {
    fn adds_template(&self, id: &str) -> bool {
        matches!(self, Self::Template { after: Some(after), .. } if after.id().as_str() == id)
    }

    /// Whether `former`, an edit of the same thing, left what this one starts from.
    fn follows(&self, former: &Self) -> bool {
        match (former, self) {
            (Self::User { after, .. }, Self::User { before, .. }) => after == before,
            (Self::Template { after, .. }, Self::Template { before, .. }) => after == before,
            (Self::SeatLimit { after, .. }, Self::SeatLimit { before, .. }) => after == before,
            (Self::Features { after, .. }, Self::Features { before, .. }) => after == before,
            _ => false,
        }
    }

    /// What it writes, in words.
    fn subject(&self) -> Box<str> {
        match self {
            Self::User { before, after } => {
                let id = before.as_ref().or(after.as_ref()).map_or("", |user| user.id.as_str());
                format!("user {}", Quoted(id)).into()
            }
            Self::Template { before, after } => {
                let id = before.as_ref().or(after.as_ref()).map_or("", |one| one.id().as_str());
                format!("template {}", Quoted(id)).into()
            }
            Self::SeatLimit { .. } => "the seat limit".into(),
            Self::Features { .. } => "the features".into(),
        }
    }
}
