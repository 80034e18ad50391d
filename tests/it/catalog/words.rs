//! CAT-11 to CAT-17, EVO-5: what a catalog says beside its structure, who may give commands, and
//! what is retired.

use bailiwick::catalog::{CatalogBuilder, Group, Named, Setter, Source};
use bailiwick::document::MAX_PROBLEMS;
use bailiwick::presets::{agency, agency_studio, studio, studio_classic, tenant};
use bailiwick::{Account, Agency, Area, Catalog, Features, Level, Mutes, Role, Section};
use serde_json::{Value, json};

use super::{document, held, read, refused_words, same, small};

fn base() -> CatalogBuilder {
    Catalog::builder("base/1")
        .area(Area::levels("docs").with("pages").with("drafts"))
        .area(Area::actions("jobs", ["view", "run", "stop"]))
        .area(Area::toggle("desk").set_by(Source::Role).with("staff"))
        .area(Area::toggle("plan").set_by(Source::Account).with("pro").with("team"))
}

/// CAT-11, CAT-12, CAT-15, CAT-16, EVO-5: each fault by its place and message.
#[test]
fn problems_of_words_authority_and_retired_keys_are_reported() {
    let none: [&str; 0] = [];
    let long = |length: usize| "x".repeat(length);
    let docs = |section: Section| Catalog::builder("base/1").area(Area::levels(section));
    let check = |builder: CatalogBuilder, expected: &[&str]| {
        assert_eq!(refused_words(builder), expected);
    };
    check(
        docs(Section::new("docs").labelled(" ").described(long(501))),
        &[
            "areas[0].label: the label is blank; write one or leave it out",
            "areas[0].description: the description of 501 characters is too long; it has at most \
             500",
        ],
    );
    check(
        docs(Section::new("docs").labelled("Do\u{202e}cs"))
            .role_label(Role::Member, long(101))
            .level_label(Level::Edit, "a\nb")
            .operation(Named::new("open").labelled(""), ["docs:edit"])
            .template(Named::new("reader").described("\u{7}"), "Reader", [("docs", Level::Read)]),
        &[
            "roles.member: the label of 101 characters is too long; it has at most 100",
            r"levels.edit: the label contains `\n`, which cannot be seen; remove it",
            r"areas[0].label: the label contains `\u{202e}`, which cannot be seen; remove it",
            "operations[0].label: the label is blank; write one or leave it out",
            r"templates[0].description: the description contains `\u{7}`, which cannot be seen; remove it",
        ],
    );
    check(
        base().authority(Group::Invite, none, none),
        &["authority.invite: the authority `invite` names no permission; name at least one"],
    );
    check(
        base().authority(Group::Edit, ["plan.pro:on", "docs:edit"], ["docs.pages"]).authority(
            Group::Delete,
            ["desk.crew:on"],
            none,
        ),
        &[
            "authority.edit.any[0]: `plan.pro:on` cannot carry commands; name one permission that \
             is granted or comes with a role",
            "authority.edit.any[1]: `docs:edit` cannot carry commands; name one permission that is \
             granted or comes with a role",
            "authority.edit.needs[0]: `docs.pages` is not an account feature; the features are \
             `plan.pro`, `plan.team`",
            "authority.delete.any[0]: `desk` has no sub-section `crew`; it has `staff`",
        ],
    );
    check(
        base()
            .audit_log("desk.staff")
            .retire("docs.pages")
            .retire("Docs")
            .retire("x")
            .retire("x")
            .retire("docs.pages:read")
            .retire("docs:Read"),
        &[
            "audit_log: `desk.staff` is not an account feature; the features are `plan.pro`, \
             `plan.team`",
            "retired[0]: `docs.pages` is retired and cannot be used again; choose another key",
            "retired[1]: `Docs` is not a path; write `area`, `area.section` or `area:action`",
            "retired[3]: `x` is already a name of `retired x`; choose another key or alias",
            "retired[4]: `docs.pages:read` is retired and cannot be used again; choose another key",
            "retired[5]: `docs:Read` is not a path; write `area`, `area.section` or `area:action`",
        ],
    );
    let mut of_a_role = small::document();
    super::set(&mut of_a_role, "/areas/7/set_by", json!("agency"));
    let error = Catalog::from_document(&document(&of_a_role)).unwrap_err();
    assert_eq!(
        error.problems().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["areas[7]: `desk` is not set by the account, so nobody turns it on; drop `set_by`"],
    );
}

