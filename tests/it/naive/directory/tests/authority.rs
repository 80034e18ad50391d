//! GRD-5, GRD-7, ROLE-8, CAT-15: what carries a command, and what stops it.

use serde_json::{Value, json};

use super::{account, try_out};
use crate::naive::Directory;

/// A command of each group, about lee or a template.
fn commands() -> [(&'static str, Value); 10] {
    [
        ("invite", json!({"command": "invite", "user": "mo", "email": "mo@acme.example"})),
        ("invite", json!({"command": "resend", "user": "pat"})),
        ("edit", json!({"command": "suspend", "user": "lee"})),
        ("edit", json!({"command": "change_email", "user": "lee", "email": "l@acme.example"})),
        ("delete", json!({"command": "delete_user", "user": "lee"})),
        ("roles", json!({"command": "change_role", "user": "lee", "role": "admin"})),
        ("permissions", json!({"command": "assign_template", "user": "lee", "template": "t"})),
        ("permissions", json!({"command": "replace_grants", "user": "pat", "grants": {}})),
        (
            "templates",
            json!({"command": "create_template", "template": "u", "name": "U",
                             "grants": {}}),
        ),
        ("templates", json!({"command": "delete_template", "template": "t", "acknowledged": []})),
    ]
}

fn with(catalog: &Value, features: &Value, kim: &Value) -> Directory {
    let users = json!([
        {"id": "ana", "role": "admin"},
        {"id": "kim", "grants": kim},
        {"id": "lee"},
        {"id": "pat", "status": "invited"},
    ]);
    let templates = json!([{"id": "t", "name": "T", "grants": {}}]);
    account(catalog, &users, &json!({"features": features, "templates": templates}))
}

/// Whoever acts may give the commands of these groups, and the others are refused with the code.
#[track_caller]
fn check(directory: &Directory, by: &str, groups: &[&str], code: &str) {
    for (group, command) in commands() {
        let may = groups.contains(&group);
        let expected = match may {
            true if command["command"] == "replace_grants" => "unchanged",
            true => "accepted",
            false => code,
        };
        try_out(directory, by, &command, expected);
    }
}

const ALL: [&str; 6] = ["invite", "edit", "delete", "roles", "permissions", "templates"];

#[test]
fn delegated_actions_carry_their_groups() {
    let (catalog, on) = (json!("tenant/1"), json!(["policy.user_delegation"]));
    let kims: [(&[&str], &[&str]); 5] = [
        (&["view", "create"], &["invite"]),
        (&["view", "edit"], &["edit", "permissions"]),
        (&["view", "delete"], &["delete"]),
        (&["view", "manage"], &["templates"]),
        (&["view"], &[]),
    ];
    for (actions, groups) in kims {
        let kim = json!({"users": actions});
        check(&with(&catalog, &on, &kim), "kim", groups, "not_authorized");
        // Delegation is off: nobody is delegated anything, and an admin needs nothing.
        let off = with(&catalog, &json!([]), &kim);
        check(&off, "kim", &[], "not_authorized");
        check(&off, "ana", &ALL, "");
    }
}

/// The lattice's answer about what carries a command is the directory's to the command (GRD-7).
#[test]
fn a_feature_that_is_off_stops_everyone_but_the_host() {
    for catalog in ["agency/1", "agency-studio/1"].map(Value::from) {
        let off = with(&catalog, &json!([]), &json!({}));
        let on = with(&catalog, &json!(["general.invite_members"]), &json!({}));
        let left: &[&str] = if catalog == "agency/1" { &[] } else { &ALL[1..] };
        check(&off, "ana", left, "not_entitled");
        check(&on, "ana", &ALL, "");
        check(&off, "host", &ALL, "");
        check(&on, "kim", &[], "not_authorized");
        let invite = vec!["invite_member".to_owned()];
        assert_eq!(off.oracle().decide("ana", &invite), Err("not_entitled"));
        assert_eq!(on.oracle().decide("ana", &invite), Ok(()));
        assert_eq!(on.oracle().decide("kim", &invite), Err("admin_only"));
    }
}

/// A gate on what carries a group stops admins as well, and a feature is no right (ROLE-8).
#[test]
fn what_is_inert_carries_nothing() {
    let catalog = json!({
        "id": "acme/1",
        "areas": [
            {"key": "desk", "scale": "toggle", "source": "role",
             "sub_sections": [{"key": "people"}, {"key": "rights"}]},
            {"key": "team", "scale": {"actions": ["view", "edit"]}},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [{"key": "people"}, {"key": "team"}]},
        ],
        "gates": [{"target": "desk.people", "needs": ["plan.people"]},
                  {"target": "team:edit", "needs": ["plan.team"]}],
        "authority": {
            "invite": {"any": ["desk.people:on"], "needs": []},
            "edit": {"any": ["desk.people:on", "team:edit"], "needs": ["plan.people"]},
            "delete": {"any": ["team:edit"], "needs": []},
        },
    });
    let kim = json!({"team": ["view", "edit"]});
    let rest = ["roles", "permissions", "templates"];
    let with = |features: Value| with(&catalog, &features, &kim);
    check(&with(json!([])), "ana", &rest, "not_entitled");
    let people = with(json!(["plan.people"]));
    check(&people, "ana", &[&["invite", "edit"], &rest[..]].concat(), "not_entitled");
    check(&people, "kim", &[], "not_authorized");
    let team = with(json!(["plan.team"]));
    check(&team, "ana", &[&["delete"], &rest[..]].concat(), "not_entitled");
    let both = with(json!(["plan.people", "plan.team"]));
    check(&both, "ana", &ALL, "");
    check(&both, "kim", &["edit", "delete"], "not_authorized");
    let suspend = json!({"command": "suspend", "user": "lee"});
    try_out(&team, "kim", &suspend, "not_entitled");
}

/// GRD-5: a user of the account sets no features, nor seats, nor how long invitations last.
#[test]
fn what_is_the_hosts_is_no_admins() {
    let directory = with(&json!("agency-studio/1"), &json!(["general.invite_members"]), &json!({}));
    for command in [
        json!({"command": "set_features", "features": ["general.contacts"]}),
        json!({"command": "set_seat_limit", "limit": 3}),
        json!({"command": "set_invitation_lifetime", "days": 3}),
        json!({"command": "accept", "user": "pat"}),
    ] {
        try_out(&directory, "ana", &command, "host_only");
        try_out(&directory, "kim", &command, "host_only");
        try_out(&directory, "host", &command, "accepted");
    }
}
