//! The library and the naive agency, command by command: the same refusals, the same states, the
//! same decisions; and that features never grant.

use std::collections::{BTreeMap, BTreeSet};

use bailiwick::agency::{AgencyCommand, AgencyEdit, FeatureState};
use bailiwick::catalog::Source;
use bailiwick::presets::agency;
use bailiwick::{Account, AccountId, Agency, Outcome, Timestamp};
use serde_json::{Value, json};

use super::copies::copied;
use super::counts::check_counts;
use super::{all, names, parse, paths, reread, reread_change, voice_agency};
use crate::model::read_actor;
use crate::naive::Oracle;
use crate::naive::agency::{self as naive, Naive};
use crate::worlds::Commands;

/// One agency, kept by the library, by the naive agency, and by one who is sent its changes.
struct Model {
    agency: Agency,
    naive: Naive,
    archive: Agency,
    catalog: Value,
}

impl Model {
    /// On `agency/1`, or on the composed catalog with users who have grants.
    fn new(source: &mut Commands, is_composed: bool, has_default: bool) -> Self {
        let catalog = if is_composed { voice_agency() } else { agency::catalog() };
        // The naive readers know no composed catalog by its id.
        let spelled_out = serde_json::to_value(&catalog).unwrap();
        let features = naive::features(is_composed);
        let default = has_default.then(|| source.set(&features));
        let subaccounts: Vec<Value> =
            (0..source.below(4)).map(|_| source.subaccount(&spelled_out)).collect();
        let mut document = Commands::agency(catalog.id(), &subaccounts);
        if let Some(default) = &default {
            document["default_features"] = json!(default);
        }
        let agency = Agency::from_document(&parse(&document), &[catalog]).unwrap();
        let naive = Naive::new(spelled_out.clone(), features, default, &subaccounts);
        let model = Self { archive: agency.clone(), agency, naive, catalog: spelled_out };
        let ids: Vec<String> = model.agency.subaccounts().map(|one| one.id().to_string()).collect();
        model.check_state(&ids.iter().map(String::as_str).collect());
        model
    }

    /// Gives one command to all, and compares. Returns the code of the refusal, if it was refused.
    fn step(&mut self, (actor, command, now): &(Value, Value, i64)) -> Result<(), String> {
        let expected = self.naive.execute(actor, command, *now);
        let (actor, now) = (read_actor(actor), Timestamp::from_unix_millis(*now));
        let read = AgencyCommand::from_document(&parse(command), self.agency.catalog()).unwrap();
        let before = self.agency.clone();
        let result = self.agency.execute(&actor, read.clone(), now);
        let code = result.as_ref().map(|_| ()).map_err(|refusal| refusal.code().to_owned());
        assert_eq!(code, expected, "{actor}: {command}: {result:?}");
        let Some(change) = result.as_ref().ok().and_then(Outcome::change) else {
            assert!(!self.naive.changed, "REV-11: {command}");
            assert_eq!(self.agency, before, "GRD-6, REV-11: {command}");
            return expected;
        };
        assert!(self.naive.changed, "REV-11: {change}");
        assert_eq!(change.command(), &read);
        assert_eq!(self.agency.revision(), before.revision() + 1, "REV-1");
        let stored = reread_change(change, self.agency.catalog());
        assert_eq!(&stored, change);
        self.archive.apply(&stored).unwrap();
        assert_eq!(self.archive, self.agency, "REV-3: {change}");
        let duties = change.duties().map(|(account, duty)| (account.to_string(), json!(duty)));
        assert_eq!(duties.collect::<Vec<_>>(), self.naive.outside, "USR-13: {change}");
        for (id, from) in copied(change) {
            let expected = self.naive.copied.get(id).unwrap();
            assert_eq!(from, expected.as_deref(), "AGY-4: {change}");
        }
        let touched = change.edits().iter().filter_map(|edit| match edit {
            AgencyEdit::Created { account, .. } => Some(account.id().as_str()),
            AgencyEdit::Changed(change) => Some(change.account().as_str()),
            _ => None,
        });
        self.check_state(&touched.collect());
        expected
    }

    /// The state, and the decisions in the subaccounts that were touched.
    fn check_state(&self, touched: &BTreeSet<&str>) {
        assert_eq!(self.agency.revision(), self.naive.revision);
        let retired = self.agency.retired_subaccounts().map(AccountId::as_str);
        assert!(retired.eq(self.naive.retired.iter().map(String::as_str)));
        assert_eq!(self.agency.len(), self.naive.subaccounts.len());
        for (account, (id, set, directory)) in
            self.agency.subaccounts().zip(&self.naive.subaccounts)
        {
            assert_eq!(account.id().as_str(), id);
            assert_eq!(&paths(account.features()), set, "{id}");
            if !touched.contains(id.as_str()) {
                continue;
            }
            let mut document = serde_json::to_value(account).unwrap();
            document["catalog"] = self.catalog.clone();
            for field in ["head", "stamp"] {
                document.as_object_mut().unwrap().shift_remove(field);
            }
            directory.same_as(&document).unwrap_or_else(|problem| panic!("{problem}"));
            let (lattice, oracle) = (account.compile(), directory.oracle());
            for user in oracle.users() {
                let permissions = lattice.subject(&user).permissions();
                let expected = oracle.effective(&user);
                assert_eq!(names(account.catalog(), permissions.iter()), expected, "{id}/{user}");
            }
        }
        let subaccounts = self.agency.len();
        for feature in self.naive.paths() {
            let expected = match self.naive.count(&feature.path) {
                0 => FeatureState::None { subaccounts },
                on if on == subaccounts => FeatureState::All { subaccounts },
                on => FeatureState::Mixed { on, subaccounts },
            };
            assert_eq!(self.agency.feature_state(&feature.path), Ok(expected), "{}", feature.path);
        }
    }
}

