//! The compiled account: every answer is a row that was worked out before anyone asked.

mod case;
mod compile;
mod diff;
mod explain;
mod fix;
mod follow;
mod holders;
mod ids;
mod matrix;
mod navigation;
mod rows;

use alloc::borrow::Cow;
use alloc::vec::Vec;

pub use self::diff::{Cause, Diff, UserDiff};
pub use self::explain::{Explanation, Layer, Layered, Part};
pub use self::fix::{Fix, Remedy};
pub use self::matrix::{Cell, CellSource, Matrix};
pub use self::navigation::{Navigation, Rungs, Summary, VisibleArea, VisibleLeaf};

pub(crate) use self::compile::Numbers;
pub(crate) use self::holders::Holders;
pub(crate) use self::ids::Ids;
use self::rows::{Holder, NOBODY, Rows};
use crate::bits;
use crate::catalog::Catalog;
use crate::decision::{Decision, Reason};
use crate::key::{AccountId, AgencyId, TemplateId};
use crate::permission::{Permission, Stamp};
use crate::profile::Profile;
use crate::registry::Named;
use crate::requirement::Requirement;
use crate::set::PermissionSet;

/// A compiled account: who may do what, one row of bits for each distinct
/// [`Profile`].
///
/// Immutable and safe to share; copies share memory. It comes from [`Account::compile`](crate::Account::compile), or
/// from [`Lattice::compile`] for a host that keeps its own users.
#[derive(Debug, Clone)]
// In the order in which a check looks at them, so that they lie together.
#[repr(C)]
pub struct Lattice {
    stamp: Stamp,
    /// From users to the numbers of their rows.
    ids: Ids,
    /// Whose users they are, if that was said.
    origin: Option<Origin>,
    rows: Rows,
    catalog: Catalog,
}

/// An account at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    agency: Option<AgencyId>,
    account: AccountId,
    revision: u64,
}

/// The account's name, as far as it was said.
impl Named for Lattice {
    #[inline]
    fn name(&self) -> &str {
        self.account().map_or("", AccountId::as_str)
    }
}

impl Lattice {
    /// Who may do all that is asked, by id, in the order of the users.
    ///
    /// Takes time in proportion to the users; the iteration allocates nothing.
    pub fn who_can<'a, 'r, R: Into<Cow<'r, Requirement>>>(
        &'a self,
        asked: R,
    ) -> impl Iterator<Item = &'a str> + use<'a, 'r, R> {
        let asked = asked.into();
        let rows = self.rows.iter().map(|(row, ..)| self.meets(row, &asked));
        let meets: Vec<bool> = rows.collect();
        self.ids.having(move |number| meets.get(number as usize).copied().unwrap_or_default())
    }

    /// How many users may do all that is asked. Takes time in proportion to the distinct profiles.
    #[must_use]
    pub fn count_who_can<'r>(&self, asked: impl Into<Cow<'r, Requirement>>) -> usize {
        let asked = asked.into();
        let rows = self.rows.iter().filter(|(row, ..)| self.meets(row, &asked));
        rows.map(|(.., users)| users).sum()
    }

    #[inline]
    fn meets(&self, row: &[u64], requirement: &Requirement) -> bool {
        self.stamp == requirement.stamp && requirement.is_met_by(row)
    }

    /// How many users refer to a template.
    fn users_on(&self, template: &TemplateId) -> usize {
        let on = |(_, holder, users): (_, &Holder, usize)| {
            let own = holder.profile()?.template;
            own.filter(|own| own.id() == template).map(|_| users)
        };
        self.rows.iter().filter_map(on).sum()
    }

    /// The users by id, in order.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        self.ids.having(|_| true)
    }

    /// The catalog that permissions belong to.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// A user, for any number of checks. Never fails: an id that is unknown is a subject without
    /// rights. One hash look-up, no allocation.
    #[must_use]
    #[inline]
    pub fn subject<'a>(&'a self, id: &'a str) -> Subject<'a> {
        let row = self.ids.row(id, &self.rows).unwrap_or_else(|| self.rows.get(NOBODY));
        Subject { row, lattice: self, id }
    }

    /// Whether a user may do something: one hash look-up and one bit test, no allocation.
    ///
    /// Denies an unknown user and another catalog's permission (DEC-2).
    #[must_use]
    #[inline]
    pub fn allows(&self, id: &str, permission: Permission) -> bool {
        let position = self.stamp.position_of(permission);
        self.ids.row(id, &self.rows).is_some_and(|row| bits::contains(row, position))
    }

    /// Why a user may not do what is asked, or `None` if they may: [`Subject::reason`].
    #[must_use]
    pub fn reason<'r>(&self, id: &str, asked: impl Into<Cow<'r, Requirement>>) -> Option<Reason> {
        self.subject(id).reason(asked)
    }

    /// Says which account's users these are, and at which revision, so that a
    /// [`Permit`](crate::Permit) knows it. [`Account::compile`](crate::Account::compile) does.
    #[must_use]
    pub fn for_account(self, account: AccountId, revision: u64) -> Self {
        Self { origin: Some(Origin { agency: None, account, revision }), ..self }
    }

    /// Says whose subaccount it is (GRD-11).
    pub(crate) fn in_agency(mut self, agency: &AgencyId) -> Self {
        if let Some(origin) = &mut self.origin {
            origin.agency = Some(agency.clone());
        }
        self
    }

    /// Says which revision it shows from now on.
    pub(crate) fn set_revision(&mut self, now: u64) {
        if let Some(Origin { revision, .. }) = &mut self.origin {
            *revision = now;
        }
    }

    /// The account whose users these are; `None` if [`compile`](Self::compile) was not told.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        self.origin.as_ref().map(|origin| &origin.account)
    }

    /// The agency whose subaccount that is; `None` for an account that stands on its own.
    #[must_use]
    pub fn agency(&self) -> Option<&AgencyId> {
        self.origin.as_ref()?.agency.as_ref()
    }

    /// The account's revision that this shows (REV-1); `None` if [`compile`](Self::compile) was not
    /// told.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.origin.as_ref().map(|origin| origin.revision)
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no users.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many distinct profiles the users have.
    #[must_use]
    pub fn distinct_profiles(&self) -> usize {
        self.rows.iter().filter(|(_, holder, _)| holder.profile.is_some()).count()
    }
}

