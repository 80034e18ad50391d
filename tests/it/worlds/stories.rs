//! Random stories: a small account, and the commands that people give it. Few ids, emails and
//! names, so that they collide; many actors who may do some things and not others.
//!
//! Here: the strategies for tests, accounts, chance. In the modules: actors, commands, settings.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

mod actors;
mod commands;
mod letters;
mod settings;

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::catalogs::catalog;
use crate::naive::{Catalog, Directory, Notes, Source};

/// An actor, a command, and the time.
pub(crate) type Step = (Value, Value, i64);

/// An actor, a command, and what comes with it.
pub(crate) type Order = (Value, Value, Notes);

/// An account on a catalog, and what happens to it; what shrinks is left out of the story.
pub(crate) fn story(catalog: Value) -> impl Strategy<Value = (Value, Vec<Step>)> {
    let kept = vec(weighted(0.97), 1..=40);
    (any::<u64>().no_shrink(), kept).prop_map(move |(seed, kept)| {
        let mut stories = Stories::new(seed);
        let start = stories.start(&catalog);
        let mut directory = Directory::new(&start);
        let mut steps = Vec::new();
        for kept in kept {
            let (actor, command, now) = stories.next(&directory);
            if kept {
                // Refusals are part of the story.
                let _ = directory.execute(&actor, &command, now);
                steps.push((actor, command, now));
            }
        }
        (start, steps)
    })
}

/// A story on the tenant catalog for the most part, on one of the studio's or on a random one.
pub(crate) fn any_story() -> impl Strategy<Value = (Value, Vec<Step>)> {
    let catalogs = prop_oneof![
        5 => Just(json!("tenant/1")),
        2 => Just(json!("studio/2026-06")),
        1 => Just(json!("studio/2026-03")),
        2 => catalog(),
    ];
    catalogs.prop_flat_map(story)
}

/// A source of accounts and commands without end, the same for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Stories {
    state: u64,
    clock: i64,
    /// Whether most who act are members to whom something is delegated.
    of_delegates: bool,
}

const IDS: [&str; 6] = ["u0", "u1", "u2", "u3", "u4", "u5"];

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

const TEMPLATES: [&str; 3] = ["t0", "t1", "t2"];

impl Stories {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, clock: 1_790_000_000_000, of_delegates: false }
    }

    /// Stories in which most actors are delegated members, the host turns features on and off,
    /// users are suspended before they accept, templates hold actions that are inert, and admins
    /// refer to templates.
    pub(crate) fn of_delegates(seed: u64) -> Self {
        Self { of_delegates: true, ..Self::new(seed) }
    }

    /// A small account on a catalog; mostly with an admin, and with delegation on and in use.
    pub(crate) fn start(&mut self, catalog_document: &Value) -> Value {
        let catalog = Catalog::new(catalog_document);
        let mut document = json!({
            "format": "bailiwick/account/1",
            "id": self.pick(&["acme", "north"]),
            "catalog": catalog_document,
            "revision": self.below(100),
        });
        if self.chance(50) {
            document["seat_limit"] = json!(1 + self.below(6));
        }
        if self.chance(25) {
            document["seats"] = json!("warn");
        }
        if self.chance(40) {
            document["invitation_lifetime"] = json!(1 + self.below(5));
        }
        document["features"] = self.features(&catalog);
        let templates: Vec<&str> = TEMPLATES.into_iter().filter(|_| self.chance(50)).collect();
        document["templates"] = templates
            .iter()
            .map(|id| {
                let grants = self.grants(&catalog, |area| !area.user_only, None);
                json!({"id": id, "name": format!("Template {id}"), "grants": grants})
            })
            .collect();
        let count = if self.chance(90) { 3 + self.below(3) } else { self.below(3) };
        let users = IDS.iter().take(count).enumerate();
        document["users"] =
            users.map(|(place, id)| self.user(&catalog, place, id, &templates)).collect();
        if count < IDS.len() && self.chance(20) {
            document["retired"] = json!(["u5"]);
        }
        document
    }

    /// The next command, likely or not, for the account as it is.
    pub(crate) fn next(&mut self, directory: &Directory) -> Step {
        let name = self.name(directory);
        let actor = self.actor(directory, name);
        let command = if name == "batch" {
            self.batch(directory, &actor)
        } else {
            self.command(directory, &actor, name)
        };
        self.clock += 1 + i64::try_from(self.below(1000)).unwrap_or(0);
        if self.chance(8) {
            self.clock += DAY * i64::try_from(self.below(3)).unwrap_or(0);
        }
        let delay = if self.chance(20) { self.below(5000) } else { 0 };
        (actor, command, self.clock - i64::try_from(delay).unwrap_or(0))
    }
}

