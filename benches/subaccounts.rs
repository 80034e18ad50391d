//! What a check by both ids costs in an agency of many small subaccounts, beside maps of strings
//! written by hand, and what one of the subaccounts takes.
//!
//! ```sh
//! cargo bench --bench subaccounts             # 1,000 and 100,000 subaccounts of ten users
//! cargo bench --bench subaccounts -- 10000    # another number of them
//! ```
//!
//! All contenders answer the same prebuilt questions, and their answers are compared before
//! anything is timed. *Overlapped*: independent questions; *dependent*: each answer picks the next
//! question. Before each round a large piece of memory is read, as the rest of a request would do,
//! so that each contender finds as little of its own in the caches.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

#[path = "support/bytes.rs"]
mod bytes;

use core::hash::Hash;
use core::hint::black_box;
use std::collections::HashMap;
use std::time::Instant;

use bailiwick::agency::{AgencyCommand, Lattices};
use bailiwick::presets::studio;
use bailiwick::{Actor, Agency, Command, Grants, Level, Live, Permission};
use foldhash::fast::RandomState;
use hashbrown::Equivalent;

use bytes::measured;
use support::{NOW, Random, TEMPLATES, id, is_measured, median, member, sub, templates};

const USERS: usize = 10;
const QUESTIONS: usize = 20_000;
const ROUNDS: usize = 61;

type Words = [u64; 2];
type Nested = HashMap<String, HashMap<String, Words, RandomState>, RandomState>;
type Flat = hashbrown::HashMap<(String, String), Words, RandomState>;

/// Both ids, as a flat map is asked for them.
#[derive(Hash)]
struct Pair<'a>(&'a str, &'a str);

impl Equivalent<(String, String)> for Pair<'_> {
    fn equivalent(&self, key: &(String, String)) -> bool {
        *self.0 == *key.0 && *self.1 == *key.1
    }
}

struct Question {
    subaccount: String,
    user: String,
    permission: Permission,
    position: usize,
}

/// The maps that one would write by hand, from what the library says.
struct Maps {
    nested: Nested,
    flat: Flat,
}

fn has(words: &Words, position: usize) -> bool {
    words[position / 64] >> (position % 64) & 1 == 1
}

/// An agency whose users are spread over the four templates and eight sets of own grants.
fn agency(subaccounts: usize) -> Agency {
    let mut agency = support::agency(subaccounts, &[]);
    for at in 0..subaccounts {
        let people = (0..USERS).flat_map(|user| {
            let mut grants = Grants::new(&studio::catalog());
            for (bit, area) in ["testing", "widgets", "flows"].into_iter().enumerate() {
                if (at + user) >> bit & 1 == 1 {
                    grants.set(area, Level::Edit).unwrap();
                }
            }
            member(at * USERS + user, TEMPLATES[(at + user) % 4], grants)
        });
        let batch = Command::batch(templates().chain(people));
        let within = AgencyCommand::within(sub(at), batch);
        drop(black_box(agency.execute(&Actor::Host, within, NOW).unwrap()));
    }
    agency
}

impl Maps {
    fn new(lattices: &Lattices) -> Self {
        let (mut nested, mut flat) = (Nested::default(), Flat::default());
        for (subaccount, lattice) in lattices.iter() {
            let mut own = HashMap::default();
            for user in lattice.users() {
                let mut words = [0; 2];
                let subject = lattice.subject(user);
                for (position, permission) in lattice.catalog().permissions().enumerate() {
                    words[position / 64] |= u64::from(subject.can(permission)) << (position % 64);
                }
                own.insert(user.to_owned(), words);
                flat.insert((subaccount.to_owned(), user.to_owned()), words);
            }
            nested.insert(subaccount.to_owned(), own);
        }
        Self { nested, flat }
    }
}

fn questions(subaccounts: usize) -> Vec<Question> {
    let all: Vec<Permission> = studio::catalog().permissions().collect();
    let mut random = Random(11);
    (0..QUESTIONS)
        .map(|_| {
            let (at, user) = (random.below(subaccounts), random.below(USERS));
            let position = random.below(all.len());
            let (subaccount, user) = (sub(at), id(at * USERS + user));
            Question { subaccount, user, permission: all[position], position }
        })
        .collect()
}

