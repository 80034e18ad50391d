//! Every route and everyone: what is let through is what the compiled permissions say.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use bailiwick::agency::{AgencyCommand, NewSubaccount, Switch};
use bailiwick::{Account, Actor, Agency, Command, Lattice, presets};
use bailiwick_host::App;
use bailiwick_host::guard::{Access, Route};
use bailiwick_host::routes::routes;

use crate::client::{Client, host};

#[test]
fn the_table_of_routes_is_the_one_that_was_agreed_on() {
    assert_eq!(routes().to_string(), include_str!("routes.txt"));
}

/// Who asks: a name, whom they are, and whether they can be signed in.
const PEOPLE: [(&str, &str); 15] = [
    ("an admin of the tenant", "support/ana"),
    ("a delegate", "support/dora"),
    ("a member of the tenant", "support/max"),
    ("someone invited", "support/ivy"),
    ("someone suspended", "support/sam"),
    ("a stranger in the tenant", "support/zoe"),
    ("an admin of the studio", "acme/ada"),
    ("an editor", "acme/kim"),
    ("a reader", "acme/lee"),
    ("an admin of the studio from the tenant", "support/ada"),
    ("an admin of a subaccount", "bright/north/nils"),
    ("a member of a subaccount", "bright/north/pia"),
    ("an admin whose agency turned inviting off", "bright/lake/lena"),
    ("an admin in another subaccount", "bright/harbor/nils"),
    ("the agency's principal", "bright"),
];

#[tokio::test]
async fn every_route_lets_in_whom_the_lattice_does() {
    let app = host().await;
    let mut tried = 0;
    for (kind, who) in PEOPLE {
        for route in routes().table() {
            let mut client = Client::with_session(&app, who, 1_000);
            let status = ask(&mut client, route).await;
            let expected = expected(&app, who, route.asks).await;
            let is_page = route.method == Method::GET && !route.path.starts_with("/api/");
            let expected = match expected {
                Expected::In => {
                    let is_in =
                        status != StatusCode::UNAUTHORIZED && status != StatusCode::FORBIDDEN;
                    if is_in { status } else { StatusCode::OK }
                }
                Expected::SignedOut if is_page => StatusCode::SEE_OTHER,
                Expected::SignedOut => StatusCode::UNAUTHORIZED,
                Expected::Denied => StatusCode::FORBIDDEN,
                Expected::Elsewhere => StatusCode::NOT_FOUND,
            };
            assert_eq!(status, expected, "{kind} at {} {}", route.method, route.path);
            tried += 1;
        }
    }
    assert_eq!(tried, PEOPLE.len() * routes().table().len());
}

#[tokio::test]
async fn nobody_gets_past_an_open_route() {
    let app = host().await;
    for route in routes().table() {
        let status = ask(&mut Client::new(&app), route).await;
        let is_page = route.method == Method::GET && !route.path.starts_with("/api/");
        match route.asks {
            Access::Open(_) => assert!(status.as_u16() < 400 || status == 422, "{}", route.path),
            Access::Guarded(_) if is_page => assert_eq!(status, StatusCode::SEE_OTHER),
            Access::Guarded(_) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", route.path),
        }
    }
}

enum Expected {
    In,
    SignedOut,
    Denied,
    /// A page of the others: of accounts, or of agencies.
    Elsewhere,
}

/// What is said of each ask in plain words, and not read from where it is checked.
async fn expected(app: &App, who: &str, asks: Access) -> Expected {
    let Access::Guarded(ask) = asks else { return Expected::In };
    let parts: Vec<&str> = who.split('/').collect();
    let (account, lattice, user): (Account, Lattice, &str) = match parts[..] {
        [_] if ask == "OwnsAgency" => return Expected::In,
        [_] => return Expected::Elsewhere,
        [account, user] => {
            let live = app.directories().open::<Account, ()>(account).await.unwrap();
            (live.view().account().clone(), Lattice::clone(&live.view()), user)
        }
        [agency, account, user] => {
            let live = app.directories().open::<Agency, ()>(agency).await.unwrap();
            let (agency, lattices) = (live.view().agency().clone(), live.view());
            let lattice = lattices.subaccount(account).unwrap().clone();
            (agency.subaccount(account).unwrap().clone(), lattice, user)
        }
        _ => unreachable!(),
    };
    if ask == "OwnsAgency" {
        return Expected::Elsewhere;
    }
    let status = account.user(user).map(|user| user.status().name());
    if status != Some("active") {
        return Expected::SignedOut;
    }
    let can = |text: &str| {
        let permission = account.catalog().permission(text);
        permission.is_ok_and(|permission| lattice.allows(user, permission))
    };
    let any = |texts: &[&str]| texts.iter().any(|text| can(text));
    let users = any(&["tenant.users:on", "users:create", "users:edit", "users:delete"])
        || any(&["workspace.users:on", "workspace.permissions:on"]);
    let templates = any(&["tenant.templates:on", "users:manage", "workspace.permissions:on"]);
    let is_studio = account.catalog().id() == "studio/2026-06";
    let is_in = match ask {
        "SignedIn" => true,
        "SeesUsers" => users,
        "ManagesTemplates" => templates,
        "GivesCommands" => users || templates,
        "SeesAudit" => users && any(&["policy.audit_log:on", "plan.enterprise:on"]),
        "ReadFaqs" => is_studio && can("knowledge.faqs:read"),
        "EditFaqs" => is_studio && can("knowledge.faqs:edit"),
        _ => panic!("say here what {ask} asks"),
    };
    if is_in { Expected::In } else { Expected::Denied }
}

