//! A command in words.

use core::fmt;

use crate::account::AtLimit;
use crate::account::command::{Command, Holds, Invite, Kept};
use crate::account::invitation::day_or_days;
use crate::grants::Grants;
use crate::role::Role;
use crate::text::{Quoted, Word, Words};

impl fmt::Display for Command {
    /// What it does, in words: `invite kim <kim@acme.example> as member on template kb`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invite(Invite { user, email, role, template, grants }) => {
                write!(f, "invite {} <{}> as {role}", Word(user), Word(email))?;
                if let Some(template) = template {
                    write!(f, " on template {}", Word(template))?;
                }
                match grants {
                    Some(grants) if !grants.is_empty() => write!(f, " with {grants}"),
                    _ => Ok(()),
                }
            }
            Self::Batch(commands) => {
                for (position, command) in commands.iter().enumerate() {
                    let between = if position == 0 { "" } else { "; " };
                    write!(f, "{between}{command}")?;
                }
                Ok(())
            }
            Self::Resend { user } => write!(f, "invite {} again", Word(user)),
            Self::Accept { user, generation: None } => write!(f, "{} accepts", Word(user)),
            Self::Accept { user, generation: Some(generation) } => {
                write!(f, "{} accepts invitation {generation}", Word(user))
            }
            Self::SignIn { user } => write!(f, "{} signs in", Word(user)),
            Self::Suspend { user } => write!(f, "suspend {}", Word(user)),
            Self::Reactivate { user } => write!(f, "reactivate {}", Word(user)),
            Self::ChangeEmail { user, email } => {
                write!(f, "change email of {} to {}", Word(user), Word(email))
            }
            Self::ChangeRole { user, role, holds } => describe_role(user, *role, holds, f),
            Self::AssignTemplate { user, template } => {
                write!(f, "assign template {} to {}", Word(template), Word(user))
            }
            Self::ClearTemplate { user, kept: Kept::OwnGrants } => {
                write!(f, "clear template of {}", Word(user))
            }
            Self::ClearTemplate { user, kept: Kept::TemplateGrants } => {
                write!(f, "clear template of {}, keeping its grants", Word(user))
            }
            Self::Tick { user, permission } => {
                write!(f, "tick {} for {}", Word(permission), Word(user))
            }
            Self::Untick { user, permission } => {
                write!(f, "untick {} for {}", Word(permission), Word(user))
            }
            Self::SetArea { user, area, level } => {
                write!(f, "set {} of {} to {level}", Word(area), Word(user))
            }
            Self::SetSection { user, leaf, level } => {
                write!(f, "set section {} of {} to {level}", Word(leaf), Word(user))
            }
            Self::Raise { user, leaf, level } => {
                write!(f, "raise {} of {} to {level}", Word(leaf), Word(user))
            }
            Self::ReplaceGrants { user, grants } => {
                write!(f, "replace grants of {} with {}", Word(user), OrNothing(grants))
            }
            Self::DeleteUser { user } => write!(f, "delete {}", Word(user)),
            Self::CreateTemplate { template, name, description, grants: _ } => {
                write!(f, "create template {} {}", Word(template), Quoted(name))?;
                description
                    .as_ref()
                    .map_or(Ok(()), |text| write!(f, " described as {}", Quoted(text)))
            }
            Self::RenameTemplate { template, name } => {
                write!(f, "rename template {} to {}", Word(template), Quoted(name))
            }
            Self::DescribeTemplate { template, description } => {
                describe_template(template, description.as_deref(), f)
            }
            Self::EditTemplate { template, grants } => {
                write!(f, "edit template {} to {}", Word(template), OrNothing(grants))
            }
            Self::DeleteTemplate { template, acknowledged: _, reassign_to } => {
                write!(f, "delete template {}", Word(template))?;
                match reassign_to {
                    Some(other) => write!(f, " and assign {} instead", Word(other)),
                    None => Ok(()),
                }
            }
            Self::SetSeatLimit { limit, seats } => describe_seats(*limit, *seats, f),
            Self::SetInvitationLifetime { days } => {
                f.write_str("let invitations last ")?;
                match days {
                    Some(days) => write!(f, "{days} {}", day_or_days(*days)),
                    None => f.write_str("forever"),
                }
            }
            Self::Migrate(migrate) => migrate.fmt(f),
            Self::RenameAccount { name } => write!(f, "rename account to {}", Quoted(name)),
            Self::SetFeatures { features } if features.is_empty() => {
                f.write_str("turn all features off")
            }
            Self::SetFeatures { features } => {
                write!(f, "set features to {}", Words(features.iter()))
            }
        }
    }
}

fn describe_role(user: &str, role: Role, holds: &Holds, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "make {} {role}", Word(user))?;
    match holds {
        Holds::Nothing => Ok(()),
        Holds::Stored => f.write_str(" with what is stored"),
        Holds::Given(grants) => write!(f, " with {}", OrNothing(grants)),
    }
}

fn describe_template(
    template: &str,
    description: Option<&str>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match description {
        Some(text) => write!(f, "describe template {} as {}", Word(template), Quoted(text)),
        None => write!(f, "clear description of template {}", Word(template)),
    }
}

/// Grants, or `nothing`.
struct OrNothing<'a>(&'a Grants);

impl fmt::Display for OrNothing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("nothing") } else { self.0.fmt(f) }
    }
}

fn describe_seats(
    limit: Option<u32>,
    seats: Option<AtLimit>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match limit {
        Some(limit) => write!(f, "set seat limit to {limit}")?,
        None => f.write_str("lift seat limit")?,
    }
    seats.map_or(Ok(()), |seats| write!(f, " and {seats} at it"))
}
