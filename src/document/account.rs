use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::sync::Arc;
use core::borrow::Borrow;

use serde::ser::{Serialize, Serializer};
use smallvec::SmallVec;

use crate::account::{
    Account, AccountName, Altered, AtLimit, Edit, Invitation, InvitationLifetime, Terms, User,
};
use crate::catalog::settings::{Holder, Settings};
use crate::catalog::tree::NodeId;
use crate::catalog::{Catalog, Setting};
use crate::document::ACCOUNT_FORMAT;
use crate::document::claims::{Claims, Unique};
use crate::document::ignored::Ignored;
use crate::document::keys::key_memory;
use crate::document::leaf::{KeyMemory, Revision};
use crate::document::problem::{DocumentError, DocumentFault, either};
use crate::document::reader::{At, Reader};
use crate::document::shape::{Later, Part, Stored, parts, shape};
use crate::document::tree::{Document, Node};
use crate::document::written::{List, any};
use crate::email::Email;
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, TemplateId, UserId};
use crate::ledger::Digest;
use crate::mutes::{Mute, Mutes};
use crate::profile::Holding;
use crate::role::{Role, Standing, Status};
use crate::template::{Template, TemplateError};
use crate::template_name::TemplateName;
use crate::time::Timestamp;

parts! {
    /// An account, or a subaccount, which may leave out what its agency says.
    AccountParts of form: Form<'_> {
        format: optional Later = Some(ACCOUNT_FORMAT),
        id: required AccountId = form.account.id(),
        name: optional AccountName = form.account.name(),
        catalog: optional Later = Some(&CatalogForm {
            catalog: form.account.catalog(),
            is_known: form.is_subaccount,
        }),
        revision: optional Revision<0> = Some(&form.account.revision()),
        head: optional Digest = &form.account.history.last_change(),
        key_memory: optional KeyMemory = &key_memory(&form.account.history.keys),
        keys: optional Later = &any(|| form.account.history.keys.recent.iter()),
        seat_limit: optional u32 = &form.account.seat_limit(),
        seats: optional AtLimit = &at_limit(form.account),
        invitation_lifetime: optional InvitationLifetime = &form.account.invitation_lifetime(),
        features: optional Later = Some(form.account.features()),
        templates: optional Later = Some(&List(|| form.account.templates())),
        users: optional Later = Some(&List(|| form.account.users())),
        retired: optional Later = &any(|| form.account.retired_users()),
    }
}

parts! {
    UserParts of user: User {
        id: required UserId = user.id(),
        email: required Email = user.email(),
        role: required Role = &user.role(),
        status: required Status = &user.status(),
        accepted: optional bool = &is_withheld(user).then_some(false),
        invitation: optional Invitation = &user.invitation(),
        template: optional TemplateId = user.template(),
        grants: optional Grants = Some(user.grants()).filter(|grants| !grants.is_empty()),
        mutes: optional Mutes = Some(user.mutes()).filter(|mutes| !mutes.is_empty()),
        last_sign_in: optional Timestamp = &user.last_sign_in(),
    }
}

parts! {
    TemplateParts of template: Template {
        id: required TemplateId = template.id(),
        name: required Box<str> = template.name(),
        description: optional Box<str> = template.description(),
        grants: required TemplateGrants = template.grants(),
    }
}

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
        Self::from_document_with_ignored(document, known).map(|(account, _)| account)
    }

    /// Reads an account document, and says which retired keys it names, to no effect (EVO-5).
    ///
    /// ```
    /// use bailiwick::document::Document;
    /// use bailiwick::{Account, presets};
    ///
    /// let document: Document = serde_json::from_str(
    ///     r#"{
    ///         "format": "bailiwick/account/1",
    ///         "id": "acme", "catalog": "studio/2026-06",
    ///         "features": ["plan.enterprise", "plan.audit_log"]
    ///     }"#,
    /// )?;
    /// let known = presets::all();
    /// let (_, ignored) =
    ///     Account::from_document_with_ignored(&document, &known)?;
    /// assert_eq!(
    ///     ignored.to_string(),
    ///     "features[1]: ignored `plan.audit_log`, which is retired\n",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_document`](Self::from_document).
    pub fn from_document_with_ignored(
        document: &Document,
        known: &[Catalog],
    ) -> Result<(Self, Ignored), DocumentError> {
        Reader::read_with_ignored(document, |reader, at| {
            let parts = AccountParts::read(reader, &at)?;
            let format = reader.needed(at, &parts.format);
            reader.format(format, ACCOUNT_FORMAT);
            let catalog = reader.needed(at, &parts.catalog);
            reader.catalog = catalog.and_then(|at| reader.catalog(at, known));
            reader.account(parts)
        })
    }
}

