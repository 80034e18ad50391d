//! What hosts store and send on its own: ids, addresses, times, names and decisions.

use core::fmt::{Debug, Display};

use bailiwick::account::AccountName;
use bailiwick::agency::{Channel, Switch};
use bailiwick::catalog::{Setter, Source};
use bailiwick::ledger::RefusalKind;
use bailiwick::{
    Account, AccountId, Actor, AgencyId, Command, Decision, Email, Level, Reason, Role, Status,
    TemplateId, Timestamp, UserId, presets,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

#[track_caller]
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, written: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), written);
    assert_eq!(serde_json::from_str::<T>(written).unwrap(), *value);
}

#[track_caller]
fn check_all<T: Serialize + DeserializeOwned + PartialEq + Debug + Display>(all: &[T]) {
    for one in all {
        check(one, &json!(one.to_string()).to_string());
    }
}

#[track_caller]
fn refused<T: DeserializeOwned + Debug>(text: &str, expected: &str) {
    let error = serde_json::from_str::<T>(text).unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn leaves_come_back_equal() {
    check(&"kim".parse::<UserId>().unwrap(), "\"kim\"");
    check(&"acme".parse::<AccountId>().unwrap(), "\"acme\"");
    check(&"north".parse::<AgencyId>().unwrap(), "\"north\"");
    check(&"kb".parse::<TemplateId>().unwrap(), "\"kb\"");
    check(&"Kim@acme.example".parse::<Email>().unwrap(), "\"Kim@acme.example\"");
    check(&"Harbor office".parse::<AccountName>().unwrap(), "\"Harbor office\"");
    check(&Timestamp::from_unix_millis(-5), "-5");
    check_all(&Role::ALL);
    check_all(&Status::ALL);
    check_all(&Level::ALL);
    check_all(&Reason::ALL);
    check_all(&RefusalKind::ALL);
    check_all(&Source::ALL);
    check_all(&Setter::ALL);
    check_all(&Channel::ALL);
    check_all(&Switch::ALL);
    check(&Decision::Allow, r#"{"decision":"allow"}"#);
    check(&Decision::Deny(Reason::Muted), r#"{"decision":"deny","reason":"muted"}"#);
}

#[test]
fn what_is_no_leaf_is_refused() {
    refused::<UserId>("\"\"", "an id is empty");
    refused::<UserId>("1", "invalid type: integer `1`, expected a string");
    refused::<Role>("\"boss\"", "unknown role `boss`: expected `admin` or `member`");
    refused::<Timestamp>("\"now\"", "invalid type");
    refused::<Decision>(
        "{\"decision\":\"maybe\"}",
        "decision: unknown decision `maybe`: expected `allow` or `deny`",
    );
    refused::<Decision>("{\"decision\":\"deny\"}", "document: missing field `reason`");
}

/// A refusal says what a page needs of it.
#[test]
fn a_refusal_is_written() {
    let mut account = Account::new("acme".parse().unwrap(), presets::studio::catalog());
    let now = Timestamp::from_unix_millis(0);
    let refusal = account.execute(&Actor::Host, Command::accept("kim"), now).unwrap_err();
    assert_eq!(
        serde_json::to_value(&refusal).unwrap(),
        json!({"code": "unknown_user", "rule": refusal.rule(), "kind": "not_found",
               "message": "unknown user `kim`"}),
    );
}
