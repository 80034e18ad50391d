//! Seats: how many users there are and may be (USR-5, USR-6).

use crate::ledger::{Violation, violation};
use crate::name::names;

/// The seats of an account: every user takes one, whatever their status (USR-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seats {
    used: usize,
    limit: Option<u32>,
    at_limit: AtLimit,
}

/// What becomes of an invitation when no seat is free (USR-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an invitation is refused or not")]
pub enum AtLimit {
    /// It is refused.
    Refuse,
    /// It is accepted, and the change says that the account is over its limit.
    Warn,
}

names!(AtLimit, "way to treat the seat limit", { Refuse => "refuse", Warn => "warn" });

/// How the seats in use compare with the limit (USR-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is a limit or not; below, at, or above it")]
pub enum SeatState {
    /// There is no limit.
    Unlimited,
    /// This many are free.
    Free(usize),
    /// All are taken.
    Reached,
    /// This many more are used than there are: the limit was lowered, or the account only warns.
    Over(usize),
}

impl Seats {
    pub(super) fn new(used: usize, limit: Option<u32>, at_limit: AtLimit) -> Self {
        Self { used, limit, at_limit }
    }

    /// How many are used.
    #[must_use]
    pub fn used(self) -> usize {
        self.used
    }

    /// How many there are; `None` for no limit.
    #[must_use]
    pub fn limit(self) -> Option<u32> {
        self.limit
    }

    /// What becomes of an invitation when none is free.
    #[must_use]
    pub fn at_limit(self) -> AtLimit {
        self.at_limit
    }

    /// How many are free, that all are taken, or by how many the limit is exceeded (USR-6).
    #[must_use]
    pub fn state(self) -> SeatState {
        let Some(limit) = self.limit else { return SeatState::Unlimited };
        let limit = limit as usize;
        match self.used.checked_sub(limit) {
            None => SeatState::Free(limit - self.used),
            Some(0) => SeatState::Reached,
            Some(over) => SeatState::Over(over),
        }
    }

    /// Whether one more user is let in.
    pub(super) fn check_next(self) -> Result<(), Violation> {
        match (self.limit, self.at_limit) {
            (Some(limit), AtLimit::Refuse) if self.is_reached() => {
                Err(violation::SeatLimit { used: self.used, limit }.into())
            }
            (_, AtLimit::Refuse | AtLimit::Warn) => Ok(()),
        }
    }

    /// With one more user: how many are used, and the limit, if the account is to be warned.
    pub(super) fn warning(self) -> Option<(usize, u32)> {
        let warns = self.at_limit == AtLimit::Warn && self.is_reached();
        self.limit.filter(|_| warns).map(|limit| (self.used + 1, limit))
    }

    /// Whether no seat is free (USR-6).
    #[must_use]
    pub fn is_reached(self) -> bool {
        match self.state() {
            SeatState::Unlimited | SeatState::Free(_) => false,
            SeatState::Reached | SeatState::Over(_) => true,
        }
    }
}
