//! The studio in two generations: `studio/2026-03` and `studio/2026-06`.

use serde_json::{Value, json};

use super::{area, authority, of_account, of_role, operations, template, worded};

const CLASSIC_AREAS: [(&str, &str); 5] = [
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

const CLASSIC_WORDS: &str = "
analytics | | Conversations and analysis
build | | Building the agent
channels | | Voice and chat
configure | | Settings of the agent
deployments | | Releases
build.sms | SMS
build.real_time_configuration | Real-time configuration
channels.voice | Voice configuration
configure.apis | APIs
configure.csat | CSAT
";

const CLASSIC_OPERATIONS: &str = "
publish_chat_widget = channels.chat:edit
promote_environment = deployments.environments:edit
manage_api_connections = configure.apis:edit
";

const CLASSIC_TEMPLATES: [(&str, &str); 3] = [
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

pub(super) fn classic() -> Value {
    let mut areas = CLASSIC_AREAS.map(|(key, sections)| area(key, "levels", sections)).to_vec();
    areas.push(of_role("workspace", "projects users permissions billing account_settings secrets"));
    areas.push(of_account("plan", "host", "enterprise"));
    let templates = CLASSIC_TEMPLATES.map(|(id, cells)| template(id, cells.split(", ")));
    json!({
        "id": "studio/2026-03",
        "levels": {
            "none": "Hidden: no access", "read": "View, no changes", "edit": "View and change",
        },
        "areas": worded(areas, CLASSIC_WORDS),
        "authority": workspace_authority(),
        "audit_log": "plan.enterprise",
        "retired": ["plan.audit_log"],
        "operations": operations(CLASSIC_OPERATIONS),
        "templates": templates,
    })
}

const TEMPLATES: [&str; 4] =
    ["read_only_reviewer", "knowledge_editor", "full_developer", "operations_manager"];

/// An area, its sub-sections, and its level in each of the templates above.
const AREAS: [(&str, &str, &str); 13] = [
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

const WORDS: &str = "
analytics.conversations | | Transcripts, recordings and their review
analytics.kpis | KPIs | Definitions of metrics
analytics.custom_metrics | | Extraction and reporting after calls
analytics.dashboards | | Standard, safety and own dashboards
analytics.polyscore | PolyScore | Automatic scoring of conversations
analytics.smart_analyst | Smart Analyst | Insights drawn by AI
analytics.agent_analysis | | Categories and trends, call by call
analytics.csat | CSAT | Satisfaction surveys
behavior.general | | Persona, role and rules
behavior.language | | Languages, coverage, translations
behavior.guardrails | | Safety filters
behavior.models | | Which model answers
knowledge.faqs | FAQs | Topics, sample questions, answers, actions
knowledge.sources | | Connected knowledge
knowledge.variants | | Settings for several sites
flows | | Conversation flows, with and without code
tools | | Functions, classes and tool integrations
testing | | Test cases, sets and regression runs
real_time_config | Real-time config | Its tools and the configuration builder
voice.agent | | Voice and disclaimer
voice.handoffs | | Where calls are transferred, and how
voice.audio_library | Audio library | Recorded audio
voice.numbers | | Phone numbers and their carrier
voice.advanced | | Call settings, recognition, response control, stop words, pronunciation
messaging.chat | | Chat settings and the chat widget's (one permission)
messaging.sms | SMS | Outbound text messages
integrations | | APIs, third-party services, MCP
deployments.environments | | Sandbox, pre-release and live, and promotion between them
deployments.ab_testing | A/B testing | Traffic splits and experiments
deployments.compare_versions | | Versions side by side
deployments.project_history | | What was changed when
widgets | | Setting up, installing and sharing phone and chat widgets
account | | Account settings, users' page, API keys, call data, legal
workspace.studio_assistant | Studio Assistant (Beta)
";

const OPERATIONS: &str = "
publish_chat_widget = widgets:edit + messaging.chat:edit
publish_phone_widget = widgets:edit
promote_environment = deployments.environments:edit
start_ab_test = deployments.ab_testing:edit
manage_api_keys = account:edit
export_call_data = account:edit
edit_legal = account:edit
view_api_keys = account:read
invite_user = workspace.users:on
manage_projects = workspace.projects:on
manage_billing = workspace.billing:on
use_studio_assistant = workspace.studio_assistant:on
";

pub(super) fn june() -> Value {
    let mut areas = AREAS.map(|(key, sections, _)| area(key, "levels", sections)).to_vec();
    areas.push(of_role(
        "workspace",
        "projects users permissions billing account_settings secrets studio_assistant",
    ));
    areas.push(of_account("plan", "host", "enterprise enterprise_cluster"));
    let templates: Vec<Value> = (0..)
        .zip(TEMPLATES)
        .map(|(column, id)| template(id, cells(column).iter().map(String::as_str)))
        .collect();
    json!({
        "id": "studio/2026-06",
        "areas": worded(areas, WORDS),
        // It needs a feature beside the role (ROLE-5).
        "gates": [{"target": "workspace.studio_assistant", "needs": ["plan.enterprise_cluster"]}],
        "authority": workspace_authority(),
        "audit_log": "plan.enterprise",
        "retired": ["plan.audit_log"],
        "operations": operations(OPERATIONS),
        "templates": templates,
    })
}

fn cells(column: usize) -> Vec<String> {
    let areas = AREAS.iter();
    areas
        .map(|(key, _, levels)| {
            let level = levels.split_whitespace().nth(column).unwrap_or_default();
            format!("{key} {level}")
        })
        .collect()
}

fn workspace_authority() -> Value {
    let (users, permissions) = ("workspace.users:on", "workspace.permissions:on");
    authority(users, users, users, permissions, permissions)
}
