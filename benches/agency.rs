//! What changing features costs, and what it does not depend on.
//!
//! ```sh
//! cargo bench --bench agency            # criterion's report, then the tables
//! cargo bench --bench agency -- ratios  # the tables alone
//! ```
//!
//! Patches turn a feature of one subaccount on and off in turn, so that each is a change. The
//! subaccounts are spread over the whole agency, so that a large one pays for memory that is not
//! cached. Commands are built before anything is timed. The tables interleave agencies round by
//! round and give medians. *Growth* is the exponent `k` of `time = c × sizeᵏ`: the slope of the
//! line through the logarithms, 0 if size does not matter and 1 if the time is proportional to it.
//!
//! Select all is timed beside the least that anyone could do: set a bit in every row of a
//! `Vec<[u64; 2]>`. In addition, it works out who gains what, in a change to store.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark, and what criterion's macros expand to"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::cell::RefCell;
use core::hint::black_box;

use bailiwick::agency::{AgencyCommand, Channel, FeaturePatch, NewSubaccount, Switch};
use bailiwick::presets::{agency, studio};
use bailiwick::{Account, Actor, Agency, Catalog, Command, Invite, Template};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

use support::{NOW, growth, is_measured, median, micros, sub};

/// Subaccounts that are patched on and off in one sample of the tables.
const SUBJECTS: usize = 16;
/// The users of each subaccount that has any.
const USERS: usize = 10;

/// What the runs are about: small in a test.
struct Plan {
    patched: [usize; 3],
    selected: [usize; 3],
    rounds: usize,
}

impl Plan {
    fn new() -> Self {
        if !is_measured() {
            return Self { patched: [10, 20, 40], selected: [2, 4, 8], rounds: 1 };
        }
        Self { patched: [10, 1_000, 100_000], selected: [1_000, 10_000, 100_000], rounds: 101 }
    }
}

/// A studio whose areas need the features of an agency.
fn voice_agency() -> Catalog {
    let composed = studio::catalog()
        .to_builder("voice-agency/1")
        .include(&agency::catalog(), ["general", "agent_types", "capabilities", "action_types"])
        .gate("knowledge", ["general.knowledge_base"])
        .gate("analytics", ["general.analytics"])
        .gate("widgets", ["agent_types.widget"]);
    composed.build().unwrap()
}

/// An agency, and which of its subaccounts is next.
struct Subaccounts {
    agency: Agency,
    ids: Vec<String>,
    next: usize,
}

impl Subaccounts {
    fn new(count: usize, users: usize) -> Self {
        let ids: Vec<String> = (0..count).map(sub).collect();
        let mut all = Self {
            agency: Agency::new("north".parse().unwrap(), voice_agency()),
            ids: Vec::new(),
            next: 0,
        };
        let create = AgencyCommand::create_all(ids.iter().map(NewSubaccount::new));
        all.run(vec![create]);
        all.ids = ids;
        if users == 0 {
            return all;
        }
        let people = people(all.agency.catalog(), users);
        for place in 0..count {
            let people = AgencyCommand::within(&all.ids[place], people.clone());
            let change = all.agency.execute(&Actor::Host, people, NOW);
            drop(black_box(change.unwrap()));
        }
        all
    }

    /// Gives commands, each of which must be accepted.
    fn run(&mut self, commands: Vec<AgencyCommand>) {
        for command in commands {
            let change = self.agency.execute(&Actor::agency(self.agency.id()), command, NOW);
            drop(black_box(change.unwrap()));
        }
    }

    /// Two patches of each of some subaccounts, the second undoing the first.
    fn patches(&mut self, subaccounts: usize) -> Vec<AgencyCommand> {
        let mut patches = Vec::new();
        for _ in 0..subaccounts {
            // A stride that is prime to the number of subaccounts visits all of them.
            self.next = (self.next + 7_919) % self.ids.len();
            let patch = |patch| AgencyCommand::patch(&self.ids[self.next], Channel::Api, patch);
            patches.push(patch(FeaturePatch::new().grant("knowledge_base")));
            patches.push(patch(FeaturePatch::new().revoke("knowledge_base")));
        }
        patches
    }
}

/// An admin, and members on the four templates of the studio, in one command.
fn people(catalog: &Catalog, users: usize) -> Command {
    let templates: Vec<Template> = Template::presets(catalog).collect();
    let ids: Vec<&str> = templates.iter().map(|template| template.id().as_str()).collect();
    let mut commands: Vec<Command> = templates
        .iter()
        .map(|one| Command::create_template(one.id().as_str(), one.name(), one.grants().clone()))
        .collect();
    for number in 0..users {
        let id = format!("user-{number}");
        let invite = Invite::new(&id, format!("{id}@north.example"));
        let is_admin = number == 0;
        let invite =
            if is_admin { invite.admin() } else { invite.template(ids[number % ids.len()]) };
        commands.extend([invite.into(), Command::accept(&id)]);
    }
    Command::batch(commands)
}

