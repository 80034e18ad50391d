//! GRD-3, GRD-8, GRD-10, GRD-11: what a delegated member tries, and what strangers learn.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::agency::{AgencyCommand, Switch};
use bailiwick::document::Document;
use bailiwick::{Account, Actor, Agency, Command, Grants, Invite, Setting, Timestamp, presets};
use serde_json::{Value, json};

use crate::actors;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

const ALL: [&str; 5] = ["view", "create", "edit", "delete", "manage"];

/// `del` is a delegate who holds all actions on `users`, and only view on conversations.
fn tenant(features: &[&str], users: &Value, templates: &Value) -> Account {
    let mut all = vec![
        json!({"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"}),
        json!({"id": "del", "email": "del@acme.example", "role": "member", "status": "active",
               "grants": {"users": ALL, "conversations": ["view"]}}),
    ];
    all.extend(users.as_array().unwrap().iter().cloned());
    let document = json!({
        "format": "bailiwick/account/1",
        "id": "acme",
        "catalog": "tenant/1",
        "features": features,
        "templates": templates,
        "users": all,
    });
    Account::from_document(&parse(&document), &presets::all()).unwrap()
}

fn parse(value: &Value) -> Document {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn member(id: &str, more: &Value) -> Value {
    let mut member = json!({"id": id, "email": format!("{id}@acme.example"), "role": "member",
                            "status": "active"});
    for (field, value) in more.as_object().unwrap() {
        member[field] = value.clone();
    }
    member
}

#[track_caller]
fn refused(account: &Account, command: impl Into<Command>, code: &str) {
    let actor = actors::user("acme", "del");
    let refusal = account.clone().execute(&actor, command, NOW).unwrap_err();
    assert_eq!(refusal.code(), code, "{refusal}");
}

#[track_caller]
fn accepted(account: &mut Account, command: impl Into<Command>) {
    let _ = account.execute(&actors::user("acme", "del"), command, NOW).unwrap();
}

const DELEGATION: [&str; 1] = ["policy.user_delegation"];

/// Reactivating brings back everything, so it is compared whole: also of someone who never
/// accepted.
#[test]
fn grd_10_whoever_comes_back_is_compared_whole() {
    let much = json!({"conversations": ALL, "settings": ALL});
    for accepted in [true, false] {
        let who = json!({"status": "suspended", "accepted": accepted, "grants": much});
        let account = tenant(&DELEGATION, &json!([member("kim", &who)]), &json!([]));
        refused(&account, Command::reactivate("kim"), "escalation");
        let who = json!({"status": "suspended", "accepted": accepted,
                         "grants": {"conversations": ["view"]}});
        let mut account = tenant(&DELEGATION, &json!([member("kim", &who)]), &json!([]));
        self::accepted(&mut account, Command::reactivate("kim"));
    }
}

/// A mute that hides something now is lifted by somebody some day: reactivation looks through it.
#[test]
fn grd_10_a_mute_hides_nothing_from_the_comparison() {
    let who = json!({"status": "suspended", "grants": {"conversations": ALL},
                     "mutes": ["conversations:create"]});
    let account = tenant(&DELEGATION, &json!([member("kim", &who)]), &json!([]));
    refused(&account, Command::reactivate("kim"), "escalation");
}

/// A gate hides what somebody holds while a feature is off, and not from the comparison.
#[test]
fn grd_8_a_gate_hides_nothing_from_the_comparison() {
    let catalog = json!({
        "format": "bailiwick/catalog/1", "id": "gated/1",
        "areas": [
            {"key": "lab", "scale": "toggle"},
            {"key": "people", "scale": {"actions": ALL}},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [{"key": "lab"}, {"key": "delegation"}]},
        ],
        "gates": [{"target": "lab", "needs": ["plan.lab"]}],
        "delegated": {"area": "people", "feature": "plan.delegation"},
    });
    let account = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": catalog,
        "features": ["plan.delegation"],
        "users": [
            member("del", &json!({"grants": {"people": ALL}})),
            member("kim", &json!({"status": "suspended", "grants": {"lab": true}})),
            member("lee", &json!({})),
        ],
    });
    let account = Account::from_document(&parse(&account), &[]).unwrap();
    refused(&account, Command::reactivate("kim"), "escalation");
    refused(&account, Command::tick("lee", "lab:on"), "escalation");
    let mut grants = Grants::new(account.catalog());
    grants.set("lab", true).unwrap();
    refused(&account, Command::replace_grants("lee", grants.clone()), "escalation");
    refused(&account, Command::create_template("lab", "Lab", grants), "escalation");
}

