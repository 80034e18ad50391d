//! TPL-1, TPL-9: the templates that catalogs ship.

use std::collections::BTreeSet;

use bailiwick::catalog::{Source, TemplateKey};
use bailiwick::presets::{self, agency, studio, studio_classic, tenant};
use bailiwick::{Grants, Level, PermissionSet, Setting, Template};

use super::base;
use crate::profiles::given_by;

/// The levels of TPL-9's table, a column a template.
const STUDIO_TEMPLATES: [(&str, &str); 13] = [
    ("analytics", "R R E E"),
    ("behavior", "R R E R"),
    ("knowledge", "R E E R"),
    ("flows", "N N E N"),
    ("tools", "N N E N"),
    ("testing", "N N N N"),
    ("real_time_config", "N N N N"),
    ("voice", "R R E R"),
    ("messaging", "R R E R"),
    ("integrations", "N N E N"),
    ("deployments", "R N E E"),
    ("widgets", "N N N N"),
    ("account", "R N R E"),
];

fn level(letter: &str) -> Level {
    match letter {
        "N" => Level::None,
        "R" => Level::Read,
        "E" => Level::Edit,
        _ => panic!("no level `{letter}`"),
    }
}

/// TPL-9: the templates of June grant what their table says, area by area.
#[test]
fn the_templates_of_studio_are_their_table() {
    let keys: [TemplateKey; 4] = {
        use studio::templates::{
            FULL_DEVELOPER, KNOWLEDGE_EDITOR, OPERATIONS_MANAGER, READ_ONLY_REVIEWER,
        };
        [READ_ONLY_REVIEWER, KNOWLEDGE_EDITOR, FULL_DEVELOPER, OPERATIONS_MANAGER]
    };
    let names = [
        ("read_only_reviewer", "Read only reviewer"),
        ("knowledge_editor", "Knowledge editor"),
        ("full_developer", "Full developer"),
        ("operations_manager", "Operations manager"),
    ];
    let catalog = studio::catalog();
    let templates: Vec<Template> = Template::presets(&catalog).collect();
    let shipped: Vec<_> = templates.iter().map(|one| (one.id().as_str(), one.name())).collect();
    assert_eq!(shipped, names);
    for (column, (key, template)) in keys.iter().zip(&templates).enumerate() {
        assert_eq!(key.id(), template.id().as_str());
        assert_eq!(&key.grants(), template.grants());
        let expected: Vec<(&str, Setting)> = STUDIO_TEMPLATES
            .iter()
            .map(|(area, levels)| {
                let letter = levels.split(' ').nth(column).unwrap();
                (*area, level(letter).into())
            })
            .collect();
        let granted: Vec<(&str, Setting)> = template.grants().iter().collect();
        assert_eq!(granted, expected, "{}", key.id());
    }
}

#[test]
fn an_area_without_actions_is_said_to_be_none() {
    assert_eq!(
        tenant::templates::SUPPORT_AGENT.grants().to_string(),
        "conversations: view + create + edit, settings: none, users: none, analytics: none, \
         integrations: none, experiments: none"
    );
}

/// TPL-9: the templates of March.
#[test]
fn the_templates_of_studio_classic_are_their_table() {
    let check = |key: TemplateKey, name: &str, expected: &str| {
        assert_eq!(key.grants().to_string(), expected);
        let catalog = studio_classic::catalog();
        let shipped = Template::presets(&catalog).find(|one| one.id().as_str() == key.id());
        assert_eq!(shipped.unwrap().name(), name);
    };
    check(
        studio_classic::templates::CONTENT_EDITOR,
        "Content editor",
        "analytics: read, build: edit, build.agent: none, build.knowledge: edit, \
         build.flows: none, build.tools: read, build.variant_management: none, \
         build.call_handoffs: none, build.sms: none, build.real_time_configuration: none, \
         build.configuration_builder: none, build.test_suite: none, channels: read, \
         configure: none, deployments: none",
    );
    check(
        studio_classic::templates::QA_ANALYST,
        "Qa analyst",
        "analytics: read, analytics.smart_analyst: none, analytics.conversations: read, \
         analytics.agent_analysis: none, build: none, channels: none, configure: none, \
         deployments: none",
    );
    check(
        studio_classic::templates::VOICE_SPECIALIST,
        "Voice specialist",
        "analytics: read, build: read, channels: edit, channels.voice: edit, \
         channels.chat: none, configure: read, deployments: read",
    );
    assert_eq!(Template::presets(&studio_classic::catalog()).count(), 3);
    assert_eq!(Template::presets(&tenant::catalog()).count(), 3);
    assert_eq!(Template::presets(&agency::catalog()).count(), 0);
}

/// TPL-9: a template that is shipped spells out every area that a template can set.
#[test]
fn a_preset_template_spells_out_every_area() {
    for catalog in presets::all() {
        let areas = catalog.areas().iter();
        let settable: BTreeSet<&str> = areas
            .filter(|area| area.source() == Source::Grantable && !area.is_user_only())
            .map(|area| area.section().key())
            .collect();
        for template in Template::presets(&catalog) {
            let set = template.grants().iter().map(|(path, _)| path);
            let set: BTreeSet<&str> = set.filter(|path| !path.contains('.')).collect();
            assert_eq!(set, settable, "{}", template.id());
        }
    }
}

/// TPL-9: what each template of June makes readable and editable, and which is below which.
#[test]
fn the_templates_of_studio_are_in_the_order_of_the_rules() {
    let catalog = studio::catalog();
    let sets: Vec<(String, PermissionSet)> = Template::presets(&catalog)
        .map(|one| (one.id().to_string(), given_by(one.grants())))
        .collect();
    let count = |set: &PermissionSet, rung: &str| {
        let shown = set.iter().map(|one| catalog.display(one).to_string());
        shown.filter(|text| text.ends_with(rung)).count()
    };
    let counted: Vec<[usize; 2]> =
        sets.iter().map(|(_, set)| [count(set, ":read"), count(set, ":edit")]).collect();
    assert_eq!(counted, [[27, 0], [22, 3], [30, 29], [27, 13]]);
    let mut below = Vec::new();
    for (one, lower) in &sets {
        for (other, upper) in &sets {
            if one != other && lower.is_subset(upper) {
                below.push(format!("{one} < {other}"));
            }
        }
    }
    assert_eq!(
        below,
        [
            "read_only_reviewer < full_developer",
            "read_only_reviewer < operations_manager",
            "knowledge_editor < full_developer",
        ],
    );
}

/// TPL-1: a template that a catalog ships is named as one that is made: trimmed.
#[test]
fn the_name_of_a_preset_template_is_trimmed() {
    let none: [(&str, Setting); 0] = [];
    let catalog = base().template("kb", "  Knowledge editor\t", none).build().unwrap();
    let preset = Template::presets(&catalog).next().unwrap();
    assert_eq!(preset.name(), "Knowledge editor");
    let made = Template::new(preset.id().clone(), "  Knowledge editor\t", Grants::new(&catalog));
    assert_eq!(made, Ok(preset));
}
