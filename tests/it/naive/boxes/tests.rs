//! TPL-5: boxes of areas with sub-sections, and mutes of areas under them.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use serde_json::{Value, json};

use crate::naive::Directory;

/// An account on a catalog with the actions view, edit and send on the sections `x` and `y`.
fn account(user: &Value) -> Directory {
    let mut kim =
        json!({"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active"});
    for (field, value) in user.as_object().unwrap() {
        kim[field] = value.clone();
    }
    Directory::new(&json!({
        "format": "bailiwick/account/1", "id": "acme", "revision": 0,
        "catalog": {"format": "bailiwick/catalog/1", "id": "acme/1", "areas": [
            {"key": "desk", "scale": {"actions": ["view", "edit", "send"]},
             "sub_sections": [{"key": "x"}, {"key": "y"}]},
            {"key": "notes", "scale": "levels", "sub_sections": [{"key": "a"}, {"key": "b"}]},
        ]},
        "features": [], "users": [kim],
        "templates": [{"id": "t", "name": "T", "grants": {"desk": ["view", "edit"]}}],
    }))
}

/// Ticks or unticks one box, and says what is granted and muted then.
#[track_caller]
fn check(user: &Value, command: &str, permission: &str, expected: &Value) {
    let mut directory = account(user);
    let command = json!({"command": command, "user": "kim", "permission": permission});
    let outcome = directory.execute(&json!("host"), &command, 0);
    let kim = &directory.document()["users"][0];
    let is = match outcome {
        Ok(()) => json!([kim["grants"], kim["mutes"]]),
        Err(code) => json!(code),
    };
    assert_eq!(is, *expected, "{user} {command}");
}

#[test]
fn one_leaf_is_ticked_and_no_other() {
    let grants = json!({"desk": ["view"], "desk.y": ["view"]});
    let user = json!({"grants": {"desk": ["view"]}});
    let expected = json!({"desk": ["view", "send"], "desk.y": ["view"]});
    check(&user, "tick", "desk.x:send", &json!([expected, null]));
    let expected =
        json!({"desk": ["view", "send"], "desk.x": ["view"], "desk.y": ["view", "send"]});
    check(&json!({"grants": grants}), "tick", "desk.y:send", &json!([expected, null]));
    let expected = json!({"desk": ["view"], "desk.y": []});
    check(&user, "untick", "desk.y:view", &json!([expected, null]));
    check(&json!({}), "tick", "desk.x:send", &json!("needs_first_action"));
    check(&json!({"template": "t"}), "untick", "desk.x:view", &json!([null, ["desk.x:view"]]));
}

#[test]
fn a_mute_of_an_area_is_lifted_from_one_leaf() {
    let user = json!({"template": "t", "mutes": ["desk:edit"]});
    check(&user, "tick", "desk.x:edit", &json!([null, ["desk.y:edit"]]));
    check(&user, "untick", "desk.x:edit", &json!([null, ["desk:edit"]]));
    let user = json!({"template": "t", "mutes": ["desk:view", "desk.x:edit"]});
    check(&user, "tick", "desk.x:view", &json!([null, ["desk.x:edit", "desk.y:view"]]));
    check(&user, "tick", "desk.y:edit", &json!("needs_first_action"));
}

#[test]
fn boxes_are_for_actions_and_toggles() {
    for path in ["notes.a:read", "notes.b:edit"] {
        check(&json!({}), "tick", path, &json!("wrong_scale"));
        check(&json!({}), "untick", path, &json!("wrong_scale"));
    }
    for path in ["notes:read", "desk:view", "desk.x", "desk.x:on", "nowhere:view"] {
        check(&json!({}), "tick", path, &json!("unknown_key"));
    }
}

#[test]
fn a_mute_of_an_area_holds_for_all_its_leaves() {
    let directory = account(&json!({"template": "t", "mutes": ["desk:edit"]}));
    let held = directory.effective("kim").into_iter().collect::<Vec<_>>();
    assert_eq!(held, ["desk.x:view", "desk.y:view"]);
    let oracle = directory.oracle();
    assert_eq!(oracle.decide("kim", &["desk.y:edit".to_owned()]), Err("muted"));
}

/// Levels come in the order of the errors of LVL-13, and None is stored (LVL-14).
#[test]
fn levels_are_set_by_their_commands() {
    let mut directory = account(&json!({"grants": {"notes": "read", "notes.b": "none"}}));
    let mut give = |command: Value| directory.execute(&json!("host"), &command, 0);
    let refusals = [
        (json!({"command": "set_area", "area": "notes.a"}), "unknown_key"),
        (json!({"command": "set_section", "leaf": "notes"}), "unknown_key"),
        (json!({"command": "raise", "leaf": "notes"}), "unknown_key"),
        (json!({"command": "set_area", "area": "desk"}), "wrong_scale"),
        (json!({"command": "raise", "leaf": "desk.x"}), "wrong_scale"),
        (json!({"command": "set_section", "leaf": "notes.a"}), "exceeds_parent"),
    ];
    for (mut command, code) in refusals {
        command["user"] = json!("kim");
        command["level"] = json!("edit");
        assert_eq!(give(command.clone()), Err(code.to_owned()), "{command}");
    }
    let area = |level: &str| json!({"command": "set_area", "user": "kim", "area": "notes", "level": level});
    give(area("edit")).unwrap();
    give(area("none")).unwrap();
    let kim = &directory.document()["users"][0];
    assert_eq!(kim["grants"], json!({"notes": "none", "notes.b": "none"}));
}
