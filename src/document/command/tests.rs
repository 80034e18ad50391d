//! The chapter on stored forms has every command in its tables.

use alloc::format;
use alloc::vec::Vec;

use crate::account::Command;
use crate::agency::AgencyCommand;

const CHAPTER: &str = include_str!("../../_docs/documents.md");

#[test]
fn every_command_is_in_the_chapter() {
    let rows = CHAPTER.lines().filter(|line| line.starts_with("| `"));
    let first_cells: Vec<&str> = rows.filter_map(|row| row.split(" | ").next()).collect();
    for name in Command::NAMES.into_iter().chain(AgencyCommand::NAMES) {
        let quoted = format!("`{name}`");
        assert!(first_cells.iter().any(|cell| cell.contains(&quoted)), "{name} is in no table");
    }
}
