//! `studio/2026-03`: an agent studio's workspace, in the generation of March 2026.
//!
//! Its templates are examples of ours: the product named such roles, and left it to each workspace
//! what they may do.

crate::catalog! {
    /// An agent studio's workspace of March 2026: 5 areas, 24 leaves.
    "studio/2026-03";

    areas {
        analytics about "Conversations and their analysis": levels {
            SMART_ANALYST = "smart_analyst" "Smart analyst" about "Insights drawn by AI",
            CONVERSATIONS = "conversations" "Conversations"
                about "Transcripts, recordings and their review",
            AGENT_ANALYSIS = "agent_analysis" "Agent analysis"
                about "Categories and trends, call by call",
        };
        build about "Building the agent": levels {
            AGENT = "agent" about "Persona, role and rules",
            KNOWLEDGE = "knowledge" about "Topics, questions and connected knowledge",
            FLOWS = "flows" about "Conversation flows",
            TOOLS = "tools" | "functions" about "Functions that the agent calls",
            VARIANT_MANAGEMENT = "variant_management" | "variants"
                about "Settings for several sites",
            CALL_HANDOFFS = "call_handoffs" | "handoffs"
                about "Where calls are transferred, and how",
            SMS = "sms" "SMS" about "Outbound text messages",
            REAL_TIME_CONFIGURATION = "real_time_configuration" "Real-time configuration"
                about "Settings that change without a release",
            CONFIGURATION_BUILDER = "configuration_builder"
                about "The form that real-time settings are changed in",
            TEST_SUITE = "test_suite" about "Test cases and regression runs",
        };
        channels about "Voice and chat": levels {
            VOICE = "voice" "Voice configuration" | "voice_configuration"
                about "Voice, audio and call settings",
            CHAT = "chat" "Chat" | "chat_configuration" | "widget"
                about "Chat settings and the chat widget's",
        };
        configure about "Settings of the agent": levels {
            GENERAL = "general" about "Name, language and safety of the agent",
            NUMBERS = "numbers" about "Phone numbers and their carrier",
            APIS = "apis" "APIs" about "API connections and keys",
            INTEGRATIONS = "integrations" about "Third-party services",
            METRICS = "metrics" about "Definitions of metrics",
            DASHBOARDS = "dashboards" about "Standard and own dashboards",
            CSAT = "csat" "CSAT" about "Satisfaction surveys",
        };
        deployments about "Releases": levels {
            ENVIRONMENTS = "environments"
                about "Sandbox, pre-release and live, and promotion between them",
            PROJECT_HISTORY = "project_history" about "What was changed when",
        };
        workspace about "What comes with being an admin": toggle(role) {
            PROJECTS = "projects" about "Creating and removing projects",
            USERS = "users" about "Inviting and removing users",
            PERMISSIONS = "permissions" about "Changing roles and permissions",
            BILLING = "billing" about "Plan, invoices and payment",
            ACCOUNT_SETTINGS = "account_settings" about "Settings of the account as a whole",
            SECRETS = "secrets" about "The secrets vault",
        };
        plan about "What the plan includes": toggle(account host) {
            ENTERPRISE = "enterprise" about "The enterprise plan, with its audit log",
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
        MANAGE_API_CONNECTIONS = "manage_api_connections" "Manage API connections":
            ["configure.apis:edit"];
    }
    templates {
        CONTENT_EDITOR = "content_editor" "Content editor" about "Keeps the agent's knowledge": {
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
        QA_ANALYST = "qa_analyst" "QA analyst" about "Reads conversations, and nothing else": {
            "analytics": Read,
            "analytics.smart_analyst": None,
            "analytics.conversations": Read,
            "analytics.agent_analysis": None,
            "build": None,
            "channels": None,
            "configure": None,
            "deployments": None,
        };
        VOICE_SPECIALIST = "voice_specialist" "Voice specialist" about "Sets up the voice channel": {
            "analytics": Read,
            "build": Read,
            "channels": Edit,
            "channels.voice": Edit,
            "channels.chat": None,
            "configure": Read,
            "deployments": Read,
        };
    }
    audit "plan.enterprise";
    retired { "plan.audit_log" }
}
