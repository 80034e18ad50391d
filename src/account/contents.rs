//! All that an account says in terms of its catalog, which changes with it (EVO-6).

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::edit::{named, named_template, same};
use crate::account::holdings::Holdings;
use crate::account::{Account, User};
use crate::catalog::Catalog;
use crate::features::Features;
use crate::ledger::Violation;
use crate::profile::{Holding, Profile};
use crate::template::Template;

/// What an account holds in terms of its catalog: features, templates and users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub(crate) catalog: Catalog,
    pub(crate) features: Features,
    pub(crate) templates: Vec<Arc<Template>>,
    pub(crate) users: Vec<Arc<User>>,
}

impl Contents {
    /// The catalog.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Which features are on.
    #[must_use]
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The role templates, in order of creation.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.iter().map(|template| &**template)
    }

    /// The users, in order of creation.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().map(|user| &**user)
    }

    /// Everything that decisions about one of the users depend on. Linear in templates.
    #[must_use]
    pub fn profile<'a>(&'a self, user: &'a User) -> Profile<'a> {
        let template = user.template();
        let template = template.and_then(|id| self.templates().find(|one| one.id() == id));
        user.holding.profile(template, &self.features)
    }
}

impl Account {
    pub(super) fn contents(&self) -> Contents {
        Contents {
            catalog: self.catalog().clone(),
            features: self.features.clone(),
            templates: self.templates.values().cloned().collect(),
            users: self.users.values().cloned().collect(),
        }
    }

    /// Puts other contents in the place of those there are. Everybody and every template stays, and
    /// nothing but what is said in terms of a catalog changes.
    pub(super) fn write_contents(
        &mut self,
        before: &Contents,
        after: &Contents,
    ) -> Result<(), Violation> {
        same(*before == self.contents(), || "the state under another catalog".into())?;
        let Contents { catalog, features, templates, users } = after;
        same(features.catalog().is_same(catalog), || "the set of features".into())?;
        let all_stay =
            (templates.len(), users.len()) == (before.templates.len(), before.users.len());
        same(all_stay, || "the users and templates".into())?;
        for (was, is) in before.templates.iter().zip(templates) {
            let stays =
                is.grants().catalog().is_same(catalog) && was.migrated(is.grants().clone()) == **is;
            same(stays, || named_template(was))?;
        }
        for (was, is) in before.users.iter().zip(users) {
            same(was.stays(is, catalog), || named(was))?;
        }
        self.history.catalog = catalog.clone();
        self.features = features.clone();
        for template in templates {
            if let Some(place) = self.templates.place(template.id().as_str()) {
                self.templates.replace(place, Arc::clone(template));
            }
        }
        self.holdings = Holdings::default();
        for user in users {
            let Some(place) = self.users.place(user.id.as_str()) else { continue };
            let holding = self.holdings.add(self.template_of(user), &user.holding);
            self.users.replace(place, Arc::new(User { holding, ..User::clone(user) }));
        }
        Ok(())
    }
}

impl User {
    /// Whether another is the same but for what is said in terms of a catalog, which is this one.
    fn stays(&self, other: &Self, catalog: &Catalog) -> bool {
        let Self { id, email, holding, arrival } = self;
        let Holding { role, standing, template, grants, mutes } = &*other.holding;
        (id, email, arrival) == (&other.id, &other.email, &other.arrival)
            && (holding.role, holding.standing, &holding.template) == (*role, *standing, template)
            && grants.catalog().is_same(catalog)
            && mutes.catalog().is_same(catalog)
    }
}
