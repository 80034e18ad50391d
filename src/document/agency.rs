use alloc::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::agency::Agency;
use crate::catalog::Catalog;
use crate::document::AGENCY_FORMAT;
use crate::document::account::List;
use crate::document::problem::DocumentError;
use crate::document::reader::{Claims, Reader};
use crate::document::tree::Document;
use crate::key::{AccountId, AgencyId};

const FIELDS: [&str; 7] =
    ["format", "id", "catalog", "revision", "default_features", "subaccounts", "retired"];

impl Agency {
    /// Reads an agency document; each of its subaccounts is an account document, which may leave
    /// format and catalog out.
    ///
    /// # Errors
    ///
    /// As for [`Account::from_document`](crate::Account::from_document), and a subaccount on
    /// another catalog or with an id that is taken.
    pub fn from_document(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| {
            let object = reader.object(&at, &FIELDS)?;
            reader.format(&object, AGENCY_FORMAT);
            let id = object.required(reader, "id").and_then(|at| reader.id(at, AgencyId::parse));
            let revision = object.optional("revision");
            let revision = revision.map(|at| reader.revision(at, 0));
            // An unknown catalog does not hide what can be read without it.
            let catalog = reader.catalog(&object, known);
            let of_all = catalog.as_ref().map(|(catalog, inline)| (catalog, *inline));
            let default_features = object.optional("default_features");
            let default_features = default_features.zip(of_all);
            let default_features =
                default_features.map(|(at, (catalog, _))| reader.features(Some(at), catalog));
            let mut agency = id.zip(catalog.clone()).map(|(id, (catalog, inline_catalog))| {
                let mut agency = Self::new(id, catalog);
                agency.inline_catalog = inline_catalog;
                agency.default_features = default_features;
                agency.head.revision = revision.flatten().unwrap_or_default();
                agency
            });
            let mut ids = Claims::new("account id", |id| id.into());
            reader.each(object.optional("subaccounts"), |reader, item| {
                match (reader.subaccount_of(item, of_all, &mut ids), &mut agency) {
                    (Some(account), Some(agency)) => agency.put(Arc::new(account)),
                    _ => agency = None,
                }
            });
            reader.each(object.optional("retired"), |reader, item| {
                let Some(id) = reader.id(item, AccountId::parse) else { return };
                ids.claim(reader, item, (id.as_str(), id.as_str()), None);
                if let Some(agency) = &mut agency {
                    agency.retire(id);
                }
            });
            agency.filter(|_| reader.is_clean())
        })
    }
}

impl Serialize for Agency {
    /// Writes the agency document, in canonical order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", AGENCY_FORMAT)?;
        map.serialize_entry("id", self.id().as_str())?;
        if self.inline_catalog {
            map.serialize_entry("catalog", self.catalog())?;
        } else {
            map.serialize_entry("catalog", self.catalog().id())?;
        }
        if self.revision() > 0 {
            map.serialize_entry("revision", &self.revision())?;
        }
        if let Some(features) = &self.default_features {
            map.serialize_entry("default_features", features)?;
        }
        map.serialize_entry("subaccounts", &List(|| self.subaccounts()))?;
        if self.retired_subaccounts().next().is_some() {
            let ids = || self.retired_subaccounts().map(AccountId::as_str);
            map.serialize_entry("retired", &List(ids))?;
        }
        map.end()
    }
}
