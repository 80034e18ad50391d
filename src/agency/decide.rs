use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use thiserror::Error;

use crate::account::{Account, Change, Command, Refusal, Right, steps};
use crate::agency::{
    Agency, AgencyCommand, AgencyEdit, Channel, FeaturePatch, NewSubaccount, Switch,
};
use crate::catalog::build::feature_bit;
use crate::catalog::tree::{Node, quoted};
use crate::features::{FeatureError, Features};
use crate::key::{AccountId, IdError, Map};
use crate::ledger::{self, Actor, Draft, RefusalKind, Violation};
use crate::text::Quoted;

impl Draft<'_, Agency> {
    /// Every command's guard and step.
    pub(super) fn steps(&mut self, command: &AgencyCommand) -> Result<(), AgencyRefusal> {
        match command {
            AgencyCommand::In { account, command } => self.within(account, command),
            _ if !self.state().is_own(self.actor) => {
                Err(AgencyRefusal::NotAuthorized { actor: self.actor.to_string().into() })
            }
            AgencyCommand::Create(subaccounts) => self.create(subaccounts),
            AgencyCommand::Delete { account } => {
                let account = Arc::new(self.state().existing(account)?.clone());
                Ok(self.write(AgencyEdit::Deleted { account })?)
            }
            AgencyCommand::Patch { account, patch, channel } => {
                let account = self.state().existing(account)?.clone();
                let after = patched(account.features().clone(), patch, *channel)?;
                self.set(&account, &after)
            }
            AgencyCommand::SelectAll { feature, switch } => {
                // The feature is checked even if there is no subaccount to change.
                switched(Features::new(self.state().catalog()), feature, *switch)?;
                let before = self.state().clone();
                before.subaccounts().try_for_each(|account| {
                    let after = switched(account.features().clone(), feature, *switch)?;
                    self.set(account, &after)
                })
            }
        }
    }

    /// A command in a subaccount. A stranger is told nothing of what there is (GRD-11).
    fn within(&mut self, id: &str, command: &Command) -> Result<(), AgencyRefusal> {
        let (agency, actor) = (self.state(), self.actor);
        let right = match actor {
            Actor::Host => Right::Host,
            Actor::Agency(_) => match command {
                _ if !agency.is_own(actor) => return Err(Refusal::stranger(actor).into()),
                Command::SetFeatures { .. } => Right::Host,
                _ => {
                    agency.existing(id)?;
                    let why = "an agency changes features alone, by patches";
                    let actor = actor.to_string().into();
                    return Err(Refusal::NotAuthorized { actor, why }.into());
                }
            },
            Actor::User { agency: of, account, user } => {
                let is_here = of.as_deref() == Some(agency.id().as_str()) && **account == *id;
                let own = agency.subaccount(id).filter(|_| is_here);
                let right = own.and_then(|own| Right::of_user(own, user));
                right.ok_or_else(|| Refusal::stranger(actor))?
            }
        };
        let (account, command) = (agency.existing(id)?, Cow::Borrowed(command));
        let steps =
            |draft: &mut Draft<'_, Account>, command: &Command| steps(&right, draft, command);
        let decided = ledger::decide_by(account, actor, command, self.now, steps)?;
        self.changed(decided);
        Ok(())
    }

    /// Each new subaccount copies the newest before it, then takes its patch (AGY-4).
    fn create(&mut self, subaccounts: &[NewSubaccount]) -> Result<(), AgencyRefusal> {
        if subaccounts.is_empty() {
            return Err(AgencyRefusal::EmptyBatch);
        }
        for NewSubaccount { account: id, patch, channel } in subaccounts {
            let (id, agency) = (AccountId::parse(id)?, self.state());
            if agency.has_used(&id) {
                return Err(AgencyRefusal::SubaccountExists { account: id.as_str().into() });
            }
            let (copied_from, features) =
                match (&agency.default_features, agency.newest_subaccount()) {
                    (Some(fixed), _) => (None, fixed.clone()),
                    (None, Some(newest)) => (Some(newest.id().clone()), newest.features().clone()),
                    (None, None) => (None, Features::new(agency.catalog())),
                };
            let features = patched(features, patch, *channel)?;
            let account = Arc::new(Account::starting(id, agency.catalog().clone(), features));
            self.write(AgencyEdit::Created { account, copied_from })?;
        }
        Ok(())
    }

    /// Gives a subaccount other features; nothing if it has them.
    fn set(&mut self, account: &Account, after: &Features) -> Result<(), AgencyRefusal> {
        if account.features() != after {
            self.changed(account.change_features(self.actor, after, self.now)?);
        }
        Ok(())
    }

    /// Puts in what a subaccount has decided on: it was written there.
    fn changed(&mut self, (change, account): (Change, Account)) {
        self.next.put(Arc::new(account));
        self.wrote(AgencyEdit::Changed(Box::new(change)));
    }
}

