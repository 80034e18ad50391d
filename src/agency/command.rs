use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::account::{Command, text};
use crate::ledger::orders;
use crate::migration::{Migrate, Migration};
use crate::name::{names, variant_names};
use crate::text::{Quoted, Word, Words};

/// Something to change in an agency.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[must_use]
pub enum AgencyCommand {
    /// Add subaccounts, in order, all or none (AGY-4).
    Create(Vec<NewSubaccount>),
    /// Remove a subaccount for good.
    Delete {
        /// The subaccount's id.
        account: Box<str>,
    },
    /// Turn features of a subaccount on and off (AGY-3).
    Patch {
        /// The subaccount's id.
        account: Box<str>,
        /// What to turn on and off.
        patch: FeaturePatch,
        /// By which names.
        channel: Channel,
    },
    /// Turn one feature on or off in all subaccounts (AGY-5).
    SelectAll {
        /// The feature's path.
        feature: Box<str>,
        /// On or off.
        switch: Switch,
    },
    /// Give a subaccount another name (AGY-10).
    RenameSubaccount {
        /// The subaccount's id.
        account: Box<str>,
        /// The name.
        name: Box<str>,
    },
    /// Go on under another catalog, with all subaccounts (EVO-6).
    Migrate(Migrate),
    /// A command in a subaccount.
    Within {
        /// The subaccount's id.
        account: Box<str>,
        /// The command.
        command: Command,
    },
}

impl AgencyCommand {
    /// Adds a subaccount. [`NewSubaccount`] has what can come with it.
    pub fn create(account: impl AsRef<str>) -> Self {
        NewSubaccount::new(account).into()
    }

    /// Adds several subaccounts in order, all or none.
    pub fn create_all(subaccounts: impl IntoIterator<Item = NewSubaccount>) -> Self {
        Self::Create(subaccounts.into_iter().collect())
    }

    /// Removes a subaccount for good.
    pub fn delete(account: impl AsRef<str>) -> Self {
        Self::Delete { account: text(account) }
    }

    /// Turns features of a subaccount on and off.
    pub fn patch(account: impl AsRef<str>, channel: Channel, patch: FeaturePatch) -> Self {
        Self::Patch { account: text(account), patch, channel }
    }

    /// Turns one feature on or off in all subaccounts, by path or typed constant.
    pub fn select_all(feature: impl AsRef<str>, switch: Switch) -> Self {
        Self::SelectAll { feature: text(feature), switch }
    }

    /// Gives a subaccount another name.
    pub fn rename_subaccount(account: impl AsRef<str>, name: impl AsRef<str>) -> Self {
        Self::RenameSubaccount { account: text(account), name: text(name) }
    }

    /// Goes on under the catalog that a migration leads to, with all subaccounts, in one change
    /// (EVO-6), as [`Command::migrate`] does it for an account by itself.
    pub fn migrate(migration: &Migration) -> Self {
        Self::Migrate(migration.into())
    }

    /// A command in a subaccount.
    pub fn within(account: impl AsRef<str>, command: impl Into<Command>) -> Self {
        Self::Within { account: text(account), command: command.into() }
    }
}

/// A subaccount to add, and what comes with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct NewSubaccount {
    pub(crate) account: Box<str>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) admin: Option<FirstAdmin>,
    pub(crate) patch: FeaturePatch,
    pub(crate) channel: Channel,
}

/// The first admin of a subaccount, to be invited as it is created (AGY-10).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FirstAdmin {
    pub(crate) user: Box<str>,
    pub(crate) email: Box<str>,
}

impl NewSubaccount {
    /// A subaccount without a name, a user or a patch.
    pub fn new(account: impl AsRef<str>) -> Self {
        let (patch, channel) = (FeaturePatch::new(), Channel::Api);
        Self { account: text(account), name: None, admin: None, patch, channel }
    }

    /// Gives it a name (AGY-10).
    pub fn name(mut self, name: impl AsRef<str>) -> Self {
        self.name = Some(text(name));
        self
    }

    /// Invites its first admin (AGY-10).
    pub fn admin(mut self, user: impl AsRef<str>, email: impl AsRef<str>) -> Self {
        self.admin = Some(FirstAdmin { user: text(user), email: text(email) });
        self
    }

