use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::refusal::not_authorized;
use crate::account::{Account, AccountName, Command, Invite, Refusal, Right, steps};
use crate::agency::refusal::{
    Duplicate, HostFeature, Overlap, UiOnly, UnknownFeature, UnknownSubaccount,
};
use crate::agency::{
    Agency, AgencyCommand, AgencyEdit, AgencyRefusal, Channel, FeaturePatch, FirstAdmin,
    NewSubaccount, Switch,
};
use crate::catalog::build::feature_bit;
use crate::catalog::tree::{Node, quoted};
use crate::features::{FeatureError, Features};
use crate::key::{AccountId, Map};
use crate::ledger::{self, Actor, Draft, Order, Outcome};

impl Draft<'_, Agency> {
    /// Every command's guard and step.
    pub(super) fn steps(&mut self, command: &AgencyCommand) -> Result<(), AgencyRefusal> {
        let is_within = matches!(command, AgencyCommand::Within { .. });
        if !is_within && !self.state().is_own(self.actor) {
            let why = "only the agency itself or the host changes subaccounts";
            return Err(not_authorized(self.actor, why, "GRD-5").into());
        }
        match command {
            AgencyCommand::Migrate(migrate) => self.migrate(migrate),
            AgencyCommand::Within { account, command } => self.within(account, command),
            AgencyCommand::Create(subaccounts) => self.create(subaccounts),
            AgencyCommand::Delete { account } => {
                let account = Arc::new(self.state().existing(account)?.clone());
                Ok(self.write(AgencyEdit::Deleted { account })?)
            }
            AgencyCommand::RenameSubaccount { account, name } => {
                let account = self.state().existing(account)?.clone();
                let name = AccountName::parse(name).map_err(Refusal::AccountName)?;
                let order = self.order(Command::rename_account(name.as_str()));
                self.changed(account.decide_by_agency(self.actor, order, self.now)?);
                Ok(())
            }
            AgencyCommand::Patch { account, patch, channel } => {
                let account = self.state().existing(account)?.clone();
                let after = patched(account.features().clone(), patch, *channel)?;
                self.set(&account, &after)
            }
            AgencyCommand::SelectAll { feature, switch } => {
                // The feature is checked even if there is no subaccount to change.
                let of_all = Features::new(self.state().catalog());
                check_setter(&of_all, feature)?;
                switched(of_all, feature, *switch)?;
                let before = self.state().clone();
                before.subaccounts().try_for_each(|account| {
                    let after = switched(account.features().clone(), feature, *switch)?;
                    self.set(account, &after)
                })
            }
        }
    }

    /// A command in a subaccount.
    fn within(&mut self, id: &str, command: &Command) -> Result<(), AgencyRefusal> {
        let (account, right) = self.state().enter(id, self.actor)?;
        if command.migrates() {
            return Err(Refusal::MigratesAlone.into());
        }
        let (account, order) = (account.clone(), self.order(command.clone()));
        let steps =
            |draft: &mut Draft<'_, Account>, command: &Command| steps(&right, draft, command);
        let decided = ledger::decide_by(&account, self.actor, order, self.now, steps)?;
        self.changed(decided.finish());
        Ok(())
    }

    /// Each new subaccount copies the newest before it, except what the host sets, then takes its
    /// patch (AGY-4, AGY-9).
    fn create(&mut self, subaccounts: &[NewSubaccount]) -> Result<(), AgencyRefusal> {
        if subaccounts.is_empty() {
            return Err(AgencyRefusal::EmptyBatch);
        }
        for NewSubaccount { account: id, name, admin, patch, channel } in subaccounts {
            let (id, agency) = (AccountId::parse(id)?, self.state());
            agency.check_id(&id)?;
            let (copied_from, features) =
                match (&agency.default_features, agency.newest_subaccount()) {
                    (Some(fixed), _) => (None, fixed.clone()),
                    (None, Some(newest)) => (Some(newest.id().clone()), newest.features().clone()),
                    (None, None) => (None, Features::new(agency.catalog())),
                };
            let features = patched(features.without_hosts(), patch, *channel)?;
            let mut account = Account::starting(id, agency.catalog().clone(), features);
            if let Some(name) = name {
                account = account.named(AccountName::parse(name).map_err(Refusal::AccountName)?);
            }
            if let Some(FirstAdmin { user, email }) = admin {
                let invite = Invite::new(user, email).admin().into();
                account = account.founded(self.actor, &invite, self.now)?;
            }
            self.write(AgencyEdit::Created { account: Arc::new(account), copied_from })?;
        }
        Ok(())
    }

    /// Gives a subaccount other features; nothing if it has them.
    fn set(&mut self, account: &Account, after: &Features) -> Result<(), AgencyRefusal> {
        if account.features() != after {
            let order = self.order(Command::set_features(after.set_paths()));
            self.changed(account.decide_by_agency(self.actor, order, self.now)?);
        }
        Ok(())
    }

    /// A command in a subaccount, given for the reason that this one is.
    pub(super) fn order(&self, command: Command) -> Order<Command> {
        match &self.reason {
            Some(reason) => command.because(reason.as_str()),
            None => command.into(),
        }
    }

    /// Puts in what a subaccount has decided on, if anything changes there: it was written there.
    fn changed(&mut self, (outcome, account): (Outcome<Account>, Account)) {
        if let Outcome::Changed(change) = outcome {
            self.next.put(Arc::new(account));
            self.wrote(AgencyEdit::Changed(Box::new(change)));
        }
    }
}

