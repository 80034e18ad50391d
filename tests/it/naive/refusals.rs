//! The kinds of refusals (GRD-12).

/// Every code by which a command in an account or an agency is refused, with its kind.
pub(crate) const KINDS: [(&str, &str); 35] = [
    ("admin_holds_all", "conflict"),
    ("always_on", "conflict"),
    ("duplicate", "invalid"),
    ("email_taken", "conflict"),
    ("empty_batch", "invalid"),
    ("escalation", "forbidden"),
    ("exceeds_parent", "invalid"),
    ("host_only", "forbidden"),
    ("invalid_email", "invalid"),
    ("invalid_id", "invalid"),
    ("last_admin", "forbidden"),
    ("needs_first_action", "invalid"),
    ("nested_batch", "invalid"),
    ("not_authorized", "forbidden"),
    ("not_grantable", "invalid"),
    ("overlap", "invalid"),
    ("seat_limit", "conflict"),
    ("self_edit", "forbidden"),
    ("subaccount_exists", "conflict"),
    ("template_exists", "conflict"),
    ("template_in_use", "conflict"),
    ("template_name", "invalid"),
    ("template_name_taken", "conflict"),
    ("ui_only", "invalid"),
    ("unknown_feature", "invalid"),
    ("unknown_key", "invalid"),
    ("unknown_subaccount", "not_found"),
    ("unknown_template", "not_found"),
    ("unknown_user", "not_found"),
    ("user_exists", "conflict"),
    ("user_only", "invalid"),
    ("user_retired", "conflict"),
    ("wrong_role", "conflict"),
    ("wrong_scale", "invalid"),
    ("wrong_status", "conflict"),
];

/// The kind of a refusal by its code, if there is such a code.
pub(crate) fn kind(code: &str) -> Option<&'static str> {
    KINDS.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
}
