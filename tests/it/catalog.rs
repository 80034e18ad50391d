//! CAT: what a catalog says, what it refuses, and that its three forms say the same; the presets.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "tests, whose tables are long"
)]

mod words;

use core::hash::{Hash, Hasher};
use std::collections::BTreeSet;
use std::hash::DefaultHasher;

use bailiwick::catalog::{
    Actions, CatalogBuilder, CatalogError, CatalogFault, CatalogProblem, Container, KeyError, Leaf,
    LeafView, Levels, SettingError, Source, TemplateKey, Toggle,
};
use bailiwick::document::{Case, Cases, Document, DocumentError, DocumentFault, DocumentProblem};
use bailiwick::presets::{self, agency, agency_studio, studio, studio_classic, tenant};
use bailiwick::{
    Account, Area, Catalog, Decision, Features, Grants, Lattice, Level, Mutes, Permission,
    PermissionSet, Profile, Reason, Requirement, Role, Section, Setting, Status, Template,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::naive::{self, Oracle};
use crate::worlds;

// The presets.

/// Every area of a catalog and what is in it: names, labels, source and setter, scale; `*` for what
/// is always on, `[x]` for an API name, `(user)` for what a template cannot set.
fn table(catalog: &Catalog) -> String {
    let areas = catalog.areas().iter();
    let lines: Vec<String> = areas.map(|area| area_line(area) + "\n").collect();
    lines.concat()
}

fn area_line(area: &Area) -> String {
    let rungs: Vec<&str> = area.scale().rungs().collect();
    let user_only = if area.is_user_only() { " (user)" } else { "" };
    let head = format!(
        "{}: {}{} {}{user_only}",
        section_words(area.section()),
        area.source().name(),
        area.setter().map(|setter| format!(" {}", setter.name())).unwrap_or_default(),
        rungs.join("/"),
    );
    let sections = area.sub_sections().iter();
    let lines = sections.map(|section| format!("\n  {}", section_words(section)));
    head + &lines.collect::<String>()
}

fn section_words(section: &Section) -> String {
    let names = format!("{} \"{}\"", section.key(), section.label());
    let aliases = section.aliases().map(|alias| format!(" | {alias}"));
    let api = section.api_name().map(|name| format!(" [{name}]"));
    let always_on = section.is_always_on().then(|| " *".to_owned());
    let words = [names].into_iter().chain(aliases);
    words.chain(api).chain(always_on).collect()
}

const STUDIO: &str = r#"analytics "Analytics": grantable read/edit
  conversations "Conversations"
  kpis "KPIs"
  custom_metrics "Custom metrics"
  dashboards "Dashboards"
  polyscore "PolyScore"
  smart_analyst "Smart Analyst"
  agent_analysis "Agent analysis"
  csat "CSAT"
behavior "Behavior": grantable read/edit
  general "General"
  language "Language"
  guardrails "Guardrails"
  models "Models"
knowledge "Knowledge": grantable read/edit
  faqs "FAQs"
  sources "Sources"
  variants "Variants"
flows "Flows": grantable read/edit
tools "Tools": grantable read/edit
testing "Testing": grantable read/edit
real_time_config "Real-time config": grantable read/edit
voice "Voice": grantable read/edit
  agent "Agent"
  handoffs "Handoffs"
  audio_library "Audio library"
  numbers "Numbers"
  advanced "Advanced"
messaging "Messaging": grantable read/edit
  chat "Chat" | chat_configuration | widget_settings
  sms "SMS"
integrations "Integrations": grantable read/edit
deployments "Deployments": grantable read/edit
  environments "Environments"
  ab_testing "A/B testing"
  compare_versions "Compare versions"
  project_history "Project history"
widgets "Widgets": grantable read/edit
account "Account": grantable read/edit
"#;

const STUDIO_CLASSIC: &str = r#"analytics "Analytics": grantable read/edit
  smart_analyst "Smart analyst"
  conversations "Conversations"
  agent_analysis "Agent analysis"
build "Build": grantable read/edit
  agent "Agent"
  knowledge "Knowledge"
  flows "Flows"
  tools "Tools" | functions
  variant_management "Variant management" | variants
  call_handoffs "Call handoffs" | handoffs
  sms "SMS"
  real_time_configuration "Real-time configuration"
  configuration_builder "Configuration builder"
  test_suite "Test suite"
channels "Channels": grantable read/edit
  voice "Voice configuration" | voice_configuration
  chat "Chat" | chat_configuration | widget
configure "Configure": grantable read/edit
  general "General"
  numbers "Numbers"
  apis "APIs"
  integrations "Integrations"
  metrics "Metrics"
  dashboards "Dashboards"
  csat "CSAT"
deployments "Deployments": grantable read/edit
  environments "Environments"
  project_history "Project history"
"#;

const STUDIO_ACCOUNT: &str = r#"workspace "Workspace": role on
  projects "Projects"
  users "Users"
  permissions "Permissions"
  billing "Billing"
  account_settings "Account settings"
  secrets "Secrets"
  studio_assistant "Studio Assistant (Beta)"
plan "Plan": account host on
  enterprise "Enterprise"
  enterprise_cluster "Enterprise cluster"
"#;

const STUDIO_CLASSIC_ACCOUNT: &str = r#"workspace "Workspace": role on
  projects "Projects"
  users "Users"
  permissions "Permissions"
  billing "Billing"
  account_settings "Account settings"
  secrets "Secrets"
plan "Plan": account host on
  enterprise "Enterprise"
"#;

const TENANT: &str = r#"conversations "Conversations": grantable view/create/edit/delete/manage
settings "Settings": grantable view/create/edit/delete/manage
users "Users": grantable view/create/edit/delete/manage
analytics "Analytics": grantable view/create/edit/delete/manage/export
integrations "Integrations": grantable view/create/edit/delete/manage
experiments "Experiments": grantable view/create/edit/delete/manage
crm "CRM access": grantable on (user)
tenant "Tenant": role on
  users "Users"
  templates "Templates"
  billing "Billing"
  seats "Seats"
policy "Policy": account host on
  user_delegation "User delegation"
  audit_log "Audit log"
"#;

const AGENCY: &str = r#"general "General Permissions": account agency on
  assistants "Agents" [assistants] *
  knowledge_base "Knowledge Base" [knowledge_base]
  actions "Actions" [actions]
  workflows "Workflows" [workflows]
  contacts "Contacts" [contacts]
  phone_numbers "Phone Numbers" [phone_numbers]
  analytics "Analytics" [analytics]
  simulations "Test Center (Simulations)" [simulations]
  logs "Logs" [logs]
  invite_members "Invite Members"
agent_types "Agent Types": account agency on
  inbound "Inbound agents" [inbound]
  outbound "Outbound agents" [outbound]
  widget "Widget agents" [widget]
  chat "Chat agents" [chat]
capabilities "Agents' Capabilities": account agency on
  configure "Configure"
  prompt "Prompt"
  actions "Actions"
  deployment "Deployment"
  calls "Calls"
integrations "Integrations": account agency on
  twilio "Twilio"
  elevenlabs "ElevenLabs"
  gohighlevel "GoHighLevel"
  hubspot "HubSpot"
  cal_com "Cal.com"
  salesforce "Salesforce"
action_types "Actions": account agency on
  real_time_booking "Real-time booking"
  information_extractor "Information extractor"
  live_transfer "Live transfer"
  send_sms "Send SMS"
  incall_sms "In-call SMS"
  incall_whatsapp "In-call WhatsApp"
  custom_action "Custom action"
  custom_eval "Custom eval"
"#;

/// The role area of the agency's catalog, its last.
const AGENCY_WORKSPACE: &str = r#"workspace "Workspace": role on
  members "Manage members"
"#;

/// CAT-1 to CAT-5: the presets are the tables of the rules, in their order.
#[test]
fn the_presets_are_the_tables_of_the_rules() {
    let check = |catalog: Catalog, id: &str, expected: String| {
        assert_eq!(catalog.id(), id);
        assert_eq!(table(&catalog), expected, "{id}");
    };
    check(studio::catalog(), "studio/2026-06", [STUDIO, STUDIO_ACCOUNT].concat());
    check(
        studio_classic::catalog(),
        "studio/2026-03",
        [STUDIO_CLASSIC, STUDIO_CLASSIC_ACCOUNT].concat(),
    );
    check(tenant::catalog(), "tenant/1", TENANT.into());
    check(agency::catalog(), "agency/1", [AGENCY, AGENCY_WORKSPACE].concat());
    let vendors = AGENCY.replace("\nintegrations ", "\nvendor_integrations ");
    check(agency_studio::catalog(), "agency-studio/1", [STUDIO, STUDIO_ACCOUNT, &vendors].concat());
    let [ids @ .., composed] = presets::all().map(|one| one.id().to_owned());
    assert_eq!((ids, composed.as_str()), (worlds::PRESETS.map(str::to_owned), "agency-studio/1"));
}

/// CAT-11 to CAT-17: labels, descriptions, setters, gates, authority, operations and templates are
/// those of the naive tables, line by line.
#[test]
fn the_presets_say_what_the_naive_tables_say() {
    for catalog in presets::all() {
        let written = naive::lines(&serde_json::to_value(&catalog).unwrap());
        let expected = naive::lines(&naive::preset(catalog.id()));
        for (line, expected) in written.iter().zip(&expected) {
            assert_eq!(line, expected, "{}", catalog.id());
        }
        assert_eq!(written.len(), expected.len(), "{}", catalog.id());
    }
}

/// CAT-2, CAT-4: how many areas, leaves and permissions there are of each source.
#[test]
fn the_presets_have_as_many_permissions_as_the_rules_say() {
    let check = |catalog: Catalog, source: Source, expected: [usize; 3]| {
        let areas: Vec<_> = catalog.areas().iter().filter(|area| area.source() == source).collect();
        let leaves = areas.iter().map(|area| area.sub_sections().len().max(1));
        let permissions = catalog.permissions().filter(|one| catalog.source(*one) == Some(source));
        let counted = [areas.len(), leaves.sum(), permissions.count()];
        assert_eq!(counted, expected, "{} {source:?}", catalog.id());
    };
    check(studio::catalog(), Source::Grantable, [13, 33, 66]);
    check(studio::catalog(), Source::Role, [1, 7, 7]);
    check(studio::catalog(), Source::Account, [1, 2, 2]);
    check(studio_classic::catalog(), Source::Grantable, [5, 24, 48]);
    check(studio_classic::catalog(), Source::Role, [1, 6, 6]);
    check(studio_classic::catalog(), Source::Account, [1, 1, 1]);
    check(tenant::catalog(), Source::Grantable, [7, 7, 31 + 1]);
    check(tenant::catalog(), Source::Role, [1, 4, 4]);
    check(tenant::catalog(), Source::Account, [1, 2, 2]);
    check(agency::catalog(), Source::Grantable, [0, 0, 0]);
    check(agency::catalog(), Source::Role, [1, 1, 1]);
    check(agency::catalog(), Source::Account, [5, 33, 33]);
    let totals = presets::all().map(|catalog| catalog.permissions().count());
    assert_eq!(totals, [75, 55, 38, 34, 108]);
    let features = presets::all().map(|catalog| catalog.features().count());
    assert_eq!(features, [2, 1, 2, 33, 35]);
}

/// AGY-1: exactly 13 features have an API name.
#[test]
fn thirteen_features_have_an_api_name() {
    let catalog = agency::catalog();
    let sections = catalog.areas().iter().flat_map(Area::sub_sections);
    let names: Vec<&str> = sections.filter_map(Section::api_name).collect();
    assert_eq!(
        names.join(" "),
        "assistants knowledge_base actions workflows contacts phone_numbers analytics simulations \
         logs inbound outbound widget chat",
    );
    assert_eq!(names.len(), 13);
}

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

/// What an active member with these grants alone may do.
fn given_by(grants: &Grants) -> PermissionSet {
    let catalog = grants.catalog();
    let profile = Profile {
        role: Role::Member,
        status: Status::Active,
        template: None,
        grants,
        mutes: &Mutes::new(catalog),
        features: &Features::new(catalog),
    };
    profile.permissions()
}

// Gates and operations.

/// CAT-6: what the gates of the presets close, for admins too, and that one gate leads to another.
#[test]
fn a_gate_makes_inert_what_lacks_its_features() {
    #[track_caller]
    fn check(catalog: &Catalog, features: &[&str], closed: &str) {
        let mut on = Features::new(catalog);
        for feature in features {
            on.turn_on(feature).unwrap();
        }
        let set = held(catalog, Role::Admin, &Mutes::new(catalog), &on);
        let missing = catalog.permissions().filter(|one| !set.contains(*one));
        let missing: Vec<String> = missing.map(|one| catalog.display(one).to_string()).collect();
        assert_eq!(missing.join(" "), closed, "{features:?}");
    }
    let (plan, assistant) = ("plan.enterprise:on", "workspace.studio_assistant:on");
    let cluster = "plan.enterprise_cluster:on";
    check(&studio::catalog(), &[], &format!("{assistant} {plan} {cluster}"));
    check(&studio::catalog(), &["plan.enterprise"], &format!("{assistant} {cluster}"));
    check(&studio::catalog(), &["plan.enterprise_cluster"], plan);
    check(&studio_classic::catalog(), &[], plan);
    check(&studio_classic::catalog(), &["plan.enterprise"], "");
    let small = small::catalog();
    let queues = "queues.fast:view queues.fast:purge queues.slow:view queues.slow:purge";
    let drafts = "docs.drafts:read docs.drafts:edit";
    check(
        &small,
        &["plan.pro", "beta"],
        &format!("{drafts} desk.vault:on plan.pro:on plan.team:on"),
    );
    check(&small, &["plan.pro", "plan.team"], &format!("{queues} desk.vault:on beta:on"));
    check(&small, &["plan.pro", "plan.team", "beta"], "");
}

/// What an active user may do who is granted everything there is.
fn held(catalog: &Catalog, role: Role, mutes: &Mutes, features: &Features) -> PermissionSet {
    let lattice = lattice(catalog, role, mutes, features);
    lattice.subject("kim").permissions()
}

/// A lattice of one active user, kim, who is granted everything there is.
fn lattice(catalog: &Catalog, role: Role, mutes: &Mutes, features: &Features) -> Lattice {
    let mut grants = Grants::new(catalog);
    for area in catalog.areas() {
        if area.source() == Source::Grantable {
            let most = match area.scale() {
                bailiwick::catalog::Scale::Levels => Level::Edit.into(),
                bailiwick::catalog::Scale::Toggle => true.into(),
                bailiwick::catalog::Scale::Actions(actions) => Setting::actions(actions.to_vec()),
            };
            grants.set(area.section().key(), most).unwrap();
        }
    }
    let kim =
        Profile { role, status: Status::Active, template: None, grants: &grants, mutes, features };
    Lattice::compile(catalog, [("kim", kim)])
}

/// Every feature that is there.
fn every_feature(catalog: &Catalog) -> Features {
    let mut features = Features::new(catalog);
    for feature in catalog.features() {
        features.turn_on(path(catalog, feature)).unwrap();
    }
    features
}

fn path(catalog: &Catalog, permission: Permission) -> String {
    let text = catalog.display(permission).to_string();
    text.split_once(':').unwrap().0.to_owned()
}

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

fn needs(catalog: &Catalog, requirement: &Requirement) -> BTreeSet<String> {
    let needs = requirement.iter();
    needs.map(|one| catalog.display(one).to_string()).collect()
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

/// AGY-2: what is always on stays on, and so the tables above cannot drop it.
#[test]
fn what_is_always_on_cannot_be_turned_off() {
    let mut features = Features::new(&agency::catalog());
    let assistants = agency::general::ASSISTANTS;
    assert!(features.is_on(assistants.on()));
    let refused = features.turn_off(assistants).unwrap_err();
    assert_eq!(refused.to_string(), "`general.assistants` is always on and cannot be turned off");
    assert!(features.is_on(assistants.on()));
    features.turn_on(agency::general::LOGS).unwrap();
    features.turn_off(agency::general::LOGS).unwrap();
    assert!(!features.is_on(agency::general::LOGS.on()));
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

// Names.

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
        "unknown area `knowledge`; there are `docs`, `notes`, `jobs`, `queues`, `people`, \
         `alarm`, `phone`, `desk`, `plan`, `beta`",
    );
    check(
        small.permission("Docs.pages:read"),
        &unknown_area("Docs"),
        "unknown area `Docs`; there are `docs`, `notes`, `jobs`, `queues`, `people`, `alarm`, \
         `phone`, `desk`, `plan`, `beta`",
    );
    check(
        small.permission(":read"),
        &unknown_area(""),
        "unknown area ``; there are `docs`, `notes`, `jobs`, `queues`, `people`, `alarm`, \
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
        "unknown operation `publsh`; there are `publish`, `halt`, `drain`",
    );
    check(
        small.require(["publsh"]),
        &KeyError::UnknownAsk {
            given: "publsh".into(),
            known: "`publish`, `halt`, `drain`".into(),
        },
        "`publsh` is not an operation; there are `publish`, `halt`, `drain`; a permission or an area \
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
    assert_eq!(
        mismatch.to_string(),
        "the two belong to different catalogs; use values of one catalog",
    );
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

// The three forms.

mod small {
    bailiwick::catalog! {
        /// Every construct of a declaration, once at least.
        "small/1";

        areas {
            docs "Documents" | "papers": levels {
                PAGES = "pages" "Web pages" | "sheets" | "leaves",
                DRAFTS = "drafts",
            };
            notes | "memos": levels as NOTES;
            jobs: actions[VIEW = "view", RUN = "run", STOP = "stop"] as JOBS;
            queues: actions[VIEW = "view", PURGE = "purge"] { FAST = "fast", SLOW = "slow" };
            people: actions[
                VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete",
                MANAGE = "manage",
            ] as PEOPLE;
            alarm: toggle as ALARM;
            phone "Phone access": toggle(user_only) as PHONE;
            desk: toggle(role) { BILLING = "billing", VAULT = "vault" };
            plan: toggle(account) {
                BASIC = "basic" api "basic_plan" always on,
                PRO = "pro" | "professional",
                TEAM = "team" "Team plan" api "team",
            };
            beta: toggle(account) as BETA;
        }
        gates {
            "docs.drafts": ["plan.pro"];
            "plan.pro": ["plan.team"];
            "desk.vault": ["plan.pro", "beta"];
            "queues": ["beta"];
        }
        delegation { "people": "plan.team"; }
        operations {
            PUBLISH = "publish": ["docs.pages:edit", "docs.drafts:read"];
            HALT = "halt": ["jobs:stop"];
            DRAIN = "drain": ["queues:purge", "plan.basic:on"];
        }
        templates {
            WRITER = "writer" "Writer": {
                "docs": Edit,
                "docs.drafts": Read,
                "notes": None,
                "jobs": ["view", "run"],
                "alarm": true,
            };
            GUEST = "guest" "Guest": { "alarm": false };
        }
    }
}

/// The same by hand, at run time.
fn small_builder() -> CatalogBuilder {
    let writer: [(&str, Setting); 5] = [
        ("docs", Level::Edit.into()),
        ("docs.drafts", Level::Read.into()),
        ("notes", Level::None.into()),
        ("jobs", Setting::actions(["view", "run"])),
        ("alarm", true.into()),
    ];
    let pages = Section::new("pages").labelled("Web pages");
    let basic = Section::new("basic").known_to_api_as("basic_plan").always_on();
    let team = Section::new("team").labelled("Team plan").known_to_api_as("team");
    Catalog::builder("small/1")
        .area(
            Area::levels(Section::new("docs").labelled("Documents").aliased("papers"))
                .with(pages.aliased("sheets").aliased("leaves"))
                .with("drafts"),
        )
        .area(Area::levels(Section::new("notes").aliased("memos")))
        .area(Area::actions("jobs", ["view", "run", "stop"]))
        .area(Area::actions("queues", ["view", "purge"]).with("fast").with("slow"))
        .area(Area::actions("people", ["view", "create", "edit", "delete", "manage"]))
        .area(Area::toggle("alarm"))
        .area(Area::toggle(Section::new("phone").labelled("Phone access")).user_only())
        .area(Area::toggle("desk").set_by(Source::Role).with("billing").with(String::from("vault")))
        .area(
            Area::toggle("plan")
                .set_by(Source::Account)
                .with(basic)
                .with(Section::new("pro").aliased("professional"))
                .with(team),
        )
        .area(Area::toggle("beta").set_by(Source::Account))
        .gate("docs.drafts", ["plan.pro"])
        .gate("plan.pro", ["plan.team"])
        .gate("desk.vault", ["plan.pro", "beta"])
        .gate("queues", ["beta"])
        .delegation("people", "plan.team")
        .operation("publish", ["docs.pages:edit", "docs.drafts:read"])
        .operation("halt", ["jobs:stop"])
        .operation("drain", ["queues:purge", "plan.basic:on"])
        .template("writer", "Writer", writer)
        .template("guest", "Guest", [("alarm", false)])
}

/// The same by hand, as a document.
fn small_document() -> Value {
    json!({
        "format": "bailiwick/catalog/1",
        "id": "small/1",
        "areas": [
            {"key": "docs", "label": "Documents", "aliases": ["papers"], "scale": "levels",
             "sub_sections": [
                {"key": "pages", "label": "Web pages", "aliases": ["sheets", "leaves"]},
                {"key": "drafts"},
             ]},
            {"key": "notes", "aliases": ["memos"], "scale": "levels"},
            {"key": "jobs", "scale": {"actions": ["view", "run", "stop"]}},
            {"key": "queues", "scale": {"actions": ["view", "purge"]},
             "sub_sections": [{"key": "fast"}, {"key": "slow"}]},
            {"key": "people",
             "scale": {"actions": ["view", "create", "edit", "delete", "manage"]}},
            {"key": "alarm", "scale": "toggle"},
            {"key": "phone", "label": "Phone access", "scale": "toggle", "user_only": true},
            {"key": "desk", "scale": "toggle", "source": "role",
             "sub_sections": [{"key": "billing"}, {"key": "vault"}]},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [
                {"key": "basic", "api_name": "basic_plan", "always_on": true},
                {"key": "pro", "aliases": ["professional"]},
                {"key": "team", "label": "Team plan", "api_name": "team"},
             ]},
            {"key": "beta", "scale": "toggle", "source": "account"},
        ],
        "gates": [
            {"target": "docs.drafts", "needs": ["plan.pro"]},
            {"target": "plan.pro", "needs": ["plan.team"]},
            {"target": "desk.vault", "needs": ["plan.pro", "beta"]},
            {"target": "queues", "needs": ["beta"]},
        ],
        "delegated": {"area": "people", "feature": "plan.team"},
        "operations": [
            {"key": "publish", "needs": ["docs.pages:edit", "docs.drafts:read"]},
            {"key": "halt", "needs": ["jobs:stop"]},
            {"key": "drain", "needs": ["queues:purge", "plan.basic:on"]},
        ],
        "templates": [
            {"id": "writer", "name": "Writer",
             "grants": {"docs": "edit", "docs.drafts": "read", "notes": "none",
                        "jobs": ["view", "run"], "alarm": true}},
            {"id": "guest", "name": "Guest", "grants": {"alarm": false}},
        ],
    })
}

fn document(value: &Value) -> Document {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn read(value: &Value) -> Catalog {
    Catalog::from_document(&document(value)).unwrap()
}

/// CAT-1: two catalogs are one value, and each reads the other's permissions as its own.
#[track_caller]
fn same(one: &Catalog, other: &Catalog) {
    assert_eq!(one, other);
    assert_eq!(one.stamp(), other.stamp());
    assert_eq!(one.all(), other.all());
    assert!(one.operations().eq(other.operations()));
    assert!(Template::presets(one).eq(Template::presets(other)));
}

/// CAT-1: in code, at run time or as a document, equal content is an equal catalog.
#[test]
fn the_three_forms_are_one_catalog() {
    let small = small::catalog();
    same(&small, &small_builder().build().unwrap());
    same(&small, &read(&small_document()));
    assert_eq!(serde_json::to_value(&small).unwrap().to_string(), small_document().to_string());
    for catalog in presets::all().into_iter().chain([small]) {
        let written = serde_json::to_value(&catalog).unwrap();
        same(&catalog, &read(&written));
        same(&catalog, &catalog.to_builder(catalog.id().to_owned()).build().unwrap());
        let other = catalog.to_builder("other/1").build().unwrap();
        assert_ne!(other, catalog);
        assert_ne!(other.stamp(), catalog.stamp());
        assert_eq!(other.areas(), catalog.areas());
    }
}

/// CAT-1: the presets are five catalogs, and `catalog()` is the same one every time.
#[test]
fn a_preset_is_built_once() {
    for (one, again) in presets::all().iter().zip(presets::all()) {
        same(one, &again);
    }
    let stamps: BTreeSet<String> =
        presets::all().iter().map(|one| format!("{:?}", one.stamp())).collect();
    assert_eq!(stamps.len(), 5);
}

/// CAT-1: no two catalogs that differ in one thing have one stamp.
#[test]
fn changing_any_one_thing_changes_the_stamp() {
    let changes = [
        ("/id", json!("small/2")),
        ("/areas/6/key", json!("phones")),
        ("/areas/0/aliases", json!(["paper"])),
        ("/areas/0/aliases", json!([])),
        ("/areas/0/sub_sections/0/aliases", json!(["leaves", "sheets"])),
        ("/areas/0/sub_sections/0/aliases", json!(["sheets"])),
        ("/areas/3/sub_sections/1/key", json!("slower")),
        ("/areas/3/sub_sections", json!([{"key": "slow"}, {"key": "fast"}])),
        ("/areas/3/sub_sections", json!([{"key": "fast"}])),
        ("/areas/2/scale", json!({"actions": ["view", "stop", "run"]})),
        ("/areas/2/scale", json!({"actions": ["view", "run", "stop", "go"]})),
        ("/areas/5/source", json!("role")),
        ("/areas/6/user_only", json!(false)),
        ("/areas/5/user_only", json!(true)),
        ("/areas/7/source", json!("grantable")),
        ("/areas/7/source", json!("account")),
        ("/areas/7/scale", json!("levels")),
        ("/areas/8/sub_sections/0/always_on", json!(false)),
        ("/areas/8/sub_sections/2/always_on", json!(true)),
        ("/areas/8/sub_sections/0/api_name", json!("basic")),
        ("/areas/8/sub_sections/0/api_name", Value::Null),
        ("/areas/9/api_name", json!("beta")),
        ("/gates/0/target", json!("docs.pages")),
        ("/gates/0/needs", json!(["beta"])),
        ("/gates/2/needs", json!(["beta", "plan.pro"])),
        ("/gates/3", json!({"target": "plan.pro", "needs": ["beta"]})),
        ("/gates", json!([])),
        ("/delegated/feature", json!("beta")),
        ("/delegated", Value::Null),
        ("/operations/1/key", json!("stop")),
        ("/operations/1/needs", json!(["jobs:run"])),
        ("/operations/1/needs", json!(["jobs:stop", "jobs:run"])),
        ("/operations", json!([])),
    ];
    let mut stamps = vec![small::catalog().stamp()];
    for (pointer, value) in changes {
        let mut edited = small_document();
        set(&mut edited, pointer, value.clone());
        // An area that nobody is granted is in no template.
        if pointer == "/areas/5/source" || pointer == "/areas/5/user_only" {
            set(&mut edited, "/templates/0/grants/alarm", Value::Null);
            set(&mut edited, "/templates/1/grants/alarm", Value::Null);
            without_nulls(&mut edited);
        }
        let catalog = read(&edited);
        assert_ne!(catalog, small::catalog(), "{pointer}: {value}");
        assert!(!stamps.contains(&catalog.stamp()), "{pointer}: {value}");
        stamps.push(catalog.stamp());
    }
}

/// Puts a value at a JSON pointer whose parent is there.
fn set(value: &mut Value, pointer: &str, new: Value) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = new,
        object => object[last] = new,
    }
}

/// Takes out all fields that are null.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// An action of a leaf, in a constant.
const fn action(leaf: Leaf<Actions>, action: &str) -> Permission {
    match leaf.action(action) {
        Some(permission) => permission,
        None => panic!("no such action"),
    }
}

const SMALL: [(&str, Permission); 26] = [
    ("docs.pages:read", small::docs::PAGES.read()),
    ("docs.pages:edit", small::docs::PAGES.edit()),
    ("docs.drafts:read", small::docs::DRAFTS.read()),
    ("docs.drafts:edit", small::docs::DRAFTS.edit()),
    ("notes:read", small::NOTES.read()),
    ("notes:edit", small::NOTES.edit()),
    ("jobs:view", small::jobs::VIEW),
    ("jobs:run", small::jobs::RUN),
    ("jobs:stop", small::jobs::STOP),
    ("queues.fast:view", action(small::queues::FAST, "view")),
    ("queues.fast:purge", action(small::queues::FAST, "purge")),
    ("queues.slow:view", action(small::queues::SLOW, "view")),
    ("queues.slow:purge", action(small::queues::SLOW, "purge")),
    ("people:view", small::people::VIEW),
    ("people:create", small::people::CREATE),
    ("people:edit", small::people::EDIT),
    ("people:delete", small::people::DELETE),
    ("people:manage", small::people::MANAGE),
    ("alarm:on", small::ALARM.on()),
    ("phone:on", small::PHONE.on()),
    ("desk.billing:on", small::desk::BILLING.on()),
    ("desk.vault:on", small::desk::VAULT.on()),
    ("plan.basic:on", small::plan::BASIC.on()),
    ("plan.pro:on", small::plan::PRO.on()),
    ("plan.team:on", small::plan::TEAM.on()),
    ("beta:on", small::BETA.on()),
];

/// The names and values of typed constants are those that text has, all of them and in order.
#[test]
fn typed_constants_are_the_permissions_of_their_text() {
    let small = small::catalog();
    assert!(small.permissions().eq(SMALL.map(|(_, constant)| constant)));
    for (text, constant) in SMALL {
        assert_eq!(small.permission(text), Ok(constant), "{text}");
        assert_eq!(small.display(constant).to_string(), text);
        assert_eq!(constant.stamp(), small.stamp());
        assert!(small.owns(constant));
    }
    assert_eq!(small::JOBS.action("view"), Some(small::jobs::VIEW));
    assert_eq!(small::PEOPLE.action("manage"), Some(small::people::MANAGE));
    assert_eq!(small::JOBS.action("kill"), None);
    assert_eq!(small::JOBS.action("views"), None);
    assert_eq!(small::JOBS.action(""), None);

    let containers: [(Container, &str); 4] = [
        (small::docs::AREA, "docs"),
        (small::queues::AREA, "queues"),
        (small::desk::AREA, "desk"),
        (small::plan::AREA, "plan"),
    ];
    for (container, path) in containers {
        assert_eq!((container.path(), container.as_ref()), (path, path));
    }
    let operations: [(&str, Requirement); 3] = [
        ("publish", small::operations::PUBLISH),
        ("halt", small::operations::HALT),
        ("drain", small::operations::DRAIN),
    ];
    for (key, constant) in operations {
        assert_eq!(small.operation(key), Ok(&constant));
    }
    let drain = ["plan.basic:on", "queues.fast:purge", "queues.slow:purge"];
    assert_eq!(needs(&small, &small::operations::DRAIN), drain.map(str::to_owned).into());
    let writer = "docs: edit, docs.drafts: read, notes: none, jobs: view + run, alarm: on";
    assert_eq!(small::templates::WRITER.grants().to_string(), writer);
    let guest = small::templates::GUEST;
    assert_eq!((guest.id(), guest.grants().to_string().as_str()), ("guest", "alarm: off"));
}

const STUDIO_LEVELS: [Leaf<Levels>; 33] = {
    use studio::{analytics, behavior, deployments, knowledge, messaging, voice};
    [
        analytics::CONVERSATIONS,
        analytics::KPIS,
        analytics::CUSTOM_METRICS,
        analytics::DASHBOARDS,
        analytics::POLYSCORE,
        analytics::SMART_ANALYST,
        analytics::AGENT_ANALYSIS,
        analytics::CSAT,
        behavior::GENERAL,
        behavior::LANGUAGE,
        behavior::GUARDRAILS,
        behavior::MODELS,
        knowledge::FAQS,
        knowledge::SOURCES,
        knowledge::VARIANTS,
        studio::FLOWS,
        studio::TOOLS,
        studio::TESTING,
        studio::REAL_TIME_CONFIG,
        voice::AGENT,
        voice::HANDOFFS,
        voice::AUDIO_LIBRARY,
        voice::NUMBERS,
        voice::ADVANCED,
        messaging::CHAT,
        messaging::SMS,
        studio::INTEGRATIONS,
        deployments::ENVIRONMENTS,
        deployments::AB_TESTING,
        deployments::COMPARE_VERSIONS,
        deployments::PROJECT_HISTORY,
        studio::WIDGETS,
        studio::ACCOUNT,
    ]
};

const STUDIO_TOGGLES: [Leaf<Toggle>; 9] = {
    use studio::{plan, workspace};
    [
        workspace::PROJECTS,
        workspace::USERS,
        workspace::PERMISSIONS,
        workspace::BILLING,
        workspace::ACCOUNT_SETTINGS,
        workspace::SECRETS,
        workspace::STUDIO_ASSISTANT,
        plan::ENTERPRISE,
        plan::ENTERPRISE_CLUSTER,
    ]
};

/// The same of a preset: every permission has a constant, in catalog order.
#[test]
fn the_typed_constants_of_studio_are_all_its_permissions() {
    const EDIT_FAQS: Permission = studio::knowledge::FAQS.edit();
    let catalog = studio::catalog();
    assert_eq!(catalog.permission("knowledge.faqs:edit"), Ok(EDIT_FAQS));
    let levels = STUDIO_LEVELS.iter().flat_map(|leaf| {
        let path = leaf.path();
        [(format!("{path}:read"), leaf.read()), (format!("{path}:edit"), leaf.edit())]
    });
    let toggles = STUDIO_TOGGLES.iter();
    let toggles = toggles.map(|leaf| (format!("{}:on", leaf.as_ref()), leaf.on()));
    let constants: Vec<(String, Permission)> = levels.chain(toggles).collect();
    assert!(catalog.permissions().eq(constants.iter().map(|one| one.1)));
    for (text, constant) in constants {
        assert_eq!(catalog.permission(&text), Ok(constant), "{text}");
        assert_eq!(catalog.display(constant).to_string(), text);
    }
    assert_eq!(tenant::catalog().permission("analytics:export"), Ok(tenant::analytics::EXPORT));
}

// What is refused.

/// A catalog to add what is wrong to; what comes next is `areas[5]`.
fn base() -> CatalogBuilder {
    let basic = Section::new("basic").always_on();
    Catalog::builder("desk/1")
        .area(Area::levels("docs").with("pages").with("drafts"))
        .area(Area::actions("jobs", ["view", "run"]))
        .area(Area::toggle("phone").user_only())
        .area(Area::toggle("staff").set_by(Source::Role).with("billing"))
        .area(Area::toggle("plan").set_by(Source::Account).with("pro").with("team").with(basic))
}

fn features(key: &'static str) -> Area {
    Area::toggle(key).set_by(Source::Account)
}

const LONG: &str = "a2345678901234567890123456789012345678901234567890123456789012345";

/// What is wrong with a catalog, and each of its problems.
fn refused() -> Vec<(CatalogBuilder, Vec<&'static str>)> {
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
                "gates[0].target: unknown area `doc`; there are `docs`, `jobs`, `phone`, `staff`, \
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
                "operations[1].needs[0]: unknown area `run`; there are `docs`, `jobs`, `phone`, \
                 `staff`, `plan`",
            ],
        ),
        (
            base().gate("plan.pro", ["plan.pro"]),
            vec!["gates[0]: `plan.pro` would need itself; take one of the gates between out"],
        ),
        (
            base()
                .area(features("beta"))
                .gate("plan.pro", ["plan.team"])
                .gate("plan.team", ["beta"])
                .gate("beta", ["plan.pro"]),
            vec![
                "gates[0]: `plan.pro` would need itself; take one of the gates between out",
                "gates[1]: `plan.team` would need itself; take one of the gates between out",
                "gates[2]: `beta` would need itself; take one of the gates between out",
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
                "delegated.area: unknown area `team`; there are `docs`, `jobs`, `phone`, \
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
                "templates[2].name: template name `READER` is taken; each is used once in a catalog",
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
                "templates[0].grants.nowhere: unknown area `nowhere`; there are `docs`, `jobs`, \
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

/// CAT-8: everything that is wrong is said, where it is, and no more than that.
#[test]
fn what_is_wrong_with_a_catalog_is_said_with_its_place() {
    for (builder, expected) in refused() {
        let error = builder.build().unwrap_err();
        let problems = error.problems().iter();
        let found: Vec<String> = problems.map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }
}

/// CAT-8: a builder can cause every fault there is, but for the collision of two catalogs.
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
                    TooManyGates TooManyPermissions TooManySections UserOnly";
    let produced: Vec<String> = produced.into_iter().collect();
    assert_eq!(produced.join(" "), expected);
}

/// The name of an enum's variant.
fn variant(value: &impl core::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let name = text.split(|letter: char| !letter.is_alphanumeric()).next();
    name.unwrap_or_default().to_owned()
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
  gates[0].target: unknown area `nowhere`; there are `Docs`, `notes`, `jobs`, `plan`
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

/// CAT-5: a leaf can be named in very many ways, and costs one entry for each name alone.
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
    assert_eq!(message(&many(20), "b:on"), format!("unknown area `b`; there are {twenty}"));
    let most = many(4096);
    assert_eq!(
        message(&most, "b:on"),
        format!("unknown area `b`; there are {twenty} and 4076 more"),
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
        format!("unknown operation `b`; there are {twenty} and 4980 more"),
    );
    assert!(message(&catalog, "b").len() < 400);
    let mut features = Features::new(&catalog);
    assert_eq!(
        features.turn_on("all.a0").unwrap_err().to_string(),
        "`all.a0` is not an account feature; the features are `plan`",
    );
}

/// CAT-6: a chain of as many gates as there can be, in either order, is closed.
#[test]
fn a_chain_of_gates_is_closed_in_any_order() {
    const MOST: usize = bailiwick::catalog::MAX_GATES;
    let chain = |gates: &mut dyn Iterator<Item = usize>, last: &str| {
        let areas = (0..=MOST).map(|at| features_of(&format!("f{at}")));
        let builder = areas.fold(Catalog::builder("desk/1"), CatalogBuilder::area);
        gates
            .fold(builder, |builder, at| {
                let need = if at + 1 == MOST { last.to_owned() } else { format!("f{}", at + 1) };
                builder.gate(format!("f{at}"), [need])
            })
            .build()
    };
    for catalog in [chain(&mut (0..MOST), "f512"), chain(&mut (0..MOST).rev(), "f512")] {
        let catalog = catalog.unwrap();
        let mut features = every_feature(&catalog);
        let first = catalog.permission("f0:on").unwrap();
        assert!(features.is_effective(first));
        features.turn_off("f512").unwrap();
        assert!(!features.is_effective(first), "it needs all the others");
    }
    for catalog in [chain(&mut (0..MOST), "f0"), chain(&mut (0..MOST).rev(), "f0")] {
        let error = catalog.unwrap_err();
        let problems = error.problems().len() + error.more();
        assert_eq!(problems, MOST, "each of them would need itself");
    }
}

fn features_of(key: &str) -> Area {
    Area::toggle(key.to_owned()).set_by(Source::Account)
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

/// CAT-8: what is always on is said once for each gate that could close it.
#[test]
fn a_gate_of_what_is_always_on_is_one_problem() {
    let sections = (0..30).map(|at| Section::new(format!("a{at}")).always_on());
    let error = base()
        .area(sections.fold(features("extras"), Area::with))
        .gate("extras", ["plan.pro"])
        .build()
        .unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    let text = problem.to_string();
    assert!(text.starts_with(
        "gates[0].target: a gate of `extras` could close what is always on: `extras.a0`, \
         `extras.a1`, "
    ));
    assert!(text.ends_with("`extras.a19` and 10 more; drop one of the two"), "{text}");
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
    let areas = "there are `docs`, `jobs`, `phone`, `staff`, `plan`, `a\\nb\\u{202e}c`";
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

/// CAT-2: the leaves hold all permissions, in catalog order, each in its area.
#[test]
fn the_leaves_of_a_catalog_hold_its_permissions() {
    for catalog in presets::all().into_iter().chain([small::catalog()]) {
        let mut held = Vec::new();
        for leaf in catalog.leaves() {
            let area = leaf.area();
            assert!(catalog.areas().contains(area));
            let path = if area.sub_sections().is_empty() {
                assert_eq!(leaf.section(), area.section());
                area.key().to_owned()
            } else {
                assert!(area.sub_sections().contains(leaf.section()));
                format!("{}.{}", area.key(), leaf.section().key())
            };
            assert_eq!(leaf.path(), path);
            assert_eq!(leaf.label(), leaf.section().label());
            for (rung, permission) in leaf.permissions() {
                assert_eq!(catalog.display(permission).to_string(), format!("{path}:{rung}"));
                assert_eq!(catalog.source(permission), Some(area.source()));
                held.push(permission);
            }
        }
        assert!(catalog.permissions().eq(held));
    }
    let paths: Vec<String> = small::catalog().leaves().map(|leaf| leaf.path().to_owned()).collect();
    let first = ["docs.pages", "docs.drafts", "notes", "jobs", "queues.fast", "queues.slow"];
    assert_eq!(paths[..6], first);
}

/// The problems of a catalog that cannot be built, as text.
fn refused_words(builder: CatalogBuilder) -> Vec<String> {
    builder.build().unwrap_err().problems().iter().map(ToString::to_string).collect()
}

mod broken {
    bailiwick::catalog! {
        /// A declaration that cannot be built.
        "broken/1";

        areas {
            docs | "docs": levels { PAGES = "pages" };
            plan: toggle(account) { PRO = "pro" };
        }
        gates { "plan.pro": ["plan.pro"]; }
        templates { BLANK = "blank" " ": { "docs": Read }; }
    }
}

/// CAT-8: what a declaration has wrong, the first call of `catalog()` says, and the next.
#[test]
fn a_declaration_that_cannot_be_built_panics_with_every_problem() {
    for _ in 0..2 {
        let panicked = std::panic::catch_unwind(broken::catalog).unwrap_err();
        assert_eq!(
            panicked.downcast_ref::<String>().unwrap(),
            "the catalog cannot be built
  areas[0]: `docs` is already a name of `docs`; choose another key or alias
  gates[0]: `plan.pro` would need itself; take one of the gates between out
  templates[0].name: the name is blank; give 1 to 100 characters",
        );
    }
    assert_eq!(broken::docs::PAGES.path(), "docs.pages");
    assert_eq!(broken::plan::PRO.path(), "plan.pro");
    assert_eq!(broken::templates::BLANK.id(), "blank");
}

// The order is internal.

/// Everything of a catalog document in another order, but for the first action of a scale, which
/// means something.
fn reordered(catalog: &Value, seed: u64) -> Value {
    let key = |value: &Value| {
        let mut hasher = DefaultHasher::new();
        (seed, value.to_string()).hash(&mut hasher);
        hasher.finish()
    };
    let mut catalog = catalog.clone();
    let shuffle = |list: Option<&mut Value>, fixed: usize| {
        if let Some(Value::Array(items)) = list {
            items[fixed..].sort_by_key(&key);
        }
    };
    for area in catalog["areas"].as_array_mut().unwrap() {
        shuffle(area.get_mut("sub_sections"), 0);
        shuffle(area.pointer_mut("/scale/actions"), 1);
    }
    for list in ["areas", "gates", "operations", "templates"] {
        shuffle(catalog.get_mut(list), 0);
    }
    catalog
}

/// Lists of texts in one order; `Value` compares fields in any.
fn sorted(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => {
            let texts = items.iter().all(Value::is_string);
            *items = items.drain(..).map(sorted).collect();
            if texts {
                items.sort_by_key(ToString::to_string);
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                *field = sorted(field.take());
            }
        }
        _ => {}
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// CAT-10: reordering a catalog changes no decision and no stored data.
    #[test]
    fn reordering_a_catalog_changes_nothing(
        document in worlds::any_account(),
        seed in any::<u64>(),
    ) {
        let account = account(&document);
        let catalog = serde_json::to_value(account.catalog()).unwrap();
        let mut moved = document.clone();
        moved["catalog"] = reordered(&catalog, seed);
        // Under the id of a preset it would be an imposter (CAT-18).
        moved["catalog"]["id"] = "moved/1".into();
        let moved = self::account(&moved);
        let oracle = Oracle::new(&document);
        let (one, other) = (account.compile(), moved.compile());
        for user in oracle.users() {
            for text in oracle.permissions() {
                let answer = |account: &Account, lattice: &Lattice| {
                    let permission = account.catalog().permission(&text).unwrap();
                    let kim = lattice.subject(&user);
                    (kim.can(permission), kim.reason(permission))
                };
                prop_assert_eq!(
                    answer(&account, &one),
                    answer(&moved, &other),
                    "{} {}",
                    user,
                    text
                );
            }
            for key in oracle.operations() {
                let allowed = |account: &Account, lattice: &Lattice| {
                    let operation = account.catalog().operation(&key).unwrap();
                    lattice.subject(&user).can_all(operation)
                };
                prop_assert_eq!(allowed(&account, &one), allowed(&moved, &other), "{}", key);
            }
        }
        let stored = |account: &Account| {
            let mut stored = serde_json::to_value(account).unwrap();
            stored["catalog"] = Value::Null;
            sorted(stored)
        };
        prop_assert_eq!(stored(&account), stored(&moved));
    }
}

#[track_caller]
fn account(value: &Value) -> Account {
    Account::from_document(&document(value), &presets::all()).unwrap()
}

// Types.

/// CAT-10: a permission is small and `Copy`.
#[test]
fn a_permission_is_at_most_sixteen_bytes_and_copy() {
    const fn copy<T: Copy>() -> usize {
        size_of::<T>()
    }
    const { assert!(copy::<Permission>() <= 16) };
    assert!(copy::<Permission>() >= 8, "a stamp and a position");
}

/// All public types can be shared between threads; it compiles, or not.
#[expect(dead_code, reason = "it is enough that it compiles")]
fn public_types_are_send_and_sync() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(Account, bailiwick::Agency, bailiwick::User)>();
    shared::<(Area, Catalog, CatalogBuilder, Container, LeafView<'static>)>();
    shared::<(Section, Setting, Source, bailiwick::catalog::Scale)>();
    shared::<(Leaf<Actions>, Leaf<Levels>, Leaf<Toggle>, TemplateKey)>();
    shared::<(Decision, Reason, Features, Grants, Mutes, Template)>();
    shared::<(Lattice, bailiwick::Subject<'static>, Profile<'static>)>();
    shared::<(Level, Permission, PermissionSet, Requirement)>();
    shared::<(bailiwick::Stamp, bailiwick::Timestamp, Role, Status)>();
    shared::<(bailiwick::AccountId, bailiwick::AgencyId)>();
    shared::<(bailiwick::TemplateId, bailiwick::UserId, bailiwick::Email)>();
    shared::<(Case, Cases, Document)>();
    shared::<(CatalogError, CatalogFault, CatalogProblem)>();
    shared::<(DocumentError, DocumentFault, DocumentProblem)>();
    shared::<(KeyError, SettingError, bailiwick::error::CatalogMismatch)>();
    shared::<(bailiwick::error::IdError, bailiwick::error::EmailError)>();
    shared::<bailiwick::error::ParseNameError>();
    shared::<bailiwick::error::FeatureError>();
    shared::<bailiwick::error::TemplateError>();
}

/// Errors are values to pass on: `Clone`, comparable, `Send`, `Sync`, and errors.
#[expect(dead_code, reason = "it is enough that it compiles")]
fn errors_are_values() {
    fn error<T: core::error::Error + Clone + PartialEq + Eq + Send + Sync + 'static>() {}
    error::<CatalogError>();
    error::<CatalogFault>();
    error::<CatalogProblem>();
    error::<DocumentError>();
    error::<DocumentFault>();
    error::<DocumentProblem>();
    error::<KeyError>();
    error::<SettingError>();
    error::<bailiwick::error::CatalogMismatch>();
    error::<bailiwick::error::IdError>();
    error::<bailiwick::error::EmailError>();
    error::<bailiwick::error::ParseNameError>();
    error::<bailiwick::error::FeatureError>();
    error::<bailiwick::error::TemplateError>();
}
