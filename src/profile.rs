use crate::bits::Bits;
use crate::catalog::{Catalog, Source};
use crate::decision::Reason;
use crate::features::Features;
use crate::grants::Grants;
use crate::mutes::Mutes;
use crate::permission::Permission;
use crate::role::{Role, Status};
use crate::set::PermissionSet;
use crate::template::Template;

/// Everything that a decision about one user depends on. How they signed in is not (ROLE-7).
///
/// [`permissions`](Self::permissions) is the definition of what a user may do, and
/// [`reason`](Self::reason) of why not; everything else in this crate is a faster way to the same
/// answers (DEC-4).
///
/// ```
/// use bailiwick::presets::studio::{self, knowledge};
/// use bailiwick::{Features, Grants, Level, Mutes, Profile, Role, Status};
///
/// let catalog = studio::catalog();
/// let mut grants = Grants::new(&catalog);
/// grants.set(knowledge::AREA, Level::Edit)?;
/// let kim = Profile {
///     role: Role::Member,
///     status: Status::Active,
///     template: None,
///     grants: &grants,
///     mutes: &Mutes::new(&catalog),
///     features: &Features::new(&catalog),
/// };
/// assert!(kim.permissions().contains(knowledge::FAQS.edit()));
/// # Ok::<(), bailiwick::catalog::SettingError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a decision depends on these and on nothing else")]
pub struct Profile<'a> {
    /// The role in the account.
    pub role: Role,
    /// The status in the account.
    pub status: Status,
    /// The user's template; `None` for no template, or one that does not exist (TPL-8).
    pub template: Option<&'a Template>,
    /// The user's own grants.
    pub grants: &'a Grants,
    /// What is muted for the user.
    pub mutes: &'a Mutes,
    /// The account's features, which also say which catalog all of this is about: what belongs to
    /// another gives nothing.
    pub features: &'a Features,
}

impl Profile<'_> {
    /// What the user may do.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        if self.status != Status::Active {
            return PermissionSet::EMPTY;
        }
        let allowed = self.potential().or(self.features.bits()).and_not(&self.inert());
        PermissionSet::new(self.catalog().stamp(), allowed)
    }

    /// Why the user may not do something: the first reason that applies (DEC-2), or `None` where
    /// they may.
    #[must_use]
    pub fn reason(&self, permission: Permission) -> Option<Reason> {
        let catalog = self.catalog();
        if self.status != Status::Active {
            return Some(Reason::NotActive);
        }
        let Some(source) = catalog.source(permission) else {
            return Some(Reason::UnknownPermission);
        };
        if self.inert().contains(permission.bit()) {
            return Some(Reason::NotEntitled);
        }
        match (source, self.role) {
            (Source::Account, _) if self.features.is_on(permission) => None,
            (Source::Account, _) => Some(Reason::NotEntitled),
            (Source::Grantable | Source::Role, Role::Admin) => None,
            (Source::Role, Role::Member) => Some(Reason::AdminOnly),
            (Source::Grantable, Role::Member) => {
                match (self.given().contains(permission.bit()), self.muted()) {
                    (true, muted) if muted.contains(permission.bit()) => Some(Reason::Muted),
                    (true, _) => None,
                    (false, _) => Some(Reason::NotGranted),
                }
            }
        }
    }

    /// What the user could do if they were active and all features on: an admin everything that
    /// can be granted or comes with the role (ROLE-2), a member what they are given but for mutes
    /// (ROLE-3).
    pub(crate) fn potential(&self) -> Bits {
        match self.role {
            Role::Admin => self.catalog().grantable().or(self.catalog().role()),
            Role::Member => self.given().and_not(&self.muted()),
        }
    }

    fn catalog(&self) -> &Catalog {
        self.features.catalog()
    }

    /// The largest valid set inside template and grants together: what one lacks the other may
    /// bring (TPL-2).
    pub(crate) fn given(&self) -> Bits {
        self.catalog().tree().valid_inside(&self.set())
    }

    /// All that template and grants set, also actions that are inert for want of their first.
    pub(crate) fn set(&self) -> Bits {
        let own = self.template.map(Template::grants).into_iter().chain([self.grants]);
        let own = own.filter(|grants| grants.catalog() == self.catalog());
        own.fold(Bits::EMPTY, |both, grants| both.or(&grants.bits()))
    }

    /// What is muted; mutes of another catalog cannot be read, so they mute everything.
    fn muted(&self) -> Bits {
        if self.mutes.catalog() == self.catalog() {
            self.mutes.closed()
        } else {
            self.catalog().grantable().clone()
        }
    }

    /// What no grant can bring while features are off.
    fn inert(&self) -> Bits {
        match self.role {
            Role::Admin => self.features.inert(),
            Role::Member => self.features.inert_for_members(),
        }
    }
}
