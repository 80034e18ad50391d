//! EVO-6: migrating is one change: decided by the host, previewed, committed by what was shown,
//! replayed by replicas.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::slice;

use bailiwick::account::{Affected, Edit, EffectOf};
use bailiwick::agency::{AgencyChange, AgencyCommand, AgencyEdit, Switch};
use bailiwick::catalog::Setter;
use bailiwick::document::Document;
use bailiwick::ledger::{CommitError, Outcome};
use bailiwick::migration::Migration;
use bailiwick::presets::{self, studio, studio_classic};
use bailiwick::{
    Account, Actor, Agency, Area, Catalog, Change, Command, Grants, Invite, Level, Live, Status,
    Timestamp,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use crate::migration::{accept, builder, gained, world_and_account};
use crate::naive::{Catalog as NaiveCatalog, Oracle, Source};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// A desk where `support.articles` is retired, `support.tickets` goes on, and `reports` is new.
fn desk() -> Migration {
    let tickets = Area::levels("support").with("tickets");
    let old = Catalog::builder("desk/1").area(tickets.clone().with("articles")).build().unwrap();
    let new = Catalog::builder("desk/2").area(tickets).area(Area::levels("reports"));
    let new = new.retire("support.articles").build().unwrap();
    Migration::between(&old, &new).retire("support.articles").add("reports").build().unwrap()
}

/// `ana` is an admin, `kim` edits all of support, `lee` reads articles alone and is invited, `mo` is
/// on a template that gives articles.
fn acme(migration: &Migration) -> Account {
    let mut account = Account::new("acme".parse().unwrap(), migration.old().clone());
    let mut articles = Grants::new(migration.old());
    articles.set("support", Level::Read).unwrap();
    articles.set("support.tickets", Level::None).unwrap();
    for command in [
        Invite::new("ana", "ana@acme.example").admin().into(),
        Command::invite("kim", "kim@acme.example"),
        Command::invite("lee", "lee@acme.example"),
        Command::create_template("articles", "Articles", articles.clone()),
        Invite::new("mo", "mo@acme.example").template("articles").into(),
        Command::accept("ana"),
        Command::accept("kim"),
        Command::accept("mo"),
        Command::set_area("kim", "support", Level::Edit),
        Command::replace_grants("lee", articles),
    ] {
        let _ = account.execute(&Actor::Host, command, NOW).unwrap();
    }
    account
}

#[test]
fn evo_6_it_is_one_change_of_the_log() {
    let migration = desk();
    let before = acme(&migration);
    let mut after = before.clone();
    let migrate = Command::migrate(&migration);
    let change = after.execute(&Actor::Host, migrate, NOW).unwrap().into_change().unwrap();
    assert_eq!((after.revision(), change.revision()), (11, 11));
    assert_eq!(change.previous(), Some(before.head()));
    assert_eq!(after.head(), change.digest());
    assert!(change.catalog().is_same(migration.old()) && after.catalog().is_same(migration.new()));
    let [Edit::Catalog { before: was, after: is }] = change.edits() else { unreachable!() };
    assert_eq!([was.users().count(), is.users().count()], [4, 4]);
    assert!(was.users().eq(before.users()) && is.users().eq(after.users()));
    assert!(was.templates().eq(before.templates()) && is.templates().eq(after.templates()));
    assert_eq!((was.features(), is.features()), (before.features(), after.features()));
    assert_eq!(change.duties().count(), 0);
    // The chain goes on, and both halves of the log are replayed.
    let suspend = Command::suspend("kim");
    let mut end = after.clone();
    let next = end.execute(&Actor::Host, suspend, NOW).unwrap().into_change().unwrap();
    assert_eq!(next.previous(), Some(change.digest()));
    let known = [migration.old().clone(), migration.new().clone()];
    let log = [&change, &next].map(|one| Change::from_log(&parse(one), &known).unwrap());
    assert_eq!(log, [change.clone(), next.clone()]);
    assert_eq!(log.each_ref().map(Change::digest), [change.digest(), next.digest()]);
    assert_eq!(before.replay(&log).unwrap(), end);
    // Once more it is the same change, and changes nothing.
    end.apply(&log[0]).unwrap();
    let by_hand = Account::from_document(&parse(&end), slice::from_ref(migration.new())).unwrap();
    assert_eq!(by_hand, end);
}

#[test]
fn evo_6_it_is_previewed_and_committed_by_what_was_shown() {
    let migration = desk();
    let mut account = acme(&migration);
    let migrate = || Command::migrate(&migration);
    let shown = account.preview(&Actor::Host, migrate(), NOW).unwrap();
    assert_eq!(
        shown.to_string(),
        "migrate from desk/1 to desk/2; ana gains reports:read, reports:edit and loses \
         support.articles:read, support.articles:edit; kim loses support.articles:read, \
         support.articles:edit; lee would lose support.articles:read; mo loses \
         support.articles:read"
    );
    let who = |effect: &bailiwick::account::Effect| match effect.who() {
        Affected::User(id) => (id.to_string(), effect.of(), effect.lost().len()),
        other => unreachable!("{other:?}"),
    };
    let effects: Vec<_> = shown.effects().iter().map(who).collect();
    let (now, later) = (EffectOf::Effective, EffectOf::Configured);
    let expected = [("ana", now, 2), ("kim", now, 2), ("lee", later, 1), ("mo", now, 1)];
    assert_eq!(effects, expected.map(|(id, of, lost)| (id.to_owned(), of, lost)));
    let gained: Vec<&str> = shown.effects()[0].gained_unknown().collect();
    assert_eq!(gained, ["reports:read", "reports:edit"]);
    // What comes in between does no harm, unless it changes what was shown.
    let digest = shown.digest();
    let _ = account.execute(&Actor::Host, Command::sign_in("kim"), NOW).unwrap();
    let mut meanwhile = account.clone();
    let restrict = Command::set_section("kim", "support.articles", Level::None);
    let _ = meanwhile.execute(&Actor::Host, restrict, NOW).unwrap();
    let stale = meanwhile.commit(&Actor::Host, migrate(), NOW, &digest).unwrap_err();
    assert!(matches!(stale, CommitError::Stale(_)), "{stale}");
    let _ = account.commit(&Actor::Host, migrate(), NOW, &digest).unwrap();
    assert!(account.catalog().is_same(migration.new()));
    assert_eq!(account.user("kim").unwrap().status(), Status::Active);
}

#[test]
fn evo_6_the_host_alone_migrates_and_nothing_else_with_it() {
    let migration = desk();
    let mut account = acme(&migration);
    let id = account.id().clone();
    let migrate = || Command::migrate(&migration);
    let mut refused = |actor: &Actor, command: Command, code: &str, message: &str| {
        let refusal = account.execute(actor, command, NOW).unwrap_err();
        assert_eq!((refusal.code(), &*refusal.to_string()), (code, message));
    };
    let ana = Actor::user(&id, &"ana".parse().unwrap());
    refused(&ana, migrate(), "host_only", "`ana` may not do this: migrating is for the host alone");
    let alone = "a migration is a command of its own; a subaccount goes with its agency";
    let batch = || Command::batch([Command::sign_in("kim"), migrate()]);
    refused(&Actor::Host, batch(), "migrates_alone", alone);
    refused(&Actor::Host, Command::batch([batch()]), "migrates_alone", alone);
    let [old, new] = [migration.old(), migration.new()];
    let read = Command::from_document(&parse(&migrate()), old).unwrap();
    assert_eq!((&read, read.to_string()), (&migrate(), migrate().to_string()));
    let unproven = "a migration that was read has only a name: build it, and give that";
    refused(&Actor::Host, read, "unproven_migration", unproven);
    let other = Command::migrate(&presets::march_to_june().build().unwrap());
    let message = format!(
        "the migration starts from catalog `studio/2026-03` ({}); this is on `desk/1` ({})",
        studio_classic::catalog().stamp(),
        old.stamp()
    );
    refused(&Actor::Host, other, "other_migration", &message);
    // Twice is once too often, unless a key says that it is the same order.
    let order = || migrate().with_key("release-7");
    let _ = account.execute(&Actor::Host, order(), NOW).unwrap();
    let again = account.execute(&Actor::Host, order(), NOW).unwrap();
    assert!(matches!(again, Outcome::AlreadyDone { revision: 11 }), "{again:?}");
    let twice = account.execute(&Actor::Host, migrate(), NOW).unwrap_err();
    let message = format!(
        "the migration starts from catalog `desk/1` ({}); this is on `desk/2` ({})",
        old.stamp(),
        new.stamp()
    );
    assert_eq!((twice.code(), twice.to_string()), ("other_migration", message));
}

/// REV-11: from a catalog to the same one nothing changes.
#[test]
fn rev_11_a_migration_to_where_it_is_changes_nothing() {
    let migration = desk();
    let mut account = acme(&migration);
    let still = Migration::between(migration.old(), migration.old()).build().unwrap();
    let outcome = account.execute(&Actor::Host, Command::migrate(&still), NOW).unwrap();
    assert!(matches!(outcome, Outcome::Unchanged { revision: 10 }), "{outcome:?}");
    let voiced = voiced();
    let mut agency = north(&voiced);
    let still = Migration::between(voiced.old(), voiced.old()).build().unwrap();
    let outcome = agency.execute(&Actor::Host, AgencyCommand::migrate(&still), NOW).unwrap();
    assert!(matches!(outcome, Outcome::Unchanged { revision: 8 }), "{outcome:?}");
}

/// Two orders are the same only if all of the migration is.
#[test]
fn a_migration_is_named_by_its_catalogs_its_rules_and_what_was_accepted() {
    let migration = desk();
    let [old, new] = [migration.old(), migration.new()];
    let builder = || Migration::between(old, new).retire("support.articles").add("reports");
    let accepted = builder().accept("reports", "all may").build().unwrap();
    let named = |migration: &Migration| json!(Command::migrate(migration));
    assert_eq!(named(&builder().build().unwrap()), named(&migration));
    assert_ne!(named(&accepted)["rules"], named(&migration)["rules"]);
    let mut fields: Vec<String> = named(&migration).as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["command", "from", "from_stamp", "rules", "to", "to_stamp"]);
    let orders = [&migration, &accepted].map(Command::migrate);
    assert_ne!(orders[0], orders[1]);
}

