//! Rows against a map by number.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Holder, NOBODY, OWNERS, PIECE, Rows, StoredProfile};
use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::features::Features;
use crate::level::Level;
use crate::presets::studio;
use crate::profile::Holding;
use crate::role::Role;

/// What a row should be: its words, whose it is, and how many users have it.
type Row = (Vec<u64>, usize, usize);

fn number_of(at: usize) -> u32 {
    u32::try_from(at).unwrap()
}

/// Rows and their model at once, compared at every step.
#[derive(Clone)]
struct Both {
    rows: Rows,
    model: BTreeMap<u32, Row>,
}

/// Nobody, and everybody whose grants differ.
const HOLDERS: usize = 9;

fn holder(number: usize) -> Holder {
    let catalog = studio::catalog();
    if number == 0 {
        return Holder::default();
    }
    let mut holding = Holding::invited(Role::Member, &catalog);
    for (area, digit) in [("flows", 1), ("tools", 3)] {
        let level = [Level::None, Level::Read, Level::Edit][number / digit % 3];
        holding.grants.set(area, level).unwrap();
    }
    let features = Features::new(&catalog);
    Holder { profile: Some(StoredProfile::new(&holding.profile(None, &features))) }
}

/// Some bits of the catalog, none of them for nobody.
fn bits(catalog: &Catalog, random: usize) -> Bits {
    let all = (0..).take(catalog.tree().len());
    all.filter(|bit| random >> (bit % 61) & 1 == 1).collect()
}

impl Both {
    fn new(catalog: &Catalog) -> Self {
        let nobody = (Bits::EMPTY.to_words(catalog.tree().words()), 0, 0);
        Self { rows: Rows::new(catalog), model: BTreeMap::from([(NOBODY, nobody)]) }
    }

    fn push(&mut self, of: usize, allowed: &Bits) {
        let number = self.rows.push(holder(of).into(), allowed);
        let row = (allowed.to_words(self.rows.width), of, 0);
        assert_eq!(self.model.insert(number, row), None, "{number}");
    }

    fn set(&mut self, number: u32, of: usize, allowed: &Bits) {
        self.rows.set(number, holder(of).into(), allowed);
        let Some(row) = self.model.get_mut(&number) else { return };
        (row.0, row.1) = (allowed.to_words(self.rows.width), of);
    }

    fn count(&mut self, number: u32, change: isize) {
        self.rows.count(number, change);
        let Some(row) = self.model.get_mut(&number) else { return };
        row.2 = row.2.saturating_add_signed(change);
    }

    #[track_caller]
    fn check(&self, number: u32) {
        let profile = |holder: &Holder| holder.profile().map(|profile| profile.grants.clone());
        let found = self.rows.holder(number).map(|own| {
            let row = self.rows.get(number).to_vec();
            (row, profile(own), self.rows.users(number))
        });
        let wanted = self.model.get(&number);
        let wanted = wanted.map(|(row, of, users)| (row.clone(), profile(&holder(*of)), *users));
        assert_eq!(found, wanted, "{number}");
    }

    #[track_caller]
    fn check_all(&self) {
        let rows = self.rows.iter().map(|(row, _, users)| (row.to_vec(), users));
        let wanted = self.model.values().map(|(row, _, users)| (row.clone(), *users));
        assert!(rows.eq(wanted));
        self.model.keys().step_by(17).for_each(|number| self.check(*number));
    }
}

#[test]
fn rows_are_what_a_map_is() {
    let catalog = studio::catalog();
    let mut both = Both::new(&catalog);
    let mut copies = Vec::new();
    let mut random = 1_usize;
    for step in 0..5 * PIECE / 2 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
        let (of, number) = ((random >> 33) % HOLDERS, (random >> 40) % (both.model.len() + 1));
        let (number, allowed) = (number_of(number), bits(&catalog, random));
        match random >> 50 & 3 {
            0 => both.set(number, of, &allowed),
            1 => both.count(number, [-1, 1, 2][random >> 52 & 1]),
            _ => both.push(of, &allowed),
        }
        both.check(number);
        if step % 700 == 0 {
            copies.push(both.clone());
        }
    }
    assert!(both.model.len() > PIECE + 2 * OWNERS, "{}", both.model.len());
    both.check_all();
    copies.iter().for_each(Both::check_all);
}

/// Where there is no row there is no bit, no holder and no user, and writing changes no other row.
#[test]
fn a_number_without_a_row_is_nobody() {
    let catalog = studio::catalog();
    let mut both = Both::new(&catalog);
    for number in [1, 3, 4, 1_023, 1_024, u32::MAX] {
        assert!(both.rows.get(number).iter().all(|word| *word == 0), "{number}");
        both.count(number, 1);
        both.check(number);
    }
    both.set(u32::MAX, 1, &bits(&catalog, usize::MAX));
    both.check_all();
}

/// A copy in which one row changes shares the words of all other pieces, and the owners.
#[test]
fn a_copy_shares_what_did_not_change() {
    let catalog = studio::catalog();
    let mut rows = Rows::new(&catalog);
    for number in 1..3 * PIECE {
        rows.push(Arc::default(), &bits(&catalog, number));
    }
    let mut copy = rows.clone();
    copy.set(number_of(PIECE) + 1, Arc::default(), &Bits::EMPTY);
    let shared = |at| {
        let pieces = [&rows, &copy].map(|rows| rows.piece(at).unwrap_or_default());
        core::ptr::eq(pieces[0], pieces[1])
    };
    assert_eq!([0, 1, 2].map(shared), [true, false, true]);
    let shared = rows.owners.iter().zip(&copy.owners).filter(|(one, two)| Arc::ptr_eq(one, two));
    assert_eq!(shared.count(), rows.owners.len() - 1);
}
