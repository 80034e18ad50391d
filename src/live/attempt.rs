//! Executing a command against a log that other processes write to as well (REV-9).

use thiserror::Error;

use crate::account::Account;
use crate::ledger::{
    self, Actor, ApplyError, Change, CommitError, Digest, Directory, Order, Outcome, StalePreview,
};
use crate::live::{ExecuteError, Live};
use crate::time::Timestamp;

/// A command on its way into a log that several processes append to.
///
/// It says what to do next, and the host does it, in whatever way it talks to its store: append a
/// change, or read those after a revision. It decides again if another process was faster; and that
/// there is nothing to append, for the command is refused, changes nothing or was done already,
/// stands only if nothing in the log is newer than what was decided on.
///
/// ```
/// use bailiwick::live::{AttemptError, Step};
/// use bailiwick::{
///     Account, Actor, Change, Command, Live, Order, Outcome, Timestamp,
/// };
///
/// # struct Store(Vec<Change>);
/// # impl Store {
/// #     async fn insert(&mut self, change: &Change) -> Result<bool, std::io::Error> {
/// #         let is_free = self.0.len() as u64 + 1 == change.revision();
/// #         if is_free { self.0.push(change.clone()) }
/// #         Ok(is_free)
/// #     }
/// #     async fn after(&self, revision: u64) -> Result<Vec<Change>, std::io::Error> {
/// #         Ok(self.0.iter().filter(|change| change.revision() > revision).cloned().collect())
/// #     }
/// # }
/// async fn execute(
///     live: &Live,
///     store: &mut Store, // a table that is unique in (account, revision)
///     actor: &Actor,
///     order: Order<Command>,
///     now: Timestamp,
/// ) -> Result<Outcome<Account>, Box<dyn std::error::Error>> {
///     let mut attempt = live.attempt(actor, order, now);
///     loop {
///         attempt = match attempt.next() {
///             Step::Append(append) => match store.insert(append.change()).await? {
///                 true => append.stored(),
///                 false => append.taken(),
///             },
///             Step::Read(read) => {
///                 let changes = store.after(read.after()).await?;
///                 read.found(&changes)
///             }
///             Step::Done(result) => return Ok(result?),
///         };
///     }
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Attempt<'a, D: Directory = Account> {
    asked: Asked<'a, D>,
    state: State<D>,
}

/// Who commands what, where and when.
#[derive(Debug)]
struct Asked<'a, D: Directory> {
    live: &'a Live<D>,
    actor: Actor,
    order: Order<D::Command>,
    now: Timestamp,
    /// The effect that it must have, if it was previewed.
    shown: Option<Digest>,
}

#[derive(Debug)]
enum State<D: Directory> {
    Decide,
    Read { after: u64, to: Settle<D> },
    Done(Result<Outcome<D>, AttemptError<D>>),
}

/// What reading the log is to settle.
#[derive(Debug)]
enum Settle<D: Directory> {
    /// Which change took the revision of this one.
    Taken(Change<D>),
    /// Whether it was decided behind the log, at this revision, that there is nothing to append.
    Decided(Result<Outcome<D>, CommitError<D>>, u64),
}

/// What the host is to do next for an [`Attempt`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a host that handles each has handled all")]
pub enum Step<'a, D: Directory = Account> {
    /// Append a change to the log.
    Append(Append<'a, D>),
    /// Read the changes of the log after a revision.
    Read(Read<'a, D>),
    /// Nothing: what changed is stored and published, or nothing did.
    Done(Result<Outcome<D>, AttemptError<D>>),
}

/// A change that the host is to append to its log.
#[derive(Debug)]
#[must_use]
pub struct Append<'a, D: Directory = Account> {
    asked: Asked<'a, D>,
    change: Change<D>,
}

/// Changes that the host is to read from its log.
#[derive(Debug)]
#[must_use]
pub struct Read<'a, D: Directory = Account> {
    asked: Asked<'a, D>,
    after: u64,
    to: Settle<D>,
}

