//! GRD-3, GRD-8, GRD-10, GRD-11 on the naive side alone: what members may not do, and that they
//! let nobody come to hold too much, whatever they command.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Directory, notion};
use crate::worlds::Stories;

const ALL: [&str; 5] = ["view", "create", "edit", "delete", "manage"];

/// A tenant whose member `kim` may do all to users and templates, and view and edit conversations.
fn tenant(users: &Value, templates: &Value) -> Directory {
    let mut all = json!([
        {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
        {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
         "grants": {"users": ALL, "conversations": ["view", "edit"]}},
    ]);
    all.as_array_mut().unwrap().extend(users.as_array().unwrap().iter().cloned());
    Directory::new(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1", "revision": 0,
        "features": ["policy.user_delegation"], "templates": templates, "users": all,
    }))
}

fn user(status: &str, rest: &Value) -> Value {
    let mut user =
        json!({"id": "lee", "email": "lee@acme.example", "role": "member", "status": status});
    for (field, value) in rest.as_object().unwrap() {
        user[field] = value.clone();
    }
    user
}

#[track_caller]
fn check(directory: &Directory, command: &Value, expected: &str) {
    let mut directory = directory.clone();
    let before = directory.clone();
    let kim = json!({"account": "acme", "user": "kim"});
    let outcome = directory.execute(&kim, command, 0);
    assert_eq!(outcome.err().as_deref().unwrap_or("accepted"), expected, "{command}");
    notion::check(&before, &directory, "kim", command).unwrap();
}

#[test]
fn who_comes_back_is_compared_whole() {
    let back = json!({"command": "reactivate", "user": "lee"});
    let lees = [
        (json!({"accepted": false, "grants": {"settings": ALL}}), "escalation"),
        (json!({"accepted": true, "grants": {"settings": ALL}}), "escalation"),
        (json!({"grants": {"settings": ALL}, "mutes": ["settings:view"]}), "escalation"),
        (json!({"accepted": false, "grants": {"conversations": ["view"]}}), "accepted"),
        (json!({"accepted": false, "template": "t", "grants": {}}), "escalation"),
    ];
    let templates = json!([{"id": "t", "name": "T", "grants": {"experiments": ["view"]}}]);
    for (lee, expected) in lees {
        check(&tenant(&json!([user("suspended", &lee)]), &templates), &back, expected);
    }
}

#[test]
fn what_is_planted_under_a_mute_counts() {
    let lee = json!({"grants": {"settings": ["view"]}, "mutes": ["settings:view"]});
    let directory = tenant(&json!([user("active", &lee)]), &json!([]));
    let replace = |actions: &[&str], of: &str| json!({"command": "replace_grants", "user": "lee", "grants": {of: actions}});
    check(&directory, &replace(&ALL, "settings"), "escalation");
    check(&directory, &replace(&["view"], "settings"), "accepted");
    check(&directory, &replace(&["view", "edit"], "conversations"), "accepted");
}

#[test]
fn what_is_inert_counts() {
    let templates = json!([
        {"id": "inert", "name": "Inert", "grants": {"settings": ["create", "edit"]}},
        {"id": "held", "name": "Held", "grants": {"conversations": ["edit"]}},
    ]);
    let directory = tenant(&json!([user("active", &json!({}))]), &templates);
    let assign = |id: &str| json!({"command": "assign_template", "user": "lee", "template": id});
    check(&directory, &assign("inert"), "escalation");
    check(&directory, &assign("held"), "accepted");
    let invite = |id: &str| json!({"command": "invite", "user": "mo", "email": "mo@acme.example", "template": id});
    check(&directory, &invite("inert"), "escalation");
    check(&directory, &invite("held"), "accepted");
}

