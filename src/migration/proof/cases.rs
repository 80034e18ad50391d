//! What a holder can say of one source of a leaf, and what can be muted of it.

use alloc::vec::Vec;

use super::{Bring, LeafProof};
use crate::catalog::Scale;
use crate::catalog::by_node::OfArea;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::NodeId;
use crate::key::Map;
use crate::migration::plan::{Source, pin_beside};

/// What is said of all but one source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    Nothing,
    /// Everything, of areas as a whole.
    Areas,
    /// Everything, of each leaf by itself too.
    Leaves,
}

impl Rest {
    const ALL: [Self; 3] = [Self::Nothing, Self::Areas, Self::Leaves];
}

/// What is said of one source and its area, and what comes of it: the rungs that the source has,
/// and those that the new leaf has.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) rest: Rest,
    pub(super) said: [Option<Rungs>; 2],
    pub(super) old: Rungs,
    pub(super) new: Rungs,
}

impl Case {
    /// How much is said, so that the smallest example is shown.
    pub(super) fn weight(&self) -> (bool, u32) {
        let [area, leaf] = self.said.map(|rungs| rungs.map_or(0, |rungs| 1 + rungs.count_ones()));
        (self.rest != Rest::Nothing, area + leaf)
    }
}

/// What one holder says of all old areas that matter, and what that becomes.
struct Told {
    said: [Option<Rungs>; 2],
    rest: Rest,
    was: Vec<(NodeId, OfArea)>,
    /// Of the source and its area, and of the new leaf and its area, without their siblings.
    of_source: OfArea,
    of_leaf: OfArea,
}

impl Told {
    fn case(&self, [old, new]: [Rungs; 2]) -> Case {
        Case { rest: self.rest, said: self.said, old, new }
    }
}

