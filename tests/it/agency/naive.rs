//! A deliberately naive agency: a list of subaccounts with sets of paths, and what happens to them.
//!
//! It shares no code with the library. What happens within a subaccount is left to the naive
//! directory; features, their names and their copies are its own.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test that reads what it wrote")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::directory::Directory;
use crate::directory::stories::Stories;

/// The features of the agency catalog by group; those with a name in the API are `path=name`, and
/// what is always on ends with `!`.
const GROUPS: [(&str, &str); 5] = [
    (
        "general",
        "assistants=assistants! knowledge_base=knowledge_base actions=actions \
         workflows=workflows contacts=contacts phone_numbers=phone_numbers analytics=analytics \
         simulations=simulations logs=logs invite_members",
    ),
    ("agent_types", "inbound=inbound outbound=outbound widget=widget chat=chat"),
    ("capabilities", "configure prompt actions deployment calls"),
    ("integrations", "twilio elevenlabs gohighlevel hubspot cal_com salesforce"),
    (
        "action_types",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
    ),
];

/// A feature: its path, the name that the API has for it, and whether it is always on.
#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub(super) path: String,
    pub(super) api_name: Option<String>,
    always_on: bool,
}

/// The features of `agency/1`, or of it and a studio without the agency's integrations.
pub(super) fn features(with_studio: bool) -> Vec<Feature> {
    let mut features = Vec::new();
    let plan = [("plan", "enterprise enterprise_cluster audit_log")];
    let plan = plan.into_iter().filter(|_| with_studio);
    for (group, words) in plan.chain(GROUPS) {
        if with_studio && group == "integrations" {
            continue;
        }
        for word in words.split_whitespace() {
            let (key, api_name) = match word.trim_end_matches('!').split_once('=') {
                Some((key, name)) => (key, Some(name.to_owned())),
                None => (word, None),
            };
            let path = format!("{group}.{key}");
            features.push(Feature { path, api_name, always_on: word.ends_with('!') });
        }
    }
    features
}

/// The paths of features that are on.
pub(super) type Set = BTreeSet<String>;
type Outcome<T = ()> = Result<T, String>;

/// An agency as a list of subaccounts in order of creation.
#[derive(Clone, Debug)]
pub(super) struct Naive {
    id: String,
    catalog: Value,
    features: Vec<Feature>,
    pub(super) revision: u64,
    default_features: Option<Set>,
    pub(super) subaccounts: Vec<(String, Set, Directory)>,
    pub(super) retired: Vec<String>,
    /// By subaccount, whom the last command that created them copied.
    pub(super) copied: BTreeMap<String, Option<String>>,
}

impl Naive {
    /// An agency of subaccounts by id, each with the document of its directory.
    pub(super) fn new(
        catalog: Value,
        features: Vec<Feature>,
        default_features: Option<Set>,
        subaccounts: &[Value],
    ) -> Self {
        let mut naive = Self {
            id: "agency".to_owned(),
            catalog,
            features,
            revision: 0,
            default_features: None,
            subaccounts: Vec::new(),
            retired: Vec::new(),
            copied: BTreeMap::new(),
        };
        naive.default_features = default_features.map(|set| naive.with_always_on(set));
        for document in subaccounts {
            let directory = Directory::new(document);
            let id = document["id"].as_str().unwrap_or_default().to_owned();
            let set = naive.set_of(&directory);
            naive.subaccounts.push((id, set, directory));
        }
        naive
    }

