//! EVO-3: what is latent before is latent afterwards, and nothing more: by leaves, by holders, and
//! after whatever people do next.

use std::collections::BTreeSet;

use bailiwick::{Account, Actor, Command, Level, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{accept, builder, gained, mutes, parse, users, world_and_account};
use crate::naive::migration::Origin;
use crate::naive::{Catalog, Leaf, Oracle, Scale, Source};
use crate::worlds::migrations::World;

/// A migration with all its gains accepted, and the names of them.
fn migrated(world: &World) -> (bailiwick::migration::Migration, BTreeSet<String>) {
    let mut refused = Vec::new();
    loop {
        match accept(builder(world), &refused).build() {
            Ok(migration) => return (migration, refused.into_iter().collect()),
            Err(error) => refused.extend(gained(&error)),
        }
    }
}

/// Everyone an active member, so that all that is stored counts.
fn awake(account: &Value) -> Value {
    let mut account = account.clone();
    for user in account["users"].as_array_mut().unwrap() {
        user["role"] = json!("member");
        user["status"] = json!("active");
        for field in ["invitation", "accepted"] {
            user.as_object_mut().unwrap().shift_remove(field);
        }
    }
    account
}

fn with_all_features(account: &Value, catalog: &Catalog) -> Value {
    let mut account = account.clone();
    let features = catalog.leaves().filter(|leaf| leaf.source == Source::Account);
    account["features"] = features.map(|leaf| leaf.path.clone()).collect();
    account
}

fn by_library(
    migration: &bailiwick::migration::Migration,
    world: &World,
    account: &Value,
) -> (Account, Value) {
    let read = Account::from_document(&parse(account), &[]).unwrap();
    let account = super::migrated(&read, migration);
    let mut document = json!(account);
    document["catalog"] = world.new.clone();
    (account, document)
}

/// Nobody may do after a thing what they could not do before it, except what was accepted.
fn check(world: &World, refused: &BTreeSet<String>, before: &Value, after: &Value, what: &str) {
    let after = Oracle::new(after);
    for (id, before, is_admin) in users(before) {
        for permission in after.effective(&id) {
            assert!(
                refused.contains(&permission)
                    || world.naive.is_in_image(&permission, &before, is_admin)
                    || is_feature(world, &permission),
                "{what}: {id} gains {permission}"
            );
        }
    }
}

fn is_feature(world: &World, permission: &str) -> bool {
    let mut leaves = world.naive.new.leaves();
    leaves.any(|leaf| {
        leaf.source == Source::Account && leaf.permissions.iter().any(|one| one == permission)
    })
}

fn sources(world: &World, leaf: &str) -> Vec<Leaf> {
    let paths = match &world.naive.origins[leaf] {
        Origin::New => Vec::new(),
        Origin::Lowest(paths) | Origin::Highest(paths) => paths.clone(),
    };
    let leaves = world.naive.old.leaves();
    leaves.filter(|leaf| paths.contains(&leaf.path)).cloned().collect()
}

/// Brings every area with levels to Edit, for everyone.
fn raise_all(account: &mut Account, catalog: &Catalog) {
    let now = Timestamp::from_unix_millis(1_790_000_000_000);
    let users: Vec<String> = account.users().map(|user| user.id().to_string()).collect();
    let areas = catalog.areas.iter().filter(|area| area.scale == Scale::Levels);
    for area in areas.filter(|area| area.source == Source::Grantable) {
        for user in &users {
            let raise = Command::set_area(user.as_str(), area.key.as_str(), Level::Edit);
            let _ = account.execute(&Actor::Host, raise, now).unwrap();
        }
    }
}

/// Whether these mutes take a rung of a leaf, or of its area.
fn is_muted(muted: &BTreeSet<String>, leaf: &Leaf, rung: &str) -> bool {
    [&leaf.path, &leaf.area].iter().any(|path| muted.contains(&format!("{path}:{rung}")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// EVO-4, EVO-7: a template and somebody's own grants, each by itself, give of each leaf what
    /// its sources gave there, no less and no more; inert actions among it; and a rung is muted if
    /// it was for any source.
    #[test]
    fn evo_7_each_holder_keeps_of_each_leaf_what_its_sources_gave(
        (world, account) in world_and_account()
    ) {
        let (migration, refused) = migrated(&world);
        let account = Account::from_document(&parse(&account), &[]).unwrap();
        let own = account.users().map(|user| (json!(user.grants()), migration.grants(user.grants())));
        let holders = own.chain(account.templates().map(|template| {
            (json!(template.grants()), migration.grants(template.grants()))
        }));
        for (before, after) in holders {
            let [old, new] = [
                world.naive.old.raw_set(&before),
                world.naive.new.raw_set(&json!(after)),
            ];
            for leaf in world.naive.new.leaves() {
                for (rung, permission) in leaf.rungs.iter().zip(&leaf.permissions) {
                    let mut gave = sources(&world, &leaf.path)
                        .into_iter()
                        .map(|source| old.contains(&format!("{}:{rung}", source.path)));
                    let expected = match &world.naive.origins[&leaf.path] {
                        Origin::New => false,
                        Origin::Lowest(_) => gave.all(|gave| gave),
                        Origin::Highest(_) => gave.any(|gave| gave),
                    };
                    let is_new = world.naive.origins[&leaf.path] == Origin::New;
                    if !(is_new && refused.contains(permission)) {
                        prop_assert_eq!(new.contains(permission), expected, "{}", permission);
                    }
                }
            }
        }
        for user in account.users() {
            let [old, new] = [mutes(user.mutes()), mutes(&migration.mutes(user.mutes()))]
                .map(|mutes| mutes.into_iter().collect::<BTreeSet<String>>());
            for leaf in world.naive.new.leaves().filter(|leaf| leaf.source == Source::Grantable) {
                let sources = sources(&world, &leaf.path);
                for rung in leaf.rungs.iter().filter(|_| !sources.is_empty()) {
                    let expected = sources.iter().any(|source| is_muted(&old, source, rung));
                    prop_assert_eq!(is_muted(&new, leaf, rung), expected, "{} {}", leaf.path, rung);
                }
            }
        }
    }

    /// Lifting a mute afterwards gives at most what lifting it for all that it comes from gave.
    #[test]
    fn evo_3_lifting_a_mute_afterwards_gives_no_more(
        (world, account) in world_and_account()
    ) {
        let (migration, refused) = migrated(&world);
        let account = with_all_features(&awake(&account), &world.naive.old);
        let (_, after) = by_library(&migration, &world, &account);
        for (at, user) in after["users"].as_array().unwrap().iter().enumerate() {
            for mute in user["mutes"].as_array().into_iter().flatten() {
                let (path, rung) = mute.as_str().unwrap().split_once(':').unwrap();
                let lifted = world.naive.new.leaves();
                let lifted = lifted.filter(|leaf| leaf.path == path || leaf.area == path);
                let lifted: BTreeSet<String> = lifted
                    .flat_map(|leaf| sources(&world, &leaf.path))
                    .flat_map(|source| [source.path, source.area])
                    .map(|path| format!("{path}:{rung}"))
                    .collect();
                let [mut before, mut after] = [account.clone(), after.clone()];
                let canonical = mutes(
                    Account::from_document(&parse(&before), &[])
                        .unwrap()
                        .users()
                        .nth(at)
                        .unwrap()
                        .mutes(),
                );
                before["users"][at]["mutes"] =
                    canonical.into_iter().filter(|one| !lifted.contains(one)).collect();
                let mutes = after["users"][at]["mutes"].as_array_mut().unwrap();
                mutes.retain(|one| one != mute);
                check(&world, &refused, &before, &after, &format!("lifting {mute}"));
            }
        }
    }

    /// LVL-7, LVL-13: raising an area of somebody afterwards opens no leaf that was restricted,
    /// whether or not the restriction showed, and whether it was theirs or one that a template made
    /// them see; nor what is new (EVO-4).
    #[test]
    fn lvl_13_raising_an_area_afterwards_opens_no_more((world, account) in world_and_account()) {
        let (migration, refused) = migrated(&world);
        let account = with_all_features(&awake(&account), &world.naive.old);
        let mut before = Account::from_document(&parse(&account), &[]).unwrap();
        let (mut after, stored) = by_library(&migration, &world, &account);
        raise_all(&mut before, &world.naive.old);
        raise_all(&mut after, &world.naive.new);
        let [mut before, mut after] = [json!(before), json!(after)];
        before["catalog"] = world.old.clone();
        after["catalog"] = world.new.clone();
        for at in 0..account["users"].as_array().unwrap().len() {
            let user = &stored["users"][at];
            let mut templates = stored["templates"].as_array().unwrap().iter();
            let template = templates.find(|one| one["id"] == user["template"]);
            let own = &user["grants"];
            let template = template.map_or(&Value::Null, |template| &template["grants"]);
            let opens = world.naive.new.leaves().filter(|leaf| {
                let is_new = sources(&world, &leaf.path).is_empty();
                // Whoever gives an area that nobody had set gives all of it.
                let is_given = is_new && own.get(&leaf.area).or(template.get(&leaf.area)).is_none();
                // Where the area is the leaf, raising it is setting the leaf.
                leaf.path == leaf.area || is_given
            });
            let mut refused = refused.clone();
            refused.extend(opens.flat_map(|leaf| leaf.permissions.clone()));
            let [mut before, mut after] = [before.clone(), after.clone()];
            for account in [&mut before, &mut after] {
                account["users"] = json!([account["users"][at]]);
            }
            check(&world, &refused, &before, &after, "raising every area");
        }
    }

    /// TPL-3: raising what a template gives opens no more than it did.
    #[test]
    fn tpl_3_raising_a_template_afterwards_opens_no_more((world, account) in world_and_account()) {
        let (migration, refused) = migrated(&world);
        let account = with_all_features(&awake(&account), &world.naive.old);
        let (_, after) = by_library(&migration, &world, &account);
        let before = json!(Account::from_document(&parse(&account), &[]).unwrap());
        let raise = |document: &Value, catalog: &Catalog, inline: &Value, only_mentioned: bool| {
            let mut document = document.clone();
            document["catalog"] = inline.clone();
            for template in document["templates"].as_array_mut().into_iter().flatten() {
                for area in catalog.areas.iter().filter(|area| area.source == Source::Grantable) {
                    // Where the area is the leaf, raising it is setting the leaf.
                    let is_raised = template["grants"].get(&area.key).is_some()
                        && area.leaves.iter().all(|leaf| leaf.path != area.key);
                    if !only_mentioned || is_raised {
                        template["grants"][&area.key] = match area.scale {
                            Scale::Levels => json!("edit"),
                            Scale::Actions => json!(area.rungs),
                            Scale::Toggle => json!(true),
                        };
                    }
                }
            }
            document
        };
        // Whoever ticks an action that is new gives it, and what needs it.
        let mut refused = refused;
        for leaf in world.naive.new.leaves() {
            let sources = sources(&world, &leaf.path);
            let known = |rung: &String| sources.iter().any(|source| source.rungs.contains(rung));
            let rungs = leaf.rungs.iter().zip(&leaf.permissions);
            let is_first_new = leaf.rungs.first().is_some_and(|first| !known(first));
            let new = rungs
                .filter(|(rung, _)| !sources.is_empty() && (is_first_new || !known(rung)));
            refused.extend(new.map(|(_, permission)| permission.clone()));
        }
        let before = raise(&before, &world.naive.old, &world.old, false);
        let after = raise(&after, &world.naive.new, &world.new, true);
        check(&world, &refused, &before, &after, "raising every template");
    }

    /// EVO-3: turning on what is new gives nobody what they could not do without it.
    #[test]
    fn evo_3_turning_on_a_new_feature_gives_nothing_that_was_off(
        (world, account) in world_and_account()
    ) {
        let (migration, refused) = migrated(&world);
        for account in [account.clone(), awake(&account)] {
            let (_, mut after) = by_library(&migration, &world, &account);
            let new = world.naive.new.leaves().filter(|leaf| {
                leaf.source == Source::Account && sources(&world, &leaf.path).is_empty()
            });
            let features = after["features"].as_array_mut().unwrap();
            for path in new.map(|leaf| json!(leaf.path)) {
                if !features.contains(&path) {
                    features.push(path);
                }
            }
            check(&world, &refused, &account, &after, "turning on what is new");
        }
    }

    /// EVO-6: who loses what is who held something of which not all that it became is held.
    #[test]
    fn evo_6_who_loses_is_who_held_more((world, account) in world_and_account()) {
        let (migration, _) = migrated(&world);
        let before = Account::from_document(&parse(&account), &[]).unwrap();
        let (after, document) = by_library(&migration, &world, &account);
        let (old, new) = (Oracle::new(&account), Oracle::new(&document));
        let [before, after] = [before.compile(), after.compile()];
        for id in old.users() {
            let [had, has] = [old.effective(&id), new.effective(&id)];
            let mut expected = Vec::new();
            for (leaf, rung, permission) in world.naive.old.leaves().flat_map(|leaf| {
                let rungs = leaf.rungs.iter().zip(&leaf.permissions);
                rungs.map(move |(rung, permission)| (leaf, rung, permission))
            }) {
                let heirs: Vec<String> = world
                    .naive
                    .new
                    .leaves()
                    .filter(|heir| heir.rungs.contains(rung))
                    .filter(|heir| {
                        sources(&world, &heir.path).iter().any(|one| one.path == leaf.path)
                    })
                    .map(|heir| format!("{}:{rung}", heir.path))
                    .collect();
                let missing: Vec<String> =
                    heirs.iter().filter(|heir| !has.contains(*heir)).cloned().collect();
                if had.contains(permission) && (heirs.is_empty() || !missing.is_empty()) {
                    let is_partial = heirs.len() > missing.len();
                    expected.push((permission.clone(), missing, is_partial));
                }
            }
            let [had, has] =
                [&before, &after].map(|lattice| lattice.subject(id.as_str()).permissions());
            let losses: Vec<_> = migration
                .losses(&had, &has)
                .iter()
                .map(|loss| {
                    let text = |catalog: &bailiwick::Catalog, one| catalog.display(one).to_string();
                    let missing = loss.missing().iter();
                    let missing = missing.map(|one| text(migration.new(), *one)).collect();
                    let permission = text(migration.old(), loss.permission());
                    (permission, missing, loss.is_partial())
                })
                .collect::<Vec<(String, Vec<String>, bool)>>();
            prop_assert_eq!(losses, expected, "{}", id);
        }
    }
}
