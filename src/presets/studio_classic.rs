//! `studio/2026-03`: an agent studio's workspace, in the generation of March 2026.
//!
//! Its templates are only examples: the product named such roles and left it to each workspace what
//! they may do.

crate::catalog! {
    /// An agent studio's workspace of March 2026: 5 areas, 24 leaves.
    "studio/2026-03";

    levels { none "Hidden: no access", read "View, no changes", edit "View and change" }
    areas {
        analytics about "Conversations and analysis": levels {
            SMART_ANALYST = "smart_analyst" "Smart analyst",
            CONVERSATIONS = "conversations" "Conversations",
            AGENT_ANALYSIS = "agent_analysis" "Agent analysis",
        };
        build about "Building the agent": levels {
            AGENT = "agent",
            KNOWLEDGE = "knowledge",
            FLOWS = "flows",
            TOOLS = "tools" | "functions",
            VARIANT_MANAGEMENT = "variant_management" | "variants",
            CALL_HANDOFFS = "call_handoffs" | "handoffs",
            SMS = "sms" "SMS",
            REAL_TIME_CONFIGURATION = "real_time_configuration" "Real-time configuration",
            CONFIGURATION_BUILDER = "configuration_builder",
            TEST_SUITE = "test_suite",
        };
        channels about "Voice and chat": levels {
            VOICE = "voice" "Voice configuration" | "voice_configuration",
            CHAT = "chat" "Chat" | "chat_configuration" | "widget",
        };
        configure about "Settings of the agent": levels {
            GENERAL = "general",
            NUMBERS = "numbers",
            APIS = "apis" "APIs",
            INTEGRATIONS = "integrations",
            METRICS = "metrics",
            DASHBOARDS = "dashboards",
            CSAT = "csat" "CSAT",
        };
        deployments about "Releases": levels {
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
        };
        plan: toggle(account host) {
            ENTERPRISE = "enterprise",
        };
    }
    authority {
        invite: ["workspace.users:on"];
        edit: ["workspace.users:on"];
        delete: ["workspace.users:on"];
        permissions: ["workspace.permissions:on"];
        templates: ["workspace.permissions:on"];
    }
    operations {
        PUBLISH_CHAT_WIDGET = "publish_chat_widget": ["channels.chat:edit"];
        PROMOTE_ENVIRONMENT = "promote_environment": ["deployments.environments:edit"];
        MANAGE_API_CONNECTIONS = "manage_api_connections":
            ["configure.apis:edit"];
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
        QA_ANALYST = "qa_analyst" "Qa analyst": {
            "analytics": Read,
            "analytics.smart_analyst": None,
            "analytics.conversations": Read,
            "analytics.agent_analysis": None,
            "build": None,
            "channels": None,
            "configure": None,
            "deployments": None,
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
    audit_log "plan.enterprise";
    retired { "plan.audit_log" }
}
