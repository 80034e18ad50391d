//! The functions that migrate, which the proof asks too.

use alloc::vec::Vec;

use crate::bits::Bits;
use crate::catalog::settings::Holder;
use crate::catalog::tree::NodeId;
use crate::catalog::{Catalog, Source as From};
use crate::features::Features;
use crate::grants::Grants;
use crate::key::Map;
use crate::migration::plan::{AreaPlan, Origin};
use crate::migration::resolve::{Heirs, Resolved};
use crate::mutes::Mutes;

/// From what is stored on the old catalog to what is on the new one.
#[derive(Debug, Clone)]
pub(super) struct Maps {
    pub(super) old: Catalog,
    pub(super) new: Catalog,
    /// The areas of the new catalog, in order.
    pub(super) areas: Vec<AreaPlan>,
    /// The operations that were in the old catalog.
    pub(super) operations: Vec<Heirs>,
    /// Where each leaf of the new catalog is in `areas`.
    places: Map<NodeId, [usize; 2]>,
    /// The new bits that come from each old one that any comes from.
    heirs: Map<u16, Vec<u16>>,
}

impl Maps {
    pub(super) fn new(old: &Catalog, new: &Catalog, resolved: Resolved) -> Self {
        let Resolved { areas, operations } = resolved;
        let of_area = |(at, area): (usize, &AreaPlan)| -> Vec<(NodeId, [usize; 2])> {
            let leaves = area.leaves.iter().enumerate();
            leaves.map(|(position, leaf)| (leaf.leaf, [at, position])).collect()
        };
        let places = areas.iter().enumerate().flat_map(of_area).collect();
        let (old, new) = (old.clone(), new.clone());
        let mut maps = Self { old, new, areas, operations, places, heirs: Map::default() };
        for bit in (0..).take(maps.new.tree().len()) {
            let sources: Vec<u16> = maps.sources_of(bit).flatten().collect();
            for source in sources {
                maps.heirs.entry(source).or_default().push(bit);
            }
        }
        maps
    }

    /// The new bits that come from an old one.
    pub(super) fn heirs(&self, old: u16) -> &[u16] {
        self.heirs.get(&old).map_or(&[], |heirs| heirs)
    }

    pub(super) fn grants(&self, grants: &Grants, holder: Holder) -> Grants {
        let mut migrated = Grants::new(&self.new);
        for area in self.grantable(holder) {
            migrated.put_area(area.area, &area.settings(&|old| grants.of_area(old)));
        }
        migrated
    }

    /// Own grants of someone who has a template (LVL-13).
    pub(super) fn grants_beside(&self, template: &Grants, grants: &Grants) -> Grants {
        let mut migrated = Grants::new(&self.new);
        for area in self.grantable(Holder::User) {
            let node = self.new.tree().node(area.area);
            let own = |old| grants.of_area(old);
            let settings = if node.scale.is_ladder() {
                area.settings_beside(&|old| template.of_area(old), &own, node.user_only)
            } else {
                area.settings(&own)
            };
            migrated.put_area(area.area, &settings);
        }
        migrated
    }

    pub(super) fn mutes(&self, mutes: &Mutes) -> Mutes {
        let mut migrated = Mutes::new(&self.new);
        for area in self.grantable(Holder::User) {
            migrated.put_area(area.area, &area.mutes(&|old| mutes.of_area(old)));
        }
        migrated
    }

    /// A feature that comes from several is on if all of them were, or any; what is new is off
    /// unless it always is on.
    pub(super) fn features(&self, features: &Features) -> Features {
        let is_on = |old: u16| features.bits().contains(old);
        let own = self.new.tree().features().flat_map(|leaf| leaf.bits.clone());
        let on = own.filter(|bit| {
            let mut sources = self.sources_of(*bit);
            match self.origin_of(*bit) {
                None | Some(Origin::New | Origin::AsItsArea) => false,
                Some(Origin::Lowest(_)) => sources.all(|old| old.is_some_and(is_on)),
                Some(Origin::Highest(_)) => sources.any(|old| old.is_some_and(is_on)),
            }
        });
        Features::new(&self.new).with(on)
    }

    /// The old bits that a new one comes from; `None` for a source that has no such rung.
    pub(super) fn sources_of(&self, bit: u16) -> impl Iterator<Item = Option<u16>> {
        let place = self.new.tree().place_of(bit);
        let sources = self.origin_of(bit).map(Origin::sources).unwrap_or_default();
        sources.iter().map(move |source| {
            let (_, rung) = place?;
            let was = source.rungs.get(usize::from(rung)).copied().flatten()?;
            Some(self.old.tree().node(source.leaf).bits.start + was)
        })
    }

    /// All that whoever holds these new bits held before: what each of their sources gives and
    /// those of what they need, and what that needs. Of the highest of several it is not known
    /// which one was held.
    pub(super) fn image(&self, bits: impl IntoIterator<Item = u16>) -> Bits {
        let bits = self.new.tree().with_needs(&bits.into_iter().collect());
        let held = bits.ones().flat_map(|bit| {
            let is_sure = match self.origin_of(bit) {
                None | Some(Origin::New | Origin::AsItsArea) => false,
                Some(Origin::Lowest(_)) => true,
                Some(Origin::Highest(sources)) => sources.len() == 1,
            };
            self.sources_of(bit).flatten().filter(move |_| is_sure)
        });
        self.old.tree().with_needs(&held.collect())
    }

    /// Whether a name is of a leaf that is new and as its area is.
    pub(super) fn is_new_and_open(&self, name: &str) -> bool {
        let leaves = self.areas.iter().flat_map(|area| &area.leaves);
        let open = leaves.filter(|leaf| leaf.origin == Origin::AsItsArea);
        open.into_iter().any(|leaf| *self.new.tree().node(leaf.leaf).path == *name)
    }

    pub(super) fn origin_of(&self, bit: u16) -> Option<&Origin> {
        let (leaf, _) = self.new.tree().place_of(bit)?;
        let [area, leaf] = *self.places.get(&leaf)?;
        Some(&self.areas.get(area)?.leaves.get(leaf)?.origin)
    }

    fn grantable(&self, holder: Holder) -> impl Iterator<Item = &AreaPlan> {
        self.areas.iter().filter(move |area| {
            let node = self.new.tree().node(area.area);
            let can_set = holder == Holder::User || !node.user_only;
            node.source == From::Grantable && can_set && !area.from.is_empty()
        })
    }
}
