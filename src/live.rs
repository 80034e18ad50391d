//! Publishing: one writer at a time, any number of readers who never wait.

mod account;
mod agency;

use core::fmt;
use core::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};

pub use self::agency::Lattices;
use crate::account::{Account, Actor, ApplyError, Preview, StalePreview};
use crate::time::Timestamp;

/// An [`Account`] or an [`Agency`](crate::Agency) whose compiled form follows every change.
///
/// A command is published before [`execute`](Self::execute) returns, so that the next
/// [`view`](Self::view) sees it (REV-2). Only what a change touches is compiled anew. Writers wait
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

/// What a [`Live`] can keep: an [`Account`], which compiles to a [`Lattice`](crate::Lattice), or an
/// [`Agency`](crate::Agency), which compiles to [`Lattices`].
pub trait Directory: Sized + sealed::Sealed {
    /// What it is told to do.
    type Command;
    /// What it did.
    type Change;
    /// Why it did not.
    type Refusal;
    /// What answers checks.
    type Compiled: Clone;
    /// What finds the rows again that a change touches.
    #[doc(hidden)]
    type Index: Send;

    #[doc(hidden)]
    fn compile_all(&self) -> (Self::Compiled, Self::Index);

    /// Compiles anew what changes touched that were just written.
    #[doc(hidden)]
    fn follow(
        &self,
        changes: &[&Self::Change],
        compiled: &mut Self::Compiled,
        index: &mut Self::Index,
    );

    #[doc(hidden)]
    fn revision_now(&self) -> u64;

    #[doc(hidden)]
    fn run(
        &mut self,
        actor: &Actor,
        command: Self::Command,
        now: Timestamp,
    ) -> Result<Self::Change, Self::Refusal>;

    #[doc(hidden)]
    fn follow_change(&mut self, change: &Self::Change) -> Result<(), ApplyError>;

    #[doc(hidden)]
    fn commit_preview(
        &mut self,
        preview: Preview<Self::Change>,
    ) -> Result<Self::Change, StalePreview>;
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else can keep what `Live` keeps")]
    pub trait Sealed {}

    impl Sealed for crate::Account {}
    impl Sealed for crate::Agency {}
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
        let published = Published { revision: directory.revision_now(), compiled };
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
    ) -> Result<D::Change, D::Refusal> {
        let command = command.into();
        let mut writer = self.lock();
        let change = writer.directory.run(actor, command, now)?;
        self.publish(&mut writer, &[&change]);
        Ok(change)
    }

    /// Does what was previewed, if nothing has changed since, and publishes it (REV-5).
    ///
    /// # Errors
    ///
    /// A preview that was made at another revision, or for another account.
    pub fn commit(&self, preview: Preview<D::Change>) -> Result<D::Change, StalePreview> {
        let mut writer = self.lock();
        let change = writer.directory.commit_preview(preview)?;
        self.publish(&mut writer, &[&change]);
        Ok(change)
    }

    /// Applies a change that was made elsewhere, and publishes it (REV-3).
    ///
    /// # Errors
    ///
    /// A change of another account or catalog, one that was applied already, and one that comes too
    /// early: the error says which revision is wanted. Nothing changes then.
    pub fn apply(&self, change: &D::Change) -> Result<(), ApplyError> {
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
        changes: impl IntoIterator<Item = &'a D::Change>,
    ) -> Result<(), ApplyError>
    where
        D::Change: 'a,
    {
        // No code of the caller runs between writing and publishing: were it to panic, what is
        // published would lag behind for good.
        let changes: Vec<&D::Change> = changes.into_iter().collect();
        let mut writer = self.lock();
        let mut result = Ok(());
        let is_next = |change: &&&D::Change| {
            result = writer.directory.follow_change(change);
            result.is_ok()
        };
        let applied = changes.iter().take_while(is_next).count();
        if let Some(applied) = changes.get(..applied).filter(|applied| !applied.is_empty()) {
            self.publish(&mut writer, applied);
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
    fn publish(&self, writer: &mut Writer<D>, changes: &[&D::Change]) {
        let mut compiled = self.published.load().compiled.clone();
        let Writer { directory, index } = writer;
        directory.follow(changes, &mut compiled, index);
        self.published.store(Arc::new(Published { revision: directory.revision_now(), compiled }));
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
/// It reads like what it holds, a [`Lattice`](crate::Lattice) or [`Lattices`].
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