/// CAT-11: labels, descriptions and templates are no part of the identity of a catalog.
#[test]
fn words_are_no_part_of_what_a_catalog_is() {
    let small = read(&small::document());
    for (pointer, value) in [
        ("/areas/0/label", json!("Docs")),
        ("/areas/0/description", json!("All that is written")),
        ("/areas/0/sub_sections/0/label", json!("Pages")),
        ("/operations/0/description", json!("Puts it out")),
        ("/templates/0/name", json!("Author")),
        ("/templates", json!([])),
        ("/roles", json!({"member": "User"})),
        ("/levels", json!({"none": "Hidden"})),
    ] {
        let mut edited = small::document();
        super::set(&mut edited, pointer, value);
        let other = read(&edited);
        assert_ne!(small, other, "{pointer}");
        assert!(small.is_same(&other) && small.stamp() == other.stamp(), "{pointer}");
        same(&other, &read(&serde_json::to_value(&other).unwrap()));
    }
}

/// CAT-18: a document's words for a known catalog give way to the host's.
#[test]
fn the_hosts_words_hold() {
    let mut inline = serde_json::to_value(studio::catalog()).unwrap();
    super::set(&mut inline, "/areas/0/label", json!("Nothing at all"));
    let account =
        json!({"format": "bailiwick/account/1", "id": "a", "catalog": inline, "users": []});
    let account = Account::from_document(&document(&account), &[]).unwrap();
    assert_eq!(account.catalog(), &studio::catalog());
}

/// CAT-14, CAT-15, CAT-16 and EVO-5 are structure: each changes the stamp.
#[test]
fn authority_setters_audit_and_retired_keys_are_structure() {
    let none: [&str; 0] = [];
    let plain = base().build().unwrap();
    let setter = Area::toggle("beta").set_by(Source::Account);
    for other in [
        base().authority(Group::Invite, ["desk.staff:on"], none),
        base().authority(Group::Edit, ["desk.staff:on"], none),
        base().authority(Group::Edit, ["desk.staff:on"], ["plan.pro"]),
        base().audit_log("plan.pro"),
        base().audit_log("plan.team"),
        base().retire("plan.old"),
    ] {
        let other = other.build().unwrap();
        assert!(!plain.is_same(&other));
        assert_ne!(plain.stamp(), other.stamp());
        same(&other, &read(&serde_json::to_value(&other).unwrap()));
    }
    let by_agency = Area::toggle("beta").features_by(Setter::Agency);
    let (host, agency) = (base().area(setter).build(), base().area(by_agency).build());
    let (host, agency) = (host.unwrap(), agency.unwrap());
    assert!(!host.is_same(&agency));
    let setter = |catalog: &Catalog| catalog.setter(catalog.permission("beta:on").unwrap());
    assert_eq!([setter(&host), setter(&agency)], [Some(Setter::Host), Some(Setter::Agency)]);
    same(&agency, &read(&serde_json::to_value(&agency).unwrap()));
}

