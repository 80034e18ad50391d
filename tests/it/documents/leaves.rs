//! What hosts store and send on its own: ids, addresses, times, names and decisions.

use core::fmt::Debug;

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
    check(&Timestamp::from_unix_millis(-5), "-5");
    for role in Role::ALL {
        check(&role, &json!(role.name()).to_string());
    }
    for status in Status::ALL {
        check(&status, &json!(status.name()).to_string());
    }
    for level in Level::ALL {
        check(&level, &json!(level.name()).to_string());
    }
    for reason in Reason::ALL {
        check(&reason, &json!(reason.name()).to_string());
    }
    check(&Decision::Allow, r#"{"decision":"allow"}"#);
    check(&Decision::Deny(Reason::Muted), r#"{"decision":"deny","reason":"muted"}"#);
}

#[test]
fn what_is_no_leaf_is_refused() {
    refused::<UserId>("\"\"", "an id is empty");
    refused::<UserId>("1", "invalid type: integer `1`, expected a string");
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
