//! What guards look up instead of searching: worked out from the users, and kept with them.

use alloc::boxed::Box;

use crate::account::User;
use crate::grants::Grants;
use crate::key::{Map, TemplateId, UserId};
use crate::mutes::Mutes;
use crate::role::{Role, Status};

/// All that tells one user's decisions from another's, in one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Group {
    pub(super) role: Role,
    pub(super) status: Status,
    pub(super) template: Option<TemplateId>,
    pub(super) grants: Grants,
    pub(super) mutes: Mutes,
}

impl Group {
    pub(super) fn of(user: &User) -> Self {
        Self {
            role: user.role,
            status: user.status,
            template: user.template.clone(),
            grants: user.grants.clone(),
            mutes: user.mutes.clone(),
        }
    }
}

/// How many users there are of each group.
pub(super) type Groups = Map<Group, usize>;

/// Look-ups over the users of an account.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Who has an email address, in the case in which addresses are compared (USR-4).
    emails: Map<Box<str>, UserId>,
    active_admins: usize,
    /// The groups of those who refer to a template, and of those who refer to none.
    groups: Map<Option<TemplateId>, Groups>,
}

impl Index {
    pub(super) fn email(&self, folded: &str) -> Option<&UserId> {
        self.emails.get(folded)
    }

    pub(super) fn active_admins(&self) -> usize {
        self.active_admins
    }

    /// The groups of those who refer to a template.
    pub(super) fn groups_on(&self, template: &TemplateId) -> Groups {
        self.groups.get(&Some(template.clone())).cloned().unwrap_or_default()
    }

    /// All groups.
    pub(super) fn groups(&self) -> Groups {
        let all = self.groups.values().flatten();
        all.map(|(group, users)| (group.clone(), *users)).collect()
    }

    pub(super) fn add(&mut self, user: &User) {
        self.emails.insert(user.email.folded().into(), user.id.clone());
        self.active_admins += usize::from(user.is_active_admin());
        let groups = self.groups.entry(user.template.clone()).or_default();
        *groups.entry(Group::of(user)).or_default() += 1;
    }

    pub(super) fn remove(&mut self, user: &User) {
        self.emails.swap_remove(user.email.folded());
        self.active_admins -= usize::from(user.is_active_admin());
        if let Some(groups) = self.groups.get_mut(&user.template) {
            less(groups, &Group::of(user));
            if groups.is_empty() {
                self.groups.swap_remove(&user.template);
            }
        }
    }
}

/// Takes one user out of a group.
pub(super) fn less(groups: &mut Groups, group: &Group) {
    if let Some(users) = groups.get_mut(group) {
        *users -= 1;
        if *users == 0 {
            groups.swap_remove(group);
        }
    }
}
