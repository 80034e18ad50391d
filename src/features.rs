//! Account features (CAT-4, CAT-6).

use alloc::string::ToString;
use core::fmt;

use thiserror::Error;

use crate::bits::Bits;
use crate::catalog::build::feature_bit;
use crate::catalog::{Catalog, CompiledGate, KeyError};
use crate::permission::Permission;
use crate::role::Role;
use crate::text::Quoted;

/// Which features of an account are on (CAT-4).
///
/// A feature that is on but needs one that is off stays stored and is inert (CAT-6, AGY-7).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Features {
    catalog: Catalog,
    // INVARIANT: account features alone, and all that are always on.
    bits: Bits,
}

impl Features {
    /// The catalog's defaults: what is always on, and no more (AGY-4).
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        Self { catalog: catalog.clone(), bits: catalog.always_on().clone() }
    }

    /// Turns a feature on, by its path or typed constant.
    ///
    /// ```
    /// use bailiwick::Features;
    /// use bailiwick::presets::studio::{self, plan};
    ///
    /// let mut features = Features::new(&studio::catalog());
    /// features.turn_on(plan::ENTERPRISE)?;
    /// assert!(features.is_on(plan::ENTERPRISE.on()));
    /// assert!(!features.is_on(plan::ENTERPRISE_CLUSTER.on()));
    /// # Ok::<(), bailiwick::error::FeatureError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An unknown key (CAT-9), and one that is not an account feature.
    pub fn turn_on(&mut self, feature: impl AsRef<str>) -> Result<(), FeatureError> {
        let bit = feature_bit(self.catalog.tree(), feature.as_ref())?;
        self.bits.insert(bit);
        Ok(())
    }

    /// Turns a feature off. What it gates is masked, and nothing is deleted (AGY-7).
    ///
    /// # Errors
    ///
    /// As for [`turn_on`](Self::turn_on), and a feature that is always on (AGY-2).
    pub fn turn_off(&mut self, feature: impl AsRef<str>) -> Result<(), FeatureError> {
        let bit = feature_bit(self.catalog.tree(), feature.as_ref())?;
        if self.catalog.always_on().contains(bit) {
            return Err(FeatureError::AlwaysOn { feature: feature.as_ref().into() });
        }
        self.bits.remove(bit);
        Ok(())
    }

    /// These and more of the catalog's features.
    pub(crate) fn with(&self, features: impl IntoIterator<Item = u16>) -> Self {
        let bits = self.bits.or(&features.into_iter().collect());
        Self { catalog: self.catalog.clone(), bits }
    }

    /// The same features of areas that agencies set, and the defaults of those that the host sets:
    /// what a new subaccount copies (AGY-9).
    pub(crate) fn without_hosts(&self) -> Self {
        let catalog = &self.catalog;
        let bits = self.bits.and_not(catalog.host_features()).or(catalog.always_on());
        Self { catalog: catalog.clone(), bits }
    }

    /// Whether a feature is turned on, even if it is inert.
    #[must_use]
    pub fn is_on(&self, feature: Permission) -> bool {
        self.catalog.owns(feature) && self.bits.contains(feature.bit())
    }

    /// Whether a feature is turned on and so is all that it needs.
    #[must_use]
    pub fn is_effective(&self, feature: Permission) -> bool {
        self.is_on(feature) && !self.inert(Role::Admin).contains(feature.bit())
    }

    /// The features that are turned on, in catalog order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.bits.ones().map(|bit| Permission::new(self.catalog.stamp(), bit))
    }

    /// The catalog that the features belong to.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The paths of what is on, except what always is.
    pub(crate) fn set_paths(&self) -> impl Iterator<Item = &str> {
        let set = self.iter().filter(|one| !self.catalog.always_on().contains(one.bit()));
        set.filter_map(|one| self.catalog.tree().leaf_of(one.bit())).map(|leaf| &*leaf.path)
    }

    pub(crate) fn bits(&self) -> &Bits {
        &self.bits
    }

    /// What is inert for a role: the targets of gates that need a feature which is off (CAT-6).
    pub(crate) fn inert(&self, role: Role) -> Bits {
        let gates = self.gates(role).filter(|gate| !gate.needs.is_subset(&self.bits));
        gates.fold(Bits::EMPTY, |inert, gate| inert.or(&gate.target))
    }

    /// The features that one permission needs for a role and that are off.
    pub(crate) fn lacking(&self, role: Role, bit: u16) -> Bits {
        let gates = self.gates(role).filter(|gate| gate.target.contains(bit));
        let needed = gates.fold(Bits::EMPTY, |needed, gate| needed.or(&gate.needs));
        needed.and_not(&self.bits)
    }

    /// The gates that hold for a role: for members, also the one on what lets them manage others
    /// (GRD-2).
    fn gates(&self, role: Role) -> impl Iterator<Item = &CompiledGate> {
        let delegation = match role {
            Role::Admin => None,
            Role::Member => self.catalog.delegation().map(|delegation| &delegation.gate),
        };
        self.catalog.gates().iter().chain(delegation)
    }
}

impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(|one| self.catalog.display(one).to_string());
        f.debug_set().entries(names).finish()
    }
}

/// Why a feature cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum FeatureError {
    /// There is no such feature (CAT-9).
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It cannot be turned off (AGY-2).
    #[error("{} is always on and cannot be turned off", Quoted(feature))]
    AlwaysOn {
        /// The feature.
        feature: alloc::boxed::Box<str>,
    },
}
