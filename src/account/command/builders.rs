//! A command by what it does, from text or from what is typed.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use crate::account::AtLimit;
use crate::account::command::{Command, Holds, Invite, Kept};
use crate::grants::Grants;
use crate::level::Level;
use crate::migration::Migration;
use crate::role::Role;
use crate::template::Template;

impl Command {
    /// Invites a member who has nothing (ROLE-3). [`Invite`] has the rest.
    pub fn invite(user: impl AsRef<str>, email: impl AsRef<str>) -> Self {
        Invite::new(user, email).into()
    }

    /// Goes on under the catalog that a migration leads to, in one change (EVO-6). Given alone: not
    /// in a batch, and for subaccounts to their agency.
    ///
    /// Templates, grants, mutes and features go together, of users in any status. The host decides
    /// on it as on any command: previewed, committed by its digest, stored, and applied by replicas,
    /// which need both catalogs and no rules. Linear in users and templates.
    ///
    /// ```
    /// use bailiwick::presets::{self, studio, studio_classic};
    /// use bailiwick::{Account, Actor, Command, Level, Timestamp};
    ///
    /// let now = Timestamp::from_unix_millis(1_790_000_000_000);
    /// let mut acme =
    ///     Account::new("acme".parse()?, studio_classic::catalog());
    /// let invite = Command::invite("kim", "kim@acme.example");
    /// acme.execute(&Actor::Host, invite, now)?;
    /// acme.execute(&Actor::Host, Command::accept("kim"), now)?;
    /// let build = Command::set_area("kim", "build", Level::Edit);
    /// acme.execute(&Actor::Host, build, now)?;
    ///
    /// let june = Command::migrate(&presets::march_to_june().build()?);
    /// let preview = acme.preview(&Actor::Host, june.clone(), now)?;
    /// acme.commit(&Actor::Host, june, now, &preview.digest())?;
    /// let edits_faqs = studio::knowledge::FAQS.edit();
    /// assert!(acme.compile().allows("kim", edits_faqs));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn migrate(migration: &Migration) -> Self {
        Self::Migrate(migration.into())
    }

    /// Whether it leads to another catalog, or something in it does.
    pub(crate) fn migrates(&self) -> bool {
        if let Self::Batch(commands) = self {
            return commands.iter().any(Self::migrates);
        }
        matches!(self, Self::Migrate(_))
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
