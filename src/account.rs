//! The directory: users, role templates, features and seats, and commands that change them.

mod change;
mod command;
mod decide;
mod draft;
mod index;
mod levels;
mod preview;
mod refusal;
mod review;
mod step;

pub use self::change::{Affected, ApplyError, Change, Edit, Effect};
pub use self::command::{Actor, Command, Invite, Kept};
pub(crate) use self::preview::count as affected;
pub use self::preview::{Preview, StalePreview};
pub use self::refusal::Refusal;
pub use self::review::{Finding, FindingKind};

use self::index::Index;
use crate::catalog::Catalog;
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, Map, TemplateId, UserId};
use crate::lattice::Lattice;
use crate::mutes::Mutes;
use crate::permission::Permission;
use crate::profile::Profile;
use crate::registry::Registry;
use crate::role::{Role, Status};
use crate::template::Template;
use crate::time::Timestamp;

/// One customer's directory: users, role templates, features and seats.
///
/// A plain value: the host stores it as a document and compiles it into a [`Lattice`] that answers
/// checks.
#[derive(Debug, Clone)]
pub struct Account {
    pub(crate) id: AccountId,
    pub(crate) catalog: Catalog,
    /// Whether documents spell the catalog out instead of naming it.
    pub(crate) inline_catalog: bool,
    pub(crate) revision: u64,
    pub(crate) seat_limit: Option<u32>,
    pub(crate) features: Features,
    // INVARIANT: names are unique, whatever their case (TPL-1).
    templates: Registry<TemplateId, Template>,
    // INVARIANT: emails are unique, whatever their case (USR-4); templates exist (TPL-8).
    users: Registry<UserId, User>,
    /// Ids of deleted users, which are not used again (USR-8).
    retired: Map<UserId, ()>,
    index: Index,
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
            templates: Registry::default(),
            users: Registry::default(),
            retired: Map::default(),
            index: Index::default(),
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

    /// How many seats are used, and how many there are (USR-5).
    #[must_use]
    pub fn seats(&self) -> Seats {
        Seats { used: self.users.len(), limit: self.seat_limit }
    }

    /// The ids of users who were deleted, in order: they are not used again.
    pub fn retired_users(&self) -> impl Iterator<Item = &UserId> {
        self.retired.keys()
    }

    /// Whether the account keeps its changes as an audit log: whether a feature called
    /// `audit_log` is on, and so is what that needs (REV-4).
    #[must_use]
    pub fn keeps_audit_log(&self) -> bool {
        let named = |feature: &Permission| {
            let leaf = self.catalog.tree().leaf_of(feature.bit());
            leaf.is_some_and(|leaf| leaf.section.key() == "audit_log")
        };
        self.catalog.features().filter(named).any(|feature| self.features.is_effective(feature))
    }

    /// Decides on a command and writes what it changes, which the next check then sees (REV-2).
    ///
    /// A command on one user takes logarithmic time in the number of users.
    ///
    /// # Errors
    ///
    /// Whatever [`decide`](Self::decide) refuses; nothing changes then (GRD-6).
    pub fn execute(
        &mut self,
        actor: &Actor,
        command: impl Into<Command>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let change = self.decide(actor, &command.into(), now)?;
        self.write(&change);
        Ok(change)
    }

    /// Puts a user in the place of another, adds or removes one.
    pub(crate) fn write_user(&mut self, before: Option<&User>, after: Option<&User>) {
        if let Some(before) = before {
            self.index.remove(before);
        }
        match (before, after) {
            (_, Some(after)) => {
                self.index.add(after);
                self.users.insert(after.id.clone(), after.clone());
            }
            (Some(before), None) => {
                self.users.remove(before.id.as_str());
                self.retire(before.id.clone());
            }
            (None, None) => {}
        }
    }

    pub(crate) fn write_template(&mut self, template: Template) {
        self.templates.insert(template.id().clone(), template);
    }

    pub(crate) fn retire(&mut self, user: UserId) {
        self.retired.insert(user, ());
    }

    /// Everything that decisions about one user depend on.
    #[must_use]
    pub fn profile<'a>(&'a self, user: &'a User) -> Profile<'a> {
        let template = user.template.as_ref().and_then(|id| self.templates.get(id.as_str()));
        Profile {
            role: user.role,
            status: user.status,
            template,
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

/// Two accounts are equal where their documents are.
impl PartialEq for Account {
    fn eq(&self, other: &Self) -> bool {
        let Self { id, catalog, inline_catalog, revision, seat_limit, .. } = self;
        *id == other.id
            && *catalog == other.catalog
            && *inline_catalog == other.inline_catalog
            && *revision == other.revision
            && *seat_limit == other.seat_limit
            && self.features == other.features
            && self.templates == other.templates
            && self.users == other.users
            && self.retired.keys().eq(other.retired.keys())
    }
}

impl Eq for Account {}

/// The seats of an account: every user takes one, whatever their status (USR-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seats {
    used: usize,
    limit: Option<u32>,
}

impl Seats {
    /// How many are used.
    #[must_use]
    pub fn used(self) -> usize {
        self.used
    }

    /// How many there are; `None` for no limit.
    #[must_use]
    pub fn limit(self) -> Option<u32> {
        self.limit
    }

    /// Whether no seat is free (USR-6).
    #[must_use]
    pub fn is_reached(self) -> bool {
        self.limit.is_some_and(|limit| self.used >= limit as usize)
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

    fn is_active_admin(&self) -> bool {
        self.role == Role::Admin && self.status == Status::Active
    }

    /// The last sign-in, if there was one (USR-9).
    #[must_use]
    pub fn last_sign_in(&self) -> Option<Timestamp> {
        self.last_sign_in
    }
}
