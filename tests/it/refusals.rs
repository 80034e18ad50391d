//! GRD, USR, TPL, REV: every refusal of an account and every error of `apply`, with its code, its
//! rule and its message word for word; and that a refusal changes nothing (GRD-6).

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::account::{Change, Holds};
use bailiwick::ledger::{ApplyError, RefusalKind};
use bailiwick::presets::{studio, tenant};
use bailiwick::{Account, Actor, Catalog, Command, Grants, Invite, Setting, Timestamp};

use crate::actors;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// A tenant with an admin `ana`, members `kim` and `lee` on template `kb`, an invited `ivo`, a
/// suspended `sam`, and `pat`, to whom managing others is delegated.
fn tenant() -> Account {
    let catalog = tenant::catalog();
    let viewing = actions(&catalog, &[("conversations", &["view"])]);
    let pat = actions(
        &catalog,
        &[("conversations", &["view"]), ("users", &["view", "create", "edit", "delete", "manage"])],
    );
    let mut account = Account::new("acme".parse().unwrap(), catalog);
    let commands = [
        Command::create_template("kb", "Knowledge", viewing),
        Invite::new("ana", "ana@acme.example").admin().into(),
        Command::accept("ana"),
        Invite::new("kim", "kim@acme.example").template("kb").into(),
        Command::accept("kim"),
        Invite::new("lee", "lee@acme.example").template("kb").into(),
        Command::accept("lee"),
        Invite::new("pat", "pat@acme.example").grants(pat).into(),
        Command::accept("pat"),
        Command::invite("ivo", "ivo@acme.example"),
        Command::invite("sam", "sam@acme.example"),
        Command::suspend("sam"),
        Command::invite("gone", "gone@acme.example"),
        Command::delete_user("gone"),
        Command::set_features(["policy.user_delegation"]),
        Command::set_seat_limit(Some(6)),
    ];
    for command in commands {
        let _ = account.execute(&Actor::Host, command, NOW).unwrap();
    }
    account
}

