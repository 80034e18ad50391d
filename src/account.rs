//! The directory: users, role templates, features and seats, and commands that change them.

mod ceiling;
mod change;
mod command;
mod contents;
mod decide;
pub mod dialog;
mod duty;
mod edit;
mod effects;
mod encode;
mod holdings;
pub(crate) mod invitation;
mod migrate;
mod name;
pub mod refusal;
mod review;
mod seats;
mod step;
mod table;

use alloc::sync::Arc;
use core::fmt;

pub use self::change::{Change, Preview};
#[cfg(feature = "serde")]
pub(crate) use self::command::command_shapes;
pub(crate) use self::command::text;
pub use self::command::{Command, Holds, Invite, Kept};
pub use self::contents::Contents;
pub(crate) use self::decide::{HOST, Right, steps};
pub use self::dialog::Dialog;
pub use self::duty::Duty;
pub use self::edit::{Altered, Edit};
pub(crate) use self::effects::Listed;
pub use self::effects::{Affected, Effect, EffectOf};
pub use self::invitation::{Invitation, InvitationLifetime};
pub use self::name::AccountName;
pub use self::refusal::Refusal;
pub use self::review::{Finding, FindingKind};
pub use self::seats::{AtLimit, SeatState, Seats};
pub use self::table::{Column, UserRow, UserTable};

use self::holdings::Holdings;
use self::invitation::Arrival;
use crate::catalog::Catalog;
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, TemplateId, UserId};
use crate::lattice::{Diff, Lattice};
use crate::ledger::History;
use crate::mutes::Mutes;
use crate::pieces::Pieces;
use crate::profile::{Holding, Profile};
use crate::registry::{Index, Named, Registry};
use crate::role::{Role, Standing, Status};
use crate::set::CatalogMismatch;
use crate::template::Template;
use crate::time::Timestamp;

/// One customer's directory: users, role templates, features and seats.
///
/// A persistent value: a copy costs a few pointers and shares what does not change afterwards. The
/// host stores it as a document and compiles it into a [`Lattice`] that answers checks.
#[derive(Clone)]
pub struct Account {
    pub(crate) history: History<AccountId>,
    // INVARIANT: what `edit` says of every write holds of the following.
    name: Option<AccountName>,
    seat_limit: Option<u32>,
    at_limit: AtLimit,
    invitation_lifetime: Option<InvitationLifetime>,
    features: Features,
    templates: Registry<Arc<Template>>,
    users: Registry<Arc<User>>,
    /// Ids of deleted users, which are not used again (USR-8).
    retired: Registry<UserId>,
    // What guards look up instead of searching: worked out from the above.
    /// Who has an email address, by the form in which addresses are compared (USR-4).
    emails: Index,
    /// Which template has a name, by the form in which names are compared (TPL-1).
    names: Index,
    /// The place of a template above that of a user who refers to it.
    referring: Pieces<()>,
    holdings: Holdings,
    active_admins: usize,
}

impl Account {
    /// An account with no users and no templates, and the catalog's default features.
    #[must_use]
    pub fn new(id: AccountId, catalog: Catalog) -> Self {
        let features = Features::new(&catalog);
        Self::starting(id, catalog, features)
    }

    /// An account with no users and no templates.
    pub(crate) fn starting(id: AccountId, catalog: Catalog, features: Features) -> Self {
        Self {
            history: History::new(id, catalog),
            name: None,
            seat_limit: None,
            at_limit: AtLimit::Refuse,
            invitation_lifetime: None,
            features,
            templates: Registry::default(),
            users: Registry::default(),
            retired: Registry::default(),
            emails: Index::default(),
            names: Index::default(),
            referring: Pieces::default(),
            holdings: Holdings::default(),
            active_admins: 0,
        }
    }

    /// What people call it, as a subaccount of an agency (AGY-10).
    #[must_use]
    pub fn name(&self) -> Option<&AccountName> {
        self.name.as_ref()
    }

    /// For how long an invitation can be accepted; `None` if it never expires (USR-12).
    #[must_use]
    pub fn invitation_lifetime(&self) -> Option<InvitationLifetime> {
        self.invitation_lifetime
    }

    /// The same account with a name.
    pub(crate) fn named(mut self, name: AccountName) -> Self {
        self.name = Some(name);
        self
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
        self.templates.values().map(|template| &**template)
    }

