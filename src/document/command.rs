use alloc::boxed::Box;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::{Command, Invite, Kept};
use crate::catalog::Catalog;
use crate::catalog::settings::Holder;
use crate::document::account::List;
use crate::document::change::both;
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Object, Place, Reader};
use crate::document::tree::{Document, Value};
use crate::grants::Grants;
use crate::ledger::Actor;
use crate::level::Level;
use crate::role::Role;

/// What a command holds besides its name; `None` for a name that is no command's.
fn fields_of(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "invite" => &["command", "user", "email", "role", "template", "grants"],
        "batch" => &["command", "commands"],
        "resend" | "accept" | "sign_in" | "suspend" | "reactivate" | "delete_user" => {
            &["command", "user"]
        }
        "change_email" => &["command", "user", "email"],
        "change_role" => &["command", "user", "role", "grants"],
        "assign_template" => &["command", "user", "template"],
        "clear_template" => &["command", "user", "keep"],
        "tick" | "untick" => &["command", "user", "permission"],
        "set_area" => &["command", "user", "area", "level"],
        "set_section" | "raise" => &["command", "user", "leaf", "level"],
        "replace_grants" => &["command", "user", "grants"],
        "create_template" => &["command", "template", "name", "grants"],
        "rename_template" => &["command", "template", "name"],
        "edit_template" => &["command", "template", "grants"],
        "delete_template" => &["command", "template", "acknowledged"],
        "set_seat_limit" => &["command", "limit"],
        "set_features" => &["command", "features"],
        _ => return None,
    })
}

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
        Reader::read(document, |reader, at| reader.command(at, catalog))
    }
}

impl Reader {
    pub(super) fn command(&mut self, at: At<'_>, catalog: &Catalog) -> Option<Command> {
        let (name, object) = self.named(&at, fields_of)?;
        let user = |reader: &mut Self| reader.boxed(&object, "user");
        let template = |reader: &mut Self| reader.boxed(&object, "template");
        let grants = |reader: &mut Self| {
            let at = object.required(reader, "grants")?;
            reader.grants(at, catalog, Holder::User)
        };
        Some(match name {
            "invite" => Command::Invite(self.invite(&object, catalog)?),
            "batch" => {
                let read = |reader: &mut Self, at: At<'_>| reader.command(at, catalog);
                Command::Batch(self.items(&object, "commands", read)?)
            }
            "resend" => Command::Resend { user: user(self)? },
            "accept" => Command::Accept { user: user(self)? },
            "sign_in" => Command::SignIn { user: user(self)? },
            "suspend" => Command::Suspend { user: user(self)? },
            "reactivate" => Command::Reactivate { user: user(self)? },
            "change_email" => {
                Command::ChangeEmail { user: user(self)?, email: self.boxed(&object, "email")? }
            }
            "change_role" => {
                let role = object.required(self, "role").and_then(|at| self.role(at));
                let grants = match object.optional("grants") {
                    Some(_) => Some(grants(self)?),
                    None => None,
                };
                Command::ChangeRole { user: user(self)?, role: role?, grants }
            }
            "assign_template" => {
                Command::AssignTemplate { user: user(self)?, template: template(self)? }
            }
            "clear_template" => {
                let keep = object.optional("keep").map(|at| self.boolean(at));
                let kept = if keep.unwrap_or(Some(false))? {
                    Kept::TemplateGrants
                } else {
                    Kept::OwnGrants
                };
                Command::ClearTemplate { user: user(self)?, kept }
            }
            "tick" => {
                Command::Tick { user: user(self)?, permission: self.boxed(&object, "permission")? }
            }
            "untick" => Command::Untick {
                user: user(self)?,
                permission: self.boxed(&object, "permission")?,
            },
            "set_area" => {
                let level = object.required(self, "level").and_then(|at| self.level(at));
                let area = self.boxed(&object, "area");
                Command::SetArea { user: user(self)?, area: area?, level: level? }
            }
            "set_section" => {
                let level = object.required(self, "level").and_then(|at| self.level(at));
                let leaf = self.boxed(&object, "leaf");
                Command::SetSection { user: user(self)?, leaf: leaf?, level: level? }
            }
            "raise" => {
                let level = object.required(self, "level").and_then(|at| self.level(at));
                let leaf = self.boxed(&object, "leaf");
                Command::Raise { user: user(self)?, leaf: leaf?, level: level? }
            }
            "replace_grants" => Command::ReplaceGrants { user: user(self)?, grants: grants(self)? },
            "delete_user" => Command::DeleteUser { user: user(self)? },
            "create_template" => Command::CreateTemplate {
                template: template(self)?,
                name: self.boxed(&object, "name")?,
                grants: grants(self)?,
            },
            "rename_template" => Command::RenameTemplate {
                template: template(self)?,
                name: self.boxed(&object, "name")?,
            },
            "edit_template" => {
                Command::EditTemplate { template: template(self)?, grants: grants(self)? }
            }
            "delete_template" => Command::DeleteTemplate {
                template: template(self)?,
                acknowledged: self.texts(&object, "acknowledged")?,
            },
            "set_seat_limit" => {
                let limit = object.optional("limit").map(|at| self.number(at, "a number of seats"));
                Command::SetSeatLimit {
                    limit: match limit {
                        Some(limit) => Some(limit?),
                        None => None,
                    },
                }
            }
            // `set_features`, the last of those that have fields.
            _ => Command::SetFeatures { features: self.texts(&object, "features")? },
        })
    }

