use crate::decision::{Decision, Reason};
use crate::lattice::Subject;
use crate::requirement::Requirement;
use crate::time::Timestamp;

/// What is asked by its old name or its new one, for as long as the host says: while processes and
/// accounts of two catalogs are side by side, or a leaf and what it becomes are both in one.
///
/// A subject is of one catalog, so of two catalogs one side is denied at once; the other decides.
/// From the end on the new permission alone suffices.
///
/// ```
/// use bailiwick::permit::Overlap;
/// use bailiwick::presets::{studio, studio_classic};
/// use bailiwick::{Account, Actor, Command, Level, Timestamp};
///
/// let end = Timestamp::from_unix_millis(1_790_000_000_000);
/// let edits_faqs = Overlap::new(
///     studio_classic::build::KNOWLEDGE.edit(),
///     studio::knowledge::FAQS.edit(),
///     end,
/// );
/// let now = Timestamp::from_unix_millis(end.unix_millis() - 1);
/// let mut march =
///     Account::new("acme".parse()?, studio_classic::catalog());
/// march.execute(&Actor::Host, Command::invite("kim", "k@acme.example"), now)?;
/// march.execute(&Actor::Host, Command::accept("kim"), now)?;
/// let build = Command::set_area("kim", "build", Level::Edit);
/// march.execute(&Actor::Host, build, now)?;
/// let lattice = march.compile();
/// let kim = lattice.subject("kim");
/// assert!(edits_faqs.is_met_by(&kim, now));
/// assert!(!edits_faqs.is_met_by(&kim, end));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Overlap {
    old: Requirement,
    new: Requirement,
    until: Timestamp,
}

impl Overlap {
    /// What suffices: `new` always, `old` before `until`.
    #[must_use]
    pub fn new(old: impl Into<Requirement>, new: impl Into<Requirement>, until: Timestamp) -> Self {
        Self { old: old.into(), new: new.into(), until }
    }

    /// Whether the user may do one or the other. Two tests, no allocation.
    #[must_use]
    pub fn is_met_by(&self, subject: &Subject<'_>, now: Timestamp) -> bool {
        subject.can_all(&self.new) || (now < self.until && subject.can_all(&self.old))
    }

    /// Decides on one or the other. The reason of a denial is that of the side which is of the
    /// subject's catalog; of the new one if both are.
    pub fn decide(&self, subject: &Subject<'_>, now: Timestamp) -> Decision {
        let new = subject.decide(&self.new);
        if now >= self.until || new == Decision::Allow {
            return new;
        }
        let old = subject.decide(&self.old);
        let is_of_the_old = new == Decision::Deny(Reason::UnknownPermission);
        if is_of_the_old || old == Decision::Allow { old } else { new }
    }
}
