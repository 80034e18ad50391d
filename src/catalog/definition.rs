//! What a catalog says, as plain data: the one form that code, builder and document share.
//!
//! Everything here can be a constant, so that [`catalog!`](crate::catalog!) knows stamps and
//! positions at compile time. Nothing here is checked: that is what building does.

use crate::catalog::area::{Area, Named};
use crate::catalog::literal::{List, Text};
use crate::catalog::scale::Setting;
use crate::name::names;

/// All that a catalog says, unchecked.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub id: Text,
    pub roles: RoleLabels,
    pub levels: LevelLabels,
    pub areas: List<Area>,
    pub gates: List<Gate>,
    pub delegation: Option<Delegation>,
    pub authority: List<Carrier>,
    pub operations: List<Operation>,
    pub templates: List<Preset>,
    pub audit_log: Option<Text>,
    pub retired: List<Text>,
}

/// A group of commands that one authority carries (CAT-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Inviting users, and inviting them again.
    Invite,
    /// Editing users: address, suspension, reactivation.
    Edit,
    /// Deleting users.
    Delete,
    /// Setting the permissions, templates and roles of users.
    Permissions,
    /// Creating, editing and deleting templates.
    Templates,
}

names!(Group, "group of commands", {
    Invite => "invite",
    Edit => "edit",
    Delete => "delete",
    Permissions => "permissions",
    Templates => "templates",
});

/// While one of the features `needs` is off, `target` is inert for everyone (CAT-6).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub target: Text,
    pub needs: List<Text>,
}

/// While `feature` is off, the actions of `area` are inert for members (GRD-2).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    pub area: Text,
    pub feature: Text,
}

/// Whoever holds one of the permissions `any` may give the commands of `group`, while all the
/// features `needs` are on (CAT-15).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    pub group: Group,
    pub any: List<Text>,
    pub needs: List<Text>,
}

/// What the roles are called (CAT-12).
#[doc(hidden)]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleLabels {
    pub admin: Option<Text>,
    pub member: Option<Text>,
}

/// What the levels are called (CAT-11).
#[doc(hidden)]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelLabels {
    pub none: Option<Text>,
    pub read: Option<Text>,
    pub edit: Option<Text>,
}

/// A named conjunction of permissions (CAT-7).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub name: Named,
    pub needs: List<Text>,
}

/// A role template that a catalog ships (TPL-9).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub id: Text,
    pub name: Text,
    pub description: Option<Text>,
    pub grants: List<(Text, Setting)>,
}