    /// The name under `command`, and the object with the fields that go with the name.
    pub(super) fn named<'a>(
        &mut self,
        at: &'a At<'a>,
        fields_of: fn(&str) -> Option<&'static [&'static str]>,
    ) -> Option<(&'a str, Object<'a>)> {
        let Value::Object(mut fields) = at.value() else { return self.wanted(*at, "an object") };
        let Some((key, node)) = fields.find(|(key, _)| *key == "command") else {
            self.fault(*at, DocumentFault::Missing { field: "command" });
            return None;
        };
        let name_at = At { node, place: Place::Field(&at.place, key) };
        let name = self.text(name_at)?;
        let unknown = || DocumentFault::UnknownCommand { given: name.into() };
        let fields = self.take(name_at, fields_of(name).ok_or_else(unknown))?;
        Some((name, self.object(at, fields)?))
    }

    fn invite(&mut self, object: &Object<'_>, catalog: &Catalog) -> Option<Invite> {
        let role = object.optional("role").map(|at| self.role(at));
        let template = object.optional("template").map(|_| self.boxed(object, "template"));
        let grants = object.optional("grants");
        let grants = grants.map(|at| self.grants(at, catalog, Holder::User));
        let (user, email) = (self.boxed(object, "user"), self.boxed(object, "email"));
        Some(Invite {
            user: user?,
            email: email?,
            role: role.unwrap_or(Some(Role::Member))?,
            template: match template {
                Some(template) => Some(template?),
                None => None,
            },
            grants: match grants {
                Some(grants) => Some(grants?),
                None => None,
            },
        })
    }

    pub(super) fn boxed(&mut self, object: &Object<'_>, field: &'static str) -> Option<Box<str>> {
        let at = object.required(self, field)?;
        self.text(at).map(Into::into)
    }

    pub(super) fn texts(
        &mut self,
        object: &Object<'_>,
        field: &'static str,
    ) -> Option<Vec<Box<str>>> {
        self.items(object, field, |reader, item| reader.text(item).map(Into::into))
    }

    /// An actor: `"host"`, `{"account": "acme", "user": "ana"}` or `{"agency": "north"}`.
    pub(super) fn actor(&mut self, at: At<'_>) -> Option<Actor> {
        if let Value::Text(_) = at.value() {
            return self.name(at, &[("host", ())]).map(|()| Actor::Host);
        }
        let Value::Object(mut fields) = at.value() else { return self.wanted(at, "an object") };
        if matches!((fields.next(), fields.next()), (Some(("agency", _)), None)) {
            let object = self.object(&at, &["agency"])?;
            return object.required(self, "agency").and_then(|at| self.text(at)).map(Actor::agency);
        }
        let object = self.object(&at, &["agency", "account", "user"])?;
        let agency = both(object.optional("agency"), |at| self.text(at).map(Into::into));
        let (account, user) = (self.boxed(&object, "account"), self.boxed(&object, "user"));
        Some(Actor::User { agency: agency?, account: account?, user: user? })
    }

    fn level(&mut self, at: At<'_>) -> Option<Level> {
        let given = self.text(at)?;
        let unknown = |error| DocumentFault::Level { given: given.into(), error };
        self.take(at, given.parse::<Level>().map_err(unknown))
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Host => serializer.serialize_str("host"),
            Self::User { agency, account, user } => {
                let agency = agency.as_ref().map(|agency| ("agency", agency));
                let rest = [("account", account), ("user", user)];
                serializer.collect_map(agency.into_iter().chain(rest))
            }
            Self::Agency(id) => serializer.collect_map([("agency", id)]),
        }
    }
}