fn both_ways() -> [AgencyCommand; 2] {
    [Switch::On, Switch::Off].map(|switch| AgencyCommand::select_all("general.analytics", switch))
}

/// The least that select all could do: set a bit in each row, and clear it again.
fn set_and_clear(rows: &mut [[u64; 2]]) {
    let mask = black_box([1 << 63, 0]);
    for row in &mut *rows {
        *row = [row[0] | mask[0], row[1] | mask[1]];
    }
    black_box(&mut *rows);
    for row in &mut *rows {
        *row = [row[0] & !mask[0], row[1] & !mask[1]];
    }
    black_box(rows);
}

fn criterion(criterion: &mut Criterion) {
    let plan = Plan::new();
    let mut group = criterion.benchmark_group("patch one, by subaccounts");
    group.sample_size(20);
    for count in plan.patched {
        let all = RefCell::new(Subaccounts::new(count, 0));
        group.bench_function(count.to_string(), |bencher| {
            bencher.iter_batched(
                || all.borrow_mut().patches(1),
                |commands| all.borrow_mut().run(commands),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
    // Larger ones are for the table alone.
    let count = plan.selected[0];
    let mut group = criterion.benchmark_group(format!("select all, {count} × {USERS} users"));
    group.sample_size(10);
    let mut all = Subaccounts::new(count, USERS);
    group.bench_function("on and off", |bencher| bencher.iter(|| all.run(both_ways().into())));
    let mut rows = vec![[0_u64; 2]; count];
    group.bench_function("a bit in a row", |bencher| bencher.iter(|| set_and_clear(&mut rows)));
    group.finish();
}

fn ratios(_: &mut Criterion) {
    let plan = Plan::new();
    patches(&plan);
    select_all(&plan);
}

/// Prints what a patch of one subaccount costs, by how many there are, and the growth.
fn patches(plan: &Plan) {
    let titles = ["without users", "of 10 users"];
    print!("\n{:35}", "a patch of one subaccount, µs, by");
    for count in plan.patched {
        print!("{count:>10}");
    }
    println!("{:>10}", "growth");
    for (title, users) in titles.into_iter().zip([0, USERS]) {
        let mut all = plan.patched.map(|count| Subaccounts::new(count, users));
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..plan.rounds {
            for (all, times) in all.iter_mut().zip(&mut times) {
                let commands = all.patches(SUBJECTS);
                let count = commands.len();
                times.push(micros(|| all.run(commands)) / count as f64);
            }
        }
        let medians = times.each_mut().map(|times| median(times));
        print!("  {title:33}");
        for time in medians {
            print!("{time:10.2}");
        }
        println!("{:10.2}", growth(&plan.patched, &medians));
    }
}

/// Prints what it costs to set a feature in all subaccounts, for each of them.
fn select_all(plan: &Plan) {
    println!(
        "\n{:35}{:>10}{:>10}{:>10}{:>10}",
        "select all, by subaccounts", "ms", "µs each", "raw, ns", "ratio"
    );
    let mut each = Vec::new();
    for count in plan.selected {
        let mut all = Subaccounts::new(count, USERS);
        assert_eq!(
            all.agency.subaccounts().map(Account::users).map(Iterator::count).sum::<usize>(),
            count * USERS
        );
        let mut rows = vec![[0_u64; 2]; count];
        // The largest is done twice, on and off; the others until they have a median.
        let rounds = if count == plan.selected[2] { 1 } else { plan.rounds.min(11) };
        let mut times = [const { Vec::new() }; 2];
        for _ in 0..rounds {
            for command in both_ways() {
                times[0].push(micros(|| all.run(vec![command])));
            }
            times[1].push(micros(|| set_and_clear(&mut rows)) / 2.0);
        }
        let [time, raw] = times.each_mut().map(|times| median(times) / count as f64);
        println!(
            "  {:33}{:10.2}{time:10.2}{:10.2}{:10.0}",
            format!("{count} of {USERS} users"),
            time * count as f64 / 1e3,
            raw * 1e3,
            time / raw
        );
        each.push(time * count as f64);
    }
    println!("  {:33}{:>40.2}", "growth", growth(&plan.selected, &each));
}

criterion_group!(benches, criterion, ratios);
criterion_main!(benches);
