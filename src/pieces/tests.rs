use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::Pieces;

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
