//! What a check costs, compared with the fastest possible code and with what one would write by
//! hand.
//!
//! ```sh
//! cargo bench --bench check            # criterion's report, then the table of ratios
//! cargo bench --bench check -- ratios  # the table alone
//! ```
//!
//! All contenders answer the same prebuilt questions in the same loop, and their answers are
//! compared before anything is timed. The table interleaves the contenders round by round and
//! gives medians, so that a noisy machine slows all of them alike. *Overlapped*: independent
//! questions, which a processor answers in parallel. *Dependent*: each answer picks the next
//! question, so each question has to wait for the answer before it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark, and what criterion's macros expand to"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::hint::black_box;
use std::collections::HashMap;
use std::time::Instant;

use bailiwick::presets::studio;
use bailiwick::{
    Features, Grants, Lattice, Level, Mutes, Permission, Profile, Requirement, Role, Status,
    Subject, Template,
};
use criterion::{Criterion, criterion_group, criterion_main};

use support::{Random, id, is_measured, median};

const QUESTIONS: usize = 10_000;
/// The same number, to divide by.
const EACH: f64 = 10_000.0;
const ROUNDS: usize = 301;

type Words = [u64; 2];
type FoldHashMap<V> = HashMap<String, V, foldhash::fast::RandomState>;
type MapOfMaps = HashMap<String, HashMap<String, bool>>;

/// Users over the four templates, with overrides and mutes, in one account.
struct World {
    ids: Vec<String>,
    lattice: Lattice,
    masks: Vec<Words>,
    by_id: FoldHashMap<Words>,
    by_name: MapOfMaps,
}

/// One question in the words of every contender.
struct Question {
    user: u32,
    permission: Permission,
    need: Words,
    name: String,
}

impl World {
    fn new(users: usize) -> Self {
        let catalog = studio::catalog();
        let templates: Vec<Template> = Template::presets(&catalog).collect();
        let mut random = Random(7);
        let mut features = Features::new(&catalog);
        features.turn_on("plan.enterprise").unwrap();
        let overlays: Vec<(Grants, Mutes)> = (0..8).map(|_| overlay(&mut random)).collect();
        let ids: Vec<String> = (0..users).map(id).collect();
        let profiles: Vec<Profile<'_>> = (0..users)
            .map(|_| {
                let (grants, mutes) = &overlays[random.below(overlays.len())];
                Profile {
                    role: if random.below(50) == 0 { Role::Admin } else { Role::Member },
                    status: if random.below(20) == 0 { Status::Suspended } else { Status::Active },
                    template: Some(&templates[random.below(templates.len())]),
                    grants,
                    mutes,
                    features: &features,
                }
            })
            .collect();
        let lattice = Lattice::compile(
            &catalog,
            ids.iter().map(String::as_str).zip(profiles.iter().copied()),
        );
        let masks: Vec<Words> = ids.iter().map(|id| words_of(&lattice, id)).collect();
        let by_id = ids.iter().cloned().zip(masks.iter().copied()).collect();
        let by_name = ids.iter().map(|id| (id.clone(), names_of(&lattice, id))).collect();
        Self { ids, lattice, masks, by_id, by_name }
    }

    fn questions(&self) -> Vec<Question> {
        let catalog = self.lattice.catalog();
        let all: Vec<Permission> = catalog.permissions().collect();
        let mut random = Random(11);
        (0..QUESTIONS)
            .map(|_| {
                let position = random.below(all.len());
                Question {
                    user: u32::try_from(random.below(self.ids.len())).unwrap(),
                    permission: all[position],
                    need: bit(position),
                    name: catalog.display(all[position]).to_string(),
                }
            })
            .collect()
    }
}

fn overlay(random: &mut Random) -> (Grants, Mutes) {
    let catalog = studio::catalog();
    let mut grants = Grants::new(&catalog);
    let area = ["flows", "tools", "testing", "widgets"][random.below(4)];
    grants.set(area, Level::ALL[random.below(3)]).unwrap();
    let mut mutes = Mutes::new(&catalog);
    let leaf = ["knowledge.faqs:edit", "voice.numbers:read", "analytics.csat:edit"];
    mutes.mute(catalog.permission(leaf[random.below(3)]).unwrap()).unwrap();
    (grants, mutes)
}

