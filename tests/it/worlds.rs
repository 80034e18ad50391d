//! Random valid documents: accounts on the presets and on random catalogs, canonical or not.
//!
//! From top to bottom: the strategies for tests, accounts, settings, catalogs.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

use crate::oracle::{Area, Catalog, Leaf, Oracle, Scale, Source};

/// The ids of the presets.
pub(crate) const PRESETS: [&str; 4] = ["studio/2026-06", "studio/2026-03", "tenant/1", "agency/1"];

/// An account on a preset.
pub(crate) fn account(catalog_id: &str) -> BoxedStrategy<Value> {
    account_on(Value::from(catalog_id))
}

/// An account on any of the presets, or on a random catalog.
pub(crate) fn any_account() -> impl Strategy<Value = Value> {
    let on_presets = Union::new(PRESETS.map(account));
    let on_catalogs = catalog().prop_flat_map(account_on);
    prop_oneof![4 => on_presets, 2 => on_catalogs]
}

/// An account on a catalog: the id of a preset or an inline catalog document.
pub(crate) fn account_on(catalog: Value) -> BoxedStrategy<Value> {
    let table = Catalog::new(&catalog);
    let strategy = (head(), features(&table), templates(&table, 4), users(&table)).prop_map(
        move |(head, features, templates, users)| {
            let mut document = head;
            document["catalog"] = catalog.clone();
            document["features"] = json!(features);
            document["users"] = users.iter().map(|user| user.document(&templates)).collect();
            document["templates"] = json!(templates);
            document
        },
    );
    strategy.boxed()
}

/// A conjunction that may be asked of an account: permissions, areas at a rung, operations.
pub(crate) fn asks(oracle: &Oracle) -> impl Strategy<Value = Vec<String>> + use<> {
    let catalog = oracle.catalog();
    let permissions = catalog.leaves().flat_map(|leaf| asked(&leaf.rungs, &leaf.spellings));
    let areas = catalog.areas.iter().flat_map(|area| asked(&area.rungs, &area.spellings));
    let pools = [
        (6, permissions.collect()),
        (2, areas.collect()),
        (2, oracle.operations().into_iter().map(Just).map(Just::boxed).collect()),
    ];
    let one = pools
        .into_iter()
        .filter(|(_, pool): &(u32, Vec<BoxedStrategy<String>>)| !pool.is_empty())
        .map(|(weight, pool)| (weight, select(pool).prop_flat_map(|ask| ask).boxed()));
    vec(Union::new_weighted(one.collect()), 1..=4)
}

fn asked(rungs: &[String], spellings: &[String]) -> Vec<BoxedStrategy<String>> {
    let asks = rungs.iter().map(|rung| {
        let rung = rung.clone();
        spelled(spellings).prop_map(move |path| format!("{path}:{rung}")).boxed()
    });
    asks.collect()
}

// Accounts.

/// What of an account no decision depends on.
fn head() -> impl Strategy<Value = Value> {
    let seat_limit = prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        (0..12).prop_map(|limit| Some(json!(limit))),
    ];
    (select(vec!["acme", "north", "a-7"]), 0..1000, seat_limit).prop_map(
        |(id, revision, seat_limit)| {
            let mut head = json!({
                "format": "bailiwick/account/1",
                "id": id,
                "catalog": null,
                "revision": revision,
            });
            if let Some(seat_limit) = seat_limit {
                head["seat_limit"] = seat_limit;
            }
            head
        },
    )
}

/// Any of the account's features, always-on ones mentioned or not.
fn features(table: &Catalog) -> impl Strategy<Value = Vec<String>> + use<> {
    let features = table
        .leaves()
        .filter(|leaf| leaf.source == Source::Account)
        .map(|leaf| spelled(&leaf.spellings).boxed());
    some_of(features.collect(), usize::MAX)
}

const TEMPLATES: [(&str, &str); 6] = [
    ("kb", "Knowledge editor"),
    ("qa", "QA analyst"),
    ("support_1", "Support"),
    ("support_2", "Support, evenings"),
    ("z", "Zürich office"),
    ("everyone", "read only"),
];

fn templates(table: &Catalog, most: usize) -> impl Strategy<Value = Vec<Value>> + use<> {
    let settable = |area: &Area| area.source == Source::Grantable && !area.user_only;
    let heads = subsequence(TEMPLATES.to_vec(), 0..=most).prop_shuffle();
    (heads, vec(grants(table, settable), most)).prop_map(|(heads, grants)| {
        let templates = heads.into_iter().zip(grants);
        templates
            .map(|((id, name), grants)| json!({"id": id, "name": name, "grants": grants}))
            .collect()
    })
}

