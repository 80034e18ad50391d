//! 10,000 accounts of 20 users with 10 changes each: all loaded in advance, or each when it is
//! first asked for.
//!
//! ```sh
//! cargo bench --bench residents
//! ```
//!
//! The store holds a snapshot and the changes after it, both as text, as a host's store would.
//! Loading reads and replays them, compiles and publishes. *Eager*: all accounts, and room for all.
//! *Lazy*: room for 1,000, and 100,000 requests, nine in ten of which go to every hundredth
//! account. Bytes are those requested from the allocator and not yet freed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark"
)]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::hint::black_box;

use allocation_counter::measure;
use bailiwick::document::Document;
use bailiwick::presets::studio::{self, knowledge};
use bailiwick::residents::Residents;
use bailiwick::{Account, Actor, Change, Command, Grants, Level};

use support::{NOW, Random, id, is_measured, member, micros, sub};

const USERS: usize = 20;
const CHANGES: usize = 10;
const REQUESTS: usize = 100_000;

/// What a store holds of one account.
struct Stored {
    id: String,
    snapshot: String,
    changes: Vec<String>,
}

impl Stored {
    fn new(number: usize) -> Self {
        let account_id = sub(number);
        let mut account = Account::new(account_id.parse().unwrap(), studio::catalog());
        let none = Grants::new(&studio::catalog());
        let grants = studio::templates::READ_ONLY_REVIEWER.grants();
        run(&mut account, Command::create_template("t", "Reviewer", grants));
        for command in (0..USERS).flat_map(|user| member(user, "t", none.clone())) {
            run(&mut account, command);
        }
        let snapshot = serde_json::to_string(&account).unwrap();
        let changes = (0..CHANGES).map(|place| {
            let user = id((number + place * 7) % USERS);
            let level = if place.is_multiple_of(2) { Level::Edit } else { Level::Read };
            run(&mut account, Command::set_area(&user, "tools", level))
        });
        Self { id: account_id, snapshot, changes: changes.collect() }
    }

    fn load(&self) -> serde_json::Result<Account> {
        let document: Document = serde_json::from_str(&self.snapshot)?;
        let mut account = Account::from_document(&document, &[studio::catalog()]).unwrap();
        for change in &self.changes {
            let document: Document = serde_json::from_str(change)?;
            let change = Change::from_document(&document, account.catalog()).unwrap();
            account.apply(&change).unwrap();
        }
        Ok(account)
    }
}

/// Gives a command, and returns its change as text.
fn run(account: &mut Account, command: impl Into<Command>) -> String {
    let change = account.execute(&Actor::Host, command, NOW).unwrap().into_change().unwrap();
    serde_json::to_string(&change).unwrap()
}

fn ask(residents: &Residents, stored: &Stored, user: &str) -> bool {
    let live = residents.get_or_load(&stored.id, || stored.load()).unwrap();
    live.view().allows(user, knowledge::FAQS.read())
}

fn main() {
    let (accounts, requests) = if is_measured() { (10_000, REQUESTS) } else { (100, 200) };
    let store: Vec<Stored> = (0..accounts).map(Stored::new).collect();
    let text =
        |one: &Stored| one.snapshot.len() + one.changes.iter().map(String::len).sum::<usize>();
    println!("{accounts} accounts, {} bytes of text each", text(&store[0]));

    let eager = Residents::new(accounts);
    report("eager: load all", accounts, &eager, || {
        for one in &store {
            assert!(ask(&eager, one, "user-00000001"));
        }
    });
    report("eager: ask", requests, &eager, || requested(&store, requests, &eager));
    let lazy = Residents::new(accounts / 10);
    report("lazy: ask, loading", requests, &lazy, || requested(&store, requests, &lazy));
}

fn requested(store: &[Stored], requests: usize, residents: &Residents) {
    let mut random = Random(7);
    for _ in 0..requests {
        let number = random.below(usize::MAX);
        let is_often = !number.is_multiple_of(10);
        let at = number / 10 % store.len();
        let at = if is_often { at / 100 * 100 } else { at };
        black_box(ask(residents, &store[at], "user-00000003"));
    }
}

fn report(what: &str, times: usize, residents: &Residents, run: impl FnOnce()) {
    let mut counted = None;
    let micros = micros(|| counted = Some(measure(run)));
    let counted = counted.unwrap();
    let kilobytes = counted.bytes_current as f64 / 1e3 / residents.len() as f64;
    println!(
        "{what:20} {:9.2} ms, {:8.2} µs each; {:6} here, {kilobytes:7.2} KB more for each",
        micros / 1e3,
        micros / times as f64,
        residents.len(),
    );
}
