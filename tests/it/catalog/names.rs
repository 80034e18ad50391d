//! CAT-5, CAT-8, CAT-9: keys, aliases, and what a catalog does not know.

use bailiwick::catalog::{CatalogBuilder, KeyError, SettingError, Source};
use bailiwick::presets::{studio, studio_classic, tenant};
use bailiwick::{
    Area, Catalog, Decision, Features, Grants, Level, Mutes, PermissionSet, Reason, Role, Section,
};

use super::{LONG, every_feature, features, lattice, small};

/// CAT-5: an alias reads as the leaf that it names, and the canonical name is written.
#[test]
fn an_alias_is_the_same_permission() {
    #[track_caller]
    fn check(catalog: &Catalog, canonical: &str, aliases: &[&str]) {
        let permission = catalog.permission(canonical).unwrap();
        for alias in aliases {
            assert_eq!(catalog.permission(alias), Ok(permission), "{alias}");
            assert_eq!(catalog.require([alias]), catalog.require([canonical]));
        }
        assert_eq!(catalog.display(permission).to_string(), canonical);
    }
    let classic = studio_classic::catalog();
    check(
        &classic,
        "channels.chat:edit",
        &["channels.chat_configuration:edit", "channels.widget:edit"],
    );
    check(&classic, "channels.voice:read", &["channels.voice_configuration:read"]);
    check(&classic, "build.tools:edit", &["build.functions:edit"]);
    check(&classic, "build.variant_management:read", &["build.variants:read"]);
    check(&classic, "build.call_handoffs:read", &["build.handoffs:read"]);
    check(
        &studio::catalog(),
        "messaging.chat:read",
        &["messaging.chat_configuration:read", "messaging.widget_settings:read"],
    );
    let small = small::catalog();
    check(
        &small,
        "docs.pages:edit",
        &["papers.pages:edit", "docs.sheets:edit", "docs.leaves:edit", "papers.leaves:edit"],
    );
    check(&small, "notes:read", &["memos:read"]);
    assert_eq!(small.require(["papers:read"]), small.require(["docs:read"]));
}

/// CAT-5: grants by an alias are the leaf's, and are written by its canonical name.
#[test]
fn grants_by_an_alias_are_the_leafs() {
    let mut grants = Grants::new(&studio_classic::catalog());
    grants.set("channels", Level::Edit).unwrap();
    grants.set("channels.widget", Level::Read).unwrap();
    grants.set("channels.chat_configuration", Level::None).unwrap();
    assert_eq!(grants.level("channels.chat"), Ok(Level::None));
    assert_eq!(grants.level("channels.widget"), Ok(Level::None));
    assert_eq!(grants.to_string(), "channels: edit, channels.chat: none");
}

