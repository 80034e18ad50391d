//! The composed catalog once more, written out with the macro.

bailiwick::catalog! {
    /// A studio whose areas need the features of an agency.
    "voice-agency/1";

    areas {
        analytics: levels {
            CONVERSATIONS = "conversations",
            KPIS = "kpis" "KPIs",
            CUSTOM_METRICS = "custom_metrics",
            DASHBOARDS = "dashboards",
            POLYSCORE = "polyscore" "PolyScore",
            SMART_ANALYST = "smart_analyst",
            AGENT_ANALYSIS = "agent_analysis",
            CSAT = "csat" "CSAT",
        };
        behavior: levels {
            GENERAL = "general",
            LANGUAGE = "language",
            GUARDRAILS = "guardrails",
            MODELS = "models",
        };
        knowledge: levels { FAQS = "faqs" "FAQs", SOURCES = "sources", VARIANTS = "variants" };
        flows: levels as FLOWS;
        tools: levels as TOOLS;
        testing: levels as TESTING;
        real_time_config "Real-time config": levels as REAL_TIME_CONFIG;
        voice: levels {
            AGENT = "agent",
            HANDOFFS = "handoffs",
            AUDIO_LIBRARY = "audio_library",
            NUMBERS = "numbers",
            ADVANCED = "advanced",
        };
        messaging: levels {
            CHAT = "chat" | "chat_configuration" | "widget_settings",
            SMS = "sms" "SMS",
        };
        integrations: levels as INTEGRATIONS;
        deployments: levels {
            ENVIRONMENTS = "environments",
            AB_TESTING = "ab_testing" "A/B testing",
            COMPARE_VERSIONS = "compare_versions",
            PROJECT_HISTORY = "project_history",
        };
        widgets: levels as WIDGETS;
        account: levels as ACCOUNT;
        workspace: toggle(role) {
            PROJECTS = "projects",
            USERS = "users",
            PERMISSIONS = "permissions",
            BILLING = "billing",
            ACCOUNT_SETTINGS = "account_settings",
            SECRETS = "secrets",
            STUDIO_ASSISTANT = "studio_assistant",
        };
        plan: toggle(account) {
            ENTERPRISE = "enterprise",
            ENTERPRISE_CLUSTER = "enterprise_cluster",
        };
        general: toggle(account agency) {
            ASSISTANTS = "assistants" api "assistants" always on,
            KNOWLEDGE_BASE = "knowledge_base" api "knowledge_base",
            ACTIONS = "actions" api "actions",
            WORKFLOWS = "workflows" api "workflows",
            CONTACTS = "contacts" api "contacts",
            PHONE_NUMBERS = "phone_numbers" api "phone_numbers",
            ANALYTICS = "analytics" api "analytics",
            SIMULATIONS = "simulations" "Test Center" api "simulations",
            LOGS = "logs" api "logs",
            INVITE_MEMBERS = "invite_members",
        };
        agent_types: toggle(account agency) {
            INBOUND = "inbound" api "inbound",
            OUTBOUND = "outbound" api "outbound",
            WIDGET = "widget" api "widget",
            CHAT = "chat" api "chat",
        };
        capabilities: toggle(account agency) {
            CONFIGURE = "configure",
            PROMPT = "prompt",
            ACTIONS = "actions",
            DEPLOYMENT = "deployment",
            CALLS = "calls",
        };
        action_types: toggle(account agency) {
            REAL_TIME_BOOKING = "real_time_booking",
            INFORMATION_EXTRACTOR = "information_extractor",
            LIVE_TRANSFER = "live_transfer",
            SEND_SMS = "send_sms",
            INCALL_SMS = "incall_sms",
            INCALL_WHATSAPP = "incall_whatsapp",
            CUSTOM_ACTION = "custom_action",
            CUSTOM_EVAL = "custom_eval",
        };
    }
    gates {
        "workspace.studio_assistant": ["plan.enterprise_cluster"];
        "knowledge": ["general.knowledge_base"];
        "analytics": ["general.analytics"];
        "voice.numbers": ["general.phone_numbers"];
        "widgets": ["agent_types.widget"];
        "messaging.chat": ["agent_types.chat"];
        "testing": ["general.simulations"];
        "tools": ["general.actions"];
    }
    authority {
        invite: ["workspace.users:on"];
        edit: ["workspace.users:on"];
        delete: ["workspace.users:on"];
        permissions: ["workspace.permissions:on"];
        templates: ["workspace.permissions:on"];
    }
    operations {
        PUBLISH_CHAT_WIDGET = "publish_chat_widget": ["widgets:edit", "messaging.chat:edit"];
        PUBLISH_PHONE_WIDGET = "publish_phone_widget": ["widgets:edit"];
        PROMOTE_ENVIRONMENT = "promote_environment": ["deployments.environments:edit"];
        START_AB_TEST = "start_ab_test": ["deployments.ab_testing:edit"];
        MANAGE_API_KEYS = "manage_api_keys": ["account:edit"];
        EXPORT_CALL_DATA = "export_call_data": ["account:edit"];
        EDIT_LEGAL = "edit_legal": ["account:edit"];
        VIEW_API_KEYS = "view_api_keys": ["account:read"];
        INVITE_USER = "invite_user": ["workspace.users:on"];
        MANAGE_PROJECTS = "manage_projects": ["workspace.projects:on"];
        MANAGE_BILLING = "manage_billing": ["workspace.billing:on"];
        USE_STUDIO_ASSISTANT = "use_studio_assistant": ["workspace.studio_assistant:on"];
        CREATE_INBOUND_AGENT = "create_inbound_agent": [
            "general.assistants:on",
            "agent_types.inbound:on",
        ];
        CREATE_OUTBOUND_AGENT = "create_outbound_agent": [
            "general.assistants:on",
            "agent_types.outbound:on",
        ];
        CREATE_WIDGET_AGENT = "create_widget_agent": [
            "general.assistants:on",
            "agent_types.widget:on",
        ];
        CREATE_CHAT_AGENT = "create_chat_agent": ["general.assistants:on", "agent_types.chat:on"];
        EDIT_AGENT_SETTINGS = "edit_agent_settings": [
            "general.assistants:on",
            "capabilities.configure:on",
        ];
        ATTACH_KNOWLEDGE_BASE = "attach_knowledge_base": [
            "general.assistants:on",
            "capabilities.configure:on",
            "general.knowledge_base:on",
        ];
        EDIT_PROMPT = "edit_prompt": ["capabilities.prompt:on"];
        CREATE_REAL_TIME_BOOKING = "create_real_time_booking": [
            "general.actions:on",
            "action_types.real_time_booking:on",
        ];
        CREATE_INFORMATION_EXTRACTOR = "create_information_extractor": [
            "general.actions:on",
            "action_types.information_extractor:on",
        ];
        CREATE_LIVE_TRANSFER = "create_live_transfer": [
            "general.actions:on",
            "action_types.live_transfer:on",
        ];
        CREATE_SEND_SMS = "create_send_sms": ["general.actions:on", "action_types.send_sms:on"];
        CREATE_INCALL_SMS = "create_incall_sms": [
            "general.actions:on",
            "action_types.incall_sms:on",
        ];
        CREATE_INCALL_WHATSAPP = "create_incall_whatsapp": [
            "general.actions:on",
            "action_types.incall_whatsapp:on",
        ];
        CREATE_CUSTOM_ACTION = "create_custom_action": [
            "general.actions:on",
            "action_types.custom_action:on",
        ];
        CREATE_CUSTOM_EVAL = "create_custom_eval": [
            "general.actions:on",
            "action_types.custom_eval:on",
        ];
        ATTACH_REAL_TIME_BOOKING = "attach_real_time_booking": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.real_time_booking:on",
        ];
        ATTACH_INFORMATION_EXTRACTOR = "attach_information_extractor": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.information_extractor:on",
        ];
        ATTACH_LIVE_TRANSFER = "attach_live_transfer": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.live_transfer:on",
        ];
        ATTACH_SEND_SMS = "attach_send_sms": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.send_sms:on",
        ];
        ATTACH_INCALL_SMS = "attach_incall_sms": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.incall_sms:on",
        ];
        ATTACH_INCALL_WHATSAPP = "attach_incall_whatsapp": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.incall_whatsapp:on",
        ];
        ATTACH_CUSTOM_ACTION = "attach_custom_action": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.custom_action:on",
        ];
        ATTACH_CUSTOM_EVAL = "attach_custom_eval": [
            "general.actions:on",
            "capabilities.actions:on",
            "action_types.custom_eval:on",
        ];
        ATTACH_PHONE_NUMBER = "attach_phone_number": [
            "capabilities.deployment:on",
            "general.phone_numbers:on",
        ];
        ASSIGN_MEMORY_GROUP = "assign_memory_group": [
            "capabilities.deployment:on",
            "general.contacts:on",
        ];
        SET_WEBHOOK = "set_webhook": ["capabilities.deployment:on"];
        VIEW_AGENT_CALLS = "view_agent_calls": ["capabilities.calls:on"];
        VIEW_LOGS = "view_logs": ["general.logs:on"];
        MANAGE_INBOUND_AGENT = "manage_inbound_agent": ["general.assistants:on", "agent_types.inbound:on"];
        MANAGE_OUTBOUND_AGENT = "manage_outbound_agent": ["general.assistants:on", "agent_types.outbound:on"];
        MANAGE_WIDGET_AGENT = "manage_widget_agent": ["general.assistants:on", "agent_types.widget:on"];
        MANAGE_CHAT_AGENT = "manage_chat_agent": ["general.assistants:on", "agent_types.chat:on"];
        BUY_PHONE_NUMBER = "buy_phone_number": ["general.phone_numbers:on"];
        DEPLOY_AGENT = "deploy_agent": ["general.assistants:on", "capabilities.deployment:on"];
        OPEN_WORKFLOWS = "open_workflows": ["general.workflows:on"];
        VIEW_ANALYTICS = "view_analytics": ["general.analytics:on"];
        RUN_SIMULATION = "run_simulation": ["general.simulations:on"];
        MANAGE_CONTACTS = "manage_contacts": ["general.contacts:on"];
    }
    templates {
        READ_ONLY_REVIEWER = "read_only_reviewer" "Read-only reviewer": {
            "analytics": Read,
            "behavior": Read,
            "knowledge": Read,
            "flows": None,
            "tools": None,
            "testing": None,
            "real_time_config": None,
            "voice": Read,
            "messaging": Read,
            "integrations": None,
            "deployments": Read,
            "widgets": None,
            "account": Read,
        };
        KNOWLEDGE_EDITOR = "knowledge_editor" "Knowledge editor": {
            "analytics": Read,
            "behavior": Read,
            "knowledge": Edit,
            "flows": None,
            "tools": None,
            "testing": None,
            "real_time_config": None,
            "voice": Read,
            "messaging": Read,
            "integrations": None,
            "deployments": None,
            "widgets": None,
            "account": None,
        };
        FULL_DEVELOPER = "full_developer" "Full developer": {
            "analytics": Edit,
            "behavior": Edit,
            "knowledge": Edit,
            "flows": Edit,
            "tools": Edit,
            "testing": None,
            "real_time_config": None,
            "voice": Edit,
            "messaging": Edit,
            "integrations": Edit,
            "deployments": Edit,
            "widgets": None,
            "account": Read,
        };
        OPERATIONS_MANAGER = "operations_manager" "Operations manager": {
            "analytics": Edit,
            "behavior": Read,
            "knowledge": Read,
            "flows": None,
            "tools": None,
            "testing": None,
            "real_time_config": None,
            "voice": Read,
            "messaging": Read,
            "integrations": None,
            "deployments": Edit,
            "widgets": None,
            "account": Edit,
        };
    }
    audit_log "plan.enterprise";
    retired { "plan.audit_log" }
}
