//! Permits: who gets one, what it knows, what it can be narrowed to, and how a denial reads. What
//! does not compile is shown in the module's documentation.

#![expect(clippy::unwrap_used, reason = "tests")]

use bailiwick::agency::{AgencyCommand, FeaturePatch, NewSubaccount};
use bailiwick::permit::Ask;
use bailiwick::presets::{agency, studio, tenant};
use bailiwick::{
    Account, Actor, Agency, Command, Denial, Features, Grants, Invite, Lattice, Level, Live, Mutes,
    Permit, Reason, Role, Setting, Timestamp, UserId,
};

use crate::profiles::member;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

bailiwick::asks! {
    studio;
    /// Change questions and answers.
    pub(crate) EditFaqs = knowledge::FAQS.edit();
    ReadFaqs = knowledge::FAQS.read();
    Assist = workspace::STUDIO_ASSISTANT.on();
    RemoveUsers = workspace::USERS.on();
    Publish = operations::PUBLISH_CHAT_WIDGET;
    PublishPhone = operations::PUBLISH_PHONE_WIDGET;
    EditBoth = knowledge::FAQS.edit(), FLOWS.edit();
    ReadBoth = FLOWS.read(), knowledge::FAQS.read();
}

bailiwick::asks! {
    bailiwick::presets::tenant;
    Export = operations::EXPORT_METRICS;
    ViewAnalytics = analytics::VIEW;
}
bailiwick::asks! { agency; UseContacts = general::CONTACTS.on(); }

/// A catalog of 161 permissions, so that asks reach beyond the words that a requirement holds inline.
mod wide {
    bailiwick::catalog! {
        /// Many leaves of ten actions.
        "wide/1";
        areas {
            one: actions[V = "v", A = "a", B = "b", C = "c", D = "d", E = "e", F = "f", G = "g",
                H = "h", I = "i"] as ONE;
            two: levels {
                A = "a", B = "b", C = "c", D = "d", E = "e", F = "f", G = "g", H = "h", I = "i",
                J = "j", K = "k", L = "l", M = "m", N = "n", O = "o", P = "p", Q = "q", R = "r",
                S = "s", T = "t", U = "u", V = "v", W = "w", X = "x", Y = "y", Z = "z",
            };
            three: levels {
                A = "a", B = "b", C = "c", D = "d", E = "e", F = "f", G = "g", H = "h", I = "i",
                J = "j", K = "k", L = "l", M = "m", N = "n", O = "o", P = "p", Q = "q", R = "r",
                S = "s", T = "t", U = "u", V = "v", W = "w", X = "x", Y = "y", Z = "z",
            };
            four: levels {
                A = "a", B = "b", C = "c", D = "d", E = "e", F = "f", G = "g", H = "h", I = "i",
                J = "j", K = "k", L = "l", M = "m", N = "n", O = "o", P = "p", Q = "q", R = "r",
            };
            last: toggle as LAST;
        }
        operations { ENDS = "ends": ["one:a", "four.r:edit"]; }
    }
}

bailiwick::asks! {
    wide;
    Ends = operations::ENDS;
    EditLast = four::R.edit();
    ReadLast = four::R.read();
    FirstAction = one::V;
    All = operations::ENDS, LAST.on(), two::A.read();
}

#[track_caller]
fn run(live: &Live, command: impl Into<Command>) {
    drop(live.execute(&Actor::Host, command, NOW).unwrap());
}

/// `ana` may edit knowledge, `sam` could if not suspended, `ivy` is invited, and `boss` is admin.
fn team(id: &str) -> Live {
    let live = Live::new(Account::new(id.parse().unwrap(), studio::catalog()));
    for user in ["ana", "sam", "ivy", "boss"] {
        run(&live, Command::invite(user, format!("{user}@acme.example")));
        run(&live, Command::set_area(user, "knowledge", Level::Edit));
    }
    for user in ["ana", "sam", "boss"] {
        run(&live, Command::accept(user));
    }
    run(&live, Command::suspend("sam"));
    run(&live, Command::make_admin("boss"));
    live
}

#[track_caller]
fn permitted<'a, A: Ask>(lattice: &'a Lattice, user: &'a str) -> Permit<'a, A> {
    lattice.subject(user).permit().unwrap()
}