fn actions(catalog: &Catalog, areas: &[(&str, &[&'static str])]) -> Grants {
    let mut grants = Grants::new(catalog);
    for (area, actions) in areas {
        grants.set(area, Setting::actions(actions.iter().copied())).unwrap();
    }
    grants
}

/// The kind of each refusal, by its code (GRD-12).
pub(crate) fn kind_of(code: &str) -> RefusalKind {
    match code {
        "not_authorized" | "host_only" | "self_edit" | "last_admin" | "escalation" => {
            RefusalKind::Forbidden
        }
        "unknown_user" | "unknown_template" | "unknown_subaccount" => RefusalKind::NotFound,
        "user_exists"
        | "user_retired"
        | "email_taken"
        | "seat_limit"
        | "invitation_superseded"
        | "invitation_expired"
        | "wrong_status"
        | "wrong_role"
        | "admin_holds_all"
        | "template_exists"
        | "template_name_taken"
        | "template_in_use"
        | "subaccount_exists"
        | "always_on" => RefusalKind::Conflict,
        _ => RefusalKind::Invalid,
    }
}

#[track_caller]
fn check(actor: &Actor, command: impl Into<Command>, code: &str, rule: &str, message: &str) {
    let mut account = tenant();
    let before = account.clone();
    let refusal = account.execute(actor, command, NOW).unwrap_err();
    assert_eq!(refusal.to_string(), message);
    assert_eq!((refusal.code(), refusal.rule()), (code, rule));
    assert_eq!(refusal.kind(), kind_of(code), "{code}");
    assert_eq!(account, before, "a refusal changes nothing (GRD-6)");
}

fn user(id: &str) -> Actor {
    actors::user("acme", id)
}

#[test]
fn authority_grd_1_2_5() {
    let suspend = || Command::suspend("lee");
    let active = "only an active user of this account may";
    let foreign = actors::user("other", "ana");
    for (actor, shown) in [
        (foreign, "`ana`"),
        (user("nobody"), "`nobody`"),
        (user("ivo"), "`ivo`"),
        (user("sam"), "`sam`"),
    ] {
        let message = format!("{shown} may not do this: {active}");
        check(&actor, suspend(), "not_authorized", "GRD-1", &message);
    }
    check(
        &actors::agency("north"),
        suspend(),
        "not_authorized",
        "GRD-1",
        "agency `north` may not do this: only an active user of this account may",
    );
    check(
        &user("kim"),
        suspend(),
        "not_authorized",
        "GRD-7",
        "`kim` may not do this: it needs one of `users:edit`, `tenant.users:on`",
    );
    check(
        &user("pat"),
        Command::make_admin("lee"),
        "not_authorized",
        "GRD-2",
        "`pat` may not do this: only an admin may",
    );
    check(
        &user("pat"),
        Command::delete_user("ana"),
        "not_authorized",
        "GRD-2",
        "`pat` may not do this: only an admin may change an admin",
    );
    for (command, what, rule) in [
        (Command::accept("ivo"), "accepting for a user", "USR-3"),
        (Command::sign_in("kim"), "recording a sign-in", "USR-9"),
        (Command::set_seat_limit(None), "setting the seat limit", "GRD-2"),
    ] {
        let message = format!("`ana` may not do this: {what} is for the host alone");
        check(&user("ana"), command, "host_only", rule, &message);
    }
    let message = "`ana` may not do this: setting features is for the host, or the agency that the \
                   account belongs to";
    let features = Command::set_features::<[&str; 0]>([]);
    check(&user("ana"), features, "host_only", "GRD-5", message);
}

#[test]
fn nobody_edits_themselves_grd_4() {
    let message = |id: &str| {
        format!("`{id}` cannot change their own role, status or permissions: ask another admin")
    };
    for command in [
        Command::make_member("ana", Holds::Nothing),
        Command::suspend("ana"),
        Command::delete_user("ana"),
        Command::tick("ana", "crm:on"),
    ] {
        check(&user("ana"), command, "self_edit", "GRD-4", &message("ana"));
    }
    let wider = Command::tick("pat", "settings:view");
    check(&user("pat"), wider, "self_edit", "GRD-4", &message("pat"));
    let mut account = tenant();
    let _ =
        account.execute(&user("ana"), Command::change_email("ana", "a@acme.example"), NOW).unwrap();
}

#[test]
fn the_last_active_admin_stays_grd_4() {
    let message = "`ana` is the last active admin: make another user admin first";
    for command in [
        Command::make_member("ana", Holds::Nothing),
        Command::suspend("ana"),
        Command::delete_user("ana"),
    ] {
        check(&Actor::Host, command, "last_admin", "GRD-4", message);
    }
    let mut account = tenant();
    let _ = account.execute(&Actor::Host, Command::make_admin("lee"), NOW).unwrap();
    let _ = account.execute(&user("lee"), Command::suspend("ana"), NOW).unwrap();
}

#[test]
fn a_member_gives_no_more_than_they_hold_grd_3() {
    let catalog = tenant::catalog();
    let wider = || actions(&catalog, &[("settings", &["view"])]);
    for command in [
        Command::tick("lee", "settings:view"),
        Command::replace_grants("lee", wider()),
        Invite::new("new", "new@acme.example").grants(wider()).into(),
        Command::create_template("wide", "Wide", wider()),
        Command::edit_template("kb", wider()),
    ] {
        let mut account = tenant();
        let _ = account.execute(&Actor::Host, Command::set_seat_limit(None), NOW).unwrap();
        let refusal = account.execute(&user("pat"), command, NOW).unwrap_err();
        assert_eq!((refusal.code(), refusal.rule()), ("escalation", "GRD-3"));
        assert_eq!(
            refusal.to_string(),
            "this would give `settings:view`, which `pat` does not hold: ask an admin",
        );
    }
    // Indirectly: by a suspension lifted, a mute lifted, or an address taken over.
    let mut account = tenant();
    let give = |account: &mut Account, command: Command| {
        let _ = account.execute(&Actor::Host, command, NOW).unwrap();
    };
    give(&mut account, Command::tick("lee", "analytics:view"));
    give(&mut account, Command::suspend("lee"));
    let reactivate = account.execute(&user("pat"), Command::reactivate("lee"), NOW).unwrap_err();
    assert_eq!(reactivate.code(), "escalation");
    let takeover = Command::change_email("lee", "pat.too@acme.example");
    assert_eq!(account.execute(&user("pat"), takeover, NOW).unwrap_err().code(), "escalation");
    // Taking away is never blocked.
    let _ = account.execute(&user("pat"), Command::untick("lee", "analytics:view"), NOW).unwrap();
    let _ = account.execute(&user("pat"), Command::reactivate("lee"), NOW).unwrap();
}

#[test]
fn what_does_not_exist_or_does_already() {
    let host = Actor::Host;
    let long = "x".repeat(256);
    let invite = |id: &str| Command::invite(id, "new@acme.example");
    check(&host, Command::suspend("zoe"), "unknown_user", "USR-1", "unknown user `zoe`");
    check(
        &host,
        Command::assign_template("kim", "nope"),
        "unknown_template",
        "TPL-8",
        "unknown template `nope`; the account has `kb`",
    );
    check(&host, invite(""), "invalid_id", "USR-1", "an id is empty; it has 1 to 255 bytes");
    check(
        &host,
        invite(&long),
        "invalid_id",
        "USR-1",
        "an id of 256 bytes is too long; it has 1 to 255 bytes",
    );
    check(&host, invite("kim"), "user_exists", "USR-1", "user id `kim` is in use: choose another");
    check(
        &host,
        invite("gone"),
        "user_retired",
        "USR-8",
        "user id `gone` belonged to a deleted user: choose another",
    );
    check(
        &host,
        Command::create_template("kb", "Other", Grants::new(&tenant::catalog())),
        "template_exists",
        "TPL-1",
        "template id `kb` is in use: choose another",
    );
    for name in ["", " \t"] {
        check(
            &host,
            Command::rename_template("kb", name),
            "template_name",
            "TPL-1",
            "the name is blank; give 1 to 100 characters",
        );
    }
    for (description, message) in [
        (" ", "the description is blank; write one or leave it out"),
        ("For\nall", "the description contains `\\n`, which cannot be seen; remove it"),
        (&"e".repeat(501), "the description of 501 characters is too long; it has at most 500"),
    ] {
        let describe = Command::describe_template("kb", description);
        check(&host, describe, "template_description", "TPL-10", message);
    }
    check(
        &host,
        Command::create_template("other", " knowLEDGE ", Grants::new(&tenant::catalog())),
        "template_name_taken",
        "TPL-1",
        "template name `knowLEDGE` is used by `kb`: choose another",
    );
}

#[test]
fn emails_usr_4() {
    let host = Actor::Host;
    let email = |email: &str| Command::change_email("kim", email);
    for given in ["kim", "@acme.example", "kim@", "a@b@c"] {
        let message = format!("`{given}` is not an email address; write `name@host`");
        check(&host, email(given), "invalid_email", "USR-4", &message);
    }
    for given in ["k im@acme.example", "kim\u{7}@acme.example"] {
        let message = format!(
            "email address `{}` contains blanks, control or invisible characters; write \
             `name@host`",
            given.escape_default()
        );
        check(&host, email(given), "invalid_email", "USR-4", &message);
    }
    let long = format!("{}@acme.example", "k".repeat(243));
    let message = "an email address of 256 bytes is too long; it has at most 254";
    check(&host, email(&long), "invalid_email", "USR-4", message);
    check(
        &host,
        email(" LEE@acme.example "),
        "email_taken",
        "USR-4",
        "email `LEE@acme.example` is used by `lee`: choose another, or change theirs first",
    );
    let mut account = tenant();
    let _ = account.execute(&host, email("KIM@acme.example"), NOW).unwrap();
    assert_eq!(account.user("kim").unwrap().email().as_str(), "KIM@acme.example");
}

#[test]
fn seats_usr_6() {
    let message = "all seats are taken (6 of 6): delete a user or raise the limit";
    let invite = Command::invite("new", "new@acme.example");
    check(&Actor::Host, invite.clone(), "seat_limit", "USR-6", message);
    let mut account = tenant();
    let seats = account.seats();
    assert_eq!((seats.used(), seats.limit(), seats.is_reached()), (6, Some(6), true));
    let _ = account.execute(&Actor::Host, Command::delete_user("sam"), NOW).unwrap();
    let _ = account.execute(&Actor::Host, invite, NOW).unwrap();
    let _ = account.execute(&Actor::Host, Command::set_seat_limit(Some(2)), NOW).unwrap();
    assert_eq!(account.seats().used(), 6, "lowering the limit removes nobody");
}

#[test]
fn statuses_usr_3_7_9() {
    for (command, is, needs, rule) in [
        (Command::resend("kim"), "active", "invited", "USR-7"),
        (Command::accept("kim"), "active", "invited", "USR-3"),
        (Command::reactivate("kim"), "active", "suspended", "USR-3"),
    ] {
        let message = format!("`kim` is {is}; this needs a user who is {needs}");
        check(&Actor::Host, command, "wrong_status", rule, &message);
    }
    for command in [Command::sign_in("sam"), Command::suspend("sam")] {
        let is_sign_in = command.name() == "sign_in";
        let (needs, rule) =
            if is_sign_in { ("active", "USR-9") } else { ("invited or active", "USR-3") };
        let message = format!("`sam` is suspended; this needs a user who is {needs}");
        check(&Actor::Host, command, "wrong_status", rule, &message);
    }
    let mut account = tenant();
    let _ = account.execute(&Actor::Host, Command::reactivate("sam"), NOW).unwrap();
    assert_eq!(account.user("sam").unwrap().status().name(), "invited", "sam never accepted");
}

#[test]
fn roles_and_permissions() {
    let host = Actor::Host;
    let catalog = tenant::catalog();
    let create = actions(&catalog, &[("conversations", &["create"])]);
    let mut crm = Grants::new(&catalog);
    crm.set(tenant::CRM, true).unwrap();
    let make = |id: &str| Command::make_admin(id);
    check(&host, make("ana"), "wrong_role", "ROLE-6", "`ana` is admin already");
    check(
        &host,
        Command::untick("ana", "crm:on"),
        "admin_holds_all",
        "ROLE-2",
        "`ana` is admin and holds everything: make them a member first",
    );
    check(
        &host,
        Command::create_template("new", "New", create.clone()),
        "needs_first_action",
        "LVL-2",
        "`conversations:create` needs `conversations:view`, which would be missing: give that first",
    );
    check(
        &host,
        Command::tick("ivo", "settings:edit"),
        "needs_first_action",
        "LVL-2",
        "`settings:edit` needs `settings:view`, which would be missing: give that first",
    );
    check(
        &host,
        Command::tick("kim", "settings:fly"),
        "unknown_key",
        "CAT-9",
        "`settings` has no rung `fly`; it has `view`, `create`, `edit`, `delete`, `manage`",
    );
    check(
        &host,
        Command::tick("kim", "tenant.billing:on"),
        "not_grantable",
        "CAT-4",
        "`tenant.billing` cannot be granted: it comes with the role",
    );
    check(
        &host,
        Command::set_area("kim", "settings", bailiwick::Level::Read),
        "wrong_scale",
        "CAT-3",
        "`settings` takes no level: its scale has none",
    );
    check(
        &host,
        Command::replace_grants("kim", crm.clone()),
        "user_only",
        "USR-10",
        "`crm` is set for each user individually: tick or untick it",
    );
    check(
        &host,
        Command::create_template("new", "New", crm),
        "user_only",
        "TPL-1",
        "a template cannot set `crm`: turn it on for each user",
    );
    check(
        &host,
        Command::replace_grants("kim", Grants::new(&studio::catalog())),
        "other_catalog",
        "CAT-9",
        "the grants belong to catalog `studio/2026-06`; this account has `tenant/1`",
    );
    check(
        &host,
        Command::set_features(["policy.flying"]),
        "unknown_key",
        "CAT-9",
        "`policy` has no sub-section `flying`; it has `user_delegation`, `audit_log`",
    );
    // On top of the template's view, the same action is fine (TPL-2).
    let mut account = tenant();
    let _ = account.execute(&host, Command::replace_grants("kim", create), NOW).unwrap();
}

#[test]
fn a_template_in_use_tpl_7() {
    let message = "template `kb` is used by `kim`, `lee`: acknowledge exactly these to delete it";
    let delete = |ids: &[&'static str]| Command::delete_template_in_use("kb", ids);
    for ids in [&[][..], &["kim"], &["kim", "lee", "ivo"], &["kim", "kim"]] {
        check(&Actor::Host, delete(ids), "template_in_use", "TPL-7", message);
    }
    let mut account = tenant();
    let _ = account.execute(&Actor::Host, delete(&["lee", "kim"]), NOW).unwrap();
    assert!(account.user("kim").unwrap().template().is_none());
    // Nobody has it any more, and somebody is acknowledged all the same.
    let unused = Command::create_template("new", "New", Grants::new(account.catalog()));
    let _ = account.execute(&Actor::Host, unused, NOW).unwrap();
    let acknowledged = Command::delete_template_in_use("new", ["kim"]);
    let refusal = account.execute(&Actor::Host, acknowledged, NOW).unwrap_err();
    let message = "no user has template `new`: acknowledge nobody to delete it";
    assert_eq!((refusal.code(), refusal.to_string().as_str()), ("template_in_use", message));
    let _ = account.execute(&Actor::Host, Command::delete_template("new"), NOW).unwrap();
}

#[test]
fn batches_usr_11() {
    let batch = |commands: Vec<Command>| Command::batch(commands);
    let empty = "the batch is empty: give at least one command";
    check(&Actor::Host, batch(vec![]), "empty_batch", "USR-11", empty);
    let nested = batch(vec![batch(vec![Command::resend("ivo")])]);
    let message = "a batch cannot hold a batch: give one list of commands";
    check(&Actor::Host, nested, "nested_batch", "USR-11", message);
    let half = batch(vec![Command::suspend("kim"), Command::suspend("zoe")]);
    check(&Actor::Host, half, "unknown_user", "USR-1", "unknown user `zoe`");
}

#[test]
fn apply_refuses_what_does_not_follow_rev_3() {
    let start = tenant();
    let mut account = start.clone();
    let changes: Vec<Change> = [Command::suspend("kim"), Command::reactivate("kim")]
        .into_iter()
        .map(|command| account.execute(&Actor::Host, command, NOW).unwrap().into_change().unwrap())
        .collect();
    assert_eq!(start.clone().replay(&changes).unwrap(), account);

    let check = |mut state: Account, change: &Change, message: &str| {
        let before = state.clone();
        let error: ApplyError = state.apply(change).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(state, before);
    };
    let (first, second) = (&changes[0], &changes[1]);
    check(start.clone(), second, "revision 18 comes too early: expected 17");
    let again = [account.clone().replay(&changes), account.clone().replay([second])];
    assert_eq!(again, [Ok(account.clone()), Ok(account)], "REV-10");
    let mut other = start;
    let _ = other.execute(&Actor::Host, Command::tick("kim", "crm:on"), NOW).unwrap();
    let diverged = "diverged: revision 18 belongs to another history: load it again from the log";
    check(other.clone(), second, diverged);
    let diverged = "diverged: revision 17 belongs to another history: load it again from the log";
    check(other, first, diverged);
    let elsewhere = Account::new("other".parse().unwrap(), tenant::catalog());
    check(elsewhere, first, "the change was made for account `acme`; this is account `other`");
    let elsewhere = Account::new("acme".parse().unwrap(), studio::catalog());
    let message = "the change was made on catalog `tenant/1`; expected `studio/2026-06`";
    check(elsewhere, first, message);
}

/// REV-1, USR-9: time is kept as it is given, and the last sign-in never goes back.
#[test]
fn time_may_go_back_and_the_last_sign_in_does_not() {
    let mut account = tenant();
    let start = NOW.unix_millis();
    let at = |after| Timestamp::from_unix_millis(start + after);
    for (now, last) in [(2_000, 2_000), (1_000, 2_000), (3_000, 3_000)] {
        let outcome = account.execute(&Actor::Host, Command::sign_in("kim"), at(now)).unwrap();
        assert_eq!(outcome.change().map(Change::time), (now == last).then_some(at(now)));
        assert_eq!(account.user("kim").unwrap().last_sign_in(), Some(at(last)));
    }
}

/// REV-4: whether an account keeps an audit log is its feature.
#[test]
fn the_audit_log_follows_its_feature() {
    let mut account = tenant();
    assert!(!account.keeps_audit_log());
    let _ =
        account.execute(&Actor::Host, Command::set_features(["policy.audit_log"]), NOW).unwrap();
    assert!(account.keeps_audit_log());
    let mut studio = Account::new("s".parse().unwrap(), studio::catalog());
    assert!(!studio.keeps_audit_log());
    let _ = studio.execute(&Actor::Host, Command::set_features(["plan.enterprise"]), NOW).unwrap();
    assert!(studio.keeps_audit_log());
}

/// REV-2: a command is written before it returns, and the next check sees it.
#[test]
fn the_next_check_sees_the_change() {
    let mut account = tenant();
    let crm = account.catalog().permission("crm:on").unwrap();
    assert!(!account.compile().allows("kim", crm));
    for (command, may) in [
        (Command::tick("kim", "crm:on"), true),
        (Command::untick("kim", "crm:on"), false),
        (Command::make_admin("kim"), true),
        (Command::suspend("kim"), false),
    ] {
        let _ = account.execute(&Actor::Host, command, NOW).unwrap();
        assert_eq!(account.compile().allows("kim", crm), may);
    }
}
