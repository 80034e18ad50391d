//! CAT-1: in code, at run time or as a document, equal content is an equal catalog.

use bailiwick::presets;
use serde_json::{Value, json};

use super::{read, same, set, small};

/// CAT-1: in code, at run time or as a document, equal content is an equal catalog.
#[test]
fn the_three_forms_are_one_catalog() {
    let small = small::catalog();
    same(&small, &small::builder().build().unwrap());
    same(&small, &read(&small::document()));
    assert_eq!(serde_json::to_value(&small).unwrap().to_string(), small::document().to_string());
    for catalog in presets::all().into_iter().chain([small]) {
        let written = serde_json::to_value(&catalog).unwrap();
        same(&catalog, &read(&written));
        same(&catalog, &catalog.to_builder(catalog.id().to_owned()).build().unwrap());
        let other = catalog.to_builder("other/1").build().unwrap();
        assert_ne!(other, catalog);
        assert_ne!(other.stamp(), catalog.stamp());
        assert_eq!(other.areas(), catalog.areas());
    }
}

/// CAT-1: no two catalogs that differ in one thing have one stamp.
#[test]
fn changing_any_one_thing_changes_the_stamp() {
    let changes = [
        ("/id", json!("small/2")),
        ("/areas/6/key", json!("phones")),
        ("/areas/0/aliases", json!(["paper"])),
        ("/areas/0/aliases", json!([])),
        ("/areas/0/sub_sections/0/aliases", json!(["leaves", "sheets"])),
        ("/areas/0/sub_sections/0/aliases", json!(["sheets"])),
        ("/areas/3/sub_sections/1/key", json!("slower")),
        ("/areas/3/sub_sections", json!([{"key": "slow"}, {"key": "fast"}])),
        ("/areas/3/sub_sections", json!([{"key": "fast"}])),
        ("/areas/2/scale", json!({"actions": ["view", "stop", "run"]})),
        ("/areas/2/scale", json!({"actions": ["view", "run", "stop", "go"]})),
        ("/areas/5/source", json!("role")),
        ("/areas/6/user_only", json!(false)),
        ("/areas/5/user_only", json!(true)),
        ("/areas/7/source", json!("grantable")),
        ("/areas/7/source", json!("account")),
        ("/areas/7/scale", json!("levels")),
        ("/areas/8/sub_sections/0/always_on", json!(false)),
        ("/areas/8/sub_sections/2/always_on", json!(true)),
        ("/areas/8/sub_sections/0/api_name", json!("basic")),
        ("/areas/8/sub_sections/0/api_name", Value::Null),
        ("/areas/9/api_name", json!("beta")),
        ("/gates/0/target", json!("docs.pages")),
        ("/gates/0/needs", json!(["beta"])),
        ("/gates/2/needs", json!(["beta", "plan.pro"])),
        ("/gates/3", json!({"target": "plan.pro", "needs": ["beta"]})),
        ("/gates", json!([])),
        ("/delegated/feature", json!("beta")),
        ("/delegated", Value::Null),
        ("/operations/1/key", json!("stop")),
        ("/operations/1/needs", json!(["jobs:run"])),
        ("/operations/1/needs", json!(["jobs:stop", "jobs:run"])),
        ("/operations", json!([])),
    ];
    let mut stamps = vec![small::catalog().stamp()];
    for (pointer, value) in changes {
        let mut edited = small::document();
        set(&mut edited, pointer, value.clone());
        // An area that nobody is granted is in no template.
        if pointer == "/areas/5/source" || pointer == "/areas/5/user_only" {
            set(&mut edited, "/templates/0/grants/alarm", Value::Null);
            set(&mut edited, "/templates/1/grants/alarm", Value::Null);
            without_nulls(&mut edited);
        }
        let catalog = read(&edited);
        assert_ne!(catalog, small::catalog(), "{pointer}: {value}");
        assert!(!stamps.contains(&catalog.stamp()), "{pointer}: {value}");
        stamps.push(catalog.stamp());
    }
}

/// Takes out all fields that are null.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

mod broken {
    bailiwick::catalog! {
        /// A declaration that cannot be built.
        "broken/1";

        areas {
            docs | "docs": levels { PAGES = "pages" };
            plan: toggle(account) { PRO = "pro" };
        }
        gates { "plan.pro": ["plan.pro"]; }
        templates { BLANK = "blank" " ": { "docs": Read }; }
    }
}

/// CAT-8: what a declaration has wrong, the first call of `catalog()` says, and the next.
#[test]
fn a_declaration_that_cannot_be_built_panics_with_every_problem() {
    for _ in 0..2 {
        let panicked = std::panic::catch_unwind(broken::catalog).unwrap_err();
        assert_eq!(
            panicked.downcast_ref::<String>().unwrap(),
            "the catalog cannot be built
  areas[0]: `docs` is already a name of `docs`; choose another key or alias
  gates[0]: `plan.pro` would need itself; remove one of the gates between
  templates[0].name: the name is blank; give 1 to 100 characters",
        );
    }
    assert_eq!(broken::docs::PAGES.path(), "docs.pages");
    assert_eq!(broken::plan::PRO.path(), "plan.pro");
    assert_eq!(broken::templates::BLANK.id(), "blank");
}
