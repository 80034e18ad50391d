//! GRD-9: changes that nobody decided on, through `apply`: refused by name, or applied, and
//! then the state is valid.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::account::{Affected, Change};
use bailiwick::document::Document;
use bailiwick::ledger::MAX_REVISION;
use bailiwick::{Account, Actor, Command, Live, Timestamp, presets};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::applying::{diverged, said};
use crate::worlds;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn start() -> Value {
    json!({
        "format": "bailiwick/account/1",
        "id": "acme",
        "catalog": "tenant/1",
        "revision": 4,
        "seat_limit": 5,
        "templates": [
            {"id": "desk", "name": "Desk", "grants": {"conversations": ["view", "edit"]}},
            {"id": "lab", "name": "Lab", "grants": {"experiments": ["view"]}},
        ],
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
             "template": "desk"},
            {"id": "lee", "email": "lee@acme.example", "role": "member", "status": "invited"},
        ],
        "retired": ["old"],
    })
}

fn account(document: &Value) -> Account {
    Account::from_document(&parse(document), &presets::all()).unwrap()
}

fn parse(value: &Value) -> Document {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn user(id: &str) -> Value {
    json!({"id": id, "email": format!("{id}@acme.example"), "role": "member", "status": "active"})
}

/// A change of the next revision, with these edits, as a forger would write it.
fn forged(edits: &Value) -> Value {
    json!({
        "format": "bailiwick/change/1",
        "account": "acme",
        "revision": 5,
        "time": 1,
        "actor": "host",
        "command": {"command": "resend", "user": "lee"},
        "edits": edits,
        "effects": [],
    })
}

#[track_caller]
fn refused(edits: &Value, message: &str) {
    let mut account = account(&start());
    let (before, live) = (account.clone(), Live::new(account.clone()));
    let change = Change::from_document(&parse(&forged(edits)), account.catalog()).unwrap();
    let error = account.apply(&change).unwrap_err();
    assert_eq!(error.to_string(), format!("revision 5 cannot be applied: {message}"));
    assert_eq!(account, before, "nothing is written");
    assert_eq!(live.apply(&change), Err(error));
    assert_eq!(live.view().revision(), 4);
}

#[track_caller]
fn applied(edits: &Value) -> Account {
    let mut account = account(&start());
    let live = Live::new(account.clone());
    let change = Change::from_document(&parse(&forged(edits)), account.catalog()).unwrap();
    account.apply(&change).unwrap();
    live.apply(&change).unwrap();
    same_as_compiled(&live, &account);
    account
}

/// What is published is what compiles, and the state is one that its own reader takes.
#[track_caller]
pub(crate) fn same_as_compiled(live: &Live, account: &Account) {
    let (view, compiled) = (live.view(), account.compile());
    assert!(view.diff(&compiled).unwrap().is_empty());
    assert!(view.users().eq(compiled.users()));
    for id in compiled.users() {
        for permission in account.catalog().permissions() {
            let ours = view.subject(id).reason(permission);
            assert_eq!(ours, compiled.subject(id).reason(permission), "{id}");
        }
    }
    let document = serde_json::to_value(account).unwrap();
    let known = [account.catalog().clone()];
    assert_eq!(&Account::from_document(&parse(&document), &known).unwrap(), account);
}

fn edit(of: &str, before: &Value, after: &Value) -> Value {
    json!([{"of": of, "before": before, "after": after}])
}

fn removed(of: &str, record: &Value) -> Value {
    edit(of, record, &Value::Null)
}

fn added(of: &str, record: &Value) -> Value {
    edit(of, &Value::Null, record)
}

fn both(one: &Value, two: &Value) -> Value {
    [one, two].iter().flat_map(|edits| edits.as_array().unwrap().clone()).collect()
}

fn with(mut record: Value, field: &str, value: &Value) -> Value {
    record[field] = value.clone();
    record
}

#[test]
fn what_an_account_cannot_be_is_refused_by_name() {
    let start = start();
    let (ana, kim, lee) = (&start["users"][0], &start["users"][1], &start["users"][2]);
    let (desk, lab) = (&start["templates"][0], &start["templates"][1]);
    let twins = both(
        &added("user", &with(user("mo"), "email", &json!("mo@acme.example"))),
        &added("user", &with(user("noa"), "email", &json!("MO@acme.example"))),
    );
    let names = both(
        &added("template", &json!({"id": "a", "name": "Night", "grants": {}})),
        &added("template", &json!({"id": "b", "name": "night", "grants": {}})),
    );
    let crowd = both(
        &both(&added("user", &user("mo")), &added("user", &user("noa"))),
        &added("user", &user("pat")),
    );
    let table = [
        (
            added("user", &with(user("mo"), "email", &json!("KIM@acme.example"))),
            "email `KIM@acme.example` is used by `kim`",
        ),
        (twins, "email `MO@acme.example` is used by `mo`"),
        (names, "template name `night` is used by `a`"),
        (
            edit("template", lab, &with(lab.clone(), "name", &json!("desk"))),
            "template name `desk` is used by `desk`",
        ),
        (added("template", desk), "template id `desk` is in use"),
        (added("user", kim), "user id `kim` is in use"),
        (added("user", &user("old")), "user id `old` belonged to a deleted user"),
        (
            edit("user", lee, &with(lee.clone(), "template", &json!("gone"))),
            "unknown template `gone`",
        ),
        (removed("template", desk), "template `desk` is still used by `kim`"),
        (
            edit("user", ana, &with(ana.clone(), "role", &json!("member"))),
            "`ana` is the last active admin",
        ),
        (
            edit("user", ana, &with(ana.clone(), "status", &json!("suspended"))),
            "`ana` is the last active admin",
        ),
        (removed("user", ana), "`ana` is the last active admin"),
        (crowd, "all seats are taken (5 of 5)"),
        (
            edit("user", &with(lee.clone(), "status", &json!("active")), lee),
            "user `lee` is not in the state that the edit starts from",
        ),
        (
            removed("user", &user("nobody")),
            "user `nobody` is not in the state that the edit starts from",
        ),
        (
            edit("template", &with(lab.clone(), "name", &json!("Labs")), lab),
            "template `lab` is not in the state that the edit starts from",
        ),
        (
            edit("seat_limit", &json!(9), &json!(12)),
            "the seat limit is not in the state that the edit starts from",
        ),
        (
            edit("features", &json!(["policy.audit_log"]), &json!([])),
            "the set of features is not in the state that the edit starts from",
        ),
    ];
    for (edits, message) in &table {
        refused(edits, message);
    }
}

/// An edit without records means nothing, so it cannot be read.
#[test]
fn an_edit_that_lost_its_records_is_not_read() {
    let catalog = bailiwick::presets::tenant::catalog();
    for of in ["user", "template"] {
        let change = forged(&edit(of, &Value::Null, &Value::Null));
        let error = Change::from_document(&parse(&change), &catalog).unwrap_err();
        let message =
            "the document cannot be used\n  edits[0]: an edit needs `before`, `after` or both";
        assert_eq!(error.to_string(), message);
    }
}

/// Nor does an edit that replaces one record with another.
#[test]
fn a_record_keeps_its_id() {
    let catalog = bailiwick::presets::tenant::catalog();
    let (start, with_id) = (start(), |record: &Value, id| with(record.clone(), "id", &json!(id)));
    let (lee, lab) = (&start["users"][2], &start["templates"][1]);
    for (of, before, after) in
        [("user", lee, with_id(lee, "kim")), ("template", lab, with_id(lab, "desk"))]
    {
        let change = forged(&edit(of, before, &after));
        let error = Change::from_document(&parse(&change), &catalog).unwrap_err();
        assert_eq!(error.problems()[0].fault().code(), "other_subject");
    }
}

/// A template's edit that lost its `after` removes the template: refused while anybody refers to
/// it, and nothing is published that does not compile.
#[test]
fn a_template_that_lost_its_after_is_removed_and_no_more() {
    let start = start();
    refused(&removed("template", &start["templates"][0]), "template `desk` is still used by `kim`");
    let after = applied(&removed("template", &start["templates"][1]));
    assert!(after.template("lab").is_none());
}

/// Revisions end where a number in JSON is no longer exact, and an account at the end says so.
#[test]
fn revisions_come_to_an_end() {
    let mut last = start();
    last["revision"] = json!(MAX_REVISION);
    let mut account = account(&last);
    let refusal = account.execute(&Actor::Host, Command::suspend("kim"), NOW).unwrap_err();
    assert_eq!((refusal.code(), refusal.rule()), ("revisions_exhausted", "REV-1"));
    let message =
        "the account is at revision 9007199254740991, the highest there can be: start a new one";
    assert_eq!(refusal.to_string(), message);
    let mut change = forged(&json!([]));
    change["revision"] = json!(MAX_REVISION + 1);
    let change = Change::from_document(&parse(&change), account.catalog());
    if let Ok(change) = change {
        let message = "revision 9007199254740992 cannot be applied: the account is at revision \
                       9007199254740991, the highest there can be";
        assert_eq!(account.apply(&change).unwrap_err().to_string(), message);
    }
}

/// REV-10: whoever forges a change can name the head. One that names another is refused.
#[test]
fn a_change_that_names_another_before_it_has_diverged() {
    let (account, edits) = (account(&start()), added("user", &user("mo")));
    let forged = |previous: &str| {
        let change = with(forged(&edits), "previous", &json!(previous));
        Change::from_document(&parse(&change), account.catalog()).unwrap()
    };
    let (right, wrong) = (forged(&account.head().to_string()), forged(&"ab".repeat(32)));
    let mut applied = account.clone();
    assert_eq!(said(applied.apply(&wrong)), Err(diverged(5)));
    assert_eq!(applied, account, "nothing is written");
    applied.apply(&right).unwrap();
    assert_eq!(applied.head(), right.digest());
    // The same edits at a revision that is taken now.
    assert_eq!(said(applied.apply(&wrong)), Err(diverged(5)));
    let live = Live::new(account);
    assert_eq!(said(live.apply_all([&right, &wrong])), Err(diverged(5)));
    assert_eq!((live.view().revision(), live.is_diverged()), (5, true));
}

/// Records of users and templates: those of the account, others, and mixtures.
fn records() -> impl Strategy<Value = Value> {
    let users = prop::sample::select(vec!["ana", "kim", "lee", "mo", "old"]);
    let user = (
        users.clone(),
        users,
        prop::sample::select(vec!["admin", "member"]),
        prop::sample::select(vec!["active", "invited", "suspended"]),
        prop::option::of(prop::sample::select(vec!["desk", "lab", "gone"])),
    );
    user.prop_map(|(id, email, role, status, template)| {
        let mut user = user_record(id, email, role, status);
        if let Some(template) = template {
            user["template"] = json!(template);
        }
        user
    })
}

fn user_record(id: &str, email: &str, role: &str, status: &str) -> Value {
    json!({"id": id, "email": format!("{email}@acme.example"), "role": role, "status": status})
}

fn templates() -> impl Strategy<Value = Value> {
    let ids = prop::sample::select(vec!["desk", "lab", "new"]);
    let names = prop::sample::select(vec!["Desk", "Lab", "desk", "New"]);
    let grants = prop::sample::select(vec![
        json!({}),
        json!({"conversations": ["view", "edit"]}),
        json!({"conversations": ["edit"]}),
        json!({"experiments": ["view"]}),
    ]);
    (ids, names, grants)
        .prop_map(|(id, name, grants)| json!({"id": id, "name": name, "grants": grants}))
}

/// Mostly edits that fit the state somewhere, so that many are applied.
fn edits() -> impl Strategy<Value = Vec<Value>> {
    let own_users = prop::sample::select(start()["users"].as_array().unwrap().clone());
    let own_templates = prop::sample::select(start()["templates"].as_array().unwrap().clone());
    let some = |of: &'static str, own: BoxedStrategy<Value>, any: BoxedStrategy<Value>| {
        let before = prop_oneof![3 => own, 1 => any.clone(), 1 => Just(Value::Null)];
        let after = prop_oneof![4 => any, 1 => Just(Value::Null)];
        (before, after, any_bool()).prop_map(move |(before, mut after, same_id)| {
            if same_id && before.is_object() && after.is_object() {
                after["id"] = before["id"].clone();
            }
            json!({"of": of, "before": before, "after": after})
        })
    };
    let limit = || prop_oneof![Just(json!(5)), Just(json!(1)), Just(Value::Null)];
    let one = prop_oneof![
        5 => some("user", own_users.boxed(), records().boxed()),
        3 => some("template", own_templates.boxed(), templates().boxed()),
        1 => (limit(), limit()).prop_map(|(before, after)| {
            json!({"of": "seat_limit", "before": before, "after": after})
        }),
        1 => Just(json!({"of": "features", "before": [], "after": ["policy.audit_log"]})),
    ];
    prop::collection::vec(one, 0..4)
}

