//! How old a view is, and that nobody who asks within a bound acts on what was revoked before it.

#![expect(clippy::unwrap_used, reason = "tests")]

use core::time::Duration;

use bailiwick::agency::AgencyCommand;
use bailiwick::live::Stale;
use bailiwick::presets::studio::{self, knowledge};
use bailiwick::{Account, Actor, Agency, Change, Command, Level, Live, Timestamp};
use proptest::prelude::*;

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + millis)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// `kim`, who may read knowledge.
fn team() -> Account {
    let mut account = Account::new("acme".parse().unwrap(), studio::catalog());
    let commands = [
        Command::invite("kim", "kim@acme.example"),
        Command::accept("kim"),
        Command::set_area("kim", knowledge::AREA, Level::Read),
    ];
    for command in commands {
        drop(account.execute(&Actor::Host, command, at(0)).unwrap());
    }
    account
}

#[test]
fn a_view_is_as_old_as_what_was_heard_when_it_was_taken() {
    let live = Live::new(team());
    let never = live.view();
    assert_eq!((never.heard(), never.age(at(5))), (None, None));
    live.heard(at(10));
    let view = live.view();
    assert_eq!(view.heard(), Some(at(10)));
    for (now, age) in [(at(10), 0), (at(11), 1), (at(5_010), 5_000), (at(3), 0)] {
        assert_eq!(view.age(now), Some(millis(age)));
    }
    live.heard(at(40));
    live.heard(at(30));
    assert_eq!(live.view().heard(), Some(at(40)), "an earlier moment says nothing new");
    assert_eq!(view.heard(), Some(at(10)), "a view never changes");
    assert_eq!(never.heard(), None);
    // Far apart, nothing overflows.
    let (first, last) = (i64::MIN + 1, i64::MAX);
    let live = Live::new(team());
    live.heard(Timestamp::from_unix_millis(first));
    let age = live.view().age(Timestamp::from_unix_millis(last));
    assert_eq!(age, Some(millis(i64::MAX.try_into().unwrap())));
}

#[track_caller]
fn check(stale: Result<bool, Stale>, age: Option<u64>, text: &str) {
    let stale = stale.unwrap_err();
    assert_eq!((stale.age(), stale.bound()), (age.map(millis), millis(100)));
    assert_eq!(stale.to_string(), text);
}

#[test]
fn past_the_bound_there_is_nothing_to_ask() {
    let live = Live::new(team());
    let ask = |now| {
        let view = live.view();
        view.within(millis(100), now).map(|view| view.allows("kim", knowledge::FAQS.read()))
    };
    check(ask(at(0)), None, "stale: nothing was ever heard, at most 100 ms are allowed");
    live.heard(at(10));
    assert_eq!([ask(at(10)), ask(at(110))], [Ok(true), Ok(true)]);
    let text = "stale: nothing heard for 101 ms, at most 100 ms are allowed";
    check(ask(at(111)), Some(101), text);
    // Applying or executing something says nothing about the log.
    let command = Command::set_area("kim", "flows", Level::Read);
    drop(live.execute(&Actor::Host, command, at(111)).unwrap());
    check(ask(at(111)), Some(101), text);
    live.heard(at(111));
    assert_eq!(ask(at(111)), Ok(true));
}

#[test]
fn agencies_are_heard_of_too() {
    let live = Live::new(Agency::new("north".parse().unwrap(), studio::catalog()));
    drop(live.execute(&Actor::Host, AgencyCommand::create("harbor"), at(0)).unwrap());
    live.heard(at(1));
    let view = live.view();
    assert!(view.within(millis(1), at(2)).unwrap().subaccount("harbor").is_some());
    assert!(view.within(millis(1), at(3)).is_err());
}

/// What happens to a follower of the log, or to a view that was taken from it.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The other process stores one more change: `kim` is suspended, or active again.
    Store,
    /// The follower notes the time and reads the log.
    Read,
    /// What was read last is applied, as much as is new.
    Apply,
    /// Then it says as of when.
    Say,
    Take,
    Wait(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        Just(Event::Store),
        Just(Event::Read),
        Just(Event::Apply),
        Just(Event::Say),
        Just(Event::Take),
        (0..40_i64).prop_map(Event::Wait),
    ];
    prop::collection::vec(event, 1..60)
}

proptest! {
    /// However the follower lags, and however long a view is held: within the bound, whatever was
    /// stored longer ago than the bound is there.
    #[test]
    fn a_bound_is_a_barrier_for_revocations(events in events()) {
        const BOUND: i64 = 50;
        let mut primary = team();
        let start = primary.revision();
        let follower = Live::new(primary.clone());
        let mut log: Vec<(i64, Change)> = Vec::new();
        let (mut now, mut read, mut applied) = (0, None, None);
        let mut views = vec![follower.view()];
        for event in events {
            match event {
                Event::Store => {
                    let active = log.len().is_multiple_of(2);
                    let command =
                        if active { Command::suspend("kim") } else { Command::reactivate("kim") };
                    let outcome = primary.execute(&Actor::Host, command, at(now)).unwrap();
                    log.push((now, outcome.into_change().unwrap()));
                }
                Event::Read => read = Some((now, log.len())),
                Event::Apply => {
                    let Some((as_of, length)) = read else { continue };
                    let known = usize::try_from(follower.view().revision() - start).unwrap();
                    let new = log.get(known..length).unwrap_or_default();
                    follower.apply_all(new.iter().map(|(_, change)| change)).unwrap();
                    applied = Some(as_of);
                }
                Event::Say => {
                    if let Some(as_of) = applied {
                        follower.heard(at(as_of));
                    }
                }
                Event::Take => views.push(follower.view()),
                Event::Wait(millis) => now += millis,
            }
            for view in &views {
                let bound = millis(BOUND.try_into().unwrap());
                let Ok(view) = view.within(bound, at(now)) else { continue };
                let stored = log.iter().filter(|(when, _)| now - when > BOUND).count();
                prop_assert!(view.at_least(start + stored as u64), "at {now}");
            }
        }
    }
}
