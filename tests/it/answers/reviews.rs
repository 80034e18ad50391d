//! Access reviews: what is set to no effect, the smallest template, and looking as another.

use std::collections::BTreeMap;

use bailiwick::account::FindingKind;
use bailiwick::{Account, Features, Grants, Mutes};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Person, Set, World, account_of, few, parse};
use crate::naive::Source;
use crate::profiles::member;
use crate::worlds;

proptest! {
    #![proptest_config(few(48))]

    #[test]
    fn findings_are_what_is_set_to_no_effect(document in worlds::any_account()) {
        let world = World::new(&document);
        let findings = findings(&world);
        let expected: Vec<_> = world.people().iter().flat_map(|one| expected(&world, one)).collect();
        prop_assert_eq!(&findings, &expected);
        for (id, kind, permissions) in &findings {
            check_finding(&world, id, *kind, permissions);
        }
    }

    #[test]
    fn the_smallest_template_gives_all_and_no_more(
        document in worlds::any_account(),
        picked in prop::collection::vec(any::<bool>(), 8),
    ) {
        let world = World::new(&document);
        let people = world.people().into_iter().zip(&picked);
        let people: Vec<Person> = people.filter(|(_, picked)| **picked).map(|(one, _)| one).collect();
        let ids = people.iter().map(|one| one.id.as_str()).chain(["nobody at all"]);
        let grants = world.account.smallest_template(ids);
        let members = people.iter().filter(|one| !one.is_admin);
        let all = members.fold(Set::new(), |all, one| &all | &world.potential(one));
        let of_template = all.into_iter().filter(|one| !world.area(one).user_only);
        prop_assert_eq!(given_by(&world, &grants), of_template.collect::<Set>());
        let mut account = world.account.clone();
        let command = bailiwick::Command::create_template("smallest", "The smallest", grants);
        let now = bailiwick::Timestamp::from_unix_millis(0);
        let _ = account.execute(&bailiwick::Actor::Host, command, now).unwrap();
    }

    #[test]
    fn looking_as_another_shows_what_both_may_do(document in worlds::any_account()) {
        let world = World::new(&document);
        let ids: Vec<String> = world.ids().into_iter().chain(["nobody at all".to_owned()]).collect();
        for viewer in &ids {
            for viewed in &ids {
                let [one, two] = [viewer, viewed].map(|id| world.lattice.subject(id));
                let seen = one.viewing_as(&two);
                let both = &world.oracle.effective(viewer) & &world.oracle.effective(viewed);
                prop_assert_eq!(world.set(&seen), both);
                prop_assert!(seen.is_subset(&one.permissions()));
                prop_assert_eq!(seen, two.viewing_as(&one));
            }
        }
    }
}

type Found = (String, FindingKind, Set);

fn findings(world: &World) -> Vec<Found> {
    let found = world.account.findings().map(|finding| {
        let permissions = world.names(finding.permissions().iter().copied());
        (finding.user().to_string(), finding.what(), permissions)
    });
    found.collect()
}

/// What there is to find on one user, in order, by names.
fn expected(world: &World, person: &Person) -> Vec<Found> {
    let found = |kind, permissions| (person.id.clone(), kind, permissions);
    let all = if person.is_admin {
        vec![found(FindingKind::IgnoredForAdmin, &person.own | &world.named(&person.mutes))]
    } else {
        let by_template = world.valid(&person.by_template);
        let given = world.valid(&(&person.own | &person.by_template));
        let redundant = (&person.own & &by_template).into_iter();
        let redundant = redundant.filter(|one| can_be_removed(world, person, one, &by_template));
        let is_idle =
            |mute: &&String| world.taken(&Set::from([(*mute).clone()])).is_disjoint(&given);
        let potential = world.potential(person);
        let differs = match person.template {
            Some(_) => &potential ^ &by_template,
            None => Set::new(),
        };
        vec![
            found(FindingKind::RedundantGrant, redundant.collect()),
            found(FindingKind::InertGrant, &person.own - &given),
            found(FindingKind::GatedGrant, gated(world, person, &(&person.own & &given))),
            found(FindingKind::ClampedOverride, clamped(world, person)),
            found(
                FindingKind::IdleMute,
                world.named(&person.mutes.iter().filter(is_idle).cloned().collect()),
            ),
            found(FindingKind::DiffersFromTemplate, differs),
        ]
    };
    all.into_iter().filter(|(_, _, permissions)| !permissions.is_empty()).collect()
}

/// What a member would be told that the account is not entitled to.
fn gated(world: &World, person: &Person, given: &Set) -> Set {
    let active = world.with(&person.id, |user| {
        user["status"] = json!("active");
        user["invitation"] = json!(null);
        user["accepted"] = json!(null);
    });
    let ask = |one: &&String| active.oracle.decide(&person.id, core::slice::from_ref(*one));
    given.iter().filter(|one| ask(one) == Err("not_entitled")).cloned().collect()
}

/// What overrides would give if their areas were as high, and do not.
fn clamped(world: &World, person: &Person) -> Set {
    let user = world.list("users").find(|user| user["id"] == *person.id).unwrap();
    let mut written = Set::new();
    for leaf in world.table.leaves().filter(|leaf| leaf.path != leaf.area) {
        if let Some(setting) = user["grants"].get(&leaf.path) {
            let all = world.table.raw_set(&json!({ leaf.area.as_str(): setting }));
            written.extend(all.into_iter().filter(|one| leaf.permissions.contains(one)));
        }
    }
    &written - &person.own
}

