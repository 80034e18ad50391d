//! What the digest of an agency's change is taken of.

use crate::agency::{AgencyCommand, AgencyEdit, FeaturePatch, NewSubaccount};
use crate::ledger::{Encode, Encoder};

impl Encode for AgencyCommand {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(self.name());
        match self {
            Self::Create(subaccounts) => to.put(subaccounts),
            Self::Delete { account } => to.put(account),
            Self::Patch { account, patch, channel } => to.put(&(account, patch, channel.name())),
            Self::SelectAll { feature, switch } => to.put(&(feature, switch.name())),
            Self::Within { account, command } => to.put(&(account, command)),
        }
    }
}

impl Encode for NewSubaccount {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { account, patch, channel } = self;
        to.put(&(account, patch, channel.name()));
    }
}

impl Encode for FeaturePatch {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { grant, revoke } = self;
        to.put(&(grant, revoke));
    }
}

impl Encode for AgencyEdit {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::Created { account, copied_from } => to.put(&("created", account, copied_from)),
            Self::Deleted { account } => to.put(&("deleted", account)),
            Self::Changed(change) => to.put(&("changed", change.digest())),
        }
    }
}
