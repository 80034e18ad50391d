//! GRD, REV: the library and the naive directory, command by command: the same refusals, the same
//! states, the same decisions; and what holds whatever is commanded.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use bailiwick::account::AtLimit;
use bailiwick::document::Document;
use bailiwick::{
    Account, Actor, Change, Command, Lattice, Outcome, PermissionSet, Refusal, Role, Status,
    Timestamp, User, presets,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::{Value, json};

use crate::actors;
use crate::naive::{Catalog, Directory, Notes, notion, refusals};
use crate::worlds::{self, Order, Step, Stories};

/// One account, kept by the library, by the directory, and by two who are sent its changes.
struct Model {
    account: Account,
    lattice: Lattice,
    directory: Directory,
    /// Replays changes (REV-3).
    replica: Account,
    /// Replays changes that were stored as documents and read back.
    archive: Account,
    /// What comes with commands.
    notes: Stories,
    /// The orders that had a key.
    given: Vec<Order>,
    /// The ids of users who were deleted.
    gone: BTreeSet<String>,
    always_on: Vec<String>,
}

impl Model {
    fn new(start: &Value) -> Self {
        let account = Account::from_document(&parse(start), &presets::all()).unwrap();
        let catalog = Catalog::new(&start["catalog"]);
        let always_on = catalog.leaves().filter(|leaf| leaf.always_on);
        let model = Self {
            lattice: account.compile(),
            directory: Directory::new(start),
            replica: account.clone(),
            archive: account.clone(),
            notes: Stories::new(account.revision()),
            given: Vec::new(),
            gone: account.retired_users().map(ToString::to_string).collect(),
            always_on: always_on.flat_map(|leaf| leaf.permissions.clone()).collect(),
            account,
        };
        model.check_state();
        model
    }

    /// Gives one command to all, and compares. Returns the code of the refusal, if it was refused.
    fn step(&mut self, (actor, command, now): &Step) -> Result<(), String> {
        if let Some((actor, command, notes)) = self.notes.again(&self.given) {
            let _ = self.order(&actor, &command, &notes, *now);
        }
        let notes = self.notes.notes(&self.given);
        if notes.key.is_some() {
            self.given.push((actor.clone(), command.clone(), notes.clone()));
        }
        self.order(actor, command, &notes, *now)
    }

    fn order(
        &mut self,
        actor: &Value,
        command: &Value,
        notes: &Notes,
        now: i64,
    ) -> Result<(), String> {
        let naive_before = self.directory.clone();
        let expected = self.directory.order(actor, command, notes, now);
        if self.directory.said.changed && naive_before.is_member(actor) {
            let member = actor["user"].as_str().unwrap();
            notion::check(&naive_before, &self.directory, member, command)
                .unwrap_or_else(|problem| panic!("{problem}"));
        }
        let (actor, now) = (read_actor(actor), Timestamp::from_unix_millis(now));
        let command = Command::from_document(&parse(command), self.account.catalog()).unwrap();
        self.check_command(&command);
        let before = (self.account.clone(), self.lattice.clone());
        let order = order(command, notes);
        let result = self.account.execute(&actor, order.clone(), now);
        let code = result.as_ref().map(|_| ()).map_err(|refusal| refusal.code().to_owned());
        assert_eq!(code, expected, "{actor} {order:?}: {result:?}");
        let decided = self.replica.decide(&actor, order, now);
        assert_eq!(decided, result, "the replica decides so");
        match &result {
            Ok(Outcome::Changed(change)) => self.check_accepted(&before, &actor, change),
            Ok(outcome) => self.check_quiet(&before.0, outcome),
            Err(refusal) => self.check_refused(&before.0, refusal),
        }
        self.check_state();
        expected
    }

    /// A command comes back from its own document.
    fn check_command(&self, command: &Command) {
        let again = Command::from_document(&parse(command), self.account.catalog());
        assert_eq!(again.as_ref(), Ok(command));
    }

    /// GRD-6: a refused command changes nothing.
    fn check_refused(&self, before: &Account, refusal: &Refusal) {
        assert_eq!(&self.account, before, "{refusal}");
        assert_eq!(written(&self.account), written(before), "{refusal}");
    }

    /// REV-11: a command that would change nothing stores nothing, and neither does an order that
    /// was done before.
    fn check_quiet(&self, before: &Account, outcome: &Outcome<Account>) {
        let expected = match self.directory.said.done_at {
            Some(revision) => Outcome::AlreadyDone { revision },
            None => Outcome::Unchanged { revision: before.revision() },
        };
        assert_eq!(outcome, &expected);
        assert!(!self.directory.said.changed, "{outcome}");
        assert_eq!(written(&self.account), written(before), "{outcome}");
    }

    fn check_accepted(&mut self, before: &(Account, Lattice), actor: &Actor, change: &Change) {
        let (account, lattice) = before;
        assert!(self.directory.said.changed, "REV-11: {change}");
        assert_eq!(change.reason(), self.directory.said.reason.as_deref(), "REV-7: {change}");
        self.lattice = self.account.compile();
        self.check_change(account, change);
        self.check_seats(account, change.command());
        // USR-13: what the host must do outside.
        let duties: Vec<Value> = change.duties().map(|duty| json!(duty)).collect();
        assert_eq!(duties, self.directory.said.outside, "{change}");
        self.check_gain(account, lattice, actor);
        // GRD-4: there is always somebody left who can let others in.
        let has_admin = |account: &Account| account.users().any(is_active_admin);
        assert!(has_admin(&self.account) || !has_admin(account), "no admin is left: {change}");
        // USR-8: deletion is permanent, and no id is ever used again.
        let deleted =
            account.users().filter(|user| self.account.user(user.id().as_str()).is_none());
        self.gone.extend(deleted.map(|user| user.id().to_string()));
        let mut users = self.account.users();
        assert!(users.all(|user| !self.gone.contains(user.id().as_str())), "{change}");
    }

    /// REV-1, REV-3: a change is the next revision, and brings whoever replays it to the same
    /// state, to the letter.
    fn check_change(&mut self, before: &Account, change: &Change) {
        assert_eq!(self.account.revision(), before.revision() + 1);
        assert_eq!(change.revision(), self.account.revision());
        let stored = Change::from_document(&parse(change), self.account.catalog()).unwrap();
        assert_eq!(&stored, change);
        self.replica.apply(change).unwrap();
        self.archive.apply(&stored).unwrap();
        for replayed in [&self.replica, &self.archive] {
            assert_eq!(replayed, &self.account, "{change}");
            assert_eq!(written(replayed), written(&self.account), "{change}");
        }
    }

    /// USR-6: no invitation goes beyond the limit.
    fn check_seats(&self, before: &Account, command: &Command) {
        let only_invites = match command {
            Command::Batch(commands) => {
                commands.iter().all(|one| matches!(one, Command::Invite(_)))
            }
            command => matches!(command, Command::Invite(_)),
        };
        let (used, limit) = (self.account.seats().used(), self.account.seats().limit());
        if only_invites && used > before.seats().used() {
            let is_within = limit.is_none_or(|limit| used <= limit as usize);
            let warns = self.account.seats().at_limit() == AtLimit::Warn;
            assert!(is_within || warns, "{used} of {limit:?}");
        }
    }

    /// GRD-3: nobody but an admin or the host makes anyone gain what they do not hold.
    fn check_gain(&self, before: &Account, lattice: &Lattice, actor: &Actor) {
        let Actor::User { user, .. } = actor else {
            return;
        };
        let id = user.as_str();
        if before.user(id).is_some_and(is_active_admin) {
            return;
        }
        let held = lattice.subject(id).permissions();
        for user in self.account.users() {
            let [was, is] = [lattice, &self.lattice]
                .map(|lattice| lattice.subject(user.id().as_str()).permissions());
            let gained: Vec<_> = is.difference(&was).collect();
            let catalog = self.account.catalog();
            assert!(
                gained.iter().all(|one| held.contains(*one)),
                "{id} made {} gain more of {:?} than {:?}",
                user.id(),
                names(catalog, &is),
                names(catalog, &held),
            );
        }
    }

    /// The state and all decisions are those of the directory.
    fn check_state(&self) {
        let mut document = serde_json::to_value(&self.account).unwrap();
        for field in ["head", "stamp"] {
            document.as_object_mut().unwrap().shift_remove(field);
        }
        self.directory.same_as(&document).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(json!(self.account.seats()), self.directory.seats(), "USR-6");
        assert_eq!(json!(self.account.table()), json!(self.directory.table(&json!({}))), "USR-14");
        let oracle = self.directory.oracle();
        let catalog = self.account.catalog();
        for id in oracle.users().iter().map(String::as_str).chain(["nobody"]) {
            let permissions = self.lattice.subject(id).permissions();
            assert_eq!(names(catalog, &permissions), oracle.effective(id), "{id}");
        }
        // AGY-2: what is always on is on.
        for feature in &self.always_on {
            assert!(self.account.features().is_on(catalog.permission(feature).unwrap()));
        }
    }
}

/// A command with what comes with it.
fn order(command: Command, notes: &Notes) -> bailiwick::Order<Command> {
    let order = bailiwick::Order::from(command);
    let order = notes.reason.iter().fold(order, |order, reason| order.because(reason));
    let order = notes.key.iter().fold(order, |order, key| order.with_key(key));
    let key_memory = notes.key_memory.and_then(|keys| keys.try_into().ok());
    key_memory.into_iter().fold(order, bailiwick::Order::key_memory)
}

fn is_active_admin(user: &User) -> bool {
    user.role() == Role::Admin && user.status() == Status::Active
}

fn names(catalog: &bailiwick::Catalog, permissions: &PermissionSet) -> BTreeSet<String> {
    permissions.iter().map(|one| catalog.display(one).to_string()).collect()
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[track_caller]
fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&written(value)).unwrap()
}

