//! What a host that sells the studio through agencies composes: `agency-studio/1`.

#![expect(clippy::indexing_slicing, reason = "fields of documents are written by name")]

use serde_json::{Value, json};

use super::preset;
use crate::naive::catalog::compose::{include, renamed};

const GATES: [(&str, &str); 7] = [
    ("knowledge", "general.knowledge_base"),
    ("analytics", "general.analytics"),
    ("voice.numbers", "general.phone_numbers"),
    ("widgets", "agent_types.widget"),
    ("messaging.chat", "agent_types.chat"),
    ("testing", "general.simulations"),
    ("tools", "general.actions"),
];

/// The studio, with the agency's features. The agency's `workspace` stays behind, and so does the
/// operation that names it: what carries inviting in this catalog is the studio's (ROLE-8).
pub(super) fn agency_studio() -> Value {
    let groups = ["general", "agent_types", "capabilities", "vendor_integrations", "action_types"];
    let agency = renamed(&preset("agency/1"), "integrations", "vendor_integrations");
    let mut catalog = include(&preset("studio/2026-06"), &agency, &groups);
    catalog["id"] = json!("agency-studio/1");
    if let Some(gates) = catalog["gates"].as_array_mut() {
        gates.extend(GATES.map(|(target, need)| json!({"target": target, "needs": [need]})));
    }
    if let Some(operations) = catalog["operations"].as_array_mut() {
        let needs = ["general.invite_members:on", "workspace.users:on"];
        operations.push(json!({"key": "invite_member", "needs": needs}));
    }
    catalog["authority"]["invite"]["needs"] = json!(["general.invite_members"]);
    catalog
}