const IDS: [&str; 10] = [
    "ana",
    "kim",
    "Kim",
    "lee",
    "user-7",
    "0",
    "zoë",
    "two words",
    "a.b:c",
    "9f2d41c6-5a0e-4a57-8d05-3c1f6f1f9a11",
];

const EMAILS: [&str; 10] = [
    "ana@acme.example",
    "kim@acme.example",
    "Kim.Lee@acme.example",
    "lee@north.example",
    "MO@NORTH.example",
    "noa@north.example",
    "pat+qa@acme.example",
    "pat@acme.example",
    "sam@acme.example",
    "zoe@acme.example",
];

/// A user before the templates of the account are known.
#[derive(Clone, Debug)]
struct User {
    role: &'static str,
    status: &'static str,
    template: Option<Index>,
    grants: Value,
    mutes: Vec<String>,
    spelled_out: bool,
    id: &'static str,
    email: &'static str,
}

fn users(table: &Catalog) -> impl Strategy<Value = Vec<User>> + use<> {
    let ids = subsequence(IDS.to_vec(), 0..=8).prop_shuffle();
    let emails = Just(EMAILS.to_vec()).prop_shuffle();
    (ids, emails, vec(user(table), 8)).prop_map(|(ids, emails, mut users)| {
        users.truncate(ids.len());
        for ((user, id), email) in users.iter_mut().zip(ids).zip(emails) {
            user.id = id;
            user.email = email;
        }
        users
    })
}

fn user(table: &Catalog) -> impl Strategy<Value = User> + use<> {
    (
        prop_oneof![6 => Just("member"), 2 => Just("user"), 2 => Just("admin")],
        prop_oneof![6 => Just("active"), 1 => Just("invited"), 1 => Just("suspended")],
        weighted(0.6, any::<Index>()),
        grants(table, |area| area.source == Source::Grantable),
        mutes(table),
        any::<bool>(),
    )
        .prop_map(|(role, status, template, grants, mutes, spelled_out)| User {
            role,
            status,
            template,
            grants,
            mutes,
            spelled_out,
            id: "",
            email: "",
        })
}

impl User {
    /// The user's entry, with one of these templates if it is to have one.
    fn document(&self, templates: &[Value]) -> Value {
        let mut document = json!({
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "status": self.status,
        });
        let template = self.template.filter(|_| !templates.is_empty());
        if let Some(template) = template {
            document["template"] = template.get(templates)["id"].clone();
        }
        if self.spelled_out || self.grants != json!({}) {
            document["grants"] = self.grants.clone();
        }
        if self.spelled_out || !self.mutes.is_empty() {
            document["mutes"] = json!(self.mutes);
        }
        document
    }
}

/// Any grantable permissions, those of user-only areas too.
fn mutes(table: &Catalog) -> impl Strategy<Value = Vec<String>> + use<> {
    let permissions = table
        .leaves()
        .filter(|leaf| leaf.source == Source::Grantable)
        .flat_map(|leaf| asked(&leaf.rungs, &leaf.spellings));
    some_of(permissions.collect(), 6)
}

// Settings.

/// Grants over some of the areas that may be set here, in any order, sub-sections only with their
/// area.
fn grants(table: &Catalog, settable: fn(&Area) -> bool) -> impl Strategy<Value = Value> + use<> {
    let areas = table.areas.iter().filter(|area| settable(area));
    let areas: Vec<_> = areas.map(area_grants).collect();
    areas
        .prop_map(|areas| areas.concat())
        .prop_shuffle()
        .prop_map(|entries| Value::Object(Map::from_iter(entries)))
}

fn area_grants(area: &Area) -> BoxedStrategy<Vec<(String, Value)>> {
    let sections = area.leaves.iter().filter(|leaf| leaf.path != area.key);
    let overrides: Vec<_> =
        sections.map(|leaf| weighted(0.4, (spelled(&leaf.spellings), setting(area)))).collect();
    let own = (spelled(&area.spellings), setting(area));
    weighted(0.6, (own, overrides))
        .prop_map(|entries| match entries {
            Some((own, overrides)) => {
                [own].into_iter().chain(overrides.into_iter().flatten()).collect()
            }
            None => Vec::new(),
        })
        .boxed()
}

/// Any setting of the area's scale, as documents write it.
fn setting(area: &Area) -> BoxedStrategy<Value> {
    match area.scale {
        Scale::Levels => level().prop_map(Value::from).boxed(),
        Scale::Toggle => any::<bool>().prop_map(Value::from).boxed(),
        Scale::Actions => subsequence(area.rungs.clone(), 0..=area.rungs.len())
            .prop_shuffle()
            .prop_map(|actions| json!(actions))
            .boxed(),
    }
}

