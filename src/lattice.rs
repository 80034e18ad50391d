//! The compiled account: every answer is a row that was worked out before anyone asked.

mod ids;

use alloc::vec::Vec;

use self::ids::Ids;
use crate::catalog::Catalog;
use crate::decision::{Decision, Reason};
use crate::features::Features;
use crate::grants::Grants;
use crate::key::Map;
use crate::mutes::Mutes;
use crate::permission::{Permission, Requirement, Stamp};
use crate::profile::Profile;
use crate::role::{Role, Status};
use crate::set::{self, Bits, PermissionSet};

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
    // INVARIANT: a row for each of `profiles`, behind one without bits for nobody.
    rows: Vec<u64>,
    profiles: Vec<StoredProfile>,
    ids: Ids,
}

/// A profile that the lattice keeps to say why.
#[derive(Debug, Clone)]
struct StoredProfile {
    role: Role,
    status: Status,
    template: Option<Grants>,
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
        let mut add_row = |allowed: &Bits| {
            let start = u32::try_from(rows.len()).unwrap_or(NOBODY);
            rows.extend(allowed.to_words(width));
            start
        };
        add_row(&Bits::EMPTY);
        let mut profiles = Vec::new();
        let mut known = Map::default();
        let mut ids = Ids::default();
        for (id, profile) in users {
            let row = *known.entry(Identity::of(&profile)).or_insert_with(|| {
                let allowed = profile.permissions();
                let allowed = catalog.all().intersection(&allowed).unwrap_or(PermissionSet::EMPTY);
                profiles.push(StoredProfile::new(&profile));
                add_row(allowed.bits())
            });
            ids.insert(id, row, NOBODY);
        }
        Self { catalog: catalog.clone(), stamp: catalog.stamp(), width, rows, profiles, ids }
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
        let start = self.ids.find(id).unwrap_or(NOBODY);
        Subject { stamp: self.stamp, row: self.row(start), profile: self.profile(start) }
    }

    /// Whether a user may do something: one hash look-up and one bit test, no allocation.
    ///
    /// Denies an unknown user and another catalog's permission (DEC-2).
    #[must_use]
    #[inline]
    pub fn allows(&self, id: &str, permission: Permission) -> bool {
        self.stamp == permission.stamp
            && self.ids.find(id).is_some_and(|start| set::contains(self.row(start), permission.bit))
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
        self.profiles.len()
    }

    /// The row that starts at `start`.
    #[inline]
    fn row(&self, start: u32) -> &[u64] {
        let start = start as usize;
        self.rows.get(start..start + self.width).unwrap_or_default()
    }

    /// The profile of the row that starts at `start`; none for that of nobody.
    fn profile(&self, start: u32) -> Option<&StoredProfile> {
        let row = (start as usize).checked_div(self.width)?;
        self.profiles.get(row.checked_sub(1)?)
    }
}

/// Where the row of nobody starts.
const NOBODY: u32 = 0;

/// What makes two profiles one: what is shared by reference is compared by reference.
#[derive(PartialEq, Eq, Hash)]
struct Identity<'a> {
    role: Role,
    status: Status,
    template: Option<*const Grants>,
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
/// A check is one comparison and one bit test; it allocates nothing and cannot fail (DEC-1).
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    stamp: Stamp,
    row: &'a [u64],
    profile: Option<&'a StoredProfile>,
}

impl Subject<'_> {
    /// Whether the user may do something.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: Permission) -> bool {
        self.stamp == permission.stamp && set::contains(self.row, permission.bit)
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
        match self.profile {
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

    /// Everything that the user may do.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        PermissionSet::new(self.stamp, set::ones(self.row).collect())
    }
}