impl Agency {
    /// A subaccount, and by what right an actor acts in it. A stranger is told nothing of what
    /// there is (GRD-11).
    pub(super) fn enter(
        &self,
        id: &str,
        actor: &Actor,
    ) -> Result<(&Account, Right), AgencyRefusal> {
        let right = match actor {
            Actor::Host => Some(Right::Host),
            Actor::Agency(_) => self.is_own(actor).then_some(Right::Agency),
            Actor::User { agency, account, user } => {
                let is_here = agency.as_ref() == Some(self.id()) && account.as_str() == id;
                let own = self.subaccount(id).filter(|_| is_here);
                own.and_then(|own| Right::of_user(own, user))
            }
        };
        let right = right.ok_or_else(|| Refusal::stranger(actor))?;
        Ok((self.existing(id)?, right))
    }

    /// Features are changed by the agency's own principals and the host alone (GRD-5).
    fn is_own(&self, actor: &Actor) -> bool {
        match actor {
            Actor::Host => true,
            Actor::Agency(id) => id == self.id(),
            Actor::User { .. } => false,
        }
    }

    fn existing(&self, id: &str) -> Result<&Account, AgencyRefusal> {
        self.subaccount(id).ok_or_else(|| UnknownSubaccount { account: id.into() }.into())
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

/// What concerns several subaccounts, or comes by an API, touches no plan (AGY-9).
fn check_setter(features: &Features, feature: &str) -> Result<(), AgencyRefusal> {
    let catalog = features.catalog();
    let bit = feature_bit(catalog.tree(), feature).map_err(FeatureError::from)?;
    if catalog.host_features().contains(bit) {
        return Err(HostFeature { feature: feature.into() }.into());
    }
    Ok(())
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
        check_setter(&features, &feature)?;
        match named.insert(feature.clone(), switch) {
            Some(former) if former == switch => {
                return Err(Duplicate { feature: name.into() }.into());
            }
            Some(_) => return Err(Overlap { feature: name.into() }.into()),
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
                return Err(UiOnly { feature: name.into() }.into());
            }
            let known = quoted(leaves.iter().filter_map(|leaf| leaf.section.api_name.as_deref()));
            Err(UnknownFeature { feature: name.into(), known }.into())
        }
    }
}
