//! DEC-3, DEC-4, LVL-10, REV-5: every way to ask an account gives the same answer, and what
//! explains, lists, compares and foretells answers agrees with the oracle.
//!
//! Here: an account read naively, and the agreement of all ways to ask. In the modules: why a
//! decision is what it is, what it looks like in a user interface, and what changes it.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod data;
mod differences;
mod explanations;
mod navigations;
mod reviews;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bailiwick::document::Document;
use bailiwick::lattice::{Cell, CellSource};
use bailiwick::presets::studio::{self, FLOWS};
use bailiwick::presets::tenant;
use bailiwick::text::Shown;
use bailiwick::{
    Account, Catalog, Decision, Features, Grants, Lattice, Level, Mutes, Permission, PermissionSet,
    Profile, Reason, Role, Status, presets,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::naive::{self, Leaf, Oracle, Scale, Source};
use crate::profiles::member;
use crate::worlds;

/// Permissions in text form.
type Set = BTreeSet<String>;

/// An account, as the library has it and as the oracle reads it.
struct World {
    table: Arc<naive::Catalog>,
    document: Value,
    oracle: Oracle,
    account: Account,
    lattice: Lattice,
}

/// What a user is given and denied, by name: sets as they are written, unclosed.
#[derive(Clone, Debug)]
struct Person {
    id: String,
    is_admin: bool,
    is_active: bool,
    template: Option<String>,
    by_template: Set,
    own: Set,
    mutes: Set,
}

impl World {
    fn new(document: &Value) -> Self {
        Self::of(account_of(document))
    }

    fn of(account: Account) -> Self {
        let document = serde_json::to_value(&account).unwrap();
        let table = Arc::new(naive::Catalog::new(&document["catalog"]));
        let oracle = Oracle::on(&table, &document);
        let lattice = account.compile();
        Self { table, document, oracle, account, lattice }
    }

    fn catalog(&self) -> &Catalog {
        self.account.catalog()
    }

    fn permission(&self, text: &str) -> Permission {
        self.catalog().permission(text).unwrap()
    }

    fn name(&self, permission: Permission) -> String {
        self.catalog().display(permission).to_string()
    }

    fn names(&self, permissions: impl IntoIterator<Item = Permission>) -> Set {
        permissions.into_iter().map(|one| self.name(one)).collect()
    }

    fn set(&self, permissions: &PermissionSet) -> Set {
        self.names(permissions.iter())
    }

    /// The users by id, in order.
    fn ids(&self) -> Vec<String> {
        self.list("users").map(|user| text(&user["id"])).collect()
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.document[name].as_array().into_iter().flatten()
    }

    fn people(&self) -> Vec<Person> {
        self.list("users").map(|user| self.person(user)).collect()
    }

    fn person(&self, user: &Value) -> Person {
        let template = user["template"].as_str();
        let templates = self.list("templates");
        let by_template = templates.filter(|one| one["id"].as_str() == template);
        Person {
            id: text(&user["id"]),
            is_admin: user["role"] == "admin",
            is_active: user["status"] == "active",
            template: template.map(str::to_owned),
            by_template: by_template.flat_map(|one| self.table.raw_set(&one["grants"])).collect(),
            own: self.table.raw_set(&user["grants"]),
            mutes: user["mutes"].as_array().into_iter().flatten().map(text).collect(),
        }
    }

    fn leaf(&self, permission: &str) -> &Leaf {
        let mut leaves = self.table.leaves();
        leaves.find(|leaf| leaf.permissions.iter().any(|one| one == permission)).unwrap()
    }

    fn area(&self, permission: &str) -> &naive::Area {
        let leaf = self.leaf(permission);
        self.table.areas.iter().find(|area| area.key == leaf.area).unwrap()
    }

    fn source(&self, permission: &str) -> Source {
        self.leaf(permission).source
    }

    fn is_level(&self, permission: &str) -> bool {
        self.area(permission).scale == Scale::Levels
    }

    /// The permission that every other one of its leaf needs (CAT-3).
    fn first(&self, permission: &str) -> String {
        self.leaf(permission).permissions[0].clone()
    }

    /// The largest valid set inside another (TPL-2).
    fn valid(&self, set: &Set) -> Set {
        set.iter().filter(|one| set.contains(&self.first(one))).cloned().collect()
    }

    /// The permissions that mutes name: a rung of an area is one of each of its leaves.
    fn named(&self, mutes: &Set) -> Set {
        let of_area = |one: &String| {
            let (_, rung) = one.split_once(':').unwrap();
            mutes.contains(&format!("{}:{rung}", self.leaf(one).area))
        };
        let all = self.oracle.permissions().into_iter();
        all.filter(|one| mutes.contains(one) || of_area(one)).collect()
    }

    /// What mutes by name take: what they name, and what needs that (TPL-5).
    fn taken(&self, mutes: &Set) -> Set {
        let mutes = self.named(mutes);
        let all = self.oracle.permissions().into_iter();
        all.filter(|one| mutes.contains(one) || mutes.contains(&self.first(one))).collect()
    }

    /// What a member would have, were they active and all features on (TPL-2).
    fn potential(&self, person: &Person) -> Set {
        &self.valid(&(&person.own | &person.by_template)) - &self.taken(&person.mutes)
    }

    /// Grants that set exactly these permissions; none if edit would be without read.
    fn grants(&self, set: &Set) -> Option<Value> {
        let mut grants = Map::new();
        for area in self.table.areas.iter().filter(|area| area.source == Source::Grantable) {
            let rungs = |leaf: &Leaf| -> BTreeSet<String> {
                let rungs = leaf.rungs.iter().zip(&leaf.permissions);
                let held = rungs.filter(|(_, permission)| set.contains(*permission));
                held.map(|(rung, _)| rung.clone()).collect()
            };
            let most: BTreeSet<String> = area.leaves.iter().flat_map(&rungs).collect();
            if most.is_empty() {
                continue;
            }
            for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
                grants.insert(leaf.path.clone(), setting(area, &rungs(leaf))?);
            }
            grants.insert(area.key.clone(), setting(area, &most)?);
        }
        Some(Value::Object(grants))
    }

    /// The account with one user's entry changed.
    fn with(&self, id: &str, change: impl FnOnce(&mut Value)) -> Self {
        let mut document = self.document.clone();
        let users = document["users"].as_array_mut().unwrap();
        change(users.iter_mut().find(|user| user["id"] == id).unwrap());
        Self::new(&document)
    }
}

