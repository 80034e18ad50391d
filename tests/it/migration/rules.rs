//! EVO-2, EVO-3, EVO-5: everything is accounted for and nobody gains, or the migration cannot be
//! built, and says why.

use bailiwick::catalog::{CatalogBuilder, Group, Setter, Source};
use bailiwick::migration::{Migration, MigrationBuilder};
use bailiwick::{Account, Actor, Area, Catalog, Command, Grants, Level, Section, Timestamp};

fn desk(id: &'static str) -> CatalogBuilder {
    Catalog::builder(id)
        .area(Area::levels("support").with("tickets").with("faqs"))
        .area(Area::actions("calls", ["view", "listen", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .gate("calls", ["plan.voice"])
        .operation("close_ticket", ["support.tickets:edit", "calls:view"])
}

fn old() -> Catalog {
    desk("desk/1").build().unwrap()
}

#[track_caller]
fn refused(migration: MigrationBuilder, expected: &[&str]) {
    let error = migration.build().unwrap_err();
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
    assert!(error.to_string().starts_with("the migration cannot be built\n  "), "{error}");
}

#[test]
fn evo_2_what_has_the_same_path_needs_no_rule() {
    let new = desk("desk/2").build().unwrap();
    let migration = Migration::between(&old(), &new).build().unwrap();
    let mut grants = Grants::new(&old());
    grants.set("support", Level::Edit).unwrap();
    grants.set("support.faqs", Level::Read).unwrap();
    assert_eq!(migration.grants(&grants).to_string(), "support: edit, support.faqs: read");
    assert!(migration.rules().is_empty() && migration.accepted().is_empty());
}

#[test]
fn evo_2_all_that_is_missing_is_reported_at_once() {
    let new = Catalog::builder("desk/2")
        .area(Area::levels("support").with("tickets").with("macros"))
        .area(Area::levels("articles").with("faqs"))
        .area(Area::actions("calls", ["view", "listen", "download"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .operation("open_ticket", ["support.tickets:edit"])
        .build()
        .unwrap();
    refused(
        Migration::between(&old(), &new),
        &[
            "old catalog: permission `support.faqs` is not accounted for: say what becomes of it, \
             or retire it; is it `articles.faqs`?",
            "old catalog: permission `calls:export` is not accounted for: say what becomes of it, \
             or retire it",
            "old catalog: operation `close_ticket` is not accounted for: rename it, or retire it",
            "new catalog: permission `support.macros` is not accounted for: say what it comes \
             from, or add it",
            "new catalog: permission `articles.faqs` is not accounted for: say what it comes from, \
             or add it; is it `support.faqs`?",
            "new catalog: permission `calls:download` is not accounted for: say what it comes \
             from, or add it",
            "new catalog: operation `open_ticket` is not accounted for: say which one it was, or \
             add it",
        ],
    );
}

#[test]
fn evo_2_what_is_ambiguous_or_impossible_is_reported_at_once() {
    let new = desk("desk/2").area(Area::levels("articles")).build().unwrap();
    refused(
        Migration::between(&old(), &new)
            .move_to("support.faqs", "articles")
            .rename("support.faqs", "support.faqs")
            .lowest_of(["support.tickets", "support.faqs"], "articles")
            .rename("calls", "articles")
            .rename("nowhere", "support.tickets")
            .split("support.tickets", ["support.nothing"])
            .merge_all(["support"], "articles:read")
            .retire("calls")
            .split("calls", [""; 0])
            .retire_operation("open_ticket")
            .retire_operation("close_ticket")
            .rename_operation("close_ticket", "close_ticket")
            .accept("articles", " "),
        &[
            "rules[1]: rules[0] says what becomes of `support.faqs` already; use `split` for \
             one that becomes several, or `lowest_of` for one of several that another needs",
            "rules[2]: `articles` comes from rules[0] already; keep one of the two",
            "rules[3]: `articles` comes from rules[0] already; keep one of the two",
            "rules[4]: in the old catalog: unknown area `nowhere`; the catalog has `support`, \
             `calls`, `plan`",
            "rules[5]: in the new catalog: `support` has no sub-section `nothing`; it has \
             `tickets`, `faqs`",
            "rules[6]: `merge_all` takes leaves, not single rungs or an area for a leaf",
            "rules[7]: rules[3] says what becomes of `calls` already; use `split` for one that \
             becomes several, or `lowest_of` for one of several that another needs",
            "rules[8]: `split` takes one old name and at least one new one",
            "rules[9]: the old catalog has no operation `open_ticket`; it has `close_ticket`",
            "rules[11]: rules[10] names `close_ticket` already; keep one of the two",
            "accept[0]: accepting the gain `articles` needs a reason",
            "old catalog: permission `calls:view` is not accounted for: say what becomes of it, or \
             retire it",
            "old catalog: permission `calls:listen` is not accounted for: say what becomes of it, \
             or retire it",
            "old catalog: permission `calls:export` is not accounted for: say what becomes of it, \
             or retire it",
            "old catalog: `close_ticket` is retired, and the new catalog has it; a retired key is \
             never used again",
            "new catalog: permission `calls` is not accounted for: say what it comes from, or add \
             it",
        ],
    );
}

#[test]
fn evo_2_a_leaf_becomes_one_of_its_own_kind() {
    let articles = Area::levels("articles");
    let new = desk("desk/2").area(articles).build().unwrap();
    refused(
        Migration::between(&old(), &new).lowest_of(["calls"], "articles"),
        &[
            "rules[0]: `calls` cannot become `articles`: grantable actions there, grantable levels \
           here; retire one and add the other",
            "new catalog: permission `articles` is not accounted for: say what it comes from, or \
           add it",
        ],
    );
}

#[test]
fn evo_5_a_retired_key_is_never_used_again() {
    let support = || Area::levels("support").with("tickets");
    let rest = |builder: CatalogBuilder| {
        builder
            .area(Area::actions("calls", ["view", "listen", "export"]))
            .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
            .gate("calls", ["plan.voice"])
            .operation("close_ticket", ["support.tickets:edit", "calls:view"])
    };
    let new = rest(Catalog::builder("desk/1").area(support())).build().unwrap();
    let retire = |new: &Catalog| Migration::between(&old(), new).retire("support.faqs");
    refused(
        retire(&new),
        &["old catalog: `support.faqs` is gone; list it among the retired keys of the new catalog"],
    );
    let new = rest(Catalog::builder("desk/1").area(support())).retire("support.faqs");
    retire(&new.build().unwrap()).build().unwrap();
    let again = rest(Catalog::builder("desk/2").area(support().with("faqs"))).build().unwrap();
    refused(
        retire(&again).add("support.faqs"),
        &["old catalog: `support.faqs` is retired, and the new catalog has it; a retired key is \
           never used again"],
    );
}

/// Old documents still name what was moved, so nothing else may have its key.
#[test]
fn evo_5_the_key_of_a_leaf_that_moved_is_never_used_again() {
    let rest = |builder: CatalogBuilder| {
        builder
            .area(Area::actions("calls", ["view", "listen", "export"]))
            .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
            .gate("calls", ["plan.voice"])
            .operation("close_ticket", ["support.tickets:edit", "calls:view"])
    };
    let moving = |id, support: Area| {
        rest(Catalog::builder(id).area(support.with("tickets")).area(Area::levels("articles")))
    };
    let rules = |new: CatalogBuilder| {
        let new = new.build().unwrap();
        Migration::between(&old(), &new).move_to("support.faqs", "articles")
    };
    let support = || Area::levels("support");
    rules(moving("desk/2", support())).build().unwrap();
    refused(
        rules(moving("desk/2", support().with("faqs"))).add("support.faqs"),
        &["old catalog: `support.faqs` becomes something else, and the new catalog has it for \
           another; a key is never used again, so choose another for the new one"],
    );
    // In a catalog that keeps its id, a later release could use it.
    refused(
        rules(moving("desk/1", support())),
        &["old catalog: `support.faqs` is gone; list it among the retired keys of the new catalog"],
    );
    rules(moving("desk/1", support()).retire("support.faqs")).build().unwrap();
    // Another name of what it became is no other key (CAT-5).
    let articles = Area::levels("support").with(Section::new("articles").aliased("faqs"));
    let renamed = rest(Catalog::builder("desk/1").area(articles.with("tickets"))).build().unwrap();
    let rename = Migration::between(&old(), &renamed).rename("support.faqs", "support.articles");
    rename.build().unwrap();
    let tickets = Section::new("tickets").aliased("faqs");
    let taken = rest(Catalog::builder("desk/1").area(support().with(tickets).with("articles")));
    refused(
        Migration::between(&old(), &taken.build().unwrap())
            .rename("support.faqs", "support.articles"),
        &["old catalog: `support.faqs` becomes something else, and the new catalog has it for \
           another; a key is never used again, so choose another for the new one"],
    );
    // An area that is renamed is one tombstone, with all its leaves.
    let help = || Area::levels("help").with("tickets").with("faqs");
    let renamed = |retired: &[&'static str]| {
        let new = Catalog::builder("desk/1")
            .area(help())
            .area(Area::actions("calls", ["view", "listen", "export"]))
            .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
            .gate("calls", ["plan.voice"])
            .operation("close_ticket", ["help.tickets:edit", "calls:view"]);
        let new = retired.iter().fold(new, |new, key| new.retire(*key)).build().unwrap();
        Migration::between(&old(), &new).rename("support", "help")
    };
    refused(
        renamed(&[]),
        &["old catalog: `support` is gone; list it among the retired keys of the new catalog"],
    );
    renamed(&["support"]).build().unwrap();
}

#[test]
fn evo_3_the_highest_of_several_is_a_gain() {
    let articles = Catalog::builder("desk/2")
        .area(Area::levels("articles"))
        .area(Area::actions("calls", ["view", "listen", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .gate("calls", ["plan.voice"])
        .build()
        .unwrap();
    let merge = || {
        Migration::between(&old(), &articles)
            .merge_any(["support.tickets", "support.faqs"], "articles")
            .retire_operation("close_ticket")
    };
    refused(
        merge(),
        &[
            "gain: `articles:read` would be gained by a member with the grants `support: read, \
             support.tickets: none` and the features `plan.voice`; change the rule, or accept it \
             by name and reason",
            "gain: `articles:edit` would be gained by a member with the grants `support: edit, \
             support.tickets: none` and the features `plan.voice`; change the rule, or accept it \
             by name and reason",
        ],
    );
    let migration = merge().accept("articles", "one team writes both").build().unwrap();
    let mut grants = Grants::new(&old());
    grants.set("support", Level::Edit).unwrap();
    grants.set("support.faqs", Level::None).unwrap();
    assert_eq!(migration.grants(&grants).to_string(), "articles: edit");
    let reason = migration.accepted().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(reason, ["`articles`: one team writes both"]);
}

#[test]
fn evo_3_a_dropped_gate_is_a_gain() {
    let new = Catalog::builder("desk/2")
        .area(Area::levels("support").with("tickets").with("faqs"))
        .area(Area::actions("calls", ["view", "listen", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .operation("close_ticket", ["support.tickets:edit", "calls:view"])
        .build()
        .unwrap();
    let each = ["view", "listen", "export"].map(|rung| {
        format!(
            "gain: `calls:{rung}` would be gained by an admin; change the rule, or accept it by \
             name and reason"
        )
    });
    refused(Migration::between(&old(), &new), &each.each_ref().map(String::as_str));
    let accepted = Migration::between(&old(), &new).accept("calls", "voice is free from now on");
    accepted.build().unwrap();
}

/// LVL-2: `listen` on its own was inert, and would not be if it became the first action.
#[test]
fn evo_3_an_inert_action_that_comes_alive_is_a_gain() {
    let new = Catalog::builder("desk/2")
        .area(Area::levels("support").with("tickets").with("faqs"))
        .area(Area::actions("calls", ["listen", "view", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .gate("calls", ["plan.voice"])
        .operation("close_ticket", ["support.tickets:edit", "calls:view"])
        .build()
        .unwrap();
    refused(
        Migration::between(&old(), &new),
        &[
            "gain: `calls:listen` would be gained by a member with the grants `calls: listen` and \
             the features `plan.voice`; change the rule, or accept it by name and reason",
            "gain: `calls:export` would be gained by a member with the grants `calls: listen + \
             export` and the features `plan.voice`; change the rule, or accept it by name and \
             reason",
        ],
    );
}

#[test]
fn evo_3_what_carries_commands_and_operations_stays() {
    let users = |id| {
        Catalog::builder(id)
            .area(Area::actions("users", ["view", "invite"]))
            .area(Area::toggle("plan").set_by(Source::Account).with("teams").with("sso"))
    };
    let old = users("desk/1")
        .authority(Group::Invite, ["users:invite"], ["plan.teams"])
        .operation("import", ["users:invite", "users:view", "plan.sso:on"])
        .build()
        .unwrap();
    let new = users("desk/2")
        .authority(Group::Invite, ["users:invite"], [""; 0])
        .operation("import", ["users:invite"])
        .build()
        .unwrap();
    refused(
        Migration::between(&old, &new),
        &[
            "gain: the operation `import` would be gained; change the rule, or accept it by name \
             and reason",
            "gain: the commands `invite` would be gained; change the rule, or accept it by name \
             and reason",
        ],
    );
    let accepted = Migration::between(&old, &new).accept("import", "x").accept("invite", "y");
    accepted.build().unwrap();
}

/// Where a catalog does not speak of a group, admins may give its commands whatever gates there
/// are, and members who hold the delegated action (CAT-15, GRD-2).
#[test]
fn evo_3_commands_that_a_catalog_does_not_speak_of_any_more_are_gains() {
    let desk = |id| {
        Catalog::builder(id)
            .area(Area::actions("users", ["view", "create", "edit", "delete", "manage"]))
            .area(Area::toggle("office").set_by(Source::Role).with("staff").with("keys"))
            .area(Area::toggle("plan").set_by(Source::Account).with("teams"))
            .gate("office.staff", ["plan.teams"])
            .delegation("users", "plan.teams")
    };
    let carried =
        |id, by: &'static str| desk(id).authority(Group::Invite, [by], [""; 0]).build().unwrap();
    let invite = "gain: the commands `invite` would be gained; change the rule, or accept it by \
                  name and reason";
    let default = desk("desk/2").build().unwrap();
    // Once all admins may, a gate that was in the way is not.
    refused(Migration::between(&carried("desk/1", "office.staff:on"), &default), &[invite]);
    // Nor is any other that comes with the role.
    let [staff, keys] = ["office.staff:on", "office.keys:on"];
    let between = |was, is| Migration::between(&carried("desk/1", was), &carried("desk/2", is));
    refused(between(staff, keys), &[invite]);
    between(keys, staff).build().unwrap();
    // Admins could, and whoever holds the action can as well.
    refused(Migration::between(&carried("desk/1", keys), &default), &[invite]);
    Migration::between(&desk("desk/1").build().unwrap(), &default).build().unwrap();
    Migration::between(&desk("desk/1").build().unwrap(), &carried("desk/2", keys)).build().unwrap();
}

/// CAT-7: whoever retires an operation and adds it again would need no proof.
#[test]
fn evo_5_the_key_of_an_operation_is_never_used_again() {
    let new = desk("desk/2").operation("open_ticket", ["support.tickets:read"]).build().unwrap();
    let migration = || Migration::between(&old(), &new);
    refused(
        migration()
            .retire_operation("close_ticket")
            .add_operation("close_ticket")
            .add_operation("open_ticket"),
        &["old catalog: `close_ticket` is retired, and the new catalog has it; a retired key is \
           never used again"],
    );
    refused(
        migration()
            .rename_operation("close_ticket", "open_ticket")
            .add_operation("close_ticket")
            .accept("open_ticket", "reading is enough"),
        &["old catalog: `close_ticket` becomes something else, and the new catalog has it for \
           another; a key is never used again, so choose another for the new one"],
    );
}

/// LVL-13: what a template gives less of than its area, a person sees restricted, and so it stays
/// where it comes to an area of its own, which has nothing above it.
#[test]
fn lvl_13_raising_an_area_that_came_down_to_a_leaf_opens_no_leaf() {
    let new = Catalog::builder("desk/2")
        .area(Area::levels("support").with("tickets"))
        .area(Area::levels("knowledge").with("faqs").with("guides"))
        .area(Area::actions("calls", ["view", "listen", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .gate("calls", ["plan.voice"])
        .operation("close_ticket", ["support.tickets:edit", "calls:view"])
        .build()
        .unwrap();
    let migration = Migration::between(&old(), &new)
        .move_to("support.faqs", "knowledge.faqs")
        .add("knowledge.guides")
        .build()
        .unwrap();
    let mut grants = Grants::new(&old());
    grants.set("support", Level::Edit).unwrap();
    grants.set("support.faqs", Level::Read).unwrap();
    let now = Timestamp::from_unix_millis(1_790_000_000_000);
    let mut account = Account::new("acme".parse().unwrap(), old());
    let raise = |account: &mut Account, area| {
        let raise = Command::set_area("kim", area, Level::Edit);
        let _ = account.execute(&Actor::Host, raise, now).unwrap();
        let held = account.compile().subject("kim").permissions();
        let display = account.catalog().display_all(&held);
        format!("{display}")
    };
    for command in [
        Command::invite("kim", "kim@acme.example"),
        Command::accept("kim"),
        Command::create_template("agent", "Agent", grants),
        Command::assign_template("kim", "agent"),
    ] {
        let _ = account.execute(&Actor::Host, command, now).unwrap();
    }
    let mut after = account.clone();
    let _ = after.execute(&Actor::Host, Command::migrate(&migration), now).unwrap();
    let expected = "knowledge: none, knowledge.faqs: read";
    assert_eq!(after.user("kim").unwrap().grants().to_string(), expected);
    let before = raise(&mut account, "support");
    assert_eq!(before, "support.tickets:read, support.tickets:edit, support.faqs:read");
    let after = raise(&mut after, "knowledge");
    assert_eq!(after, "support.tickets:read, support.tickets:edit, knowledge.faqs:read");
}

/// CAT-14, AGY-2.
#[test]
fn evo_3_features_that_others_set_or_that_are_always_on_are_gains() {
    let plan = |section: Section, setter| {
        let area = Area::toggle("plan").features_by(setter).with(section);
        Catalog::builder("desk/2").area(area)
    };
    let old = Catalog::builder("desk/1")
        .area(Area::toggle("plan").features_by(Setter::Host).with("voice"))
        .build()
        .unwrap();
    let new = plan("voice".into(), Setter::Agency).build().unwrap();
    refused(
        Migration::between(&old, &new),
        &["gain: setting `plan.voice` by agencies would be gained; change the rule, or accept it \
           by name and reason"],
    );
    let new = plan(Section::new("voice").always_on(), Setter::Host).build().unwrap();
    refused(
        Migration::between(&old, &new),
        &["gain: `plan.voice:on` would be gained by an admin; change the rule, or accept it by \
           name and reason"],
    );
}

/// EVO-4: a new leaf is pinned unless its gain is accepted.
#[test]
fn evo_4_a_new_leaf_follows_its_area_only_by_name() {
    let new = desk("desk/2").area(Area::levels("articles")).build().unwrap();
    refused(
        Migration::between(&old(), &new).add("articles").accept("calls", "why not"),
        &["accept[0]: nothing is gained by the name `calls`; leave it out"],
    );
    let support = Area::levels("support").with("tickets").with("faqs").with("macros");
    let new = Catalog::builder("desk/2")
        .area(support)
        .area(Area::actions("calls", ["view", "listen", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .gate("calls", ["plan.voice"])
        .operation("close_ticket", ["support.tickets:edit", "calls:view"])
        .build()
        .unwrap();
    let mut grants = Grants::new(&old());
    grants.set("support", Level::Edit).unwrap();
    let add = || Migration::between(&old(), &new).add("support.macros");
    let migrated = add().build().unwrap().grants(&grants);
    assert_eq!(migrated.to_string(), "support: edit, support.macros: none");
    let open = add().accept("support.macros", "part of support").build().unwrap();
    assert_eq!(open.grants(&grants).to_string(), "support: edit");
}

/// A gate on a feature that is new takes nothing from the gate that fell away: once the new one is
/// turned on, what the old one withheld would be held.
#[test]
fn evo_3_a_gate_swapped_for_a_new_feature_is_a_gain() {
    let new = Catalog::builder("desk/2")
        .area(Area::levels("support").with("tickets").with("faqs"))
        .area(Area::actions("calls", ["view", "listen", "export"]))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice").with("calls"))
        .gate("calls", ["plan.calls"])
        .operation("close_ticket", ["support.tickets:edit", "calls:view"])
        .build()
        .unwrap();
    let each = ["view", "listen", "export"].map(|rung| {
        format!(
            "gain: `calls:{rung}` would be gained by an admin; change the rule, or accept it by \
             name and reason"
        )
    });
    let migration = Migration::between(&old(), &new).add("plan.calls");
    refused(migration, &each.each_ref().map(String::as_str));
}
