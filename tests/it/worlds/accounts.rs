//! Random accounts on the presets and on random catalogs, canonical or not, and what may be asked
//! of them.
//!
//! From top to bottom: the strategies for tests, accounts, users.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::strategy::Union;
use serde_json::{Value, json};

use super::catalogs::catalog;
use super::settings::{grants, some_of, spelled, templates};
use crate::naive::{Catalog, Oracle, Source};

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
    let seats = weighted(0.2, Just("warn"));
    let rest = (seats, weighted(0.2, 1..=3_650), weighted(0.2, select(vec!["North", "Zürich"])));
    (select(vec!["acme", "north", "a-7"]), 0..1000, seat_limit, rest).prop_map(
        |(id, revision, seat_limit, (seats, lifetime, name))| {
            let mut head = json!({
                "format": "bailiwick/account/1",
                "id": id,
                "catalog": null,
                "revision": revision,
            });
            if let Some(seat_limit) = seat_limit {
                head["seat_limit"] = seat_limit;
            }
            if let Some(seats) = seats {
                head["seats"] = json!(seats);
            }
            if let Some(days) = lifetime {
                head["invitation_lifetime"] = json!(days);
            }
            if let Some(name) = name {
                head["name"] = json!(name);
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

// Users.

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
    invitation: Option<(i64, u64)>,
    /// Whether a suspended one never accepted.
    withheld: bool,
    last_sign_in: Option<i64>,
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
        weighted(0.7, (-1_000_000_000_000..2_000_000_000_000_i64, 1..9_u64)),
        (any::<bool>(), weighted(0.3, 0..2_000_000_000_000_i64)),
    )
        .prop_map(|(role, status, template, grants, mutes, spelled_out, invitation, rest)| {
            User {
                withheld: status == "suspended" && rest.0,
                last_sign_in: rest.1,
                role,
                status,
                template,
                grants,
                mutes,
                spelled_out,
                invitation,
                id: "",
                email: "",
            }
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
        if self.withheld {
            document["accepted"] = json!(false);
        }
        let is_waiting = self.status == "invited" || self.withheld;
        if let Some((sent, generation)) = self.invitation.filter(|_| is_waiting) {
            document["invitation"] = json!({"sent": sent, "generation": generation});
        }
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
        if let Some(time) = self.last_sign_in {
            document["last_sign_in"] = json!(time);
        }
        document
    }
}

/// Any grantable permissions and rungs of areas, those of user-only areas too.
fn mutes(table: &Catalog) -> impl Strategy<Value = Vec<String>> + use<> {
    let permissions = table
        .leaves()
        .filter(|leaf| leaf.source == Source::Grantable)
        .flat_map(|leaf| asked(&leaf.rungs, &leaf.spellings));
    let areas = table.areas.iter().filter(|area| area.source == Source::Grantable);
    let areas = areas.filter(|area| area.leaves.iter().all(|leaf| leaf.path != area.key));
    let of_areas = areas.flat_map(|area| asked(&area.rungs, &area.spellings));
    some_of(permissions.chain(of_areas).collect(), 6)
}
