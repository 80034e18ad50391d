//! Shards against a map that is in order by itself. In tests a tag has two bits, so that many are
//! equal.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

use super::{SHARD, Shards};
use crate::registry::Named;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Value {
    name: String,
    number: usize,
}

impl Named for Value {
    fn name(&self) -> &str {
        &self.name
    }
}

fn value(name: usize, number: usize) -> Arc<Value> {
    Arc::new(Value { name: format!("n{name}"), number })
}

#[track_caller]
fn check(shards: &Shards<Value>, model: &BTreeMap<String, usize>) {
    assert_eq!(shards.len(), model.len());
    for name in 0..900 {
        let name = format!("n{name}");
        let found = shards.find(&name).map(|value| value.number);
        assert_eq!(found, model.get(&name).copied(), "{name}");
    }
    let held = shards.pieces.iter().flat_map(|piece| piece.iter());
    assert_eq!(held.map(|shard| shard.len()).sum::<usize>(), model.len());
}

#[test]
fn like_a_btree_map() {
    let (mut shards, mut model) = (Shards::default(), BTreeMap::new());
    let mut random = 17_usize;
    for step in 0..6_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let name = (random >> 33) % 900;
        // More and more at first, then less and less.
        let adds = (random >> 20) % 100 < if step < 3_000 { 80 } else { 20 };
        if adds {
            shards.insert(value(name, step));
            model.insert(format!("n{name}"), step);
        } else {
            shards.remove(&format!("n{name}"));
            model.remove(&format!("n{name}"));
        }
        if step % 500 == 0 {
            check(&shards, &model);
        }
        if step == 3_000 {
            assert!(shards.shards() >= model.len() / SHARD);
        }
    }
    check(&shards, &model);
    for name in 0..900 {
        shards.remove(&format!("n{name}"));
    }
    assert_eq!((shards.len(), shards.shards()), (0, 1));
}

#[test]
fn a_copy_does_not_change() {
    let mut shards = Shards::default();
    (0..100).for_each(|name| shards.insert(value(name, 0)));
    let copy = shards.clone();
    shards.get_mut("n7").into_iter().for_each(|value| value.number = 1);
    shards.insert(value(8, 1));
    shards.remove("n9");
    let numbers = |shards: &Shards<Value>| {
        ["n7", "n8", "n9", "n10"].map(|name| shards.find(name).map(|value| value.number))
    };
    assert_eq!(numbers(&copy), [Some(0); 4]);
    assert_eq!(numbers(&shards), [Some(1), Some(1), None, Some(0)]);
    // What neither touched is one and the same.
    let shared = |name| {
        core::ptr::eq(
            shards.find(name).unwrap_or(&*value(0, 9)),
            copy.find(name).unwrap_or(&*value(0, 9)),
        )
    };
    assert!(shared("n10") && !shared("n7"));
}
