//! EVO-7: the shipped migration, level for level, by the table of the rules.

use bailiwick::migration::Migration;
use bailiwick::presets::{self, studio, studio_classic};
use bailiwick::{Features, Grants, Level, Mutes, Profile, Role, Status, Template};

/// June leaf, and the March leaves of which it has the lowest.
pub(super) const TABLE: [(&str, &[&str]); 33] = [
    ("analytics.conversations", &["analytics.conversations"]),
    ("analytics.kpis", &["configure.metrics"]),
    ("analytics.custom_metrics", &["configure.metrics"]),
    ("analytics.dashboards", &["configure.dashboards"]),
    ("analytics.polyscore", &[]),
    ("analytics.smart_analyst", &["analytics.smart_analyst"]),
    ("analytics.agent_analysis", &["analytics.agent_analysis"]),
    ("analytics.csat", &["configure.csat"]),
    ("behavior.general", &["build.agent"]),
    ("behavior.language", &["build.agent"]),
    ("behavior.guardrails", &["build.agent", "configure.general", "channels.voice"]),
    ("behavior.models", &["build.agent"]),
    ("knowledge.faqs", &["build.knowledge"]),
    ("knowledge.sources", &["build.knowledge"]),
    ("knowledge.variants", &["build.variant_management"]),
    ("flows", &["build.flows"]),
    ("tools", &["build.tools"]),
    ("testing", &["build.test_suite"]),
    ("real_time_config", &["build.real_time_configuration", "build.configuration_builder"]),
    ("voice.agent", &["channels.voice"]),
    ("voice.handoffs", &["build.call_handoffs"]),
    ("voice.audio_library", &["channels.voice"]),
    ("voice.numbers", &["configure.numbers"]),
    ("voice.advanced", &["channels.voice"]),
    ("messaging.chat", &["channels.chat"]),
    ("messaging.sms", &["build.sms"]),
    ("integrations", &["configure.apis", "configure.integrations"]),
    ("deployments.environments", &["deployments.environments"]),
    ("deployments.ab_testing", &[]),
    ("deployments.compare_versions", &["deployments.project_history"]),
    ("deployments.project_history", &["deployments.project_history"]),
    ("widgets", &["channels.chat", "channels.voice"]),
    ("account", &["configure.general", "configure.apis"]),
];

/// Each March leaf at a level of its own, everything else at the level given: grants that say so.
fn march(levels: &[(&str, Level)], rest: Level) -> Grants {
    let mut grants = Grants::new(&studio_classic::catalog());
    for area in ["analytics", "build", "channels", "configure", "deployments"] {
        grants.set(area, Level::Edit).unwrap();
    }
    let catalog = studio_classic::catalog();
    let leaves = catalog.leaves().filter(|leaf| leaf.area().key() != "workspace");
    for leaf in leaves.filter(|leaf| leaf.area().key() != "plan") {
        let own = levels.iter().find(|(path, _)| *path == leaf.path());
        grants.set(leaf.path(), own.map_or(rest, |(_, level)| *level)).unwrap();
    }
    grants
}

fn level_of(profile: &Profile<'_>, leaf: &str) -> Level {
    let [edit, read] = ["edit", "read"].map(|rung| {
        let permission = studio::catalog().permission(&format!("{leaf}:{rung}")).unwrap();
        profile.permissions().contains(permission)
    });
    match (read, edit) {
        (true, true) => Level::Edit,
        (true, false) => Level::Read,
        (false, _) => Level::None,
    }
}

/// Every way to set the sources of every leaf, by own grants and by a template, with everything
/// else at None and at Edit.
#[test]
fn evo_7_each_june_leaf_is_the_lowest_of_its_march_leaves() {
    let migration = presets::march_to_june().build().unwrap();
    let features = migration.features(&Features::new(&studio_classic::catalog()));
    let none = Grants::new(&studio_classic::catalog());
    let mut cases = 0;
    for (leaf, sources) in TABLE {
        let ways = 3_usize.pow(u32::try_from(sources.len()).unwrap());
        for way in 0..ways {
            let levels: Vec<(&str, Level)> = sources
                .iter()
                .enumerate()
                .map(|(at, path)| {
                    (*path, Level::ALL[way / 3_usize.pow(u32::try_from(at).unwrap()) % 3])
                })
                .collect();
            let expected = levels.iter().map(|(_, level)| *level).min().unwrap_or(Level::None);
            for rest in [Level::None, Level::Edit] {
                let set = march(&levels, rest);
                let template = Template::new("t".parse().unwrap(), "T", set.clone()).unwrap();
                let template = migration.template(&template);
                for (template, grants) in
                    [(None, &set), (Some(&template), &none), (Some(&template), &set)]
                {
                    let profile = Profile {
                        role: Role::Member,
                        status: Status::Active,
                        template,
                        grants: &migration.grants(grants),
                        mutes: &Mutes::new(&studio::catalog()),
                        features: &features,
                    };
                    assert_eq!(level_of(&profile, leaf), expected, "{leaf}: {levels:?}, {rest}");
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 858);
}

/// EVO-3: the other way, what June took apart would come back whole for whoever has a part.
#[test]
fn evo_7_the_other_way_is_refused_with_what_would_be_gained() {
    let [june, march] = [studio::catalog(), studio_classic::catalog()];
    let mut back = Migration::between(&june, &march)
        .merge_any(["analytics.kpis", "analytics.custom_metrics"], "configure.metrics")
        .move_to("analytics.dashboards", "configure.dashboards")
        .move_to("analytics.csat", "configure.csat")
        .merge_any(
            ["behavior.general", "behavior.language", "behavior.models", "behavior.guardrails"],
            "build.agent",
        )
        .merge_any(["knowledge.faqs", "knowledge.sources"], "build.knowledge")
        .rename("knowledge.variants", "build.variant_management")
        .move_to("flows", "build.flows")
        .move_to("tools", "build.tools")
        .rename("testing", "build.test_suite")
        .split("real_time_config", ["build.real_time_configuration", "build.configuration_builder"])
        .merge_any(["voice.agent", "voice.audio_library", "voice.advanced"], "channels.voice")
        .rename("voice.handoffs", "build.call_handoffs")
        .move_to("voice.numbers", "configure.numbers")
        .move_to("messaging.chat", "channels.chat")
        .move_to("messaging.sms", "build.sms")
        .move_to("integrations", "configure.integrations")
        .split("account", ["configure.general", "configure.apis"])
        .add_operation("manage_api_connections");
    for path in [
        "analytics.polyscore",
        "deployments.ab_testing",
        "deployments.compare_versions",
        "widgets",
        "workspace.studio_assistant",
        "plan.enterprise_cluster",
    ] {
        back = back.retire(path);
    }
    for key in june.operations().map(|(key, _)| key).filter(|key| march.operation(key).is_err()) {
        back = back.retire_operation(key);
    }
    for template in Template::presets(&june) {
        back = back.retire_template(template.id().as_str());
    }
    for template in Template::presets(&march) {
        back = back.add_template(template.id().as_str());
    }
    let error = back.build().unwrap_err();
    let gains: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    let gained: Vec<&str> = gains.iter().filter_map(|gain| gain.split('`').nth(1)).collect();
    assert_eq!(
        gained,
        [
            "build.agent:read",
            "build.agent:edit",
            "build.knowledge:read",
            "build.knowledge:edit",
            "channels.voice:read",
            "channels.voice:edit",
            "configure.metrics:read",
            "configure.metrics:edit",
            "publish_chat_widget",
        ],
        "{error}"
    );
}
