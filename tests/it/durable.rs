//! Durable first: what a host that stores its changes must be able to rely on.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod chain;
mod order;
mod orders;
mod previews;
mod processes;
mod views;

use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Change, Command, Live, Order, Timestamp};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn acme() -> Account {
    Account::new("acme".parse().unwrap(), studio::catalog())
}

fn invite(user: &str) -> Command {
    Command::invite(user, format!("{user}@acme.example"))
}

/// Gives a command as the host; it must be accepted.
#[track_caller]
fn run(live: &Live, command: impl Into<Order<Command>>) {
    drop(done(live, command));
}

/// The change that a command of the host's makes.
#[track_caller]
fn done(live: &Live, command: impl Into<Order<Command>>) -> Change {
    live.execute(&Actor::Host, command, NOW).unwrap().into_change().unwrap()
}
