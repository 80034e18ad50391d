//! CAT-2: every permission has a typed constant, and it is the one that its text names.

use bailiwick::catalog::{Actions, Container, Leaf, Levels, Toggle};
use bailiwick::presets::{self, studio, tenant};
use bailiwick::{Permission, Requirement};

use super::{needs, small};

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
