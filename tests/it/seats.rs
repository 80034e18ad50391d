//! USR-5, USR-6: seats are free, reached or over; and an account refuses or warns.

#![expect(clippy::unwrap_used, reason = "tests")]

use bailiwick::account::{AtLimit, Change, Duty, SeatState};
use bailiwick::document::Document;
use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Command, Timestamp};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn invite(user: &str) -> Command {
    Command::invite(user, format!("{user}@acme.example"))
}

/// A studio with three users.
fn acme() -> Account {
    let mut acme = Account::new("acme".parse().unwrap(), studio::catalog());
    give(&mut acme, Command::batch(["ana", "kim", "lee"].map(invite)));
    acme
}

#[track_caller]
fn give(account: &mut Account, command: Command) {
    let _ = changed(account, command);
}

#[track_caller]
fn changed(account: &mut Account, command: Command) -> Change {
    let before = account.clone();
    let change = account.execute(&Actor::Host, command, NOW).unwrap().into_change().unwrap();
    let stored: Document = serde_json::from_str(&serde_json::to_string(&change).unwrap()).unwrap();
    let read = Change::from_document(&stored, account.catalog()).unwrap();
    assert_eq!(read, change);
    let mut replica = before;
    replica.apply(&read).unwrap();
    assert_eq!(&replica, account);
    change
}

fn warnings(change: &Change) -> Vec<(usize, u32)> {
    let warning = |duty| match duty {
        Duty::WarnSeats { used, limit } => Some((used, limit)),
        _ => None,
    };
    change.duties().filter_map(warning).collect()
}

#[track_caller]
fn check(account: &Account, state: SeatState, is_reached: bool, written: &Value) {
    let seats = account.seats();
    assert_eq!((seats.state(), seats.is_reached()), (state, is_reached));
    assert_eq!(&json!(seats), written);
}

#[test]
fn seats_are_free_reached_or_over() {
    let mut acme = acme();
    check(&acme, SeatState::Unlimited, false, &json!({"used": 3}));
    give(&mut acme, Command::set_seat_limit(Some(5)));
    check(&acme, SeatState::Free(2), false, &json!({"used": 3, "limit": 5, "free": 2}));
    give(&mut acme, Command::set_seat_limit(Some(3)));
    check(&acme, SeatState::Reached, true, &json!({"used": 3, "limit": 3, "reached": true}));
    // Lowering the limit removes nobody.
    give(&mut acme, Command::set_seat_limit(Some(1)));
    check(&acme, SeatState::Over(2), true, &json!({"used": 3, "limit": 1, "over": 2}));
    assert_eq!(acme.users().count(), 3);
    give(&mut acme, Command::set_seat_limit(Some(0)));
    check(&acme, SeatState::Over(3), true, &json!({"used": 3, "limit": 0, "over": 3}));
}

#[test]
fn an_account_refuses_or_warns_at_the_limit() {
    let mut acme = acme();
    give(&mut acme, Command::set_seat_limit(Some(3)));
    let refusal = acme.decide(&Actor::Host, invite("pat"), NOW).unwrap_err();
    assert_eq!(refusal.code(), "seat_limit");
    let change = changed(&mut acme, Command::set_seats(Some(3), AtLimit::Warn));
    assert_eq!(change.to_string(), "3 host: set seat limit to 3 and warn at it");
    assert_eq!(warnings(&change), []);
    let change = changed(&mut acme, invite("pat"));
    assert_eq!(warnings(&change), [(4, 3)]);
    check(&acme, SeatState::Over(1), true, &json!({"used": 4, "limit": 3, "over": 1}));
    // A limit alone leaves it as it is.
    give(&mut acme, Command::set_seat_limit(Some(5)));
    assert_eq!(acme.seats().at_limit(), AtLimit::Warn);
    assert_eq!(serde_json::to_value(&acme).unwrap().get("seats"), Some(&json!("warn")));
    // A batch says it for each beyond the limit, with what is free again in between.
    let batch = Command::batch([
        invite("u1"),
        invite("u2"),
        invite("u3"),
        Command::delete_user("u1"),
        Command::delete_user("u2"),
        invite("u4"),
        invite("u5"),
    ]);
    assert_eq!(warnings(&changed(&mut acme, batch)), [(6, 5), (7, 5), (6, 5), (7, 5)]);
    give(&mut acme, Command::set_seats(Some(5), AtLimit::Refuse));
    assert_eq!(serde_json::to_value(&acme).unwrap().get("seats"), None);
    assert_eq!(acme.decide(&Actor::Host, invite("u6"), NOW).unwrap_err().code(), "seat_limit");
}

/// GRD-9: a change that warns where there is nothing to warn of was made for another state.
#[test]
fn a_warning_is_checked_when_it_is_applied() {
    let mut acme = acme();
    give(&mut acme, Command::set_seats(Some(3), AtLimit::Warn));
    let change = acme.decide(&Actor::Host, invite("pat"), NOW).unwrap().into_change().unwrap();
    let written = serde_json::to_string(&change).unwrap();
    for (from, to) in [("\"used\":4", "\"used\":5"), ("\"limit\":3", "\"limit\":4")] {
        let forged: Document = serde_json::from_str(&written.replace(from, to)).unwrap();
        let forged = Change::from_document(&forged, acme.catalog()).unwrap();
        let error = acme.clone().apply(&forged).unwrap_err();
        assert_eq!(
            error.to_string(),
            "revision 3 cannot be applied: the number of seats is not in the state that the edit \
             starts from"
        );
    }
    acme.apply(&change).unwrap();
}
