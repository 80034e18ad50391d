//! DEC-5: what the examples print.

use std::collections::BTreeMap;

use bailiwick::presets::studio;

use super::lines;

/// The programs of the examples, by name, built if they are not.
fn examples() -> BTreeMap<String, String> {
    let built = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--examples", "--message-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let lines = String::from_utf8(built.stdout).unwrap();
    let messages = lines.lines().map(|line| serde_json::from_str(line).unwrap());
    let program = |message: serde_json::Value| {
        let (name, program) = (&message["target"]["name"], message["executable"].as_str()?);
        Some((name.as_str()?.to_owned(), program.to_owned()))
    };
    messages.filter_map(program).collect()
}

/// What the examples print and write of a document in which everything chosen is hostile.
#[test]
fn examples_print_nothing_raw() {
    let id = "\u{202e}a\u{61c}\u{1b}[2J\r\n<script>`\u{200b}";
    let user = serde_json::json!({
        "id": id, "email": "<b>\"'&@acme.example", "role": "admin", "status": "active",
    });
    let member = serde_json::json!({
        "id": "kim\n", "email": "kim@acme.example", "role": "member", "status": "active",
        "template": id, "mutes": ["flows:read"],
    });
    let document = serde_json::json!({
        "format": "bailiwick/account/1", "id": id, "catalog": studio::catalog().id(),
        "templates": [{"id": id, "name": "<i>`x`", "grants": {"flows": "edit"}}],
        "users": [user, member],
    });
    let cases = serde_json::json!({"cases": [
        {"user": id, "ask": "flows:edit", "expect": "allow"},
        {"user": format!("{id}{id}"), "ask": "flows:edit", "expect": "deny"},
    ]});
    let bad = serde_json::json!({"format": "bailiwick/account/1", "id": id, "catalog": id, id: id});
    let place = std::env::temp_dir().join(format!("bailiwick-text-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    let path = |name: &str| place.join(name).to_str().unwrap().to_owned();
    for (name, text) in [("document", document), ("cases", cases), ("bad", bad)] {
        std::fs::write(path(name), text.to_string()).unwrap();
    }
    let (document, cases, bad) = (&*path("document"), &*path("cases"), &*path("bad"));
    let (html, csv) = (path("html"), path("csv"));
    let built = examples();
    for (example, arguments) in [
        ("decide", &[document, cases][..]),
        ("decide", &[document, document]),
        ("decide", &[bad, cases]),
        ("decide", &["no\u{1b}file", cases]),
        ("review", &[document]),
        ("review", &[document, "--html", &html, "--csv", &csv]),
        ("review", &[document, "--why", id, "flows:edit"]),
        ("review", &[document, "--why", "kim\n", "flows:edit"]),
        ("review", &[document, "--why", "kim\n", id]),
        ("review", &[document, "--as-of", document]),
        ("review", &[document, id]),
        ("review", &[bad]),
        ("studio", &[document]),
        ("studio", &[bad]),
        ("tenant", &[]),
        ("agency", &[]),
    ] {
        let run = std::process::Command::new(&built[example])
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        for printed in [run.stdout, run.stderr] {
            lines(&String::from_utf8(printed).unwrap());
        }
    }
    let page = std::fs::read_to_string(html).unwrap();
    lines(&page);
    assert!(page.contains(r"<bdi>\u{202e}a\u{61c}\u{1b}[2J\r\n&lt;script&gt;`\u{200b}</bdi>"));
    assert!(!page.contains("<script") && !page.contains("<b>\"") && !page.contains("<i>"));
    lines(&std::fs::read_to_string(csv).unwrap());
    std::fs::remove_dir_all(place).unwrap();
}
