//! The compiled account: every answer is a row that was worked out before anyone asked.

mod diff;
mod explain;
mod ids;
mod matrix;
mod navigation;

use alloc::vec::Vec;

pub use self::diff::{Cause, Diff, UserDiff};
pub use self::explain::{Explanation, Fix, Layer, Layered, Remedy};
pub use self::matrix::{Cell, CellSource, Matrix};
pub use self::navigation::{Navigation, Rungs, Summary, VisibleArea, VisibleLeaf};

use self::ids::{Ids, Inserted};
use crate::bits::{self, Bits};
use crate::catalog::Catalog;
use crate::decision::{Decision, Reason};
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{Map, TemplateId};
use crate::mutes::Mutes;
use crate::permission::{Permission, Stamp};
use crate::profile::Profile;
use crate::requirement::Requirement;
use crate::role::{Role, Status};
use crate::set::PermissionSet;
use crate::template::Template;

/// A compiled account: who may do what, one row of bits for each distinct [`Profile`].
///
/// Immutable and safe to share. It comes from [`Account::compile`](crate::Account::compile), or
/// from [`Lattice::compile`] for a host that keeps its own users.
#[derive(Debug, Clone)]
pub struct Lattice {
    catalog: Catalog,
    stamp: Stamp,
    /// The words of a row.
    width: usize,
    // INVARIANT: a row for each of `holders`; the first is nobody's and has no bits.
    rows: Vec<u64>,
    holders: Vec<Holder>,
    nobody: Holder,
    ids: Ids,
    /// The number of each user's row, in order of the users; that of nobody is 0.
    numbers: Vec<u32>,
}

/// Who has a row.
#[derive(Debug, Clone)]
struct Holder {
    catalog: Catalog,
    /// How many users they are.
    users: usize,
    /// None for nobody.
    profile: Option<StoredProfile>,
}

/// A profile that the lattice keeps to say why.
#[derive(Debug, Clone)]
struct StoredProfile {
    role: Role,
    status: Status,
    template: Option<Template>,
    grants: Grants,
    mutes: Mutes,
    features: Features,
}

impl StoredProfile {
    fn new(profile: &Profile<'_>) -> Self {
        Self {
            role: profile.role,
            status: profile.status,
            template: profile.template.cloned(),
            grants: profile.grants.clone(),
            mutes: profile.mutes.clone(),
            features: profile.features.clone(),
        }
    }

    fn profile(&self) -> Profile<'_> {
        Profile {
            role: self.role,
            status: self.status,
            template: self.template.as_ref(),
            grants: &self.grants,
            mutes: &self.mutes,
            features: &self.features,
        }
    }
}

