//! GRD-5, GRD-7, ROLE-6, ROLE-8, TPL-10, REV-8: what carries a command, what is stored for admins,
//! and whom a change is about.

#![expect(clippy::unwrap_used, reason = "tests")]

use bailiwick::account::{Effect, EffectOf, Holds};
use bailiwick::catalog::Group;
use bailiwick::document::Document;
use bailiwick::presets::agency::{general, operations};
use bailiwick::{
    Account, Actor, Command, Grants, Invite, Reason, Refusal, Role, Setting, Status, Timestamp,
    presets,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::actors;
use crate::naive::Directory;
use crate::worlds;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

#[track_caller]
fn read(document: &Value) -> Account {
    let document: Document = serde_json::from_str(&document.to_string()).unwrap();
    Account::from_document(&document, &presets::all()).unwrap()
}

#[track_caller]
fn run(account: &mut Account, command: impl Into<Command>) {
    let _ = account.execute(&Actor::Host, command, NOW).unwrap();
}

#[track_caller]
fn refused(account: &Account, by: &str, command: impl Into<Command>) -> Refusal {
    account.decide(&actors::user("acme", by), command, NOW).unwrap_err()
}

// GRD-7.

/// A command of each group about what is not there: whoever may give it is told so, and whoever may
/// not is not.
fn of(group: Group) -> Command {
    match group {
        Group::Invite => Command::resend("nobody"),
        Group::Edit => Command::suspend("nobody"),
        Group::Delete => Command::delete_user("nobody"),
        Group::Permissions => Command::clear_template("nobody"),
        Group::Templates => Command::delete_template("nowhere"),
    }
}

/// Whether a user may give a command, by the directory.
fn is_carried(account: &Account, user: &str, command: &Command) -> bool {
    let actor = actors::user(account.id().as_str(), user);
    let refusal = account.decide(&actor, command, NOW).unwrap_err();
    match refusal.code() {
        "unknown_user" | "unknown_template" => true,
        "not_authorized" | "not_entitled" => false,
        code => unreachable!("{code}: {refusal}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The lattice's answer about what carries a command is the directory's answer to the command.
    #[test]
    fn grd_7_the_lattice_and_the_directory_agree((start, _) in worlds::any_story()) {
        let account = read(&start);
        let (lattice, catalog) = (account.compile(), account.catalog());
        for user in account.users() {
            let (id, role) = (user.id().as_str(), user.role());
            for group in Group::ALL {
                let authority = catalog.authority(group);
                let may = authority.permissions().any(|one| lattice.allows(id, one));
                let by_role = authority.is_any_admins() && role == Role::Admin;
                let is_on = authority.features().all(|one| account.features().is_on(one));
                let expected = user.status() == Status::Active && (may || by_role) && is_on;
                prop_assert_eq!(is_carried(&account, id, &of(group)), expected, "{}, {}", id, group);
            }
            // Roles are for admins, who hold what carries permissions (GRD-2).
            let of_roles = is_carried(&account, id, &Command::make_admin("nobody"));
            let expected = role == Role::Admin && is_carried(&account, id, &of(Group::Permissions));
            prop_assert_eq!(of_roles, expected, "{}", id);
        }
    }
}

fn subaccount(features: &Value) -> Account {
    read(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "agency/1", "features": features,
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active"},
        ],
    }))
}

/// ROLE-8, CAT-14: a feature is a ceiling, not a right; the refusal names it and who turns it on.
#[test]
fn grd_7_without_the_feature_no_admin_invites() {
    let invite = || Command::invite("lee", "lee@acme.example");
    let off = subaccount(&json!([]));
    let refusal = refused(&off, "ana", invite());
    assert_eq!((refusal.code(), refusal.rule()), ("not_entitled", "GRD-7"));
    assert_eq!(
        refusal.to_string(),
        "`ana` may not do this: it needs `general.invite_members`, which the agency or the host can \
         turn on"
    );
    let decide = |account: &Account, user: &str| {
        account.compile().subject(user).reason(operations::INVITE_MEMBER)
    };
    assert_eq!(decide(&off, "ana"), Some(Reason::NotEntitled));
    assert!(off.decide(&Actor::Host, invite(), NOW).is_ok());
    let on = subaccount(&json!(["general.invite_members"]));
    assert!(on.features().is_on(general::INVITE_MEMBERS.on()));
    assert!(on.decide(&actors::user("acme", "ana"), invite(), NOW).is_ok());
    assert_eq!(decide(&on, "ana"), None);
    assert_eq!(decide(&on, "kim"), Some(Reason::AdminOnly));
    let refusal = refused(&on, "kim", invite());
    assert_eq!((refusal.code(), refusal.rule()), ("not_authorized", "GRD-7"));
    assert_eq!(refusal.to_string(), "`kim` may not do this: it needs `workspace.members:on`");
}

