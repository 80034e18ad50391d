//! How time grows with the size of the input: the exponent `k` of `time = c × sizeᵏ`.
//!
//! ```sh
//! cargo bench --bench growth            # all rows
//! cargo bench --bench growth -- catalog # rows whose names contain a text
//! ```
//!
//! Each row doubles its size several times. 1 is linear and 2 is quadratic; near 0, the size does
//! not matter. Times are the least of several rounds, in microseconds.

#![expect(clippy::unwrap_used, reason = "a benchmark")]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use std::sync::LazyLock;
use std::time::Instant;

use bailiwick::catalog::{CatalogBuilder, Source};
use bailiwick::{
    Account, Actor, Area, Catalog, Change, Command, Features, Grants, Invite, Lattice, Level, Live,
    Mutes, Profile, Role, Section, Status,
};

use support::{NOW, growth, is_measured, micros, run};

/// How often a size is doubled.
const DOUBLINGS: usize = 3;

/// Measures what a row is about once for a size, in µs, without what is made ready for it.
type Measure = fn(usize) -> f64;

/// A name, the smallest size, and what is measured.
const ROWS: [(&str, usize, Measure); 34] = [
    ("catalog: areas", 500, |size| {
        let areas: Vec<Area> = (0..size).map(|n| Area::toggle(format!("area_{n}"))).collect();
        micros(|| areas.into_iter().fold(Catalog::builder("wide/1"), CatalogBuilder::area).build())
    }),
    ("catalog: leaves", 250, |size| micros(|| wide(size))),
    ("catalog: features with API names", 500, |size| {
        let section = |n| Section::new(format!("f_{n}")).known_to_api_as(format!("api_{n}"));
        let area = Area::toggle("plan").set_by(Source::Account);
        let area = (0..size).fold(area, |area, n| area.with(section(n)));
        micros(|| Catalog::builder("features/1").area(area).build())
    }),
    ("catalog: gates, up to 512 of them", 64, |size| {
        let builder = (0..size).fold(with_features(512), |all, n| {
            all.gate(format!("big.leaf_{n}"), [format!("plan.f_{n}")])
        });
        micros(|| builder.build())
    }),
    ("catalog: chained gates, up to 512 of them", 64, |size| {
        let builder = (1..size).fold(with_features(512), |all, n| {
            all.gate(format!("plan.f_{n}"), [format!("plan.f_{}", n - 1)])
        });
        micros(|| builder.build())
    }),
    ("catalog: operations", 500, |size| {
        let builder = (0..size).fold(with_features(500), |all, n| {
            all.operation(format!("operation_{n}"), [format!("big.leaf_{}:edit", n % 500)])
        });
        micros(|| builder.build())
    }),
    ("catalog: operations on an area of 1,500 leaves", 500, |size| {
        let builder = (0..size).fold(with_features(1_500), |all, n| {
            all.operation(format!("operation_{n}"), ["big:edit"])
        });
        micros(|| builder.build())
    }),
    ("catalog: needs of one operation", 500, |size| {
        let needs = (0..size).map(|n| format!("big.leaf_{}:edit", n % 500));
        let builder = with_features(500).operation("all", needs);
        micros(|| builder.build())
    }),
    ("catalog: areas of another one, included", 250, |size| {
        let areas = || (0..size).map(|n| format!("area_{n}"));
        let other = areas().fold(Catalog::builder("other/1"), |all, key| {
            all.area(Area::levels(key.clone()))
                .operation(format!("do_{key}"), [format!("{key}:edit")])
        });
        let (other, keys) = (other.build().unwrap(), areas().collect::<Vec<_>>());
        micros(|| {
            Catalog::builder("whole/1").include(&other, keys.iter().map(String::as_str)).build()
        })
    }),
    ("catalog: a preset template of all leaves", 200, |size| {
        let grants = core::iter::once("big".to_owned()).chain((0..size).rev().map(leaf));
        let grants: Vec<_> = grants.map(|path| (path, Level::Read)).collect();
        let builder = with_features(size).template("all", "All", grants);
        micros(|| builder.build())
    }),
    ("ask: a whole area", 250, |size| {
        let catalog = wide(size);
        micros(|| catalog.require(["big:edit"]))
    }),
    ("ask: a whole area, many times", 500, |size| {
        let catalog = wide(2_000);
        micros(|| catalog.require(core::iter::repeat_n("big:edit", size)))
    }),
    ("ask: every leaf", 250, |size| {
        let catalog = wide(size);
        let asks: Vec<String> = (0..size).map(|n| format!("{}:edit", leaf(n))).collect();
        micros(|| catalog.require(&asks))
    }),
    ("grants: every leaf, set from the last to the first", 250, |size| {
        let catalog = wide(size);
        micros(|| all_leaves(&catalog, size))
    }),
    ("grants: every leaf raised", 250, |size| {
        let catalog = wide(size);
        micros(|| {
            let mut grants = Grants::new(&catalog);
            (0..size).rev().for_each(|n| grants.raise(leaf(n), Level::Read).unwrap());
            grants
        })
    }),
    ("grants: every leaf removed", 250, |size| {
        let catalog = wide(size);
        let mut grants = all_leaves(&catalog, size);
        micros(|| (0..size).for_each(|n| grants.remove(leaf(n)).unwrap()))
    }),
    ("grants: an area of many leaves raised for one", 250, |size| {
        let catalog = wide(size);
        let mut grants = Grants::new(&catalog);
        micros(|| grants.raise(leaf(size / 2), Level::Edit))
    }),
    ("one user of many leaves: compile", 250, |size| {
        let (catalog, grants) = user_of(size);
        micros(|| compile(&catalog, &grants))
    }),
    ("one user of many leaves: explain", 250, |size| {
        let (catalog, grants) = user_of(size);
        let lattice = compile(&catalog, &grants);
        let last = catalog.permissions().last().unwrap();
        micros(|| lattice.explain("kim", last))
    }),
    ("one user of many leaves: decide on the area", 250, |size| {
        let (catalog, grants) = user_of(size);
        let lattice = compile(&catalog, &grants);
        let all = catalog.require(["big:edit"]).unwrap();
        micros(|| lattice.subject("kim").decide(&all))
    }),
    ("one user of many leaves: navigation", 250, |size| {
        let (catalog, grants) = user_of(size);
        let lattice = compile(&catalog, &grants);
        micros(|| lattice.subject("kim").navigation())
    }),
    ("one user of many leaves: a row of the matrix", 250, |size| {
        let (catalog, grants) = user_of(size);
        let lattice = compile(&catalog, &grants);
        micros(|| lattice.subject("kim").cells().count())
    }),
    ("many users: compile", 2_000, |size| {
        let account = account(size);
        micros(|| account.compile())
    }),
    ("many users: who can", 2_000, |size| {
        let lattice = account(size).compile();
        let all = lattice.catalog().require(["big:read"]).unwrap();
        micros(|| lattice.who_can(&all).count())
    }),
    ("many users: diff", 2_000, |size| {
        let account = account(size);
        let mut later = account.clone();
        run(&mut later, edit(1));
        let (lattice, later) = (account.compile(), later.compile());
        micros(|| lattice.diff(&later).unwrap())
    }),
    ("many users: published with an edit of their template", 2_000, |size| {
        follow(size, vec![edit(1)])
    }),
    ("many users: published with as many edits of their template", 50, |size| {
        follow(size, (0..size).map(edit).collect())
    }),
    ("many users: published with a change of each", 1_000, |size| {
        let ids = (0..size).map(|n| format!("user-{n}"));
        follow(size, ids.map(|id| Command::assign_template(id.as_str(), "second")).collect())
    }),
    ("many users: the template deleted", 250, |size| {
        let mut account = account(size);
        let ids: Vec<String> = (0..size).map(|n| format!("user-{n}")).collect();
        let moved = ids.iter().map(String::as_str);
        micros(|| {
            account
                .execute(&Actor::Host, Command::delete_template_in_use("t", moved), NOW)
                .map(drop)
        })
    }),
    ("a batch of edits of one template", 250, |size| {
        let mut account = account(10);
        let commands: Vec<Command> = (0..size).map(edit).collect();
        micros(|| account.execute(&Actor::Host, Command::batch(commands), NOW).map(drop))
    }),
    ("a batch of new templates", 250, |size| {
        let mut account = account(10);
        let commands: Vec<Command> = (0..size).map(|n| create(&format!("t-{n}"))).collect();
        micros(|| account.execute(&Actor::Host, Command::batch(commands), NOW).map(drop))
    }),
    ("a batch of deleted templates", 250, |size| {
        let mut account = account(1_000);
        (0..size).for_each(|n| run(&mut account, create(&format!("t-{n}"))));
        let commands: Vec<Command> =
            (0..size).map(|n| Command::delete_template(format!("t-{n}"))).collect();
        micros(|| account.execute(&Actor::Host, Command::batch(commands), NOW).map(drop))
    }),
    ("a batch of invitations", 250, |size| {
        let mut account = account(10);
        let commands: Vec<Command> = (0..size).map(|n| invite(n + 10)).collect();
        micros(|| account.execute(&Actor::Host, Command::batch(commands), NOW).map(drop))
    }),
    ("users who come and go, of ten", 1_000, |size| {
        let live = Live::new(account(10));
        let commands: Vec<_> = (10..size + 10)
            .map(|n| (invite(n), Command::delete_user(format!("user-{}", n - 10))))
            .collect();
        micros(|| {
            for (come, go) in commands {
                drop(live.execute(&Actor::Host, come, NOW).unwrap());
                drop(live.execute(&Actor::Host, go, NOW).unwrap());
            }
        })
    }),
];

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let (divisor, most) = if is_measured() { (1, 25) } else { (50, 1) };
    println!("{:62}{:>12}{:>14}{:>9}", "", "size", "µs", "growth");
    for (name, smallest, measure) in ROWS {
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let sizes: [usize; DOUBLINGS + 1] =
            core::array::from_fn(|doubling| (smallest / divisor).max(2) << doubling);
        let times = sizes.map(|size| least(most, || measure(size)));
        let ([.., largest], [.., last]) = (sizes, times);
        println!("{name:62}{largest:>12}{last:>14.1}{:>9.2}", growth(&sizes, &times));
    }
}

