//! Strategies for property tests: catalogs, and everything that can exist under one.
//!
//! A host declares its product as a catalog, and then has invariants of its own to hold: that a
//! page is shown to those who may open it, say, or that a stored account can be loaded again. These
//! [`proptest`] strategies draw what such an invariant is tested on. They draw rare things as well:
//! restrictions that do not show, mutes of whole areas, actions that are inert, users who were
//! suspended before they accepted.
//!
//! ```
//! use bailiwick::presets::studio::{self, knowledge};
//! use bailiwick::strategies::{accounts, commands};
//! use bailiwick::{Actor, Timestamp};
//! use proptest::prelude::*;
//!
//! let now = Timestamp::from_unix_millis(1_790_000_000_000);
//! // An account, and a command for it.
//! let steps = accounts(&studio::catalog()).prop_flat_map(|account| {
//!     let command = commands(&account);
//!     (Just(account), command)
//! });
//! proptest!(ProptestConfig::with_cases(16), |((account, command) in steps)| {
//!     let mut after = account.clone();
//!     if after.execute(&Actor::Host, command, now).is_err() {
//!         prop_assert_eq!(&after, &account);
//!     }
//!     for id in after.compile().who_can(&knowledge::FAQS.edit().into()) {
//!         prop_assert!(after.compile().allows(id, knowledge::FAQS.read()));
//!     }
//! });
//! ```

mod accounts;
mod catalogs;
mod commands;
mod settings;

#[cfg(all(test, feature = "serde"))]
mod tests;

use proptest::sample::Index;

pub use self::accounts::{accounts, actors};
pub use self::catalogs::catalogs;
pub use self::commands::commands;
pub use self::settings::{features, grants, mutes, template_grants};

/// One of `items`, if there is any.
fn one_of<T>(items: &[T], index: Index) -> Option<&T> {
    (!items.is_empty()).then(|| index.get(items))
}
