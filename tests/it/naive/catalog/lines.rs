//! All that a catalog document says, a line each, with what it leaves out spelled out: so that two
//! documents of one catalog give the same lines, however they are written.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read by name")]

use serde_json::Value;

use super::Catalog;
use crate::naive::reading::{list, text, texts};
use crate::naive::settings::{largest_valid, raw};

/// The lines of a catalog document, in its order (CAT-11 to CAT-17).
pub(crate) fn lines(document: &Value) -> Vec<String> {
    let catalog = Catalog::read(document);
    let mut lines = vec![format!("id {}", text(&document["id"]))];
    for (role, label) in ["admin", "member"].iter().zip(&catalog.role_labels) {
        lines.push(format!("role {role} \"{label}\""));
    }
    for level in ["none", "read", "edit"] {
        lines.extend(document["levels"][level].as_str().map(|words| format!("{level} {words}")));
    }
    for (area, read) in list(&document["areas"]).zip(&catalog.areas) {
        let source = area["source"].as_str().unwrap_or("grantable");
        let by = match (source, read.by_agency) {
            ("account", true) => " by agency",
            ("account", false) => " by host",
            _ => "",
        };
        let user_only = if area["user_only"] == true { " user only" } else { "" };
        let scale = &area["scale"];
        lines.push(format!("area {} {source}{by}{user_only} {scale}", said(area)));
        let sections = list(&area["sub_sections"]);
        lines.extend(sections.map(|section| format!("section {}", said(section))));
    }
    for gate in list(&document["gates"]) {
        lines.push(format!("gate {} needs {}", text(&gate["target"]), joined(&gate["needs"])));
    }
    if let Some((area, feature)) = catalog.delegation() {
        lines.push(format!("delegated {area} while {feature}"));
    }
    for group in ["invite", "edit", "delete", "permissions", "templates"] {
        if let Some(carriers) = catalog.authority.get(group) {
            let any = carriers.any.join(" or ");
            let needs = carriers.needs.iter().map(|need| format!(" while {need}"));
            lines.push(format!("{group} carried by {any}{}", needs.collect::<String>()));
        }
    }
    lines.extend(document["audit_log"].as_str().map(|feature| format!("audit log {feature}")));
    lines.extend(texts(&document["retired"]).map(|path| format!("retired {path}")));
    for operation in list(&document["operations"]) {
        lines.push(format!("operation {} needs {}", said(operation), joined(&operation["needs"])));
    }
    for template in list(&document["templates"]) {
        let id = text(&template["id"]);
        let name = template["name"].as_str().map_or_else(|| label_of(id), str::to_owned);
        let description = template["description"].as_str().unwrap_or("-");
        lines.push(format!("template {id} \"{name}\" {description}"));
        let grants = &catalog.templates[id];
        let given = catalog
            .leaves()
            .flat_map(|leaf| leaf.permissions_of(&largest_valid(leaf, raw(grants, leaf))));
        lines.extend(given.map(|permission| format!("  {permission}")));
    }
    lines
}

/// A label that is not given: the key with its first letter raised and underscores as spaces.
pub(super) fn label_of(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn said(part: &Value) -> String {
    let key = text(&part["key"]);
    let label = part["label"].as_str().map_or_else(|| label_of(key), str::to_owned);
    let description = part["description"].as_str().unwrap_or("-");
    let names: Vec<&str> = [key].into_iter().chain(texts(&part["aliases"])).collect();
    let api_name = part["api_name"].as_str().map(|name| format!(" [{name}]")).unwrap_or_default();
    let always_on = if part["always_on"] == true { "!" } else { "" };
    format!("{}{always_on}{api_name} \"{label}\" {description}", names.join(" or "))
}

fn joined(needs: &Value) -> String {
    texts(needs).collect::<Vec<_>>().join(" + ")
}
