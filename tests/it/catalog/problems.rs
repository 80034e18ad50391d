//! CAT-8: every problem of a catalog is reported with its place, in the order of the input.

use std::collections::BTreeSet;

use bailiwick::catalog::{CatalogFault, CatalogProblem, Source};
use bailiwick::{Area, Catalog, Level, Section, Setting};

use super::refused::refused;
use super::{base, features};

/// CAT-8: every problem is reported with its place, and nothing else.
#[test]
fn problems_are_reported_with_their_places() {
    for (builder, expected) in refused() {
        let error = builder.build().unwrap_err();
        let problems = error.problems().iter();
        let found: Vec<String> = problems.map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }
}

/// CAT-8: a builder can cause every fault there is, except the collision of two catalogs.
#[test]
fn every_fault_of_a_catalog_is_produced() {
    // Those of words, authority and retired keys are in `words`.
    let errors = refused().into_iter();
    let errors = errors.map(|(builder, _)| builder.build().unwrap_err());
    let produced: BTreeSet<String> = errors
        .flat_map(|error| error.problems().to_vec())
        .map(|problem| variant(problem.fault()))
        .collect();
    let expected = "AccountScale ContainerOnly CyclicGate Duplicate EmptyGate EmptyOperation \
                    FeatureOnly GatedAlwaysOn Id Key KeyTooLong NoPermissions NotDelegable \
                    Reference Setting TemplateId TemplateName TemplateNameTaken TooMany TooManyActions \
                    UserOnly";
    let produced: Vec<String> = produced.into_iter().collect();
    assert_eq!(produced.join(" "), expected);
}

/// The name of an enum's variant.
fn variant(value: &impl core::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let name = text.split(|letter: char| !letter.is_alphanumeric()).next();
    name.unwrap_or_default().to_owned()
}

/// CAT-8: `build` reports all of it at once, in the order of the input.
#[test]
fn build_reports_every_problem_in_the_order_of_the_input() {
    let nothing: [&str; 0] = [];
    let error = Catalog::builder("9")
        .area(Area::levels("Docs"))
        .area(Area::levels("notes").with("all").with("all"))
        .area(Area::actions("jobs", nothing))
        .area(Area::levels("plan").set_by(Source::Account))
        .gate("nowhere", ["plan"])
        .gate("plan", nothing)
        .delegation("jobs", "jobs")
        .operation("open", ["jobs:view"])
        .operation("shut", nothing)
        .template("", "", [("plan", Level::Read)])
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the catalog cannot be built
  id: `9` is not a catalog id; use a lower-case letter, then lower-case letters, digits and `_`, `/`, \
         `-`, `.`, at most 64 bytes
  areas[0]: `Docs` is not a key; use ASCII snake_case, as in `audio_library`
  areas[1].sub_sections[1]: `notes.all` is already a name of `notes.all`; choose another key or \
         alias
  areas[2]: `jobs` has no permission; give it at least one action
  areas[3]: `plan` is set by the account and must be a toggle
  gates[0].target: unknown area `nowhere`; the catalog has `Docs`, `notes`, `jobs`, `plan`
  gates[1]: a gate of `plan` needs no feature; name at least one
  delegated.area: `jobs` cannot be delegated; it must be a grantable leaf with the actions \
         `create`, `edit`, `delete` and `manage`
  delegated.feature: `jobs` is not an account feature; the features are `plan`
  operations[0].needs[0]: `jobs` has no rung `view`; it has none
  operations[1]: operation `shut` needs no permission; name at least one
  templates[0].id: an id is empty; it has 1 to 255 bytes
  templates[0].name: the name is blank; give 1 to 100 characters
  templates[0].grants.plan: `plan` cannot be granted: it comes with the account",
    );
    let first: &CatalogProblem = &error.problems()[0];
    assert_eq!(first.place(), "id");
    assert_eq!(first.fault(), &CatalogFault::Id { given: "9".into() });
}

