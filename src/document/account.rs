use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::{Account, Altered, Edit, Holding, User};
use crate::catalog::message::quoted;
use crate::catalog::settings::{Holder, Settings};
use crate::catalog::{Catalog, Setting, SettingError};
use crate::document::ACCOUNT_FORMAT;
use crate::document::catalog::{read_catalog, read_setting};
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Object, Reader, Unique};
use crate::document::tree::{Document, Value};
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, Map, TemplateId, UserId};
use crate::mutes::{Mute, Mutes};
use crate::role::{Role, Standing, Status};
use crate::template::{Template, TemplateError, TemplateName};
use crate::time::Timestamp;

/// What an account document may hold.
const FIELDS: [&str; 9] = [
    "format",
    "id",
    "catalog",
    "revision",
    "seat_limit",
    "features",
    "templates",
    "users",
    "retired",
];

/// What a user of an account document may hold.
pub(super) const USER_FIELDS: [&str; 9] =
    ["id", "email", "role", "status", "accepted", "template", "grants", "mutes", "last_sign_in"];

impl Account {
    /// Reads an account document. A catalog that it names by id is looked up in `known`, which
    /// for most hosts is [`presets::all`](crate::presets::all) or their own; a catalog that it
    /// spells out is built.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: an unknown catalog, key, level, action, role, status,
    /// template or feature (CAT-9); a sub-section without its area (LVL-8); a template that sets
    /// what only users have (TPL-1); ids, emails and template names that are malformed or given
    /// twice; unknown or repeated fields; another format.
    pub fn from_document(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| {
            let object = reader.object(&at, &FIELDS)?;
            reader.format(&object, ACCOUNT_FORMAT);
            let id = object.required(reader, "id").and_then(|at| reader.id(at, AccountId::parse));
            let catalog = reader.catalog(&object, known);
            reader.account(&object, id, catalog)
        })
    }
}

impl Reader {
    /// The catalog of an account or agency, and whether it is spelled out.
    pub(super) fn catalog(
        &mut self,
        object: &Object<'_>,
        known: &[Catalog],
    ) -> Option<(Catalog, bool)> {
        let at = object.required(self, "catalog")?;
        let Value::Text(given) = &at.node.value else {
            return Some((read_catalog(self, at)?, true));
        };
        let found = known.iter().find(|catalog| catalog.id() == &**given);
        let unknown = || DocumentFault::UnknownCatalog {
            given: given.clone(),
            known: quoted(known.iter().map(Catalog::id)),
        };
        Some((self.take(at, found.cloned().ok_or_else(unknown))?, false))
    }

    /// A subaccount: its format and catalog may be left out, since the agency says them.
    pub(super) fn subaccount(
        &mut self,
        at: At<'_>,
        catalog: &Catalog,
        inline: bool,
    ) -> Option<Account> {
        self.subaccount_of(at, Some((catalog, inline)), &mut Unique::new("account id"))
    }

    /// The same, of an agency whose catalog may be unknown; its id must not be among `ids`.
    pub(super) fn subaccount_of(
        &mut self,
        at: At<'_>,
        catalog: Option<(&Catalog, bool)>,
        ids: &mut Unique,
    ) -> Option<Account> {
        let object = self.object(&at, &FIELDS)?;
        if let Some(format) = object.optional("format") {
            self.format_at(format, ACCOUNT_FORMAT);
        }
        let id = object.required(self, "id").and_then(|at| {
            let id = self.id(at, AccountId::parse)?;
            ids.claim(self, at, id.as_str(), id.as_str(), id.as_str());
            Some(id)
        });
        let own = object.optional("catalog");
        if let Some(own) = own {
            self.same_catalog(own, catalog.map(|(catalog, _)| catalog));
        }
        let spelled_out = own.is_some_and(|own| !matches!(own.node.value, Value::Text(_)));
        let catalog = catalog.map(|(catalog, inline)| (catalog.clone(), inline && spelled_out));
        self.account(&object, id, catalog)
    }

