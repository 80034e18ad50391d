//! The presets against the pages that say them.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::preset;
use crate::naive::catalog::lines;
use crate::naive::{Catalog, Oracle};

fn says(id: &str) -> Vec<String> {
    lines(&preset(id))
}

#[track_caller]
fn check(lines: &[String], expected: &[&str]) {
    for line in expected {
        assert!(lines.iter().any(|one| one == line), "{line} in {lines:#?}");
    }
}

#[test]
fn the_studio_says_what_its_page_says() {
    let june = says("studio/2026-06");
    check(
        &june,
        &[
            "role member \"Member\"",
            "section smart_analyst \"Smart Analyst\" Insights drawn by AI",
            "section studio_assistant \"Studio Assistant (Beta)\" -",
            "area real_time_config \"Real-time config\" Its tools and the configuration builder \
             grantable \"levels\"",
            "area workspace \"Workspace\" - role \"toggle\"",
            "area plan \"Plan\" - account by host \"toggle\"",
            "gate workspace.studio_assistant needs plan.enterprise_cluster",
            "invite carried by workspace.users:on",
            "permissions carried by workspace.permissions:on",
            "templates carried by workspace.permissions:on",
            "audit log plan.enterprise",
            "retired plan.audit_log",
            "operation view_api_keys \"View api keys\" - needs account:read",
        ],
    );
    assert_eq!(june.iter().filter(|line| line.starts_with("operation")).count(), 12);
    let classic = says("studio/2026-03");
    check(
        &classic,
        &[
            "none Hidden: no access",
            "section real_time_configuration \"Real-time configuration\" -",
            "section voice or voice_configuration \"Voice configuration\" -",
            "operation manage_api_connections \"Manage api connections\" - needs \
             configure.apis:edit",
        ],
    );
    assert!(!classic.iter().any(|line| line.contains("studio_assistant")));
    let qa = Oracle::new(&json!({"catalog": "studio/2026-03"})).template_set("qa_analyst");
    assert_eq!(qa.into_iter().collect::<Vec<_>>(), ["analytics.conversations:read"]);
}

#[test]
fn the_tenant_says_what_its_page_says() {
    let tenant = says("tenant/1");
    check(
        &tenant,
        &[
            "role admin \"Admin\"",
            "role member \"User\"",
            "area crm \"CRM access\" Seeing and changing CRM records grantable user only \"toggle\"",
            "delete carried by tenant.users:on or users:delete",
            "templates carried by tenant.templates:on or users:manage",
            "audit log policy.audit_log",
            "template manager \"Manager\" Sees how the team does, and keeps it",
        ],
    );
    let oracle = Oracle::new(&json!({"catalog": "tenant/1"}));
    let set = |id: &str| oracle.template_set(id).into_iter().collect::<Vec<_>>();
    let agent = ["conversations:create", "conversations:edit", "conversations:view"];
    assert_eq!(set("support_agent"), agent);
    assert_eq!(set("manager").len(), 6);
    assert_eq!(set("integrator").len(), 11);
}

#[test]
fn the_agency_says_what_its_page_says() {
    let agency = says("agency/1");
    check(
        &agency,
        &[
            "area general \"General Permissions\" - account by agency \"toggle\"",
            "section assistants! [assistants] \"Agents\" Creating agents; always on",
            "section invite_members \"Invite Members\" Inviting and managing team members; only in \
             the user interface",
            "section cal_com \"Cal.com\" Booking",
            "section members \"Manage members\" -",
            "edit carried by workspace.members:on while general.invite_members",
            "operation invite_member \"Invite member\" - needs general.invite_members:on + \
             workspace.members:on",
            "operation manage_chat_agent \"Manage chat agent\" - needs general.assistants:on + \
             agent_types.chat:on",
        ],
    );
    assert_eq!(agency.iter().filter(|line| line.contains(" [")).count(), 13);
    assert_eq!(agency.iter().filter(|line| line.starts_with("operation")).count(), 47);
    let areas = Catalog::new(&json!("agency/1")).areas;
    assert_eq!(areas.last().unwrap().key, "workspace");
}

#[test]
fn the_agency_and_the_studio_compose() {
    let composed = says("agency-studio/1");
    check(
        &composed,
        &[
            "area vendor_integrations \"Integrations\" - account by agency \"toggle\"",
            "area plan \"Plan\" - account by host \"toggle\"",
            "gate workspace.studio_assistant needs plan.enterprise_cluster",
            "gate voice.numbers needs general.phone_numbers",
            "invite carried by workspace.users:on while general.invite_members",
            "edit carried by workspace.users:on",
            "operation invite_member \"Invite member\" - needs general.invite_members:on + \
             workspace.users:on",
            "operation import_twilio_number \"Import twilio number\" - needs \
             vendor_integrations.twilio:on + general.phone_numbers:on",
        ],
    );
    let gated = |line: &&String| line.starts_with("gate") && line.contains("vendor_integrations");
    assert_eq!(composed.iter().filter(gated).count(), 0);
    let areas = Catalog::new(&json!("agency-studio/1")).areas;
    assert_eq!(areas.len(), 13 + 2 + 5);
}
