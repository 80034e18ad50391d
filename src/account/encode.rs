//! What the digest of an account's change is taken of.

use alloc::vec::Vec;

use crate::account::{
    Account, AccountName, Affected, Altered, AtLimit, Command, Contents, Edit, Effect, Holds,
    InvitationLifetime, Invite, Kept, Listed, User,
};
use crate::key::{Map, TemplateId};
use crate::ledger::{Digest, Encode, Encoder};
use crate::profile::Holding;
use crate::template::Template;

impl Encode for Command {
    fn encode(&self, to: &mut Encoder<'_>) {
        // Without a description it is encoded as it was before templates could have one.
        let is_described = matches!(self, Self::CreateTemplate { description: Some(_), .. });
        to.put(if is_described { "create_described_template" } else { self.name() });
        match self {
            Self::Invite(Invite { user, email, role, template, grants }) => {
                to.put(&(user, email, role, template, grants));
            }
            Self::Batch(commands) => to.put(commands),
            Self::Resend { user }
            | Self::SignIn { user }
            | Self::Suspend { user }
            | Self::Reactivate { user }
            | Self::DeleteUser { user } => to.put(user),
            Self::Accept { user, generation } => to.put(&(user, generation)),
            Self::ChangeEmail { user, email } => to.put(&(user, email)),
            Self::ChangeRole { user, role, holds } => {
                let (is_stored, given) = match holds {
                    Holds::Nothing => (false, None),
                    Holds::Stored => (true, None),
                    Holds::Given(grants) => (false, Some(grants)),
                };
                to.put(&(user, role, is_stored, given));
            }
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
            Self::CreateTemplate { template, name, description, grants } => {
                to.put(&(template, name, grants));
                if let Some(description) = description {
                    to.put(description);
                }
            }
            Self::RenameTemplate { template, name } => to.put(&(template, name)),
            Self::DescribeTemplate { template, description } => to.put(&(template, description)),
            Self::EditTemplate { template, grants } => to.put(&(template, grants)),
            Self::DeleteTemplate { template, acknowledged, reassign_to } => {
                to.put(&(template, acknowledged, reassign_to));
            }
            Self::SetSeatLimit { limit, seats } => to.put(&(limit, seats.map(AtLimit::name))),
            Self::SetInvitationLifetime { days } => to.put(days),
            Self::RenameAccount { name } => to.put(name),
            Self::Migrate(migrate) => to.put(migrate),
            Self::SetFeatures { features } => to.put(features),
        }
    }
}

impl Encode for Edit {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::User(altered) => to.put(&("user", altered)),
            Self::Template(altered) => to.put(&("template", altered)),
            Self::Name { before, after } => to.put(&("name", before, after)),
            Self::SeatLimit { before, after } => to.put(&("seat limit", before, after)),
            Self::AtLimit { before, after } => {
                to.put(&("at limit", before.name(), after.name()));
            }
            Self::BeyondLimit { used, limit } => to.put(&("beyond limit", used, limit)),
            Self::InvitationLifetime { before, after } => {
                let days = [before, after].map(|one| one.map(InvitationLifetime::days));
                to.put(&("invitation lifetime", days.as_slice()));
            }
            Self::Features { before, after } => to.put(&("features", before, after)),
            Self::Catalog { before, after } => to.put(&("catalog", before, after)),
        }
    }
}

impl Encode for Contents {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { catalog, features, templates, users } = self;
        to.put(&(catalog.id(), catalog.stamp(), features, templates, users));
    }
}

impl<T: Encode> Encode for Altered<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&(self.before(), self.after()));
    }
}

impl Encode for User {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { id, email, holding, arrival } = self;
        let invitation = arrival.invitation().map(|one| (one.sent(), one.generation()));
        to.put(&(id, email.as_str(), holding, invitation, arrival.last_sign_in()));
    }
}

impl Encode for Holding {
    fn encode(&self, to: &mut Encoder<'_>) {
        let Self { role, standing, template, grants, mutes } = self;
        to.put(&(role, standing.status(), standing.has_accepted()));
        to.put(&(template, grants, mutes));
    }
}

impl Encode for AccountName {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(self.as_str());
    }
}

impl Encode for Template {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&(self.id(), self.name(), self.description(), self.grants()));
    }
}

/// Effects stand in an order that knows permissions by their places in the catalog. Users who hold
/// alike gain and lose alike, so each set is named once.
impl Encode for Vec<Effect> {
    fn encode(&self, to: &mut Encoder<'_>) {
        let mut digests: Map<&Listed, Option<Digest>> = Map::default();
        let mut effects: Vec<_> = self
            .iter()
            .map(|Effect { who, of, gained, lost }| {
                let who = match who {
                    Affected::User(id) => (Some(id.as_str()), None, 1),
                    Affected::Profile { users, template } => {
                        (None, template.as_ref().map(TemplateId::as_str), *users)
                    }
                };
                let [gained, lost] = [gained, lost]
                    .map(|set| *digests.entry(set).or_insert_with(|| to.digest_of(set.iter())));
                (who, of.name(), gained, lost)
            })
            .collect();
        effects.sort_unstable_by_key(|(who, of, gained, lost)| {
            let bytes = |digest: &Option<Digest>| digest.map(|digest| *digest.as_bytes());
            (*who, *of, bytes(gained), bytes(lost))
        });
        to.put_all(effects.iter());
    }
}

/// All of an account: one that is added to an agency or removed from it.
impl Encode for Account {
    fn encode(&self, to: &mut Encoder<'_>) {
        let history = &self.history;
        to.put(&(self.id(), self.catalog().id(), history.revision, history.last_change()));
        let lifetime = self.invitation_lifetime.map(InvitationLifetime::days);
        to.put(&(&self.name, self.seat_limit, self.at_limit.name(), lifetime, &self.features));
        to.put_all(self.templates());
        to.put_all(self.users());
        to.put_all(self.retired_users());
    }
}
