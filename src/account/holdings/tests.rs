//! Holdings against a map, with hashes so short that many collide.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Holdings;
use crate::level::Level;
use crate::presets::studio;
use crate::profile::Holding;
use crate::registry::Place;
use crate::role::Role;

/// A different holding for each number up to 27.
fn holding(number: usize) -> Arc<Holding> {
    let mut holding = Holding::invited(Role::Member, &studio::catalog());
    for (area, digit) in [("flows", 1), ("tools", 3), ("testing", 9)] {
        let level = [Level::None, Level::Read, Level::Edit][number / digit % 3];
        holding.grants.set(area, level).unwrap();
    }
    Arc::new(holding)
}

#[test]
fn holdings_are_what_a_map_is() {
    let mut holdings = Holdings::default();
    let mut map: BTreeMap<(Option<Place>, usize), usize> = BTreeMap::new();
    let all: Vec<Arc<Holding>> = (0..27).map(holding).collect();
    let mut random = 1_usize;
    for step in 0..4_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
        let (template, number) = (random >> 33 & 3, (random >> 40) % 27);
        let place = Place::try_from(template).ok().filter(|place| *place > 0);
        let count = map.entry((place, number)).or_default();
        if random >> 50 & 1 == 0 {
            let shared = holdings.add(place, &holding(number));
            *count += 1;
            assert_eq!(shared, all[number]);
        } else if *count > 0 {
            holdings.remove(place, &all[number]);
            *count -= 1;
        }
        map.retain(|_, count| *count > 0);
        assert_eq!(holdings.iter().count(), map.len());
        for template in 1..4 {
            let found = holdings.on(template).map(|group| {
                let number = all.iter().position(|one| *one == group.holding);
                ((Some(template), number.unwrap()), group.users)
            });
            let own = map.iter().filter(|((place, _), _)| *place == Some(template));
            assert_eq!(
                found.collect::<BTreeMap<_, _>>(),
                own.map(|(key, users)| (*key, *users)).collect()
            );
        }
    }
    assert!(map.len() > 40, "{}", map.len());
}

/// All who hold the same share it, also if its place was taken.
#[test]
fn equal_holdings_are_one() {
    let mut holdings = Holdings::default();
    let first: Vec<Arc<Holding>> = (0..27).map(|at| holdings.add(None, &holding(at))).collect();
    for gone in (0..27).step_by(2) {
        holdings.remove(None, &first[gone]);
    }
    for kept in (1..27).step_by(2) {
        assert!(Arc::ptr_eq(&holdings.add(None, &holding(kept)), &first[kept]));
    }
}