/// A setting in the words of the area's scale.
fn setting(area: &naive::Area, rungs: &BTreeSet<String>) -> Option<Value> {
    let has = |rung: &str| rungs.contains(rung);
    match area.scale {
        Scale::Actions => Some(json!(rungs)),
        Scale::Toggle => Some(json!(has("on"))),
        Scale::Levels => match (has("read"), has("edit")) {
            (false, false) => Some(json!("none")),
            (true, false) => Some(json!("read")),
            (true, true) => Some(json!("edit")),
            (false, true) => None,
        },
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[track_caller]
fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[track_caller]
fn account_of(document: &Value) -> Account {
    Account::from_document(&parse(document), &presets::all())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn few(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(few(32))]

    #[test]
    fn all_ways_to_ask_agree(document in worlds::any_account()) {
        let world = World::new(&document);
        for person in world.people() {
            check_answers(&world, &person.id, Some(&person));
        }
        check_answers(&world, "nobody at all", None);
        let rows = world.lattice.matrix().rows().map(|(id, _)| id.to_owned());
        prop_assert_eq!(rows.collect::<Vec<_>>(), world.ids());
        prop_assert_eq!(world.lattice.users().collect::<Vec<_>>(), world.ids());
        for permission in world.oracle.permissions() {
            check_who_can(&world, &[permission]);
        }
        check_csv(&world);
    }

    #[test]
    fn who_can_is_whom_the_oracle_lets(
        (document, asks) in worlds::any_account().prop_flat_map(|document| {
            let asks = worlds::asks(&Oracle::new(&document));
            (Just(document), prop::collection::vec(asks, 1..6))
        })
    ) {
        let world = World::new(&document);
        for ask in &asks {
            check_who_can(&world, ask);
        }
    }
}

/// One user, every permission, every way to ask.
#[track_caller]
fn check_answers(world: &World, id: &str, person: Option<&Person>) {
    let effective = world.oracle.effective(id);
    let subject = world.lattice.subject(id);
    let held = subject.permissions();
    let shown: Set = subject
        .navigation()
        .areas()
        .iter()
        .flat_map(|section| section.leaves().to_vec())
        .flat_map(|leaf| leaf.rungs().map(move |rung| format!("{}:{rung}", leaf.path())))
        .collect();
    assert_eq!(shown, effective, "what {id} is shown");
    assert_eq!(world.set(&held), effective, "what {id} holds");
    let row = world.lattice.matrix().rows().find(|(user, _)| *user == id);
    let row: Option<Vec<_>> = row.map(|(_, cells)| cells.collect());
    let cells: Vec<_> = subject.cells().collect();
    assert!(row.is_none_or(|row| row == cells), "the cells of {id}");
    let permissions = world.oracle.permissions();
    assert_eq!(cells.len(), permissions.len());
    for (cell, text) in cells.iter().zip(&permissions) {
        let permission = world.permission(text);
        let is_allowed = effective.contains(text);
        let reason = world.oracle.decide(id, core::slice::from_ref(text)).err();
        let explanation = world.lattice.explain(id, permission);
        assert_eq!(reason.is_none(), is_allowed, "{id} {text}");
        assert_eq!(world.lattice.allows(id, permission), is_allowed, "{id} {text}");
        assert_eq!(subject.can(permission), is_allowed, "{id} {text}");
        assert_eq!(held.contains(permission), is_allowed, "{id} {text}");
        assert_eq!(cell.permission(), permission, "{id} {text}");
        assert_eq!(cell.is_allowed(), is_allowed, "{id} {text}");
        assert_eq!(reason_of(explanation.decision()), reason, "{id} {text}");
        assert_eq!((explanation.user(), explanation.asked()), (id, &**text));
        let source = person.filter(|_| is_allowed).map(|person| source_of(world, person, text));
        assert_eq!(cell.source().map(CellSource::name), source, "{id} {text}");
    }
}

fn reason_of(decision: Decision) -> Option<&'static str> {
    match decision {
        Decision::Allow => None,
        Decision::Deny(reason) => Some(reason.name()),
    }
}

/// What gives a permission that is allowed.
fn source_of(world: &World, person: &Person, permission: &str) -> &'static str {
    match world.source(permission) {
        Source::Account => "feature",
        _ if person.is_admin => "role",
        _ if world.valid(&person.by_template).contains(permission) => "template",
        _ => "grants",
    }
}