/// EVO-1: what was stored once is read for ever, and has the digest that the next change names.
#[test]
fn golden_migrations_are_written_back_to_the_byte() {
    let text = |name: &str| {
        let path = format!("{}/tests/data/golden/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let [desk, voiced] = [desk(), voiced()];
    let known = |of: &Migration| [of.old().clone(), of.new().clone()];
    let stored = text("migrating_change.json");
    let document = serde_json::from_str(&stored).unwrap();
    let change = Change::from_log(&document, &known(&desk)).unwrap();
    assert_eq!(serde_json::to_string_pretty(&change).unwrap() + "\n", stored);
    let mut account = acme(&desk);
    account.apply(&change).unwrap();
    let stored = text("migrating_agency_change.json");
    let document = serde_json::from_str(&stored).unwrap();
    let change = AgencyChange::from_log(&document, &known(&voiced)).unwrap();
    assert_eq!(serde_json::to_string_pretty(&change).unwrap() + "\n", stored);
    let mut agency = north(&voiced);
    agency.apply(&change).unwrap();
}

/// GRD-9: a change that was damaged, or was made for another state, is not applied, wherever in it
/// the fault is.
#[test]
fn grd_9_a_damaged_migration_is_not_applied() {
    let migration = desk();
    let before = acme(&migration);
    let known = [migration.old().clone(), migration.new().clone()];
    let change = before.decide(&Actor::Host, Command::migrate(&migration), NOW).unwrap();
    let good = json!(change.change().unwrap());
    let damaged = |pointer: &str, value: Value| {
        let mut change = good.clone();
        *change.pointer_mut(pointer).unwrap() = value;
        let read = Change::from_log(&parse(&change), &known).unwrap();
        let mut account = before.clone();
        let refused = account.apply(&read).unwrap_err().to_string();
        assert_eq!(account, before);
        refused
    };
    let other = |what: &str| {
        format!(
            "revision 11 cannot be applied: {what} is not in the state that the edit starts from"
        )
    };
    let state = other("the state under another catalog");
    for (pointer, value, expected) in [
        ("/edits/0/before/users/1/grants", json!({}), state.clone()),
        ("/edits/0/before/users/1/status", json!("suspended"), state),
        ("/edits/0/after/users/1/id", json!("kit"), other("user `kim`")),
        ("/edits/0/after/users/1/email", json!("kit@acme.example"), other("user `kim`")),
        ("/edits/0/after/users/1/role", json!("admin"), other("user `kim`")),
        ("/edits/0/after/users/1/status", json!("suspended"), other("user `kim`")),
        ("/edits/0/after/users/3/template", Value::Null, other("user `mo`")),
        ("/edits/0/after/templates/0/name", json!("All"), other("template `articles`")),
        ("/edits/0/after/users", json!([]), other("the users and templates")),
        ("/edits/0/after/templates", json!([]), other("the users and templates")),
    ] {
        assert_eq!(damaged(pointer, value), expected, "{pointer}");
    }
}

/// A process that knows the old catalog alone cannot read the change; one that knows both follows,
/// and a view that was taken before stays as it was.
#[test]
fn evo_6_processes_follow_the_log_over_a_migration() {
    let migration = presets::march_to_june().build().unwrap();
    let known = [studio_classic::catalog(), studio::catalog()];
    let mut march = Account::new("acme".parse().unwrap(), studio_classic::catalog());
    for command in [
        Command::invite("kim", "kim@acme.example"),
        Command::accept("kim"),
        Command::set_area("kim", "build", Level::Edit),
    ] {
        let _ = march.execute(&Actor::Host, command, NOW).unwrap();
    }
    let [writer, knows_both, knows_march] = [&march; 3].map(|one| Live::new(one.clone()));
    let mut log = Vec::new();
    let mut order = |command: Command| {
        let stored = writer.execute_with(&Actor::Host, command, NOW, |change| {
            log.push(parse(change));
            Ok::<(), ()>(())
        });
        assert!(stored.is_ok());
    };
    // The writer is the first to know June; what it writes before is of March.
    order(Command::rename_account("Acme"));
    order(Command::migrate(&migration));
    order(Command::suspend("kim"));
    let [builds, edits] = [studio_classic::build::AGENT.edit(), studio::behavior::GENERAL.edit()];
    let held = knows_both.view();
    for (at, document) in log.iter().enumerate() {
        knows_both.apply(&Change::from_log(document, &known).unwrap()).unwrap();
        let view = knows_both.view();
        let may = [view.allows("kim", builds), view.allows("kim", edits)];
        assert_eq!(may, [[true, false], [false, true], [false, false]][at]);
    }
    assert!(held.allows("kim", builds) && !held.allows("kim", edits));
    assert_eq!(knows_both.view().account(), writer.view().account());
    assert_eq!(knows_both.view().account().head(), writer.view().account().head());
    // March alone: up to the migration, which it cannot read.
    let mut read = log.iter().map(|one| Change::from_document(one, &known[0]));
    knows_march.apply(&read.next().unwrap().unwrap()).unwrap();
    let unknown = read.next().unwrap().unwrap_err();
    assert_eq!(unknown.problems()[0].fault().code(), "unknown_catalog");
    assert_eq!(unknown.problems()[0].place(), "edits[0].after.catalog");
    knows_march.cannot_follow();
    assert!(!knows_march.view().allows("kim", builds));
    knows_march.load(writer.view().account().clone()).unwrap();
    assert!(!knows_march.is_diverged());
    // One that wrote on in March after the migration has another history.
    let late = march.execute(&Actor::Host, Command::rename_account("Acme"), NOW).unwrap();
    assert_eq!(late.change().unwrap().revision(), 4);
    let late = march.execute(&Actor::Host, Command::suspend("kim"), NOW).unwrap();
    let diverged = knows_both.apply(late.change().unwrap()).unwrap_err();
    assert!(diverged.to_string().starts_with("diverged: revision 5"), "{diverged}");
}

/// Several changes applied at once, of which one migrates, are published as one state.
#[test]
fn evo_6_a_replica_that_is_behind_takes_several_at_once() {
    let migration = desk();
    let before = acme(&migration);
    let mut account = before.clone();
    let mut changes = Vec::new();
    for command in [
        Command::set_area("lee", "support", Level::Edit),
        Command::migrate(&migration),
        Command::set_area("lee", "reports", Level::Read),
        Command::accept("lee"),
    ] {
        changes.extend(account.execute(&Actor::Host, command, NOW).unwrap().into_change());
    }
    let live = Live::new(before);
    live.apply_all(&changes).unwrap();
    let view = live.view();
    assert_eq!(view.account(), &account);
    let [compiled, expected] = [&*view, &account.compile()].map(|lattice| {
        let may = |user: &str| lattice.subject(user).permissions();
        ["ana", "kim", "lee", "mo"].map(may)
    });
    assert_eq!(compiled, expected);
    // And it goes on from there.
    let _ = live.execute(&Actor::Host, Command::suspend("lee"), NOW).unwrap();
    let reads = migration.new().permission("reports:read").unwrap();
    assert!(view.allows("lee", reads) && !live.view().allows("lee", reads));
}

/// What a user holds, or would if they were active and every feature on (REV-8).
fn sets(account: &Value, catalog: &NaiveCatalog) -> BTreeMap<String, crate::naive::Set> {
    let mut latent = account.clone();
    let features = catalog.leaves().filter(|leaf| leaf.source == Source::Account);
    latent["features"] = features.map(|leaf| leaf.path.clone()).collect();
    for user in latent["users"].as_array_mut().unwrap() {
        user["status"] = json!("active");
        for field in ["invitation", "accepted"] {
            user.as_object_mut().unwrap().shift_remove(field);
        }
    }
    let [now, latent] = [account, &latent].map(Oracle::new);
    let of = |user: &Value| {
        let id = user["id"].as_str().unwrap().to_owned();
        let is_active = user["status"] == "active";
        if is_active {
            return (id.clone(), now.effective(&id));
        }
        // What is on is nobody's to hold.
        let mut held = latent.effective(&id);
        held.retain(|one| {
            let path = one.split(':').next().unwrap_or_default();
            !catalog.leaves().any(|leaf| leaf.path == path && leaf.source == Source::Account)
        });
        (id, held)
    };
    account["users"].as_array().unwrap().iter().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// EVO-6, REV-3, REV-4: of random accounts and migrations, the change says who gains and loses
    /// what as the naive side works it out; read back, it is the same change, and leads to the same
    /// account.
    #[test]
    fn evo_6_a_migration_says_who_loses_what((world, account) in world_and_account()) {
        let mut refused = Vec::new();
        let migration = loop {
            match accept(builder(&world), &refused).build() {
                Ok(migration) => break migration,
                Err(error) => refused.extend(gained(&error)),
            }
        };
        let before = Account::from_document(&parse(&account), &[]).unwrap();
        let mut after = before.clone();
        let migrate = Command::migrate(&migration);
        let shown = before.preview(&Actor::Host, migrate.clone(), NOW).unwrap();
        let change = after.execute(&Actor::Host, migrate, NOW).unwrap().into_change().unwrap();
        prop_assert_eq!(shown.change(), Some(&change));
        let migrated = world.naive.account_document(&account, &world.new);
        let [had, has] =
            [(&account, &world.naive.old), (&migrated, &world.naive.new)].map(|(document, catalog)| sets(document, catalog));
        let mut expected = BTreeMap::new();
        for (id, had) in &had {
            let (gained, lost) = (world.naive.gained(had, &has[id]), world.naive.lost(had, &has[id]));
            if !(gained.is_empty() && lost.is_empty()) {
                expected.insert(id.clone(), (gained, lost));
            }
        }
        let told = change.effects().iter().map(|effect| {
            let Affected::User(id) = effect.who() else { unreachable!() };
            let lost = effect.lost().iter().map(|one| before.catalog().display(*one).to_string());
            let gained = effect.gained_unknown().map(str::to_owned);
            (id.to_string(), (gained.collect(), lost.collect()))
        });
        prop_assert_eq!(told.collect::<BTreeMap<_, _>>(), expected);
        let known = [migration.old().clone(), migration.new().clone()];
        let read = Change::from_log(&parse(&change), &known).unwrap();
        prop_assert_eq!(&read, &change);
        prop_assert_eq!(read.digest(), change.digest());
        let live = Live::new(before.clone());
        live.apply(&read).unwrap();
        let view = live.view();
        prop_assert_eq!(view.account(), &after);
        let fresh = after.compile();
        for user in after.users() {
            let id = user.id().as_str();
            let followed = view.subject(id).permissions();
            prop_assert_eq!(followed, fresh.subject(id).permissions());
        }
        // What is worked out from users goes along.
        let again = Account::from_document(&parse(&after), &known).unwrap();
        prop_assert_eq!(json!(again.table()), json!(after.table()));
        let counts = |account: &Account| -> Vec<usize> {
            account.template_uses().map(bailiwick::account::TemplateUse::count).collect()
        };
        prop_assert_eq!(counts(&again), counts(&after));
    }
}

/// An agency of a tower where `kim` reads tickets, with a default of its own, and one that is gone.
fn north(migration: &Migration) -> Agency {
    let mut agency = Agency::new("north".parse().unwrap(), migration.old().clone());
    let within = |account: &str, command| AgencyCommand::within(account, command);
    for command in [
        AgencyCommand::create("harbor"),
        AgencyCommand::create("tower"),
        AgencyCommand::create("gone"),
        AgencyCommand::delete("gone"),
        AgencyCommand::select_all("plan.voice", Switch::On),
        within("tower", Command::invite("kim", "kim@tower.example")),
        within("tower", Command::accept("kim")),
        within("tower", Command::set_area("kim", "support", Level::Read)),
    ] {
        let _ = agency.execute(&Actor::Host, command, NOW).unwrap();
    }
    agency
}

fn voiced() -> Migration {
    let [old, new] = ["desk/1", "desk/2"].map(|id| {
        let support = Area::levels("support").with("tickets");
        let plan = Area::toggle("plan").features_by(Setter::Agency).with("voice");
        let support = support.with(if id == "desk/2" { "faqs" } else { "articles" });
        Catalog::builder(id).area(support).area(plan).build().unwrap()
    });
    let migration = Migration::between(&old, &new).add("support.faqs");
    migration.retire("support.articles").build().unwrap()
}

#[test]
fn evo_6_an_agency_is_one_change_with_all_its_subaccounts() {
    let migration = voiced();
    let before = north(&migration);
    let migrate = || AgencyCommand::migrate(&migration);
    let shown = before.preview(&Actor::Host, migrate(), NOW).unwrap();
    assert_eq!(shown.affected_users(), 1);
    let live = Live::new(before.clone());
    let done = live.commit(&Actor::Host, migrate(), NOW, &shown.digest()).unwrap();
    let change = done.into_change().unwrap();
    assert_eq!(change.to_string(), "9 host: migrate from desk/1 to desk/2");
    let affected: Vec<_> = change.affected_subaccounts().map(|(id, n)| (id.as_str(), n)).collect();
    assert_eq!(affected, [("tower", 1)]);
    let [AgencyEdit::Migrated { subaccounts, .. }] = change.edits() else { unreachable!() };
    let ids: Vec<&str> = subaccounts.iter().map(|one| one.account().as_str()).collect();
    assert_eq!(ids, ["harbor", "tower"]);
    assert_eq!(
        subaccounts[1].to_string(),
        "5 host: migrate from desk/1 to desk/2; kim loses support.articles:read"
    );
    // Replicas read it from the log, and both halves of the log are replayed.
    let known = [migration.new().clone(), migration.old().clone()];
    let read = AgencyChange::from_log(&parse(&change), &known).unwrap();
    assert_eq!((&read, read.digest()), (&change, change.digest()));
    let replica = Live::new(before.clone());
    replica.apply(&read).unwrap();
    assert_eq!(replica.view().agency(), live.view().agency());
    let [tickets, faqs] =
        ["support.tickets:read", "support.faqs:read"].map(|one| known[0].permission(one).unwrap());
    let view = replica.view();
    assert!(view.allows("tower", "kim", tickets) && !view.allows("tower", "kim", faqs));
    let open =
        AgencyCommand::within("tower", Command::set_section("kim", "support.faqs", Level::Read));
    let next = replica.execute(&Actor::Host, open, NOW).unwrap().into_change().unwrap();
    assert!(replica.view().allows("tower", "kim", faqs));
    assert_eq!(next.previous(), Some(change.digest()));
    let end = before.replay([&change, &next]).unwrap();
    assert_eq!(&end, replica.view().agency());
    assert_eq!(Agency::from_document(&parse(&end), &known).unwrap(), end);
}

#[test]
fn evo_6_an_agency_migrates_as_a_whole_and_by_the_host() {
    let migration = voiced();
    let mut agency = north(&migration);
    let own = Actor::agency(agency.id());
    let refusal = agency.execute(&own, AgencyCommand::migrate(&migration), NOW).unwrap_err();
    assert_eq!(
        (refusal.code(), &*refusal.to_string()),
        ("host_only", "agency `north` may not do this: migrating is for the host alone")
    );
    for command in [
        Command::migrate(&migration),
        Command::batch([Command::sign_in("kim"), Command::migrate(&migration)]),
    ] {
        let within = AgencyCommand::within("tower", command);
        let refusal = agency.execute(&Actor::Host, within, NOW).unwrap_err();
        assert_eq!(refusal.code(), "migrates_alone");
    }
    // A subaccount that is missing, or would leave by itself, is another state.
    let known = [migration.old().clone(), migration.new().clone()];
    let change = agency.decide(&Actor::Host, AgencyCommand::migrate(&migration), NOW).unwrap();
    let good = json!(change.change().unwrap());
    let mut fewer = good.clone();
    fewer["edits"][0]["migrated"].as_array_mut().unwrap().pop();
    let mut by_itself = good.clone();
    by_itself["edits"] = json!([{"changed": good["edits"][0]["migrated"][1]}]);
    for damaged in [fewer, by_itself] {
        let read = AgencyChange::from_log(&parse(&damaged), &known).unwrap();
        let before = agency.clone();
        let error = agency.apply(&read).unwrap_err().to_string();
        assert!(error.contains("is not in the state that the edit starts from"), "{error}");
        assert_eq!(agency, before);
    }
}
