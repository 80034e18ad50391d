//! What commands cost, and what they do not depend on.
//!
//! ```sh
//! cargo bench --bench directory            # criterion's report, then the tables
//! cargo bench --bench directory -- ratios  # the tables alone
//! ```
//!
//! Every script of commands leaves the directory as it found it, except for the ids of deleted
//! users, which stay retired. Commands are built before anything is timed. Their users are spread
//! over the whole account, so that a large one pays for memory that is not cached. The tables
//! interleave accounts, actors and commands round by round and give medians. *Growth* is the
//! exponent `k` of `time = c × sizeᵏ`: the slope of the line through the logarithms, 0 if size does
//! not matter and 1 if the time is proportional to it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark, and what criterion's macros expand to"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::cell::RefCell;
use core::hash::BuildHasher;
use core::hint::black_box;
use std::collections::HashMap;

use bailiwick::presets::tenant;
use bailiwick::{Account, Actor, Command, Grants, Invite, Setting};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

use support::{NOW, growth, id, is_measured, median, micros};

/// Users whose commands are one script, and one sample of the tables.
const SUBJECTS: usize = 16;
/// A template to which every member refers.
const COMMON: &str = "common";
/// A template to which nobody refers to begin with.
const OTHER: &str = "other";
/// A template that gives no more than [`COMMON`], by turns.
const ACTIONS: [&[&str]; 2] = [&["view", "create"], &["view", "edit"]];

/// What the runs are about: small in a test.
struct Plan {
    users: [usize; 3],
    template_users: [usize; 3],
    profiles: [usize; 4],
    compiled: usize,
    rounds: usize,
}

impl Plan {
    fn new() -> Self {
        if !is_measured() {
            return Self {
                users: [10, 30, 100],
                template_users: [30, 60, 100],
                profiles: [1, 3, 10, 30],
                compiled: 100,
                rounds: 1,
            };
        }
        Self {
            users: [10, 1_000, 100_000],
            template_users: [1_000, 10_000, 100_000],
            profiles: [1, 10, 100, 1_000],
            compiled: 100_000,
            rounds: 101,
        }
    }

    fn most_users(&self) -> usize {
        self.template_users[self.template_users.len() - 1]
    }
}

/// An account with an admin, a member who holds all that can be delegated, and other members.
struct Directory {
    account: Account,
    members: Vec<String>,
    next: usize,
    fresh: usize,
}

impl Directory {
    /// `users` in all, the members with `profiles` different grants of their own in turn.
    fn new(users: usize, profiles: usize) -> Self {
        let account = Account::new("tenant".parse().unwrap(), tenant::catalog());
        let members = (2..users).map(id).collect();
        let mut directory = Self { account, members, next: 0, fresh: 0 };
        directory.run(&Actor::Host, vec![Command::set_features([tenant::policy::USER_DELEGATION])]);
        let templates = [COMMON, OTHER];
        directory.run(
            &Actor::Host,
            templates.map(|id| Command::create_template(id, id, conversations(ACTIONS[0]))).into(),
        );
        let admin = Invite::new("admin", "admin@tenant.example").admin().into();
        let delegate = Invite::new("delegate", "delegate@tenant.example").grants(everything());
        let mut people: Vec<Command> = vec![admin, Command::accept("admin")];
        people.extend([delegate.into(), Command::accept("delegate")]);
        for (number, id) in directory.members.iter().enumerate() {
            let invite = Invite::new(id, format!("{id}@tenant.example")).template(COMMON);
            people.push(invite.grants(own_grants(number % profiles)).into());
            people.push(Command::accept(id));
        }
        directory.run(&Actor::Host, people);
        directory
    }

    /// Gives commands, each of which must be accepted.
    fn run(&mut self, actor: &Actor, commands: Vec<Command>) {
        for command in commands {
            let change = self.account.execute(actor, command, NOW);
            drop(black_box(change.unwrap()));
        }
    }

    /// Two commands for each of some members, the second undoing the first.
    fn script(&mut self, what: What, members: usize) -> Vec<Command> {
        (0..members).flat_map(|_| self.pair(what)).collect()
    }

