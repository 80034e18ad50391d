//! Every kind of command is drawn. The list is here, since a kind that is added must be in it.

use alloc::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{accounts, commands};
use crate::account::Command;
use crate::presets::studio;
use crate::presets::tenant;

/// What a kind is drawn from; a kind that is not here does not compile.
fn kind(command: &Command) -> &'static str {
    match command {
        Command::Invite(_)
        | Command::Batch(_)
        | Command::Resend { .. }
        | Command::Accept { .. }
        | Command::SignIn { .. }
        | Command::Suspend { .. }
        | Command::Reactivate { .. }
        | Command::ChangeEmail { .. }
        | Command::ChangeRole { .. }
        | Command::AssignTemplate { .. }
        | Command::ClearTemplate { .. }
        | Command::Tick { .. }
        | Command::Untick { .. }
        | Command::SetArea { .. }
        | Command::SetSection { .. }
        | Command::Raise { .. }
        | Command::ReplaceGrants { .. }
        | Command::DeleteUser { .. }
        | Command::CreateTemplate { .. }
        | Command::RenameTemplate { .. }
        | Command::EditTemplate { .. }
        | Command::DeleteTemplate { .. }
        | Command::SetSeatLimit { .. }
        | Command::SetFeatures { .. } => command.name(),
    }
}

/// How many kinds [`kind`] lists.
const KINDS: usize = 24;

#[test]
fn every_kind_of_command_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let mut drawn = BTreeSet::new();
    for catalog in [studio::catalog(), tenant::catalog()] {
        let steps = accounts(&catalog).prop_flat_map(|account| commands(&account));
        for _ in 0..400 {
            drawn.extend(steps.new_tree(&mut runner).map(|tree| kind(&tree.current())));
        }
    }
    assert_eq!(drawn.len(), KINDS, "{drawn:?}");
}
