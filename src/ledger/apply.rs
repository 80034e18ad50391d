//! Applying a change, and why that can fail.

use alloc::boxed::Box;
use alloc::string::ToString;

use thiserror::Error;

use crate::ledger::{Change, Directory, Draft, History, Violation, named};
use crate::structs::structs;
use crate::text::Quoted;

/// Why applying a change failed (REV-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum ApplyError {
    /// It was made for another account or agency.
    OtherDirectory(#[from] OtherDirectory),
    /// It was made on another catalog.
    OtherCatalog(#[from] OtherCatalog),
    /// It belongs to another history: its revision is taken by another change, or it continues one
    /// that is not at the head (REV-10).
    Diverged(#[from] Diverged),
    /// It is too old to tell whether it was applied (REV-10).
    TooOld(#[from] TooOld),
    /// One before it is missing.
    Gap(#[from] Gap),
    /// It was made for another state, or leads to an invalid one (GRD-9).
    Invalid(#[from] Invalid),
}

structs! {
    /// See [`ApplyError::OtherDirectory`].
    #[error("the change was made for {given}; this is {own}")]
    OtherDirectory {
        /// Whose change it is: ``account `acme` ``.
        given: Box<str> => &str,
        /// What it should be applied to.
        own: Box<str> => &str,
    }

    /// See [`ApplyError::OtherCatalog`].
    #[error("the change was made on catalog {}; expected {}", Quoted(given), Quoted(expected))]
    OtherCatalog {
        /// The catalog of the change.
        given: Box<str> => &str,
        /// The catalog expected.
        expected: Box<str> => &str,
    }

    /// See [`ApplyError::Diverged`].
    #[error("diverged: revision {revision} belongs to another history: load it again from the log")]
    Diverged {
        /// The revision of the change.
        revision: u64,
    }

    /// See [`ApplyError::TooOld`].
    #[error(
        "revision {revision} is too old to compare: expected {expected}, and the changes from {oldest} \
         on are known"
    )]
    TooOld {
        /// The revision of the change.
        revision: u64,
        /// The oldest revision whose change is known; the next one if none is.
        oldest: u64,
        /// The revision expected.
        expected: u64,
    }

    /// See [`ApplyError::Gap`].
    #[error("revision {revision} comes too early: expected {expected}")]
    Gap {
        /// The revision of the change.
        revision: u64,
        /// The revision expected.
        expected: u64,
    }

    /// See [`ApplyError::Invalid`].
    #[error("revision {revision} cannot be applied: {violation}")]
    Invalid {
        /// The revision of the change.
        revision: u64,
        /// What it would break.
        violation: Violation => &Violation,
    }
}

/// The state that a change leads to; `None` if it was applied already.
pub(crate) fn applied<D: Directory>(
    directory: &D,
    change: &Change<D>,
) -> Result<Option<D>, ApplyError> {
    let (own, revision) = (directory.history(), change.revision);
    same_directory::<D>(own, &change.directory)?;
    let expected = own.revision + 1;
    if revision < expected {
        return match own.was(&change.digest(), revision) {
            Some(true) => Ok(None),
            Some(false) => Err(Diverged { revision }.into()),
            None => Err(TooOld { revision, oldest: own.oldest(), expected }.into()),
        };
    }
    // One from before a migration is merely old.
    if !change.catalog.is_same(&own.catalog) {
        let [given, expected] = [&change.catalog, &own.catalog].map(|one| one.id().into());
        return Err(OtherCatalog { given, expected }.into());
    }
    if revision > expected {
        return Err(Gap { revision, expected }.into());
    }
    if change.previous.is_some_and(|previous| previous != own.head()) {
        return Err(Diverged { revision }.into());
    }
    let mut draft = Draft::new(directory, &change.actor, change.time);
    let mut edits = change.edits.iter();
    let written = edits.try_for_each(|edit| D::write(&mut draft, edit));
    let written = written.and_then(|()| draft.check_revision());
    let written = written.and_then(|()| own.keys.check_new(change.key()));
    written.map_err(|violation| Invalid { revision, violation })?;
    Ok(Some(draft.finish(change)))
}

/// Checks what something was made for.
pub(crate) fn same_directory<D: Directory>(
    own: &History<D::Id>,
    id: &D::Id,
) -> Result<(), ApplyError> {
    if *id != own.id {
        let [given, own] = [id, &own.id].map(|id| named::<D>(id).to_string().into());
        return Err(OtherDirectory { given, own }.into());
    }
    Ok(())
}

pub(crate) fn apply<D: Directory>(directory: &mut D, change: &Change<D>) -> Result<(), ApplyError> {
    if let Some(next) = applied(directory, change)? {
        *directory = next;
    }
    Ok(())
}

/// The state that changes lead to, one after the other.
pub(crate) fn replay<'a, D: Directory + 'a>(
    mut directory: D,
    changes: impl IntoIterator<Item = &'a Change<D>>,
) -> Result<D, ApplyError> {
    changes.into_iter().try_for_each(|change| apply(&mut directory, change))?;
    Ok(directory)
}
