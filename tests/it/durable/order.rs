//! REV-9: what is published is stored, and a process that is behind its log catches up first.

use core::convert::Infallible;
use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::thread;

use bailiwick::live::{Appended, AttemptError, ExecuteError, Log, Step};
use bailiwick::{Actor, Change, Command, Live};

use super::{NOW, acme, invite, run};
use crate::applying::diverged;

/// A table of the changes of one account: unique in the revision, and each row refers to the one
/// before by its digest.
#[derive(Default)]
pub(super) struct Table(pub(super) Vec<Change>);

impl Log for Table {
    type Error = Infallible;

    fn append(&mut self, change: &Change) -> Result<Appended, Infallible> {
        let is_next = match self.0.last() {
            None => change.revision() == 1,
            Some(last) => {
                let next = (last.revision() + 1, Some(last.digest()));
                (change.revision(), change.previous()) == next
            }
        };
        if !is_next {
            return Ok(Appended::Taken);
        }
        self.0.push(change.clone());
        Ok(Appended::Stored)
    }

    fn changes_after(&mut self, revision: u64) -> Result<Vec<Change>, Infallible> {
        let newer = self.0.iter().filter(|change| change.revision() > revision);
        Ok(newer.cloned().collect())
    }
}

#[test]
fn a_crash_undoes_nothing_that_readers_saw() {
    let live = Live::new(acme());
    let mut stored = Vec::new();
    let store = |change: &Change| {
        assert_eq!(live.view().revision() + 1, change.revision());
        stored.push(change.clone());
        Ok::<(), Infallible>(())
    };
    let _ = live.execute_with(&Actor::Host, invite("kim"), NOW, store).unwrap();
    assert_eq!(live.view().account(), &acme().replay(&stored).unwrap());
}

#[test]
fn what_cannot_be_stored_has_not_happened() {
    let live = Live::new(acme());
    let before = live.view();
    let failed = live.execute_with(&Actor::Host, invite("kim"), NOW, |_| Err("the disk is full"));
    let error = failed.unwrap_err();
    assert_eq!(error.to_string(), "the change could not be stored: the disk is full");
    assert_eq!(error, ExecuteError::Store("the disk is full"));
    assert_eq!(live.view().account(), before.account());
    let refused =
        live.execute_with(&Actor::Host, Command::accept("kim"), NOW, |_| -> Result<(), ()> {
            panic!("what is refused is not stored")
        });
    assert!(
        matches!(refused, Err(ExecuteError::Refused(refusal)) if refusal.code() == "unknown_user")
    );
}

#[test]
fn a_store_that_panics_leaves_all_as_it_was_and_locks_nobody_out() {
    let live = Live::new(acme());
    run(&live, invite("ana"));
    let store = |_: &Change| -> Result<(), ()> { panic!("a bug of the host") };
    let execute = || live.execute_with(&Actor::Host, invite("kim"), NOW, store);
    assert!(catch_unwind(AssertUnwindSafe(execute)).is_err());
    assert_eq!((live.view().revision(), live.view().len()), (1, 1));
    run(&live, invite("kim"));
    assert_eq!((live.view().revision(), live.view().len()), (2, 2));
}

#[test]
fn deciding_storing_and_applying_are_three_steps() {
    let live = Live::new(acme());
    let change = live.decide(&Actor::Host, invite("kim"), NOW).unwrap().into_change().unwrap();
    assert_eq!((live.view().revision(), change.revision()), (0, 1));
    live.apply(&change).unwrap();
    live.apply(&change).unwrap();
    assert_eq!(live.view().revision(), 1);
}

#[test]
fn of_two_processes_at_one_revision_one_decides_again() {
    let [one, two] = [acme(), acme()].map(Live::new);
    let mut table = Table::default();
    assert_eq!(one.execute_on(&mut table, &Actor::Host, invite("kim"), NOW).unwrap().revision(), 1);
    assert_eq!(two.execute_on(&mut table, &Actor::Host, invite("lee"), NOW).unwrap().revision(), 2);
    assert_eq!((one.view().revision(), two.view().revision()), (1, 2));
    one.follow(&mut table).unwrap();
    assert_eq!(one.view().account(), two.view().account());
}

