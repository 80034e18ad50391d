//! Ids, addresses and names: texts with types of their own.

#![expect(clippy::unwrap_used, reason = "an unmet assumption fails the test")]

use core::borrow::Borrow;
use core::fmt::{Debug, Display};
use core::hash::Hash;
use core::str::FromStr;
use std::collections::HashMap;

use bailiwick::account::AccountName;
use bailiwick::error::{EmailError, IdError, NameError};
use bailiwick::{AccountId, AgencyId, Email, TemplateId, UserId};

#[test]
fn a_text_is_read_lent_and_found_again() {
    check::<AccountId>("acme");
    check::<AgencyId>("north");
    check::<TemplateId>("kb 2");
    check::<UserId>("9f2d-41c6");
    check::<Email>("Zoë@acme.example");
    check::<AccountName>("Harbor office");
}

#[track_caller]
fn check<T>(text: &str)
where
    T: FromStr<Err: Debug>
        + for<'a> TryFrom<&'a str, Error: Debug>
        + TryFrom<String, Error: Debug>
        + Into<String>
        + AsRef<str>
        + Borrow<str>
        + Display
        + Debug
        + Clone
        + Eq
        + Hash,
{
    let read: T = text.parse().unwrap();
    assert_eq!(T::try_from(text).unwrap(), read);
    assert_eq!(T::try_from(text.to_owned()).unwrap(), read);
    assert_eq!((read.as_ref(), read.clone().into()), (text, text.to_owned()));
    assert_eq!(read.to_string().parse::<T>().unwrap(), read);
    assert_eq!(format!("{read:?}"), format!("{text:?}"));
    assert!(T::try_from("").is_err() && T::try_from(String::new()).is_err());
    let by_text = HashMap::from([(read, 1)]);
    assert_eq!(by_text.get(text), Some(&1), "hashed and compared as its text is");
}

#[test]
fn an_error_has_what_was_given() {
    assert_eq!(UserId::parse(""), Err(IdError::Empty));
    let error = UserId::parse(&"x".repeat(300));
    assert!(matches!(error, Err(IdError::TooLong(error)) if error.length() == 300));
    let error = Email::parse(" kim ");
    assert!(matches!(error, Err(EmailError::Malformed(error)) if error.given() == "kim"));
    let error = Email::parse("k m@acme.example");
    assert!(matches!(error, Err(EmailError::Blank(error)) if error.given() == "k m@acme.example"));
    let error = Email::parse(&"x".repeat(300));
    assert!(matches!(error, Err(EmailError::TooLong(error)) if error.length() == 300));
    assert_eq!(AccountName::parse(" "), Err(NameError::Blank));
    let error = AccountName::parse(&"é".repeat(101));
    assert!(matches!(error, Err(NameError::TooLong(error)) if error.length() == 101));
    let error = AccountName::parse("a\u{200b}b");
    assert!(matches!(error, Err(NameError::Hidden(error)) if error.letter() == '\u{200b}'));
}
