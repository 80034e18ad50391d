//! REV-9, whatever happens between two steps: processes that share a log, commands that collide,
//! crashes, answers that are lost, and messages that are lost, repeated or late. A client that lost
//! an answer asks again at the next process, by the same key.
//!
//! The small model is complete: every order of the steps of two processes, and every place for one
//! fault. The large one is drawn at random.

use bailiwick::ledger::ApplyError;
use bailiwick::live::{Append, Appended, AttemptError, Log, Read, Step};
use bailiwick::{Account, Actor, Change, Command, Live, Order, Outcome};
use proptest::prelude::*;
use std::collections::BTreeSet;

use super::order::Table;
use super::{NOW, acme, invite};

/// What a process does next for its command.
enum Doing<'a> {
    Nothing,
    /// The log has answered, and the process has not heard it yet.
    Appended(Append<'a>, Appended),
    /// The log was read, and the process has not heard what is in it.
    Found(Read<'a>, Vec<Change>),
}

struct Process<'a> {
    live: &'a Live,
    orders: Vec<Order<Command>>,
    doing: Doing<'a>,
    /// How long the log was when it was read last.
    read: usize,
}

struct World<'a> {
    table: Table,
    processes: Vec<Process<'a>>,
    acknowledged: Vec<Change>,
    refused: usize,
    /// How many orders were done already.
    done: usize,
}

impl<'a> World<'a> {
    fn new(lives: &'a [Live], commands: &[Vec<Command>]) -> Self {
        let mut keys = 0..;
        let processes = lives.iter().zip(commands).map(|(live, commands)| {
            let keyed =
                |command: &Command| command.clone().with_key(&format!("key {:?}", keys.next()));
            let mut orders: Vec<_> = commands.iter().map(keyed).collect();
            orders.reverse();
            Process { live, orders, doing: Doing::Nothing, read: 0 }
        });
        let processes = processes.collect();
        let acknowledged = Vec::new();
        Self { table: Table::default(), processes, acknowledged, refused: 0, done: 0 }
    }

    fn is_busy(&self, process: usize) -> bool {
        let process = &self.processes[process];
        !matches!(process.doing, Doing::Nothing) || !process.orders.is_empty()
    }