#[test]
fn addresses_and_names_are_not_swapped() {
    let email = json!({"command": "change_email", "user": "lee", "email": "x@evil.example"});
    let lees = [
        ("invited", json!({}), "not_authorized"),
        ("suspended", json!({"accepted": false}), "not_authorized"),
        ("suspended", json!({"grants": {"settings": ["view"]}}), "escalation"),
        ("active", json!({"grants": {"settings": ["create"]}}), "escalation"),
        ("active", json!({"grants": {"conversations": ["view"]}}), "accepted"),
    ];
    for (status, lee, expected) in lees {
        check(&tenant(&json!([user(status, &lee)]), &json!([])), &email, expected);
    }
    let templates = json!([
        {"id": "more", "name": "More", "grants": {"settings": ["view"]}},
        {"id": "less", "name": "Less", "grants": {"conversations": ["view"]}},
    ]);
    let directory = tenant(&json!([]), &templates);
    let rename = |id: &str| json!({"command": "rename_template", "template": id, "name": "New"});
    check(&directory, &rename("more"), "escalation");
    check(&directory, &rename("less"), "accepted");
}

#[test]
fn no_member_writes_the_record_of_an_admin() {
    let templates = json!([{"id": "t", "name": "T", "grants": {"conversations": ["view"]}}]);
    let mut admin = user("active", &json!({"template": "t"}));
    let delete = json!({"command": "delete_template", "template": "t", "acknowledged": ["lee"]});
    check(&tenant(&json!([admin]), &templates), &delete, "accepted");
    admin["role"] = json!("admin");
    check(&tenant(&json!([admin]), &templates), &delete, "not_authorized");
    let email = json!({"command": "change_email", "user": "lee", "email": "x@evil.example"});
    check(&tenant(&json!([admin]), &templates), &email, "not_authorized");
}

#[test]
fn taking_away_is_free() {
    let lee = json!({"template": "t", "grants": {"settings": ["view", "edit"]}});
    let templates = json!([{"id": "t", "name": "T", "grants": {"experiments": ["view", "edit"]}}]);
    let directory = tenant(&json!([user("active", &lee)]), &templates);
    let commands = [
        json!({"command": "suspend", "user": "lee"}),
        json!({"command": "delete_user", "user": "lee"}),
        json!({"command": "untick", "user": "lee", "permission": "settings:view"}),
        json!({"command": "untick", "user": "lee", "permission": "experiments:edit"}),
        json!({"command": "replace_grants", "user": "lee", "grants": {}}),
        json!({"command": "clear_template", "user": "lee"}),
        json!({"command": "clear_template", "user": "lee", "keep": true}),
        json!({"command": "edit_template", "template": "t", "grants": {}}),
        json!({"command": "delete_template", "template": "t", "acknowledged": ["lee"]}),
    ];
    for command in &commands {
        check(&directory, command, "accepted");
    }
}

/// The notion finds fault with what a member without guards would do.
#[test]
fn the_notion_bites() {
    let lee = json!({"accepted": false, "grants": {"settings": ALL}, "mutes": ["settings:view"]});
    let templates = json!([{"id": "t", "name": "T", "grants": {"settings": ["view"]}}]);
    let before = tenant(&json!([user("suspended", &lee),]), &templates);
    let commands = [
        json!({"command": "reactivate", "user": "lee"}),
        json!({"command": "replace_grants", "user": "lee", "grants": {"experiments": ["view"]}}),
        json!({"command": "set_area", "user": "lee", "area": "experiments", "level": "edit"}),
        json!({"command": "invite", "user": "mo", "email": "mo@acme.example", "template": "t"}),
    ];
    for command in &commands {
        let mut after = before.clone();
        match after.execute(&json!("host"), command, 0) {
            Ok(()) => assert!(notion::check(&before, &after, "kim", command).is_err(), "{command}"),
            Err(code) => assert_eq!(code, "wrong_scale"),
        }
    }
}

