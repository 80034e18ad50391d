//! AGY-9, AGY-10, GRD-5, REV-11 on the naive side alone.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::{Naive, Set, features_of};
use crate::naive::preset;
use crate::worlds::Commands;

/// An agency on a studio, with the subaccount `north` that has some of each kind of feature.
fn agency() -> Naive {
    let catalog = preset("agency-studio/1");
    let north = json!({
        "id": "north", "catalog": catalog, "templates": [],
        "features": ["plan.enterprise", "general.contacts"],
        "users": [{"id": "ana", "email": "ana@a.b", "role": "admin", "status": "active"}],
    });
    let features = features_of(&catalog);
    Naive::new(catalog, features, None, &[north])
}

const AGENCY: fn() -> Value = || json!({"agency": "agency"});

/// What happens is `accepted`, `unchanged` or the code of the refusal.
#[track_caller]
fn give(agency: &mut Naive, by: &Value, command: &Value, expected: &str) {
    let revision = agency.revision;
    let outcome = match agency.execute(by, command, 7) {
        Ok(()) if agency.changed => "accepted".to_owned(),
        Ok(()) => "unchanged".to_owned(),
        Err(code) => code,
    };
    assert_eq!(outcome, expected, "{by}: {command}");
    assert_eq!(agency.revision, revision + u64::from(expected == "accepted"), "{command}");
}

fn set(agency: &Naive, id: &str) -> Vec<String> {
    let (_, set, _) = agency.subaccounts.iter().find(|(one, ..)| one == id).unwrap();
    let set: &Set = set;
    set.iter().cloned().collect()
}

fn create(more: &Value) -> Value {
    let mut new = json!({"account": "south"});
    for (field, value) in more.as_object().into_iter().flatten() {
        new[field] = value.clone();
    }
    json!({"command": "create", "subaccounts": [new]})
}

#[test]
fn a_new_subaccount_copies_what_is_the_agencys() {
    let mut agency = agency();
    give(&mut agency, &AGENCY(), &create(&json!({})), "accepted");
    assert_eq!(set(&agency, "south"), ["general.assistants", "general.contacts"]);
    let north = set(&agency, "north");
    assert_eq!(north, ["general.assistants", "general.contacts", "plan.enterprise"]);
}

#[test]
fn an_agency_grants_no_plan() {
    let mut agency = agency();
    let within = |features: &[&str]| {
        json!({"command": "within", "account": "north",
               "within": {"command": "set_features", "features": features}})
    };
    for command in [
        json!({"command": "patch", "account": "north", "channel": "ui",
               "grant": ["plan.enterprise_cluster"], "revoke": []}),
        json!({"command": "patch", "account": "north", "channel": "ui",
               "grant": [], "revoke": ["plan.enterprise"]}),
        json!({"command": "select_all", "feature": "plan.enterprise", "switch": "on"}),
        create(&json!({"channel": "ui", "grant": ["plan.enterprise"]})),
        within(&["plan.enterprise", "plan.enterprise_cluster"]),
        within(&[]),
    ] {
        give(&mut agency, &AGENCY(), &command, "host_only");
    }
    give(&mut agency, &AGENCY(), &within(&["plan.enterprise", "general.logs"]), "accepted");
    let ana = json!({"agency": "agency", "account": "north", "user": "ana"});
    give(&mut agency, &ana, &within(&["plan.enterprise"]), "host_only");
    give(&mut agency, &json!("host"), &within(&["plan.enterprise_cluster"]), "accepted");
}

#[test]
fn a_subaccount_comes_with_a_name_and_an_admin() {
    let mut agency = agency();
    let admin = json!({"user": "lee", "email": "lee@south.example"});
    // Inviting is off, which stops no agency.
    let new = create(&json!({"name": " South \u{a0} office ", "admin": admin}));
    give(&mut agency, &AGENCY(), &new, "accepted");
    let (_, _, south) = agency.subaccounts.last().unwrap();
    let document = south.document();
    assert_eq!(document["name"], "South office");
    assert_eq!(document["revision"], 0);
    assert_eq!(
        document["users"],
        json!([{"id": "lee", "email": "lee@south.example", "role": "admin", "status": "invited",
                "invitation": {"sent": 7, "generation": 1}}])
    );
    let sent = json!({"do": "send_invitation", "user": "lee", "email": "lee@south.example",
                      "generation": 1});
    assert_eq!(agency.outside, [("south".to_owned(), sent)]);
    let rename =
        |name: &str| json!({"command": "rename_subaccount", "account": "south", "name": name});
    give(&mut agency, &AGENCY(), &rename("South office"), "unchanged");
    give(&mut agency, &AGENCY(), &rename("South"), "accepted");
    assert_eq!(agency.subaccounts.last().unwrap().2.document()["revision"], 1);
    for name in ["", " ", "a\u{200b}", "a\nb", &"x".repeat(101)] {
        give(&mut agency, &AGENCY(), &rename(name), "subaccount_name");
    }
    let ana = json!({"agency": "agency", "account": "north", "user": "ana"});
    give(&mut agency, &ana, &rename("Mine"), "not_authorized");
    for (admin, code) in [
        (json!({"user": "", "email": "a@b.c"}), "invalid_id"),
        (json!({"user": "lee", "email": "lee"}), "invalid_email"),
    ] {
        let new = json!({"command": "create", "subaccounts": [{"account": "w", "admin": admin}]});
        give(&mut agency, &AGENCY(), &new, code);
    }
}

#[test]
fn what_changes_nothing_takes_no_revision() {
    let mut agency = agency();
    let user = json!({"agency": "agency", "account": "north", "user": "ana"});
    for (by, command) in [
        (AGENCY(), json!({"command": "patch", "account": "north", "grant": [], "revoke": []})),
        (AGENCY(), json!({"command": "patch", "account": "north", "grant": ["contacts"]})),
        (AGENCY(), json!({"command": "select_all", "feature": "general.logs", "switch": "off"})),
        (
            user,
            json!({"command": "in", "account": "north", "within":
                      {"command": "change_email", "user": "ana", "email": "ana@a.b"}}),
        ),
    ] {
        give(&mut agency, &by, &command, "unchanged");
    }
}

/// GRD-5, GRD-6, REV-11: what the host sets only the host changes, and what is refused or changes
/// nothing leaves everything as it was.
#[test]
fn whatever_is_commanded() {
    let mut source = Commands::new(3);
    let mut agency = agency();
    for _ in 0..400 {
        let (actor, command, now) = source.next(&agency);
        let before = agency.clone();
        let outcome = agency.execute(&actor, &command, now);
        let plans = |agency: &Naive| -> Vec<(String, Set)> {
            let all = agency.subaccounts.iter();
            all.map(|(id, set, _)| (id.clone(), agency.only(set, |one| one.by_host))).collect()
        };
        for (id, plan) in plans(&agency) {
            let former = plans(&before).into_iter().find(|(one, _)| *one == id);
            let former = former.map(|(_, plan)| plan).unwrap_or_default();
            assert!(plan == former || actor == "host", "{actor}: {command}");
        }
        let documents = |agency: &Naive| -> Vec<Value> {
            agency.subaccounts.iter().map(|(.., directory)| directory.document()).collect()
        };
        let is_same = documents(&agency) == documents(&before);
        assert_eq!(is_same, outcome.is_err() || !agency.changed, "{actor}: {command}");
        assert_eq!(agency.revision, before.revision + u64::from(!is_same), "{command}");
    }
}
