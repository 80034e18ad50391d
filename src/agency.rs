//! Agencies: subaccounts on one catalog, and the features that each of them has (AGY).

mod change;
mod command;
mod compiled;
mod decide;
mod dialog;
mod encode;
mod features;
mod migrate;
pub mod refusal;

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

pub use self::change::{AgencyChange, AgencyEdit, AgencyPreview};
pub(crate) use self::command::FirstAdmin;
#[cfg(feature = "serde")]
pub(crate) use self::command::agency_command_shapes;
pub use self::command::{AgencyCommand, Channel, FeaturePatch, NewSubaccount, Switch};
pub use self::compiled::Lattices;
pub use self::features::{ApiFeatures, FeatureRow, FeatureState};
pub use self::migrate::AgencyContents;
pub use self::refusal::AgencyRefusal;

use crate::account::Account;
use crate::catalog::build::feature_bit;
use crate::catalog::{Catalog, KeyError};
use crate::features::Features;
use crate::key::{AccountId, AgencyId};
use crate::lattice::{Diff, Lattice};
use crate::ledger::History;
use crate::pieces::Pieces;
use crate::registry::{Named, Registry};
use crate::set::CatalogMismatch;

/// An agency: its subaccounts, in order of creation, on one catalog.
///
/// ```
/// use bailiwick::agency::{
///     AgencyCommand, FeaturePatch, FeatureState, NewSubaccount,
/// };
/// use bailiwick::presets::agency::{self, general};
/// use bailiwick::{Actor, Agency, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let mut north = Agency::new("north".parse()?, agency::catalog());
/// let me = Actor::agency(north.id());
/// let contacts = FeaturePatch::new().grant("contacts");
/// north.execute(&me, NewSubaccount::new("harbor").patch(contacts), now)?;
/// north.execute(&me, AgencyCommand::create("summit"), now)?; // copies `harbor`
/// let contacts = north.feature_state(general::CONTACTS)?;
/// assert_eq!(contacts, FeatureState::All { subaccounts: 2 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Agency {
    pub(crate) history: History<AgencyId>,
    /// What new subaccounts start with; `None` to copy the newest one (AGY-4).
    pub(crate) default_features: Option<Features>,
    // INVARIANT: every subaccount has the agency's catalog.
    subaccounts: Registry<Arc<Account>>,
    /// Ids of deleted subaccounts, which are not used again.
    retired: Registry<AccountId>,
    /// In how many subaccounts each feature is on, by bit.
    on: Pieces<usize>,
}

impl Agency {
    /// An agency without subaccounts, whose new ones copy the newest (AGY-4).
    #[must_use]
    pub fn new(id: AgencyId, catalog: Catalog) -> Self {
        Self {
            history: History::new(id, catalog),
            default_features: None,
            subaccounts: Registry::default(),
            retired: Registry::default(),
            on: Pieces::default(),
        }
    }

    /// Gives every new subaccount these features instead of copying the newest (AGY-4).
    ///
    /// # Errors
    ///
    /// Features of another catalog.
    pub fn with_default_features(mut self, features: Features) -> Result<Self, CatalogMismatch> {
        if features.catalog() != self.catalog() {
            return Err(CatalogMismatch);
        }
        self.default_features = Some(features);
        Ok(self)
    }

    /// The subaccounts, in order of creation.
    pub fn subaccounts(&self) -> impl Iterator<Item = &Account> {
        self.subaccounts.values().map(|account| &**account)
    }

    /// The subaccount that was created last of those that exist (AGY-4).
    #[must_use]
    pub fn newest_subaccount(&self) -> Option<&Account> {
        self.subaccounts.newest().map(|account| &**account)
    }

    /// A subaccount by its id. One look-up.
    #[must_use]
    pub fn subaccount(&self, id: &str) -> Option<&Account> {
        self.subaccounts.get(id).map(|account| &**account)
    }

