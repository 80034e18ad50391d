use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::agency::Agency;
use crate::catalog::Catalog;
use crate::document::AGENCY_FORMAT;
use crate::document::account::List;
use crate::document::problem::DocumentError;
use crate::document::reader::{Reader, Unique};
use crate::document::tree::Document;
use crate::key::{AgencyId, Map};

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
            let object = reader.object(&at, &["format", "id", "catalog", "subaccounts"])?;
            reader.format(&object, AGENCY_FORMAT);
            let id = object.required(reader, "id").and_then(|at| reader.id(at, AgencyId::parse));
            let (catalog, inline_catalog) = reader.catalog(&object, known)?;
            let mut subaccounts = Map::default();
            let mut ids = Unique::new("account id");
            let list = object.optional("subaccounts");
            for item in list.iter().flat_map(|at| reader.list(at)).collect::<alloc::vec::Vec<_>>() {
                if let Some(account) = reader.subaccount(item, &catalog, inline_catalog) {
                    let id = account.id().as_str();
                    ids.claim(reader, item, id, id, id);
                    subaccounts.insert(account.id().clone(), account);
                }
            }
            Some(Self { id: id?, catalog, inline_catalog, subaccounts })
        })
    }
}

impl Serialize for Agency {
    /// Writes the agency document, in canonical order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", AGENCY_FORMAT)?;
        map.serialize_entry("id", self.id.as_str())?;
        if self.inline_catalog {
            map.serialize_entry("catalog", &self.catalog)?;
        } else {
            map.serialize_entry("catalog", self.catalog.id())?;
        }
        map.serialize_entry("subaccounts", &List(|| self.subaccounts()))?;
        map.end()
    }
}