/// The least of at least three measurements and at most this many, as long as they take less than a
/// second in total: a busy machine can only make them longer.
fn least(most: usize, measure: impl Fn() -> f64) -> f64 {
    let start = Instant::now();
    let go_on = |round: &usize| *round < 3 || start.elapsed().as_secs() < 1;
    (0..most).take_while(go_on).map(|_| measure()).fold(f64::MAX, f64::min)
}

fn leaf(number: usize) -> String {
    format!("big.leaf_{number}")
}

/// An area of many leaves.
fn big(leaves: usize) -> Area {
    (0..leaves).fold(Area::levels("big"), |area, n| area.with(format!("leaf_{n}")))
}

fn wide(leaves: usize) -> Catalog {
    Catalog::builder("wide/1").area(big(leaves)).build().unwrap()
}

fn with_features(leaves: usize) -> CatalogBuilder {
    let plan = Area::toggle("plan").set_by(Source::Account);
    let plan = (0..512).fold(plan, |plan, n| plan.with(format!("f_{n}")));
    Catalog::builder("features/1").area(big(leaves)).area(plan)
}

fn all_leaves(catalog: &Catalog, leaves: usize) -> Grants {
    let mut grants = Grants::new(catalog);
    grants.set("big", Level::Edit).unwrap();
    (0..leaves).rev().for_each(|n| grants.set(leaf(n), Level::Read).unwrap());
    grants
}

