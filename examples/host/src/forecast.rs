//! What a command would do, in words for people: who gains and loses what, and what else happens.

use std::collections::HashMap;

use bailiwick::account::{self, Affected, Effect, EffectOf};
use bailiwick::agency::{AgencyEdit, AgencyRefusal};
use bailiwick::ledger::{Change, Digest, Preview, RefusalKind};
use bailiwick::text::{Shown, Word};
use bailiwick::{Account, Agency, Catalog, Permission, Refusal};

use crate::directories::Kept;

/// What a command would do.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The command.
    pub says: String,
    /// What the page carries, so that nothing else is done than it shows (REV-12).
    pub digest: Digest,
    /// Nothing to do: everything is so already, or was done.
    pub is_idle: bool,
    pub affects: Vec<Affects>,
    /// What the host does outside: mail, sessions.
    pub duties: Vec<String>,
}

/// Who gains and loses what.
#[derive(Debug, Clone)]
pub struct Affects {
    /// The subaccount, in an agency.
    pub account: Option<String>,
    pub who: String,
    /// They are not active: it is what they would hold.
    pub once_active: bool,
    pub gained: Vec<String>,
    pub lost: Vec<String>,
}

/// Why a command is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub code: &'static str,
    pub rule: &'static str,
    pub kind: RefusalKind,
    pub message: String,
}

/// A directory whose previews and refusals can be told.
pub trait Told: Kept {
    fn affects(words: &Words, change: &Change<Self>) -> Vec<Affects>;
    fn refused(refusal: &Self::Refusal) -> Refused;
}

impl Forecast {
    pub(crate) fn of<D: Told>(preview: &Preview<D>, catalog: &Catalog) -> Self {
        let words = Words::of(catalog);
        let change = preview.change();
        Self {
            says: change.map_or_else(|| preview.to_string(), |change| change.command().to_string()),
            digest: preview.digest(),
            is_idle: change.is_none(),
            affects: change.map(|change| D::affects(&words, change)).unwrap_or_default(),
            duties: change.map(duties).unwrap_or_default(),
        }
    }
}

/// What a change asks of the host, in words.
pub(crate) fn duties<D: Told>(change: &Change<D>) -> Vec<String> {
    let said = D::duties(change).into_iter().map(|(account, duty)| match duty {
        account::Duty::SendInvitation { email, .. } => {
            format!("an invitation to {} is sent to {}", Word(&account), Word(email.as_str()))
        }
        account::Duty::EndSessions { user } => {
            format!("{} is signed out everywhere", Word(user.as_str()))
        }
        account::Duty::WarnSeats { used, limit } => {
            format!("{used} seats are used, and the plan has {limit}")
        }
        other => other.name().to_owned(),
    });
    said.collect()
}

impl Told for Account {
    fn affects(words: &Words, change: &Change<Self>) -> Vec<Affects> {
        change.effects().iter().map(|effect| affects(words, None, effect)).collect()
    }

    fn refused(refusal: &Refusal) -> Refused {
        Refused {
            code: refusal.code(),
            rule: refusal.rule(),
            kind: refusal.kind(),
            message: refusal.to_string(),
        }
    }
}

impl Told for Agency {
    fn affects(words: &Words, change: &Change<Self>) -> Vec<Affects> {
        let effects = change.edits().iter().flat_map(|edit| match edit {
            AgencyEdit::Changed(change) => {
                let account = Shown(change.account().as_str()).to_string();
                let effects = change.effects().iter();
                effects.map(|effect| affects(words, Some(&account), effect)).collect()
            }
            AgencyEdit::Created { account, .. } => everyone(account, "is created"),
            AgencyEdit::Deleted { account } => everyone(account, "loses everything"),
            _ => Vec::new(),
        });
        effects.collect()
    }

    fn refused(refusal: &AgencyRefusal) -> Refused {
        Refused {
            code: refusal.code(),
            rule: refusal.rule(),
            kind: refusal.kind(),
            message: refusal.to_string(),
        }
    }
}

fn affects(words: &Words, account: Option<&String>, effect: &Effect) -> Affects {
    let say = |permissions: &[Permission]| {
        permissions.iter().map(|permission| words.say(*permission)).collect()
    };
    let who = match effect.who() {
        Affected::User(id) => Shown(id.as_str()).to_string(),
        Affected::Profile { users, template: Some(template) } => {
            format!("{} on template {}", people(*users), Word(template.as_str()))
        }
        Affected::Profile { users, template: None } => {
            format!("{} without a template", people(*users))
        }
        _ => "others".to_owned(),
    };
    Affects {
        account: account.cloned(),
        who,
        once_active: effect.of() == EffectOf::Configured,
        gained: say(effect.gained()),
        lost: say(effect.lost()),
    }
}

fn people(users: usize) -> String {
    if users == 1 { "1 user".to_owned() } else { format!("{users} users") }
}

fn everyone(account: &Account, what: &str) -> Vec<Affects> {
    let row = |user: &bailiwick::User| Affects {
        account: Some(Shown(account.id().as_str()).to_string()),
        who: format!("{} {what}", Shown(user.id().as_str())),
        once_active: false,
        gained: Vec::new(),
        lost: Vec::new(),
    };
    account.users().map(row).collect()
}

/// What permissions are called on pages: `Knowledge › FAQs: edit`.
pub struct Words(HashMap<Permission, String>, Catalog);

impl Words {
    /// Those of a catalog.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        let words = catalog.leaves().flat_map(|leaf| {
            let place = if leaf.area().sub_sections().is_empty() {
                Shown(&leaf.label()).to_string()
            } else {
                format!("{} › {}", Shown(&leaf.area().label()), Shown(&leaf.label()))
            };
            leaf.permissions()
                .map(move |(rung, permission)| (permission, format!("{place}: {rung}")))
        });
        Self(words.collect(), catalog.clone())
    }

    /// A permission; one that is unknown is shown as it was written (REV-13).
    #[must_use]
    pub fn say(&self, permission: Permission) -> String {
        let known = self.0.get(&permission);
        known.cloned().unwrap_or_else(|| self.1.display(permission).to_string())
    }
}
