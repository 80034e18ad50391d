//! What a change writes, and the one way to write it.
//!
//! [`Account::write`] checks what holds of every account, whoever asks for it: commands are decided
//! on a copy that they write to, and changes are applied through the same door (GRD-9).

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;

use crate::account::{Account, AccountName, AtLimit, Contents, InvitationLifetime, User};
use crate::catalog::Catalog;
use crate::email::Email;
use crate::features::Features;
use crate::key::{TemplateId, UserId};
use crate::ledger::{Violation, violation};
use crate::registry::Place;
use crate::template::Template;
use crate::text::Quoted;

/// One record that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// A user.
    User(Altered<User>),
    /// A role template.
    Template(Altered<Template>),
    /// What people call the account.
    Name {
        /// The name before.
        before: Option<AccountName>,
        /// The name after.
        after: Option<AccountName>,
    },
    /// The seat limit.
    SeatLimit {
        /// The limit before.
        before: Option<u32>,
        /// The limit after.
        after: Option<u32>,
    },
    /// What becomes of invitations at the seat limit.
    AtLimit {
        /// What did before.
        before: AtLimit,
        /// What does after.
        after: AtLimit,
    },
    /// Nothing; the user who is added next is beyond the seat limit of an account that only warns
    /// of it (USR-6).
    BeyondLimit {
        /// How many seats are used with that user.
        used: usize,
        /// How many there are.
        limit: u32,
    },
    /// For how long an invitation can be accepted.
    InvitationLifetime {
        /// The time before.
        before: Option<InvitationLifetime>,
        /// The time after.
        after: Option<InvitationLifetime>,
    },
    /// The features.
    Features {
        /// The features before.
        before: Features,
        /// The features after.
        after: Features,
    },
    /// The catalog, and with it all that is said in its terms (EVO-6).
    Catalog {
        /// What there was before.
        before: Box<Contents>,
        /// What there is after.
        after: Box<Contents>,
    },
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a record comes, changes or goes")]
pub enum Altered<T> {
    /// It was added.
    Added(Arc<T>),
    /// It was changed; both go by the same id.
    Changed {
        /// The record before.
        before: Arc<T>,
        /// The record after.
        after: Arc<T>,
    },
    /// It was removed.
    Removed(Arc<T>),
}

impl<T> Altered<T> {
    /// The record before; `None` if it was added.
    #[must_use]
    pub fn before(&self) -> Option<&T> {
        match self {
            Self::Added(_) => None,
            Self::Changed { before, .. } | Self::Removed(before) => Some(before),
        }
    }

    /// The record after; `None` if it was removed.
    #[must_use]
    pub fn after(&self) -> Option<&T> {
        match self {
            Self::Added(after) | Self::Changed { after, .. } => Some(after),
            Self::Removed(_) => None,
        }
    }

    /// The record after, or the last there was.
    pub(crate) fn latest(&self) -> &T {
        match self {
            Self::Added(record) | Self::Changed { after: record, .. } | Self::Removed(record) => {
                record
            }
        }
    }
}

impl Account {
    /// Whether edits that lead to a later state leave everything as it was (REV-11).
    pub(super) fn is_same_after(&self, edits: &[Edit], later: &Self) -> bool {
        // Templates that come and go may leave no trace, unless in their order.
        let has_other_templates =
            |edit: &Edit| matches!(edit, Edit::Template(Altered::Added(_) | Altered::Removed(_)));
        edits.iter().all(|edit| self.is_same_record(edit, later))
            && (!edits.iter().any(has_other_templates) || self.templates == later.templates)
    }

