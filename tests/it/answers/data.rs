//! Answers as data: what another program is given, word for word.

#![expect(clippy::unwrap_used, reason = "tests")]

use bailiwick::document::Document;
use bailiwick::presets::tenant;
use bailiwick::{Account, presets};
use serde_json::{Value, json};

fn account(own: &Value) -> Account {
    let document = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
        "templates": [{"id": "kb", "name": "Knowledge", "grants": {"conversations": ["view", "edit"]}}],
        "users": [{"id": "kim", "email": "kim@acme.example", "role": "member",
                   "status": "active", "template": "kb", "grants": own,
                   "mutes": ["conversations:edit"]}],
    });
    let document: Document = serde_json::from_value(document).unwrap();
    Account::from_document(&document, &presets::all()).unwrap()
}

/// DEC-3.
#[test]
fn an_explanation_is_data() {
    let lattice = account(&json!({})).compile();
    let denied = lattice.explain("kim", tenant::conversations::EDIT);
    assert_eq!(
        serde_json::to_value(&denied).unwrap(),
        json!({
            "user": "kim",
            "asked": "conversations:edit",
            "decision": "deny",
            "reason": "muted",
            "parts": [{
                "permission": "conversations:edit",
                "reason": "muted",
                "layers": [
                    {"layer": "role", "gave": false, "took": false,
                     "text": "member: gives nothing by itself"},
                    {"layer": "template", "gave": true, "took": false,
                     "text": "kb: conversations is view + edit"},
                    {"layer": "grants", "gave": false, "took": false,
                     "text": "nothing for conversations"},
                    {"layer": "mutes", "gave": false, "took": true,
                     "text": "conversations:edit is muted"},
                ],
            }],
            "fixes": [[{"lift_mute": "conversations:edit"}]],
        }),
    );
    let missing = lattice.explain("kim", tenant::settings::VIEW);
    assert_eq!(
        serde_json::to_value(missing.fixes()).unwrap(),
        json!([
            [{"grant": "settings:view"}],
            [{"add_to_template": "settings:view", "template": "kb", "users": 1}],
        ]),
    );
    let allowed = lattice.explain("kim", tenant::conversations::VIEW);
    let data = serde_json::to_value(&allowed).unwrap();
    assert_eq!((&data["decision"], &data["fixes"]), (&json!("allow"), &json!([])));
}

/// LVL-10, CAT-11.
#[test]
fn a_navigation_is_data() {
    let [conversations, crm] =
        ["Chat, voice and email conversations", "Seeing and changing CRM records"];
    let lattice = account(&json!({"crm": true})).compile();
    let navigation = lattice.subject("kim").navigation();
    assert_eq!(
        serde_json::to_value(&navigation).unwrap(),
        json!({
            "digest": format!("{:016x}", navigation.digest()),
            "areas": [
                {"key": "conversations", "label": "Conversations",
                 "description": conversations, "source": "grantable", "uniform": ["view"],
                 "leaves": [{"path": "conversations", "label": "Conversations",
                             "description": conversations, "rungs": ["view"]}]},
                {"key": "crm", "label": "CRM access", "description": crm,
                 "source": "grantable", "uniform": ["on"],
                 "leaves": [{"path": "crm", "label": "CRM access", "description": crm,
                             "rungs": ["on"]}]},
            ],
        }),
    );
}

/// REV-5.
#[test]
fn a_diff_is_data() {
    let diff = account(&json!({})).diff(&account(&json!({"crm": true}))).unwrap();
    assert_eq!(
        serde_json::to_value(&diff).unwrap(),
        json!([{"user": "kim", "gained": ["crm:on"], "lost": [], "causes": ["grants"]}]),
    );
}
