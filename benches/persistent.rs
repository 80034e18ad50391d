//! What persistent accounts cost: copying one, changing a copy, and keeping it in memory.
//!
//! ```sh
//! cargo bench --bench persistent          # all tables
//! cargo bench --bench persistent accounts # or `agencies`, or `maps`
//! ```
//!
//! The first table measures accounts, through their public methods. The second keeps the same users
//! in three ways: in the registry that accounts use, and in the maps of `rpds` and of `imbl`.
//! There, a user is looked up by order of creation, by id and by email address, and ids and
//! addresses are behind an `Arc` that the maps share.
//!
//! Times are medians of many batches and include dropping the copy. Users are spread over the whole
//! account, so that a large one pays for memory that is not cached. Bytes are those requested from
//! the allocator and not yet freed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    dead_code,
    unused_imports,
    reason = "a benchmark, which uses a part of the registry alone"
)]

extern crate alloc;

#[path = "support/bytes.rs"]
mod bytes;
mod support;

mod seed {
    pub(crate) use foldhash::fast::RandomState as Seed;
}

/// What accounts are made of; it is not public.
#[path = "../src"]
mod own {
    pub(crate) mod pieces;
    pub(crate) mod registry;
}

use core::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use allocation_counter::{AllocationInfo, measure};
use bailiwick::agency::AgencyCommand;
use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Command, Grants, Level};
use foldhash::fast::RandomState;

use bytes::measured;
use own::pieces;
use own::registry::{Index, Named, Registry};
use support::{NOW, TEMPLATES, id, is_measured, median, member, sub, templates};

/// The users of each subaccount.
const MEMBERS: usize = 10;
/// What is timed at once, and how often.
const BATCH: usize = 16;
const ROUNDS: usize = 201;
/// No grants that users start with set it.
const AREA: &str = "real_time_config";
fn email(user: usize, host: &str) -> String {
    format!("user-{user:08}@{host}.example")
}

/// Six different holdings: two templates and three grants of one's own.
fn people(user: usize) -> [Command; 2] {
    let mut grants = Grants::new(&studio::catalog());
    match user / 2 % 3 {
        0 => {}
        1 => grants.set("testing", Level::Edit).unwrap(),
        _ => grants.set("widgets", Level::Read).unwrap(),
    }
    member(user, TEMPLATES[user % 2], grants)
}

fn setup(users: usize) -> impl Iterator<Item = Command> {
    templates().take(2).chain((0..users).flat_map(people))
}

fn account(users: usize) -> Account {
    support::account(setup(users))
}

fn counted<T>(run: impl FnOnce() -> T) -> AllocationInfo {
    let mut result = None;
    let counted = measure(|| result = Some(run()));
    drop(result);
    counted
}

/// The users of a batch: a stride that is prime to their number visits all of them.
fn spread(batch: usize, users: usize) -> impl Iterator<Item = usize> {
    (0..BATCH).map(move |at| ((batch * BATCH + at) * 7_919) % users)
}

/// The median time of one run, in µs; what it is about is made before.
fn timed<T, U>(users: usize, make: impl Fn(usize) -> T, run: impl Fn(&T) -> U) -> f64 {
    let times = (0..ROUNDS).map(|batch| {
        let subjects: Vec<T> = spread(batch, users).map(&make).collect();
        let start = Instant::now();
        for subject in &subjects {
            drop(black_box(run(subject)));
        }
        start.elapsed().as_secs_f64() * 1e6 / BATCH as f64
    });
    median(&mut times.collect::<Vec<f64>>())
}

/// How often one change allocates and how many bytes, medians; the state before it is held.
fn allocated<T, U>(users: usize, make: impl Fn(usize) -> T, run: impl Fn(&T) -> U) -> (f64, f64) {
    let subjects = (0..8).flat_map(|batch| spread(batch, users)).map(make);
    let all: Vec<AllocationInfo> = subjects.map(|subject| counted(|| run(&subject))).collect();
    let median_of = |value: fn(&AllocationInfo) -> f64| {
        median(&mut all.iter().map(value).collect::<Vec<f64>>())
    };
    (median_of(|one| one.count_total as f64), median_of(|one| one.bytes_total as f64))
}

