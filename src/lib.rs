// The README links to files; on this page the same links lead to modules. The first of two
// definitions of a link counts.
//! [start]: _docs::getting_started
//! [presets]: presets
//! [integrating]: _docs::integrating
//! [rules]: _docs::rules
//! [evolving]: _docs::evolving
//! [security]: _docs::security
//! [performance]: _docs::performance
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod bits;
mod seed;
mod structs;
pub mod text;

mod key;
mod level;
mod name;
mod permission;
mod requirement;
mod role;
mod set;
mod shards;
mod template_name;

pub mod catalog;
pub mod presets;

mod area_levels;
mod decision;
mod email;
mod features;
mod grants;
mod mutes;
mod profile;
pub mod template;
mod time;

pub mod migration;

mod pieces;
mod registry;

pub mod lattice;
pub mod permit;

pub mod ledger;

pub mod account;
pub mod agency;

#[cfg(feature = "std")]
pub mod live;
#[cfg(feature = "std")]
pub mod residents;

#[cfg(feature = "serde")]
pub mod document;

#[cfg(feature = "proptest")]
pub mod strategies;

/// Why a small value is invalid: an id, a name, a level, a set of features.
///
/// The errors of larger things are in their modules: [`catalog`](mod@catalog), [`account`],
/// [`agency`] and, with the feature `serde`, `document`.
pub mod error {
    pub use crate::{
        email::{BlankInEmail, EmailError, EmailTooLong, MalformedEmail},
        features::FeatureError,
        key::{IdError, IdTooLong},
        name::ParseNameError,
        permission::ParseStampError,
        set::CatalogMismatch,
        template::TemplateError,
        template_name::{HiddenInName, NameError, NameTooLong},
    };
}

/// The iterators of grants, mutes and permission sets.
pub mod iter {
    pub use crate::{grants::GrantIter, mutes::MuteIter, set::PermissionIter};
}

/// How long and how many: the limits of what strangers may send.
///
/// Limits of documents alone are in `document`, with the feature `serde`.
pub mod limits {
    pub use crate::{
        account::invitation::MAX_INVITATION_LIFETIME,
        catalog::{
            MAX_ACTIONS, MAX_ALIASES, MAX_GATES, MAX_NEEDS, MAX_OPERATIONS, MAX_PERMISSIONS,
            MAX_SECTIONS, MAX_TEMPLATE_SETTINGS, MAX_TEMPLATES,
        },
        email::MAX_EMAIL,
        key::{MAX_ID, MAX_KEY},
        ledger::{KEY_MEMORY, MAX_KEY_MEMORY, MAX_REASON, MAX_REVISION},
        template_name::MAX_TEMPLATE_NAME,
    };
}

/// Chapters: how to begin, how to describe a product, what holds, what is stored, what it costs.
pub mod _docs {
    #[doc = include_str!("_docs/getting_started.md")]
    pub mod getting_started {}

    #[doc = include_str!("_docs/modelling.md")]
    pub mod modelling {}

    #[doc = include_str!("_docs/rules.md")]
    pub mod rules {}

    #[cfg(feature = "serde")]
    #[doc = include_str!("_docs/evolving.md")]
    pub mod evolving {}

    #[cfg(feature = "serde")]
    #[doc = include_str!("_docs/documents.md")]
    pub mod documents {}

    #[cfg(all(feature = "std", feature = "serde"))]
    #[doc = include_str!("_docs/durability.md")]
    pub mod durability {}

    #[cfg(all(feature = "std", feature = "serde"))]
    #[doc = include_str!("_docs/integrating.md")]
    pub mod integrating {}

    #[cfg(all(feature = "std", feature = "serde"))]
    #[doc = include_str!("_docs/security.md")]
    pub mod security {}

    #[cfg(all(feature = "std", feature = "serde"))]
    #[doc = include_str!("_docs/comparison.md")]
    pub mod comparison {}

    #[doc = include_str!("_docs/performance.md")]
    pub mod performance {}
}

#[doc(hidden)]
pub use crate::catalog::code::private as __private;
#[cfg(feature = "std")]
pub use crate::live::Live;
pub use crate::{
    account::{Account, Change, Command, Invite, Refusal, Seats, User},
    agency::Agency,
    area_levels::{AreaLevels, LeafLevel},
    catalog::{Area, Catalog, Section, Setting},
    decision::{Decision, Reason},
    email::Email,
    features::Features,
    grants::Grants,
    key::{AccountId, AgencyId, TemplateId, UserId},
    lattice::{Lattice, Subject},
    ledger::{Actor, Order, Outcome},
    level::Level,
    mutes::{Mute, Mutes},
    permission::{Permission, Stamp},
    permit::{Denial, Permit},
    profile::Profile,
    requirement::Requirement,
    role::{Role, Status},
    set::PermissionSet,
    template::Template,
    time::Timestamp,
};
