use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::catalog::{Area, Catalog, Scale, Setting, Source};
use crate::features::Features;
use crate::grants::Grants;
use crate::level::Level;
use crate::mutes::Mutes;

/// Grants that a user can have, stored in any way that a document can hold: overrides above their
/// area (LVL-7) and actions without the first (LVL-2) as well.
pub fn grants(catalog: &Catalog) -> impl Strategy<Value = Grants> + use<> {
    grants_in(catalog, |_| true)
}

/// Grants that a template can have: as [`grants`], without what only users can have (TPL-1).
pub fn template_grants(catalog: &Catalog) -> impl Strategy<Value = Grants> + use<> {
    grants_in(catalog, |area| !area.is_user_only())
}

fn grants_in(
    catalog: &Catalog,
    is_settable: fn(&Area) -> bool,
) -> impl Strategy<Value = Grants> + use<> {
    let areas: Vec<Area> = grantable(catalog).filter(|area| is_settable(area)).cloned().collect();
    let said: Vec<_> = areas.iter().map(|area| option::weighted(0.6, said_of(area))).collect();
    let catalog = catalog.clone();
    said.prop_map(move |said| {
        let mut grants = Grants::new(&catalog);
        for (area, said) in areas.iter().zip(said) {
            // Each of these can be set.
            if let Some(said) = said {
                let _ = said.write(area, &mut grants);
            }
        }
        grants
    })
}

/// What is said of an area, and of some of its sub-sections.
#[derive(Debug, Clone)]
struct Said {
    area: Setting,
    overrides: Vec<Option<Setting>>,
}

impl Said {
    /// Overrides are written below an area that has everything, which then gets what it has: so
    /// some are above it.
    fn write(self, area: &Area, grants: &mut Grants) -> Result<(), crate::catalog::SettingError> {
        grants.set(area.key(), everything(area.scale()))?;
        for (section, said) in area.sub_sections().iter().zip(self.overrides) {
            if let Some(said) = said {
                grants.set(format!("{}.{}", area.key(), section.key()), said)?;
            }
        }
        grants.set(area.key(), self.area)
    }
}

fn said_of(area: &Area) -> impl Strategy<Value = Said> + use<> {
    let one = setting(area.scale());
    let overrides = vec![option::weighted(0.4, one.clone()); area.sub_sections().len()];
    (one, overrides).prop_map(|(area, overrides)| Said { area, overrides })
}

fn setting(scale: &Scale) -> BoxedStrategy<Setting> {
    match scale {
        Scale::Levels => select(&Level::ALL[..]).prop_map(Setting::Level).boxed(),
        Scale::Toggle => any::<bool>().prop_map(Setting::Toggle).boxed(),
        Scale::Actions(_) => {
            let actions: Vec<String> = scale.rungs().map(ToOwned::to_owned).collect();
            let first = actions.first().cloned();
            let some = some_of(actions, usize::MAX);
            // Mostly with the first, without which the others are inert.
            let is_sound = prop::bool::weighted(0.8);
            (some, is_sound)
                .prop_map(move |(some, is_sound)| {
                    let is_led = is_sound && !some.is_empty();
                    Setting::actions(first.clone().filter(|_| is_led).into_iter().chain(some))
                })
                .boxed()
        }
    }
}

fn everything(scale: &Scale) -> Setting {
    match scale {
        Scale::Levels => Setting::Level(Level::Edit),
        Scale::Toggle => Setting::Toggle(true),
        Scale::Actions(_) => Setting::actions(scale.rungs().map(ToOwned::to_owned)),
    }
}

/// Mutes that a user can have: of single permissions, and of a rung of a whole area.
pub fn mutes(catalog: &Catalog) -> impl Strategy<Value = Mutes> + use<> {
    let names: Vec<String> = grantable(catalog)
        .flat_map(|area| {
            let leaves =
                area.sub_sections().iter().map(|leaf| format!("{}.{}", area.key(), leaf.key()));
            let paths = core::iter::once(area.key().to_owned()).chain(leaves);
            paths.flat_map(|path| area.scale().rungs().map(move |rung| format!("{path}:{rung}")))
        })
        .collect();
    let catalog = catalog.clone();
    some_of(names, 4).prop_map(move |names| {
        let mut mutes = Mutes::new(&catalog);
        for name in names {
            // A permission that can be granted can be muted.
            let _ = mutes.mute_by_name(&name);
        }
        mutes
    })
}

/// Features that an account can have, those that are always on among them.
pub fn features(catalog: &Catalog) -> impl Strategy<Value = Features> + use<> {
    let paths = feature_paths(catalog);
    let catalog = catalog.clone();
    some_of(paths, usize::MAX).prop_map(move |paths| {
        let mut features = Features::new(&catalog);
        for path in paths {
            // Any feature can be turned on.
            let _ = features.turn_on(path);
        }
        features
    })
}

pub(super) fn feature_paths(catalog: &Catalog) -> Vec<String> {
    let leaves = catalog.leaves().filter(|leaf| leaf.area().source() == Source::Account);
    leaves.map(|leaf| leaf.path().to_owned()).collect()
}

/// Some of `items` in their order, at most `most`.
pub(super) fn some_of(items: Vec<String>, most: usize) -> impl Strategy<Value = Vec<String>> {
    let most = items.len().min(most);
    subsequence(items, 0..=most)
}

pub(super) fn grantable(catalog: &Catalog) -> impl Iterator<Item = &Area> {
    catalog.areas().iter().filter(|area| area.source() == Source::Grantable)
}
