//! Publishing: one writer at a time, any number of readers who never wait.

use core::fmt;
use core::ops::Deref;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};

use crate::account::Account;
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
    writer: Mutex<Writer<D>>,
    published: ArcSwap<Published<D::Compiled>>,
}

struct Writer<D: Directory> {
    directory: D,
    index: D::Index,
}

#[derive(Debug)]
struct Published<C> {
    revision: u64,
    compiled: C,
}

impl<D: Directory> Live<D> {
    /// Compiles all, and publishes it.
    #[must_use]
    pub fn new(directory: D) -> Self {
        let (compiled, index) = directory.compile_all();
        let published = Published { revision: directory.head().revision, compiled };
        let writer = Mutex::new(Writer { directory, index });
        Self { writer, published: ArcSwap::from_pointee(published) }
    }

    /// What is published now. Neither waits nor allocates.
    ///
    /// It stays as it is for as long as it is held: take one for each request. An old view keeps
    /// the memory alive that only it uses.
    #[must_use]
    pub fn view(&self) -> View<D::Compiled> {
        View(self.published.load())
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
        let mut writer = self.lock();
        let (change, next) = decide(&writer.directory, actor, command, now)?;
        writer.directory = next;
        self.publish(&mut writer, &[&change]);
        Ok(change)
    }

    /// Does what was previewed, if nothing has changed since, and publishes it (REV-5).
    ///
    /// # Errors
    ///
    /// A preview that was made at another revision, for another directory, or on another catalog.
    /// Nothing changes then.
    pub fn commit(&self, preview: Preview<D>) -> Result<Change<D>, CommitError> {
        let mut writer = self.lock();
        let change = ledger::commit(&mut writer.directory, preview)?;
        self.publish(&mut writer, &[&change]);
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
        // No code of the caller runs between writing and publishing: were it to panic, what is
        // published would lag behind for good.
        let changes: Vec<&Change<D>> = changes.into_iter().collect();
        let mut writer = self.lock();
        let mut result = Ok(());
        let is_next = |change: &&&Change<D>| {
            result = applied(&writer.directory, change).map(|next| writer.directory = next);
            result.is_ok()
        };
        let written = changes.iter().take_while(is_next).count();
        if let Some(written) = changes.get(..written).filter(|written| !written.is_empty()) {
            self.publish(&mut writer, written);
        }
        result
    }

    /// Reads the directory itself: lists of users, previews, a snapshot to store.
    ///
    /// Writers wait until `read` returns; it must not write to the same `Live`, which would wait
    /// for itself.
    pub fn read<T>(&self, read: impl FnOnce(&D) -> T) -> T {
        read(&self.lock().directory)
    }

    /// Publishes what changes led to. The lock is held until it is done, or a revision could be
    /// published after a later one.
    fn publish(&self, writer: &mut Writer<D>, changes: &[&Change<D>]) {
        let mut compiled = self.published.load().compiled.clone();
        let Writer { directory, index } = writer;
        directory.follow(changes, &mut compiled, index);
        self.published.store(Arc::new(Published { revision: directory.head().revision, compiled }));
    }

    /// A lock that was poisoned is as good as any: the only code of a caller that runs under
    /// it is [`read`](Self::read)'s, and that writes nothing.
    fn lock(&self) -> MutexGuard<'_, Writer<D>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Directory> fmt::Debug for Live<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let revision = self.published.load().revision;
        f.debug_struct("Live").field("revision", &revision).finish_non_exhaustive()
    }
}

/// What was published at one revision: one state, whole, for as long as it is held.
///
/// It reads like what it holds, a [`Lattice`](crate::Lattice) or [`Lattices`](crate::agency::Lattices).
pub struct View<C>(Guard<Arc<Published<C>>>);

impl<C> View<C> {
    /// The revision of the account or agency that this shows (REV-1).
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.0.revision
    }

    /// Whether this shows a change: where changes are made in one process and asked about in
    /// another, the revision of a change travels with the request.
    #[must_use]
    pub fn at_least(&self, revision: u64) -> bool {
        self.revision() >= revision
    }
}

impl<C> Deref for View<C> {
    type Target = C;

    #[inline]
    fn deref(&self) -> &C {
        &self.0.compiled
    }
}

impl<C> fmt::Debug for View<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
