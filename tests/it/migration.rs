//! EVO-2, EVO-3, EVO-4: migrations between catalogs, against the naive reading of them.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod documents;
mod latent;
mod march_accounts;
mod march_to_june;
mod releases;
mod rules;
mod rungs;
mod tombstones;

use std::collections::BTreeSet;

use bailiwick::document::Document;
use bailiwick::migration::{
    Gained, Migration, MigrationBuilder, MigrationError, MigrationFault, MigrationProblem,
};
use bailiwick::{Account, Actor, Catalog, Command, Mutes, Role, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::naive::{Oracle, Scale, Source};
use crate::worlds::{self, migrations::World};

fn parse(value: &impl serde::Serialize) -> Document {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn catalog(document: &Value) -> Catalog {
    Catalog::from_document(&parse(document)).unwrap()
}

/// An account as it is after a migration.
pub(crate) fn migrated(account: &Account, migration: &Migration) -> Account {
    let mut next = account.clone();
    let now = Timestamp::from_unix_millis(1_790_000_000_000);
    let _ = next.execute(&Actor::Host, Command::migrate(migration), now).unwrap();
    next
}

/// The rules of a world, given to a builder.
pub(crate) fn builder(world: &World) -> MigrationBuilder {
    let between = Migration::between(&catalog(&world.old), &catalog(&world.new));
    world.rules.iter().fold(between, |builder, rule| {
        let (verb, from) = rule.as_object().unwrap().iter().next().unwrap();
        let names = |names: &Value| -> Vec<String> {
            let list = names.as_array().cloned().unwrap_or_else(|| vec![names.clone()]);
            list.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
        };
        let from = names(from);
        let into = rule.get("into").map(names).unwrap_or_default();
        let kind = rule.get("of").map_or("permission", |kind| kind.as_str().unwrap());
        match (kind, verb.as_str()) {
            ("operation", "add") => return builder.add_operation(&from[0]),
            ("operation", "retire") => return builder.retire_operation(&from[0]),
            ("operation", "rename") => return builder.rename_operation(&from[0], &into[0]),
            ("template", "add") => return builder.add_template(&from[0]),
            ("template", "retire") => return builder.retire_template(&from[0]),
            ("template", "rename") => return builder.rename_template(&from[0], &into[0]),
            (kind, _) => assert_eq!(kind, "permission", "{rule}"),
        }
        match verb.as_str() {
            "add" => builder.add(&from[0]),
            "retire" => builder.retire(&from[0]),
            "rename" => builder.rename(&from[0], &into[0]),
            "move_to" => builder.move_to(&from[0], &into[0]),
            "split" => builder.split(&from[0], into),
            "merge_all" => builder.merge_all(from, &into[0]),
            "merge_any" => builder.merge_any(from, &into[0]),
            "lowest_of" => builder.lowest_of(from, &into[0]),
            verb => panic!("no rule `{verb}`"),
        }
    })
}

/// The permissions that a migration which cannot be built would give.
pub(crate) fn gained(error: &MigrationError) -> Vec<String> {
    let problems = error.problems().iter();
    problems
        .map(|problem| match problem.fault() {
            MigrationFault::Gain(gain) => match gain.gained() {
                Gained::Permission { leaf, rung } => format!("{leaf}:{rung}"),
                Gained::Setting(path) => path.to_string(),
                Gained::Commands(group) => group.to_string(),
                Gained::Operation(key) => key.to_string(),
                other => panic!("{other}"),
            },
            fault => panic!("{fault}: {error}"),
        })
        .collect()
}

pub(crate) fn accept(builder: MigrationBuilder, gains: &[String]) -> MigrationBuilder {
    gains.iter().fold(builder, |builder, gain| builder.accept(gain, "tested"))
}

/// Each user of an account, with what they may do and whether they are an admin.
fn users(account: &Value) -> Vec<(String, std::collections::BTreeSet<String>, bool)> {
    let oracle = Oracle::new(account);
    let is_admin = |id: &str| {
        let users = account["users"].as_array().unwrap();
        users.iter().any(|user| user["id"] == id && user["role"] == "admin")
    };
    let users = oracle.users().into_iter();
    users.map(|id| (id.clone(), oracle.effective(&id), is_admin(&id))).collect()
}

/// The account as it could be one day: everyone active, every feature on, and so on (EVO-3: also
/// latently).
fn variants(account: &Value, world: &World) -> Vec<Value> {
    let everyone = |change: &dyn Fn(&mut Value)| {
        let mut account = account.clone();
        account["users"].as_array_mut().unwrap().iter_mut().for_each(|user| {
            change(user);
            user["status"] = json!("active");
            user.as_object_mut().unwrap().shift_remove("invitation");
            user.as_object_mut().unwrap().shift_remove("accepted");
        });
        account
    };
    let remove = |user: &mut Value, field: &str| {
        user.as_object_mut().unwrap().shift_remove(field);
    };
    let mut all_on = everyone(&|user| user["role"] = json!("member"));
    let features = world.naive.old.leaves().filter(|leaf| leaf.source == Source::Account);
    all_on["features"] = features.map(|leaf| leaf.path.clone()).collect();
    vec![
        account.clone(),
        everyone(&|_| ()),
        everyone(&|user| {
            user["role"] = json!("member");
            remove(user, "mutes");
        }),
        everyone(&|user| {
            user["role"] = json!("member");
            remove(user, "template");
        }),
        everyone(&|user| {
            user["role"] = json!("member");
            remove(user, "grants");
        }),
        everyone(&|user| user["role"] = json!("admin")),
        all_on,
    ]
}

/// A world, and an account on its old catalog.
pub(crate) fn world_and_account() -> impl Strategy<Value = (World, Value)> {
    let worlds =
        prop_oneof![1 => worlds::migrations::migration(), 2 => worlds::successors::succession()];
    worlds.prop_flat_map(|world| {
        let account = worlds::account_on(world.old.clone());
        (Just(world), account)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// EVO-3, EVO-4, EVO-6: what is stored becomes, to the letter, what the naive side makes of
    /// it; whoever gains anything gains what the proof refused; and whom the proof shows really
    /// gains.
    #[test]
    fn evo_3_nobody_gains_but_what_the_proof_refused((world, account) in world_and_account()) {
        // Problems are reported a hundred at a time.
        let mut refused = Vec::new();
        let migration = loop {
            match accept(builder(&world), &refused).build() {
                Ok(migration) => break migration,
                Err(error) => {
                    check_witnesses(&world, &error);
                    refused.extend(gained(&error));
                }
            }
        };
        check_operations(&world, &refused);
        check_mapping(&world, &migration, &account);
        check_account(&world, &migration, &account);
        check_document(&migration);
        for account in variants(&account, &world) {
            let migrated = world.naive.account_document(&account, &world.new);
            let [was, is] = [&account, &migrated].map(Oracle::new);
            for (id, before, is_admin) in users(&account) {
                for permission in is.effective(&id) {
                    let is_known = world.naive.is_in_image(&permission, &before, is_admin)
                        || refused.contains(&permission);
                    prop_assert!(is_known, "{id} gains {permission}");
                }
                check_carried(&world, &refused, &id, &was, &is);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// EVO-2: a rule about an operation or a template that is left out is missed by name.
    #[test]
    fn evo_2_no_name_is_forgotten((world, _) in world_and_account(), at in any::<Index>()) {
        let named: Vec<&Value> = world.rules.iter().filter(|rule| rule.get("of").is_some()).collect();
        prop_assume!(!named.is_empty());
        let (rule, mut fewer) = ((*at.get(&named)).clone(), world.clone());
        fewer.rules.retain(|one| *one != rule);
        let error = builder(&fewer).build().unwrap_err();
        let unaccounted = |problem: &MigrationProblem| match problem.fault() {
            MigrationFault::Unaccounted { kind, name, .. } => {
                assert_eq!(rule["of"], kind.name());
                name.to_string()
            }
            fault => panic!("{fault}"),
        };
        let missing: Vec<String> = error.problems().iter().map(unaccounted).collect();
        let fields = ["retire", "rename", "into", "add"].into_iter();
        let expected: Vec<&str> = fields.filter_map(|field| rule.get(field)?.as_str()).collect();
        prop_assert_eq!(missing, expected);
    }
}

/// The proof refuses the operations that need less than they did, and no others.
fn check_operations(world: &World, refused: &[String]) {
    let gained = world.naive.operation_gains();
    let is_one = |name: &&String| name.contains("operation");
    let found = refused.iter().filter(is_one).cloned();
    assert_eq!(found.collect::<BTreeSet<_>>(), gained);
}

/// CAT-7, CAT-15: who may perform an operation or give a group of commands could before, unless
/// that was refused, or something that carries it.
fn check_carried(world: &World, refused: &[String], id: &str, was: &Oracle, is: &Oracle) {
    let is_accepted = |name: &str| refused.iter().any(|one| one == name);
    for (before, after) in &world.naive.operations {
        let [before, after] = [(&world.naive.old, before), (&world.naive.new, after)]
            .map(|(catalog, key)| (key, catalog.expand(key)));
        if is_accepted(after.0) || after.1.iter().any(|need| is_accepted(need)) {
            continue;
        }
        if is.decide(id, &after.1).is_ok() {
            assert_eq!(was.decide(id, &before.1), Ok(()), "{id} gains {}", after.0);
        }
    }
    for group in ["invite", "edit", "delete", "permissions", "templates"] {
        let mut by = is.carried_by(id, group);
        by.retain(|one| !is_accepted(one));
        let mut needs = is.catalog().needed_by(group).iter();
        if is_accepted(group) || by.is_empty() || needs.any(|one| is_accepted(&format!("{one}:on")))
        {
            continue;
        }
        assert_ne!(was.carried_by(id, group), [""; 0], "{id} gains {group} by {by:?}");
    }
}

/// The smallest profile that the proof shows gains, by the naive reading of both catalogs.
fn check_witnesses(world: &World, error: &MigrationError) {
    for problem in error.problems() {
        let MigrationFault::Gain(gain) = problem.fault() else { continue };
        let (Gained::Permission { leaf, rung }, Some(by)) = (gain.gained(), gain.by()) else {
            continue;
        };
        let template =
            by.template().map(|grants| json!([{"id": "t", "name": "T", "grants": grants}]));
        let mut user = json!({
            "id": "kim", "email": "kim@acme.example", "status": "active",
            "role": by.role(), "grants": by.grants(), "mutes": mutes(by.mutes()),
        });
        if template.is_some() {
            user["template"] = json!("t");
        }
        let features = by.features();
        let features = features.iter().map(|one| features.catalog().display(one).to_string());
        let account = json!({
            "format": "bailiwick/account/1", "id": "acme", "catalog": world.old,
            "templates": template.unwrap_or(json!([])), "users": [user],
            "features": features.map(|one| one.replace(":on", "")).collect::<Vec<_>>(),
        });
        let permission = format!("{leaf}:{rung}");
        let mut migrated = world.naive.account_document(&account, &world.new);
        let mut account = account;
        if let Some(area) = by.raised() {
            for old in world.naive.sources(leaf) {
                raise(&mut account, &world.naive.old, &old.area);
            }
            raise(&mut migrated, &world.naive.new, area);
        }
        let [(_, before, is_admin)] = &users(&account)[..] else { panic!("{account}") };
        // Now, or once what is new has been turned on.
        let mut latent = migrated.clone();
        let features = world.naive.new.leaves().filter(|leaf| leaf.source == Source::Account);
        latent["features"] = features.map(|leaf| leaf.path.clone()).collect();
        let mut states = [&migrated, &latent].into_iter();
        assert!(
            states.any(|state| Oracle::new(state).effective("kim").contains(&permission))
                && !world.naive.is_in_image(&permission, before, *is_admin),
            "{gain}: {account}\n{migrated}"
        );
        assert_eq!(*is_admin, by.role() == Role::Admin);
    }
}

/// Sets an area to all that it has, for the only user.
fn raise(account: &mut Value, catalog: &crate::naive::Catalog, key: &str) {
    let area = catalog.areas.iter().find(|area| area.key == key).unwrap();
    account["users"][0]["grants"][key] = match area.scale {
        Scale::Levels => json!("edit"),
        Scale::Actions => json!(area.rungs),
        Scale::Toggle => json!(true),
    };
}

fn mutes(mutes: &Mutes) -> Vec<String> {
    mutes.iter().map(|mute| mute.to_string()).collect()
}

/// What the library makes of grants, mutes, templates and features is what the naive side does.
fn check_mapping(world: &World, migration: &Migration, account: &Value) {
    let read = Account::from_document(&parse(account), &[]).unwrap();
    let expected = world.naive.account_document(account, &world.new);
    for (user, expected) in read.users().zip(expected["users"].as_array().unwrap()) {
        let template = read.templates().find(|one| Some(one.id()) == user.template());
        let grants = template.map_or_else(
            || migration.grants(user.grants()),
            |template| migration.grants_beside(template, user.grants()),
        );
        assert_eq!(json!(grants), settled(&expected["grants"]), "{}", user.id());
        assert_eq!(
            json!(mutes(&migration.mutes(user.mutes()))),
            expected["mutes"],
            "{}",
            user.id()
        );
    }
    for (template, expected) in read.templates().zip(expected["templates"].as_array().unwrap()) {
        let migrated = migration.template(template);
        assert_eq!(json!(migrated.grants()), settled(&expected["grants"]), "{}", template.id());
        assert_eq!(migrated.name(), template.name());
    }
    let features = migration.features(read.features());
    let mut on: Vec<String> = features
        .iter()
        .map(|one| migration.new().display(one).to_string().replace(":on", ""))
        .collect();
    on.sort();
    assert_eq!(json!(on), expected["features"]);
}

/// EVO-6: an account goes as a whole, users of every status with it: it is the account that the
/// naive side makes of it, one revision later.
fn check_account(world: &World, migration: &Migration, account: &Value) {
    let read = Account::from_document(&parse(account), &[]).unwrap();
    let migrated = migrated(&read, migration);
    let expected = world.naive.account_document(account, &world.new);
    let mut expected = json!(Account::from_document(&parse(&expected), &[]).unwrap());
    expected["revision"] = json!(read.revision() + 1);
    let mut written = json!(migrated);
    for document in [&mut written, &mut expected] {
        let fields = document.as_object_mut().unwrap();
        assert!(fields.shift_remove("catalog").is_some());
        fields.shift_remove("head");
    }
    assert_eq!(written, expected);
    // What is worked out from users goes along.
    let known = [migration.new().clone()];
    let again = Account::from_document(&parse(&migrated), &known).unwrap();
    assert_eq!(json!(again.table()), json!(migrated.table()));
    let uses = |account: &Account| -> Vec<Vec<String>> {
        let uses = account.template_uses();
        uses.map(|one| one.users().map(|user| user.id().to_string()).collect()).collect()
    };
    assert_eq!(uses(&again), uses(&migrated));
    assert!(again.compile().diff(&migrated.compile()).unwrap().is_empty());
    // What is lost is what was held and is not any more, in whole or in part.
    let (before, after) = (read.compile(), migrated.compile());
    for user in read.users() {
        let [had, has] = [&before, &after].map(|lattice| lattice.subject(user.id().as_str()));
        let losses = migration.losses(&had.permissions(), &has.permissions());
        for loss in losses {
            assert!(had.can(loss.permission()));
            assert!(loss.missing().iter().all(|one| !has.can(*one)));
        }
    }
}

/// A migration comes back from its document.
fn check_document(migration: &Migration) {
    let known = [migration.old().clone(), migration.new().clone()];
    let read = Migration::from_document(&parse(migration), &known).unwrap();
    assert_eq!(read.rules(), migration.rules());
    assert_eq!(read.accepted(), migration.accepted());
    assert_eq!(json!(read), json!(migration));
}

fn settled(grants: &Value) -> Value {
    if grants.is_null() { json!({}) } else { grants.clone() }
}
