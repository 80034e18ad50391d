//! What gates make inert, against every set of features.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::{AsPlanned, gains};
use crate::catalog::{Area, Catalog, Section, Source};
use crate::features::Features;
use crate::migration::maps::Maps;
use crate::migration::resolve::resolve;
use crate::migration::rule::{Kind, Rule, Verb};
use crate::role::Role;
use crate::text::Quoted;

const FEATURES: usize = 4;

/// Numbers that look random.
struct Random(u32);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) as usize % limit
    }

    /// Some of these.
    fn some<'a>(&mut self, of: &'a [String]) -> Vec<&'a str> {
        of.iter().filter(|_| self.below(3) == 0).map(|one| &**one).collect()
    }
}

fn catalog(id: &str, features: &[String], always_on: usize, gate: &[&str]) -> Catalog {
    let plan = Area::toggle("plan").set_by(Source::Account);
    let plan = features.iter().enumerate().fold(plan, |plan, (at, path)| {
        let section = Section::new(path.trim_start_matches("plan.").to_string());
        plan.with(if at == always_on { section.always_on() } else { section })
    });
    let builder = Catalog::builder(id.to_string()).area(Area::levels("desk")).area(plan);
    let gate: Vec<String> = gate.iter().map(ToString::to_string).collect();
    if gate.is_empty() { builder } else { builder.gate("desk", gate) }.build().unwrap()
}

/// Two catalogs of four features, each new one from none, all or any of some old ones.
fn migration(random: &mut Random) -> Maps {
    let paths = |prefix: &str| -> Vec<String> {
        (0..FEATURES).map(|at| format!("plan.{prefix}{at}")).collect()
    };
    let [was, is] = ["old", "new"].map(paths);
    let [old, new] = [("desk/1", &was), ("desk/2", &is)].map(|(id, features)| {
        let (always_on, gate) = (random.below(4 * FEATURES), random.some(features));
        catalog(id, features, always_on, &gate)
    });
    let mut free = was;
    let rules: Vec<Rule> = is
        .iter()
        .map(|into| {
            let any = random.some(&free).into_iter().map(String::from).collect::<Vec<_>>();
            let (verb, from) = match random.below(4) {
                0 => (Verb::Add, Vec::new()),
                1 if !any.is_empty() => {
                    free.retain(|one| !any.contains(one));
                    (Verb::MergeAny, any)
                }
                _ => (Verb::LowestOf, random.some(&free).into_iter().map(String::from).collect()),
            };
            let verb = if from.is_empty() { Verb::Add } else { verb };
            let from = from.into_iter().map(Into::into).collect();
            Rule { verb, kind: Kind::Permission, from, into: [(**into).into()].into() }
        })
        .collect();
    let (resolved, _) = resolve(&old, &new, &rules, &[]);
    Maps::new(&old, &new, resolved)
}

/// Whether somebody who has the area on both sides would gain it, of all sets of features.
fn is_gained(maps: &Maps, old: &Catalog, new: &Catalog, leaf: &str) -> bool {
    let bit = new.tree().node(new.tree().find(leaf).unwrap()).bits.start;
    let sources: Vec<u16> = maps.sources_of(bit).flatten().collect();
    let is_feature = leaf != "desk";
    let is_open = |features: &Features, bit: u16| {
        features.lacking(Role::Admin, bit).is_empty()
            && (!is_feature || features.bits().contains(bit))
    };
    let fresh = new.tree().features().flat_map(|one| one.bits.clone());
    let fresh: Vec<u16> = fresh.filter(|bit| maps.sources_of(*bit).next().is_none()).collect();
    let all: Vec<u16> = old.tree().features().flat_map(|one| one.bits.clone()).collect();
    (0..1_u32 << all.len()).any(|chosen| {
        let on = all.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
        let before = Features::new(old).with(on.map(|(_, bit)| *bit));
        let after = maps.features(&before).with(fresh.iter().copied());
        let gains = sources.iter().any(|old| is_open(&after, bit) && !is_open(&before, *old));
        gains || (sources.is_empty() && is_feature && Features::new(new).bits().contains(bit))
    })
}

/// The fewest features that open a new permission tell as much as all sets of features, and whoever
/// is shown to gain does.
#[test]
fn gates_are_compared_as_if_every_set_of_features_were_tried() {
    let mut random = Random(11);
    let mut counts = [0; 2];
    for _ in 0..2_000 {
        let maps = migration(&mut random);
        let (old, new) = (&maps.old, &maps.new);
        let found = gains(&maps, &AsPlanned);
        let features = new.tree().features().map(|one| String::from(&*one.path));
        for leaf in features.chain([String::from("desk")]) {
            let rung = if leaf == "desk" { "read" } else { "on" };
            let name = Quoted(&format!("{leaf}:{rung}")).to_string();
            let gain = found.iter().find(|gain| gain.gained().to_string() == name);
            assert_eq!(gain.is_some(), is_gained(&maps, old, new, &leaf), "{leaf}: {maps:?}");
            counts[usize::from(gain.is_some())] += 1;
            let Some(by) = gain.and_then(|gain| gain.by()) else { continue };
            let bit = new.tree().node(new.tree().find(&leaf).unwrap()).bits.start;
            let is_on = |features: &Features, bit: u16| {
                let is_on = leaf == "desk" || features.bits().contains(bit);
                is_on && features.lacking(Role::Admin, bit).is_empty()
            };
            let before = by.features();
            let mut sources = maps.sources_of(bit).flatten();
            assert!(sources.any(|source| !is_on(before, source)), "{leaf}: {maps:?}");
            let fresh = new.tree().features().flat_map(|one| one.bits.clone());
            let fresh = fresh.filter(|bit| maps.sources_of(*bit).next().is_none());
            assert!(is_on(&maps.features(before).with(fresh), bit), "{leaf}: {maps:?}");
        }
    }
    // Both ways often.
    assert!(counts.iter().all(|count| *count > 1_000), "{counts:?}");
}