/// Why a command was not executed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AttemptError<D: Directory = Account> {
    /// It is refused, by the latest state that is in the log.
    #[error(transparent)]
    Refused(D::Refusal),
    /// By that state it would have another effect than its preview showed (REV-12).
    #[error(transparent)]
    Stale(StalePreview<D>),
    /// A change of the log cannot be applied: this process has diverged from it, or the log has a
    /// gap.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The log said that the revision is taken, and then did not show by what: a copy that lags
    /// behind was read.
    #[error("revision {revision} is taken, and the log that was read does not have it")]
    Lagging {
        /// The revision.
        revision: u64,
    },
}

impl<D: Directory> From<CommitError<D>> for AttemptError<D> {
    fn from(error: CommitError<D>) -> Self {
        match error {
            CommitError::Refused(refusal) => Self::Refused(refusal),
            CommitError::Stale(stale) => Self::Stale(stale),
        }
    }
}

impl<D: Directory> Live<D> {
    /// Begins to execute a command against a log that other processes append to as well, a step at
    /// a time (REV-9). [`execute_on`](Self::execute_on) takes all the steps.
    pub fn attempt(
        &self,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
    ) -> Attempt<'_, D> {
        let (actor, order) = (actor.clone(), order.into());
        Attempt {
            asked: Asked { live: self, actor, order, now, shown: None },
            state: State::Decide,
        }
    }

    /// Executes a command against a log that other processes append to as well: the change is
    /// published once it is in the log (REV-9).
    ///
    /// # Errors
    ///
    /// As [`AttemptError`] says, and whatever the log fails with. If appending failed, the change
    /// may be in the log all the same, and is applied when the log is read next.
    pub fn execute_on<L: Log<D>>(
        &self,
        log: &mut L,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        now: Timestamp,
    ) -> Result<Outcome<D>, ExecuteError<AttemptError<D>, L::Error>> {
        let mut attempt = self.attempt(actor, order, now);
        loop {
            attempt = match attempt.next() {
                Step::Append(append) => {
                    match log.append(append.change()).map_err(ExecuteError::Store)? {
                        Appended::Stored => append.stored(),
                        Appended::Taken => append.taken(),
                    }
                }
                Step::Read(read) => {
                    let changes = log.changes_after(read.after()).map_err(ExecuteError::Store)?;
                    read.found(&changes)
                }
                Step::Done(result) => return result.map_err(ExecuteError::Refused),
            };
        }
    }

    /// Applies what is in a log and not here: after a snapshot was loaded, when a change came too
    /// early, or from time to time.
    ///
    /// # Errors
    ///
    /// A change that cannot be applied, and whatever the log fails with.
    pub fn follow<L: Log<D>>(&self, log: &mut L) -> Result<(), ExecuteError<ApplyError, L::Error>> {
        let after = self.view().revision();
        let changes = log.changes_after(after).map_err(ExecuteError::Store)?;
        self.catch_up(&changes).map_err(ExecuteError::Refused)
    }

    /// Applies changes of a log, except those that were applied here too long ago to compare.
    fn catch_up(&self, changes: &[Change<D>]) -> Result<(), ApplyError> {
        self.apply_those(changes.iter(), |own, change| change.revision() >= own.history().oldest())
    }
}

impl<'a, D: Directory> Attempt<'a, D> {
    /// Executes the command only if its effect is the one that a preview showed, by the
    /// [digest](crate::ledger::Preview::digest) that a page carried: [`Live::commit`] for a log that
    /// others append to (REV-12).
    pub fn if_shown(mut self, shown: &Digest) -> Self {
        self.asked.shown = Some(*shown);
        self
    }

    /// What to do next.
    #[must_use]
    pub fn next(self) -> Step<'a, D> {
        let Self { asked, state } = self;
        match state {
            State::Decide => asked.decide(),
            State::Read { after, to } => Step::Read(Read { asked, after, to }),
            State::Done(result) => Step::Done(result),
        }
    }
}

