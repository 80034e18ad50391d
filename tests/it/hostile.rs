//! No input does harm: documents, changes, commands and catalogs are damaged byte by byte and node
//! by node. Nothing panics, nothing takes memory beyond the bound, and what can be read all the
//! same decides as the oracle says and comes back from its canonical form.
//!
//! A few hundred rounds by default; `BAILIWICK_HOSTILE=600` runs for so many seconds, and
//! `BAILIWICK_SEED` starts elsewhere.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use core::fmt::Debug;
use core::time::Duration;
use std::path::Path;
use std::time::Instant;

use allocation_counter::measure;
use bailiwick::agency::{AgencyChange, AgencyCommand, FeaturePatch, NewSubaccount};
use bailiwick::document::{Cases, Document, DocumentError, MAX_PROBLEMS};
use bailiwick::migration::{Migration, MigrationBuilder};
use bailiwick::presets::{agency as agencies, studio, tenant};
use bailiwick::{
    Account, Actor, Agency, Catalog, Change, Command, Invite, Live, Reason, Timestamp, presets,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::Serialize;
use serde_json::{Value, json};

use crate::damage::{Random, damage_bytes, damage_node, swap_nodes};
use crate::forged::same_as_compiled;
use crate::naive::Oracle;
use crate::worlds;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// How many times its text a document may take.
const BOUND: u64 = 8;

/// What a short document may take all the same, for its problems.
const ALLOWANCE: u64 = 512 << 10;

/// How many times its text an inline catalog may take, whose limits end that (`tests/memory.rs`).
const CATALOG_BOUND: u64 = 32;

/// What a text may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Account,
    Agency,
    Catalog,
    Command,
    Change,
    AgencyCommand,
    AgencyChange,
    Cases,
    Migration,
}

const KINDS: [Kind; 9] = [
    Kind::Account,
    Kind::Agency,
    Kind::Catalog,
    Kind::Command,
    Kind::Change,
    Kind::AgencyCommand,
    Kind::AgencyChange,
    Kind::Cases,
    Kind::Migration,
];

// The oracle is asked here alone.

/// Checks that users of an account may do what the oracle says.
#[track_caller]
fn decides_like_the_oracle(text: &str, account: &Account, random: &mut Random) {
    let document: Value = serde_json::from_str(text).unwrap();
    // The oracle knows the presets by name, and no other catalog.
    if document["catalog"].as_str().is_some_and(|catalog| !worlds::PRESETS.contains(&catalog)) {
        return;
    }
    let oracle = Oracle::new(&document);
    let lattice = account.compile();
    let users: Vec<&str> = account.users().map(|user| user.id().as_str()).collect();
    for _ in 0..3.min(users.len()) {
        let id = users[random.below(users.len())];
        for ask in oracle.permissions() {
            let permission = account.catalog().permission(&ask).unwrap();
            let reason = lattice.subject(id).reason(permission).map(Reason::name);
            let expected = oracle.decide(id, core::slice::from_ref(&ask)).err();
            assert_eq!(reason, expected, "{id} asks {ask} of {text}");
        }
    }
}

// What is damaged.

/// Texts that can be read, by what they hold.
fn corpus(runner: &mut TestRunner) -> Vec<(Kind, String)> {
    let mut corpus = Vec::new();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["tests/data", "tests/data/golden", "tests/data/migrations", "examples/data"] {
        for entry in std::fs::read_dir(package.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
            let kind = match value["format"].as_str() {
                Some("bailiwick/account/1") => Kind::Account,
                Some("bailiwick/agency/1") => Kind::Agency,
                Some("bailiwick/catalog/1") => Kind::Catalog,
                Some("bailiwick/migration/1") => Kind::Migration,
                _ if value["cases"].is_array() => Kind::Cases,
                _ => continue,
            };
            corpus.push((kind, value.to_string()));
        }
    }
    let mut random = |kind, strategy: &dyn Fn(&mut TestRunner) -> Value| {
        (0..16).for_each(|_| corpus.push((kind, strategy(runner).to_string())));
    };
    random(Kind::Account, &|runner| worlds::any_account().new_tree(runner).unwrap().current());
    random(Kind::Catalog, &|runner| worlds::catalog().new_tree(runner).unwrap().current());
    corpus
}

