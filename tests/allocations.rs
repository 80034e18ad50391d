//! DEC-1: a check allocates nothing.

#![expect(clippy::unwrap_used, reason = "tests")]

use core::hint::black_box;

use allocation_counter::measure;
use bailiwick::agency::{AgencyCommand, FeaturePatch, NewSubaccount};
use bailiwick::presets::agency::{self as agencies, general};
use bailiwick::presets::studio::{self, knowledge};
use bailiwick::presets::tenant;
use bailiwick::{Account, Actor, Agency, Command, Level, Live, Timestamp};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// Nothing is allocated, the first time or later.
#[track_caller]
fn check<T>(mut run: impl FnMut() -> T) {
    for _ in 0..3 {
        let counted = measure(|| {
            black_box(run());
        });
        assert_eq!(counted.count_total, 0);
    }
}

/// `kim`, who may read knowledge, and 600 who may not.
fn live() -> Live {
    let live = Live::new(Account::new("acme".parse().unwrap(), studio::catalog()));
    let invite = |id: &str| Command::invite(id, format!("{id}@acme.example"));
    let others: Vec<Command> = (0..600).map(|number| invite(&format!("u{number}"))).collect();
    let kim = [
        invite("kim"),
        Command::accept("kim"),
        Command::set_area("kim", knowledge::AREA, Level::Read),
    ];
    for commands in [kim.to_vec(), others] {
        drop(live.execute(&Actor::Host, Command::batch(commands), NOW).unwrap());
    }
    live
}

#[test]
fn an_allocation_is_counted() {
    let counted = measure(|| {
        black_box(Box::new(black_box(1_u64)));
    });
    assert_eq!(counted.count_total, 1);
}

#[test]
fn a_check_allocates_nothing() {
    let (live, foreign) = (live(), tenant::catalog());
    let view = live.view();
    let foreign = foreign.permissions().next().unwrap();
    let both = studio::catalog().require(["knowledge.faqs:read", "flows:edit"]).unwrap();
    assert!(view.allows("kim", knowledge::FAQS.read()));
    assert!(!view.allows("u7", knowledge::FAQS.read()));
    for id in ["kim", "u7", "nobody", ""] {
        check(|| view.allows(id, knowledge::FAQS.read()));
        check(|| view.allows(id, foreign));
        check(|| view.subject(id).can(knowledge::FAQS.edit()));
        check(|| view.subject(id).can(foreign));
        check(|| view.subject(id).can_all(&both));
    }
}

#[test]
fn a_permit_allocates_nothing() {
    bailiwick::asks! { studio; ReadFaqs = knowledge::FAQS.read(); }
    let live = live();
    let view = live.view();
    check(|| view.subject("kim").permit::<ReadFaqs>().is_ok());
    let permit = view.subject("kim").permit::<ReadFaqs>().unwrap();
    check(|| permit.narrow::<ReadFaqs>());
    check(|| permit.still(&view).is_ok());
    check(|| (permit.user(), permit.account(), permit.agency(), permit.revision()));
}

#[test]
fn counting_and_listing_who_can_allocate_nothing() {
    let live = live();
    let view = live.view();
    let read = studio::catalog().require(["knowledge.faqs:read"]).unwrap();
    check(|| view.count_who_can(&read));
    let mut who = view.who_can(&read);
    let counted = measure(|| assert_eq!(who.by_ref().count(), 1));
    assert_eq!(counted.count_total, 0);
    check(|| view.users().count());
    check(|| view.len());
}

#[test]
fn taking_a_view_allocates_nothing() {
    let live = live();
    check(|| live.view().allows("kim", knowledge::FAQS.read()));
    check(|| (live.view().revision(), live.view().at_least(2)));
    let held = live.view();
    check(|| (live.view().len(), held.len()));
}

#[test]
fn a_check_in_an_agency_allocates_nothing() {
    let live = Live::new(Agency::new("north".parse().unwrap(), agencies::catalog()));
    let create = NewSubaccount::new("harbor").patch(FeaturePatch::new().grant("contacts"));
    drop(live.execute(&Actor::Host, create, NOW).unwrap());
    for command in [Command::invite("lee", "lee@harbor.example"), Command::accept("lee")] {
        drop(live.execute(&Actor::Host, AgencyCommand::within("harbor", command), NOW).unwrap());
    }
    let contacts = general::CONTACTS.on();
    assert!(live.view().allows("harbor", "lee", contacts));
    for (subaccount, user) in [("harbor", "lee"), ("harbor", "nobody"), ("nowhere", "lee")] {
        check(|| live.view().allows(subaccount, user, contacts));
        check(|| live.view().allows(subaccount, user, knowledge::FAQS.read()));
        check(|| live.view().subaccount(subaccount).is_some());
    }
}
