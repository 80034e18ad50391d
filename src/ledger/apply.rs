use alloc::boxed::Box;
use alloc::string::ToString;

use thiserror::Error;

use crate::catalog::Catalog;
use crate::ledger::{Change, Directory, Draft, History, Violation, named};
use crate::text::Quoted;

/// Why applying a change failed (REV-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// It was made for another account or agency.
    #[error("the change was made for {given}; this is {own}")]
    OtherDirectory {
        /// Whose change it is: ``account `acme` ``.
        given: Box<str>,
        /// What it should be applied to.
        own: Box<str>,
    },
    /// It was made on another catalog.
    #[error("the change was made on catalog {}; expected {}", Quoted(given), Quoted(wanted))]
    OtherCatalog {
        /// The catalog of the change.
        given: Box<str>,
        /// The catalog expected.
        wanted: Box<str>,
    },
    /// It belongs to another history: its revision is taken by another change, or it continues one
    /// that is not at the head (REV-10).
    #[error("diverged: revision {given} belongs to another history: load it again from the log")]
    Diverged {
        /// The revision of the change.
        given: u64,
    },
    /// It is too old to tell whether it was applied (REV-10).
    #[error(
        "revision {given} is too old to compare: expected {wanted}, and the changes from {oldest} \
         on are known"
    )]
    TooOld {
        /// The revision of the change.
        given: u64,
        /// The oldest revision whose change is known; the next one if none is.
        oldest: u64,
        /// The revision expected.
        wanted: u64,
    },
    /// One before it is missing.
    #[error("revision {given} comes too early: expected {wanted}")]
    Gap {
        /// The revision of the change.
        given: u64,
        /// The revision expected.
        wanted: u64,
    },
    /// It was made for another state, or leads to an invalid one (GRD-9).
    #[error("revision {given} cannot be applied: {violation}")]
    Invalid {
        /// The revision of the change.
        given: u64,
        /// What it would break.
        violation: Violation,
    },
}

/// The state that a change leads to; `None` if it was applied already.
pub(crate) fn applied<D: Directory>(
    directory: &D,
    change: &Change<D>,
) -> Result<Option<D>, ApplyError> {
    let (own, given) = (directory.history(), change.revision);
    same_directory::<D>(own, &change.directory, &change.catalog)?;
    let wanted = own.revision + 1;
    if given < wanted {
        return match own.was(&change.digest(), given) {
            Some(true) => Ok(None),
            Some(false) => Err(ApplyError::Diverged { given }),
            None => Err(ApplyError::TooOld { given, oldest: own.oldest(), wanted }),
        };
    }
    if given > wanted {
        return Err(ApplyError::Gap { given, wanted });
    }
    if change.previous.is_some_and(|previous| previous != own.head()) {
        return Err(ApplyError::Diverged { given });
    }
    let mut draft = Draft::new(directory, &change.actor, change.time);
    let mut edits = change.edits.iter();
    let written = edits.try_for_each(|edit| D::write(&mut draft, edit));
    let written = written.and_then(|()| draft.check_revision());
    let written = written.and_then(|()| own.keys.check_new(change.key()));
    written.map_err(|violation| ApplyError::Invalid { given, violation })?;
    Ok(Some(draft.finish(change)))
}

/// Checks what something was made for.
pub(crate) fn same_directory<D: Directory>(
    own: &History<D::Id>,
    id: &D::Id,
    catalog: &Catalog,
) -> Result<(), ApplyError> {
    if *id != own.id {
        let [given, own] = [id, &own.id].map(|id| named::<D>(id).to_string().into());
        return Err(ApplyError::OtherDirectory { given, own });
    }
    if *catalog != own.catalog {
        let [given, wanted] = [catalog, &own.catalog].map(|catalog| catalog.id().into());
        return Err(ApplyError::OtherCatalog { given, wanted });
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
