//! Processes that share a log: every order of their steps, of crashes, of answers that are lost and
//! of messages that come late or twice, checked completely (REV-9, REV-10).
//!
//! ```sh
//! cargo run --release --manifest-path tests/processes/Cargo.toml
//! ```
//!
//! The states of accounts are real: each process decides and applies with the library. What a host
//! does around that, the order of its steps, is the model: [`Habit::Sound`] must keep every promise
//! in every state, and each other habit must be seen to break one.

mod model;

use std::process::ExitCode;

use model::{Habit, Processes};
use stateright::{Checker, HasDiscoveries, Model};

fn main() -> ExitCode {
    let broken: Vec<_> = Habit::ALL.into_iter().filter(|habit| !is_as_expected(*habit)).collect();
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Checks one habit, prints what was found, and says whether that was to be expected.
fn is_as_expected(habit: Habit) -> bool {
    let checker = Processes { habit }.checker().threads(2);
    let checker = match habit {
        Habit::Sound => checker,
        _ => checker.finish_when(HasDiscoveries::AnyFailures),
    };
    let checker = checker.spawn_bfs().join();
    println!("{habit:?}: {} states", checker.unique_state_count());
    let mut failed = Vec::new();
    for property in checker.model().properties() {
        let found = checker.discovery(property.name);
        let holds = match property.expectation {
            stateright::Expectation::Sometimes => found.is_some(),
            _ => found.is_none(),
        };
        if !holds {
            failed.push(property.name);
        }
        if habit == Habit::Sound {
            println!("  {}: {}", if holds { "holds" } else { "FAILS" }, property.name);
            if let (false, Some(path)) = (holds, found) {
                for action in path.into_actions() {
                    println!("    {action:?}");
                }
            }
        }
    }
    match habit.breaks() {
        None => failed.is_empty(),
        Some(promise) => {
            let is_seen = failed.contains(&promise);
            println!(
                "  {}: {promise}",
                if is_seen { "seen to break" } else { "NOT SEEN to break" }
            );
            is_seen
        }
    }
}