    /// Takes one step of a process: up to the log's next answer, which it does not hear yet. What it
    /// does by itself is seen by no other process, so that its place among their steps says nothing.
    fn advance(&mut self, place: usize) {
        let process = &mut self.processes[place];
        let attempt = match core::mem::replace(&mut process.doing, Doing::Nothing) {
            Doing::Nothing => {
                let Some(order) = process.orders.last() else { return };
                process.live.attempt(&Actor::Host, order.clone(), NOW)
            }
            Doing::Appended(append, Appended::Stored) => append.stored(),
            Doing::Appended(append, Appended::Taken) => append.taken(),
            Doing::Found(read, changes) => read.found(&changes),
        };
        match attempt.next() {
            Step::Append(append) => {
                let Ok(appended) = self.table.append(append.change());
                process.doing = Doing::Appended(append, appended);
            }
            Step::Read(read) => {
                let Ok(changes) = self.table.changes_after(read.after());
                process.read = self.table.0.len();
                process.doing = Doing::Found(read, changes);
            }
            Step::Done(done) => {
                let order = process.orders.pop().unwrap();
                let latest = || acme().replay(&self.table.0[..process.read]).unwrap();
                let again = || latest().decide(&Actor::Host, order.clone(), NOW);
                match done {
                    Ok(Outcome::Changed(change)) => self.acknowledged.push(change),
                    Ok(outcome) => {
                        self.done += 1;
                        assert_eq!(again(), Ok(outcome), "it was decided behind the log");
                    }
                    Err(AttemptError::Refused(refusal)) => {
                        self.refused += 1;
                        assert_eq!(again(), Err(refusal), "it was made behind the log");
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
        self.check();
    }

    /// The answer of the log is lost: the command may be done, and nobody knows. Whoever gave it
    /// gives it again to the next process, which comes to it last.
    fn lose(&mut self, place: usize) {
        let process = &mut self.processes[place];
        if !matches!(process.doing, Doing::Nothing) {
            process.doing = Doing::Nothing;
            let order = process.orders.pop().unwrap();
            let next = (place + 1) % self.processes.len();
            self.processes[next].orders.insert(0, order);
        }
    }

    /// All that a process had in memory is gone, and it starts with an old snapshot.
    fn crash(&mut self, process: usize) {
        self.lose(process);
        let live = self.processes[process].live;
        let snapshot = &self.table.0[..self.table.0.len() / 2];
        live.load(acme().replay(snapshot).unwrap()).unwrap();
        self.check();
        live.follow(&mut self.table).unwrap();
        self.check();
    }

    /// A message with a change arrives: early, late, again or not at all.
    fn hear(&mut self, process: usize, place: usize) {
        let Some(change) = self.table.0.get(place) else { return };
        match self.processes[process].live.apply(change) {
            Ok(()) | Err(ApplyError::Gap(_) | ApplyError::TooOld(_)) => self.check(),
            Err(error) => panic!("{error}"),
        }
    }

    /// Nobody sees what is not in the log, and what was acknowledged is in it.
    #[track_caller]
    fn check(&self) {
        for process in &self.processes {
            let view = process.live.view();
            let revision = usize::try_from(view.revision()).unwrap();
            assert!(!process.live.is_diverged());
            let last = revision.checked_sub(1).map(|last| self.table.0[last].digest());
            assert_eq!(view.account().head(), last.unwrap_or_else(|| acme().head()));
        }
        for change in &self.acknowledged {
            let place = usize::try_from(change.revision()).unwrap() - 1;
            assert_eq!(self.table.0.get(place), Some(change), "it was acknowledged");
        }
    }

    /// Everything is done and heard: all are equal, and nothing was done twice.
    fn finish(mut self) -> (Account, [usize; 3]) {
        while let Some(busy) = (0..self.processes.len()).find(|process| self.is_busy(*process)) {
            self.advance(busy);
        }
        let expected = acme().replay(&self.table.0).unwrap();
        for process in &self.processes {
            process.live.follow(&mut self.table).unwrap();
            assert_eq!(process.live.view().account(), &expected);
            let compiled = expected.compile();
            assert!(process.live.view().diff(&compiled).unwrap().is_empty());
        }
        let keys: BTreeSet<_> = self.table.0.iter().map(|change| change.key().unwrap()).collect();
        assert_eq!(keys.len(), self.table.0.len(), "an order was done twice");
        (expected, [self.acknowledged.len(), self.refused, self.done])
    }
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Lost,
    Crash,
    Heard,
}

impl World<'_> {
    fn suffer(&mut self, process: usize, fault: Fault) {
        match fault {
            Fault::Lost => self.lose(process),
            Fault::Crash => self.crash(process),
            Fault::Heard => self.hear(process, self.table.0.len().saturating_sub(1)),
        }
    }
}

/// Goes through every order of the steps of processes, with one fault of a process after a number
/// of steps, and counts the orders.
fn explore(commands: &[Vec<Command>], fault: Option<(usize, usize, Fault)>) -> usize {
    // Which of the processes that could, and of how many.
    let mut choices: Vec<(usize, usize)> = Vec::new();
    for orders in 1.. {
        let lives: Vec<Live> = commands.iter().map(|_| Live::new(acme())).collect();
        let mut world = World::new(&lives, commands);
        for place in 0.. {
            if let Some((_, process, fault)) = fault.filter(|(after, ..)| *after == place) {
                world.suffer(process, fault);
            }
            let busy: Vec<usize> = (0..lives.len()).filter(|one| world.is_busy(*one)).collect();
            if busy.is_empty() {
                break;
            }
            if place == choices.len() {
                choices.push((0, busy.len()));
            }
            world.advance(busy[choices[place].0]);
        }
        let (account, [acknowledged, refused, done]) = world.finish();
        let given = commands.iter().map(Vec::len).sum::<usize>();
        assert_eq!(acknowledged + refused + done, given, "each order was answered in the end");
        assert_eq!(account.revision(), (acknowledged + done) as u64);
        while choices.pop_if(|(chosen, of)| *chosen + 1 == *of).is_some() {}
        match choices.last_mut() {
            Some((chosen, _)) => *chosen += 1,
            None => return orders,
        }
    }
    0
}

/// Commands that collide: the same id twice, and one that the other must have heard of.
fn small() -> [Vec<Command>; 2] {
    let another = Command::invite("kim", "kim@other.example");
    [vec![invite("kim")], vec![another, Command::accept("kim")]]
}

/// Two processes that are told the same at the same moment make one change, and both have done it.
#[test]
fn one_command_that_is_given_twice_at_once_is_done_once() {
    let lives = [acme(), acme()].map(Live::new);
    let mut world = World::new(&lives, &[vec![invite("kim")], vec![invite("kim")]]);
    for process in &mut world.processes {
        process.orders[0] = invite("kim").with_key("one");
    }
    world.advance(0);
    world.advance(1);
    let (account, counts) = world.finish();
    assert_eq!((account.revision(), counts), (1, [2, 0, 0]));
}

#[test]
fn every_order_of_two_processes_ends_alike() {
    let orders = explore(&small(), None);
    assert!(orders > 30, "{orders}");
}

#[test]
fn a_fault_in_any_place_of_any_order_loses_nothing_that_was_acknowledged() {
    let mut orders = 0;
    for after in 0..10 {
        for process in 0..2 {
            for fault in [Fault::Lost, Fault::Crash, Fault::Heard] {
                orders += explore(&small(), Some((after, process, fault)));
            }
        }
    }
    assert!(orders > 1_000, "{orders}");
}

fn any_command() -> impl Strategy<Value = Command> {
    (0..4_usize, 0..6_usize).prop_map(|(user, what)| {
        let user = ["u0", "u1", "u2", "u3"][user];
        match what {
            0 | 1 => invite(user),
            2 => Command::accept(user),
            3 => Command::suspend(user),
            4 => Command::reactivate(user),
            _ => Command::delete_user(user),
        }
    })
}

#[derive(Debug, Clone)]
enum Event {
    Advance,
    Suffer(Fault),
    Hear(usize),
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        20 => Just(Event::Advance),
        2 => Just(Event::Suffer(Fault::Lost)),
        2 => Just(Event::Suffer(Fault::Crash)),
        6 => (0..40_usize).prop_map(Event::Hear),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_between_two_steps_all_processes_end_alike(
        commands in prop::collection::vec(prop::collection::vec(any_command(), 8), 3),
        events in prop::collection::vec((0..3_usize, any_event()), 0..160),
    ) {
        let lives: Vec<Live> = commands.iter().map(|_| Live::new(acme())).collect();
        let mut world = World::new(&lives, &commands);
        for (process, event) in events {
            match event {
                Event::Advance => world.advance(process),
                Event::Suffer(fault) => world.suffer(process, fault),
                Event::Hear(place) => world.hear(process, place),
            }
        }
        let _ = world.finish();
    }
}