impl Reader {
    /// The catalog of an account or agency.
    pub(super) fn catalog(&mut self, at: At<'_>, known: &[Catalog]) -> Option<Catalog> {
        let Some(given) = at.node.text() else {
            let inline = Catalog::read(self, at)?;
            return self.known_or_new(at, inline, known);
        };
        let found = known.iter().find(|catalog| catalog.id() == given);
        let unknown = || DocumentFault::UnknownCatalog {
            given: given.into(),
            known: either(known.iter().map(Catalog::id)),
        };
        self.found(at, found.cloned(), unknown)
    }

    /// A subaccount on the agency's catalog, which may be unknown; its id must not be among `ids`.
    pub(super) fn subaccount(&mut self, at: At<'_>, ids: &mut Claims) -> Option<Account> {
        let parts = AccountParts::read(self, &at)?;
        self.format(parts.format.at, ACCOUNT_FORMAT);
        ids.claim_id(self, &parts.id);
        if let Some(own) = parts.catalog.at {
            self.same_catalog(own);
        }
        self.account(parts)
    }

    /// Checks that the catalog that a subaccount says is its agency's.
    fn same_catalog(&mut self, own: At<'_>) {
        let wanted = self.catalog.clone();
        let given = match own.node.text() {
            Some(given) => Some((given.into(), wanted.as_ref().map(Catalog::id) == Some(given))),
            None => Catalog::read(self, own)
                .map(|given| (given.id().into(), wanted.as_ref() == Some(&given))),
        };
        if let (Some(wanted), Some((given, false))) = (wanted, given) {
            let wanted = wanted.id().into();
            self.fault(own, DocumentFault::OtherCatalog { given, wanted });
        }
    }

    /// What can be read without the catalog is read even if that is unknown, to report its
    /// problems.
    ///
    /// The account is filled while it is read, and dropped at the first problem, so that no
    /// document, good or bad, is in memory twice.
    fn account(&mut self, parts: AccountParts<'_>) -> Option<Account> {
        let AccountParts { format: _, id, catalog: _, name, revision, head, seat_limit, .. } =
            parts;
        let AccountParts { seats, invitation_lifetime, key_memory, keys, .. } = parts;
        let revision = revision.value.unwrap_or(Revision(0));
        let keys = self.keys(keys.at, key_memory.value, revision);
        let features = match parts.features.at {
            Some(at) => Features::read(self, at),
            None => self.catalog.as_ref().map(Features::new),
        };
        let account = id.value.zip(self.catalog.clone()).zip(features);
        let mut account =
            account.map(|((id, catalog), features)| Account::starting(id, catalog, features));
        let templates = self.templates(parts.templates.at, &mut account);
        let mut ids = Claims::new("user id", |id| id.into());
        self.users(parts.users.at, &templates, &mut ids, &mut account);
        self.retired(parts.retired.at, ids, &mut account);
        let mut account = account.filter(|_| self.is_clean())?;
        let terms = Terms {
            name: name.value,
            seat_limit: seat_limit.value,
            at_limit: seats.value.unwrap_or(AtLimit::Refuse),
            invitation_lifetime: invitation_lifetime.value,
        };
        account.history.resume(revision.0, head.value, keys);
        account.resume(terms);
        Some(account)
    }