impl Agency {
    /// Features are changed by the agency's own principals and the host alone (GRD-5).
    fn is_own(&self, actor: &Actor) -> bool {
        match actor {
            Actor::Host => true,
            Actor::Agency(id) => **id == *self.id().as_str(),
            Actor::User { .. } => false,
        }
    }

    fn existing(&self, id: &str) -> Result<&Account, AgencyRefusal> {
        self.subaccount(id).ok_or_else(|| AgencyRefusal::UnknownSubaccount { account: id.into() })
    }
}

fn switched(
    mut features: Features,
    feature: &str,
    switch: Switch,
) -> Result<Features, FeatureError> {
    match switch {
        Switch::On => features.turn_on(feature)?,
        Switch::Off => features.turn_off(feature)?,
    }
    Ok(features)
}

/// The features after a patch (AGY-3). Each feature is named once, so that order says nothing.
fn patched(
    mut features: Features,
    patch: &FeaturePatch,
    channel: Channel,
) -> Result<Features, AgencyRefusal> {
    let mut named: Map<Box<str>, Switch> = Map::default();
    let granted = patch.granted().map(|name| (name, Switch::On));
    let revoked = patch.revoked().map(|name| (name, Switch::Off));
    for (name, switch) in granted.chain(revoked) {
        let feature = path_of(&features, name, channel)?;
        match named.insert(feature.clone(), switch) {
            Some(former) if former == switch => {
                return Err(AgencyRefusal::Duplicate { feature: name.into() });
            }
            Some(_) => return Err(AgencyRefusal::Overlap { feature: name.into() }),
            None => features = switched(features, &feature, switch)?,
        }
    }
    Ok(features)
}

/// The path of a feature that a patch names.
fn path_of(features: &Features, name: &str, channel: Channel) -> Result<Box<str>, AgencyRefusal> {
    let tree = features.catalog().tree();
    let all = features.catalog().features();
    let leaves: Vec<&Node> = all.filter_map(|feature| tree.leaf_of(feature.bit())).collect();
    match channel {
        Channel::Ui => {
            let bit = feature_bit(tree, name).map_err(FeatureError::from)?;
            Ok(tree.leaf_of(bit).map(|leaf| leaf.path.clone()).unwrap_or_default())
        }
        Channel::Api => {
            let mut known =
                leaves.iter().filter(|leaf| leaf.section.api_name.as_deref() == Some(name));
            if let Some(leaf) = known.next() {
                return Ok(leaf.path.clone());
            }
            let mut unnamed = leaves.iter().filter(|leaf| leaf.section.api_name.is_none());
            if unnamed.any(|leaf| *leaf.path == *name || leaf.section.key() == name) {
                return Err(AgencyRefusal::UiOnly { feature: name.into() });
            }
            let known = quoted(leaves.iter().filter_map(|leaf| leaf.section.api_name.as_deref()));
            Err(AgencyRefusal::UnknownFeature { feature: name.into(), known })
        }
    }
}

