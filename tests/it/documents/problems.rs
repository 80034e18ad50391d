//! Every problem is reported, once, in the order of the document and on one line.

use bailiwick::catalog::Source;
use bailiwick::document::{ACCOUNT_FORMAT, DocumentFault};
use bailiwick::{Account, Area, Catalog};
use serde_json::{Value, json};

use super::bad::{as_cases, bad, check};
use super::{account, as_account, as_agency, as_catalog, cases, desk, edited, parse, studio};

/// LVL-8: an area whose own setting is the problem is not missing as well.
#[test]
fn one_bad_area_is_one_problem() {
    for (area, fault) in [
        (json!("write"), "unknown level `write`: expected `none`, `read` or `edit`"),
        (json!(true), "`voice` takes a level: `none`, `read` or `edit`"),
    ] {
        let document = json!({
            "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-06",
            "users": [{"id": "kim", "email": "kim@acme.example", "role": "member",
                       "status": "active",
                       "grants": {"voice.agent": "read", "voice": area, "voice.numbers": "read"}}],
        });
        let error = account(&document.to_string()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the document cannot be used\n  users[0].grants.voice: {fault}"),
        );
    }
}

/// Everything that is wrong is said at once, in the order of the document.
#[test]
fn all_problems_are_reported_in_the_order_of_the_document() {
    let text = r#"{
        "users": [
            {"id": "kim", "email": "kim", "role": "boss", "status": "gone", "template": "kb",
             "grants": {"flows": "write", "voice.numbers": "read", "nowhere": "read"},
             "mutes": ["flows:edit", "flows:edit", "workspace.billing:on"], "extra": 1},
            {"id": "kim", "status": "active", "accepted": true, "role": "member",
             "email": "lee@acme.example", "last_sign_in": 1.5}
        ],
        "templates": [{"id": "kb", "grants": {"plan.enterprise": true}, "name": ""}],
        "features": ["plan.silver"],
        "seat_limit": -4,
        "catalog": "studio/2026-06",
        "id": "",
        "format": "bailiwick/account/0"
    }"#;
    check(vec![bad(
        as_account,
        text,
        &[
            "users[0].email: `kim` is not an email address; write `name@host`",
            "users[0].role: unknown role `boss`: expected `admin` or `member`",
            "users[0].status: unknown status `gone`: expected `invited`, `active` or `suspended`",
            "users[0].grants.flows: unknown level `write`: expected `none`, `read` or `edit`",
            "users[0].grants.voice.numbers: `voice.numbers` is set without its area and would grant nothing; set `voice` too",
            "users[0].grants.nowhere: unknown area `nowhere`; the catalog has {studio areas}",
            "users[0].mutes[1]: duplicate mute `flows:edit`",
            "users[0].mutes[2]: `workspace.billing` cannot be granted: it comes with the role",
            "users[0].extra: unknown field `extra`: expected `id`, `email`, `role`, `status`, `accepted`, `invitation`, `template`, `grants`, `mutes` or `last_sign_in`",
            "users[1].id: duplicate user id `kim`",
            "users[1].accepted: `accepted` is for suspended users: this user is active",
            "users[1].last_sign_in: expected a whole number, found a number that is not whole or too large",
            "templates[0].grants.plan.enterprise: `plan.enterprise` cannot be granted: it comes with the account",
            "templates[0].name: the name is blank; give 1 to 100 characters",
            "features[0]: `plan` has no sub-section `silver`; it has `enterprise`, `enterprise_cluster`",
            "seat_limit: -4 is out of range: expected a number from 0 to 4294967295",
            "id: an id is empty; it has 1 to 255 bytes",
            "format: unknown format `bailiwick/account/0`: expected `bailiwick/account/1`",
        ],
    )]);
}

