use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::{Affected, Altered, Change, Edit, Effect, User};
use crate::catalog::Catalog;
use crate::catalog::settings::Holder;
use crate::document::account::List;
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Object, Reader};
use crate::document::tree::{Document, Value};
use crate::document::{CHANGE_FORMAT, MAX_REVISION};
use crate::email::Email;
use crate::key::{AccountId, TemplateId, UserId};
use crate::permission::Permission;
use crate::registry::Named;
use crate::template::Template;
use crate::time::Timestamp;

impl Change {
    /// Reads a change of an account on `catalog`. What its records refer to is not looked up: a
    /// change that fits no state is refused when it is applied.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: unknown or missing fields, keys that the catalog does not
    /// know, another format.
    pub fn from_document(document: &Document, catalog: &Catalog) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| reader.change(at, catalog))
    }
}

impl Reader {
    pub(super) fn change(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Change> {
        let fields =
            ["format", "account", "revision", "time", "actor", "command", "edits", "effects"];
        let object = self.object(&at, &fields)?;
        self.format(&object, CHANGE_FORMAT);
        let account = object.required(self, "account");
        let account = account.and_then(|at| self.id(at, AccountId::parse));
        let revision = object.required(self, "revision");
        let revision = revision.and_then(|at| self.revision(at, 1));
        let time = object.required(self, "time").and_then(|at| self.integer(at));
        let actor = object.required(self, "actor").and_then(|at| self.actor(at));
        let command = object.required(self, "command").and_then(|at| self.command(at, catalog));
        let edits = self.items(&object, "edits", |reader, at| reader.edit(at, catalog));
        let effects = self.items(&object, "effects", |reader, at| reader.effect(at, catalog));
        Some(Change {
            catalog: catalog.clone(),
            directory: account?,
            revision: revision?,
            time: Timestamp::from_unix_millis(time?),
            actor: actor?,
            command: command?,
            edits: edits?,
            effects: effects?,
        })
    }

    /// A revision that can be written on.
    pub(super) fn revision(&mut self, at: At<'_>, least: u64) -> Option<u64> {
        let given = self.integer(at)?;
        let revision = u64::try_from(given).ok().filter(|given| *given >= least);
        let Some(revision) = revision else {
            let wanted = if least == 0 { "a number from 0" } else { "a number from 1" };
            self.fault(at, DocumentFault::Range { given, wanted });
            return None;
        };
        let fits = (revision <= MAX_REVISION).then_some(revision);
        self.found(at, fits, || DocumentFault::Revision { given: revision })
    }

    /// The items of a list that must be there, if all of them can be read.
    pub(super) fn items<T>(
        &mut self,
        object: &Object<'_>,
        field: &'static str,
        read: impl Fn(&mut Self, At<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let list = object.required(self, field)?;
        self.all(list, read)
    }

    /// `{"of": "user", "before": …, "after": …}`; a null is nothing.
    fn edit(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Edit> {
        let object = self.object(&at, &["of", "before", "after"])?;
        let of = object.required(self, "of")?;
        let names = ["user", "template", "seat_limit", "features"];
        let names: Vec<(&str, usize)> = names.into_iter().zip(0..).collect();
        let (before, after) = (object.optional("before"), object.optional("after"));
        Some(match self.name(of, &names)? {
            0 => Edit::User(
                self.altered(at, before, after, |reader, at| reader.user_record(at, catalog))?,
            ),
            1 => Edit::Template(
                self.altered(at, before, after, |reader, at| reader.template_record(at, catalog))?,
            ),
            2 => Edit::SeatLimit {
                before: both(before, |at| self.number(at, "a number of seats"))?,
                after: both(after, |at| self.number(at, "a number of seats"))?,
            },
            _ => Edit::Features {
                before: self.features(before, catalog),
                after: self.features(after, catalog),
            },
        })
    }

    /// What became of a record: one of the two may be missing, not both.
    fn altered<'a, T: Named>(
        &mut self,
        edit: At<'_>,
        before: Option<At<'a>>,
        after: Option<At<'a>>,
        read: impl Fn(&mut Self, At<'a>) -> Option<Arc<T>>,
    ) -> Option<Altered<T>> {
        let before = both(before, |at| read(self, at));
        let after = both(after, |at| read(self, at));
        match (before?, after?) {
            (None, Some(after)) => Some(Altered::Added(after)),
            (Some(before), Some(after)) if before.name() != after.name() => {
                let (before, after) = (before.name().into(), after.name().into());
                self.fault(edit, DocumentFault::OtherSubject { before, after });
                None
            }
            (Some(before), Some(after)) => Some(Altered::Changed { before, after }),
            (Some(before), None) => Some(Altered::Removed(before)),
            (None, None) => {
                self.fault(edit, DocumentFault::EmptyEdit);
                None
            }
        }
    }

    fn user_record(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Arc<User>> {
        let object = self.object(&at, &super::account::USER_FIELDS)?;
        let id = object.required(self, "id").and_then(|at| self.id(at, UserId::parse));
        let email = object.required(self, "email").and_then(|at| {
            let given = self.text(at)?;
            self.take(at, Email::parse(given))
        });
        let template = object.optional("template");
        let template = both(template, |at| self.id(at, TemplateId::parse))?;
        self.user(&object, id, email, template, catalog).map(Arc::new)
    }

    fn template_record(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Arc<Template>> {
        let object = self.object(&at, &["id", "name", "grants"])?;
        let id = object.required(self, "id").and_then(|at| self.id(at, TemplateId::parse));
        let name = object.required(self, "name").and_then(|at| self.text(at));
        let grants = object.required(self, "grants");
        let grants = grants.and_then(|at| self.grants(at, catalog, Holder::Template));
        self.take(at, Template::new(id?, name?, grants?)).map(Arc::new)
    }

    fn effect(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Effect> {
        let Value::Object(mut fields) = at.value() else { return self.wanted(at, "an object") };
        // Of one user, or of a number of users that a template or a feature reaches.
        let known: &[&str] = if fields.any(|(key, _)| key == "user") {
            &["user", "gained", "lost"]
        } else {
            &["users", "template", "gained", "lost"]
        };
        let object = self.object(&at, known)?;
        let gained = self.items(&object, "gained", |reader, at| reader.permission(at, catalog));
        let lost = self.items(&object, "lost", |reader, at| reader.permission(at, catalog));
        let who = if let Some(user) = object.optional("user") {
            Affected::User(self.id(user, UserId::parse)?)
        } else {
            let users = object.required(self, "users");
            let template = object.optional("template");
            Affected::Profile {
                users: users.and_then(|at| self.number(at, "a number of users"))?,
                template: both(template, |at| self.id(at, TemplateId::parse))?,
            }
        };
        Some(Effect { who, gained: gained?, lost: lost? })
    }

    fn permission(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Permission> {
        let given = self.text(at)?;
        self.take(at, catalog.permission(given))
    }
}

/// `Some(None)` where there is nothing to read, and `None` where it cannot be read.
#[expect(clippy::option_option, reason = "absent, read, or not readable")]
pub(super) fn both<'a, T>(
    at: Option<At<'a>>,
    read: impl FnOnce(At<'a>) -> Option<T>,
) -> Option<Option<T>> {
    match at {
        Some(at) => read(at).map(Some),
        None => Some(None),
    }
}

impl Serialize for Change {
    /// Writes the change document: a stable form, read by all later versions.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", CHANGE_FORMAT)?;
        map.serialize_entry("account", self.account().as_str())?;
        map.serialize_entry("revision", &self.revision)?;
        map.serialize_entry("time", &self.time.unix_millis())?;
        map.serialize_entry("actor", &self.actor)?;
        map.serialize_entry("command", &self.command)?;
        map.serialize_entry("edits", &self.edits)?;
        let effects = || self.effects.iter().map(|effect| Shown { effect, of: &self.catalog });
        map.serialize_entry("effects", &List(effects))?;
        map.end()
    }
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::User(altered) => {
                map.serialize_entry("of", "user")?;
                map.serialize_entry("before", &altered.before())?;
                map.serialize_entry("after", &altered.after())?;
            }
            Self::Template(altered) => {
                map.serialize_entry("of", "template")?;
                map.serialize_entry("before", &altered.before())?;
                map.serialize_entry("after", &altered.after())?;
            }
            Self::SeatLimit { before, after } => {
                map.serialize_entry("of", "seat_limit")?;
                map.serialize_entry("before", before)?;
                map.serialize_entry("after", after)?;
            }
            Self::Features { before, after } => {
                map.serialize_entry("of", "features")?;
                map.serialize_entry("before", before)?;
                map.serialize_entry("after", after)?;
            }
        }
        map.end()
    }
}

/// An effect, with the catalog that its permissions are named by.
struct Shown<'a> {
    effect: &'a Effect,
    of: &'a Catalog,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.effect.who {
            Affected::User(id) => map.serialize_entry("user", id.as_str())?,
            Affected::Profile { users, template } => {
                map.serialize_entry("users", users)?;
                map.serialize_entry("template", &template.as_ref().map(TemplateId::as_str))?;
            }
        }
        let names = |permissions: &'_ [Permission]| {
            let names = permissions.iter().map(|one| self.of.display(*one).to_string());
            names.collect::<Vec<_>>()
        };
        map.serialize_entry("gained", &names(&self.effect.gained))?;
        map.serialize_entry("lost", &names(&self.effect.lost))?;
        map.end()
    }
}
