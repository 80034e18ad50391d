use std::hash::{Hash, Hasher};

use bailiwick::ledger::ApplyError;
use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Change, Command, Outcome, Timestamp};
use stateright::{Model, Property};

/// In which order a host takes its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Decide, store, publish; and read the log before a refusal stands.
    Sound,
    /// Shows a change before it is stored.
    PublishesFirst,
    /// Says that a command is done before the store has answered.
    AcknowledgesFirst,
    /// Refuses by what it knows, without a look at the log.
    RefusesBlindly,
    /// Stores at a revision that another process took.
    Overwrites,
}

impl Habit {
    pub const ALL: [Self; 5] = [
        Self::Sound,
        Self::PublishesFirst,
        Self::AcknowledgesFirst,
        Self::RefusesBlindly,
        Self::Overwrites,
    ];

    /// The promise that it breaks.
    pub fn breaks(self) -> Option<&'static str> {
        match self {
            Self::Sound => None,
            Self::PublishesFirst => Some(STORED_FIRST),
            Self::AcknowledgesFirst | Self::Overwrites => Some(NOTHING_LOST),
            Self::RefusesBlindly => Some(REFUSED_KNOWINGLY),
        }
    }
}

const STORED_FIRST: &str = "nobody sees what is not in the log";
const NOTHING_LOST: &str = "what was acknowledged is in the log";
const REFUSED_KNOWINGLY: &str = "no refusal is made behind the log";
const NO_FORK: &str = "no process meets another history";
const ALL_EQUAL: &str = "whoever has followed the log is equal to the others";

/// Three processes, four commands that depend on one another, and at most two faults.
pub struct Processes {
    pub habit: Habit,
}

/// Faults in one run: crashes, and answers that are lost.
const FAULTS: u8 = 2;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    log: Vec<Change>,
    processes: [Process; 3],
    acknowledged: Vec<Change>,
    faults: u8,
    /// Whether a change of another history was met.
    is_forked: bool,
    /// Whether a command was refused that the log had made possible.
    is_refused_blindly: bool,
    /// Whether a process had to decide again.
    is_decided_again: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    /// What it shows.
    account: Account,
    /// How many of its commands are answered.
    answered: usize,
    doing: Doing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Doing {
    Nothing,
    /// It has decided, and the store has not heard of it.
    Decided(Change),
    /// The store has answered, and the process has not heard it.
    Appended(Change, bool),
    /// It reads the log: for a change whose revision was taken, or for a command that is refused
    /// if nothing is new.
    Reads(Option<Change>),
    /// The log was as long as this when it was read.
    Found(Option<Change>, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The process takes its next step.
    Step(usize),
    /// A message brings the process a change of the log, by its place.
    Hear(usize, usize),
    /// The process forgets all that it did not store, and starts from the first snapshot.
    Crash(usize),
    /// The answer of the store does not arrive: the command is given again.
    Lose(usize),
}

/// What the clients of each process ask for: the same id twice, and something that depends on it.
fn commands(process: usize) -> Vec<Command> {
    let invite = |email| Command::invite("kim", email);
    match process {
        0 => vec![invite("kim@acme.example")],
        1 => vec![invite("kim@other.example"), Command::accept("kim")],
        _ => vec![Command::suspend("kim")],
    }
}

/// Each process has a clock of its own, so that no two changes are one.
fn now(process: usize) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + i64::try_from(process).unwrap_or_default())
}

fn start() -> Account {
    Account::new("acme".parse().expect("an id"), studio::catalog())
}

/// What the first changes of the log lead to.
fn prefix(log: &[Change], length: usize) -> Option<Account> {
    start().replay(log.get(..length)?).ok()
}

fn revision(account: &Account) -> usize {
    usize::try_from(account.revision()).unwrap_or(usize::MAX)
}

impl State {
    fn step(&mut self, place: usize, habit: Habit) -> Option<()> {
        let process = &mut self.processes[place];
        let account = &mut process.account;
        process.doing = match std::mem::replace(&mut process.doing, Doing::Nothing) {
            Doing::Nothing => {
                let command = commands(place).into_iter().nth(process.answered)?;
                let decided = account.decide(&Actor::Host, &command, now(place));
                match decided.map(Outcome::into_change) {
                    Ok(Some(change)) => {
                        if habit == Habit::PublishesFirst {
                            account.apply(&change).ok()?;
                        }
                        if habit == Habit::AcknowledgesFirst {
                            self.acknowledged.push(change.clone());
                        }
                        Doing::Decided(change)
                    }
                    Err(_) if habit == Habit::RefusesBlindly => {
                        process.answered += 1;
                        let latest = prefix(&self.log, self.log.len())?;
                        let again = latest.decide(&Actor::Host, &command, now(place));
                        self.is_refused_blindly |= again.is_ok();
                        Doing::Nothing
                    }
                    // None of the commands changes nothing.
                    Ok(None) => return None,
                    Err(_) => Doing::Reads(None),
                }
            }
            Doing::Decided(change) => {
                let at = usize::try_from(change.revision()).ok()? - 1;
                let is_next = self.log.len() == at
                    && self.log.last().is_none_or(|last| change.previous() == Some(last.digest()));
                if is_next {
                    self.log.push(change.clone());
                } else if habit == Habit::Overwrites {
                    self.log.truncate(at);
                    self.log.push(change.clone());
                }
                Doing::Appended(change, is_next || habit == Habit::Overwrites)
            }
            Doing::Appended(change, true) => match account.apply(&change) {
                Err(ApplyError::Gap(_)) => Doing::Reads(Some(change)),
                applied => {
                    self.is_forked |= applied.is_err();
                    self.acknowledged.push(change);
                    process.answered += 1;
                    Doing::Nothing
                }
            },
            Doing::Appended(change, false) => Doing::Reads(Some(change)),
            Doing::Reads(change) => Doing::Found(change, self.log.len()),
            Doing::Found(change, length) => {
                let known = revision(account);
                for change in &self.log[known.min(length)..length] {
                    self.is_forked |= account.apply(change).is_err();
                }
                match change {
                    Some(change) if self.log[..length].contains(&change) => {
                        self.acknowledged.push(change);
                        process.answered += 1;
                    }
                    // Nothing is new: the refusal stands.
                    None if revision(account) == known => process.answered += 1,
                    Some(_) | None => self.is_decided_again = true,
                }
                Doing::Nothing
            }
        };
        Some(())
    }

