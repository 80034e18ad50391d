//! The state that a command is about to make: the account, and what was written on top of it.
//!
//! Every write passes the guards that hold whatever the command: seats, the last admin and the
//! ceiling of an acting member. A command has no other way to write.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::account::change::{Affected, Edit, Effect};
use crate::account::index::{Group, Groups, less};
use crate::account::refusal::Refusal;
use crate::account::{Account, Seats, User};
use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::catalog::tree::quoted;
use crate::features::Features;
use crate::key::{Map, TemplateId, UserId};
use crate::permission::Permission;
use crate::profile::Profile;
use crate::set::PermissionSet;
use crate::template::Template;

pub(super) struct Draft<'a> {
    account: &'a Account,
    users: Map<UserId, Option<User>>,
    templates: Map<TemplateId, Option<Template>>,
    emails: Map<Box<str>, Option<UserId>>,
    seats: Seats,
    active_admins: usize,
    features: Cow<'a, Features>,
    edits: Vec<Edit>,
    /// What nobody may gain more than, where a member acts (GRD-3).
    ceiling: Option<Ceiling>,
}

pub(super) struct Ceiling {
    pub(super) actor: Box<str>,
    pub(super) held: Bits,
}

impl<'a> Draft<'a> {
    pub(super) fn new(account: &'a Account) -> Self {
        Self {
            account,
            users: Map::default(),
            templates: Map::default(),
            emails: Map::default(),
            seats: account.seats(),
            active_admins: account.index.active_admins(),
            features: Cow::Borrowed(&account.features),
            edits: Vec::new(),
            ceiling: None,
        }
    }

