//! What each part of the new catalog comes from, and how what is stored is brought over.
//!
//! All of it goes area by area of the new catalog, and reads the old areas that its leaves come
//! from: the proof asks the same functions about one area at a time.

use alloc::vec::Vec;

use crate::catalog::by_node::OfArea;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::NodeId;

/// One area of the new catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AreaPlan {
    pub(super) area: NodeId,
    /// Its sub-sections in order; the area itself if it has none.
    pub(super) leaves: Vec<LeafPlan>,
    /// The old areas that its leaves come from, each once.
    pub(super) from: Vec<NodeId>,
}

/// One leaf of the new catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeafPlan {
    pub(super) leaf: NodeId,
    pub(super) origin: Origin,
}

/// What a leaf comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is new, and pinned to None wherever its area is set (EVO-4).
    New,
    /// It is new, and as its area is, since that gain was accepted.
    AsItsArea,
    /// What all of these gave.
    Lowest(Vec<Source>),
    /// What any of these gave.
    Highest(Vec<Source>),
}

/// A leaf of the old catalog that one of the new catalog comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) leaf: NodeId,
    pub(super) area: NodeId,
    /// Where it is in its area; `None` if it is the area.
    pub(super) position: Option<usize>,
    /// For each rung of the new leaf, the one of this leaf that it comes from.
    pub(super) rungs: Vec<Option<u16>>,
}

/// What is set for a leaf.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// Whether its area is set at all.
    is_set: bool,
    rungs: Rungs,
    /// What it is restricted to whatever its area is at, if it is (LVL-13).
    restriction: Option<Rungs>,
}

/// What is muted of a leaf: by its area, and by name.
#[derive(Debug, Clone, Copy, Default)]
struct Muted {
    area: Rungs,
    leaf: Rungs,
}

impl Origin {
    pub(super) fn sources(&self) -> &[Source] {
        match self {
            Self::New | Self::AsItsArea => &[],
            Self::Lowest(sources) | Self::Highest(sources) => sources,
        }
    }
}

impl Source {
    /// Rungs of the old leaf as those of the new one.
    pub(super) fn translate(&self, old: Rungs) -> Rungs {
        let rungs = self.rungs.iter().zip(0u16..);
        let held = rungs.filter(|(from, _)| from.is_some_and(|from| old >> from & 1 == 1));
        held.fold(0, |new, (_, rung)| new | 1 << rung)
    }

    /// What is said of the area that this is a sub-section of, and of itself.
    fn find(&self, old: &[(NodeId, OfArea)]) -> [Option<Rungs>; 2] {
        let said = old.iter().find(|(area, _)| *area == self.area).map(|(_, said)| said);
        let area = said.and_then(|said| said.area);
        match self.position {
            Some(position) => {
                [area, said.and_then(|said| said.leaves.get(position).copied().flatten())]
            }
            None => [None, area],
        }
    }

    /// What a template and own grants together give this leaf, if that is less than they give its
    /// area: a person sees it as a restriction (LVL-13).
    fn shown(&self, holders: [&[(NodeId, OfArea)]; 2]) -> Option<Rungs> {
        self.position?;
        let said =
            holders.map(|old| self.find(old).map(|rungs| (rungs.unwrap_or_default(), rungs)));
        let area = said.iter().fold(0, |all, [(area, _), _]| all | area);
        let given = said
            .iter()
            .fold(0, |all, [(area, _), (_, own)]| all | area & own.unwrap_or(Rungs::MAX));
        (given != area).then(|| self.translate(given))
    }

    fn level(&self, old: &[(NodeId, OfArea)]) -> Level {
        let (is_set, rungs, restriction) = match (self.position, self.find(old)) {
            (Some(_), [area, own]) => {
                let rungs = area.unwrap_or_default() & own.unwrap_or(Rungs::MAX);
                (area.is_some(), rungs, own)
            }
            (None, [_, own]) => (own.is_some(), own.unwrap_or_default(), None),
        };
        let restriction = restriction.map(|rungs| self.translate(rungs));
        Level { is_set, rungs: self.translate(rungs), restriction }
    }

    fn muted(&self, old: &[(NodeId, OfArea)]) -> Muted {
        let translated = |rungs: Option<Rungs>| self.translate(rungs.unwrap_or_default());
        let [area, leaf] = self.find(old).map(translated);
        Muted { area, leaf }
    }
}

impl LeafPlan {
    fn level(&self, old: &[(NodeId, OfArea)]) -> Level {
        let (sources, is_lowest) = match &self.origin {
            Origin::New => {
                return Level { is_set: false, rungs: 0, restriction: Some(0) };
            }
            Origin::AsItsArea => {
                return Level { is_set: false, rungs: 0, restriction: None };
            }
            Origin::Lowest(sources) => (sources, true),
            Origin::Highest(sources) => (sources, false),
        };
        let levels = sources.iter().map(|source| source.level(old));
        let all = levels.reduce(|all, one| Level {
            is_set: all.is_set || one.is_set,
            rungs: if is_lowest { all.rungs & one.rungs } else { all.rungs | one.rungs },
            restriction: match (all.restriction, one.restriction) {
                (Some(all), Some(one)) => Some(all & one),
                (one, other) => one.or(other),
            },
        });
        let all = all.unwrap_or(Level { is_set: false, rungs: 0, restriction: None });
        // The higher of several may be above what one of them was restricted to.
        Level { restriction: all.restriction.map(|rungs| rungs | all.rungs), ..all }
    }

