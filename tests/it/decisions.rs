//! DEC and everything that a decision rests on: tables of cases, and a second reading of the rules
//! (`oracle`) that random accounts must agree with.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use bailiwick::document::{AGENCY_FORMAT, Cases, Document};
use bailiwick::{Account, Agency, Catalog, Lattice, Reason, presets};
use proptest::prelude::*;
use serde_json::Value;

use crate::naive::Oracle;
use crate::worlds;

macro_rules! table {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../data/", $name, ".doc.json")),
            include_str!(concat!("../data/", $name, ".cases.json")),
        )
    };
}
/// Every table, by the name that its files share.
const TABLES: [(&str, &str, &str); 5] = [
    table!("studio"),
    table!("studio_classic"),
    table!("tenant"),
    table!("tenant_delegation"),
    table!("agency"),
];

#[test]
fn tables_hold_on_the_value_and_after_a_round_trip() {
    for (name, document, cases) in TABLES {
        let document = parse(document);
        let cases = parse(cases);
        if document.format() == Some(AGENCY_FORMAT) {
            let agency = Agency::from_document(&document, &presets::all()).unwrap();
            let again = parse(&serde_json::to_string(&agency).unwrap());
            let again = Agency::from_document(&again, &presets::all()).unwrap();
            for agency in [agency, again] {
                let cases = Cases::of_agency(&cases, &agency).unwrap();
                let lattice = |id: &str| agency.subaccount(id).unwrap().compile();
                check_cases(name, &cases, lattice);
            }
        } else {
            let account = account(&document);
            let again = account_of(&serde_json::to_value(&account).unwrap());
            for account in [account, again] {
                let cases = Cases::of_account(&cases, &account).unwrap();
                check_cases(name, &cases, |_| account.compile());
            }
        }
    }
}

#[track_caller]
fn check_cases(name: &str, cases: &Cases, lattice: impl Fn(&str) -> Lattice) {
    assert!(cases.iter().count() >= 30, "{name} is a table");
    for case in cases.iter() {
        let lattice = lattice(case.account().as_str());
        let decision = lattice.subject(case.user()).decide(case.requirement());
        assert!(
            case.is_met_by(decision),
            "{name}: {} asks {} of {}: {decision}, not {}",
            case.user(),
            case.ask(),
            case.account(),
            case.expected(),
        );
    }
}