    fn pair(&mut self, what: What) -> [Command; 2] {
        // A stride that is prime to the number of members visits all of them.
        self.next = (self.next + 7_919) % self.members.len();
        let id = &self.members[self.next];
        match what {
            What::Tick => {
                [Command::tick(id, "analytics:view"), Command::untick(id, "analytics:view")]
            }
            What::Mute => {
                [Command::untick(id, "conversations:view"), Command::tick(id, "conversations:view")]
            }
            What::Invite => {
                self.fresh += 1;
                let id = format!("fresh-{}", self.fresh);
                let email = format!("{id}@tenant.example");
                [Invite::new(&id, &email).template(COMMON).into(), Command::delete_user(&id)]
            }
            What::Email => ["new.example", "tenant.example"]
                .map(|host| Command::change_email(id, format!("{id}@{host}"))),
            What::Suspend => [Command::suspend(id), Command::reactivate(id)],
            What::Assign => [OTHER, COMMON].map(|template| Command::assign_template(id, template)),
            What::Edit => [ACTIONS[1], ACTIONS[0]]
                .map(|actions| Command::edit_template(COMMON, conversations(actions))),
        }
    }
}

/// A pair of commands.
#[derive(Clone, Copy)]
enum What {
    Tick,
    Mute,
    Invite,
    Email,
    Suspend,
    Assign,
    Edit,
}

impl What {
    /// The commands on one user.
    const ON_ONE: [Self; 6] =
        [Self::Tick, Self::Mute, Self::Invite, Self::Email, Self::Suspend, Self::Assign];

    const fn name(self) -> &'static str {
        match self {
            Self::Tick => "tick, untick",
            Self::Mute => "mute, lift",
            Self::Invite => "invite, delete",
            Self::Email => "change email",
            Self::Suspend => "suspend, reactivate",
            Self::Assign => "assign template",
            Self::Edit => "edit template",
        }
    }
}

