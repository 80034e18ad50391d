//! What is said of a change that cannot be applied.

use bailiwick::ledger::ApplyError;

pub(crate) fn said(applied: Result<(), ApplyError>) -> Result<(), String> {
    applied.map_err(|error| error.to_string())
}

pub(crate) fn diverged(revision: u64) -> String {
    format!("diverged: revision {revision} belongs to another history: load it again from the log")
}

pub(crate) fn early(revision: u64, expected: u64) -> String {
    format!("revision {revision} comes too early: expected {expected}")
}