/// A request that brings its token, and nothing else.
async fn ask(client: &mut Client, route: &Route) -> StatusCode {
    let path = match route.path {
        "/edit" => "/edit?user=nobody",
        "/template" => "/template?template=nothing",
        path => path,
    };
    if route.method == Method::GET {
        return client.get(path).await.status;
    }
    if path.starts_with("/api/") {
        return client.post_json(path, "{}").await.status;
    }
    client.post(path, &[]).await.status
}

#[tokio::test]
async fn a_denial_is_explained_to_those_who_may_see_why() {
    let app = host().await;
    let mut delegate = Client::signed_in(&app, "support/dora").await;
    let told = delegate.get("/templates").await.is(StatusCode::FORBIDDEN);
    told.says("you may not manage role templates: not_granted (ROLE-3)")
        .says("dora may not users:manage (not_granted)")
        .says("template     manager: ");
    let mut member = Client::signed_in(&app, "support/max").await;
    let bare = member.get("/templates").await.is(StatusCode::FORBIDDEN);
    bare.says("you may not manage role templates: not_granted (ROLE-3)").says_not("template     ");
}

#[tokio::test]
async fn links_lead_only_to_pages_that_open() {
    let app = host().await;
    for (_, who) in PEOPLE {
        let mut client = Client::with_session(&app, who, 1_000);
        let first = if who == "bright" { "/agency" } else { "/home" };
        let page = client.get(first).await;
        if page.status != StatusCode::OK {
            continue;
        }
        let (_, nav) = page.text.split_once("<nav aria-label=\"Pages\">").unwrap();
        let (nav, _) = nav.split_once("</nav>").unwrap();
        let links: Vec<&str> =
            nav.split("href=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
        for link in &links {
            client.get(link).await.is(StatusCode::OK);
        }
        let others = ["/users", "/templates", "/audit", "/review", "/why", "/faqs"];
        for other in others.into_iter().filter(|other| !links.contains(other)) {
            assert_ne!(client.get(other).await.status, StatusCode::OK, "{who} at {other}");
        }
    }
}

#[tokio::test]
async fn every_answer_forbids_scripts_and_frames() {
    let app = host().await;
    let mut client = Client::signed_in(&app, "acme/ada").await;
    for path in
        ["/", "/users", "/nothing", "/sign-in", "/style.css", "/edit?user=nobody", "/api/abilities"]
    {
        let answer = client.get(path).await;
        let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("script"),
            "{policy}"
        );
        assert_eq!(answer.headers.get("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(answer.headers.get("referrer-policy").unwrap(), "same-origin");
        let cache = if path == "/style.css" { "max-age=3600" } else { "no-store" };
        assert_eq!(answer.headers.get("cache-control").unwrap(), cache);
        assert!(!answer.text.contains("<script") && !answer.text.contains(" style="), "{path}");
    }
}

#[tokio::test]
async fn another_method_is_another_route() {
    let app = host().await;
    let mut client = Client::signed_in(&app, "acme/ada").await;
    client.get("/commit").await.is(StatusCode::METHOD_NOT_ALLOWED);
    let put = Request::put("/users").header(CONTENT_TYPE, "text/plain").body(Body::empty());
    client.send(put.unwrap()).await.is(StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_feature_that_carries_commands_closes_their_pages() {
    let app = host().await;
    let all = app.directories();
    let old = Agency::new("old".parse().unwrap(), presets::agency::catalog());
    all.found(&old).await.unwrap();
    let live = all.open::<Agency, ()>("old").await.unwrap();
    let quay = NewSubaccount::new("quay").admin("ada", "ada@quay.example");
    let accept = AgencyCommand::within("quay", Command::accept("ada"));
    for command in [quay.into(), accept] {
        assert!(all.execute(&live, &Actor::Host, command).await.is_ok());
    }
    let mut ada = Client::signed_in(&app, "old/quay/ada").await;
    let closed = ada.get("/users").await.is(StatusCode::FORBIDDEN);
    closed.says("you may not manage users: not_entitled (CAT-6)");
    ada.get("/home").await.is(StatusCode::OK).says_not("href=\"/users\"");
    let on = AgencyCommand::select_all("general.invite_members", Switch::On);
    assert!(all.execute(&live, &Actor::Host, on).await.is_ok());
    ada.get("/users").await.is(StatusCode::OK);
}
