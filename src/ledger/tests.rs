//! A third kind of directory, as small as one can be: a number that commands add to and subtract
//! from. It gets all that the other two have from one implementation of [`Directory`].

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that meets something else fails"
)]

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use crate::ledger::apply::{Diverged, Gap, TooOld};
use crate::ledger::{
    Actor, Change, CommitError, Directory, Draft, Encode, Encoder, History, KEY_MEMORY,
    MAX_REVISION, Order, OrderKey, Outcome, RECENT_CHANGES, Violation, everyday_methods, orders,
    sealed, violation,
};
use crate::presets::tenant;
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Counter {
    history: History<CounterId>,
    count: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct CounterId(&'static str);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Command {
    Add(u8),
    Subtract(u8),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Refusal {
    HostOnly,
    OutOfRange,
    Violation(Violation),
}

/// From one count to another.
type Edit = [u8; 2];

everyday_methods!(Counter, CounterId, Command, Refusal);

orders!(Command from Command);

impl sealed::Sealed for Counter {}

impl Directory for Counter {
    const NAME: &'static str = "counter";

    type Id = CounterId;
    type Command = Command;
    type Refusal = Refusal;
    type Edit = Edit;
    type Effects = ();
    type Compiled = u8;
    type Index = ();

    fn history(&self) -> &History<CounterId> {
        &self.history
    }

    fn history_mut<'a>(draft: &'a mut Draft<'_, Self>) -> &'a mut History<CounterId> {
        &mut draft.next.history
    }

    fn steps(draft: &mut Draft<'_, Self>, command: &Command) -> Result<(), Refusal> {
        if *draft.actor != Actor::Host {
            return Err(Refusal::HostOnly);
        }
        let before = draft.state().count;
        let after = match command {
            Command::Add(number) => before.checked_add(*number),
            Command::Subtract(number) => before.checked_sub(*number),
        };
        Ok(draft.write([before, after.ok_or(Refusal::OutOfRange)?])?)
    }

    fn write(draft: &mut Draft<'_, Self>, [before, after]: &Edit) -> Result<(), Violation> {
        if draft.next.count != *before {
            return Err(violation::OtherState { what: "the count".into() }.into());
        }
        draft.next.count = *after;
        Ok(())
    }

    fn is_same(&self, later: &Self, _: &[Edit]) -> bool {
        self.count == later.count
    }

    fn effects(&self, _: &Self, _: &Command, _: &[Edit]) {}

    fn encode_effect(change: &Change<Self>, to: &mut Encoder<'_>) {
        to.put(&change.edits);
    }

    fn affected_users(_: &Change<Self>) -> usize {
        0
    }

    fn describe(change: &Change<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        change.edits.iter().try_for_each(|[_, after]| write!(f, "; that makes {after}"))
    }

    fn compile_all(&self) -> (u8, ()) {
        (self.count, ())
    }

    fn deny_all(&self) -> u8 {
        0
    }

    fn follow(&self, _: &[&Change<Self>], compiled: &mut u8, (): &mut ()) {
        *compiled = self.count;
    }
}

impl Encode for Command {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::Add(number) => to.put(&("add", u64::from(*number))),
            Self::Subtract(number) => to.put(&("subtract", u64::from(*number))),
        }
    }
}

impl Encode for Edit {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&self.map(u64::from)[..]);
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for Refusal {}

impl AsRef<str> for CounterId {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add(number) => write!(f, "add {number}"),
            Self::Subtract(number) => write!(f, "subtract {number}"),
        }
    }
}

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn counter(id: &'static str) -> Counter {
    Counter { history: History::new(CounterId(id), tenant::catalog()), count: 0 }
}

/// Adds 1 to 9, one after the other.
fn counted() -> (Counter, Vec<Change<Counter>>) {
    let mut counter = counter("one");
    let changes = (1..10).map(|number| done(&mut counter, Command::Add(number))).collect();
    (counter, changes)
}

/// The change that a command makes.
fn done(counter: &mut Counter, command: Command) -> Change<Counter> {
    counter.execute(&Actor::Host, command, NOW).unwrap().into_change().unwrap()
}

#[test]
fn rev_1_a_command_that_is_accepted_raises_the_revision() {
    let (counter, changes) = counted();
    assert_eq!((counter.count, counter.revision()), (45, 9));
    assert_eq!((counter.id(), counter.catalog()), (&CounterId("one"), changes[8].catalog()));
    assert_eq!(changes[1].to_string(), "2 host: add 2; that makes 3");
    assert_eq!(counter.decide(&Actor::Host, Command::Subtract(45), NOW).unwrap().revision(), 10);
}

#[test]
fn grd_6_a_command_that_is_refused_changes_nothing() {
    let (mut counter, _) = counted();
    let before = counter.clone();
    let stranger = Actor::agency(&"north".parse().unwrap());
    assert_eq!(counter.execute(&stranger, Command::Add(1), NOW), Err(Refusal::HostOnly));
    let refused = counter.execute(&Actor::Host, Command::Subtract(46), NOW);
    assert_eq!(refused, Err(Refusal::OutOfRange));
    assert_eq!(counter, before);
}

