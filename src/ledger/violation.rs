use alloc::boxed::Box;

use thiserror::Error;

use crate::key::{AccountId, IdError, OrderKey, TemplateId, UserId};
use crate::ledger::{ApplyError, MAX_REVISION, ReasonError, RefusalKind};
use crate::text::Quoted;

/// What an edit would break that must always hold (GRD-9).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Violation {
    /// The record is not what the edit starts from.
    #[error("{what} is in another state than the edit starts from")]
    OtherState {
        /// What differs.
        what: Box<str>,
    },
    /// A record belongs to another catalog.
    #[error("{what} belongs to another catalog than the account, {}", Quoted(catalog))]
    OtherCatalog {
        /// The record.
        what: Box<str>,
        /// The account's catalog.
        catalog: Box<str>,
    },
    /// The id of a user is in use (USR-1).
    #[error("user id {} is in use", Quoted(user.as_str()))]
    UserExists {
        /// The id.
        user: UserId,
    },
    /// The id belonged to a user who was deleted (USR-8).
    #[error("user id {} belonged to a deleted user", Quoted(user.as_str()))]
    UserRetired {
        /// The id.
        user: UserId,
    },
    /// The email address is another user's (USR-4).
    #[error("email {} is used by {}", Quoted(email), Quoted(user.as_str()))]
    EmailTaken {
        /// The address.
        email: Box<str>,
        /// Who has it.
        user: UserId,
    },
    /// A user would refer to a template that does not exist (TPL-8).
    #[error("unknown template {}", Quoted(template.as_str()))]
    UnknownTemplate {
        /// The id.
        template: TemplateId,
    },
    /// All seats are taken (USR-6).
    #[error("all seats are taken ({used} of {limit})")]
    SeatLimit {
        /// How many are used.
        used: usize,
        /// How many there are.
        limit: u32,
    },
    /// No active admin would be left where there was one (GRD-4).
    #[error("{} is the last active admin", Quoted(user.as_str()))]
    LastAdmin {
        /// The user.
        user: UserId,
    },
    /// The id of a template is in use (TPL-1).
    #[error("template id {} is in use", Quoted(template.as_str()))]
    TemplateExists {
        /// The id.
        template: TemplateId,
    },
    /// The name of a template is another's (TPL-1).
    #[error("template name {} is used by {}", Quoted(name), Quoted(template.as_str()))]
    TemplateNameTaken {
        /// The name.
        name: Box<str>,
        /// Which template has it.
        template: TemplateId,
    },
    /// Users refer to a template that would go (TPL-8).
    #[error("template {} is still used by {}", Quoted(template.as_str()), Quoted(user.as_str()))]
    TemplateInUse {
        /// The template.
        template: TemplateId,
        /// One of the users.
        user: UserId,
    },
    /// The id of a subaccount is in use, or was (AGY-4).
    #[error("subaccount id {} is in use or was used before", Quoted(account.as_str()))]
    SubaccountExists {
        /// The id.
        account: AccountId,
    },
    /// The change of a subaccount cannot be applied.
    #[error("subaccount {}: {error}", Quoted(account.as_str()))]
    Subaccount {
        /// The subaccount.
        account: AccountId,
        /// Why not.
        error: Box<ApplyError>,
    },
    /// The key of the order is that of another, which was done: deciding again would not tell what
    /// became of this one.
    #[error("key {} is that of another order, done at revision {revision}", Quoted(key.as_str()))]
    KeyReused {
        /// The key.
        key: OrderKey,
        /// The revision of the other order's change.
        revision: u64,
    },
    /// The order has a malformed key.
    #[error("the key of the order is malformed: {0}")]
    InvalidKey(IdError),
    /// The order has a malformed reason (REV-7).
    #[error(transparent)]
    InvalidReason(ReasonError),
    /// A change of another history was met: nothing is written until it is loaded again (REV-10).
    #[error("the {directory} has diverged from its log")]
    Diverged {
        /// What has: an account or an agency.
        directory: &'static str,
    },
    /// Its revision would be beyond [`MAX_REVISION`].
    #[error("the {directory} is at revision {MAX_REVISION}, the highest there can be")]
    RevisionsExhausted {
        /// What is: an account or an agency.
        directory: &'static str,
    },
    /// More records were ever added than can be numbered.
    #[error("there is no room for another {what}")]
    Full {
        /// What there are too many of.
        what: &'static str,
    },
}

impl Violation {
    /// A stable name for programs, the rule, and the kind of refusal, where a command would break
    /// this.
    pub(crate) const fn facts(&self) -> (&'static str, &'static str, RefusalKind) {
        use RefusalKind::{Conflict, Forbidden, Invalid};
        match self {
            Self::UserExists { .. } => ("user_exists", "USR-1", Conflict),
            Self::UserRetired { .. } => ("user_retired", "USR-8", Conflict),
            Self::EmailTaken { .. } => ("email_taken", "USR-4", Conflict),
            Self::SeatLimit { .. } => ("seat_limit", "USR-6", Conflict),
            Self::LastAdmin { .. } => ("last_admin", "GRD-4", Forbidden),
            Self::TemplateExists { .. } => ("template_exists", "TPL-1", Conflict),
            Self::TemplateNameTaken { .. } => ("template_name_taken", "TPL-1", Conflict),
            Self::SubaccountExists { .. } => ("subaccount_exists", "AGY-4", Conflict),
            Self::RevisionsExhausted { .. } => ("revisions_exhausted", "REV-1", Conflict),
            Self::Diverged { .. } => ("diverged", "REV-10", Conflict),
            Self::KeyReused { .. } => ("key_reused", "REV-7", Conflict),
            Self::InvalidKey(_) => ("invalid_key", "REV-7", Invalid),
            Self::InvalidReason(_) => ("invalid_reason", "REV-7", Invalid),
            Self::OtherState { .. }
            | Self::OtherCatalog { .. }
            | Self::UnknownTemplate { .. }
            | Self::TemplateInUse { .. }
            | Self::Subaccount { .. }
            | Self::Full { .. } => ("invalid_state", "GRD-9", Invalid),
        }
    }

    /// What whoever gave the command can do instead: `: choose another`.
    pub(crate) const fn way_out(&self) -> &'static str {
        match self {
            Self::UserExists { .. }
            | Self::UserRetired { .. }
            | Self::TemplateExists { .. }
            | Self::TemplateNameTaken { .. }
            | Self::SubaccountExists { .. } => ": choose another",
            Self::EmailTaken { .. } => ": choose another, or change theirs first",
            Self::SeatLimit { .. } => ": delete a user or raise the limit",
            Self::LastAdmin { .. } => ": make another user admin first",
            Self::RevisionsExhausted { .. } => ": start a new one",
            Self::Diverged { .. } => ": load it again",
            Self::KeyReused { .. } => ": give each order a key of its own",
            Self::InvalidKey(_)
            | Self::InvalidReason(_)
            | Self::OtherState { .. }
            | Self::OtherCatalog { .. }
            | Self::UnknownTemplate { .. }
            | Self::TemplateInUse { .. }
            | Self::Subaccount { .. }
            | Self::Full { .. } => "",
        }
    }
}
