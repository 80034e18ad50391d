//! REV-8, REV-11: who gains and loses what, and what changes nothing.

use serde_json::{Value, json};

use super::{account, give};
use crate::naive::Directory;

fn acme() -> Directory {
    let users = json!([
        {"id": "ana", "role": "admin"},
        {"id": "kim", "template": "t", "last_sign_in": 50},
        {"id": "pat", "status": "invited", "template": "t"},
        {"id": "sam", "status": "suspended", "template": "t", "mutes": ["experiments:edit"]},
    ]);
    let templates = json!([{"id": "t", "name": "T", "grants": {"experiments": ["view", "edit"]}}]);
    account(&json!("tenant/1"), &users, &json!({"templates": templates, "seat_limit": 9}))
}

/// The effects of a command of the host, as `user of +gained -lost`.
fn effects(command: &Value) -> Vec<String> {
    let before = acme();
    let mut after = before.clone();
    give(&mut after, "host", 60, command, "accepted");
    let effects = Directory::effects(&before, &after).into_iter();
    effects
        .map(|effect| {
            let signed = |sign: &str, set: crate::naive::Set| {
                set.into_iter().map(|one| format!(" {sign}{one}")).collect::<Vec<_>>().concat()
            };
            let (gained, lost) = (signed("+", effect.gained), signed("-", effect.lost));
            format!("{} {}{gained}{lost}", effect.user, effect.of)
        })
        .collect()
}

#[test]
fn those_who_are_not_active_gain_and_lose_what_is_configured() {
    let edit = json!({"command": "edit_template", "template": "t",
                      "grants": {"experiments": ["view"], "settings": ["view"]}});
    let expected = [
        "kim effective +settings:view -experiments:edit",
        "pat configured +settings:view -experiments:edit",
        "sam configured +settings:view",
    ];
    assert_eq!(effects(&edit), expected);
    let invite = json!({"command": "invite", "user": "mo", "email": "mo@a.b",
                        "grants": {"settings": ["view"]}});
    assert_eq!(effects(&invite), ["mo configured +settings:view"]);
    let accept = json!({"command": "accept", "user": "pat"});
    assert_eq!(effects(&accept), ["pat effective +experiments:edit +experiments:view"]);
    let suspend = json!({"command": "suspend", "user": "kim"});
    assert_eq!(effects(&suspend), ["kim effective -experiments:edit -experiments:view"]);
    let back = json!({"command": "reactivate", "user": "sam"});
    assert_eq!(effects(&back), ["sam effective +experiments:view"]);
    let delete = json!({"command": "delete_user", "user": "pat"});
    assert_eq!(effects(&delete), ["pat configured -experiments:edit -experiments:view"]);
    let admin = json!({"command": "change_role", "user": "pat", "role": "admin"});
    assert!(effects(&admin)[0].contains("+tenant.users:on"));
    let resend = json!({"command": "resend", "user": "pat"});
    assert!(effects(&resend).is_empty());
}

#[test]
fn what_changes_nothing_takes_no_revision() {
    let crm = |command: &str| json!({"command": command, "user": "kim", "permission": "crm:on"});
    for command in [
        json!({"command": "sign_in", "user": "kim"}),
        json!({"command": "change_email", "user": "kim", "email": " kim@acme.example "}),
        json!({"command": "assign_template", "user": "kim", "template": "t"}),
        json!({"command": "clear_template", "user": "ana"}),
        json!({"command": "tick", "user": "kim", "permission": "experiments:view"}),
        json!({"command": "untick", "user": "kim", "permission": "settings:view"}),
        json!({"command": "replace_grants", "user": "kim", "grants": {}}),
        json!({"command": "rename_template", "template": "t", "name": " T "}),
        json!({"command": "edit_template", "template": "t",
               "grants": {"experiments": ["edit", "view"]}}),
        json!({"command": "set_seat_limit", "limit": 9}),
        json!({"command": "set_features", "features": []}),
        json!({"command": "batch", "commands": [crm("tick"), crm("untick")]}),
    ] {
        let mut acme = acme();
        let before = acme.document();
        give(&mut acme, "host", 40, &command, "unchanged");
        assert_eq!(acme.document(), before);
    }
}