    /// Checks that the catalog that a subaccount says is its agency's.
    fn same_catalog(&mut self, own: At<'_>, wanted: Option<&Catalog>) {
        let (given, is_same) = match &own.node.value {
            Value::Text(given) => {
                (given.clone(), wanted.is_some_and(|wanted| wanted.id() == &**given))
            }
            _ => match read_catalog(self, own) {
                Some(given) => (given.id().into(), wanted == Some(&given)),
                None => return,
            },
        };
        if let Some(wanted) = wanted.filter(|_| !is_same) {
            let wanted = wanted.id().into();
            self.fault(own, DocumentFault::OtherCatalog { given, wanted });
        }
    }

    /// What an unknown catalog does not hide is read all the same, for its problems.
    fn account(
        &mut self,
        object: &Object<'_>,
        id: Option<AccountId>,
        catalog: Option<(Catalog, bool)>,
    ) -> Option<Account> {
        let known = catalog.as_ref().map(|(catalog, _)| catalog);
        let revision = object.optional("revision");
        let revision = revision.map(|at| self.number(at, "a number from 0"));
        let seat_limit = object.optional("seat_limit");
        let seat_limit = seat_limit.map(|at| self.number(at, "a number of seats"));
        let features = known.map(|known| self.features(object.optional("features"), known));
        let templates = self.templates(object.optional("templates"), known);
        let mut ids = Unique::new("user id");
        let users = self.users(object.optional("users"), known, &templates, &mut ids);
        let retired = self.each(object.optional("retired"), |reader, item| {
            let id = reader.id(item, UserId::parse)?;
            ids.claim(reader, item, id.as_str(), id.as_str(), id.as_str());
            Some(id)
        });
        let (catalog, inline_catalog) = catalog?;
        let mut account = Account::starting(id?, catalog, features?);
        account.inline_catalog = inline_catalog;
        // What cannot be written has its problem noted above.
        for template in templates.into_values().flatten() {
            account.write(&Edit::Template(Altered::Added(Arc::new(template)))).ok()?;
        }
        for (_, user) in users {
            account.write(&Edit::User(Altered::Added(Arc::new(user)))).ok()?;
        }
        for user in retired {
            account.retire(user);
        }
        account.resume(revision.unwrap_or(Some(0))?, seat_limit.flatten());
        Some(account)
    }

    pub(super) fn id<T>(
        &mut self,
        at: At<'_>,
        parse: impl FnOnce(&str) -> Result<T, crate::key::IdError>,
    ) -> Option<T> {
        let text = self.text(at)?;
        self.take(at, parse(text))
    }

    pub(super) fn features(&mut self, at: Option<At<'_>>, catalog: &Catalog) -> Features {
        let mut features = Features::new(catalog);
        let mut unique = Unique::new("feature");
        let Some(at) = at else { return features };
        for item in self.list(&at) {
            let Some(given) = self.text(item) else {
                continue;
            };
            let turned_on = features.turn_on(given);
            if let (Some(()), Ok(id)) = (self.take(item, turned_on), catalog.tree().find(given)) {
                unique.claim(self, item, given, &catalog.tree().node(id).path, given);
            }
        }
        features
    }

    /// The templates by id. One that has problems is there by its id alone, for users to refer to.
    fn templates(
        &mut self,
        at: Option<At<'_>>,
        catalog: Option<&Catalog>,
    ) -> Map<TemplateId, Option<Template>> {
        let mut templates = Map::default();
        let (mut ids, mut names) = (Unique::new("template id"), Unique::new("template name"));
        let Some(at) = at else { return templates };
        for item in self.list(&at) {
            let Some(object) = self.object(&item, &["id", "name", "grants"]) else {
                continue;
            };
            let id = object.required(self, "id").and_then(|at| {
                let id = self.id(at, TemplateId::parse)?;
                ids.claim(self, at, id.as_str(), id.as_str(), id.as_str());
                Some(id)
            });
            let name = object.required(self, "name").and_then(|at| {
                let name = self.text(at)?;
                let parsed = TemplateName::parse(name).map_err(TemplateError::from);
                if let Some(parsed) = self.take(at, parsed) {
                    let by = id.as_ref().map_or("", TemplateId::as_str);
                    names.claim(self, at, name, parsed.folded(), by);
                }
                Some(name)
            });
            let grants = object.required(self, "grants").zip(catalog);
            let grants =
                grants.and_then(|(at, catalog)| self.grants(at, catalog, Holder::Template));
            if let Some(id) = id {
                // A template that cannot be has its problem noted above.
                let template = name.zip(grants);
                let template = template
                    .and_then(|(name, grants)| Template::new(id.clone(), name, grants).ok());
                templates.insert(id, template);
            }
        }
        templates
    }