/// An actor, whom stories write as documents do.
pub(crate) fn read_actor(actor: &Value) -> Actor {
    let field = |name: &str| actor.get(name).and_then(Value::as_str);
    match (field("user"), field("account"), field("agency")) {
        (Some(user), Some(account), Some(agency)) => actors::user_of(agency, account, user),
        (Some(user), Some(account), None) => actors::user(account, user),
        (None, None, Some(agency)) => actors::agency(agency),
        _ if actor == "host" => Actor::Host,
        _ => panic!("no actor: {actor}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_library_and_the_directory_agree((start, steps) in worlds::any_story()) {
        let mut model = Model::new(&start);
        for step in &steps {
            let _ = model.step(step);
        }
    }
}

/// Reasons to refuse a command that only an agency has.
const OF_AGENCIES: [&str; 8] = [
    "always_on",
    "duplicate",
    "overlap",
    "subaccount_exists",
    "subaccount_name",
    "ui_only",
    "unknown_feature",
    "unknown_subaccount",
];

/// As many commands as the variable `BAILIWICK_COMMANDS` says, in accounts of 40 each; a million
/// takes some minutes in a release build.
#[test]
fn a_million_commands() {
    let wanted = std::env::var("BAILIWICK_COMMANDS").map_or(1_200, |text| text.parse().unwrap());
    let profiles = [Stories::new(1), Stories::of_delegates(2)];
    let mut accepted = BTreeMap::<String, usize>::new();
    let mut refused = BTreeMap::<String, usize>::new();
    for mut stories in profiles {
        for (place, catalog) in (0..wanted / 2).step_by(40).zip(catalogs().iter().cycle()) {
            let start = stories.start(catalog);
            let mut model = Model::new(&start);
            for _ in place..(wanted / 2).min(place + 40) {
                let step = stories.next(&model.directory);
                let name = step.1.get("command").and_then(Value::as_str).unwrap().to_owned();
                match model.step(&step) {
                    Ok(()) => *accepted.entry(name).or_default() += 1,
                    Err(code) => *refused.entry(code).or_default() += 1,
                }
            }
        }
    }
    println!("accepted {}: {accepted:#?}", accepted.values().sum::<usize>());
    println!("refused {}: {refused:#?}", refused.values().sum::<usize>());
    if wanted >= 100_000 {
        let codes = refusals::KINDS.iter().map(|(code, _)| *code);
        let codes = codes.filter(|code| !OF_AGENCIES.contains(code));
        let missing: Vec<_> = codes.filter(|code| !refused.contains_key(*code)).collect();
        assert!(missing.is_empty(), "no refusal says {missing:?}");
        assert_eq!(accepted.len(), 26, "not every command was accepted once");
    }
}

/// The presets that have grants, the tenant's most, and some random catalogs.
fn catalogs() -> Vec<Value> {
    let mut runner = TestRunner::deterministic();
    let mut catalogs = Vec::new();
    for _ in 0..32 {
        catalogs.extend(["tenant/1", "tenant/1", "studio/2026-06", "tenant/1"].map(Value::from));
        catalogs.push(json!("studio/2026-03"));
        catalogs.push(worlds::catalog().new_tree(&mut runner).unwrap().current());
    }
    catalogs
}
