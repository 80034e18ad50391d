use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::account::Account;
use crate::agency::{Agency, FeaturePatch};
use crate::features::Features;
use crate::permission::Permission;

/// In how many of an agency's subaccounts a feature is on (AGY-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeatureState {
    /// In all of them, and there is at least one.
    All {
        /// How many there are.
        subaccounts: usize,
    },
    /// In none of them.
    None {
        /// How many there are.
        subaccounts: usize,
    },
    /// In some of them.
    Mixed {
        /// In how many it is on.
        on: usize,
        /// How many there are.
        subaccounts: usize,
    },
}

impl FeatureState {
    pub(super) fn new(on: usize, subaccounts: usize) -> Self {
        match on {
            0 => Self::None { subaccounts },
            on if on == subaccounts => Self::All { subaccounts },
            on => Self::Mixed { on, subaccounts },
        }
    }
}

/// A feature, and in which subaccounts of an agency it is on.
#[derive(Debug, Clone, Copy)]
pub struct FeatureRow<'a> {
    agency: &'a Agency,
    feature: Permission,
}

impl<'a> FeatureRow<'a> {
    pub(super) fn new(agency: &'a Agency, feature: Permission) -> Self {
        Self { agency, feature }
    }

    /// The feature.
    #[must_use]
    pub fn feature(&self) -> Permission {
        self.feature
    }

    /// The feature's path, as in `general.contacts`.
    #[must_use]
    pub fn path(&self) -> &'a str {
        let leaf = self.agency.catalog().tree().leaf_of(self.feature.bit());
        leaf.map_or("", |leaf| &leaf.path)
    }

    /// The name by which the API knows it, if it does.
    #[must_use]
    pub fn api_name(&self) -> Option<&'a str> {
        let leaf = self.agency.catalog().tree().leaf_of(self.feature.bit());
        leaf.and_then(|leaf| leaf.section.api_name.as_deref())
    }

    /// In how many subaccounts it is on.
    #[must_use]
    pub fn state(&self) -> FeatureState {
        self.agency.state_of(self.feature.bit())
    }

    /// Each subaccount in order of creation, and whether the feature is on there.
    pub fn cells(&self) -> impl Iterator<Item = (&'a Account, bool)> + use<'a> {
        let feature = self.feature;
        self.agency.subaccounts().map(move |one| (one, one.features().is_on(feature)))
    }
}

/// The features that an API knows, on or off: the object that such an API serves (AGY-1, AGY-3).
///
/// Taking it from an account and patching an account with it changes nothing; features that the
/// API does not know are not touched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiFeatures {
    pub(crate) values: Vec<(Box<str>, bool)>,
}

impl ApiFeatures {
    /// The features of an account, by API name, in catalog order.
    #[must_use]
    pub fn of(features: &Features) -> Self {
        let catalog = features.catalog();
        let named = catalog.features().filter_map(|feature| {
            let name = catalog.tree().leaf_of(feature.bit())?.section.api_name.as_deref()?;
            Some((name.into(), features.is_on(feature)))
        });
        Self { values: named.collect() }
    }

    /// The values by API name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.values.iter().map(|(name, on)| (&**name, *on))
    }

    /// The patch that makes an account's features these, by API name.
    pub fn to_patch(&self) -> FeaturePatch {
        self.iter().fold(FeaturePatch::new(), |patch, (name, on)| {
            if on { patch.grant(name) } else { patch.revoke(name) }
        })
    }
}
