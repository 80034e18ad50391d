//! What the answers beyond yes and no cost: who-can, explanations, navigation, previews.
//!
//! ```sh
//! cargo bench --bench answers            # criterion's report, then the table
//! cargo bench --bench answers -- ratios  # the table alone
//! ```
//!
//! The table gives medians of interleaved rounds, and ratios to a plain scan if that is a fair
//! comparison.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark")]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::hint::black_box;
use std::time::Instant;

use bailiwick::presets::studio::{self, knowledge};
use bailiwick::{Account, Actor, Command, Grants, Lattice, Level, Permission, Requirement};
use criterion::{Criterion, criterion_group, criterion_main};

use support::{NOW, TEMPLATES, is_measured, median, member, templates};

/// Users over four templates, one in fifty with a grant of their own.
fn account(users: usize) -> Account {
    let mut own = Grants::new(&studio::catalog());
    own.set("testing", Level::Edit).unwrap();
    let people = (0..users).flat_map(|user| {
        let grants = if user % 50 == 0 { own.clone() } else { Grants::new(&studio::catalog()) };
        member(user, TEMPLATES[(user * 7 + 1) % 4], grants)
    });
    support::account(templates().chain(people))
}

struct World {
    account: Account,
    lattice: Lattice,
    /// Which profile each user has, as a plain vector to scan.
    plain: Vec<u32>,
    none: Requirement,
    rare: Requirement,
    common: Requirement,
    denied: Permission,
    edited: Command,
}

impl World {
    fn new(users: usize) -> Self {
        let account = account(users);
        let lattice = account.compile();
        let catalog = studio::catalog();
        let mut grants = studio::templates::KNOWLEDGE_EDITOR.grants();
        grants.set("flows", Level::Edit).unwrap();
        Self {
            plain: (0..users).map(|user| u32::from(user % 50 == 0)).collect(),
            none: catalog.require(["workspace.billing:on"]).unwrap(),
            rare: catalog.require(["testing:edit"]).unwrap(),
            common: catalog.require(["knowledge:read"]).unwrap(),
            denied: knowledge::SOURCES.edit(),
            edited: Command::edit_template("knowledge_editor", grants),
            account,
            lattice,
        }
    }

    fn scan(&self) -> usize {
        self.plain.iter().enumerate().filter(|(_, one)| **one == 1).map(|(at, _)| at).sum()
    }

    fn scan_with_ids(&self) -> usize {
        let found = self.plain.iter().enumerate().filter(|(_, one)| **one == 1);
        let ids: Vec<&str> = self.lattice.users().collect();
        found.map(|(at, _)| ids[at].len()).sum()
    }

    fn who_can(&self, requirement: &Requirement) -> usize {
        self.lattice.who_can(requirement).map(str::len).sum()
    }
}

/// A user who is denied what is explained.
const USER: &str = "user-00000000";

/// Runs `$visit!(repeat, name, expression)` for each answer.
macro_rules! each {
    ($world:expr, $visit:ident) => {
        $visit!(1, "a plain scan", $world.scan());
        $visit!(1, "who_can, nobody", $world.who_can(&$world.none));
        $visit!(1, "who_can, one in fifty", $world.who_can(&$world.rare));
        $visit!(1, "who_can, everybody", $world.who_can(&$world.common));
        $visit!(1, "the ids of everybody", $world.lattice.users().map(str::len).sum::<usize>());
        $visit!(100, "count_who_can", $world.lattice.count_who_can(&$world.rare));
        $visit!(100, "subject.can", $world.lattice.subject(USER).can($world.denied));
        $visit!(100, "explain", $world.lattice.explain(USER, $world.denied).fixes().len());
        $visit!(
            100,
            "navigation, 43 leaves",
            $world.lattice.subject(USER).navigation().areas().len()
        );
        $visit!(100, "navigation's digest", { $world.lattice.subject(USER).navigation().digest() });
        $visit!(100, "preview of a template edit", {
            let preview = $world.account.preview(&Actor::Host, $world.edited.clone(), NOW);
            preview.unwrap().affected_users()
        });
    };
}

fn criterion(criterion: &mut Criterion) {
    let world = World::new(if is_measured() { 100_000 } else { 100 });
    let mut group = criterion.benchmark_group("answers");
    group.sample_size(10);
    macro_rules! bench {
        ($repeat:literal, $name:literal, $run:expr) => {
            group.bench_function($name, |bencher| bencher.iter(|| $run));
        };
    }
    each!(world, bench);
    group.finish();
}

fn ratios(_: &mut Criterion) {
    let sizes: &[usize] = if is_measured() { &[1_000, 100_000, 1_000_000] } else { &[100] };
    let rounds = if is_measured() { 31 } else { 1 };
    for users in sizes {
        let world = World::new(*users);
        assert_eq!(world.who_can(&world.rare), world.scan_with_ids());
        let mut times: Vec<(&str, Vec<f64>)> = Vec::new();
        for round in 0..rounds {
            let mut at = 0;
            macro_rules! time {
                ($repeat:literal, $name:literal, $run:expr) => {
                    let start = Instant::now();
                    for _ in 0..$repeat {
                        black_box($run);
                    }
                    let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from($repeat);
                    if round == 0 {
                        times.push(($name, vec![]));
                    }
                    times[at].1.push(micros);
                    at += 1;
                };
            }
            each!(world, time);
            black_box(at);
        }
        println!("\n{users} users, {} distinct profiles", world.lattice.distinct_profiles());
        let medians: Vec<f64> = times.iter_mut().map(|(_, times)| median(times)).collect();
        for ((name, _), median) in times.iter().zip(&medians) {
            println!("{name:28} {median:12.2} µs  {:10.2} x a plain scan", median / medians[0]);
        }
    }
}

criterion_group!(benches, criterion, ratios);
criterion_main!(benches);
