//! What is on the pages: what the dialogs offer is accepted, and forms lead where they say.

use axum::http::StatusCode;

use crate::client::{Client, host};

#[tokio::test]
async fn whatever_a_page_offers_is_accepted() {
    let app = host().await;
    for (who, pages) in [
        (
            "acme/ada",
            &["/users", "/edit?user=kim", "/edit?user=noa", "/template?template=knowledge_editor"]
                [..],
        ),
        ("support/dora", &["/users", "/edit?user=max", "/edit?user=ana", "/edit?user=dora"][..]),
        (
            "support/ana",
            &[
                "/edit?user=dora",
                "/template?template=manager",
                "/why?user=max&ask=analytics:export",
            ][..],
        ),
        ("bright/north/nils", &["/users", "/edit?user=pia"][..]),
    ] {
        let mut client = Client::signed_in(&app, who).await;
        for page in pages {
            for command in client.get(page).await.is(StatusCode::OK).commands() {
                let answer = client.post("/preview", &[("command", &command), ("back", "/")]).await;
                assert_eq!(answer.status, StatusCode::OK, "{command}: {}", answer.text);
            }
        }
    }
    let mut bright = Client::signed_in(&app, "bright").await;
    let offered = bright.get("/agency").await.commands();
    assert!(offered.len() > 100, "{}", offered.len());
    for command in offered {
        let fields = [("command", command.as_str()), ("back", "/agency")];
        bright.post("/agency/preview", &fields).await.is(StatusCode::OK);
    }
}

#[tokio::test]
async fn what_is_greyed_out_says_why() {
    let app = host().await;
    let mut dora = Client::signed_in(&app, "support/dora").await;
    let page = dora.get("/edit?user=max").await;
    let grey: Vec<&str> = page.text.split("aria-describedby=\"").skip(1).collect();
    assert!(!grey.is_empty());
    for rest in grey {
        let (id, _) = rest.split_once('"').unwrap();
        assert!(page.text.contains(&format!("id=\"{id}\"")), "{id} is not on the page");
    }
    page.says("this would give `conversations:delete`, which `dora` does not hold: ask an admin")
        .says("`dora` may not do this: only an admin may");
}

#[tokio::test]
async fn users_are_filtered() {
    let app = host().await;
    let mut ana = Client::signed_in(&app, "support/ana").await;
    for (query, found) in [
        ("", 5),
        ("?status=suspended", 1),
        ("?role=admin", 1),
        ("?template=%3Dsupport_agent", 2),
        ("?template=none", 1),
        ("?text=EXAMPLE", 5),
        ("?text=dora&status=invited", 0),
        ("?inactive_days=0", 5),
        ("?inactive_days=30", 1),
    ] {
        let page = ana.get(&format!("/users{query}")).await.is(StatusCode::OK);
        page.says(&format!("{found} of 5 ·"));
        let csv = ana.get(&format!("/users.csv{query}")).await.is(StatusCode::OK);
        assert_eq!(csv.text.lines().count(), found + 1, "{query}");
    }
}

#[tokio::test]
async fn templates_are_made_renamed_and_replaced() {
    let app = host().await;
    let mut ana = Client::signed_in(&app, "support/ana").await;
    let new = [("name", "Night shift"), ("like", "support_agent"), ("back", "/templates")];
    confirm(&mut ana, "/templates/new", &new).await;
    ana.get("/template?template=night_shift").await.says("Night shift").says("Nobody has it.");
    let name = [("template", "night_shift"), ("name", "Late shift"), ("back", "/templates")];
    confirm(&mut ana, "/templates/rename", &name).await;
    let about = [("template", "night_shift"), ("description", "After ten"), ("back", "/templates")];
    confirm(&mut ana, "/templates/describe", &about).await;
    ana.get("/templates").await.says("After ten");
    // Deleting one that is in use names who has it, and can give them another.
    let page = ana.get("/template?template=support_agent").await;
    let replace = page
        .commands()
        .into_iter()
        .find(|command| command.contains("delete_template") && command.contains("\"night_shift\""));
    confirm(&mut ana, "/preview", &[("command", &replace.unwrap()), ("back", "/templates")]).await;
    ana.get("/templates").await.says_not("Support agent");
    ana.get("/edit?user=max").await.says("Late shift (has it)");
    ana.get("/users").await.says("Late shift");
}

#[tokio::test]
async fn an_agency_makes_and_renames_subaccounts() {
    let app = host().await;
    let mut bright = Client::signed_in(&app, "bright").await;
    let new = [("name", "Hill School"), ("email", "hugo@hill.example"), ("back", "/agency")];
    confirm(&mut bright, "/agency/new", &new).await;
    bright.get("/agency").await.says("Hill School").says("id hill-school, 1 user");
    let name = [("account", "hill-school"), ("name", "Hill Academy"), ("back", "/agency")];
    confirm(&mut bright, "/agency/rename", &name).await;
    bright.get("/agency/audit?about=hill-school").await.says("Hill Academy");
    let mut hugo = Client::signed_in(&app, "bright/hill-school/hugo").await;
    hugo.get("/home").await.says("Hill Academy").says("Hello, hugo");
}

/// Sends a form, and confirms what it shows.
async fn confirm(client: &mut Client, path: &str, fields: &[(&str, &str)]) {
    let page = client.post(path, fields).await.is(StatusCode::OK);
    let fields = ["command", "shown", "key", "back"].map(|field| (field, page.field(field)));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let commit = if path.starts_with("/agency") { "/agency/commit" } else { "/commit" };
    client.post(commit, &fields).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn pages_are_labelled() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    for path in [
        "/home",
        "/users",
        "/edit?user=kim",
        "/templates",
        "/template?template=knowledge_editor",
        "/review",
        "/why",
        "/audit",
        "/faqs",
    ] {
        let page = ada.get(path).await.is(StatusCode::OK);
        let text = &page.text;
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
        assert_eq!(text.matches("<h1>").count(), 1, "{path}");
        assert!(text.contains("<a class=\"skip\" href=\"#main\">"), "{path}");
        let ids: Vec<&str> = attribute(text, " id=\"").collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(ids.len(), unique.len(), "{path} has an id twice");
        // Whatever can be filled in has a label.
        for tag in
            text.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("select"))
        {
            let id = attribute(tag, " id=\"").next();
            let is_hidden = tag.contains("type=\"hidden\"");
            let label = id.is_some_and(|id| text.contains(&format!("for=\"{id}\"")));
            assert!(is_hidden || label, "{path}: {tag}");
        }
    }
}

fn attribute<'a>(text: &'a str, start: &str) -> impl Iterator<Item = &'a str> {
    text.split(start).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0))
}
