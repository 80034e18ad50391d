//! One small catalog with every construct of a declaration, in its three forms.

use bailiwick::catalog::{CatalogBuilder, Source};
use bailiwick::{Area, Catalog, Level, Section, Setting};
use serde_json::{Value, json};

bailiwick::catalog! {
    /// Every construct of a declaration, once at least.
    "small/1";

    areas {
        docs "Documents" | "papers": levels {
            PAGES = "pages" "Web pages" | "sheets" | "leaves",
            DRAFTS = "drafts",
        };
        notes | "memos": levels as NOTES;
        jobs: actions[VIEW = "view", RUN = "run", STOP = "stop"] as JOBS;
        queues: actions[VIEW = "view", PURGE = "purge"] { FAST = "fast", SLOW = "slow" };
        people: actions[
            VIEW = "view", CREATE = "create", EDIT = "edit", DELETE = "delete",
            MANAGE = "manage",
        ] as PEOPLE;
        alarm: toggle as ALARM;
        phone "Phone access": toggle(user_only) as PHONE;
        desk: toggle(role) { BILLING = "billing", VAULT = "vault" };
        plan: toggle(account) {
            BASIC = "basic" api "basic_plan" always on,
            PRO = "pro" | "professional",
            TEAM = "team" "Team plan" api "team",
        };
        beta: toggle(account) as BETA;
    }
    gates {
        "docs.drafts": ["plan.pro"];
        "plan.pro": ["plan.team"];
        "desk.vault": ["plan.pro", "beta"];
        "queues": ["beta"];
    }
    delegation { "people": "plan.team"; }
    operations {
        PUBLISH = "publish": ["docs.pages:edit", "docs.drafts:read"];
        HALT = "halt": ["jobs:stop"];
        DRAIN = "drain": ["queues:purge", "plan.basic:on"];
    }
    templates {
        WRITER = "writer" "Writer": {
            "docs": Edit,
            "docs.drafts": Read,
            "notes": None,
            "jobs": ["view", "run"],
            "alarm": true,
        };
        GUEST = "guest" "Guest": { "alarm": false };
    }
}

/// The same by hand, at run time.
pub(super) fn builder() -> CatalogBuilder {
    let writer: [(&str, Setting); 5] = [
        ("docs", Level::Edit.into()),
        ("docs.drafts", Level::Read.into()),
        ("notes", Level::None.into()),
        ("jobs", Setting::actions(["view", "run"])),
        ("alarm", true.into()),
    ];
    let pages = Section::new("pages").labelled("Web pages");
    let basic = Section::new("basic").known_to_api_as("basic_plan").always_on();
    let team = Section::new("team").labelled("Team plan").known_to_api_as("team");
    Catalog::builder("small/1")
        .area(
            Area::levels(Section::new("docs").labelled("Documents").aliased("papers"))
                .with(pages.aliased("sheets").aliased("leaves"))
                .with("drafts"),
        )
        .area(Area::levels(Section::new("notes").aliased("memos")))
        .area(Area::actions("jobs", ["view", "run", "stop"]))
        .area(Area::actions("queues", ["view", "purge"]).with("fast").with("slow"))
        .area(Area::actions("people", ["view", "create", "edit", "delete", "manage"]))
        .area(Area::toggle("alarm"))
        .area(Area::toggle(Section::new("phone").labelled("Phone access")).user_only())
        .area(Area::toggle("desk").set_by(Source::Role).with("billing").with(String::from("vault")))
        .area(
            Area::toggle("plan")
                .set_by(Source::Account)
                .with(basic)
                .with(Section::new("pro").aliased("professional"))
                .with(team),
        )
        .area(Area::toggle("beta").set_by(Source::Account))
        .gate("docs.drafts", ["plan.pro"])
        .gate("plan.pro", ["plan.team"])
        .gate("desk.vault", ["plan.pro", "beta"])
        .gate("queues", ["beta"])
        .delegation("people", "plan.team")
        .operation("publish", ["docs.pages:edit", "docs.drafts:read"])
        .operation("halt", ["jobs:stop"])
        .operation("drain", ["queues:purge", "plan.basic:on"])
        .template("writer", "Writer", writer)
        .template("guest", "Guest", [("alarm", false)])
}

/// The same by hand, as a document.
pub(super) fn document() -> Value {
    json!({
        "format": "bailiwick/catalog/1",
        "id": "small/1",
        "areas": [
            {"key": "docs", "label": "Documents", "aliases": ["papers"], "scale": "levels",
             "sub_sections": [
                {"key": "pages", "label": "Web pages", "aliases": ["sheets", "leaves"]},
                {"key": "drafts"},
             ]},
            {"key": "notes", "aliases": ["memos"], "scale": "levels"},
            {"key": "jobs", "scale": {"actions": ["view", "run", "stop"]}},
            {"key": "queues", "scale": {"actions": ["view", "purge"]},
             "sub_sections": [{"key": "fast"}, {"key": "slow"}]},
            {"key": "people",
             "scale": {"actions": ["view", "create", "edit", "delete", "manage"]}},
            {"key": "alarm", "scale": "toggle"},
            {"key": "phone", "label": "Phone access", "scale": "toggle", "user_only": true},
            {"key": "desk", "scale": "toggle", "source": "role",
             "sub_sections": [{"key": "billing"}, {"key": "vault"}]},
            {"key": "plan", "scale": "toggle", "source": "account",
             "sub_sections": [
                {"key": "basic", "api_name": "basic_plan", "always_on": true},
                {"key": "pro", "aliases": ["professional"]},
                {"key": "team", "label": "Team plan", "api_name": "team"},
             ]},
            {"key": "beta", "scale": "toggle", "source": "account"},
        ],
        "gates": [
            {"target": "docs.drafts", "needs": ["plan.pro"]},
            {"target": "plan.pro", "needs": ["plan.team"]},
            {"target": "desk.vault", "needs": ["plan.pro", "beta"]},
            {"target": "queues", "needs": ["beta"]},
        ],
        "delegated": {"area": "people", "feature": "plan.team"},
        "operations": [
            {"key": "publish", "needs": ["docs.pages:edit", "docs.drafts:read"]},
            {"key": "halt", "needs": ["jobs:stop"]},
            {"key": "drain", "needs": ["queues:purge", "plan.basic:on"]},
        ],
        "templates": [
            {"id": "writer", "name": "Writer",
             "grants": {"docs": "edit", "docs.drafts": "read", "notes": "none",
                        "jobs": ["view", "run"], "alarm": true}},
            {"id": "guest", "name": "Guest", "grants": {"alarm": false}},
        ],
    })
}
