//! Account documents: read, written and compared.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document that the directory cannot read is a mistake in the test"
)]

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Directory, Invitation, KEY_MEMORY, Said, Set, State, Template, User};
use crate::naive::catalog::{Catalog, Scale};
use crate::naive::letters::collapsed;
use crate::naive::reading::{list, text};
use crate::naive::settings::{Grants, raw};

impl Directory {
    /// Reads a valid account document.
    pub(crate) fn new(document: &Value) -> Self {
        Self::on(&Arc::new(Catalog::new(&document["catalog"])), document)
    }

    /// Reads a valid account document that stands on this catalog.
    fn on(catalog: &Arc<Catalog>, document: &Value) -> Self {
        let document = &catalog.without_retired(document);
        let leaves = catalog.leaves();
        let needs = leaves.flat_map(|leaf| {
            let first = leaf.permissions.first();
            leaf.permissions.iter().map(move |one| (one.clone(), first.unwrap_or(one).clone()))
        });
        let mut directory = Self {
            catalog: Arc::clone(catalog),
            catalog_document: Arc::new(document["catalog"].clone()),
            needs: Arc::new(needs.collect()),
            agency: None,
            id: text(&document["id"]).to_owned(),
            state: State {
                revision: document["revision"].as_u64().unwrap_or(0),
                name: document["name"].as_str().map(collapsed),
                seat_limit: document["seat_limit"].as_u64(),
                warns: document["seats"] == "warn",
                lifetime: document["invitation_lifetime"].as_u64(),
                features: Set::new(),
                templates: list(&document["templates"])
                    .map(|template| Template::read(catalog, template))
                    .collect(),
                users: list(&document["users"]).map(|user| User::read(catalog, user)).collect(),
                retired: list(&document["retired"]).map(|id| text(id).to_owned()).collect(),
                done: Vec::new(),
                key_memory: KEY_MEMORY,
            },
            said: Said::default(),
        };
        match directory.set_features(&document["features"]) {
            Ok(()) => directory,
            Err(code) => panic!("{code}: {document}"),
        }
    }

    /// The account document, in canonical form; grants and mutes as they are stored.
    pub(crate) fn document(&self) -> Value {
        let mut document = self.content();
        document["catalog"] = Value::clone(&self.catalog_document);
        document
    }

    /// The account document without its catalog, of which copies are made all the time.
    pub(super) fn content(&self) -> Value {
        let state = &self.state;
        let mut document = json!({
            "format": "bailiwick/account/1",
            "id": self.id,
        });
        if let Some(name) = &state.name {
            document["name"] = json!(name);
        }
        document["catalog"] = Value::Null;
        document["revision"] = json!(state.revision);
        if state.key_memory != KEY_MEMORY {
            document["key_memory"] = json!(state.key_memory);
        }
        if !state.done.is_empty() {
            let done = state.done.iter();
            document["keys"] =
                done.map(|done| json!({"key": done.key, "revision": done.revision})).collect();
        }
        if let Some(limit) = state.seat_limit {
            document["seat_limit"] = json!(limit);
        }
        if state.warns {
            document["seats"] = json!("warn");
        }
        if let Some(days) = state.lifetime {
            document["invitation_lifetime"] = json!(days);
        }
        let features = self.catalog.leaves().map(|leaf| leaf.path.as_str());
        document["features"] = features.filter(|path| state.features.contains(*path)).collect();
        let templates = state.templates.iter();
        document["templates"] =
            templates.map(|template| template.document(&self.catalog)).collect();
        document["users"] = state.users.iter().map(|user| user.document(&self.catalog)).collect();
        if !state.retired.is_empty() {
            document["retired"] = json!(state.retired);
        }
        document
    }

    /// Compares with another account document to the letter; of boxes, which ones are ticked, and
    /// of an inline catalog, that it is there. Levels are compared as they are stored, unless they
    /// were united with a template's: then as they are seen.
    pub(crate) fn same_as(&self, document: &Value) -> Result<(), String> {
        let [mut ours, mut theirs] = [self.document(), document.clone()];
        if theirs["catalog"].is_object() && self.catalog_document.is_object() {
            theirs["catalog"] = Value::clone(&self.catalog_document);
        }
        // Of an order that is remembered there is a digest, which is compared with another alone.
        let keys = theirs.get_mut("keys").and_then(Value::as_array_mut);
        for done in keys.into_iter().flatten() {
            remove(done, "order");
        }
        self.normalise(&mut ours);
        self.normalise(&mut theirs);
        let [left, right] = [&ours, &theirs].map(|document| format!("{document:#}"));
        if left == right {
            return Ok(());
        }
        let mut lines = left.lines().zip(right.lines()).filter(|(left, right)| left != right);
        let (expected, found) = lines.next().unwrap_or(("another length", ""));
        Err(format!("expected {expected}\n   found {found}\nexpected {ours}\n   found {theirs}"))
    }

