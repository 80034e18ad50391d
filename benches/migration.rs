//! What it costs to build a migration, with its proof (EVO-3), and to migrate an account.
//!
//! ```sh
//! cargo bench --bench migration
//! ```
//!
//! From March to June, and between catalogs of 300 and 2,000 leaves in areas of twenty: every area
//! is renamed, one leaf of each is merged with one of the next area, one is new, and half of them
//! are gated. Bytes are the most that were requested from the allocator at once while building.

#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a benchmark")]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use bailiwick::catalog::{CatalogBuilder, LeafView, Source};
use bailiwick::migration::{Migration, MigrationBuilder};
use bailiwick::{Account, Actor, Area, Catalog, Command, Grants, Level, presets};

use support::{NOW, is_measured, median, micros};

const ROUNDS: usize = 5;
const USERS: usize = 1_000;

fn main() {
    let sizes: &[usize] = if is_measured() { &[300, 2_000] } else { &[40] };
    println!(
        "{:>8} {:>14} {:>14} {:>16} {:>18}",
        "leaves", "build, ms", "peak, KiB", "a user, µs", "with template, µs"
    );
    report("33", presets::march_to_june, "build");
    for leaves in sizes {
        let builder = || renamed(*leaves);
        report(&leaves.to_string(), builder, "area_0");
    }
}

fn report(name: &str, builder: impl Fn() -> MigrationBuilder, area: &str) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let ready = builder();
            micros(|| ready.build().unwrap())
        })
        .collect();
    let ready = builder();
    let peak = allocation_counter::measure(|| drop(ready.build().unwrap())).bytes_max;
    let migration = builder().build().unwrap();
    let users = if is_measured() { USERS } else { 10 };
    let migrate = Command::migrate(&migration);
    let [own, beside] = [false, true].map(|has_template| {
        let account = account(migration.old(), area, users, has_template);
        let mut moved: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                micros(|| {
                    let mut next = account.clone();
                    next.execute(&Actor::Host, migrate.clone(), NOW).unwrap()
                }) / users as f64
            })
            .collect();
        median(&mut moved)
    });
    let (build, peak) = (median(&mut times) / 1e3, peak as f64 / 1024.0);
    println!("{name:>8} {build:>14.2} {peak:>14.0} {own:>16.2} {beside:>18.2}");
}

/// Users who hold one area each, of whom no two have the same restrictions: whoever holds the same
/// is migrated once.
fn account(catalog: &Catalog, area: &str, users: usize, has_template: bool) -> Account {
    let mut account = Account::new("acme".parse().unwrap(), catalog.clone());
    let mut run = |command| drop(account.execute(&Actor::Host, command, NOW).unwrap());
    let leaves: Vec<&str> = catalog.leaves().map(LeafView::path).collect();
    let is_inside = |leaf: &&&str| leaf.split_once('.').is_some_and(|(own, _)| own == area);
    let inside: Vec<&str> = leaves.iter().filter(is_inside).copied().collect();
    let granted = |restrictions: usize| {
        let mut grants = Grants::new(catalog);
        grants.set(area, Level::Edit).unwrap();
        for (place, leaf) in inside.iter().enumerate().filter(|(at, _)| restrictions >> at & 1 == 1)
        {
            grants.set(leaf, if place % 2 == 0 { Level::Read } else { Level::None }).unwrap();
        }
        grants
    };
    run(Command::create_template("first", "First", granted(1)));
    for user in 0..users {
        let id = format!("user_{user}");
        run(Command::invite(&id, format!("{id}@acme.example")));
        if has_template {
            run(Command::assign_template(&id, "first"));
        }
        run(Command::replace_grants(&id, granted(user + 1)));
    }
    account
}

fn renamed(leaves: usize) -> MigrationBuilder {
    let areas = leaves / 20;
    let catalog = |id: String, prefix: &str, is_new: bool| {
        let area = |area: usize| {
            let first = Area::levels(format!("{prefix}_{area}"));
            let known = if is_new { 0..19 } else { 0..20 };
            let all = known.fold(first, |all, leaf| all.with(format!("leaf_{leaf}")));
            if is_new { all.with("added") } else { all }
        };
        let plan = Area::toggle("plan").set_by(Source::Account).with("a").with("b").with("c");
        let builder = (0..areas).map(area).fold(Catalog::builder(id), CatalogBuilder::area);
        let gated = (0..areas).filter(|area| area % 2 == 0);
        let features = ["plan.a", "plan.b", "plan.c"];
        let gated = gated.map(|area| (format!("{prefix}_{area}"), features));
        gated.fold(builder.area(plan), |all, (area, needs)| all.gate(area, needs)).build().unwrap()
    };
    let (old, new) =
        (catalog("wide/1".into(), "area", false), catalog("wide/2".into(), "part", true));
    (0..areas).fold(Migration::between(&old, &new), |rules, area| {
        let merged = [format!("area_{area}.leaf_0"), format!("area_{area}.leaf_19")];
        rules
            .rename(format!("area_{area}"), format!("part_{area}"))
            .merge_all(merged, format!("part_{area}.leaf_0"))
            .add(format!("part_{area}.added"))
    })
}
