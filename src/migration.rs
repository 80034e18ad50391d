//! Migrations: from one catalog to the next without one wrong allow (EVO).
//!
//! A [`Migration`] says by rules what becomes of every leaf, feature, role permission, operation
//! and template. It can be built only if everything is accounted for, and if nobody gains: for
//! every profile that can exist, what a user may do afterwards is within what they could do
//! before.
//!
//! ```
//! use bailiwick::migration::Migration;
//! use bailiwick::{Area, Catalog, Grants, Level};
//!
//! let support = Area::levels("support").with("tickets").with("faqs");
//! let old = Catalog::builder("desk/1").area(support).build()?;
//! let support = Area::levels("support").with("tickets").with("macros");
//! let articles = Area::levels("articles");
//! let new =
//!     Catalog::builder("desk/2").area(support).area(articles).build()?;
//!
//! let migration = Migration::between(&old, &new)
//!     .move_to("support.faqs", "articles")
//!     .add("support.macros")
//!     .build()?;
//!
//! let mut grants = Grants::new(&old);
//! grants.set("support", Level::Edit)?;
//! grants.set("support.faqs", Level::Read)?;
//! assert_eq!(
//!     migration.grants(&grants).to_string(),
//!     "support: edit, support.macros: none, articles: read",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod drift;
mod gain;
mod maps;
mod migrate;
mod plan;
mod problem;
mod proof;
mod resolve;
mod rule;

use alloc::vec::Vec;

pub use self::builder::MigrationBuilder;
pub use self::drift::{Drift, drift};
pub use self::gain::{Gain, Gained, Gainer};
pub use self::migrate::Migrate;
#[cfg(feature = "serde")]
pub(crate) use self::migrate::MigrationName;
pub use self::problem::{MigrationError, MigrationFault, MigrationProblem, Place};
pub use self::resolve::MAX_SOURCES;
pub use self::rule::{Accepted, Kind, Rule, Verb};

use self::maps::Maps;
use crate::catalog::Catalog;
use crate::catalog::settings::Holder;
use crate::features::Features;
use crate::grants::Grants;
use crate::mutes::Mutes;
use crate::permission::Permission;
use crate::set::PermissionSet;
use crate::template::Template;

/// What becomes of whatever is stored when a product goes from one catalog to another (EVO-2).
///
/// It never gives anybody anything (EVO-3), which was proven when it was built.
#[derive(Debug, Clone)]
pub struct Migration {
    maps: Maps,
    rules: Vec<Rule>,
    accepted: Vec<Accepted>,
}

impl Migration {
    /// Starts a migration without rules.
    pub fn between(old: &Catalog, new: &Catalog) -> MigrationBuilder {
        MigrationBuilder::new(old, new)
    }

    /// The catalog it starts from.
    #[must_use]
    pub fn old(&self) -> &Catalog {
        &self.maps.old
    }

    /// The catalog it leads to.
    #[must_use]
    #[expect(clippy::new_ret_no_self, reason = "the other one of `old`")]
    pub fn new(&self) -> &Catalog {
        &self.maps.new
    }

    /// The rules, as they were given.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The gains that were accepted.
    #[must_use]
    pub fn accepted(&self) -> &[Accepted] {
        &self.accepted
    }

    /// A user's own grants on the new catalog.
    ///
    /// A leaf has the lowest level that those it comes from had, each as its area left it; its area
    /// has the highest level of its leaves, and every lower leaf is pinned. Restrictions stay where
    /// they do not show, and what is new is pinned to None wherever its area is set (EVO-4, LVL-7,
    /// LVL-13). Grants of another catalog than [`old`](Self::old) give nothing.
    #[must_use]
    pub fn grants(&self, grants: &Grants) -> Grants {
        self.holder(grants, Holder::User)
    }

