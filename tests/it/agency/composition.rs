//! CAT-8: catalogs that are composed of others.

use bailiwick::Catalog;
use bailiwick::presets::{agency, studio};

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