impl<B: Bring> LeafProof<'_, B> {
    /// What one holder can set for a source and its area, and what that gives: each outcome once.
    pub(super) fn held(&self, source: &Source) -> Vec<Case> {
        self.set(source, |[area, own], settings| {
            let old = area.unwrap_or_default() & own.unwrap_or(Rungs::MAX);
            [old, settings.given_to(self.new_position())]
        })
    }

    /// The same once the areas of both have been raised as far as they go: what both are
    /// restricted to. An area without sub-sections has no restrictions, and raising it is setting
    /// the leaf.
    pub(super) fn raised(&self, source: &Source) -> Vec<Case> {
        let (Some(_), Some(at)) = (source.position, self.new_position()) else {
            return Vec::new();
        };
        let [was, is] = [self.old().node(source.leaf), self.node()].map(|node| &node.scale);
        self.set(source, |[_, own], settings| {
            let restricted = settings.leaves.get(at).copied().flatten();
            [own.unwrap_or(all_rungs(was)), restricted.unwrap_or(all_rungs(is))]
        })
    }

    /// What a person with a template and own grants has once the areas of both have been raised, as
    /// far as what they see allows (LVL-13): of levels alone. The second case of each pair has it.
    pub(super) fn raised_by_person(&self, source: &Source) -> Vec<[Case; 2]> {
        let (was, is) = (self.old().node(source.leaf), self.node());
        let (Some(_), Some(at)) = (source.position, self.new_position()) else {
            return Vec::new();
        };
        if !is.scale.is_ladder() {
            return Vec::new();
        }
        let told = |(said, rest)| self.told_of_all(source, said, rest, at);
        let told: Vec<Told> = self.said(source).map(told).collect();
        let nothing = OfArea::default();
        let mut known: Map<[Rungs; 2], [Case; 2]> = Map::default();
        let can_set = |template: &&Told| !was.user_only || template.said == [None, None];
        for template in told.iter().filter(can_set) {
            for own in &told {
                let old = raised([&template.of_source, &own.of_source], all_rungs(&was.scale));
                let by_template = if is.user_only { &nothing } else { &template.of_leaf };
                let mut of_leaf = own.of_leaf.clone();
                if template.of_leaf.area.is_some() {
                    let shown = self.bring.shown(self.leaf, [&template.was, &own.was]);
                    of_leaf.leaves = [pin_beside(0, [by_template, &of_leaf], shown)].into();
                }
                let new = raised([by_template, &of_leaf], all_rungs(&is.scale));
                let pair = [template.case([0, 0]), own.case([old, new])];
                let weight = |pair: &[Case; 2]| pair.each_ref().map(Case::weight);
                let smallest = known.entry([old, new]).or_insert_with(|| pair.clone());
                if weight(&pair) < weight(smallest) {
                    *smallest = pair;
                }
            }
        }
        known.into_values().collect()
    }

    fn told_of_all(
        &self,
        source: &Source,
        said: [Option<Rungs>; 2],
        rest: Rest,
        at: usize,
    ) -> Told {
        let told = |of: NodeId| self.told(source, said, rest, of);
        let [area, own] = said;
        let is = self.bring.settings(self.area, &told);
        Told {
            said,
            rest,
            was: self.area.read(&told),
            of_source: OfArea { area, leaves: [own].into() },
            of_leaf: OfArea {
                area: is.area,
                leaves: [is.leaves.get(at).copied().flatten()].into(),
            },
        }
    }

    /// All that one holder can set for a source and its area, and what comes of it.
    fn set(
        &self,
        source: &Source,
        outcome: impl Fn([Option<Rungs>; 2], &OfArea) -> [Rungs; 2],
    ) -> Vec<Case> {
        distinct(self.said(source).map(|(said, rest)| {
            let told = |of: NodeId| self.told(source, said, rest, of);
            let [old, new] = outcome(said, &self.bring.settings(self.area, &told));
            Case { rest, said, old, new }
        }))
    }

    /// All that one holder can set for a source and its area.
    fn said(&self, source: &Source) -> impl Iterator<Item = ([Option<Rungs>; 2], Rest)> {
        let scale = &self.old().node(source.leaf).scale;
        let mut values = self.values(source);
        values.retain(|rungs| !scale.is_ladder() || live(scale, *rungs) == *rungs);
        let has_position = source.position.is_some();
        let areas = core::iter::once(None).chain(values.clone().into_iter().map(Some));
        let said = areas.flat_map(move |area| {
            let overrides = match area {
                Some(_) if has_position => values.clone(),
                Some(_) | None => Vec::new(),
            };
            let overrides = core::iter::once(None).chain(overrides.into_iter().map(Some));
            overrides.map(move |own| [area, own])
        });
        said.flat_map(|said| Rest::ALL.map(|rest| (said, rest)))
    }

    /// What can be muted of a source and its area, and what that takes: each outcome once.
    pub(super) fn muted(&self, source: &Source) -> Vec<Case> {
        let (was, is) = (self.old().node(source.leaf), self.node());
        let values = self.values(source);
        let areas = values.iter().copied().filter(|rungs| source.position.is_some() || *rungs == 0);
        let said = areas.flat_map(|area| values.iter().map(move |own| (area, *own)));
        let cases = said.flat_map(|said| Rest::ALL.map(|rest| (said, rest)));
        let if_any = |rungs: Rungs| Some(rungs).filter(|rungs| *rungs != 0);
        let outcome = |((area, own), rest): ((Rungs, Rungs), Rest)| {
            let said = match source.position {
                Some(_) => [if_any(area), if_any(own)],
                None => [if_any(own), None],
            };
            let told = |of: NodeId| self.told_muted(source, said, rest, of);
            let muted = self.bring.mutes(self.area, &told);
            let by_leaf =
                self.new_position().and_then(|at| muted.leaves.get(at).copied().flatten());
            let new = muted.area.unwrap_or_default() | by_leaf.unwrap_or_default();
            let [old, new] =
                [(was, area | own), (is, new)].map(|(node, rungs)| taken(&node.scale, rungs));
            Case { rest, said, old, new }
        };
        distinct(cases.map(outcome))
    }

    /// The boxes that can matter to one another, in every combination: the first of the old scale,
    /// the one that becomes the first of the new scale, and all others. Of levels, what is a level.
    fn values(&self, source: &Source) -> Vec<Rungs> {
        let scale = &self.old().node(source.leaf).scale;
        let all = all_rungs(scale);
        let new_first = source.rungs.first().copied().flatten().map_or(1, |rung| 1 << rung);
        let groups = [1, new_first & !1, all & !1 & !new_first];
        let mut values: Vec<Rungs> = (0u32..8)
            .map(|chosen| {
                let chosen = groups.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
                chosen.fold(0, |rungs, (_, group)| rungs | group)
            })
            .collect();
        values.sort_by_key(|rungs| rungs.count_ones());
        values.dedup();
        let mut seen: Map<Rungs, ()> = Map::default();
        values.retain(|rungs| seen.insert(*rungs, ()).is_none());
        values
    }

    /// What a holder says of one old area.
    pub(super) fn told(
        &self,
        source: &Source,
        said: [Option<Rungs>; 2],
        rest: Rest,
        of: NodeId,
    ) -> OfArea {
        let tree = self.old();
        let area = tree.node(of);
        let siblings = tree.sub_sections(area).count();
        if of != source.area {
            return match rest {
                Rest::Nothing => OfArea { area: None, leaves: alloc::vec![None; siblings] },
                Rest::Areas => self.whole(of),
                Rest::Leaves => {
                    let all = Some(all_rungs(&area.scale));
                    OfArea { area: all, leaves: alloc::vec![all; siblings] }
                }
            };
        }
        let all = all_rungs(&area.scale);
        let [area, own] = said;
        let other = match rest {
            Rest::Nothing => area.map(|_| 0),
            Rest::Areas => None,
            Rest::Leaves => area.map(|_| all),
        };
        let leaves = (0..siblings).map(|at| if source.position == Some(at) { own } else { other });
        OfArea { area, leaves: leaves.collect() }
    }

    /// What is muted of one old area.
    pub(super) fn told_muted(
        &self,
        source: &Source,
        said: [Option<Rungs>; 2],
        rest: Rest,
        of: NodeId,
    ) -> OfArea {
        let tree = self.old();
        let node = tree.node(of);
        let all = Some(all_rungs(&node.scale));
        let [areas, other] = match rest {
            Rest::Nothing => [None, None],
            Rest::Areas => [all, None],
            Rest::Leaves => [all, all],
        };
        let [area, own] = if of == source.area { said } else { [areas, other] };
        let siblings = 0..tree.sub_sections(node).count();
        let is_source = |at| of == source.area && source.position == Some(at);
        let leaves = siblings.map(|at| if is_source(at) { own } else { other });
        OfArea { area, leaves: leaves.collect() }
    }

    /// An old area with everything set.
    pub(super) fn whole(&self, of: NodeId) -> OfArea {
        let area = self.old().node(of);
        let leaves = alloc::vec![None; self.old().sub_sections(area).count()];
        OfArea { area: Some(all_rungs(&area.scale)), leaves }
    }
}

