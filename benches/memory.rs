//! How much memory compiled users take, and how much a published change takes.
//!
//! ```sh
//! cargo bench --bench memory
//! ```
//!
//! Bytes are those requested from the allocator and not yet freed. Users are spread over the four
//! templates of the studio and eight sets of own grants. Plain maps of the same ids are measured
//! for comparison.

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

use core::hint::black_box;
use std::collections::HashMap;

use bailiwick::agency::AgencyCommand;
use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Command, Grants, Level, Live};
use foldhash::fast::RandomState;

use bytes::measured;
use support::{NOW, TEMPLATES, id, is_measured, member, sub, templates};

/// The users of each small account.
const MEMBERS: usize = 10;
/// Users whose changes are published.
const CHANGED: usize = 101;
/// No preset sets it, and none of the grants that users start with.
const LEAF: &str = "real_time_config";
type Ids = HashMap<Box<str>, u32, RandomState>;

fn overlay(number: usize) -> Grants {
    let mut grants = Grants::new(&studio::catalog());
    for (bit, area) in ["testing", "widgets", "flows"].into_iter().enumerate() {
        if number >> bit & 1 == 1 {
            grants.set(area, Level::Edit).unwrap();
        }
    }
    grants
}

fn people(user: usize) -> [Command; 2] {
    member(user, TEMPLATES[user % 4], overlay(user / 4 % 8))
}

fn map(account: &Account) -> Ids {
    let users = account.users().zip(0..);
    users.map(|(user, number)| (Box::from(user.id().as_str()), number)).collect()
}

/// The median and the most bytes that changes add while the views before them are held, and the
/// median of the same changes without publishing.
fn held(mut changes: Vec<[f64; 2]>) -> [f64; 3] {
    changes.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let (middle, most) = (changes[changes.len() / 2][0], changes[changes.len() - 1][0]);
    changes.sort_by(|one, other| one[1].total_cmp(&other[1]));
    [middle, most, changes[changes.len() / 2][1]]
}

/// What is measured of one account, or of each of many small ones.
struct Column {
    name: String,
    ids: f64,
    lattice: f64,
    /// What publishing keeps beside the lattice, and the account itself.
    live: f64,
    account: f64,
    per: f64,
    held: [f64; 3],
}

fn one_account(users: usize) -> Column {
    let (mut plain, own) =
        measured(|| support::account(templates().chain((0..users).flat_map(people))));
    let (ids, ids_bytes) = measured(|| map(&plain));
    assert_eq!(ids.len(), users);
    drop(ids);
    let (lattice, lattice_bytes) = measured(|| plain.compile());
    assert_eq!(lattice.len(), users);
    drop(lattice);
    let copy = plain.clone();
    let (live, live_bytes) = measured(|| Live::new(copy));
    let mut changes = Vec::new();
    for change in 0..CHANGED {
        let command = Command::set_area(id((change + 1) * 7_919 % users), LEAF, Level::Read);
        let same = command.clone();
        let view = live.view();
        let ((), published) = measured(|| drop(live.execute(&Actor::Host, command, NOW).unwrap()));
        drop(black_box(view));
        let ((), written) = measured(|| drop(plain.execute(&Actor::Host, same, NOW).unwrap()));
        changes.push([published, written]);
    }
    Column {
        name: format!("{users} users"),
        ids: ids_bytes,
        lattice: lattice_bytes,
        live: live_bytes - lattice_bytes,
        account: own,
        per: users as f64,
        held: held(changes),
    }
}

fn many_accounts(subaccounts: usize) -> Column {
    let people = Command::batch(templates().chain((0..MEMBERS).flat_map(people)));
    let (mut plain, own) =
        measured(|| support::agency(subaccounts, core::slice::from_ref(&people)));
    let (maps, ids_bytes) = measured(|| plain.subaccounts().map(map).collect::<Vec<_>>());
    drop(maps);
    let (lattices, lattice_bytes) =
        measured(|| plain.subaccounts().map(Account::compile).collect::<Vec<_>>());
    drop(lattices);
    let copy = plain.clone();
    let (live, live_bytes) = measured(|| Live::new(copy));
    let mut changes = Vec::new();
    for change in 0..CHANGED {
        // The second change of a subaccount: the first makes an index that stays.
        let sub = sub((change + 1) * 7_919 % subaccounts);
        for level in [Level::Edit, Level::Read] {
            let command = Command::set_area(id(change % MEMBERS), LEAF, level);
            let command = AgencyCommand::within(&sub, command);
            let same = command.clone();
            let view = live.view();
            let ((), published) =
                measured(|| drop(live.execute(&Actor::Host, command, NOW).unwrap()));
            drop(black_box(view));
            let ((), written) = measured(|| drop(plain.execute(&Actor::Host, same, NOW).unwrap()));
            if level == Level::Read {
                changes.push([published, written]);
            }
        }
    }
    Column {
        name: format!("{subaccounts} x {MEMBERS}"),
        ids: ids_bytes,
        lattice: lattice_bytes,
        live: live_bytes - lattice_bytes,
        account: own,
        per: subaccounts as f64,
        held: held(changes),
    }
}

fn print(name: &str, columns: &[Column], value: impl Fn(&Column) -> f64) {
    print!("  {name:58}");
    for column in columns {
        print!("{:16.2}", value(column));
    }
    println!();
}

fn main() {
    let (sizes, subaccounts): (&[usize], usize) =
        if is_measured() { (&[1_000, 100_000, 1_000_000], 100_000) } else { (&[20, 50], 20) };
    let mut columns: Vec<Column> = sizes.iter().map(|users| one_account(*users)).collect();
    columns.push(many_accounts(subaccounts));
    print!("\n{:60}", "bytes a user; bytes an account in the last column");
    for column in &columns {
        print!("{:>16}", column.name);
    }
    println!();
    print("a foldhash HashMap<Box<str>, u32> of the ids", &columns, |one| one.ids / one.per);
    print("the lattice", &columns, |one| one.lattice / one.per);
    print("  more than the map", &columns, |one| (one.lattice - one.ids) / one.per);
    print("  x the map", &columns, |one| one.lattice / one.ids);
    print("what publishing keeps besides", &columns, |one| one.live / one.per);
    print("the account itself", &columns, |one| one.account / one.per);
    println!("bytes in all");
    print("the lattice", &columns, |one| one.lattice);
    println!("bytes that one user's change adds while the view before it is held");
    print("published, median", &columns, |one| one.held[0]);
    print("published, most", &columns, |one| one.held[1]);
    print("not published, median", &columns, |one| one.held[2]);
}