/// CAT-17: a gate on a rung closes it and what needs it, and nothing else.
#[test]
fn a_gate_on_a_rung_closes_that_rung() {
    let closed = |target: &'static str| {
        let catalog = base().gate(target, ["plan.pro"]).build().unwrap();
        let off = Features::new(&catalog);
        let mut on = Features::new(&catalog);
        on.turn_on("plan.pro").unwrap();
        let mutes = Mutes::new(&catalog);
        let all = held(&catalog, Role::Member, &mutes, &on);
        let rest = held(&catalog, Role::Member, &mutes, &off);
        let lost = all.iter().filter(|one| !rest.contains(*one));
        let lost = lost.filter(|one| catalog.source(*one) == Some(Source::Grantable));
        lost.map(|one| catalog.display(one).to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(closed("jobs:run"), "jobs:run");
    assert_eq!(closed("jobs:view"), "jobs:view jobs:run jobs:stop");
    assert_eq!(closed("docs:edit"), "docs.pages:edit docs.drafts:edit");
    assert_eq!(closed("docs.pages:read"), "docs.pages:read docs.pages:edit");
}

/// CAT-15: who may give commands, by group; the rows of the catalogs.
#[test]
fn the_authority_of_the_presets() {
    let rows = |catalog: &Catalog| -> Vec<String> {
        let row = |group: Group| {
            let authority = catalog.authority(group);
            assert!(!authority.is_any_admins());
            let permissions = catalog.display_all(authority.permissions());
            let features = catalog.display_all(authority.features());
            let line = format!("{group}: {permissions} while {features}");
            line.trim_end_matches(" while ").to_owned()
        };
        Group::ALL.into_iter().map(row).collect()
    };
    let studio_rows = [
        "invite: workspace.users:on",
        "edit: workspace.users:on",
        "delete: workspace.users:on",
        "permissions: workspace.permissions:on",
        "templates: workspace.permissions:on",
    ];
    assert_eq!(rows(&studio::catalog()), studio_rows);
    assert_eq!(rows(&studio_classic::catalog()), studio_rows);
    assert_eq!(
        rows(&tenant::catalog()),
        [
            "invite: users:create, tenant.users:on",
            "edit: users:edit, tenant.users:on",
            "delete: users:delete, tenant.users:on",
            "permissions: users:edit, tenant.users:on",
            "templates: users:manage, tenant.templates:on",
        ],
    );
    let members = Group::ALL
        .map(|group| format!("{group}: workspace.members:on while general.invite_members:on"));
    assert_eq!(rows(&agency::catalog()), members);
    let [_, rest @ ..] = studio_rows;
    let composed = rows(&agency_studio::catalog());
    let (invite, others) = composed.split_first().unwrap();
    assert_eq!(invite, "invite: workspace.users:on while general.invite_members:on");
    assert_eq!(others, rest);
}

/// CAT-15: if a catalog says nothing, only admins may, and those who have the delegated action.
#[test]
fn without_authority_commands_are_for_admins() {
    let catalog = base().build().unwrap();
    for group in Group::ALL {
        let authority = catalog.authority(group);
        assert!(authority.is_any_admins());
        assert_eq!(authority.permissions().count() + authority.features().count(), 0);
    }
    let small = read(&small::document());
    let carried = Group::ALL
        .map(|group| format!("{}", small.display_all(small.authority(group).permissions())));
    let edit = "people:edit";
    assert_eq!(carried, ["people:create", edit, "people:delete", edit, "people:manage"]);
}

/// CAT-13: whatever names a renamed area follows it, by key or by alias; what else it is stays.
#[test]
fn a_renamed_area_takes_along_what_names_it() {
    let other = Catalog::builder("other/1")
        .area(Area::levels(Section::new("docs").aliased("papers")).with("pages"))
        .area(
            Area::toggle("plan")
                .set_by(Source::Account)
                .with(Section::new("pro").known_to_api_as("pro")),
        )
        .gate("papers.pages:edit", ["plan.pro"])
        .operation("write", ["papers.pages:edit"])
        .template("writer", "Writer", [("papers", Level::Edit)])
        .build()
        .unwrap();
    let mine = || Catalog::builder("mine/1").area(Area::levels("docs"));
    let built = mine().include_as(&other, [("docs", "texts"), ("plan", "deal")]).build().unwrap();
    let written = serde_json::to_value(&built).unwrap();
    let part = |pointer: &str| written.pointer(pointer).cloned().unwrap_or(Value::Null);
    assert_eq!(part("/areas/1/label"), "Docs");
    assert_eq!(part("/areas/2/sub_sections/0/api_name"), "pro");
    assert_eq!(part("/gates/0"), json!({"target": "texts.pages:edit", "needs": ["deal.pro"]}));
    assert_eq!(part("/operations/0/needs"), json!(["texts.pages:edit"]));
    assert_eq!(part("/templates/0/grants"), json!({"texts": "edit"}));
    assert!(built.permission("papers.pages:read").is_ok());
    assert_eq!(
        refused_words(mine().include_as(&other, [("docs", "docs")])),
        [
            "areas[1]: area `docs` of `other/1` collides with area `docs` of `mine/1`; rename one of \
          the two or leave it out"
        ],
    );
    assert_eq!(
        refused_words(mine().include_as(&other, [("plan", "docs")])),
        [
            "areas[1]: area `plan` of `other/1` collides with area `docs` of `mine/1`; rename one of \
          the two or leave it out"
        ],
    );
}

/// EVO-5: stored forms that name what is retired load, and hold nothing of it.
#[test]
fn what_is_retired_loads_to_no_effect() {
    let catalog = base().retire("plan.old").retire("docs.gone").retire("legacy").build().unwrap();
    for retired in ["plan.old", "plan.old:on", "docs.gone", "legacy", "legacy.part:read"] {
        assert!(catalog.is_retired(retired), "{retired}");
    }
    assert!(!catalog.is_retired("plan.pro") && !catalog.is_retired("docs"));
    let stored = json!({
        "format": "bailiwick/account/1", "id": "a", "catalog": "base/1",
        "features": ["plan.old", "plan.pro"],
        "users": [{"id": "kim", "email": "kim@a.example", "role": "member", "status": "active",
                   "grants": {"docs": "read", "docs.gone": "edit", "legacy": "edit"},
                   "mutes": ["docs.gone:edit"]}],
    });
    let known = [catalog];
    let read = Account::from_document_with_ignored(&document(&stored), &known);
    let (account, ignored) = read.unwrap();
    assert_eq!(
        ignored.to_string(),
        "features[0]: ignored `plan.old`, which is retired\n\
         users[0].grants.docs.gone: ignored `docs.gone`, which is retired\n\
         users[0].grants.legacy: ignored `legacy`, which is retired\n\
         users[0].mutes[0]: ignored `docs.gone:edit`, which is retired\n",
    );
    let written = serde_json::to_value(&account).unwrap();
    let again = Account::from_document_with_ignored(&document(&written), &known);
    assert!(again.is_ok_and(|(again, ignored)| again == account && ignored.is_empty()));
    assert_eq!(Account::from_document(&document(&stored), &known), Ok(account));
    assert_eq!(written.pointer("/features"), Some(&json!(["plan.pro"])));
    assert_eq!(written.pointer("/users/0/grants"), Some(&json!({"docs": "read"})));
    assert_eq!(written.pointer("/users/0/mutes"), None);
}

/// EVO-5: an action of an area is retired of all its leaves, by whatever name they are called;
/// one of a leaf that is gone is retired of that. What was never there is a mistake still (CAT-9).
#[test]
fn retired_actions_load_to_no_effect() {
    let calls =
        Area::actions("calls", ["view", "listen"]).with(Section::new("phone").aliased("tel"));
    let catalog = Catalog::builder("base/1")
        .area(calls)
        .area(Area::actions("mail", ["view", "send"]))
        .retire("calls:export")
        .retire("mail:export")
        .retire("calls.fax:listen")
        .build()
        .unwrap();
    let retired = ["calls:export", "calls.phone:export", "calls.tel:export", "calls.fax:listen"];
    for retired in retired {
        assert!(catalog.is_retired(retired), "{retired}");
    }
    for other in ["calls:view", "calls.phone:save", "calls", "calls.fax", "calls.fax:export"] {
        assert!(!catalog.is_retired(other), "{other}");
    }
    let stored = |grants: Value, mutes: Value| {
        json!({
            "format": "bailiwick/account/1", "id": "a", "catalog": "base/1",
            "templates": [{"id": "t", "name": "T", "grants": {"mail": ["export"]}}],
            "users": [{"id": "kim", "email": "kim@a.example", "role": "member",
                       "status": "active", "grants": grants, "mutes": mutes}],
        })
    };
    let known = [catalog];
    let grants = json!({"calls": ["view", "export"], "calls.tel": ["export", "view"]});
    let old = stored(grants, json!(["calls.tel:export", "calls:listen"]));
    let (account, ignored) = Account::from_document_with_ignored(&document(&old), &known).unwrap();
    assert_eq!(
        ignored.to_string(),
        "templates[0].grants.mail[0]: ignored `mail:export`, which is retired\n\
         users[0].grants.calls[1]: ignored `calls:export`, which is retired\n\
         users[0].grants.calls.tel[0]: ignored `calls.tel:export`, which is retired\n\
         users[0].mutes[0]: ignored `calls.tel:export`, which is retired\n",
    );
    let written = serde_json::to_value(&account).unwrap();
    assert_eq!(written.pointer("/templates/0/grants"), Some(&json!({"mail": []})));
    let kept = json!({"calls": ["view"], "calls.phone": ["view"]});
    assert_eq!(written.pointer("/users/0/grants"), Some(&kept));
    assert_eq!(written.pointer("/users/0/mutes"), Some(&json!(["calls:listen"])));
    let unknown = stored(json!({"calls": ["view", "save"]}), json!(["calls:save"]));
    let error = Account::from_document(&document(&unknown), &known).unwrap_err();
    assert_eq!(
        error.problems().iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "users[0].grants.calls: `calls` has no action `save`; it has `view`, `listen`",
            "users[0].mutes[0]: `calls` has no rung `save`; it has `view`, `listen`",
        ],
    );
}