impl<'a, D: Directory> Asked<'a, D> {
    /// Decides on the order, by what is here.
    fn decide(self) -> Step<'a, D> {
        let view = self.live.view();
        let Self { actor, order, now, shown, .. } = &self;
        let decided = view.undiverged().map_err(CommitError::from).and_then(|own| match shown {
            Some(shown) => ledger::commit(own, actor, order.clone(), *now, shown),
            None => ledger::decide(own, actor, order.clone(), *now).map_err(CommitError::Refused),
        });
        match decided.map(|decided| decided.outcome) {
            Ok(Outcome::Changed(change)) => Step::Append(Append { asked: self, change }),
            decided => {
                let state = self.read(Settle::Decided(decided, view.revision()));
                Attempt { asked: self, state }.next()
            }
        }
    }

    /// Reads the log from the last change that is here: another in its place has diverged.
    fn read(&self, to: Settle<D>) -> State<D> {
        let own = self.live.view().revision();
        let known = match &to {
            Settle::Taken(change) => own.min(change.revision() - 1),
            Settle::Decided(..) => own,
        };
        State::Read { after: known.saturating_sub(1), to }
    }
}

impl<'a, D: Directory> Append<'a, D> {
    /// The change to append, if no other has its revision.
    pub fn change(&self) -> &Change<D> {
        &self.change
    }

    /// The log has it: it is published.
    pub fn stored(self) -> Attempt<'a, D> {
        let Self { asked, change } = self;
        let state = match asked.live.apply(&change) {
            // What is behind the log, or far ahead of this change, asks the log for the way.
            Err(ApplyError::Gap(_) | ApplyError::TooOld(_)) => asked.read(Settle::Taken(change)),
            Err(error) => State::Done(Err(error.into())),
            Ok(()) => State::Done(Ok(Outcome::Changed(change))),
        };
        Attempt { asked, state }
    }

    /// The log did not take it, or may have: reading it tells what is at its revision.
    pub fn taken(self) -> Attempt<'a, D> {
        let Self { asked, change } = self;
        Attempt { state: asked.read(Settle::Taken(change)), asked }
    }
}

impl<'a, D: Directory> Read<'a, D> {
    /// The revision after which the changes are to be read.
    #[must_use]
    pub fn after(&self) -> u64 {
        self.after
    }

    /// The log has these changes after that revision, all of them and in order.
    pub fn found(self, changes: &[Change<D>]) -> Attempt<'a, D> {
        let Self { asked, after: _, to } = self;
        let state = match asked.live.catch_up(changes) {
            Err(error) => State::Done(Err(error.into())),
            Ok(()) => match to {
                Settle::Taken(change) => {
                    let revision = change.revision();
                    let mut taken = changes.iter().filter(|other| other.revision() == revision);
                    match taken.next() {
                        None => State::Done(Err(AttemptError::Lagging { revision })),
                        Some(other) if other.digest() == change.digest() => {
                            State::Done(Ok(Outcome::Changed(change)))
                        }
                        Some(_) => State::Decide,
                    }
                }
                Settle::Decided(decided, at) if asked.live.view().revision() == at => {
                    State::Done(decided.map_err(AttemptError::from))
                }
                Settle::Decided(..) => State::Decide,
            },
        };
        Attempt { asked, state }
    }
}

/// A log of changes that several processes append to: what [`Live::execute_on`] needs of a store.
pub trait Log<D: Directory = Account> {
    /// Why the store fails.
    type Error;

    /// Appends a change if it continues the last one, in one step: an insert under a key that is
    /// unique in account and revision. A reference to the row before, by account and
    /// [`previous`](Change::previous), keeps out what a process that has diverged may append.
    ///
    /// # Errors
    ///
    /// The store fails.
    fn append(&mut self, change: &Change<D>) -> Result<Appended, Self::Error>;

    /// The changes after a revision, all of them and in order.
    ///
    /// # Errors
    ///
    /// The store fails.
    fn changes_after(&mut self, revision: u64) -> Result<Vec<Change<D>>, Self::Error>;
}

/// What became of a change that was to be appended to a [`Log`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "it is in the log or it is not")]
pub enum Appended {
    /// It is in the log.
    Stored,
    /// Its revision was taken, or it does not continue the last change.
    Taken,
}
