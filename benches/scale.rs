//! What size costs: published changes, answers, compiling, and readers beside a writer.
//!
//! ```sh
//! cargo bench --bench scale
//! ```
//!
//! Users are spread over the four templates of the studio and over grants of their own. Commands
//! are built before they are timed, and their users are spread over the whole account, so that a
//! large one pays for memory that is not cached. Contenders take turns. Columns are medians, or
//! 99th percentiles (p99) if a row says so. *Growth* is the exponent `k` of `time = c × sizeᵏ`: 0
//! if size does not matter, and 1 if time is proportional to it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::hint::{black_box, spin_loop};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::collections::HashMap;
use std::thread;
use std::time::Instant;

use bailiwick::agency::AgencyCommand;
use bailiwick::presets::studio::{self, knowledge};
use bailiwick::{Account, Actor, Agency, Command, Grants, Invite, Lattice, Level, Live};
use foldhash::fast::RandomState;

use support::{NOW, TEMPLATES, growth, id, is_measured, member, micros, percentile, sub};

/// Pairs of commands in one round.
const PAIRS: usize = 8;
/// The users of each subaccount.
const MEMBERS: usize = 10;
/// Grants of their own that users of a template have, unless a table says otherwise.
const OVERLAYS: usize = 8;
/// Checks for which a reader takes one view.
const CHECKS: usize = 100;
/// No preset sets it, and no overlay does.
const LEAF: &str = "real_time_config";
/// What the runs are about: small in a test.
struct Plan {
    users: Vec<usize>,
    subaccounts: Vec<usize>,
    /// Users and distinct profiles of the account that has many.
    diverse: (usize, usize),
    threads: Vec<usize>,
    rounds: usize,
    slice: Duration,
}

impl Plan {
    fn new() -> Self {
        if is_measured() {
            return Self {
                users: vec![1_000, 100_000, 1_000_000],
                subaccounts: vec![1_000, 10_000, 100_000],
                diverse: (100_000, 10_000),
                threads: vec![1_000, 100_000],
                rounds: 61,
                slice: Duration::from_millis(60),
            };
        }
        Self {
            users: vec![50, 100],
            subaccounts: vec![20, 40],
            diverse: (100, 40),
            threads: vec![50],
            rounds: 1,
            slice: Duration::from_millis(2),
        }
    }
}

/// Grants that no other number has: a level of each area is a digit.
fn overlay(number: usize) -> Grants {
    let areas = [
        "testing",
        "widgets",
        "flows",
        "tools",
        "integrations",
        "account",
        "analytics",
        "behavior",
        "knowledge",
    ];
    let mut grants = Grants::new(&studio::catalog());
    let mut rest = number;
    for area in areas {
        match rest % 3 {
            1 => grants.set(area, Level::Read).unwrap(),
            2 => grants.set(area, Level::Edit).unwrap(),
            _ => {}
        }
        rest /= 3;
    }
    grants
}

/// An account whose users are spread over the first `templates` and, on each, over overlays.
fn account(users: usize, templates: usize, overlays: usize) -> Account {
    let overlays: Vec<Grants> = (0..overlays).map(overlay).collect();
    let people = (0..users).flat_map(|user| {
        let grants = overlays[user / templates % overlays.len()].clone();
        member(user, TEMPLATES[user % templates], grants)
    });
    support::account(support::templates().chain(people))
}

/// A pair of commands, the second undoing the first.
#[derive(Clone, Copy)]
enum What {
    SetArea,
    Invite,
    Edit,
}

impl What {
    fn pair(self, step: usize, users: usize) -> [Command; 2] {
        match self {
            Self::SetArea => {
                // A stride that is prime to the number of users visits all of them.
                let id = id((step + 1) * 7_919 % users);
                [Level::Read, Level::None].map(|level| Command::set_area(&id, LEAF, level))
            }
            Self::Invite => {
                let id = format!("fresh-{step}");
                let invite = Invite::new(&id, format!("{id}@acme.example"));
                [invite.template(TEMPLATES[1]).into(), Command::delete_user(&id)]
            }
            Self::Edit => [Level::Edit, Level::None].map(|level| {
                let mut grants = Grants::of_preset(&studio::catalog(), TEMPLATES[0]).unwrap();
                grants.set("testing", level).unwrap();
                Command::edit_template(TEMPLATES[0], grants)
            }),
        }
    }
}

/// An account that publishes, and the same without publishing.
struct World {
    live: Live,
    plain: Account,
    users: usize,
    step: usize,
}

impl World {
    fn new(plain: Account) -> Self {
        Self { users: plain.users().count(), live: Live::new(plain.clone()), plain, step: 0 }
    }

