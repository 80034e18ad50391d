//! The table of a Users page (USR-14).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::account::{Account, Invitation, User};
use crate::catalog::{Catalog, Scale};
use crate::name::names;
use crate::permission::Permission;
use crate::role::{Role, Status};
use crate::template::Template;
use crate::text::{key, write_field};
use crate::time::Timestamp;

impl Account {
    /// The table of a Users page: a row for each user whom all filters let through (USR-14).
    ///
    /// ```
    /// use bailiwick::account::Column;
    /// use bailiwick::presets::tenant;
    /// use bailiwick::{Account, Actor, Command, Status, Timestamp};
    ///
    /// let now = Timestamp::from_unix_millis(1_790_000_000_000);
    /// let mut acme = Account::new("acme".parse()?, tenant::catalog());
    /// for user in ["kim", "ana"] {
    ///     let invite = Command::invite(user, &format!("{user}@acme.example"));
    ///     acme.execute(&Actor::Host, invite, now)?;
    /// }
    /// let invited = acme.table().status(Status::Invited);
    /// let mut rows: Vec<_> = invited.rows().collect();
    /// rows.sort_by(|one, other| one.compare(other, Column::Email));
    /// assert_eq!(rows[0].user().id().as_str(), "ana");
    /// assert_eq!((rows[0].role_label(), rows[0].crm()), ("User", Some(false)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn table(&self) -> UserTable<'_> {
        UserTable {
            account: self,
            own: own_toggles(self.catalog()),
            status: None,
            role: None,
            template: Wanted::Any,
            text: None,
            inactive_since: None,
        }
    }
}

/// What only users have, never templates: CRM access (USR-10).
fn own_toggles(catalog: &Catalog) -> Vec<Permission> {
    let leaves = catalog
        .leaves()
        .filter(|leaf| leaf.area().is_user_only() && matches!(leaf.area().scale(), Scale::Toggle));
    leaves.flat_map(|leaf| leaf.permissions().map(|(_, permission)| permission)).collect()
}

/// Which template users refer to.
#[derive(Debug, Clone, Copy)]
enum Wanted<'a> {
    Any,
    None,
    Template(&'a str),
}

/// The users of an account, filtered: [`Account::table`]. Filters can be combined; each can be set
/// once, and a later setting replaces an earlier one.
#[derive(Debug, Clone)]
#[must_use]
pub struct UserTable<'a> {
    account: &'a Account,
    own: Vec<Permission>,
    status: Option<Status>,
    role: Option<Role>,
    template: Wanted<'a>,
    /// As texts are compared.
    text: Option<String>,
    inactive_since: Option<Timestamp>,
}

impl<'a> UserTable<'a> {
    /// Only users with a status.
    pub fn status(self, status: Status) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Only users with a role.
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Only users who refer to a template.
    pub fn template(self, id: &'a str) -> Self {
        Self { template: Wanted::Template(id), ..self }
    }

    /// Only users without a template.
    pub fn without_template(self) -> Self {
        Self { template: Wanted::None, ..self }
    }

    /// Only users whose id or email contains a text, whatever the case and however it is written
    /// (USR-4). White space around it does not count.
    pub fn text(self, text: &str) -> Self {
        Self { text: Some(key(text.trim())), ..self }
    }

    /// Only users whose last sign-in was before a time, or who never signed in.
    pub fn inactive_since(self, time: Timestamp) -> Self {
        Self { inactive_since: Some(time), ..self }
    }

    /// The rows, in order of creation. Nothing is copied; a filter by text folds each id.
    pub fn rows(&self) -> impl Iterator<Item = UserRow<'_>> {
        let users = self.account.users().filter(|user| self.has(user));
        users.map(|user| {
            let template = user.template().and_then(|id| self.account.template(id.as_str()));
            UserRow { table: self, user, template }
        })
    }

    fn has(&self, user: &User) -> bool {
        let has_template = match self.template {
            Wanted::Any => true,
            Wanted::None => user.template().is_none(),
            Wanted::Template(wanted) => user.template().is_some_and(|id| id.as_str() == wanted),
        };
        let is_inactive = |since| user.last_sign_in().is_none_or(|last| last < since);
        let has_text = |text: &String| {
            user.email().folded().contains(text) || key(user.id().as_str()).contains(text)
        };
        self.status.is_none_or(|status| user.status() == status)
            && self.role.is_none_or(|role| user.role() == role)
            && has_template
            && self.inactive_since.is_none_or(is_inactive)
            && self.text.as_ref().is_none_or(has_text)
    }

    /// The rows as CSV (RFC 4180), safe to open in a spreadsheet (DEC-5): every field is quoted, none
    /// can start a formula, and text is shown as [`Shown`](crate::text::Shown) does. What is missing
    /// is empty.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        let mut line = |fields: &mut dyn Iterator<Item = String>| {
            for (position, field) in fields.enumerate() {
                csv.push_str(if position == 0 { "" } else { "," });
                write_field(&mut csv, &field);
            }
            csv.push_str("\r\n");
        };
        line(&mut Column::ALL.into_iter().map(|column| column.name().into()));
        for row in self.rows() {
            line(&mut Column::ALL.into_iter().map(|column| row.field(column)));
        }
        csv
    }
}

