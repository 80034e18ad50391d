use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use thiserror::Error;

use crate::catalog::SettingError;
use crate::catalog::tree::quoted;
use crate::email::EmailError;
use crate::features::FeatureError;
use crate::key::{IdError, UserId};
use crate::ledger::{Actor, MAX_REVISION, RefusalKind, Violation};
use crate::role::{Role, Status};
use crate::template::NameError;
use crate::text::Quoted;

/// Why a command was refused; nothing has changed (GRD-6).
///
/// Each has a stable [`code`](Self::code) for programs, the [`rule`](Self::rule) that it follows,
/// and a message that says what was asked, what the limit is, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The actor may not do this.
    #[error("{actor} may not do this: {why}")]
    NotAuthorized {
        /// The actor.
        actor: Box<str>,
        /// What is lacking.
        why: &'static str,
    },
    /// Only the host may do this.
    #[error("{actor} may not do this: {what} is for the host alone")]
    HostOnly {
        /// The actor.
        actor: Box<str>,
        /// What is asked.
        what: &'static str,
    },
    /// The actor is the subject.
    #[error(
        "{} cannot change their own role, status or permissions: ask another admin",
        Quoted(user)
    )]
    SelfEdit {
        /// The user.
        user: Box<str>,
    },
    /// The account would be left without an active admin.
    #[error("{} is the last active admin: make another user admin first", Quoted(user))]
    LastAdmin {
        /// The user.
        user: Box<str>,
    },
    /// Someone would gain what the actor does not hold.
    #[error("this would give {permissions}, which {actor} does not hold: ask an admin")]
    Escalation {
        /// The actor.
        actor: Box<str>,
        /// The permissions.
        permissions: Box<str>,
    },
    /// The account has no such user.
    #[error("unknown user {}", Quoted(user))]
    UnknownUser {
        /// The id.
        user: Box<str>,
    },
    /// The account has no such template.
    #[error("unknown template {}; there are {known}", Quoted(template))]
    UnknownTemplate {
        /// The id.
        template: Box<str>,
        /// The templates there are.
        known: Box<str>,
    },
    /// A malformed id.
    #[error(transparent)]
    InvalidId(#[from] IdError),
    /// The user's id is taken.
    #[error("user id {} is taken; choose another", Quoted(user))]
    UserExists {
        /// The id.
        user: Box<str>,
    },
    /// The user's id belonged to a user who was deleted.
    #[error(
        "user id {} belonged to a deleted user and is not used again; choose another",
        Quoted(user)
    )]
    UserRetired {
        /// The id.
        user: Box<str>,
    },
    /// A malformed email address.
    #[error(transparent)]
    InvalidEmail(#[from] EmailError),
    /// The email address is taken.
    #[error(
        "email {} is taken by {}; each is used once in an account",
        Quoted(email),
        Quoted(user)
    )]
    EmailTaken {
        /// The address.
        email: Box<str>,
        /// Who has it.
        user: Box<str>,
    },
    /// No seat is free.
    #[error("all seats are taken ({used} of {limit}): delete a user or raise the limit")]
    SeatLimit {
        /// How many are used.
        used: usize,
        /// How many there are.
        limit: u32,
    },
    /// The user's status does not allow it.
    #[error("{} is {is}; this needs a user who is {needs}", Quoted(user))]
    WrongStatus {
        /// The user.
        user: Box<str>,
        /// Their status.
        is: Status,
        /// What is needed.
        needs: &'static str,
    },
    /// The user has the role already.
    #[error("{} is {role} already", Quoted(user))]
    WrongRole {
        /// The user.
        user: Box<str>,
        /// Their role.
        role: Role,
    },
    /// An admin holds everything, and nothing can be given to or taken from them one by one.
    #[error("{} is admin and holds everything: make them a member first", Quoted(user))]
    AdminHoldsAll {
        /// The user.
        user: Box<str>,
    },
    /// An action would be inert for want of the first of its scale.
    #[error(
        "{} needs {}, which would be missing: give that first",
        Quoted(permission),
        Quoted(first)
    )]
    NeedsFirstAction {
        /// The permission.
        permission: Box<str>,
        /// What it needs.
        first: Box<str>,
    },
    /// Something cannot be set.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A feature cannot be set.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// Only the user's own toggle may set it.
    #[error("{} is set for each user on its own: tick or untick it", Quoted(path))]
    UserOnly {
        /// The path.
        path: Box<str>,
    },
    /// Grants of another catalog.
    #[error("the grants belong to catalog {}; this account has {}", Quoted(given), Quoted(wanted))]
    OtherCatalog {
        /// The catalog of the grants.
        given: Box<str>,
        /// The catalog of the account.
        wanted: Box<str>,
    },
    /// The template's id is taken.
    #[error("template id {} is taken; choose another", Quoted(template))]
    TemplateExists {
        /// The id.
        template: Box<str>,
    },
    /// A malformed name of a template.
    #[error(transparent)]
    TemplateName(#[from] NameError),
    /// The template's name is taken.
    #[error(
        "template name {} is taken by {}; each is used once in an account",
        Quoted(name),
        Quoted(template)
    )]
    TemplateNameTaken {
        /// The name.
        name: Box<str>,
        /// Which template has it.
        template: Box<str>,
    },
    /// Not exactly the users who refer to the template were acknowledged.
    #[error(
        "template {} is used by {shown}: acknowledge exactly these to delete it", Quoted(template),
        shown = quoted(users.iter().map(UserId::as_str))
    )]
    TemplateInUse {
        /// The template.
        template: Box<str>,
        /// All users who refer to it; the message shows the first of them.
        users: Vec<UserId>,
    },
    /// A batch of nothing.
    #[error("the batch is empty; give at least one command")]
    EmptyBatch,
    /// It would break what holds of every account (GRD-9).
    #[error(transparent)]
    Invalid(Violation),
    /// The account has the highest revision there can be.
    #[error("revision {MAX_REVISION} is the highest there can be: start a new account")]
    RevisionsExhausted,
    /// A batch in a batch.
    #[error("a batch cannot hold a batch; give one list of commands")]
    NestedBatch,
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::UserExists { user } => Self::UserExists { user: user.as_str().into() },
            Violation::UserRetired { user } => Self::UserRetired { user: user.as_str().into() },
            Violation::EmailTaken { email, user } => {
                Self::EmailTaken { email, user: user.as_str().into() }
            }
            Violation::SeatLimit { used, limit } => Self::SeatLimit { used, limit },
            Violation::LastAdmin { user } => Self::LastAdmin { user: user.as_str().into() },
            Violation::TemplateExists { template } => {
                Self::TemplateExists { template: template.as_str().into() }
            }
            Violation::TemplateNameTaken { name, template } => {
                Self::TemplateNameTaken { name, template: template.as_str().into() }
            }
            Violation::RevisionsExhausted { .. } => Self::RevisionsExhausted,
            violation @ (Violation::OtherState { .. }
            | Violation::OtherCatalog { .. }
            | Violation::UnknownTemplate { .. }
            | Violation::TemplateInUse { .. }
            | Violation::SubaccountExists { .. }
            | Violation::Subaccount { .. }
            | Violation::Full { .. }) => Self::Invalid(violation),
        }
    }
}