fn actors() -> [(&'static str, Actor); 2] {
    let delegate = Actor::user(&"tenant".parse().unwrap(), &"delegate".parse().unwrap());
    [("host", Actor::Host), ("delegate", delegate)]
}

fn conversations(actions: &[&'static str]) -> Grants {
    let mut grants = Grants::new(&tenant::catalog());
    grants.set("conversations", Setting::actions(actions.iter().copied())).unwrap();
    grants
}

/// Everything that an area of the catalog can grant.
fn everything() -> Grants {
    let catalog = tenant::catalog();
    let mut grants = Grants::new(&catalog);
    for area in ["conversations", "settings", "users", "analytics", "integrations", "experiments"] {
        let actions = ["view", "create", "edit", "delete", "manage"];
        grants.set(area, Setting::actions(actions)).unwrap();
    }
    grants
}

/// Grants that no other number up to 4096 has: four actions of three areas are its bits.
fn own_grants(number: usize) -> Grants {
    let mut grants = Grants::new(&tenant::catalog());
    for (area, bits) in [("settings", 0), ("integrations", 4), ("experiments", 8)] {
        let optional = ["create", "edit", "delete", "manage"].into_iter().enumerate();
        let chosen = optional.filter(|(bit, _)| number >> (bits + bit) & 1 == 1);
        let actions = ["view"].into_iter().chain(chosen.map(|(_, action)| action));
        grants.set(area, Setting::actions(actions)).unwrap();
    }
    grants
}

/// Directories by size, each with the profiles that it can have.
fn directories(users: &[usize], profiles: usize) -> Vec<Directory> {
    users.iter().map(|users| Directory::new(*users, profiles.min(*users))).collect()
}

fn by_profiles(plan: &Plan) -> Vec<Directory> {
    plan.profiles.iter().map(|profiles| Directory::new(plan.most_users(), *profiles)).collect()
}

fn hash_map<S: BuildHasher + Default>(account: &Account) -> HashMap<String, u32, S> {
    account.users().zip(0..).map(|(user, number)| (user.id().to_string(), number)).collect()
}

type FoldHash = foldhash::fast::RandomState;
type SipHash = std::hash::RandomState;

fn criterion(criterion: &mut Criterion) {
    let plan = Plan::new();
    let mut bench = |name: &str, whats: &[What], columns: &[usize], all: &mut [Directory]| {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        for (directory, column) in all.iter_mut().zip(columns) {
            for what in whats {
                for (actor_name, actor) in actors() {
                    let name = format!("{}, {actor_name}, {column}", what.name());
                    let shared = RefCell::new(&mut *directory);
                    group.bench_function(name, |bencher| {
                        bencher.iter_batched(
                            || shared.borrow_mut().script(*what, 1),
                            |commands| shared.borrow_mut().run(&actor, commands),
                            BatchSize::SmallInput,
                        );
                    });
                }
            }
        }
        group.finish();
    };
    let mut users = directories(&plan.users, 100);
    bench("one user, by users", &What::ON_ONE, &plan.users, &mut users);
    bench("template, by profiles", &[What::Edit], &plan.profiles, &mut by_profiles(&plan));
    let mut users = directories(&plan.template_users, 10);
    bench("template, by users", &[What::Edit], &plan.template_users, &mut users);

    let directory = Directory::new(plan.compiled, 100.min(plan.compiled));
    let account = &directory.account;
    let mut group = criterion.benchmark_group(format!("{} users", plan.compiled));
    group.sample_size(20);
    group.bench_function("compile", |bencher| bencher.iter(|| account.compile()));
    group.bench_function("foldhash map of the ids", |bencher| {
        bencher.iter(|| hash_map::<FoldHash>(account));
    });
    group.bench_function("std map of the ids", |bencher| {
        bencher.iter(|| hash_map::<SipHash>(account));
    });
    group.finish();
}

fn ratios(_: &mut Criterion) {
    let plan = Plan::new();
    let title = "a command on one user, µs, by users";
    table(title, &What::ON_ONE, &plan.users, &mut directories(&plan.users, 100), plan.rounds);
    let title = format!("a template's edit, µs, by profiles, {} users", plan.most_users());
    table(&title, &[What::Edit], &plan.profiles, &mut by_profiles(&plan), plan.rounds);
    let mut users = directories(&plan.template_users, 10);
    let title = "a template's edit, µs, by users, 10 profiles";
    table(title, &[What::Edit], &plan.template_users, &mut users, plan.rounds);
    compile(&plan);
}

/// Prints what commands cost in each directory, by host and by delegate, and the growth.
fn table(
    title: &str,
    whats: &[What],
    columns: &[usize],
    directories: &mut [Directory],
    rounds: usize,
) {
    let rows: Vec<_> =
        whats.iter().flat_map(|what| actors().map(|(name, actor)| (*what, name, actor))).collect();
    let mut times = vec![vec![Vec::new(); columns.len()]; rows.len()];
    for _ in 0..rounds {
        for ((what, _, actor), times) in rows.iter().zip(&mut times) {
            for (directory, times) in directories.iter_mut().zip(times) {
                let commands = directory.script(*what, SUBJECTS);
                let count = commands.len();
                times.push(micros(|| directory.run(actor, commands)) / count as f64);
            }
        }
    }
    print!("\n{title:47}");
    for column in columns {
        print!("{column:>10}");
    }
    println!("{:>10}", "growth");
    for ((what, actor, _), times) in rows.iter().zip(&mut times) {
        let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
        print!("  {:33}{actor:12}", what.name());
        for time in &medians {
            print!("{time:10.2}");
        }
        println!("{:10.2}", growth(columns, &medians));
    }
}

/// Prints what compiling costs, beside maps of the same ids.
fn compile(plan: &Plan) {
    let directory = Directory::new(plan.compiled, 100.min(plan.compiled));
    let account = &directory.account;
    assert_eq!(account.compile().len(), hash_map::<FoldHash>(account).len());
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..plan.rounds {
        times[0].push(micros(|| account.compile()));
        times[1].push(micros(|| hash_map::<FoldHash>(account)));
        times[2].push(micros(|| hash_map::<SipHash>(account)));
    }
    let medians = times.each_mut().map(|times| median(times));
    println!("\n{:47}{:>10}{:>10}", format!("{} users", plan.compiled), "ms", "ratio");
    for (name, time) in
        ["compile", "foldhash map of the ids", "std map of the ids"].iter().zip(medians)
    {
        println!("  {name:45}{:10.2}{:10.2}", time / 1e3, medians[0] / time);
    }
}

criterion_group!(benches, criterion, ratios);
criterion_main!(benches);
