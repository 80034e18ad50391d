use alloc::borrow::Cow;
use alloc::vec::Vec;

use thiserror::Error;

use crate::account::{Account, Actor, Affected, Change, Command, Effect, Refusal};
use crate::lattice::Diff;
use crate::set::CatalogMismatch;
use crate::time::Timestamp;

/// What a command would do: decided on, and not done (REV-5).
///
/// It is the change that executing the command would return, made by the same code, and it is
/// committed as it is or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Preview<C = Change> {
    pub(crate) change: C,
}

impl<C> Preview<C> {
    /// The change that committing it makes.
    #[must_use]
    pub fn change(&self) -> &C {
        &self.change
    }
}

impl Preview {
    /// Who would gain and lose what.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        self.change.effects()
    }

    /// How many users would gain or lose something.
    #[must_use]
    pub fn affected_users(&self) -> usize {
        count(self.change.effects())
    }
}

/// How many users effects are about.
pub(crate) fn count(effects: &[Effect]) -> usize {
    let users = effects.iter().map(|effect| match effect.who {
        Affected::User(_) => 1,
        Affected::Profile { users, .. } => users,
    });
    users.sum()
}

/// A preview was made for a state that has changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error(
    "stale_preview: it was made for revision {made_for} and this is revision {current}; preview \
     again"
)]
pub struct StalePreview {
    pub(crate) made_for: u64,
    pub(crate) current: u64,
}

impl StalePreview {
    /// The revision that the preview was made for.
    #[must_use]
    pub fn made_for(&self) -> u64 {
        self.made_for
    }

    /// The revision that there is now.
    #[must_use]
    pub fn current(&self) -> u64 {
        self.current
    }
}

impl Account {
    /// What a command would do, and to whom, without doing it.
    ///
    /// Takes time in proportion to the users whom the command writes, and to the distinct profiles
    /// that it touches otherwise.
    ///
    /// # Errors
    ///
    /// Whatever [`decide`](Self::decide) refuses.
    pub fn preview(
        &self,
        actor: &Actor,
        command: impl Into<Command>,
        now: Timestamp,
    ) -> Result<Preview, Refusal> {
        Ok(Preview { change: self.decided(actor, Cow::Owned(command.into()), now)?.0 })
    }

    /// Does what was previewed, if the account is still as it was then.
    ///
    /// # Errors
    ///
    /// A preview that was made at another revision, or for another account.
    pub fn commit(&mut self, preview: Preview) -> Result<Change, StalePreview> {
        let Preview { change } = preview;
        if self.apply(&change).is_err() {
            let made_for = change.revision.saturating_sub(1);
            return Err(StalePreview { made_for, current: self.revision });
        }
        Ok(change)
    }

    /// What users gained and lost from this account to a later state of it (REV-5).
    ///
    /// # Errors
    ///
    /// Accounts on different catalogs.
    pub fn diff(&self, later: &Self) -> Result<Diff, CatalogMismatch> {
        self.compile().diff(&later.compile())
    }

    /// Whether an actor may do all that `commands` ask for, one after the other; not where there
    /// are none. [`preview`](Self::preview) of a batch of them says why not.
    #[must_use]
    pub fn permits(&self, actor: &Actor, commands: &[Command], now: Timestamp) -> bool {
        let commands: Vec<Command> = commands.to_vec();
        self.decide(actor, &Command::Batch(commands), now).is_ok()
    }
}
