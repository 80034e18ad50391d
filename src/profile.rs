use alloc::borrow::Cow;

use crate::bits::Bits;
use crate::catalog::{Catalog, Source};
use crate::decision::Reason;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::TemplateId;
use crate::mutes::Mutes;
use crate::permission::Permission;
use crate::requirement::Requirement;
use crate::role::{Role, Standing, Status};
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

impl<'a> Profile<'a> {
    /// What the user may do.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        let allowed = match self.status {
            Status::Active => self.layers().allowed(),
            Status::Invited | Status::Suspended => Bits::EMPTY,
        };
        PermissionSet::new(self.catalog().stamp(), allowed)
    }

    /// What the user would hold if they were active and every feature on: an admin all that the
    /// role brings (ROLE-2), a member what template and grants give, except what is muted.
    #[must_use]
    pub fn configured(&self) -> PermissionSet {
        PermissionSet::new(self.catalog().stamp(), self.layers().held())
    }

    /// Why the user may not do what is asked: the first reason that applies (DEC-2) to the first
    /// permission, in catalog order, that is denied, or `None` if they may.
    #[must_use]
    pub fn reason<'r>(&self, asked: impl Into<Cow<'r, Requirement>>) -> Option<Reason> {
        if self.status != Status::Active {
            return Some(Reason::NotActive);
        }
        let layers = self.layers();
        let reason = |permission: Permission| match self.catalog().source(permission) {
            None => Some(Reason::UnknownPermission),
            Some(source) => layers.reason(source, permission.bit()),
        };
        asked.into().iter().find_map(reason)
    }

    /// What each layer says, from which every answer is taken (DEC-4).
    pub(crate) fn layers(&self) -> Layers<'a> {
        // Template, grants and mutes are read if they belong to the catalog.
        let Self { role, status: _, template: _, grants: _, mutes: _, features } = *self;
        let catalog = features.catalog();
        let [template, own] = self.sources().map(|one| one.map(Grants::bits).unwrap_or_default());
        let given = catalog.tree().valid_inside(&template.or(&own));
        // Mutes of another catalog cannot be read, so they mute everything.
        let muted = match self.readable_mutes() {
            Some(mutes) => mutes.closed(),
            None => catalog.grantable().clone(),
        };
        Layers { role, features, template, own, given, muted, inert: features.inert(role) }
    }

    /// The grants of the template and the user's own, if they belong to the catalog.
    pub(crate) fn sources(&self) -> [Option<&'a Grants>; 2] {
        let sources = [self.template.map(Template::grants), Some(self.grants)];
        sources.map(|one| one.filter(|grants| grants.catalog() == self.catalog()))
    }

    /// The mutes, if they belong to the catalog.
    pub(crate) fn readable_mutes(&self) -> Option<&'a Mutes> {
        Some(self.mutes).filter(|mutes| mutes.catalog() == self.catalog())
    }

    pub(crate) fn catalog(&self) -> &'a Catalog {
        self.features.catalog()
    }
}

/// What each layer of a profile says, before its status.
pub(crate) struct Layers<'a> {
    role: Role,
    features: &'a Features,
    /// What the template sets, including actions that are inert without their first.
    pub(crate) template: Bits,
    /// What the user's own grants set, likewise.
    pub(crate) own: Bits,
    /// The largest valid set inside both together: one may bring what the other lacks (TPL-2).
    pub(crate) given: Bits,
    /// What mutes name, and what needs it (TPL-5).
    pub(crate) muted: Bits,
    /// What gates make inert for the role (CAT-6, GRD-2).
    pub(crate) inert: Bits,
}

impl Layers<'_> {
    /// All that template and own grants set.
    pub(crate) fn set(&self) -> Bits {
        self.template.or(&self.own)
    }

    /// What the template gives by itself.
    pub(crate) fn by_template(&self) -> Bits {
        self.catalog().tree().valid_inside(&self.template)
    }

    /// What is given and not muted: the configured set of a member, and what an admin would have as
    /// a member (ROLE-6).
    pub(crate) fn configured(&self) -> Bits {
        self.given.and_not(&self.muted)
    }

    /// What the user could do if they were active and all features on: an admin everything that
    /// can be granted or comes with the role (ROLE-2), a member what is configured (ROLE-3).
    pub(crate) fn held(&self) -> Bits {
        match self.role {
            Role::Admin => self.catalog().grantable().or(self.catalog().role()),
            Role::Member => self.configured(),
        }
    }

    /// What the user may do while active.
    pub(crate) fn allowed(&self) -> Bits {
        self.held().or(self.features.bits()).and_not(&self.inert)
    }

    /// The first layer that denies a bit.
    fn reason(&self, source: Source, bit: u16) -> Option<Reason> {
        if self.inert.contains(bit) {
            return Some(Reason::NotEntitled);
        }
        match (source, self.role) {
            (Source::Account, _) if self.features.bits().contains(bit) => None,
            (Source::Account, _) => Some(Reason::NotEntitled),
            (Source::Grantable | Source::Role, Role::Admin) => None,
            (Source::Role, Role::Member) => Some(Reason::AdminOnly),
            (Source::Grantable, Role::Member) if !self.given.contains(bit) => {
                Some(Reason::NotGranted)
            }
            (Source::Grantable, Role::Member) => self.muted.contains(bit).then_some(Reason::Muted),
        }
    }

    fn catalog(&self) -> &Catalog {
        self.features.catalog()
    }
}

/// What is stored about a user that decisions depend on: all that can make them differ from another
/// user's in the same account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Holding {
    pub(crate) role: Role,
    pub(crate) standing: Standing,
    pub(crate) template: Option<TemplateId>,
    pub(crate) grants: Grants,
    pub(crate) mutes: Mutes,
}

impl Holding {
    /// Whether another is the same, however its grants say so (REV-11).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let Self { role, standing, template, grants, mutes } = self;
        (*role, *standing) == (other.role, other.standing)
            && (template, mutes) == (&other.template, &other.mutes)
            && grants.sets_same(&other.grants)
    }

    /// What someone who was just invited holds: nothing (ROLE-3).
    pub(crate) fn invited(role: Role, catalog: &Catalog) -> Self {
        Self {
            role,
            standing: Standing::Invited,
            template: None,
            grants: Grants::new(catalog),
            mutes: Mutes::new(catalog),
        }
    }

    /// The same role and status, and nothing else.
    pub(crate) fn bare(&self) -> Self {
        Self { standing: self.standing, ..Self::invited(self.role, self.grants.catalog()) }
    }

    /// What a profile says about its user.
    pub(crate) fn of(profile: &Profile<'_>) -> Self {
        let Profile { role, status, template, grants, mutes, features: _ } = *profile;
        Self {
            role,
            standing: Standing::of(status, None),
            template: template.map(|template| template.id().clone()),
            grants: grants.clone(),
            mutes: mutes.clone(),
        }
    }

    /// All that decisions depend on, together with a template and features.
    pub(crate) fn profile<'a>(
        &'a self,
        template: Option<&'a Template>,
        features: &'a Features,
    ) -> Profile<'a> {
        let Self { role, standing, template: _, grants, mutes } = self;
        Profile { role: *role, status: standing.status(), template, grants, mutes, features }
    }
}
