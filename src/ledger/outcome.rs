use core::fmt;

use crate::ledger::{Change, Directory};

/// What came of a command that is not refused.
///
/// ```
/// use bailiwick::presets::studio;
/// use bailiwick::{Account, Actor, Command, Outcome, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let mut acme = Account::new("acme".parse()?, studio::catalog());
/// let rename = || Command::rename_account("Acme");
/// assert_eq!(acme.execute(&Actor::Host, rename(), now)?.revision(), 1);
/// let again = acme.execute(&Actor::Host, rename(), now)?;
/// assert_eq!(again, Outcome::Unchanged { revision: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a command changes something, or does not, or did")]
#[must_use]
pub enum Outcome<D: Directory> {
    /// Something changed: this is the record to store (REV-1).
    Changed(Change<D>),
    /// Everything was as the command asks already: there is nothing to store (REV-11).
    Unchanged {
        /// The revision at which it is so.
        revision: u64,
    },
    /// The order was done before, as its key says: there is nothing to store.
    AlreadyDone {
        /// The revision of the change that did it.
        revision: u64,
    },
}

impl<D: Directory> Outcome<D> {
    /// What changed, if anything did.
    #[must_use]
    pub fn change(&self) -> Option<&Change<D>> {
        match self {
            Self::Changed(change) => Some(change),
            Self::Unchanged { .. } | Self::AlreadyDone { .. } => None,
        }
    }

    /// What changed, if anything did.
    #[must_use]
    pub fn into_change(self) -> Option<Change<D>> {
        match self {
            Self::Changed(change) => Some(change),
            Self::Unchanged { .. } | Self::AlreadyDone { .. } => None,
        }
    }

    /// The first revision that is known to show what was asked for: whoever must see it waits until
    /// a view is [`at_least`](crate::live::View::at_least) this.
    #[must_use]
    pub fn revision(&self) -> u64 {
        match self {
            Self::Changed(change) => change.revision(),
            Self::Unchanged { revision } | Self::AlreadyDone { revision } => *revision,
        }
    }

    /// A stable name for programs: `accepted`, `unchanged` or `already_done`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Changed(_) => "accepted",
            Self::Unchanged { .. } => "unchanged",
            Self::AlreadyDone { .. } => "already_done",
        }
    }
}

/// The line of the change, or that there is none: `changes nothing`.
impl<D: Directory> fmt::Display for Outcome<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(change) => change.fmt(f),
            Self::Unchanged { .. } => f.write_str("changes nothing"),
            Self::AlreadyDone { revision } => write!(f, "already done at revision {revision}"),
        }
    }
}
