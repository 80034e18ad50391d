//! REV-10: each change names the one before it, and a fork is seen at the first change.

use bailiwick::document::Document;
use bailiwick::ledger::{ApplyError, Digest, RECENT_CHANGES};
use bailiwick::live::OnDivergence;
use bailiwick::presets::studio::knowledge;
use bailiwick::presets::{self, tenant};
use bailiwick::{Account, Actor, Catalog, Change, Command, Level, Live, Outcome, Timestamp};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::{NOW, acme, done, invite, run};
use crate::applying::{diverged, said};
use crate::model::read_actor;
use crate::worlds;

#[track_caller]
fn document(value: &impl Serialize) -> Document {
    serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap()
}

#[track_caller]
fn reread(account: &Account) -> Account {
    Account::from_document(&document(account), &presets::all()).unwrap()
}

/// Two lives that went on from one account by different changes: the first has the change
/// that is in the log.
fn forked() -> (Live, Live, Change) {
    let live = Live::new(acme());
    let kim = Command::set_area("kim", knowledge::AREA, Level::Edit);
    run(&live, Command::batch([invite("kim"), Command::accept("kim"), kim]));
    let other = Live::new(live.view().account().clone());
    let suspended = done(&live, Command::suspend("kim"));
    run(&other, invite("lee"));
    (live, other, suspended)
}

#[test]
fn whoever_lost_a_race_does_not_go_on_allowing_whom_the_winner_suspended() {
    let (winner, loser, suspended) = forked();
    let next = done(&winner, invite("mo"));
    assert!(loser.view().allows("kim", knowledge::FAQS.edit()));
    assert_eq!(said(loser.apply(&next)), Err(diverged(3)));
    assert!(!loser.view().allows("kim", knowledge::FAQS.edit()));
    assert!(loser.is_diverged() && !winner.is_diverged());

    // It says so until it is loaded again, whatever is asked of it.
    let refused = loser.execute(&Actor::Host, Command::suspend("kim"), NOW).unwrap_err();
    assert_eq!((refused.code(), refused.rule()), ("diverged", "REV-10"));
    assert_eq!(refused.to_string(), "the account has diverged from its log: load it again");
    assert_eq!(loser.decide(&Actor::Host, invite("noa"), NOW), Err(refused));
    assert_eq!(said(loser.apply(&suspended)), Err(diverged(2)));
    let snapshot = reread(winner.view().account());
    loser.load(snapshot).unwrap();
    assert!(!loser.is_diverged());
    assert!(loser.view().account() == winner.view().account());
    run(&loser, invite("noa"));
}

#[test]
fn a_host_may_choose_to_keep_answering() {
    let (_, other, suspended) = forked();
    let kept = Live::new(other.view().account().clone());
    let kept = kept.on_divergence(OnDivergence::KeepAnswering);
    assert_eq!(said(kept.apply(&suspended)), Err(diverged(2)));
    assert!(kept.is_diverged());
    assert!(kept.view().allows("kim", knowledge::FAQS.edit()));
    assert!(kept.execute(&Actor::Host, Command::suspend("kim"), NOW).is_err());
}

#[test]
fn another_account_is_not_loaded() {
    let live = Live::new(acme());
    let other = Account::new("other".parse().unwrap(), acme().catalog().clone());
    let error = live.load(other).unwrap_err().to_string();
    assert_eq!(error, "the change was made for account `other`; this is account `acme`");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_fork_in_any_place_of_a_history_is_seen_at_the_next_change(
        (start, steps) in worlds::any_story(),
    ) {
        let mut account = Account::from_document(&document(&start), &presets::all()).unwrap();
        let mut states = vec![account.clone()];
        let mut log = Vec::new();
        for (actor, command, now) in &steps {
            let command = Command::from_document(&document(command), account.catalog()).unwrap();
            let now = Timestamp::from_unix_millis(*now);
            let outcome = account.execute(&read_actor(actor), command, now);
            if let Some(change) = outcome.ok().and_then(Outcome::into_change) {
                states.push(account.clone());
                log.push(change);
            }
        }
        for (place, change) in log.iter().enumerate() {
            // The chain holds, through documents too.
            let read = Change::from_document(&document(change), account.catalog()).unwrap();
            assert_eq!(change.previous(), Some(states[place].head()));
            assert_eq!([change.digest(), read.digest()], [states[place + 1].head(); 2]);
            let snapshot = reread(&states[place + 1]);
            assert_eq!((&snapshot, snapshot.head()), (&states[place + 1], change.digest()));

            let fork = Command::set_seat_limit(Some(1_000));
            let mut other = states[place].clone();
            let fork = other.execute(&Actor::Host, fork, NOW).unwrap().into_change().unwrap();
            let [one, two] = [other, states[place + 1].clone()].map(Live::new);
            assert_eq!((one.apply(&fork), two.apply(change)), (Ok(()), Ok(())));
            let has_diverged = Err(diverged(change.revision()));
            assert_eq!(said(one.apply(change)), has_diverged);
            assert_eq!(said(two.apply(&fork)), has_diverged);
            if let Some(next) = log.get(place + 1) {
                let one = Live::new(states[place].clone());
                one.apply(&fork).unwrap();
                assert_eq!(said(one.apply(next)), Err(diverged(next.revision())));
            }
        }
    }
}

