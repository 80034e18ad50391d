//! `studio/2026-06`: an agent studio's workspace, in the generation of June 2026.

crate::catalog! {
    /// An agent studio's workspace of June 2026: 13 areas, 33 leaves.
    "studio/2026-06";

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
            AUDIT_LOG = "audit_log",
        };
    }
    gates {
        // ROLE-5.
        "workspace.studio_assistant": ["plan.enterprise_cluster"];
        "plan.audit_log": ["plan.enterprise"];
    }
    operations {
        PUBLISH_CHAT_WIDGET = "publish_chat_widget": ["widgets:edit", "messaging.chat:edit"];
        PUBLISH_PHONE_WIDGET = "publish_phone_widget": ["widgets:edit"];
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
}