    /// Whether what an edit wrote on the way to a later state is there as it was.
    fn is_same_record(&self, edit: &Edit, later: &Self) -> bool {
        match edit {
            // The ids of users who come and go are not used again, and another catalog is another.
            Edit::User(Altered::Added(_) | Altered::Removed(_)) | Edit::Catalog { .. } => false,
            Edit::User(Altered::Changed { after, .. }) => {
                let id = after.id.as_str();
                let states = self.user(id).zip(later.user(id));
                states.is_some_and(|(was, is)| was.is_same(is))
            }
            Edit::Template(Altered::Added(_) | Altered::Removed(_)) | Edit::BeyondLimit { .. } => {
                true
            }
            Edit::Template(Altered::Changed { after, .. }) => {
                let id = after.id().as_str();
                let states = self.template(id).zip(later.template(id));
                states.is_some_and(|(was, is)| was.is_same(is))
            }
            Edit::Name { .. } => self.name == later.name,
            Edit::AtLimit { .. } => self.at_limit == later.at_limit,
            Edit::InvitationLifetime { .. } => {
                self.invitation_lifetime == later.invitation_lifetime
            }
            Edit::SeatLimit { .. } => self.seat_limit == later.seat_limit,
            Edit::Features { .. } => self.features == later.features,
        }
    }

    /// Writes one record, if that keeps what holds of every account; nothing changes otherwise.
    pub(crate) fn write(&mut self, edit: &Edit) -> Result<(), Violation> {
        match edit {
            Edit::User(altered) => self.write_user(altered),
            Edit::Template(altered) => self.write_template(altered),
            Edit::Name { before, after } => {
                replace(&mut self.name, before, after, "the name of the account")
            }
            Edit::SeatLimit { before, after } => {
                replace(&mut self.seat_limit, before, after, "the seat limit")
            }
            Edit::AtLimit { before, after } => {
                replace(&mut self.at_limit, before, after, "the way to treat the seat limit")
            }
            Edit::BeyondLimit { used, limit } => {
                let warning = self.seats().warning();
                same(warning == Some((*used, *limit)), || "the number of seats".into())
            }
            Edit::InvitationLifetime { before, after } => {
                let what = "the lifetime of invitations";
                replace(&mut self.invitation_lifetime, before, after, what)
            }
            Edit::Features { before, after } => {
                self.same_catalog(after.catalog(), || "the set of features".into())?;
                replace(&mut self.features, before, after, "the set of features")
            }
            Edit::Catalog { before, after } => self.write_contents(before, after),
        }
    }

    fn write_user(&mut self, altered: &Altered<User>) -> Result<(), Violation> {
        match altered {
            Altered::Added(user) => {
                self.check_user_id(&user.id)?;
                self.check_user(None, user)?;
                self.seats().check_next()?;
                let has_room = self.users.has_room() && self.retired.has_room();
                has_room.then_some(()).ok_or(violation::Full { what: "user" })?;
                self.put_user(None, user);
            }
            Altered::Changed { before, after } => {
                let own = self.own_user(before)?;
                same(before.id == after.id, || named(before))?;
                self.check_user(Some(before), after)?;
                self.check_admins(before, after.is_active_admin())?;
                self.put_user(Some(&own), after);
            }
            Altered::Removed(user) => {
                let (place, own) = self.own_user(user)?;
                self.check_admins(user, false)?;
                self.track(place, Some(&own), None);
                self.users.remove(place);
                self.retired.add(own.id.clone());
            }
        }
        Ok(())
    }

    /// The account's own record of a user, which must be equal to the given one, and its place.
    fn own_user(&self, user: &User) -> Result<(Place, Arc<User>), Violation> {
        let own = self.users.find(user.id.as_str()).filter(|(_, own)| ***own == *user);
        let (place, own) = own.ok_or_else(|| violation::OtherState { what: named(user) })?;
        Ok((place, Arc::clone(own)))
    }

