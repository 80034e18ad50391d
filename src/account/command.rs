use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use crate::account::AtLimit;
use crate::account::invitation::day_or_days;
use crate::grants::Grants;
use crate::ledger::orders;
use crate::level::Level;
use crate::name::variant_names;
use crate::role::Role;
use crate::template::Template;
use crate::text::{Quoted, Word, Words};

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

/// An invitation, and what comes with it.
///
/// ```
/// use bailiwick::presets::tenant;
/// use bailiwick::{Account, Actor, Command, Invite, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let mut acme = Account::new("acme".parse()?, tenant::catalog());
/// let ana = Invite::new("ana", "ana@acme.example").admin();
/// acme.execute(&Actor::Host, ana, now)?;
/// let kim = Command::invite("kim", "kim@acme.example"); // a member
/// acme.execute(&Actor::Host, kim, now)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Invite {
    pub(crate) user: Box<str>,
    pub(crate) email: Box<str>,
    pub(crate) role: Role,
    pub(crate) template: Option<Box<str>>,
    pub(crate) grants: Option<Grants>,
}

impl Invite {
    /// Invites a member who has nothing (ROLE-3).
    pub fn new(user: impl AsRef<str>, email: impl AsRef<str>) -> Self {
        let (role, template, grants) = (Role::Member, None, None);
        Self { user: text(user), email: text(email), role, template, grants }
    }

    /// Invites an admin rather than a member.
    pub fn admin(mut self) -> Self {
        self.role = Role::Admin;
        self
    }

    /// Assigns a template.
    pub fn template(mut self, template: impl AsRef<str>) -> Self {
        self.template = Some(text(template));
        self
    }

    /// Grants something, CRM access included.
    pub fn grants(mut self, grants: Grants) -> Self {
        self.grants = Some(grants);
        self
    }
}

impl From<Invite> for Command {
    fn from(invite: Invite) -> Self {
        Self::Invite(invite)
    }
}

orders!(Command from Command, Invite);

impl Command {
    /// Invites a member who has nothing (ROLE-3). [`Invite`] has the rest.
    pub fn invite(user: impl AsRef<str>, email: impl AsRef<str>) -> Self {
        Invite::new(user, email).into()
    }

    /// Several commands, all or none (USR-11).
    pub fn batch<C: Into<Self>>(commands: impl IntoIterator<Item = C>) -> Self {
        Self::Batch(commands.into_iter().map(Into::into).collect())
    }

    /// Sends an invitation again.
    pub fn resend(user: impl AsRef<str>) -> Self {
        Self::Resend { user: text(user) }
    }

    /// The user has accepted the invitation.
    pub fn accept(user: impl AsRef<str>) -> Self {
        Self::Accept { user: text(user), generation: None }
    }

    /// The user has accepted this generation of the invitation, which must be the last (USR-12).
    pub fn accept_generation(user: impl AsRef<str>, generation: u32) -> Self {
        Self::Accept { user: text(user), generation: Some(generation) }
    }

    /// The user has signed in.
    pub fn sign_in(user: impl AsRef<str>) -> Self {
        Self::SignIn { user: text(user) }
    }

    /// Bars a user for now.
    pub fn suspend(user: impl AsRef<str>) -> Self {
        Self::Suspend { user: text(user) }
    }

    /// Ends a suspension.
    pub fn reactivate(user: impl AsRef<str>) -> Self {
        Self::Reactivate { user: text(user) }
    }

    /// Gives a user another email address.
    pub fn change_email(user: impl AsRef<str>, email: impl AsRef<str>) -> Self {
        Self::ChangeEmail { user: text(user), email: text(email) }
    }

    /// Makes a member an admin. What is stored for them stays, and is inert (ROLE-6).
    pub fn make_admin(user: impl AsRef<str>) -> Self {
        Self::ChangeRole { user: text(user), role: Role::Admin, holds: Holds::Nothing }
    }

    /// Makes an admin a member who has nothing, what is stored, or what is given with it (ROLE-6).
    pub fn make_member(user: impl AsRef<str>, holds: Holds) -> Self {
        Self::ChangeRole { user: text(user), role: Role::Member, holds }
    }

    /// Makes a user's set equal to a template's, by its id or typed constant.
    pub fn assign_template(user: impl AsRef<str>, template: impl AsRef<str>) -> Self {
        Self::AssignTemplate { user: text(user), template: text(template) }
    }