    /// Times what is published and what is not, in µs, both of a pair by themselves.
    fn sample(&mut self, what: What, times: &mut [Vec<Vec<f64>>]) {
        let pairs: Vec<[Command; 2]> =
            (0..PAIRS).map(|pair| what.pair(self.step + pair, self.users)).collect();
        self.step += PAIRS;
        for commands in pairs.clone() {
            for (command, times) in commands.into_iter().zip(&mut times[0]) {
                let live = &self.live;
                times.push(micros(|| live.execute(&Actor::Host, command, NOW).unwrap()));
            }
        }
        for commands in pairs {
            for (command, times) in commands.into_iter().zip(&mut times[1]) {
                let plain = &mut self.plain;
                times.push(micros(|| plain.execute(&Actor::Host, command, NOW).unwrap()));
            }
        }
    }
}

/// Prints what pairs of commands cost, one row for both or one for each.
fn changes(worlds: &mut [World], rows: &[(What, &[&str])], rounds: usize) {
    let sizes: Vec<usize> = worlds.iter().map(|world| world.users).collect();
    for (what, names) in rows {
        let mut times = vec![vec![vec![Vec::new(); 2]; 2]; worlds.len()];
        for _ in 0..rounds {
            for (world, times) in worlds.iter_mut().zip(&mut times) {
                world.sample(*what, times);
            }
        }
        for (at, name) in names.iter().enumerate() {
            for (variant, publishing) in ["", ", not published"].iter().enumerate() {
                let mut columns: Vec<Vec<f64>> = times
                    .iter()
                    .map(|times| match names.len() {
                        1 => times[variant].concat(),
                        _ => times[variant][at].clone(),
                    })
                    .collect();
                let name = format!("{name}{publishing}");
                for (quantile, share) in [("median", 0.5), ("p99", 0.99)] {
                    let values: Vec<f64> =
                        columns.iter_mut().map(|times| percentile(times, share)).collect();
                    row(&format!("{name}, {quantile}"), &sizes, &values);
                }
            }
        }
    }
}

fn profiles(name: &str, worlds: &[World]) {
    print!("  {name:58}");
    for world in worlds {
        print!("{:12}", world.live.view().distinct_profiles());
    }
    println!();
}

fn published(plan: &Plan) -> Vec<World> {
    let mut mixed: Vec<World> =
        plan.users.iter().map(|users| World::new(account(*users, 4, OVERLAYS))).collect();
    header("changes, µs, by users of one account", &plan.users);
    profiles("distinct profiles", &mixed);
    let rows: [(What, &[&str]); 3] = [
        (What::SetArea, &["one user's level"]),
        (What::Invite, &["an invitation", "a deletion"]),
        (What::Edit, &["edit of a template, a quarter on it"]),
    ];
    changes(&mut mixed, &rows, plan.rounds);
    let mut common: Vec<World> =
        plan.users.iter().map(|users| World::new(account(*users, 1, OVERLAYS))).collect();
    profiles("distinct profiles, all on one template", &common);
    let rows: [(What, &[&str]); 2] =
        [(What::SetArea, &["one user's level"]), (What::Edit, &["edit of the template of all"])];
    changes(&mut common, &rows, plan.rounds);
    drop(common);

    let (users, profiled) = plan.diverse;
    let mut diverse = [World::new(account(users, 4, profiled / 4))];
    header("changes, µs, by users, many distinct profiles", &[users]);
    profiles("distinct profiles", &diverse);
    let rows: [(What, &[&str]); 2] = [
        (What::SetArea, &["one user's level"]),
        (What::Edit, &["edit of a template, a quarter on it"]),
    ];
    changes(&mut diverse, &rows, plan.rounds);
    mixed
}

/// An agency each of whose subaccounts has an equal number of users.
fn agency(subaccounts: usize) -> Agency {
    let people =
        (0..MEMBERS).flat_map(|user| member(user, TEMPLATES[user % 4], overlay(user % OVERLAYS)));
    support::agency(subaccounts, &[Command::batch(support::templates().chain(people))])
}