/// CAT-6: a feature that is on, and inert for want of another, carries nothing.
#[test]
fn grd_7_a_feature_that_is_inert_is_off() {
    let with = |features: &Value| {
        json!({
            "format": "bailiwick/account/1", "id": "acme", "features": features,
            "catalog": {
                "format": "bailiwick/catalog/1", "id": "desk/1",
                "areas": [
                    {"key": "docs", "scale": "levels"},
                    {"key": "desk", "scale": "toggle", "source": "role"},
                    {"key": "plan", "scale": "toggle", "source": "account",
                     "sub_sections": [{"key": "pro"}, {"key": "team"}]},
                ],
                "gates": [{"target": "plan.pro", "needs": ["plan.team"]}],
                "authority": {"invite": {"any": ["desk:on"], "needs": ["plan.pro"]}},
            },
            "users": [{"id": "ana", "email": "ana@acme.example", "role": "admin",
                       "status": "active"}],
        })
    };
    let invite = json!({"command": "invite", "user": "kim", "email": "kim@acme.example"});
    let ana = json!({"account": "acme", "user": "ana"});
    for (features, lacking) in [
        (json!([]), "`plan.pro`, `plan.team`"),
        (json!(["plan.pro"]), "`plan.team`"),
        (json!(["plan.team"]), "`plan.pro`"),
    ] {
        let document = with(&features);
        let refusal = refused(&read(&document), "ana", Command::invite("kim", "kim@acme.example"));
        assert_eq!(
            refusal.to_string(),
            format!("`ana` may not do this: it needs {lacking}, which the host can turn on"),
        );
        let code = Directory::new(&document).execute(&ana, &invite, 0).unwrap_err();
        assert_eq!(refusal.code(), code);
    }
    let document = with(&json!(["plan.team", "plan.pro"]));
    let command = Command::invite("kim", "kim@acme.example");
    let actor = actors::user("acme", "ana");
    assert!(read(&document).decide(&actor, &command, NOW).is_ok());
    assert!(Directory::new(&document).execute(&ana, &invite, 0).is_ok());
}

// ROLE-6.

fn tenant() -> Account {
    read(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
        "features": ["policy.user_delegation"],
        "templates": [
            {"id": "desk", "name": "Desk", "description": "Handles tickets",
             "grants": {"conversations": ["view"]}},
            {"id": "staff", "name": "Staff", "grants": {"users": ["view", "manage"]}},
        ],
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
            {"id": "bob", "email": "bob@acme.example", "role": "admin", "status": "active",
             "template": "desk", "grants": {"settings": ["edit"], "crm": true},
             "mutes": ["conversations:edit"]},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
             "template": "desk", "grants": {"crm": true}},
            {"id": "pat", "email": "pat@acme.example", "role": "member", "status": "active",
             "grants": {"users": ["view", "edit", "manage"], "settings": ["view"]}},
            {"id": "ivo", "email": "ivo@acme.example", "role": "member", "status": "invited",
             "template": "desk"},
        ],
    }))
}

#[test]
fn role_6_a_demotion_says_what_holds() {
    let account = tenant();
    let stored = account.user("bob").unwrap();
    let mut grants = Grants::new(account.catalog());
    grants.set("analytics", Setting::actions(["view"])).unwrap();
    for (holds, template, expected) in [
        (Holds::Nothing, None, &Grants::new(account.catalog())),
        (Holds::Stored, stored.template(), stored.grants()),
        (Holds::Given(grants.clone()), None, &grants),
    ] {
        let mut account = account.clone();
        let kept = holds == Holds::Stored;
        run(&mut account, Command::make_member("bob", holds));
        let bob = account.user("bob").unwrap();
        assert_eq!((bob.template(), bob.grants()), (template, expected));
        assert_eq!(bob.mutes().is_empty(), !kept);
        // Back again, everything stays.
        run(&mut account, Command::make_admin("bob"));
        let again = account.user("bob").unwrap();
        assert_eq!((again.template(), again.grants()), (template, expected));
    }
    let mut account = account;
    let holds = |account: &Account| account.profile(account.user("bob").unwrap()).permissions();
    let before = holds(&account);
    for command in [
        Command::tick("bob", "experiments:view"),
        Command::clear_template("bob"),
        Command::assign_template("bob", "staff"),
        Command::replace_grants("bob", grants.clone()),
    ] {
        run(&mut account, command);
        assert_eq!(holds(&account), before, "what is stored for an admin is inert");
    }
    let crm = account.decide(&Actor::Host, Command::untick("bob", "crm:on"), NOW).unwrap_err();
    assert_eq!(crm.code(), "admin_holds_all", "USR-10");
}