#[test]
fn a_refusal_behind_the_log_does_not_count() {
    let [one, two] = [acme(), acme()].map(Live::new);
    let mut table = Table::default();
    let _ = one.execute_on(&mut table, &Actor::Host, invite("kim"), NOW).unwrap();
    // This one has never heard of Kim.
    assert!(two.decide(&Actor::Host, Command::accept("kim"), NOW).is_err());
    let accepted = two.execute_on(&mut table, &Actor::Host, Command::accept("kim"), NOW).unwrap();
    assert_eq!(accepted.revision(), 2);
    let refused = two.execute_on(&mut table, &Actor::Host, Command::accept("kim"), NOW);
    let ExecuteError::Refused(error) = refused.unwrap_err();
    assert!(matches!(&error, AttemptError::Refused(refusal) if refusal.code() == "wrong_status"));
    assert_eq!(table.0.len(), 2);
}

/// The insert was done, and the answer was lost: the log tells that the change is in it.
#[test]
fn a_change_that_is_in_the_log_is_recognized() {
    let live = Live::new(acme());
    let mut table = Table::default();
    let Step::Append(append) = live.attempt(&Actor::Host, invite("kim"), NOW).next() else {
        panic!("it is decided on")
    };
    table.append(append.change()).unwrap();
    let Step::Read(read) = append.taken().next() else { panic!("the log is asked") };
    let changes = table.changes_after(read.after()).unwrap();
    let Step::Done(done) = read.found(&changes).next() else { panic!("that is all") };
    assert_eq!(done.unwrap().revision(), 1);
    assert_eq!((live.view().revision(), table.0.len()), (1, 1));
}

#[test]
fn a_log_that_is_read_where_it_lags_behind_is_an_error() {
    let live = Live::new(acme());
    let Step::Append(append) = live.attempt(&Actor::Host, invite("kim"), NOW).next() else {
        panic!("it is decided on")
    };
    let Step::Read(read) = append.taken().next() else { panic!("the log is asked") };
    let Step::Done(done) = read.found(&[]).next() else { panic!("that is all") };
    let error = done.unwrap_err();
    assert_eq!(error, AttemptError::Lagging { revision: 1 });
    assert_eq!(
        error.to_string(),
        "revision 1 is taken, and the log that was read does not have it"
    );
    assert_eq!(live.view().revision(), 0);
}

#[test]
fn whoever_has_diverged_appends_nothing() {
    let [one, two] = [acme(), acme()].map(Live::new);
    let mut table = Table::default();
    let _ = one.execute_on(&mut table, &Actor::Host, invite("kim"), NOW).unwrap();
    run(&two, invite("lee"));
    let failed = two.execute_on(&mut table, &Actor::Host, invite("mo"), NOW).unwrap_err();
    let ExecuteError::Refused(AttemptError::Apply(error)) = failed else { panic!("{failed}") };
    assert_eq!(error.to_string(), diverged(1));
    assert!(two.is_diverged());
    // Nor does it refuse by what it believes.
    let refused = two.execute_on(&mut table, &Actor::Host, Command::accept("kim"), NOW);
    assert!(matches!(refused, Err(ExecuteError::Refused(AttemptError::Apply(_)))));
    assert_eq!(table.0.len(), 1);
    two.load(acme()).unwrap();
    let _ = two.execute_on(&mut table, &Actor::Host, Command::accept("kim"), NOW).unwrap();
    assert_eq!(table.0.len(), 2);
}

/// Threads of one process share a live, and processes share a log.
#[test]
fn every_command_of_every_thread_is_in_the_log_once() {
    struct Shared<'a>(&'a Mutex<Table>);

    impl Log for Shared<'_> {
        type Error = Infallible;

        fn append(&mut self, change: &Change) -> Result<Appended, Infallible> {
            self.0.lock().unwrap().append(change)
        }

        fn changes_after(&mut self, revision: u64) -> Result<Vec<Change>, Infallible> {
            self.0.lock().unwrap().changes_after(revision)
        }
    }

    let (lives, table) = ([acme(), acme()].map(Live::new), Mutex::new(Table::default()));
    thread::scope(|scope| {
        for (number, live) in lives.iter().cycle().take(4).enumerate() {
            let table = &table;
            scope.spawn(move || {
                for user in 0..25 {
                    let invite = invite(&format!("u{number}-{user}"));
                    let mut log = Shared(table);
                    let change = live.execute_on(&mut log, &Actor::Host, invite, NOW).unwrap();
                    assert!(live.view().at_least(change.revision()));
                }
            });
        }
    });
    let mut table = table.into_inner().unwrap();
    assert_eq!(table.0.len(), 100);
    for live in &lives {
        live.follow(&mut table).unwrap();
        assert_eq!(live.view().account(), &acme().replay(&table.0).unwrap());
    }
}
