//! Every kind of command is drawn. The list is here, since a kind that is added must be in it.

use alloc::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{accounts, commands};
use crate::account::Command;
use crate::presets::studio;
use crate::presets::tenant;

/// The name of a command; without a kind that is added, this does not compile.
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
        | Command::DescribeTemplate { .. }
        | Command::EditTemplate { .. }
        | Command::DeleteTemplate { .. }
        | Command::SetSeatLimit { .. }
        | Command::SetInvitationLifetime { .. }
        | Command::RenameAccount { .. }
        | Command::SetFeatures { .. } => command.name(),
    }
}

/// How many kinds [`kind`] lists.
const KINDS: usize = 26;

#[test]
fn every_kind_of_command_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let mut drawn = BTreeSet::new();
    for catalog in [studio::catalog(), tenant::catalog()] {
        let account = accounts(&catalog).new_tree(&mut runner).map(|tree| tree.current());
        let Ok(account) = account else { continue };
        let commands = commands(&account);
        for _ in 0..150 {
            drawn.extend(commands.new_tree(&mut runner).map(|tree| kind(&tree.current())));
        }
    }
    assert_eq!(drawn.len(), KINDS, "{drawn:?}");
}
