use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::ser::{Serialize, Serializer};

use crate::agency::{Agency, ApiFeatures};
use crate::catalog::Catalog;
use crate::document::AGENCY_FORMAT;
use crate::document::account::{CatalogForm, Subaccount};
use crate::document::claims::Claims;
use crate::document::ignored::Ignored;
use crate::document::keys::key_memory;
use crate::document::leaf::{KeyMemory, Revision};
use crate::document::problem::DocumentError;
use crate::document::reader::Reader;
use crate::document::shape::{Later, Part, Stored, parts};
use crate::document::tree::Document;
use crate::document::written::{List, any};
use crate::features::Features;
use crate::key::AgencyId;
use crate::ledger::Digest;
use crate::permission::Stamp;

parts! {
    /// An agency. Each of its subaccounts is an account, which leaves out what the agency says.
    AgencyParts of agency: Agency {
        format: required Later = AGENCY_FORMAT,
        id: required AgencyId = agency.id(),
        catalog: required Later = &CatalogForm { catalog: agency.catalog(), is_known: false },
        stamp: optional Stamp = &Some(agency.catalog().stamp()),
        revision: optional Revision<0> = &Some(agency.revision()).filter(|revision| *revision > 0),
        head: optional Digest = &agency.history.last_change(),
        key_memory: optional KeyMemory = &key_memory(&agency.history.keys),
        keys: optional Later = &any(|| agency.history.keys.recent.iter()),
        default_features: optional Later = &agency.default_features,
        subaccounts: optional Later = Some(&List(|| agency.subaccounts().map(Subaccount))),
        retired: optional Later = &any(|| agency.retired_subaccounts()),
    }
}

impl Agency {
    /// Reads an agency document; each of its subaccounts is an account document, which may leave
    /// format and catalog out.
    ///
    /// # Errors
    ///
    /// As for [`Account::from_document`](crate::Account::from_document), and a subaccount on
    /// another catalog or with an id that is taken.
    pub fn from_document(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Self::from_document_with_ignored(document, known).map(|(agency, _)| agency)
    }

    /// Reads an agency document, and says which retired keys it names, to no effect (EVO-5).
    ///
    /// # Errors
    ///
    /// As [`from_document`](Self::from_document).
    pub fn from_document_with_ignored(
        document: &Document,
        known: &[Catalog],
    ) -> Result<(Self, Ignored), DocumentError> {
        Reader::read_with_ignored(document, |reader, at| {
            let parts = AgencyParts::read(reader, &at)?;
            reader.format(parts.format.at, AGENCY_FORMAT);
            // An unknown catalog does not hide what can be read without it.
            let catalog = parts.catalog.at;
            reader.catalog = catalog.and_then(|at| reader.catalog(at, &parts.stamp, known));
            let default_features = parts.default_features.at;
            let default_features = default_features.and_then(|at| Features::read(reader, at));
            let revision = parts.revision.value.unwrap_or(Revision(0));
            let keys = reader.keys(parts.keys.at, parts.key_memory.value, revision);
            let mut agency = parts.id.value.zip(reader.catalog.clone()).map(|(id, catalog)| {
                let mut agency = Self::new(id, catalog);
                agency.default_features = default_features;
                agency.history.resume(revision.0, parts.head.value, keys);
                agency
            });
            let mut ids = Claims::new("account id", |id| id.into());
            reader.each(parts.subaccounts.at, |reader, item| {
                match (reader.subaccount(item, &mut ids), &mut agency) {
                    (Some(account), Some(agency)) => agency.put(Arc::new(account)),
                    (None, _) | (_, None) => agency = None,
                }
            });
            reader.each(parts.retired.at, |reader, item| {
                let id = Part::read(reader, item);
                ids.claim_id(reader, &id);
                match (id.value.filter(|_| reader.is_clean()), &mut agency) {
                    (Some(id), Some(agency)) => agency.retire(id),
                    (None, _) | (_, None) => agency = None,
                }
            });
            agency.filter(|_| reader.is_clean())
        })
    }
}

impl ApiFeatures {
    /// Reads the object that an API serves: each API name, on or off. A name that is left out is
    /// not patched.
    ///
    /// # Errors
    ///
    /// A value that is not true or false, and a duplicate name. Whether the names are known is
    /// said when an account is patched (AGY-3).
    pub fn from_document(document: &Document) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| {
            let mut fields = reader.map(&at);
            let mut values = Vec::new();
            while let Some((name, at)) = fields.next(reader) {
                values.push((name.into(), bool::read(reader, at)?));
            }
            Some(Self { values })
        })
    }
}

impl Serialize for ApiFeatures {
    /// Writes the object that an API serves: each API name, on or off.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
