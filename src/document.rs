//! Documents: accounts, agencies, catalogs and cases as data to store and to send.
//!
//! Stored forms hold keys, never positions, so that reordering a catalog changes no stored data
//! (CAT-10). Any self-describing format that serde knows will do; JSON is what the examples show.
//!
//! Reading is in two steps: a format's parser gives a [`Document`], which is a tree of anything,
//! and `from_document` makes a value of it or reports every problem by place.
//!
//! ```
//! use bailiwick::document::Document;
//! use bailiwick::{Account, presets};
//!
//! let document: Document = serde_json::from_str(
//!     r#"{
//!         "format": "bailiwick/account/1",
//!         "id": "acme", "catalog": "studio/2026-06",
//!         "users": [{"id": "kim", "email": "kim@acme.example", "role": "boss",
//!                    "status": "active", "grants": {"flows": "write"}}]
//!     }"#,
//! )?;
//! let error = Account::from_document(&document, &presets::all()).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "the document cannot be used\n  \
//!      users[0].role: unknown role `boss`: expected `admin` or `member`\n  \
//!      users[0].grants.flows: unknown level `write`: \
//!      expected `none`, `read` or `edit`",
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```

mod account;
mod agency;
mod answers;
mod cases;
mod catalog;
mod change;
mod claims;
mod command;
mod commands;
mod dialog;
mod grants;
mod ignored;
mod keys;
mod leaf;
mod migration;
mod object;
mod problem;
mod reader;
mod shape;
mod table;
mod tree;
mod user;
mod written;

pub use self::cases::{Case, Cases};
pub use self::commands::{Commands, Step};
pub use self::ignored::{Ignored, IgnoredKey};
pub use self::problem::{DocumentError, DocumentFault, DocumentProblem, MAX_PROBLEMS};
pub use self::tree::{Document, MAX_DEPTH};

pub use crate::ledger::MAX_REVISION;

/// The format of account documents.
pub const ACCOUNT_FORMAT: &str = "bailiwick/account/1";
/// The format of agency documents.
pub const AGENCY_FORMAT: &str = "bailiwick/agency/1";
/// The format of documents of changes of agencies.
pub const AGENCY_CHANGE_FORMAT: &str = "bailiwick/agency-change/1";
/// The format of change documents.
pub const CHANGE_FORMAT: &str = "bailiwick/change/1";
/// The format of catalog documents.
pub const CATALOG_FORMAT: &str = "bailiwick/catalog/1";
/// The format of migration documents.
pub const MIGRATION_FORMAT: &str = "bailiwick/migration/1";
/// The format of dialogs, which are written and not read.
pub const DIALOG_FORMAT: &str = "bailiwick/dialog/1";
