//! `tenant/1`: a tenant of a support product, with seats, actions and CRM access.

crate::catalog! {
    /// A tenant with role templates: 31 grantable permissions in six areas, and CRM access.
    "tenant/1";

    roles { admin "Admin", member "User" }
    areas {
        conversations about "Chat, voice and email conversations": actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as CONVERSATIONS;
        settings about "Branding, channels, the organisation; manage is for few": actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as SETTINGS;
        users about "Inviting, editing and removing users, and role templates": actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as USERS;
        analytics about "Dashboards and reports; export takes figures out": actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
            EXPORT = "export",
        ] as ANALYTICS;
        integrations
        about "CRM connections and third-party services; manage connects, disconnects, \
               reconfigures": actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as INTEGRATIONS;
        experiments
        about "Experiments and tests that change routing, playbooks or the assistant": actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete", MANAGE = "manage",
        ] as EXPERIMENTS;
        crm "CRM access" about "Seeing and changing CRM records": toggle(user_only) as CRM;
        tenant: toggle(role) {
            USERS = "users",
            TEMPLATES = "templates",
            BILLING = "billing",
            SEATS = "seats",
        };
        policy: toggle(account host) {
            USER_DELEGATION = "user_delegation",
            AUDIT_LOG = "audit_log",
        };
    }
    delegation { "users": "policy.user_delegation"; }
    authority {
        invite: ["tenant.users:on", "users:create"];
        edit: ["tenant.users:on", "users:edit"];
        delete: ["tenant.users:on", "users:delete"];
        permissions: ["tenant.users:on", "users:edit"];
        templates: ["tenant.templates:on", "users:manage"];
    }
    operations {
        CONNECT_INTEGRATION = "connect_integration": ["integrations:manage"];
        DISCONNECT_INTEGRATION = "disconnect_integration": ["integrations:manage"];
        RECONFIGURE_INTEGRATION = "reconfigure_integration": ["integrations:manage"];
        EXPORT_METRICS = "export_metrics": ["analytics:export"];
        CHANGE_CONVERSATION_SETTINGS = "change_conversation_settings": ["conversations:manage"];
        VIEW_CRM_RECORD = "view_crm_record": ["crm:on"];
        UPDATE_CRM_RECORD = "update_crm_record": ["crm:on"];
    }
    templates {
        SUPPORT_AGENT = "support_agent" "Support agent" about "Handles conversations": {
            "conversations": ["view", "create", "edit"],
            "settings": [],
            "users": [],
            "analytics": [],
            "integrations": [],
            "experiments": [],
        };
        MANAGER = "manager" "Manager" about "Sees how the team does, and keeps it": {
            "conversations": ["view"],
            "settings": [],
            "users": ["view", "create", "edit"],
            "analytics": ["view", "export"],
            "integrations": [],
            "experiments": [],
        };
        INTEGRATOR = "integrator" "Integrator" about "Connects systems and runs experiments": {
            "conversations": [],
            "settings": ["view"],
            "users": [],
            "analytics": [],
            "integrations": ["view", "create", "edit", "delete", "manage"],
            "experiments": ["view", "create", "edit", "delete", "manage"],
        };
    }
    audit_log "policy.audit_log";
}
