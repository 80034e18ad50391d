//! The one place where commands are allowed or refused.
//!
//! [`guard`] says of every command what carries it and whom it is about. Whoever acts must hold
//! that (GRD-7); then the command's step writes to a copy of the account, and what a member wrote
//! is compared with what they hold.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;

use crate::account::ceiling::Ceiling;
use crate::account::command::Command;
use crate::account::edit::Edit;
use crate::account::refusal::{
    HostOnly, NotEntitled, Refusal, SelfEdit, UnknownTemplate, UnknownUser, not_authorized,
};
use crate::account::{Account, User};
use crate::bits::Bits;
use crate::catalog::tree::quoted;
use crate::catalog::{Authority as Carriers, Group, Setter};
use crate::features::Features;
use crate::key::UserId;
use crate::ledger::{self, Actor, Draft, Order, Outcome};
use crate::permission::Permission;
use crate::role::{Role, Status};
use crate::template::Template;
use crate::text::Quoted;
use crate::time::Timestamp;

impl Account {
    /// What comes of an order that the account's agency has given: its own users have no say in it
    /// (GRD-5).
    pub(crate) fn decide_by_agency(
        &self,
        actor: &Actor,
        order: Order<Command>,
        now: Timestamp,
    ) -> Result<(Outcome<Self>, Self), Refusal> {
        let steps =
            |draft: &mut Draft<'_, Self>, command: &Command| steps(&Right::Host, draft, command);
        Ok(ledger::decide_by(self, actor, order, now, steps)?.finish())
    }

    /// The account as it starts, after the command that comes with its creation (AGY-10).
    pub(crate) fn founded(
        &self,
        actor: &Actor,
        command: &Command,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut draft = Draft::new(self, actor, now);
        steps(&Right::Host, &mut draft, command)?;
        Ok(draft.next)
    }
}

/// Every command's guard and step, by a right that was established before.
pub(crate) fn steps(
    right: &Right,
    draft: &mut Draft<'_, Account>,
    command: &Command,
) -> Result<(), Refusal> {
    let mut decider = Decider { draft, right };
    match command {
        Command::Batch(_) if matches!(right, Right::Agency) => Err(features_alone(draft.actor)),
        Command::Batch(commands) if commands.is_empty() => Err(Refusal::EmptyBatch),
        Command::Batch(_) if command.migrates() => Err(Refusal::MigratesAlone),
        Command::Batch(commands) => {
            commands.iter().try_for_each(|command| decider.authorized_step(command))
        }
        command => decider.authorized_step(command),
    }
}

/// Who may give a command, and whom and what it is about.
struct Guard<'a> {
    by: By,
    user: Option<&'a str>,
    template: Option<&'a str>,
}

enum By {
    /// The host alone may do this, by this rule.
    Host(&'static str, &'static str),
    /// The host, or the agency that owns the account.
    Owner(&'static str, &'static str),
    /// An active admin: a batch in a batch is nobody else's mistake.
    Admin,
    /// An active admin who holds what carries these commands: members never touch roles (GRD-2).
    Roles(Group),
    /// Whoever holds what carries these commands (GRD-7).
    Holder(Group),
}

