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
//! to, shown or not, must still restrict it once its area is raised as far as it goes (LVL-7,
//! LVL-13).
//!
//! `tests` and `tests/it/migration` vary all of the rest at random.

mod carried;
mod gates;
mod shape;

use alloc::boxed::Box;
use alloc::vec::Vec;

use self::shape::Shapes;
use crate::catalog::by_node::OfArea;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::catalog::{Scale, Setter, Source as From};
use crate::features::Features;
use crate::grants::Grants;
use crate::key::Map;
use crate::migration::Maps;
use crate::migration::gain::{Gain, Gained, Gainer};
use crate::migration::plan::{AreaPlan, LeafPlan, Source};
use crate::mutes::Mutes;
use crate::role::Role;

/// How what is stored of old areas is brought over to a new one.
pub(super) trait Bring {
    fn settings(&self, area: &AreaPlan, said: &dyn Fn(NodeId) -> OfArea) -> OfArea;
    fn mutes(&self, area: &AreaPlan, said: &dyn Fn(NodeId) -> OfArea) -> OfArea;
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

/// What is said of all but one source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
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
struct Case {
    rest: Rest,
    said: [Option<Rungs>; 2],
    old: Rungs,
    new: Rungs,
    /// What of the new leaf raising its area would open, and of the source would not have.
    opened: Rungs,
}

impl Case {
    /// How much is said, so that the smallest example is shown.
    fn weight(&self) -> (bool, u32) {
        let [area, leaf] = self.said.map(|rungs| rungs.map_or(0, |rungs| 1 + rungs.count_ones()));
        (self.rest != Rest::Nothing, area + leaf)
    }
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

    /// Whatever template, own grants and mutes say.
    fn by_settings(&self) -> Map<u16, By> {
        let mut by_rung = Map::default();
        for source in self.leaf.origin.sources() {
            self.add_settings(source, &mut by_rung);
        }
        by_rung
    }

    /// Whatever template, own grants and mutes say of one source.
    fn add_settings(&self, source: &Source, gains: &mut Map<u16, By>) {
        let (was, is) = (self.old().node(source.leaf), self.node());
        let held = self.held(source);
        let muted = self.muted(source);
        let by_template: Vec<Case> = match (was.user_only, is.user_only) {
            (false, false) => held.clone(),
            // A template sets nothing that only users can have (TPL-1).
            (true, _) => held.iter().filter(|case| case.said == [None, None]).cloned().collect(),
            (false, true) => held.iter().map(|case| Case { new: 0, ..case.clone() }).collect(),
        };
        let mut smallest: Map<u16, (&Case, &Case, &Case)> = Map::default();
        for template in &by_template {
            for own in &held {
                for mutes in &muted {
                    let before = live(&was.scale, template.old | own.old) & !mutes.old;
                    let after = live(&is.scale, template.new | own.new) & !mutes.new;
                    let gained = after & source.comes_from() & !source.translate(before);
                    for rung in crate::bits::ones(&[gained]) {
                        let found = (template, own, mutes);
                        let known = smallest.entry(rung).or_insert(found);
                        if weight(found) < weight(*known) {
                            *known = found;
                        }
                    }
                }
            }
        }
        for (rung, (template, own, mutes)) in smallest {
            gains.entry(rung).or_insert_with(|| {
                let template =
                    (template.said != [None, None]).then(|| self.grants(source, template));
                By::One(Box::new(Gainer {
                    role: Role::Member,
                    template,
                    grants: self.grants(source, own),
                    mutes: self.mutes(source, mutes),
                    features: self.all_features(),
                    raised: None,
                }))
            });
        }
        for case in held.iter().filter(|case| case.opened != 0) {
            for rung in crate::bits::ones(&[case.opened]) {
                let gainer = || Gainer {
                    role: Role::Member,
                    template: None,
                    grants: self.grants(source, case),
                    mutes: Mutes::new(&self.maps.old),
                    features: self.all_features(),
                    raised: Some(self.maps.new.tree().node(self.area.area).path.clone()),
                };
                gains.entry(rung).or_insert_with(|| By::One(Box::new(gainer())));
            }
        }
    }

