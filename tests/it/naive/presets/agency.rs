//! The agency: `agency/1`.

#![expect(clippy::indexing_slicing, reason = "fields of documents are written by name")]

use serde_json::{Value, json};

use super::{authority, of_account, of_role, operations, worded};

const GROUPS: [(&str, &str); 5] = [
    (
        "general",
        "assistants! knowledge_base actions workflows contacts phone_numbers analytics \
         simulations logs invite_members",
    ),
    ("agent_types", "inbound outbound widget chat"),
    ("capabilities", "configure prompt actions deployment calls"),
    ("integrations", "twilio elevenlabs gohighlevel hubspot cal_com salesforce"),
    (
        "action_types",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
    ),
];

/// The groups of which every feature has an API name, its key; but for what only the user
/// interface sets.
const API_GROUPS: [&str; 2] = ["general", "agent_types"];
const UI_ONLY: &str = "invite_members";

const WORDS: &str = "
general | General Permissions
general.assistants | Agents | Creating agents; always on
general.knowledge_base | Knowledge Base | Knowledge bases
general.actions | | The repository of actions
general.workflows | | The workflows page
general.contacts | | Contacts, memory groups, phone books
general.phone_numbers | Phone Numbers | Phone numbers and addresses
general.analytics | | The analytics dashboard
general.simulations | Test Center (Simulations) | Simulated calls and evaluations
general.logs | | Logs of calls, chats, the API and webhooks
general.invite_members | Invite Members | Inviting and managing team members; only in the user interface
agent_types | Agent Types
agent_types.inbound | Inbound agents | Creating agents of that type
agent_types.outbound | Outbound agents | Creating agents of that type
agent_types.widget | Widget agents | Creating agents of that type
agent_types.chat | Chat agents | Creating agents of that type
capabilities | Agents' Capabilities
capabilities.configure | | Model, knowledge base, voice and call settings
capabilities.prompt | | The prompt editor and the flow designer
capabilities.actions | | Attaching actions before, during and after a call
capabilities.deployment | | Phone numbers, memory groups and webhooks of an agent
capabilities.calls | | An agent's call history
integrations | Integrations
integrations.twilio | | Phone numbers from an own account
integrations.elevenlabs | ElevenLabs | Own voices
integrations.gohighlevel | GoHighLevel | Booking, and custom actions
integrations.hubspot | HubSpot | Custom actions, and syncing extractors
integrations.cal_com | Cal.com | Booking
integrations.salesforce | | Custom actions
action_types | Actions
action_types.real_time_booking | Real-time booking
action_types.information_extractor | Information extractor
action_types.live_transfer | Live transfer
action_types.send_sms | Send SMS
action_types.incall_sms | In-call SMS
action_types.incall_whatsapp | In-call WhatsApp
action_types.custom_action | Custom action
action_types.custom_eval | Custom eval
workspace.members | Manage members
";

/// One of the operations for each word in the second column, which fills the braces.
const OPERATIONS: [(&str, &str, &str); 24] = [
    ("create_{}_agent", "inbound outbound widget chat", "general.assistants agent_types.{}"),
    ("edit_agent_settings", "-", "general.assistants capabilities.configure"),
    (
        "attach_knowledge_base",
        "-",
        "general.assistants capabilities.configure general.knowledge_base",
    ),
    ("edit_prompt", "-", "capabilities.prompt"),
    (
        "create_{}",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
        "general.actions action_types.{}",
    ),
    (
        "attach_{}",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
        "general.actions capabilities.actions action_types.{}",
    ),
    ("attach_phone_number", "-", "capabilities.deployment general.phone_numbers"),
    ("assign_memory_group", "-", "capabilities.deployment general.contacts"),
    ("set_webhook", "-", "capabilities.deployment"),
    ("view_agent_calls", "-", "capabilities.calls"),
    ("view_logs", "-", "general.logs"),
    ("import_twilio_number", "-", "integrations.twilio general.phone_numbers"),
    ("import_elevenlabs_voice", "-", "integrations.elevenlabs capabilities.configure"),
    ("book_{}", "gohighlevel cal_com", "integrations.{} action_types.real_time_booking"),
    (
        "{}_action",
        "gohighlevel hubspot salesforce",
        "integrations.{} general.actions action_types.custom_action",
    ),
    ("hubspot_extractor_sync", "-", "integrations.hubspot action_types.information_extractor"),
    ("invite_member", "-", "general.invite_members workspace.members"),
    ("manage_{}_agent", "inbound outbound widget chat", "general.assistants agent_types.{}"),
    ("buy_phone_number", "-", "general.phone_numbers"),
    ("deploy_agent", "-", "general.assistants capabilities.deployment"),
    ("open_workflows", "-", "general.workflows"),
    ("view_analytics", "-", "general.analytics"),
    ("run_simulation", "-", "general.simulations"),
    ("manage_contacts", "-", "general.contacts"),
];

pub(super) fn agency() -> Value {
    let mut areas = GROUPS.map(|(key, features)| of_account(key, "agency", features)).to_vec();
    for area in &mut areas {
        let has_api = API_GROUPS.iter().any(|group| area["key"] == *group);
        let features = area["sub_sections"].as_array_mut().into_iter().flatten();
        for feature in features.filter(|feature| has_api && feature["key"] != UI_ONLY) {
            feature["api_name"] = feature["key"].clone();
        }
    }
    areas.push(of_role("workspace", "members"));
    let lines: String = OPERATIONS
        .iter()
        .flat_map(|(key, words, needs)| {
            words.split_whitespace().map(|word| {
                let needs = needs.replace("{}", word).replace(' ', ":on + ");
                format!("{} = {needs}:on\n", key.replace("{}", word))
            })
        })
        .collect();
    let members = "workspace.members:on";
    let mut authority = authority(members, members, members, members, members);
    for group in ["invite", "edit", "delete", "permissions", "templates"] {
        authority[group]["needs"] = json!(["general.invite_members"]);
    }
    json!({
        "id": "agency/1",
        "areas": worded(areas, WORDS),
        "authority": authority,
        "operations": operations(&lines),
    })
}
