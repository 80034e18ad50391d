//! USR-14, USR-15, TPL-10, CAT-12: what a page of users shows.

use serde_json::{Value, json};

use super::{account, actor};
use crate::naive::Directory;

fn acme() -> Directory {
    let users = json!([
        {"id": "ana", "role": "admin", "last_sign_in": 90},
        {"id": "kim", "template": "t", "last_sign_in": 40,
         "grants": {"users": ["view", "edit"], "crm": true}},
        {"id": "lee", "template": "t", "grants": {"conversations": ["edit"]},
         "mutes": ["experiments:edit"], "status": "suspended"},
        {"id": "Pat", "email": "straße@acme.example", "status": "invited", "grants": {"crm": true},
         "invitation": {"sent": 3, "generation": 2}},
    ]);
    let templates = json!([
        {"id": "t", "name": "Desk", "description": "Tests", "grants":
         {"experiments": ["view", "edit"], "conversations": ["view", "edit"]}},
        {"id": "u", "name": "Other", "grants": {}},
    ]);
    let rest = json!({"templates": templates, "features": ["policy.user_delegation"]});
    account(&json!("tenant/1"), &users, &rest)
}

#[test]
fn the_table_has_a_row_for_each_user() {
    let rows = acme().table(&json!({}));
    let pat = json!({
        "id": "Pat", "email": "straße@acme.example", "role": "member", "role_label": "User",
        "template": null, "template_name": null, "status": "invited", "crm": true,
        "last_sign_in": null, "invitation": {"sent": 3, "generation": 2},
    });
    assert_eq!(rows[3], pat);
    let column = |field: &str| rows.iter().map(|row| row[field].clone()).collect::<Value>();
    assert_eq!(column("role_label"), json!(["Admin", "User", "User", "User"]));
    assert_eq!(column("template_name"), json!([null, "Desk", "Desk", null]));
    assert_eq!(column("crm"), json!([true, true, false, true]));
    let studio = account(&json!("studio/2026-06"), &json!([{"id": "kim"}]), &json!({}));
    let row = &studio.table(&json!({}))[0];
    assert_eq!([&row["role_label"], &row["crm"]], [&json!("Member"), &Value::Null]);
}

#[test]
fn rows_are_filtered() {
    let check = |filter: Value, expected: &[&str]| {
        let rows = acme().table(&filter);
        let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
        assert_eq!(ids, expected, "{filter}");
    };
    check(json!({"status": "active"}), &["ana", "kim"]);
    check(json!({"role": "member"}), &["kim", "lee", "Pat"]);
    check(json!({"template": "t"}), &["kim", "lee"]);
    check(json!({"template": null}), &["ana", "Pat"]);
    check(json!({"text": " pAT "}), &["Pat"]);
    check(json!({"text": "STRASSE@"}), &["Pat"]);
    check(json!({"text": "acme"}), &["ana", "kim", "lee", "Pat"]);
    check(json!({"inactive_since": 90}), &["kim", "lee", "Pat"]);
    check(json!({"inactive_since": 40}), &["lee", "Pat"]);
    check(json!({"status": "active", "inactive_since": 41, "role": "member"}), &["kim"]);
}

#[test]
fn the_list_of_templates_says_who_refers() {
    let expected = json!([
        {"id": "t", "name": "Desk", "description": "Tests", "count": 2, "users": ["kim", "lee"]},
        {"id": "u", "name": "Other", "description": null, "count": 0, "users": []},
    ]);
    assert_eq!(json!(acme().template_list()), expected);
}

#[test]
fn the_dialog_says_what_is_configured_and_from_where() {
    let acme = acme();
    let dialog = acme.dialog(&actor("ana"), "lee", 0);
    let say = |permission: &str| {
        let shown = &dialog.permissions[permission];
        (shown.configured, shown.from, shown.muted, shown.inert)
    };
    assert_eq!(say("experiments:view"), (true, Some("template"), false, None));
    assert_eq!(say("experiments:edit"), (false, Some("template"), true, None));
    assert_eq!(say("conversations:edit"), (true, Some("both"), false, None));
    assert_eq!(say("settings:view"), (false, None, false, None));
    assert_eq!(say("tenant.users:on"), (false, None, false, Some("admin_only")));
    let mut off = acme;
    off.execute(&actor("host"), &json!({"command": "set_features", "features": []}), 0).unwrap();
    let kim = &off.dialog(&actor("ana"), "kim", 0).permissions["users:edit"];
    assert_eq!((kim.configured, kim.from, kim.inert), (true, Some("own"), Some("not_entitled")));
    let new = off.invitation_dialog(&actor("ana"), 0).permissions;
    assert_eq!(new["users:edit"].inert, Some("not_entitled"));
    assert_eq!(new["tenant.seats:on"].inert, Some("admin_only"));
}

/// What becomes of a choice, as this actor sees it.
#[track_caller]
fn check(choices: &[(Value, String)], part: &Value, expected: &str) {
    let is_it = |command: &Value| {
        part.as_object().unwrap().iter().all(|(field, value)| command[field] == *value)
    };
    let found = choices.iter().find(|(command, _)| is_it(command)).unwrap();
    assert_eq!(found.1, expected, "{part}");
}

#[test]
fn the_dialog_says_which_choices_may_be_made() {
    let acme = acme();
    let by = |name: &str, about: &str| acme.dialog(&actor(name), about, 0).choices;
    let (ana, kim) = (by("ana", "lee"), by("kim", "lee"));
    check(&ana, &json!({"command": "change_role", "role": "admin"}), "open");
    check(&kim, &json!({"command": "change_role", "role": "admin"}), "not_authorized");
    check(&ana, &json!({"command": "change_role", "role": "member"}), "wrong_role");
    check(&kim, &json!({"command": "assign_template", "template": "u"}), "open");
    check(&kim, &json!({"command": "tick", "permission": "settings:view"}), "escalation");
    check(&ana, &json!({"command": "tick", "permission": "settings:view"}), "open");
    check(&ana, &json!({"command": "tick", "permission": "settings:edit"}), "needs_first_action");
    check(&by("kim", "kim"), &json!({"command": "clear_template"}), "self_edit");
    check(&by("kim", "ana"), &json!({"command": "clear_template"}), "not_authorized");
    let new = |name: &str| acme.invitation_dialog(&actor(name), 0).choices;
    check(&new("ana"), &json!({"role": "admin"}), "open");
    check(&new("ana"), &json!({"grants": {"settings": ["view", "edit"]}}), "open");
    check(&new("kim"), &json!({"command": "invite"}), "not_authorized");
    let users =
        json!([{"id": "ana", "role": "admin"}, {"id": "kim", "grants": {"analytics": "read"}}]);
    let studio = account(&json!("studio/2026-06"), &users, &json!({}));
    let choices = studio.dialog(&actor("ana"), "kim", 0).choices;
    let set =
        |leaf: &str, level: &str| json!({"command": "set_section", "leaf": leaf, "level": level});
    check(&choices, &set("analytics.kpis", "edit"), "exceeds_parent");
    check(&choices, &set("analytics.kpis", "none"), "open");
    check(&choices, &json!({"command": "set_area", "area": "flows", "level": "edit"}), "open");
}
