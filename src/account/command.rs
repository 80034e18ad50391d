mod builders;
mod display;
mod invite;

use alloc::boxed::Box;
use alloc::vec::Vec;

pub(crate) use self::builders::text;
pub use self::invite::Invite;

use crate::account::AtLimit;
use crate::grants::Grants;
use crate::ledger::orders;
use crate::level::Level;
use crate::migration::Migrate;
use crate::name::variant_names;
use crate::role::Role;

/// Something to change in an account.
///
/// Commands hold what was asked as it was asked; whether it can be is for
/// [`Account::decide`](crate::Account::decide) to say. What names something is given as text or as
/// what is typed: an id, an [`Email`](crate::Email), a leaf, an area or a template of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[must_use]
pub enum Command {
    /// Add a user, who takes a seat at once (USR-5).
    Invite(Invite),
    /// Several commands, all or none (USR-11).
    Batch(Vec<Self>),
    /// Send an invitation again (USR-7).
    Resend {
        /// The user's id.
        user: Box<str>,
    },
    /// The user has accepted the invitation, which is their first sign-in (USR-3).
    Accept {
        /// The user's id.
        user: Box<str>,
        /// Which invitation was accepted, if the link said so: no earlier one will do (USR-12).
        generation: Option<u32>,
    },
    /// The user has signed in (USR-9).
    SignIn {
        /// The user's id.
        user: Box<str>,
    },
    /// Bar a user for now; grants stay stored (USR-2).
    Suspend {
        /// The user's id.
        user: Box<str>,
    },
    /// End a suspension (USR-3).
    Reactivate {
        /// The user's id.
        user: Box<str>,
    },
    /// Give a user another email address (USR-4).
    ChangeEmail {
        /// The user's id.
        user: Box<str>,
        /// The address.
        email: Box<str>,
    },
    /// Give a user another role (ROLE-6).
    ChangeRole {
        /// The user's id.
        user: Box<str>,
        /// The role.
        role: Role,
        /// What a new member has from then on; for an admin it is [`Holds::Nothing`].
        holds: Holds,
    },
    /// Make a user's set equal to a template's (TPL-4).
    AssignTemplate {
        /// The user's id.
        user: Box<str>,
        /// The template's id.
        template: Box<str>,
    },
    /// Take a user's template away (TPL-6).
    ClearTemplate {
        /// The user's id.
        user: Box<str>,
        /// What becomes of what the template gave.
        kept: Kept,
    },
    /// Give a user an action or toggle, given as `path:rung` (TPL-5). `crm:on` is CRM access
    /// (USR-10). Levels are set by the commands below.
    Tick {
        /// The user's id.
        user: Box<str>,
        /// The permission.
        permission: Box<str>,
    },
    /// Take an action or toggle, and what needs it, from a user (TPL-5).
    Untick {
        /// The user's id.
        user: Box<str>,
        /// The permission.
        permission: Box<str>,
    },
    /// Set a user's level of an area, and no restriction of its sub-sections (LVL-13).
    SetArea {
        /// The user's id.
        user: Box<str>,
        /// The area's path.
        area: Box<str>,
        /// The level.
        level: Level,
    },
    /// Restrict a user to a level of one sub-section, or at its area's level lift the restriction
    /// (LVL-13).
    SetSection {
        /// The user's id.
        user: Box<str>,
        /// The sub-section's path.
        leaf: Box<str>,
        /// The level, at most the area's.
        level: Level,
    },
    /// Raise a user to a level of one sub-section, and of its area if that is lower; no other
    /// sub-section changes (LVL-9).
    Raise {
        /// The user's id.
        user: Box<str>,
        /// The sub-section's path.
        leaf: Box<str>,
        /// The level.
        level: Level,
    },
    /// Put other grants in the place of a user's own; CRM access stays as it is (USR-10).
    ReplaceGrants {
        /// The user's id.
        user: Box<str>,
        /// The grants.
        grants: Grants,
    },
    /// Remove a user for good (USR-8).
    DeleteUser {
        /// The user's id.
        user: Box<str>,
    },
    /// Add a role template (TPL-1).
    CreateTemplate {
        /// The template's id.
        template: Box<str>,
        /// Its name.
        name: Box<str>,
        /// What it is for, if it says so (TPL-10).
        description: Option<Box<str>>,
        /// What it grants.
        grants: Grants,
    },
    /// Give a template another name.
    RenameTemplate {
        /// The template's id.
        template: Box<str>,
        /// The name.
        name: Box<str>,
    },
    /// Say what a template is for (TPL-10).
    DescribeTemplate {
        /// The template's id.
        template: Box<str>,
        /// The description; `None` for none.
        description: Option<Box<str>>,
    },
    /// Change what a template grants, for all who refer to it (TPL-3).
    EditTemplate {
        /// The template's id.
        template: Box<str>,
        /// What it grants.
        grants: Grants,
    },
    /// Delete a template, knowing exactly who refers to it (TPL-7).
    DeleteTemplate {
        /// The template's id.
        template: Box<str>,
        /// The ids of all users who refer to it.
        acknowledged: Vec<Box<str>>,
        /// The template that they are assigned instead, if any (TPL-10).
        reassign_to: Option<Box<str>>,
    },
    /// Set how many users there may be; `None` for no limit (USR-6).
    SetSeatLimit {
        /// The limit.
        limit: Option<u32>,
        /// What becomes of invitations at the limit; `None` to leave it as it is.
        seats: Option<AtLimit>,
    },
    /// Set for how many days invitations can be accepted (USR-12).
    SetInvitationLifetime {
        /// The days, 1 to [`MAX_INVITATION_LIFETIME`](crate::limits::MAX_INVITATION_LIFETIME);
        /// `None` if they never expire.
        days: Option<u32>,
    },
    /// Give the account another name (AGY-10).
    RenameAccount {
        /// The name.
        name: Box<str>,
    },
    /// Go on under another catalog: users in any status, templates and features together (EVO-6).
    Migrate(Migrate),
    /// Set which features are on: those named, by path, and what always is (GRD-5).
    SetFeatures {
        /// The paths of what is on.
        features: Vec<Box<str>>,
    },
}

