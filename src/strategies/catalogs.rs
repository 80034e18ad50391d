use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::settings::{feature_paths, grantable, template_grants};
use crate::catalog::{Area, Catalog, CatalogBuilder, Scale, Section, Source};
use crate::grants::Grants;

const ACTIONS: [&str; 6] = ["view", "create", "edit", "delete", "manage", "export"];
const SECTIONS: [&str; 5] = ["open", "closed", "team", "own", "drafts"];
const FEATURES: [&str; 5] = ["basic", "archive", "voice", "sso", "delegation"];

/// Catalogs with areas of every scale and source, aliases and labels, features that are always on,
/// gates that chain, operations, templates, and members who may manage members.
pub fn catalogs() -> impl Strategy<Value = Catalog> {
    bare().prop_flat_map(|bare| {
        let parts = (gates(&bare), operations(&bare), vec(template_grants(&bare), 0..=2));
        parts.prop_map(move |(gates, operations, templates)| {
            let builder = gates
                .into_iter()
                .fold(builder(&bare), |builder, (target, feature)| builder.gate(target, [feature]));
            let builder =
                operations.into_iter().enumerate().fold(builder, |builder, (number, needs)| {
                    builder.operation(format!("operation_{number}"), needs)
                });
            let builder = templates.iter().enumerate().fold(builder, with_template);
            // All parts fit one another: what is left out is never seen.
            builder.build().unwrap_or_else(|_| bare.clone())
        })
    })
}

/// Areas and features, without gates, operations or templates.
fn bare() -> impl Strategy<Value = Catalog> {
    let areas = vec![
        area("tickets", Scale::Levels),
        area("answers", Scale::Levels),
        area("reports", Scale::Actions(ACTIONS.map(Into::into).to_vec().into())),
        area("contacts", Scale::Actions(["view", "merge"].map(Into::into).to_vec().into())),
        area("phone", Scale::Toggle),
    ];
    let areas = (areas, 1..=5_usize).prop_map(|(mut areas, count)| {
        areas.truncate(count);
        areas
    });
    let features = subsequence(&FEATURES[..], 0..=FEATURES.len());
    (areas.prop_shuffle(), features, any::<bool>()).prop_filter_map(
        "a catalog that can be built",
        |(areas, features, has_members)| {
            let desk = Area::toggle("desk").set_by(Source::Role).with("billing").with("users");
            let areas = areas.into_iter().chain([desk]).chain(plan(&features));
            let builder = areas.fold(Catalog::builder("drawn/1"), CatalogBuilder::area);
            let builder = if has_members && features.contains(&"delegation") {
                let staff = Area::actions("staff", ACTIONS);
                builder.area(staff).delegation("staff", "plan.delegation")
            } else {
                builder
            };
            builder.build().ok()
        },
    )
}

fn area(key: &'static str, scale: Scale) -> BoxedStrategy<Area> {
    let sections = subsequence(&SECTIONS[..], 0..=SECTIONS.len());
    (sections, any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(move |(sections, is_aliased, is_labelled, is_user_only)| {
            let section = |key: &'static str, is_leaf: bool| {
                let section = Section::new(key);
                let section =
                    if is_labelled { section.labelled(format!("The {key}")) } else { section };
                // A container has one name.
                if is_aliased && is_leaf { section.aliased(format!("{key}_too")) } else { section }
            };
            let own = section(key, sections.is_empty());
            let area = match &scale {
                Scale::Levels => Area::levels(own),
                Scale::Toggle => Area::toggle(own),
                Scale::Actions(actions) => Area::actions(own, actions.iter().cloned()),
            };
            let area = if is_user_only && key == "phone" { area.user_only() } else { area };
            sections.into_iter().fold(area, |area, key| area.with(section(key, true)))
        })
        .boxed()
}

/// The area of the features; `None` if there are no features.
fn plan(features: &[&'static str]) -> Option<Area> {
    let plan = Area::toggle("plan").set_by(Source::Account);
    (!features.is_empty()).then(|| {
        features.iter().fold(plan, |plan, feature| {
            let section = Section::new(*feature);
            plan.with(match *feature {
                "basic" => section.always_on().known_to_api_as("basic"),
                "voice" => section.known_to_api_as("voice"),
                _ => section,
            })
        })
    })
}

/// Gates of areas and leaves, and of features that need one before them.
fn gates(catalog: &Catalog) -> impl Strategy<Value = Vec<(String, String)>> + use<> {
    let features = feature_paths(catalog);
    let areas = grantable(catalog).map(|area| area.key().to_owned());
    let leaves = catalog.leaves().filter(|leaf| leaf.area().source() == Source::Grantable);
    let targets = areas.chain(leaves.map(|leaf| leaf.path().to_owned()));
    let targets: Vec<String> = targets.collect();
    let later = features.iter().enumerate().flat_map(|(place, feature)| {
        features.iter().skip(place + 1).map(|later| (later.clone(), feature.clone()))
    });
    let of_targets = targets
        .iter()
        .flat_map(|target| features.iter().map(|feature| (target.clone(), feature.clone())));
    let all: Vec<(String, String)> = of_targets.chain(later).collect();
    let most = all.len().min(3);
    subsequence(all, 0..=most)
}

/// Operations of one to three permissions.
fn operations(catalog: &Catalog) -> impl Strategy<Value = Vec<Vec<String>>> + use<> {
    let asks: Vec<String> =
        catalog.permissions().map(|one| catalog.display(one).to_string()).collect();
    let most = asks.len().min(3);
    vec(subsequence(asks, 1..=most), 0..=3)
}

fn with_template(builder: CatalogBuilder, (number, grants): (usize, &Grants)) -> CatalogBuilder {
    let settings = grants.iter().map(|(path, setting)| (path.to_owned(), setting));
    builder.template(format!("preset_{number}"), format!("Preset {number}"), settings)
}

fn builder(bare: &Catalog) -> CatalogBuilder {
    bare.to_builder("drawn/1")
}