/// GRD-8, GRD-10: what is stored for an admin would hold after a demotion, and a template reaches it.
#[test]
fn role_6_what_is_stored_for_an_admin_counts_as_latent() {
    let account = tenant();
    let edit = |actions: &[&'static str], area: &str| {
        let mut grants = Grants::new(account.catalog());
        grants.set(area, Setting::actions(actions.iter().copied())).unwrap();
        Command::edit_template("desk", grants)
    };
    // Pat holds `settings:view`; with it bob's own `settings:edit` would come to life.
    assert_eq!(refused(&account, "pat", edit(&["view"], "settings")).code(), "escalation");
    let pat = actors::user("acme", "pat");
    assert!(account.decide(&pat, edit(&["view"], "users"), NOW).is_ok());
}

// TPL-10.

#[test]
fn tpl_10_templates_say_who_refers_to_them() {
    let account = tenant();
    let uses: Vec<(&str, Option<&str>, usize, Vec<&str>)> = account
        .template_uses()
        .map(|one| {
            let users = one.users().map(|user| user.id().as_str()).collect();
            (one.template().name(), one.template().description(), one.count(), users)
        })
        .collect();
    let desk = ("Desk", Some("Handles tickets"), 3, vec!["bob", "kim", "ivo"]);
    assert_eq!(uses, [desk, ("Staff", None, 0, vec![])]);
}

#[test]
fn tpl_10_users_of_a_template_that_goes_are_assigned_another() {
    let account = tenant();
    let all = ["bob", "kim", "ivo"];
    let replace = |to: &str, acknowledged: &[&'static str]| {
        Command::replace_template("desk", to, acknowledged)
    };
    for (command, code, message) in [
        (
            replace("desk", &all),
            "unknown_template",
            "unknown template `desk`; the account has `staff`",
        ),
        (
            replace("gone", &all),
            "unknown_template",
            "unknown template `gone`; the account has `desk`, `staff`",
        ),
        (
            replace("staff", &["kim"]),
            "template_in_use",
            "template `desk` is used by `bob`, `kim`, `ivo`: acknowledge exactly these to delete it",
        ),
    ] {
        let refusal = account.decide(&Actor::Host, &command, NOW).unwrap_err();
        assert_eq!((refusal.code(), refusal.to_string().as_str()), (code, message));
    }
    let mut moved = account;
    run(&mut moved, replace("staff", &all));
    assert!(moved.template("desk").is_none());
    for id in all {
        let user = moved.user(id).unwrap();
        assert_eq!(user.template().unwrap().as_str(), "staff");
        // As TPL-4 has it: nothing of one's own but what only users can have.
        let own: Vec<String> = user.grants().iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(own, if id == "ivo" { vec![] } else { vec!["crm"] }, "{id}");
        assert!(user.mutes().is_empty());
    }
}

// REV-8.

#[test]
fn rev_8_those_who_are_not_active_count_by_what_is_configured() {
    let account = tenant();
    let mut grants = Grants::new(account.catalog());
    grants.set("conversations", Setting::actions(["view", "create"])).unwrap();
    let preview =
        account.preview(&Actor::Host, Command::edit_template("desk", grants), NOW).unwrap();
    let of: Vec<EffectOf> = preview.effects().iter().map(Effect::of).collect();
    assert_eq!(of, [EffectOf::Effective, EffectOf::Configured]);
    assert_eq!(preview.affected_users(), 2);
    assert_eq!(
        preview.change().unwrap().to_string(),
        "1 host: edit template desk to conversations: view + create; 1 user gains \
         conversations:create; 1 user would gain conversations:create"
    );
    let invite = Invite::new("mo", "mo@acme.example").template("desk");
    let preview = account.preview(&Actor::Host, invite, NOW).unwrap();
    let [effect] = preview.effects() else { unreachable!("one user is new") };
    assert_eq!((effect.of(), effect.gained().len()), (EffectOf::Configured, 1));
}