/// A user of a [`UserTable`].
#[derive(Debug, Clone, Copy)]
pub struct UserRow<'a> {
    table: &'a UserTable<'a>,
    user: &'a User,
    template: Option<&'a Template>,
}

impl<'a> UserRow<'a> {
    /// The user: id, email, role, status, last sign-in, invitation.
    #[must_use]
    pub fn user(self) -> &'a User {
        self.user
    }

    /// What the catalog calls the user's role (CAT-12).
    #[must_use]
    pub fn role_label(self) -> &'a str {
        self.table.account.catalog().role_label(self.user.role())
    }

    /// The template that the user refers to.
    #[must_use]
    pub fn template(self) -> Option<&'a Template> {
        self.template
    }

    /// CRM access: an admin always has it; a member if it is stored, whatever their status
    /// (USR-10). `None` if the catalog has none.
    ///
    /// It is the catalog's first toggle that is set for each user alone; for a catalog with several,
    /// see [`own_toggles`](Self::own_toggles).
    #[must_use]
    pub fn crm(self) -> Option<bool> {
        self.own_toggles().next().map(|(_, has)| has)
    }

    /// Every toggle that is set for each user alone, and whether this one has it, as for CRM access.
    pub fn own_toggles(self) -> impl Iterator<Item = (Permission, bool)> {
        let Self { table, user, .. } = self;
        table.own.iter().map(move |toggle| {
            let has = || table.account.profile(user).layers().held().contains(toggle.bit());
            (*toggle, user.role() == Role::Admin || has())
        })
    }

    /// Compares two rows by a column: texts as they are compared elsewhere (USR-4, TPL-1), what is
    /// missing before what is there. Rows that are alike keep their order in a stable sort.
    #[must_use]
    pub fn compare(&self, other: &Self, by: Column) -> Ordering {
        let (one, two) = (self.user, other.user);
        match by {
            Column::Id => one.id().cmp(two.id()),
            Column::Email => one.email().folded().cmp(two.email().folded()),
            Column::Role => (one.role() == Role::Member).cmp(&(two.role() == Role::Member)),
            Column::Template => {
                let name = |row: &Self| row.template.map(Template::folded_name);
                name(self).cmp(&name(other))
            }
            Column::Status => rank(one.status()).cmp(&rank(two.status())),
            Column::Crm => self.crm().cmp(&other.crm()),
            Column::LastSignIn => one.last_sign_in().cmp(&two.last_sign_in()),
            Column::Invitation => {
                let sent = |user: &User| user.invitation().map(Invitation::sent);
                sent(one).cmp(&sent(two))
            }
        }
    }

    fn field(&self, column: Column) -> String {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        match column {
            Column::Id => self.user.id().as_str().into(),
            Column::Email => self.user.email().as_str().into(),
            Column::Role => self.role_label().into(),
            Column::Template => self.template.map(Template::name).unwrap_or_default().into(),
            Column::Status => self.user.status().name().into(),
            Column::Crm => match self.crm() {
                None => String::new(),
                Some(true) => "yes".into(),
                Some(false) => "no".into(),
            },
            Column::LastSignIn => time(self.user.last_sign_in()),
            Column::Invitation => time(self.user.invitation().map(Invitation::sent)),
        }
    }
}

const fn rank(status: Status) -> u8 {
    match status {
        Status::Invited => 0,
        Status::Active => 1,
        Status::Suspended => 2,
    }
}

/// What a table of users can be sorted by, and the columns of its CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Column {
    /// The user's id.
    Id,
    /// The email address.
    Email,
    /// The role: admins first.
    Role,
    /// The name of the template.
    Template,
    /// The status: invited, active, suspended.
    Status,
    /// CRM access.
    Crm,
    /// The last sign-in.
    LastSignIn,
    /// When the invitation was last sent.
    Invitation,
}

names!(Column, "column", {
    Id => "id",
    Email => "email",
    Role => "role",
    Template => "template",
    Status => "status",
    Crm => "crm",
    LastSignIn => "last_sign_in",
    Invitation => "invitation",
});
