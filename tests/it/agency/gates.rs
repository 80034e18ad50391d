//! AGY-7, CAT-6: what a feature masks, and gives back.

use std::collections::BTreeSet;

use bailiwick::agency::{AgencyCommand, Switch};
use bailiwick::{Account, Actor, Agency, Command, Permission, Reason};
use serde_json::{Value, json};

use super::{GATES, NOW, all, effective, example, grant, names, on, revoke, run, ui};

/// The document of an account without its revision.
fn content(account: &Account) -> Value {
    let mut document = serde_json::to_value(account).unwrap();
    let fields = document.as_object_mut().unwrap();
    fields.retain(|field, _| field != "revision" && field != "head");
    document
}

#[test]
fn agy_7_off_and_on_again_restores_exactly() {
    for start in [example(), example_with_all_on()] {
        for account in start.subaccounts() {
            let id = account.id().as_str();
            let hosts = |path: &&String| path.starts_with("plan.");
            let mut features = on(&start, id);
            features.retain(|path| path != "general.assistants" && !hosts(&path));
            for path in &features {
                let mut agency = start.clone();
                run(&mut agency, ui(id, revoke([path])));
                let off = agency.subaccount(id).unwrap();
                let mut expected = content(account);
                let features = expected["features"].as_array_mut().unwrap();
                features.retain(|one| *one != json!(path));
                assert_eq!(content(off), expected, "nothing but the feature is gone");
                let before = effective(account);
                for ((_, is), (user, was)) in effective(off).iter().zip(&before) {
                    assert!(is.is_subset(was), "{user}");
                }
                run(&mut agency, ui(id, grant([path])));
                let on = agency.subaccount(id).unwrap();
                assert_eq!(content(on), content(account));
                assert_eq!(effective(on), before);
            }
        }
    }
}

fn example_with_all_on() -> Agency {
    let mut agency = example();
    let ids: Vec<String> = agency.subaccounts().map(|one| one.id().to_string()).collect();
    for id in ids {
        let command = AgencyCommand::within(&id, Command::set_features(all(agency.catalog())));
        let _ = agency.execute(&Actor::Host, command, NOW).unwrap();
    }
    agency
}

/// CAT-6: while its feature is off, a gated permission is inert for everyone, admins included;
/// nothing else is.
#[test]
fn cat_6_a_gate_masks_what_it_is_on_for_admins_too() {
    let start = example_with_all_on();
    let catalog = start.catalog();
    for (target, feature) in GATES {
        let is_gated = |one: &Permission| {
            let name = catalog.display(*one).to_string();
            let rest = name.strip_prefix(target);
            rest.is_some_and(|rest| rest.starts_with(['.', ':']))
        };
        let gated: BTreeSet<String> =
            names(catalog, catalog.permissions().filter(|one| is_gated(one)));
        assert!(gated.len() >= 2, "{target}");
        let mut agency = start.clone();
        run(&mut agency, AgencyCommand::select_all(feature, Switch::Off));
        let mut members = 0;
        for (was, is) in start.subaccounts().zip(agency.subaccounts()) {
            let lattice = is.compile();
            for ((user, had), (_, has)) in effective(was).iter().zip(effective(is)) {
                let mut lost = names(catalog, had.difference(&has));
                let mut expected = names(catalog, had.iter().filter(|one| is_gated(one)));
                if !had.is_empty() {
                    expected.insert(format!("{feature}:on"));
                }
                assert_eq!(lost, expected, "{user}");
                assert!(has.is_subset(had), "{user}");
                lost.remove(&format!("{feature}:on"));
                members += usize::from(!lost.is_empty() && lost != gated);
                for lost in &lost {
                    let permission = catalog.permission(lost).unwrap();
                    let reason = lattice.subject(user).reason(permission);
                    assert_eq!(reason, Some(Reason::NotEntitled), "{user}, {lost}");
                    let why = lattice.explain(user, permission).to_string();
                    assert!(why.contains(&format!("turn {feature} on")), "{why}");
                }
            }
            let admin = is.users().next().unwrap().id().as_str();
            let admin = lattice.subject(admin).permissions();
            assert!(names(catalog, admin.iter()).is_disjoint(&gated), "{target}");
        }
        assert!(members > 0 || gated.len() == 2, "some member had some of {target}");
    }
}
