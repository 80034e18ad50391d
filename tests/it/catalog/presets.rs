//! CAT-1 to CAT-5, CAT-11 to CAT-17: the shipped catalogs are the tables of the rules.

use std::collections::BTreeSet;

use bailiwick::catalog::Source;
use bailiwick::presets::{self, agency, agency_studio, studio, studio_classic, tenant};
use bailiwick::{Area, Catalog, Section};

use super::same;
use crate::{naive, worlds};

/// Every area of a catalog and what is in it: names, labels, source and setter, scale; `*` for what
/// is always on, `[x]` for an API name, `(user)` for what a template cannot set.
fn table(catalog: &Catalog) -> String {
    let areas = catalog.areas().iter();
    let lines: Vec<String> = areas.map(|area| area_line(area) + "\n").collect();
    lines.concat()
}

fn area_line(area: &Area) -> String {
    let rungs: Vec<&str> = area.scale().rungs().collect();
    let user_only = if area.is_user_only() { " (user)" } else { "" };
    let head = format!(
        "{}: {}{} {}{user_only}",
        section_words(area.section()),
        area.source().name(),
        area.setter().map(|setter| format!(" {}", setter.name())).unwrap_or_default(),
        rungs.join("/"),
    );
    let sections = area.sub_sections().iter();
    let lines = sections.map(|section| format!("\n  {}", section_words(section)));
    head + &lines.collect::<String>()
}

fn section_words(section: &Section) -> String {
    let names = format!("{} \"{}\"", section.key(), section.label());
    let aliases = section.aliases().map(|alias| format!(" | {alias}"));
    let api = section.api_name().map(|name| format!(" [{name}]"));
    let always_on = section.is_always_on().then(|| " *".to_owned());
    let words = [names].into_iter().chain(aliases);
    words.chain(api).chain(always_on).collect()
}

const STUDIO: &str = include_str!("../../data/presets/studio.txt");

const STUDIO_CLASSIC: &str = include_str!("../../data/presets/studio_classic.txt");

const STUDIO_ACCOUNT: &str = include_str!("../../data/presets/studio_account.txt");

const STUDIO_CLASSIC_ACCOUNT: &str = include_str!("../../data/presets/studio_classic_account.txt");

const TENANT: &str = include_str!("../../data/presets/tenant.txt");

const AGENCY: &str = include_str!("../../data/presets/agency.txt");

/// The role area of the agency's catalog, its last.
const AGENCY_WORKSPACE: &str = include_str!("../../data/presets/agency_workspace.txt");

/// CAT-1 to CAT-5: the presets are the tables of the rules, in their order.
#[test]
fn the_presets_are_the_tables_of_the_rules() {
    let check = |catalog: Catalog, id: &str, expected: String| {
        assert_eq!(catalog.id(), id);
        assert_eq!(table(&catalog), expected, "{id}");
    };
    check(studio::catalog(), "studio/2026-06", [STUDIO, STUDIO_ACCOUNT].concat());
    check(
        studio_classic::catalog(),
        "studio/2026-03",
        [STUDIO_CLASSIC, STUDIO_CLASSIC_ACCOUNT].concat(),
    );
    check(tenant::catalog(), "tenant/1", TENANT.into());
    check(agency::catalog(), "agency/1", [AGENCY, AGENCY_WORKSPACE].concat());
    let vendors = AGENCY.replace("\nintegrations ", "\nvendor_integrations ");
    check(agency_studio::catalog(), "agency-studio/1", [STUDIO, STUDIO_ACCOUNT, &vendors].concat());
    let [ids @ .., composed] = presets::all().map(|one| one.id().to_owned());
    assert_eq!((ids, composed.as_str()), (worlds::PRESETS.map(str::to_owned), "agency-studio/1"));
}

/// CAT-11 to CAT-17: labels, descriptions, setters, gates, authority, operations and templates are
/// those of the naive tables, line by line.
#[test]
fn the_presets_say_what_the_naive_tables_say() {
    for catalog in presets::all() {
        let written = naive::lines(&serde_json::to_value(&catalog).unwrap());
        let expected = naive::lines(&naive::preset(catalog.id()));
        for (line, expected) in written.iter().zip(&expected) {
            assert_eq!(line, expected, "{}", catalog.id());
        }
        assert_eq!(written.len(), expected.len(), "{}", catalog.id());
    }
}

/// CAT-2, CAT-4: how many areas, leaves and permissions there are of each source.
#[test]
fn the_presets_have_as_many_permissions_as_the_rules_say() {
    let check = |catalog: Catalog, source: Source, expected: [usize; 3]| {
        let areas: Vec<_> = catalog.areas().iter().filter(|area| area.source() == source).collect();
        let leaves = areas.iter().map(|area| area.sub_sections().len().max(1));
        let permissions = catalog.permissions().filter(|one| catalog.source(*one) == Some(source));
        let counted = [areas.len(), leaves.sum(), permissions.count()];
        assert_eq!(counted, expected, "{} {source:?}", catalog.id());
    };
    check(studio::catalog(), Source::Grantable, [13, 33, 66]);
    check(studio::catalog(), Source::Role, [1, 7, 7]);
    check(studio::catalog(), Source::Account, [1, 2, 2]);
    check(studio_classic::catalog(), Source::Grantable, [5, 24, 48]);
    check(studio_classic::catalog(), Source::Role, [1, 6, 6]);
    check(studio_classic::catalog(), Source::Account, [1, 1, 1]);
    check(tenant::catalog(), Source::Grantable, [7, 7, 31 + 1]);
    check(tenant::catalog(), Source::Role, [1, 4, 4]);
    check(tenant::catalog(), Source::Account, [1, 2, 2]);
    check(agency::catalog(), Source::Grantable, [0, 0, 0]);
    check(agency::catalog(), Source::Role, [1, 1, 1]);
    check(agency::catalog(), Source::Account, [5, 33, 33]);
    let totals = presets::all().map(|catalog| catalog.permissions().count());
    assert_eq!(totals, [75, 55, 38, 34, 108]);
    let features = presets::all().map(|catalog| catalog.features().count());
    assert_eq!(features, [2, 1, 2, 33, 35]);
}

/// AGY-1: exactly 13 features have an API name.
#[test]
fn thirteen_features_have_an_api_name() {
    let catalog = agency::catalog();
    let sections = catalog.areas().iter().flat_map(Area::sub_sections);
    let names: Vec<&str> = sections.filter_map(Section::api_name).collect();
    assert_eq!(
        names.join(" "),
        "assistants knowledge_base actions workflows contacts phone_numbers analytics simulations \
         logs inbound outbound widget chat",
    );
    assert_eq!(names.len(), 13);
}

/// CAT-1: the presets are five catalogs, and `catalog()` is the same one every time.
#[test]
fn a_preset_is_built_once() {
    for (one, again) in presets::all().iter().zip(presets::all()) {
        same(one, &again);
    }
    let stamps: BTreeSet<String> =
        presets::all().iter().map(|one| format!("{:?}", one.stamp())).collect();
    assert_eq!(stamps.len(), 5);
}
