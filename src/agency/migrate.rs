//! An agency and all its subaccounts under the next catalog, in one change (EVO-6).

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::refusal::HostOnly;
use crate::account::{Account, Change, Command, HOST, Refusal};
use crate::agency::change::other_state;
use crate::agency::{Agency, AgencyEdit, AgencyRefusal};
use crate::catalog::Catalog;
use crate::features::Features;
use crate::ledger::{Actor, Draft, Outcome, Violation, applied, violation};
use crate::migration::Migrate;
use crate::pieces::Pieces;
use crate::registry::Registry;

/// What an agency itself holds in terms of its catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyContents {
    pub(crate) catalog: Catalog,
    pub(crate) default_features: Option<Features>,
}

impl AgencyContents {
    /// The catalog.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What new subaccounts start with; `None` if they copy the newest one (AGY-4).
    #[must_use]
    pub fn default_features(&self) -> Option<&Features> {
        self.default_features.as_ref()
    }
}

impl Draft<'_, Agency> {
    /// EVO-6: the host decides on it for all of them.
    pub(super) fn migrate(&mut self, migrate: &Migrate) -> Result<(), AgencyRefusal> {
        if *self.actor != Actor::Host {
            let actor = self.actor.to_string().into();
            let (what, who, rule) = ("migrating".into(), HOST, "EVO-6");
            return Err(Refusal::from(HostOnly { actor, what, who, rule }).into());
        }
        let agency = self.state();
        let migration = migrate.on(agency.catalog())?;
        if migration.is_idle() {
            return Ok(());
        }
        let default_features = agency.default_features.as_ref();
        let after = AgencyContents {
            catalog: migration.new().clone(),
            default_features: default_features.map(|features| migration.features(features)),
        };
        let mut subaccounts = Vec::with_capacity(agency.len());
        for account in agency.subaccounts() {
            let order = self.order(Command::Migrate(migrate.clone()));
            let (outcome, _) = account.decide_by_agency(self.actor, order, self.now)?;
            if let Outcome::Changed(change) = outcome {
                subaccounts.push(change);
            }
        }
        let before = agency.contents();
        Ok(self.write(AgencyEdit::Migrated { subaccounts, before, after })?)
    }
}

impl Agency {
    fn contents(&self) -> AgencyContents {
        let (catalog, default_features) = (self.catalog().clone(), self.default_features.clone());
        AgencyContents { catalog, default_features }
    }

    /// Puts the agency and all its subaccounts under another catalog, each by a change of its own.
    pub(super) fn write_migrated(
        &mut self,
        changes: &[Change],
        before: &AgencyContents,
        after: &AgencyContents,
    ) -> Result<(), Violation> {
        let is_own = self.contents() == *before && changes.len() == self.len();
        let AgencyContents { catalog, default_features } = after;
        let own_features = default_features.as_ref().map(Features::catalog);
        if !is_own || own_features.is_some_and(|own| !own.is_same(catalog)) {
            return Err(
                violation::OtherState { what: "the state under another catalog".into() }.into()
            );
        }
        let all = self.subaccounts().zip(changes).map(|(account, change)| {
            let next = applied(account, change).map_err(|error| violation::Subaccount {
                account: account.id().clone(),
                error: Box::new(error),
            })?;
            let next = next.filter(|next| next.catalog().is_same(catalog));
            next.ok_or_else(|| other_state(account.id()))
        });
        let all: Vec<Account> = all.collect::<Result<_, Violation>>()?;
        self.history.catalog = catalog.clone();
        self.default_features.clone_from(default_features);
        (self.subaccounts, self.on) = (Registry::default(), Pieces::default());
        for account in all {
            self.put(Arc::new(account));
        }
        Ok(())
    }
}
