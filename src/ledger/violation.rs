//! What must always hold of a state, whoever wrote to it.

use alloc::boxed::Box;

use thiserror::Error;

use crate::key::{AccountId, IdError, OrderKey, TemplateId, UserId};
use crate::ledger::{ApplyError, MAX_REVISION, ReasonError, RefusalKind, refusal_facts};
use crate::structs::structs;
use crate::text::Quoted;

/// What an edit would break that must always hold (GRD-9).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum Violation {
    /// The record is not what the edit starts from.
    OtherState(#[from] OtherState),
    /// A record belongs to another catalog.
    OtherCatalog(#[from] OtherCatalog),
    /// The id of a user is in use (USR-1).
    UserExists(#[from] UserExists),
    /// The id belonged to a user who was deleted (USR-8).
    UserRetired(#[from] UserRetired),
    /// The email address is another user's (USR-4).
    EmailTaken(#[from] EmailTaken),
    /// A user would refer to a template that does not exist (TPL-8).
    UnknownTemplate(#[from] UnknownTemplate),
    /// All seats are taken (USR-6).
    SeatLimit(#[from] SeatLimit),
    /// No active admin would be left where there was one (GRD-4).
    LastAdmin(#[from] LastAdmin),
    /// The id of a template is in use (TPL-1).
    TemplateExists(#[from] TemplateExists),
    /// The name of a template is another's (TPL-1).
    TemplateNameTaken(#[from] TemplateNameTaken),
    /// Users refer to a template that would go (TPL-8).
    TemplateInUse(#[from] TemplateInUse),
    /// The id of a subaccount is in use, or was (AGY-4).
    SubaccountExists(#[from] SubaccountExists),
    /// The change of a subaccount cannot be applied.
    Subaccount(#[from] Subaccount),
    /// The key of the order is that of another, which was done: deciding again would not tell what
    /// became of this one.
    KeyReused(#[from] KeyReused),
    /// The order has a malformed key.
    #[error("the key of the order is malformed: {0}")]
    InvalidKey(IdError),
    /// The order has a malformed reason (REV-7).
    InvalidReason(#[from] ReasonError),
    /// A change of another history was met: nothing is written until it is loaded again (REV-10).
    Diverged(#[from] Diverged),
    /// Its revision would be beyond [`MAX_REVISION`].
    RevisionsExhausted(#[from] RevisionsExhausted),
    /// More records were ever added than can be numbered.
    Full(#[from] Full),
}

refusal_facts!(Violation: "last_admin", "GRD-4");

impl Violation {
    /// A stable name for programs, the rule, and the kind of refusal, where a command would break
    /// this.
    pub(crate) const fn facts(&self) -> (&'static str, &'static str, RefusalKind) {
        use RefusalKind::{Conflict, Forbidden, Invalid};
        match self {
            Self::UserExists(_) => ("user_exists", "USR-1", Conflict),
            Self::UserRetired(_) => ("user_retired", "USR-8", Conflict),
            Self::EmailTaken(_) => ("email_taken", "USR-4", Conflict),
            Self::SeatLimit(_) => ("seat_limit", "USR-6", Conflict),
            Self::LastAdmin(_) => ("last_admin", "GRD-4", Forbidden),
            Self::TemplateExists(_) => ("template_exists", "TPL-1", Conflict),
            Self::TemplateNameTaken(_) => ("template_name_taken", "TPL-1", Conflict),
            Self::SubaccountExists(_) => ("subaccount_exists", "AGY-4", Conflict),
            Self::RevisionsExhausted(_) => ("revisions_exhausted", "REV-1", Conflict),
            Self::Diverged(_) => ("diverged", "REV-10", Conflict),
            Self::KeyReused(_) => ("key_reused", "REV-7", Conflict),
            Self::InvalidKey(_) => ("invalid_key", "REV-7", Invalid),
            Self::InvalidReason(_) => ("invalid_reason", "REV-7", Invalid),
            Self::OtherState(_)
            | Self::OtherCatalog(_)
            | Self::UnknownTemplate(_)
            | Self::TemplateInUse(_)
            | Self::Subaccount(_)
            | Self::Full(_) => ("invalid_state", "GRD-9", Invalid),
        }
    }

    /// What whoever gave the command can do instead: `: choose another`.
    pub(crate) const fn way_out(&self) -> &'static str {
        match self {
            Self::UserExists(_)
            | Self::UserRetired(_)
            | Self::TemplateExists(_)
            | Self::TemplateNameTaken(_)
            | Self::SubaccountExists(_) => ": choose another",
            Self::EmailTaken(_) => ": choose another, or change theirs first",
            Self::SeatLimit(_) => ": delete a user or raise the limit",
            Self::LastAdmin(_) => ": make another user admin first",
            Self::RevisionsExhausted(_) => ": start a new one",
            Self::Diverged(_) => ": load it again",
            Self::KeyReused(_) => ": give each order a key of its own",
            Self::InvalidKey(_)
            | Self::InvalidReason(_)
            | Self::OtherState(_)
            | Self::OtherCatalog(_)
            | Self::UnknownTemplate(_)
            | Self::TemplateInUse(_)
            | Self::Subaccount(_)
            | Self::Full(_) => "",
        }
    }
}

structs! {
    /// See [`Violation::OtherState`].
    #[error("{what} is not in the state that the edit starts from")]
    OtherState {
        /// What differs.
        what: Box<str> => &str,
    }

    /// See [`Violation::OtherCatalog`].
    #[error("{what} belongs to another catalog than the account, {}", Quoted(catalog))]
    OtherCatalog {
        /// The record.
        what: Box<str> => &str,
        /// The account's catalog.
        catalog: Box<str> => &str,
    }

    /// See [`Violation::UserExists`].
    #[error("user id {} is in use", Quoted(user.as_str()))]
    UserExists {
        /// The id.
        user: UserId => &UserId,
    }

    /// See [`Violation::UserRetired`].
    #[error("user id {} belonged to a deleted user", Quoted(user.as_str()))]
    UserRetired {
        /// The id.
        user: UserId => &UserId,
    }

    /// See [`Violation::EmailTaken`].
    #[error("email {} is used by {}", Quoted(email), Quoted(user.as_str()))]
    EmailTaken {
        /// The address.
        email: Box<str> => &str,
        /// Who has it.
        user: UserId => &UserId,
    }

    /// See [`Violation::UnknownTemplate`].
    #[error("unknown template {}", Quoted(template.as_str()))]
    UnknownTemplate {
        /// The id.
        template: TemplateId => &TemplateId,
    }

    /// See [`Violation::SeatLimit`].
    #[error("all seats are taken ({used} of {limit})")]
    SeatLimit {
        /// How many are used.
        used: usize,
        /// How many there are.
        limit: u32,
    }

    /// See [`Violation::LastAdmin`].
    #[error("{} is the last active admin", Quoted(user.as_str()))]
    LastAdmin {
        /// The user.
        user: UserId => &UserId,
    }

    /// See [`Violation::TemplateExists`].
    #[error("template id {} is in use", Quoted(template.as_str()))]
    TemplateExists {
        /// The id.
        template: TemplateId => &TemplateId,
    }

    /// See [`Violation::TemplateNameTaken`].
    #[error("template name {} is used by {}", Quoted(name), Quoted(template.as_str()))]
    TemplateNameTaken {
        /// The name.
        name: Box<str> => &str,
        /// Which template has it.
        template: TemplateId => &TemplateId,
    }

    /// See [`Violation::TemplateInUse`].
    #[error("template {} is still used by {}", Quoted(template.as_str()), Quoted(user.as_str()))]
    TemplateInUse {
        /// The template.
        template: TemplateId => &TemplateId,
        /// One of the users.
        user: UserId => &UserId,
    }

    /// See [`Violation::SubaccountExists`].
    #[error("subaccount id {} is in use or was used before", Quoted(account.as_str()))]
    SubaccountExists {
        /// The id.
        account: AccountId => &AccountId,
    }

    /// See [`Violation::Subaccount`].
    #[error("subaccount {}: {error}", Quoted(account.as_str()))]
    Subaccount {
        /// The subaccount.
        account: AccountId => &AccountId,
        /// Why not.
        error: Box<ApplyError> => &ApplyError,
    }

    /// See [`Violation::KeyReused`].
    #[error("key {} is that of another order, done at revision {revision}", Quoted(key.as_str()))]
    KeyReused {
        /// The key.
        key: OrderKey => &OrderKey,
        /// The revision of the other order's change.
        revision: u64,
    }

    /// See [`Violation::Diverged`].
    #[error("the {directory} has diverged from its log")]
    Diverged {
        /// What has: an account or an agency.
        directory: &'static str,
    }

    /// See [`Violation::RevisionsExhausted`].
    #[error("the {directory} is at revision {MAX_REVISION}, the highest there can be")]
    RevisionsExhausted {
        /// What is: an account or an agency.
        directory: &'static str,
    }

    /// See [`Violation::Full`].
    #[error("there is no room for another {what}")]
    Full {
        /// What there are too many of.
        what: &'static str,
    }
}
