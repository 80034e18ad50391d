//! What the digest of an agency's change is taken of.

use crate::account::Change;
use crate::agency::{
    AgencyCommand, AgencyContents, AgencyEdit, FeaturePatch, FirstAdmin, NewSubaccount,
};
use crate::ledger::{Encode, Encoder};

impl Encode for AgencyCommand {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(self.name());
        match self {
            Self::Create(subaccounts) => to.put(subaccounts),
            Self::Delete { account } => to.put(account),
            Self::RenameSubaccount { account, name } => to.put(&(account, name)),
            Self::Patch { account, patch, channel } => to.put(&(account, patch, channel.name())),
            Self::SelectAll { feature, switch } => to.put(&(feature, switch.name())),
            Self::Migrate(migrate) => to.put(migrate),
            Self::Within { account, command } => to.put(&(account, command)),
        }
    }
}

impl Encode for NewSubaccount {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { account, name, admin, patch, channel } = self;
        let admin = admin.as_ref().map(|FirstAdmin { user, email }| (user, email));
        to.put(&(account, name, admin, patch, channel.name()));
    }
}

impl Encode for FeaturePatch {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { grant, revoke } = self;
        to.put(&(grant, revoke));
    }
}

impl Encode for AgencyContents {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { catalog, default_features } = self;
        to.put(&(catalog.id(), catalog.stamp(), default_features));
    }
}

impl Encode for AgencyEdit {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::Created { account, copied_from } => to.put(&("created", account, copied_from)),
            Self::Deleted { account } => to.put(&("deleted", account)),
            Self::Changed(change) => to.put(&("changed", change.digest())),
            Self::Migrated { subaccounts, before, after } => {
                to.put(&("migrated", before, after));
                to.put_all(subaccounts.iter().map(Change::digest));
            }
        }
    }
}
