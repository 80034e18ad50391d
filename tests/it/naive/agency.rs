//! A deliberately naive agency: a list of subaccounts with sets of paths, and what happens to them.
//!
//! It shares no code with the library. What happens within a subaccount is left to the naive
//! directory; features, their names and their copies are its own.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test that reads what it wrote")]

mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::letters::{collapsed, has_hidden};
use super::presets::preset;
use super::reading::{list, text};
use super::{Dialog, Directory};

/// A feature: its path, the name that the API has for it, whether it is always on, and whether the
/// host alone sets it (CAT-14).
#[derive(Clone, Debug)]
pub(crate) struct Feature {
    pub(crate) path: String,
    pub(crate) api_name: Option<String>,
    pub(crate) always_on: bool,
    pub(crate) by_host: bool,
}

/// The features of `agency/1`, or of it and a studio without the agency's integrations.
pub(crate) fn features(with_studio: bool) -> Vec<Feature> {
    if !with_studio {
        return features_of(&preset("agency/1"));
    }
    let mut features = features_of(&preset("agency-studio/1"));
    features.retain(|feature| !feature.path.starts_with("vendor_integrations."));
    features
}

/// The features of a catalog document, in its order.
pub(crate) fn features_of(catalog: &Value) -> Vec<Feature> {
    let areas = list(&catalog["areas"]).filter(|area| area["source"] == "account");
    let features = areas.flat_map(|area| {
        list(&area["sub_sections"]).map(|feature| Feature {
            path: format!("{}.{}", text(&area["key"]), text(&feature["key"])),
            api_name: feature["api_name"].as_str().map(str::to_owned),
            always_on: feature["always_on"] == true,
            by_host: area["set_by"] != "agency",
        })
    });
    features.collect()
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
    /// Whether the last command that was accepted changed anything (REV-11).
    pub(crate) changed: bool,
    /// What the host must do outside, each with its subaccount (USR-13).
    pub(crate) outside: Vec<(String, Value)>,
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
            changed: false,
            outside: Vec::new(),
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

    /// Gives one command; a refused one changes nothing (GRD-6), and one that would change nothing
    /// takes no revision (REV-11).
    pub(crate) fn execute(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let before = self.clone();
        (self.changed, self.outside) = (false, Vec::new());
        let outcome = self.attempt(actor, command, now);
        match outcome {
            Ok(()) if self.changed => self.revision += 1,
            Ok(()) => {}
            Err(_) => {
                *self = before;
                (self.changed, self.outside) = (false, Vec::new());
            }
        }
        outcome
    }

    fn attempt(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let (is_agency, has_right) = (self.is_agency(actor), self.has_right(actor));
        let name = command["command"].as_str().unwrap_or_default();
        let is_within = matches!(name, "in" | "within");
        let is_insider = has_right || is_within && self.may_enter(actor, &command["account"]);
        if !is_insider {
            return Err("not_authorized".to_owned());
        }
        match name {
            "create" => self.create(&command["subaccounts"], now),
            "rename_subaccount" => {
                let place = self.place(&command["account"])?;
                let name = checked_name(&command["name"])?;
                let (_, _, directory) = &mut self.subaccounts[place];
                self.changed = directory.rename(name);
                Ok(())
            }
            "delete" => {
                let place = self.place(&command["account"])?;
                let (id, _, directory) = self.subaccounts.remove(place);
                let outside = directory.all_sessions().into_iter();
                self.outside = outside.map(|what| (id.clone(), what)).collect();
                self.retired.push(id);
                self.changed = true;
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
                check_agencys(&feature)?;
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
            "in" | "within" => {
                let place = self.place(&command["account"])?;
                let within = &command["within"];
                // An agency sets the features of its own subaccounts, but for the host's (GRD-5).
                let by_right = has_right && within["command"] == "set_features";
                let host = json!("host");
                let before = self.subaccounts[place].1.clone();
                let (id, _, directory) = &mut self.subaccounts[place];
                directory.execute(if by_right { &host } else { actor }, within, now)?;
                self.changed = directory.said.changed;
                let outside = directory.said.outside.iter();
                self.outside = outside.map(|what| (id.clone(), what.clone())).collect();
                let after = self.set_of(&self.subaccounts[place].2);
                let of_host = |set: &Set| self.only(set, |feature| feature.by_host);
                if is_agency && of_host(&before) != of_host(&after) {
                    return Err("host_only".to_owned());
                }
                self.subaccounts[place].1 = after;
                Ok(())
            }
            _ => panic!("no command: {command}"),
        }
    }

    /// The dialog about a user of a subaccount, or about someone new: for whoever may command
    /// anything there; nobody else is told anything (USR-15, GRD-11).
    pub(crate) fn dialog(
        &self,
        actor: &Value,
        account: &Value,
        user: Option<&str>,
        now: i64,
    ) -> Outcome<Dialog> {
        if !self.may_enter(actor, account) {
            return Err("not_authorized".to_owned());
        }
        let (.., directory) = &self.subaccounts[self.place(account)?];
        match user {
            None => Ok(directory.invitation_dialog(actor, now)),
            Some(id) if directory.find(id).is_some() => Ok(directory.dialog(actor, id, now)),
            Some(_) => Err("unknown_user".to_owned()),
        }
    }

    fn is_agency(&self, actor: &Value) -> bool {
        actor["agency"] == self.id.as_str() && actor.get("user").is_none()
    }

    /// Whether this is the agency itself or the host.
    fn has_right(&self, actor: &Value) -> bool {
        actor == "host" || self.is_agency(actor)
    }

    /// Whether someone may command anything within a subaccount. A user acts in their own alone, and
    /// is a stranger everywhere else: whatever they name, the answer is the same (GRD-11).
    pub(crate) fn may_enter(&self, actor: &Value, account: &Value) -> bool {
        let mut all = self.subaccounts.iter();
        let mut is_at_home = || {
            actor["account"] == *account
                && all.any(|(id, _, directory)| *account == *id && directory.is_known(actor))
        };
        self.has_right(actor) || is_at_home()
    }

    /// Each starts with the features of the newest, but for the host's, which are the catalog's
    /// defaults (AGY-4, AGY-9), and with a name and a first admin if the call says so (AGY-10).
    fn create(&mut self, subaccounts: &Value, now: i64) -> Outcome {
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
            let mut start = self.only(&start, |feature| !feature.by_host);
            start.extend(self.with_always_on(Set::new()));
            let set = self.patched(&start, new)?;
            let name = match &new["name"] {
                Value::Null => None,
                name => Some(checked_name(name)?),
            };
            self.copied.insert(id.to_owned(), copied);
            let document = json!({
                "format": "bailiwick/account/1",
                "id": id,
                "catalog": self.catalog,
                "features": self.without_always_on(&set),
            });
            let mut directory = self.directory(&document);
            directory.state.name = name;
            if let Some(admin) = new["admin"].as_object() {
                let mut invite = json!({"command": "invite", "role": "admin"});
                invite["user"] = admin["user"].clone();
                invite["email"] = admin["email"].clone();
                directory.found(&invite, now)?;
                let outside = directory.said.outside.iter();
                self.outside.extend(outside.map(|what| (id.to_owned(), what.clone())));
            }
            self.subaccounts.push((id.to_owned(), set, directory));
            self.changed = true;
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
                check_agencys(feature)?;
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
        self.changed = true;
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

    fn only(&self, set: &Set, wanted: impl Fn(&Feature) -> bool) -> Set {
        let features = self.features.iter().filter(|one| wanted(one) && set.contains(&one.path));
        features.map(|one| one.path.clone()).collect()
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

/// What an agency's own commands may touch (AGY-9).
fn check_agencys(feature: &Feature) -> Outcome {
    if feature.by_host { Err("host_only".to_owned()) } else { Ok(()) }
}

/// The name of a subaccount as it is kept: of 1 to 100 characters, all of them seen (AGY-10).
fn checked_name(name: &Value) -> Outcome<String> {
    let name = name.as_str().unwrap_or_default();
    let kept = collapsed(name);
    let is_long = kept.chars().count() > 100;
    if has_hidden(name.trim()) || kept.is_empty() || is_long {
        return Err("subaccount_name".to_owned());
    }
    Ok(kept)
}
