//! Random valid documents: accounts, catalogs, and the stories of what happens to them.

mod accounts;
mod agencies;
mod carried;
mod catalogs;
pub(crate) mod migrations;
mod settings;
mod stories;
pub(crate) mod successors;

pub(crate) use accounts::{PRESETS, account_on, any_account, asks};
pub(crate) use agencies::Commands;
pub(crate) use catalogs::catalog;
pub(crate) use stories::{Order, Step, Stories, any_story};