    fn users(
        &mut self,
        at: Option<At<'_>>,
        catalog: Option<&Catalog>,
        templates: &Map<TemplateId, Option<Template>>,
        ids: &mut Unique,
    ) -> Map<UserId, User> {
        let mut users = Map::default();
        let mut emails = Unique::new("email");
        let Some(at) = at else { return users };
        for item in self.list(&at) {
            let Some(object) = self.object(&item, &USER_FIELDS) else {
                continue;
            };
            let id_at = object.required(self, "id");
            let id = id_at.and_then(|at| self.id(at, UserId::parse));
            if let (Some(at), Some(id)) = (id_at, &id) {
                ids.claim(self, at, id.as_str(), id.as_str(), id.as_str());
            }
            let email_at = object.required(self, "email");
            let email = email_at.and_then(|at| {
                let given = self.text(at)?;
                self.take(at, Email::parse(given))
            });
            if let (Some(at), Some(email)) = (email_at, &email) {
                let by = id.as_ref().map_or("", UserId::as_str);
                emails.claim(self, at, email.as_str(), email.folded(), by);
            }
            let template = object.optional("template");
            let template = template.and_then(|at| self.template_of(at, templates));
            let Some(catalog) = catalog else {
                self.standing(&object);
                continue;
            };
            if let Some(user) = self.user(&object, id, email, template, catalog) {
                users.insert(user.id().clone(), user);
            }
        }
        users
    }

    pub(super) fn user(
        &mut self,
        object: &Object<'_>,
        id: Option<UserId>,
        email: Option<Email>,
        template: Option<TemplateId>,
        catalog: &Catalog,
    ) -> Option<User> {
        let standing = self.standing(object);
        let grants = object.optional("grants");
        let grants = grants.map(|at| self.grants(at, catalog, Holder::User));
        let mutes = self.mutes(object.optional("mutes"), catalog);
        let holding = Holding {
            role: standing.role?,
            standing: match (standing.status?, standing.accepted) {
                (Status::Invited, _) => Standing::Invited,
                (Status::Active, _) => Standing::Active,
                (Status::Suspended, Some(false)) => Standing::Withheld,
                (Status::Suspended, _) => Standing::Suspended,
            },
            template,
            grants: grants.unwrap_or_else(|| Some(Grants::new(catalog)))?,
            mutes,
        };
        let last_sign_in = standing.last_sign_in.map(Timestamp::from_unix_millis);
        Some(User::new(id?, email?, holding, last_sign_in))
    }

    fn standing(&mut self, object: &Object<'_>) -> GivenStanding {
        let role = object.required(self, "role").and_then(|at| self.role(at));
        let status = object.required(self, "status").and_then(|at| {
            let given = self.text(at)?;
            let status = given.parse::<Status>();
            let unknown = |error| DocumentFault::Status { given: given.into(), error };
            self.take(at, status.map_err(unknown))
        });
        let accepted = object.optional("accepted").and_then(|at| {
            let accepted = self.boolean(at)?;
            let status = status.filter(|status| *status != Status::Suspended);
            if let Some(status) = status {
                self.fault(at, DocumentFault::Accepted { status: status.name() });
            }
            Some(accepted)
        });
        let last_sign_in = object.optional("last_sign_in").and_then(|at| self.integer(at));
        GivenStanding { role, status, accepted, last_sign_in }
    }

    /// A reference to a template that exists (TPL-8).
    fn template_of(
        &mut self,
        at: At<'_>,
        templates: &Map<TemplateId, Option<Template>>,
    ) -> Option<TemplateId> {
        let given = self.text(at)?;
        let found = templates.get_key_value(given).map(|(id, _)| id.clone());
        let unknown = || DocumentFault::UnknownTemplate {
            given: given.into(),
            known: quoted(templates.keys().map(TemplateId::as_str)),
        };
        self.take(at, found.ok_or_else(unknown))
    }

    pub(super) fn role(&mut self, at: At<'_>) -> Option<Role> {
        let given = self.text(at)?;
        let unknown = |error| DocumentFault::Role { given: given.into(), error };
        self.take(at, given.parse::<Role>().map_err(unknown))
    }