/// Commands of many kinds, the changes that they make, and the states before each.
fn commands_and_changes() -> (Vec<(Kind, String)>, Vec<Account>, Vec<Agency>) {
    let (mut all, mut states, mut agency_states) = (Vec::new(), Vec::new(), Vec::new());
    let catalog = tenant::catalog();
    let mut account = Account::new("acme".parse().unwrap(), catalog.clone());
    let grants = json!({"conversations": ["view", "edit"]});
    let template = json!({"users": ["view"], "analytics": ["view", "export"]});
    for command in [
        json!({"command": "invite", "user": "ana", "email": "ana@acme.example", "role": "admin"}),
        json!({"command": "accept", "user": "ana"}),
        json!({"command": "create_template", "template": "t", "name": "T", "grants": template}),
        json!({"command": "batch", "commands": [
            {"command": "invite", "user": "kim", "email": "kim@acme.example", "template": "t"},
            {"command": "invite", "user": "lee", "email": "lee@acme.example", "grants": grants},
            {"command": "accept", "user": "kim"},
        ]}),
        json!({"command": "tick", "user": "kim", "permission": "settings:view"}),
        json!({"command": "untick", "user": "kim", "permission": "analytics:export"}),
        json!({"command": "edit_template", "template": "t", "grants": {"settings": ["view"]}}),
        json!({"command": "rename_template", "template": "t", "name": "Second"}),
        json!({"command": "clear_template", "user": "kim", "keep": true}),
        json!({"command": "change_email", "user": "lee", "email": "LEE@acme.example"}),
        json!({"command": "change_role", "user": "lee", "role": "admin"}),
        json!({"command": "replace_grants", "user": "kim", "grants": grants}),
        json!({"command": "suspend", "user": "lee"}),
        json!({"command": "reactivate", "user": "lee"}),
        json!({"command": "delete_template", "template": "t", "acknowledged": []}),
        json!({"command": "set_seat_limit", "limit": 9}),
        json!({"command": "set_features", "features": ["policy.user_delegation"]}),
        json!({"command": "sign_in", "user": "kim"}),
        json!({"command": "delete_user", "user": "lee"}),
    ] {
        let document = serde_json::from_value(command).unwrap();
        let command = Command::from_document(&document, &catalog).unwrap();
        all.push((Kind::Command, written(&command)));
        states.push(account.clone());
        let outcome = account.execute(&Actor::Host, command, NOW).unwrap();
        all.extend(outcome.change().map(|change| (Kind::Change, written(change))));
    }
    let migrate = Command::migrate(&succession(&catalog));
    all.push((Kind::Command, written(&migrate)));
    let outcome = account.decide(&Actor::Host, migrate, NOW).unwrap();
    all.extend(outcome.change().map(|change| (Kind::Change, written(change))));
    states.push(account);
    let mut agency = Agency::new("north".parse().unwrap(), agencies::catalog());
    let invite = Invite::new("lee", "lee@harbor.example").admin();
    for command in [
        NewSubaccount::new("harbor").patch(FeaturePatch::new().grant("contacts")).into(),
        AgencyCommand::within("harbor", invite),
        AgencyCommand::within("harbor", Command::accept("lee")),
        AgencyCommand::migrate(&succession(&agencies::catalog())),
        AgencyCommand::delete("harbor"),
    ] {
        let command: AgencyCommand = command;
        all.push((Kind::AgencyCommand, written(&command)));
        agency_states.push(agency.clone());
        let outcome = agency.execute(&Actor::Host, command, NOW).unwrap();
        all.extend(outcome.change().map(|change| (Kind::AgencyChange, written(change))));
    }
    (all, states, agency_states)
}

