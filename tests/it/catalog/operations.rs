//! CAT-7: an operation is a conjunction of permissions, and never an empty one.

use std::collections::BTreeSet;

use bailiwick::catalog::{KeyError, Source};
use bailiwick::presets::{self, agency};
use bailiwick::{Catalog, Decision, Features, Mutes, Permission, Reason, Requirement, Role};
use serde_json::Value;

use super::{base, every_feature, lattice, needs, path, small};
use crate::naive;

/// The operations of a preset by its tables: keys, each with all that it needs.
fn operations(id: &str) -> Vec<(String, BTreeSet<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let tables = naive::preset(id);
    let operations = tables["operations"].as_array().unwrap().iter();
    operations
        .map(|one| {
            let needs = one["needs"].as_array().unwrap().iter().map(text);
            (text(&one["key"]), needs.collect())
        })
        .collect()
}

/// CAT-7: the operations of the presets are those of the rules, in their order.
#[test]
fn an_operation_is_its_conjunction() {
    let counts = [12, 3, 7, 47, 12 + 47];
    for (catalog, count) in presets::all().into_iter().zip(counts) {
        let expected = operations(catalog.id());
        assert_eq!(expected.len(), count, "the table of {}", catalog.id());
        let found: Vec<_> = catalog
            .operations()
            .map(|(key, requirement)| (key.to_owned(), needs(&catalog, requirement)))
            .collect();
        assert_eq!(found, expected, "{}", catalog.id());
    }
    assert_eq!(
        agency::catalog().operation("attach_send_sms"),
        Ok(&agency::operations::ATTACH_SEND_SMS),
    );
}

/// CAT-7: whoever has all conjuncts may, and whoever lacks any one of them may not.
#[test]
fn dropping_any_one_conjunct_denies() {
    for catalog in presets::all().into_iter().chain([small::catalog()]) {
        let (mutes, features) = (Mutes::new(&catalog), every_feature(&catalog));
        let all = lattice(&catalog, Role::Member, &mutes, &features);
        let admins = lattice(&catalog, Role::Admin, &mutes, &features);
        for (key, requirement) in catalog.operations() {
            let kim = all.subject("kim");
            // What comes with the role is no member's (ROLE-4).
            if requirement.iter().any(|one| catalog.source(one) == Some(Source::Role)) {
                assert_eq!(kim.decide(requirement), Decision::Deny(Reason::AdminOnly), "{key}");
                assert!(admins.subject("kim").can_all(requirement), "{key}");
                continue;
            }
            assert!(kim.can_all(requirement), "{key}");
            assert_eq!(kim.decide(requirement), Decision::Allow, "{key}");
            for conjunct in requirement.iter() {
                check_without(&catalog, key, requirement, conjunct);
            }
        }
    }
}

/// `requirement` is not met without `conjunct`.
#[track_caller]
fn check_without(catalog: &Catalog, key: &str, requirement: &Requirement, conjunct: Permission) {
    let name = format!("{key} without {}", catalog.display(conjunct));
    let others = catalog.permissions().filter(|one| *one != conjunct);
    let needing = |one: &Permission| catalog.permission_set([*one]).contains(conjunct);
    let set = catalog.permission_set(others.filter(|one| !needing(one)));
    assert!(!set.contains_all(requirement), "{name}");
    assert!(catalog.all().contains_all(requirement), "{key}");

    let (mut mutes, mut features) = (Mutes::new(catalog), every_feature(catalog));
    let reason = match catalog.source(conjunct).unwrap() {
        Source::Grantable => {
            mutes.mute(conjunct).unwrap();
            Reason::Muted
        }
        // AGY-2: what is always on cannot be dropped.
        Source::Account if Features::new(catalog).is_on(conjunct) => return,
        Source::Account => {
            features.turn_off(path(catalog, conjunct)).unwrap();
            Reason::NotEntitled
        }
        Source::Role => panic!("{name}: no operation needs a role"),
    };
    let lattice = lattice(catalog, Role::Member, &mutes, &features);
    let kim = lattice.subject("kim");
    assert!(!kim.can_all(requirement), "{name}");
    assert_eq!(kim.decide(requirement), Decision::Deny(reason), "{name}");
}

/// CAT-7: there is no empty requirement, which everybody would meet.
#[test]
fn an_empty_conjunction_cannot_be_built() {
    let nothing: [&str; 0] = [];
    for catalog in presets::all() {
        assert_eq!(catalog.require(nothing), Err(KeyError::Empty));
    }
    let none = base().operation("nothing", nothing).build();
    assert_eq!(
        none.unwrap_err().problems()[0].to_string(),
        "operations[0]: operation `nothing` needs no permission; name at least one",
    );
}
