use core::fmt;
use core::ops::Deref;
use std::sync::Arc;

use arc_swap::Guard;

use crate::account::Account;
use crate::agency::Agency;
use crate::ledger::{Directory, Violation, violation};
use crate::time::Timestamp;

/// One state and its answers. Nothing of it is written again.
pub(super) struct Published<D: Directory> {
    pub(super) directory: D,
    pub(super) compiled: D::Compiled,
    /// Whether a change of another history was met after it (REV-10).
    pub(super) is_diverged: bool,
}

/// What was published at one revision: one state, whole, for as long as it is held.
///
/// It answers checks like the [`Lattice`](crate::Lattice) or the
/// [`Lattices`](crate::agency::Lattices) that it holds, and it has the account or agency that they
/// were compiled from: to list users, to decide on and preview commands, to take a snapshot.
///
/// ```
/// use bailiwick::presets::studio;
/// use bailiwick::{Account, Actor, Command, Live, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let live = Live::new(Account::new("acme".parse()?, studio::catalog()));
/// live.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
/// let view = live.view();
/// for user in view.account().users() {
///     // Nothing waits for this reader, not even a writer within its own loop.
///     live.execute(&Actor::Host, Command::accept(user.id().as_str()), now)?;
/// }
/// assert_eq!((view.revision(), live.view().revision()), (1, 2));
/// let suspend = Command::suspend("kim");
/// let preview = view.account().preview(&Actor::Host, suspend, now)?;
/// assert_eq!(preview.affected_users(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct View<D: Directory = Account> {
    published: Guard<Arc<Published<D>>>,
    /// See [`heard`](Self::heard).
    pub(super) heard: Option<Timestamp>,
}

impl<D: Directory> View<D> {
    pub(super) fn new(published: Guard<Arc<Published<D>>>, heard: Option<Timestamp>) -> Self {
        Self { published, heard }
    }

    pub(super) fn is_diverged(&self) -> bool {
        self.published.is_diverged
    }

    /// The state to decide on.
    pub(super) fn undiverged(&self) -> Result<&D, Violation> {
        let diverged = violation::Diverged { directory: D::NAME };
        (!self.is_diverged()).then(|| self.directory()).ok_or(diverged.into())
    }

    /// The account or agency itself, as it was when this was published.
    #[must_use]
    pub fn directory(&self) -> &D {
        &self.published.directory
    }

    /// The revision of the account or agency that this shows (REV-1).
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.directory().history().revision
    }

    /// Whether this shows a change: where changes are made in one process and asked about in
    /// another, the revision of a change travels with the request.
    #[must_use]
    pub fn at_least(&self, revision: u64) -> bool {
        self.revision() >= revision
    }
}

impl View<Account> {
    /// The account itself: users, templates, features and seats.
    #[must_use]
    pub fn account(&self) -> &Account {
        self.directory()
    }
}

impl View<Agency> {
    /// The agency itself: its subaccounts and their features.
    #[must_use]
    pub fn agency(&self) -> &Agency {
        self.directory()
    }
}

impl<D: Directory> Deref for View<D> {
    type Target = D::Compiled;

    #[inline]
    fn deref(&self) -> &D::Compiled {
        &self.published.compiled
    }
}

impl<D: Directory> fmt::Debug for View<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
