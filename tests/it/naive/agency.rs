//! A deliberately naive agency: a list of subaccounts with sets of paths, and what happens to them.
//!
//! It shares no code with the library. What happens within a subaccount is left to the naive
//! directory; features, their names and their copies are its own.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test that reads what it wrote")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Directory;

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
pub(crate) struct Feature {
    pub(crate) path: String,
    pub(crate) api_name: Option<String>,
    pub(crate) always_on: bool,
}

/// The features of `agency/1`, or of it and a studio without the agency's integrations.
pub(crate) fn features(with_studio: bool) -> Vec<Feature> {
    let mut features = Vec::new();
    let plan = [("plan", "enterprise enterprise_cluster")];
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
pub(crate) type Set = BTreeSet<String>;
type Outcome<T = ()> = Result<T, String>;

/// An agency as a list of subaccounts in order of creation.
#[derive(Clone, Debug)]
pub(crate) struct Naive {
    pub(crate) id: String,
    catalog: Value,
    pub(crate) features: Vec<Feature>,
    pub(crate) revision: u64,
    default_features: Option<Set>,
    pub(crate) subaccounts: Vec<(String, Set, Directory)>,
    pub(crate) retired: Vec<String>,
    /// By subaccount, whom the last command that created them copied.
    pub(crate) copied: BTreeMap<String, Option<String>>,
}

impl Naive {
    /// An agency of subaccounts by id, each with the document of its directory.
    pub(crate) fn new(
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
            let directory = naive.directory(document);
            let id = document["id"].as_str().unwrap_or_default().to_owned();
            let set = naive.set_of(&directory);
            naive.subaccounts.push((id, set, directory));
        }
        naive
    }

    /// The directory of a subaccount of this agency.
    fn directory(&self, document: &Value) -> Directory {
        let mut directory = Directory::new(document);
        directory.agency = Some(self.id.clone());
        directory
    }

    /// In how many subaccounts a feature is on.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.subaccounts.iter().filter(|(_, set, _)| set.contains(path)).count()
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &Feature> {
        self.features.iter()
    }

    /// Gives one command; a refused one changes nothing (GRD-6).
    pub(crate) fn execute(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let before = self.clone();
        let outcome = self.attempt(actor, command, now);
        match outcome {
            Ok(()) => self.revision += 1,
            Err(_) => *self = before,
        }
        outcome
    }

    fn attempt(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let is_agency = actor["agency"] == self.id.as_str() && actor.get("user").is_none();
        let has_right = actor == "host" || is_agency;
        let name = command["command"].as_str().unwrap_or_default();
        // A user acts in their own subaccount alone, and is a stranger everywhere else: whatever
        // they name, the answer is the same (GRD-11).
        let is_at_home = || {
            let mut all = self.subaccounts.iter();
            name == "in"
                && actor["account"] == command["account"]
                && all
                    .any(|(id, _, directory)| actor["account"] == *id && directory.is_known(actor))
        };
        if !has_right && !is_at_home() {
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
            self.subaccounts.push((id.to_owned(), set, self.directory(&document)));
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