#[track_caller]
fn check_who_can(world: &World, ask: &[String]) {
    let requirement = world.catalog().require(ask).unwrap();
    let mut expected = world.ids();
    expected.retain(|id| world.oracle.decide(id, ask).is_ok());
    let listed: Vec<&str> = world.lattice.who_can(&requirement).collect();
    assert_eq!(listed, expected, "who can {ask:?}");
    assert_eq!(world.lattice.count_who_can(&requirement), expected.len(), "who can {ask:?}");
}

#[track_caller]
fn check_csv(world: &World) {
    let lines = read_csv(&world.lattice.matrix().to_csv());
    let permissions = world.oracle.permissions();
    let head = core::iter::once("user").chain(permissions.iter().map(String::as_str));
    assert_eq!(lines[0], head.collect::<Vec<_>>());
    let people = world.people();
    assert_eq!(lines.len(), 1 + people.len());
    for (line, person) in lines[1..].iter().zip(&people) {
        let effective = world.oracle.effective(&person.id);
        let source = |one: &String| {
            if effective.contains(one) { source_of(world, person, one) } else { "" }
        };
        assert_eq!(line[0], person.id);
        assert_eq!(line[1..], permissions.iter().map(source).collect::<Vec<_>>());
    }
}

/// Reads CSV as RFC 4180 has it: lines of fields, quoted or not.
fn read_csv(csv: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut rest = csv.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '"' if is_quoted && rest.peek() == Some(&'"') => field.extend(rest.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(core::mem::take(&mut field)),
            '\r' if !is_quoted => {
                assert_eq!(rest.next(), Some('\n'), "a line ends in both");
                line.push(core::mem::take(&mut field));
                lines.push(core::mem::take(&mut line));
            }
            other => field.push(other),
        }
    }
    assert!(!is_quoted && field.is_empty() && line.is_empty(), "it ends with a line");
    lines
}

