//! What the library is compared with: a second, deliberately naive reading of the rules.
//!
//! It shares no code with the library and knows no bits: actors, commands, accounts and catalogs
//! are documents, permissions are texts, and sets of them are sets of texts.

pub(crate) mod agency;
mod boxes;
mod catalog;
mod directory;
mod escalation;
mod letters;
mod levels;
pub(crate) mod migration;
pub(crate) mod notion;
mod oracle;
mod presets;
mod reading;
pub(crate) mod refusals;
mod settings;

pub(crate) use catalog::{Area, Catalog, Leaf, Scale, Source, lines};
pub(crate) use directory::{Dialog, Directory, HOST_ONLY, Levels, Notes, User};
pub(crate) use oracle::Oracle;
pub(crate) use presets::preset;

/// Permissions in text form, paths of features, or other texts.
pub(crate) type Set = std::collections::BTreeSet<String>;
