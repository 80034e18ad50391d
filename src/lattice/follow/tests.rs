//! Rows that are kept, shared and used again.

#![expect(clippy::unwrap_used, reason = "tests")]

use alloc::vec::Vec;

use crate::features::Features;
use crate::grants::Grants;
use crate::lattice::Lattice;
use crate::lattice::compile::{Numbers, profile_of};
use crate::level::Level;
use crate::mutes::Mutes;
use crate::presets::studio;
use crate::profile::Profile;
use crate::role::{Role, Status};

/// The numbers of a lattice are those of its profiles; the rows that are nobody's are free, except
/// the one that stands for nobody.
#[test]
fn numbers_are_read_off_a_lattice() {
    let catalog = studio::catalog();
    let (features, mutes) = (Features::new(&catalog), Mutes::new(&catalog));
    let grants = ["tools", "flows", "widgets"].map(|area| {
        let mut grants = Grants::new(&catalog);
        grants.set(area, Level::Read).unwrap();
        grants
    });
    let profiles = grants.each_ref().map(|grants| Profile {
        role: Role::Member,
        status: Status::Active,
        template: None,
        grants,
        mutes: &mutes,
        features: &features,
    });
    let [tools, flows, widgets] = &profiles;
    let users = [("ana", *tools), ("ben", *flows), ("cleo", *tools)];
    let mut lattice = Lattice::compile(&catalog, users);
    let rows = |lattice: &Lattice| lattice.rows.iter().count();
    let known = |numbers: &Numbers| {
        let mut known: Vec<u32> = numbers.known.values().flatten().copied().collect();
        known.sort_unstable();
        known
    };
    let mut numbers = Numbers::of(&lattice);
    assert_eq!(
        (rows(&lattice), known(&numbers), &*numbers.free),
        (3, [1, 2].into(), [].as_slice())
    );

    lattice.put_all(&mut numbers, [("ben", None)]);
    let mut again = Numbers::of(&lattice);
    assert_eq!((known(&again), &*again.free), ([1].into(), [2].as_slice()));
    assert_eq!((known(&numbers), &numbers.free), (known(&again), &again.free));

    // A profile that has a row is found, and a new one gets the free row.
    lattice.put_all(&mut again, [("dan", Some(*tools)), ("eve", Some(*widgets))]);
    assert_eq!((rows(&lattice), known(&again), &*again.free), (3, [1, 2].into(), [].as_slice()));
    assert_eq!((lattice.rows.users(1), lattice.rows.users(2)), (3, 1));
    assert_eq!(profile_of(&lattice.rows, 2).as_ref(), Some(widgets));
}