/// The guard of every command: one without does not compile.
fn guard(command: &Command) -> Guard<'_> {
    let about = |by, user| Guard { by, user: Some(user), template: None };
    let account = |by| Guard { by, user: None, template: None };
    match command {
        Command::Invite(invite) if invite.role == Role::Admin => account(By::Roles(Group::Invite)),
        Command::Invite(_) => account(By::Holder(Group::Invite)),
        Command::Batch(_) => account(By::Admin),
        Command::Resend { user } => about(By::Holder(Group::Invite), user),
        Command::Accept { user, .. } => about(By::Host("accepting for a user", "USR-3"), user),
        Command::SignIn { user } => about(By::Host("recording a sign-in", "USR-9"), user),
        Command::ChangeRole { user, .. } => about(By::Roles(Group::Permissions), user),
        Command::Suspend { user }
        | Command::Reactivate { user }
        | Command::ChangeEmail { user, .. } => about(By::Holder(Group::Edit), user),
        Command::ClearTemplate { user, .. }
        | Command::Tick { user, .. }
        | Command::Untick { user, .. }
        | Command::SetArea { user, .. }
        | Command::SetSection { user, .. }
        | Command::Raise { user, .. }
        | Command::ReplaceGrants { user, .. } => about(By::Holder(Group::Permissions), user),
        Command::AssignTemplate { user, template } => {
            let by = By::Holder(Group::Permissions);
            Guard { by, user: Some(user), template: Some(template) }
        }
        Command::DeleteUser { user } => about(By::Holder(Group::Delete), user),
        Command::CreateTemplate { .. } => account(By::Holder(Group::Templates)),
        Command::RenameTemplate { template, .. }
        | Command::DescribeTemplate { template, .. }
        | Command::EditTemplate { template, .. }
        | Command::DeleteTemplate { template, .. } => {
            Guard { by: By::Holder(Group::Templates), user: None, template: Some(template) }
        }
        Command::SetSeatLimit { .. } => account(By::Host("setting the seat limit", "GRD-2")),
        Command::SetInvitationLifetime { .. } => {
            account(By::Host("setting the lifetime of invitations", "USR-12"))
        }
        Command::RenameAccount { .. } => account(By::Host("renaming the account", "AGY-10")),
        Command::Migrate(_) => account(By::Host("migrating", "EVO-6")),
        Command::SetFeatures { .. } => account(By::Owner("setting features", "GRD-5")),
    }
}

/// Who alone may do what [`HostOnly`] refuses.
pub(crate) const HOST: &str = "the host alone";
const OWNER: &str = "the host, or the agency that the account belongs to";

/// By what right an actor acts, who was found to be entitled to act at all.
pub(crate) enum Right {
    Host,
    /// The agency that owns the account.
    Agency,
    /// An active user, by id.
    User(UserId),
}

impl Right {
    /// The host or an active user of this account, and nobody else (GRD-1, GRD-11).
    pub(super) fn of(account: &Account, actor: &Actor) -> Result<Self, Refusal> {
        let user = match actor {
            Actor::Host => return Ok(Self::Host),
            Actor::User { agency: None, account: own, user } if own == account.id() => {
                Self::of_user(account, user)
            }
            Actor::User { .. } | Actor::Agency(_) => None,
        };
        user.ok_or_else(|| Refusal::stranger(actor))
    }

    /// An active user of an account.
    pub(crate) fn of_user(account: &Account, user: &UserId) -> Option<Self> {
        let user = account.user(user.as_str()).filter(|user| user.status() == Status::Active)?;
        Some(Self::User(user.id.clone()))
    }
}

/// What an agency is told if it asks for anything else in a subaccount (GRD-5).
fn features_alone(actor: &Actor) -> Refusal {
    let why = "an agency changes only the features of a subaccount";
    not_authorized(actor, why, "GRD-5")
}

/// Whose word a command rests on, once it is known who may give it.
enum Authority {
    Host,
    Admin,
    Member,
}

/// A command on its way: by what right it is given, and what it has written.
pub(super) struct Decider<'a, 'd> {
    pub(super) draft: &'a mut Draft<'d, Account>,
    right: &'a Right,
}

impl Decider<'_, '_> {
    fn authorized_step(&mut self, command: &Command) -> Result<(), Refusal> {
        let guard = guard(command);
        let authority = self.authorize(&guard.by)?;
        self.check_subjects(command, &guard, &authority)?;
        let (Authority::Member, Some(member)) = (authority, self.acting_user()) else {
            return self.step(command);
        };
        let before = self.draft.state().clone();
        let ceiling = Ceiling::new(&before, self.draft.actor, member);
        let written = self.draft.edits().len();
        self.step(command)?;
        let edits = self.draft.edits().get(written..).unwrap_or_default();
        ceiling.check(&before, self.draft.state(), edits)
    }