impl Refusal {
    /// What whoever has no business in an account is told, whatever they name (GRD-11).
    pub(crate) fn stranger(actor: &Actor) -> Self {
        let why = "only an active user of this account may";
        Self::NotAuthorized { actor: actor.to_string().into(), why }
    }

    /// A stable name for programs: `last_admin`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code_and_rule().0
    }

    /// The rule that the refusal follows: `GRD-4`.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.code_and_rule().1
    }

    /// What kind of refusal it is (GRD-12).
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::NotAuthorized { .. }
            | Self::HostOnly { .. }
            | Self::SelfEdit { .. }
            | Self::LastAdmin { .. }
            | Self::Escalation { .. } => RefusalKind::Forbidden,
            Self::UnknownUser { .. } | Self::UnknownTemplate { .. } => RefusalKind::NotFound,
            Self::UserExists { .. }
            | Self::UserRetired { .. }
            | Self::EmailTaken { .. }
            | Self::SeatLimit { .. }
            | Self::WrongStatus { .. }
            | Self::WrongRole { .. }
            | Self::AdminHoldsAll { .. }
            | Self::Feature(FeatureError::AlwaysOn { .. })
            | Self::TemplateExists { .. }
            | Self::TemplateNameTaken { .. }
            | Self::TemplateInUse { .. }
            | Self::RevisionsExhausted => RefusalKind::Conflict,
            Self::InvalidId(_)
            | Self::InvalidEmail(_)
            | Self::NeedsFirstAction { .. }
            | Self::Setting(_)
            | Self::Feature(FeatureError::Key(_))
            | Self::UserOnly { .. }
            | Self::OtherCatalog { .. }
            | Self::TemplateName(_)
            | Self::EmptyBatch
            | Self::Invalid(_)
            | Self::NestedBatch => RefusalKind::Invalid,
        }
    }

    const fn code_and_rule(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotAuthorized { .. } => ("not_authorized", "GRD-1"),
            Self::HostOnly { .. } => ("host_only", "GRD-5"),
            Self::SelfEdit { .. } => ("self_edit", "GRD-4"),
            Self::LastAdmin { .. } => ("last_admin", "GRD-4"),
            Self::Escalation { .. } => ("escalation", "GRD-3"),
            Self::UnknownUser { .. } => ("unknown_user", "USR-1"),
            Self::UnknownTemplate { .. } => ("unknown_template", "TPL-8"),
            Self::InvalidId(_) => ("invalid_id", "USR-1"),
            Self::UserExists { .. } => ("user_exists", "USR-1"),
            Self::UserRetired { .. } => ("user_retired", "USR-8"),
            Self::InvalidEmail(_) => ("invalid_email", "USR-4"),
            Self::EmailTaken { .. } => ("email_taken", "USR-4"),
            Self::SeatLimit { .. } => ("seat_limit", "USR-6"),
            Self::WrongStatus { .. } => ("wrong_status", "USR-3"),
            Self::WrongRole { .. } => ("wrong_role", "ROLE-6"),
            Self::AdminHoldsAll { .. } => ("admin_holds_all", "ROLE-2"),
            Self::NeedsFirstAction { .. } => ("needs_first_action", "LVL-2"),
            Self::Setting(error) => setting_code(error),
            Self::Feature(FeatureError::AlwaysOn { .. }) => ("always_on", "AGY-2"),
            Self::Feature(FeatureError::Key(_)) => ("unknown_key", "CAT-9"),
            Self::UserOnly { .. } => ("user_only", "USR-10"),
            Self::OtherCatalog { .. } => ("other_catalog", "CAT-9"),
            Self::TemplateExists { .. } => ("template_exists", "TPL-1"),
            Self::TemplateName(_) => ("template_name", "TPL-1"),
            Self::TemplateNameTaken { .. } => ("template_name_taken", "TPL-1"),
            Self::TemplateInUse { .. } => ("template_in_use", "TPL-7"),
            Self::EmptyBatch => ("empty_batch", "USR-11"),
            Self::Invalid(_) => ("invalid_state", "GRD-9"),
            Self::RevisionsExhausted => ("revisions_exhausted", "REV-1"),
            Self::NestedBatch => ("nested_batch", "USR-11"),
        }
    }
}

const fn setting_code(error: &SettingError) -> (&'static str, &'static str) {
    match error {
        SettingError::Key(_) | SettingError::UnknownAction { .. } => ("unknown_key", "CAT-9"),
        SettingError::NotGrantable { .. } => ("not_grantable", "CAT-4"),
        SettingError::UserOnly { .. } => ("user_only", "TPL-1"),
        SettingError::WrongScale { .. } => ("wrong_scale", "CAT-3"),
        SettingError::AreaMissing { .. } => ("area_missing", "LVL-8"),
        SettingError::ExceedsParent { .. } => ("exceeds_parent", "LVL-6"),
        SettingError::Twice { .. } => ("twice", "CAT-5"),
    }
}