fn level() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => select(vec!["none", "read", "edit"]),
        1 => select(vec!["None", "NONE", "Read", "READ", "read-only", "Read-Only", "Edit", "EDIT"]),
    ]
}

/// One of the names of a thing: mostly the first, which is the canonical one.
fn spelled(spellings: &[String]) -> impl Strategy<Value = String> + use<> {
    let canonical = spellings.first().cloned().unwrap_or_default();
    prop_oneof![3 => Just(canonical), 1 => select(spellings.to_vec())]
}

/// At most so many of the strategies, each at most once, in any order.
fn some_of<T: Clone + core::fmt::Debug + 'static>(
    strategies: Vec<BoxedStrategy<T>>,
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    let most = most.min(strategies.len());
    subsequence(strategies, 0..=most).prop_shuffle().prop_flat_map(|chosen| chosen)
}

// Catalogs.

/// A small inline catalog: areas of every scale and source, gates in chains, operations, template
/// presets; sometimes more than 64 permissions.
pub(crate) fn catalog() -> impl Strategy<Value = Value> {
    areas()
        .prop_map(|areas| json!({"format": "bailiwick/catalog/1", "id": "acme/1", "areas": areas}))
        .prop_flat_map(|document| {
            let table = Catalog::new(&document);
            let parts =
                (gates(&table), delegated(&table), operations(&table), templates(&table, 2));
            (Just(document), parts)
        })
        .prop_map(|(mut document, (gates, delegated, operations, templates))| {
            let parts = [("gates", gates), ("operations", operations), ("templates", templates)];
            for (name, part) in parts {
                if !part.is_empty() {
                    document[name] = json!(part);
                }
            }
            if let Some(delegated) = delegated {
                document["delegated"] = delegated;
            }
            document
        })
}

/// The area that may be delegated, with the actions that delegation knows.
const PEOPLE: &str = "people";

fn areas() -> impl Strategy<Value = Vec<Value>> {
    let keys = subsequence(vec!["alpha", "beta", "gamma", "delta_4"], 1..=4).prop_shuffle();
    let areas = keys.prop_flat_map(|keys| keys.into_iter().map(area).collect::<Vec<_>>());
    let people = weighted(0.3, any::<Index>());
    (areas, people).prop_map(|(mut areas, people)| {
        if let Some(place) = people {
            let actions = ["view", "create", "edit", "delete", "manage"];
            let people = json!({"key": PEOPLE, "scale": {"actions": actions}});
            areas.insert(place.index(areas.len() + 1), people);
        }
        areas
    })
}

fn area(key: &'static str) -> BoxedStrategy<Value> {
    let width = prop_oneof![3 => Just(0), 4 => 1..=3_usize, 1 => 33..=40_usize];
    let area = (scale(), width, any::<bool>(), any::<bool>());
    let area = area.prop_flat_map(move |(scale, width, with_label, with_aliases)| {
        let mut area = json!({"key": key, "scale": scale});
        if with_label {
            area["label"] = json!(format!("Area {key}"));
        }
        if with_aliases {
            area["aliases"] = json!([format!("{key}_too"), format!("{key}_also")]);
        }
        (source(area, width == 0), sections(key, width))
    });
    area.prop_map(|(mut area, mut sections)| {
        if area["source"] != "account" {
            for section in &mut sections {
                withdraw(section);
            }
        }
        if !sections.is_empty() {
            area["sub_sections"] = json!(sections);
        }
        area
    })
    .boxed()
}

fn scale() -> impl Strategy<Value = Value> {
    let actions = vec!["view", "create", "edit", "delete", "export", "manage", "on"];
    prop_oneof![
        2 => Just(json!("levels")),
        1 => Just(json!("toggle")),
        2 => subsequence(actions, 1..=7)
            .prop_shuffle()
            .prop_map(|actions| json!({"actions": actions})),
    ]
}

/// Gives an area a source; those of features are toggles.
fn source(area: Value, is_leaf: bool) -> impl Strategy<Value = Value> {
    let sources = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"source": "grantable"})),
        1 => Just(json!({"user_only": true})),
        1 => Just(json!({"source": "role"})),
        3 => Just(json!({"source": "account", "scale": "toggle"})),
    ];
    (sources, weighted(0.2, Just(true)), any::<bool>()).prop_map(
        move |(source, always_on, with_api_name)| {
            let mut area = area.clone();
            for (field, value) in source.as_object().into_iter().flatten() {
                area[field] = value.clone();
            }
            if is_leaf && area["source"] == "account" {
                if always_on.is_some() {
                    area["always_on"] = json!(true);
                }
                if with_api_name {
                    area["api_name"] = json!(format!("api_{}", area["key"].as_str().unwrap_or("")));
                }
            }
            area
        },
    )
}