    /// Writes one record.
    pub(super) fn write(&mut self, edit: Edit) -> Result<(), Refusal> {
        Ok(self.draft.write(edit)?)
    }

    /// The user who acts, if a user does.
    fn acting_user(&self) -> Option<&User> {
        match self.right {
            Right::Host | Right::Agency => None,
            Right::User(id) => self.draft.next.user(id.as_str()),
        }
    }

    /// GRD-1, GRD-2, GRD-5, GRD-7.
    fn authorize(&self, by: &By) -> Result<Authority, Refusal> {
        let actor = self.draft.actor;
        match (self.right, by) {
            (Right::Host, _) | (Right::Agency, By::Owner(..)) => return Ok(Authority::Host),
            (Right::Agency, _) => return Err(features_alone(actor)),
            (Right::User(_), _) => {}
        }
        // Within a batch, users can come to an end.
        let user = self.acting_user().filter(|user| user.status() == Status::Active);
        let user = user.ok_or_else(|| Refusal::stranger(actor))?;
        let group = match by {
            By::Host(what, rule) => return Err(self.host_only(*what, HOST, rule)),
            By::Owner(what, rule) => return Err(self.host_only(*what, OWNER, rule)),
            By::Admin | By::Roles(_) if user.role() == Role::Member => {
                return Err(not_authorized(actor, "only an admin may", "GRD-2"));
            }
            By::Admin => None,
            By::Roles(group) | By::Holder(group) => Some(*group),
        };
        if let Some(group) = group {
            self.check_carried(user, self.draft.next.catalog().authority(group))?;
        }
        Ok(match user.role() {
            Role::Admin => Authority::Admin,
            Role::Member => Authority::Member,
        })
    }