/// CAT-8: the order of the input, section by section and place by place, however found.
#[test]
fn problems_are_in_the_order_of_the_input() {
    let error = Catalog::builder("Desk")
        .area(Area::levels("docs").with("pages").with("pages"))
        .area(
            Area::toggle(Section::new("plan").aliased("docs")).with("Pro").set_by(Source::Account),
        )
        .area(Area::actions("jobs", ["view", "view", "Run"]).with("all").with("all"))
        .area(features("extras").with(Section::new("one").known_to_api_as("x")))
        .area(features("more").with(Section::new("one").known_to_api_as("x")))
        .gate("extras.one", ["more.one"])
        .gate("nowhere", ["nothing"])
        .gate("more.one", ["extras.one"])
        .delegation("jobs", "jobs")
        .operation("Open", ["docs:view"])
        .template("", "", [("jobs.none", Level::Read), ("areas", Level::Read)])
        .build()
        .unwrap_err();
    let places: Vec<&str> = error.problems().iter().map(CatalogProblem::place).collect();
    assert_eq!(
        places,
        [
            "id",
            "areas[0].sub_sections[1]",
            "areas[1]",
            "areas[1].sub_sections[0]",
            "areas[2].scale[1]",
            "areas[2].scale[2]",
            "areas[2].sub_sections[1]",
            "areas[4].sub_sections[0].api_name",
            "gates[0]",
            "gates[1].target",
            "gates[1].needs[0]",
            "gates[2]",
            "delegated.area",
            "delegated.feature",
            "operations[0]",
            "operations[0].needs[0]",
            "templates[0].id",
            "templates[0].name",
            "templates[0].grants.jobs.none",
            "templates[0].grants.areas",
        ],
    );
}

/// CAT-8: a key beyond its limit is not put into the message of everything that is below it.
#[test]
fn a_very_long_key_is_one_problem() {
    let long = "x".repeat(100_000);
    let sections = (0..2000).map(|at| Section::new(format!("a{}", at / 2)).known_to_api_as("x"));
    let area = sections.fold(Area::levels(long.clone()), Area::with);
    let error = Catalog::builder("desk/1").area(area).build().unwrap_err();
    let [problem] = error.problems() else { panic!("{} problems", error.problems().len()) };
    assert_eq!(problem.fault(), &CatalogFault::KeyTooLong { given: long.into() });
}

/// CAT-8: no text of a catalog breaks the line of its problem, or disguises it.
#[test]
fn a_problem_is_one_line() {
    let none: [(&str, Setting); 0] = [];
    let error = base()
        .area(Area::levels("a\nb\u{202e}c"))
        .operation("\u{7f}", ["docs:read\r\n  id: forged"])
        .template("kb", "One", none.clone())
        .template("kb", "\u{2028}", none)
        .template("it's", "\"Größe\" 🙂", [("\t", true), ("", true)])
        .build()
        .unwrap_err();
    let key = "is not a key; use ASCII snake_case, as in `audio_library`";
    let areas = "the catalog has `docs`, `jobs`, `phone`, `staff`, `plan`, `a\\nb\\u{202e}c`";
    let expected = [
        format!("areas[5]: `a\\nb\\u{{202e}}c` {key}"),
        format!("operations[0]: `\\u{{7f}}` {key}"),
        "operations[0].needs[0]: `docs` has no rung `read\\r\\n  id: forged`; it has `read`, `edit`"
            .to_owned(),
        "templates[1].id: `kb` is already a name of `template kb`; choose another key or alias"
            .to_owned(),
        "templates[1].name: the name is blank; give 1 to 100 characters".to_owned(),
        format!("templates[2].grants.\\t: unknown area `\\t`; {areas}"),
        format!("templates[2].grants.\"\": unknown area ``; {areas}"),
    ];
    let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
    assert_eq!(error.to_string().lines().count(), 1 + expected.len());
}
