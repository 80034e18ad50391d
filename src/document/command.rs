#[cfg(test)]
mod tests;

use crate::account::{Command, Holds, Invite, Kept, command_shapes};
use crate::agency::{
    AgencyCommand, Channel, FeaturePatch, FirstAdmin, NewSubaccount, agency_command_shapes,
};
use crate::catalog::Catalog;
use crate::document::commands::Here;
use crate::document::object::{Name, Object};
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Reader};
use crate::document::shape::{Part, Shape, Stored, shape, variants};
use crate::document::tree::{Document, Value};
use crate::grants::Grants;
use crate::ledger::Actor;
use crate::migration::{Migrate, MigrationName};
use crate::role::Role;

use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

impl Command {
    /// Reads a command: an object with its name under `command`, and what it is about.
    ///
    /// ```
    /// use bailiwick::document::Document;
    /// use bailiwick::{Command, presets::tenant};
    ///
    /// let json = r#"{"command": "tick", "user": "kim", "permission": "crm:on"}"#;
    /// let document: Document = serde_json::from_str(json)?;
    /// let command = Command::from_document(&document, &tenant::catalog())?;
    /// assert_eq!(command, Command::tick("kim", "crm:on"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An unknown command, unknown or missing fields, and grants that the catalog does not know.
    pub fn from_document(document: &Document, catalog: &Catalog) -> Result<Self, DocumentError> {
        Reader::read_on(document, catalog)
    }
}

command_shapes!(variants);

shape! {
    Invite { user, email, role: or(Role::Member), template: optional, grants: optional }
}

shape! {
    MigrationName { from, from_stamp, to, to_stamp, rules }
}

/// Its name alone.
impl Shape for Migrate {
    const FIELDS: &'static [Name] = MigrationName::FIELDS;

    fn read_fields(reader: &mut Reader, object: &Object<'_>) -> Option<Self> {
        let name = MigrationName::read_fields(reader, object)?;
        Some(Self { name, migration: None })
    }

    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.name.write_fields(map)
    }
}

impl Stored for Kept {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let keep = bool::read(reader, at)?;
        Some(if keep { Self::TemplateGrants } else { Self::OwnGrants })
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self == Self::TemplateGrants)
    }
}

/// `keep` for what is stored, or `grants`, or nothing (ROLE-6).
impl Shape for Holds {
    const FIELDS: &'static [Name] = &[Name::One("keep"), Name::One("grants")];

    fn read_fields(reader: &mut Reader, object: &Object<'_>) -> Option<Self> {
        let keep: Part<'_, bool> = object.part(reader, "keep", false);
        let grants: Part<'_, Grants> = object.part(reader, "grants", false);
        if let (Some(at), Some(true), Some(_)) = (keep.at, keep.value, grants.at) {
            reader.fault(at, DocumentFault::KeepsAndGrants);
            return None;
        }
        Some(match (keep.optional()?, grants.optional()?) {
            (Some(true), _) => Self::Stored,
            (Some(false) | None, Some(grants)) => Self::Given(grants),
            (Some(false) | None, None) => Self::Nothing,
        })
    }

    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Nothing => Ok(()),
            Self::Stored => map.serialize_entry("keep", &true),
            Self::Given(grants) => map.serialize_entry("grants", grants),
        }
    }
}

impl AgencyCommand {
    /// Reads a command: an object with its name under `command`, and what it is about.
    ///
    /// # Errors
    ///
    /// An unknown command, unknown or missing fields, and what
    /// [`Command::from_document`](crate::Command::from_document) refuses of one within a
    /// subaccount.
    pub fn from_document(document: &Document, catalog: &Catalog) -> Result<Self, DocumentError> {
        Reader::read_on(document, catalog)
    }
}

agency_command_shapes!(variants);

shape! {
    NewSubaccount {
        account,
        name: optional,
        admin: optional,
        patch: flat(FeaturePatch),
        channel: or(Channel::Api),
    }
}

shape! {
    FirstAdmin { user, email }
}

shape! {
    FeaturePatch { grant: or(Vec::new()), revoke: or(Vec::new()) }
}

impl Stored for Actor {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.actor(at, &Here::default())
    }
}

impl Reader {
    /// `"host"`, `{"account": "acme", "user": "ana"}`, the same with an `agency`, or
    /// `{"agency": "north"}`.
    pub(super) fn actor(&mut self, at: At<'_>, here: &Here<'_>) -> Option<Actor> {
        match at.value() {
            Value::Text(_) => self.name(at, "actor", &[("host", Actor::Host)]),
            Value::Object(fields) if fields.clone().any(|(field, _)| field != "agency") => {
                let object = self.object(&at, &["agency", "account", "user"])?;
                let agency = match object.optional("agency") {
                    None => Some(here.agency.cloned()),
                    Some(at) => Stored::read(self, at).map(Some),
                };
                let account = match here.account.filter(|_| object.optional("account").is_none()) {
                    Some(here) => Some(here.clone()),
                    None => object.required(self, "account").and_then(|at| Stored::read(self, at)),
                };
                let user = object.required(self, "user").and_then(|at| Stored::read(self, at));
                Some(Actor::User { agency: agency?, account: account?, user: user? })
            }
            Value::Object(_) => {
                let object = self.object(&at, &["agency"])?;
                let agency = object.required(self, "agency");
                agency.and_then(|at| Stored::read(self, at)).map(Actor::Agency)
            }
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number | Value::List(_) => {
                self.wanted(at, "`host` or an object")
            }
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Host => serializer.serialize_str("host"),
            Self::User { agency, account, user } => {
                let agency = agency.as_ref().map(|agency| ("agency", agency.as_str()));
                let rest = [("account", account.as_str()), ("user", user.as_str())];
                serializer.collect_map(agency.into_iter().chain(rest))
            }
            Self::Agency(id) => serializer.collect_map([("agency", id)]),
        }
    }
}