/// What a person has of a leaf once its area has been raised as far as it goes: what a template and
/// own grants restrict it to, whether or not that shows.
fn raised(holders: [&OfArea; 2], all: Rungs) -> Rungs {
    let area = holders.iter().fold(0, |all, said| all | said.area.unwrap_or_default());
    let [by_template, by_own] = holders.map(|said| said.given_to(Some(0)));
    if by_template | by_own != area {
        return by_template | by_own;
    }
    let [_, own] = holders;
    own.leaves.first().copied().flatten().map_or(all, |own| own | by_template)
}

/// Each outcome once, by the case that says the least.
fn distinct(cases: impl Iterator<Item = Case>) -> Vec<Case> {
    let mut known: Map<[Rungs; 2], Case> = Map::default();
    for case in cases {
        let outcome = [case.old, case.new];
        let own = known.entry(outcome).or_insert_with(|| case.clone());
        if case.weight() < own.weight() {
            *own = case;
        }
    }
    known.into_values().collect()
}

/// What of the rungs is live: what lacks what it needs is inert (LVL-2).
pub(super) fn live(scale: &Scale, rungs: Rungs) -> Rungs {
    each_rung(scale, |needs| needs & !rungs == 0)
}

/// What is muted with these rungs: all that need one of them (TPL-5).
fn taken(scale: &Scale, rungs: Rungs) -> Rungs {
    each_rung(scale, |needs| needs & rungs != 0)
}

fn each_rung(scale: &Scale, is_wanted: impl Fn(Rungs) -> bool) -> Rungs {
    let rungs = 0..u16::try_from(scale.len()).unwrap_or_default();
    let wanted = rungs.filter(|rung| is_wanted(scale.needs(*rung)));
    wanted.fold(0, |all, rung| all | 1 << rung)
}

pub(super) fn all_rungs(scale: &Scale) -> Rungs {
    each_rung(scale, |_| true)
}