    /// A role template by its id. One look-up.
    #[must_use]
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.get(id).map(|template| &**template)
    }

    /// The role templates, in order of creation, each with who refers to it (TPL-10).
    ///
    /// Users who refer to none are not looked at.
    ///
    /// ```
    /// use bailiwick::presets::tenant;
    /// use bailiwick::{Account, Actor, Command, Grants, Invite, Timestamp};
    ///
    /// let now = Timestamp::from_unix_millis(1_790_000_000_000);
    /// let mut acme = Account::new("acme".parse()?, tenant::catalog());
    /// let grants = Grants::new(&tenant::catalog());
    /// let invite = Invite::new("kim", "kim@acme.example").template("kb");
    /// let create = Command::create_template("kb", "Knowledge", grants);
    /// acme.execute(&Actor::Host, create, now)?;
    /// acme.execute(&Actor::Host, invite, now)?;
    /// let in_use: Vec<String> = acme
    ///     .template_uses()
    ///     .map(|one| format!("{}: {}", one.template().name(), one.count()))
    ///     .collect();
    /// assert_eq!(in_use, ["Knowledge: 1"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn template_uses(&self) -> impl Iterator<Item = TemplateUse<'_>> {
        self.templates().map(|template| TemplateUse { account: self, template })
    }

    /// The users, in order of creation.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values().map(|user| &**user)
    }

    /// A user by id. One look-up.
    #[must_use]
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id).map(|user| &**user)
    }

    /// The user who has an email address, in whatever form it is written (USR-4). One look-up.
    #[must_use]
    pub fn user_by_email(&self, email: &Email) -> Option<&User> {
        let folded = email.folded();
        let has = |user: &&Arc<User>| user.email.folded() == folded;
        let found = self.emails.find(folded, |place| self.users.at(place).filter(has));
        found.map(|(_, user)| &**user)
    }

    /// Notes the id of a user who was deleted before the account was read. Returns whether it is
    /// new.
    #[cfg(feature = "serde")]
    pub(crate) fn retire(&mut self, user: UserId) -> bool {
        let is_new = self.check_user_id(&user).is_ok();
        if is_new {
            self.retired.add(user);
        }
        is_new
    }

    /// Sets a limit that may be below the used seats (USR-6).
    #[cfg(feature = "serde")]
    pub(crate) fn resume(&mut self, terms: Terms) {
        let Terms { name, seat_limit, at_limit, invitation_lifetime } = terms;
        (self.name, self.seat_limit, self.at_limit) = (name, seat_limit, at_limit);
        self.invitation_lifetime = invitation_lifetime;
    }

    /// How many seats are used, and how many there are (USR-5).
    #[must_use]
    pub fn seats(&self) -> Seats {
        Seats::new(self.users.len(), self.seat_limit, self.at_limit)
    }

    /// The ids of users who were deleted, in order: they are not used again.
    pub fn retired_users(&self) -> impl Iterator<Item = &UserId> {
        self.retired.values()
    }

    /// Whether the account keeps its changes as an audit log: whether the feature that the catalog
    /// names for it is on, and so is what that needs (REV-4, CAT-16).
    #[must_use]
    pub fn keeps_audit_log(&self) -> bool {
        self.catalog().audit_feature().is_some_and(|feature| self.features.is_effective(feature))
    }

    /// Everything that decisions about one user depend on.
    #[must_use]
    pub fn profile<'a>(&'a self, user: &'a User) -> Profile<'a> {
        self.profile_of(&user.holding)
    }

    fn profile_of<'a>(&'a self, holding: &'a Holding) -> Profile<'a> {
        let template = holding.template.as_ref();
        let template = template.and_then(|id| self.template(id.as_str()));
        holding.profile(template, &self.features)
    }

    /// Works out every answer. Takes time in proportion to the users, plus some for each distinct
    /// profile.
    #[must_use]
    pub fn compile(&self) -> Lattice {
        let users = self.users.values().map(|user| (user.id.as_str(), self.profile(user)));
        Lattice::compile(self.catalog(), users).for_account(self.id().clone(), self.revision())
    }

    /// What users gained and lost from this account to a later state of it (REV-5).
    ///
    /// # Errors
    ///
    /// Accounts on different catalogs.
    pub fn diff(&self, later: &Self) -> Result<Diff, CatalogMismatch> {
        self.compile().diff(&later.compile())
    }
}

