//! What a dialog is about, and so which command makes each of its choices.

use alloc::string::{String, ToString};

use crate::account::{Command, Invite, User};
use crate::area_levels::{self, Set};
use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::catalog::by_node::OfArea;
use crate::catalog::settings::level_rungs;
use crate::catalog::tree::NodeId;
use crate::grants::Grants;
use crate::level::Level;
use crate::permission::Permission;
use crate::profile::Holding;
use crate::role::Role;
use crate::template::Template;

/// A user, someone new, or a template.
pub(super) trait Subject {
    fn set_area(&self, area: NodeId, level: Level) -> Command;

    /// `limit` is the level of its area; nothing if there is no such command.
    fn set_section(&self, leaf: NodeId, level: Level, limit: Level) -> Option<Command>;

    fn raise(&self, leaf: NodeId, level: Level) -> Option<Command>;

    fn tick(&self, bit: u16) -> Command;

    fn untick(&self, bit: u16) -> Option<Command>;
}

impl Subject for &User {
    fn set_area(&self, area: NodeId, level: Level) -> Command {
        Command::set_area(self.id.as_str(), path(self.grants().catalog(), area), level)
    }

    fn set_section(&self, leaf: NodeId, level: Level, _: Level) -> Option<Command> {
        let path = path(self.grants().catalog(), leaf);
        Some(Command::set_section(self.id.as_str(), path, level))
    }

    fn raise(&self, leaf: NodeId, level: Level) -> Option<Command> {
        Some(Command::raise(self.id.as_str(), path(self.grants().catalog(), leaf), level))
    }

    fn tick(&self, bit: u16) -> Command {
        Command::tick(self.id.as_str(), text(self.grants().catalog(), bit))
    }

    fn untick(&self, bit: u16) -> Option<Command> {
        Some(Command::untick(self.id.as_str(), text(self.grants().catalog(), bit)))
    }
}

/// Someone who is about to be invited.
pub(super) struct New<'a> {
    pub(super) catalog: &'a Catalog,
    /// The invitation that sets nothing.
    pub(super) invite: Invite,
}

impl New<'_> {
    fn granting(&self, grant: impl FnOnce(&mut Grants)) -> Command {
        let mut grants = Grants::new(self.catalog);
        grant(&mut grants);
        self.invite.clone().grants(grants).into()
    }
}

impl Subject for New<'_> {
    fn set_area(&self, area: NodeId, level: Level) -> Command {
        let tree = self.catalog.tree();
        let leaves = tree.sub_sections(tree.node(area)).map(|_| None).collect();
        let said = OfArea { area: Some(level_rungs(level)), leaves };
        self.granting(|grants| grants.put_area(area, &said))
    }

    /// Every sibling is at None (LVL-9).
    fn set_section(&self, leaf: NodeId, level: Level, _: Level) -> Option<Command> {
        let tree = self.catalog.tree();
        let area = tree.node(leaf).area?;
        let none = Some(level_rungs(Level::None));
        let leaves = tree.sub_sections(tree.node(area));
        let leaves = leaves.map(|(sibling, _)| none.filter(|_| sibling != leaf)).collect();
        let said = OfArea { area: Some(level_rungs(level)), leaves };
        Some(self.granting(|grants| grants.put_area(area, &said)))
    }

    fn raise(&self, _: NodeId, _: Level) -> Option<Command> {
        None
    }

    /// With what it needs, since it would be inert alone (LVL-2).
    fn tick(&self, bit: u16) -> Command {
        let needed = self.catalog.tree().with_needs(&Bits::from_iter([bit]));
        self.granting(|grants| grants.add(&needed))
    }

    fn untick(&self, _: u16) -> Option<Command> {
        None
    }
}

impl Template {
    fn with(&self, change: impl FnOnce(&mut Grants)) -> Command {
        let mut grants = self.grants().clone();
        change(&mut grants);
        Command::edit_template(self.id().as_str(), grants)
    }

    /// Sets a level as it is set for users, whose restrictions stay (LVL-13).
    fn with_level(&self, node: NodeId, level: Level, set: Set) -> Command {
        let catalog = self.grants().catalog();
        self.with(|grants| {
            let mut holding = Holding::invited(Role::Member, catalog);
            holding.grants = grants.clone();
            if set(None, &mut holding, path(catalog, node), level).is_ok() {
                *grants = holding.grants;
            }
        })
    }
}

impl Subject for &Template {
    fn set_area(&self, area: NodeId, level: Level) -> Command {
        self.with_level(area, level, area_levels::set_area)
    }

    /// Above its area there is no edit that would be refused.
    fn set_section(&self, leaf: NodeId, level: Level, limit: Level) -> Option<Command> {
        (level <= limit).then(|| self.with_level(leaf, level, area_levels::set_section))
    }

    fn raise(&self, leaf: NodeId, level: Level) -> Option<Command> {
        Some(self.with_level(leaf, level, area_levels::raise))
    }

    fn tick(&self, bit: u16) -> Command {
        let tree = self.grants().catalog().tree();
        let needed = tree.with_needs(&Bits::from_iter([bit]));
        self.with(|grants| grants.add(&needed.and_not(&grants.bits())))
    }

    fn untick(&self, bit: u16) -> Option<Command> {
        let tree = self.grants().catalog().tree();
        let dependents = tree.with_dependents(&Bits::from_iter([bit]));
        Some(self.with(|grants| grants.subtract(&dependents)))
    }
}

fn path(catalog: &Catalog, node: NodeId) -> &str {
    &catalog.tree().node(node).path
}

fn text(catalog: &Catalog, bit: u16) -> String {
    catalog.display(Permission::new(catalog.stamp(), bit)).to_string()
}
