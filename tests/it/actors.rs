//! Who acts, by the texts of their ids.

#![expect(clippy::unwrap_used, reason = "tests name their actors by valid ids")]

use bailiwick::Actor;

#[track_caller]
pub(crate) fn user(account: &str, user: &str) -> Actor {
    Actor::user(&account.parse().unwrap(), &user.parse().unwrap())
}

#[track_caller]
pub(crate) fn user_of(agency: &str, account: &str, user: &str) -> Actor {
    Actor::user_of(&agency.parse().unwrap(), &account.parse().unwrap(), &user.parse().unwrap())
}

#[track_caller]
pub(crate) fn agency(id: &str) -> Actor {
    Actor::agency(&id.parse().unwrap())
}