/// What an admin has who becomes a member (ROLE-6).
///
/// Whoever becomes an admin keeps what is stored for them, which is inert from then on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Holds {
    /// Nothing: what was stored is dropped.
    #[default]
    Nothing,
    /// The template, grants and mutes that are stored.
    Stored,
    /// These grants and nothing else.
    Given(Grants),
}

/// What becomes of what a template gave when it is taken from a user (TPL-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// The user's own grants alone stay.
    OwnGrants,
    /// The template's grants are copied to the user first.
    TemplateGrants,
}

orders!(Command from Command, Invite);

/// The shape of each command, for whatever needs it: its name and its fields in documents.
macro_rules! command_shapes {
    ($for_each:ident) => {
        $for_each! {
            Command by "command", a "command" {
                "invite" => Invite { invite in 0: flat(Invite) }
                "batch" => Batch { commands in 0 }
                "resend" => Resend { user }
                "accept" => Accept { user, generation: optional }
                "sign_in" => SignIn { user }
                "suspend" => Suspend { user }
                "reactivate" => Reactivate { user }
                "change_email" => ChangeEmail { user, email }
                "change_role" => ChangeRole { user, role, holds: flat(Holds) }
                "assign_template" => AssignTemplate { user, template }
                "clear_template" => ClearTemplate { user, keep in kept: unless(Kept::OwnGrants) }
                "tick" => Tick { user, permission }
                "untick" => Untick { user, permission }
                "set_area" => SetArea { user, area, level }
                "set_section" => SetSection { user, leaf, level }
                "raise" => Raise { user, leaf, level }
                "replace_grants" => ReplaceGrants { user, grants }
                "delete_user" => DeleteUser { user }
                "create_template" => CreateTemplate { template, name, description: optional, grants }
                "rename_template" => RenameTemplate { template, name }
                "describe_template" => DescribeTemplate { template, description: nullable }
                "edit_template" => EditTemplate { template, grants }
                "delete_template" => DeleteTemplate { template, acknowledged, reassign_to: optional }
                "set_seat_limit" => SetSeatLimit { limit: nullable, seats: optional }
                "set_invitation_lifetime" => SetInvitationLifetime { days: nullable }
                "rename_account" => RenameAccount { name }
                "migrate" => Migrate { migrate in 0: flat(Migrate) }
                "set_features" => SetFeatures { features }
            }
        }
    };
}
#[cfg(feature = "serde")]
pub(crate) use command_shapes;

command_shapes!(variant_names);