    fn write_template(&mut self, altered: &Altered<Template>) -> Result<(), Violation> {
        match altered {
            Altered::Added(template) => {
                self.check_template_id(template.id())?;
                self.check_template(template)?;
                let has_room = self.templates.has_room();
                has_room.then_some(()).ok_or(violation::Full { what: "template" })?;
                let place = self.templates.add(Arc::clone(template));
                self.names.insert(template.folded_name(), place);
            }
            Altered::Changed { before, after } => {
                let place = self.own_template(before)?;
                same(before.id() == after.id(), || named_template(before))?;
                self.check_template(after)?;
                self.templates.replace(place, Arc::clone(after));
                self.names.remove(before.folded_name(), place);
                self.names.insert(after.folded_name(), place);
            }
            Altered::Removed(template) => {
                let place = self.own_template(template)?;
                if let Some(user) = self.users_on(template.id().as_str()).next() {
                    let (template, user) = (template.id().clone(), user.id.clone());
                    return Err(violation::TemplateInUse { template, user }.into());
                }
                self.templates.remove(place);
                self.names.remove(template.folded_name(), place);
            }
        }
        Ok(())
    }

    /// The place of the account's own record of a template, which must be equal to the given one.
    fn own_template(&self, template: &Template) -> Result<Place, Violation> {
        let own = self.templates.find(template.id().as_str());
        let own = own.filter(|(_, own)| ***own == *template);
        Ok(own.ok_or_else(|| violation::OtherState { what: named_template(template) })?.0)
    }

    /// Adds a user, or replaces the former record of one, with what is worked out from it.
    fn put_user(&mut self, former: Option<&(Place, Arc<User>)>, user: &Arc<User>) {
        let before = former.map(|(_, before)| &**before);
        let holding = match before.map(|before| &before.holding) {
            Some(own) if *own == user.holding => Arc::clone(own),
            _ => self.holdings.add(self.template_of(user), &user.holding),
        };
        let user = if Arc::ptr_eq(&holding, &user.holding) {
            Arc::clone(user)
        } else {
            Arc::new(User { holding, ..User::clone(user) })
        };
        let place = match former {
            Some((place, _)) => self.users.replace(*place, Arc::clone(&user)),
            None => self.users.add(Arc::clone(&user)),
        };
        self.track(place, before, Some(&user));
    }

    /// Writes what is worked out from a user, whose holding is counted already, and takes back what
    /// was from what they were.
    fn track(&mut self, place: Place, before: Option<&User>, after: Option<&User>) {
        let [was, is] = [before, after].map(|user| user.map(|user| &user.email));
        if was != is {
            was.inspect(|email| self.emails.remove(email.folded(), place));
            is.inspect(|email| self.emails.insert(email.folded(), place));
        }
        let [was, is] = [before, after].map(|user| user.map(|user| &user.holding));
        if was != is {
            let [former, template] = [before, after].map(|user| self.template_of(user?));
            was.inspect(|holding| self.holdings.remove(former, holding));
            if former != template {
                former.map(|former| self.referring.remove(reference(former, place)));
                template.map(|template| self.referring.insert(reference(template, place), ()));
            }
            let [was, is] = [before, after].map(|user| user.is_some_and(User::is_active_admin));
            self.active_admins = self.active_admins + usize::from(is) - usize::from(was);
        }
    }

    pub(super) fn template_of(&self, user: &User) -> Option<Place> {
        self.templates.place(user.holding.template.as_ref()?.as_str())
    }

