//! Catalogs that are composed, that gate one rung, and that have retired keys.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read by name")]

use serde_json::json;

use super::compose::{include, renamed};
use super::lines;
use crate::naive::{Directory, Oracle};

/// CAT-13: whatever names a renamed area follows it, and nothing else does.
#[test]
fn what_names_a_renamed_area_follows() {
    let catalog = json!({
        "id": "acme/1",
        "areas": [
            {"key": "desk", "scale": "levels", "aliases": ["counter"],
             "sub_sections": [{"key": "x", "aliases": ["y"]}]},
            {"key": "desk_2", "scale": "levels"},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [{"key": "desk", "api_name": "desk"}]},
        ],
        "gates": [{"target": "desk.x:edit", "needs": ["plan.desk"]}],
        "authority": {"invite": {"any": ["desk_2:edit"], "needs": ["plan.desk"]}},
        "operations": [{"key": "desk", "needs": ["desk:edit", "desk_2:read"]}],
        "templates": [{"id": "desk", "name": "Desk",
                       "grants": {"desk": "edit", "desk.x": "none", "desk_2": "read"}}],
    });
    let expected = [
        "id acme/1",
        "role admin \"Admin\"",
        "role member \"Member\"",
        "area office or counter \"Office\" - grantable \"levels\"",
        "section x or y \"X\" -",
        "area desk_2 \"Desk 2\" - grantable \"levels\"",
        "area plan \"Plan\" - account by host \"toggle\"",
        "section desk [desk] \"Desk\" -",
        "gate office.x:edit needs plan.desk",
        "invite carried by desk_2:edit while plan.desk",
        "operation desk \"Desk\" - needs office:edit + desk_2:read",
        "template desk \"Desk\" -",
        "  desk_2:read",
    ];
    assert_eq!(lines(&renamed(&catalog, "desk", "office")), expected);
    let twice = std::panic::catch_unwind(|| include(&catalog, &catalog, &["desk"]));
    assert!(twice.is_err(), "both have the area");
}

/// EVO-5: stored forms may still name what is retired; it says nothing.
#[test]
fn retired_keys_say_nothing() {
    let user = json!({"id": "ana", "email": "a@b.c", "role": "member",
                      "status": "active", "template": "t", "grants": {"logs": "edit", "logs.a": "read"},
                      "mutes": ["flows.old:read"]});
    let old = json!({
        "id": "acme", "features": ["plan.audit_log", "plan.enterprise"], "templates": [
            {"id": "t", "name": "T", "grants": {"flows": "read", "flows.old": "edit"}},
        ],
        "catalog": {"id": "acme/1", "retired": ["plan.audit_log", "flows.old", "logs"], "areas": [
            {"key": "flows", "scale": "levels", "sub_sections": [{"key": "a"}]},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [{"key": "enterprise"}]},
        ]},
        "users": [user],
    });
    let directory = Directory::new(&old);
    let document = directory.document();
    assert_eq!(document["features"], json!(["plan.enterprise"]));
    assert_eq!(document["templates"][0]["grants"], json!({"flows": "read"}));
    assert_eq!(document["users"][0]["mutes"], json!(null));
    let oracle = Oracle::new(&old);
    assert_eq!(oracle.decide("ana", &["flows:read".to_owned()]), Ok(()));
    // A command is no stored form (CAT-9).
    let command = json!({"command": "set_features", "features": ["plan.audit_log"]});
    let mut directory = directory;
    assert_eq!(directory.execute(&json!("host"), &command, 0), Err("unknown_key".to_owned()));
}

/// EVO-5: so are actions of an area, and with it of its leaves, whatever they are called.
#[test]
fn retired_actions_say_nothing() {
    let old = json!({
        "id": "acme", "features": [], "templates": [],
        "catalog": {"id": "acme/1", "retired": ["calls:export"], "areas": [
            {"key": "calls", "scale": {"actions": ["view", "listen"]},
             "sub_sections": [{"key": "phone", "aliases": ["tel"]}, {"key": "chat"}]},
        ]},
        "users": [{"id": "ana", "email": "a@b.c", "role": "member", "status": "active",
                   "grants": {"calls": ["view", "export"], "calls.tel": ["export", "view"]},
                   "mutes": ["calls.tel:export", "calls:listen"]}],
    });
    let document = Directory::new(&old).document();
    let grants = json!({"calls": ["view"], "calls.phone": ["view"]});
    assert_eq!(document["users"][0]["grants"], grants);
    assert_eq!(document["users"][0]["mutes"], json!(["calls:listen"]));
}

/// CAT-17: a gate on one rung closes it and what needs it.
#[test]
fn a_gate_may_close_one_rung() {
    let account = |target: &str| {
        json!({
            "id": "acme", "features": [], "templates": [],
            "catalog": {"id": "acme/1",
                "areas": [
                    {"key": "reports", "scale": {"actions": ["view", "edit", "export"]},
                     "sub_sections": [{"key": "a"}, {"key": "b"}]},
                    {"key": "plan", "scale": "toggle", "source": "account",
                     "sub_sections": [{"key": "more"}]},
                ],
                "gates": [{"target": target, "needs": ["plan.more"]}]},
            "users": [{"id": "ana", "email": "a@b.c", "role": "admin", "status": "active"}],
        })
    };
    let check = |target: &str, expected: &[&str]| {
        let oracle = Oracle::new(&account(target));
        let held = oracle.effective("ana").into_iter().collect::<Vec<_>>();
        assert_eq!(held, expected, "{target}");
        let denied = oracle.decide("ana", &["reports.a:export".to_owned()]);
        assert_eq!(denied, Err("not_entitled"), "{target}");
    };
    check(
        "reports:export",
        &["reports.a:edit", "reports.a:view", "reports.b:edit", "reports.b:view"],
    );
    check(
        "reports.a:export",
        &[
            "reports.a:edit",
            "reports.a:view",
            "reports.b:edit",
            "reports.b:export",
            "reports.b:view",
        ],
    );
    check("reports.a:view", &["reports.b:edit", "reports.b:export", "reports.b:view"]);
    check("reports.a", &["reports.b:edit", "reports.b:export", "reports.b:view"]);
}
