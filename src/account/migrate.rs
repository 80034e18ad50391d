//! An account on the next catalog (EVO-6).

use alloc::sync::Arc;

use crate::account::holdings::Holdings;
use crate::account::{Account, User};
use crate::migration::Migration;
use crate::profile::Holding;
use crate::set::CatalogMismatch;

impl Account {
    /// This account on the catalog that a migration leads to: templates, grants, mutes and features
    /// together, of users in any status (EVO-6). Nobody gains anything (EVO-3);
    /// [`losses`](Migration::losses) says what is lost.
    ///
    /// The revision goes up by one, and a new history starts there: store the account as a snapshot
    /// while no one else writes, and let every process load it. Linear in users and templates.
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
    /// let june = acme.migrated(&presets::march_to_june().build()?)?;
    /// assert_eq!(june.revision(), acme.revision() + 1);
    /// let edits_faqs = studio::knowledge::FAQS.edit();
    /// assert!(june.compile().allows("kim", edits_faqs));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A migration that starts from another catalog.
    pub fn migrated(&self, migration: &Migration) -> Result<Self, CatalogMismatch> {
        if !self.catalog().is_same(migration.old()) {
            return Err(CatalogMismatch);
        }
        let mut next = self.clone();
        next.history = self.history.restarted(migration.new());
        next.features = migration.features(&self.features);
        next.holdings = Holdings::default();
        for template in self.templates() {
            let Some((place, _)) = self.templates.find(template.id().as_str()) else { continue };
            next.templates.replace(place, Arc::new(migration.template(template)));
        }
        for user in self.users() {
            let Some((place, _)) = self.users.find(user.id.as_str()) else { continue };
            let holding = Arc::new(Holding {
                grants: migration.grants(user.grants()),
                mutes: migration.mutes(user.mutes()),
                ..Holding::clone(&user.holding)
            });
            let holding = next.holdings.add(next.template_of(user), &holding);
            next.users.replace(place, Arc::new(User { holding, ..user.clone() }));
        }
        Ok(next)
    }
}