/// Edit cannot be without read (LVL-2), so read is useful to those whom it brings edit.
fn can_be_removed(world: &World, person: &Person, permission: &str, by_template: &Set) -> bool {
    let leaf = world.leaf(permission);
    let is_first = permission == world.first(permission);
    let mut rest = leaf.permissions.iter().filter(|one| person.own.contains(*one));
    !(world.is_level(permission) && is_first) || rest.all(|one| by_template.contains(one))
}

/// Cleaning up what was found changes nothing that anyone may do.
#[track_caller]
fn check_finding(world: &World, id: &str, kind: FindingKind, found: &Set) {
    let people = world.people();
    let person = people.iter().find(|one| one.id == id).unwrap();
    let own = world.grants(&(&person.own - found));
    let is_found = |mute: &&String| world.named(&Set::from([(*mute).clone()])).is_subset(found);
    let mutes: Set = person.mutes.iter().filter(|mute| !is_found(mute)).cloned().collect();
    let mended = |user: &mut Value| match kind {
        FindingKind::RedundantGrant
        | FindingKind::InertGrant
        | FindingKind::GatedGrant
        | FindingKind::ClampedOverride => user["grants"] = own.unwrap(),
        FindingKind::IdleMute => user["mutes"] = json!(mutes),
        FindingKind::IgnoredForAdmin => {
            (user["grants"], user["mutes"]) = (json!({}), json!([]));
        }
        _ => {}
    };
    let mended = world.with(id, mended);
    assert_eq!(mended.oracle.effective(id), world.oracle.effective(id), "{id} {kind:?}");
    assert_eq!(mended.set(&mended.lattice.subject(id).permissions()), world.oracle.effective(id));
    if kind == FindingKind::DiffersFromTemplate {
        assert_ne!(world.potential(person), world.valid(&person.by_template));
    } else {
        let left = findings(&mended);
        let is_left = left.iter().any(|(user, what, _)| user == id && *what == kind);
        assert!(!is_left, "{kind:?} of {id} is found again: {left:?}");
    }
}

/// What grants give a member while all features are on.
fn given_by(world: &World, grants: &Grants) -> Set {
    let catalog = world.catalog();
    let mut features = Features::new(catalog);
    for leaf in world.table.leaves().filter(|leaf| leaf.source == Source::Account) {
        features.turn_on(&leaf.path).unwrap();
    }
    let held = member(grants, &Mutes::new(catalog), &features).permissions();
    let held = world.set(&held);
    held.into_iter().filter(|one| world.source(one) == Source::Grantable).collect()
}

fn reviewed(document: &Value) -> BTreeMap<(String, &'static str), String> {
    let account = Account::from_document(&parse(document), &bailiwick::presets::all()).unwrap();
    let found = account.findings().map(|finding| {
        let names = finding.permissions().iter().map(|one| account.catalog().display(*one));
        let names: Vec<String> = names.map(|one| one.to_string()).collect();
        ((finding.user().to_string(), finding.what().name()), names.join(" "))
    });
    found.collect()
}

/// Every kind of finding, by example.
#[test]
fn a_review_names_what_it_finds() {
    let user = |id: &str, role: &str, more: Value| {
        let mut user = json!({
            "id": id, "email": format!("{id}@acme.example"), "role": role, "status": "active",
        });
        for (field, value) in more.as_object().unwrap() {
            user[field] = value.clone();
        }
        user
    };
    let document = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
        "templates": [{"id": "desk", "name": "Desk", "grants": {"conversations": ["view", "edit"]}}],
        "users": [
            user("ana", "admin", json!({"grants": {"settings": ["view"]}, "mutes": ["users:view"]})),
            user("kim", "member", json!({"template": "desk"})),
            user("lee", "member", json!({
                "template": "desk",
                "grants": {"conversations": ["edit", "manage"], "settings": ["edit"]},
                "mutes": ["analytics:view"],
            })),
            user("mo", "member", json!({"template": "desk", "mutes": ["conversations:view"]})),
        ],
    });
    let found = reviewed(&document);
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|((id, what), names)| (id.as_str(), *what, names.as_str())).collect();
    assert_eq!(
        found,
        [
            ("ana", "ignored for admin", "settings:view users:view"),
            ("lee", "differs from template", "conversations:manage"),
            ("lee", "idle mute", "analytics:view"),
            ("lee", "inert grant", "settings:edit"),
            ("lee", "redundant grant", "conversations:edit"),
            ("mo", "differs from template", "conversations:view conversations:edit"),
        ]
    );
}

/// LVL-2: what is granted at edit on top of a template's read is not redundant: whoever takes
/// the read away takes the edit with it.
#[test]
fn edit_on_top_of_a_templates_read_is_useful() {
    let document = |own: &str| {
        json!({
            "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-06",
            "templates": [{"id": "t", "name": "T", "grants": {"flows": "read", "tools": "edit"}}],
            "users": [{
                "id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
                "template": "t", "grants": {"flows": own, "tools": own},
            }],
        })
    };
    let redundant = |own: &str| {
        let found = reviewed(&document(own));
        found.get(&("kim".to_owned(), "redundant grant")).cloned().unwrap_or_default()
    };
    assert_eq!(redundant("none"), "");
    assert_eq!(redundant("read"), "flows:read tools:read");
    assert_eq!(redundant("edit"), "tools:read tools:edit");
    assert_eq!(account_of(&document("edit")).users().count(), 1);
}