/// EVO-5: an agency lists those of its subaccounts; beyond a limit they are only counted.
#[test]
fn retired_keys_of_subaccounts_are_listed_up_to_a_limit() {
    let known = [base().retire("plan.old").build().unwrap()];
    let features = vec!["plan.old"; MAX_PROBLEMS + 2];
    let stored = json!({
        "format": "bailiwick/agency/1", "id": "north", "catalog": "base/1",
        "subaccounts": [{"id": "a", "features": features}],
    });
    let (agency, ignored) = Agency::from_document_with_ignored(&document(&stored), &known).unwrap();
    assert_eq!(agency.subaccounts().count(), 1);
    assert_eq!((ignored.keys().len(), ignored.more()), (MAX_PROBLEMS, 2));
    let [first, ..] = ignored.keys() else { panic!("none was ignored") };
    assert_eq!((first.place(), first.key()), ("subaccounts[0].features[0]", "plan.old"));
    assert!(ignored.to_string().ends_with("\nand 2 more retired keys\n"));
}

/// CAT-17: preset templates can be listed, in code and of any catalog.
#[test]
fn preset_templates_are_listed() {
    let catalog = tenant::catalog();
    let listed: Vec<String> = catalog
        .templates()
        .map(|one| {
            format!("{} {:?} {:?} {}", one.id(), one.label(), one.description(), one.grants())
        })
        .collect();
    let typed: Vec<String> = tenant::templates::ALL
        .iter()
        .map(|one| {
            format!("{} {:?} {:?} {}", one.id(), one.label(), one.description(), one.grants())
        })
        .collect();
    assert_eq!(listed, typed);
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().any(|one| {
        one.starts_with("manager \"Manager\" Some(\"Sees how the team does, and keeps it\")")
    }));
}
