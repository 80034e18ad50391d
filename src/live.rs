//! Publishing: one writer at a time, any number of readers who never wait.

mod attempt;
mod fresh;
mod view;

use core::convert::Infallible;
use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use thiserror::Error;

pub use self::attempt::{Append, Appended, Attempt, AttemptError, Log, Read, Step};
pub use self::fresh::Stale;
pub use self::view::View;

use self::fresh::Heard;
use self::view::Published;
use crate::account::Account;
use crate::ledger::apply::Diverged;
use crate::ledger::{
    self, Actor, ApplyError, Change, CommitError, Digest, Directory, Order, Outcome, Preview,
    Violation, applied, same_directory,
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
/// let kim = Command::invite("kim", "kim@acme.example");
/// let invited = live.execute(&Actor::Host, kim, now)?;
/// let grant = Command::set_area("kim", knowledge::AREA, Level::Read);
/// let accepted = live.execute(&Actor::Host, Command::accept("kim"), now)?;
/// let granted = live.execute(&Actor::Host, grant, now)?;
///
/// assert!(live.view().allows("kim", knowledge::FAQS.read()));
/// assert!(!before.allows("kim", knowledge::FAQS.read())); // a view never changes
/// assert!(live.view().at_least(granted.revision()));
/// assert!(!before.at_least(granted.revision()));
///
/// // Another process follows, by whatever log the host has.
/// let replica = Live::new(Account::new("acme".parse()?, studio::catalog()));
/// let outcomes = [&invited, &accepted, &granted];
/// replica.apply_all(outcomes.into_iter().filter_map(|one| one.change()))?;
/// assert!(replica.view().allows("kim", knowledge::FAQS.read()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Live<D: Directory = Account> {
    /// Held by whoever writes, from deciding until it is published.
    writer: Mutex<D::Index>,
    published: ArcSwap<Published<D>>,
    on_divergence: OnDivergence,
    heard: Heard,
}

/// What a [`Live`] answers once it has met a change of another history (REV-10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "it answers or it does not")]
pub enum OnDivergence {
    /// Everything is denied to everyone: whom the other history suspended stays out.
    #[default]
    Deny,
    /// The last state that was published goes on answering.
    KeepAnswering,
}

/// Why a command was not done, or not yet; nothing is published.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[expect(clippy::exhaustive_enums, reason = "a command is decided on, then stored")]
pub enum ExecuteError<R, E> {
    /// It was refused, and nothing was stored.
    #[error(transparent)]
    Refused(R),
    /// It was decided on, and the host could not store it.
    #[error("the change could not be stored: {0}")]
    Store(E),
}

impl<D: Directory> Live<D> {
    /// Compiles all, and publishes it.
    #[must_use]
    pub fn new(directory: D) -> Self {
        let (compiled, index) = directory.compile_all();
        let published = Published { directory, compiled, is_diverged: false };
        Self {
            writer: Mutex::new(index),
            published: ArcSwap::from_pointee(published),
            on_divergence: OnDivergence::default(),
            heard: Heard::never(),
        }
    }

    /// Chooses what is answered once a change of another history was met; without it, everything
    /// is denied then.
    #[must_use]
    pub fn on_divergence(self, on_divergence: OnDivergence) -> Self {
        Self { on_divergence, ..self }
    }

    /// What is published now: the account or agency, and its answers. Neither waits nor allocates.
    ///
    /// It stays as it is for as long as it is held: take one for each request. Whatever is done
    /// with it, however long it takes, keeps no writer waiting. An old view keeps the memory alive
    /// that only it uses.
    #[must_use]
    pub fn view(&self) -> View<D> {
        // In this order: what was heard of is published before that is said. What is loaded again
        // may be older than what was heard of before.
        let heard = self.heard.last();
        let published = self.published.load();
        View::new(published, heard.min(self.heard.last()))
    }

    /// Decides on a command, and does not do it: the change to store, and then to
    /// [`apply`](Self::apply). Waits for nobody.
    ///
    /// The change that it returns can be applied as long as no other was. A store with one row for each
    /// revision makes sure of that between processes.
    ///
    /// # Errors
    ///
    /// Whatever [`Account::decide`] or [`Agency::decide`](crate::Agency::decide) refuses. A process
    /// that is behind its log may refuse what it would not: see [`attempt`](Self::attempt).
    pub fn decide(
        &self,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
    ) -> Result<Outcome<D>, D::Refusal> {
        let view = self.view();
        Ok(ledger::decide(view.undiverged()?, actor, order.into(), now)?.outcome)
    }