/// A column of a table: a heading, and its figures by name.
struct Column {
    name: String,
    figures: Vec<(&'static str, f64)>,
}

fn print(title: &str, columns: &[Column]) {
    println!("\n| {title} | {} |", join(columns, |one| one.name.clone()));
    println!("|---|{}", "---:|".repeat(columns.len()));
    for (row, (name, _)) in
        columns.first().map(|one| &one.figures).into_iter().flatten().enumerate()
    {
        let figure = |column: &Column| {
            let (_, value) = column.figures.get(row).copied().unwrap_or_default();
            if value < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") }
        };
        println!("| {name} | {} |", join(columns, figure));
    }
}

fn join(columns: &[Column], shown: impl Fn(&Column) -> String) -> String {
    columns.iter().map(shown).collect::<Vec<_>>().join(" | ")
}

fn of_account(users: usize) -> Column {
    let (account, bytes) = measured(|| account(users));
    let command = |user: usize| Command::set_area(id(user), AREA, Level::Read);
    let change_email = |user: usize| Command::change_email(id(user), email(user, "other"));
    let copied = timed(users, |_| (), |()| account.clone());
    let decided = |command: &Command| {
        account.decide(&Actor::Host, command, NOW).unwrap().into_change().unwrap()
    };
    let changed = |command: &Command| {
        let mut copy = account.clone();
        let change = copy.decide(&Actor::Host, command, NOW).unwrap().into_change().unwrap();
        copy.apply(&change).unwrap();
        copy
    };
    let executed = |command: &Command| {
        let mut copy = account.clone();
        drop(copy.execute(&Actor::Host, command.clone(), NOW).unwrap());
        copy
    };
    let written = |user: usize| decided(&command(user));
    let applied = |change: &bailiwick::Change| {
        let mut copy = account.clone();
        copy.apply(change).unwrap();
        copy
    };
    let (count, total) = allocated(users, command, executed);
    let (apply_count, apply_total) = allocated(users, written, applied);
    Column {
        name: format!("{users} users"),
        figures: vec![
            ("bytes a user", bytes / users as f64),
            ("bytes in all", bytes),
            ("clone, µs", copied),
            ("clone and one command (a level), µs", timed(users, command, executed)),
            ("clone, decide and apply, µs", timed(users, command, changed)),
            ("clone and apply, µs", timed(users, written, applied)),
            ("the digest of a change, µs", timed(users, written, bailiwick::Change::digest)),
            ("clone and one command (an email address), µs", timed(users, change_email, executed)),
            ("allocations of one command", count),
            ("bytes allocated by one command", total),
            ("allocations of applying", apply_count),
            ("bytes allocated by applying", apply_total),
        ],
    }
}

fn of_agency(subaccounts: usize) -> Column {
    let (agency, bytes) =
        measured(|| support::agency(subaccounts, &setup(MEMBERS).collect::<Vec<_>>()));
    let command = |at: usize| {
        AgencyCommand::within(sub(at), Command::set_area(id(at % MEMBERS), AREA, Level::Read))
    };
    let copied = timed(subaccounts, |_| (), |()| agency.clone());
    let executed = |command: &AgencyCommand| {
        let mut copy = agency.clone();
        drop(copy.execute(&Actor::Host, command.clone(), NOW).unwrap());
        copy
    };
    let (count, total) = allocated(subaccounts, command, executed);
    Column {
        name: format!("{subaccounts} x {MEMBERS}"),
        figures: vec![
            ("bytes a subaccount", bytes / subaccounts as f64),
            ("clone, µs", copied),
            ("clone and one command (a level), µs", timed(subaccounts, command, executed)),
            ("allocations of one command", count),
            ("bytes allocated by one command", total),
        ],
    }
}

/// A user of the second table.
#[derive(Debug, Clone)]
struct Record {
    id: Arc<str>,
    email: Arc<str>,
    signed_in: u64,
}

impl Record {
    fn new(user: usize) -> Self {
        Self { id: id(user).into(), email: email(user, "acme").into(), signed_in: 0 }
    }
}

impl Named for Record {
    fn name(&self) -> &str {
        &self.id
    }
}

/// Users in order of creation, found by id and by email address.
trait Users: Clone + Default {
    fn by_id(&self, id: &str) -> Option<&Arc<Record>>;
    fn by_email(&self, email: &str) -> Option<&Arc<Record>>;
    /// Adds a user, or replaces the one with the same id.
    fn put(&mut self, user: Arc<Record>);
    fn list(&self) -> impl Iterator<Item = &Arc<Record>>;
}

#[derive(Clone, Default)]
struct Ours {
    users: Registry<Arc<Record>>,
    emails: Index,
}

impl Users for Ours {
    fn by_id(&self, id: &str) -> Option<&Arc<Record>> {
        self.users.get(id)
    }

