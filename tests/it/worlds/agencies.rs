//! Random commands for agencies, the same for the same seed.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use serde_json::{Value, json};

use super::Stories;
use crate::naive::agency::{Feature, Naive, Set};

/// A source of commands without end, the same for the same seed.
#[derive(Debug)]
pub(crate) struct Commands {
    state: u64,
    stories: Stories,
    fresh: usize,
    clock: i64,
}

impl Commands {
    pub(crate) fn new(seed: u64) -> Self {
        let stories = Stories::new(seed);
        Self { state: seed.wrapping_mul(2).wrapping_add(1), stories, fresh: 0, clock: 0 }
    }

    /// The document of a subaccount with users.
    pub(crate) fn subaccount(&mut self, catalog: &Value) -> Value {
        let mut document = self.stories.start(catalog);
        self.fresh += 1;
        document["id"] = json!(format!("s{}", self.fresh));
        document
    }

    /// The document of an agency on a catalog, which is named by its id.
    pub(crate) fn agency(catalog: &str, subaccounts: &[Value]) -> Value {
        let mut subaccounts = subaccounts.to_vec();
        for subaccount in &mut subaccounts {
            subaccount["catalog"] = json!(catalog);
        }
        json!({
            "format": "bailiwick/agency/1",
            "id": "agency",
            "catalog": catalog,
            "subaccounts": subaccounts,
        })
    }

    /// Some features, by path.
    pub(crate) fn set(&mut self, naive: &[Feature]) -> Set {
        naive.iter().filter(|_| self.below(2) == 0).map(|one| one.path.clone()).collect()
    }

    /// Who commands, what, and when.
    pub(crate) fn next(&mut self, naive: &Naive) -> (Value, Value, i64) {
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
            72..75 => json!({
                "command": "rename_subaccount",
                "account": self.account(naive),
                "name": self.subaccount_name(),
            }),
            75..82 => {
                let features: Set =
                    self.set(&naive.features).into_iter().filter(|_| self.below(2) == 0).collect();
                let within = json!({"command": "set_features", "features": features});
                json!({"command": "within", "account": self.account(naive), "within": within})
            }
            _ => {
                let account = self.account(naive);
                let known = naive.subaccounts.iter().find(|(id, ..)| account == id.as_str());
                if let Some((_, _, directory)) = known {
                    let (actor, within, now) = self.stories.next(directory);
                    let command =
                        json!({"command": "within", "account": account, "within": within});
                    return (actor, command, now);
                }
                json!({"command": "within", "account": account,
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
                let agency = self.pick(&["agency", "agency", "acme"]);
                let user = self.pick(&["u0", "u1", "u2"]);
                json!({"agency": agency, "account": self.account(naive), "user": user})
            }
            27 => json!({"account": self.account(naive), "user": "u0"}),
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
                if self.below(3) == 0 {
                    new["name"] = json!(self.subaccount_name());
                }
                if self.below(3) == 0 {
                    let user = self.pick(&["u0", "u0", "u1", ""]);
                    let email = self.pick(&["u0@acme.example", " U0@acme.example ", "u0"]);
                    new["admin"] = json!({"user": user, "email": email});
                }
                new
            })
            .collect();
        json!({"command": "create", "subaccounts": new})
    }

    fn subaccount_name(&mut self) -> String {
        match self.below(12) {
            0 => self.pick(&["", " ", "N\u{200b}", "N\u{7}"]).to_owned(),
            1 => "n".repeat(99 + self.below(3)),
            _ => self.pick(&["North", " North  office ", "Süd"]).to_owned(),
        }
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

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap_or(0) % limit.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}
