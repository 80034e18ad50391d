//! CAT-8, CAT-13: catalogs that are composed of others.

use bailiwick::presets::{agency, studio};
use bailiwick::{Area, Catalog, Section};

use super::{composed, parse, voice_agency, written};

#[test]
fn composed_by_builder_by_macro_and_by_document_it_is_one_catalog() {
    let built = voice_agency();
    let declared = composed::catalog();
    let read = Catalog::from_document(&parse(&built)).unwrap();
    for other in [&declared, &read] {
        assert!(built.is_same(other));
        assert_eq!(built.stamp(), other.stamp());
    }
    assert_eq!(built, read);
    assert_eq!(written(&built), written(&read));
    let typed = composed::general::KNOWLEDGE_BASE.on();
    assert_eq!(built.permission("general.knowledge_base:on"), Ok(typed));
    let operations = built.operations().map(|(key, _)| key).collect::<Vec<_>>();
    assert!(operations.contains(&"publish_chat_widget"));
    assert!(operations.contains(&"attach_send_sms"));
    assert!(!operations.contains(&"import_twilio_number"), "it needs `integrations` of the agency");
    assert_eq!(built.areas().len(), 19);
    assert_eq!(built.features().count(), 29);
    // Another order is another catalog, on which nothing of this one counts.
    let other = studio::catalog().to_builder("voice-agency/1").build().unwrap();
    assert_ne!(built.stamp(), other.stamp());
    assert_ne!(built, other);
}

/// CAT-13: an area is included by any of its names; a name that no area has, and
/// a key that it cannot have, are reported.
#[test]
fn cat_13_what_cannot_be_included_is_reported() {
    let include = |areas: &[(&str, &str)]| {
        let builder = Catalog::builder("desk/1");
        builder.include_as(&studio::catalog(), areas.iter().copied()).build()
    };
    let other = Catalog::builder("other/1")
        .area(Area::levels(Section::new("docs").aliased("papers")).with("pages"))
        .build()
        .unwrap();
    for (name, key) in [("papers", "docs"), ("docs", "docs"), ("papers", "texts")] {
        let built = Catalog::builder("desk/1").include_as(&other, [(name, key)]).build().unwrap();
        assert_eq!(built.areas().first().unwrap().key(), key);
    }
    for (areas, problem) in [
        (
            vec![("voice.numbers", "numbers")],
            "areas[0]: `voice.numbers` is a sub-section, not an area; name `voice`, or set the \
             sub-section",
        ),
        (
            vec![("flows", "My flows")],
            "areas[0]: `My flows` is not a key; use ASCII snake_case, as in `audio_library`",
        ),
        (
            vec![("flows", "tools"), ("tools", "tools")],
            "areas[1]: area `tools` of `studio/2026-06` collides with area `flows` of \
             `studio/2026-06`; rename one of the two or leave it out",
        ),
        (
            vec![("flows", "one"), ("flows", "two")],
            "areas[0]: `flows` is already a name of `one`; choose another key or alias",
        ),
    ] {
        let error = include(&areas).unwrap_err();
        let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        assert_eq!(problems, [problem], "{areas:?}");
    }
    let unknown = include(&[("phones", "phones")]).unwrap_err();
    let message = "areas[0]: unknown area `phones`; the catalog has `analytics`";
    assert!(unknown.to_string().contains(message), "{unknown}");
}

#[test]
fn cat_8_areas_that_collide_are_named_with_where_they_come_from() {
    let both = |keys: &[&str]| {
        let builder = studio::catalog().to_builder("voice-agency/1");
        let error = builder.include(&agency::catalog(), keys.iter().copied()).build().unwrap_err();
        error.to_string()
    };
    assert_eq!(
        both(&["general", "integrations"]),
        "the catalog cannot be built\n  areas[16]: area `integrations` of `agency/1` \
         collides with area `integrations` of `studio/2026-06`; rename one of the two or leave it out",
    );
}
