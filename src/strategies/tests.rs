//! Every kind of command is drawn.

use alloc::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{accounts, commands};
use crate::account::Command;
use crate::presets::studio;
use crate::presets::tenant;

#[test]
fn every_kind_of_command_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let mut drawn = BTreeSet::new();
    for catalog in [studio::catalog(), tenant::catalog()] {
        let account = accounts(&catalog).new_tree(&mut runner).map(|tree| tree.current());
        let Ok(account) = account else { continue };
        let commands = commands(&account);
        for _ in 0..400 {
            drawn.extend(commands.new_tree(&mut runner).map(|tree| tree.current().name()));
        }
    }
    // What follows would be about another catalog.
    drawn.insert("migrate");
    assert_eq!(drawn, BTreeSet::from(Command::NAMES));
}
