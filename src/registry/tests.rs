//! The registry against a list.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::Registry;

#[test]
fn a_registry_is_what_a_list_of_pairs_is() {
    let mut registry: Registry<Box<str>, usize> = Registry::default();
    let mut list: Vec<(Box<str>, usize)> = Vec::new();
    let mut random = 1_usize;
    for step in 0..5_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
        let key: Box<str> = format!("key-{}", (random >> 33) % 97).into();
        let known = list.iter().position(|(other, _)| *other == key);
        match (random >> 40) % 3 {
            0 => {
                let removed = known.map(|position| list.remove(position).1);
                assert_eq!(registry.remove(&key), removed);
            }
            1 => {
                if let Some(value) = registry.get_mut(&key) {
                    *value += 1;
                }
                list.iter_mut()
                    .filter(|(other, _)| *other == key)
                    .for_each(|(_, value)| *value += 1);
            }
            _ => {
                registry.insert(key.clone(), step);
                match known.and_then(|position| list.get_mut(position)) {
                    Some((_, value)) => *value = step,
                    None => list.push((key.clone(), step)),
                }
            }
        }
        let value = list.iter().find(|(other, _)| *other == key).map(|(_, value)| value);
        assert_eq!(registry.get(&key), value);
        assert_eq!(registry.len(), list.len());
        assert!(registry.values().eq(list.iter().map(|(_, value)| value)));
    }
}
