use crate::account::Account;
use crate::catalog::Catalog;
use crate::key::{AccountId, AgencyId, Map};

/// An agency: its subaccounts, in order of creation, on one catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    pub(crate) id: AgencyId,
    pub(crate) catalog: Catalog,
    /// Whether documents spell the catalog out instead of naming it.
    pub(crate) inline_catalog: bool,
    // INVARIANT: every subaccount has the agency's catalog.
    pub(crate) subaccounts: Map<AccountId, Account>,
}

impl Agency {
    /// An agency without subaccounts.
    #[must_use]
    pub fn new(id: AgencyId, catalog: Catalog) -> Self {
        Self { id, catalog, inline_catalog: false, subaccounts: Map::default() }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &AgencyId {
        &self.id
    }

    /// The catalog of all its subaccounts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The subaccounts, in order of creation.
    pub fn subaccounts(&self) -> impl Iterator<Item = &Account> {
        self.subaccounts.values()
    }

    /// A subaccount by its id. One look-up.
    #[must_use]
    pub fn subaccount(&self, id: &str) -> Option<&Account> {
        self.subaccounts.get(id)
    }
}
