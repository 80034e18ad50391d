//! The chapter on stored forms has every command in its tables.

use alloc::vec::Vec;

use crate::account::Command;
use crate::agency::AgencyCommand;

const CHAPTER: &str = include_str!("../../_docs/documents.md");

#[test]
fn every_command_is_in_the_chapter() {
    let rows = CHAPTER.lines().filter(|line| line.starts_with("| `"));
    let first_cells: Vec<&str> = rows.filter_map(|row| row.split(" | ").next()).collect();
    for name in Command::NAMES.into_iter().chain(AgencyCommand::NAMES) {
        let is_named = |cell: &&str| cell.split('`').any(|part| part == name);
        assert!(first_cells.iter().any(is_named), "{name} is in no table");
    }
}