/// A stranger is told the same whatever they name (GRD-11).
#[test]
fn strangers_are_told_one_thing() {
    let mut directory = tenant(&json!([]), &json!([]));
    let command = |user: &str| json!({"command": "suspend", "user": user});
    let strangers = [
        json!({"account": "acme", "user": "nobody"}),
        json!({"account": "north", "user": "ana"}),
        json!({"agency": "one", "account": "acme", "user": "ana"}),
        json!({"agency": "one"}),
        json!({"agency": "acme"}),
    ];
    for (stranger, user) in strangers.iter().flat_map(|one| ["kim", "nobody"].map(|id| (one, id))) {
        assert_eq!(directory.execute(stranger, &command(user), 0), Err("not_authorized".into()));
    }
    directory.agency = Some("one".to_owned());
    let ana = json!({"agency": "one", "account": "acme", "user": "ana"});
    assert_eq!(
        directory.execute(&json!({"account": "acme", "user": "ana"}), &command("kim"), 0),
        Err("not_authorized".into())
    );
    assert_eq!(directory.execute(&ana, &command("kim"), 0), Ok(()));
}

/// A catalog of levels and boxes, with gates, whose members may be delegated to.
fn leveled() -> Value {
    json!({
        "format": "bailiwick/catalog/1", "id": "acme/1",
        "areas": [
            {"key": "people", "scale": {"actions": ALL}},
            {"key": "notes", "scale": "levels",
             "sub_sections": [{"key": "a"}, {"key": "b"}, {"key": "c"}]},
            {"key": "tools", "scale": "levels"},
            {"key": "desk", "scale": {"actions": ["view", "edit"]},
             "sub_sections": [{"key": "x"}, {"key": "y"}]},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [{"key": "people"}, {"key": "tools"}, {"key": "desk"}]},
        ],
        "delegated": {"area": "people", "feature": "plan.people"},
        "gates": [
            {"target": "tools", "needs": ["plan.tools"]},
            {"target": "notes.c", "needs": ["plan.tools"]},
            {"target": "desk", "needs": ["plan.desk"]},
        ],
    })
}

/// As many commands of members as the variable `BAILIWICK_COMMANDS` says: nobody comes to hold
/// too much, and everything that a member may give is accepted now and then.
#[test]
fn no_member_escalates() {
    let wanted = std::env::var("BAILIWICK_COMMANDS").map_or(1_200, |text| text.parse().unwrap());
    let mut gated = leveled();
    gated["authority"] = json!({
        "edit": {"any": ["people:edit", "notes.a:edit"], "needs": ["plan.desk"]},
        "permissions": {"any": ["people:edit"], "needs": []},
        "templates": {"any": ["people:manage", "desk.x:edit"], "needs": ["plan.tools"]},
    });
    let catalogs = [json!("tenant/1"), leveled(), gated];
    let mut stories = Stories::of_delegates(11);
    let mut accepted = BTreeMap::<String, usize>::new();
    let mut refused = BTreeMap::<String, usize>::new();
    for (place, catalog) in (0..wanted).step_by(40).zip(catalogs.iter().cycle()) {
        let mut directory = Directory::new(&stories.start(catalog));
        for _ in place..wanted.min(place + 40) {
            let (actor, command, now) = stories.next(&directory);
            let before = directory.clone();
            let is_member = before.is_member(&actor);
            let outcome = directory.execute(&actor, &command, now);
            directory.same_as(&directory.document()).unwrap();
            let read = Directory::new(&directory.document());
            assert_eq!(read.document(), directory.document(), "{command}");
            if !is_member {
                continue;
            }
            match outcome {
                Ok(()) => {
                    let id = actor["user"].as_str().unwrap();
                    notion::check(&before, &directory, id, &command)
                        .unwrap_or_else(|problem| panic!("{problem}"));
                    *accepted.entry(command["command"].to_string()).or_default() += 1;
                }
                Err(code) => *refused.entry(code).or_default() += 1,
            }
        }
    }
    println!("accepted {accepted:#?}\nrefused {refused:#?}");
    assert!(wanted < 10_000 || accepted.len() >= 18, "{accepted:?}");
    assert!(refused.contains_key("escalation"));
}
