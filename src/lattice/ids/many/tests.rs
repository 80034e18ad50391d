//! Many against a map that is in order by itself.

#![expect(clippy::indexing_slicing, reason = "tests")]

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{MAX_PAGES, Many, SHARD};
use crate::seed::Seed;
use crate::shards::shard_of;

/// What ids should be: in order of creation, and by text.
#[derive(Default)]
struct Model {
    by_id: BTreeMap<String, (u64, u32)>,
    in_order: BTreeMap<u64, String>,
    next: u64,
}

impl Model {
    fn insert(&mut self, id: &str, number: u32) -> Option<u32> {
        if let Some((_, former)) = self.by_id.get_mut(id) {
            return Some(core::mem::replace(former, number));
        }
        self.next += 1;
        self.by_id.insert(id.into(), (self.next, number));
        self.in_order.insert(self.next, id.into());
        None
    }

    fn remove(&mut self, id: &str) -> Option<u32> {
        let (at, number) = self.by_id.remove(id)?;
        self.in_order.remove(&at);
        Some(number)
    }
}

/// Both at once, compared at every step.
struct Both<const PAGES: usize = MAX_PAGES> {
    ids: Many<PAGES>,
    model: Model,
}

impl<const PAGES: usize> Both<PAGES> {
    fn new(seed: Seed) -> Self {
        Self { ids: Many { seed, ..Many::default() }, model: Model::default() }
    }

    #[track_caller]
    fn insert(&mut self, id: &str, number: u32) {
        assert_eq!(self.ids.insert(id, number), self.model.insert(id, number), "{id}");
    }

    #[track_caller]
    fn remove(&mut self, id: &str) {
        assert_eq!(self.ids.remove(id), self.model.remove(id), "{id}");
        assert_eq!(self.ids.find(id), None, "{id}");
    }

    /// Compares all of it, and looks at what the structure promises about itself.
    #[track_caller]
    fn check(&self) {
        assert_eq!(self.ids.len(), self.model.by_id.len());
        let in_order = self.model.in_order.values();
        let expected: Vec<_> = in_order.map(|id| (id.as_str(), self.model.by_id[id].1)).collect();
        assert_eq!(self.ids.iter().collect::<Vec<_>>(), expected);
        for (id, number) in expected {
            assert_eq!(self.ids.find(id), Some(number), "{id}");
        }
        for level in self.ids.levels() {
            let pages = || level.order.iter().map(|page| &level.pages[usize::from(*page)]);
            let thin: Vec<bool> = pages().map(|page| page.is_thin()).collect();
            assert!(thin.windows(2).all(|two| two != [true, true]), "{thin:?}");
            assert!(pages().all(|page| page.used * 4 > page.text.len()));
            assert_eq!(level.order.len() + level.free.len(), level.pages.len());
            assert_eq!(level.shards.iter().map(|shard| shard.len()).sum::<usize>(), level.len);
            assert_eq!(pages().map(|page| page.numbers.len()).sum::<usize>(), level.len);
            assert!(level.pages.len() <= PAGES);
        }
    }
}

impl<const PAGES: usize> Many<PAGES> {
    fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.entries().map(|one| (one.id(), one.number))
    }

    /// How much memory it holds, in bytes, within a little.
    pub(super) fn bytes(&self) -> usize {
        let of_level = |ids: &Self| {
            let pages = ids.pages.iter().map(|page| {
                page.text.capacity() + 2 * page.starts.capacity() + 4 * page.numbers.capacity()
            });
            let shards = ids.shards.iter().map(|shard| 48 + 9 * shard.capacity());
            let lists = 8 * ids.pages.capacity() + 2 * (ids.order.capacity() + ids.free.capacity());
            pages.sum::<usize>() + shards.sum::<usize>() + lists
        };
        self.levels().map(of_level).sum()
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 20).unwrap_or_default() % end
    }

    fn number(&mut self) -> u32 {
        u32::try_from(self.below(1000)).unwrap_or_default()
    }
}

/// An id that is as long as its number says: of one byte, of 255, and of lengths between.
fn id(number: usize) -> String {
    let width = [1, 5, 20, 40, 255][number % 5];
    format!("{number:0width$}")
}

fn count(debug: usize, release: usize) -> usize {
    if cfg!(debug_assertions) { debug } else { release }
}

#[test]
fn ids_are_what_a_map_in_order_is() {
    for seed in 1..=4 {
        let mut random = Random(seed);
        let mut both: Both = Both::new(Seed::chosen(seed));
        for round in 0..8 {
            let (step, adding) = (count(1_500, 12_000), [90, 10, 50, 2][round % 4]);
            for _ in 0..step {
                let id = id(random.below(2 * step));
                if random.below(100) < adding {
                    both.insert(&id, random.number());
                } else {
                    both.remove(&id);
                }
            }
            both.check();
        }
    }
}

#[test]
fn a_copy_stays_as_it_was() {
    let mut both: Both = Both::new(Seed::chosen(5));
    for number in 0..3_000 {
        both.insert(&id(number), 1);
    }
    let copy = both.ids.clone();
    let before: Vec<(String, u32)> = copy.iter().map(|(id, n)| (id.into(), n)).collect();
    for number in 0..2_990 {
        both.remove(&id(number));
        both.insert(&id(number + 10_000), 2);
    }
    both.check();
    assert!(copy.iter().eq(before.iter().map(|(id, number)| (id.as_str(), *number))));
    assert!(before.iter().all(|(id, number)| copy.find(id) == Some(*number)));
}