/// From a catalog to the next, which has one area more.
fn succession(catalog: &Catalog) -> Migration {
    let mut next = json!(catalog);
    next["id"] = json!(format!("{}/next", catalog.id()));
    next["areas"].as_array_mut().unwrap().push(json!({"key": "sequel", "scale": "levels"}));
    let document = serde_json::from_value(next).unwrap();
    let next = Catalog::from_document(&document).unwrap();
    Migration::between(catalog, &next).add("sequel").build().unwrap()
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

// What must hold.

/// What everything is read against.
struct World {
    known: Vec<Catalog>,
    tenant: Account,
    agencies: Catalog,
    /// The account of the changes before each of them, by revision.
    states: Vec<Account>,
    agency_states: Vec<Agency>,
}

impl World {
    /// Reads a text as one kind; says whether it could be read.
    #[track_caller]
    fn check(&self, kind: Kind, text: &str, random: &mut Random) -> bool {
        let catalog = self.tenant.catalog();
        match kind {
            Kind::Account => {
                let read = |document: &Document| Account::from_document(document, &self.known);
                let account = sound(text, read, Some(written));
                if let Some(account) = &account {
                    decides_like_the_oracle(text, account, random);
                }
                account.is_some()
            }
            Kind::Agency => {
                let read = |document: &Document| Agency::from_document(document, &self.known);
                sound(text, read, Some(written)).is_some()
            }
            Kind::Catalog => sound(text, Catalog::from_document, Some(written)).is_some(),
            Kind::Command => {
                let read = |document: &Document| Command::from_document(document, catalog);
                let command = sound(text, read, Some(written));
                if let Some(command) = &command {
                    // What matters here is that it is decided, not how.
                    drop(self.tenant.decide(&Actor::Host, command, NOW));
                }
                command.is_some()
            }
            Kind::Change => {
                let read = |document: &Document| Change::from_log(document, &self.known);
                let change = sound(text, read, Some(written));
                if let Some(change) = &change {
                    self.apply(change);
                }
                change.is_some()
            }
            Kind::AgencyCommand => {
                let read =
                    |document: &Document| AgencyCommand::from_document(document, &self.agencies);
                sound(text, read, Some(written)).is_some()
            }
            Kind::AgencyChange => {
                let read = |document: &Document| AgencyChange::from_log(document, &self.known);
                let change = sound(text, read, Some(written));
                if let Some(change) = &change {
                    self.apply_to_agencies(change);
                }
                change.is_some()
            }
            Kind::Cases => {
                let read = |document: &Document| Cases::of_account(document, &self.tenant);
                sound(text, read, None).is_some()
            }
            Kind::Migration => {
                let read =
                    |document: &Document| MigrationBuilder::from_document(document, &self.known);
                let builder = sound(text, read, None);
                // Whatever is proven is the same once it is read again.
                if let Some(Ok(migration)) = builder.clone().map(MigrationBuilder::build) {
                    let document = serde_json::from_str(&written(&migration)).unwrap();
                    let again = Migration::from_document(&document, &self.known).unwrap();
                    assert_eq!(written(&again), written(&migration));
                }
                builder.is_some()
            }
        }
    }
}

impl World {
    /// A damaged change is refused, and changes nothing; or it leads to a state that its own reader
    /// takes, and of which nothing is published but what compiles (GRD-9).
    #[track_caller]
    fn apply(&self, change: &Change) {
        for before in &self.states {
            let (mut account, live) = (before.clone(), Live::new(before.clone()));
            let result = account.apply(change);
            assert_eq!(live.apply(change), result);
            if result.is_err() {
                assert_eq!(&account, before);
            } else {
                same_as_compiled(&live, &account);
            }
        }
    }

    #[track_caller]
    fn apply_to_agencies(&self, change: &AgencyChange) {
        for before in &self.agency_states {
            let mut agency = before.clone();
            if agency.apply(change).is_err() {
                assert_eq!(&agency, before);
            } else {
                let document = serde_json::from_str(&written(&agency)).unwrap();
                assert_eq!(Agency::from_document(&document, &self.known).unwrap(), agency);
            }
        }
    }
}

/// Reads a text within the bound; what can be read is written and read again, and is the same.
#[track_caller]
fn sound<T: PartialEq + Debug>(
    text: &str,
    read: impl Fn(&Document) -> Result<T, DocumentError>,
    write: Option<fn(&T) -> String>,
) -> Option<T> {
    let mut found = None;
    let counted = measure(|| {
        let document = serde_json::from_str::<Document>(text);
        found = document.ok().map(|document| read(&document));
    });
    let bound = if text.contains("\"areas\"") { CATALOG_BOUND } else { BOUND };
    let most = bound * text.len() as u64 + ALLOWANCE;
    assert!(counted.bytes_max <= most, "{} for {}: {text}", counted.bytes_max, text.len());
    match found? {
        Ok(value) => {
            if let Some(write) = write {
                let written = write(&value);
                let again = read(&serde_json::from_str(&written).unwrap());
                let again = again.unwrap_or_else(|error| panic!("{error}\n{written}\n{text}"));
                assert_eq!(again, value, "{text}");
                assert_eq!(write(&again), written, "{text}");
            }
            Some(value)
        }
        Err(error) => {
            assert!((1..=MAX_PROBLEMS).contains(&error.problems().len()), "{text}");
            let lines = 1 + error.problems().len() + usize::from(error.more() > 0);
            assert_eq!(error.to_string().lines().count(), lines, "{text}");
            None
        }
    }
}

/// The seconds that the environment asks for.
fn seconds() -> Option<Duration> {
    let given = std::env::var("BAILIWICK_HOSTILE").ok()?;
    Some(Duration::from_secs(given.parse().unwrap()))
}

#[test]
fn damaged_input_does_no_harm() {
    let seed = std::env::var("BAILIWICK_SEED").map_or(10, |seed| seed.parse().unwrap());
    let mut random = Random(seed);
    let bytes: Vec<u8> = (0..4).flat_map(|_| random.next().to_le_bytes()).collect();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut account = Account::new("acme".parse().unwrap(), tenant::catalog());
    for command in [
        Invite::new("ana", "ana@acme.example").admin().into(),
        Command::accept("ana"),
        Command::invite("kim", "kim@acme.example"),
        Command::accept("kim"),
    ] {
        drop(account.execute(&Actor::Host, command, NOW).unwrap());
    }
    let composed = studio::catalog()
        .to_builder("voice-agency/1")
        .include(&agencies::catalog(), ["general", "agent_types", "capabilities", "action_types"])
        .build()
        .unwrap();
    let next = [tenant::catalog(), agencies::catalog()].map(|one| succession(&one).new().clone());
    let known = presets::all().into_iter().chain([composed]).chain(next).collect();
    let (changes, states, agency_states) = commands_and_changes();
    let agencies = agencies::catalog();
    let world = World { known, tenant: account, agencies, states, agency_states };

    let mut corpus = corpus(&mut runner);
    corpus.extend(changes);
    for (kind, text) in &corpus {
        let is_read = world.check(*kind, text, &mut random);
        assert!(is_read || matches!(kind, Kind::Cases), "{kind:?}: {text}");
    }
    let (start, limit) = (Instant::now(), seconds());
    let (mut rounds, mut read) = (0_u64, 0_u64);
    while limit.map_or(rounds < 400, |limit| start.elapsed() < limit) {
        let (kind, mut text) = random.one_of(&corpus).clone();
        let other = random.one_of(&corpus).1.clone();
        for _ in 0..=random.below(3) {
            let how = random.below(6);
            if how == 0 {
                let mut bytes = text.into_bytes();
                damage_bytes(&mut bytes, &other, &mut random);
                text = String::from_utf8_lossy(&bytes).into_owned();
            } else if let (Ok(mut value), Ok(other)) =
                (serde_json::from_str(&text), serde_json::from_str(&other))
            {
                match how {
                    1 => damage_node(&mut value, &other, &mut random),
                    _ => swap_nodes(&mut value, &other, &mut random),
                }
                text = value.to_string();
            }
        }
        // Mostly what it was, now and then what it is not.
        let kind = if random.below(8) == 0 { *random.one_of(&KINDS) } else { kind };
        if world.check(kind, &text, &mut random) {
            read += 1;
            // What can be read is damaged further, and the older makes room.
            if text.len() < 20_000 && random.below(4) == 0 && kind != Kind::Cases {
                let at = 60 + random.below(400);
                match corpus.get_mut(at) {
                    Some(old) => *old = (kind, text),
                    None => corpus.push((kind, text)),
                }
            }
        }
        rounds += 1;
    }
    println!("{rounds} rounds, {read} could be read, {:?}", start.elapsed());
    assert!(read * 20 > rounds, "{read} of {rounds} could be read");
}
