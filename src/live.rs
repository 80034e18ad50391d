//! Publishing: one writer at a time, any number of readers who never wait.

mod fresh;

use core::fmt;
use core::ops::Deref;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};

use self::fresh::Heard;
pub use self::fresh::Stale;
use crate::account::Account;
use crate::agency::Agency;
use crate::ledger::{
    self, Actor, ApplyError, Change, CommitError, Directory, Preview, applied, decide,
};
use crate::time::Timestamp;

/// An [`Account`] or an [`Agency`](crate::Agency) whose compiled form follows every change.
///
/// A command is published before [`execute`](Self::execute) returns, so that the next
/// [`view`](Self::view) sees it (REV-2). Only what a change touches is compiled again. Writers wait
/// for one another; readers wait for nobody, take no lock and write no memory that another reader
/// reads.
///
/// ```
/// use bailiwick::presets::studio::{self, knowledge};
/// use bailiwick::{Account, Actor, Command, Level, Live, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let live = Live::new(Account::new("acme".parse()?, studio::catalog()));
/// let before = live.view();
///
/// let invited = live.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
/// let grant = Command::set_area("kim", knowledge::AREA, Level::Read);
/// let accepted = live.execute(&Actor::Host, Command::accept("kim"), now)?;
/// let granted = live.execute(&Actor::Host, grant, now)?;
///
/// assert!(live.view().allows("kim", knowledge::FAQS.read()));
/// assert!(!before.allows("kim", knowledge::FAQS.read())); // a view never changes
/// assert!(live.view().at_least(granted.revision()) && !before.at_least(granted.revision()));
///
/// // Another process follows, by whatever log the host has.
/// let replica = Live::new(Account::new("acme".parse()?, studio::catalog()));
/// replica.apply_all([&invited, &accepted, &granted])?;
/// assert!(replica.view().allows("kim", knowledge::FAQS.read()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Live<D: Directory = Account> {
    /// Held by whoever writes, from deciding until it is published.
    writer: Mutex<D::Index>,
    published: ArcSwap<Published<D>>,
    heard: Heard,
}

/// One state and its answers. Nothing of it is written again.
struct Published<D: Directory> {
    directory: D,
    compiled: D::Compiled,
}

impl<D: Directory> Live<D> {
    /// Compiles all, and publishes it.
    #[must_use]
    pub fn new(directory: D) -> Self {
        let (compiled, index) = directory.compile_all();
        let published = ArcSwap::from_pointee(Published { directory, compiled });
        Self { writer: Mutex::new(index), published, heard: Heard::never() }
    }

    /// What is published now: the account or agency, and its answers. Neither waits nor allocates.
    ///
    /// It stays as it is for as long as it is held: take one for each request. Whatever is done
    /// with it, however long it takes, keeps no writer waiting. An old view keeps the memory alive
    /// that only it uses.
    #[must_use]
    pub fn view(&self) -> View<D> {
        // In this order: what was heard of is published before that is said.
        let heard = self.heard.last();
        View(self.published.load(), heard)
    }

    /// Decides on a command, writes what it changes, and publishes it before it returns (REV-2).
    ///
    /// # Errors
    ///
    /// Whatever [`Account::decide`] or [`Agency::decide`](crate::Agency::decide) refuses; nothing
    /// changes and nothing is published then (GRD-6).
    pub fn execute(
        &self,
        actor: &Actor,
        command: impl Into<D::Command>,
        now: Timestamp,
    ) -> Result<Change<D>, D::Refusal> {
        let command = Cow::Owned(command.into());
        let mut index = self.lock();
        let (change, next) = decide(self.view().directory(), actor, command, now)?;
        self.publish(&mut index, next, &[&change]);
        Ok(change)
    }

    /// Does what was previewed, if nothing has changed since, and publishes it (REV-5).
    ///
    /// # Errors
    ///
    /// A preview that was made at another revision, for another directory, or on another catalog.
    /// Nothing changes then.
    pub fn commit(&self, preview: Preview<D>) -> Result<Change<D>, CommitError> {
        let mut index = self.lock();
        let mut next = self.view().directory().clone();
        let change = ledger::commit(&mut next, preview)?;
        self.publish(&mut index, next, &[&change]);
        Ok(change)
    }

    /// Applies a change that was made elsewhere, and publishes it (REV-3).
    ///
    /// # Errors
    ///
    /// A change of another account or catalog, one that was applied already, and one that comes too
    /// early: the error says which revision is expected. Nothing changes then.
    pub fn apply(&self, change: &Change<D>) -> Result<(), ApplyError> {
        self.apply_all([change])
    }

    /// Applies changes in order, and publishes the last state once.
    ///
    /// # Errors
    ///
    /// The first change that [`apply`](Self::apply) refuses. Those before it stay applied, and are
    /// published.
    pub fn apply_all<'a>(
        &self,
        changes: impl IntoIterator<Item = &'a Change<D>>,
    ) -> Result<(), ApplyError>
    where
        D: 'a,
    {
        // No code of the caller runs under the lock, where it might wait for itself.
        let changes: Vec<&Change<D>> = changes.into_iter().collect();
        let mut index = self.lock();
        let mut next = self.view().directory().clone();
        let mut result = Ok(());
        let is_next = |change: &&&Change<D>| {
            result = applied(&next, change).map(|applied| next = applied);
            result.is_ok()
        };
        let written = changes.iter().take_while(is_next).count();
        if let Some(written) = changes.get(..written).filter(|written| !written.is_empty()) {
            self.publish(&mut index, next, written);
        }
        result
    }

    /// Publishes the state that changes led to. The lock is held until it is done, or a revision
    /// could be published after a later one.
    fn publish(&self, index: &mut D::Index, next: D, changes: &[&Change<D>]) {
        let mut compiled = self.published.load().compiled.clone();
        next.follow(changes, &mut compiled, index);
        self.published.store(Arc::new(Published { directory: next, compiled }));
    }

    /// A poisoned lock is as good as any other: no code of a caller runs while an index is written.
    fn lock(&self) -> MutexGuard<'_, D::Index> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Directory> fmt::Debug for Live<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("revision", &self.view().revision()).finish_non_exhaustive()
    }
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
/// let preview = view.account().preview(&Actor::Host, Command::suspend("kim"), now)?;
/// assert_eq!(preview.affected_users(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct View<D: Directory = Account>(Guard<Arc<Published<D>>>, Option<Timestamp>);

impl<D: Directory> View<D> {
    /// The account or agency itself, as it was when this was published.
    #[must_use]
    pub fn directory(&self) -> &D {
        &self.0.directory
    }

    /// The revision of the account or agency that this shows (REV-1).
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.directory().head().revision
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
        &self.0.compiled
    }
}

impl<D: Directory> fmt::Debug for View<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