    /// The ids of deleted users, of which there may be any number. The account knows those that it
    /// has, so that they are only claimed if there is no account.
    fn retired(&mut self, at: Option<At<'_>>, mut ids: Claims, account: &mut Option<Account>) {
        let Some(at) = at else { return };
        let retire = |account: &mut Account, item: Node<'_>| {
            let id = item.text().and_then(|id| UserId::parse(id).ok());
            id.is_some_and(|id| account.retire(id))
        };
        if let (Some(account), Some(mut items)) = (account.as_mut(), at.node.items())
            && self.is_clean()
            && items.all(|item| retire(account, item))
        {
            return;
        }
        *account = None;
        self.each(Some(at), |reader, item| {
            let user: Part<'_, UserId> = Part::read(reader, item);
            ids.claim_id(reader, &user);
        });
    }

    /// Writes what was read, unless there was a problem before: what cannot be written has one.
    fn write(&self, account: &mut Option<Account>, edit: &Edit) {
        let is_written = |account: &mut Account| self.is_clean() && account.write(edit).is_ok();
        if !account.as_mut().is_some_and(is_written) {
            *account = None;
        }
    }

    /// The ids of the templates. Of one that has problems there is only the id, for users to refer
    /// to.
    fn templates(&mut self, at: Option<At<'_>>, account: &mut Option<Account>) -> Claims {
        let mut ids = Claims::new("template id", |id| id.into());
        let mut names = Claims::new("template name", |name| match TemplateName::parse(name) {
            Ok(name) => name.folded().to_owned().into(),
            Err(_) => name.into(),
        });
        self.each(at, |reader, item| {
            let Some(parts) = TemplateParts::read(reader, &item) else { return };
            ids.claim_id(reader, &parts.id);
            if let (Some(at), Some(name)) = (parts.name.at, &parts.name.value)
                && let Ok(parsed) = TemplateName::parse(name)
            {
                names.claim(reader, at, (parsed.folded(), name), parts.id.at_if_read());
            }
            if let Some(template) = parts.finish(reader) {
                reader.write(account, &Edit::Template(Altered::Added(Arc::new(template))));
            }
        });
        ids
    }

    fn users(
        &mut self,
        at: Option<At<'_>>,
        templates: &Claims,
        ids: &mut Claims,
        account: &mut Option<Account>,
    ) {
        let mut emails = Claims::new("email", |email| match Email::parse(email) {
            Ok(email) => email.folded().to_owned().into(),
            Err(_) => email.into(),
        });
        self.each(at, |reader, item| {
            let Some(parts) = UserParts::read(reader, &item) else { return };
            ids.claim_id(reader, &parts.id);
            if let (Some(at), Some(email)) = (parts.email.at, &parts.email.value) {
                let texts = (email.folded(), email.as_str());
                emails.claim(reader, at, texts, parts.id.at_if_read());
            }
            if let (Some(at), Some(template)) = (parts.template.at, &parts.template.value)
                && !templates.holds(at.node, template.as_str())
            {
                // A reference to a template that exists (TPL-8).
                reader.unknown::<()>(at, "template", templates.texts(at.node));
            }
            if let Some(user) = parts.finish(reader) {
                reader.write(account, &Edit::User(Altered::Added(Arc::new(user))));
            }
        });
    }

    fn grants(&mut self, at: At<'_>, holder: Holder) -> Option<Grants> {
        let catalog = self.catalog.clone()?;
        let tree = catalog.tree();
        let mut settings = Settings::default();
        let mut is_valid = at.node.fields().is_some();
        let mut sub_sections: SmallVec<[(NodeId, At<'_>); 4]> = SmallVec::new();
        let mut bad_areas = BTreeSet::new();
        let mut fields = self.map(&at);
        while let Some((path, at)) = fields.next(self) {
            let setting = Setting::read(self, at);
            if setting.is_some() && self.is_retired(at, path) {
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
                // An area whose own setting has a problem is not reported as missing.
                if tree.node(id).area.is_some_and(|area| !bad_areas.contains(&area)) {
                    self.fault(at, problem);
                }
            }
        }
        is_valid.then(|| Grants::from_settings(&catalog, settings))
    }
}

/// What becomes of invitations at the limit, if they are not refused.
fn at_limit(account: &Account) -> Option<AtLimit> {
    Some(account.seats().at_limit()).filter(|at_limit| *at_limit != AtLimit::Refuse)
}

shape! {
    Invitation { sent, generation }
}

impl UserParts<'_> {
    fn finish(self, reader: &mut Reader) -> Option<User> {
        let Self { id, email, role, status, accepted, invitation, template, .. } = self;
        let Self { grants, mutes, last_sign_in, .. } = self;
        let other = status.value.filter(|status| *status != Status::Suspended);
        if let (Some(at), Some(_), Some(status)) = (accepted.at, accepted.value, other) {
            reader.fault(at, DocumentFault::Accepted { status: status.name() });
        }
        let standing = status.value.map(|status| Standing::of(status, accepted.value));
        let other = standing.filter(|standing| standing.has_accepted());
        if let (Some(at), Some(_), Some(standing)) = (invitation.at, invitation.value, other) {
            let status = standing.status().name();
            reader.fault(at, DocumentFault::Invitation { status });
        }
        let catalog = reader.catalog.as_ref()?;
        let holding = Holding {
            role: role.value?,
            standing: standing?,
            template: template.optional()?,
            grants: grants.optional()?.unwrap_or_else(|| Grants::new(catalog)),
            mutes: mutes.optional()?.unwrap_or_else(|| Mutes::new(catalog)),
        };
        let (invitation, last_sign_in) = (invitation.optional()?, last_sign_in.optional()?);
        Some(User::new(id.value?, email.value?, holding, invitation, last_sign_in))
    }
}