impl Stories {
    /// What comes with a command, if anything does: why it is given (REV-7), and a key, which may
    /// be one that was given before. Not everything is fit to be kept.
    pub(crate) fn notes(&mut self, given: &[Order]) -> Notes {
        let reason = self.chance(30).then(|| self.reason());
        let key = self.chance(50).then(|| match self.below(20) {
            0 => String::new(),
            1 => "k".repeat(255 + self.below(2)),
            2..6 if !given.is_empty() => {
                given[self.below(given.len())].2.key.clone().unwrap_or_default()
            }
            _ => format!("key {}", self.below(1_000_000)),
        });
        let key_memory = self.chance(5).then(|| self.below(4));
        Notes { reason, key, key_memory }
    }

    fn reason(&mut self) -> String {
        const REASONS: [&str; 9] = [
            "OPS-12",
            "left the team",
            " trimmed ",
            "`; ana gains all",
            "=SUM(A1)",
            " ",
            "per ticket\nana may all",
            "\u{202e}live",
            "long",
        ];
        match self.pick(&REASONS) {
            "long" => "é".repeat(500 + self.below(2)),
            reason => reason.to_owned(),
        }
    }

    /// An order that was given before, to be given again.
    pub(crate) fn again(&mut self, given: &[Order]) -> Option<Order> {
        (!given.is_empty() && self.chance(15)).then(|| given[self.below(given.len())].clone())
    }
}

// Accounts.

impl Stories {
    fn user(&mut self, catalog: &Catalog, place: usize, id: &str, templates: &[&str]) -> Value {
        let is_admin = self.chance(match (place, self.of_delegates) {
            (0, _) => 90,
            (1, true) => 0,
            _ => 15,
        });
        let is_active = self.chance(match (place, self.of_delegates) {
            (0 | 1, _) => 92,
            (_, true) => 45,
            _ => 70,
        });
        let others: &[&str] = if self.of_delegates {
            &["invited", "suspended", "suspended"]
        } else {
            &["invited", "suspended"]
        };
        let status = if is_active { "active" } else { self.pick(others) };
        let mut document = json!({
            "id": id,
            "email": format!("{id}@acme.example"),
            "role": if is_admin { "admin" } else { "member" },
            "status": status,
        });
        if status == "suspended" && self.chance(if self.of_delegates { 70 } else { 50 }) {
            document["accepted"] = json!(false);
        }
        let is_waiting = status == "invited" || document["accepted"] == false;
        if is_waiting && self.chance(80) {
            document["invitation"] = self.invitation();
        }
        if !templates.is_empty() && self.chance(if self.of_delegates { 60 } else { 40 }) {
            document["template"] = json!(self.pick(templates));
        }
        let mut grants = self.grants(catalog, |_| true, None);
        if let Some((area, _)) = catalog.delegation()
            && self.chance(if place == 1 || self.of_delegates { 90 } else { 40 })
        {
            let actions = ["view", "create", "edit", "delete", "manage"];
            let mut held: Vec<&str> = actions.into_iter().filter(|_| self.chance(85)).collect();
            held.sort_by_key(|action| *action != "view");
            grants[area] = json!(held);
        }
        document["grants"] = grants;
        document["mutes"] = json!(self.mutes(catalog));
        if self.chance(30) {
            document["last_sign_in"] = json!(self.clock - 1000);
        }
        document
    }

    /// An invitation that was sent some days ago, or will be by a clock that goes wrong.
    fn invitation(&mut self) -> Value {
        let days = i64::try_from(self.below(8)).unwrap_or(0) - 1;
        let sent = self.clock - days * DAY + self.pick(&[-1, 0, 0, 1]);
        json!({"sent": sent, "generation": 1 + self.below(4)})
    }

    /// Features by any of their names, the one that delegation needs more often than others.
    fn features(&mut self, catalog: &Catalog) -> Value {
        let delegation = catalog.delegation().map(|(_, feature)| feature);
        let features = catalog.leaves().filter(|leaf| leaf.source == Source::Account);
        features
            .filter_map(|leaf| {
                let percent = if delegation == Some(&leaf.path) { 90 } else { 60 };
                self.chance(percent).then(|| json!(self.spelled(&leaf.spellings)))
            })
            .collect()
    }
}

// Chance.

impl Stories {
    /// A number below `end`, by `SplitMix64`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).unwrap_or(0)
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}
