//! The tenant: `tenant/1`.

#![expect(clippy::indexing_slicing, reason = "fields of documents are written by name")]

use serde_json::{Map, Value, json};

use super::{area, authority, of_account, of_role, operations, worded, words};

const ACTIONS: &str = "view create edit delete manage";

/// The areas of actions, and which actions each template gives of them; a dot is none.
const AREAS: [(&str, [&str; 3]); 6] = [
    ("conversations", ["view create edit", "view", ""]),
    ("settings", ["", "", "view"]),
    ("users", ["", "view create edit", ""]),
    ("analytics", ["", "view export", ""]),
    ("integrations", ["", "", ACTIONS]),
    ("experiments", ["", "", ACTIONS]),
];

const TEMPLATES: [(&str, &str, &str); 3] = [
    ("support_agent", "Support agent", "Handles conversations"),
    ("manager", "Manager", "Sees how the team does, and keeps it"),
    ("integrator", "Integrator", "Connects systems and runs experiments"),
];

const WORDS: &str = "
conversations | Conversations | Chat, voice and email conversations
settings | Settings | Branding, channels, the organisation; manage is for few
users | Users | Inviting, editing and removing users, and role templates
analytics | Analytics | Dashboards and reports; export takes figures out
integrations | Integrations | CRM connections and third-party services; manage connects, disconnects, reconfigures
experiments | Experiments | Experiments and tests that change routing, playbooks or the assistant
crm | CRM access | Seeing and changing CRM records
";

const OPERATIONS: &str = "
connect_integration = integrations:manage
disconnect_integration = integrations:manage
reconfigure_integration = integrations:manage
export_metrics = analytics:export
change_conversation_settings = conversations:manage
view_crm_record = crm:on
update_crm_record = crm:on
";

pub(super) fn tenant() -> Value {
    let mut areas: Vec<Value> = AREAS.iter().map(|(key, _)| with_actions(key)).collect();
    let mut crm = area("crm", "toggle", "");
    crm["user_only"] = json!(true);
    areas.push(crm);
    areas.push(of_role("tenant", "users templates billing seats"));
    areas.push(of_account("policy", "host", "user_delegation audit_log"));
    let templates = (0..).zip(TEMPLATES).map(|(column, (id, name, description))| {
        let grants = AREAS.map(|(key, columns)| {
            let actions = columns.get::<usize>(column).copied().unwrap_or_default();
            (key.to_owned(), json!(words(actions)))
        });
        let grants = Map::from_iter(grants);
        json!({"id": id, "name": name, "description": description, "grants": grants})
    });
    json!({
        "id": "tenant/1",
        "roles": {"admin": "Admin", "member": "User"},
        "areas": worded(areas, WORDS),
        "delegated": {"area": "users", "feature": "policy.user_delegation"},
        "authority": authority(
            "tenant.users:on users:create",
            "tenant.users:on users:edit",
            "tenant.users:on users:delete",
            "tenant.users:on users:edit",
            "tenant.templates:on users:manage",
        ),
        "audit_log": "policy.audit_log",
        "operations": operations(OPERATIONS),
        "templates": templates.collect::<Vec<Value>>(),
    })
}

fn with_actions(key: &str) -> Value {
    let mut actions = words(ACTIONS);
    if key == "analytics" {
        actions.push("export");
    }
    let mut area = area(key, "", "");
    area["scale"] = json!({"actions": actions});
    area
}
