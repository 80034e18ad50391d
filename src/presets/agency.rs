//! `agency/1`: the feature flags of an agency's subaccounts (AGY-1). No flag is a gate of another:
//! `general.actions`, `capabilities.actions` and `action_types` are independent (AGY-6).

crate::catalog! {
    /// An agency's feature flags: 33 features in five groups, 13 of them known to its API.
    "agency/1";

    areas {
        general: toggle(account) {
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
        agent_types: toggle(account) {
            INBOUND = "inbound" api "inbound",
            OUTBOUND = "outbound" api "outbound",
            WIDGET = "widget" api "widget",
            CHAT = "chat" api "chat",
        };
        capabilities: toggle(account) {
            CONFIGURE = "configure",
            PROMPT = "prompt",
            ACTIONS = "actions",
            DEPLOYMENT = "deployment",
            CALLS = "calls",
        };
        integrations: toggle(account) {
            TWILIO = "twilio",
            ELEVENLABS = "elevenlabs" "ElevenLabs",
            GOHIGHLEVEL = "gohighlevel" "GoHighLevel",
            HUBSPOT = "hubspot" "HubSpot",
            CAL_COM = "cal_com" "Cal.com",
            SALESFORCE = "salesforce",
        };
        action_types: toggle(account) {
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
        INVITE_MEMBER = "invite_member": ["general.invite_members:on"];
    }
}
