//! What would be gained, and by whom (EVO-3).

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use crate::catalog::Group;
use crate::features::Features;
use crate::grants::Grants;
use crate::mutes::Mutes;
use crate::role::Role;
use crate::text::Quoted;

/// What users could do after a migration and not before (EVO-3), and the smallest profile that
/// shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    pub(super) gained: Gained,
    pub(super) by: Option<Box<Gainer>>,
}

/// What is gained.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gained {
    /// A permission of the new catalog.
    Permission {
        /// Its leaf.
        leaf: Box<str>,
        /// Its rung.
        rung: Box<str>,
    },
    /// An operation of the new catalog, which needs less than it did.
    Operation(Box<str>),
    /// A group of commands, which more may carry than did (CAT-15).
    Commands(Group),
    /// A feature that the host alone set, and agencies can set from now on (CAT-14).
    Setting(Box<str>),
}

/// Someone of the old catalog who would gain: active, and with nothing but this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gainer {
    pub(super) role: Role,
    pub(super) template: Option<Grants>,
    pub(super) grants: Grants,
    pub(super) mutes: Mutes,
    pub(super) features: Features,
    pub(super) raised: Option<Box<str>>,
}

impl Gain {
    /// What is gained.
    #[must_use]
    pub fn gained(&self) -> &Gained {
        &self.gained
    }

    /// The smallest profile that gains it; `None` if it does not depend on one.
    #[must_use]
    pub fn by(&self) -> Option<&Gainer> {
        self.by.as_deref()
    }
}

impl Gained {
    /// Whether a name accepts this: the permission's own, its leaf's or its area's; the
    /// operation's key; the group's name; the feature's path.
    pub(super) fn is_named(&self, name: &str) -> bool {
        match self {
            Self::Permission { leaf, rung } => {
                let area = leaf.split_once('.').map_or(&**leaf, |(area, _)| area);
                *name == **leaf || name == area || name.split_once(':') == Some((leaf, rung))
            }
            Self::Operation(key) | Self::Setting(key) => *name == **key,
            Self::Commands(group) => name == group.name(),
        }
    }
}

impl Gainer {
    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// What their template grants, if they have one.
    #[must_use]
    pub fn template(&self) -> Option<&Grants> {
        self.template.as_ref()
    }

    /// Their own grants.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// What is muted for them.
    #[must_use]
    pub fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    /// The features of their account.
    #[must_use]
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The area of the new catalog that has to be raised before they hold it, and then would hold
    /// more than raising the old one would have given (LVL-13); `None` if they gain at once.
    #[must_use]
    pub fn raised(&self) -> Option<&str> {
        self.raised.as_deref()
    }
}

impl fmt::Display for Gained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permission { leaf, rung } => {
                write!(f, "{}", Quoted(&alloc::format!("{leaf}:{rung}")))
            }
            Self::Operation(key) => write!(f, "the operation {}", Quoted(key)),
            Self::Commands(group) => write!(f, "the commands {}", Quoted(group.name())),
            Self::Setting(path) => write!(f, "setting {} by agencies", Quoted(path)),
        }
    }
}

impl fmt::Display for Gain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} would be gained", self.gained)?;
        if let Some(by) = &self.by {
            write!(f, " by {by}")?;
        }
        f.write_str("; change the rule, or accept it by name and reason")
    }
}

impl fmt::Display for Gainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Role::Admin => f.write_str("an admin")?,
            Role::Member => f.write_str("a member")?,
        }
        let mutes: Vec<_> = self.mutes.iter().map(|mute| mute.to_string()).collect();
        let features: Vec<_> = self.features.set_paths().collect();
        let parts = [
            ("the template", self.template.as_ref().map(ToString::to_string)),
            ("the grants", Some(self.grants.to_string())),
            ("the mutes", Some(mutes.join(", "))),
            ("the features", Some(features.join(", "))),
        ];
        let parts = parts.into_iter().filter_map(|(what, text)| Some((what, text?)));
        for (position, (what, text)) in parts.filter(|(_, text)| !text.is_empty()).enumerate() {
            let joint = if position == 0 { "with" } else { "and" };
            write!(f, " {joint} {what} {}", Quoted(&text))?;
        }
        match &self.raised {
            Some(area) => write!(f, " once {} is raised", Quoted(area)),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Gain {}
