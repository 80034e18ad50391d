//! Who gained and lost what between two states of an account (REV-4).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::edit::{Altered, Edit};
use crate::account::holdings::Group;
use crate::account::{Account, User};
use crate::key::{Map, TemplateId, UserId};
use crate::permission::Permission;
use crate::registry::Place;
use crate::set::PermissionSet;

/// What someone gained and lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub(crate) who: Affected,
    pub(crate) gained: Vec<Permission>,
    pub(crate) lost: Vec<Permission>,
}

impl Effect {
    /// Who it is about.
    #[must_use]
    pub fn who(&self) -> &Affected {
        &self.who
    }

    /// What they gained, in catalog order.
    #[must_use]
    pub fn gained(&self) -> &[Permission] {
        &self.gained
    }

    /// What they lost, in catalog order.
    #[must_use]
    pub fn lost(&self) -> &[Permission] {
        &self.lost
    }

    fn between(who: Affected, before: &PermissionSet, after: &PermissionSet) -> Option<Self> {
        let (gained, lost) = before.changes_to(after)?;
        Some(Self { who, gained, lost })
    }
}

/// Whom a change affected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Affected {
    /// A user whose own record was written.
    User(UserId),
    /// Users who changed alike because their template or the features did (TPL-3).
    Profile {
        /// How many they are.
        users: usize,
        /// The template that they refer to.
        template: Option<TemplateId>,
    },
}

/// What `edits` wrote between two states, each record once.
pub(super) struct Written<'a> {
    /// As they were in the first of the states and as they are in the second.
    users: BTreeMap<&'a UserId, [Option<&'a User>; 2]>,
    templates: BTreeSet<&'a TemplateId>,
}

impl<'a> Written<'a> {
    pub(super) fn by(edits: &'a [Edit]) -> Self {
        let mut written = Self { users: BTreeMap::new(), templates: BTreeSet::new() };
        for edit in edits {
            match edit {
                Edit::User(altered) => {
                    let states = written.users.entry(&altered.latest().id);
                    let [_, after] = states.or_insert([altered.before(); 2]);
                    *after = altered.after();
                }
                Edit::Template(Altered::Changed { before, .. }) => {
                    written.templates.insert(before.id());
                }
                // Nobody refers to a template that comes or goes.
                Edit::Template(Altered::Added(_) | Altered::Removed(_))
                | Edit::SeatLimit { .. }
                | Edit::Features { .. } => {}
            }
        }
        written
    }

    /// The groups of users who were not written, and whom a template or the features may have
    /// changed all the same.
    pub(super) fn groups_elsewhere(&self, before: &Account, after: &Account) -> Vec<Group> {
        let mut groups: Vec<Group> = if before.features == after.features {
            let places = self.templates.iter().filter_map(|id| before.templates.place(id.as_str()));
            places.flat_map(|place: Place| before.holdings.on(place)).cloned().collect()
        } else {
            before.holdings.iter().cloned().collect()
        };
        if groups.is_empty() || self.users.is_empty() {
            return groups;
        }
        let mut written: Map<*const _, usize> = Map::default();
        for user in self.users.keys().filter_map(|id| before.user(id.as_str())) {
            *written.entry(Arc::as_ptr(&user.holding)).or_default() += 1;
        }
        for group in &mut groups {
            let written = written.get(&Arc::as_ptr(&group.holding));
            group.users -= written.copied().unwrap_or_default();
        }
        groups.retain(|group| group.users > 0);
        groups
    }
}

/// How many users effects are about.
pub(super) fn count(effects: &[Effect]) -> usize {
    let users = effects.iter().map(|effect| match effect.who {
        Affected::User(_) => 1,
        Affected::Profile { users, .. } => users,
    });
    users.sum()
}

impl Account {
    /// Who gained and lost what by edits, on the way from one state to another.
    pub(super) fn effects_of(&self, after: &Self, edits: &[Edit]) -> Vec<Effect> {
        let written = Written::by(edits);
        let may = |account: &Self, user: Option<&User>| {
            user.map_or(PermissionSet::EMPTY, |user| account.profile(user).permissions())
        };
        let own = written.users.iter().filter_map(|(id, [was, is])| {
            let who = Affected::User(UserId::clone(id));
            Effect::between(who, &may(self, *was), &may(after, *is))
        });
        let mut effects: Vec<Effect> = own.collect();
        // In an order that says nothing of how groups are found.
        let mut elsewhere: BTreeMap<_, (Effect, usize)> = BTreeMap::new();
        for Group { holding, users } in written.groups_elsewhere(self, after) {
            let [was, is] = [self, after].map(|account| account.profile_of(&holding).permissions());
            let template = holding.template.clone();
            let who = Affected::Profile { users: 0, template: template.clone() };
            if let Some(effect) = Effect::between(who, &was, &is) {
                let bits = |permissions: &[Permission]| -> Vec<u16> {
                    permissions.iter().map(|permission| permission.bit()).collect()
                };
                let key = (template, bits(&effect.gained), bits(&effect.lost));
                elsewhere.entry(key).or_insert((effect, 0)).1 += users;
            }
        }
        for ((template, ..), (effect, users)) in elsewhere {
            effects.push(Effect { who: Affected::Profile { users, template }, ..effect });
        }
        effects
    }
}