    /// Takes a user's template away; their own grants stay.
    pub fn clear_template(user: impl AsRef<str>) -> Self {
        Self::ClearTemplate { user: text(user), kept: Kept::OwnGrants }
    }

    /// Copies a template's grants to the user, then takes it away.
    pub fn clear_template_keeping_grants(user: impl AsRef<str>) -> Self {
        Self::ClearTemplate { user: text(user), kept: Kept::TemplateGrants }
    }

    /// Gives a user an action or toggle, as text or as a catalog displays a typed one: then a typo
    /// does not compile.
    ///
    /// ```
    /// use bailiwick::Command;
    /// use bailiwick::presets::tenant::{self, CRM};
    ///
    /// let catalog = tenant::catalog();
    /// let tick = Command::tick("kim", catalog.display(CRM.on()));
    /// assert_eq!(tick, Command::tick("kim", "crm:on"));
    /// ```
    pub fn tick(user: impl AsRef<str>, permission: impl fmt::Display) -> Self {
        Self::Tick { user: text(user), permission: permission.to_string().into() }
    }

    /// Takes an action or toggle from a user, given as for [`tick`](Self::tick).
    pub fn untick(user: impl AsRef<str>, permission: impl fmt::Display) -> Self {
        Self::Untick { user: text(user), permission: permission.to_string().into() }
    }

    /// Sets a user's level of an area, by its path or typed constant. Sub-sections follow, except
    /// those that are restricted (LVL-13).
    ///
    /// ```
    /// use bailiwick::presets::studio::knowledge;
    /// use bailiwick::{Command, Level};
    ///
    /// let set = Command::set_area("kim", knowledge::AREA, Level::Edit);
    /// assert_eq!(set, Command::set_area("kim", "knowledge", Level::Edit));
    /// ```
    pub fn set_area(user: impl AsRef<str>, area: impl AsRef<str>, level: Level) -> Self {
        Self::SetArea { user: text(user), area: text(area), level }
    }

    /// Restricts a user to a level of one sub-section, by its path or typed constant. At its area's
    /// level the restriction is lifted; above it the command is refused (LVL-6).
    ///
    /// ```
    /// use bailiwick::presets::studio::knowledge;
    /// use bailiwick::{Command, Level};
    ///
    /// let set = Command::set_section("kim", knowledge::FAQS, Level::Read);
    /// assert_eq!(set, Command::set_section("kim", "knowledge.faqs", Level::Read));
    /// ```
    pub fn set_section(user: impl AsRef<str>, leaf: impl AsRef<str>, level: Level) -> Self {
        Self::SetSection { user: text(user), leaf: text(leaf), level }
    }

    /// Raises a user to a level of one sub-section, by its path or typed constant, and of its area
    /// if that is lower. No other sub-section changes (LVL-9).
    pub fn raise(user: impl AsRef<str>, leaf: impl AsRef<str>, level: Level) -> Self {
        Self::Raise { user: text(user), leaf: text(leaf), level }
    }

    /// Puts other grants in the place of a user's own.
    pub fn replace_grants(user: impl AsRef<str>, grants: Grants) -> Self {
        Self::ReplaceGrants { user: text(user), grants }
    }

    /// Removes a user for good.
    pub fn delete_user(user: impl AsRef<str>) -> Self {
        Self::DeleteUser { user: text(user) }
    }

    /// Adds a role template.
    pub fn create_template(
        template: impl AsRef<str>,
        name: impl AsRef<str>,
        grants: Grants,
    ) -> Self {
        let (template, name) = (text(template), text(name));
        Self::CreateTemplate { template, name, description: None, grants }
    }

    /// Adds a role template like this one, description included.
    ///
    /// ```
    /// use bailiwick::presets::tenant;
    /// use bailiwick::{Command, Template};
    ///
    /// let presets = Template::presets(&tenant::catalog()).collect::<Vec<_>>();
    /// let add = Command::batch(presets.iter().map(Command::add_template));
    /// # let _ = add;
    /// ```
    pub fn add_template(template: &Template) -> Self {
        Self::CreateTemplate {
            template: text(template.id()),
            name: text(template.name()),
            description: template.description().map(text),
            grants: template.grants().clone(),
        }
    }

    /// Gives a template another name.
    pub fn rename_template(template: impl AsRef<str>, name: impl AsRef<str>) -> Self {
        Self::RenameTemplate { template: text(template), name: text(name) }
    }

