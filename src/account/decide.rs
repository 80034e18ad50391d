//! The one place where commands are allowed or refused.
//!
//! [`guard`] says of every command who may give it and whom it is about; then its step writes it,
//! on a draft whose writes have guards of their own.

use alloc::string::ToString;

use crate::account::change::Change;
use crate::account::command::{Actor, Command};
use crate::account::draft::{Ceiling, Draft};
use crate::account::refusal::Refusal;
use crate::account::{Account, User};
use crate::catalog::tree::quoted;
use crate::features::Features;
use crate::role::{Role, Status};
use crate::template::Template;
use crate::time::Timestamp;

impl Account {
    /// Decides on a command without doing it: what it would change, or why it is refused.
    ///
    /// Depends on nothing but its arguments. What it returns can be written by
    /// [`apply`](Self::apply), as long as nothing else was.
    ///
    /// # Errors
    ///
    /// Every refusal there is; see [`Refusal`].
    pub fn decide(
        &self,
        actor: &Actor,
        command: &Command,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.decide_for(actor, actor, command, now)
    }

    /// Decides by the right of one actor on what is recorded as another's.
    pub(crate) fn decide_for(
        &self,
        right_of: &Actor,
        actor: &Actor,
        command: &Command,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut decider = Decider { draft: Draft::new(self), actor: right_of, now };
        match command {
            Command::Batch(commands) => {
                decider.standing()?;
                if commands.is_empty() {
                    return Err(Refusal::EmptyBatch);
                }
                for command in commands {
                    decider.authorized_step(command)?;
                }
            }
            command => decider.authorized_step(command)?,
        }
        Ok(self.change(decider.draft, actor, command.clone(), now))
    }

    /// The change that gives the account other features, which its agency has decided on (GRD-5).
    pub(crate) fn change_features(
        &self,
        actor: &Actor,
        features: Features,
        now: Timestamp,
    ) -> Change {
        let paths = features.set_paths().map(Into::into).collect();
        let mut draft = Draft::new(self);
        draft.put_features(features);
        self.change(draft, actor, Command::SetFeatures { features: paths }, now)
    }

    fn change(&self, draft: Draft<'_>, actor: &Actor, command: Command, now: Timestamp) -> Change {
        let (edits, effects) = draft.finish();
        Change {
            catalog: self.catalog.clone(),
            account: self.id.clone(),
            revision: self.revision.saturating_add(1),
            time: now,
            actor: actor.clone(),
            command,
            edits,
            effects,
        }
    }
}

/// Who may give a command, and whom and what it is about.
struct Guard<'a> {
    by: By,
    user: Option<&'a str>,
    template: Option<&'a str>,
}

enum By {
    /// The host alone, for this reason.
    Host(&'static str),
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
        Command::Accept { user } => about(By::Host("accepting for a user"), user),
        Command::SignIn { user } => about(By::Host("recording a sign-in"), user),
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
        Command::SetSeatLimit { .. } => account(By::Host("setting the seat limit")),
        Command::SetFeatures { .. } => account(By::Host("setting features")),
    }
}

/// By what right an actor acts.
enum Right {
    Host,
    Admin,
    Member,
}

/// A command on its way: who gives it, and what it has written.
pub(super) struct Decider<'a> {
    pub(super) draft: Draft<'a>,
    actor: &'a Actor,
    pub(super) now: Timestamp,
}