/// Who leaves at which position, among how many.
type Order = fn(usize, usize) -> usize;

/// The order of leaving must not matter: the first come, the last come, at random, and all but
/// every thousandth, which leaves each page almost empty.
#[test]
fn what_comes_and_goes_leaves_little_behind() {
    let users = count(20_000, 200_000);
    let orders: [(&str, Order); 4] = [
        ("first", |position, _| position),
        ("last", |position, users| users - 1 - position),
        ("scattered", |position, users| position * 7_919 % users),
        ("strided", |position, users| position * 1_000 % users + position * 1_000 / users),
    ];
    for (name, order) in orders {
        let mut both: Both = Both::new(Seed::chosen(6));
        for number in 0..users {
            both.insert(&id(number), 0);
        }
        for position in 0..users {
            let left = users - position;
            if matches!(left, 10 | 100 | 1_000) || left.is_multiple_of(users / 4) {
                both.check();
                let live: usize = both.ids.iter().map(|(id, _)| id.len() + 16).sum();
                let bytes = both.ids.bytes();
                let bound = 8 * live + users / 50 + 32_000;
                assert!(bytes <= bound, "{name}: {left} left hold {bytes} bytes, not {bound}");
            }
            both.remove(&id(order(position, users)));
        }
        both.check();
        assert_eq!(both.ids.order.len(), 0, "{name}");
    }
}

#[test]
fn a_million_ids_come_and_go_among_ten() {
    let mut ids: Many = Many::default();
    let mut most = 0;
    for number in 0..count(50_000, 1_000_000) {
        assert_eq!(ids.insert(&format!("user-{number:08}"), 1), None);
        if let Some(gone) = number.checked_sub(10) {
            assert_eq!(ids.remove(&format!("user-{gone:08}")), Some(1));
            most = most.max(ids.bytes());
        }
    }
    assert_eq!(ids.len(), 10);
    assert!(most < 16_000, "{most} bytes");
}

/// Four pages stand for the 65,536 that there are room for: 1,024 of the longest ids fill them.
#[test]
fn beyond_the_last_page_ids_are_found_all_the_same() {
    let long = |number: usize| format!("{number:0255}");
    let mut both: Both<4> = Both::new(Seed::chosen(7));
    for number in 0..5_000 {
        both.insert(&long(number), 1);
    }
    both.check();
    assert!(both.ids.levels().count() > 4);
    for number in (0..5_000).step_by(3) {
        both.insert(&long(number), 2);
    }
    both.check();
    for number in 0..4_990 {
        both.remove(&long(number * 7 % 5_000));
        if number % 500 == 0 {
            both.insert(&long(10_000 + number), 3);
            both.check();
        }
    }
    both.check();
    assert_eq!(both.ids.levels().count(), 1);

    // Nor do ids that only come and go take more and more pages.
    for number in 20_000..20_000 + count(10_000, 100_000) {
        both.insert(&long(number), 4);
        both.remove(&long(number - 500));
    }
    both.check();
    assert!(both.ids.levels().count() <= 2);
}

/// A shard is chosen by as many bits as there are shards for; what one bit more would lead beyond
/// the last shard is where it was before that bit counted.
#[test]
fn shards_are_chosen_by_linear_hashing() {
    let by_hand = |hash: u64, shards: usize| {
        let (high, round) = ((hash >> 32) as usize, shards.next_power_of_two());
        if high % round < shards { high % round } else { high % (round / 2) }
    };
    let mut random = Random(8);
    for shards in 1..=70 {
        for at in 0..240 {
            let high = if at < 140 { at } else { random.below(1 << 32) };
            let hash = (high as u64) << 32 | u64::from(random.number());
            let shard = shard_of(hash, shards);
            assert_eq!(shard, by_hand(hash, shards), "{high} of {shards}");
            // One more shard takes from one other alone.
            let then = shard_of(hash, shards + 1);
            let split = shards - (shards + 1).next_power_of_two() / 2;
            assert!(then == shard || (shard, then) == (split, shards), "{high} of {shards}");
        }
    }
    assert_eq!(shard_of(u64::MAX, 0), 0);
}

/// Room that is made ahead is used, and changes nothing else.
#[test]
fn room_is_made_ahead() {
    for users in [0, 1, SHARD - 1, SHARD, SHARD + 1, 2 * SHARD, 5 * SHARD] {
        let ahead = Many::with_capacity(users);
        assert_eq!(ahead.shards.len(), users / SHARD, "{users}");
        assert!(ahead.shards.iter().all(|shard| shard.capacity() >= SHARD));
        let mut both = Both { ids: ahead, model: Model::default() };
        (0..users).for_each(|number| both.insert(&id(number), 1));
        both.check();
        assert_eq!(both.ids.shards.len(), users.div_ceil(SHARD), "{users}");
    }
}

#[test]
fn shards_follow_the_number_of_ids() {
    let mut ids: Many = Many::default();
    let users = 20 * SHARD;
    for number in 0..users {
        assert_eq!(ids.insert(&format!("{number}"), 0), None);
    }
    assert_eq!(ids.shards.len(), 20);
    for number in 1..users {
        assert_eq!(ids.remove(&format!("{number}")), Some(0));
    }
    assert_eq!(ids.shards.len(), 1);
}
