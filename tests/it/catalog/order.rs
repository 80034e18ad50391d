//! CAT-10: the order of a catalog is internal.

use core::hash::{Hash, Hasher};
use std::hash::DefaultHasher;

use bailiwick::{Account, Lattice, presets};
use proptest::prelude::*;
use serde_json::Value;

use super::document;
use crate::naive::Oracle;
use crate::worlds;

/// Everything of a catalog document in another order, except the first action of a scale, which
/// means something.
fn reordered(catalog: &Value, seed: u64) -> Value {
    let key = |value: &Value| {
        let mut hasher = DefaultHasher::new();
        (seed, value.to_string()).hash(&mut hasher);
        hasher.finish()
    };
    let mut catalog = catalog.clone();
    let shuffle = |list: Option<&mut Value>, fixed: usize| {
        if let Some(Value::Array(items)) = list {
            items[fixed..].sort_by_key(&key);
        }
    };
    for area in catalog["areas"].as_array_mut().unwrap() {
        shuffle(area.get_mut("sub_sections"), 0);
        shuffle(area.pointer_mut("/scale/actions"), 1);
    }
    for list in ["areas", "gates", "operations", "templates"] {
        shuffle(catalog.get_mut(list), 0);
    }
    catalog
}

/// Lists of texts in one order; `Value` compares fields in any.
fn sorted(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => {
            let texts = items.iter().all(Value::is_string);
            *items = items.drain(..).map(sorted).collect();
            if texts {
                items.sort_by_key(ToString::to_string);
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                *field = sorted(field.take());
            }
        }
        _ => {}
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// CAT-10: reordering a catalog changes no decision and no stored data.
    #[test]
    fn reordering_a_catalog_changes_nothing(
        document in worlds::any_account(),
        seed in any::<u64>(),
    ) {
        let account = account(&document);
        let catalog = serde_json::to_value(account.catalog()).unwrap();
        let mut moved = document.clone();
        moved["catalog"] = reordered(&catalog, seed);
        // Under the id of a preset it would be an imposter (CAT-18).
        moved["catalog"]["id"] = "moved/1".into();
        let moved = self::account(&moved);
        let oracle = Oracle::new(&document);
        let (one, other) = (account.compile(), moved.compile());
        for user in oracle.users() {
            for text in oracle.permissions() {
                let answer = |account: &Account, lattice: &Lattice| {
                    let permission = account.catalog().permission(&text).unwrap();
                    let kim = lattice.subject(&user);
                    (kim.can(permission), kim.reason(permission))
                };
                prop_assert_eq!(
                    answer(&account, &one),
                    answer(&moved, &other),
                    "{} {}",
                    user,
                    text
                );
            }
            for key in oracle.operations() {
                let allowed = |account: &Account, lattice: &Lattice| {
                    let operation = account.catalog().operation(&key).unwrap();
                    lattice.subject(&user).can_all(operation)
                };
                prop_assert_eq!(allowed(&account, &one), allowed(&moved, &other), "{}", key);
            }
        }
        let stored = |account: &Account| {
            let mut stored = serde_json::to_value(account).unwrap();
            stored["catalog"] = Value::Null;
            stored["stamp"] = Value::Null;
            sorted(stored)
        };
        prop_assert_eq!(stored(&account), stored(&moved));
    }
}

#[track_caller]
fn account(value: &Value) -> Account {
    Account::from_document(&document(value), &presets::all()).unwrap()
}