    /// How many subaccounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.subaccounts.len()
    }

    /// Whether there are no subaccounts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of subaccounts that were deleted, in order: they are not used again.
    pub fn retired_subaccounts(&self) -> impl Iterator<Item = &AccountId> {
        self.retired.values()
    }

    /// In how many subaccounts a feature is on (AGY-5). Looked up, not counted.
    ///
    /// # Errors
    ///
    /// An unknown key, and one that is not an account feature (CAT-9).
    pub fn feature_state(&self, feature: impl AsRef<str>) -> Result<FeatureState, KeyError> {
        let bit = feature_bit(self.catalog().tree(), feature.as_ref())?;
        Ok(self.state_of(bit))
    }

    /// Every feature, and in which subaccounts it is on.
    pub fn feature_table(&self) -> impl Iterator<Item = FeatureRow<'_>> {
        self.catalog().features().map(|feature| FeatureRow::new(self, feature))
    }

    fn state_of(&self, bit: u16) -> FeatureState {
        let on = self.on.get(bit.into()).copied().unwrap_or_default();
        FeatureState::new(on, self.len())
    }

    /// What users of each subaccount gained and lost from this agency to a later state of it
    /// (REV-5). A subaccount where nobody did is left out.
    ///
    /// Subaccounts that did not change cost one comparison.
    ///
    /// # Errors
    ///
    /// Agencies on different catalogs.
    pub fn diff(&self, later: &Self) -> Result<BTreeMap<AccountId, Diff>, CatalogMismatch> {
        let gone =
            self.subaccounts.values().filter(|own| later.subaccount(own.id().as_str()).is_none());
        let ids = later.subaccounts.values().chain(gone).map(|account| account.id());
        let mut diffs = BTreeMap::new();
        for id in ids {
            let states = [self, later].map(|agency| agency.subaccounts.get(id.as_str()));
            if matches!(states, [Some(was), Some(is)] if Arc::ptr_eq(was, is)) {
                continue;
            }
            let [was, is] = states.map(|state| match state {
                Some(account) => account.compile(),
                None => Lattice::compile(self.catalog(), []),
            });
            let diff = was.diff(&is)?;
            if !diff.is_empty() {
                diffs.insert(id.clone(), diff);
            }
        }
        Ok(diffs)
    }

    /// Puts a subaccount at the end, or in the place of the one with its id.
    pub(crate) fn put(&mut self, account: Arc<Account>) {
        let found = self.subaccounts.find(account.id().as_str());
        let former = found.map(|(_, former)| former.features().clone());
        let place = found.map(|(place, _)| place);
        if former.as_ref() != Some(account.features()) {
            if let Some(former) = &former {
                self.count(former, usize::wrapping_sub);
            }
            self.count(account.features(), usize::wrapping_add);
        }
        match place {
            Some(place) => self.subaccounts.replace(place, account),
            None => self.subaccounts.add(account),
        };
    }

    fn remove(&mut self, account: &Account) {
        if let Some(place) = self.subaccounts.place(account.id().as_str()) {
            self.subaccounts.remove(place);
            self.count(account.features(), usize::wrapping_sub);
            self.retire(account.id().clone());
        }
    }

    pub(crate) fn retire(&mut self, id: AccountId) {
        self.retired.add(id);
    }

    fn count(&mut self, features: &Features, change: impl Fn(usize, usize) -> usize) {
        for feature in features.iter() {
            let on = self.on.get(feature.bit().into()).copied().unwrap_or_default();
            self.on.insert(feature.bit().into(), change(on, 1));
        }
    }
}

impl Named for Account {
    fn name(&self) -> &str {
        self.id().as_str()
    }
}

impl Named for AccountId {
    fn name(&self) -> &str {
        self.as_str()
    }
}

/// Two agencies are equal if their documents are.
impl PartialEq for Agency {
    fn eq(&self, other: &Self) -> bool {
        self.history == other.history
            && self.default_features == other.default_features
            && self.subaccounts == other.subaccounts
            && self.retired == other.retired
    }
}

impl Eq for Agency {}
