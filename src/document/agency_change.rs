use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::{Account, Change};
use crate::agency::{
    AgencyChange, AgencyCommand, AgencyEdit, ApiFeatures, Channel, FeaturePatch, NewSubaccount,
    Switch,
};
use crate::catalog::Catalog;
use crate::document::AGENCY_CHANGE_FORMAT;
use crate::document::account::List;
use crate::document::problem::DocumentError;
use crate::document::reader::{At, Object, Reader};
use crate::document::tree::{Document, Value};
use crate::key::{AccountId, AgencyId};
use crate::time::Timestamp;

/// What a command holds besides its name; `None` for a name that is no command's.
fn fields_of(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "create" => &["command", "subaccounts"],
        "delete" => &["command", "account"],
        "patch" => &["command", "account", "grant", "revoke", "channel"],
        "select_all" => &["command", "feature", "switch"],
        "in" => &["command", "account", "within"],
        _ => return None,
    })
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
        Reader::read(document, |reader, at| reader.agency_command(at, catalog))
    }
}

impl AgencyChange {
    /// Reads a change of an agency on `catalog`. Whether it fits is said when it is applied.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: unknown or missing fields, keys that the catalog does not
    /// know, another format.
    pub fn from_document(document: &Document, catalog: &Catalog) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| reader.agency_change(at, catalog))
    }
}

impl ApiFeatures {
    /// Reads the object that an API serves: each API name, on or off. A name that is left out is
    /// not patched.
    ///
    /// # Errors
    ///
    /// A value that is not true or false, and a name that stands twice. Whether the names are
    /// known is said when an account is patched (AGY-3).
    pub fn from_document(document: &Document) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| {
            let mut fields = reader.map(&at);
            let mut values = Vec::new();
            while let Some((name, at)) = fields.next(reader) {
                values.push((name.into(), reader.boolean(at)?));
            }
            Some(Self { values })
        })
    }
}

impl Reader {
    fn agency_command(&mut self, at: At<'_>, catalog: &Catalog) -> Option<AgencyCommand> {
        let (name, object) = self.named(&at, fields_of)?;
        Some(match name {
            "create" => AgencyCommand::Create(self.items(&object, "subaccounts", Self::created)?),
            "delete" => AgencyCommand::Delete { account: self.boxed(&object, "account")? },
            "patch" => AgencyCommand::Patch {
                account: self.boxed(&object, "account")?,
                patch: self.patch(&object)?,
                channel: self.channel(&object)?,
            },
            "select_all" => {
                let switches = [Switch::On, Switch::Off].map(|switch| (switch.name(), switch));
                let switch = object.required(self, "switch");
                AgencyCommand::SelectAll {
                    feature: self.boxed(&object, "feature")?,
                    switch: switch.and_then(|at| self.name(at, &switches))?,
                }
            }
            // `in`, the last of those that have fields.
            _ => {
                let within = object.required(self, "within");
                AgencyCommand::In {
                    account: self.boxed(&object, "account")?,
                    command: within.and_then(|at| self.command(at, catalog))?,
                }
            }
        })
    }

    fn created(&mut self, at: At<'_>) -> Option<NewSubaccount> {
        let object = self.object(&at, &["account", "grant", "revoke", "channel"])?;
        Some(NewSubaccount {
            account: self.boxed(&object, "account")?,
            patch: self.patch(&object)?,
            channel: self.channel(&object)?,
        })
    }

    /// Lists that are left out are empty.
    fn patch(&mut self, object: &Object<'_>) -> Option<FeaturePatch> {
        let mut names = |field| match object.optional(field) {
            Some(_) => self.texts(object, field),
            None => Some(Vec::new()),
        };
        Some(FeaturePatch { grant: names("grant")?, revoke: names("revoke")? })
    }

    fn channel(&mut self, object: &Object<'_>) -> Option<Channel> {
        let channels = [Channel::Api, Channel::Ui].map(|channel| (channel.name(), channel));
        let channel = object.optional("channel").map(|at| self.name(at, &channels));
        channel.unwrap_or(Some(Channel::Api))
    }

