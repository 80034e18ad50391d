//! Catalogs that cannot be built, each with all that is wrong with it.

use bailiwick::catalog::{CatalogBuilder, Source};
use bailiwick::{Area, Catalog, Level, Section, Setting};

use super::{LONG, base, features};

/// What is wrong with a catalog, and each of its problems.
pub(super) fn refused() -> Vec<(CatalogBuilder, Vec<&'static str>)> {
    let nothing: [&str; 0] = [];
    let no_settings: [(&str, Setting); 0] = [];
    let delegable = Area::actions("crew", ["view", "create", "edit", "delete", "manage"]);
    vec![
        (
            base().area(Area::levels("Docs")),
            vec!["areas[5]: `Docs` is not a key; use ASCII snake_case, as in `audio_library`"],
        ),
        (
            base().area(Area::levels("")),
            vec!["areas[5]: `` is not a key; use ASCII snake_case, as in `audio_library`"],
        ),
        (
            base().area(Area::levels("notes").with("a-b").with("über").with("_x")),
            vec![
                "areas[5].sub_sections[0]: `a-b` is not a key; use ASCII snake_case, as in \
                 `audio_library`",
                "areas[5].sub_sections[1]: `über` is not a key; use ASCII snake_case, as in \
                 `audio_library`",
                "areas[5].sub_sections[2]: `_x` is not a key; use ASCII snake_case, as in \
                 `audio_library`",
            ],
        ),
        (
            base().area(Area::levels(Section::new("notes").aliased("ok").aliased("a.b"))),
            vec![
                "areas[5].aliases[1]: `a.b` is not a key; use ASCII snake_case, as in \
                 `audio_library`",
            ],
        ),
        (
            base().area(Area::levels("notes").with(Section::new("all").aliased("2nd"))),
            vec![
                "areas[5].sub_sections[0].aliases[0]: `2nd` is not a key; use ASCII snake_case, as \
                 in `audio_library`",
            ],
        ),
        (
            base().area(Area::actions("runs", ["view", "re run"])),
            vec![
                "areas[5].scale[1]: `re run` is not a key; use ASCII snake_case, as in \
                 `audio_library`",
            ],
        ),
        (
            base().operation("Open", ["docs:read"]),
            vec!["operations[0]: `Open` is not a key; use ASCII snake_case, as in `audio_library`"],
        ),
        (
            base().area(Area::levels(LONG)),
            vec![
                "areas[5]: `a2345678901234567890123456789012345678901234567890123456789012345` \
                 has 65 bytes; a key has at most 64",
            ],
        ),
        (
            base().area(Area::levels("docs")),
            vec!["areas[5]: `docs` is already a name of `docs`; choose another key or alias"],
        ),
        (
            base().area(Area::levels(Section::new("notes").aliased("jobs"))),
            vec!["areas[5]: `jobs` is already a name of `jobs`; choose another key or alias"],
        ),
        (
            base().area(Area::levels("notes").with("all").with("all")),
            vec![
                "areas[5].sub_sections[1]: `notes.all` is already a name of `notes.all`; choose \
                 another key or alias",
            ],
        ),
        (
            base().area(
                Area::levels("notes")
                    .with(Section::new("all").aliased("every"))
                    .with(Section::new("some").aliased("every")),
            ),
            vec![
                "areas[5].sub_sections[1]: `notes.every` is already a name of `notes.all`; \
                 choose another key or alias",
            ],
        ),
        (
            base().area(Area::actions("runs", ["view", "run", "view"])),
            vec![
                "areas[5].scale[2]: `view` is already a name of `runs`; choose another key or \
                 alias",
            ],
        ),
        (
            base().area(
                features("extras")
                    .with(Section::new("one").known_to_api_as("x"))
                    .with(Section::new("two").known_to_api_as("x")),
            ),
            vec![
                "areas[5].sub_sections[1].api_name: `x` is already a name of `extras.one`; \
                 choose another key or alias",
            ],
        ),
        (
            base().operation("open", ["docs:read"]).operation("open", ["docs:edit"]),
            vec![
                "operations[1]: `open` is already a name of `operation open`; choose another key \
                 or alias",
            ],
        ),
        (
            base().template("kb", "One", no_settings.clone()).template(
                "kb",
                "Two",
                no_settings.clone(),
            ),
            vec![
                "templates[1].id: `kb` is already a name of `template kb`; choose another key or \
                 alias",
            ],
        ),
        (
            base().area(Area::actions("runs", nothing)),
            vec!["areas[5]: `runs` has no permission; give it at least one action"],
        ),
        (
            base().area(Area::actions("runs", (0..65).map(|at| format!("a{at}")))),
            vec!["areas[5]: `runs` has 65 actions; a scale has at most 64"],
        ),
        (
            (0..2045).fold(base(), |base, at| base.area(Area::levels(format!("a{at}")))),
            vec!["areas: 4101 permissions are too many; a catalog has at most 4096"],
        ),
        (
            (0..8185).fold(base(), |base, at| base.area(Area::actions(format!("a{at}"), nothing))),
            vec!["areas: 8196 areas and sub-sections are too many; a catalog has at most 8192"],
        ),
        (
            (0..513).fold(base(), |base, _| base.gate("docs", ["plan.pro"])),
            vec!["gates: 513 gates are too many; a catalog has at most 512"],
        ),
        (
            base().area(Area::levels(
                (0..8193).fold(Section::new("runs"), |runs, at| runs.aliased(format!("a{at}"))),
            )),
            vec!["areas: 8193 aliases are too many; a catalog has at most 8192"],
        ),
        (
            base().gate("doc", ["plan.pro"]).gate("docs.pages", ["plan.gold", "docs"]),
            vec![
                "gates[0].target: unknown area `doc`; the catalog has `docs`, `jobs`, `phone`, `staff`, \
                 `plan`",
                "gates[1].needs[0]: `plan` has no sub-section `gold`; it has `pro`, `team`, \
                 `basic`",
                "gates[1].needs[1]: `docs` is not an account feature; the features are `plan.pro`, \
                 `plan.team`, `plan.basic`",
            ],
        ),
        (
            base().gate("docs", ["plan"]),
            vec![
                "gates[0].needs[0]: `plan` is not an account feature; the features are `plan.pro`, \
                 `plan.team`, `plan.basic`",
            ],
        ),
        (
            base()
                .operation("open", ["docs.pages", "docs.pages:open"])
                .operation("shut", ["run:view"]),
            vec![
                "operations[0].needs[0]: `docs.pages` is not a permission; write `path:rung`, as in \
                 `knowledge.faqs:edit`",
                "operations[0].needs[1]: `docs.pages` has no rung `open`; it has `read`, `edit`",
                "operations[1].needs[0]: unknown area `run`; the catalog has `docs`, `jobs`, `phone`, \
                 `staff`, `plan`",
            ],
        ),
        (
            base().gate("plan.pro", ["plan.pro"]),
            vec!["gates[0]: `plan.pro` would need itself; remove one of the gates between"],
        ),
        (
            base()
                .area(features("beta"))
                .gate("plan.pro", ["plan.team"])
                .gate("plan.team", ["beta"])
                .gate("beta", ["plan.pro"]),
            vec![
                "gates[0]: `plan.pro` would need itself; remove one of the gates between",
                "gates[1]: `plan.team` would need itself; remove one of the gates between",
                "gates[2]: `beta` would need itself; remove one of the gates between",
            ],
        ),
        (
            base().gate("docs", nothing),
            vec!["gates[0]: a gate of `docs` needs no feature; name at least one"],
        ),
        (
            base().gate("plan.basic", ["plan.pro"]),
            vec![
                "gates[0].target: a gate of `plan.basic` could close what is always on: \
                 `plan.basic`; drop one of the two",
            ],
        ),
        (
            base().operation("nothing", nothing),
            vec!["operations[0]: operation `nothing` needs no permission; name at least one"],
        ),
        (
            base().area(Area::levels("notes").with(Section::new("all").known_to_api_as("x"))),
            vec![
                "areas[5].sub_sections[0]: `notes.all` is not an account feature; only one of those \
                 can have an API name",
            ],
        ),
        (
            base().area(
                Area::levels("notes").with(Section::new("all").known_to_api_as("x").always_on()),
            ),
            vec![
                "areas[5].sub_sections[0]: `notes.all` is not an account feature; only one of those \
                 can have an API name",
                "areas[5].sub_sections[0]: `notes.all` is not an account feature; only one of those \
                 can be always on",
            ],
        ),
        (
            base().area(features("extras").with("one")).area(
                Area::toggle(Section::new("group").known_to_api_as("x"))
                    .set_by(Source::Account)
                    .with("one"),
            ),
            vec![
                "areas[6]: `group` has sub-sections and cannot have an API name; each of them can",
            ],
        ),
        (
            base().area(
                Area::toggle(Section::new("group").known_to_api_as("x").always_on())
                    .set_by(Source::Account)
                    .with("one"),
            ),
            vec![
                "areas[5]: `group` has sub-sections and cannot have an API name; each of them can",
                "areas[5]: `group` has sub-sections and cannot be always on; each of them can",
            ],
        ),
        (
            base().area(Area::levels("extras").set_by(Source::Account)),
            vec!["areas[5]: `extras` is set by the account and must be a toggle"],
        ),
        (
            base()
                .area(Area::toggle("bell").set_by(Source::Role).user_only())
                .area(features("extras").user_only()),
            vec![
                "areas[5]: `bell` is not grantable, so no template could set it; drop `user_only`",
                "areas[6]: `extras` is not grantable, so no template could set it; drop \
                 `user_only`",
            ],
        ),
        (
            base().delegation("jobs", "plan.pro"),
            vec![
                "delegated.area: `jobs` cannot be delegated; it must be a grantable leaf with \
                 the actions `create`, `edit`, `delete` and `manage`",
            ],
        ),
        (
            base().area(delegable.clone().set_by(Source::Role)).delegation("crew", "plan.pro"),
            vec![
                "delegated.area: `crew` cannot be delegated; it must be a grantable leaf with \
                 the actions `create`, `edit`, `delete` and `manage`",
            ],
        ),
        (
            base().area(delegable.clone().with("north")).delegation("crew", "plan.pro"),
            vec![
                "delegated.area: `crew` cannot be delegated; it must be a grantable leaf with \
                 the actions `create`, `edit`, `delete` and `manage`",
            ],
        ),
        (
            base().area(delegable).delegation("team", "docs.pages"),
            vec![
                "delegated.area: unknown area `team`; the catalog has `docs`, `jobs`, `phone`, \
                 `staff`, `plan`, `crew`",
                "delegated.feature: `docs.pages` is not an account feature; the features are \
                 `plan.pro`, `plan.team`, `plan.basic`",
            ],
        ),
        (
            base().template("", "Nobody", no_settings.clone()).template(
                "x".repeat(256),
                "Long",
                no_settings.clone(),
            ),
            vec![
                "templates[0].id: an id is empty; it has 1 to 255 bytes",
                "templates[1].id: an id of 256 bytes is too long; it has 1 to 255 bytes",
            ],
        ),
        (
            base()
                .template("a", " \t", no_settings.clone())
                .template("b", "Reader", no_settings.clone())
                .template("c", " READER", no_settings),
            vec![
                "templates[0].name: the name is blank; give 1 to 100 characters",
                "templates[2].name: template name `READER` is used twice; choose another",
            ],
        ),
        (
            base().template(
                "bad",
                "Bad",
                [
                    ("nowhere", Setting::Toggle(true)),
                    ("docs.pages", Level::Read.into()),
                    ("jobs", Level::Read.into()),
                    ("staff.billing", true.into()),
                    ("plan.pro", true.into()),
                    ("phone", true.into()),
                ],
            ),
            vec![
                "templates[0].grants.nowhere: unknown area `nowhere`; the catalog has `docs`, `jobs`, \
                 `phone`, `staff`, `plan`",
                "templates[0].grants.docs.pages: `docs.pages` is set without its area and would \
                 grant nothing; set `docs` too",
                "templates[0].grants.jobs: `jobs` takes a list of actions",
                "templates[0].grants.staff.billing: `staff.billing` cannot be granted: it comes \
                 with the role",
                "templates[0].grants.plan.pro: `plan.pro` cannot be granted: it comes with the \
                 account",
                "templates[0].grants.phone: a template cannot set `phone`: turn it on for each \
                 user",
            ],
        ),
        (
            base().template(
                "bad",
                "Bad",
                [
                    ("jobs", Setting::actions(["view", "walk"])),
                    ("docs", true.into()),
                    ("docs", Level::Read.into()),
                    ("docs", Level::Edit.into()),
                ],
            ),
            vec![
                "templates[0].grants.jobs: `jobs` has no action `walk`; it has `view`, `run`",
                "templates[0].grants.docs: `docs` takes a level: `none`, `read` or `edit`",
                "templates[0].grants.docs: `docs` sets `docs` a second time; keep one of the two",
            ],
        ),
        (
            Catalog::builder("Desk 1").area(Area::levels("docs")),
            vec![
                "id: `Desk 1` is not a catalog id; use a lower-case letter, then lower-case letters, \
                 digits and `_`, `/`, `-`, `.`, at most 64 bytes",
            ],
        ),
    ]
}
