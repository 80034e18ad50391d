//! USR-14: the table of a Users page.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::account::{Column, UserRow, UserTable};
use bailiwick::document::Document;
use bailiwick::{Account, Role, Status, Timestamp, presets};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::naive::Directory;
use crate::worlds;

fn account(document: &Value) -> Account {
    let document: Document = serde_json::from_str(&document.to_string()).unwrap();
    Account::from_document(&document, &presets::all()).unwrap()
}

fn acme() -> Value {
    json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1",
        "templates": [
            {"id": "t", "name": "Desk", "grants": {"conversations": ["view"]}},
            {"id": "u", "name": "all", "grants": {}},
        ],
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active",
             "last_sign_in": 90},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
             "template": "t", "grants": {"crm": true}, "last_sign_in": 40},
            {"id": "lee", "email": "LEE@acme.example", "role": "member", "status": "suspended",
             "template": "u", "grants": {"crm": true}, "mutes": ["crm:on"]},
            {"id": "Pat", "email": "straße@acme.example", "role": "member", "status": "invited",
             "grants": {"crm": true}, "invitation": {"sent": 3, "generation": 2}},
            {"id": "=1+1", "email": "mo@acme.example", "role": "admin", "status": "suspended"},
        ],
    })
}

fn ids(table: &UserTable<'_>) -> Vec<String> {
    table.rows().map(|row| row.user().id().as_str().to_owned()).collect()
}

#[test]
fn a_row_has_all_that_a_page_shows() {
    let acme = account(&acme());
    let table = acme.table();
    let rows: Vec<UserRow<'_>> = table.rows().collect();
    let crm: Vec<_> = rows.iter().map(|row| row.crm()).collect();
    assert_eq!(crm, [true, true, false, true, true].map(Some), "whatever the status");
    let labels: Vec<_> = rows.iter().map(|row| row.role_label()).collect();
    assert_eq!(labels, ["Admin", "User", "User", "User", "Admin"]);
    assert_eq!(
        json!(rows.get(3)),
        json!({"id": "Pat", "email": "straße@acme.example", "role": "member", "role_label": "User",
               "template": null, "template_name": null, "status": "invited", "crm": true,
               "last_sign_in": null, "invitation": {"sent": 3, "generation": 2}})
    );
    assert_eq!(json!(rows.get(1)).get("template_name"), Some(&json!("Desk")));
    assert_eq!(json!(table), json!(rows));
}

#[test]
fn rows_are_filtered() {
    let acme = account(&acme());
    let since = |millis| acme.table().inactive_since(Timestamp::from_unix_millis(millis));
    for (table, expected) in [
        (acme.table().status(Status::Suspended), &["lee", "=1+1"][..]),
        (acme.table().role(Role::Admin), &["ana", "=1+1"]),
        (acme.table().template("t"), &["kim"]),
        (acme.table().template("none"), &[]),
        (acme.table().without_template(), &["ana", "Pat", "=1+1"]),
        (acme.table().text(" pAT "), &["Pat"]),
        (acme.table().text("STRASSE@"), &["Pat"]),
        (acme.table().text("lee@"), &["lee"]),
        (acme.table().text("ＫＩＭ"), &["kim"]),
        (acme.table().text(" "), &["ana", "kim", "lee", "Pat", "=1+1"]),
        (since(90), &["kim", "lee", "Pat", "=1+1"]),
        (since(91), &["ana", "kim", "lee", "Pat", "=1+1"]),
        (since(40), &["lee", "Pat", "=1+1"]),
        (since(41).role(Role::Member).status(Status::Active), &["kim"]),
    ] {
        assert_eq!(ids(&table), expected, "{table:?}");
    }
}

#[test]
fn rows_are_sorted_by_a_column() {
    let acme = account(&acme());
    let table = acme.table();
    for (column, expected) in [
        (Column::Id, ["=1+1", "Pat", "ana", "kim", "lee"]),
        (Column::Email, ["ana", "kim", "lee", "=1+1", "Pat"]),
        (Column::Role, ["ana", "=1+1", "kim", "lee", "Pat"]),
        (Column::Template, ["ana", "Pat", "=1+1", "lee", "kim"]),
        (Column::Status, ["Pat", "ana", "kim", "lee", "=1+1"]),
        (Column::Crm, ["lee", "ana", "kim", "Pat", "=1+1"]),
        (Column::LastSignIn, ["lee", "Pat", "=1+1", "kim", "ana"]),
        (Column::Invitation, ["ana", "kim", "lee", "=1+1", "Pat"]),
    ] {
        let mut rows: Vec<_> = table.rows().collect();
        rows.sort_by(|one, other| one.compare(other, column));
        let ids: Vec<&str> = rows.iter().map(|row| row.user().id().as_str()).collect();
        assert_eq!(ids, expected, "{column}");
    }
}