impl Serialize for Command {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("command", self.name())?;
        match self {
            Self::Invite(invite) => {
                map.serialize_entry("user", &*invite.user)?;
                map.serialize_entry("email", &*invite.email)?;
                map.serialize_entry("role", invite.role.name())?;
                if let Some(template) = &invite.template {
                    map.serialize_entry("template", &**template)?;
                }
                optional_grants(&mut map, invite.grants.as_ref())?;
            }
            Self::Batch(commands) => map.serialize_entry("commands", commands)?,
            Self::Resend { user }
            | Self::Accept { user }
            | Self::SignIn { user }
            | Self::Suspend { user }
            | Self::Reactivate { user }
            | Self::DeleteUser { user } => map.serialize_entry("user", &**user)?,
            Self::ChangeEmail { user, email } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("email", &**email)?;
            }
            Self::ChangeRole { user, role, grants } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("role", role.name())?;
                optional_grants(&mut map, grants.as_ref())?;
            }
            Self::AssignTemplate { user, template } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("template", &**template)?;
            }
            Self::ClearTemplate { user, kept } => {
                map.serialize_entry("user", &**user)?;
                if let Kept::TemplateGrants = kept {
                    map.serialize_entry("keep", &true)?;
                }
            }
            Self::Tick { user, permission } | Self::Untick { user, permission } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("permission", &**permission)?;
            }
            Self::SetArea { user, area, level } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("area", &**area)?;
                map.serialize_entry("level", level.name())?;
            }
            Self::SetSection { user, leaf, level } | Self::Raise { user, leaf, level } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("leaf", &**leaf)?;
                map.serialize_entry("level", level.name())?;
            }
            Self::ReplaceGrants { user, grants } => {
                map.serialize_entry("user", &**user)?;
                map.serialize_entry("grants", grants)?;
            }
            Self::CreateTemplate { template, name, grants } => {
                map.serialize_entry("template", &**template)?;
                map.serialize_entry("name", &**name)?;
                map.serialize_entry("grants", grants)?;
            }
            Self::RenameTemplate { template, name } => {
                map.serialize_entry("template", &**template)?;
                map.serialize_entry("name", &**name)?;
            }
            Self::EditTemplate { template, grants } => {
                map.serialize_entry("template", &**template)?;
                map.serialize_entry("grants", grants)?;
            }
            Self::DeleteTemplate { template, acknowledged } => {
                map.serialize_entry("template", &**template)?;
                map.serialize_entry("acknowledged", &List(|| acknowledged.iter().map(|id| &**id)))?;
            }
            Self::SetSeatLimit { limit } => map.serialize_entry("limit", limit)?,
            Self::SetFeatures { features } => {
                map.serialize_entry("features", &List(|| features.iter().map(|path| &**path)))?;
            }
        }
        map.end()
    }
}

fn optional_grants<M: SerializeMap>(map: &mut M, grants: Option<&Grants>) -> Result<(), M::Error> {
    match grants {
        Some(grants) => map.serialize_entry("grants", grants),
        None => Ok(()),
    }
}