// Who gets one.

#[test]
fn a_permit_knows_the_ask_the_user_the_account_and_the_revision() {
    let live = team("acme");
    let view = live.view();
    let permit = permitted::<EditFaqs>(&view, "ana");
    assert_eq!(permit.user(), "ana");
    assert_eq!(permit.account().unwrap().as_str(), "acme");
    assert_eq!(permit.agency(), None);
    assert_eq!(permit.revision(), Some(13));
    assert_eq!(
        format!("{permit:?}"),
        "Permit { ask: \"EditFaqs\", agency: None, account: Some(\"acme\"), user: \"ana\", \
         revision: Some(13) }",
    );
    let _: (Permit<EditBoth>, Permit<Publish>) =
        (permitted(&view, "boss"), permitted(&view, "boss"));
}

/// One of each reason (DEC-2), word for word.
#[test]
fn a_denial_knows_the_ask_the_user_the_reason_and_the_rule() {
    #[track_caller]
    fn check<A: Ask>(lattice: &Lattice, user: &str, reason: Reason, text: &str) {
        let denial = lattice.subject(user).permit::<A>().unwrap_err();
        assert_eq!((denial.ask(), denial.user()), (A::ASK.name(), user));
        assert_eq!((denial.reason(), denial.rule()), (reason, reason.rule()));
        assert_eq!(lattice.reason(user, A::ASK.needs()), Some(reason));
        assert_eq!(denial.to_string(), text);
    }
    let live = team("acme");
    let view = live.view();
    check::<EditFaqs>(
        &view,
        "eve",
        Reason::UnknownUser,
        "eve may not EditFaqs: unknown_user (AGY-8)",
    );
    for (user, text) in [
        ("sam", "sam may not EditFaqs: not_active (USR-2)"),
        ("ivy", "ivy may not EditFaqs: not_active (USR-2)"),
    ] {
        check::<EditFaqs>(&view, user, Reason::NotActive, text);
    }
    check::<Export>(
        &view,
        "boss",
        Reason::UnknownPermission,
        "boss may not Export: unknown_permission (CAT-9)",
    );
    check::<Assist>(
        &view,
        "boss",
        Reason::NotEntitled,
        "boss may not Assist: not_entitled (CAT-6)",
    );
    check::<RemoveUsers>(
        &view,
        "ana",
        Reason::AdminOnly,
        "ana may not RemoveUsers: admin_only (ROLE-4)",
    );
    check::<EditBoth>(
        &view,
        "ana",
        Reason::NotGranted,
        "ana may not EditBoth: not_granted (ROLE-3)",
    );
    let tenant = tenant_with_a_mute();
    check::<Export>(&tenant.view(), "kim", Reason::Muted, "kim may not Export: muted (TPL-5)");
}

/// `kim`, who is given analytics by a template and has exporting muted.
fn tenant_with_a_mute() -> Live {
    let live = Live::new(Account::new("acme".parse().unwrap(), tenant::catalog()));
    let mut grants = Grants::new(&tenant::catalog());
    grants.set("analytics", Setting::actions(["view", "export"])).unwrap();
    run(&live, Command::create_template("analyst", "Analyst", grants));
    run(&live, Invite::new("kim", "kim@acme.example").template("analyst"));
    run(&live, Command::accept("kim"));
    run(&live, Command::untick("kim", "analytics:export"));
    live
}

#[test]
fn dec_5_a_denial_is_one_line_whoever_asked() {
    let lattice = Lattice::compile(&studio::catalog(), []);
    for (user, text) in [
        ("", "`` may not EditFaqs: unknown_user (AGY-8)"),
        ("a\nb", "`a\\nb` may not EditFaqs: unknown_user (AGY-8)"),
        ("ana may `x", "`ana may \\`x` may not EditFaqs: unknown_user (AGY-8)"),
        ("\u{202e}ana", "`\\u{202e}ana` may not EditFaqs: unknown_user (AGY-8)"),
    ] {
        let denial = lattice.subject(user).permit::<EditFaqs>().unwrap_err();
        assert_eq!(denial.to_string(), text);
        assert_eq!(denial.user(), user);
    }
}

