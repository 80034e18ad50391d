//! ROLE-6, USR-10, TPL-10: what is stored for admins, and templates that go.

use serde_json::{Value, json};

use super::{account, give, try_out, user};
use crate::naive::Directory;

fn acme() -> Directory {
    let users = json!([
        {"id": "ana", "role": "admin"},
        {"id": "bob", "role": "admin", "template": "t", "grants": {"settings": ["view"], "crm": true},
         "mutes": ["conversations:edit"]},
        {"id": "kim", "template": "t", "grants": {"crm": true, "settings": ["view"]}},
    ]);
    let templates = json!([
        {"id": "t", "name": "T", "grants": {"conversations": ["view", "edit"]}},
        {"id": "u", "name": "U", "grants": {"users": ["view", "edit"]}},
    ]);
    account(&json!("tenant/1"), &users, &json!({"templates": templates}))
}

fn role(id: &str, role: &str) -> Value {
    json!({"command": "change_role", "user": id, "role": role})
}

#[test]
fn what_is_stored_for_an_admin_is_inert_and_kept() {
    let mut acme = acme();
    let everything = acme.effective("ana");
    assert_eq!(acme.effective("bob"), everything);
    for command in [
        json!({"command": "assign_template", "user": "bob", "template": "u"}),
        json!({"command": "clear_template", "user": "bob"}),
        json!({"command": "clear_template", "user": "bob", "keep": true}),
        json!({"command": "tick", "user": "bob", "permission": "experiments:view"}),
        json!({"command": "untick", "user": "bob", "permission": "settings:view"}),
        json!({"command": "replace_grants", "user": "bob", "grants": {"analytics": ["view"]}}),
        json!({"command": "invite", "user": "mo", "email": "mo@a.b", "role": "admin",
               "template": "t", "grants": {"crm": true}}),
    ] {
        let mut copy = acme.clone();
        give(&mut copy, "ana", 0, &command, "accepted");
        assert_eq!(copy.effective("bob"), everything, "{command}");
    }
    // One inert at once is refused for admins as for members (LVL-2).
    let tick = json!({"command": "tick", "user": "bob", "permission": "experiments:edit"});
    try_out(&acme, "ana", &tick, "needs_first_action");
    // CRM access may be stored, and is not turned off (USR-10).
    let crm =
        |command: &str, id: &str| json!({"command": command, "user": id, "permission": "crm:on"});
    try_out(&acme, "ana", &crm("untick", "bob"), "admin_holds_all");
    try_out(&acme, "ana", &crm("untick", "kim"), "accepted");
    try_out(&acme, "host", &crm("tick", "ana"), "accepted");
    let before = user(&acme, "kim");
    give(&mut acme, "ana", 0, &role("kim", "admin"), "accepted");
    assert_eq!(acme.effective("kim"), everything);
    for field in ["template", "grants", "mutes"] {
        assert_eq!(user(&acme, "kim")[field], before[field]);
    }
    try_out(&acme, "ana", &role("kim", "admin"), "wrong_role");
}

#[test]
fn a_demotion_says_what_holds() {
    let acme = acme();
    let check = |rest: Value, expected: Value| {
        let mut command = role("bob", "member");
        for (field, value) in rest.as_object().into_iter().flatten() {
            command[field] = value.clone();
        }
        let mut copy = acme.clone();
        give(&mut copy, "ana", 0, &command, "accepted");
        let bob = user(&copy, "bob");
        assert_eq!(json!([bob["template"], bob["grants"], bob["mutes"]]), expected, "{command}");
    };
    check(json!({}), json!([null, null, null]));
    check(json!({"keep": false}), json!([null, null, null]));
    let grants = json!({"settings": ["view"], "crm": true});
    check(json!({"keep": true}), json!(["t", grants, ["conversations:edit"]]));
    check(json!({"grants": {"users": ["view"]}}), json!([null, {"users": ["view"]}, null]));
    let inert = json!({"command": "change_role", "user": "bob", "role": "member",
                       "grants": {"users": ["edit"]}});
    try_out(&acme, "ana", &inert, "needs_first_action");
    try_out(&acme, "ana", &role("ana", "member"), "self_edit");
    let mut alone = acme.clone();
    give(&mut alone, "host", 0, &role("bob", "member"), "accepted");
    try_out(&alone, "host", &role("ana", "member"), "last_admin");
}

/// GRD-8: what is stored for an admin would hold after a demotion.
#[test]
fn a_member_gives_an_admin_nothing_that_is_latent() {
    let users = json!([
        {"id": "ana", "role": "admin", "template": "t", "grants": {"settings": ["edit"]}},
        {"id": "kim", "grants": {"users": ["view", "manage"], "settings": ["view"]}},
    ]);
    let rest = json!({
        "features": ["policy.user_delegation"],
        "templates": [{"id": "t", "name": "T", "grants": {}}],
    });
    let acme = account(&json!("tenant/1"), &users, &rest);
    let edit =
        |grants: Value| json!({"command": "edit_template", "template": "t", "grants": grants});
    // With it the admin's own `edit` would no longer be inert.
    try_out(&acme, "kim", &edit(json!({"settings": ["view"]})), "escalation");
    try_out(&acme, "kim", &edit(json!({"users": ["view"]})), "accepted");
}

#[test]
fn deleting_a_template_can_assign_another() {
    let acme = acme();
    let delete = |to: Value, acknowledged: &[&str]| {
        json!({"command": "delete_template", "template": "t", "acknowledged": acknowledged,
               "reassign_to": to})
    };
    assert_eq!(acme.referring("t"), ["bob", "kim"]);
    try_out(&acme, "ana", &delete(json!("u"), &["kim"]), "template_in_use");
    try_out(&acme, "ana", &delete(json!("t"), &["kim", "bob"]), "unknown_template");
    try_out(&acme, "ana", &delete(json!("x"), &["kim", "bob"]), "unknown_template");
    let mut moved = acme.clone();
    give(&mut moved, "ana", 0, &delete(json!("u"), &["kim", "bob"]), "accepted");
    let kim = user(&moved, "kim");
    // As by assigning it (TPL-4).
    assert_eq!(json!([kim["template"], kim["grants"]]), json!(["u", {"crm": true}]));
    assert_eq!(moved.referring("u"), ["bob", "kim"]);
    assert!(moved.template("t").is_none());
    let mut left = acme;
    give(&mut left, "ana", 0, &delete(Value::Null, &["kim", "bob"]), "accepted");
    assert_eq!(user(&left, "kim").get("template"), None);
    assert_eq!(user(&left, "kim")["grants"], json!({"settings": ["view"], "crm": true}));
}

/// GRD-3: members move others to no template that they could not assign.
#[test]
fn members_reassign_within_what_they_hold() {
    let users = json!([
        {"id": "ana", "role": "admin"},
        {"id": "kim", "grants": {"users": ["view", "manage"]}},
        {"id": "lee", "template": "less"},
    ]);
    let templates = json!([
        {"id": "less", "name": "Less", "grants": {}},
        {"id": "more", "name": "More", "grants": {"settings": ["view"]}},
        {"id": "held", "name": "Held", "grants": {"users": ["view"]}},
    ]);
    let rest = json!({"features": ["policy.user_delegation"], "templates": templates});
    let acme = account(&json!("tenant/1"), &users, &rest);
    for (to, expected) in [("more", "escalation"), ("held", "accepted")] {
        let delete = json!({"command": "delete_template", "template": "less",
                            "acknowledged": ["lee"], "reassign_to": to});
        try_out(&acme, "kim", &delete, expected);
    }
}