impl Stored for User {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        UserParts::read(reader, &at)?.finish(reader)
    }
}

impl TemplateParts<'_> {
    fn finish(self, reader: &mut Reader) -> Option<Template> {
        let name = self.name.at.zip(self.name.value).and_then(|(at, name)| {
            let parsed = TemplateName::parse(&name).map_err(TemplateError::from);
            reader.take(at, parsed).map(|_| name)
        });
        let TemplateGrants(grants) = self.grants.value?;
        // What cannot be a template has its problem noted above.
        let template = Template::new(self.id.value?, &name?, grants).ok()?;
        match self.description.at.zip(self.description.optional()?) {
            Some((at, description)) => reader.take(at, template.describe(&description)),
            None => Some(template),
        }
    }
}

impl Stored for Template {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        TemplateParts::read(reader, &at)?.finish(reader)
    }
}

impl Stored for Grants {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.grants(at, Holder::User)
    }
}

/// Grants without what only users have.
pub(super) struct TemplateGrants(Grants);

impl Stored for TemplateGrants {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.grants(at, Holder::Template).map(Self)
    }
}

impl Stored for Mutes {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let catalog = reader.catalog.clone()?;
        let mut mutes = Self::new(&catalog);
        let mut unique = Unique::new("mute");
        for item in reader.list(&at) {
            let given = reader.text(item).filter(|given| !reader.is_retired(item, given));
            let found = given.map(|given| Mute::parse(&catalog, given));
            let Some(mute) = found.and_then(|found| reader.take(item, found)) else {
                continue;
            };
            let name = mute.to_string();
            unique.claim(reader, item, &name, &name, &name);
            let noted = mutes.mute_by_name(&name);
            reader.take(item, noted);
        }
        Some(mutes)
    }
}

impl Stored for Features {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let catalog = reader.catalog.clone()?;
        let mut features = Self::new(&catalog);
        let mut unique = Unique::new("feature");
        for item in reader.list(&at) {
            let Some(given) = reader.text(item) else {
                continue;
            };
            if reader.is_retired(item, given)
                || (!catalog.tree().has(given) && reader.is_only_counted(item))
            {
                continue;
            }
            let turned_on = features.turn_on(given);
            if let (Some(()), Ok(id)) = (reader.take(item, turned_on), catalog.tree().find(given)) {
                unique.claim(reader, item, given, &catalog.tree().node(id).path, given);
            }
        }
        Some(features)
    }
}

fn is_withheld(user: &User) -> bool {
    user.status() == Status::Suspended && !user.has_accepted()
}

/// An account as a document of its own, or as a part of an agency's, which says the catalog.
pub(super) struct Form<'a> {
    account: &'a Account,
    is_subaccount: bool,
}

impl Serialize for Account {
    /// Writes the account document, in canonical order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Form { account: self, is_subaccount: false }.serialize(serializer)
    }
}

/// A subaccount within a document of its agency.
pub(super) struct Subaccount<A>(pub(super) A);

impl Stored for Subaccount<Arc<Account>> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let account = reader.subaccount(at, &mut Claims::new("account id", |id| id.into()));
        account.map(|account| Self(Arc::new(account)))
    }
}

impl<A: Borrow<Account>> Serialize for Subaccount<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Form { account: self.0.borrow(), is_subaccount: true }.serialize(serializer)
    }
}

/// A catalog by its id, or all of it if readers do not know it.
pub(super) struct CatalogForm<'a> {
    pub(super) catalog: &'a Catalog,
    /// Whether the document around it says the catalog already.
    pub(super) is_known: bool,
}

impl Serialize for CatalogForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.catalog.is_inline() && !self.is_known {
            self.catalog.serialize(serializer)
        } else {
            serializer.serialize_str(self.catalog.id())
        }
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
    /// Writes the paths of what is on, except what always is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.set_paths())
    }
}
