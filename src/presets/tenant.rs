//! `tenant/1`: a tenant of a support product, with seats, actions and CRM access.

crate::catalog! {
    /// A tenant with role templates: 31 grantable permissions in six areas, and CRM access.
    "tenant/1";

    areas {
        conversations: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as CONVERSATIONS;
        settings: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as SETTINGS;
        users: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as USERS;
        analytics: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
            EXPORT = "export",
        ] as ANALYTICS;
        integrations: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as INTEGRATIONS;
        experiments: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as EXPERIMENTS;
        crm "CRM access": toggle(user_only) as CRM;
        tenant: toggle(role) {
            USERS = "users",
            TEMPLATES = "templates",
            BILLING = "billing",
            SEATS = "seats",
        };
        policy: toggle(account) { USER_DELEGATION = "user_delegation", AUDIT_LOG = "audit_log" };
    }
    delegation { "users": "policy.user_delegation"; }
    operations {
        CONNECT_INTEGRATION = "connect_integration": ["integrations:manage"];
        DISCONNECT_INTEGRATION = "disconnect_integration": ["integrations:manage"];
        RECONFIGURE_INTEGRATION = "reconfigure_integration": ["integrations:manage"];
        EXPORT_METRICS = "export_metrics": ["analytics:export"];
        CHANGE_CONVERSATION_SETTINGS = "change_conversation_settings": ["conversations:manage"];
        VIEW_CRM_RECORD = "view_crm_record": ["crm:on"];
        UPDATE_CRM_RECORD = "update_crm_record": ["crm:on"];
    }
}