    pub(super) fn grants(
        &mut self,
        at: At<'_>,
        catalog: &Catalog,
        holder: Holder,
    ) -> Option<Grants> {
        let mut given: Vec<(&str, Setting)> = Vec::new();
        let mut places = Vec::new();
        let fields = self.map(&at);
        for (path, at) in &fields {
            if let Some(setting) = read_setting(self, *at) {
                given.push((path, setting));
                places.push(*at);
            }
        }
        let complete = given.len() == fields.len();
        let given: Vec<_> = given.iter().map(|(path, setting)| (*path, setting)).collect();
        let (settings, problems) = Settings::read(catalog.tree(), holder, &given);
        let is_valid = problems.is_empty() && complete;
        let tree = catalog.tree();
        let found = fields.iter().filter_map(|(key, _)| tree.find(key).ok());
        let named: BTreeSet<&str> = found.map(|id| &*tree.node(id).path).collect();
        for (position, problem) in problems {
            // An area whose own setting is the problem is not missing as well.
            let is_there = matches!(
                &problem,
                SettingError::AreaMissing { area, .. } if named.contains(&**area)
            );
            if !is_there {
                self.fault(places.get(position).copied().unwrap_or(at), problem);
            }
        }
        is_valid.then(|| Grants::from_settings(catalog, settings))
    }

    fn mutes(&mut self, at: Option<At<'_>>, catalog: &Catalog) -> Mutes {
        let mut mutes = Mutes::new(catalog);
        let mut unique = Unique::new("mute");
        let Some(at) = at else { return mutes };
        for item in self.list(&at) {
            let found = self.text(item).map(|given| Mute::parse(catalog, given));
            let Some(mute) = found.and_then(|found| self.take(item, found)) else {
                continue;
            };
            let name = mute.to_string();
            unique.claim(self, item, &name, &name, &name);
            let noted = mutes.mute_by_name(&name);
            self.take(item, noted);
        }
        mutes
    }
}

/// What a user's document says that no catalog is needed to read.
struct GivenStanding {
    role: Option<Role>,
    status: Option<Status>,
    accepted: Option<bool>,
    last_sign_in: Option<i64>,
}

/// A list of things that serialise.
pub(super) struct List<F>(pub(super) F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

impl Serialize for Account {
    /// Writes the account document, in canonical order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", ACCOUNT_FORMAT)?;
        map.serialize_entry("id", self.id().as_str())?;
        if self.inline_catalog {
            map.serialize_entry("catalog", self.catalog())?;
        } else {
            map.serialize_entry("catalog", self.catalog().id())?;
        }
        map.serialize_entry("revision", &self.revision())?;
        if let Some(limit) = self.seat_limit() {
            map.serialize_entry("seat_limit", &limit)?;
        }
        map.serialize_entry("features", self.features())?;
        map.serialize_entry("templates", &List(|| self.templates()))?;
        map.serialize_entry("users", &List(|| self.users()))?;
        if self.retired_users().next().is_some() {
            let ids = || self.retired_users().map(UserId::as_str);
            map.serialize_entry("retired", &List(ids))?;
        }
        map.end()
    }
}

impl Serialize for User {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.id().as_str())?;
        map.serialize_entry("email", self.email().as_str())?;
        map.serialize_entry("role", self.role().name())?;
        map.serialize_entry("status", self.status().name())?;
        if self.status() == Status::Suspended && !self.has_accepted() {
            map.serialize_entry("accepted", &false)?;
        }
        if let Some(template) = self.template() {
            map.serialize_entry("template", template.as_str())?;
        }
        if !self.grants().is_empty() {
            map.serialize_entry("grants", self.grants())?;
        }
        if !self.mutes().is_empty() {
            map.serialize_entry("mutes", self.mutes())?;
        }
        if let Some(time) = self.last_sign_in() {
            map.serialize_entry("last_sign_in", &time.unix_millis())?;
        }
        map.end()
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.id().as_str())?;
        map.serialize_entry("name", self.name())?;
        map.serialize_entry("grants", self.grants())?;
        map.end()
    }
}

impl Serialize for Grants {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for Mutes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|mute| mute.to_string()))
    }
}

impl Serialize for Features {
    /// Writes the paths of what is on, but for what always is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.set_paths())
    }
}
