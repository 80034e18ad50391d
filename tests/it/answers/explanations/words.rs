//! What explanations say, word for word, and the fixes of those that are spelled out.

use std::collections::BTreeSet;

use bailiwick::lattice::{Fix, Layer, Part};
use bailiwick::presets::{studio, tenant};
use bailiwick::{Actor, Decision, Reason};
use serde_json::{Value, json};

use super::{Case, execute};
use crate::answers::{World, account_of, reason_of};

fn users(entries: &[(&str, &str, &str, Value)]) -> Vec<Value> {
    let entry = |(id, role, status, more): &(&str, &str, &str, Value)| {
        let mut user = json!({
            "id": id, "email": format!("{id}@acme.example"), "role": role, "status": status,
        });
        for (field, value) in more.as_object().into_iter().flatten() {
            user[field] = value.clone();
        }
        user
    };
    entries.iter().map(entry).collect()
}

fn studio_account() -> World {
    World::new(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-06",
        "templates": [{
            "id": "kb", "name": "Knowledge editor",
            "grants": {"analytics": "read", "knowledge": "edit", "knowledge.variants": "read"},
        }],
        "users": users(&[
            ("ana", "admin", "active", json!({})),
            ("sam", "admin", "suspended", json!({})),
            ("pat", "admin", "invited", json!({})),
            ("kim", "member", "active", json!({
                "template": "kb", "grants": {"tools": "read"}, "mutes": ["knowledge.sources:edit"],
            })),
            ("lee", "member", "active", json!({
                "grants": {"behavior": "edit", "behavior.models": "none"},
                "mutes": ["behavior.general:read", "behavior.general:edit"],
            })),
            ("ivo", "member", "active", json!({
                "template": "kb", "mutes": ["knowledge:edit", "knowledge.faqs:read"],
            })),
            ("mo", "member", "suspended", json!({"template": "kb"})),
            ("noa", "member", "suspended", json!({"accepted": false})),
            ("zoe", "member", "invited", json!({
                "template": "kb", "mutes": ["analytics.csat:read"],
            })),
        ]),
    }))
}

fn tenant_account() -> World {
    World::new(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
        "templates": [
            {"id": "desk", "name": "Desk", "grants": {"conversations": ["view", "edit"]}},
            {"id": "lead", "name": "Lead", "grants": {"settings": ["view"], "analytics": []}},
        ],
        "users": users(&[
            ("ana", "admin", "active", json!({})),
            ("kim", "member", "active", json!({
                "template": "desk",
                "grants": {"users": ["view", "create"], "analytics": ["create"], "crm": true},
            })),
            ("lee", "member", "active", json!({
                "template": "lead", "grants": {"crm": false}, "mutes": ["settings:view"],
            })),
            ("mo", "member", "active", json!({"mutes": ["integrations:view", "integrations:manage"]})),
            ("noa", "member", "active", json!({
                "template": "desk", "grants": {"conversations": ["create"]},
            })),
        ]),
    }))
}

#[test]
fn explanations_read_word_for_word() {
    let tables = [
        (studio_account(), include_str!("studio.txt")),
        (tenant_account(), include_str!("tenant.txt")),
    ];
    let mut layers = BTreeSet::new();
    let mut remedies = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    for (world, table) in tables {
        let cases: Vec<&str> = table.split_terminator("\n\n").collect();
        assert!(cases.len() >= 14, "it is a table");
        for case in cases {
            let (user, rest) = case.lines().next().unwrap().split_once(" may ").unwrap();
            let asked = rest.split(" (").next().unwrap().trim_start_matches("not ");
            let asked = world.catalog().require(asked.split(" + ")).unwrap();
            let explanation = world.lattice.explain(user, asked);
            assert_eq!(explanation.to_string().trim_end(), case.trim_end());
            layers.extend(explanation.parts().iter().flat_map(Part::layers).map(Layer::of));
            reasons.extend(reason_of(explanation.decision()));
            let all = explanation.fixes().iter().flat_map(Fix::remedies);
            remedies.extend(all.map(|one| format!("{one:?}").chars().take(5).collect::<String>()));
        }
    }
    assert_eq!(layers.len(), 7, "{layers:?}");
    assert_eq!(remedies.len(), 9, "{remedies:?}");
    assert_eq!(reasons.len(), 6, "{reasons:?}");
}

