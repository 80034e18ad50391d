//! `studio/2026-03`: an agent studio's workspace, in the generation of March 2026.

crate::catalog! {
    /// An agent studio's workspace of March 2026: 5 areas, 24 leaves.
    "studio/2026-03";

    areas {
        analytics "Analytics": levels {
            SMART_ANALYST = "smart_analyst" "Smart analyst",
            CONVERSATIONS = "conversations" "Conversations",
            AGENT_ANALYSIS = "agent_analysis" "Agent analysis",
        };
        build: levels {
            AGENT = "agent",
            KNOWLEDGE = "knowledge",
            FLOWS = "flows",
            TOOLS = "tools" | "functions",
            VARIANT_MANAGEMENT = "variant_management" | "variants",
            CALL_HANDOFFS = "call_handoffs" | "handoffs",
            SMS = "sms" "SMS",
            REAL_TIME_CONFIGURATION = "real_time_configuration",
            CONFIGURATION_BUILDER = "configuration_builder",
            TEST_SUITE = "test_suite",
        };
        channels: levels {
            VOICE = "voice" "Voice configuration" | "voice_configuration",
            CHAT = "chat" "Chat" | "chat_configuration" | "widget",
        };
        configure: levels {
            GENERAL = "general",
            NUMBERS = "numbers",
            APIS = "apis" "APIs",
            INTEGRATIONS = "integrations",
            METRICS = "metrics",
            DASHBOARDS = "dashboards",
            CSAT = "csat" "CSAT",
        };
        deployments: levels {
            ENVIRONMENTS = "environments",
            PROJECT_HISTORY = "project_history",
        };
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
    templates {
        CONTENT_EDITOR = "content_editor" "Content editor": {
            "analytics": Read,
            "build": Edit,
            "build.agent": None,
            "build.knowledge": Edit,
            "build.flows": None,
            "build.tools": Read,
            "build.variant_management": None,
            "build.call_handoffs": None,
            "build.sms": None,
            "build.real_time_configuration": None,
            "build.configuration_builder": None,
            "build.test_suite": None,
            "channels": Read,
            "configure": None,
            "deployments": None,
        };
        QA_ANALYST = "qa_analyst" "QA analyst": {
            "analytics": Edit,
            "build": Read,
            "channels": Read,
            "configure": Edit,
            "configure.general": None,
            "configure.numbers": None,
            "configure.apis": None,
            "configure.integrations": None,
            "configure.metrics": None,
            "configure.dashboards": Edit,
            "configure.csat": None,
            "deployments": Read,
        };
        VOICE_SPECIALIST = "voice_specialist" "Voice specialist": {
            "analytics": Read,
            "build": Read,
            "channels": Edit,
            "channels.voice": Edit,
            "channels.chat": None,
            "configure": Read,
            "deployments": Read,
        };
    }
}