impl Decider<'_> {
    fn authorized_step(&mut self, command: &Command) -> Result<(), Refusal> {
        let guard = guard(command);
        let right = self.authorize(&guard.by)?;
        self.check_subjects(command, &guard, &right)?;
        let ceiling = match (&right, self.acting_user()) {
            (Right::Member, Some(actor)) => Some(Ceiling {
                actor: self.actor.to_string().into(),
                held: self.draft.profile(actor).permissions().bits().clone(),
            }),
            _ => None,
        };
        self.draft.set_ceiling(ceiling);
        self.step(command)
    }

    /// The user who acts, if they are one of this account.
    fn acting_user(&self) -> Option<&User> {
        match self.actor {
            Actor::User { account, user } if **account == *self.draft.account().id.as_str() => {
                self.draft.user(user)
            }
            _ => None,
        }
    }

    /// The active user who acts, or nobody where the host does. Nobody else may act (GRD-1).
    fn standing(&self) -> Result<Option<&User>, Refusal> {
        let user = match self.actor {
            Actor::Host => return Ok(None),
            Actor::Agency(_) => {
                return Err(self.not_authorized("an agency changes features alone, by patches"));
            }
            Actor::User { .. } => self.acting_user().filter(|user| user.status == Status::Active),
        };
        let none = || self.not_authorized("only an active user of this account may");
        user.map(Some).ok_or_else(none)
    }

    fn not_authorized(&self, why: &'static str) -> Refusal {
        Refusal::NotAuthorized { actor: self.actor.to_string().into(), why }
    }

    /// GRD-1, GRD-2, GRD-5.
    fn authorize(&self, by: &By) -> Result<Right, Refusal> {
        let refuse = |why| Err(self.not_authorized(why));
        let Some(user) = self.standing()? else { return Ok(Right::Host) };
        match (by, user.role) {
            (By::Host(what), _) => {
                Err(Refusal::HostOnly { actor: self.actor.to_string().into(), what })
            }
            (By::Admin | By::Delegate(_), Role::Admin) => Ok(Right::Admin),
            (By::Admin, Role::Member) => refuse("only an admin may"),
            (By::Delegate(action), Role::Member) => {
                let delegation = self.draft.catalog().delegation().map(|delegation| match action {
                    Delegated::Create => delegation.create,
                    Delegated::Edit => delegation.edit,
                    Delegated::Delete => delegation.delete,
                    Delegated::Manage => delegation.manage,
                });
                let held = self.draft.profile(user).permissions();
                if delegation.is_some_and(|action| held.bits().contains(action)) {
                    return Ok(Right::Member);
                }
                refuse("only an admin may, or a member to whom it is delegated")
            }
        }
    }

    /// Whom a command is about must exist, and be neither the actor nor above them (GRD-2, GRD-4).
    fn check_subjects(
        &self,
        command: &Command,
        guard: &Guard<'_>,
        right: &Right,
    ) -> Result<(), Refusal> {
        let actor = self.acting_user();
        if let Some(id) = guard.user {
            let user = self.existing(id)?;
            let is_own_email =
                matches!((command, right), (Command::ChangeEmail { .. }, Right::Admin));
            if actor.is_some_and(|actor| actor.id == user.id) && !is_own_email {
                return Err(Refusal::SelfEdit { user: id.into() });
            }
            if matches!((right, user.role), (Right::Member, Role::Admin)) {
                return Err(self.not_authorized("only an admin may change an admin"));
            }
        }
        if let Some(id) = guard.template {
            let template = self.existing_template(id)?;
            let changes_users = !matches!(command, Command::RenameTemplate { .. });
            if let (Right::Member, None, true, Some(actor)) =
                (right, guard.user, changes_users, actor)
                && actor.template.as_ref() == Some(template.id())
            {
                return Err(Refusal::SelfEdit { user: actor.id.as_str().into() });
            }
        }
        Ok(())
    }

    pub(super) fn existing(&self, id: &str) -> Result<&User, Refusal> {
        self.draft.user(id).ok_or_else(|| Refusal::UnknownUser { user: id.into() })
    }

    pub(super) fn existing_template(&self, id: &str) -> Result<&Template, Refusal> {
        self.draft.template(id).ok_or_else(|| Refusal::UnknownTemplate {
            template: id.into(),
            known: quoted(self.draft.templates().map(Template::id)),
        })
    }

    /// A member to whom something is given or from whom it is taken (ROLE-2).
    pub(super) fn member(&self, id: &str) -> Result<User, Refusal> {
        match self.existing(id)? {
            User { role: Role::Admin, .. } => Err(Refusal::AdminHoldsAll { user: id.into() }),
            user => Ok(user.clone()),
        }
    }
}