/// A name that a spreadsheet would take for a formula stays a text, and any name stands on one line.
#[test]
fn a_matrix_is_safe_to_open() {
    let formulas = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\n", "＝1", "＋1", "－1", "＠x"];
    let texts = ["", "kim", "a=b", "a,b", "\"", "say \"hi\"", "two\nlines", "two\r\nlines", "'x"];
    let catalog = studio::catalog();
    let mut grants = Grants::new(&catalog);
    grants.set(FLOWS, Level::Read).unwrap();
    let (mutes, features) = (Mutes::new(&catalog), Features::new(&catalog));
    let profile = member(&grants, &mutes, &features);
    let ids = || formulas.into_iter().chain(texts);
    let lattice = Lattice::compile(&catalog, ids().map(|id| (id, profile)));
    let lines = read_csv(&lattice.matrix().to_csv());
    let place = lines[0].iter().position(|one| one == "flows:read").unwrap();
    assert_eq!(lines.len(), 1 + formulas.len() + texts.len());
    for (line, id) in lines[1..].iter().zip(ids()) {
        let shown = Shown(id).to_string();
        let wanted = if formulas.contains(&id) { format!("'{shown}") } else { shown };
        assert_eq!(line[0], wanted);
        assert_eq!(line[place], "grants");
        assert_eq!(line.iter().filter(|field| *field == "grants").count(), 1);
    }
}

/// CAT-9, AGY-8: another catalog's permission and requirement are nobody's, whoever asks.
#[test]
fn another_catalogs_permission_is_nobodys() {
    let document = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-06",
        "users": [{"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"}],
    });
    let world = World::new(&document);
    let foreign = tenant::catalog();
    for permission in foreign.permissions() {
        let text = foreign.display(permission).to_string();
        let requirement = foreign.require([&text]).unwrap();
        let subject = world.lattice.subject("ana");
        let explanation = world.lattice.explain("ana", permission);
        assert!(!world.lattice.allows("ana", permission) && !subject.can(permission));
        assert!(!subject.permissions().contains(permission) && !subject.can_all(&requirement));
        assert_eq!(world.lattice.who_can(&requirement).count(), 0);
        assert_eq!(world.lattice.count_who_can(&requirement), 0);
        assert_eq!(subject.reason(permission), Some(Reason::UnknownPermission));
        assert_eq!(explanation.decision(), Decision::Deny(Reason::UnknownPermission));
        assert!(explanation.parts().is_empty() && explanation.fixes().is_empty());
    }
}

/// An id that is given twice is nobody's, in every answer.
#[test]
fn an_id_given_twice_has_nothing() {
    let catalog = studio::catalog();
    let mut grants = Grants::new(&catalog);
    grants.set(FLOWS, Level::Edit).unwrap();
    let (mutes, features) = (Mutes::new(&catalog), Features::new(&catalog));
    let profile = |role| Profile {
        role,
        status: Status::Active,
        template: None,
        grants: &grants,
        mutes: &mutes,
        features: &features,
    };
    let users = [("kim", Role::Admin), ("lee", Role::Member), ("kim", Role::Member)];
    let users = users.into_iter().chain([("kim", Role::Admin)]);
    let lattice = Lattice::compile(&catalog, users.map(|(id, role)| (id, profile(role))));
    let read = catalog.require(["flows:read"]).unwrap();
    assert!(!lattice.allows("kim", FLOWS.read()) && lattice.allows("lee", FLOWS.read()));
    assert_eq!(lattice.who_can(&read).collect::<Vec<_>>(), ["lee"]);
    assert_eq!(lattice.count_who_can(&read), 1);
    assert_eq!(lattice.subject("kim").cells().filter(Cell::is_allowed).count(), 0);
    assert!(lattice.subject("kim").navigation().areas().is_empty());
    let decision = lattice.explain("kim", FLOWS.read()).decision();
    assert_eq!(decision, Decision::Deny(Reason::UnknownUser));
    let by_user: BTreeMap<&str, usize> = lattice
        .matrix()
        .rows()
        .map(|(id, cells)| (id, cells.filter(Cell::is_allowed).count()))
        .collect();
    assert_eq!(by_user, BTreeMap::from([("kim", 0), ("lee", 2)]));
}
