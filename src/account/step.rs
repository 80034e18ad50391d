//! What each command writes, once its guard has let it through.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::command::{Command, Holds, Invite, Kept};
use crate::account::decide::Decider;
use crate::account::edit::{Altered, Edit};
use crate::account::invitation::Arrival;
use crate::account::refusal::{
    AdminHoldsAll, InvalidLifetime, InvitationExpired, InvitationSuperseded, NeedsFirstAction,
    OtherCatalog, Refusal, TemplateInUse, UnknownInvitation, UserOnly, WrongRole, WrongStatus,
};
use crate::account::{Account, AccountName, AtLimit, Invitation, InvitationLifetime, User};
use crate::area_levels;
use crate::bits::Bits;
use crate::catalog::{SettingError, Source};
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{TemplateId, UserId};
use crate::level::Level;
use crate::permission::Permission;
use crate::profile::Holding;
use crate::role::{Role, Standing, Status};
use crate::template::{Template, TemplateError};
use crate::template_name::TemplateName;

impl Decider<'_, '_> {
    /// Writes what a command asks for, which its guard has let through.
    pub(super) fn step(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Batch(_) => Err(Refusal::NestedBatch),
            Command::Invite(invite) => self.invite(invite),
            Command::Resend { user } => self.resend(user),
            Command::Accept { user, generation } => self.accept(user, *generation),
            Command::SignIn { user } => self.sign_in(user),
            Command::Suspend { user } => self.stand(user, Standing::suspended, "invited or active"),
            Command::Reactivate { user } => self.stand(user, Standing::reactivated, "suspended"),
            Command::ChangeEmail { user, email } => self.change_email(user, email),
            Command::ChangeRole { user, role, holds } => self.change_role(user, *role, holds),
            Command::AssignTemplate { user, template } => self.assign_template(user, template),
            Command::ClearTemplate { user, kept } => self.clear_template(user, *kept),
            Command::Tick { user, permission } => {
                let bit = self.box_of(permission)?;
                self.edit(user, |decider, user| decider.tick(user, bit))
            }
            Command::Untick { user, permission } => {
                let bit = self.box_of(permission)?;
                self.check_untick(user, bit)?;
                self.edit(user, |decider, user| decider.untick(user, bit))
            }
            Command::SetArea { user, area, level } => {
                self.set_level(user, area, *level, area_levels::set_area)
            }
            Command::SetSection { user, leaf, level } => {
                self.set_level(user, leaf, *level, area_levels::set_section)
            }
            Command::Raise { user, leaf, level } => {
                self.set_level(user, leaf, *level, area_levels::raise)
            }
            Command::ReplaceGrants { user, grants } => {
                self.edit(user, |decider, user| decider.replace_grants(user, grants))
            }
            Command::DeleteUser { user } => self.delete_user(user),
            Command::CreateTemplate { template, name, description, grants } => {
                self.create_template(template, name, description.as_deref(), grants)
            }
            Command::RenameTemplate { template, name } => self.rename_template(template, name),
            Command::DescribeTemplate { template, description } => {
                self.describe_template(template, description.as_deref())
            }
            Command::EditTemplate { template, grants } => self.edit_template(template, grants),
            Command::DeleteTemplate { template, acknowledged, reassign_to } => {
                self.delete_template(template, acknowledged, reassign_to.as_deref())
            }
            Command::SetSeatLimit { limit, seats } => self.set_seat_limit(*limit, *seats),
            Command::SetInvitationLifetime { days } => self.set_invitation_lifetime(*days),
            Command::RenameAccount { name } => self.rename_account(name),
            Command::Migrate(migrate) => self.migrate(migrate),
            Command::SetFeatures { features } => self.set_features(features),
        }
    }

    /// Writes a user with another holding; an admin's is inert (ROLE-6).
    fn edit(
        &mut self,
        id: &str,
        edit: impl FnOnce(&Self, &mut Holding) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let before = Arc::clone(self.existing(id)?);
        let mut holding = Holding::clone(&before.holding);
        edit(self, &mut holding)?;
        self.hold(&before, holding)
    }

    /// Writes a user with another holding.
    fn hold(&mut self, before: &Arc<User>, holding: Holding) -> Result<(), Refusal> {
        let holding = Arc::new(holding);
        self.put(before, User { holding, ..User::clone(before) })
    }

    /// Writes a user in the place of what they were.
    fn put(&mut self, before: &Arc<User>, after: User) -> Result<(), Refusal> {
        let (before, after) = (Arc::clone(before), Arc::new(after));
        self.write(Edit::User(Altered::Changed { before, after }))
    }

    /// USR-7, USR-12.
    fn resend(&mut self, id: &str) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        if user.status() != Status::Invited {
            return Err(wrong_status(&user, "invited", "USR-7"));
        }
        let invitation = user.next_invitation(self.draft.now)?;
        let arrival = Arrival::new(invitation, user.last_sign_in());
        self.put(&user, User { arrival, ..User::clone(&user) })
    }

    /// Accepting is the first sign-in (USR-3).
    fn accept(&mut self, id: &str, generation: Option<u32>) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        let standing = user.holding.standing.accepted();
        let standing = standing.ok_or_else(|| wrong_status(&user, "invited", "USR-3"))?;
        self.check_invitation(&user, generation)?;
        let holding = Arc::new(Holding { standing, ..Holding::clone(&user.holding) });
        let arrival = self.signed_in(&user);
        self.put(&user, User { holding, arrival, ..User::clone(&user) })
    }

    /// Only the last invitation is accepted, and only while it lasts. One that nothing is known of
    /// has no generation and does not last (USR-12).
    fn check_invitation(&self, user: &User, presented: Option<u32>) -> Result<(), Refusal> {
        let id = || user.id.as_str().into();
        let last = user.invitation().map_or(0, Invitation::generation);
        match presented {
            Some(presented) if presented < last => {
                return Err(InvitationSuperseded { user: id(), presented, last }.into());
            }
            Some(presented) if presented > last => {
                return Err(UnknownInvitation { user: id(), presented, last }.into());
            }
            Some(_) | None => {}
        }
        let Some(lifetime) = self.draft.next.invitation_lifetime else { return Ok(()) };
        match user.invitation() {
            Some(invitation) if self.draft.now <= invitation.lasts_until(lifetime) => Ok(()),
            Some(_) | None => Err(InvitationExpired { user: id(), lifetime }.into()),
        }
    }

    /// Writes a user in the standing that a move leads to (USR-3).
    fn stand(
        &mut self,
        id: &str,
        step: impl FnOnce(Standing) -> Option<Standing>,
        needs: &'static str,
    ) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        let standing =
            step(user.holding.standing).ok_or_else(|| wrong_status(&user, needs, "USR-3"))?;
        self.hold(&user, Holding { standing, ..Holding::clone(&user.holding) })
    }

    /// USR-9.
    fn sign_in(&mut self, id: &str) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        if user.status() != Status::Active {
            return Err(wrong_status(&user, "active", "USR-9"));
        }
        let arrival = self.signed_in(&user);
        self.put(&user, User { arrival, ..User::clone(&user) })
    }

    /// A sign-in never goes back (USR-9), and an invitation ends with it.
    fn signed_in(&self, user: &User) -> Arrival {
        Arrival::new(None, user.last_sign_in().max(Some(self.draft.now)))
    }

    /// USR-4.
    fn change_email(&mut self, id: &str, email: &str) -> Result<(), Refusal> {
        let email = Email::parse(email)?;
        let user = self.existing(id)?.clone();
        // Whoever reads the mail of the former address cannot accept.
        let invitation = if email == user.email || user.has_accepted() {
            user.invitation()
        } else {
            user.next_invitation(self.draft.now)?
        };
        let arrival = Arrival::new(invitation, user.last_sign_in());
        self.put(&user, User { email, arrival, ..User::clone(&user) })
    }

    /// TPL-4.
    fn assign_template(&mut self, id: &str, template: &str) -> Result<(), Refusal> {
        self.edit(id, |decider, holding| {
            assign(holding, decider.existing_template(template)?);
            Ok(())
        })
    }

    /// TPL-6.
    fn clear_template(&mut self, id: &str, kept: Kept) -> Result<(), Refusal> {
        self.edit(id, |decider, holding| {
            let template = holding.template.take();
            if let (Kept::TemplateGrants, Some(template)) = (kept, template) {
                let template = decider.existing_template(template.as_str())?;
                area_levels::keep(template.grants(), &mut holding.grants);
            }
            Ok(())
        })
    }

    /// Own grants alone are replaced: CRM access is a toggle of its own (USR-10).
    fn replace_grants(&self, user: &mut Holding, grants: &Grants) -> Result<(), Refusal> {
        self.check_catalog(grants)?;
        if let Some(path) = grants.user_only() {
            return Err(UserOnly { path: path.into() }.into());
        }
        self.check_first_actions(grants, &self.template_bits(user))?;
        user.grants.retain_user_only();
        user.grants.add_all(grants);
        Ok(())
    }

    /// TPL-1.
    fn create_template(
        &mut self,
        id: &str,
        name: &str,
        description: Option<&str>,
        grants: &Grants,
    ) -> Result<(), Refusal> {
        let id = TemplateId::parse(id)?;
        self.draft.next.check_template_id(&id)?;
        let known = TemplateName::parse(name)?;
        self.draft.next.check_template_name(&id, known.as_str(), known.folded())?;
        let template = self.template(id, name, grants)?.described(description)?;
        self.write(Edit::Template(Altered::Added(Arc::new(template))))
    }

    fn rename_template(&mut self, id: &str, name: &str) -> Result<(), Refusal> {
        let before = self.existing_template(id)?.clone();
        let after = before.rename(name)?;
        self.put_template(before, after)
    }

    /// TPL-10.
    fn describe_template(&mut self, id: &str, description: Option<&str>) -> Result<(), Refusal> {
        let before = self.existing_template(id)?.clone();
        let after = Template::clone(&before).described(description)?;
        self.put_template(before, after)
    }

    /// TPL-3.
    fn edit_template(&mut self, id: &str, grants: &Grants) -> Result<(), Refusal> {
        let before = self.existing_template(id)?.clone();
        self.check_catalog(grants)?;
        let after = before.regrant(grants.clone())?;
        self.check_first_actions(grants, &Bits::EMPTY)?;
        self.put_template(before, after)
    }

    fn put_template(&mut self, before: Arc<Template>, after: Template) -> Result<(), Refusal> {
        let after = Arc::new(after);
        self.write(Edit::Template(Altered::Changed { before, after }))
    }

    /// USR-6.
    fn set_seat_limit(
        &mut self,
        after: Option<u32>,
        seats: Option<AtLimit>,
    ) -> Result<(), Refusal> {
        let Account { seat_limit: before, at_limit, .. } = self.draft.next;
        self.write(Edit::SeatLimit { before, after })?;
        match seats.filter(|seats| *seats != at_limit) {
            Some(after) => self.write(Edit::AtLimit { before: at_limit, after }),
            None => Ok(()),
        }
    }

    /// USR-12.
    fn set_invitation_lifetime(&mut self, days: Option<u32>) -> Result<(), Refusal> {
        let lifetime = |days| InvitationLifetime::from_days(days).ok_or(InvalidLifetime { days });
        let after = days.map(lifetime).transpose()?;
        let before = self.draft.next.invitation_lifetime;
        self.write(Edit::InvitationLifetime { before, after })
    }

    /// AGY-10.
    fn rename_account(&mut self, name: &str) -> Result<(), Refusal> {
        let after = Some(AccountName::parse(name).map_err(Refusal::AccountName)?);
        let before = self.draft.next.name.clone();
        self.write(Edit::Name { before, after })
    }

    /// GRD-5.
    fn set_features(&mut self, features: &[Box<str>]) -> Result<(), Refusal> {
        let mut after = Features::new(self.draft.next.catalog());
        features.iter().try_for_each(|feature| after.turn_on(feature))?;
        let before = self.draft.next.features.clone();
        self.check_setter(&before, &after)?;
        self.write(Edit::Features { before, after })
    }

    /// USR-5, USR-6, USR-8.
    fn invite(&mut self, invite: &Invite) -> Result<(), Refusal> {
        let Invite { user, email, role, template, grants } = invite;
        let id = UserId::parse(user)?;
        self.draft.next.check_user_id(&id)?;
        let email = Email::parse(email)?;
        self.draft.next.check_email(&email, None)?;
        let mut holding = Holding::invited(*role, self.draft.next.catalog());
        if let Some(template) = template {
            holding.template = Some(self.existing_template(template)?.id().clone());
        }
        if let Some(grants) = grants {
            self.check_catalog(grants)?;
            holding.grants = grants.clone();
        }
        self.check_first_actions(&holding.grants, &self.template_bits(&holding))?;
        if let Some((used, limit)) = self.draft.next.seats().warning() {
            self.write(Edit::BeyondLimit { used, limit })?;
        }
        let invitation = Some(Invitation::first(self.draft.now));
        let user = User::new(id, email, holding, invitation, None);
        self.write(Edit::User(Altered::Added(Arc::new(user))))
    }

    /// ROLE-6.
    fn change_role(&mut self, id: &str, role: Role, holds: &Holds) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        if user.role() == role {
            return Err(WrongRole { user: id.into(), role }.into());
        }
        let mut holding = Holding { role, ..Holding::clone(&user.holding) };
        match (role, holds) {
            (Role::Admin, Holds::Given(grants)) if !grants.is_empty() => {
                return Err(AdminHoldsAll { user: id.into() }.into());
            }
            (Role::Admin, _) | (Role::Member, Holds::Stored) => {}
            (Role::Member, Holds::Nothing) => holding = holding.bare(),
            (Role::Member, Holds::Given(grants)) => {
                self.check_catalog(grants)?;
                self.check_first_actions(grants, &Bits::EMPTY)?;
                holding = Holding { grants: grants.clone(), ..holding.bare() };
            }
        }
        self.hold(&user, holding)
    }

    fn delete_user(&mut self, id: &str) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        self.write(Edit::User(Altered::Removed(user)))
    }

    /// Adds what is not given, and lifts what is muted by name (TPL-5).
    fn tick(&self, user: &mut Holding, bit: u16) -> Result<(), Refusal> {
        let given = self.template_bits(user).or(&user.grants.bits());
        user.grants.add(&Bits::from_iter([bit]).and_not(&given));
        user.mutes.lift(self.permission(bit));
        if self.draft.next.profile_of(user).layers().configured().contains(bit) {
            return Ok(());
        }
        Err(self.needs_first(bit))
    }

    /// An admin has whatever only users can have, such as CRM access (USR-10).
    fn check_untick(&self, id: &str, bit: u16) -> Result<(), Refusal> {
        let leaf = self.draft.next.catalog().tree().leaf_of(bit);
        let is_user_only = leaf.is_some_and(|leaf| leaf.user_only);
        if is_user_only && self.existing(id)?.role() == Role::Admin {
            return Err(AdminHoldsAll { user: id.into() }.into());
        }
        Ok(())
    }

    /// Takes a permission and what needs it from the grants, and mutes what the template gives
    /// (TPL-5).
    fn untick(&self, user: &mut Holding, bit: u16) -> Result<(), Refusal> {
        let tree = self.draft.next.catalog().tree();
        user.grants.subtract(&tree.with_dependents(&Bits::from_iter([bit])));
        // A mute of the whole area is enough.
        let is_muted = user.mutes.iter().any(|mute| mute.bits().any(|muted| muted == bit));
        if !is_muted && self.template_bits(user).contains(bit) {
            user.mutes.mute(self.permission(bit))?;
        }
        Ok(())
    }

    /// LVL-13.
    fn set_level(
        &mut self,
        user: &str,
        path: &str,
        level: Level,
        set: area_levels::Set,
    ) -> Result<(), Refusal> {
        self.edit(user, |decider, holding| {
            Ok(set(decider.template_grants(holding), holding, path, level)?)
        })
    }

    /// TPL-7, TPL-10.
    fn delete_template(
        &mut self,
        id: &str,
        acknowledged: &[Box<str>],
        reassign_to: Option<&str>,
    ) -> Result<(), Refusal> {
        let template = self.existing_template(id)?.clone();
        let other = reassign_to.map(|other| match self.existing_template(other)? {
            other if other.id() == template.id() => Err(self.unknown_template(id)),
            other => Ok(Arc::clone(other)),
        });
        let other = other.transpose()?;
        let users: Vec<Arc<User>> = self.draft.next.users_on(id).cloned().collect();
        let known: BTreeSet<&str> = acknowledged.iter().map(|id| &**id).collect();
        let referring: BTreeSet<&str> = users.iter().map(|user| user.id.as_str()).collect();
        if known != referring {
            let users = users.iter().map(|user| user.id.clone()).collect();
            return Err(TemplateInUse { template: id.into(), users }.into());
        }
        for user in users {
            let mut holding = Holding { template: None, ..Holding::clone(&user.holding) };
            if let Some(other) = &other {
                assign(&mut holding, other);
            }
            self.hold(&user, holding)?;
        }
        self.write(Edit::Template(Altered::Removed(template)))
    }

    /// A template that can be written (TPL-1).
    fn template(&self, id: TemplateId, name: &str, grants: &Grants) -> Result<Template, Refusal> {
        self.check_catalog(grants)?;
        let template = Template::new(id, name, grants.clone()).map_err(refused)?;
        self.check_first_actions(template.grants(), &Bits::EMPTY)?;
        Ok(template)
    }

    /// The bit of a box that can be ticked and unticked: an action or toggle that can be granted
    /// (TPL-5).
    fn box_of(&self, text: &str) -> Result<u16, Refusal> {
        let catalog = self.draft.next.catalog();
        let permission = catalog.permission(text).map_err(SettingError::from)?;
        let Some(leaf) = catalog.tree().leaf_of(permission.bit()) else {
            return Ok(permission.bit());
        };
        let path = || leaf.path.clone();
        match leaf.source {
            Source::Role | Source::Account => {
                let set_by = leaf.source.name();
                Err(SettingError::NotGrantable { path: path(), set_by }.into())
            }
            Source::Grantable if leaf.scale.is_ladder() => {
                let wanted = "a level, not a box: set its level";
                Err(SettingError::WrongScale { path: path(), wanted }.into())
            }
            Source::Grantable => Ok(permission.bit()),
        }
    }

    fn check_catalog(&self, grants: &Grants) -> Result<(), Refusal> {
        if grants.catalog() == self.draft.next.catalog() {
            return Ok(());
        }
        let given = grants.catalog().id().into();
        Err(OtherCatalog { given, wanted: self.draft.next.catalog().id().into() }.into())
    }

    /// Nothing that `grants` sets may be inert beside `others` (LVL-2).
    fn check_first_actions(&self, grants: &Grants, others: &Bits) -> Result<(), Refusal> {
        let set = grants.bits();
        let valid = self.draft.next.catalog().tree().valid_inside(&set.or(others));
        match set.and_not(&valid).ones().next() {
            Some(bit) => Err(self.needs_first(bit)),
            None => Ok(()),
        }
    }

    fn needs_first(&self, bit: u16) -> Refusal {
        let catalog = self.draft.next.catalog();
        let shown = |bit| catalog.display(self.permission(bit)).to_string().into();
        let first = catalog.tree().lacking(bit, &Bits::EMPTY).unwrap_or(bit);
        NeedsFirstAction { permission: shown(bit), first: shown(first) }.into()
    }

    fn template_bits(&self, holding: &Holding) -> Bits {
        self.template_grants(holding).map(Grants::bits).unwrap_or_default()
    }

    fn template_grants(&self, holding: &Holding) -> Option<&Grants> {
        let template = holding.template.as_ref();
        let template = template.and_then(|id| self.draft.next.template(id.as_str()));
        template.map(Template::grants)
    }

    fn permission(&self, bit: u16) -> Permission {
        Permission::new(self.draft.next.catalog().stamp(), bit)
    }
}

/// From here on the template's set is the user's, and what only users can have (TPL-4).
fn assign(holding: &mut Holding, template: &Template) {
    holding.grants.retain_user_only();
    holding.mutes.retain_user_only();
    holding.template = Some(template.id().clone());
}

/// USR-3.
fn wrong_status(user: &User, needs: &'static str, rule: &'static str) -> Refusal {
    WrongStatus { user: user.id.as_str().into(), is: user.status(), needs, rule }.into()
}

fn refused(error: TemplateError) -> Refusal {
    match error {
        TemplateError::Name(error) => error.into(),
        TemplateError::Setting(error) => error.into(),
    }
}
