//! The one place where commands are allowed or refused.
//!
//! [`guard`] says of every command who may give it and whom it is about; then its step writes to a
//! copy of the account, and what a member wrote is compared with what they hold.

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::sync::Arc;

use crate::account::ceiling::Ceiling;
use crate::account::command::Command;
use crate::account::edit::Edit;
use crate::account::refusal::{
    AdminHoldsAll, HostOnly, Refusal, SelfEdit, UnknownTemplate, UnknownUser, not_authorized,
};
use crate::account::{Account, Change, User};
use crate::catalog::tree::quoted;
use crate::features::Features;
use crate::key::UserId;
use crate::ledger::{self, Actor, Draft};
use crate::role::{Role, Status};
use crate::template::Template;
use crate::time::Timestamp;

impl Account {
    /// The change that the account's agency has decided on: its own users have no say in it
    /// (GRD-5).
    pub(crate) fn change_features(
        &self,
        actor: &Actor,
        features: &Features,
        now: Timestamp,
    ) -> Result<(Change, Self), Refusal> {
        let paths = features.set_paths().map(Into::into).collect();
        let command = Cow::Owned(Command::SetFeatures { features: paths });
        ledger::decide_by(self, actor, command, now, |draft, command| {
            steps(&Right::Host, draft, command)
        })
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
        Command::Batch(commands) if commands.is_empty() => Err(Refusal::EmptyBatch),
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
    /// An active admin (GRD-1).
    Admin,
    /// An active admin, or a member who holds this delegated action (GRD-2).
    Delegate(Delegated),
}

#[derive(Clone, Copy)]
enum Delegated {
    Create,
    Edit,
    Delete,
    Manage,
}

/// The guard of every command: one without does not compile.
fn guard(command: &Command) -> Guard<'_> {
    let about = |by, user| Guard { by, user: Some(user), template: None };
    let create = By::Delegate(Delegated::Create);
    let edit = By::Delegate(Delegated::Edit);
    let manage = |template| Guard {
        by: By::Delegate(Delegated::Manage),
        user: None,
        template: Some(template),
    };
    let account = |by| Guard { by, user: None, template: None };
    match command {
        Command::Invite(invite) if invite.role == Role::Admin => account(By::Admin),
        Command::Invite(_) => account(create),
        Command::Batch(_) => account(By::Admin),
        Command::Resend { user } => about(create, user),
        Command::Accept { user } => about(By::Host("accepting for a user", "USR-3"), user),
        Command::SignIn { user } => about(By::Host("recording a sign-in", "USR-9"), user),
        Command::ChangeRole { user, .. } => about(By::Admin, user),
        Command::Suspend { user }
        | Command::Reactivate { user }
        | Command::ChangeEmail { user, .. }
        | Command::ClearTemplate { user, .. }
        | Command::Tick { user, .. }
        | Command::Untick { user, .. }
        | Command::SetArea { user, .. }
        | Command::SetSection { user, .. }
        | Command::Raise { user, .. }
        | Command::ReplaceGrants { user, .. } => about(edit, user),
        Command::AssignTemplate { user, template } => {
            Guard { by: edit, user: Some(user), template: Some(template) }
        }
        Command::DeleteUser { user } => about(By::Delegate(Delegated::Delete), user),
        Command::CreateTemplate { .. } => account(By::Delegate(Delegated::Manage)),
        Command::RenameTemplate { template, .. }
        | Command::EditTemplate { template, .. }
        | Command::DeleteTemplate { template, .. } => manage(template),
        Command::SetSeatLimit { .. } => account(By::Host("setting the seat limit", "GRD-2")),
        Command::SetFeatures { .. } => account(By::Host("setting features", "GRD-5")),
    }
}

/// By what right an actor acts, who was found to be entitled to act at all.
pub(crate) enum Right {
    Host,
    /// An active user, by id.
    User(UserId),
}

impl Right {
    /// The host or an active user of this account, and nobody else (GRD-1, GRD-11).
    pub(super) fn of(account: &Account, actor: &Actor) -> Result<Self, Refusal> {
        let user = match actor {
            Actor::Host => return Ok(Self::Host),
            Actor::User { agency: None, account: own, user } if **own == *account.id().as_str() => {
                Self::of_user(account, user)
            }
            Actor::User { .. } | Actor::Agency(_) => None,
        };
        user.ok_or_else(|| Refusal::stranger(actor))
    }

    /// An active user of an account.
    pub(crate) fn of_user(account: &Account, user: &str) -> Option<Self> {
        let user = account.user(user).filter(|user| user.status() == Status::Active)?;
        Some(Self::User(user.id.clone()))
    }
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

    /// The user who acts, if it is one.
    fn acting_user(&self) -> Option<&User> {
        match self.right {
            Right::Host => None,
            Right::User(id) => self.draft.next.user(id.as_str()),
        }
    }

    /// GRD-1, GRD-2, GRD-5.
    fn authorize(&self, by: &By) -> Result<Authority, Refusal> {
        let refuse = |why, rule| Err(not_authorized(self.draft.actor, why, rule));
        let Right::User(_) = self.right else { return Ok(Authority::Host) };
        // Within a batch, users can come to an end.
        let user = self.acting_user().filter(|user| user.status() == Status::Active);
        let user = user.ok_or_else(|| Refusal::stranger(self.draft.actor))?;
        match (by, user.role()) {
            (By::Host(what, rule), _) => {
                Err(HostOnly { actor: self.draft.actor.to_string().into(), what, rule }.into())
            }
            (By::Admin | By::Delegate(_), Role::Admin) => Ok(Authority::Admin),
            (By::Admin, Role::Member) => refuse("only an admin may", "GRD-2"),
            (By::Delegate(action), Role::Member) => {
                let delegation =
                    self.draft.next.catalog().delegation().map(|delegation| match action {
                        Delegated::Create => delegation.create,
                        Delegated::Edit => delegation.edit,
                        Delegated::Delete => delegation.delete,
                        Delegated::Manage => delegation.manage,
                    });
                let held = self.draft.next.profile(user).permissions();
                if delegation.is_some_and(|action| held.bits().contains(action)) {
                    return Ok(Authority::Member);
                }
                refuse("only an admin may, or a member to whom it is delegated", "GRD-1")
            }
        }
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
            if let (Authority::Member, None, Some(actor)) = (authority, guard.user, actor)
                && actor.template() == Some(template.id())
            {
                return Err(SelfEdit { user: actor.id.as_str().into() }.into());
            }
            if let (Authority::Member, Command::DeleteTemplate { .. }) = (authority, command)
                && self.draft.next.users_on(template.id()).any(|user| user.role() == Role::Admin)
            {
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
        self.draft.next.templates.get(id).ok_or_else(|| {
            let known = quoted(self.draft.next.templates().map(|one| one.id().as_str()));
            UnknownTemplate { template: id.into(), known }.into()
        })
    }

    /// A member to whom something is given or from whom it is taken (ROLE-2).
    pub(super) fn member(&self, id: &str) -> Result<Arc<User>, Refusal> {
        match self.existing(id)? {
            user if user.role() == Role::Admin => Err(AdminHoldsAll { user: id.into() }.into()),
            user => Ok(Arc::clone(user)),
        }
    }
}
