use crate::migration::{Migration, MigrationBuilder};
use crate::presets::{studio, studio_classic};

/// The way from `studio/2026-03` to `studio/2026-06`, level for level (EVO-7). It builds as it is.
///
/// ```
/// use bailiwick::presets::{self, studio_classic};
/// use bailiwick::{Grants, Level};
///
/// let migration = presets::march_to_june().build()?;
/// let mut march = Grants::new(&studio_classic::catalog());
/// march.set("channels", Level::Edit)?;
/// march.set("channels.voice", Level::Read)?;
/// let june = migration.grants(&march);
/// assert_eq!(june.level("messaging.chat")?, Level::Edit);
/// assert_eq!(june.level("voice.agent")?, Level::Read);
/// // Widgets are published on both.
/// assert_eq!(june.level("widgets")?, Level::Read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn march_to_june() -> MigrationBuilder {
    Migration::between(&studio_classic::catalog(), &studio::catalog())
        .split("configure.metrics", ["analytics.kpis", "analytics.custom_metrics"])
        .move_to("configure.dashboards", "analytics.dashboards")
        .move_to("configure.csat", "analytics.csat")
        .add("analytics.polyscore")
        .lowest_of(["build.agent"], "behavior.general")
        .lowest_of(["build.agent"], "behavior.language")
        .lowest_of(["build.agent"], "behavior.models")
        .lowest_of(["build.agent", "configure.general", "channels.voice"], "behavior.guardrails")
        .split("build.knowledge", ["knowledge.faqs", "knowledge.sources"])
        .rename("build.variant_management", "knowledge.variants")
        .move_to("build.flows", "flows")
        .move_to("build.tools", "tools")
        .rename("build.test_suite", "testing")
        .merge_all(
            ["build.real_time_configuration", "build.configuration_builder"],
            "real_time_config",
        )
        .lowest_of(["channels.voice"], "voice.agent")
        .lowest_of(["channels.voice"], "voice.audio_library")
        .lowest_of(["channels.voice"], "voice.advanced")
        .rename("build.call_handoffs", "voice.handoffs")
        .move_to("configure.numbers", "voice.numbers")
        .lowest_of(["channels.chat"], "messaging.chat")
        .move_to("build.sms", "messaging.sms")
        .lowest_of(["configure.apis", "configure.integrations"], "integrations")
        .lowest_of(["deployments.project_history"], "deployments.compare_versions")
        .add("deployments.ab_testing")
        .lowest_of(["channels.chat", "channels.voice"], "widgets")
        .lowest_of(["configure.general", "configure.apis"], "account")
        .add("workspace.studio_assistant")
        .add("plan.enterprise_cluster")
        .retire_operation("manage_api_connections")
        .add_operation("publish_phone_widget")
        .add_operation("start_ab_test")
        .add_operation("manage_api_keys")
        .add_operation("export_call_data")
        .add_operation("edit_legal")
        .add_operation("view_api_keys")
        .add_operation("invite_user")
        .add_operation("manage_projects")
        .add_operation("manage_billing")
        .add_operation("use_studio_assistant")
        .retire_template("content_editor")
        .retire_template("qa_analyst")
        .retire_template("voice_specialist")
        .add_template("read_only_reviewer")
        .add_template("knowledge_editor")
        .add_template("full_developer")
        .add_template("operations_manager")
}
