//! The table of users, and the list of templates (USR-14, TPL-10).

use serde_json::{Value, json};

use super::{Directory, User};
use crate::naive::catalog::Scale;
use crate::naive::letters::name_key;

impl Directory {
    /// The rows that a filter lets through, in order of creation. The filter names any of `status`,
    /// `role`, `template`, `text` and `inactive_since`; all of them hold.
    pub(crate) fn table(&self, filter: &Value) -> Vec<Value> {
        let rows = self.state.users.iter().map(|user| self.row(user));
        rows.filter(|row| is_wanted(row, filter)).collect()
    }

    fn row(&self, user: &User) -> Value {
        let [admin, member] = &self.catalog.role_labels;
        let template = user.template.as_deref().and_then(|id| self.template(id));
        let invitation =
            user.invitation.map(|one| json!({"sent": one.sent, "generation": one.generation}));
        json!({
            "id": user.id,
            "email": user.email,
            "role": user.role,
            "role_label": if user.role == "admin" { admin } else { member },
            "template": user.template,
            "template_name": template.map(|template| &template.name),
            "status": user.status,
            "crm": self.has_crm(user),
            "last_sign_in": user.last_sign_in,
            "invitation": invitation,
        })
    }

    /// CRM access: an admin always, else what is stored, whatever the status (USR-10). It is the
    /// first toggle that only users have; nothing in a catalog without one.
    fn has_crm(&self, user: &User) -> Option<bool> {
        let mut areas = self.catalog.areas.iter();
        let area = areas.find(|area| area.user_only && area.scale == Scale::Toggle)?;
        let crm = area.leaves.first()?.permissions.first()?;
        Some(user.role == "admin" || self.potential(user).contains(crm))
    }

    /// Every template, in order of creation, with all who refer to it (TPL-10).
    pub(crate) fn template_list(&self) -> Vec<Value> {
        let templates = self.state.templates.iter();
        templates
            .map(|template| {
                let users = self.referring(&template.id);
                json!({"id": template.id, "name": template.name, "description": template.description,
                       "count": users.len(), "users": users})
            })
            .collect()
    }
}

fn is_wanted(row: &Value, filter: &Value) -> bool {
    let is_same = |field: &str| filter.get(field).is_none_or(|wanted| row[field] == *wanted);
    let has_text = filter["text"].as_str().is_none_or(|text| {
        let wanted = name_key(text.trim());
        let fields = [&row["id"], &row["email"]].map(|field| field.as_str().unwrap_or_default());
        fields.iter().any(|field| name_key(field).contains(&wanted))
    });
    // Who never signed in has been inactive ever since.
    let is_inactive = filter["inactive_since"]
        .as_i64()
        .is_none_or(|since| row["last_sign_in"].as_i64().is_none_or(|last| last < since));
    ["status", "role", "template"].into_iter().all(is_same) && has_text && is_inactive
}