    /// In how many subaccounts a feature is on.
    pub(super) fn count(&self, path: &str) -> usize {
        self.subaccounts.iter().filter(|(_, set, _)| set.contains(path)).count()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Feature> {
        self.features.iter()
    }

    /// Gives one command; a refused one changes nothing (GRD-6).
    pub(super) fn execute(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let before = self.clone();
        let outcome = self.attempt(actor, command, now);
        match outcome {
            Ok(()) => self.revision += 1,
            Err(_) => *self = before,
        }
        outcome
    }

    fn attempt(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let has_right = actor == "host" || actor["agency"] == self.id.as_str();
        let name = command["command"].as_str().unwrap_or_default();
        if name != "in" && !has_right {
            return Err("not_authorized".to_owned());
        }
        match name {
            "create" => self.create(&command["subaccounts"]),
            "delete" => {
                let place = self.place(&command["account"])?;
                let (id, ..) = self.subaccounts.remove(place);
                self.retired.push(id);
                Ok(())
            }
            "patch" => {
                let place = self.place(&command["account"])?;
                let after = self.patched(&self.subaccounts[place].1, command)?;
                self.put(place, after, now);
                Ok(())
            }
            "select_all" => {
                let feature = self.by_path(&command["feature"])?.clone();
                let is_on = command["switch"] == "on";
                if feature.always_on && !is_on {
                    return Err("always_on".to_owned());
                }
                for place in 0..self.subaccounts.len() {
                    let mut after = self.subaccounts[place].1.clone();
                    if is_on {
                        after.insert(feature.path.clone());
                    } else {
                        after.remove(&feature.path);
                    }
                    self.put(place, after, now);
                }
                Ok(())
            }
            "in" => {
                let place = self.place(&command["account"])?;
                let within = &command["within"];
                // An agency sets the features of its own subaccounts (GRD-5).
                let by_right = has_right && within["command"] == "set_features";
                let host = json!("host");
                let (_, _, directory) = &mut self.subaccounts[place];
                directory.execute(if by_right { &host } else { actor }, within, now)?;
                let after = self.set_of(&self.subaccounts[place].2);
                self.subaccounts[place].1 = after;
                Ok(())
            }
            _ => panic!("no command: {command}"),
        }
    }

    fn create(&mut self, subaccounts: &Value) -> Outcome {
        self.copied.clear();
        for new in subaccounts.as_array().into_iter().flatten() {
            let id = new["account"].as_str().unwrap_or_default();
            if id.is_empty() || id.len() > 255 {
                return Err("invalid_id".to_owned());
            }
            let exists = self.subaccounts.iter().any(|(other, ..)| other == id);
            if exists || self.retired.iter().any(|other| other == id) {
                return Err("subaccount_exists".to_owned());
            }
            let newest = self.subaccounts.last().map(|(id, set, _)| (id.clone(), set.clone()));
            let (copied, start) = match (&self.default_features, newest) {
                (Some(fixed), _) => (None, fixed.clone()),
                (None, Some((from, set))) => (Some(from), set),
                (None, None) => (None, self.with_always_on(Set::new())),
            };
            let set = self.patched(&start, new)?;
            self.copied.insert(id.to_owned(), copied);
            let document = json!({
                "format": "bailiwick/account/1",
                "id": id,
                "catalog": self.catalog,
                "features": self.without_always_on(&set),
            });
            self.subaccounts.push((id.to_owned(), set, Directory::new(&document)));
        }
        if self.copied.is_empty() { Err("empty_batch".to_owned()) } else { Ok(()) }
    }

    /// Each feature is named once; all of a patch is done, or nothing of it.
    fn patched(&self, before: &Set, patch: &Value) -> Outcome<Set> {
        let mut after = before.clone();
        let mut named: BTreeMap<String, bool> = BTreeMap::new();
        for (list, is_on) in [("grant", true), ("revoke", false)] {
            for name in patch[list].as_array().into_iter().flatten() {
                let feature = match patch["channel"].as_str() {
                    Some("ui") => self.by_path(name)?,
                    _ => self.by_api_name(name)?,
                };
                match named.insert(feature.path.clone(), is_on) {
                    Some(former) if former == is_on => return Err("duplicate".to_owned()),
                    Some(_) => return Err("overlap".to_owned()),
                    None if is_on => {
                        after.insert(feature.path.clone());
                    }
                    None if feature.always_on => return Err("always_on".to_owned()),
                    None => {
                        after.remove(&feature.path);
                    }
                }
            }
        }
        Ok(after)
    }

    fn by_path(&self, path: &Value) -> Outcome<&Feature> {
        let mut features = self.features.iter();
        features.find(|one| *path == one.path).ok_or("unknown_feature".to_owned())
    }

    fn by_api_name(&self, name: &Value) -> Outcome<&Feature> {
        let is_named = |one: &&Feature| one.api_name.as_deref().is_some_and(|own| name == own);
        if let Some(feature) = self.features.iter().find(is_named) {
            return Ok(feature);
        }
        let name = name.as_str().unwrap_or_default();
        let is_key = |one: &Feature| {
            let is_key = one.path == name || one.path.ends_with(&format!(".{name}"));
            is_key && one.api_name.is_none()
        };
        let is_known = self.features.iter().any(is_key);
        Err(if is_known { "ui_only" } else { "unknown_feature" }.to_owned())
    }

    fn place(&self, id: &Value) -> Outcome<usize> {
        let mut all = self.subaccounts.iter();
        all.position(|(other, ..)| id == other).ok_or("unknown_subaccount".to_owned())
    }

    /// Gives a subaccount other features, which is a change of its directory if they are others.
    fn put(&mut self, place: usize, after: Set, now: i64) {
        if self.subaccounts[place].1 == after {
            return;
        }
        let command = json!({
            "command": "set_features",
            "features": self.without_always_on(&after),
        });
        let (_, set, directory) = &mut self.subaccounts[place];
        *set = after;
        if let Err(code) = directory.execute(&json!("host"), &command, now) {
            panic!("the host cannot set features: {code}");
        }
    }

    fn set_of(&self, directory: &Directory) -> Set {
        let document = directory.document();
        let paths = document["features"].as_array().into_iter().flatten();
        self.with_always_on(paths.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    fn with_always_on(&self, mut set: Set) -> Set {
        let always = self.features.iter().filter(|one| one.always_on);
        set.extend(always.map(|one| one.path.clone()));
        set
    }

    /// In catalog order, as documents have them.
    fn without_always_on(&self, set: &Set) -> Vec<String> {
        let listed = self.features.iter().filter(|one| !one.always_on && set.contains(&one.path));
        listed.map(|one| one.path.clone()).collect()
    }
}

/// A source of commands without end, the same for the same seed.
#[derive(Debug)]
pub(super) struct Commands {
    state: u64,
    stories: Stories,
    fresh: usize,
    clock: i64,
}

impl Commands {
    pub(super) fn new(seed: u64) -> Self {
        let stories = Stories::new(seed);
        Self { state: seed.wrapping_mul(2).wrapping_add(1), stories, fresh: 0, clock: 0 }
    }

    /// The document of a subaccount with users.
    pub(super) fn subaccount(&mut self, catalog: &Value) -> Value {
        let mut document = self.stories.start(catalog);
        self.fresh += 1;
        document["id"] = json!(format!("s{}", self.fresh));
        document
    }

    /// Some features, by path.
    pub(super) fn set(&mut self, naive: &[Feature]) -> Set {
        naive.iter().filter(|_| self.below(2) == 0).map(|one| one.path.clone()).collect()
    }

    /// Who commands, what, and when.
    pub(super) fn next(&mut self, naive: &Naive) -> (Value, Value, i64) {
        self.clock += 1_000;
        let many = naive.subaccounts.len() > 5;
        let command = match self.below(100) {
            0..10 if many => self.deletion(naive),
            0..17 => self.creation(naive),
            17..20 => self.deletion(naive),
            20..52 => {
                let mut command = self.patch(naive);
                command["command"] = json!("patch");
                command["account"] = self.account(naive);
                command
            }
            52..72 => {
                let feature = self.name(naive, "ui");
                let switch = self.pick(&["on", "off"]);
                json!({"command": "select_all", "feature": feature, "switch": switch})
            }
            72..80 => {
                let features: Set =
                    self.set(&naive.features).into_iter().filter(|_| self.below(2) == 0).collect();
                let within = json!({"command": "set_features", "features": features});
                json!({"command": "in", "account": self.account(naive), "within": within})
            }
            _ => {
                let account = self.account(naive);
                let known = naive.subaccounts.iter().find(|(id, ..)| account == id.as_str());
                if let Some((_, _, directory)) = known {
                    let (actor, within, now) = self.stories.next(directory);
                    let command = json!({"command": "in", "account": account, "within": within});
                    return (actor, command, now);
                }
                json!({"command": "in", "account": account,
                       "within": {"command": "suspend", "user": "u0"}})
            }
        };
        (self.actor(naive), command, self.clock)
    }

    fn actor(&mut self, naive: &Naive) -> Value {
        match self.below(100) {
            0..14 => json!("host"),
            14..20 => json!({"agency": "acme"}),
            20..27 => {
                json!({"user": self.pick(&["u0", "u1", "u2"]), "account": self.account(naive)})
            }
            _ => json!({"agency": "agency"}),
        }
    }

    fn account(&mut self, naive: &Naive) -> Value {
        let place = self.below(naive.subaccounts.len() + 1);
        let retired = naive.retired.last().map_or("nowhere", String::as_str);
        match naive.subaccounts.get(place) {
            Some((id, ..)) => json!(id),
            None if self.below(2) == 0 => json!(retired),
            None => json!(naive.subaccounts.first().map_or("nowhere", |(id, ..)| id)),
        }
    }

    fn creation(&mut self, naive: &Naive) -> Value {
        let count = if self.below(12) == 0 { 0 } else { 1 + self.below(3) };
        let new: Vec<Value> = (0..count)
            .map(|_| {
                let mut new = self.patch(naive);
                self.fresh += 1;
                new["account"] = match self.below(30) {
                    0 => json!(""),
                    1 => json!("x".repeat(256)),
                    2..5 => self.account(naive),
                    _ => json!(format!("s{}", self.fresh)),
                };
                new
            })
            .collect();
        json!({"command": "create", "subaccounts": new})
    }

    fn deletion(&mut self, naive: &Naive) -> Value {
        json!({"command": "delete", "account": self.account(naive)})
    }

    fn patch(&mut self, naive: &Naive) -> Value {
        let channel = self.pick(&["api", "ui"]);
        let mut patch = json!({"grant": [], "revoke": [], "channel": channel});
        for _ in 0..self.below(5) {
            let list = self.pick(&["grant", "revoke"]);
            let name = self.name(naive, channel);
            if let Some(names) = patch[list].as_array_mut() {
                names.push(json!(name));
            }
        }
        patch
    }

    /// How a feature is named, mostly well.
    fn name(&mut self, naive: &Naive, channel: &str) -> String {
        let feature = &naive.features[self.below(naive.features.len())];
        let key = feature.path.split_once('.').map_or("", |(_, key)| key);
        match (channel, self.below(16)) {
            (_, 0) => self.pick(&["fax", "general", "general.fax", "", "knowledge"]).to_owned(),
            ("api", 1) => key.to_owned(),
            ("api", _) => feature.api_name.clone().unwrap_or("contacts".to_owned()),
            (_, 1) => key.to_owned(),
            _ => feature.path.clone(),
        }
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap_or(0) % limit.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}