fn bit(position: usize) -> Words {
    let mut words = [0; 2];
    words[position / 64] = 1 << (position % 64);
    words
}

fn words_of(lattice: &Lattice, id: &str) -> Words {
    let subject = lattice.subject(id);
    let held = lattice.catalog().permissions().enumerate();
    let held = held.filter(|(_, permission)| subject.can(*permission));
    held.fold([0; 2], |words, (position, _)| {
        let one = bit(position);
        [words[0] | one[0], words[1] | one[1]]
    })
}

fn names_of(lattice: &Lattice, id: &str) -> HashMap<String, bool> {
    let held = lattice.subject(id).permissions();
    held.iter().map(|one| (lattice.catalog().display(one).to_string(), true)).collect()
}

/// The contenders, each asked the questions one after the other.
struct Contenders<'a> {
    world: &'a World,
    questions: Vec<Question>,
    ids: Vec<&'a str>,
    raw: Vec<(u32, Words)>,
    subjects: Vec<(Subject<'a>, Permission)>,
    raw_three: Vec<(u32, Words)>,
    three: Vec<(Subject<'a>, Requirement)>,
}

impl<'a> Contenders<'a> {
    fn new(world: &'a World) -> Self {
        let questions = world.questions();
        let id = |question: &Question| world.ids[question.user as usize].as_str();
        let subject = |question: &Question| world.lattice.subject(id(question));
        let three = |position: usize| (0..3).map(move |step| (position + step * 31) % QUESTIONS);
        let need = |position: usize| {
            three(position)
                .map(|at| questions[at].need)
                .fold([0; 2], |all, one| [all[0] | one[0], all[1] | one[1]])
        };
        let names = |position: usize| {
            let names = three(position).map(|at| questions[at].name.as_str());
            world.lattice.catalog().require(names).unwrap()
        };
        Self {
            world,
            ids: questions.iter().map(id).collect(),
            raw: questions.iter().map(|one| (one.user, one.need)).collect(),
            subjects: questions.iter().map(|one| (subject(one), one.permission)).collect(),
            three: (0..QUESTIONS).map(|at| (subject(&questions[at]), names(at))).collect(),
            raw_three: (0..QUESTIONS).map(|at| (questions[at].user, need(at))).collect(),
            questions,
        }
    }

    fn raw(&self, at: usize) -> bool {
        let (user, need) = self.raw[at];
        meets(&self.world.masks[user as usize], &need)
    }

    fn can(&self, at: usize) -> bool {
        let (subject, permission) = &self.subjects[at];
        subject.can(*permission)
    }

    fn raw_three(&self, at: usize) -> bool {
        let (user, need) = self.raw_three[at];
        meets(&self.world.masks[user as usize], &need)
    }

    fn can_all(&self, at: usize) -> bool {
        let (subject, requirement) = &self.three[at];
        subject.can_all(requirement)
    }

    fn fold_hash_map(&self, at: usize) -> bool {
        let mask = self.world.by_id.get(self.ids[at]);
        mask.is_some_and(|mask| meets(mask, &self.raw[at].1))
    }

    fn allows(&self, at: usize) -> bool {
        self.world.lattice.allows(self.ids[at], self.subjects[at].1)
    }

    fn map_of_maps(&self, at: usize) -> bool {
        let held = self.world.by_name.get(self.ids[at]);
        held.and_then(|held| held.get(&self.questions[at].name)).copied().unwrap_or(false)
    }

    /// Every contender gives the same answers.
    fn compare(&self) {
        for at in 0..QUESTIONS {
            let raw = self.raw(at);
            let answers =
                [self.can(at), self.allows(at), self.fold_hash_map(at), self.map_of_maps(at)];
            assert_eq!(answers, [raw; 4], "question {at}");
            assert_eq!(self.can_all(at), self.raw_three(at), "question {at}");
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the floor that others are measured against")]
fn meets(mask: &Words, need: &Words) -> bool {
    [mask[0] & need[0], mask[1] & need[1]] == *need
}

/// How many questions are allowed, each asked on its own.
#[inline(never)]
fn overlapped(ask: impl Fn(usize) -> bool) -> usize {
    (0..QUESTIONS).map(|at| usize::from(ask(at))).sum()
}

/// The same number of questions, each picked by the answer before.
#[inline(never)]
fn dependent(ask: impl Fn(usize) -> bool) -> usize {
    (0..QUESTIONS).fold(0, |at, _| {
        let next = at + 1 + usize::from(ask(at));
        if next < QUESTIONS { next } else { next - QUESTIONS }
    })
}

/// Runs `$visit!(name, closure)` for each contender, overlapped and dependent.
macro_rules! each {
    ($contenders:expr, $visit:ident) => {
        $visit!("overlapped", "raw mask", overlapped(|at| $contenders.raw(at)));
        $visit!("overlapped", "subject.can", overlapped(|at| $contenders.can(at)));
        $visit!("overlapped", "raw mask, three", overlapped(|at| $contenders.raw_three(at)));
        $visit!("overlapped", "subject.can_all, three", overlapped(|at| $contenders.can_all(at)));
        $visit!("overlapped", "foldhash map", overlapped(|at| $contenders.fold_hash_map(at)));
        $visit!("overlapped", "lattice.allows", overlapped(|at| $contenders.allows(at)));
        $visit!("overlapped", "map of maps", overlapped(|at| $contenders.map_of_maps(at)));
        $visit!("dependent", "raw mask", dependent(|at| $contenders.raw(at)));
        $visit!("dependent", "subject.can", dependent(|at| $contenders.can(at)));
        $visit!("dependent", "raw mask, three", dependent(|at| $contenders.raw_three(at)));
        $visit!("dependent", "subject.can_all, three", dependent(|at| $contenders.can_all(at)));
        $visit!("dependent", "foldhash map", dependent(|at| $contenders.fold_hash_map(at)));
        $visit!("dependent", "lattice.allows", dependent(|at| $contenders.allows(at)));
        $visit!("dependent", "map of maps", dependent(|at| $contenders.map_of_maps(at)));
    };
}

fn criterion(criterion: &mut Criterion) {
    for users in [1_000, 100_000] {
        let world = World::new(users);
        let contenders = Contenders::new(&world);
        contenders.compare();
        let mut group = criterion.benchmark_group(format!("{users} users"));
        group.sample_size(20);
        macro_rules! bench {
            ($how:literal, $name:literal, $run:expr) => {
                group.bench_function(concat!($name, ", ", $how), |bencher| bencher.iter(|| $run));
            };
        }
        each!(contenders, bench);
        group.finish();
    }
}

fn ratios(_: &mut Criterion) {
    let rounds = if is_measured() { ROUNDS } else { 1 };
    for users in [1_000, 100_000] {
        let world = World::new(users);
        let contenders = Contenders::new(&world);
        contenders.compare();
        let mut times: Vec<(&str, &str, Vec<f64>)> = Vec::new();
        for round in 0..rounds {
            let mut contender = 0;
            macro_rules! time {
                ($how:literal, $name:literal, $run:expr) => {
                    let start = Instant::now();
                    black_box($run);
                    let nanos = start.elapsed().as_secs_f64() * 1e9 / EACH;
                    if round == 0 {
                        times.push(($how, $name, vec![]));
                    }
                    times[contender].2.push(nanos);
                    contender += 1;
                };
            }
            each!(contenders, time);
            black_box(contender);
        }
        print(users, &world, &mut times);
    }
}

fn print(users: usize, world: &World, times: &mut [(&str, &str, Vec<f64>)]) {
    println!("\n{users} users, {} distinct profiles", world.lattice.distinct_profiles());
    println!("{:12} {:24} {:>10} {:>24}", "", "", "ns a check", "ratio");
    let medians: Vec<f64> = times.iter_mut().map(|(_, _, times)| median(times)).collect();
    for (position, (how, name, _)) in times.iter().enumerate() {
        let floor = match *name {
            "subject.can" | "map of maps" => Some("raw mask"),
            "subject.can_all, three" => Some("raw mask, three"),
            "lattice.allows" => Some("foldhash map"),
            _ => None,
        };
        let floor = floor.and_then(|floor| {
            let at = times.iter().position(|(other, name, _)| other == how && *name == floor)?;
            Some(format!("{:.2} x {floor}", medians[position] / medians[at]))
        });
        println!("{how:12} {name:24} {:10.2} {:>24}", medians[position], floor.unwrap_or_default());
    }
}

criterion_group!(benches, criterion, ratios);
criterion_main!(benches);
