//! `studio/2026-06`: an agent studio's workspace, in the generation of June 2026.

crate::catalog! {
    /// An agent studio's workspace of June 2026: 13 areas, 33 leaves.
    "studio/2026-06";

    areas {
        analytics: levels {
            CONVERSATIONS = "conversations" about "Transcripts, recordings and their review",
            KPIS = "kpis" "KPIs" about "Definitions of metrics",
            CUSTOM_METRICS = "custom_metrics" about "Extraction and reporting after calls",
            DASHBOARDS = "dashboards" about "Standard, safety and own dashboards",
            POLYSCORE = "polyscore" "PolyScore" about "Automatic scoring of conversations",
            SMART_ANALYST = "smart_analyst" "Smart Analyst" about "Insights drawn by AI",
            AGENT_ANALYSIS = "agent_analysis" about "Categories and trends, call by call",
            CSAT = "csat" "CSAT" about "Satisfaction surveys",
        };
        behavior: levels {
            GENERAL = "general" about "Persona, role and rules",
            LANGUAGE = "language" about "Languages, coverage, translations",
            GUARDRAILS = "guardrails" about "Safety filters",
            MODELS = "models" about "Which model answers",
        };
        knowledge: levels {
            FAQS = "faqs" "FAQs" about "Topics, sample questions, answers, actions",
            SOURCES = "sources" about "Connected knowledge",
            VARIANTS = "variants" about "Settings for several sites",
        };
        flows about "Conversation flows, with and without code": levels as FLOWS;
        tools about "Functions, classes and tool integrations": levels as TOOLS;
        testing about "Test cases, sets and regression runs": levels as TESTING;
        real_time_config "Real-time config" about "Its tools and the configuration builder": levels as REAL_TIME_CONFIG;
        voice: levels {
            AGENT = "agent" about "Voice and disclaimer",
            HANDOFFS = "handoffs" about "Where calls are transferred, and how",
            AUDIO_LIBRARY = "audio_library" about "Recorded audio",
            NUMBERS = "numbers" about "Phone numbers and their carrier",
            ADVANCED = "advanced"
                about "Call settings, recognition, response control, stop words, pronunciation",
        };
        messaging: levels {
            CHAT = "chat" | "chat_configuration" | "widget_settings"
                about "Chat settings and the chat widget's (one permission)",
            SMS = "sms" "SMS" about "Outbound text messages",
        };
        integrations about "APIs, third-party services, MCP": levels as INTEGRATIONS;
        deployments: levels {
            ENVIRONMENTS = "environments"
                about "Sandbox, pre-release and live, and promotion between them",
            AB_TESTING = "ab_testing" "A/B testing" about "Traffic splits and experiments",
            COMPARE_VERSIONS = "compare_versions" about "Versions side by side",
            PROJECT_HISTORY = "project_history" about "What was changed when",
        };
        widgets about "Setting up, installing and sharing phone and chat widgets": levels as WIDGETS;
        account about "Account settings, users' page, API keys, call data, legal": levels as ACCOUNT;
        workspace: toggle(role) {
            PROJECTS = "projects",
            USERS = "users",
            PERMISSIONS = "permissions",
            BILLING = "billing",
            ACCOUNT_SETTINGS = "account_settings",
            SECRETS = "secrets",
            STUDIO_ASSISTANT = "studio_assistant" "Studio Assistant (Beta)",
        };
        plan: toggle(account host) {
            ENTERPRISE = "enterprise",
            ENTERPRISE_CLUSTER = "enterprise_cluster",
        };
    }
    gates {
        // ROLE-5.
        "workspace.studio_assistant": ["plan.enterprise_cluster"];
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
        USE_STUDIO_ASSISTANT = "use_studio_assistant":
            ["workspace.studio_assistant:on"];
    }
    templates {
        READ_ONLY_REVIEWER = "read_only_reviewer" "Read only reviewer": {
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
