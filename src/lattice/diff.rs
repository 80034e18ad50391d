use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::catalog::Catalog;
use crate::lattice::{Lattice, Subject};
use crate::name::names;
use crate::permission::Permission;
use crate::profile::Profile;
use crate::set::CatalogMismatch;
use crate::template::Template;

/// What users gained and lost from one lattice to another (REV-5).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Diff {
    catalog: Catalog,
    users: Vec<UserDiff>,
}

impl Diff {
    /// The users who gained or lost something: those of the later lattice in order, then those who
    /// are no longer in it.
    #[must_use]
    pub fn users(&self) -> &[UserDiff] {
        &self.users
    }

    /// The catalog that the permissions belong to.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Whether nobody gained or lost anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// The users by what changed for them. A user for whom several things changed appears under
    /// each.
    #[must_use]
    pub fn by_cause(&self) -> BTreeMap<Cause, Vec<&UserDiff>> {
        let mut groups: BTreeMap<Cause, Vec<&UserDiff>> = BTreeMap::new();
        for user in &self.users {
            for cause in &user.causes {
                groups.entry(*cause).or_default().push(user);
            }
        }
        groups
    }
}

/// What one user gained and lost, and what changed for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDiff {
    user: Box<str>,
    gained: Vec<Permission>,
    lost: Vec<Permission>,
    causes: Vec<Cause>,
}

impl UserDiff {
    /// The user's id.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What they gained, in catalog order.
    #[must_use]
    pub fn gained(&self) -> &[Permission] {
        &self.gained
    }

    /// What they lost, in catalog order.
    #[must_use]
    pub fn lost(&self) -> &[Permission] {
        &self.lost
    }

    /// What changed for them, at least one thing.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }
}

/// What changed for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The user was added.
    Added,
    /// The user was removed.
    Removed,
    /// Their role.
    Role,
    /// Their status.
    Status,
    /// Which template they refer to.
    Template,
    /// What their template grants.
    TemplateGrants,
    /// Their own grants.
    Grants,
    /// Their mutes.
    Mutes,
    /// The account's features.
    Features,
}

names!(Cause, "cause", {
    Added => "added",
    Removed => "removed",
    Role => "role",
    Status => "status",
    Template => "template",
    TemplateGrants => "template grants",
    Grants => "grants",
    Mutes => "mutes",
    Features => "features",
});

impl Lattice {
    /// What users gained and lost from this lattice to a later one (REV-5). It is empty if every
    /// user may do the same in both.
    ///
    /// # Errors
    ///
    /// Lattices of different catalogs.
    pub fn diff(&self, later: &Self) -> Result<Diff, CatalogMismatch> {
        if self.stamp != later.stamp {
            return Err(CatalogMismatch);
        }
        let left = self.users().filter(|id| later.ids.find(id).is_none());
        let users = later.users().chain(left);
        let users = users.filter_map(|id| self.user_diff(later, id)).collect();
        Ok(Diff { catalog: self.catalog.clone(), users })
    }

    fn user_diff(&self, later: &Self, id: &str) -> Option<UserDiff> {
        let (before, after) = (self.subject(id), later.subject(id));
        let (gained, lost) = before.permissions().changes_to(&after.permissions())?;
        Some(UserDiff { user: id.into(), gained, lost, causes: causes(&before, &after) })
    }
}

fn causes(before: &Subject<'_>, after: &Subject<'_>) -> Vec<Cause> {
    let (before, after) = match (before.profile(), after.profile()) {
        (None, _) => return alloc::vec![Cause::Added],
        (_, None) => return alloc::vec![Cause::Removed],
        (Some(before), Some(after)) => (before, after),
    };
    let Profile { role, status, template, grants, mutes, features } = before;
    let is_same_template = template.map(Template::id) == after.template.map(Template::id);
    let is_same_within = template.map(Template::grants) == after.template.map(Template::grants);
    let changed = [
        (Cause::Role, role != after.role),
        (Cause::Status, status != after.status),
        (Cause::Template, !is_same_template),
        (Cause::TemplateGrants, is_same_template && !is_same_within),
        (Cause::Grants, grants != after.grants),
        (Cause::Mutes, mutes != after.mutes),
        (Cause::Features, features != after.features),
    ];
    changed.into_iter().filter(|(_, changed)| *changed).map(|(cause, _)| cause).collect()
}