/// DEC-3: with and without a template, on what is muted by leaf and by area, and on what an own
/// grant or the template restricts.
#[test]
fn every_fix_of_the_tables_allows_what_it_claims() {
    for world in [studio_account(), tenant_account()] {
        for person in &world.people() {
            for permission in &world.oracle.permissions() {
                let case = Case { world: &world, person, permission };
                let explanation = world.lattice.explain(&person.id, world.permission(permission));
                case.check_layers(&explanation);
                case.check_fixes(&explanation, &[Actor::Host]);
            }
        }
    }
}

/// Nothing would help somebody who is not there, or with another catalog's permission.
#[test]
fn nothing_allows_what_is_unknown() {
    let world = studio_account();
    let foreign = world.lattice.explain("kim", tenant::CRM.on());
    assert_eq!(
        foreign.to_string(),
        "kim may not unknown permission (unknown_permission)\nnothing would allow it\n",
    );
    for explanation in [
        world.lattice.explain("nobody", tenant::CRM.on()),
        world.lattice.explain("nobody", studio::FLOWS.read()),
    ] {
        assert_eq!(explanation.decision(), Decision::Deny(Reason::UnknownUser));
        assert!(explanation.fixes().is_empty() && explanation.parts().is_empty());
    }
}

/// A fix is for the account that it was found in: in one without that user, it has no commands.
#[test]
fn a_fix_for_nobody_has_no_commands() {
    let world = studio_account();
    let explanation = world.lattice.explain("kim", studio::FLOWS.read());
    assert_eq!(explanation.fixes().len(), 2);
    for fix in explanation.fixes() {
        assert_eq!(world.account.commands_of("nobody", fix), []);
        assert_ne!(world.account.commands_of("kim", fix), []);
    }
}

/// LVL-2: an action on top of another source's first action is not inert, and is not called so.
#[test]
fn what_another_source_completes_is_not_inert() {
    let world = tenant_account();
    let explanation = world.lattice.explain("noa", world.permission("conversations:create"));
    assert_eq!(
        explanation.to_string(),
        "noa may conversations:create\n  \
         role         member: gives nothing by itself\n  \
         template     desk: conversations is view + edit\n  \
         grants       conversations is create\n",
    );
}

/// A template that a document left with an inert action can be edited only by repairing that too,
/// so a fix does not propose it.
#[test]
fn a_fix_never_edits_a_template_that_cannot_be_written() {
    let account = account_of(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
        "templates": [{"id": "odd", "name": "Odd", "grants": {"settings": ["edit"]}}],
        "users": users(&[("kim", "member", "active", json!({"template": "odd"}))]),
    }));
    let explanation = account
        .compile()
        .explain("kim", account.catalog().permission("conversations:view").unwrap());
    for fix in explanation.fixes() {
        execute(&account, &Actor::Host, &account.commands_of("kim", fix)).unwrap();
    }
}

/// The level of an area replaces those of its leaves only if it does what they would.
#[test]
fn leaves_of_one_area_are_mended_at_different_levels() {
    let account = account_of(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-06",
        "users": users(&[("kim", "member", "active", json!({"mutes": ["knowledge.sources:read"]}))]),
    }));
    let asked = account.catalog().require(["knowledge.faqs:edit", "knowledge.sources:read"]);
    let asked = asked.unwrap();
    let explanation = account.compile().explain("kim", &asked);
    let [fix] = explanation.fixes() else { panic!("{explanation}") };
    let mended = execute(&account, &Actor::Host, &account.commands_of("kim", fix)).unwrap();
    assert!(mended.compile().subject("kim").can_all(&asked), "{explanation}");
}