fn subaccounts(plan: &Plan) {
    let sizes = &plan.subaccounts;
    let mut plains: Vec<Agency> = sizes.iter().map(|size| agency(*size)).collect();
    let lives: Vec<Live<Agency>> = plains.iter().map(|plain| Live::new(plain.clone())).collect();
    // Not published; the first change of a subaccount, a later one; a check, ns.
    let mut times = vec![vec![Vec::new(); sizes.len()]; 4];
    for step in 0..plan.rounds * PAIRS {
        for (at, size) in sizes.iter().enumerate() {
            let (sub, user) = (sub((step + 1) * 7_919 % size), id(step % MEMBERS));
            let commands = [Level::Read, Level::None]
                .map(|level| AgencyCommand::within(&sub, Command::set_area(&user, LEAF, level)));
            for (later, command) in commands.into_iter().enumerate() {
                let (unpublished, live, same) = (&mut plains[at], &lives[at], command.clone());
                times[later + 1][at]
                    .push(micros(|| live.execute(&Actor::Host, command, NOW).unwrap()));
                times[0][at].push(micros(|| unpublished.execute(&Actor::Host, same, NOW).unwrap()));
            }
        }
        if step % PAIRS > 0 {
            continue;
        }
        for (at, size) in sizes.iter().enumerate() {
            let asked: Vec<(String, String)> = (0..1_000)
                .map(|ask| (sub((step + ask) * 7_919 % size), id(ask % MEMBERS)))
                .collect();
            let view = lives[at].view();
            let allowed =
                |(sub, user): &&(String, String)| view.allows(sub, user, knowledge::FAQS.read());
            times[3][at].push(micros(|| {
                assert_eq!(asked.iter().filter(allowed).count(), 1_000);
            }));
        }
    }
    header("an agency, by subaccounts of 10 users", sizes);
    let names = [
        "one user's level, not published, µs",
        "one user's level, the subaccount's first change, µs",
        "one user's level, a later change, µs",
        "view().allows(subaccount, user, permission), ns",
    ];
    for (name, times) in names.iter().zip(&mut times) {
        for (quantile, share) in [("median", 0.5), ("p99", 0.99)] {
            let values: Vec<f64> = times.iter_mut().map(|times| percentile(times, share)).collect();
            row(&format!("{name}, {quantile}"), sizes, &values);
        }
    }
}

/// Lists and counts, beside a scan of a plain vector of profiles and of one of ids.
fn who_can(worlds: &[World], rounds: usize) {
    let sizes: Vec<usize> = worlds.iter().map(|world| world.users).collect();
    let catalog = studio::catalog();
    let requirements = [
        ("nobody", catalog.require(["workspace.billing:on"]).unwrap()),
        ("a quarter", catalog.require(["testing:edit"]).unwrap()),
        ("everybody", catalog.require(["knowledge:read"]).unwrap()),
    ];
    let names = ["count_who_can, µs", "who_can, µs", "  x a plain scan and its ids"];
    header("who can, by users of one account", &sizes);
    for (who, requirement) in &requirements {
        let mut columns = vec![Vec::new(); names.len()];
        for world in worlds {
            let lattice: Lattice = world.live.view().clone();
            let ids: Vec<Box<str>> = lattice.users().map(Box::from).collect();
            let can = |id: &str| u32::from(lattice.subject(id).can_all(requirement));
            let plain: Vec<u32> = ids.iter().map(|id| can(id)).collect();
            let scan = || {
                let found = plain.iter().zip(&ids).filter(|(can, _)| **can == 1);
                found.map(|(_, id)| id.len()).sum::<usize>()
            };
            let list = || lattice.who_can(requirement).map(str::len).sum::<usize>();
            assert_eq!(scan(), list());
            assert_eq!(plain.iter().sum::<u32>() as usize, lattice.count_who_can(requirement));
            let mut times = [const { Vec::new() }; 3];
            for _ in 0..rounds {
                times[0].push(micros(|| lattice.count_who_can(black_box(requirement))));
                times[1].push(micros(list));
                times[2].push(micros(scan));
            }
            let [count, list, scan] = times.each_mut().map(|times| percentile(times, 0.5));
            for (column, value) in columns.iter_mut().zip([count, list, list / scan]) {
                column.push(value);
            }
        }
        for (name, values) in names.iter().zip(&columns) {
            row(&format!("{who}: {name}"), &sizes, values);
        }
    }
}

