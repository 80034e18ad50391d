//! What no escalation means, said of accounts and not of commands (GRD-3, GRD-8, GRD-10).
//!
//! Over every state of every feature, with statuses ignored and mutes lifted, what anyone could
//! come to hold after a member's command is within what they could before, or what the member
//! could, whose own mutes are in force. Who becomes active or invited again is compared whole.
//! What is stored for an admin is compared as well: it holds once the admin is a member (ROLE-6).
//!
//! Nothing here asks the directory's guards.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use std::sync::Arc;

use serde_json::{Value, json};

use super::catalog::{Catalog, Source};
use super::oracle::Oracle;
use super::reading::{list, text};
use super::{Directory, Set};

/// Whether a command that a member gave let anyone come to hold too much; if so, who and what.
pub(crate) fn check(
    before: &Directory,
    after: &Directory,
    actor: &str,
    command: &Value,
) -> Result<(), String> {
    let catalog = &before.catalog;
    let [was, is] = [before, after].map(Directory::document);
    let [was_unmuted, is_unmuted] = [&was, &is].map(|document| loosened(document, true));
    let [was_members, is_members] = [&was_unmuted, &is_unmuted].map(without_admins);
    let was_muted = loosened(&was, false);
    for features in states(catalog) {
        let in_state = |document: &Value| {
            let mut document = document.clone();
            document["features"] = json!(features);
            Oracle::on(catalog, &document)
        };
        let could = in_state(&was_muted).effective(actor);
        let [former, later] = [&was_unmuted, &is_unmuted].map(in_state);
        let mut users: Vec<_> = list(&is["users"]).map(|user| (user, &former, &later)).collect();
        let demoted =
            list(&is["users"]).any(has_latent).then(|| [&was_members, &is_members].map(in_state));
        if let Some([former, later]) = &demoted {
            let admins = list(&is["users"]).filter(|user| has_latent(user));
            users.extend(admins.map(|user| (user, former, later)));
        }
        for (user, former, later) in users {
            let id = text(&user["id"]);
            let mut within = could.clone();
            if !comes_back(&was, user) {
                within.extend(former.effective(id));
            }
            let gained = &later.effective(id) - &within;
            if !gained.is_empty() {
                return Err(format!(
                    "by {command}, {actor} lets {id} come to hold {gained:?} where {features:?} \
                     are on; {actor} could hold {could:?}; before {was}; after {is}"
                ));
            }
        }
    }
    Ok(())
}

/// An account in which everybody is active, if so without mutes.
fn loosened(document: &Value, without_mutes: bool) -> Value {
    let mut document = document.clone();
    for user in document["users"].as_array_mut().into_iter().flatten() {
        user["status"] = json!("active");
        if without_mutes {
            user["mutes"] = json!([]);
        }
    }
    document
}

/// Whether something is stored for an admin.
fn has_latent(user: &Value) -> bool {
    user["role"] == "admin" && (user["template"].is_string() || user["grants"].is_object())
}

/// The same account, after every admin became a member who keeps what is stored.
fn without_admins(document: &Value) -> Value {
    let mut document = document.clone();
    for user in document["users"].as_array_mut().into_iter().flatten() {
        user["role"] = json!("member");
    }
    document
}

/// Whether someone who was suspended or not there is not suspended now.
fn comes_back(before: &Value, user: &Value) -> bool {
    let mut users = list(&before["users"]);
    let former = users.find(|former| former["id"] == user["id"]);
    let was_out = former.is_none_or(|former| former["status"] == "suspended");
    was_out && user["status"] != "suspended"
}

/// The states of the features: every one of at most six; of more, none, all, each alone on and
/// each alone off.
fn states(catalog: &Arc<Catalog>) -> Vec<Set> {
    let features = catalog.leaves().filter(|leaf| leaf.source == Source::Account);
    let features: Vec<String> =
        features.filter(|leaf| !leaf.always_on).map(|leaf| leaf.path.clone()).collect();
    if features.len() <= 6 {
        return (0..1_usize << features.len())
            .map(|state| {
                let places = features.iter().enumerate();
                let on = places.filter(|(place, _)| state >> place & 1 == 1);
                on.map(|(_, path)| path.clone()).collect()
            })
            .collect();
    }
    let all: Set = features.iter().cloned().collect();
    let mut states = vec![Set::new(), all.clone()];
    for path in features {
        let alone = Set::from([path]);
        states.push(&all - &alone);
        states.push(alone);
    }
    states
}
