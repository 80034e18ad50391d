//! What every directory has in common, said once: who acts, what a change holds, previews,
//! applying and replaying.
//!
//! A [`Directory`] says what it is called, what its commands write and what must always hold. From
//! that alone come `decide`, `execute`, `preview`, `commit`, `apply`, `replay` and `permits`, and
//! [`Live`](crate::Live).

mod actor;
pub mod apply;
mod change;
mod digest;
mod draft;
mod encode;
mod history;
mod keys;
mod order;
mod outcome;
mod preview;
mod refusal;
#[cfg(test)]
mod tests;
pub mod violation;

use core::error::Error;
use core::fmt;

pub use self::actor::Actor;
pub use self::apply::ApplyError;
pub use self::change::Change;
pub use self::digest::{Digest, ParseDigestError};
pub use self::draft::Draft;
pub use self::history::{History, RECENT_CHANGES};
pub use self::keys::{KEY_MEMORY, MAX_KEY_MEMORY};
pub use self::order::{MAX_REASON, Order, ReasonError};
pub use self::outcome::Outcome;
pub use self::preview::{CommitError, Preview, StalePreview};
pub use self::refusal::RefusalKind;
pub use self::violation::Violation;
pub use crate::key::OrderKey;

#[cfg(feature = "std")]
pub(crate) use self::apply::same_directory;
pub(crate) use self::apply::{applied, apply, replay};
pub(crate) use self::encode::{Encode, Encoder};
#[cfg(feature = "serde")]
pub(crate) use self::keys::{Done, Keys};
pub(crate) use self::order::{OrderReason, orders};
pub(crate) use self::preview::{commit, commit_preview, permits, preview};
pub(crate) use self::refusal::refusal_facts;

use crate::text::{self, Quoted};
use crate::time::Timestamp;

/// The highest revision that a directory can have: what JSON numbers hold exactly.
pub const MAX_REVISION: u64 = (1 << 53) - 1;

/// A state that changes by commands: an [`Account`](crate::Account) or an
/// [`Agency`](crate::Agency).
///
/// A persistent value: a copy costs next to nothing. Whatever writes to one takes a [`Draft`],
/// which the ledger alone makes, so that no write bypasses its history.
pub trait Directory: Clone + PartialEq + Eq + fmt::Debug + sealed::Sealed {
    /// What it is called in messages.
    const NAME: &'static str;

    /// What identifies one.
    type Id: Clone + PartialEq + Eq + AsRef<str> + fmt::Debug;
    /// What it is told to do.
    type Command: Clone + PartialEq + Eq + fmt::Debug + Encode + fmt::Display;
    /// Why it refuses.
    type Refusal: Clone + PartialEq + Eq + fmt::Debug + From<Violation> + Error + 'static;
    /// One record that is written.
    type Edit: Clone + PartialEq + Eq + fmt::Debug + Encode;
    /// Who gained and lost what by a change, as far as its edits do not say so themselves.
    type Effects: Clone + PartialEq + Eq + fmt::Debug + Encode;
    /// What answers checks.
    type Compiled: Clone;
    /// What finds the parts of the compiled form that a change touches.
    type Index: Send;

    /// What this directory has in common with every other.
    fn history(&self) -> &History<Self::Id>;

    /// The same, to be written.
    fn history_mut<'a>(draft: &'a mut Draft<'_, Self>) -> &'a mut History<Self::Id>;

    /// Checks who may give a command, and writes what it asks for.
    ///
    /// # Errors
    ///
    /// Every refusal there is.
    fn steps(draft: &mut Draft<'_, Self>, command: &Self::Command) -> Result<(), Self::Refusal>;

    /// Writes one record, if everything that must always hold still does afterwards (GRD-9).
    ///
    /// # Errors
    ///
    /// What would no longer hold; nothing is written then.
    fn write(draft: &mut Draft<'_, Self>, edit: &Self::Edit) -> Result<(), Violation>;

    /// Whether edits that lead from this state to a later one leave everything as it was (REV-11).
    fn is_same(&self, later: &Self, edits: &[Self::Edit]) -> bool;

    /// Who gained and lost what by a command, whose edits lead from this state to a later one
    /// (REV-4).
    fn effects(&self, later: &Self, command: &Self::Command, edits: &[Self::Edit])
    -> Self::Effects;

    /// Puts in what a preview of a change shows of its effect (REV-12): nothing that depends on
    /// what else was written before.
    fn encode_effect(change: &Change<Self>, to: &mut Encoder<'_>);

    /// How many users a change made gain or lose something.
    fn affected_users(change: &Change<Self>) -> usize;

    /// Writes what the line of a change says after its command.
    ///
    /// # Errors
    ///
    /// Those of the formatter.
    fn describe(change: &Change<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Works out every answer.
    fn compile_all(&self) -> (Self::Compiled, Self::Index);

    /// What denies everything to everyone.
    fn deny_all(&self) -> Self::Compiled;

    /// Brings a compiled form up to this state, which `changes` have just led to.
    fn follow(
        &self,
        changes: &[&Change<Self>],
        compiled: &mut Self::Compiled,
        index: &mut Self::Index,
    );
}

pub(crate) mod sealed {
    #[expect(unnameable_types, reason = "a directory keeps what only this crate can check")]
    pub trait Sealed {}
}

/// What comes of an order, and what was written for it.
pub(crate) struct Decided<'a, D: Directory> {
    pub(crate) outcome: Outcome<D>,
    draft: Draft<'a, D>,
}

impl<D: Directory> Decided<'_, D> {
    /// What comes of it, and the state that it leads to, which takes the digest of the change.
    pub(crate) fn finish(self) -> (Outcome<D>, D) {
        let Self { outcome, draft } = self;
        let next = match &outcome {
            Outcome::Changed(change) => draft.finish(change),
            Outcome::Unchanged { .. } | Outcome::AlreadyDone { .. } => draft.next,
        };
        (outcome, next)
    }
}

/// Decides on an order.
pub(crate) fn decide<'a, D: Directory>(
    directory: &D,
    actor: &'a Actor,
    order: Order<D::Command>,
    now: Timestamp,
) -> Result<Decided<'a, D>, D::Refusal> {
    decide_by(directory, actor, order, now, D::steps)
}

