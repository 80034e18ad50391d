//! CAT-7: an operation is a conjunction of permissions, and never an empty one.

use std::collections::BTreeSet;

use bailiwick::catalog::{KeyError, Source};
use bailiwick::presets::{self, agency, agency_studio, studio, studio_classic, tenant};
use bailiwick::{Catalog, Decision, Features, Mutes, Permission, Reason, Requirement, Role};

use super::{base, every_feature, lattice, needs, path, small};

const STUDIO_OPERATIONS: &str = "
publish_chat_widget = widgets:edit + messaging.chat:edit
publish_phone_widget = widgets:edit
promote_environment = deployments.environments:edit
start_ab_test = deployments.ab_testing:edit
manage_api_keys = account:edit
export_call_data = account:edit
edit_legal = account:edit
view_api_keys = account:read
invite_user = workspace.users:on
manage_projects = workspace.projects:on
manage_billing = workspace.billing:on
use_studio_assistant = workspace.studio_assistant:on
";

const STUDIO_CLASSIC_OPERATIONS: &str = "
publish_chat_widget = channels.chat:edit
promote_environment = deployments.environments:edit
manage_api_connections = configure.apis:edit
";

const TENANT_OPERATIONS: &str = "
connect_integration = integrations:manage
disconnect_integration = integrations:manage
reconfigure_integration = integrations:manage
export_metrics = analytics:export
change_conversation_settings = conversations:manage
view_crm_record = crm:on
update_crm_record = crm:on
";

/// `AGENT` and `ACTION` stand for every agent type and action type, in order.
const AGENCY_OPERATIONS: &str = "
create_AGENT_agent = general.assistants:on + agent_types.AGENT:on
edit_agent_settings = general.assistants:on + capabilities.configure:on
attach_knowledge_base = general.assistants:on + capabilities.configure:on + general.knowledge_base:on
edit_prompt = capabilities.prompt:on
create_ACTION = general.actions:on + action_types.ACTION:on
attach_ACTION = general.actions:on + capabilities.actions:on + action_types.ACTION:on
attach_phone_number = capabilities.deployment:on + general.phone_numbers:on
assign_memory_group = capabilities.deployment:on + general.contacts:on
set_webhook = capabilities.deployment:on
view_agent_calls = capabilities.calls:on
view_logs = general.logs:on
import_twilio_number = integrations.twilio:on + general.phone_numbers:on
import_elevenlabs_voice = integrations.elevenlabs:on + capabilities.configure:on
book_gohighlevel = integrations.gohighlevel:on + action_types.real_time_booking:on
book_cal_com = integrations.cal_com:on + action_types.real_time_booking:on
gohighlevel_action = integrations.gohighlevel:on + general.actions:on + action_types.custom_action:on
hubspot_action = integrations.hubspot:on + general.actions:on + action_types.custom_action:on
salesforce_action = integrations.salesforce:on + general.actions:on + action_types.custom_action:on
hubspot_extractor_sync = integrations.hubspot:on + action_types.information_extractor:on
invite_member = general.invite_members:on + workspace.members:on
manage_AGENT_agent = general.assistants:on + agent_types.AGENT:on
buy_phone_number = general.phone_numbers:on
deploy_agent = general.assistants:on + capabilities.deployment:on
open_workflows = general.workflows:on
view_analytics = general.analytics:on
run_simulation = general.simulations:on
manage_contacts = general.contacts:on
";

const AGENT_TYPES: [&str; 4] = ["inbound", "outbound", "widget", "chat"];

const ACTION_TYPES: [&str; 8] = [
    "real_time_booking",
    "information_extractor",
    "live_transfer",
    "send_sms",
    "incall_sms",
    "incall_whatsapp",
    "custom_action",
    "custom_eval",
];

/// The operations of a table: keys, each with all that it needs.
fn operations(table: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut operations = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let words: &[&str] = match line {
            _ if line.contains("AGENT") => &AGENT_TYPES,
            _ if line.contains("ACTION") => &ACTION_TYPES,
            _ => &[""],
        };
        for word in words {
            let line = line.replace("AGENT", word).replace("ACTION", word);
            let (key, needs) = line.split_once(" = ").unwrap();
            let needs = needs.split(" + ").map(str::to_owned);
            operations.push((key.to_owned(), needs.collect()));
        }
    }
    operations
}

