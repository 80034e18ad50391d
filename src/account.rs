use crate::catalog::Catalog;
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, Map, TemplateId, UserId};
use crate::lattice::Lattice;
use crate::mutes::Mutes;
use crate::profile::Profile;
use crate::role::{Role, Status};
use crate::template::Template;
use crate::time::Timestamp;

/// One customer's directory: users, role templates, features and seats.
///
/// A plain value: the host stores it as a document and compiles it into a [`Lattice`] that answers
/// checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub(crate) id: AccountId,
    pub(crate) catalog: Catalog,
    /// Whether documents spell the catalog out instead of naming it.
    pub(crate) inline_catalog: bool,
    pub(crate) revision: u64,
    pub(crate) seat_limit: Option<u32>,
    pub(crate) features: Features,
    // INVARIANT: names are unique, whatever their case (TPL-1).
    pub(crate) templates: Map<TemplateId, Template>,
    // INVARIANT: emails are unique, whatever their case (USR-4); templates exist (TPL-8).
    pub(crate) users: Map<UserId, User>,
}

impl Account {
    /// An account with no users and no templates, and the catalog's default features.
    #[must_use]
    pub fn new(id: AccountId, catalog: Catalog) -> Self {
        Self {
            id,
            features: Features::new(&catalog),
            catalog,
            inline_catalog: false,
            revision: 0,
            seat_limit: None,
            templates: Map::default(),
            users: Map::default(),
        }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// The catalog that all its grants are about.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// How many commands were accepted so far (REV-1).
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many users there may be; `None` for no limit.
    #[must_use]
    pub fn seat_limit(&self) -> Option<u32> {
        self.seat_limit
    }

    /// Which features are on.
    #[must_use]
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The role templates, in order of creation.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    /// A role template by its id. One look-up.
    #[must_use]
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.get(id)
    }

    /// The users, in order of creation.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// A user by id. One look-up.
    #[must_use]
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    /// Everything that decisions about one user depend on.
    #[must_use]
    pub fn profile<'a>(&'a self, user: &'a User) -> Profile<'a> {
        let template = user.template.as_ref().and_then(|id| self.templates.get(id));
        Profile {
            role: user.role,
            status: user.status,
            template: template.map(Template::grants),
            grants: &user.grants,
            mutes: &user.mutes,
            features: &self.features,
        }
    }

    /// Works out every answer. Takes time in proportion to the users, plus some for each distinct
    /// profile.
    #[must_use]
    pub fn compile(&self) -> Lattice {
        let users = self.users.values().map(|user| (user.id.as_str(), self.profile(user)));
        Lattice::compile(&self.catalog, users)
    }
}

/// A user of an account (USR-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub(crate) id: UserId,
    pub(crate) email: Email,
    pub(crate) role: Role,
    pub(crate) status: Status,
    /// Whether the invitation was ever accepted (USR-3).
    pub(crate) accepted: bool,
    pub(crate) template: Option<TemplateId>,
    pub(crate) grants: Grants,
    pub(crate) mutes: Mutes,
    pub(crate) last_sign_in: Option<Timestamp>,
}

impl User {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// The email address.
    #[must_use]
    pub fn email(&self) -> &Email {
        &self.email
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether the invitation was ever accepted: someone suspended before that is invited again
    /// when reactivated (USR-3).
    #[must_use]
    pub fn has_accepted(&self) -> bool {
        self.accepted
    }

    /// The template that the user refers to.
    #[must_use]
    pub fn template(&self) -> Option<&TemplateId> {
        self.template.as_ref()
    }

    /// The user's own grants.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// What is muted for the user.
    #[must_use]
    pub fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    /// The last sign-in, if there was one (USR-9).
    #[must_use]
    pub fn last_sign_in(&self) -> Option<Timestamp> {
        self.last_sign_in
    }
}