/// A case that expects the wrong answer fails, so that tables can.
#[test]
fn a_wrong_case_fails() {
    let (_, document, _) = TABLES[0];
    let account = account(&parse(document));
    for (expect, reason) in [("allow", None), ("deny", Some("muted"))] {
        let case = serde_json::json!({"user": "nobody", "ask": "flows:read", "expect": expect});
        let mut cases = serde_json::json!({ "cases": [case] });
        if let Some(reason) = reason {
            cases["cases"][0]["reason"] = reason.into();
        }
        let cases = Cases::of_account(&parse(&cases.to_string()), &account).unwrap();
        let case = cases.iter().next().unwrap();
        let decision = account.compile().subject("nobody").decide(case.requirement());
        assert_eq!(decision, bailiwick::Decision::Deny(Reason::UnknownUser));
        assert!(!case.is_met_by(decision), "{expect} {reason:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    /// DEC-1, DEC-2, DEC-4: for every user and permission, all ways to ask give the oracle's
    /// answer and its reason.
    #[test]
    fn every_answer_is_the_oracles(document in worlds::any_account()) {
        let oracle = Oracle::new(&document);
        let account = account_of(&document);
        let lattice = account.compile();
        let catalog = account.catalog();
        let known = oracle.users();
        let users = known.iter().map(String::as_str).chain(["nobody at all", ""]);
        for user in users {
            check_user(&oracle, &account, &lattice, catalog, user);
        }
    }

    /// CAT-7, LVL-10: a conjunction's answer and reason are the oracle's.
    #[test]
    fn every_conjunction_is_the_oracles(
        (document, asks) in worlds::any_account().prop_flat_map(|document| {
            let asks = worlds::asks(&Oracle::new(&document));
            (Just(document), prop::collection::vec(asks, 1..12))
        })
    ) {
        let oracle = Oracle::new(&document);
        let account = account_of(&document);
        let lattice = account.compile();
        for user in oracle.users() {
            for ask in &asks {
                let requirement = account.catalog().require(ask).unwrap();
                let expected = oracle.decide(&user, ask).err();
                let subject = lattice.subject(&user);
                let decision = subject.decide(&requirement);
                prop_assert_eq!(reason_of(decision), expected, "{} asks {:?}", user, ask);
                prop_assert_eq!(subject.can_all(&requirement), expected.is_none());
                prop_assert_eq!(
                    subject.permissions().contains_all(&requirement),
                    expected.is_none()
                );
            }
        }
    }

    /// Metamorphic: a mute, a feature that is off or a suspension never adds anything.
    #[test]
    fn taking_away_never_adds(document in worlds::any_account(), pick in any::<prop::sample::Index>()) {
        let account = account_of(&document);
        let Some(users) = document["users"].as_array().filter(|users| !users.is_empty()) else {
            return Ok(());
        };
        let at = pick.index(users.len());
        let id = users[at]["id"].as_str().unwrap();
        let before = account.compile().subject(id).permissions();
        let grantable: Vec<String> = account
            .catalog()
            .permissions()
            .filter(|one| account.catalog().source(*one) == Some(bailiwick::catalog::Source::Grantable))
            .map(|one| account.catalog().display(one).to_string())
            .collect();

        let mut suspended = document.clone();
        suspended["users"][at]["status"] = "suspended".into();
        suspended["users"][at]["invitation"] = Value::Null;
        let mut featureless = document.clone();
        featureless["features"] = Value::Array(vec![]);
        let mut muted = document.clone();
        if !grantable.is_empty() {
            muted["users"][at]["mutes"] = vec![grantable[pick.index(grantable.len())].clone()].into();
        }
        let mut unmuted = document.clone();
        unmuted["users"][at].as_object_mut().unwrap().remove("mutes");
        let most = account_of(&unmuted).compile().subject(id).permissions();
        prop_assert!(before.is_subset(&most));
        for (less, than) in [(suspended, &before), (featureless, &before), (muted, &most)] {
            let after = account_of(&less).compile().subject(id).permissions();
            prop_assert!(after.is_subset(than), "{less}");
        }
    }
}

/// TPL-9: a preset template gives what the oracle's own reading of its table does.
#[test]
fn preset_templates_are_the_oracles() {
    let mut compared = 0;
    for catalog in [presets::studio::catalog(), presets::studio_classic::catalog()] {
        let oracle = Oracle::new(&serde_json::json!({
            "format": "bailiwick/account/1", "id": "a", "catalog": catalog.id(),
        }));
        for template in bailiwick::Template::presets(&catalog) {
            let id = template.id().as_str();
            let account = account_of(&serde_json::json!({
                "format": "bailiwick/account/1", "id": "a", "catalog": catalog.id(),
                "templates": [{"id": id, "name": id, "grants": template.grants()}],
                "users": [{"id": "kim", "email": "kim@acme.example", "role": "member",
                           "status": "active", "template": id}],
            }));
            let held = account.compile().subject("kim").permissions();
            let shown: std::collections::BTreeSet<String> =
                held.iter().map(|one| catalog.display(one).to_string()).collect();
            assert_eq!(shown, oracle.template_set(id), "{id}");
            compared += 1;
        }
    }
    assert_eq!(compared, 7);
}

/// AGY-8: an id of one account says nothing in another.
#[test]
fn another_accounts_id_is_unknown() {
    let (_, document, _) = TABLES[4];
    let agency = Agency::from_document(&parse(document), &presets::all()).unwrap();
    let accounts: Vec<&Account> = agency.subaccounts().collect();
    let assistants = agency.catalog().permission("general.assistants:on").unwrap();
    let mut asked = 0;
    for home in &accounts {
        for other in accounts.iter().filter(|other| other.id() != home.id()) {
            for user in home.users().filter(|user| other.user(user.id().as_str()).is_none()) {
                let lattice = other.compile();
                let subject = lattice.subject(user.id().as_str());
                assert_eq!(subject.reason(assistants), Some(Reason::UnknownUser));
                assert!(!subject.can(assistants));
                asked += 1;
            }
        }
    }
    assert!(asked > 10);
}

#[track_caller]
fn check_user(oracle: &Oracle, account: &Account, lattice: &Lattice, catalog: &Catalog, id: &str) {
    let subject = lattice.subject(id);
    let held = subject.permissions();
    let profile = account.user(id).map(|user| account.profile(user));
    let effective = oracle.effective(id);
    let shown: std::collections::BTreeSet<String> =
        held.iter().map(|one| catalog.display(one).to_string()).collect();
    assert_eq!(shown, effective, "what {id} may do");
    for text in oracle.permissions() {
        let permission = catalog.permission(&text).unwrap();
        let expected = oracle.decide(id, core::slice::from_ref(&text)).err();
        let reason = subject.reason(permission).map(Reason::name);
        assert_eq!(reason, expected, "{id} asks {text}");
        assert_eq!(subject.can(permission), expected.is_none(), "{id} asks {text}");
        assert_eq!(lattice.allows(id, permission), expected.is_none(), "{id} asks {text}");
        assert_eq!(held.contains(permission), expected.is_none(), "{id} asks {text}");
        if let Some(profile) = profile {
            assert_eq!(profile.reason(permission).map(Reason::name), expected, "{id} asks {text}");
        }
    }
}

fn reason_of(decision: bailiwick::Decision) -> Option<&'static str> {
    match decision {
        bailiwick::Decision::Allow => None,
        bailiwick::Decision::Deny(reason) => Some(reason.name()),
    }
}

#[track_caller]
fn parse(text: &str) -> Document {
    serde_json::from_str(text).unwrap()
}

#[track_caller]
fn account(document: &Document) -> Account {
    match Account::from_document(document, &presets::all()) {
        Ok(account) => account,
        Err(problems) => panic!("{problems}"),
    }
}

#[track_caller]
fn account_of(document: &Value) -> Account {
    account(&serde_json::from_value(document.clone()).unwrap())
}