/// Nanoseconds of each question, if they are independent and if each picks the next.
fn timed(answer: &dyn Fn(usize) -> bool, large: &[u64]) -> [f64; 2] {
    let flush = || black_box(large.iter().step_by(8).sum::<u64>());
    flush();
    let start = Instant::now();
    let allowed: usize = (0..QUESTIONS).map(|at| usize::from(answer(at))).sum();
    black_box(allowed);
    let overlapped = start.elapsed();
    flush();
    let start = Instant::now();
    let last = (0..QUESTIONS).fold(0, |at, _| (at + 1 + usize::from(answer(at))) % QUESTIONS);
    black_box(last);
    [overlapped, start.elapsed()].map(|time| time.as_secs_f64() * 1e9 / QUESTIONS as f64)
}

fn report(subaccounts: usize) {
    let live = Live::new(agency(subaccounts));
    let view = live.view();
    let (again, bytes) = measured(|| Live::new(live.view().agency().clone()));
    drop(again);
    let maps = Maps::new(&view);
    let (copy, of_map) = measured(|| {
        maps.nested.values().next().map(|own| {
            own.keys()
                .map(|id| (Box::from(id.as_str()), 0))
                .collect::<HashMap<Box<str>, u32, RandomState>>()
        })
    });
    drop(copy);
    let asked = questions(subaccounts);
    let by_both = |at: usize| {
        let Question { subaccount, user, permission, .. } = &asked[at];
        view.allows(subaccount, user, *permission)
    };
    let nested = |at: usize| {
        let Question { subaccount, user, position, .. } = &asked[at];
        let own = maps.nested.get(subaccount).and_then(|own| own.get(user));
        own.is_some_and(|words| has(words, *position))
    };
    let flat = |at: usize| {
        let Question { subaccount, user, position, .. } = &asked[at];
        let words = maps.flat.get(&Pair(subaccount, user));
        words.is_some_and(|words| has(words, *position))
    };
    let contenders: [&dyn Fn(usize) -> bool; 3] = [&by_both, &nested, &flat];
    for at in 0..QUESTIONS {
        assert!(contenders.iter().all(|answer| answer(at) == flat(at)), "question {at}");
    }
    let large = vec![1; if is_measured() { 12 << 20 } else { 1 }];
    let rounds = if is_measured() { ROUNDS } else { 1 };
    let mut times = [const { [const { Vec::new() }; 2] }; 3];
    for _ in 0..rounds {
        for (answer, times) in contenders.iter().zip(&mut times) {
            let [overlapped, dependent] = timed(answer, &large);
            times[0].push(overlapped);
            times[1].push(dependent);
        }
    }
    let [own, nested, flat] = times.map(|mut both| both.each_mut().map(|one| median(one)));
    let each = bytes / subaccounts as f64;
    println!(
        "{subaccounts:>11} {:>11.0} {:>9.0} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {each:>8.0} {:>8.1}",
        own[0],
        own[1],
        own[0] / nested[0],
        own[1] / nested[1],
        own[0] / flat[0],
        own[1] / flat[1],
        each / of_map,
    );
}

fn main() {
    println!(
        "{:>31} {:>17} {:>17} {:>17}",
        "nanoseconds", "to nested maps", "to one map", "a subaccount"
    );
    println!(
        "{:>11} {:>11} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "subaccounts",
        "overlapped",
        "dependent",
        "overl.",
        "dep.",
        "overl.",
        "dep.",
        "bytes",
        "to a map"
    );
    let given = std::env::args().filter_map(|argument| argument.parse().ok());
    let given: Vec<usize> = given.collect();
    let sizes = if !is_measured() {
        vec![20]
    } else if given.is_empty() {
        vec![1_000, 100_000]
    } else {
        given
    };
    sizes.into_iter().for_each(report);
}
