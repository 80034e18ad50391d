//! REV-7, REV-13, and orders by key: nothing is done twice, wherever and whenever it is asked again.

use core::convert::Infallible;

use bailiwick::document::Document;
use bailiwick::live::ExecuteError;
use bailiwick::{
    Account, Actor, Catalog, Change, Command, Live, Order, Outcome, Timestamp, presets,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::order::Table;
use super::{NOW, acme, done, invite, run};

#[track_caller]
fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn reread(account: &Account) -> Account {
    Account::from_document(&parse(account), &presets::all()).unwrap()
}

fn order() -> Order<Command> {
    Command::suspend("kim").because("left the team").with_key("req-7")
}

/// Kim is invited and accepts.
fn start() -> (Table, Live) {
    let (mut table, live) = (Table::default(), Live::new(acme()));
    for command in [invite("kim"), Command::accept("kim")] {
        let _ = live.execute_on(&mut table, &Actor::Host, command, NOW).unwrap();
    }
    (table, live)
}

#[test]
fn whoever_lost_the_answer_asks_again_anywhere_and_nothing_is_done_twice() {
    let (mut table, live) = start();
    // The process stores the change, and dies before it says so.
    let change = live.decide(&Actor::Host, order(), NOW).unwrap().into_change().unwrap();
    assert_eq!((change.reason(), change.revision()), (Some("left the team"), 3));
    table.0.push(change);
    let again = |live: &Live, table: &mut Table| {
        let later = Timestamp::from_unix_millis(NOW.unix_millis() + 1);
        live.execute_on(table, &Actor::Host, order(), later).unwrap()
    };
    let already = Outcome::AlreadyDone { revision: 3 };
    // At the same process, at another that has heard of nothing, and at one that starts from a
    // snapshot.
    let behind = Live::new(acme());
    for live in [&live, &behind] {
        assert_eq!(again(live, &mut table), already);
        assert!(live.view().at_least(3));
    }
    let restarted = Live::new(reread(live.view().account()));
    let reactivate = Command::reactivate("kim").with_key("req-8");
    let _ = restarted.execute_on(&mut table, &Actor::Host, reactivate, NOW).unwrap();
    for live in [&restarted, &live] {
        assert_eq!(again(live, &mut table), already, "whatever happened since");
    }
    assert_eq!(table.0.len(), 4);
    assert!(live.view().account().user("kim").unwrap().has_accepted());
}

#[test]
fn what_changes_nothing_is_not_stored_and_not_published() {
    let (mut table, live) = start();
    let before = live.view();
    let store = |_: &Change| -> Result<(), Infallible> { panic!("there is nothing to store") };
    let email = || Command::change_email("kim", "kim@acme.example");
    let unchanged = Outcome::Unchanged { revision: 2 };
    let executed = live.execute_with(&Actor::Host, email(), NOW, store);
    assert_eq!(executed, Ok(unchanged.clone()));
    let shown = before.account().preview(&Actor::Host, email(), NOW).unwrap();
    assert_eq!(shown.to_string(), "change email of kim to kim@acme.example; changes nothing");
    let committed = live.commit_with(&Actor::Host, email(), NOW, &shown.digest(), store);
    assert_eq!(committed, Ok(unchanged.clone()));
    assert_eq!(live.execute_on(&mut table, &Actor::Host, email(), NOW), Ok(unchanged));
    assert_eq!(table.0.len(), 2);
    assert_eq!(live.view().account(), before.account());
    let refused = live.execute_with(&Actor::Host, Command::accept("kim"), NOW, store);
    assert!(matches!(refused, Err(ExecuteError::Refused(_))));
}

/// A process that is behind its log does not take for done what another has undone.
#[test]
fn what_changes_nothing_behind_the_log_is_decided_again() {
    let (mut table, live) = start();
    let behind = Live::new(acme().replay(&table.0).unwrap());
    let email = |name: &str| Command::change_email("kim", format!("{name}@acme.example"));
    let _ = live.execute_on(&mut table, &Actor::Host, email("kim.lee"), NOW).unwrap();
    let outcome = behind.execute_on(&mut table, &Actor::Host, email("kim"), NOW).unwrap();
    assert_eq!(outcome.change().map(Change::revision), Some(4));
}

/// A page sends a commit twice: the second finds it done, and shows no stale preview.
#[test]
fn a_commit_that_is_sent_twice_is_done_once() {
    let (_, live) = start();
    let shown = live.view().account().preview(&Actor::Host, order(), NOW).unwrap().digest();
    let commit = || live.commit(&Actor::Host, order(), NOW, &shown).unwrap();
    assert_eq!(commit().change().map(Change::revision), Some(3));
    assert_eq!(commit(), Outcome::AlreadyDone { revision: 3 });
}

#[test]
fn keys_and_reasons_are_stored_and_come_back() {
    let live = Live::new(acme());
    let change = done(&live, invite("kim").because(" OPS-12 ").with_key("a").key_memory(2));
    let document = serde_json::to_value(&change).unwrap();
    let noted = ["reason", "key", "key_memory"].map(|field| document[field].clone());
    assert_eq!(noted, [json!("OPS-12"), json!("a"), json!(2)]);
    let read = Change::from_document(&parse(&document), change.catalog()).unwrap();
    assert_eq!((&read, read.digest()), (&change, change.digest()));
    // Each of them is in the digest.
    for field in ["reason", "key", "key_memory"] {
        let mut without = document.clone();
        without.as_object_mut().unwrap().shift_remove(field);
        let read = Change::from_document(&parse(&without), change.catalog()).unwrap();
        assert_ne!(read.digest(), change.digest(), "{field}");
    }
    for key in ["b", "c"] {
        run(&live, Order::from(invite(key)).with_key(key));
    }
    let account = live.view().account().clone();
    let document = serde_json::to_value(&account).unwrap();
    assert_eq!(document["key_memory"], 2);
    let keys: Vec<_> = document["keys"].as_array().unwrap().iter().map(|one| &one["key"]).collect();
    assert_eq!(keys, ["b", "c"], "the first is forgotten");
    assert_eq!(reread(&account), account);
    let mut replayed = acme();
    replayed.apply(&change).unwrap();
    assert_ne!(replayed, account);
}

#[test]
fn forged_keys_are_refused_by_their_places() {
    let live = Live::new(acme());
    for key in ["a", "b"] {
        run(&live, Order::from(invite(key)).with_key(key));
    }
    let document = serde_json::to_value(live.view().account()).unwrap();
    let check = |forge: &dyn Fn(&mut Value), problem: &str| {
        let mut forged = document.clone();
        forge(&mut forged);
        let error = Account::from_document(&parse(&forged), &presets::all()).unwrap_err();
        assert_eq!(error.problems()[0].to_string(), problem);
    };
    check(&|account| account["keys"][1]["key"] = json!("a"), "keys[1].key: duplicate key `a`");
    check(
        &|account| account["keys"][1]["revision"] = json!(3),
        "keys[1].revision: revision 3 of a key is out of order: expected more than 1, up to 2",
    );
    check(
        &|account| account["keys"][1]["revision"] = json!(1),
        "keys[1].revision: revision 1 of a key is out of order: expected more than 1, up to 2",
    );
    check(
        &|account| account["key_memory"] = json!(1),
        "keys: 2 keys are too many: the memory is for 1",
    );
    check(
        &|account| account["key_memory"] = json!(1001),
        "key_memory: 1001 is out of range: expected a number from 0 to 1000",
    );
    check(
        &|account| account["keys"][0]["key"] = json!(""),
        "keys[0].key: an id is empty; it has 1 to 255 bytes",
    );
    check(
        &|account| account["keys"][0]["order"] = json!("x"),
        "keys[0].order: a digest has 64 hexadecimal digits, in lower case",
    );
    let change = serde_json::to_value(done(&live, invite("c"))).unwrap();
    let check = |reason: &str, problem: &str| {
        let mut forged = change.clone();
        forged["reason"] = json!(reason);
        let error = Change::from_document(&parse(&forged), acme().catalog()).unwrap_err();
        assert_eq!(error.problems()[0].to_string(), problem);
    };
    check("\u{202e}x", "reason: the reason contains `\\u{202e}`, which cannot be seen; remove it");
    check(&"x".repeat(501), "reason: the reason of 501 characters is too long; it has at most 500");
}

/// A catalog of one generation, and of the next, which has no archive any more.
fn press(areas: &[&str]) -> Catalog {
    let areas: Vec<Value> =
        areas.iter().map(|area| json!({"key": area, "scale": "levels"})).collect();
    let document = json!({"format": "bailiwick/catalog/1", "id": "press/1", "areas": areas});
    Catalog::from_document(&parse(&document)).unwrap()
}

/// REV-13: an audit log stays readable, whatever the catalog has forgotten since.
#[test]
fn what_an_old_change_names_is_shown_as_it_was_written() {
    let [old, new] = [press(&["archive", "desk"]), press(&["desk"])];
    let start = |catalog: &Catalog| Account::new("acme".parse().unwrap(), catalog.clone());
    let mut account = start(&old);
    let invite = invite("kim");
    let commands = [invite, Command::accept("kim"), Command::make_admin("kim")];
    let changes = commands.map(|command| {
        let outcome = account.execute(&Actor::Host, command.because("OPS-12"), NOW).unwrap();
        outcome.into_change().unwrap()
    });
    // As they were stored before there were stamps; with one they are of another catalog (EVO-1).
    let stored = |change: &Change| {
        let mut document = serde_json::to_value(change).unwrap();
        document.as_object_mut().unwrap().shift_remove("stamp");
        document
    };
    let documents = changes.each_ref().map(stored);
    let named = json!(["archive:read", "archive:edit", "desk:read", "desk:edit"]);
    assert_eq!(documents[2]["effects"][0]["gained"], named);
    let mut later = start(&new);
    // The two generations say nothing of one another at their start.
    for (change, document) in changes.iter().zip(&documents) {
        let read = Change::from_document(&parse(document), &new).unwrap();
        assert_eq!(read.digest(), change.digest(), "{read}");
        assert_eq!(read.to_string(), change.to_string());
        assert_eq!(stored(&read), *document);
        later.apply(&read).unwrap();
    }
    assert_eq!(later.head(), account.head());
    let last = Change::from_document(&parse(&documents[2]), &new).unwrap();
    let effect = &last.effects()[0];
    assert!(effect.gained_unknown().eq(["archive:read", "archive:edit"]));
    assert_eq!((effect.gained().len(), effect.lost_unknown().count()), (2, 0));
    let gained = ["archive\n2 host", "desk:read", "x"];
    let mut strange = documents[2].clone();
    strange["effects"][0]["gained"] = json!(gained);
    let read = Change::from_document(&parse(&strange), &new).unwrap();
    assert_eq!(
        read.to_string(),
        "3 host: make kim admin; kim gains `archive\\n2 host` and 2 more; reason: `OPS-12`"
    );
    // What is written must be known.
    let mut unknown = documents[2].clone();
    unknown["edits"][0]["after"]["grants"] = json!({"archive": "read"});
    assert!(Change::from_document(&parse(&unknown), &new).is_err());
}
