use alloc::boxed::Box;
use alloc::string::ToString;

use thiserror::Error;

use crate::ledger::{Change, Directory, Draft, Violation, named};
use crate::text::Quoted;

/// Why a change cannot be applied (REV-3).
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
    /// It was applied already.
    #[error("revision {given} was applied already: expected {wanted}")]
    Duplicate {
        /// The revision of the change.
        given: u64,
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

/// The state that a change leads to.
pub(crate) fn applied<D: Directory>(directory: &D, change: &Change<D>) -> Result<D, ApplyError> {
    let (own, given) = (directory.head(), change.revision);
    if change.directory != own.id {
        let [given, own] = [&change.directory, &own.id].map(|id| named::<D>(id).to_string().into());
        return Err(ApplyError::OtherDirectory { given, own });
    }
    if change.catalog != own.catalog {
        let [given, wanted] = [&change.catalog, &own.catalog].map(|catalog| catalog.id().into());
        return Err(ApplyError::OtherCatalog { given, wanted });
    }
    let wanted = own.revision + 1;
    if given < wanted {
        return Err(ApplyError::Duplicate { given, wanted });
    }
    if given > wanted {
        return Err(ApplyError::Gap { given, wanted });
    }
    let mut draft = Draft::new(directory, &change.actor, change.time);
    let mut edits = change.edits.iter();
    let written = edits.try_for_each(|edit| D::write(&mut draft, edit));
    let finished = written.and_then(|()| draft.finish(given));
    finished.map(|(_, next)| next).map_err(|violation| ApplyError::Invalid { given, violation })
}

/// The state that changes lead to, one after the other.
pub(crate) fn replay<'a, D: Directory + 'a>(
    directory: D,
    changes: impl IntoIterator<Item = &'a Change<D>>,
) -> Result<D, ApplyError> {
    changes.into_iter().try_fold(directory, |directory, change| applied(&directory, change))
}
