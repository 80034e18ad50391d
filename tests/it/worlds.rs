//! Random valid documents: accounts, catalogs, and the stories of what happens to them.

mod accounts;
mod agencies;
mod catalogs;
mod settings;
mod stories;

/// Whether the library still takes a revision for a command that changes nothing (REV-11): to be
/// switched off with the step that ends it.
pub(crate) const IDLE_COMMANDS_TAKE_A_REVISION: bool = true;

pub(crate) use accounts::{PRESETS, account_on, any_account, asks};
pub(crate) use agencies::Commands;
pub(crate) use catalogs::catalog;
pub(crate) use stories::{Step, Stories, any_story};