    /// Whether anything is stored that was not, or the other way round; the revision aside.
    pub(super) fn differs_from(&self, before: &Self) -> bool {
        let [is, was] = [self, before].map(|directory| {
            let mut document = directory.content();
            document["revision"] = json!(0);
            directory.normalise(&mut document);
            document
        });
        is != was
    }

    /// Brings all grants of an account document to the form that is compared.
    fn normalise(&self, document: &mut Value) {
        for list in ["users", "templates"] {
            for holder in document[list].as_array_mut().into_iter().flatten() {
                let normal = self.as_stored(&self.catalog.grants(&holder["grants"]));
                put_grants(holder, normal);
            }
        }
    }

    /// The levels that grants store, and the boxes that they tick.
    pub(super) fn as_stored(&self, grants: &Grants) -> Value {
        let mut levels = self.catalog.grants_document(grants);
        for area in self.catalog.areas.iter().filter(|area| area.scale != Scale::Levels) {
            remove(&mut levels, &area.key);
            for leaf in &area.leaves {
                remove(&mut levels, &leaf.path);
            }
        }
        json!({"levels": levels, "boxes": self.boxes(grants)})
    }

    fn boxes(&self, grants: &Grants) -> Vec<String> {
        let areas = self.catalog.areas.iter().filter(|area| area.scale != Scale::Levels);
        let leaves = areas.flat_map(|area| &area.leaves);
        leaves.flat_map(|leaf| leaf.permissions_of(&raw(grants, leaf))).collect()
    }
}

fn remove(fields: &mut Value, name: &str) {
    if let Some(fields) = fields.as_object_mut() {
        fields.shift_remove(name);
    }
}

/// Puts the form that is compared last, whether or not there were grants.
fn put_grants(holder: &mut Value, normal: Value) {
    remove(holder, "grants");
    holder["grants"] = normal;
}

impl Template {
    fn read(catalog: &Catalog, document: &Value) -> Self {
        Self {
            id: text(&document["id"]).to_owned(),
            name: collapsed(text(&document["name"])),
            description: document["description"].as_str().map(|text| text.trim().to_owned()),
            grants: catalog.grants(&document["grants"]),
        }
    }

    fn document(&self, catalog: &Catalog) -> Value {
        let mut document = json!({"id": self.id, "name": self.name});
        if let Some(description) = &self.description {
            document["description"] = json!(description);
        }
        document["grants"] = catalog.grants_document(&self.grants);
        document
    }
}

impl User {
    fn read(catalog: &Catalog, document: &Value) -> Self {
        let status = match text(&document["status"]) {
            "invited" => "invited",
            "active" => "active",
            "suspended" => "suspended",
            status => panic!("no status `{status}`"),
        };
        let mutes = list(&document["mutes"]).map(|mute| {
            let (path, rung) = text(mute).split_once(':').unwrap_or_default();
            format!("{}:{rung}", catalog.canonical(path))
        });
        Self {
            id: text(&document["id"]).to_owned(),
            email: text(&document["email"]).trim().to_owned(),
            role: if document["role"] == "admin" { "admin" } else { "member" },
            status,
            accepted: document["accepted"].as_bool().unwrap_or(status != "invited"),
            invitation: Invitation::read(&document["invitation"]),
            template: document["template"].as_str().map(str::to_owned),
            grants: catalog.grants(&document["grants"]),
            mutes: mutes.collect(),
            last_sign_in: document["last_sign_in"].as_i64(),
        }
    }

    fn document(&self, catalog: &Catalog) -> Value {
        let mut document = json!({
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "status": self.status,
        });
        if self.status == "suspended" && !self.accepted {
            document["accepted"] = json!(false);
        }
        if let Some(Invitation { sent, generation }) = self.invitation {
            document["invitation"] = json!({"sent": sent, "generation": generation});
        }
        if let Some(template) = &self.template {
            document["template"] = json!(template);
        }
        if !self.grants.is_empty() {
            document["grants"] = catalog.grants_document(&self.grants);
        }
        if !self.mutes.is_empty() {
            let mutable = catalog.mutable().into_iter();
            document["mutes"] = mutable.filter(|one| self.mutes.contains(one)).collect();
        }
        if let Some(time) = self.last_sign_in {
            document["last_sign_in"] = json!(time);
        }
        document
    }
}
