//! The directory on its own: what the rules say of commands, case by case.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

mod authority;
mod changes;
mod invitations;
mod pages;
mod roles;
mod stories;

use serde_json::{Value, json};

use super::Directory;

/// An account of these users, on a preset or an inline catalog.
fn account(catalog: &Value, users: &Value, rest: &Value) -> Directory {
    let mut document = json!({"id": "acme", "catalog": catalog, "features": [], "templates": []});
    document["users"] = users.as_array().unwrap().iter().map(with_email).collect();
    for (field, value) in rest.as_object().unwrap() {
        document[field] = value.clone();
    }
    Directory::new(&document)
}

/// A member who is active, but for what is said.
fn with_email(user: &Value) -> Value {
    let id = user["id"].as_str().unwrap();
    let email = format!("{id}@acme.example");
    let mut full = json!({"id": id, "email": email, "role": "member", "status": "active"});
    for (field, value) in user.as_object().unwrap() {
        full[field] = value.clone();
    }
    full
}

fn actor(name: &str) -> Value {
    if name == "host" { json!("host") } else { json!({"account": "acme", "user": name}) }
}

/// Gives a command at a time: what happens is `accepted`, `unchanged` or the code of the refusal.
#[track_caller]
fn give(directory: &mut Directory, by: &str, now: i64, command: &Value, expected: &str) {
    let revision = directory.document()["revision"].as_u64().unwrap();
    let outcome = match directory.execute(&actor(by), command, now) {
        Ok(()) if directory.said.changed => "accepted".to_owned(),
        Ok(()) => "unchanged".to_owned(),
        Err(code) => code,
    };
    assert_eq!(outcome, expected, "{by}: {command}");
    let later = directory.document()["revision"].as_u64().unwrap();
    assert_eq!(later, revision + u64::from(expected == "accepted"), "{command}");
}

/// The same on a copy.
#[track_caller]
fn try_out(directory: &Directory, by: &str, command: &Value, expected: &str) {
    give(&mut directory.clone(), by, 0, command, expected);
}

fn user(directory: &Directory, id: &str) -> Value {
    let document = directory.document();
    let mut users = document["users"].as_array().unwrap().iter();
    users.find(|user| user["id"] == id).unwrap().clone()
}
