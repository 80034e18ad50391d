//! What a command's parts must be.

use serde_json::{Map, Value};

use super::{Directory, Outcome, Set, refuse};
use crate::naive::catalog::{Area, Leaf, Scale, Source};
use crate::naive::letters::{collapsed, email_key, has_hidden, name_key};
use crate::naive::reading::text;
use crate::naive::settings::Grants;

impl Directory {
    pub(super) fn check_status(&self, id: &str, allowed: &[&str]) -> Outcome {
        refuse("wrong_status", !allowed.contains(&self.user(id).status)) // USR-3, USR-7, USR-9
    }

    /// Something, one `@`, something, without blanks and what nobody sees; nobody else's (USR-4).
    pub(super) fn check_email(&self, own_id: &str, email: &str) -> Outcome {
        let parts: Vec<&str> = email.split('@').collect();
        let is_formed = parts.len() == 2 && parts.iter().all(|part| !part.is_empty());
        let is_strange =
            email.contains(char::is_whitespace) || has_hidden(email) || email.len() > 254;
        refuse("invalid_email", !is_formed || is_strange)?;
        let mut others = self.state.users.iter().filter(|user| user.id != own_id);
        let is_taken = others.any(|user| email_key(&user.email) == email_key(email));
        refuse("email_taken", is_taken)
    }

    /// A template's name as it is kept: of 1 to 100 characters, all of them seen, and no other's
    /// (TPL-1).
    pub(super) fn checked_name(&self, own_id: &str, name: &Value) -> Result<String, &'static str> {
        // Tabs and line ends are control characters before they are white space.
        refuse("template_name", has_hidden(text(name).trim()))?;
        let name = collapsed(text(name));
        let is_long = name.chars().count() > 100;
        refuse("template_name", name.is_empty() || is_long)?;
        let mut others = self.state.templates.iter().filter(|template| template.id != own_id);
        let is_taken = others.any(|template| name_key(&template.name) == name_key(&name));
        refuse("template_name_taken", is_taken)?;
        Ok(name)
    }

    /// What a template grants: nothing that only users have (TPL-1), no inert action (LVL-2).
    pub(super) fn checked_template(&self, grants: &Value) -> Result<Grants, &'static str> {
        self.check_user_only(grants)?;
        let grants = self.catalog.grants(grants);
        self.check_first_actions(&self.set_of(&grants), &Set::new())?;
        Ok(grants)
    }

    /// No setting of an area that only users have, whatever it is set to (TPL-1).
    pub(super) fn check_user_only(&self, grants: &Value) -> Outcome {
        let paths: Vec<&String> = grants.as_object().into_iter().flat_map(Map::keys).collect();
        let mut user_only = self.catalog.areas.iter().filter(|area| area.user_only);
        let sets_one = user_only.any(|area| {
            let mut names = area.leaves.iter().map(|leaf| &leaf.spellings);
            paths.iter().any(|path| is_name(&area.spellings, path))
                || names.any(|names| paths.iter().any(|path| is_name(names, path)))
        });
        refuse("user_only", sets_one)
    }

    /// Nothing given is inert at once: template and grants together bring what it needs (LVL-2).
    pub(super) fn check_first_actions(&self, given: &Set, template: &Set) -> Outcome {
        let valid = self.valid_inside(&(given | template));
        refuse("needs_first_action", !given.is_subset(&valid))
    }

    /// The leaf and the rung of a permission that may be granted.
    pub(super) fn grantable(&self, permission: &str) -> Result<(Leaf, String), &'static str> {
        let (path, rung) = permission.split_once(':').ok_or("unknown_key")?;
        let leaf = self.catalog.leaves().find(|leaf| is_name(&leaf.spellings, path));
        let leaf = leaf.filter(|leaf| is_name(&leaf.rungs, rung)).ok_or("unknown_key")?; // CAT-9
        refuse("not_grantable", leaf.source != Source::Grantable)?; // CAT-4
        Ok((leaf.clone(), rung.to_owned()))
    }
}

/// What a template is for, if it says so: one line, of which all is seen (TPL-10, CAT-11).
pub(super) fn checked_description(text: &Value) -> Result<Option<String>, &'static str> {
    let Some(text) = text.as_str().map(str::trim) else { return Ok(None) };
    let is_long = text.chars().count() > 500;
    refuse("template_description", text.is_empty() || has_hidden(text) || is_long)?;
    Ok(Some(text.to_owned()))
}

/// Ids are opaque, not empty and at most 255 bytes (USR-1).
pub(super) fn check_id(id: &str) -> Outcome {
    refuse("invalid_id", id.is_empty() || id.len() > 255)
}

pub(super) fn is_name(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known == name)
}

pub(super) fn is_empty(grants: &Value) -> bool {
    grants.as_object().is_none_or(Map::is_empty)
}

/// What the commands for levels need of an area.
pub(super) fn check_leveled(area: &Area) -> Outcome {
    refuse("not_grantable", area.source != Source::Grantable)?; // CAT-4
    refuse("wrong_scale", area.scale != Scale::Levels) // CAT-3
}
