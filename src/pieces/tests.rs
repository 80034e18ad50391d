//! Pieces against a map in order.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Node, Pieces};

fn same(pieces: &Pieces<u32>, model: &BTreeMap<u64, u32>) {
    assert!(pieces.iter().eq(model.iter().map(|(number, value)| (*number, value))));
    let last = model.last_key_value().map(|(number, value)| (*number, value));
    assert_eq!(pieces.last(), last);
}

#[derive(Debug, Clone)]
enum Step {
    Insert(u64, u32),
    Append(u32),
    Remove(u64),
    Change(u64, u32),
    Copy,
}

fn step() -> impl Strategy<Value = Step> {
    let number =
        || prop_oneof![3 => 0..400_u64, 1 => any::<u64>(), 1 => Just(0), 1 => Just(u64::MAX)];
    prop_oneof![
        4 => (number(), any::<u32>()).prop_map(|(number, value)| Step::Insert(number, value)),
        4 => any::<u32>().prop_map(Step::Append),
        4 => number().prop_map(Step::Remove),
        1 => (number(), any::<u32>()).prop_map(|(number, value)| Step::Change(number, value)),
        1 => Just(Step::Copy),
    ]
}

proptest! {
    /// Like a map, whatever is done; and a copy stays as it was.
    #[test]
    fn like_a_btree_map(steps in proptest::collection::vec(step(), 0..600), from in any::<u64>()) {
        let (mut pieces, mut model) = (Pieces::default(), BTreeMap::new());
        let mut copies = Vec::new();
        for step in steps {
            match step {
                Step::Insert(number, value) => {
                    assert_eq!(pieces.insert(number, value), model.insert(number, value));
                }
                Step::Append(value) => {
                    let next = model.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
                    assert_eq!(pieces.insert(next, value), model.insert(next, value));
                }
                Step::Remove(number) => assert_eq!(pieces.remove(number), model.remove(&number)),
                Step::Change(number, value) => {
                    let (ours, theirs) = (pieces.get_mut(number), model.get_mut(&number));
                    assert_eq!(ours, theirs);
                    if let (Some(ours), Some(theirs)) = (ours, theirs) {
                        (*ours, *theirs) = (value, value);
                    }
                }
                Step::Copy => copies.push((pieces.clone(), model.clone())),
            }
        }
        same(&pieces, &model);
        assert!(pieces.from(from).eq(model.range(from..).map(|(number, value)| (*number, value))));
        for number in model.keys().copied().chain([from]) {
            assert_eq!(pieces.get(number), model.get(&number));
        }
        for (pieces, model) in &copies {
            same(pieces, model);
        }
    }
}

/// All that come go again, in either order, and nothing is left.
#[test]
fn empties() {
    for backwards in [false, true] {
        let mut pieces = Pieces::default();
        (0..5_000).for_each(|number| assert_eq!(pieces.insert(number, ()), None));
        let numbers = (0..5_000).map(|number| if backwards { 4_999 - number } else { number });
        numbers.for_each(|number| assert_eq!(pieces.remove(number), Some(())));
        assert!(pieces.root.is_none());
    }
}

/// At every size around those of nodes: come in either order and between others, go in the other.
#[test]
fn every_size_is_like_a_btree_map() {
    let orders: [fn(u64, u64) -> u64; 3] = [
        |at, _| at,
        |at, size| size - 1 - at,
        |at, size| if at % 2 == 0 { at / 2 } else { size - 1 - at / 2 },
    ];
    for size in [0, 1, 2, 7, 8, 9, 15, 16, 17, 18, 63, 64, 65, 72, 73, 128, 129, 600] {
        for order in orders {
            let (mut pieces, mut model) = (Pieces::default(), BTreeMap::new());
            for (value, at) in (0..).zip(0..size) {
                let number = order(at, size) * 2;
                assert_eq!(pieces.insert(number, value), model.insert(number, value));
            }
            same(&pieces, &model);
            for from in 0..=2 * size {
                let expected = model.range(from..).map(|(number, value)| (*number, value));
                assert!(pieces.from(from).take(3).eq(expected.take(3)), "{from} of {size}");
                assert_eq!(pieces.get(from), model.get(&from));
            }
            for at in 0..size {
                let number = order(size - 1 - at, size) * 2;
                assert_eq!(pieces.remove(number + 1), None);
                assert_eq!(pieces.remove(number), model.remove(&number));
                same(&pieces, &model);
            }
        }
    }
}

/// The lengths of the leaves, in order.
fn leaves<V>(pieces: &Pieces<V>) -> Vec<usize> {
    fn of<V>(node: &Node<V>) -> Vec<usize> {
        match node {
            Node::Leaf(entries) => [entries.len()].into(),
            Node::Inner(children) => children.iter().flat_map(|(_, node)| of(node)).collect(),
        }
    }
    pieces.root.iter().flat_map(of).collect()
}

/// What is added at the end fills its slices, which is how accounts grow.
#[test]
fn slices_are_full() {
    let grown = |size: u64| {
        let mut values = Pieces::default();
        let mut numbers = Pieces::default();
        for number in 0..size {
            values.insert(number, number);
            numbers.insert(number, ());
        }
        [leaves(&values), leaves(&numbers)]
    };
    assert_eq!(grown(10), [[10], [10]]);
    assert_eq!(grown(16), [[16], [16]]);
    assert_eq!(grown(25), [[16, 8, 1].as_slice(), &[25]]);
    assert_eq!(grown(129).map(|all| all.len()), [16, 3]);
}

/// A write copies its path, and shares all else with the copy before.
#[test]
fn copies_share_what_did_not_change() {
    let mut pieces = Pieces::default();
    (0..1_000).for_each(|number| assert_eq!(pieces.insert(number, Arc::new(number)), None));
    let before = pieces.clone();
    pieces.insert(500, Arc::new(0));
    assert_eq!(pieces.remove(1_000), None);
    assert!(pieces.get_mut(1_000).is_none());
    let copied = before.iter().zip(pieces.iter()).filter(|((_, one), (_, two))| {
        // Where a slice is shared, so is the place of each value in it.
        !core::ptr::eq(*one, *two)
    });
    assert_eq!(copied.count(), 8);
    let changed = before.iter().zip(pieces.iter()).filter(|(one, two)| one != two);
    assert_eq!(changed.count(), 1);
}
