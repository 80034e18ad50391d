//! Bits against a set in order.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::Bits;

#[test]
fn every_so_many_bits_are_inserted() {
    for step in [1, 2, 3, 7, 63, 64, 65, 200] {
        for start in [0, 1, 2, 62, 63, 64, 65, 130] {
            for end in [0, 1, 2, 63, 64, 65, 66, 127, 128, 129, 131, 195, 1000, 4096] {
                let given = [5, 70, 4000];
                let mut bits: Bits = given.into_iter().collect();
                bits.insert_every(step, start..end);
                let expected: BTreeSet<u16> = (start..end).step_by(step).chain(given).collect();
                assert!(bits.ones().eq(expected), "every {step} of {start}..{end}");
                assert_ne!(bits.words.last(), Some(&0));
            }
        }
    }
}

#[test]
fn sets_meet_where_their_intersection_is_not_empty() {
    let sets: [&[u16]; 5] = [&[], &[0], &[63, 64], &[64, 4095], &[0, 4095]];
    for one in sets {
        for two in sets {
            let both = one.iter().any(|bit| two.contains(bit));
            let set = |bits: &[u16]| bits.iter().copied().collect::<Bits>();
            assert_eq!(set(one).meets(&set(two)), both, "{one:?} and {two:?}");
        }
    }
}

/// Sets chosen for their shape: nothing, one bit, and as many as fill words, or one less or more.
fn shapes() -> Vec<BTreeSet<u16>> {
    let alone = [0, 1, 62, 63, 64, 65, 127, 128, 4095].map(|bit| BTreeSet::from([bit]));
    let full = [63, 64, 65, 127, 128, 129, 4096].map(|end| (0..end).collect());
    let spread = [2, 3, 64].map(|step| (1..300).step_by(step).collect());
    alone.into_iter().chain(full).chain(spread).chain([BTreeSet::new()]).collect()
}

/// No word that says nothing is kept, so that equal sets are equal values.
#[track_caller]
fn same(bits: &Bits, model: &BTreeSet<u16>) {
    assert!(bits.ones().eq(model.iter().copied()));
    assert_eq!(*bits, model.iter().copied().collect());
    assert_ne!(bits.words.last(), Some(&0));
    assert_eq!(bits.is_empty(), model.is_empty());
}

#[test]
fn operations_are_those_of_sets() {
    for one in shapes() {
        let bits: Bits = one.iter().copied().collect();
        same(&bits, &one);
        for two in shapes() {
            let other: Bits = two.iter().copied().collect();
            same(&bits.or(&other), &(&one | &two));
            same(&bits.and(&other), &(&one & &two));
            same(&bits.and_not(&other), &(&one - &two));
            assert_eq!(bits.is_subset(&other), one.is_subset(&two), "{one:?} and {two:?}");
            assert_eq!(bits.meets(&other), !one.is_disjoint(&two), "{one:?} and {two:?}");
        }
    }
}

#[test]
fn bits_come_and_go_one_by_one() {
    for shape in shapes() {
        for bit in [0, 1, 62, 63, 64, 65, 128, 4095] {
            let (mut bits, mut model) = (shape.iter().copied().collect::<Bits>(), shape.clone());
            assert_eq!(bits.contains(bit), model.contains(&bit));
            bits.remove(bit);
            model.remove(&bit);
            same(&bits, &model);
            bits.insert(bit);
            model.insert(bit);
            same(&bits, &model);
        }
    }
}

#[test]
fn words_are_as_many_as_are_asked_for() {
    for shape in shapes() {
        let bits: Bits = shape.iter().copied().collect();
        let words = bits.to_words(64);
        assert_eq!(words.len(), 64);
        for bit in 0..4_200 {
            let is_set = u16::try_from(bit).is_ok_and(|bit| shape.contains(&bit));
            assert_eq!(super::contains(&words, bit), is_set, "{bit} of {shape:?}");
        }
    }
}

proptest! {
    /// A word is the bits that are set in it, wherever it starts.
    #[test]
    fn a_word_is_its_bits(
        former in proptest::collection::vec(0..300_u16, 0..10),
        first in prop_oneof![0..200_u16, Just(0), Just(63), Just(64)],
        word in prop_oneof![any::<u64>(), Just(0), Just(1), Just(1 << 63), Just(u64::MAX)],
    ) {
        let mut bits: Bits = former.iter().copied().collect();
        bits.insert_word(first, word);
        let inside = (0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| first + bit);
        let mut model: Vec<u16> = former.into_iter().chain(inside).collect();
        model.sort_unstable();
        model.dedup();
        assert_eq!(bits, model.iter().copied().collect());
        let near = model.iter().filter_map(|bit| bit.checked_sub(first)).filter(|bit| *bit < 64);
        assert_eq!(bits.word(first), near.fold(0, |word, bit| word | 1 << bit));
        assert!(bits.ones().eq(model));
    }
}