/// What is planted under a mute counts as if the mute were lifted.
#[test]
fn grd_10_nothing_is_planted_under_a_mute() {
    let template = json!([{"id": "desk", "name": "Desk", "grants": {"conversations": ["view"]}}]);
    let kim = json!([member("kim", &json!({"template": "desk"}))]);
    let mut account = tenant(&DELEGATION, &kim, &template);
    accepted(&mut account, Command::untick("kim", "conversations:view"));
    let mut grants = Grants::new(account.catalog());
    grants.set("conversations", Setting::actions(ALL)).unwrap();
    refused(&account, Command::replace_grants("kim", grants), "escalation");
    // What the delegate holds may be given under the mute as well.
    let mut grants = Grants::new(account.catalog());
    grants.set("conversations", Setting::actions(["view"])).unwrap();
    accepted(&mut account, Command::replace_grants("kim", grants));
}

/// A template that holds what is inert now is no way round: some day its first action comes.
#[test]
fn grd_8_inert_actions_of_a_template_count() {
    let template = json!([{"id": "odd", "name": "Odd", "grants": {"conversations": ["delete"]}}]);
    let account = tenant(&DELEGATION, &json!([member("kim", &json!({}))]), &template);
    refused(&account, Command::assign_template("kim", "odd"), "escalation");
    refused(&account, Invite::new("mo", "mo@acme.example").template("odd"), "escalation");
}

/// Whoever reads someone's mail can become them, today or when they have been given something.
#[test]
fn grd_10_addresses_of_those_who_have_not_accepted() {
    let users = json!([
        member("inv", &json!({"status": "invited"})),
        member("sus", &json!({"status": "suspended", "accepted": false})),
        member("rich", &json!({"grants": {"settings": ["view"]}})),
        member("muted", &json!({"grants": {"settings": ["view"]}, "mutes": ["settings:view"]})),
        member("plain", &json!({"grants": {"conversations": ["view"]}})),
    ]);
    let mut account = tenant(&DELEGATION, &users, &json!([]));
    refused(&account, Command::change_email("inv", "x@acme.example"), "not_authorized");
    refused(&account, Command::change_email("sus", "x@acme.example"), "not_authorized");
    refused(&account, Command::change_email("rich", "x@acme.example"), "escalation");
    refused(&account, Command::change_email("muted", "x@acme.example"), "escalation");
    accepted(&mut account, Command::change_email("plain", "x@acme.example"));
}

/// Names are how admins tell templates apart: a member renames only what they could have written.
#[test]
fn grd_10_names_of_templates() {
    let templates = json!([
        {"id": "all", "name": "Everything", "grants": {"settings": ALL}},
        {"id": "some", "name": "Little", "grants": {"conversations": ["view"]}},
        {"id": "own", "name": "Own", "grants": {"conversations": ["view"]}},
    ]);
    let mut account = tenant(&DELEGATION, &json!([]), &templates);
    refused(&account, Command::rename_template("all", "Whatever"), "escalation");
    refused(&account, Command::describe_template("all", "For everyone"), "escalation");
    let _ = account.execute(&Actor::Host, Command::rename_template("own", "Mine"), NOW).unwrap();
    accepted(&mut account, Command::rename_template("some", "Something"));
    accepted(&mut account, Command::describe_template("some", "For some"));
    // Their own is not theirs to change, under no name.
    let assign = Command::assign_template("del", "own");
    let mut own = tenant(&[], &json!([]), &templates);
    let _ = own.execute(&Actor::Host, assign, NOW).unwrap();
    let features = Command::set_features(DELEGATION);
    let _ = own.execute(&Actor::Host, features, NOW).unwrap();
    let users = Command::batch(ALL.map(|action| Command::tick("del", format!("users:{action}"))));
    let _ = own.execute(&Actor::Host, users, NOW).unwrap();
    refused(&own, Command::rename_template("own", "Other"), "self_edit");
    refused(&own, Command::describe_template("own", "For me"), "self_edit");
}

/// A member writes no admin's record, not even to take a deleted template from it.
#[test]
fn grd_10_a_template_that_an_admin_refers_to() {
    let templates = json!([{"id": "desk", "name": "Desk", "grants": {}}]);
    let admin = json!([{"id": "zoe", "email": "zoe@acme.example", "role": "admin",
                        "status": "active", "template": "desk"}]);
    let mut account = tenant(&DELEGATION, &admin, &templates);
    refused(&account, Command::delete_template_in_use("desk", ["zoe"]), "not_authorized");
    let delete = Command::delete_template_in_use("desk", ["zoe"]);
    let _ = account.execute(&Actor::Host, delete, NOW).unwrap();
    assert!(account.user("zoe").unwrap().template().is_none());
}