    /// The users who refer to a template, in order of creation.
    pub(super) fn users_on<'a>(
        &'a self,
        template: &str,
    ) -> impl Iterator<Item = &'a Arc<User>> + use<'a> {
        let place = self.templates.place(template);
        let users = place.map(|place| {
            let all = self.referring.from(reference(place, 0)).map(|(number, ())| number);
            all.take_while(move |number| number >> 32 == u64::from(place))
        });
        users.into_iter().flatten().filter_map(|number| self.users.at(user_of(number)))
    }

    /// The id of a new user (USR-1, USR-8).
    pub(super) fn check_user_id(&self, id: &UserId) -> Result<(), Violation> {
        if self.users.get(id.as_str()).is_some() {
            return Err(violation::UserExists { user: id.clone() }.into());
        }
        if self.retired.get(id.as_str()).is_some() {
            return Err(violation::UserRetired { user: id.clone() }.into());
        }
        Ok(())
    }

    /// What holds of every user, whoever they were before (USR-4, TPL-8).
    fn check_user(&self, before: Option<&User>, user: &User) -> Result<(), Violation> {
        let what = || named(user);
        self.same_catalog(user.holding.grants.catalog(), what)?;
        self.same_catalog(user.holding.mutes.catalog(), what)?;
        if before.is_none_or(|before| before.email != user.email) {
            self.check_email(&user.email, Some(&user.id))?;
        }
        match &user.holding.template {
            Some(template) if self.templates.get(template.as_str()).is_none() => {
                Err(violation::UnknownTemplate { template: template.clone() }.into())
            }
            _ => Ok(()),
        }
    }

    /// No two users have one email address (USR-4).
    pub(super) fn check_email(&self, email: &Email, own: Option<&UserId>) -> Result<(), Violation> {
        match self.user_by_email(email) {
            Some(other) if Some(&other.id) != own => {
                let email = email.as_str().into();
                Err(violation::EmailTaken { email, user: other.id.clone() }.into())
            }
            _ => Ok(()),
        }
    }

    /// There is always somebody left who can let others in (GRD-4).
    fn check_admins(&self, before: &User, stays: bool) -> Result<(), Violation> {
        if before.is_active_admin() && !stays && self.active_admins == 1 {
            return Err(violation::LastAdmin { user: before.id.clone() }.into());
        }
        Ok(())
    }

    /// The id of a new template (TPL-1).
    pub(super) fn check_template_id(&self, id: &TemplateId) -> Result<(), Violation> {
        match self.templates.get(id.as_str()) {
            Some(_) => Err(violation::TemplateExists { template: id.clone() }.into()),
            None => Ok(()),
        }
    }

    /// What holds of every template: its name is its own (TPL-1).
    fn check_template(&self, template: &Template) -> Result<(), Violation> {
        let what = || named_template(template);
        self.same_catalog(template.grants().catalog(), what)?;
        self.check_template_name(template.id(), template.name(), template.folded_name())
    }

    /// No two templates have one name (TPL-1).
    pub(super) fn check_template_name(
        &self,
        own: &TemplateId,
        name: &str,
        folded: &str,
    ) -> Result<(), Violation> {
        let has = |other: &&Arc<Template>| other.folded_name() == folded;
        match self.names.find(folded, |place| self.templates.at(place).filter(has)) {
            Some((_, other)) if other.id() != own => Err(violation::TemplateNameTaken {
                name: name.into(),
                template: other.id().clone(),
            }
            .into()),
            _ => Ok(()),
        }
    }

    fn same_catalog(
        &self,
        given: &Catalog,
        what: impl FnOnce() -> Box<str>,
    ) -> Result<(), Violation> {
        if given == self.catalog() {
            return Ok(());
        }
        Err(violation::OtherCatalog { what: what(), catalog: self.catalog().id().into() }.into())
    }
}

/// Puts another value in the place of the one that it follows.
fn replace<T: Clone + PartialEq>(
    own: &mut T,
    before: &T,
    after: &T,
    what: &'static str,
) -> Result<(), Violation> {
    same(own == before, || what.into())?;
    *own = after.clone();
    Ok(())
}

pub(super) fn same(is_same: bool, what: impl FnOnce() -> Box<str>) -> Result<(), Violation> {
    if is_same { Ok(()) } else { Err(violation::OtherState { what: what() }.into()) }
}

pub(super) fn named(user: &User) -> Box<str> {
    format!("user {}", Quoted(user.id.as_str())).into()
}

pub(super) fn named_template(template: &Template) -> Box<str> {
    format!("template {}", Quoted(template.id().as_str())).into()
}

fn reference(template: Place, user: Place) -> u64 {
    u64::from(template) << 32 | u64::from(user)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the user's place")]
fn user_of(reference: u64) -> Place {
    reference as Place
}