/// Two accounts are equal if their documents are.
impl PartialEq for Account {
    fn eq(&self, other: &Self) -> bool {
        self.history == other.history
            && self.name == other.name
            && self.seat_limit == other.seat_limit
            && self.at_limit == other.at_limit
            && self.invitation_lifetime == other.invitation_lifetime
            && self.features == other.features
            && self.templates == other.templates
            && self.users == other.users
            && self.retired == other.retired
    }
}

impl Eq for Account {}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("history", &self.history)
            .field("name", &self.name)
            .field("seats", &self.seats())
            .field("invitation_lifetime", &self.invitation_lifetime)
            .field("features", &self.features)
            .field("templates", &self.templates)
            .field("users", &self.users)
            .field("retired", &self.retired)
            .finish_non_exhaustive()
    }
}

/// A role template, and who refers to it (TPL-10).
#[derive(Debug, Clone, Copy)]
pub struct TemplateUse<'a> {
    account: &'a Account,
    template: &'a Template,
}

impl<'a> TemplateUse<'a> {
    /// The template.
    #[must_use]
    pub fn template(self) -> &'a Template {
        self.template
    }

    /// How many users refer to it. Takes time in proportion to their distinct holdings.
    #[must_use]
    pub fn count(self) -> usize {
        let place = self.account.templates.place(self.template.id().as_str());
        let groups = place.into_iter().flat_map(|place| self.account.holdings.on(place));
        groups.map(|group| group.users).sum()
    }

    /// The users who refer to it, in order of creation.
    pub fn users(self) -> impl Iterator<Item = &'a User> {
        self.account.users_on(self.template.id().as_str()).map(|user| &**user)
    }
}

/// What an account document says of the account itself.
#[cfg(feature = "serde")]
pub(crate) struct Terms {
    pub(crate) name: Option<AccountName>,
    pub(crate) seat_limit: Option<u32>,
    pub(crate) at_limit: AtLimit,
    pub(crate) invitation_lifetime: Option<InvitationLifetime>,
}

/// A user of an account (USR-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    id: UserId,
    email: Email,
    holding: Arc<Holding>,
    // INVARIANT: no invitation once it is accepted.
    arrival: Arrival,
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
        self.holding.role
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.holding.standing.status()
    }

    /// Whether the invitation was ever accepted: someone suspended before that is invited again
    /// when reactivated (USR-3).
    #[must_use]
    pub fn has_accepted(&self) -> bool {
        self.holding.standing.has_accepted()
    }

    /// The invitation that was last sent, until it is accepted; `None` also if a document that was
    /// written by hand says nothing of one (USR-12).
    #[must_use]
    pub fn invitation(&self) -> Option<Invitation> {
        self.arrival.invitation()
    }

    /// The template that the user refers to.
    #[must_use]
    pub fn template(&self) -> Option<&TemplateId> {
        self.holding.template.as_ref()
    }

    /// The user's own grants.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.holding.grants
    }

    /// What is muted for the user.
    #[must_use]
    pub fn mutes(&self) -> &Mutes {
        &self.holding.mutes
    }

    /// The last sign-in, if there was one (USR-9).
    #[must_use]
    pub fn last_sign_in(&self) -> Option<Timestamp> {
        self.arrival.last_sign_in()
    }

    pub(crate) fn new(
        id: UserId,
        email: Email,
        holding: Holding,
        invitation: Option<Invitation>,
        last_sign_in: Option<Timestamp>,
    ) -> Self {
        let invitation = invitation.filter(|_| !holding.standing.has_accepted());
        let arrival = Arrival::new(invitation, last_sign_in);
        Self { id, email, holding: Arc::new(holding), arrival }
    }

    /// Whether another is the same, however its grants say so (REV-11).
    fn is_same(&self, other: &Self) -> bool {
        let Self { id, email, holding, arrival } = self;
        (id, email, arrival) == (&other.id, &other.email, &other.arrival)
            && holding.is_same(&other.holding)
    }

    fn is_active_admin(&self) -> bool {
        self.holding.role == Role::Admin && self.holding.standing == Standing::Active
    }
}

impl Named for User {
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

impl Named for UserId {
    fn name(&self) -> &str {
        self.as_str()
    }
}

impl Named for Template {
    fn name(&self) -> &str {
        self.id().as_str()
    }
}