impl Lattice {
    /// Compiles users by id. Equal profiles that refer to the same template and features are
    /// worked out once.
    ///
    /// A profile whose features belong to another catalog than `catalog` gives nothing, and so
    /// does an id that is given twice.
    ///
    /// Takes time in proportion to the users, plus some for each distinct profile.
    #[must_use]
    pub fn compile<'a>(
        catalog: &Catalog,
        users: impl IntoIterator<Item = (&'a str, Profile<'a>)>,
    ) -> Self {
        let width = catalog.tree().words();
        let mut rows = Vec::new();
        let mut holders: Vec<Holder> = Vec::new();
        let mut add_row = |holders: &mut Vec<Holder>, profile, allowed: &Bits| {
            rows.extend(allowed.to_words(width));
            holders.push(Holder { catalog: catalog.clone(), users: 0, profile });
            u32::try_from(holders.len() - 1).unwrap_or(NOBODY)
        };
        add_row(&mut holders, None, &Bits::EMPTY);
        let mut known: Map<Identity<'_>, u32> = Map::default();
        let mut ids = Ids::default();
        let mut numbers: Vec<u32> = Vec::new();
        for (id, profile) in users {
            let number = *known.entry(Identity::of(&profile)).or_insert_with(|| {
                let allowed = profile.permissions();
                let allowed = catalog.all().intersection(&allowed).unwrap_or(PermissionSet::EMPTY);
                add_row(&mut holders, Some(StoredProfile::new(&profile)), allowed.bits())
            });
            match ids.insert(id, number, NOBODY) {
                Inserted::Last => {
                    numbers.push(number);
                    count(&mut holders, number, 1);
                }
                Inserted::Again(position) => {
                    if let Some(former) = numbers.get_mut(position) {
                        count(&mut holders, *former, -1);
                        *former = NOBODY;
                    }
                }
                Inserted::LeftOut => {}
            }
        }
        let nobody = Holder { catalog: catalog.clone(), users: 0, profile: None };
        let (catalog, stamp) = (catalog.clone(), catalog.stamp());
        Self { catalog, stamp, width, rows, holders, nobody, ids, numbers }
    }

    /// Who may do all that `requirement` needs, by id, in the order of the users.
    ///
    /// Takes time in proportion to the users; the iteration allocates nothing.
    pub fn who_can(&self, requirement: &Requirement) -> impl Iterator<Item = &str> + use<'_> {
        let meets = self.profiles_that_meet(requirement);
        let users = self.numbers.iter().enumerate();
        let users = users
            .filter(move |(_, number)| meets.get(**number as usize).copied().unwrap_or_default());
        users.map(|(position, _)| self.ids.at(position))
    }

    /// How many users may do all that `requirement` needs. Takes time in proportion to the distinct
    /// profiles.
    #[must_use]
    pub fn count_who_can(&self, requirement: &Requirement) -> usize {
        let meets = self.profiles_that_meet(requirement);
        let holders = self.holders.iter().zip(meets);
        holders.filter(|(_, meets)| *meets).map(|(holder, _)| holder.users).sum()
    }

    /// How many users refer to a template.
    fn users_on(&self, template: &TemplateId) -> usize {
        let on = |holder: &&Holder| {
            let own = holder.profile.as_ref().and_then(|profile| profile.template.as_ref());
            own.is_some_and(|own| own.id() == template)
        };
        self.holders.iter().filter(on).map(|holder| holder.users).sum()
    }

    /// The users by id, in order.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        (0..self.numbers.len()).map(|position| self.ids.at(position))
    }

    /// Which rows meet a requirement, by number.
    fn profiles_that_meet(&self, requirement: &Requirement) -> Vec<bool> {
        let rows = self.rows.chunks_exact(self.width);
        rows.map(|row| self.stamp == requirement.stamp && requirement.is_met_by(row)).collect()
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
    pub fn subject(&self, id: &str) -> Subject<'_> {
        let number = self.ids.find(id).unwrap_or(NOBODY);
        let holder = self.holders.get(number as usize).unwrap_or(&self.nobody);
        Subject { stamp: self.stamp, row: self.row(number), holder }
    }

    /// Whether a user may do something: one hash look-up and one bit test, no allocation.
    ///
    /// Denies an unknown user and another catalog's permission (DEC-2).
    #[must_use]
    #[inline]
    pub fn allows(&self, id: &str, permission: Permission) -> bool {
        let position = self.stamp.position_of(permission);
        self.ids.find(id).is_some_and(|number| bits::contains(self.row(number), position))
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
        self.holders.iter().filter(|holder| holder.profile.is_some()).count()
    }

    /// The row of a profile.
    #[inline]
    fn row(&self, number: u32) -> &[u64] {
        let start = number as usize * self.width;
        self.rows.get(start..start + self.width).unwrap_or_default()
    }
}

/// The number of nobody's row.
const NOBODY: u32 = 0;

/// Counts users of the row that has a number.
fn count(holders: &mut [Holder], number: u32, change: isize) {
    if let Some(holder) = holders.get_mut(number as usize).filter(|_| number != NOBODY) {
        holder.users = holder.users.saturating_add_signed(change);
    }
}

/// What makes two profiles one: what is shared by reference is compared by reference.
#[derive(PartialEq, Eq, Hash)]
struct Identity<'a> {
    role: Role,
    status: Status,
    template: Option<*const Template>,
    grants: &'a Grants,
    mutes: &'a Mutes,
    features: *const Features,
}

impl<'a> Identity<'a> {
    fn of(profile: &Profile<'a>) -> Self {
        Self {
            role: profile.role,
            status: profile.status,
            template: profile.template.map(core::ptr::from_ref),
            grants: profile.grants,
            mutes: profile.mutes,
            features: core::ptr::from_ref(profile.features),
        }
    }
}

/// A user of a [`Lattice`], or nobody: looked up once, asked any number of times.
///
/// A check is one exclusive-or, one bound and one bit; it allocates nothing and cannot fail
/// (DEC-1).
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    stamp: Stamp,
    row: &'a [u64],
    holder: &'a Holder,
}

impl Subject<'_> {
    /// Whether the user may do something.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: Permission) -> bool {
        bits::contains(self.row, self.stamp.position_of(permission))
    }

    /// Whether the user may do all that `requirement` needs, tested a word at a time.
    #[must_use]
    #[inline]
    pub fn can_all(&self, requirement: &Requirement) -> bool {
        self.stamp == requirement.stamp && requirement.is_met_by(self.row)
    }

    /// Why the user may not do something: the first reason that applies (DEC-2), or `None` where
    /// they may. Worked out from the user's profile, off the path of checks.
    #[must_use]
    pub fn reason(&self, permission: Permission) -> Option<Reason> {
        match &self.holder.profile {
            _ if self.can(permission) => None,
            None => Some(Reason::UnknownUser),
            Some(profile) => profile.profile().reason(permission),
        }
    }

    /// Decides on a requirement. The reason of a denial is that of its first conjunct, in catalog
    /// order, that is denied.
    pub fn decide(&self, requirement: &Requirement) -> Decision {
        if self.can_all(requirement) {
            return Decision::Allow;
        }
        let first = requirement.iter().find_map(|permission| self.reason(permission));
        Decision::Deny(first.unwrap_or(Reason::UnknownPermission))
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
        PermissionSet::new(self.stamp, bits::ones(self.row).collect())
    }
}