/// Prints what compiling costs, beside maps of the same ids.
fn compile(worlds: &[World], rounds: usize) {
    let sizes: Vec<usize> = worlds.iter().map(|world| world.users).collect();
    let mut columns = vec![Vec::new(); 5];
    for world in worlds {
        let account = &world.plain;
        // As many rounds as a large account has time for.
        let rounds = rounds.min(20_000_000 / world.users).clamp(1, 31);
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..rounds {
            times[0].push(micros(|| account.compile()));
            times[1].push(micros(|| {
                let users = account.users().zip(0_u32..);
                let map: HashMap<&str, u32, RandomState> =
                    users.map(|(user, number)| (user.id().as_str(), number)).collect();
                map
            }));
            times[2].push(micros(|| {
                let users = account.users().zip(0_u32..);
                let map: HashMap<String, u32, RandomState> =
                    users.map(|(user, number)| (user.id().to_string(), number)).collect();
                map
            }));
        }
        let [own, borrowed, owned] = times.each_mut().map(|times| percentile(times, 0.5) / 1e3);
        let values = [own, borrowed, owned, own / borrowed, own / owned];
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    header("from scratch, by users of one account", &sizes);
    let names = [
        "Account::compile, ms",
        "foldhash map of &str, ms",
        "foldhash map of String, ms",
        "compile : map of &str",
        "compile : map of String",
    ];
    for (name, values) in names.iter().zip(&columns) {
        row(name, &sizes, values);
    }
}

#[derive(Clone, Copy)]
enum Writer {
    None,
    Paced,
    Unpaced,
}

/// How many checks, and how many changes, there were in a second.
fn readers(live: &Live, ids: &[String], count: usize, writer: Writer, slice: Duration) -> [f64; 2] {
    let [started, stopped] = [const { AtomicBool::new(false) }; 2];
    let [checks, changes] = [const { AtomicUsize::new(0) }; 2];
    let read = |reader: usize| {
        while !started.load(Ordering::Acquire) {
            spin_loop();
        }
        let (mut at, mut done) = (reader * 4_001 % ids.len(), 0);
        while !stopped.load(Ordering::Relaxed) {
            let view = live.view();
            for _ in 0..CHECKS {
                at = (at + 7_919) % ids.len();
                black_box(view.allows(&ids[at], knowledge::FAQS.edit()));
            }
            done += CHECKS;
        }
        checks.fetch_add(done, Ordering::Relaxed);
    };
    let write = || {
        let mut step = 0;
        while !stopped.load(Ordering::Relaxed) {
            // A pair is never left half done, so that the account stays as it was.
            for command in What::SetArea.pair(step, ids.len()) {
                drop(live.execute(&Actor::Host, command, NOW).unwrap());
                changes.fetch_add(1, Ordering::Relaxed);
                if matches!(writer, Writer::Paced) {
                    thread::sleep(Duration::from_millis(1));
                }
            }
            step += 1;
        }
    };
    let seconds = thread::scope(|scope| {
        for reader in 0..count {
            let read = &read;
            scope.spawn(move || read(reader));
        }
        if !matches!(writer, Writer::None) {
            scope.spawn(write);
        }
        let start = Instant::now();
        started.store(true, Ordering::Release);
        thread::sleep(slice);
        stopped.store(true, Ordering::Relaxed);
        start.elapsed().as_secs_f64()
    });
    [checks, changes].map(|count| count.into_inner() as f64 / seconds)
}

fn threads(plan: &Plan) {
    let rows = [
        ("one reader", 1, Writer::None),
        ("two readers", 2, Writer::None),
        ("one reader, a change every ms", 1, Writer::Paced),
        ("two readers, a change every ms", 2, Writer::Paced),
        ("one reader, changes without a pause", 1, Writer::Unpaced),
        ("two readers, changes without a pause", 2, Writer::Unpaced),
    ];
    let cores = thread::available_parallelism().unwrap();
    for users in &plan.threads {
        let live = Live::new(account(*users, 4, OVERLAYS));
        let ids: Vec<String> = (0..*users).map(id).collect();
        let mut rates = vec![[Vec::new(), Vec::new()]; rows.len()];
        for _ in 0..plan.rounds.min(15) {
            for ((_, count, writer), rates) in rows.iter().zip(&mut rates) {
                let measured = readers(&live, &ids, *count, *writer, plan.slice);
                for (rates, rate) in rates.iter_mut().zip(measured) {
                    rates.push(rate);
                }
            }
        }
        println!(
            "\n{:60}{:>12}{:>12}{:>12}",
            format!("{users} users, {cores} cores"),
            "Mchecks/s",
            "x one",
            "changes/s"
        );
        let mut one = None;
        for ((name, ..), [checks, changes]) in rows.iter().zip(&mut rates) {
            let (checks, changes) = (percentile(checks, 0.5), percentile(changes, 0.5));
            let ratio = checks / *one.get_or_insert(checks);
            println!("  {name:58}{:12.2}{ratio:12.2}{changes:12.0}", checks / 1e6);
        }
    }
}

fn header(title: &str, sizes: &[usize]) {
    print!("\n{title:60}");
    for size in sizes {
        print!("{size:>12}");
    }
    println!("{:>10}", if sizes.len() > 1 { "growth" } else { "" });
}

fn row(name: &str, sizes: &[usize], values: &[f64]) {
    print!("  {name:58}");
    for value in values {
        print!("{value:12.2}");
    }
    if sizes.len() > 1 {
        print!("{:10.2}", growth(sizes, values));
    }
    println!();
}

fn main() {
    let plan = Plan::new();
    threads(&plan);
    let mixed = published(&plan);
    who_can(&mixed, plan.rounds);
    compile(&mixed, plan.rounds);
    drop(mixed);
    subaccounts(&plan);
}