#[test]
fn a_denial_is_written_without_the_user() {
    let denial = team("acme").view().subject("sam").permit::<EditFaqs>().unwrap_err();
    assert_eq!(
        serde_json::to_string(&denial).unwrap(),
        r#"{"ask":"EditFaqs","reason":"not_active","rule":"USR-2"}"#,
    );
}

/// Hosts can send both anywhere, and return a denial as any error.
#[test]
fn permits_and_denials_cross_threads() {
    fn is_shared<T: Send + Sync>() {}
    fn is_error<T: core::error::Error + Clone + Eq + Send + Sync + 'static>() {}
    is_shared::<Permit<EditFaqs>>();
    is_error::<Denial>();
}

// What it can be narrowed to; what it cannot does not compile.

#[test]
fn a_permit_is_narrowed_to_what_its_ask_implies() {
    let live = team("acme");
    let view = live.view();
    let edit = permitted::<EditFaqs>(&view, "ana");
    let read: Permit<ReadFaqs> = edit.narrow();
    let same: Permit<ReadFaqs> = read.narrow();
    assert_eq!((same.user(), same.account()), ("ana", edit.account()));
    assert_eq!(same.revision(), edit.revision());
    let both = permitted::<EditBoth>(&view, "boss");
    let _: (Permit<EditFaqs>, Permit<ReadBoth>) = (both.narrow(), both.narrow());
    let _: Permit<PublishPhone> = permitted::<Publish>(&view, "boss").narrow();
    let tenant = tenant_with_a_mute();
    run(&tenant, Command::tick("kim", "analytics:export"));
    let _: Permit<ViewAnalytics> = permitted::<Export>(&tenant.view(), "kim").narrow();
}

#[test]
fn asks_beyond_the_second_word_of_a_row_are_asked_and_narrowed() {
    let catalog = wide::catalog();
    assert!(catalog.permissions().count() > 128);
    let asked = |texts: &[&str]| catalog.require(texts).unwrap();
    assert_eq!(*Ends::ASK.needs(), asked(&["one:a", "four.r:edit"]));
    assert_eq!(*EditLast::ASK.needs(), asked(&["four.r:edit"]));
    assert_eq!(*FirstAction::ASK.needs(), asked(&["one:v"]));
    assert_eq!(*All::ASK.needs(), asked(&["one:a", "four.r:edit", "last:on", "two.a:read"]));
    let mut grants = Grants::new(&catalog);
    grants.set("four", Level::Edit).unwrap();
    grants.set("one", Setting::actions(["v"])).unwrap();
    let (mutes, features) = (Mutes::new(&catalog), Features::new(&catalog));
    let mut kim = member(&grants, &mutes, &features);
    let lattice = Lattice::compile(&catalog, [("kim", kim)]);
    let _: Permit<ReadLast> = permitted::<EditLast>(&lattice, "kim").narrow();
    assert!(lattice.subject("kim").permit::<Ends>().is_err());
    kim.role = Role::Admin;
    let lattice = Lattice::compile(&catalog, [("kim", kim)]);
    let all = permitted::<All>(&lattice, "kim");
    let ends: Permit<Ends> = all.narrow();
    let _: (Permit<ReadLast>, Permit<FirstAction>) = (ends.narrow(), all.narrow());
}

// Whether it still holds.

#[test]
fn a_permit_still_holds_or_is_denied_as_anything_is() {
    let live = team("acme");
    let view = live.view();
    let permit = permitted::<EditFaqs>(&view, "ana");
    run(&live, Command::set_area("ana", "flows", Level::Read));
    let now = live.view();
    assert_eq!(permit.still(&now).unwrap().revision(), Some(now.revision()));
    assert_eq!(permit.revision(), Some(now.revision() - 1));
    run(&live, Command::set_area("ana", "knowledge", Level::Read));
    let denial = permit.still(&live.view()).unwrap_err();
    assert_eq!(denial.to_string(), "ana may not EditFaqs: not_granted (ROLE-3)");
    run(&live, Command::delete_user("ana"));
    let denial = permit.still(&live.view()).unwrap_err();
    assert_eq!(denial.to_string(), "ana may not EditFaqs: unknown_user (AGY-8)");
}

