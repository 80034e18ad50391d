//! A view holds the account, and nothing that is done with one keeps a writer waiting.

use bailiwick::agency::{AgencyCommand, NewSubaccount};
use bailiwick::presets::agency;
use bailiwick::presets::studio::knowledge;
use bailiwick::{Account, Actor, Agency, Command, Email, Level, Live, UserId};

use super::{NOW, acme, invite, run};

#[test]
fn users_are_listed_and_found_in_a_view() {
    let live = Live::new(acme());
    run(&live, Command::batch([invite("ana"), invite("kim")]));
    let view = live.view();
    run(&live, Command::delete_user("kim"));
    let ids: Vec<&str> = view.account().users().map(|user| user.id().as_str()).collect();
    assert_eq!(ids, ["ana", "kim"]);
    let email = "KIM@acme.example".parse::<Email>().unwrap();
    let found = |account: &Account| account.user_by_email(&email).map(|user| user.id().clone());
    assert_eq!(found(view.account()), Some(UserId::parse("kim").unwrap()));
    assert_eq!(found(live.view().account()), None);
}

#[test]
fn the_account_and_the_answers_are_of_one_revision() {
    let live = Live::new(acme());
    for number in 0..50 {
        run(&live, invite(&format!("user-{number}")));
        let view = live.view();
        assert_eq!(view.revision(), view.account().revision());
        assert_eq!(view.len(), view.account().users().count());
    }
}

#[test]
fn a_writer_within_a_readers_loop_and_views_within_views_wait_for_nobody() {
    let live = Live::new(acme());
    run(&live, Command::batch((0..20).map(|number| invite(&format!("user-{number}")))));
    let view = live.view();
    for user in view.account().users() {
        // More views at once than a reader has slots for.
        let held: Vec<_> = (0..20).map(|_| live.view()).collect();
        let grant = Command::set_area(user.id().as_str(), knowledge::AREA, Level::Read);
        run(&live, Command::batch([Command::accept(user.id().as_str()), grant]));
        assert!(held.iter().all(|held| !held.allows(user.id().as_str(), knowledge::FAQS.read())));
        assert!(live.view().allows(user.id().as_str(), knowledge::FAQS.read()));
    }
    assert_eq!((view.revision(), live.view().revision()), (1, 21));
}

#[test]
fn a_snapshot_is_taken_from_a_view_while_others_write() {
    let live = Live::new(acme());
    run(&live, invite("ana"));
    let view = live.view();
    run(&live, Command::batch((0..100).map(|number| invite(&format!("user-{number}")))));
    let text = serde_json::to_string(view.account()).unwrap();
    assert_eq!(text.matches("@acme.example").count(), 1);
    assert_eq!(live.view().account().users().count(), 101);
}

#[test]
fn commands_are_decided_and_previewed_in_a_view() {
    let live = Live::new(acme());
    run(&live, invite("ana"));
    let view = live.view();
    run(&live, Command::accept("ana"));
    let preview = view.account().preview(&Actor::Host, Command::accept("ana"), NOW).unwrap();
    assert_eq!(preview.outcome().revision(), 2);
    let decided = live.view().account().decide(&Actor::Host, Command::suspend("ana"), NOW);
    assert_eq!(decided.unwrap().revision(), 3);
    assert_eq!(live.view().revision(), 2);
}

#[test]
fn a_view_of_an_agency_holds_the_agency() {
    let live = Live::new(Agency::new("north".parse().unwrap(), agency::catalog()));
    let create = AgencyCommand::create_all(["harbor", "summit"].map(NewSubaccount::new));
    drop(live.execute(&Actor::Host, create, NOW).unwrap());
    let view = live.view();
    for account in view.agency().subaccounts() {
        let delete = AgencyCommand::delete(account.id().as_str());
        drop(live.execute(&Actor::Host, delete, NOW).unwrap());
    }
    assert_eq!((view.agency().len(), view.len()), (2, 2));
    assert!(live.view().agency().is_empty() && live.view().is_empty());
}