    pub(super) fn account(&self) -> &'a Account {
        self.account
    }

    pub(super) fn catalog(&self) -> &'a Catalog {
        &self.account.catalog
    }

    pub(super) fn set_ceiling(&mut self, ceiling: Option<Ceiling>) {
        self.ceiling = ceiling;
    }

    pub(super) fn user(&self, id: &str) -> Option<&User> {
        match self.users.get(id) {
            Some(written) => written.as_ref(),
            None => self.account.user(id),
        }
    }

    pub(super) fn is_retired(&self, id: &str) -> bool {
        self.account.retired.contains_key(id) || matches!(self.users.get(id), Some(None))
    }

    pub(super) fn template(&self, id: &str) -> Option<&Template> {
        match self.templates.get(id) {
            Some(written) => written.as_ref(),
            None => self.account.template(id),
        }
    }

    /// Who has an email address, in the case in which addresses are compared.
    pub(super) fn email(&self, folded: &str) -> Option<&UserId> {
        match self.emails.get(folded) {
            Some(written) => written.as_ref(),
            None => self.account.index.email(folded),
        }
    }

    /// The templates as they are now, in any order.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let untouched = self.account.templates();
        let untouched = untouched.filter(|one| !self.templates.contains_key(one.id()));
        untouched.chain(self.templates.values().flatten())
    }

    /// The users as they are now, in any order.
    pub(super) fn users(&self) -> impl Iterator<Item = &User> {
        let untouched = self.account.users();
        let untouched = untouched.filter(|one| !self.users.contains_key(one.id()));
        untouched.chain(self.users.values().flatten())
    }

    /// What decisions about a user depend on, as it is now.
    pub(super) fn profile<'b>(&'b self, user: &'b User) -> Profile<'b> {
        let template = user.template.as_ref().and_then(|id| self.template(id.as_str()));
        Profile {
            role: user.role,
            status: user.status,
            template,
            grants: &user.grants,
            mutes: &user.mutes,
            features: &self.features,
        }
    }

    /// Adds a user.
    pub(super) fn add_user(&mut self, user: User) -> Result<(), Refusal> {
        if let (true, Some(limit)) = (self.seats.is_reached(), self.seats.limit) {
            return Err(Refusal::SeatLimit { used: self.seats.used, limit });
        }
        self.write_user(None, Some(user))
    }

    /// Puts a user in the place of what they were.
    pub(super) fn put_user(&mut self, user: User) -> Result<(), Refusal> {
        let before = self.user(user.id.as_str()).cloned();
        self.write_user(before, Some(user))
    }

    pub(super) fn remove_user(&mut self, user: User) -> Result<(), Refusal> {
        self.write_user(Some(user), None)
    }

    fn write_user(&mut self, before: Option<User>, after: Option<User>) -> Result<(), Refusal> {
        let was_admin = before.as_ref().is_some_and(User::is_active_admin);
        let is_admin = after.as_ref().is_some_and(User::is_active_admin);
        if let (true, false, 1, Some(user)) = (was_admin, is_admin, self.active_admins, &before) {
            return Err(Refusal::LastAdmin { user: user.id.as_str().into() });
        }
        if let (Some(after), true) = (&after, self.ceiling.is_some()) {
            let nothing = (Bits::EMPTY, EMPTY);
            let former = before.as_ref().map_or(nothing, |user| reach(&self.profile(user)));
            self.check_ceiling(&former, &reach(&self.profile(after)))?;
        }
        self.active_admins = self.active_admins + usize::from(is_admin) - usize::from(was_admin);
        self.seats.used =
            self.seats.used + usize::from(after.is_some()) - usize::from(before.is_some());
        if let Some(before) = &before {
            self.emails.insert(before.email.folded().into(), None);
            self.users.insert(before.id.clone(), None);
        }
        if let Some(after) = &after {
            self.emails.insert(after.email.folded().into(), Some(after.id.clone()));
            self.users.insert(after.id.clone(), Some(after.clone()));
        }
        let (before, after) = (before.map(Box::new), after.map(Box::new));
        self.edits.push(Edit::User { before, after });
        Ok(())
    }

    /// Adds a template or puts it in the place of what it was.
    pub(super) fn put_template(&mut self, template: Template) -> Result<(), Refusal> {
        let id = template.id().clone();
        let before = self.template(id.as_str()).cloned();
        let former_bits = before.as_ref().map_or(Bits::EMPTY, |before| before.grants().bits());
        let bits = (template.grants().bits(), PermissionSet::EMPTY);
        self.check_ceiling(&(former_bits, PermissionSet::EMPTY), &bits)?;
        if self.ceiling.is_some() {
            for group in self.groups_on(&id).keys() {
                let former = reach(&of_group(group, before.as_ref(), &self.features));
                let now = reach(&of_group(group, Some(&template), &self.features));
                self.check_ceiling(&former, &now)?;
            }
        }
        self.write_template(id, before, Some(template));
        Ok(())
    }

    /// Removes a template, which nobody refers to any more.
    pub(super) fn remove_template(&mut self, template: Template) {
        self.write_template(template.id().clone(), Some(template), None);
    }

    fn write_template(
        &mut self,
        id: TemplateId,
        before: Option<Template>,
        after: Option<Template>,
    ) {
        self.templates.insert(id, after.clone());
        let (before, after) = (before.map(Box::new), after.map(Box::new));
        self.edits.push(Edit::Template { before, after });
    }

    pub(super) fn put_seat_limit(&mut self, after: Option<u32>) {
        let before = core::mem::replace(&mut self.seats.limit, after);
        self.edits.push(Edit::SeatLimit { before, after });
    }

    pub(super) fn put_features(&mut self, after: Features) {
        let before = self.features.clone().into_owned();
        self.features = Cow::Owned(after.clone());
        self.edits.push(Edit::Features { before, after });
    }

    /// An acting member holds all that a user could do.
    pub(super) fn check_within_ceiling(&self, user: &User) -> Result<(), Refusal> {
        self.check_ceiling(&(Bits::EMPTY, EMPTY), &reach(&self.profile(user)))
    }

    /// Nobody gains what an acting member does not hold, now or once a status or feature changes.
    fn check_ceiling(&self, before: &Reach, after: &Reach) -> Result<(), Refusal> {
        let Some(ceiling) = &self.ceiling else { return Ok(()) };
        let gained = after.0.and_not(&before.0).or(&after.1.bits().and_not(before.1.bits()));
        let beyond = gained.and_not(&ceiling.held);
        if beyond.is_empty() {
            return Ok(());
        }
        let names = beyond.ones().map(|bit| self.catalog().display(self.permission(bit)));
        Err(Refusal::Escalation { actor: ceiling.actor.clone(), permissions: quoted(names) })
    }

    fn permission(&self, bit: u16) -> Permission {
        Permission::new(self.catalog().stamp(), bit)
    }

    /// The groups of those who refer to a template now.
    fn groups_on(&self, template: &TemplateId) -> Groups {
        let mut groups = self.account.index.groups_on(template);
        self.leave_touched_out(&mut groups);
        for user in self.users.values().flatten() {
            if user.template.as_ref() == Some(template) {
                *groups.entry(Group::of(user)).or_default() += 1;
            }
        }
        groups
    }

    fn leave_touched_out(&self, groups: &mut Groups) {
        if groups.is_empty() {
            return;
        }
        for id in self.users.keys() {
            if let Some(former) = self.account.user(id.as_str()) {
                less(groups, &Group::of(former));
            }
        }
    }

    /// What was written, in order, and what whom it makes gain and lose.
    pub(super) fn finish(self) -> (Vec<Edit>, Vec<Effect>) {
        let mut effects = Vec::new();
        for (id, after) in &self.users {
            let before = self.account.user(id.as_str());
            let before = before.map(|user| self.account.profile(user).permissions());
            let after = after.as_ref().map(|user| self.profile(user).permissions());
            let who = || Affected::User(id.clone());
            effects.extend(effect(who, &before.unwrap_or(EMPTY), &after.unwrap_or(EMPTY)));
        }
        let mut elsewhere: Map<_, usize> = Map::default();
        for (group, users) in self.groups_elsewhere() {
            let id = group.template.as_ref().map(TemplateId::as_str);
            let former = id.and_then(|id| self.account.template(id));
            let now = id.and_then(|id| self.template(id));
            let before = of_group(&group, former, &self.account.features).permissions();
            let after = of_group(&group, now, &self.features).permissions();
            *elsewhere.entry((group.template, before, after)).or_default() += users;
        }
        for ((template, before, after), users) in elsewhere {
            let who = || Affected::Profile { users, template };
            effects.extend(effect(who, &before, &after));
        }
        (self.edits, effects)
    }

    /// The groups of users who were not written and whom a template or the features may have
    /// changed all the same.
    fn groups_elsewhere(&self) -> Groups {
        let mut groups = if *self.features == self.account.features {
            let touched = self.templates.keys();
            touched.flat_map(|template| self.account.index.groups_on(template)).collect()
        } else {
            self.account.index.groups()
        };
        self.leave_touched_out(&mut groups);
        groups
    }
}

const EMPTY: PermissionSet = PermissionSet::EMPTY;

/// What someone could do if they were active and all features on, and what they may do now.
type Reach = (Bits, PermissionSet);

fn reach(profile: &Profile<'_>) -> Reach {
    (profile.potential(), profile.permissions())
}

fn of_group<'a>(
    group: &'a Group,
    template: Option<&'a Template>,
    features: &'a Features,
) -> Profile<'a> {
    let Group { role, status, grants, mutes, .. } = group;
    Profile { role: *role, status: *status, template, grants, mutes, features }
}

fn effect(
    who: impl FnOnce() -> Affected,
    before: &PermissionSet,
    after: &PermissionSet,
) -> Option<Effect> {
    let gained: Vec<Permission> = after.difference(before).collect();
    let lost: Vec<Permission> = before.difference(after).collect();
    (!gained.is_empty() || !lost.is_empty()).then(|| Effect { who: who(), gained, lost })
}