    /// What a person saw it restricted to; what is new is at None wherever the template sets its
    /// area.
    pub(super) fn shown(&self, holders: [&[(NodeId, OfArea)]; 2]) -> Option<Rungs> {
        match &self.origin {
            Origin::New => Some(0),
            Origin::AsItsArea => None,
            Origin::Lowest(sources) | Origin::Highest(sources) => {
                let shown = sources.iter().filter_map(|source| source.shown(holders));
                shown.reduce(|all, one| all & one)
            }
        }
    }

    fn muted(&self, old: &[(NodeId, OfArea)]) -> Muted {
        let each = self.origin.sources().iter().map(|source| source.muted(old));
        each.fold(Muted::default(), |all, one| Muted {
            area: all.area | one.area,
            leaf: all.leaf | one.leaf,
        })
    }
}

impl AreaPlan {
    /// The settings of this area, from those of old areas: the area at the highest of its leaves,
    /// and every lower leaf pinned (EVO-7). A restriction stays one where it does not show, so
    /// that raising the area later opens no leaf that was restricted (LVL-7, LVL-13).
    pub(super) fn settings(&self, said: &dyn Fn(NodeId) -> OfArea) -> OfArea {
        let old = self.read(said);
        let levels: Vec<Level> = self.leaves.iter().map(|leaf| leaf.level(&old)).collect();
        let is_set = levels.iter().any(|level| level.is_set);
        let top = levels.iter().fold(0, |top, level| top | level.rungs);
        if self.is_leaf() {
            return OfArea { area: is_set.then_some(top), leaves: Vec::new() };
        }
        let pins = self.leaves.iter().zip(&levels).map(|(leaf, level)| match leaf.origin {
            Origin::AsItsArea => None,
            Origin::New | Origin::Lowest(_) | Origin::Highest(_) if level.rungs != top => {
                Some(level.rungs)
            }
            Origin::New | Origin::Lowest(_) | Origin::Highest(_) => level.restriction,
        });
        let leaves = pins.map(|pin| pin.filter(|_| is_set)).collect();
        OfArea { area: is_set.then_some(top), leaves }
    }

    /// The own settings of someone who has a template. What the template gave a leaf less of than
    /// its area, a person saw as a restriction, and raising their area did not open it. Where it
    /// does not show any more, since the area went down to it, it becomes one of their own (LVL-13).
    pub(super) fn settings_beside(
        &self,
        template: &dyn Fn(NodeId) -> OfArea,
        own: &dyn Fn(NodeId) -> OfArea,
        user_only: bool,
    ) -> OfArea {
        let mut by_template = self.settings(template);
        let mut settings = self.settings(own);
        if self.is_leaf() || by_template.area.is_none() {
            return settings;
        }
        if user_only {
            by_template = OfArea::default();
        }
        let [template, own] = [template, own].map(|said| self.read(said));
        let pins = self.leaves.iter().enumerate().map(|(at, leaf)| {
            pin_beside(at, [&by_template, &settings], leaf.shown([&template, &own]))
        });
        settings.leaves = pins.collect();
        if settings.leaves.iter().any(Option::is_some) {
            settings.area = settings.area.or(Some(0));
        }
        settings
    }

    /// What is muted of this area, from what was muted of old areas: a leaf's rung if it was muted
    /// for any of its sources; the area's if the areas that all of its leaves come from were muted
    /// at it.
    pub(super) fn mutes(&self, said: &dyn Fn(NodeId) -> OfArea) -> OfArea {
        let old = self.read(said);
        let muted: Vec<Muted> = self.leaves.iter().map(|leaf| leaf.muted(&old)).collect();
        let if_any = |rungs: Rungs| Some(rungs).filter(|rungs| *rungs != 0);
        if self.is_leaf() {
            let all = muted.iter().fold(0, |all, one| all | one.area | one.leaf);
            return OfArea { area: if_any(all), leaves: Vec::new() };
        }
        let known = self.leaves.iter().zip(&muted);
        let known = known.filter(|(leaf, _)| !leaf.origin.sources().is_empty());
        let by_areas = known.map(|(_, muted)| muted.area).reduce(|all, one| all & one);
        let area = by_areas.unwrap_or_default();
        let leaves = muted.iter().map(|one| if_any(one.leaf | one.area & !area)).collect();
        OfArea { area: if_any(area), leaves }
    }

    pub(super) fn read(&self, said: &dyn Fn(NodeId) -> OfArea) -> Vec<(NodeId, OfArea)> {
        self.from.iter().map(|area| (*area, said(*area))).collect()
    }

    fn is_leaf(&self) -> bool {
        self.leaves.first().is_some_and(|leaf| leaf.leaf == self.area)
    }
}

/// What own grants pin a leaf to if a person saw it restricted, given what template and own grants
/// are now: as before, if the restriction shows still.
pub(super) fn pin_beside(
    position: usize,
    holders: [&OfArea; 2],
    shown: Option<Rungs>,
) -> Option<Rungs> {
    let [_, own] = holders;
    let pin = own.leaves.get(position).copied().flatten();
    let Some(shown) = shown else { return pin };
    let area = holders.iter().fold(0, |all, said| all | said.area.unwrap_or_default());
    let given = holders.iter().fold(0, |all, said| all | said.given_to(Some(position)));
    if given != area {
        return pin;
    }
    Some(pin.unwrap_or(Rungs::MAX) & (shown | given))
}
