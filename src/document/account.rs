use alloc::sync::Arc;
use core::borrow::Borrow;

use serde::ser::{Serialize, Serializer};

use crate::account::{Account, AccountName, AtLimit, InvitationLifetime, Terms};
use crate::catalog::Catalog;
use crate::document::ACCOUNT_FORMAT;
use crate::document::claims::Claims;
use crate::document::ignored::Ignored;
use crate::document::keys::key_memory;
use crate::document::leaf::{KeyMemory, Revision};
use crate::document::problem::{DocumentError, DocumentFault, either};
use crate::document::reader::{At, Reader};
use crate::document::shape::{Later, Part, Stored, parts};
use crate::document::tree::{Document, Node};
use crate::document::written::{List, any};
use crate::features::Features;
use crate::key::{AccountId, UserId};
use crate::ledger::Digest;
use crate::permission::Stamp;

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
        stamp: optional Stamp = &(!form.is_subaccount).then(|| form.account.catalog().stamp()),
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
            reader.catalog = catalog.and_then(|at| reader.catalog(at, &parts.stamp, known));
            reader.account(parts)
        })
    }
}

impl Reader {
    /// The catalog of an account or agency: the one that it was stored under. Of several known
    /// ones with its id that is the one with its stamp; written by hand, without a stamp, it means
    /// the first (EVO-1).
    pub(super) fn catalog(
        &mut self,
        at: At<'_>,
        stamp: &Part<'_, Stamp>,
        known: &[Catalog],
    ) -> Option<Catalog> {
        let Some(given) = at.node.text() else {
            let inline = Catalog::read(self, at)?;
            let catalog = self.known_or_new(at, inline, known)?;
            return self.is_unchanged(&catalog, stamp).then_some(catalog);
        };
        let mut of_id = known.iter().filter(|catalog| catalog.id() == given);
        let first = of_id.clone().next();
        let same = of_id.find(|catalog| stamp.value.is_none_or(|own| own == catalog.stamp()));
        let found = same.or_else(|| first.filter(|known| self.is_unchanged(known, stamp)));
        if found.is_none() && first.is_some() {
            return None;
        }
        let unknown = || DocumentFault::UnknownCatalog {
            given: given.into(),
            known: either(known.iter().map(Catalog::id)),
        };
        self.found(at, found.cloned(), unknown)
    }

    /// Whether what is read was stored under this catalog as it is now (EVO-1).
    pub(super) fn is_unchanged(&mut self, catalog: &Catalog, stamp: &Part<'_, Stamp>) -> bool {
        let (Some(at), Some(given)) = (stamp.at, stamp.value) else { return true };
        let is_unchanged = given == catalog.stamp();
        if !is_unchanged {
            let (id, known) = (catalog.id().into(), catalog.stamp());
            self.fault(at, DocumentFault::CatalogChanged { catalog: id, given, known });
        }
        is_unchanged
    }

    /// A subaccount on the agency's catalog, which may be unknown; its id must not be among `ids`.
    pub(super) fn subaccount(&mut self, at: At<'_>, ids: &mut Claims) -> Option<Account> {
        let parts = AccountParts::read(self, &at)?;
        self.format(parts.format.at, ACCOUNT_FORMAT);
        ids.claim_id(self, &parts.id);
        if let Some(own) = parts.catalog.at {
            self.same_catalog(own);
        }
        if let Some(catalog) = self.catalog.clone() {
            self.is_unchanged(&catalog, &parts.stamp);
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
        if let (Some(account), Some(mut items), true) =
            (account.as_mut(), at.node.items(), self.is_clean())
        {
            if items.all(|item| retire(account, item)) {
                return;
            }
        }
        *account = None;
        self.each(Some(at), |reader, item| {
            let user: Part<'_, UserId> = Part::read(reader, item);
            ids.claim_id(reader, &user);
        });
    }
}

/// What becomes of invitations at the limit, if they are not refused.
fn at_limit(account: &Account) -> Option<AtLimit> {
    Some(account.seats().at_limit()).filter(|at_limit| *at_limit != AtLimit::Refuse)
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
