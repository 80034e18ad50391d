//! The names of small enums: text both ways, and what is said of any other text.

#![expect(clippy::unwrap_used, reason = "an unmet assumption fails the test")]

use core::fmt::{Debug, Display};
use core::str::FromStr;

use bailiwick::agency::{Channel, Switch};
use bailiwick::catalog::{Group, ScaleKind, Setter, Source};
use bailiwick::error::ParseNameError;
use bailiwick::ledger::RefusalKind;
use bailiwick::{Level, Reason, Role, Status};

#[test]
fn a_name_is_written_and_read() {
    check(&Role::ALL, &["admin", "member"]);
    check(&Status::ALL, &["invited", "active", "suspended"]);
    check(&Level::ALL, &["none", "read", "edit"]);
    check(&Source::ALL, &["grantable", "role", "account"]);
    check(&ScaleKind::ALL, &["levels", "actions", "toggle"]);
    check(&Setter::ALL, &["host", "agency"]);
    check(&Group::ALL, &["invite", "edit", "delete", "permissions", "templates"]);
    check(&RefusalKind::ALL, &["forbidden", "not_found", "conflict", "invalid"]);
    check(&Channel::ALL, &["api", "ui"]);
    check(&Switch::ALL, &["on", "off"]);
    check(
        &Reason::ALL,
        &[
            "unknown_user",
            "not_active",
            "unknown_permission",
            "not_entitled",
            "admin_only",
            "muted",
            "not_granted",
        ],
    );
}

#[track_caller]
fn check<T>(all: &[T], names: &[&str])
where
    T: FromStr<Err = ParseNameError> + Display + Debug + PartialEq,
{
    let written: Vec<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(written, names);
    let read: Vec<T> = names.iter().map(|name| name.parse().unwrap()).collect();
    assert_eq!(read, all);
}

#[test]
fn a_few_names_are_read_in_other_forms_role_1_lvl_12() {
    assert_eq!("user".parse(), Ok(Role::Member));
    for text in ["read", "Read", "READ-ONLY", "read-only"] {
        assert_eq!(text.parse(), Ok(Level::Read), "{text}");
    }
    assert_eq!("eDIT".parse(), Ok(Level::Edit));
    for text in ["User", "ADMIN"] {
        assert!(text.parse::<Role>().is_err(), "{text}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_those_there_are() {
    unknown::<Role>("boss", "unknown role `boss`: expected `admin` or `member`");
    unknown::<Status>("gone", "unknown status `gone`: expected `invited`, `active` or `suspended`");
    unknown::<Level>("write", "unknown level `write`: expected `none`, `read` or `edit`");
    unknown::<Source>("plan", "unknown source `plan`: expected `grantable`, `role` or `account`");
    unknown::<Setter>("me", "unknown setter `me`: expected `host` or `agency`");
    unknown::<Group>(
        "all",
        "unknown group of commands `all`: expected `invite`, `edit`, `delete`, `permissions` or \
         `templates`",
    );
    unknown::<Reason>(
        "no",
        "unknown reason `no`: expected `unknown_user`, `not_active`, `unknown_permission`, \
         `not_entitled`, `admin_only`, `muted` or `not_granted`",
    );
    unknown::<RefusalKind>(
        "denied",
        "unknown kind of refusal `denied`: expected `forbidden`, `not_found`, `conflict` or \
         `invalid`",
    );
    unknown::<Channel>("mail", "unknown channel `mail`: expected `api` or `ui`");
    unknown::<Switch>("", "unknown switch ``: expected `on` or `off`");
    unknown::<Role>("x\n", "unknown role `x\\n`: expected `admin` or `member`");
}

#[track_caller]
fn unknown<T: FromStr<Err = ParseNameError> + Debug>(text: &str, message: &str) {
    let error = text.parse::<T>().unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(error.given(), text);
}
