//! That nobody gains (EVO-3), by complete enumeration of what each new permission depends on.
//!
//! # Why that is enough
//!
//! A new permission is a rung of a leaf that comes from some old leaves. Whoever holds it may do
//! what each of those let them do, so for *each* source it must follow that its rung was held. One
//! source at a time is therefore looked at, with all that is said of it: what a holder (a template,
//! or own grants) sets for its area and for itself, what is muted of both, and the role and the
//! features that gate it, those that are new being on. The functions asked are those that migrate.
//!
//! What else can matter? Other sources of the same leaf: they only ever take away from the lowest,
//! and only ever add to the highest. Other leaves of the same area: they raise the level that the
//! area is written at, and a leaf is pinned to its own wherever that is lower. Both are looked at
//! with nothing set, with all areas set, and with all leaves set besides. Other areas: an area is
//! written from the old areas that its leaves come from, and no function here is given any other.
//! Holders do not meet before decisions do, which know only the rungs that each gives. Boxes of one
//! leaf do not depend on one another except on the first, so they are set together: the first of
//! the old scale, the one that becomes the first of the new scale, and all others. Features are
//! compared by the fewest that open a permission, which stand for every set of them (see `gates`).
//! A status takes everything or nothing, before and after alike. Of leaves that could trade places
//! one stands for all (see `shape`).
//!
//! What is latent is among the same cases: a grant beneath a mute is looked at without the mute,
//! and an inert action of one holder with the first action of the other. What a leaf was restricted
//! to, shown or not, must still restrict it once its area is raised as far as it goes, whatever the
//! other holder gives (LVL-7); and so must what a person saw of a template and own grants together
//! (LVL-13). An action stays inert while its first one is new.
//!
//! `tests` and `tests/it/migration` vary all of the rest at random.

mod carried;
mod cases;
mod gates;
mod settings;
mod shape;

use alloc::boxed::Box;
use alloc::vec::Vec;

use self::shape::Shapes;
use crate::catalog::by_node::OfArea;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::catalog::{Setter, Source as From};
use crate::key::Map;
use crate::migration::Maps;
use crate::migration::gain::{Gain, Gained, Gainer};
use crate::migration::plan::{AreaPlan, LeafPlan, Source};

/// How what is stored of old areas is brought over to a new one.
pub(super) trait Bring {
    fn settings(&self, area: &AreaPlan, said: &dyn Fn(NodeId) -> OfArea) -> OfArea;
    fn mutes(&self, area: &AreaPlan, said: &dyn Fn(NodeId) -> OfArea) -> OfArea;

    /// What a person saw a leaf restricted to.
    fn shown(&self, leaf: &LeafPlan, holders: [&[(NodeId, OfArea)]; 2]) -> Option<Rungs> {
        leaf.shown(holders)
    }
}

/// As migrations do it.
pub(super) struct AsPlanned;

impl Bring for AsPlanned {
    fn settings(&self, area: &AreaPlan, said: &dyn Fn(NodeId) -> OfArea) -> OfArea {
        area.settings(said)
    }

    fn mutes(&self, area: &AreaPlan, said: &dyn Fn(NodeId) -> OfArea) -> OfArea {
        area.mutes(said)
    }
}

/// All that would be gained, in catalog order, then operations and commands.
pub(super) fn gains(maps: &Maps, bring: &impl Bring) -> Vec<Gain> {
    let mut gains = Vec::new();
    for area in &maps.areas {
        let mut shapes = Shapes::new(area);
        for (position, leaf) in area.leaves.iter().enumerate() {
            let proof = LeafProof { maps, bring, area, position, leaf };
            proof.add_gains(&mut shapes, &mut gains);
        }
    }
    carried::add_operations(maps, &mut gains);
    carried::add_commands(maps, &mut gains);
    gains
}

/// The proof about one leaf of the new catalog.
struct LeafProof<'a, B> {
    maps: &'a Maps,
    bring: &'a B,
    area: &'a AreaPlan,
    position: usize,
    leaf: &'a LeafPlan,
}

/// Who gains.
enum By {
    One(Box<Gainer>),
    Anyone,
}

impl<B: Bring> LeafProof<'_, B> {
    fn add_gains(&self, shapes: &mut Shapes, gains: &mut Vec<Gain>) {
        let node = self.node();
        let sources = self.leaf.origin.sources();
        let mut by_rung = match node.source {
            From::Grantable => shapes.prove(self.maps, self.leaf, || self.by_settings()),
            From::Role | From::Account => Map::default(),
        };
        let rungs = 0..u16::try_from(node.scale.len()).unwrap_or(u16::MAX);
        for rung in rungs.clone() {
            let is_known = by_rung.contains_key(&rung);
            if let Some(gainer) = self.by_features(rung).filter(|_| !is_known) {
                by_rung.insert(rung, gainer);
            }
        }
        for rung in rungs {
            let by = match by_rung.swap_remove(&rung) {
                None => continue,
                Some(By::Anyone) => None,
                Some(By::One(gainer)) => Some(gainer),
            };
            let leaf = node.path.clone();
            let rung = node.scale.rung(rung.into()).unwrap_or_default().into();
            gains.push(Gain { gained: Gained::Permission { leaf, rung }, by });
        }
        let hosts =
            sources.iter().any(|one| self.old().node(one.leaf).setter == Some(Setter::Host));
        if hosts && node.setter == Some(Setter::Agency) {
            gains.push(Gain { gained: Gained::Setting(node.path.clone()), by: None });
        }
    }

    fn old(&self) -> &Tree {
        self.maps.old.tree()
    }

    fn node(&self) -> &Node {
        self.maps.new.tree().node(self.leaf.leaf)
    }

    /// Where the leaf is in its area; `None` if it is the area.
    fn new_position(&self) -> Option<usize> {
        (self.leaf.leaf != self.area.area).then_some(self.position)
    }
}

impl Source {
    /// The new rungs that come from this leaf.
    fn comes_from(&self) -> Rungs {
        let rungs = self.rungs.iter().zip(0u16..).filter(|(from, _)| from.is_some());
        rungs.fold(0, |all, (_, rung)| all | 1 << rung)
    }
}

#[cfg(test)]
mod tests;