#[test]
fn a_repeat_is_no_error_and_what_is_forgotten_is_said_to_be() {
    let live = Live::new(acme());
    let invite = |number| done(&live, invite(&format!("u{number}")));
    let changes: Vec<Change> = (0..RECENT_CHANGES + 2).map(invite).collect();
    let view = live.view();
    live.apply_all(changes.iter().skip(2).rev()).unwrap();
    let error = live.apply(&changes[1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "revision 2 is too old to compare: expected 19, and the changes from 3 on are known"
    );
    assert!(!live.is_diverged());
    // A snapshot knows its last change alone.
    let replica = Live::new(reread(view.account()));
    let last = changes.len() - 1;
    replica.apply(&changes[last]).unwrap();
    assert!(matches!(replica.apply(&changes[last - 1]), Err(ApplyError::TooOld(_))));
    assert_eq!(live.view().revision(), view.revision());
}

/// Documents that people write, and those of earlier versions, name neither.
#[test]
fn a_start_has_a_head_of_its_own_and_a_change_may_name_none() {
    let account = acme();
    let text = serde_json::to_value(&account).unwrap();
    assert_eq!(text.get("head"), None);
    assert_eq!(reread(&account).head(), account.head());
    let other = Account::new("other".parse().unwrap(), account.catalog().clone());
    assert_ne!(other.head(), account.head());
    let mut later = text;
    later["revision"] = json!(7);
    let later = Account::from_document(&document(&later), &presets::all()).unwrap();
    assert_ne!(later.head(), account.head());
    let change = later.decide(&Actor::Host, invite("kim"), NOW).unwrap().into_change().unwrap();
    assert_eq!(change.previous(), Some(later.head()));

    let mut unchained = serde_json::to_value(&change).unwrap();
    let previous = unchained.as_object_mut().unwrap().remove("previous");
    assert_eq!(previous, Some(json!(later.head().to_string())));
    let unchained = Change::from_document(&document(&unchained), later.catalog()).unwrap();
    assert_eq!(unchained.previous(), None);
    let mut applied = later.clone();
    applied.apply(&unchained).unwrap();
    applied.apply(&unchained).unwrap();
    assert_eq!(applied.head(), unchained.digest());
    // What came before the document cannot be told.
    let mut earlier = serde_json::to_value(&change).unwrap();
    earlier["revision"] = json!(7);
    let earlier = Change::from_document(&document(&earlier), later.catalog()).unwrap();
    let mut later = later;
    let Err(ApplyError::TooOld(error)) = later.apply(&earlier) else { panic!("a change before") };
    assert_eq!((error.revision(), error.oldest(), error.expected()), (7, 8, 8));
}

/// An account with one of everything, and a change of it that has one of everything.
fn full(catalog: &Catalog) -> Value {
    let account = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": catalog.id(), "seat_limit": 9,
        "features": ["policy.audit_log"],
        "templates": [{"id": "desk", "name": "Desk", "grants": {
            "conversations": ["view", "edit"], "experiments": ["view"]}}],
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
             "template": "desk", "grants": {"integrations": ["view", "manage"], "crm": true},
             "mutes": ["conversations:edit", "experiments:view"], "last_sign_in": 17},
            {"id": "lee", "email": "lee@acme.example", "role": "member", "status": "active",
             "template": "desk"}],
    });
    let known = [catalog.clone()];
    let account = Account::from_document(&document(&account), &known).unwrap();
    let grants = json!({"conversations": ["view", "delete"], "analytics": ["view", "export"]});
    let commands = json!({"command": "batch", "commands": [
        {"command": "edit_template", "template": "desk", "grants": grants},
        {"command": "invite", "user": "mo", "email": "mo@acme.example", "role": "member"},
        {"command": "suspend", "user": "kim"},
        {"command": "set_seat_limit", "limit": 12},
        {"command": "set_features", "features": ["policy.user_delegation", "policy.audit_log"]}]});
    let command = Command::from_document(&document(&commands), catalog).unwrap();
    let change = account.decide(&Actor::Host, &command, NOW).unwrap().into_change();
    let mut change = serde_json::to_value(change).unwrap();
    // A stamp depends on the order (CAT-11); without one a change is read as if by hand (EVO-1).
    for field in ["catalog", "stamp"] {
        change.as_object_mut().unwrap().shift_remove(field);
    }
    change
}