#[test]
fn a_table_is_safe_in_a_spreadsheet() {
    let acme = account(&acme());
    let csv = acme.table().status(Status::Suspended).to_csv();
    assert_eq!(
        csv,
        "\"id\",\"email\",\"role\",\"template\",\"status\",\"crm\",\"last_sign_in\",\
         \"invitation\"\r\n\
         \"lee\",\"LEE@acme.example\",\"User\",\"all\",\"suspended\",\"no\",\"\",\"\"\r\n\
         \"'=1+1\",\"mo@acme.example\",\"Admin\",\"\",\"suspended\",\"yes\",\"\",\"\"\r\n"
    );
}

/// A catalog without a toggle of this kind has no CRM access, and one with several has the first.
#[test]
fn crm_access_is_the_first_toggle_that_only_users_have() {
    let mut document = acme();
    let area = |key: &str, user_only: bool| json!({"key": key, "scale": "toggle", "source": "grantable", "user_only": user_only});
    let catalog =
        |areas: &[Value]| json!({"format": "bailiwick/catalog/1", "id": "own/1", "areas": areas});
    let user = |grants: Value| {
        json!([{"id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
                "grants": grants}])
    };
    document["templates"] = json!([]);
    document["catalog"] = catalog(&[area("a", false)]);
    document["users"] = user(json!({"a": true}));
    let acme = account(&document);
    assert_eq!(acme.table().rows().next().unwrap().crm(), None);
    document["catalog"] = catalog(&[area("a", false), area("b", true), area("c", true)]);
    document["users"] = user(json!({"c": true}));
    let acme = account(&document);
    let table = acme.table();
    let row = table.rows().next().unwrap();
    assert_eq!(row.crm(), Some(false));
    let own: Vec<_> = row
        .own_toggles()
        .map(|(one, has)| (acme.catalog().display(one).to_string(), has))
        .collect();
    assert_eq!(own, [("b:on".to_owned(), false), ("c:on".to_owned(), true)]);
}

/// USR-10, USR-14: the table says what is stored, whatever feature is off.
#[test]
fn crm_access_is_what_is_stored() {
    let mut document = acme();
    document["templates"] = json!([]);
    document["catalog"] = json!({
        "format": "bailiwick/catalog/1", "id": "own/1",
        "areas": [
            {"key": "crm", "scale": "toggle", "user_only": true},
            {"key": "plan", "scale": "toggle", "source": "account", "sub_sections": [{"key": "pro"}]},
        ],
        "gates": [{"target": "crm", "needs": ["plan.pro"]}],
    });
    let user = |id: &str, status: &str, crm: bool| {
        json!({"id": id, "email": format!("{id}@acme.example"), "role": "member",
               "status": status, "grants": {"crm": crm}})
    };
    document["users"] = json!([
        user("kim", "active", true),
        user("lee", "suspended", true),
        user("pat", "invited", false),
    ]);
    for features in [json!([]), json!(["plan.pro"])] {
        document["features"] = features;
        let acme = account(&document);
        let table = acme.table();
        let crm: Vec<_> = table.rows().map(UserRow::crm).collect();
        assert_eq!(crm, [true, true, false].map(Some));
        assert_eq!(json!(table), json!(Directory::new(&document).table(&json!({}))));
    }
}

proptest! {
    #[test]
    fn the_table_is_the_naive_one(
        document in worlds::any_account(),
        status in prop::option::of(select(vec!["invited", "active", "suspended"])),
        role in prop::option::of(select(vec!["admin", "member"])),
        template in prop::option::of(prop::option::of(select(vec!["t0", "t1", "kb", "qa"]))),
        text in prop::option::of("[a-zA-Z@.0-9]{0,2}"),
        since in prop::option::of(any::<i64>()),
    ) {
        let acme = account(&document);
        let mut table = acme.table();
        let mut filter = json!({});
        if let Some(status) = status {
            table = table.status(status.parse().unwrap());
            filter["status"] = json!(status);
        }
        if let Some(role) = role {
            table = table.role(role.parse().unwrap());
            filter["role"] = json!(role);
        }
        if let Some(template) = template {
            table = template.map_or_else(|| table.clone().without_template(), |id| table.clone().template(id));
            filter["template"] = json!(template);
        }
        if let Some(text) = &text {
            table = table.text(text);
            filter["text"] = json!(text);
        }
        if let Some(since) = since {
            table = table.inactive_since(Timestamp::from_unix_millis(since));
            filter["inactive_since"] = json!(since);
        }
        let naive = Directory::new(&document);
        prop_assert_eq!(json!(table), json!(naive.table(&filter)));
        prop_assert_eq!(json!(acme.seats()), naive.seats());
    }
}