    /// What one holder can set for a source and its area, and what that gives: each outcome once.
    fn held(&self, source: &Source) -> Vec<Case> {
        let scale = &self.old().node(source.leaf).scale;
        let mut values = self.values(source);
        values.retain(|rungs| !scale.is_ladder() || live(scale, *rungs) == *rungs);
        let areas = core::iter::once(None).chain(values.iter().copied().map(Some));
        let said = areas.flat_map(|area| {
            let overrides = match (source.position, area) {
                (Some(_), Some(_)) => values.iter().copied().map(Some).collect(),
                (Some(_), None) | (None, _) => Vec::new(),
            };
            let overrides = core::iter::once(None).chain(overrides);
            overrides.map(move |own| [area, own]).collect::<Vec<_>>()
        });
        let cases = said.flat_map(|said| Rest::ALL.map(|rest| (said, rest)));
        let outcome = |(said, rest): ([Option<Rungs>; 2], Rest)| {
            let [area, own] = said;
            let old = area.unwrap_or_default() & own.unwrap_or(Rungs::MAX);
            let told = |of: NodeId| self.told(source, said, rest, of);
            let settings = self.bring.settings(self.area, &told);
            let new = effective(&settings, self.new_position());
            Case { rest, said, old, new, opened: self.opened(source, said, &settings) }
        };
        distinct(cases.map(outcome))
    }

    /// What raising the area of the new leaf would open and raising that of the source would not.
    /// An area without sub-sections has no restrictions: raising it is setting the leaf.
    fn opened(&self, source: &Source, said: [Option<Rungs>; 2], settings: &OfArea) -> Rungs {
        let (Some(_), Some(at)) = (source.position, self.new_position()) else { return 0 };
        let [_, own] = said;
        let restricted = settings.leaves.get(at).copied().flatten();
        let after = restricted.unwrap_or(all_rungs(&self.node().scale));
        let before = own.unwrap_or(all_rungs(&self.old().node(source.leaf).scale));
        after & source.comes_from() & !source.translate(before)
    }

    /// What can be muted of a source and its area, and what that takes: each outcome once.
    fn muted(&self, source: &Source) -> Vec<Case> {
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
            Case { rest, said, old, new, opened: 0 }
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
    fn told(&self, source: &Source, said: [Option<Rungs>; 2], rest: Rest, of: NodeId) -> OfArea {
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
    fn told_muted(
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
    fn whole(&self, of: NodeId) -> OfArea {
        let area = self.old().node(of);
        let leaves = alloc::vec![None; self.old().sub_sections(area).count()];
        OfArea { area: Some(all_rungs(&area.scale)), leaves }
    }

    // An example.

    fn grants(&self, source: &Source, case: &Case) -> Grants {
        let mut grants = Grants::new(&self.maps.old);
        if case.said == [None, None] && case.rest == Rest::Nothing {
            return grants;
        }
        for area in &self.area.from {
            let told = self.told(source, case.said, case.rest, *area);
            grants.put_area(*area, &told);
        }
        grants
    }

    fn mutes(&self, source: &Source, case: &Case) -> Mutes {
        let mut mutes = Mutes::new(&self.maps.old);
        for area in &self.area.from {
            mutes.put_area(*area, &self.told_muted(source, case.said, case.rest, *area));
        }
        mutes
    }

    /// Every feature on, so that no gate hides the gain.
    fn all_features(&self) -> Features {
        let old = &self.maps.old;
        Features::new(old).with(old.tree().features().flat_map(|leaf| leaf.bits.clone()))
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

fn weight((template, own, mutes): (&Case, &Case, &Case)) -> (bool, u32) {
    let all = [template.weight(), own.weight(), mutes.weight()];
    (all.iter().any(|(rest, _)| *rest), all.iter().map(|(_, said)| said).sum())
}

/// Each outcome once, by the case that says the least.
fn distinct(cases: impl Iterator<Item = Case>) -> Vec<Case> {
    let mut known: Map<[Rungs; 3], Case> = Map::default();
    for case in cases {
        let outcome = [case.old, case.new, case.opened];
        let own = known.entry(outcome).or_insert_with(|| case.clone());
        if case.weight() < own.weight() {
            *own = case;
        }
    }
    known.into_values().collect()
}

/// The rungs of one leaf in what is set for its area (LVL-3).
fn effective(said: &OfArea, position: Option<usize>) -> Rungs {
    let own = position.and_then(|at| said.leaves.get(at).copied().flatten());
    said.area.unwrap_or_default() & own.unwrap_or(Rungs::MAX)
}

/// What of the rungs is live: what lacks what it needs is inert (LVL-2).
fn live(scale: &Scale, rungs: Rungs) -> Rungs {
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

fn all_rungs(scale: &Scale) -> Rungs {
    each_rung(scale, |_| true)
}

#[cfg(test)]
mod tests;