    /// Says what a template is for.
    pub fn describe_template(template: impl AsRef<str>, description: impl AsRef<str>) -> Self {
        let description = Some(text(description));
        Self::DescribeTemplate { template: text(template), description }
    }

    /// Takes the description of a template away.
    pub fn clear_description(template: impl AsRef<str>) -> Self {
        Self::DescribeTemplate { template: text(template), description: None }
    }

    /// Changes what a template grants.
    pub fn edit_template(template: impl AsRef<str>, grants: Grants) -> Self {
        Self::EditTemplate { template: text(template), grants }
    }

    /// Deletes a template that no user has; [`delete_template_in_use`] is for any other.
    ///
    /// [`delete_template_in_use`]: Self::delete_template_in_use
    pub fn delete_template(template: impl AsRef<str>) -> Self {
        Self::delete_template_in_use(template, [""; 0])
    }

    /// Deletes a template, knowing that exactly `acknowledged` have it (TPL-7).
    pub fn delete_template_in_use<I: IntoIterator<Item: AsRef<str>>>(
        template: impl AsRef<str>,
        acknowledged: I,
    ) -> Self {
        let template = text(template);
        Self::DeleteTemplate { template, acknowledged: texts(acknowledged), reassign_to: None }
    }

    /// Deletes a template, and assigns another to those who have it, who are exactly
    /// `acknowledged` (TPL-10).
    pub fn replace_template<I: IntoIterator<Item: AsRef<str>>>(
        template: impl AsRef<str>,
        reassign_to: impl AsRef<str>,
        acknowledged: I,
    ) -> Self {
        let (template, acknowledged) = (text(template), texts(acknowledged));
        let reassign_to = Some(text(reassign_to));
        Self::DeleteTemplate { template, acknowledged, reassign_to }
    }

    /// Sets how many users there may be.
    pub fn set_seat_limit(limit: Option<u32>) -> Self {
        Self::SetSeatLimit { limit, seats: None }
    }

    /// Sets how many users there may be, and what becomes of invitations at the limit (USR-6).
    pub fn set_seats(limit: Option<u32>, seats: AtLimit) -> Self {
        Self::SetSeatLimit { limit, seats: Some(seats) }
    }

    /// Sets for how many days invitations can be accepted; `None` if they never expire (USR-12).
    pub fn set_invitation_lifetime(days: Option<u32>) -> Self {
        Self::SetInvitationLifetime { days }
    }

    /// Gives the account another name.
    pub fn rename_account(name: impl AsRef<str>) -> Self {
        Self::RenameAccount { name: text(name) }
    }

    /// Sets which features are on, by path or typed constant.
    ///
    /// ```
    /// use bailiwick::Command;
    /// use bailiwick::presets::tenant::policy;
    ///
    /// let set = Command::set_features([policy::USER_DELEGATION, policy::AUDIT_LOG]);
    /// let features = ["policy.user_delegation", "policy.audit_log"];
    /// let same = Command::set_features(features);
    /// assert_eq!(set, same);
    /// ```
    pub fn set_features<I: IntoIterator<Item: AsRef<str>>>(features: I) -> Self {
        Self::SetFeatures { features: texts(features) }
    }
}

/// A name as it was given, as text or typed.
pub(crate) fn text(given: impl AsRef<str>) -> Box<str> {
    given.as_ref().into()
}

fn texts<I: IntoIterator<Item: AsRef<str>>>(texts: I) -> Vec<Box<str>> {
    texts.into_iter().map(text).collect()
}

