//! Why commands to agencies are refused.

use alloc::boxed::Box;

use thiserror::Error;

use crate::account::Refusal;
use crate::features::FeatureError;
use crate::key::IdError;
use crate::ledger::{RefusalKind, Violation, refusal_facts};
use crate::structs::structs;
use crate::text::Quoted;

/// Why a command was refused; nothing has changed (GRD-6).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum AgencyRefusal {
    /// The agency has no such subaccount.
    UnknownSubaccount(#[from] UnknownSubaccount),
    /// A malformed id.
    InvalidId(#[from] IdError),
    /// A patch names a feature twice.
    Duplicate(#[from] Duplicate),
    /// A patch turns a feature on and off.
    Overlap(#[from] Overlap),
    /// The API knows no such feature.
    UnknownFeature(#[from] UnknownFeature),
    /// The feature has no API name.
    UiOnly(#[from] UiOnly),
    /// The host alone sets the feature, in one subaccount.
    HostFeature(#[from] HostFeature),
    /// A feature that cannot be set.
    Feature(#[from] FeatureError),
    /// Nothing to create.
    #[error("no subaccount is named: name at least one")]
    EmptyBatch,
    /// What an account refuses as well: the actor may not do this, the subaccount refused, or what
    /// must always hold would not.
    Account(#[from] Refusal),
}

impl From<Violation> for AgencyRefusal {
    fn from(violation: Violation) -> Self {
        Self::Account(violation.into())
    }
}

refusal_facts!(AgencyRefusal: "always_on", "AGY-2");

impl AgencyRefusal {
    const fn facts(&self) -> (&'static str, &'static str, RefusalKind) {
        use RefusalKind::{Conflict, Forbidden, Invalid, NotFound};
        match self {
            Self::UnknownSubaccount(_) => ("unknown_subaccount", "AGY-8", NotFound),
            Self::InvalidId(_) => ("invalid_id", "AGY-4", Invalid),
            Self::Duplicate(_) => ("duplicate", "AGY-3", Invalid),
            Self::Overlap(_) => ("overlap", "AGY-3", Invalid),
            Self::UnknownFeature(_) | Self::Feature(FeatureError::Key(_)) => {
                ("unknown_feature", "AGY-3", Invalid)
            }
            Self::HostFeature(_) => ("host_only", "AGY-9", Forbidden),
            Self::UiOnly(_) => ("ui_only", "AGY-3", Invalid),
            Self::Feature(FeatureError::AlwaysOn { .. }) => ("always_on", "AGY-2", Conflict),
            Self::EmptyBatch => ("empty_batch", "AGY-4", Invalid),
            Self::Account(refusal) => (refusal.code(), refusal.rule(), refusal.kind()),
        }
    }
}

structs! {
    /// See [`AgencyRefusal::UnknownSubaccount`].
    #[error("unknown subaccount {}", Quoted(account))]
    UnknownSubaccount {
        /// The id.
        account: Box<str> => &str,
    }

    /// See [`AgencyRefusal::Duplicate`].
    #[error("duplicate {} in the patch: name each feature once", Quoted(feature))]
    Duplicate {
        /// The feature as it was named.
        feature: Box<str> => &str,
    }

    /// See [`AgencyRefusal::Overlap`].
    #[error("{} is both granted and revoked: keep one of the two", Quoted(feature))]
    Overlap {
        /// The feature as it was named.
        feature: Box<str> => &str,
    }

    /// See [`AgencyRefusal::UnknownFeature`].
    #[error("the API knows no feature {}; it knows {known}", Quoted(feature))]
    UnknownFeature {
        /// The name.
        feature: Box<str> => &str,
        /// The names that the API knows, as the message shows them.
        known: Box<str> => &str,
    }

    /// See [`AgencyRefusal::UiOnly`].
    #[error("{} cannot be set through the API: set it in the user interface", Quoted(feature))]
    UiOnly {
        /// The feature as it was named.
        feature: Box<str> => &str,
    }
    /// See [`AgencyRefusal::HostFeature`].
    #[error("{} is set by the host alone, for one subaccount: use `set_features`", Quoted(feature))]
    HostFeature {
        /// The feature's path.
        feature: Box<str> => &str,
    }
}
