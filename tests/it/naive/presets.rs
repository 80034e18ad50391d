//! The presets: the catalog tables of the rules, as catalog documents.
//!
//! Sub-sections are words in table order: `tools=functions` has the alias `functions`, and
//! `assistants!` is always on. Templates are R Read, E Edit, N None.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

use serde_json::{Value, json};

pub(super) fn preset(id: &str) -> Value {
    match id {
        "studio/2026-03" => studio_classic(),
        "studio/2026-06" => studio(),
        "tenant/1" => tenant(),
        "agency/1" => agency(),
        _ => panic!("no preset `{id}`"),
    }
}

const STUDIO_CLASSIC_AREAS: [(&str, &str); 5] = [
    ("analytics", "smart_analyst conversations agent_analysis"),
    (
        "build",
        "agent knowledge flows tools=functions variant_management=variants \
         call_handoffs=handoffs sms real_time_configuration configuration_builder test_suite",
    ),
    ("channels", "voice=voice_configuration chat=chat_configuration=widget"),
    ("configure", "general numbers apis integrations metrics dashboards csat"),
    ("deployments", "environments project_history"),
];

const STUDIO_CLASSIC_TEMPLATES: [(&str, &str); 3] = [
    (
        "content_editor",
        "analytics R, build E, build.agent N, build.knowledge E, build.flows N, build.tools R, \
         build.variant_management N, build.call_handoffs N, build.sms N, \
         build.real_time_configuration N, build.configuration_builder N, build.test_suite N, \
         channels R, configure N, deployments N",
    ),
    (
        "qa_analyst",
        "analytics R, analytics.smart_analyst N, analytics.conversations R, \
         analytics.agent_analysis N, build N, channels N, configure N, deployments N",
    ),
    (
        "voice_specialist",
        "analytics R, build R, channels E, channels.voice E, channels.chat N, configure R, \
         deployments R",
    ),
];

fn studio_classic() -> Value {
    let areas = STUDIO_CLASSIC_AREAS.map(|(key, sections)| area(key, "levels", sections));
    let templates = STUDIO_CLASSIC_TEMPLATES.map(|(id, cells)| template(id, cells.split(", ")));
    json!({
        "areas": with_workspace(&areas, "", "enterprise"),
        "retired": ["plan.audit_log"],
        "templates": templates,
    })
}

const STUDIO_TEMPLATES: [&str; 4] =
    ["read_only_reviewer", "knowledge_editor", "full_developer", "operations_manager"];

/// An area, its sub-sections, and its level in each of the templates above.
const STUDIO_AREAS: [(&str, &str, &str); 13] = [
    (
        "analytics",
        "conversations kpis custom_metrics dashboards polyscore smart_analyst agent_analysis csat",
        "R R E E",
    ),
    ("behavior", "general language guardrails models", "R R E R"),
    ("knowledge", "faqs sources variants", "R E E R"),
    ("flows", "", "N N E N"),
    ("tools", "", "N N E N"),
    ("testing", "", "N N N N"),
    ("real_time_config", "", "N N N N"),
    ("voice", "agent handoffs audio_library numbers advanced", "R R E R"),
    ("messaging", "chat=chat_configuration=widget_settings sms", "R R E R"),
    ("integrations", "", "N N E N"),
    ("deployments", "environments ab_testing compare_versions project_history", "R N E E"),
    ("widgets", "", "N N N N"),
    ("account", "", "R N R E"),
];

fn studio() -> Value {
    let areas = STUDIO_AREAS.map(|(key, sections, _)| area(key, "levels", sections));
    let templates: Vec<Value> = (0..)
        .zip(STUDIO_TEMPLATES)
        .map(|(column, id)| template(id, studio_column(column).iter().map(String::as_str)))
        .collect();
    json!({
        "areas": with_workspace(&areas, "studio_assistant", "enterprise enterprise_cluster"),
        "retired": ["plan.audit_log"],
        "gates": workspace_gates(),
        "operations": [
            operation("publish_chat_widget", "widgets:edit messaging.chat:edit"),
            operation("publish_phone_widget", "widgets:edit"),
        ],
        "templates": templates,
    })
}