    /// What carries a group of commands is asked of what an active user may do, and of nothing
    /// that is stored: the lattice gives the same answer (GRD-7).
    fn check_carried(&self, user: &User, carriers: &Carriers) -> Result<(), Refusal> {
        let (actor, features) = (self.draft.actor, &self.draft.next.features);
        let may = self.draft.next.profile(user).permissions();
        let is_carried = may.bits().meets(&carriers.any_of);
        let mut lacking = carriers.features.and_not(features.bits());
        match user.role() {
            Role::Admin if is_carried || carriers.is_any_admins() => {}
            // An admin holds all of them, except what a feature keeps inert.
            Role::Admin => {
                let first = carriers.any_of.ones().next();
                let inert = first.map(|bit| features.lacking(Role::Admin, bit));
                lacking = lacking.or(&inert.unwrap_or_default());
                return Err(self.not_entitled(&lacking));
            }
            Role::Member if is_carried => {}
            Role::Member => {
                let catalog = self.draft.next.catalog();
                let named = quoted(carriers.permissions().map(|one| catalog.display(one)));
                let why: Cow<'static, str> = match carriers.permissions().count() {
                    0 => "only an admin may".into(),
                    1 if carriers.is_any_admins() => {
                        format!("only an admin may, or a member who holds {named}").into()
                    }
                    1 => format!("it needs {named}").into(),
                    _ => format!("it needs one of {named}").into(),
                };
                return Err(not_authorized(actor, why, "GRD-7"));
            }
        }
        if lacking.is_empty() { Ok(()) } else { Err(self.not_entitled(&lacking)) }
    }

    /// The features that are off, and who can turn them on (CAT-14).
    fn not_entitled(&self, lacking: &Bits) -> Refusal {
        let catalog = self.draft.next.catalog();
        let features = || lacking.ones().map(|bit| Permission::new(catalog.stamp(), bit));
        let is_hosts = features().any(|feature| catalog.setter(feature) != Some(Setter::Agency));
        let leaves = features().filter_map(|feature| catalog.tree().leaf_of(feature.bit()));
        NotEntitled {
            actor: self.draft.actor.to_string().into(),
            features: quoted(leaves.map(|leaf| &*leaf.path)),
            set_by: if is_hosts { Setter::Host } else { Setter::Agency },
        }
        .into()
    }

    /// Whom a command is about must exist, and be neither the actor nor above them (GRD-2, GRD-4).
    fn check_subjects(
        &self,
        command: &Command,
        guard: &Guard<'_>,
        authority: &Authority,
    ) -> Result<(), Refusal> {
        let actor = self.acting_user();
        if let Some(id) = guard.user {
            let user = self.existing(id)?;
            let is_own_email =
                matches!((command, authority), (Command::ChangeEmail { .. }, Authority::Admin));
            if actor.is_some_and(|actor| actor.id == user.id) && !is_own_email {
                return Err(SelfEdit { user: id.into() }.into());
            }
            if matches!((authority, user.role()), (Authority::Member, Role::Admin)) {
                return Err(not_authorized(
                    self.draft.actor,
                    "only an admin may change an admin",
                    "GRD-2",
                ));
            }
            // The address is a way in for whoever is given something later (GRD-10).
            if let (Authority::Member, Command::ChangeEmail { .. }, false) =
                (authority, command, user.has_accepted())
            {
                return Err(not_authorized(
                    self.draft.actor,
                    "only an admin may change the address of someone who has not accepted yet",
                    "GRD-10",
                ));
            }
        }
        if let Some(id) = guard.template {
            let template = self.existing_template(id)?;
            let is_own = |actor: &&User| actor.template() == Some(template.id());
            if let (Authority::Member, None, Some(actor)) =
                (authority, guard.user, actor.filter(is_own))
            {
                return Err(SelfEdit { user: actor.id.as_str().into() }.into());
            }
            let has_admin = || self.draft.next.users_on(id).any(|user| user.role() == Role::Admin);
            let is_deleting = matches!(command, Command::DeleteTemplate { .. });
            if is_deleting && matches!(authority, Authority::Member) && has_admin() {
                return Err(not_authorized(
                    self.draft.actor,
                    "only an admin may change an admin",
                    "GRD-2",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn existing(&self, id: &str) -> Result<&Arc<User>, Refusal> {
        self.draft.next.users.get(id).ok_or_else(|| UnknownUser { user: id.into() }.into())
    }

    pub(super) fn existing_template(&self, id: &str) -> Result<&Arc<Template>, Refusal> {
        self.draft.next.templates.get(id).ok_or_else(|| self.unknown_template(id))
    }

    /// There is no such template, or it was deleted; others may exist.
    pub(super) fn unknown_template(&self, id: &str) -> Refusal {
        let ids = self.draft.next.templates().map(|one| one.id().as_str());
        let known = quoted(ids.filter(|one| *one != id));
        UnknownTemplate { template: id.into(), known }.into()
    }

    /// An agency sets what is its to set, and no more (GRD-5).
    pub(super) fn check_setter(&self, before: &Features, after: &Features) -> Result<(), Refusal> {
        let (Right::Agency, catalog) = (self.right, before.catalog()) else { return Ok(()) };
        // What changes, one way or the other.
        let changed = after.bits().and_not(before.bits()).or(&before.bits().and_not(after.bits()));
        let Some(bit) = changed.and(catalog.host_features()).ones().next() else { return Ok(()) };
        let feature = catalog.tree().leaf_of(bit).map(|leaf| &*leaf.path).unwrap_or_default();
        Err(self.host_only(format!("setting {}", Quoted(feature)), HOST, "GRD-5"))
    }

    fn host_only(
        &self,
        what: impl Into<Cow<'static, str>>,
        who: &'static str,
        rule: &'static str,
    ) -> Refusal {
        let (actor, what) = (self.draft.actor.to_string().into(), what.into());
        HostOnly { actor, what, who, rule }.into()
    }
}
