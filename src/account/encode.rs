//! What the digest of an account's change is taken of.

use alloc::string::String;
use alloc::vec::Vec;

use crate::account::{Account, Affected, Altered, Command, Edit, Effect, Invite, Kept, User};
use crate::ledger::{Encode, Encoder};
use crate::profile::Holding;
use crate::template::Template;

impl Encode for Command {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(self.name());
        match self {
            Self::Invite(Invite { user, email, role, template, grants }) => {
                to.put(&(user, email, role, template, grants));
            }
            Self::Batch(commands) => to.put(commands),
            Self::Resend { user }
            | Self::Accept { user }
            | Self::SignIn { user }
            | Self::Suspend { user }
            | Self::Reactivate { user }
            | Self::DeleteUser { user } => to.put(user),
            Self::ChangeEmail { user, email } => to.put(&(user, email)),
            Self::ChangeRole { user, role, grants } => to.put(&(user, role, grants)),
            Self::AssignTemplate { user, template } => to.put(&(user, template)),
            Self::ClearTemplate { user, kept } => {
                to.put(&(user, *kept == Kept::TemplateGrants));
            }
            Self::Tick { user, permission } | Self::Untick { user, permission } => {
                to.put(&(user, permission));
            }
            Self::SetArea { user, area, level } => to.put(&(user, area, level)),
            Self::SetSection { user, leaf, level } | Self::Raise { user, leaf, level } => {
                to.put(&(user, leaf, level));
            }
            Self::ReplaceGrants { user, grants } => to.put(&(user, grants)),
            Self::CreateTemplate { template, name, grants } => to.put(&(template, name, grants)),
            Self::RenameTemplate { template, name } => to.put(&(template, name)),
            Self::EditTemplate { template, grants } => to.put(&(template, grants)),
            Self::DeleteTemplate { template, acknowledged } => to.put(&(template, acknowledged)),
            Self::SetSeatLimit { limit } => to.put(limit),
            Self::SetFeatures { features } => to.put(features),
        }
    }
}

impl Encode for Edit {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::User(altered) => to.put(&("user", altered)),
            Self::Template(altered) => to.put(&("template", altered)),
            Self::SeatLimit { before, after } => to.put(&("seat limit", before, after)),
            Self::Features { before, after } => to.put(&("features", before, after)),
        }
    }
}

impl<T: Encode> Encode for Altered<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&(self.before(), self.after()));
    }
}

impl Encode for User {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { id, email, holding, last_sign_in } = self;
        to.put(&(id, email.as_str(), holding, last_sign_in));
    }
}

impl Encode for Holding {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { role, standing, template, grants, mutes } = self;
        to.put(&(role, standing.status(), standing.has_accepted()));
        to.put(&(template, grants, mutes));
    }
}

impl Encode for Template {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&(self.id(), self.name(), self.grants()));
    }
}

/// Effects stand in an order that knows permissions by their places in the catalog.
impl Encode for Vec<Effect> {
    fn encode(&self, to: &mut Encoder<'_>) {
        let text = |text: &str| -> Option<String> { Some(text.into()) };
        let named = self.iter().map(|Effect { who, gained, lost }| {
            let (user, users, template) = match who {
                Affected::User(id) => (text(id.as_str()), 1, None),
                Affected::Profile { users, template } => {
                    (None, *users, template.as_ref().and_then(|id| text(id.as_str())))
                }
            };
            (user, template, users, to.names(gained), to.names(lost))
        });
        let named: Vec<_> = named.collect();
        to.put_sorted(named.into_iter());
    }
}

/// All of an account: one that is added to an agency or removed from it.
impl Encode for Account {
    fn encode(&self, to: &mut Encoder<'_>) {
        let history = &self.history;
        to.put(&(self.id(), self.catalog().id(), history.revision, history.last_change()));
        to.put(&(self.seat_limit, &self.features));
        to.put_all(self.templates());
        to.put_all(self.users());
        to.put_all(self.retired_users());
    }
}
