use alloc::boxed::Box;

use crate::account::command::{Command, text};
use crate::grants::Grants;
use crate::role::Role;

/// An invitation, and what comes with it.
///
/// ```
/// use bailiwick::presets::tenant;
/// use bailiwick::{Account, Actor, Command, Invite, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let mut acme = Account::new("acme".parse()?, tenant::catalog());
/// let ana = Invite::new("ana", "ana@acme.example").admin();
/// acme.execute(&Actor::Host, ana, now)?;
/// let kim = Command::invite("kim", "kim@acme.example"); // a member
/// acme.execute(&Actor::Host, kim, now)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Invite {
    pub(crate) user: Box<str>,
    pub(crate) email: Box<str>,
    pub(crate) role: Role,
    pub(crate) template: Option<Box<str>>,
    pub(crate) grants: Option<Grants>,
}

impl Invite {
    /// Invites a member who has nothing (ROLE-3).
    pub fn new(user: impl AsRef<str>, email: impl AsRef<str>) -> Self {
        let (role, template, grants) = (Role::Member, None, None);
        Self { user: text(user), email: text(email), role, template, grants }
    }

    /// Invites an admin rather than a member.
    pub fn admin(mut self) -> Self {
        self.role = Role::Admin;
        self
    }

    /// Assigns a template.
    pub fn template(mut self, template: impl AsRef<str>) -> Self {
        self.template = Some(text(template));
        self
    }

    /// Grants something, CRM access included.
    pub fn grants(mut self, grants: Grants) -> Self {
        self.grants = Some(grants);
        self
    }
}

impl From<Invite> for Command {
    fn from(invite: Invite) -> Self {
        Self::Invite(invite)
    }
}
