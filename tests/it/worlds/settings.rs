//! Random settings: grants and templates over some of a catalog's areas, by any of their names.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::naive::{Area, Catalog, Scale, Source};

const TEMPLATES: [(&str, &str); 6] = [
    ("kb", "Knowledge editor"),
    ("qa", "QA analyst"),
    ("support_1", "Support"),
    ("support_2", "Support, evenings"),
    ("z", "Zürich office"),
    ("everyone", "read only"),
];

pub(super) fn templates(table: &Catalog, most: usize) -> impl Strategy<Value = Vec<Value>> + use<> {
    let settable = |area: &Area| area.source == Source::Grantable && !area.user_only;
    let heads = subsequence(TEMPLATES.to_vec(), 0..=most).prop_shuffle();
    (heads, vec(grants(table, settable), most)).prop_map(|(heads, grants)| {
        let templates = heads.into_iter().zip(grants);
        templates
            .map(|((id, name), grants)| json!({"id": id, "name": name, "grants": grants}))
            .collect()
    })
}
/// Grants over some of the areas that may be set here, in any order, sub-sections only with their
/// area.
pub(super) fn grants(
    table: &Catalog,
    settable: fn(&Area) -> bool,
) -> impl Strategy<Value = Value> + use<> {
    let areas = table.areas.iter().filter(|area| settable(area));
    let areas: Vec<_> = areas.map(area_grants).collect();
    areas
        .prop_map(|areas| areas.concat())
        .prop_shuffle()
        .prop_map(|entries| Value::Object(Map::from_iter(entries)))
}

fn area_grants(area: &Area) -> BoxedStrategy<Vec<(String, Value)>> {
    let sections = area.leaves.iter().filter(|leaf| leaf.path != area.key);
    let overrides: Vec<_> =
        sections.map(|leaf| weighted(0.4, (spelled(&leaf.spellings), setting(area)))).collect();
    let own = (spelled(&area.spellings), setting(area));
    weighted(0.6, (own, overrides))
        .prop_map(|entries| match entries {
            Some((own, overrides)) => {
                [own].into_iter().chain(overrides.into_iter().flatten()).collect()
            }
            None => Vec::new(),
        })
        .boxed()
}

/// Any setting of the area's scale, as documents write it.
fn setting(area: &Area) -> BoxedStrategy<Value> {
    match area.scale {
        Scale::Levels => level().prop_map(Value::from).boxed(),
        Scale::Toggle => any::<bool>().prop_map(Value::from).boxed(),
        Scale::Actions => subsequence(area.rungs.clone(), 0..=area.rungs.len())
            .prop_shuffle()
            .prop_map(|actions| json!(actions))
            .boxed(),
    }
}

fn level() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => select(vec!["none", "read", "edit"]),
        1 => select(vec!["None", "NONE", "Read", "READ", "read-only", "Read-Only", "Edit", "EDIT"]),
    ]
}

/// One of the names of a thing: mostly the first, which is the canonical one.
pub(super) fn spelled(spellings: &[String]) -> impl Strategy<Value = String> + use<> {
    let canonical = spellings.first().cloned().unwrap_or_default();
    prop_oneof![3 => Just(canonical), 1 => select(spellings.to_vec())]
}

/// At most so many of the strategies, each at most once, in any order.
pub(super) fn some_of<T: Clone + core::fmt::Debug + 'static>(
    strategies: Vec<BoxedStrategy<T>>,
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    let most = most.min(strategies.len());
    subsequence(strategies, 0..=most).prop_shuffle().prop_flat_map(|chosen| chosen)
}
