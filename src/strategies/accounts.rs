use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::commands::{drafts, founding, pool};
use super::settings::{feature_paths, some_of};
use crate::account::{Account, Command};
use crate::catalog::Catalog;
use crate::key::{AccountId, UserId};
use crate::ledger::Actor;
use crate::time::Timestamp;

/// Accounts named `acme`, as commands of the host leave them: with templates, and users of every
/// role and status, who have grants and mutes of every kind.
pub fn accounts(catalog: &Catalog) -> impl Strategy<Value = Account> + use<> {
    let catalog = catalog.clone();
    let features = feature_paths(&catalog);
    let drafts = (vec(founding(&catalog), 0..=10), vec(drafts(&catalog), 0..=24));
    let parts = (some_of(features, usize::MAX), pool(&catalog, 4), drafts);
    parts.prop_filter_map("`acme` is an id", move |(on, pool, (first, then))| {
        let mut account = Account::new(AccountId::parse("acme").ok()?, catalog.clone());
        run(&mut account, Command::set_features(on));
        for draft in first.iter().chain(&then) {
            if let Some(command) = draft.command(&account, &pool) {
                run(&mut account, command);
            }
        }
        Some(account)
    })
}

/// What is refused changes nothing, and is left out (GRD-6).
fn run(account: &mut Account, command: Command) {
    let since = i64::try_from(account.revision()).unwrap_or_default();
    let now = Timestamp::from_unix_millis(1_790_000_000_000 + since);
    let _ = account.execute(&Actor::Host, command, now);
}

/// Whoever may give commands in an account, and some who may not: the host, its users in every
/// status, a stranger.
pub fn actors(account: &Account) -> impl Strategy<Value = Actor> + use<> {
    let users = account.users().map(|user| Actor::user(account.id(), user.id()));
    let stranger = UserId::parse("nobody").map(|id| Actor::user(account.id(), &id));
    let all: Vec<Actor> = users.chain([Actor::Host]).chain(stranger).collect();
    proptest::sample::select(all)
}