/// CAT-9: a key that the catalog does not know is an error that says what there is.
#[test]
fn an_unknown_key_is_a_typed_error() {
    #[track_caller]
    fn check<T: core::fmt::Debug>(found: Result<T, KeyError>, expected: &KeyError, message: &str) {
        assert_eq!(expected.to_string(), message);
        assert_eq!(&found.unwrap_err(), expected);
    }
    let small = small::catalog();
    let areas = "`docs`, `notes`, `jobs`, `queues`, `people`, `alarm`, `phone`, `desk`, `plan`, \
                 `beta`";
    let unknown_area =
        |given: &str| KeyError::UnknownArea { given: given.into(), known: areas.into() };
    check(
        small.permission("docs.pages"),
        &KeyError::Malformed { given: "docs.pages".into() },
        "`docs.pages` is not a permission; write `path:rung`, as in `knowledge.faqs:edit`",
    );
    check(
        small.permission("knowledge.faqs:edit"),
        &unknown_area("knowledge"),
        "unknown area `knowledge`; the catalog has `docs`, `notes`, `jobs`, `queues`, `people`, \
         `alarm`, `phone`, `desk`, `plan`, `beta`",
    );
    check(
        small.permission("Docs.pages:read"),
        &unknown_area("Docs"),
        "unknown area `Docs`; the catalog has `docs`, `notes`, `jobs`, `queues`, `people`, `alarm`, \
         `phone`, `desk`, `plan`, `beta`",
    );
    check(
        small.permission(":read"),
        &unknown_area(""),
        "unknown area ``; the catalog has `docs`, `notes`, `jobs`, `queues`, `people`, `alarm`, \
         `phone`, `desk`, `plan`, `beta`",
    );
    check(
        small.permission("papers.page:read"),
        &KeyError::UnknownSubSection {
            area: "docs".into(),
            given: "page".into(),
            known: "`pages`, `drafts`".into(),
        },
        "`docs` has no sub-section `page`; it has `pages`, `drafts`",
    );
    check(
        small.require(["notes.all:read"]),
        &KeyError::UnknownSubSection {
            area: "notes".into(),
            given: "all".into(),
            known: "none".into(),
        },
        "`notes` has no sub-section `all`; it has none",
    );
    check(
        small.permission("docs.sheets:Edit"),
        &KeyError::UnknownRung {
            path: "docs.pages".into(),
            given: "Edit".into(),
            known: "`read`, `edit`".into(),
        },
        "`docs.pages` has no rung `Edit`; it has `read`, `edit`",
    );
    check(
        small.require(["jobs:stop", "jobs:kill"]),
        &KeyError::UnknownRung {
            path: "jobs".into(),
            given: "kill".into(),
            known: "`view`, `run`, `stop`".into(),
        },
        "`jobs` has no rung `kill`; it has `view`, `run`, `stop`",
    );
    check(
        small.permission("docs:edit"),
        &KeyError::Container { path: "docs".into(), known: "`pages`, `drafts`".into() },
        "`docs` has sub-sections and is not one permission; name one of `pages`, `drafts`",
    );
    check(
        small.operation("publsh"),
        &KeyError::UnknownOperation {
            given: "publsh".into(),
            known: "`publish`, `halt`, `drain`".into(),
        },
        "unknown operation `publsh`; the catalog has `publish`, `halt`, `drain`",
    );
    check(
        small.require(["publsh"]),
        &KeyError::UnknownAsk {
            given: "publsh".into(),
            known: "`publish`, `halt`, `drain`".into(),
        },
        "`publsh` is not an operation; the catalog has `publish`, `halt`, `drain`; a permission or an area \
         is written `path:rung`, as in `knowledge.faqs:edit`",
    );
    let mut features = Features::new(&small);
    let not_a_feature = features.turn_on("docs.pages").unwrap_err();
    let expected = KeyError::NotAFeature {
        path: "docs.pages".into(),
        known: "`plan.basic`, `plan.pro`, `plan.team`, `beta`".into(),
    };
    assert_eq!(
        not_a_feature.to_string(),
        "`docs.pages` is not an account feature; the features are `plan.basic`, `plan.pro`, \
         `plan.team`, `beta`",
    );
    assert_eq!(not_a_feature, expected.into());
    check(
        small.require::<[&str; 0]>([]),
        &KeyError::Empty,
        "nothing is asked for; name at least one permission, area or operation",
    );
}

/// CAT-9: another catalog's permission is denied, to admins too, whatever its bit says here.
#[test]
fn a_permission_of_another_catalog_is_denied() {
    let (studio, tenant) = (studio::catalog(), tenant::catalog());
    let (mutes, features) = (Mutes::new(&studio), every_feature(&studio));
    for role in [Role::Admin, Role::Member] {
        let lattice = lattice(&studio, role, &mutes, &features);
        let kim = lattice.subject("kim");
        for foreign in tenant.permissions() {
            let text = tenant.display(foreign).to_string();
            assert!(!kim.can(foreign), "{text}");
            assert!(!lattice.allows("kim", foreign), "{text}");
            assert_eq!(kim.reason(foreign), Some(Reason::UnknownPermission));
            let all = tenant.require([&text]).unwrap();
            assert!(!kim.can_all(&all), "{text}");
            assert_eq!(kim.decide(&all), Decision::Deny(Reason::UnknownPermission));
        }
    }
}

/// CAT-9: a catalog says nothing about another's permissions, and no set mixes the two.
#[test]
fn catalogs_do_not_mix() {
    let (studio, tenant) = (studio::catalog(), tenant::catalog());
    let crm = tenant::CRM.on();
    assert!(tenant.owns(crm) && !studio.owns(crm));
    assert_eq!(studio.display(crm).to_string(), "unknown permission");
    assert_eq!(studio.source(crm), None);
    assert_eq!(studio.permission_set([crm]), PermissionSet::EMPTY);
    assert!(!studio.all().contains(crm));
    assert!(!Features::new(&studio).is_on(tenant::policy::AUDIT_LOG.on()));

    let (ours, theirs) = (studio.all(), tenant.all());
    let mismatch = ours.union(&theirs).unwrap_err();
    assert_eq!(mismatch.to_string(), "the two belong to different catalogs; use values of one",);
    assert_eq!(ours.intersection(&theirs), Err(mismatch));
    assert!(!ours.is_subset(&theirs) && !theirs.is_subset(&ours));
    assert_eq!(ours.difference(&theirs).count(), 75);
    for set in [&ours, &theirs] {
        assert_eq!(set.union(&PermissionSet::EMPTY).as_ref(), Ok(set));
        assert_eq!(PermissionSet::EMPTY.union(set).as_ref(), Ok(set));
        assert!(PermissionSet::EMPTY.is_subset(set));
    }

    let muted = Mutes::new(&studio).mute(crm).unwrap_err();
    assert!(matches!(muted, SettingError::Key(_)), "{muted}");
}