/// Every reason for which an agency itself refuses a command.
const CODES: [&str; 12] = [
    "always_on",
    "duplicate",
    "empty_batch",
    "host_only",
    "invalid_id",
    "not_authorized",
    "overlap",
    "subaccount_exists",
    "subaccount_name",
    "ui_only",
    "unknown_feature",
    "unknown_subaccount",
];

/// A tenth as many commands as the variable `BAILIWICK_COMMANDS` says, in agencies of 40 each.
#[test]
fn the_library_and_the_naive_agency_agree() {
    let wanted = wanted_commands().map_or(1_200, |wanted| wanted / 10);
    let mut source = Commands::new(7);
    let mut accepted = BTreeMap::<String, usize>::new();
    let mut refused = BTreeMap::<String, usize>::new();
    for place in (0..wanted).step_by(40) {
        let mut model = Model::new(&mut source, place % 80 == 0, place % 120 == 0);
        for _ in place..wanted.min(place + 40) {
            let step = source.next(&model.naive);
            let name = step.1["command"].as_str().unwrap().to_owned();
            match model.step(&step) {
                Ok(()) => *accepted.entry(name).or_default() += 1,
                Err(code) => *refused.entry(code).or_default() += 1,
            }
        }
        check_counts(&model.agency);
        assert_eq!(model.agency, reread(&model.agency));
    }
    println!("accepted {}: {accepted:#?}", accepted.values().sum::<usize>());
    println!("refused {}: {refused:#?}", refused.values().sum::<usize>());
    if wanted >= 1_000 {
        let missing: Vec<_> = CODES.iter().filter(|code| !refused.contains_key(**code)).collect();
        assert!(missing.is_empty(), "no refusal says {missing:?}");
        assert_eq!(accepted.len(), 6, "not every command was accepted once");
    }
}

fn wanted_commands() -> Option<usize> {
    std::env::var("BAILIWICK_COMMANDS").ok().map(|text| text.parse().unwrap())
}

// Features never grant.

/// Rows of user and permission: a feature takes away and never gives, and what is held and can be
/// granted was given. At least 200,000 of them; a million if `BAILIWICK_COMMANDS` is at least
/// 100,000.
#[test]
fn features_never_grant() {
    let wanted =
        if wanted_commands().is_some_and(|wanted| wanted >= 100_000) { 1_000_000 } else { 200_000 };
    let catalog = voice_agency();
    let spelled_out = serde_json::to_value(&catalog).unwrap();
    let features = naive::features(true);
    let mut source = Commands::new(11);
    let (mut rows, mut held, mut masked) = (0_usize, 0_usize, 0_usize);
    while rows < wanted {
        let mut document = source.subaccount(&spelled_out);
        document["catalog"] = json!("voice-agency/1");
        document["features"] = json!(all(&catalog));
        let known = [catalog.clone()];
        let with_all = Account::from_document(&parse(&document), &known).unwrap();
        let all_on = with_all.compile();
        // What the roles, templates, grants and mutes give, by the naive reading.
        let mut naive_document = document.clone();
        naive_document["catalog"] = spelled_out.clone();
        let potential = Oracle::new(&naive_document);
        for _ in 0..8 {
            document["features"] = json!(source.set(&features));
            let account = Account::from_document(&parse(&document), &known).unwrap();
            let lattice = account.compile();
            for user in account.users() {
                let id = user.id().as_str();
                let given = potential.effective(id);
                let (some, all) = (lattice.subject(id), all_on.subject(id));
                for permission in catalog.permissions() {
                    rows += 1;
                    let (can, could) = (some.can(permission), all.can(permission));
                    assert!(could || !can, "{id}: {}", catalog.display(permission));
                    masked += usize::from(could && !can);
                    let can_be_given = catalog.source(permission) != Some(Source::Account);
                    if can && can_be_given {
                        held += 1;
                        let name = catalog.display(permission).to_string();
                        assert!(given.contains(&name), "{id} was never given {name}");
                    }
                }
            }
        }
    }
    println!("{rows} rows, {held} held and given, {masked} masked by features");
    assert!(rows >= wanted && held > rows / 50 && masked > rows / 50);
}
