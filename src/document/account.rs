use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use smallvec::SmallVec;

use crate::account::{Account, Altered, Edit, User};
use crate::catalog::Catalog;
use crate::catalog::message::quoted;
use crate::catalog::settings::{Holder, Settings};
use crate::catalog::tree::NodeId;
use crate::document::ACCOUNT_FORMAT;
use crate::document::catalog::{read_catalog, read_setting};
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Claims, Object, Reader, Unique};
use crate::document::tree::{Document, Node, Value};
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, TemplateId, UserId};
use crate::mutes::{Mute, Mutes};
use crate::profile::Holding;
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
    /// A catalog that is spelled out and equal to one in `known`, or to a preset, is that one: no
    /// second copy is kept. One that only has the id or the stamp of such a catalog is refused
    /// (CAT-18).
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
        let Value::Text(given) = at.value() else {
            let inline = read_catalog(self, at)?;
            return Some((self.known_or_new(at, inline, known)?, true));
        };
        let found = known.iter().find(|catalog| catalog.id() == given);
        let unknown = || DocumentFault::UnknownCatalog {
            given: given.into(),
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
        let mut ids = Claims::new("account id", |id| id.into());
        self.subaccount_of(at, Some((catalog, inline)), &mut ids)
    }

    /// The same, of an agency whose catalog may be unknown; its id must not be among `ids`.
    pub(super) fn subaccount_of(
        &mut self,
        at: At<'_>,
        catalog: Option<(&Catalog, bool)>,
        ids: &mut Claims,
    ) -> Option<Account> {
        let object = self.object(&at, &FIELDS)?;
        if let Some(format) = object.optional("format") {
            self.format_at(format, ACCOUNT_FORMAT);
        }
        let id = object.required(self, "id").and_then(|at| {
            let id = self.id(at, AccountId::parse)?;
            ids.claim(self, at, (id.as_str(), id.as_str()), None);
            Some(id)
        });
        let own = object.optional("catalog");
        if let Some(own) = own {
            self.same_catalog(own, catalog.map(|(catalog, _)| catalog));
        }
        let spelled_out = own.is_some_and(|own| !matches!(own.value(), Value::Text(_)));
        let catalog = catalog.map(|(catalog, inline)| (catalog.clone(), inline && spelled_out));
        self.account(&object, id, catalog)
    }

    /// Checks that the catalog that a subaccount says is its agency's.
    fn same_catalog(&mut self, own: At<'_>, wanted: Option<&Catalog>) {
        let (given, is_same) = match own.value() {
            Value::Text(given) => (given.into(), wanted.is_some_and(|wanted| wanted.id() == given)),
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
    ///
    /// The account is written as it is read, and given up at the first problem, so that neither a
    /// good document nor a bad one is in memory twice.
    fn account(
        &mut self,
        object: &Object<'_>,
        id: Option<AccountId>,
        catalog: Option<(Catalog, bool)>,
    ) -> Option<Account> {
        let known = catalog.as_ref().map(|(catalog, _)| catalog.clone());
        let known = known.as_ref();
        let revision = object.optional("revision").map(|at| self.revision(at, 0));
        let seat_limit = object.optional("seat_limit");
        let seat_limit = seat_limit.map(|at| self.number(at, "a number of seats"));
        let features = known.map(|known| self.features(object.optional("features"), known));
        let mut account =
            id.zip(catalog).zip(features).map(|((id, (catalog, inline_catalog)), features)| {
                let mut account = Account::starting(id, catalog, features);
                account.inline_catalog = inline_catalog;
                account
            });
        let templates = self.templates(object.optional("templates"), known, &mut account);
        let mut ids = Claims::new("user id", |id| id.into());
        self.users(object.optional("users"), known, &templates, &mut ids, &mut account);
        self.retired(object.optional("retired"), ids, &mut account);
        let mut account = account.filter(|_| self.is_clean())?;
        account.resume(revision.flatten().unwrap_or_default(), seat_limit.flatten());
        Some(account)
    }

    /// The ids of deleted users, of which there may be any number. The account knows whether it has
    /// one already, so that they are only claimed beside no account.
    fn retired(&mut self, at: Option<At<'_>>, mut ids: Claims, account: &mut Option<Account>) {
        let Some(at) = at else { return };
        let retire = |account: &mut Account, item: Node<'_>| match item.value() {
            Value::Text(id) => UserId::parse(id).is_ok_and(|id| account.retire(id)),
            _ => false,
        };
        if let (Some(account), Value::List(mut items)) = (account.as_mut(), at.value())
            && self.is_clean()
            && items.all(|item| retire(account, item))
        {
            return;
        }
        *account = None;
        self.each(Some(at), |reader, item| {
            if let Some(user) = reader.id(item, UserId::parse) {
                ids.claim(reader, item, (user.as_str(), user.as_str()), None);
            }
        });
    }

    /// Writes what was read, unless there was a problem before: what cannot be written has one.
    fn write(&self, account: &mut Option<Account>, edit: &Edit) {
        let is_written = |account: &mut Account| self.is_clean() && account.write(edit).is_ok();
        if !account.as_mut().is_some_and(is_written) {
            *account = None;
        }
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
            // What is retired may still be named, to no effect (EVO-5).
            if catalog.is_retired(given)
                || (!catalog.tree().has(given) && self.is_only_counted(item))
            {
                continue;
            }
            let turned_on = features.turn_on(given);
            if let (Some(()), Ok(id)) = (self.take(item, turned_on), catalog.tree().find(given)) {
                unique.claim(self, item, given, &catalog.tree().node(id).path, given);
            }
        }
        features
    }

    /// The ids of the templates. One that has problems is there by its id alone, for users to
    /// refer to.
    fn templates(
        &mut self,
        at: Option<At<'_>>,
        catalog: Option<&Catalog>,
        account: &mut Option<Account>,
    ) -> Claims {
        let mut ids = Claims::new("template id", |id| id.into());
        let mut names = Claims::new("template name", |name| match TemplateName::parse(name) {
            Ok(name) => name.folded().to_owned().into(),
            Err(_) => name.into(),
        });
        self.each(at, |reader, item| {
            let Some(object) = reader.object(&item, &["id", "name", "grants"]) else {
                return;
            };
            let id_at = object.required(reader, "id");
            let id = id_at.and_then(|at| {
                let id = reader.id(at, TemplateId::parse)?;
                ids.claim(reader, at, (id.as_str(), id.as_str()), None);
                Some(id)
            });
            let name = object.required(reader, "name").and_then(|at| {
                let name = reader.text(at)?;
                let parsed = TemplateName::parse(name).map_err(TemplateError::from);
                if let Some(parsed) = reader.take(at, parsed) {
                    let texts = (parsed.folded(), name);
                    names.claim(reader, at, texts, id_at.filter(|_| id.is_some()));
                }
                Some(name)
            });
            let grants = object.required(reader, "grants").zip(catalog);
            let grants =
                grants.and_then(|(at, catalog)| reader.grants(at, catalog, Holder::Template));
            // A template that cannot be has its problem noted above.
            let template = id.zip(name.zip(grants));
            let template =
                template.and_then(|(id, (name, grants))| Template::new(id, name, grants).ok());
            if let Some(template) = template {
                reader.write(account, &Edit::Template(Altered::Added(Arc::new(template))));
            }
        });
        ids
    }

    fn users(
        &mut self,
        at: Option<At<'_>>,
        catalog: Option<&Catalog>,
        templates: &Claims,
        ids: &mut Claims,
        account: &mut Option<Account>,
    ) {
        let mut emails = Claims::new("email", |email| match Email::parse(email) {
            Ok(email) => email.folded().to_owned().into(),
            Err(_) => email.into(),
        });
        self.each(at, |reader, item| {
            let Some(object) = reader.object(&item, &USER_FIELDS) else {
                return;
            };
            let id_at = object.required(reader, "id");
            let id = id_at.and_then(|at| {
                let id = reader.id(at, UserId::parse)?;
                ids.claim(reader, at, (id.as_str(), id.as_str()), None);
                Some(id)
            });
            let email = object.required(reader, "email").and_then(|at| {
                let given = reader.text(at)?;
                let email = reader.take(at, Email::parse(given))?;
                let texts = (email.folded(), email.as_str());
                emails.claim(reader, at, texts, id_at.filter(|_| id.is_some()));
                Some(email)
            });
            let template = object.optional("template");
            let template = template.and_then(|at| reader.template_of(at, templates));
            let Some(catalog) = catalog else {
                reader.standing(&object);
                return;
            };
            if let Some(user) = reader.user(&object, id, email, template, catalog) {
                reader.write(account, &Edit::User(Altered::Added(Arc::new(user))));
            }
        });
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
            standing: Standing::of(standing.status?, standing.accepted),
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
    fn template_of(&mut self, at: At<'_>, templates: &Claims) -> Option<TemplateId> {
        let given = self.text(at)?;
        let is_known = templates.holds(at.node, given).then_some(());
        let unknown = || DocumentFault::UnknownTemplate {
            given: given.into(),
            known: quoted(templates.texts(at.node)),
        };
        self.found(at, is_known, unknown)?;
        TemplateId::parse(given).ok()
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
        let tree = catalog.tree();
        let mut settings = Settings::default();
        let mut is_valid = matches!(at.value(), Value::Object(_));
        let mut sub_sections: SmallVec<[(NodeId, At<'_>); 4]> = SmallVec::new();
        let mut bad_areas = BTreeSet::new();
        let mut fields = self.map(&at);
        while let Some((path, at)) = fields.next(self) {
            let setting = read_setting(self, at);
            if setting.is_some() && catalog.is_retired(path) {
                continue;
            }
            if setting.is_some() && !tree.has(path) && self.is_only_counted(at) {
                is_valid = false;
                continue;
            }
            let added = setting.map(|setting| settings.add(tree, holder, path, &setting));
            match added.and_then(|added| self.take(at, added)) {
                Some(id) if tree.node(id).area.is_some() => sub_sections.push((id, at)),
                Some(_) => {}
                None => {
                    is_valid = false;
                    bad_areas.extend(tree.find(path).ok());
                }
            }
        }
        for (id, at) in sub_sections {
            if let Err(problem) = settings.require_area(tree, id) {
                is_valid = false;
                // An area whose own setting is the problem is not missing as well.
                if tree.node(id).area.is_some_and(|area| !bad_areas.contains(&area)) {
                    self.fault(at, problem);
                }
            }
        }
        is_valid.then(|| Grants::from_settings(catalog, settings))
    }

    fn mutes(&mut self, at: Option<At<'_>>, catalog: &Catalog) -> Mutes {
        let mut mutes = Mutes::new(catalog);
        let mut unique = Unique::new("mute");
        let Some(at) = at else { return mutes };
        for item in self.list(&at) {
            let given = self.text(item).filter(|given| !catalog.is_retired(given));
            let found = given.map(|given| Mute::parse(catalog, given));
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
