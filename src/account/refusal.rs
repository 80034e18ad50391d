//! Why commands are refused.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use thiserror::Error;

use crate::account::invitation::{InvitationLifetime, MAX_INVITATION_LIFETIME};
use crate::catalog::tree::quoted;
use crate::catalog::{Setter, SettingError, WordError};
use crate::email::EmailError;
use crate::features::FeatureError;
use crate::key::{IdError, UserId};
use crate::ledger::{Actor, RefusalKind, Violation, refusal_facts};
use crate::permission::Stamp;
use crate::role::{Role, Status};
use crate::structs::structs;
use crate::template_name::NameError;
use crate::text::Quoted;

/// Why a command was refused; nothing has changed (GRD-6).
///
/// Each has a stable [`code`](Self::code) for programs, the [`rule`](Self::rule) that refused it,
/// and a message that says what was asked, what the limit is, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum Refusal {
    /// The actor may not do this.
    NotAuthorized(#[from] NotAuthorized),
    /// Only the host may do this.
    HostOnly(#[from] HostOnly),
    /// A feature that this rests on is off.
    NotEntitled(#[from] NotEntitled),
    /// The actor is the subject.
    SelfEdit(#[from] SelfEdit),
    /// Someone would gain what the actor does not hold.
    Escalation(#[from] Escalation),
    /// The account has no such user.
    UnknownUser(#[from] UnknownUser),
    /// The account has no such template.
    UnknownTemplate(#[from] UnknownTemplate),
    /// A malformed id.
    InvalidId(#[from] IdError),
    /// A malformed email address.
    InvalidEmail(#[from] EmailError),
    /// The invitation has been sent again, and only the last one can be accepted.
    InvitationSuperseded(#[from] InvitationSuperseded),
    /// No such invitation was sent.
    UnknownInvitation(#[from] UnknownInvitation),
    /// The invitation was sent too long ago.
    InvitationExpired(#[from] InvitationExpired),
    /// Invitations cannot last so long.
    InvalidLifetime(#[from] InvalidLifetime),
    /// A malformed name of an account.
    AccountName(NameError),
    /// The user's status does not allow it.
    WrongStatus(#[from] WrongStatus),
    /// The user has the role already.
    WrongRole(#[from] WrongRole),
    /// An admin holds everything, and nothing can be given to or taken from them one by one.
    AdminHoldsAll(#[from] AdminHoldsAll),
    /// An action would be inert without the first of its scale.
    NeedsFirstAction(#[from] NeedsFirstAction),
    /// Something cannot be set.
    Setting(#[from] SettingError),
    /// A feature cannot be set.
    Feature(#[from] FeatureError),
    /// Only the user's own toggle may set it.
    UserOnly(#[from] UserOnly),
    /// Grants of another catalog.
    OtherCatalog(#[from] OtherCatalog),
    /// A migration that starts from another catalog.
    OtherMigration(#[from] OtherMigration),
    /// A migration that was read: only its name is known.
    #[error("a migration that was read has only a name: build it, and give that")]
    UnprovenMigration,
    /// A migration among other commands, or of a subaccount.
    #[error("a migration is a command of its own; a subaccount goes with its agency")]
    MigratesAlone,
    /// A malformed name of a template.
    TemplateName(#[from] NameError),
    /// A malformed description of a template.
    TemplateDescription(#[from] WordError),
    /// The users acknowledged are not exactly those who refer to the template.
    TemplateInUse(#[from] TemplateInUse),
    /// A batch of nothing.
    #[error("the batch is empty: give at least one command")]
    EmptyBatch,
    /// A batch in a batch.
    #[error("a batch cannot hold a batch: give one list of commands")]
    NestedBatch,
    /// It would break what must always hold: an id, address or name in use, seats, the last admin.
    #[error("{fact}{way_out}", fact = .0, way_out = .0.way_out())]
    Violation(Violation),
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

refusal_facts!(Refusal: "last_admin", "GRD-4");

impl Refusal {
    /// What anyone who has no business in an account is told, whatever they name (GRD-11).
    pub(crate) fn stranger(actor: &Actor) -> Self {
        not_authorized(actor, "only an active user of this account may", "GRD-1")
    }

    const fn facts(&self) -> (&'static str, &'static str, RefusalKind) {
        use RefusalKind::{Conflict, Forbidden, Invalid, NotFound};
        match self {
            Self::NotAuthorized(refusal) => ("not_authorized", refusal.rule, Forbidden),
            Self::HostOnly(refusal) => ("host_only", refusal.rule, Forbidden),
            Self::NotEntitled(_) => ("not_entitled", "GRD-7", Forbidden),
            Self::SelfEdit(_) => ("self_edit", "GRD-4", Forbidden),
            Self::Escalation(_) => ("escalation", "GRD-3", Forbidden),
            Self::UnknownUser(_) => ("unknown_user", "USR-1", NotFound),
            Self::UnknownTemplate(_) => ("unknown_template", "TPL-8", NotFound),
            Self::InvalidId(_) => ("invalid_id", "USR-1", Invalid),
            Self::InvalidEmail(_) => ("invalid_email", "USR-4", Invalid),
            Self::InvitationSuperseded(_) => ("invitation_superseded", "USR-12", Conflict),
            Self::UnknownInvitation(_) => ("unknown_invitation", "USR-12", Invalid),
            Self::InvitationExpired(_) => ("invitation_expired", "USR-12", Conflict),
            Self::InvalidLifetime(_) => ("invalid_lifetime", "USR-12", Invalid),
            Self::AccountName(_) => ("subaccount_name", "AGY-10", Invalid),
            Self::WrongStatus(refusal) => ("wrong_status", refusal.rule, Conflict),
            Self::WrongRole(_) => ("wrong_role", "ROLE-6", Conflict),
            Self::AdminHoldsAll(_) => ("admin_holds_all", "ROLE-2", Conflict),
            Self::NeedsFirstAction(_) => ("needs_first_action", "LVL-2", Invalid),
            Self::Setting(error) => setting_facts(error),
            Self::Feature(FeatureError::AlwaysOn { .. }) => ("always_on", "AGY-2", Conflict),
            Self::Feature(FeatureError::Key(_)) => ("unknown_key", "CAT-9", Invalid),
            Self::UserOnly(_) => ("user_only", "USR-10", Invalid),
            Self::OtherCatalog(_) => ("other_catalog", "CAT-9", Invalid),
            Self::OtherMigration(_) => ("other_migration", "EVO-6", Conflict),
            Self::UnprovenMigration => ("unproven_migration", "EVO-3", Invalid),
            Self::MigratesAlone => ("migrates_alone", "EVO-6", Invalid),
            Self::TemplateName(_) => ("template_name", "TPL-1", Invalid),
            Self::TemplateDescription(_) => ("template_description", "TPL-10", Invalid),
            Self::TemplateInUse(_) => ("template_in_use", "TPL-7", Conflict),
            Self::EmptyBatch => ("empty_batch", "USR-11", Invalid),
            Self::NestedBatch => ("nested_batch", "USR-11", Invalid),
            Self::Violation(violation) => violation.facts(),
        }
    }
}

pub(crate) fn not_authorized(
    actor: &Actor,
    why: impl Into<Cow<'static, str>>,
    rule: &'static str,
) -> Refusal {
    NotAuthorized { actor: actor.to_string().into(), why: why.into(), rule }.into()
}

structs! {
    /// See [`Refusal::NotAuthorized`].
    #[error("{actor} may not do this: {why}")]
    NotAuthorized {
        /// The actor.
        actor: Box<str> => &str,
        /// What is lacking.
        why: Cow<'static, str> => &str,
        /// The rule that refused it.
        rule: &'static str,
    }

    /// See [`Refusal::HostOnly`].
    #[error("{actor} may not do this: {what} is for {who}")]
    HostOnly {
        /// The actor.
        actor: Box<str> => &str,
        /// What was asked.
        what: Cow<'static, str> => &str,
        /// Who may do it, in words.
        who: &'static str,
        /// The rule that refused it.
        rule: &'static str,
    }

    /// See [`Refusal::NotEntitled`].
    #[error(
        "{actor} may not do this: it needs {features}, which {who} can turn on",
        who = match set_by {
            Setter::Host => "the host",
            Setter::Agency => "the agency or the host",
        }
    )]
    NotEntitled {
        /// The actor.
        actor: Box<str> => &str,
        /// The features that are off, as the message shows them.
        features: Box<str> => &str,
        /// Who can turn all of them on.
        set_by: Setter,
    }

    /// See [`Refusal::SelfEdit`].
    #[error(
        "{} cannot change their own role, status or permissions: ask another admin",
        Quoted(user)
    )]
    SelfEdit {
        /// The user.
        user: Box<str> => &str,
    }

    /// See [`Refusal::Escalation`].
    #[error("this would give {permissions}, which {actor} does not hold: ask an admin")]
    Escalation {
        /// The actor.
        actor: Box<str> => &str,
        /// The permissions, as the message shows them.
        permissions: Box<str> => &str,
    }

    /// See [`Refusal::UnknownUser`].
    #[error("unknown user {}", Quoted(user))]
    UnknownUser {
        /// The id.
        user: Box<str> => &str,
    }

    /// See [`Refusal::UnknownTemplate`].
    #[error("unknown template {}; the account has {known}", Quoted(template))]
    UnknownTemplate {
        /// The id.
        template: Box<str> => &str,
        /// The templates there are, as the message shows them.
        known: Box<str> => &str,
    }

    /// See [`Refusal::InvitationSuperseded`].
    #[error(
        "invitation {presented} of {} was superseded by {last}: use the last one that was sent",
        Quoted(user)
    )]
    InvitationSuperseded {
        /// The user.
        user: Box<str> => &str,
        /// The generation that was presented.
        presented: u32,
        /// The last one that was sent.
        last: u32,
    }

    /// See [`Refusal::UnknownInvitation`].
    #[error("invitation {presented} of {} was never sent: the last one is {last}", Quoted(user))]
    UnknownInvitation {
        /// The user.
        user: Box<str> => &str,
        /// The generation that was presented.
        presented: u32,
        /// The last one that was sent; 0 if none is known of.
        last: u32,
    }

    /// See [`Refusal::InvitationExpired`].
    #[error(
        "the invitation of {} has expired, {lifetime} after it was sent: send it again",
        Quoted(user)
    )]
    InvitationExpired {
        /// The user.
        user: Box<str> => &str,
        /// For how long it could be accepted.
        lifetime: InvitationLifetime,
    }

    /// See [`Refusal::InvalidLifetime`].
    #[error("invitations can last 1 to {MAX_INVITATION_LIFETIME} days, not {days}")]
    InvalidLifetime {
        /// The days.
        days: u32,
    }

    /// See [`Refusal::WrongStatus`].
    #[error("{} is {is}; this needs a user who is {needs}", Quoted(user))]
    WrongStatus {
        /// The user.
        user: Box<str> => &str,
        /// Their status.
        is: Status,
        /// What is needed.
        needs: &'static str,
        /// The rule that refused it.
        rule: &'static str,
    }

    /// See [`Refusal::WrongRole`].
    #[error("{} is {role} already", Quoted(user))]
    WrongRole {
        /// The user.
        user: Box<str> => &str,
        /// Their role.
        role: Role,
    }

    /// See [`Refusal::AdminHoldsAll`].
    #[error("{} is admin and holds everything: make them a member first", Quoted(user))]
    AdminHoldsAll {
        /// The user.
        user: Box<str> => &str,
    }

    /// See [`Refusal::NeedsFirstAction`].
    #[error(
        "{} needs {}, which would be missing: give that first",
        Quoted(permission),
        Quoted(first)
    )]
    NeedsFirstAction {
        /// The permission.
        permission: Box<str> => &str,
        /// What it needs.
        first: Box<str> => &str,
    }

    /// See [`Refusal::UserOnly`].
    #[error("{} is set for each user individually: tick or untick it", Quoted(path))]
    UserOnly {
        /// The path.
        path: Box<str> => &str,
    }

    /// See [`Refusal::OtherCatalog`].
    #[error("the grants belong to catalog {}; this account has {}", Quoted(given), Quoted(wanted))]
    OtherCatalog {
        /// The catalog of the grants.
        given: Box<str> => &str,
        /// The catalog of the account.
        wanted: Box<str> => &str,
    }

    /// See [`Refusal::OtherMigration`].
    #[error(
        "the migration starts from catalog {} ({from_stamp}); this is on {} ({stamp})",
        Quoted(from),
        Quoted(catalog)
    )]
    OtherMigration {
        /// The catalog that it starts from.
        from: Box<str> => &str,
        /// Its stamp.
        from_stamp: Stamp,
        /// The catalog there is.
        catalog: Box<str> => &str,
        /// Its stamp.
        stamp: Stamp,
    }

    /// See [`Refusal::TemplateInUse`].
    #[error("{}", in_use(template, users))]
    TemplateInUse {
        /// The template.
        template: Box<str> => &str,
        /// All users who refer to it; the message shows the first of them.
        users: Vec<UserId> => &[UserId],
    }
}

fn in_use(template: &str, users: &[UserId]) -> String {
    let template = Quoted(template);
    if users.is_empty() {
        return format!("no user has template {template}: acknowledge nobody to delete it");
    }
    let users = quoted(users.iter().map(UserId::as_str));
    format!("template {template} is used by {users}: acknowledge exactly these to delete it")
}

const fn setting_facts(error: &SettingError) -> (&'static str, &'static str, RefusalKind) {
    match error {
        SettingError::Key(_) | SettingError::UnknownAction { .. } => {
            ("unknown_key", "CAT-9", RefusalKind::Invalid)
        }
        SettingError::NotGrantable { .. } => ("not_grantable", "CAT-4", RefusalKind::Invalid),
        SettingError::UserOnly { .. } => ("user_only", "TPL-1", RefusalKind::Invalid),
        SettingError::WrongScale { .. } => ("wrong_scale", "CAT-3", RefusalKind::Invalid),
        SettingError::AreaMissing { .. } => ("area_missing", "LVL-8", RefusalKind::Invalid),
        SettingError::ExceedsParent { .. } => ("exceeds_parent", "LVL-6", RefusalKind::Invalid),
        SettingError::Twice { .. } => ("twice", "CAT-5", RefusalKind::Invalid),
    }
}