/// An unknown catalog hides nothing that can be read without it.
#[test]
fn an_unknown_catalog_hides_no_other_problem() {
    let account = r#"{
        "id": "", "catalog": "studio/1", "revision": -1, "seat_limit": "many", "seats": 1,
        "templates": [{"id": "kb", "name": " ", "grants": {"nobody": "knows"}}, {"name": "QA"}],
        "users": [
            {"id": "kim", "email": "kim", "role": "boss", "status": "gone", "template": "kb",
             "last_sign_in": 1.0},
            {"id": "kim", "email": "lee@acme.example", "role": "member", "status": "active",
             "accepted": true, "template": "qa", "grants": {"nobody": "knows"}}
        ],
        "retired": ["", "kim"],
        "format": "bailiwick/account/0"
    }"#;
    let known = "expected {presets}, or spell the catalog out";
    let expected = [
        "id: an id is empty; it has 1 to 255 bytes",
        &format!("catalog: unknown catalog `studio/1`: {known}"),
        "revision: -1 is out of range: expected a number from 0",
        "seat_limit: expected a whole number, found a string",
        "seats: expected a string, found a number",
        "templates[0].name: the name is blank; give 1 to 100 characters",
        "templates[1]: missing field `id`",
        "templates[1]: missing field `grants`",
        "users[0].email: `kim` is not an email address; write `name@host`",
        "users[0].role: unknown role `boss`: expected `admin` or `member`",
        "users[0].status: unknown status `gone`: expected `invited`, `active` or `suspended`",
        "users[0].last_sign_in: expected a whole number, found a number that is not whole or too large",
        "users[1].id: duplicate user id `kim`",
        "users[1].accepted: `accepted` is for suspended users: this user is active",
        "users[1].template: unknown template `qa`: expected `kb`",
        "retired[0]: an id is empty; it has 1 to 255 bytes",
        "retired[1]: duplicate user id `kim`",
        "format: unknown format `bailiwick/account/0`: expected `bailiwick/account/1`",
    ];
    let agency = r#"{
        "format": "bailiwick/agency/1", "id": "north", "catalog": "studio/1",
        "default_features": ["nobody.knows"],
        "subaccounts": [{"id": "a"}, {"id": "a", "seat_limit": -1, "catalog": "x"}],
        "retired": [1]
    }"#;
    check(vec![
        bad(as_account, account, &expected),
        bad(
            as_agency,
            agency,
            &[
                &format!("catalog: unknown catalog `studio/1`: {known}"),
                "subaccounts[1].id: duplicate account id `a`",
                "subaccounts[1].seat_limit: -1 is out of range: expected a number from 0 to 4294967295",
                "retired[0]: expected a string, found a number",
            ],
        ),
    ]);
}

/// What is wrong with one item of a list hides nothing that is wrong with the next.
#[test]
fn every_item_of_a_list_is_read() {
    let asks = json!(["tools", "tools:read", 1, "knowledge.faq:edit"]);
    let grants = json!({"docs": "write", "jobs": 3, "plan": ["view", 4, 5], "docs.pages": "read"});
    check(vec![
        bad(
            as_cases,
            edited(&cases(), "/cases/1/ask", &asks),
            &[
                "cases[1].ask[0]: `tools` is not an operation; the catalog has `publish_chat_widget`, `publish_phone_widget`, `promote_environment`, `start_ab_test`, `manage_api_keys`, `export_call_data`, `edit_legal`, `view_api_keys`, `invite_user`, `manage_projects`, `manage_billing`, `use_studio_assistant`; a permission or an area is written `path:rung`, as in `knowledge.faqs:edit`",
                "cases[1].ask[2]: expected a string, found a number",
                "cases[1].ask[3]: `knowledge` has no sub-section `faq`; it has `faqs`, `sources`, `variants`",
            ],
        ),
        bad(
            as_catalog,
            edited(&desk(), "/templates/0/grants", &grants),
            &[
                "templates[0].grants.docs: unknown level `write`: expected `none`, `read` or `edit`",
                "templates[0].grants.jobs: expected a level, a list of actions, or true or false, found a number",
                "templates[0].grants.plan[1]: expected a string, found a number",
                "templates[0].grants.plan[2]: expected a string, found a number",
            ],
        ),
    ]);
}

/// CAT-5: a feature is given once, by whichever name.
#[test]
fn a_feature_given_twice_is_refused_by_any_name() {
    let mut catalog = desk();
    catalog["areas"][2]["sub_sections"][0]["aliases"] = json!(["professional"]);
    let account = |features: Value| {
        json!({"format": ACCOUNT_FORMAT, "id": "acme", "catalog": catalog.clone(),
               "features": features})
        .to_string()
    };
    let key = catalog["areas"][2]["sub_sections"][0]["key"].as_str().unwrap();
    let (path, alias) = (format!("plan.{key}"), "plan.professional");
    assert_eq!(as_account(&account(json!([alias]))), Ok(()));
    check(vec![bad(
        as_account,
        account(json!([path, alias])),
        &[&format!("features[1]: feature `{alias}` is already used by `{path}`")],
    )]);
}

/// USR-4: an email address of a user whose own id cannot be read.
#[test]
fn what_is_taken_by_nobody_known_is_given_twice() {
    let mut account = studio();
    account["users"][0]["id"] = json!("");
    account["users"][1]["email"] = json!("ANA@acme.example");
    account["templates"] = json!([
        {"id": "", "name": "QA", "grants": {}},
        {"id": "kb", "name": "qa", "grants": {}},
        {"id": "x", "name": " ", "grants": {}},
        {"id": "y", "name": "", "grants": {}},
    ]);
    check(vec![bad(
        as_account,
        account.to_string(),
        &[
            "templates[0].id: an id is empty; it has 1 to 255 bytes",
            "templates[1].name: duplicate template name `qa`",
            "templates[2].name: the name is blank; give 1 to 100 characters",
            "templates[3].name: the name is blank; give 1 to 100 characters",
            "users[0].id: an id is empty; it has 1 to 255 bytes",
            "users[1].email: duplicate email `ANA@acme.example`",
        ],
    )]);
}