fn user_of(leaves: usize) -> (Catalog, Grants) {
    let catalog = wide(leaves);
    let grants = all_leaves(&catalog, leaves);
    (catalog, grants)
}

fn compile(catalog: &Catalog, grants: &Grants) -> Lattice {
    let profile = Profile {
        role: Role::Member,
        status: Status::Active,
        template: None,
        grants,
        mutes: &Mutes::new(catalog),
        features: &Features::new(catalog),
    };
    Lattice::compile(catalog, [("kim", profile)])
}

fn execute(account: &mut Account, command: Command) -> Change {
    account.execute(&Actor::Host, command, NOW).unwrap().into_change().unwrap()
}

/// The one catalog of all accounts here: comparing a catalog with itself costs nothing.
fn shared() -> &'static Catalog {
    static SHARED: LazyLock<Catalog> = LazyLock::new(|| wide(64));
    &SHARED
}

fn create(id: &str) -> Command {
    Command::create_template(id, id, Grants::new(shared()))
}

/// The edit of a template by a number.
fn edit(number: usize) -> Command {
    let mut grants = Grants::new(shared());
    grants.set("big", Level::Edit).unwrap();
    grants.set(leaf(number % 64), Level::None).unwrap();
    Command::edit_template("t", grants)
}

fn invite(user: usize) -> Command {
    Invite::new(format!("user-{user}"), format!("user-{user}@acme.example")).into()
}

/// Users of one template, each with grants of their own.
fn account(users: usize) -> Account {
    let catalog = shared();
    let mut account = Account::new("bench".parse().unwrap(), catalog.clone());
    run(&mut account, create("t"));
    run(&mut account, create("second"));
    for user in 0..users {
        let mut grants = Grants::new(catalog);
        grants.set("big", Level::Edit).unwrap();
        for bit in (0..16).filter(|bit| user >> bit & 1 == 1) {
            grants.set(leaf(bit), Level::Read).unwrap();
        }
        let id = format!("user-{user}");
        let invite = Invite::new(&id, format!("{id}@acme.example"));
        run(&mut account, invite.template("t").grants(grants).into());
        run(&mut account, Command::accept(&id));
    }
    account
}

/// Applies what commands do, all at once.
fn follow(users: usize, commands: Vec<Command>) -> f64 {
    let mut account = account(users);
    let live = Live::new(account.clone());
    let changes: Vec<Change> = commands.into_iter().map(|one| execute(&mut account, one)).collect();
    micros(|| live.apply_all(&changes))
}
