//! What users hold, were given, or would hold in other circumstances.

#![expect(clippy::panic, reason = "who is asked for is known to be there")]

use super::{Directory, Set, Template, User};
use crate::naive::catalog::{Area, Leaf, Scale, Source};
use crate::naive::levels::Person;
use crate::naive::settings::{Grants, raw};

impl Directory {
    /// What a user may do now; nothing for nobody.
    pub(crate) fn effective(&self, id: &str) -> Set {
        self.oracle().effective(id)
    }

    /// What template and own grants give, unclosed: also actions that are inert for want of their
    /// first. For an admin, what is stored and would hold for a member (ROLE-6).
    pub(super) fn raw(&self, user: &User) -> Set {
        &self.template_set(user.template.as_deref()) | &self.set_of(&user.grants)
    }

    /// What a member would hold when active, with every feature on and mutes lifted (TPL-2).
    pub(super) fn valid(&self, user: &User) -> Set {
        self.valid_inside(&self.raw(user))
    }

    /// What a user would hold when active, with every feature on: an admin all that the role
    /// brings (ROLE-2).
    pub(super) fn configured(&self, user: &User) -> Set {
        if user.role == "admin" {
            let leaves = self.catalog.leaves().filter(|leaf| leaf.source != Source::Account);
            return leaves.flat_map(|leaf| leaf.permissions.iter().cloned()).collect();
        }
        self.potential(user)
    }

    /// What a member would hold when active, with every feature on.
    pub(super) fn potential(&self, user: &User) -> Set {
        let mutes = user.mutes.iter().flat_map(|mute| self.catalog.expand(mute)).collect();
        &self.valid(user) - &self.with_dependents(&mutes)
    }

    /// The largest valid set inside this one (LVL-2).
    pub(super) fn valid_inside(&self, set: &Set) -> Set {
        let first = |one: &String| self.needs.get(one).is_some_and(|first| set.contains(first));
        set.iter().filter(|one| first(one)).cloned().collect()
    }

    /// These, and all that needs one of them (TPL-5).
    fn with_dependents(&self, set: &Set) -> Set {
        let all = self.needs.iter();
        all.filter(|(one, needed)| set.contains(*one) || set.contains(*needed))
            .map(|(one, _)| one.clone())
            .collect()
    }

    /// The ids of all who refer to a template, in order (TPL-10).
    pub(crate) fn referring(&self, template: &str) -> Vec<String> {
        let users = self.state.users.iter();
        let users = users.filter(|user| user.template.as_deref() == Some(template));
        users.map(|user| user.id.clone()).collect()
    }

    /// What grants give on each leaf, unclosed.
    pub(crate) fn set_of(&self, grants: &Grants) -> Set {
        self.catalog.leaves().flat_map(|leaf| leaf.permissions_of(&raw(grants, leaf))).collect()
    }

    /// What a template sets; nothing where there is none (TPL-8).
    pub(crate) fn template_set(&self, id: Option<&str>) -> Set {
        let template = id.and_then(|id| self.template(id));
        template.map(|template| self.set_of(&template.grants)).unwrap_or_default()
    }

    /// All that was given to a user, as it is stored. A template that does not exist grants
    /// nothing (TPL-8).
    pub(super) fn person(&self, user: &User) -> Person {
        let template = user.template.as_deref().map(|id| {
            self.template(id).map(|template| template.grants.clone()).unwrap_or_default()
        });
        Person { template, own: user.grants.clone(), mutes: user.mutes.clone() }
    }

    /// Whether a path or permission is of an area that only users have, as CRM access is (TPL-1).
    pub(super) fn is_user_only(&self, text: &str) -> bool {
        let path = text.split(':').next().unwrap_or_default();
        let mut areas = self.catalog.areas.iter().filter(|area| area.user_only);
        areas.any(|area| area.key == path || area.leaves.iter().any(|leaf| leaf.path == path))
    }

    pub(super) fn leveled_areas(&self) -> impl Iterator<Item = &Area> {
        let areas = self.catalog.areas.iter();
        areas.filter(|area| area.scale == Scale::Levels && area.source == Source::Grantable)
    }

    pub(super) fn area_of(&self, leaf: &Leaf) -> &Area {
        match self.catalog.areas.iter().find(|area| area.key == leaf.area) {
            Some(area) => area,
            None => panic!("no area `{}`", leaf.area),
        }
    }

    pub(crate) fn find(&self, id: &str) -> Option<&User> {
        self.state.users.iter().find(|user| user.id == id)
    }

    pub(super) fn user(&self, id: &str) -> &User {
        match self.find(id) {
            Some(user) => user,
            None => panic!("no user `{id}`"),
        }
    }

    pub(super) fn user_mut(&mut self, id: &str) -> &mut User {
        match self.state.users.iter_mut().find(|user| user.id == id) {
            Some(user) => user,
            None => panic!("no user `{id}`"),
        }
    }

    pub(crate) fn template(&self, id: &str) -> Option<&Template> {
        self.state.templates.iter().find(|template| template.id == id)
    }

    pub(super) fn template_mut(&mut self, id: &str) -> &mut Template {
        match self.state.templates.iter_mut().find(|template| template.id == id) {
            Some(template) => template,
            None => panic!("no template `{id}`"),
        }
    }
}