fn sections(area: &'static str, width: usize) -> Vec<BoxedStrategy<Value>> {
    (0..width)
        .map(|place| {
            let parts =
                (weighted(0.3, Just(true)), weighted(0.3, Just(true)), weighted(0.15, Just(true)));
            parts
                .prop_map(move |(with_alias, with_api_name, always_on)| {
                    let mut section = json!({"key": format!("s{place}")});
                    if with_alias.is_some() {
                        section["aliases"] = json!([format!("s{place}_too")]);
                    }
                    if with_api_name.is_some() {
                        section["api_name"] = json!(format!("api_{area}_s{place}"));
                    }
                    if always_on.is_some() {
                        section["always_on"] = json!(true);
                    }
                    section
                })
                .boxed()
        })
        .collect()
}

/// Takes from a sub-section what only features have.
fn withdraw(section: &mut Value) {
    if let Some(section) = section.as_object_mut() {
        section.shift_remove("api_name");
        section.shift_remove("always_on");
    }
}

/// Gates on areas and leaves of every source; features need features before them in one order, so
/// there are chains and no cycles.
fn gates(table: &Catalog) -> BoxedStrategy<Vec<Value>> {
    let features = feature_leaves(table);
    if features.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let targets = ungated_targets(table);
    let most = targets.len().min(4);
    let targets = (subsequence(targets, 0..=most), vec(any::<[Index; 2]>(), 4));
    (Just(features), any::<bool>(), targets)
        .prop_flat_map(|(mut features, backwards, (targets, needs))| {
            if backwards {
                features.reverse();
            }
            let paths: Vec<String> = features.iter().map(|leaf| leaf.path.clone()).collect();
            let gates: Vec<Value> = targets
                .iter()
                .zip(needs)
                .map(|(target, needs)| gate(target, &paths, &needs))
                .collect();
            (Just(gates), feature_gates(&features))
        })
        .prop_map(|(gates, more)| [gates, more.into_iter().flatten().collect()].concat())
        .prop_shuffle()
        .boxed()
}

fn feature_leaves(table: &Catalog) -> Vec<Leaf> {
    let leaves = table.leaves();
    leaves.filter(|leaf| leaf.source == Source::Account).cloned().collect()
}

/// Every area and leaf that is no feature.
fn ungated_targets(table: &Catalog) -> Vec<String> {
    let mut targets = Vec::new();
    for area in &table.areas {
        if area.source != Source::Account {
            targets.push(area.key.clone());
            targets.extend(area.leaves.iter().map(|leaf| leaf.path.clone()));
        }
    }
    targets.dedup();
    targets
}

/// Gates on features, each of which needs some of those before it.
fn feature_gates(features: &[Leaf]) -> Vec<BoxedStrategy<Option<Value>>> {
    let mut before: Vec<String> = Vec::new();
    let mut gates = Vec::new();
    for feature in features {
        if !before.is_empty() && !feature.always_on {
            let (target, needs) = (feature.path.clone(), before.clone());
            let gate = any::<[Index; 2]>().prop_map(move |picks| gate(&target, &needs, &picks));
            gates.push(weighted(0.3, gate).boxed());
        }
        before.push(feature.path.clone());
    }
    gates
}

fn gate(target: &str, features: &[String], needs: &[Index]) -> Value {
    let mut needs: Vec<&String> = needs.iter().map(|need| need.get(features)).collect();
    needs.dedup();
    json!({"target": target, "needs": needs})
}

fn delegated(table: &Catalog) -> BoxedStrategy<Option<Value>> {
    let features = feature_leaves(table);
    let has_people = table.areas.iter().any(|area| area.key == PEOPLE);
    if features.is_empty() || !has_people {
        return Just(None).boxed();
    }
    let delegated =
        select(features).prop_map(|feature| json!({"area": PEOPLE, "feature": feature.path}));
    weighted(0.9, delegated).boxed()
}

fn operations(table: &Catalog) -> impl Strategy<Value = Vec<Value>> + use<> {
    let permissions = table.permissions();
    let most = permissions.len().min(4);
    vec(subsequence(permissions, 1..=most).prop_shuffle(), 0..=3).prop_map(|operations| {
        let operations = operations.into_iter().enumerate();
        operations
            .map(|(place, needs)| json!({"key": format!("operation_{place}"), "needs": needs}))
            .collect()
    })
}