    /// Decides on a command, writes what it changes, and publishes it before it returns (REV-2).
    ///
    /// For hosts that keep nothing: what is published can be gone after a crash. Hosts that store
    /// their changes use [`execute_with`](Self::execute_with).
    ///
    /// # Errors
    ///
    /// Whatever [`Account::decide`] or [`Agency::decide`](crate::Agency::decide) refuses; nothing
    /// changes and nothing is published then (GRD-6).
    pub fn execute(
        &self,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
    ) -> Result<Outcome<D>, D::Refusal> {
        self.execute_with(actor, order, now, stored_nowhere).map_err(refusal)
    }

    /// Decides on a command, has its change stored, and only then publishes it (REV-9).
    ///
    /// A command that would change nothing is not stored (REV-11), and one that was done already is
    /// not stored again. Other writers wait while `store` runs; readers do not. It must not write to the same `Live`,
    /// which would wait for itself. If it panics, nothing has happened either.
    ///
    /// ```
    /// use bailiwick::live::ExecuteError;
    /// use bailiwick::presets::studio;
    /// use bailiwick::{Account, Actor, Command, Live, Timestamp};
    ///
    /// let now = Timestamp::from_unix_millis(1_790_000_000_000);
    /// let live = Live::new(Account::new("acme".parse()?, studio::catalog()));
    /// let mut log = Vec::new();
    /// let invite = Command::invite("kim", "kim@acme.example");
    /// live.execute_with(&Actor::Host, invite, now, |change| {
    ///     assert!(live.view().is_empty()); // nobody sees what is not stored
    ///     log.push(serde_json::to_string(change)?);
    ///     Ok::<(), serde_json::Error>(())
    /// })?;
    /// assert_eq!((live.view().revision(), log.len()), (1, 1));
    ///
    /// let accept = Command::accept("kim");
    /// let full = |_: &_| Err("the disk is full");
    /// let failed = live.execute_with(&Actor::Host, accept, now, full);
    /// assert_eq!(failed, Err(ExecuteError::Store("the disk is full")));
    /// assert_eq!(live.view().revision(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever `decide` refuses, and whatever `store` fails with. Nothing changes then.
    pub fn execute_with<E>(
        &self,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
        store: impl FnOnce(&Change<D>) -> Result<(), E>,
    ) -> Result<Outcome<D>, ExecuteError<D::Refusal, E>> {
        let order = order.into();
        self.write(|own| Ok(ledger::decide(own, actor, order, now)?.finish()), store)
    }

    /// Does what a preview showed, by the [digest](Preview::digest) that a page carried, and
    /// publishes it (REV-12). For hosts that keep nothing, like [`execute`](Self::execute).
    ///
    /// # Errors
    ///
    /// A command that is refused now, and one whose effect is another. Nothing changes then.
    pub fn commit(
        &self,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
        shown: &Digest,
    ) -> Result<Outcome<D>, CommitError<D>> {
        self.commit_with(actor, order, now, shown, stored_nowhere).map_err(refusal)
    }

