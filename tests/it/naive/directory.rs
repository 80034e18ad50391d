//! Commands: who may give which, what each needs, and what it changes.
//!
//! Commands are known to be well formed, and their grants to be valid for the catalog. Here: what
//! is kept, and the order of a command's checks. In the modules: the guards, the commands, what
//! users hold, the documents.

mod checks;
mod commands;
mod dialog;
mod documents;
mod effects;
mod guards;
mod holdings;
mod invitations;
mod table;
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Set;
use super::catalog::Catalog;
use super::letters::has_hidden;
use super::oracle::Oracle;
use super::reading::list;
use super::settings::Grants;

pub(crate) use dialog::{Dialog, Levels};
pub(crate) use guards::HOST_ONLY;

/// One account that commands change.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) catalog: Arc<Catalog>,
    /// The account's catalog as its document has it.
    catalog_document: Arc<Value>,
    /// The permission that each permission needs: the first of its leaf, which is its own (CAT-3).
    needs: Arc<BTreeMap<String, String>>,
    /// The agency whose subaccount this is, if it is one.
    pub(crate) agency: Option<String>,
    pub(crate) id: String,
    pub(crate) state: State,
    /// What the last command that was accepted did besides.
    pub(crate) said: Said,
}

/// What a change says beside what it writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// Whether anything changed; if not, nothing is stored and no revision taken (REV-11).
    pub(crate) changed: bool,
    /// What the host must do outside, in order (USR-13).
    pub(crate) outside: Vec<Value>,
    /// Why, as whoever commanded put it (REV-7).
    pub(crate) reason: Option<String>,
    /// The revision at which the order was done before, if its key says so.
    pub(crate) done_at: Option<u64>,
}

/// What comes with a command: why it is given (REV-7), a key by which it is done only once, and how
/// many keys are to be remembered from then on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) reason: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) key_memory: Option<usize>,
}

/// An order that changed something.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    key: String,
    revision: u64,
    order: (Value, Value),
}

/// What commands change.
#[derive(Clone, Debug)]
pub(crate) struct State {
    revision: u64,
    /// The name of a subaccount (AGY-10).
    pub(crate) name: Option<String>,
    seat_limit: Option<u64>,
    /// Whether an invitation beyond the limit is accepted with a warning (USR-6).
    warns: bool,
    /// For how many days an invitation can be accepted (USR-12).
    lifetime: Option<u64>,
    /// Paths of the features that are on, always-on ones left out.
    pub(crate) features: Set,
    pub(crate) templates: Vec<Template>,
    pub(crate) users: Vec<User>,
    /// The ids of deleted users, in order of deletion.
    retired: Vec<String>,
    /// The last orders that had a key, the oldest first.
    done: Vec<Done>,
    /// How many of them are remembered.
    key_memory: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    description: Option<String>,
    /// As the template's document has them.
    pub(crate) grants: Grants,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) role: &'static str,
    pub(crate) status: &'static str,
    pub(crate) accepted: bool,
    /// Of who has not accepted; nothing where none was sent that is known of (USR-12).
    pub(crate) invitation: Option<Invitation>,
    pub(crate) template: Option<String>,
    /// As the user's document has them.
    pub(crate) grants: Grants,
    /// Permissions, or rungs of areas, as the user's document has them.
    pub(crate) mutes: Set,
    last_sign_in: Option<i64>,
}

/// When an invitation was last sent, and how many times it was by then (USR-12).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Invitation {
    pub(crate) sent: i64,
    pub(crate) generation: u64,
}

/// How many characters a reason has at most.
const LONGEST_REASON: usize = 500;

/// How many keys are remembered, unless an order says otherwise.
pub(super) const KEY_MEMORY: usize = 128;

/// Nothing, or the code of a refusal.
type Outcome = Result<(), &'static str>;