/// Why a command was refused; nothing has changed (GRD-6).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum AgencyRefusal {
    /// The actor is neither the agency nor the host (GRD-5).
    #[error("{actor} may not do this: only the agency itself or the host changes subaccounts")]
    NotAuthorized {
        /// The actor.
        actor: Box<str>,
    },
    /// The agency has no such subaccount.
    #[error("unknown subaccount {}", Quoted(account))]
    UnknownSubaccount {
        /// The id.
        account: Box<str>,
    },
    /// The subaccount's id is taken, or belonged to one that was deleted.
    #[error("subaccount id {} is taken or was; choose another", Quoted(account))]
    SubaccountExists {
        /// The id.
        account: Box<str>,
    },
    /// A malformed id.
    #[error(transparent)]
    InvalidId(#[from] IdError),
    /// A patch names a feature twice.
    #[error("{} stands in the patch twice; keep one of the two", Quoted(feature))]
    Duplicate {
        /// The feature as it was named.
        feature: Box<str>,
    },
    /// A patch turns a feature on and off.
    #[error("{} is both granted and revoked; keep one of the two", Quoted(feature))]
    Overlap {
        /// The feature as it was named.
        feature: Box<str>,
    },
    /// The API knows no such feature.
    #[error("the API knows no feature {}; it knows {known}", Quoted(feature))]
    UnknownFeature {
        /// The name.
        feature: Box<str>,
        /// The names that the API knows.
        known: Box<str>,
    },
    /// The feature has no API name.
    #[error("{} cannot be set through the API; set it in the user interface", Quoted(feature))]
    UiOnly {
        /// The feature as it was named.
        feature: Box<str>,
    },
    /// A feature that cannot be set.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// Nothing to create.
    #[error("no subaccount is named; name at least one")]
    EmptyBatch,
    /// The subaccount refused.
    #[error(transparent)]
    Account(#[from] Refusal),
}

impl From<Violation> for AgencyRefusal {
    fn from(violation: Violation) -> Self {
        Self::Account(violation.into())
    }
}

impl AgencyRefusal {
    /// A stable name for programs: `always_on`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code_and_rule().0
    }

    /// The rule that the refusal follows: `AGY-2`.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.code_and_rule().1
    }

    /// What kind of refusal it is (GRD-12).
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::NotAuthorized { .. } => RefusalKind::Forbidden,
            Self::UnknownSubaccount { .. } => RefusalKind::NotFound,
            Self::SubaccountExists { .. } | Self::Feature(FeatureError::AlwaysOn { .. }) => {
                RefusalKind::Conflict
            }
            Self::InvalidId(_)
            | Self::Duplicate { .. }
            | Self::Overlap { .. }
            | Self::UnknownFeature { .. }
            | Self::Feature(FeatureError::Key(_))
            | Self::UiOnly { .. }
            | Self::EmptyBatch => RefusalKind::Invalid,
            Self::Account(refusal) => refusal.kind(),
        }
    }

    const fn code_and_rule(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotAuthorized { .. } => ("not_authorized", "GRD-5"),
            Self::UnknownSubaccount { .. } => ("unknown_subaccount", "AGY-8"),
            Self::SubaccountExists { .. } => ("subaccount_exists", "AGY-4"),
            Self::InvalidId(_) => ("invalid_id", "AGY-4"),
            Self::Duplicate { .. } => ("duplicate", "AGY-3"),
            Self::Overlap { .. } => ("overlap", "AGY-3"),
            Self::UnknownFeature { .. } | Self::Feature(FeatureError::Key(_)) => {
                ("unknown_feature", "AGY-3")
            }
            Self::UiOnly { .. } => ("ui_only", "AGY-3"),
            Self::Feature(FeatureError::AlwaysOn { .. }) => ("always_on", "AGY-2"),
            Self::EmptyBatch => ("empty_batch", "AGY-4"),
            Self::Account(refusal) => (refusal.code(), refusal.rule()),
        }
    }
}