/// Decides on an order by other steps than the directory's own: the steps of whatever holds it.
pub(crate) fn decide_by<'a, D: Directory>(
    directory: &D,
    actor: &'a Actor,
    order: Order<D::Command>,
    now: Timestamp,
    steps: impl FnOnce(&mut Draft<'_, D>, &D::Command) -> Result<(), D::Refusal>,
) -> Result<Decided<'a, D>, D::Refusal> {
    let Order { command, reason, key, key_memory } = order;
    let History { id, catalog, revision, keys, .. } = directory.history();
    let reason = reason.map(|reason| OrderReason::parse(&reason)).transpose();
    let reason = reason.map_err(Violation::InvalidReason)?;
    let key = key.map(|key| OrderKey::parse(&key)).transpose().map_err(Violation::InvalidKey)?;
    let untouched = |outcome| Decided { outcome, draft: Draft::new(directory, actor, now) };
    let done = key.as_ref().and_then(|key| keys.find(key));
    if let Some(done) = done.filter(|one| one.order == change::order(catalog, actor, &command)) {
        return Ok(untouched(Outcome::AlreadyDone { revision: done.revision }));
    }
    let mut draft = Draft::new(directory, actor, now);
    draft.reason.clone_from(&reason);
    let mut draft = attempt(draft, &command, steps)?;
    // Only whoever may command learns that another order has the key (GRD-11).
    keys.check_new(key.as_ref())?;
    if draft.is_idle(directory) {
        return Ok(untouched(Outcome::Unchanged { revision: *revision }));
    }
    let change = Change {
        directory: id.clone(),
        catalog: catalog.clone(),
        revision: revision + 1,
        previous: Some(directory.history().head()),
        time: now,
        actor: actor.clone(),
        effects: directory.effects(draft.state(), &command, draft.edits()),
        command,
        edits: draft.take_edits(),
        reason,
        key,
        key_memory,
    };
    Ok(Decided { outcome: Outcome::Changed(change), draft })
}

/// What a command would write, and the state that it leads to: all of a decision except who gains
/// and loses what.
pub(crate) fn attempt<'a, D: Directory>(
    mut draft: Draft<'a, D>,
    command: &D::Command,
    steps: impl FnOnce(&mut Draft<'_, D>, &D::Command) -> Result<(), D::Refusal>,
) -> Result<Draft<'a, D>, D::Refusal> {
    steps(&mut draft, command)?;
    draft.check_revision()?;
    Ok(draft)
}