/// Who gives a command, if it is anybody who may.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Acting<'a> {
    Host,
    Admin(&'a str),
    Member(&'a str),
}

impl Directory {
    /// Gives one command; a refused one changes nothing (GRD-6), and an accepted one raises the
    /// revision by one (REV-1), unless nothing changes (REV-11).
    pub(crate) fn execute(
        &mut self,
        actor: &Value,
        command: &Value,
        now: i64,
    ) -> Result<(), String> {
        let before = self.clone();
        self.said = Said::default();
        let outcome = self.attempt(actor, command, now);
        self.said.changed = outcome.is_ok() && self.differs_from(&before);
        if self.said.changed {
            self.state.revision += 1;
        } else {
            (self.state, self.said) = (before.state, Said::default());
        }
        outcome.map_err(str::to_owned)
    }

    /// Gives one command with what comes with it. A reason is kept by the change, and nothing
    /// depends on it (REV-7). Who gives the same command by a key that is remembered is told when
    /// it was done; any other command by that key is refused, after all else there is to refuse.
    pub(crate) fn order(
        &mut self,
        actor: &Value,
        command: &Value,
        notes: &Notes,
        now: i64,
    ) -> Result<(), String> {
        let Notes { reason, key, key_memory } = notes;
        self.said = Said::default();
        let reason = reason.as_ref().map(|reason| reason.trim());
        let is_reason = |reason: &str| {
            !has_hidden(reason) && (1..=LONGEST_REASON).contains(&reason.chars().count())
        };
        refuse("invalid_reason", reason.is_some_and(|reason| !is_reason(reason)))?;
        let is_key = |key: &String| (1..=255).contains(&key.len());
        refuse("invalid_key", key.as_ref().is_some_and(|key| !is_key(key)))?;
        let known = self.state.done.iter().find(|done| Some(&done.key) == key.as_ref()).cloned();
        let order = (actor.clone(), command.clone());
        if let Some(done) = known.as_ref().filter(|done| done.order == order) {
            self.said = Said { done_at: Some(done.revision), ..Said::default() };
            return Ok(());
        }
        let before = self.clone();
        self.execute(actor, command, now)?;
        if known.is_some() {
            *self = before;
            refuse("key_reused", true)?;
        }
        if self.said.changed {
            self.said.reason = reason.map(str::to_owned);
            self.remember(key.as_ref(), *key_memory, order);
        }
        Ok(())
    }

    /// Keeps the last keys, as many as there is memory for.
    fn remember(&mut self, key: Option<&String>, key_memory: Option<usize>, order: (Value, Value)) {
        let State { revision, done, key_memory: memory, .. } = &mut self.state;
        *memory = key_memory.unwrap_or(*memory);
        done.extend(key.map(|key| Done { key: key.clone(), revision: *revision, order }));
        done.drain(..done.len().saturating_sub(*memory));
    }

    /// Gives the account its first admin as it is created, at the revision it is created with
    /// (AGY-10).
    pub(crate) fn found(&mut self, invite: &Value, now: i64) -> Result<(), String> {
        self.change(invite, now).map_err(str::to_owned)
    }

    /// Gives the account another name, if it is another (AGY-10, REV-11).
    pub(crate) fn rename(&mut self, name: String) -> bool {
        let name = Some(name);
        let changed = self.state.name != name;
        self.state.name = name;
        self.state.revision += u64::from(changed);
        changed
    }

    /// The answers to every question about the account as it is now.
    pub(crate) fn oracle(&self) -> Oracle {
        Oracle::on(&self.catalog, &self.content())
    }

    /// Whether this is a member of the account who is active.
    pub(crate) fn is_member(&self, actor: &Value) -> bool {
        matches!(self.acting(actor), Ok(Acting::Member(_)))
    }

    /// Whether this is anybody of the account who may act at all, or the host.
    pub(crate) fn is_known(&self, actor: &Value) -> bool {
        self.acting(actor).is_ok()
    }

    /// One command, or the steps of a batch: whole or not at all (USR-11).
    fn attempt(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let acting = self.acting(actor)?;
        if command["command"] != "batch" {
            return self.step(acting, command, now);
        }
        let steps: Vec<&Value> = list(&command["commands"]).collect();
        refuse("empty_batch", steps.is_empty())?;
        for step in steps {
            self.step(acting, step, now)?;
        }
        Ok(())
    }

    fn step(&mut self, acting: Acting<'_>, command: &Value, now: i64) -> Outcome {
        self.check_authority(acting, command)?;
        self.check_subject(acting, command)?;
        let before = self.clone();
        self.change(command, now)?;
        match acting {
            Acting::Member(actor) => self.check_escalation(&before, actor, command),
            Acting::Host | Acting::Admin(_) => Ok(()),
        }
    }
}

/// Refuses with this code when something holds.
fn refuse(code: &'static str, when: bool) -> Outcome {
    if when { Err(code) } else { Ok(()) }
}
