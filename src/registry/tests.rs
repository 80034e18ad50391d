//! The registry against a list.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Index, Named, Registry};

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

/// One text at several places, as if all of their texts had its hash.
#[test]
fn of_texts_of_one_hash_the_one_that_is_asked_for_is_found() {
    let mut index = Index::default();
    let places = [0, 1, 7, u32::MAX - 1, u32::MAX];
    for place in places {
        index.insert("text", place);
    }
    index.insert("another", 3);
    let at = |index: &Index, wanted| index.find("text", |place| (place == wanted).then_some(()));
    for place in places {
        assert_eq!(at(&index, place), Some((place, ())));
    }
    assert_eq!(at(&index, 3), None);
    assert_eq!(index.find("nothing", Some), None);
    for place in places {
        index.remove("text", place);
        assert_eq!(at(&index, place), None);
    }
    assert_eq!(index.find("another", Some), Some((3, 3)));
}

/// Ids whose hashes are equal, as some are in every large account.
#[test]
fn ids_of_one_hash_are_told_apart() {
    let mut registry: Registry<Entry> = Registry::default();
    let ids = (0..).map(|number| format!("user-{number}"));
    let mut by_hash = BTreeMap::new();
    let (one, two) = ids
        .map(|id| (registry.ids.entry(&id, 0), id))
        .find_map(|(hash, id)| Some((by_hash.insert(hash, id.clone())?, id)))
        .unwrap_or_default();
    assert_ne!(one, two);
    let entry = |id: &str, value| Entry { id: id.into(), value };
    let places = [&one, &two].map(|id| registry.add(entry(id, 1)));
    assert_eq!([&one, &two].map(|id| registry.place(id)), places.map(Some));
    registry.replace(places[1], entry(&two, 2));
    assert_eq!([&one, &two].map(|id| registry.get(id).map(|one| one.value)), [Some(1), Some(2)]);
    registry.remove(places[0]);
    assert_eq!([&one, &two].map(|id| registry.place(id)), [None, Some(places[1])]);
    let last = registry.add(entry(&one, 3));
    assert_ne!(last, places[0]);
    assert_eq!([&one, &two].map(|id| registry.get(id).map(|one| one.value)), [Some(3), Some(2)]);
}

/// A place is not given again while a later one is taken, and there is an end to them.
#[test]
fn places_rise_and_end() {
    let mut registry: Registry<Entry> = Registry::default();
    let entry = |id: &str| Entry { id: id.into(), value: 0 };
    assert_eq!(["a", "b", "c"].map(|id| registry.add(entry(id))), [0, 1, 2]);
    registry.remove(1);
    registry.remove(1);
    assert_eq!((registry.len(), registry.at(1)), (2, None));
    assert_eq!(registry.add(entry("b")), 3);
    assert!(registry.has_room());
    registry.values.insert(u32::MAX.into(), entry("last"));
    assert!(!registry.has_room());
}
