//! What each command writes, once its guard has let it through.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::account::User;
use crate::account::command::{Command, Invite, Kept};
use crate::account::decide::Decider;
use crate::account::refusal::Refusal;
use crate::area_levels;
use crate::bits::Bits;
use crate::catalog::{Scale, SettingError, Source};
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{TemplateId, UserId};
use crate::mutes::Mutes;
use crate::permission::Permission;
use crate::role::{Role, Status};
use crate::template::{Template, TemplateError};

impl Decider<'_> {
    /// Writes what a command asks for, which its guard has let through.
    pub(super) fn step(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Batch(_) => Err(Refusal::NestedBatch),
            Command::Invite(invite) => self.invite(invite),
            Command::Resend { user } => self.resend(user),
            Command::Accept { user } => self.accept(user),
            Command::SignIn { user } => self.sign_in(user),
            Command::Suspend { user } => self.suspend(user),
            Command::Reactivate { user } => self.reactivate(user),
            Command::ChangeEmail { user, email } => self.change_email(user, email),
            Command::ChangeRole { user, role, grants } => {
                self.change_role(user, *role, grants.as_ref())
            }
            Command::AssignTemplate { user, template } => self.assign_template(user, template),
            Command::ClearTemplate { user, kept } => self.clear_template(user, *kept),
            Command::Tick { user, permission } => {
                let bit = self.box_of(user, permission)?;
                self.edit(user, |decider, user| decider.tick(user, bit))
            }
            Command::Untick { user, permission } => {
                let bit = self.box_of(user, permission)?;
                self.edit(user, |decider, user| decider.untick(user, bit))
            }
            Command::SetArea { user, area, level } => {
                self.edit(user, |decider, user| decider.set_area(user, area, *level))
            }
            Command::SetSection { user, leaf, level } => {
                self.edit(user, |decider, user| decider.set_section(user, leaf, *level))
            }
            Command::Raise { user, leaf, level } => {
                self.edit(user, |decider, user| decider.raise(user, leaf, *level))
            }
            Command::ReplaceGrants { user, grants } => {
                self.edit(user, |decider, user| decider.replace_grants(user, grants))
            }
            Command::DeleteUser { user } => {
                let user = self.existing(user)?.clone();
                self.draft.remove_user(user)
            }
            Command::CreateTemplate { template, name, grants } => {
                self.create_template(template, name, grants)
            }
            Command::RenameTemplate { template, name } => self.rename_template(template, name),
            Command::EditTemplate { template, grants } => self.edit_template(template, grants),
            Command::DeleteTemplate { template, acknowledged } => {
                self.delete_template(template, acknowledged)
            }
            Command::SetSeatLimit { limit } => {
                self.draft.put_seat_limit(*limit);
                Ok(())
            }
            Command::SetFeatures { features } => self.set_features(features),
        }
    }

    /// Writes a member, edited.
    fn edit(
        &mut self,
        id: &str,
        edit: impl FnOnce(&Self, &mut User) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut user = self.member(id)?;
        edit(self, &mut user)?;
        self.draft.put_user(user)
    }

    /// USR-7.
    fn resend(&self, id: &str) -> Result<(), Refusal> {
        require_status(self.existing(id)?, &[Status::Invited], "invited")
    }

    /// USR-3.
    fn accept(&mut self, id: &str) -> Result<(), Refusal> {
        let mut user = self.existing(id)?.clone();
        require_status(&user, &[Status::Invited], "invited")?;
        (user.status, user.accepted) = (Status::Active, true);
        self.draft.put_user(user)
    }

    /// USR-9.
    fn sign_in(&mut self, id: &str) -> Result<(), Refusal> {
        let mut user = self.existing(id)?.clone();
        require_status(&user, &[Status::Active], "active")?;
        user.last_sign_in = user.last_sign_in.max(Some(self.now));
        self.draft.put_user(user)
    }

    /// USR-3.
    fn suspend(&mut self, id: &str) -> Result<(), Refusal> {
        let mut user = self.existing(id)?.clone();
        require_status(&user, &[Status::Invited, Status::Active], "invited or active")?;
        user.status = Status::Suspended;
        self.draft.put_user(user)
    }

    /// USR-3.
    fn reactivate(&mut self, id: &str) -> Result<(), Refusal> {
        let mut user = self.existing(id)?.clone();
        require_status(&user, &[Status::Suspended], "suspended")?;
        user.status = if user.accepted { Status::Active } else { Status::Invited };
        self.draft.put_user(user)
    }

    /// USR-4. Whoever reads someone's mail can become them, so a member changes the address only
    /// of those who hold no more than they do (GRD-3).
    fn change_email(&mut self, id: &str, email: &str) -> Result<(), Refusal> {
        let email = self.free_email(email, Some(id))?;
        let user = self.existing(id)?.clone();
        self.draft.check_within_ceiling(&user)?;
        self.draft.put_user(User { email, ..user })
    }

    /// TPL-4.
    fn assign_template(&mut self, id: &str, template: &str) -> Result<(), Refusal> {
        let mut user = self.member(id)?;
        user.grants.retain_user_only();
        user.mutes.retain_user_only();
        user.template = Some(self.existing_template(template)?.id().clone());
        self.draft.put_user(user)
    }

    /// TPL-6.
    fn clear_template(&mut self, id: &str, kept: Kept) -> Result<(), Refusal> {
        let mut user = self.member(id)?;
        let template = user.template.take();
        if let (Kept::TemplateGrants, Some(template)) = (kept, template) {
            let template = self.existing_template(template.as_str())?;
            area_levels::keep(template.grants(), &mut user.grants);
        }
        self.draft.put_user(user)
    }

    /// Own grants alone are replaced: CRM access is a toggle of its own (USR-10).
    fn replace_grants(&self, user: &mut User, grants: &Grants) -> Result<(), Refusal> {
        self.check_catalog(grants)?;
        if let Some(path) = grants.user_only() {
            return Err(Refusal::UserOnly { path: path.into() });
        }
        self.check_first_actions(grants, &self.template_bits(user))?;
        user.grants.retain_user_only();
        user.grants.add_all(grants);
        Ok(())
    }

    /// TPL-1.
    fn create_template(&mut self, id: &str, name: &str, grants: &Grants) -> Result<(), Refusal> {
        let parsed = TemplateId::parse(id)?;
        if self.draft.template(id).is_some() {
            return Err(Refusal::TemplateExists { template: id.into() });
        }
        self.check_name(&parsed, name)?;
        let template = self.template(parsed, name, grants.clone())?;
        self.draft.put_template(template)
    }

    fn rename_template(&mut self, id: &str, name: &str) -> Result<(), Refusal> {
        let template = self.existing_template(id)?;
        let (id, grants) = (template.id().clone(), template.grants().clone());
        self.check_name(&id, name)?;
        self.draft.put_template(Template::new(id, name, grants).map_err(refused)?)
    }

    /// TPL-3.
    fn edit_template(&mut self, id: &str, grants: &Grants) -> Result<(), Refusal> {
        let former = self.existing_template(id)?;
        let template = self.template(former.id().clone(), former.name(), grants.clone())?;
        self.draft.put_template(template)
    }

    fn set_features(&mut self, features: &[Box<str>]) -> Result<(), Refusal> {
        let mut set = Features::new(self.draft.catalog());
        features.iter().try_for_each(|feature| set.turn_on(feature))?;
        self.draft.put_features(set);
        Ok(())
    }

    /// USR-5, USR-6, USR-8.
    fn invite(&mut self, invite: &Invite) -> Result<(), Refusal> {
        let Invite { user, email, role, template, grants } = invite;
        let id = UserId::parse(user)?;
        if self.draft.user(user).is_some() {
            return Err(Refusal::UserExists { user: user.clone() });
        }
        if self.draft.is_retired(user) {
            return Err(Refusal::UserRetired { user: user.clone() });
        }
        let email = self.free_email(email, None)?;
        let template = match template {
            Some(template) => Some(self.existing_template(template)?.id().clone()),
            None => None,
        };
        let given = template.is_some() || grants.as_ref().is_some_and(|one| !one.is_empty());
        if *role == Role::Admin && given {
            return Err(Refusal::AdminHoldsAll { user: user.clone() });
        }
        let catalog = self.draft.catalog();
        let user = User {
            id,
            email,
            role: *role,
            status: Status::Invited,
            accepted: false,
            template,
            grants: grants.clone().unwrap_or_else(|| Grants::new(catalog)),
            mutes: Mutes::new(catalog),
            last_sign_in: None,
        };
        self.check_catalog(&user.grants)?;
        self.check_first_actions(&user.grants, &self.template_bits(&user))?;
        self.draft.add_user(user)
    }

    /// ROLE-6.
    fn change_role(
        &mut self,
        id: &str,
        role: Role,
        grants: Option<&Grants>,
    ) -> Result<(), Refusal> {
        let user = self.existing(id)?.clone();
        if user.role == role {
            return Err(Refusal::WrongRole { user: id.into(), role });
        }
        if role == Role::Admin && grants.is_some_and(|grants| !grants.is_empty()) {
            return Err(Refusal::AdminHoldsAll { user: id.into() });
        }
        let catalog = self.draft.catalog();
        let grants = grants.cloned().unwrap_or_else(|| Grants::new(catalog));
        self.check_catalog(&grants)?;
        self.check_first_actions(&grants, &Bits::EMPTY)?;
        self.draft.put_user(User {
            role,
            template: None,
            grants,
            mutes: Mutes::new(catalog),
            ..user
        })
    }

    /// Adds what is not given, and lifts what is muted by name (TPL-5).
    fn tick(&self, user: &mut User, bit: u16) -> Result<(), Refusal> {
        let given = self.template_bits(user).or(&user.grants.bits());
        user.grants.add(&Bits::from_iter([bit]).and_not(&given));
        user.mutes.lift(self.permission(bit));
        if self.draft.profile(user).potential().contains(bit) {
            return Ok(());
        }
        Err(self.needs_first(bit))
    }

    /// Takes a permission and what needs it from the grants, and mutes what the template gives
    /// (TPL-5).
    fn untick(&self, user: &mut User, bit: u16) -> Result<(), Refusal> {
        let tree = self.draft.catalog().tree();
        user.grants.subtract(&tree.with_dependents(&Bits::from_iter([bit])));
        if self.template_bits(user).contains(bit) {
            user.mutes.mute(self.permission(bit))?;
        }
        Ok(())
    }

    /// TPL-7.
    fn delete_template(&mut self, id: &str, acknowledged: &[Box<str>]) -> Result<(), Refusal> {
        let template = self.existing_template(id)?.clone();
        let users: Vec<User> = self
            .draft
            .users()
            .filter(|user| user.template.as_ref() == Some(template.id()))
            .cloned()
            .collect();
        let known: BTreeSet<&str> = acknowledged.iter().map(|id| &**id).collect();
        let referring: BTreeSet<&str> = users.iter().map(|user| user.id.as_str()).collect();
        if known != referring {
            let users = users.into_iter().map(|user| user.id).collect();
            return Err(Refusal::TemplateInUse { template: id.into(), users });
        }
        for user in users {
            self.draft.put_user(User { template: None, ..user })?;
        }
        self.draft.remove_template(template);
        Ok(())
    }

    /// A template that can be written (TPL-1).
    fn template(&self, id: TemplateId, name: &str, grants: Grants) -> Result<Template, Refusal> {
        self.check_catalog(&grants)?;
        let template = Template::new(id, name, grants).map_err(refused)?;
        self.check_first_actions(template.grants(), &Bits::EMPTY)?;
        Ok(template)
    }

    fn check_name(&self, id: &TemplateId, name: &str) -> Result<(), Refusal> {
        let folded = name.trim().to_lowercase();
        if folded.is_empty() {
            return Err(Refusal::TemplateName);
        }
        let mut others = self.draft.templates().filter(|other| other.id() != id);
        match others.find(|other| other.name().to_lowercase() == folded) {
            Some(other) => Err(Refusal::TemplateNameTaken {
                name: name.trim().into(),
                template: other.id().as_str().into(),
            }),
            None => Ok(()),
        }
    }

    /// USR-4.
    fn free_email(&self, text: &str, own: Option<&str>) -> Result<Email, Refusal> {
        let email = Email::parse(text)?;
        match self.draft.email(&email.folded()) {
            Some(user) if Some(user.as_str()) != own => Err(Refusal::EmailTaken {
                email: email.as_str().into(),
                user: user.as_str().into(),
            }),
            _ => Ok(email),
        }
    }

    /// The bit of a box that can be ticked and unticked for a member: an action or toggle that can
    /// be granted (TPL-5).
    fn box_of(&self, user: &str, text: &str) -> Result<u16, Refusal> {
        self.member(user)?;
        let catalog = self.draft.catalog();
        let permission = catalog.permission(text).map_err(SettingError::from)?;
        let Some(leaf) = catalog.tree().leaf_of(permission.bit()) else {
            return Ok(permission.bit());
        };
        let path = || leaf.path.clone();
        match (leaf.source, &leaf.scale) {
            (Source::Role | Source::Account, _) => {
                let set_by = leaf.source.name();
                Err(SettingError::NotGrantable { path: path(), set_by }.into())
            }
            (Source::Grantable, Scale::Levels) => {
                let wanted = "a level, not a box: set its level";
                Err(SettingError::WrongScale { path: path(), wanted }.into())
            }
            (Source::Grantable, Scale::Actions(_) | Scale::Toggle) => Ok(permission.bit()),
        }
    }

    fn check_catalog(&self, grants: &Grants) -> Result<(), Refusal> {
        if grants.catalog() == self.draft.catalog() {
            return Ok(());
        }
        let given = grants.catalog().id().into();
        Err(Refusal::OtherCatalog { given, wanted: self.draft.catalog().id().into() })
    }

    /// Nothing that `grants` sets may be inert beside `others` (LVL-2).
    fn check_first_actions(&self, grants: &Grants, others: &Bits) -> Result<(), Refusal> {
        let set = grants.bits();
        let valid = self.draft.catalog().tree().valid_inside(&set.or(others));
        match set.and_not(&valid).ones().next() {
            Some(bit) => Err(self.needs_first(bit)),
            None => Ok(()),
        }
    }

    fn needs_first(&self, bit: u16) -> Refusal {
        let catalog = self.draft.catalog();
        let shown = |bit| catalog.display(self.permission(bit)).to_string().into();
        let first = catalog.tree().first_of(bit);
        Refusal::NeedsFirstAction { permission: shown(bit), first: shown(first) }
    }

    fn template_bits(&self, user: &User) -> Bits {
        let template = user.template.as_ref().and_then(|id| self.draft.template(id.as_str()));
        template.map_or(Bits::EMPTY, |template| template.grants().bits())
    }

    fn permission(&self, bit: u16) -> Permission {
        Permission::new(self.draft.catalog().stamp(), bit)
    }
}

/// USR-3.
fn require_status(user: &User, statuses: &[Status], needs: &'static str) -> Result<(), Refusal> {
    if statuses.contains(&user.status) {
        return Ok(());
    }
    Err(Refusal::WrongStatus { user: user.id.as_str().into(), is: user.status, needs })
}

fn refused(error: TemplateError) -> Refusal {
    match error {
        TemplateError::BlankName => Refusal::TemplateName,
        TemplateError::Setting(error) => error.into(),
    }
}