fn studio_column(column: usize) -> Vec<String> {
    let areas = STUDIO_AREAS.iter();
    areas
        .map(|(key, _, levels)| {
            let level = levels.split_whitespace().nth(column).unwrap_or_default();
            format!("{key} {level}")
        })
        .collect()
}

fn with_workspace(areas: &[Value], workspace: &str, plan: &str) -> Vec<Value> {
    let mut areas = areas.to_vec();
    areas.push(sourced(
        "role",
        area(
            "workspace",
            "toggle",
            &format!("projects users permissions billing account_settings secrets {workspace}"),
        ),
    ));
    areas.push(sourced("account", area("plan", "toggle", plan)));
    areas
}

/// `studio_assistant` needs a feature beside the role (ROLE-5), and so does the audit log.
fn workspace_gates() -> Value {
    json!([
        {"target": "workspace.studio_assistant", "needs": ["plan.enterprise_cluster"]},
    ])
}

fn tenant() -> Value {
    let with_actions = |key: &str| {
        let mut area = area(key, "", "");
        area["scale"] = json!({"actions": ["view", "create", "edit", "delete", "manage"]});
        area
    };
    let mut analytics = with_actions("analytics");
    analytics["scale"] =
        json!({"actions": ["view", "create", "edit", "delete", "manage", "export"]});
    let mut crm = area("crm", "toggle", "");
    crm["user_only"] = json!(true);
    json!({
        "areas": [
            with_actions("conversations"),
            with_actions("settings"),
            with_actions("users"),
            analytics,
            with_actions("integrations"),
            with_actions("experiments"),
            crm,
            sourced("role", area("tenant", "toggle", "users templates billing seats")),
            sourced("account", area("policy", "toggle", "user_delegation audit_log")),
        ],
        "delegated": {"area": "users", "feature": "policy.user_delegation"},
        "operations": [
            operation("connect_integration", "integrations:manage"),
            operation("disconnect_integration", "integrations:manage"),
            operation("reconfigure_integration", "integrations:manage"),
            operation("export_metrics", "analytics:export"),
            operation("change_conversation_settings", "conversations:manage"),
            operation("view_crm_record", "crm:on"),
            operation("update_crm_record", "crm:on"),
        ],
    })
}

const AGENCY_GROUPS: [(&str, &str); 5] = [
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

/// One of the operations for each word in the second column, which fills the braces.
const AGENCY_OPERATIONS: [(&str, &str, &str); 17] = [
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
];

fn agency() -> Value {
    let mut groups = AGENCY_GROUPS
        .map(|(key, features)| sourced("account", area(key, "toggle", features)))
        .to_vec();
    groups.push(sourced("role", area("workspace", "toggle", "members")));
    let operations: Vec<Value> = AGENCY_OPERATIONS
        .iter()
        .flat_map(|(key, words, features)| {
            words.split_whitespace().map(|word| {
                let features = features.replace("{}", word);
                let needs: Vec<String> =
                    features.split_whitespace().map(|feature| format!("{feature}:on")).collect();
                operation(&key.replace("{}", word), &needs.join(" "))
            })
        })
        .collect();
    json!({"areas": groups, "operations": operations})
}

fn area(key: &str, scale: &str, sections: &str) -> Value {
    let sections: Vec<Value> = sections.split_whitespace().map(section).collect();
    json!({"key": key, "scale": scale, "sub_sections": sections})
}

fn sourced(source: &str, mut area: Value) -> Value {
    area["source"] = json!(source);
    area
}

fn section(word: &str) -> Value {
    let always_on = word.ends_with('!');
    let mut names = word.trim_end_matches('!').split('=');
    let key = names.next();
    let aliases: Vec<&str> = names.collect();
    json!({"key": key, "aliases": aliases, "always_on": always_on})
}

fn operation(key: &str, needs: &str) -> Value {
    let needs: Vec<&str> = needs.split_whitespace().collect();
    json!({"key": key, "needs": needs})
}

fn template<'a>(id: &str, cells: impl Iterator<Item = &'a str>) -> Value {
    let mut grants = json!({});
    for (path, letter) in cells.filter_map(|cell| cell.split_once(' ')) {
        grants[path] = json!(match letter {
            "R" => "read",
            "E" => "edit",
            "N" => "none",
            _ => panic!("no level `{letter}`"),
        });
    }
    json!({"id": id, "grants": grants})
}