/// Two accounts have users by the same id (AGY-8).
#[test]
fn agy_8_a_permit_of_one_account_is_none_of_another() {
    let [acme, other] = ["acme", "other"].map(team);
    let (view, other) = (acme.view(), other.view());
    let permit = permitted::<EditFaqs>(&view, "ana");
    assert!(other.subject("ana").permit::<EditFaqs>().is_ok());
    let denial = permit.still(&other).unwrap_err();
    assert_eq!(denial.to_string(), "ana may not EditFaqs: unknown_user (AGY-8)");
    // A copy of the same account, compiled elsewhere.
    assert!(permit.still(&acme.view().account().compile()).is_ok());
}

/// One agency by that name, with a subaccount `harbor`, whose `lee` has contacts.
fn agency_of(id: &str) -> Live<Agency> {
    let live = Live::new(Agency::new(id.parse().unwrap(), agency::catalog()));
    let create = |id| NewSubaccount::new(id).patch(FeaturePatch::new().grant("contacts"));
    let within = |command: Command| AgencyCommand::within("harbor", command);
    for command in [
        create("harbor").into(),
        create("marina").into(),
        within(Command::invite("lee", "lee@harbor.example")),
        within(Command::accept("lee")),
    ] {
        drop(live.execute(&Actor::Host, command, NOW).unwrap());
    }
    live
}

#[test]
fn grd_11_a_permit_of_one_agency_is_none_of_another() {
    let [north, south] = ["north", "south"].map(agency_of);
    let (north, south) = (north.view(), south.view());
    let [ours, theirs] = [&north, &south].map(|view| view.subaccount("harbor").unwrap());
    let permit = permitted::<UseContacts>(ours, "lee");
    assert_eq!(permit.agency().unwrap().as_str(), "north");
    assert_eq!(permit.account().unwrap().as_str(), "harbor");
    assert!(permit.still(ours).is_ok());
    assert_eq!(permit.still(theirs).unwrap_err().reason(), Reason::UnknownUser);
    assert_eq!(
        permit.still(north.subaccount("marina").unwrap()).unwrap_err().reason(),
        Reason::UnknownUser,
    );
}

/// A lattice knows the revision of its account, whether it was published or compiled.
#[test]
fn rev_1_a_lattice_knows_its_accounts_revision() {
    let live = agency_of("north");
    let check = || {
        let view = live.view();
        for account in view.agency().subaccounts() {
            let lattice = view.subaccount(account.id().as_str()).unwrap();
            assert_eq!(lattice.revision(), Some(account.revision()));
            assert_eq!(lattice.account(), Some(account.id()));
            assert_eq!(lattice.agency(), Some(view.agency().id()));
            assert_eq!(account.compile().revision(), Some(account.revision()));
        }
        view.agency().subaccount("harbor").unwrap().revision()
    };
    let before = check();
    let command = Command::set_seat_limit(Some(9));
    drop(live.execute(&Actor::Host, AgencyCommand::within("harbor", command), NOW).unwrap());
    assert_eq!(check(), before + 1);
}

// Hosts with users of their own.

#[test]
fn a_host_with_users_of_its_own_says_whose_they_are() {
    let (catalog, live) = (studio::catalog(), team("acme"));
    let account = live.view().account().clone();
    let users = || account.users().map(|user| (user.id().as_str(), account.profile(user)));
    let nameless = Lattice::compile(&catalog, users());
    let permit = permitted::<EditFaqs>(&nameless, "ana");
    assert_eq!((permit.account(), permit.agency(), permit.revision()), (None, None, None));
    assert_eq!(permit.still(&nameless).unwrap_err().reason(), Reason::UnknownUser);
    let named = |id: &str, revision| {
        Lattice::compile(&catalog, users()).for_account(id.parse().unwrap(), revision)
    };
    let (own, later) = (named("acme", 3), named("acme", 7));
    let permit = permitted::<EditFaqs>(&own, "ana");
    assert_eq!(permit.still(&later).unwrap().revision(), Some(7));
    assert!(permit.still(&live.view()).is_ok());
    assert!(permit.still(&named("other", 7)).is_err());
    assert!(permit.still(&nameless).is_err());
    let id: UserId = "ana".parse().unwrap();
    assert!(own.subject(id.as_str()).permit::<EditFaqs>().is_ok());
}
