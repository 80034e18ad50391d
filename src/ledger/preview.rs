use alloc::borrow::Cow;

use thiserror::Error;

use crate::ledger::{Actor, ApplyError, Change, Directory, Draft, MAX_REVISION, applied, decide};
use crate::time::Timestamp;

/// What a command would do: decided on, and not done (REV-5).
///
/// It is the change that executing the command would return, made by the same code, and it is
/// committed as it is or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Preview<D: Directory> {
    change: Change<D>,
}

impl<D: Directory> Preview<D> {
    /// The change that committing it makes: its edits, and who would gain and lose what.
    pub fn change(&self) -> &Change<D> {
        &self.change
    }

    /// How many users would gain or lose something.
    #[must_use]
    pub fn affected_users(&self) -> usize {
        self.change.affected_users()
    }
}

/// Why a preview cannot be committed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Something has changed since it was made.
    #[error(transparent)]
    Stale(#[from] StalePreview),
    /// It was made for another directory, or on another catalog.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

/// A preview was made for a state that has changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error(
    "stale_preview: it was made for revision {made_for}, and this is revision {current}; preview \
     again"
)]
pub struct StalePreview {
    made_for: u64,
    current: u64,
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

pub(crate) fn preview<D: Directory>(
    directory: &D,
    actor: &Actor,
    command: D::Command,
    now: Timestamp,
) -> Result<Preview<D>, D::Refusal> {
    Ok(Preview { change: decide(directory, actor, Cow::Owned(command), now)?.0 })
}

pub(crate) fn commit<D: Directory>(
    directory: &mut D,
    Preview { change }: Preview<D>,
) -> Result<Change<D>, CommitError> {
    match applied(directory, &change) {
        Ok(next) => *directory = next,
        Err(error @ (ApplyError::OtherDirectory { .. } | ApplyError::OtherCatalog { .. })) => {
            return Err(error.into());
        }
        Err(ApplyError::Duplicate { .. } | ApplyError::Gap { .. } | ApplyError::Invalid { .. }) => {
            let (made_for, current) = (change.revision - 1, directory.head().revision);
            return Err(StalePreview { made_for, current }.into());
        }
    }
    Ok(change)
}

/// Whether all commands are accepted, one after the other.
pub(crate) fn permits<D: Directory>(
    directory: &D,
    actor: &Actor,
    commands: &[D::Command],
    now: Timestamp,
) -> bool {
    let mut draft = Draft::new(directory, actor, now);
    let mut steps = commands.iter().map(|command| D::steps(&mut draft, command));
    !commands.is_empty()
        && directory.head().revision < MAX_REVISION
        && steps.all(|step| step.is_ok())
}
