//! What rests on permissions: operations, and the commands that some carry.

use alloc::vec::Vec;

use crate::bits::Bits;
use crate::catalog::Group;
use crate::migration::gain::{Gain, Gained};
use crate::migration::maps::Maps;
use crate::migration::resolve::Heirs;
use crate::permission::Permission;

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
        let (was, is) = (maps.old.authority(group), maps.new.authority(group));
        let admins = maps.old.grantable().or(maps.old.role());
        let admins_could = was.is_any_admins() || was.any_of.meets(&admins);
        let covered = |bit: u16| {
            let is_admins = maps.new.role().contains(bit);
            maps.image([bit]).meets(&was.any_of) || (is_admins && admins_could)
        };
        let are_covered =
            if is.is_any_admins() { admins_could } else { is.any_of.ones().all(covered) };
        let features = maps.image(is.features.ones());
        if !are_covered || !was.features.is_subset(&features) {
            gains.push(Gain { gained: Gained::Commands(group), by: None });
        }
    }
}