fn digest(change: &Value, catalog: &Catalog) -> Digest {
    Change::from_document(&document(change), catalog).unwrap().digest()
}

/// Every place of a document that holds no list and no object.
fn leaves(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                leaves(value, &format!("{path}/{key}"), into);
            }
        }
        Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                leaves(value, &format!("{path}/{place}"), into);
            }
        }
        _ => into.push(path.to_owned()),
    }
}

#[test]
fn a_digest_is_taken_of_everything_that_a_change_says() {
    let catalog = tenant::catalog();
    let change = full(&catalog);
    let own = digest(&change, &catalog);
    let written = |change: Change| serde_json::to_value(change).unwrap();
    let whole = written(Change::from_document(&document(&change), &catalog).unwrap());
    let others = [
        json!("zoe"),
        json!("ana@acme.example"),
        json!("view"),
        json!("edit"),
        json!("member"),
        json!("admin"),
        json!("active"),
        json!("suspended"),
        json!("policy.user_delegation"),
        json!("policy.audit_log"),
        json!("conversations:view"),
        json!("conversations:manage"),
        json!("suspend"),
        json!("reactivate"),
        json!("user"),
        json!(3),
        json!(true),
        json!(false),
        json!("00".repeat(32)),
        json!(null),
        json!({"user": "ana", "account": "acme"}),
    ];
    let mut places = Vec::new();
    leaves(&change, "", &mut places);
    let mut changed = 0;
    for place in &places {
        let mut is_changed = false;
        for other in &others {
            let mut damaged = change.clone();
            let field = damaged.pointer_mut(place).unwrap();
            if field == other {
                continue;
            }
            *field = other.clone();
            let read = Change::from_document(&document(&damaged), &catalog);
            // What reads as the same is the same: a null is nothing, an alias is its leaf.
            let Ok(read) = read else { continue };
            let digest = read.digest();
            if written(read) == whole {
                continue;
            }
            assert_ne!(digest, own, "{place}: {other}");
            is_changed = true;
        }
        changed += usize::from(is_changed);
    }
    assert!(changed * 4 > places.len() * 3, "{changed} of {} places", places.len());
}

/// CAT-10: positions are internal.
#[test]
fn another_order_of_the_catalog_changes_no_digest() {
    let one = tenant::catalog();
    let mut reordered = serde_json::to_value(&one).unwrap();
    reordered["areas"].as_array_mut().unwrap().reverse();
    for area in reordered["areas"].as_array_mut().unwrap() {
        if let Some(sections) = area.get_mut("sub_sections").and_then(Value::as_array_mut) {
            sections.reverse();
        }
    }
    let [one, two] = [serde_json::to_value(&one).unwrap(), reordered].map(|mut catalog| {
        catalog["id"] = json!("mine/1");
        Catalog::from_document(&document(&catalog)).unwrap()
    });
    let of = |catalog: &Catalog| digest(&full(catalog), catalog);
    assert_ne!(serde_json::to_value(full(&one)).unwrap(), json!(null));
    assert_eq!(of(&one), of(&two));
    assert_eq!(digest(&full(&one), &two), of(&one));
}

#[test]
fn a_digest_prints_as_it_reads() {
    let head = acme().head();
    assert_eq!(head.to_string().parse(), Ok(head));
    assert_eq!(format!("{head:?}"), head.to_string());
    let text = head.to_string();
    for bad in [
        "",
        "ab",
        text.get(1..).unwrap(),
        &format!("{text}00"),
        &text.to_uppercase(),
        &text.replace(text.get(..1).unwrap(), "g"),
    ] {
        let error = bad.parse::<Digest>().unwrap_err();
        assert_eq!(error.to_string(), "a digest has 64 hexadecimal digits, in lower case");
    }
    // A head that is not one is found where it stands.
    let mut account = serde_json::to_value(acme()).unwrap();
    account["head"] = json!("beef");
    let error = Account::from_document(&document(&account), &presets::all()).unwrap_err();
    let problem = &error.problems()[0];
    assert_eq!(problem.to_string(), "head: a digest has 64 hexadecimal digits, in lower case");
    assert_eq!(problem.fault().code(), "invalid_digest");
}
