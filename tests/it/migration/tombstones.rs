//! EVO-5: in a catalog that keeps its id, whatever old documents may name means the same or nothing.

use std::collections::BTreeSet;

use bailiwick::migration::{MigrationError, MigrationFault};
use bailiwick::{Account, Catalog};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{accept, builder, catalog, gained, parse};
use crate::naive::Oracle;
use crate::worlds::migrations::World;
use crate::worlds::{account_on, successors::succession};

/// The keys that have to be tombstones and are not.
fn missing(error: &MigrationError) -> BTreeSet<String> {
    let path = |fault: &MigrationFault| match fault {
        MigrationFault::NoTombstone { path } => path.to_string(),
        fault => panic!("{fault}"),
    };
    error.problems().iter().map(|problem| path(problem.fault())).collect()
}

/// A succession that keeps its id, and an account on its first catalog.
fn same_id() -> impl Strategy<Value = (World, Value)> {
    succession().prop_flat_map(|mut world| {
        world.new["id"] = world.old["id"].clone();
        let account = account_on(world.old.clone());
        (Just(world), account)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn evo_5_what_is_gone_is_a_tombstone((mut world, account) in same_id()) {
        let gone = world.naive.gone();
        // Problems are reported a hundred at a time.
        let mut listed = BTreeSet::new();
        while listed.len() < gone.len() {
            let found = missing(&builder(&world).build().unwrap_err());
            prop_assert!(!found.is_empty() && found.is_disjoint(&listed));
            listed.extend(found);
            world.new["retired"] = json!(listed);
        }
        prop_assert_eq!(&listed, &gone);
        let mut accepted = Vec::new();
        while let Err(error) = accept(builder(&world), &accepted).build() {
            accepted.extend(gained(&error));
        }
        check_old_document(&world, &account, &catalog(&world.new));
    }
}

/// Written by hand, for it has no stamp: an old document is read, and holds what the naive side
/// says, which is nothing of what is gone.
fn check_old_document(world: &World, account: &Value, new: &Catalog) {
    let mut old = json!(Account::from_document(&parse(account), &[]).unwrap());
    old["catalog"] = world.new.clone();
    old.as_object_mut().unwrap().shift_remove("stamp");
    let read = Account::from_document_with_ignored(&parse(&old), &[]);
    let (read, ignored) = read.unwrap_or_else(|error| panic!("{error}\n{old}"));
    for key in ignored.keys() {
        assert!(new.is_retired(key.key()), "{key}");
    }
    let oracle = Oracle::new(&old);
    for user in oracle.users() {
        let held = read.compile().subject(user.as_str()).permissions();
        let held = held.iter().map(|one| new.display(one).to_string());
        assert_eq!(held.collect::<BTreeSet<_>>(), oracle.effective(&user), "{user}");
    }
}