/// An empty key is seen in a place, and a long one does not make every place below it as long.
#[test]
fn a_place_shows_any_key() {
    let grants = |grants: Value| edited(&studio(), "/users/1/grants", &grants);
    check(vec![
        bad(
            as_account,
            r#"{"": 1}"#,
            &[
                "document: missing field `id`",
                "document: missing field `format`",
                "document: missing field `catalog`",
                "\"\": unknown field ``: expected `format`, `id`, `name`, `catalog`, `stamp`, `revision`, `head`, `key_memory`, `keys`, `seat_limit`, `seats`, `invitation_lifetime`, `features`, `templates`, `users` or `retired`",
            ],
        ),
        bad(
            as_account,
            grants(json!({"": "read"})),
            &["users[1].grants.\"\": unknown area ``; the catalog has {studio areas}"],
        ),
    ]);
    let long = "ü".repeat(100_000);
    let error = account(&grants(json!({long: vec![1; 64]}))).unwrap_err();
    assert_eq!(error.problems().len(), 64);
    let expected = format!("users[1].grants.{}…[63]", "ü".repeat(160));
    assert_eq!(error.problems()[63].place(), expected);
}

/// No text of a document breaks the line of its problem, or disguises it.
#[test]
fn a_problem_is_one_line() {
    let mut document = studio();
    document["us\ners\u{1b}[31m"] = json!(1);
    document["users"][0]["role"] = json!("boss\nusers[7].role: forged");
    document["users"][0]["status"] = json!("\u{85}\u{2029}\u{202e}");
    document["users"][1]["grants"] = json!({"to\rols": "read", "it's \"Größe\" 🙂": "read"});
    document["users"][1]["mutes"] = json!(["flows:\u{0}"]);
    check(vec![bad(
        as_account,
        document.to_string(),
        &[
            "users[0].role: unknown role `boss\\nusers[7].role: forged`: expected `admin` or `member`",
            "users[0].status: unknown status `\\u{85}\\u{2029}\\u{202e}`: expected `invited`, `active` or `suspended`",
            "users[1].grants.to\\rols: unknown area `to\\rols`; the catalog has {studio areas}",
            "users[1].grants.it's \"Größe\" 🙂: unknown area `it's \"Größe\" 🙂`; the catalog has {studio areas}",
            "users[1].mutes[0]: `flows` has no rung `\\u{0}`; it has `read`, `edit`",
            "us\\ners\\u{1b}[31m: unknown field `us\\ners\\u{1b}[31m`: expected `format`, `id`, `name`, `catalog`, `stamp`, `revision`, `head`, `key_memory`, `keys`, `seat_limit`, `seats`, `invitation_lifetime`, `features`, `templates`, `users` or `retired`",
        ],
    )]);
}

/// A message names some templates of very many, and says how many more there are.
#[test]
fn a_message_lists_some_names_of_many() {
    let mut document = studio();
    let templates = (0..5000).map(|at| {
        json!({"id": format!("t{at}"), "name": format!("T{at}"),
                                              "grants": {}})
    });
    document["templates"] = templates.collect();
    let error = account(&document.to_string()).unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    let text = problem.to_string();
    assert!(text.ends_with("`t18`, `t19` or one of 4980 more"), "{text}");
}

/// A problem says its place and its fault apart.
#[test]
fn a_problem_has_a_place_and_a_fault() {
    let text = edited(&studio(), "/users/1/template", &json!("qa"));
    let error = account(&text).unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(problem.place(), "users[1].template");
    let fault = DocumentFault::Unknown {
        what: "template",
        given: "qa".into(),
        expected: "expected `kb`".into(),
    };
    assert_eq!(problem.fault(), &fault);
    assert_eq!(problem.to_string(), format!("users[1].template: {fault}"));
}

/// A host that knows no preset says so; nothing is looked up behind its back.
#[test]
fn catalogs_are_looked_up_in_what_is_given() {
    let document = parse(&studio().to_string());
    let error = Account::from_document(&document, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the document cannot be used\n  catalog: unknown catalog `studio/2026-06`: there are none, or spell the catalog out",
    );
    let own = Catalog::builder("studio/2026-06")
        .area(Area::levels("knowledge").with("faqs"))
        .area(Area::levels("tools"))
        .area(Area::toggle("plan").set_by(Source::Account).with("enterprise"))
        .build()
        .unwrap();
    let account = Account::from_document(&document, core::slice::from_ref(&own)).unwrap();
    assert_eq!(account.catalog(), &own);
}
