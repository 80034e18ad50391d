//! USR-3, USR-12, USR-13: invitations, and what the host must do outside.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::account::{Invitation, InvitationLifetime};
use bailiwick::agency::{AgencyCommand, AgencyEdit, NewSubaccount};
use bailiwick::document::Document;
use bailiwick::presets::tenant;
use bailiwick::{Account, Actor, Agency, Change, Command, Status, Timestamp, User};
use serde_json::{Value, json};

use crate::actors;

const DAY: i64 = 86_400_000;
const SENT: i64 = 1_790_000_000_000;

fn at(unix_millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(unix_millis)
}

fn parse(value: &Value) -> Document {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// A tenant with these users and more to say of the account.
fn account(users: &Value, more: &Value) -> Account {
    let mut document = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1", "users": users,
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Account::from_document(&parse(&document), &[tenant::catalog()]).unwrap()
}

/// A tenant with an active `kim`, and `pat` who was invited.
fn acme(more: &Value) -> Account {
    let mut acme = account(&json!([]), more);
    give(&mut acme, Command::invite("kim", "kim@acme.example"), SENT);
    give(&mut acme, Command::accept("kim"), SENT);
    give(&mut acme, Command::invite("pat", "pat@acme.example"), SENT);
    acme
}

#[track_caller]
fn give(account: &mut Account, command: impl Into<Command>, now: i64) {
    let _ = changed(account, command, now);
}

#[track_caller]
fn changed(account: &mut Account, command: impl Into<Command>, now: i64) -> Change {
    let change = account.execute(&Actor::Host, command, at(now)).unwrap().into_change().unwrap();
    let stored = serde_json::to_value(&change).unwrap();
    let read = Change::from_document(&parse(&stored), account.catalog()).unwrap();
    assert_eq!(duties(&read), duties(&change), "a stored change says the same");
    change
}

#[track_caller]
fn refuse(account: &Account, command: impl Into<Command>, now: i64, code: &str, message: &str) {
    let mut copy = account.clone();
    let refusal = copy.execute(&Actor::Host, command, at(now)).unwrap_err();
    assert_eq!((refusal.code(), refusal.to_string().as_str()), (code, message));
    assert_eq!((&copy, refusal.rule()), (account, "USR-12"));
}

fn duties(change: &Change) -> Vec<Value> {
    change.duties().map(|duty| json!(duty)).collect()
}

fn send(user: &str, email: &str, generation: u32) -> Value {
    json!({"do": "send_invitation", "user": user, "email": email, "generation": generation})
}

fn end(user: &str) -> Value {
    json!({"do": "end_sessions", "user": user})
}

fn invitation(account: &Account, user: &str) -> Option<(i64, u32)> {
    let invitation = account.user(user).and_then(User::invitation);
    invitation.map(|one| (one.sent().unix_millis(), one.generation()))
}

#[test]
fn only_the_last_invitation_can_be_accepted() {
    let mut acme = acme(&json!({}));
    assert_eq!(invitation(&acme, "pat"), Some((SENT, 1)));
    let change = changed(&mut acme, Command::resend("pat"), SENT + 1);
    assert_eq!(duties(&change), [send("pat", "pat@acme.example", 2)]);
    assert_eq!(invitation(&acme, "pat"), Some((SENT + 1, 2)));
    refuse(
        &acme,
        Command::accept_generation("pat", 1),
        SENT + 2,
        "invitation_superseded",
        "invitation 1 of `pat` was superseded by 2: use the last one that was sent",
    );
    refuse(
        &acme,
        Command::accept_generation("pat", 3),
        SENT + 2,
        "unknown_invitation",
        "invitation 3 of `pat` was never sent: the last one is 2",
    );
    give(&mut acme.clone(), Command::accept("pat"), SENT + 2);
    let change = changed(&mut acme, Command::accept_generation("pat", 2), SENT + 2);
    assert_eq!(change.to_string(), "5 host: pat accepts invitation 2");
    assert_eq!(duties(&change), [] as [Value; 0]);
    let pat = acme.user("pat").unwrap();
    assert_eq!((pat.status(), pat.invitation()), (Status::Active, None));
    assert_eq!(pat.last_sign_in(), Some(at(SENT + 2)), "accepting is the first sign-in");
}

/// The generation stops at the largest number, and never goes back.
#[test]
fn a_generation_is_never_used_again() {
    let last = json!({"sent": SENT, "generation": u32::MAX});
    let pat = json!({"id": "pat", "email": "pat@acme.example", "role": "member",
                     "status": "invited", "invitation": last});
    let acme = account(&json!([pat]), &json!({}));
    let refusal = acme.decide(&Actor::Host, Command::resend("pat"), at(SENT)).unwrap_err();
    assert_eq!(refusal.to_string(), "there is no room for another invitation");
    let change = Command::change_email("pat", "new@acme.example");
    assert_eq!(acme.decide(&Actor::Host, &change, at(SENT)), Err(refusal));
}

#[test]
fn an_invitation_lasts_as_long_as_the_account_says() {
    let mut acme = acme(&json!({"invitation_lifetime": 2}));
    let until = SENT + 2 * DAY;
    give(&mut acme.clone(), Command::accept("pat"), until);
    give(&mut acme.clone(), Command::accept("pat"), i64::MIN);
    let expired = "the invitation of `pat` has expired, 2 days after it was sent: send it again";
    for now in [until + 1, i64::MAX] {
        refuse(&acme, Command::accept("pat"), now, "invitation_expired", expired);
        let accept = Command::accept_generation("pat", 1);
        refuse(&acme, accept, now, "invitation_expired", expired);
    }
    // Sending it again renews it.
    let mut again = acme.clone();
    give(&mut again, Command::resend("pat"), until + 1);
    give(&mut again, Command::accept("pat"), until + 1 + 2 * DAY);
    // A suspension does not.
    let mut back = acme.clone();
    give(&mut back, Command::suspend("pat"), until);
    let change = changed(&mut back, Command::reactivate("pat"), until + 1);
    assert_eq!(duties(&change), [] as [Value; 0]);
    assert_eq!(back.user("pat").unwrap().status(), Status::Invited);
    assert_eq!(invitation(&back, "pat"), Some((SENT, 1)));
    refuse(&back, Command::accept("pat"), until + 1, "invitation_expired", expired);
    // Without a lifetime it lasts.
    give(&mut acme, Command::set_invitation_lifetime(None), until);
    give(&mut acme, Command::accept("pat"), i64::MAX);
}

#[test]
fn no_time_is_too_far_away() {
    for (sent, now, is_accepted) in [
        (i64::MAX, i64::MAX, true),
        (i64::MAX - 1, i64::MAX, true),
        (i64::MIN, i64::MIN, true),
        (i64::MIN, i64::MAX, false),
        (i64::MIN, i64::MIN + DAY, true),
        (i64::MIN, i64::MIN + DAY + 1, false),
        (i64::MAX, i64::MIN, true),
    ] {
        let pat = json!({"id": "pat", "email": "pat@acme.example", "role": "member",
                         "status": "invited", "invitation": {"sent": sent, "generation": 1}});
        let acme = account(&json!([pat]), &json!({"invitation_lifetime": 1}));
        let decided = acme.decide(&Actor::Host, Command::accept("pat"), at(now));
        assert_eq!(decided.is_ok(), is_accepted, "sent {sent}, now {now}");
    }
}

#[test]
fn a_lifetime_is_from_one_day_to_ten_years() {
    let mut acme = acme(&json!({}));
    for days in [0, 3_651, u32::MAX] {
        let message = format!("invitations can last 1 to 3650 days, not {days}");
        let command = Command::set_invitation_lifetime(Some(days));
        refuse(&acme, command, SENT, "invalid_lifetime", &message);
        assert_eq!(InvitationLifetime::from_days(days), None);
    }
    for (days, shown) in [(1, "1 day"), (3_650, "3650 days")] {
        let change = changed(&mut acme, Command::set_invitation_lifetime(Some(days)), SENT);
        assert_eq!(change.command().to_string(), format!("let invitations last {shown}"));
        let lifetime = acme.invitation_lifetime().unwrap();
        assert_eq!((lifetime.days(), lifetime.to_string().as_str()), (days, shown));
    }
    let ana = actors::user("acme", "kim");
    let command = Command::set_invitation_lifetime(None);
    assert_eq!(command.to_string(), "let invitations last forever");
    assert_eq!(acme.decide(&ana, &command, at(SENT)).unwrap_err().code(), "host_only");
    let stored = serde_json::to_value(&acme).unwrap();
    assert_eq!(stored.get("invitation_lifetime"), Some(&json!(3_650)));
}

/// Nothing is known of an invitation that a document written by hand does not tell of: it has no
/// generation, and is over once there is a lifetime.
#[test]
fn an_invitation_that_nothing_is_known_of() {
    let users = json!([
        {"id": "pat", "email": "pat@acme.example", "role": "member", "status": "invited"},
        {"id": "sam", "email": "sam@acme.example", "role": "member", "status": "suspended",
         "accepted": false},
    ]);
    let mut acme = account(&users, &json!({}));
    give(&mut acme.clone(), Command::accept("pat"), SENT);
    refuse(
        &acme,
        Command::accept_generation("pat", 1),
        SENT,
        "unknown_invitation",
        "invitation 1 of `pat` was never sent: the last one is 0",
    );
    give(&mut acme, Command::set_invitation_lifetime(Some(1)), SENT);
    refuse(
        &acme,
        Command::accept("pat"),
        SENT,
        "invitation_expired",
        "the invitation of `pat` has expired, 1 day after it was sent: send it again",
    );
    give(&mut acme, Command::resend("pat"), SENT);
    assert_eq!(invitation(&acme, "pat"), Some((SENT, 1)));
    give(&mut acme, Command::accept_generation("pat", 1), SENT);
    give(&mut acme, Command::change_email("sam", "new@acme.example"), SENT);
    assert_eq!(invitation(&acme, "sam"), None, "none was sent");
}

/// Whoever reads the mail of a former address cannot accept.
#[test]
fn a_new_address_is_a_new_invitation() {
    let mut acme = acme(&json!({}));
    let change = changed(&mut acme, Command::change_email("pat", "new@acme.example"), SENT + 1);
    assert_eq!(duties(&change), [send("pat", "new@acme.example", 2)]);
    assert_eq!(invitation(&acme, "pat"), Some((SENT + 1, 2)));
    give(&mut acme, Command::suspend("pat"), SENT + 2);
    let change = changed(&mut acme, Command::change_email("pat", "newer@acme.example"), SENT + 3);
    assert_eq!(duties(&change), [] as [Value; 0], "nobody is invited while suspended");
    assert_eq!(invitation(&acme, "pat"), Some((SENT + 1, 3)));
}

#[test]
fn sessions_end_with_what_carried_them() {
    let mut acme = acme(&json!({}));
    let change = changed(&mut acme, Command::change_email("kim", "new@acme.example"), SENT);
    assert_eq!(duties(&change), [end("kim")]);
    let change = changed(&mut acme, Command::suspend("kim"), SENT);
    assert_eq!(duties(&change), [end("kim")]);
    let change = changed(&mut acme, Command::reactivate("kim"), SENT);
    assert_eq!(duties(&change), [] as [Value; 0]);
    // Whoever never accepted has none.
    let batch = Command::batch([
        Command::suspend("pat"),
        Command::suspend("kim"),
        Command::delete_user("pat"),
        Command::delete_user("kim"),
        Command::invite("lee", "lee@acme.example"),
        Command::resend("lee"),
    ]);
    let change = changed(&mut acme, batch, SENT);
    let sent = [1, 2].map(|generation| send("lee", "lee@acme.example", generation));
    assert_eq!(duties(&change)[..2], [end("kim"), end("kim")]);
    assert_eq!(duties(&change)[2..], sent);
}

#[test]
fn an_agency_says_it_for_each_subaccount() {
    let mut north = Agency::new("north".parse().unwrap(), tenant::catalog());
    let me = actors::agency("north");
    let create = NewSubaccount::new("harbor").name(" Harbor  office ");
    let create = create.admin("lee", "lee@harbor.example");
    let mut give = |actor: &Actor, command: AgencyCommand| {
        let change = north.execute(actor, command, at(SENT)).unwrap().into_change().unwrap();
        let duties = change.duties().map(|(account, duty)| (account.to_string(), json!(duty)));
        (change.to_string(), duties.collect::<Vec<_>>(), change, north.clone())
    };
    let (line, duties, change, _) = give(&me, create.into());
    assert_eq!(
        line,
        "1 agency north: create harbor; in harbor: invite lee <lee@harbor.example> as admin"
    );
    assert_eq!(duties, [("harbor".to_owned(), send("lee", "lee@harbor.example", 1))]);
    let [AgencyEdit::Created { account, .. }] = change.edits() else { unreachable!() };
    assert_eq!(account.name().unwrap().as_str(), "Harbor office");
    let lee = account.user("lee").unwrap();
    assert_eq!(lee.invitation().map(Invitation::generation), Some(1));
    assert_eq!((account.revision(), lee.status()), (0, Status::Invited));
    let accept = AgencyCommand::within("harbor", Command::accept_generation("lee", 1));
    assert_eq!(give(&Actor::Host, accept).1, []);
    let (line, duties, _, north) = give(&me, AgencyCommand::rename_subaccount("harbor", "Harbor"));
    assert_eq!(
        (line.as_str(), duties.len()),
        ("3 agency north: rename subaccount harbor to `Harbor`", 0)
    );
    let harbor = north.subaccount("harbor").unwrap();
    assert_eq!((harbor.name().unwrap().to_string(), harbor.revision()), ("Harbor".to_owned(), 2));
    let invite = Command::invite("kim", "kim@harbor.example");
    let _ = give(&Actor::Host, AgencyCommand::within("harbor", invite));
    let (_, duties, ..) = give(&me, AgencyCommand::delete("harbor"));
    assert_eq!(duties, [("harbor".to_owned(), end("lee"))], "kim has no session to end");
}

/// AGY-10: a name is checked like a template's, and only the agency and the host give one.
#[test]
fn a_subaccount_is_renamed_by_its_agency_or_the_host() {
    let mut north = Agency::new("north".parse().unwrap(), tenant::catalog());
    let me = actors::agency("north");
    let create = NewSubaccount::new("harbor").admin("lee", "lee@harbor.example");
    let _ = north.execute(&me, create, at(SENT)).unwrap();
    let accept = AgencyCommand::within("harbor", Command::accept("lee"));
    let _ = north.execute(&Actor::Host, accept, at(SENT)).unwrap();
    let rename = |name: &str| AgencyCommand::rename_subaccount("harbor", name);
    let lee = actors::user_of("north", "harbor", "lee");
    let by_lee = |command: AgencyCommand| north.decide(&lee, &command, at(SENT)).unwrap_err();
    assert_eq!(by_lee(rename("Mine")).code(), "not_authorized");
    let within = AgencyCommand::within("harbor", Command::rename_account("Mine"));
    assert_eq!(by_lee(within).code(), "host_only");
    for (name, message) in [
        (" ", "the name is blank; give 1 to 100 characters"),
        ("a\u{200b}", "a name contains `\\u{200b}`, which cannot be seen; remove it"),
        (&"x".repeat(101), "a name of 101 characters is too long; it has 1 to 100"),
    ] {
        for command in [rename(name), NewSubaccount::new("summit").name(name).into()] {
            let refusal = north.decide(&me, &command, at(SENT)).unwrap_err();
            assert_eq!((refusal.code(), refusal.rule()), ("subaccount_name", "AGY-10"));
            assert_eq!(refusal.to_string(), message);
        }
    }
    // Two may have the same.
    let create = NewSubaccount::new("summit").name("Harbor");
    let _ = north.execute(&me, create, at(SENT)).unwrap();
    let _ = north.execute(&me, rename("Harbor"), at(SENT)).unwrap();
    let bad = NewSubaccount::new("cove").admin("lee", "lee");
    assert_eq!(north.decide(&me, bad, at(SENT)).unwrap_err().code(), "invalid_email");
}

/// Bad input, each with its place.
#[test]
fn bad_invitations_are_refused_by_place() {
    let user = |status: &str, more: &Value| {
        let mut user = json!({"id": "pat", "email": "pat@acme.example", "role": "member",
                              "status": status});
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
               "users": [user]})
    };
    let sent = |sent: Value, generation: Value| json!({"invitation": {"sent": sent, "generation": generation}});
    let range = |given: &str| {
        format!(
            "users[0].invitation.generation: {given} is out of range: expected a number from 1 to 4294967295"
        )
    };
    for (status, more, message) in [
        ("invited", sent(json!(1), json!(0)), range("0")),
        ("invited", sent(json!(1), json!(-1)), range("-1")),
        ("invited", sent(json!(1), json!(4_294_967_296_u64)), range("4294967296")),
        (
            "invited",
            sent(json!("today"), json!(1)),
            "users[0].invitation.sent: expected a whole number, found a string".to_owned(),
        ),
        (
            "invited",
            json!({"invitation": {"sent": 1}}),
            "users[0].invitation: missing field `generation`".to_owned(),
        ),
        (
            "active",
            sent(json!(1), json!(1)),
            "users[0].invitation: `invitation` is for users who have not accepted: this user is active"
                .to_owned(),
        ),
        (
            "suspended",
            sent(json!(1), json!(1)),
            "users[0].invitation: `invitation` is for users who have not accepted: this user is suspended"
                .to_owned(),
        ),
    ] {
        let document = user(status, &more);
        let error = Account::from_document(&parse(&document), &[tenant::catalog()]).unwrap_err();
        let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        assert_eq!(problems, [message]);
    }
    let withheld = json!({"accepted": false, "invitation": {"sent": 1, "generation": 3}});
    let document = user("suspended", &withheld);
    let acme = Account::from_document(&parse(&document), &[tenant::catalog()]).unwrap();
    assert_eq!(
        serde_json::to_value(&acme).unwrap().pointer("/users/0/invitation"),
        withheld.get("invitation")
    );
    for (command, message) in [
        (
            json!({"command": "accept", "user": "pat", "generation": -1}),
            "generation: -1 is out of range: expected a number from 0 to 4294967295",
        ),
        (
            json!({"command": "set_invitation_lifetime", "days": -7}),
            "days: -7 is out of range: expected a number from 0 to 4294967295",
        ),
        (
            json!({"command": "set_invitation_lifetime", "days": 1.5}),
            "days: expected a whole number, found a number that is not whole or too large",
        ),
        (
            json!({"command": "set_seat_limit", "limit": 3, "seats": "ignore"}),
            "seats: unknown way to treat the seat limit `ignore`: expected `refuse` or `warn`",
        ),
    ] {
        let error = Command::from_document(&parse(&command), &tenant::catalog()).unwrap_err();
        let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        assert_eq!(problems, [message]);
    }
}