#[test]
fn rev_3_changes_replay() {
    let (state, changes) = counted();
    assert_eq!(counter("one").replay(&changes).unwrap(), state);
    let error = counter("one").replay(&changes[1..]).unwrap_err();
    assert_eq!(error, Gap { revision: 2, expected: 1 }.into());
    assert_eq!(state.clone().replay(&changes[2..]).unwrap(), state);
    let error = counter("two").replay(&changes).unwrap_err();
    assert_eq!(error.to_string(), "the change was made for counter `one`; this is counter `two`");
    let mut forged = changes[3].clone();
    forged.edits[0] = [0, 1];
    let mut counter = counter("one").replay(&changes[..3]).unwrap();
    let error = counter.apply(&forged).unwrap_err();
    assert_eq!(
        error.to_string(),
        "revision 4 cannot be applied: the count is not in the state that the edit starts from",
    );
}

#[test]
fn rev_10_a_change_of_another_history_is_refused() {
    let (state, changes) = counted();
    let fork = counter("one").replay(&changes[..4]).unwrap();
    let [own, other] = [&changes[4], &done(&mut fork.clone(), Command::Add(50))];
    assert_eq!((own.revision(), own.previous()), (5, Some(fork.head())));
    assert_eq!(other.previous(), own.previous());
    assert_ne!(own.digest(), other.digest());
    let mut counter = state.clone();
    let error = counter.apply(other).unwrap_err();
    assert_eq!(error, Diverged { revision: 5 }.into());
    let mut forked = fork.replay([other]).unwrap();
    assert_eq!(forked.apply(&changes[5]), Err(Diverged { revision: 6 }.into()));
    assert_eq!((counter, forked.revision()), (state, 5));
}

#[test]
fn rev_10_the_last_changes_are_known_again() {
    let mut counter = counter("one");
    let known = u64::try_from(RECENT_CHANGES).unwrap();
    let changes: Vec<_> = (0..known + 3).map(|_| done(&mut counter, Command::Add(1))).collect();
    for change in &changes {
        let revision = change.revision();
        let too_old = TooOld { revision, oldest: 4, expected: known + 4 };
        let expected = if revision > 3 { Ok(()) } else { Err(too_old.into()) };
        assert_eq!(counter.apply(change), expected);
    }
    let error = counter.apply(&changes[0]).unwrap_err();
    let message =
        "revision 1 is too old to compare: expected 20, and the changes from 4 on are known";
    assert_eq!(error.to_string(), message);
}

#[test]
fn rev_12_a_preview_is_committed_if_it_still_has_its_effect() {
    let (mut counter, _) = counted();
    let preview = counter.preview(&Actor::Host, Command::Add(5), NOW).unwrap();
    let late = preview.clone();
    assert_eq!((counter.count, preview.affected_users()), (45, 0));
    let expected = preview.outcome().clone();
    assert_eq!(counter.commit_preview(preview), Ok(expected));
    let error = counter.commit(&Actor::Host, Command::Add(5), NOW, &late.digest()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "stale_preview: another effect was shown than it would have now: `add 5; that makes 55`; \
         preview again",
    );
    let error = counter.commit_preview(late.clone()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "stale_preview: `add 5; that makes 50` was shown, and now it would be `add 5; that makes \
         55`; preview again",
    );
    let CommitError::Stale(stale) = error else { panic!("{error}") };
    assert_eq!(stale.shown(), Some(&late));
    let _ = counter.execute(&Actor::Host, Command::Subtract(5), NOW).unwrap();
    let digest = late.digest();
    assert!(counter.commit(&Actor::Host, Command::Add(6), NOW, &digest).is_err());
    let committed = counter.commit(&Actor::Host, Command::Add(5), NOW, &digest).unwrap();
    assert_eq!((counter.count, committed.revision()), (50, 12));
}

#[test]
fn rev_12_a_preview_of_another_directory_is_stale() {
    let preview = counter("one").preview(&Actor::Host, Command::Add(5), NOW).unwrap();
    let mut other = counter("two");
    assert!(matches!(other.commit_preview(preview), Err(CommitError::Stale(_))));
    assert_eq!(other, counter("two"));
}

#[test]
fn permits_all_commands_one_after_the_other() {
    let (counter, _) = counted();
    let permits = |actor: &Actor, commands: &[Command]| counter.permits(actor, commands, NOW);
    assert!(permits(&Actor::Host, &[Command::Subtract(45), Command::Add(255)]));
    assert!(!permits(&Actor::Host, &[Command::Subtract(45), Command::Subtract(1)]));
    assert!(!permits(&Actor::agency(&"north".parse().unwrap()), &[Command::Add(1)]));
    assert!(!permits(&Actor::Host, &[]));
}

