#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod bits;
pub mod text;

pub mod key;
pub mod level;
mod permission;
mod requirement;
mod seed;
pub mod set;

pub mod catalog;
pub mod presets;

pub mod area_levels;
pub mod decision;
pub mod email;
pub mod features;
mod grants;
pub mod mutes;
mod profile;
pub mod role;
pub mod template;
mod time;

pub mod account;
pub mod agency;
mod pieces;
mod registry;

pub mod lattice;

#[cfg(feature = "std")]
pub mod live;

#[cfg(feature = "serde")]
pub mod document;

/// Chapters: what holds, the stored forms, and what it costs.
pub mod _docs {
    #[doc = include_str!("_docs/rules.md")]
    pub mod rules {}

    #[cfg(feature = "serde")]
    #[doc = include_str!("_docs/documents.md")]
    pub mod documents {}

    #[doc = include_str!("_docs/performance.md")]
    pub mod performance {}
}

#[doc(hidden)]
pub use crate::catalog::code::private as __private;
#[cfg(feature = "std")]
pub use crate::live::Live;
pub use crate::{
    account::{Account, Actor, Change, Command, Refusal, Seats, User},
    agency::Agency,
    catalog::{Area, Catalog, Section, Setting},
    decision::{Decision, Reason},
    email::Email,
    features::Features,
    grants::Grants,
    key::{AccountId, AgencyId, TemplateId, UserId},
    lattice::{Lattice, Subject},
    level::Level,
    mutes::Mutes,
    permission::{Permission, Stamp},
    profile::Profile,
    requirement::Requirement,
    role::{Role, Status},
    set::PermissionSet,
    template::Template,
    time::Timestamp,
};