    /// The own grants of a user who has a template, on the new catalog.
    ///
    /// They are as [`grants`](Self::grants) says, and restrict besides what the user saw restricted
    /// by the template, where that shows no more: where the area came down to a leaf that was below
    /// it. So raising the area later does not open the leaf (LVL-13). What the user holds is the
    /// same either way.
    #[must_use]
    pub fn grants_beside(&self, template: &Template, grants: &Grants) -> Grants {
        let is_known = |grants: &Grants| grants.catalog().is_same(self.old());
        if is_known(template.grants()) && is_known(grants) {
            return self.maps.grants_beside(template.grants(), grants);
        }
        self.grants(grants)
    }

    /// What is muted on the new catalog: each rung that was muted for any of the leaves that it
    /// comes from. An area's mute stays one if it covers all leaves of the new area.
    ///
    /// Mutes of another catalog than [`old`](Self::old) cannot be read, so they mute everything.
    #[must_use]
    pub fn mutes(&self, mutes: &Mutes) -> Mutes {
        if !mutes.catalog().is_same(self.old()) {
            return Mutes::all(self.new());
        }
        self.maps.mutes(mutes)
    }

    /// The features that are on under the new catalog. What is new is off unless it is always on.
    #[must_use]
    pub fn features(&self, features: &Features) -> Features {
        if !features.catalog().is_same(self.old()) {
            return Features::new(self.new());
        }
        self.maps.features(features)
    }

    /// A template on the new catalog, under the same id and name. What only users can have there
    /// is left out (TPL-1).
    #[must_use]
    pub fn template(&self, template: &Template) -> Template {
        template.migrated(self.holder(template.grants(), Holder::Template))
    }

    /// What is lost by whoever had `before` on the old catalog and has `after` on the new one: each
    /// old permission of which something is missing afterwards, in catalog order. Sets of other
    /// catalogs lose nothing.
    #[must_use]
    pub fn losses(&self, before: &PermissionSet, after: &PermissionSet) -> Vec<Loss> {
        let held = before.iter().filter(|one| self.old().owns(*one));
        let losses = held.filter_map(|permission| {
            let heirs = self.maps.heirs(permission.bit()).iter();
            let heirs = heirs.map(|bit| Permission::new(self.new().stamp(), *bit));
            let (kept, missing): (Vec<_>, Vec<_>) = heirs.partition(|heir| after.contains(*heir));
            let is_lost = kept.is_empty() || !missing.is_empty();
            is_lost.then_some(Loss { permission, missing, is_partial: !kept.is_empty() })
        });
        losses.collect()
    }

    /// What is gained by whoever had `before` on the old catalog and has `after` on the new one: each
    /// new permission that is new, or of whose sources something was missing, in catalog order.
    /// Admins hold what is new; all others gain what was [accepted](MigrationBuilder::accept) alone
    /// (EVO-3, EVO-4). Sets of other catalogs gain nothing.
    #[must_use]
    pub fn gains(&self, before: &PermissionSet, after: &PermissionSet) -> Vec<Permission> {
        let held = |bit| before.contains(Permission::new(self.old().stamp(), bit));
        let own = after.iter().filter(|one| self.new().owns(*one));
        let gained = own.filter(|one| {
            let mut sources = self.maps.sources_of(one.bit()).flatten().peekable();
            sources.peek().is_none() || !sources.all(held)
        });
        gained.collect()
    }

    /// Whether it leads to where it starts from, or to other words alone.
    pub(crate) fn is_idle(&self) -> bool {
        self.old().is_same(self.new())
    }

    fn holder(&self, grants: &Grants, holder: Holder) -> Grants {
        if !grants.catalog().is_same(self.old()) {
            return Grants::new(self.new());
        }
        self.maps.grants(grants, holder)
    }
}

/// An old permission that somebody held, and of which something is missing afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    permission: Permission,
    missing: Vec<Permission>,
    is_partial: bool,
}

impl Loss {
    /// The permission of the old catalog.
    #[must_use]
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// What comes from it and is not held, in the order of the new catalog; none if it was retired.
    #[must_use]
    pub fn missing(&self) -> &[Permission] {
        &self.missing
    }

    /// Whether something else that comes from it is held.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }
}
