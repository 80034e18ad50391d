use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::catalog::Catalog;
use crate::ledger::{Digest, Encode, Encoder};
use crate::migration::{Accepted, Migration, Rule};
use crate::permission::Stamp;
use crate::text::Word;

/// The migration that a command asks for (EVO-6): both catalogs, and the digest of its rules.
///
/// Documents hold the name alone, so a log can be read that long has other rules; what became of
/// everything stands in the change. A command that was read cannot be given: it lacks the
/// migration itself, which is proven. Make it from that, and clone it for many accounts.
#[derive(Debug, Clone)]
pub struct Migrate {
    pub(crate) name: MigrationName,
    /// `None` if it was read.
    pub(crate) migration: Option<Arc<Migration>>,
}

/// What documents hold of a migration that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MigrationName {
    pub(crate) from: Box<str>,
    pub(crate) from_stamp: Stamp,
    pub(crate) to: Box<str>,
    pub(crate) to_stamp: Stamp,
    pub(crate) rules: Digest,
}

impl Migrate {
    /// The id and stamp of the catalog that it leads from.
    #[must_use]
    pub fn from(&self) -> (&str, Stamp) {
        (&self.name.from, self.name.from_stamp)
    }

    /// The id and stamp of the catalog that it leads to.
    #[must_use]
    pub fn to(&self) -> (&str, Stamp) {
        (&self.name.to, self.name.to_stamp)
    }

    /// The digest of the rules and of the gains that were accepted.
    #[must_use]
    pub fn rules(&self) -> Digest {
        self.name.rules
    }
}

impl From<&Migration> for Migrate {
    fn from(migration: &Migration) -> Self {
        let named = |catalog: &Catalog| (catalog.id().into(), catalog.stamp());
        let ((from, from_stamp), (to, to_stamp)) = (named(migration.old()), named(migration.new()));
        let mut rules = Encoder::new("rules", migration.new());
        rules.put_all(migration.rules().iter());
        rules.put_all(migration.accepted().iter());
        let name = MigrationName { from, from_stamp, to, to_stamp, rules: rules.finish() };
        Self { name, migration: Some(Arc::new(migration.clone())) }
    }
}

/// Two are equal if their documents are.
impl PartialEq for Migrate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Migrate {}

impl Hash for Migrate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Encode for Migrate {
    fn encode(&self, to: &mut Encoder<'_>) {
        let MigrationName { from, from_stamp, to: leads_to, to_stamp, rules } = &self.name;
        to.put(&(from, from_stamp, leads_to, to_stamp, rules));
    }
}

impl Encode for Rule {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&(self.verb().name(), self.kind().name()));
        to.put_all(self.from());
        to.put_all(self.into());
    }
}

impl Encode for Accepted {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&(self.gain(), self.reason()));
    }
}

/// `migrate from desk/1 to desk/2`.
impl fmt::Display for Migrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "migrate from {} to {}", Word(self.from().0), Word(self.to().0))
    }
}