impl fmt::Display for Command {
    /// What it does, in words: `invite kim <kim@acme.example> as member on template kb`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invite(Invite { user, email, role, template, grants }) => {
                write!(f, "invite {} <{}> as {role}", Word(user), Word(email))?;
                if let Some(template) = template {
                    write!(f, " on template {}", Word(template))?;
                }
                match grants {
                    Some(grants) if !grants.is_empty() => write!(f, " with {grants}"),
                    _ => Ok(()),
                }
            }
            Self::Batch(commands) => {
                for (position, command) in commands.iter().enumerate() {
                    let between = if position == 0 { "" } else { "; " };
                    write!(f, "{between}{command}")?;
                }
                Ok(())
            }
            Self::Resend { user } => write!(f, "invite {} again", Word(user)),
            Self::Accept { user, generation: None } => write!(f, "{} accepts", Word(user)),
            Self::Accept { user, generation: Some(generation) } => {
                write!(f, "{} accepts invitation {generation}", Word(user))
            }
            Self::SignIn { user } => write!(f, "{} signs in", Word(user)),
            Self::Suspend { user } => write!(f, "suspend {}", Word(user)),
            Self::Reactivate { user } => write!(f, "reactivate {}", Word(user)),
            Self::ChangeEmail { user, email } => {
                write!(f, "change email of {} to {}", Word(user), Word(email))
            }
            Self::ChangeRole { user, role, holds } => describe_role(user, *role, holds, f),
            Self::AssignTemplate { user, template } => {
                write!(f, "assign template {} to {}", Word(template), Word(user))
            }
            Self::ClearTemplate { user, kept: Kept::OwnGrants } => {
                write!(f, "clear template of {}", Word(user))
            }
            Self::ClearTemplate { user, kept: Kept::TemplateGrants } => {
                write!(f, "clear template of {}, keeping its grants", Word(user))
            }
            Self::Tick { user, permission } => {
                write!(f, "tick {} for {}", Word(permission), Word(user))
            }
            Self::Untick { user, permission } => {
                write!(f, "untick {} for {}", Word(permission), Word(user))
            }
            Self::SetArea { user, area, level } => {
                write!(f, "set {} of {} to {level}", Word(area), Word(user))
            }
            Self::SetSection { user, leaf, level } => {
                write!(f, "set section {} of {} to {level}", Word(leaf), Word(user))
            }
            Self::Raise { user, leaf, level } => {
                write!(f, "raise {} of {} to {level}", Word(leaf), Word(user))
            }
            Self::ReplaceGrants { user, grants } => {
                write!(f, "replace grants of {} with {}", Word(user), OrNothing(grants))
            }
            Self::DeleteUser { user } => write!(f, "delete {}", Word(user)),
            Self::CreateTemplate { template, name, description, grants: _ } => {
                write!(f, "create template {} {}", Word(template), Quoted(name))?;
                description
                    .as_ref()
                    .map_or(Ok(()), |text| write!(f, " described as {}", Quoted(text)))
            }
            Self::RenameTemplate { template, name } => {
                write!(f, "rename template {} to {}", Word(template), Quoted(name))
            }
            Self::DescribeTemplate { template, description } => {
                describe_template(template, description.as_deref(), f)
            }
            Self::EditTemplate { template, grants } => {
                write!(f, "edit template {} to {}", Word(template), OrNothing(grants))
            }
            Self::DeleteTemplate { template, acknowledged: _, reassign_to } => {
                write!(f, "delete template {}", Word(template))?;
                match reassign_to {
                    Some(other) => write!(f, " and assign {} instead", Word(other)),
                    None => Ok(()),
                }
            }
            Self::SetSeatLimit { limit, seats } => describe_seats(*limit, *seats, f),
            Self::SetInvitationLifetime { days } => {
                f.write_str("let invitations last ")?;
                match days {
                    Some(days) => write!(f, "{days} {}", day_or_days(*days)),
                    None => f.write_str("forever"),
                }
            }
            Self::RenameAccount { name } => write!(f, "rename account to {}", Quoted(name)),
            Self::SetFeatures { features } if features.is_empty() => {
                f.write_str("turn all features off")
            }
            Self::SetFeatures { features } => {
                write!(f, "set features to {}", Words(features.iter()))
            }
        }
    }
}

fn describe_role(user: &str, role: Role, holds: &Holds, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "make {} {role}", Word(user))?;
    match holds {
        Holds::Nothing => Ok(()),
        Holds::Stored => f.write_str(" with what is stored"),
        Holds::Given(grants) => write!(f, " with {}", OrNothing(grants)),
    }
}

fn describe_template(
    template: &str,
    description: Option<&str>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match description {
        Some(text) => write!(f, "describe template {} as {}", Word(template), Quoted(text)),
        None => write!(f, "clear description of template {}", Word(template)),
    }
}

/// Grants, or `nothing`.
struct OrNothing<'a>(&'a Grants);

impl fmt::Display for OrNothing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("nothing") } else { self.0.fmt(f) }
    }
}

fn describe_seats(
    limit: Option<u32>,
    seats: Option<AtLimit>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match limit {
        Some(limit) => write!(f, "set seat limit to {limit}")?,
        None => f.write_str("lift seat limit")?,
    }
    seats.map_or(Ok(()), |seats| write!(f, " and {seats} at it"))
}

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
                "set_features" => SetFeatures { features }
            }
        }
    };
}
#[cfg(feature = "serde")]
pub(crate) use command_shapes;

command_shapes!(variant_names);