#[test]
fn rev_1_revisions_come_to_an_end() {
    let mut counter = counter("one");
    counter.history.revision = MAX_REVISION;
    let violation = violation::RevisionsExhausted { directory: "counter" };
    let refused = counter.execute(&Actor::Host, Command::Add(1), NOW).unwrap_err();
    assert_eq!(refused, Refusal::Violation(violation.into()));
    assert!(!counter.permits(&Actor::Host, &[Command::Add(1)], NOW));
}

#[test]
fn rev_11_a_command_that_changes_nothing_takes_no_revision() {
    let (mut counter, _) = counted();
    let before = counter.clone();
    let unchanged = Outcome::Unchanged { revision: 9 };
    let outcome = counter.execute(&Actor::Host, Command::Add(0), NOW).unwrap();
    assert_eq!((outcome.change(), outcome.revision()), (None, 9));
    assert_eq!((outcome, &counter), (unchanged.clone(), &before));
    let preview = counter.preview(&Actor::Host, Command::Add(0), NOW).unwrap();
    assert_eq!(preview.to_string(), "add 0; changes nothing");
    assert_eq!(counter.commit_preview(preview), Ok(unchanged));
    assert_eq!(counter, before);
    let stranger = Actor::agency(&"north".parse().unwrap());
    assert_eq!(counter.execute(&stranger, Command::Add(0), NOW), Err(Refusal::HostOnly));
}

#[test]
fn an_order_with_a_key_is_done_once() {
    let mut counter = counter("one");
    let add = |number: u8, key| Command::Add(number).with_key(key);
    let because = Command::Add(1).because(" OPS-12 `x` ").with_key("a");
    let change = counter.execute(&Actor::Host, because, NOW).unwrap().into_change().unwrap();
    assert_eq!(change.reason(), Some("OPS-12 `x`"));
    assert_eq!(change.to_string(), r"1 host: add 1; that makes 1; reason: `OPS-12 \`x\``");
    assert_eq!(change.key().map(OrderKey::as_str), Some("a"));
    let _ = counter.execute(&Actor::Host, add(2, "b"), NOW).unwrap();
    let again = counter.execute(&Actor::Host, add(1, "a"), NOW);
    assert_eq!(again, Ok(Outcome::AlreadyDone { revision: 1 }));
    assert_eq!((counter.count, counter.revision()), (3, 2));
    let known = violation::KeyReused { key: "a".parse().unwrap(), revision: 1 };
    let known = Violation::from(known);
    for other in [Command::Add(2), Command::Add(0)] {
        let refused = counter.execute(&Actor::Host, other.with_key("a"), NOW);
        assert_eq!(refused, Err(Refusal::Violation(known.clone())));
    }
    // Whatever else there is to refuse comes first.
    let refused = counter.execute(&Actor::agency(&"north".parse().unwrap()), add(1, "a"), NOW);
    assert_eq!(refused, Err(Refusal::HostOnly));
    let refused = counter.execute(&Actor::Host, Command::Subtract(9).with_key("a"), NOW);
    assert_eq!(refused, Err(Refusal::OutOfRange));
    let mut forged = done(&mut counter.clone(), Command::Add(9));
    forged.key = change.key;
    let error = counter.apply(&forged).unwrap_err().to_string();
    assert_eq!(error, format!("revision 3 cannot be applied: {known}"));
}

#[test]
fn keys_are_forgotten_one_after_the_other() {
    let mut counter = counter("one");
    let mut give =
        |order: Order<Command>| counter.execute(&Actor::Host, order, NOW).unwrap().name();
    let add = |key: u16| Command::Add(1).with_key(&key.to_string());
    for key in 0..=KEY_MEMORY {
        assert_eq!(give(add(key)), "accepted");
    }
    assert_eq!(give(add(KEY_MEMORY)), "already_done");
    assert_eq!(give(add(1)), "already_done");
    assert_eq!(give(add(0)), "accepted"); // which forgets 1
    assert_eq!(give(add(2)), "already_done");
    assert_eq!(give(add(1)), "accepted");
    assert_eq!(give(Command::Subtract(1).with_key("x").key_memory(2)), "accepted");
    assert_eq!(give(add(1)), "already_done");
    assert_eq!(give(add(KEY_MEMORY)), "accepted"); // which forgets 1
    assert_eq!(give(add(1)), "accepted");
    assert_eq!(give(Order::from(Command::Subtract(1)).key_memory(0)), "accepted");
    assert_eq!(give(add(1)), "accepted");
    assert_eq!(give(add(1)), "accepted");
}

#[cfg(feature = "std")]
#[test]
fn rev_2_what_is_published_follows_every_change() {
    let live = crate::Live::new(counter("one"));
    let change = live.execute(&Actor::Host, Command::Add(7), NOW).unwrap().into_change().unwrap();
    assert_eq!((*live.view(), live.view().revision()), (7, 1));
    let replica = crate::Live::new(counter("one"));
    replica.apply(&change).unwrap();
    assert_eq!(*replica.view(), 7);
    let preview = replica.view().directory().preview(&Actor::Host, Command::Add(1), NOW);
    let _ = replica.commit_preview(preview.unwrap()).unwrap();
    assert_eq!(*replica.view(), 8);
}
