//! Going on under the next catalog, in one change (EVO-6).

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::decide::Decider;
use crate::account::edit::Edit;
use crate::account::effects::{Affected, Effect, Listed};
use crate::account::refusal::{OtherMigration, Refusal};
use crate::account::{Account, Contents, User};
use crate::catalog::Catalog;
use crate::key::{Map, TemplateId};
use crate::migration::{Migrate, Migration};
use crate::permission::Permission;
use crate::profile::Holding;
use crate::template::Template;

impl Decider<'_, '_> {
    /// EVO-6.
    pub(super) fn migrate(&mut self, migrate: &Migrate) -> Result<(), Refusal> {
        let migration = migrate.on(self.draft.state().catalog())?;
        if migration.is_idle() {
            return Ok(());
        }
        let before = Box::new(self.draft.state().contents());
        let after = Box::new(before.migrated(migration));
        self.write(Edit::Catalog { before, after })
    }
}

impl Migrate {
    /// The migration itself, if it was proven and starts from this catalog.
    pub(crate) fn on(&self, catalog: &Catalog) -> Result<&Migration, Refusal> {
        if self.from() != (catalog.id(), catalog.stamp()) {
            let ((from, from_stamp), stamp) = (self.from(), catalog.stamp());
            let (from, catalog) = (from.into(), catalog.id().into());
            return Err(OtherMigration { from, from_stamp, catalog, stamp }.into());
        }
        self.migration.as_deref().ok_or(Refusal::UnprovenMigration)
    }
}

impl Contents {
    /// What becomes of them. Linear in users and templates; whoever held the same holds the same.
    fn migrated(&self, migration: &Migration) -> Self {
        let templates = self.templates.iter().map(|one| Arc::new(migration.template(one)));
        let by_id: Map<&TemplateId, &Template> =
            self.templates.iter().map(|one| (one.id(), &**one)).collect();
        let mut known: Map<&Arc<Holding>, Arc<Holding>> = Map::default();
        let users = self.users.iter().map(|user| {
            let holding = known.entry(&user.holding).or_insert_with(|| {
                let template = user.template().and_then(|id| by_id.get(id));
                let grants = match template {
                    Some(template) => migration.grants_beside(template, user.grants()),
                    None => migration.grants(user.grants()),
                };
                Arc::new(Holding {
                    grants,
                    mutes: migration.mutes(user.mutes()),
                    ..Holding::clone(&user.holding)
                })
            });
            Arc::new(User { holding: Arc::clone(holding), ..User::clone(user) })
        });
        Self {
            catalog: migration.new().clone(),
            features: migration.features(&self.features),
            templates: templates.collect(),
            users: users.collect(),
        }
    }
}

impl Account {
    /// Who gains and loses what by a migration to a later state. What is gained is of the other
    /// catalog, so it stands as text.
    pub(super) fn effects_of_migrating(&self, later: &Self, migration: &Migration) -> Vec<Effect> {
        let text = |one: Permission| later.catalog().display(one).to_string().into();
        // Users who held alike hold alike.
        let mut known: Map<*const Holding, Option<Effect>> = Map::default();
        let effects = self.users().zip(later.users()).filter_map(|(was, is)| {
            let who = Affected::User(was.id().clone());
            let alike = known.entry(Arc::as_ptr(&was.holding)).or_insert_with(|| {
                let (of, [had, has]) =
                    Effect::sets([Some(self.profile(was)), Some(later.profile(is))]);
                let gained = migration.gains(&had, &has).into_iter().map(|one| Err(text(one)));
                let lost = migration.losses(&had, &has).into_iter().map(|loss| loss.permission());
                let [gained, lost]: [Listed; 2] = [gained.collect(), lost.map(Ok).collect()];
                let is_any = !(gained.is_empty() && lost.is_empty());
                is_any.then(|| Effect { who: who.clone(), of, gained, lost })
            });
            alike.as_ref().map(|effect| Effect { who, ..effect.clone() })
        });
        effects.collect()
    }
}
