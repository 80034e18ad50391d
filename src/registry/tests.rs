//! The registry against a list.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Named, Registry};

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    id: String,
    value: usize,
}

impl Named for Entry {
    fn name(&self) -> &str {
        &self.id
    }
}

#[test]
fn a_registry_is_what_a_list_is() {
    let mut registry: Registry<Entry> = Registry::default();
    let mut list: Vec<Entry> = Vec::new();
    let mut copies = Vec::new();
    let mut random = 1_usize;
    for step in 0..5_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
        let id = format!("key-{}", (random >> 33) % 97);
        let known = list.iter().position(|other| other.id == id);
        if (random >> 40).is_multiple_of(3) {
            let removed = known.map(|position| list.remove(position));
            let place = registry.place(&id);
            assert_eq!(place.is_some(), removed.is_some());
            if let Some(place) = place {
                registry.remove(place);
            }
        } else {
            let entry = Entry { id: id.clone(), value: step };
            let place = match registry.place(&id) {
                Some(place) => registry.replace(place, entry.clone()),
                None => registry.add(entry.clone()),
            };
            assert_eq!((registry.at(place), registry.place(&id)), (Some(&entry), Some(place)));
            match known.and_then(|position| list.get_mut(position)) {
                Some(former) => *former = entry,
                None => list.push(entry),
            }
        }
        assert_eq!(registry.get(&id), list.iter().find(|other| other.id == id));
        assert_eq!((registry.len(), registry.newest()), (list.len(), list.last()));
        assert!(registry.values().eq(&list));
        if step % 500 == 0 {
            copies.push((registry.clone(), list.clone()));
        }
    }
    assert!(copies.iter().all(|(registry, list)| registry.values().eq(list)));
}