fn any_bool() -> impl Strategy<Value = bool> {
    prop::sample::select(vec![true, true, true, false])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever `apply` takes, what is published is what compiles, and the state is valid: what a
    /// live holds, a reader takes.
    #[test]
    fn whatever_is_applied_compiles_alike(edits in edits()) {
        let mut account = account(&start());
        let (before, live) = (account.clone(), Live::new(account.clone()));
        let change = Change::from_document(&parse(&forged(&json!(edits))), account.catalog());
        let Ok(change) = change else { return Ok(()) };
        let result = account.apply(&change);
        assert_eq!(live.apply(&change), result);
        if result.is_err() {
            assert_eq!(&account, &before);
        } else {
            let admins = |account: &Account| account.users().filter(|user| {
                user.role() == bailiwick::Role::Admin && user.status() == bailiwick::Status::Active
            }).count();
            assert!(admins(&account) > 0 || admins(&before) == 0);
        }
        same_as_compiled(&live, &account);
    }

    /// The same of real changes that were damaged in one place.
    #[test]
    fn a_damaged_change_leaves_a_state_that_stands(
        document in worlds::any_account(),
        place in any::<prop::sample::Index>(),
        with in any::<prop::sample::Index>(),
    ) {
        let mut account = account(&document);
        let ids: Vec<String> = account.users().map(|user| user.id().to_string()).collect();
        let Some(id) = ids.first() else { return Ok(()) };
        let Ok(outcome) = account.decide(&Actor::Host, Command::delete_user(id), NOW) else {
            return Ok(());
        };
        let mut written = serde_json::to_value(outcome.change()).unwrap();
        let pool = [json!(null), json!("x"), json!(0), json!([]), json!({}), json!(true)];
        let fields = ["account", "revision", "time", "actor", "edits", "effects", "command"];
        let field = fields[place.index(fields.len())];
        written[field] = pool[with.index(pool.len())].clone();
        let Ok(damaged) = Change::from_document(&parse(&written), account.catalog()) else {
            return Ok(());
        };
        let live = Live::new(account.clone());
        assert_eq!(account.apply(&damaged), live.apply(&damaged));
        same_as_compiled(&live, &account);
    }
}

/// An account's change never names somebody as affected who is not there.
#[test]
fn effects_do_not_depend_on_how_groups_are_found() {
    let account = account(&start());
    let command = Command::set_features(["policy.user_delegation"]);
    let decide = || account.decide(&Actor::Host, &command, NOW).unwrap().into_change().unwrap();
    let changes: Vec<Change> = (0..8).map(|_| decide()).collect();
    assert!(changes.windows(2).all(|pair| pair[0] == pair[1]));
    let effects = changes[0].effects();
    assert!(effects.iter().all(|effect| matches!(effect.who(), Affected::Profile { .. })));
}