fn agency(id: &str) -> Agency {
    let document = json!({
        "format": "bailiwick/agency/1", "id": id, "catalog": "agency/1",
        "subaccounts": [
            {"id": "main", "features": ["general.invite_members"], "users": [
                {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
                member("kim", &json!({})),
                member("sus", &json!({"status": "suspended"})),
            ]},
            {"id": "other", "users": []},
        ],
    });
    Agency::from_document(&parse(&document), &presets::all()).unwrap()
}

/// The same account id in two agencies is two accounts.
#[test]
fn grd_11_an_actor_says_who_they_are_in_full() {
    let (north, mut south) = (agency("north"), agency("south"));
    let ana = actors::user_of("north", "main", "ana");
    let suspend = || AgencyCommand::within("main", Command::suspend("kim"));
    let _ = north.clone().execute(&ana, suspend(), NOW).unwrap();
    let refusal = south.execute(&ana, suspend(), NOW).unwrap_err();
    assert_eq!(refusal.code(), "not_authorized");
    // Nor is a user of an account that stands on its own one of a subaccount, or the reverse.
    let alone = actors::user("main", "ana");
    assert_eq!(north.clone().execute(&alone, suspend(), NOW).unwrap_err().code(), "not_authorized");
    let mut main = north.subaccount("main").unwrap().clone();
    let refusal = main.execute(&ana, Command::suspend("kim"), NOW).unwrap_err();
    assert_eq!(refusal.code(), "not_authorized");
    let _ = main.execute(&alone, Command::suspend("kim"), NOW).unwrap();
}

/// A stranger hears the same, to the letter, whether or not what they name exists.
#[test]
fn grd_11_a_stranger_learns_nothing() {
    let north = agency("north");
    let strangers = [
        actors::user_of("north", "main", "nobody"),
        actors::user_of("north", "main", "sus"),
        actors::user_of("north", "other", "ana"),
        actors::user_of("north", "nowhere", "ana"),
        actors::user_of("south", "main", "ana"),
        actors::user("main", "ana"),
        actors::agency("south"),
        actors::agency("main"),
    ];
    let within = [
        Command::suspend("kim"),
        Command::suspend("nobody"),
        Command::batch(Vec::<Command>::new()),
        Command::edit_template("none", Grants::new(north.catalog())),
        Command::set_features(["general.logs"]),
        Command::set_features(["nonsense"]),
    ];
    for actor in &strangers {
        let mut heard = Vec::new();
        for account in ["main", "other", "nowhere", ""] {
            for command in &within {
                let command = AgencyCommand::within(account, command.clone());
                heard.push(north.clone().execute(actor, command, NOW).unwrap_err().to_string());
            }
        }
        heard.dedup();
        assert_eq!(heard.len(), 1, "{heard:?}");
        let mut heard = Vec::new();
        let commands = [
            AgencyCommand::delete("main"),
            AgencyCommand::delete("nowhere"),
            AgencyCommand::create("main"),
            AgencyCommand::create("new"),
            AgencyCommand::select_all("general.logs", Switch::Off),
            AgencyCommand::select_all("nonsense", Switch::Off),
        ];
        for command in commands {
            heard.push(north.clone().execute(actor, command, NOW).unwrap_err().to_string());
        }
        heard.dedup();
        assert_eq!(heard.len(), 1, "{heard:?}");
    }
}

/// The same of an account on its own.
#[test]
fn grd_11_a_stranger_to_an_account_learns_nothing() {
    let account = tenant(&DELEGATION, &json!([member("kim", &json!({}))]), &json!([]));
    let actors = [
        actors::user("acme", "nobody"),
        actors::user("other", "ana"),
        actors::user_of("north", "acme", "ana"),
        actors::agency("acme"),
    ];
    for actor in actors {
        let commands = [
            Command::suspend("kim"),
            Command::suspend("nobody"),
            Command::batch(Vec::<Command>::new()),
            Command::set_seat_limit(Some(1)),
            Command::delete_template("none"),
        ];
        let mut heard: Vec<String> = commands
            .map(|command| account.clone().execute(&actor, command, NOW).unwrap_err().to_string())
            .into();
        heard.dedup();
        assert_eq!(heard.len(), 1, "{heard:?}");
    }
}