/// The everyday methods of a directory, so that nobody needs to import the trait for them.
macro_rules! everyday_methods {
    ($directory:ident, $id:ident, $command:ident, $refusal:ident) => {
        impl $directory {
            /// The id.
            #[must_use]
            pub fn id(&self) -> &$id {
                &self.history.id
            }

            /// The catalog that all of it is about.
            #[must_use]
            pub fn catalog(&self) -> &$crate::Catalog {
                &self.history.catalog
            }

            /// How many commands were accepted so far (REV-1).
            #[must_use]
            pub fn revision(&self) -> u64 {
                self.history.revision
            }

            /// The digest of the last change, and through it of all before: what the next one names
            /// (REV-10).
            ///
            /// The head of a new one, and of one whose document names no head, is a digest of its
            /// id and revision.
            #[must_use]
            pub fn head(&self) -> $crate::ledger::Digest {
                self.history.head()
            }

            /// Decides on a command without doing it: what it would change, or why it is refused.
            ///
            /// Depends on nothing but its arguments. The change that it returns can be written by
            /// [`apply`](Self::apply), as long as nothing else was.
            ///
            /// # Errors
            ///
            #[doc = concat!("Every refusal there is; see [`", stringify!($refusal), "`].")]
            pub fn decide(
                &self,
                actor: &$crate::Actor,
                order: impl Into<$crate::ledger::Order<$command>>,
                now: $crate::Timestamp,
            ) -> Result<$crate::ledger::Outcome<Self>, $refusal> {
                Ok($crate::ledger::decide(self, actor, order.into(), now)?.outcome)
            }

            /// Decides on a command and writes what it changes, which the next check then sees
            /// (REV-2).
            ///
            /// A command that would change nothing takes no revision, and is refused just as if it
            /// did (REV-11). One on one user takes logarithmic time in the number of users.
            ///
            /// # Errors
            ///
            /// Whatever [`decide`](Self::decide) refuses; nothing changes then (GRD-6).
            pub fn execute(
                &mut self,
                actor: &$crate::Actor,
                order: impl Into<$crate::ledger::Order<$command>>,
                now: $crate::Timestamp,
            ) -> Result<$crate::ledger::Outcome<Self>, $refusal> {
                let decided = $crate::ledger::decide(self, actor, order.into(), now)?;
                let (outcome, next) = decided.finish();
                *self = next;
                Ok(outcome)
            }

            /// What a command would do, and to whom, without doing it (REV-5).
            ///
            /// Takes time in proportion to the users whom the command writes, and to the distinct
            /// profiles that it touches otherwise.
            ///
            /// # Errors
            ///
            /// Whatever [`decide`](Self::decide) refuses.
            pub fn preview(
                &self,
                actor: &$crate::Actor,
                order: impl Into<$crate::ledger::Order<$command>>,
                now: $crate::Timestamp,
            ) -> Result<$crate::ledger::Preview<Self>, $refusal> {
                $crate::ledger::preview(self, actor, order.into(), now)
            }

            /// Does what a preview showed, by the [digest](crate::ledger::Preview::digest) that a
            /// page carried: if deciding on the command again has exactly that effect, whatever
            /// else happened meanwhile (REV-12).
            ///
            /// # Errors
            ///
            /// A command that is refused now, and one whose effect is another: the error has it.
            /// Nothing changes then.
            pub fn commit(
                &mut self,
                actor: &$crate::Actor,
                order: impl Into<$crate::ledger::Order<$command>>,
                now: $crate::Timestamp,
                shown: &$crate::ledger::Digest,
            ) -> Result<$crate::ledger::Outcome<Self>, $crate::ledger::CommitError<Self>> {
                let committed = $crate::ledger::commit(self, actor, order.into(), now, shown);
                let (outcome, next) = committed?.finish();
                *self = next;
                Ok(outcome)
            }

            /// Does what a preview that was kept shows: [`commit`](Self::commit) with the actor,
            /// the command and the time that it was made with.
            ///
            /// # Errors
            ///
            /// As [`commit`](Self::commit).
            pub fn commit_preview(
                &mut self,
                preview: $crate::ledger::Preview<Self>,
            ) -> Result<$crate::ledger::Outcome<Self>, $crate::ledger::CommitError<Self>> {
                let (outcome, next) = $crate::ledger::commit_preview(self, preview)?;
                *self = next;
                Ok(outcome)
            }

            /// Applies a change that was made elsewhere, or before: one step of a replay (REV-3).
            ///
            /// What must always hold is checked again, so that a change which was forged or
            /// damaged is refused; who may do what was decided once, by [`decide`](Self::decide)
            /// (GRD-9). A change that was applied already changes nothing (REV-10).
            ///
            /// # Errors
            ///
            /// A change of another directory or catalog; one that comes too early; one that
            /// belongs to another history; one so old that this cannot be told; and one that was
            /// made for another state, or that leads to an invalid one. Nothing changes then.
            pub fn apply(
                &mut self,
                change: &$crate::ledger::Change<Self>,
            ) -> Result<(), $crate::ledger::ApplyError> {
                $crate::ledger::apply(self, change)
            }

            /// Applies changes in order: from a starting state to the state that they led to, bit
            /// for bit (REV-3).
            ///
            /// # Errors
            ///
            /// The first change that [`apply`](Self::apply) refuses.
            pub fn replay<'a>(
                self,
                changes: impl IntoIterator<Item = &'a $crate::ledger::Change<Self>>,
            ) -> Result<Self, $crate::ledger::ApplyError> {
                $crate::ledger::replay(self, changes)
            }

            /// Whether an actor may do all that `commands` ask for, one after the other; `false`
            /// if there are none. [`preview`](Self::preview) says why not.
            #[must_use]
            pub fn permits(
                &self,
                actor: &$crate::Actor,
                commands: &[$command],
                now: $crate::Timestamp,
            ) -> bool {
                $crate::ledger::permits(self, actor, commands, now)
            }
        }
    };
}
pub(crate) use everyday_methods;

/// A kind of directory and the id of one: ``account `acme` ``.
fn named<D: Directory>(id: &D::Id) -> impl fmt::Display {
    text::from_fn(move |f| write!(f, "{} {}", D::NAME, Quoted(id.as_ref())))
}
