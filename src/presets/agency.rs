//! `agency/1`: the feature flags of an agency's subaccounts (AGY-1). No flag gates another:
//! `general.actions`, `capabilities.actions` and `action_types` are independent (AGY-6).

crate::catalog! {
    /// An agency's feature flags: 33 features in five groups, 13 of them known to its API.
    "agency/1";

    areas {
        general "General Permissions": toggle(account agency) {
            ASSISTANTS = "assistants" "Agents" api "assistants" always on
                about "Creating agents; always on",
            KNOWLEDGE_BASE = "knowledge_base" "Knowledge Base" api "knowledge_base"
                about "Knowledge bases",
            ACTIONS = "actions" api "actions" about "The repository of actions",
            WORKFLOWS = "workflows" api "workflows" about "The workflows page",
            CONTACTS = "contacts" api "contacts" about "Contacts, memory groups, phone books",
            PHONE_NUMBERS = "phone_numbers" "Phone Numbers" api "phone_numbers"
                about "Phone numbers and addresses",
            ANALYTICS = "analytics" api "analytics" about "The analytics dashboard",
            SIMULATIONS = "simulations" "Test Center (Simulations)" api "simulations"
                about "Simulated calls and evaluations",
            LOGS = "logs" api "logs" about "Logs of calls, chats, the API and webhooks",
            INVITE_MEMBERS = "invite_members" "Invite Members"
                about "Inviting and managing team members; only in the user interface",
        };
        agent_types "Agent Types": toggle(account agency) {
            INBOUND = "inbound" "Inbound agents" api "inbound" about "Creating agents of that type",
            OUTBOUND = "outbound" "Outbound agents" api "outbound" about "Creating agents of that type",
            WIDGET = "widget" "Widget agents" api "widget" about "Creating agents of that type",
            CHAT = "chat" "Chat agents" api "chat" about "Creating agents of that type",
        };
        capabilities "Agents' Capabilities": toggle(account agency) {
            CONFIGURE = "configure" about "Model, knowledge base, voice and call settings",
            PROMPT = "prompt" about "The prompt editor and the flow designer",
            ACTIONS = "actions" about "Attaching actions before, during and after a call",
            DEPLOYMENT = "deployment" about "Phone numbers, memory groups and webhooks of an agent",
            CALLS = "calls" about "An agent's call history",
        };
        integrations: toggle(account agency) {
            TWILIO = "twilio" about "Phone numbers from an own account",
            ELEVENLABS = "elevenlabs" "ElevenLabs" about "Own voices",
            GOHIGHLEVEL = "gohighlevel" "GoHighLevel" about "Booking, and custom actions",
            HUBSPOT = "hubspot" "HubSpot" about "Custom actions, and syncing extractors",
            CAL_COM = "cal_com" "Cal.com" about "Booking",
            SALESFORCE = "salesforce" about "Custom actions",
        };
        action_types "Actions": toggle(account agency) {
            REAL_TIME_BOOKING = "real_time_booking" "Real-time booking",
            INFORMATION_EXTRACTOR = "information_extractor" "Information extractor",
            LIVE_TRANSFER = "live_transfer" "Live transfer",
            SEND_SMS = "send_sms" "Send SMS",
            INCALL_SMS = "incall_sms" "In-call SMS",
            INCALL_WHATSAPP = "incall_whatsapp" "In-call WhatsApp",
            CUSTOM_ACTION = "custom_action" "Custom action",
            CUSTOM_EVAL = "custom_eval" "Custom eval",
        };
        workspace: toggle(role) {
            MEMBERS = "members" "Manage members",
        };
    }
    authority {
        invite: ["workspace.members:on"] with ["general.invite_members"];
        edit: ["workspace.members:on"] with ["general.invite_members"];
        delete: ["workspace.members:on"] with ["general.invite_members"];
        permissions: ["workspace.members:on"] with ["general.invite_members"];
        templates: ["workspace.members:on"] with ["general.invite_members"];
    }
    operations {
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
        IMPORT_TWILIO_NUMBER = "import_twilio_number": [
            "integrations.twilio:on",
            "general.phone_numbers:on",
        ];
        IMPORT_ELEVENLABS_VOICE = "import_elevenlabs_voice": [
            "integrations.elevenlabs:on",
            "capabilities.configure:on",
        ];
        BOOK_GOHIGHLEVEL = "book_gohighlevel": [
            "integrations.gohighlevel:on",
            "action_types.real_time_booking:on",
        ];
        BOOK_CAL_COM = "book_cal_com": [
            "integrations.cal_com:on",
            "action_types.real_time_booking:on",
        ];
        GOHIGHLEVEL_ACTION = "gohighlevel_action": [
            "integrations.gohighlevel:on",
            "general.actions:on",
            "action_types.custom_action:on",
        ];
        HUBSPOT_ACTION = "hubspot_action": [
            "integrations.hubspot:on",
            "general.actions:on",
            "action_types.custom_action:on",
        ];
        SALESFORCE_ACTION = "salesforce_action": [
            "integrations.salesforce:on",
            "general.actions:on",
            "action_types.custom_action:on",
        ];
        HUBSPOT_EXTRACTOR_SYNC = "hubspot_extractor_sync": [
            "integrations.hubspot:on",
            "action_types.information_extractor:on",
        ];
        INVITE_MEMBER = "invite_member": ["general.invite_members:on", "workspace.members:on"];
        MANAGE_INBOUND_AGENT = "manage_inbound_agent": [
            "general.assistants:on",
            "agent_types.inbound:on",
        ];
        MANAGE_OUTBOUND_AGENT = "manage_outbound_agent": [
            "general.assistants:on",
            "agent_types.outbound:on",
        ];
        MANAGE_WIDGET_AGENT = "manage_widget_agent": [
            "general.assistants:on",
            "agent_types.widget:on",
        ];
        MANAGE_CHAT_AGENT = "manage_chat_agent": [
            "general.assistants:on",
            "agent_types.chat:on",
        ];
        BUY_PHONE_NUMBER = "buy_phone_number": ["general.phone_numbers:on"];
        DEPLOY_AGENT = "deploy_agent": ["general.assistants:on", "capabilities.deployment:on"];
        OPEN_WORKFLOWS = "open_workflows": ["general.workflows:on"];
        VIEW_ANALYTICS = "view_analytics": ["general.analytics:on"];
        RUN_SIMULATION = "run_simulation": ["general.simulations:on"];
        MANAGE_CONTACTS = "manage_contacts": ["general.contacts:on"];
    }
}
