//! GRD-6, REV-11, USR-3, USR-12 whatever is commanded, on the naive side alone; and that stories
//! meet every reason to refuse a command.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::naive::{Directory, preset, refusals};
use crate::worlds::{self, Order, Stories};

/// Those that only an agency gives.
const OF_AGENCIES: [&str; 8] = [
    "always_on",
    "duplicate",
    "overlap",
    "subaccount_exists",
    "subaccount_name",
    "ui_only",
    "unknown_feature",
    "unknown_subaccount",
];

#[test]
fn whatever_is_commanded() {
    let wanted = std::env::var("BAILIWICK_COMMANDS").map_or(1_200, |text| text.parse().unwrap());
    let mut runner = TestRunner::deterministic();
    let mut refused = BTreeMap::<String, usize>::new();
    let mut stories = Stories::new(6);
    for place in (0..wanted).step_by(40) {
        let catalog = match place / 40 % 4 {
            0 => json!("tenant/1"),
            1 => preset("agency-studio/1"),
            _ => worlds::catalog().new_tree(&mut runner).unwrap().current(),
        };
        let mut directory = Directory::new(&stories.start(&catalog));
        let mut given: Vec<Order> = Vec::new();
        for _ in 0..40 {
            let (actor, command, now) = stories.next(&directory);
            let before = directory.document();
            let (actor, command, notes) =
                stories.again(&given).unwrap_or_else(|| (actor, command, stories.notes(&given)));
            let mut without = directory.clone();
            let outcome = directory.order(&actor, &command, &notes, now);
            check(&before, &directory, &command, now, outcome.is_ok());
            let is_decided = match &outcome {
                Ok(()) => directory.said.done_at.is_none(),
                Err(code) => !OF_NOTES.contains(&code.as_str()),
            };
            if is_decided {
                assert_eq!(outcome, without.execute(&actor, &command, now));
                assert_eq!(rest(&without.document()), rest(&directory.document()), "{notes:?}");
                let reason = notes.reason.as_deref().filter(|_| directory.said.changed);
                assert_eq!(directory.said.reason.as_deref(), reason.map(str::trim), "REV-7");
            } else {
                assert_eq!(directory.document(), before, "{notes:?}");
            }
            if notes.key.is_some() {
                given.push((actor, command.clone(), notes));
            }
            if let Err(code) = outcome {
                *refused.entry(code).or_default() += 1;
            }
        }
    }
    println!("{refused:#?}");
    let codes = refusals::KINDS.iter().map(|(code, _)| *code);
    let codes = codes.filter(|code| !OF_AGENCIES.contains(code));
    let missing: Vec<_> = codes.filter(|code| !refused.contains_key(*code)).collect();
    assert!(wanted < 20_000 || missing.is_empty(), "no refusal says {missing:?}");
    for code in ["invitation_expired", "invitation_superseded", "not_entitled", "admin_holds_all"] {
        assert!(refused.contains_key(code), "no refusal says {code}");
    }
}

/// What is refused for what comes with a command.
const OF_NOTES: [&str; 3] = ["invalid_key", "invalid_reason", "key_reused"];

/// All but what is remembered of keys.
fn rest(document: &Value) -> Value {
    let mut document = document.clone();
    for field in ["keys", "key_memory"] {
        document.as_object_mut().unwrap().shift_remove(field);
    }
    document
}

fn check(before: &Value, directory: &Directory, command: &Value, now: i64, is_accepted: bool) {
    let after = directory.document();
    let changed = directory.said.changed;
    assert_eq!(before != &after, changed, "{command}");
    assert!(is_accepted || !changed, "{command}");
    let revision = |document: &Value| document["revision"].as_u64().unwrap();
    assert_eq!(revision(&after), revision(before) + u64::from(changed), "{command}");
    assert_eq!(Directory::new(&after).document(), rest(&after), "{command}");
    assert!(changed || directory.said.outside.is_empty(), "{command}");
    if changed && command["command"] == "accept" {
        let mut users = after["users"].as_array().unwrap().iter();
        let user = users.find(|user| user["id"] == command["user"]).unwrap();
        assert_eq!(user["status"], "active");
        assert!(user["last_sign_in"].as_i64() >= Some(now), "{command}");
        assert_eq!(user.get("invitation"), None);
    }
}
