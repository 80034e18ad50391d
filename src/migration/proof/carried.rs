//! What rests on permissions: operations, and the commands that some carry.

use alloc::vec::Vec;

use crate::bits::Bits;
use crate::catalog::{Authority, Group};
use crate::features::Features;
use crate::migration::gain::{Gain, Gained};
use crate::migration::maps::Maps;
use crate::migration::resolve::Heirs;
use crate::permission::Permission;
use crate::role::Role;

/// An operation still needs all that those needed which it was (CAT-7).
pub(super) fn add_operations(maps: &Maps, gains: &mut Vec<Gain>) {
    for Heirs { from, into } in &maps.operations {
        let was = from.iter().filter_map(|key| maps.old.operation(key).ok());
        let was: Bits = was.flat_map(|was| was.iter().map(Permission::bit)).collect();
        for key in into {
            let Ok(is) = maps.new.operation(key) else { continue };
            if !was.is_subset(&maps.image(is.iter().map(Permission::bit))) {
                gains.push(Gain { gained: Gained::Operation(key.clone()), by: None });
            }
        }
    }
}

/// A group of commands is carried by no more than it was (CAT-15, GRD-7).
pub(super) fn add_commands(maps: &Maps, gains: &mut Vec<Gain>) {
    for group in Group::ALL {
        let carriers =
            Carriers { maps, was: maps.old.authority(group), is: maps.new.authority(group) };
        if !carriers.are_covered() {
            gains.push(Gain { gained: Gained::Commands(group), by: None });
        }
    }
}

/// What carries a group of commands, before and after.
struct Carriers<'a> {
    maps: &'a Maps,
    was: &'a Authority,
    is: &'a Authority,
}

impl Carriers<'_> {
    /// Where a catalog does not speak of the group, admins may, and whoever holds a delegated
    /// action.
    fn are_covered(&self) -> bool {
        let is_admins_alone = !self.is.is_any_admins() || self.admins_could(&Bits::EMPTY);
        is_admins_alone && self.is.any_of.ones().all(|bit| self.is_covered(bit))
    }

    /// Whether whoever holds a new permission could before: they held one that carried the group,
    /// while all features that it needs were on; or only admins hold it, and they could.
    fn is_covered(&self, bit: u16) -> bool {
        let is_held = self.maps.image([bit]).meets(&self.was.any_of);
        let is_role = self.maps.new.role().contains(bit);
        is_held && self.lacks_nothing(&self.was.features, &self.is.features)
            || is_role && {
                let gates = Features::new(&self.maps.new).lacking(Role::Admin, bit);
                self.admins_could(&self.is.features.or(&gates))
            }
    }

    /// Whether every admin could, with at least these new features on.
    fn admins_could(&self, on: &Bits) -> bool {
        let old = &self.maps.old;
        let none = Features::new(old);
        let carry = old.grantable().or(old.role());
        let could = |bit| {
            let gates = none.lacking(Role::Admin, bit);
            carry.contains(bit) && self.lacks_nothing(&self.was.features.or(&gates), on)
        };
        self.was.is_any_admins() || self.was.any_of.ones().any(could)
    }

    /// Whether all of these old features were on wherever these new ones are.
    fn lacks_nothing(&self, old: &Bits, new: &Bits) -> bool {
        let always_on = self.maps.old.tree().always_on();
        old.is_subset(&self.maps.image(new.ones()).or(&always_on))
    }
}