/// CAT-8: keys and catalog ids at the edges of their form.
#[test]
fn keys_have_a_form() {
    let with_key = |key: &str| {
        let area = Area::levels(key.to_owned());
        Catalog::builder("desk/1").area(area).build().is_ok()
    };
    let longest = "a".repeat(64);
    for key in ["a", "z9", "a_b", "a__b_", "ab_testing", &longest] {
        assert!(with_key(key), "{key}");
    }
    let line = "a\n";
    for key in ["", "_", "A", "9", "a-b", "a.b", "a:b", "a b", "é", line, LONG] {
        assert!(!with_key(key), "{key:?}");
    }
    let with_id = |id: &str| {
        let builder = Catalog::builder(id.to_owned());
        builder.area(Area::levels("docs")).build().is_ok()
    };
    for id in ["a", "studio/2026-06", "a.b_c-d/e", &longest] {
        assert!(with_id(id), "{id}");
    }
    for id in ["", "/a", "9", "A", "a b", "a:b", "é", LONG] {
        assert!(!with_id(id), "{id:?}");
    }
}

/// CAT-5: a leaf can have very many names, and costs only one entry for each.
#[test]
fn the_aliases_of_an_area_and_of_its_sections_do_not_multiply() {
    const MANY: usize = bailiwick::catalog::MAX_ALIASES / 2;
    let aliased = |section: Section, letter: char| {
        (0..MANY).fold(section, |section, at| section.aliased(format!("{letter}{at}")))
    };
    let catalog = Catalog::builder("desk/1")
        .area(
            Area::levels(aliased(Section::new("docs"), 'a'))
                .with(aliased(Section::new("pages"), 'b'))
                .with("drafts"),
        )
        .build()
        .unwrap();
    let pages = catalog.permission("docs.pages:edit").unwrap();
    for text in ["a0.pages:edit", "docs.b0:edit", "a0.b4095:edit", "a4095.b0:edit"] {
        assert_eq!(catalog.permission(text), Ok(pages), "{text}");
    }
    let drafts = catalog.permission("docs.drafts:read");
    assert_eq!(catalog.permission("a7.drafts:read"), drafts);
    for text in ["b0.a0:edit", "a0.a0:edit", "a0.b4096:edit", "a0.:edit", ".b0:edit"] {
        assert!(catalog.permission(text).is_err(), "{text}");
    }
}

/// CAT-9: of many names a message lists the first, and says how many more there are.
#[test]
fn a_message_lists_some_names_of_many() {
    let many = |count: usize| {
        let areas = (0..count).map(|at| Area::toggle(format!("a{at}")).set_by(Source::Account));
        areas.fold(Catalog::builder("desk/1"), CatalogBuilder::area).build().unwrap()
    };
    let message = |catalog: &Catalog, text: &str| catalog.require([text]).unwrap_err().to_string();
    let twenty: Vec<String> = (0..20).map(|at| format!("`a{at}`")).collect();
    let twenty = twenty.join(", ");
    assert_eq!(message(&many(20), "b:on"), format!("unknown area `b`; the catalog has {twenty}"));
    let most = many(4096);
    assert_eq!(
        message(&most, "b:on"),
        format!("unknown area `b`; the catalog has {twenty} and 4076 more"),
    );
    let sections = (0..4095).map(|at| format!("a{at}"));
    let area = sections.fold(Area::toggle("all"), Area::with);
    let operations = (0..5000).map(|at| format!("a{at}"));
    let builder = Catalog::builder("desk/1").area(area).area(features("plan"));
    let catalog = operations
        .fold(builder, |builder, key| builder.operation(key, ["all.a0:on"]))
        .build()
        .unwrap();
    assert_eq!(
        message(&catalog, "all.b:on"),
        format!("`all` has no sub-section `b`; it has {twenty} and 4075 more"),
    );
    assert_eq!(
        catalog.operation("b").unwrap_err().to_string(),
        format!("unknown operation `b`; the catalog has {twenty} and 4980 more"),
    );
    assert!(message(&catalog, "b").len() < 400);
    let mut features = Features::new(&catalog);
    assert_eq!(
        features.turn_on("all.a0").unwrap_err().to_string(),
        "`all.a0` is not an account feature; the features are `plan`",
    );
}