    fn agency_change(&mut self, at: At<'_>, catalog: &Catalog) -> Option<AgencyChange> {
        let fields = ["format", "agency", "revision", "time", "actor", "command", "edits"];
        let object = self.object(&at, &fields)?;
        self.format(&object, AGENCY_CHANGE_FORMAT);
        let agency = object.required(self, "agency");
        let agency = agency.and_then(|at| self.id(at, AgencyId::parse));
        let revision = object.required(self, "revision");
        let revision = revision.and_then(|at| self.revision(at, 1));
        let time = object.required(self, "time").and_then(|at| self.integer(at));
        let actor = object.required(self, "actor").and_then(|at| self.actor(at));
        let command = object.required(self, "command");
        let command = command.and_then(|at| self.agency_command(at, catalog));
        let edits = self.items(&object, "edits", |reader, at| reader.agency_edit(at, catalog));
        Some(AgencyChange {
            catalog: catalog.clone(),
            directory: agency?,
            revision: revision?,
            time: Timestamp::from_unix_millis(time?),
            actor: actor?,
            command: command?,
            edits: edits?,
            effects: (),
        })
    }

    /// `{"created": account, "copied_from": id}`, `{"deleted": account}` or `{"changed": change}`.
    fn agency_edit(&mut self, at: At<'_>, catalog: &Catalog) -> Option<AgencyEdit> {
        let Value::Object(fields) = at.value() else { return self.wanted(at, "an object") };
        let has = |field| fields.clone().any(|(key, _)| key == field);
        let known: &[&str] = match () {
            () if has("created") => &["created", "copied_from"],
            () if has("deleted") => &["deleted"],
            () => &["changed"],
        };
        let object = self.object(&at, known)?;
        if let Some(created) = object.optional("created") {
            let account = Arc::new(self.subaccount(created, catalog, true)?);
            let copied_from = match object.optional("copied_from") {
                Some(at) => Some(self.id(at, AccountId::parse)?),
                None => None,
            };
            return Some(AgencyEdit::Created { account, copied_from });
        }
        if let Some(deleted) = object.optional("deleted") {
            let account: Account = self.subaccount(deleted, catalog, true)?;
            return Some(AgencyEdit::Deleted { account: Arc::new(account) });
        }
        let changed = object.required(self, "changed")?;
        let change: Change = self.change(changed, catalog)?;
        Some(AgencyEdit::Changed(Box::new(change)))
    }
}

impl Serialize for AgencyCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("command", self.name())?;
        match self {
            Self::Create(subaccounts) => map.serialize_entry("subaccounts", subaccounts)?,
            Self::Delete { account } => map.serialize_entry("account", &**account)?,
            Self::Patch { account, patch, channel } => {
                map.serialize_entry("account", &**account)?;
                serialize_patch(patch, *channel, &mut map)?;
            }
            Self::SelectAll { feature, switch } => {
                map.serialize_entry("feature", &**feature)?;
                map.serialize_entry("switch", switch.name())?;
            }
            Self::In { account, command } => {
                map.serialize_entry("account", &**account)?;
                map.serialize_entry("within", command)?;
            }
        }
        map.end()
    }
}

impl Serialize for NewSubaccount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("account", &*self.account)?;
        serialize_patch(&self.patch, self.channel, &mut map)?;
        map.end()
    }
}

fn serialize_patch<M: SerializeMap>(
    patch: &FeaturePatch,
    channel: Channel,
    map: &mut M,
) -> Result<(), M::Error> {
    map.serialize_entry("grant", &List(|| patch.granted()))?;
    map.serialize_entry("revoke", &List(|| patch.revoked()))?;
    map.serialize_entry("channel", channel.name())
}

impl Serialize for ApiFeatures {
    /// Writes the object that an API serves: each API name, on or off.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for AgencyChange {
    /// Writes the change document: a stable form, read by all later versions.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", AGENCY_CHANGE_FORMAT)?;
        map.serialize_entry("agency", self.agency().as_str())?;
        map.serialize_entry("revision", &self.revision)?;
        map.serialize_entry("time", &self.time.unix_millis())?;
        map.serialize_entry("actor", &self.actor)?;
        map.serialize_entry("command", &self.command)?;
        map.serialize_entry("edits", &self.edits)?;
        map.end()
    }
}

impl Serialize for AgencyEdit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Created { account, copied_from } => {
                map.serialize_entry("created", &**account)?;
                if let Some(from) = copied_from {
                    map.serialize_entry("copied_from", from.as_str())?;
                }
            }
            Self::Deleted { account } => map.serialize_entry("deleted", &**account)?,
            Self::Changed(change) => map.serialize_entry("changed", change)?,
        }
        map.end()
    }
}