    fn hear(&mut self, place: usize, at: usize) -> Option<()> {
        let change = self.log.get(at)?;
        match self.processes[place].account.apply(change) {
            Ok(()) => Some(()),
            Err(ApplyError::Gap(_) | ApplyError::TooOld(_)) => None,
            Err(_) => {
                self.is_forked = true;
                Some(())
            }
        }
    }

    fn suffer(&mut self) -> Option<()> {
        self.faults = self.faults.checked_sub(1)?;
        Some(())
    }

    fn shows_a_prefix(&self, process: &Process) -> bool {
        prefix(&self.log, revision(&process.account)).as_ref() == Some(&process.account)
    }
}

impl Model for Processes {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let process = Process { account: start(), answered: 0, doing: Doing::Nothing };
        vec![State {
            log: Vec::new(),
            processes: [process.clone(), process.clone(), process],
            acknowledged: Vec::new(),
            faults: FAULTS,
            is_forked: false,
            is_refused_blindly: false,
            is_decided_again: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for place in 0..state.processes.len() {
            actions.push(Action::Step(place));
            actions.extend((0..state.log.len()).map(|at| Action::Hear(place, at)));
            if state.faults > 0 {
                actions.extend([Action::Crash(place), Action::Lose(place)]);
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Step(place) => state.step(place, self.habit)?,
            Action::Hear(place, at) => state.hear(place, at)?,
            Action::Crash(place) => {
                state.suffer()?;
                state.processes[place].account = start();
                state.processes[place].doing = Doing::Nothing;
            }
            Action::Lose(place) => {
                state.suffer()?;
                let Doing::Appended(..) = state.processes[place].doing else { return None };
                state.processes[place].doing = Doing::Nothing;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(STORED_FIRST, |_, state: &State| {
                state.processes.iter().all(|process| state.shows_a_prefix(process))
            }),
            Property::always(NOTHING_LOST, |_, state: &State| {
                state.acknowledged.iter().all(|change| state.log.contains(change))
            }),
            Property::always(REFUSED_KNOWINGLY, |_, state: &State| !state.is_refused_blindly),
            Property::always(NO_FORK, |_, state: &State| !state.is_forked),
            Property::always(ALL_EQUAL, |_, state: &State| {
                let mut followed = state.processes.iter().map(|process| {
                    let mut account = process.account.clone();
                    let known = revision(&account).min(state.log.len());
                    let changes = &state.log[known..];
                    changes.iter().try_for_each(|change| account.apply(change)).map(|()| account)
                });
                let first = followed.next();
                followed.all(|other| Some(other) == first)
            }),
            Property::sometimes("a process decides again", |_, state: &State| {
                state.is_decided_again
            }),
            Property::sometimes("all commands are answered", |_, state: &State| {
                let mut places = state.processes.iter().enumerate();
                places.all(|(place, process)| process.answered == commands(place).len())
            }),
        ]
    }
}

/// What tells states apart: accounts by their heads, changes by their digests.
impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { log, processes, acknowledged, .. } = self;
        for changes in [log, acknowledged] {
            changes.len().hash(state);
            for change in changes {
                change.digest().hash(state);
            }
        }
        (self.faults, self.is_forked, self.is_refused_blindly, self.is_decided_again).hash(state);
        for Process { account, answered, doing } in processes {
            (account.revision(), account.head(), answered).hash(state);
            let (step, change, known) = match doing {
                Doing::Nothing => (0, None, 0),
                Doing::Decided(change) => (1, Some(change), 0),
                Doing::Appended(change, is_stored) => (2, Some(change), usize::from(*is_stored)),
                Doing::Reads(change) => (3, change.as_ref(), 0),
                Doing::Found(change, length) => (4, change.as_ref(), *length),
            };
            (step, change.map(Change::digest), known).hash(state);
        }
    }
}