    /// Patches the features that it starts with, by API name.
    pub fn patch(mut self, patch: FeaturePatch) -> Self {
        self.patch = patch;
        self
    }

    /// Patches the features that it starts with, by path.
    pub fn patch_by_path(self, patch: FeaturePatch) -> Self {
        Self { patch, channel: Channel::Ui, ..self }
    }
}

impl From<NewSubaccount> for AgencyCommand {
    fn from(subaccount: NewSubaccount) -> Self {
        Self::Create(alloc::vec![subaccount])
    }
}

orders!(AgencyCommand from AgencyCommand, NewSubaccount);

/// Features to turn on and to turn off, in any order (AGY-3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct FeaturePatch {
    pub(crate) grant: Vec<Box<str>>,
    pub(crate) revoke: Vec<Box<str>>,
}

impl FeaturePatch {
    /// Nothing to turn on or off.
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns a feature on.
    pub fn grant(mut self, feature: impl AsRef<str>) -> Self {
        self.grant.push(text(feature));
        self
    }

    /// Turns a feature off.
    pub fn revoke(mut self, feature: impl AsRef<str>) -> Self {
        self.revoke.push(text(feature));
        self
    }

    /// The features to turn on, as they were named.
    pub fn granted(&self) -> impl Iterator<Item = &str> {
        self.grant.iter().map(|name| &**name)
    }

    /// The features to turn off, as they were named.
    pub fn revoked(&self) -> impl Iterator<Item = &str> {
        self.revoke.iter().map(|name| &**name)
    }
}

/// By which names a patch speaks of features (AGY-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By API name: `contacts`. Features without one cannot be set.
    Api,
    /// By path: `general.contacts`. Every feature can be set.
    Ui,
}

names!(Channel, "channel", { Api => "api", Ui => "ui" });

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

names!(Switch, "switch", { On => "on", Off => "off" });

impl fmt::Display for FeaturePatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (on, off) = (Words(self.grant.iter()), Words(self.revoke.iter()));
        match (self.grant.is_empty(), self.revoke.is_empty()) {
            (true, true) => f.write_str("nothing"),
            (false, true) => write!(f, "{on} on"),
            (true, false) => write!(f, "{off} off"),
            (false, false) => write!(f, "{on} on, {off} off"),
        }
    }
}

impl fmt::Display for AgencyCommand {
    /// What it does, in words: `patch harbor: contacts on`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(subaccounts) => {
                write!(f, "create {}", Words(subaccounts.iter().map(|one| &*one.account)))?;
                let admins = subaccounts.iter().filter_map(|one| Some((one, one.admin.as_ref()?)));
                for (subaccount, FirstAdmin { user, email }) in admins {
                    let account = Word(&subaccount.account);
                    write!(f, "; in {account}: invite {} <{}> as admin", Word(user), Word(email))?;
                }
                Ok(())
            }
            Self::Delete { account } => write!(f, "delete {}", Word(account)),
            Self::Patch { account, patch, .. } => write!(f, "patch {}: {patch}", Word(account)),
            Self::SelectAll { feature, switch } => {
                write!(f, "turn {} {} everywhere", Word(feature), switch.name())
            }
            Self::RenameSubaccount { account, name } => {
                write!(f, "rename subaccount {} to {}", Word(account), Quoted(name))
            }
            Self::Migrate(migrate) => migrate.fmt(f),
            Self::Within { account, command } => write!(f, "in {}: {command}", Word(account)),
        }
    }
}

/// The shape of each command, for whatever needs it: its name and its fields in documents.
macro_rules! agency_command_shapes {
    ($for_each:ident) => {
        $for_each! {
            AgencyCommand by "command", a "command" {
                "create" => Create { subaccounts in 0 }
                "delete" => Delete { account }
                "rename_subaccount" => RenameSubaccount { account, name }
                "patch" => Patch { account, patch: flat(FeaturePatch), channel: or(Channel::Api) }
                "select_all" => SelectAll { feature, switch }
                "migrate" => Migrate { migrate in 0: flat(Migrate) }
                "within" | "in" => Within { account, within in command }
            }
        }
    };
}
#[cfg(feature = "serde")]
pub(crate) use agency_command_shapes;

agency_command_shapes!(variant_names);
