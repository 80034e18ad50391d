use core::fmt;

use crate::catalog::Catalog;
use crate::migration::{Migration, MigrationError};
use crate::permission::Stamp;
use crate::text::Quoted;

/// Compares a catalog with the snapshot of it that was committed when it was last released: a test
/// that a host puts beside its catalog, so that nobody changes it and forgets the accounts that are
/// stored on it (EVO-1, EVO-2).
///
/// Words, descriptions and preset templates may change freely: a stamp does not cover them (CAT-11).
///
/// ```
/// use bailiwick::migration::drift;
/// use bailiwick::{Area, Catalog};
///
/// let support = Area::levels("support").with("tickets");
/// let released =
///     Catalog::builder("desk/1").area(support.clone()).build()?;
/// // In a test the snapshot is a document beside the code:
/// // `Catalog::from_document(&snapshot)?`.
/// drift(&released, &released)?;
///
/// let now =
///     Catalog::builder("desk/1").area(support.with("faqs")).build()?;
/// assert_eq!(
///     drift(&released, &now).unwrap_err().to_string(),
///     "`desk/1` is not what was released: its stamp was a6fa7da4955d and \
///      is 559ba7ccef10; migrate what is stored, then commit a new snapshot\n  \
///      new catalog: permission `support.faqs` is not accounted for: \
///      say what it comes from, or add it",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A catalog of another structure, with each rule that a migration from the snapshot lacks, or with
/// what it would give; none of these if everything has its path still, as after reordering.
pub fn drift(released: &Catalog, now: &Catalog) -> Result<(), Drift> {
    if released.is_same(now) {
        return Ok(());
    }
    Err(Drift {
        id: released.id().into(),
        was: released.stamp(),
        is: now.stamp(),
        missing: Migration::between(released, now).build().err(),
    })
}

/// How a catalog differs from what was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    id: alloc::boxed::Box<str>,
    was: Stamp,
    is: Stamp,
    missing: Option<MigrationError>,
}

impl Drift {
    /// What a migration without rules lacks; `None` if it needs none.
    #[must_use]
    pub fn missing(&self) -> Option<&MigrationError> {
        self.missing.as_ref()
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is not what was released: its stamp was {} and is {}; migrate what is stored, then \
             commit a new snapshot",
            Quoted(&self.id),
            self.was,
            self.is
        )?;
        let Some(missing) = &self.missing else { return Ok(()) };
        missing.problems().iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl core::error::Error for Drift {}