    /// Does what a preview showed, stored before it is published, like
    /// [`execute_with`](Self::execute_with).
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit), and whatever `store` fails with.
    pub fn commit_with<E>(
        &self,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
        shown: &Digest,
        store: impl FnOnce(&Change<D>) -> Result<(), E>,
    ) -> Result<Outcome<D>, ExecuteError<CommitError<D>, E>> {
        let order = order.into();
        self.write(|own| Ok(ledger::commit(own, actor, order, now, shown)?.finish()), store)
    }

    /// Does what a preview that was kept shows. For hosts that keep nothing else.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit).
    pub fn commit_preview(&self, preview: Preview<D>) -> Result<Outcome<D>, CommitError<D>> {
        self.write(|own| ledger::commit_preview(own, preview), stored_nowhere).map_err(refusal)
    }

    /// Applies a change that was made elsewhere, or stored before, and publishes it (REV-3). One
    /// that was applied already changes nothing.
    ///
    /// # Errors
    ///
    /// A change of another account; one that comes too early, in which case those before it are in
    /// the log; one so old that it cannot be compared; and one of another history (`diverged`,
    /// REV-10) or on another catalog (EVO-6), after which nothing is written until this is
    /// [loaded](Self::load) again. Nothing changes then.
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
        self.apply_those(changes, |_, _| true)
    }

    /// Applies changes in order, those that are of interest for the state before them.
    fn apply_those<'a>(
        &self,
        changes: impl IntoIterator<Item = &'a Change<D>>,
        is_of_interest: impl Fn(&D, &Change<D>) -> bool,
    ) -> Result<(), ApplyError>
    where
        D: 'a,
    {
        // No code of the caller runs under the lock, where it might wait for itself.
        let changes: Vec<&Change<D>> = changes.into_iter().collect();
        let mut index = self.lock();
        let before = self.view();
        let (mut next, mut written, mut result) = (before.directory().clone(), Vec::new(), Ok(()));
        for change in changes {
            if !is_of_interest(&next, change) {
                continue;
            }
            let revision = change.revision();
            let applied = if before.is_diverged() {
                Err(Diverged { revision }.into())
            } else {
                applied(&next, change)
            };
            match applied {
                Ok(None) => {}
                Ok(Some(applied)) => {
                    next = applied;
                    written.push(change);
                }
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        if !written.is_empty() {
            self.publish(&mut index, next, &written);
        }
        if matches!(result, Err(ApplyError::Diverged(_) | ApplyError::OtherCatalog(_))) {
            self.diverge();
        }
        result
    }

    /// Says that the log goes on in a way that cannot be followed here: a change in it cannot be
    /// read, as one of a catalog that this process does not know cannot (`catalog_changed`, EVO-6).
    /// From now on this counts as [diverged](Self::is_diverged).
    pub fn cannot_follow(&self) {
        let _index = self.lock();
        self.diverge();
    }

    /// Whether a change was met that cannot be followed: one of another history (REV-10), so that
    /// two processes went on from one revision and this may be the wrong one; or one on another
    /// catalog (EVO-6). Nothing is written, and everything is denied unless [`OnDivergence`] says otherwise, until it is [loaded](Self::load) again.
    #[must_use]
    pub fn is_diverged(&self) -> bool {
        self.view().is_diverged()
    }

    /// Puts another state of the account or agency in the place of this one, whatever has happened
    /// to this: a snapshot, with the changes of the log applied. Compiles all, and publishes it. The
    /// state may be on another catalog, as after [migrating](crate::migration) (EVO-6): state and
    /// answers change in one step, and views that are held keep theirs.
    ///
    /// # Errors
    ///
    /// The state of another account or agency.
    pub fn load(&self, directory: D) -> Result<(), ApplyError> {
        same_directory::<D>(self.view().directory().history(), &directory.history().id)?;
        let (compiled, compiled_index) = directory.compile_all();
        let mut index = self.lock();
        *index = compiled_index;
        self.heard.forget();
        self.published.store(Arc::new(Published { directory, compiled, is_diverged: false }));
        Ok(())
    }

    /// The one way to write what was decided here: decide, store, publish.
    fn write<R: From<Violation>, E>(
        &self,
        decide: impl FnOnce(&D) -> Result<(Outcome<D>, D), R>,
        store: impl FnOnce(&Change<D>) -> Result<(), E>,
    ) -> Result<Outcome<D>, ExecuteError<R, E>> {
        let mut index = self.lock();
        let view = self.view();
        let decided = view.undiverged().map_err(R::from).and_then(decide);
        let (outcome, next) = decided.map_err(ExecuteError::Refused)?;
        if let Some(change) = outcome.change() {
            store(change).map_err(ExecuteError::Store)?;
            self.publish(&mut index, next, &[change]);
        }
        Ok(outcome)
    }

    /// Publishes the state that changes led to. The lock is held until it is done, or a revision
    /// could be published after a later one.
    fn publish(&self, index: &mut D::Index, directory: D, changes: &[&Change<D>]) {
        let mut compiled = self.published.load().compiled.clone();
        directory.follow(changes, &mut compiled, index);
        self.published.store(Arc::new(Published { directory, compiled, is_diverged: false }));
    }

    /// Publishes that this has diverged. The lock is held.
    fn diverge(&self) {
        let before = self.published.load();
        let directory = before.directory.clone();
        let compiled = match self.on_divergence {
            OnDivergence::Deny => directory.deny_all(),
            OnDivergence::KeepAnswering => before.compiled.clone(),
        };
        self.published.store(Arc::new(Published { directory, compiled, is_diverged: true }));
    }

    /// A poisoned lock does no harm: no code of a caller runs while an index is written.
    fn lock(&self) -> MutexGuard<'_, D::Index> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what stands in for a store")]
fn stored_nowhere<D: Directory>(_: &Change<D>) -> Result<(), Infallible> {
    Ok(())
}

fn refusal<R>(error: ExecuteError<R, Infallible>) -> R {
    match error {
        ExecuteError::Refused(refusal) => refusal,
        ExecuteError::Store(never) => match never {},
    }
}

impl<D: Directory> fmt::Debug for Live<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("revision", &self.view().revision()).finish_non_exhaustive()
    }
}