/// CAT-7: the operations of the presets are those of the rules, in their order.
#[test]
fn an_operation_is_its_conjunction() {
    let check = |catalog: Catalog, table: &str, count: usize| {
        let expected = operations(table);
        assert_eq!(expected.len(), count, "the table of {}", catalog.id());
        let found: Vec<_> = catalog
            .operations()
            .map(|(key, requirement)| (key.to_owned(), needs(&catalog, requirement)))
            .collect();
        assert_eq!(found, expected, "{}", catalog.id());
    };
    check(studio::catalog(), STUDIO_OPERATIONS, 12);
    check(studio_classic::catalog(), STUDIO_CLASSIC_OPERATIONS, 3);
    check(tenant::catalog(), TENANT_OPERATIONS, 7);
    check(agency::catalog(), AGENCY_OPERATIONS, 47);
    let invite = "invite_member = general.invite_members:on + workspace.members:on\n";
    let composed =
        AGENCY_OPERATIONS.replace(invite, "").replace("integrations.", "vendor_integrations.")
            + "invite_member = general.invite_members:on + workspace.users:on\n";
    check(agency_studio::catalog(), &[STUDIO_OPERATIONS, &composed].concat(), 12 + 47);
    assert_eq!(
        agency::catalog().operation("attach_send_sms"),
        Ok(&agency::operations::ATTACH_SEND_SMS),
    );
}

/// CAT-7: whoever has all conjuncts may, and whoever lacks any one of them may not.
#[test]
fn dropping_any_one_conjunct_denies() {
    for catalog in presets::all().into_iter().chain([small::catalog()]) {
        let (mutes, features) = (Mutes::new(&catalog), every_feature(&catalog));
        let all = lattice(&catalog, Role::Member, &mutes, &features);
        let admins = lattice(&catalog, Role::Admin, &mutes, &features);
        for (key, requirement) in catalog.operations() {
            let kim = all.subject("kim");
            // What comes with the role is no member's (ROLE-4).
            if requirement.iter().any(|one| catalog.source(one) == Some(Source::Role)) {
                assert_eq!(kim.decide(requirement), Decision::Deny(Reason::AdminOnly), "{key}");
                assert!(admins.subject("kim").can_all(requirement), "{key}");
                continue;
            }
            assert!(kim.can_all(requirement), "{key}");
            assert_eq!(kim.decide(requirement), Decision::Allow, "{key}");
            for conjunct in requirement.iter() {
                check_without(&catalog, key, requirement, conjunct);
            }
        }
    }
}

/// `requirement` is not met without `conjunct`.
#[track_caller]
fn check_without(catalog: &Catalog, key: &str, requirement: &Requirement, conjunct: Permission) {
    let name = format!("{key} without {}", catalog.display(conjunct));
    let others = catalog.permissions().filter(|one| *one != conjunct);
    let needing = |one: &Permission| catalog.permission_set([*one]).contains(conjunct);
    let set = catalog.permission_set(others.filter(|one| !needing(one)));
    assert!(!set.contains_all(requirement), "{name}");
    assert!(catalog.all().contains_all(requirement), "{key}");

    let (mut mutes, mut features) = (Mutes::new(catalog), every_feature(catalog));
    let reason = match catalog.source(conjunct).unwrap() {
        Source::Grantable => {
            mutes.mute(conjunct).unwrap();
            Reason::Muted
        }
        // AGY-2: what is always on cannot be dropped.
        Source::Account if Features::new(catalog).is_on(conjunct) => return,
        Source::Account => {
            features.turn_off(path(catalog, conjunct)).unwrap();
            Reason::NotEntitled
        }
        Source::Role => panic!("{name}: no operation needs a role"),
    };
    let lattice = lattice(catalog, Role::Member, &mutes, &features);
    let kim = lattice.subject("kim");
    assert!(!kim.can_all(requirement), "{name}");
    assert_eq!(kim.decide(requirement), Decision::Deny(reason), "{name}");
}

/// CAT-7: there is no empty requirement, which everybody would meet.
#[test]
fn an_empty_conjunction_cannot_be_built() {
    let nothing: [&str; 0] = [];
    for catalog in presets::all() {
        assert_eq!(catalog.require(nothing), Err(KeyError::Empty));
    }
    let none = base().operation("nothing", nothing).build();
    assert_eq!(
        none.unwrap_err().problems()[0].to_string(),
        "operations[0]: operation `nothing` needs no permission; name at least one",
    );
}