    fn by_email(&self, email: &str) -> Option<&Arc<Record>> {
        let has = |user: &&Arc<Record>| *user.email == *email;
        self.emails.find(email, |place| self.users.at(place).filter(has)).map(|(_, user)| user)
    }

    fn put(&mut self, user: Arc<Record>) {
        let found = self.users.find(&user.id);
        let former = found.map(|(_, former)| Arc::clone(&former.email));
        let email = Arc::clone(&user.email);
        let place = match found.map(|(place, _)| place) {
            Some(place) => self.users.replace(place, user),
            None => self.users.add(user),
        };
        if former.as_ref() != Some(&email) {
            former.inspect(|former| self.emails.remove(former, place));
            self.emails.insert(&email, place);
        }
    }

    fn list(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.users.values()
    }
}

macro_rules! maps {
    ($name:ident: $order:ty, $look_up:ty; $insert:ident, $remove:ident, $last:expr) => {
        #[derive(Clone)]
        struct $name {
            users: $order,
            ids: $look_up,
            emails: $look_up,
        }

        impl Users for $name {
            fn by_id(&self, id: &str) -> Option<&Arc<Record>> {
                self.users.get(self.ids.get(id)?)
            }

            fn by_email(&self, email: &str) -> Option<&Arc<Record>> {
                self.users.get(self.emails.get(email)?)
            }

            fn put(&mut self, user: Arc<Record>) {
                let place = self.ids.get(&user.id).copied();
                let former = place.and_then(|place| self.users.get(&place));
                let former = former.map(|former| Arc::clone(&former.email));
                let place = place.unwrap_or_else(|| $last(&self.users).map_or(0, |last| last + 1));
                if former.is_none() {
                    self.ids.$insert(Arc::clone(&user.id), place);
                }
                if former.as_ref() != Some(&user.email) {
                    if let Some(former) = former {
                        self.emails.$remove(&former);
                    }
                    self.emails.$insert(Arc::clone(&user.email), place);
                }
                self.users.$insert(place, user);
            }

            fn list(&self) -> impl Iterator<Item = &Arc<Record>> {
                self.users.values()
            }
        }
    };
}

type RpdsOrder = rpds::RedBlackTreeMapSync<u32, Arc<Record>>;
type RpdsLookUp = rpds::HashTrieMapSync<Arc<str>, u32, RandomState>;
type ImblOrder = imbl::OrdMap<u32, Arc<Record>>;
type ImblLookUp =
    imbl::GenericHashMap<Arc<str>, u32, RandomState, imbl::shared_ptr::DefaultSharedPtr>;

maps!(Rpds: RpdsOrder, RpdsLookUp; insert_mut, remove_mut,
    |users: &RpdsOrder| users.last().map(|(last, _)| *last));
maps!(Imbl: ImblOrder, ImblLookUp; insert, remove,
    |users: &ImblOrder| users.get_max().map(|(last, _)| *last));

impl Default for Rpds {
    fn default() -> Self {
        let look_up = || RpdsLookUp::new_with_hasher_and_ptr_kind(RandomState::default());
        Self { users: RpdsOrder::new_sync(), ids: look_up(), emails: look_up() }
    }
}

impl Default for Imbl {
    fn default() -> Self {
        let look_up = || ImblLookUp::with_hasher(RandomState::default());
        Self { users: ImblOrder::new(), ids: look_up(), emails: look_up() }
    }
}

fn of_users<U: Users>(name: &str, size: usize) -> Column {
    let records: Vec<Arc<Record>> = (0..size).map(|user| Arc::new(Record::new(user))).collect();
    let (users, bytes) = measured(|| {
        let mut users = U::default();
        for record in &records {
            // As commands do: the state before is held until the next one is there.
            let mut next = users.clone();
            next.put(Arc::clone(record));
            users = next;
        }
        users
    });
    assert!(users.list().zip(&records).all(|(one, two)| Arc::ptr_eq(one, two)));
    let record = |user: usize| Arc::clone(users.by_id(&id(user)).unwrap());
    let signed_in = |user: usize| Arc::new(Record { signed_in: 1, ..Record::clone(&record(user)) });
    let moved = |user: usize| {
        Arc::new(Record { email: email(user, "other").into(), ..Record::clone(&record(user)) })
    };
    let put = |user: &Arc<Record>| {
        let mut copy = users.clone();
        copy.put(Arc::clone(user));
        copy
    };
    let fresh = |user: usize| Arc::new(Record::new(size + user));
    let (count, total) = allocated(size, signed_in, put);
    let (email_count, email_total) = allocated(size, moved, put);
    let listed = (0..11).map(|_| {
        let start = Instant::now();
        black_box(users.list().map(|user| user.signed_in).sum::<u64>());
        start.elapsed().as_secs_f64() * 1e9 / size as f64
    });
    Column {
        name: format!("{name}, {size}"),
        figures: vec![
            ("bytes a user beside the user", bytes / size as f64),
            ("clone, µs", timed(size, |_| (), |()| users.clone())),
            ("look-up by id, µs", timed(size, id, |id| users.by_id(id).is_some())),
            (
                "look-up by email address, µs",
                timed(size, |user| email(user, "acme"), |email| users.by_email(email).is_some()),
            ),
            ("clone and replace a user, µs", timed(size, signed_in, put)),
            ("clone and change an address, µs", timed(size, moved, put)),
            ("clone and add a user, µs", timed(size, fresh, put)),
            ("list, ns a user", median(&mut listed.collect::<Vec<f64>>())),
            ("allocations of replacing", count),
            ("bytes allocated by replacing", total),
            ("allocations of another address", email_count),
            ("bytes allocated by another address", email_total),
        ],
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&String> = arguments.iter().filter(|one| !one.starts_with('-')).collect();
    let is_asked = |part: &str| parts.is_empty() || parts.iter().any(|one| *one == part);
    let (sizes, subaccounts): (&[usize], usize) =
        if is_measured() { (&[10, 1_000, 100_000, 1_000_000], 100_000) } else { (&[10, 100], 20) };
    // What is made at its first use is charged to nobody.
    drop(account(MEMBERS));
    if is_asked("accounts") {
        let columns: Vec<Column> = sizes.iter().map(|users| of_account(*users)).collect();
        print("an account", &columns);
    }
    if is_asked("agencies") {
        print("an agency", &[of_agency(subaccounts)]);
    }
    if is_asked("maps") {
        for size in sizes {
            let columns = [
                of_users::<Ours>("ours", *size),
                of_users::<Rpds>("rpds", *size),
                of_users::<Imbl>("imbl", *size),
            ];
            print("the same users", &columns);
        }
    }
}