/// A user of a [`Lattice`], or nobody: looked up once, asked any number of times.
///
/// A check compares two stamps and reads one bit; it allocates nothing and cannot fail (DEC-1).
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    row: &'a [u64],
    lattice: &'a Lattice,
    id: &'a str,
}

impl<'a> Subject<'a> {
    /// The id that was looked up, whether or not there is such a user.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// The lattice that answers.
    #[must_use]
    pub fn lattice(&self) -> &'a Lattice {
        self.lattice
    }

    /// What the answers were worked out from; `None` for nobody. Looks the user up again.
    fn profile(&self) -> Option<Profile<'a>> {
        let number = self.lattice.ids.find(self.id)?;
        self.lattice.rows.holder(number)?.profile()
    }

    /// Whether the user may do something.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: Permission) -> bool {
        // The word is not waited for until the stamp is there.
        self.lattice.stamp == permission.stamp()
            && bits::contains(self.row, permission.bit().into())
    }

    /// Whether the user may do all that is asked, tested a word at a time.
    #[must_use]
    #[inline]
    pub fn can_all<'r>(&self, asked: impl Into<Cow<'r, Requirement>>) -> bool {
        self.meets(&asked.into())
    }

    #[inline]
    fn meets(&self, asked: &Requirement) -> bool {
        self.lattice.meets(self.row, asked)
    }

    /// Decides on what is asked. The reason of a denial is that of the first permission, in
    /// catalog order, that is denied.
    pub fn decide<'r>(&self, asked: impl Into<Cow<'r, Requirement>>) -> Decision {
        self.reason(asked).map_or(Decision::Allow, Decision::Deny)
    }

    /// Why the user may not do what is asked: the first reason that applies (DEC-2) to the first
    /// permission, in catalog order, that is denied, or `None` if they may. Worked out from the
    /// user's profile, off the path of checks.
    #[must_use]
    pub fn reason<'r>(&self, asked: impl Into<Cow<'r, Requirement>>) -> Option<Reason> {
        let asked = asked.into();
        if self.meets(&asked) {
            return None;
        }
        let Some(profile) = self.profile() else { return Some(Reason::UnknownUser) };
        profile.reason(&*asked).or(Some(Reason::UnknownPermission))
    }

    /// What both this user and `other` may do: what this one sees when looking as the other.
    ///
    /// Users of different catalogs have nothing in common.
    #[must_use]
    pub fn viewing_as(&self, other: &Subject<'_>) -> PermissionSet {
        let both = self.permissions().intersection(&other.permissions());
        both.unwrap_or(PermissionSet::EMPTY)
    }

    /// Everything that the user may do.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        PermissionSet::new(self.lattice.stamp, bits::ones(self.row).collect())
    }
}
