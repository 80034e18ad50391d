//! Casbin: roles for users, and rules that allow or deny a role something.

pub mod documented;
pub mod tuned;

use casbin::{CoreApi, DefaultModel, Enforcer, MgmtApi};

use crate::engines::run;
use crate::world::{Place, User, World};

/// A rule: role, object, action, effect.
type Rule = Vec<String>;

/// Who is in which role, and which roles all roles have.
fn links(world: &World) -> Vec<Vec<String>> {
    let user = |user: &User| {
        // A user without a role would be searched for among all of them at each check.
        let roles = match (user.is_active(), user.is_admin()) {
            (false, _) => vec!["suspended".to_owned()],
            (true, true) => vec!["admin".to_owned()],
            (true, false) => vec![template_role(world, user.template), overlay_role(user.overlay)],
        };
        roles.into_iter().map(|role| vec![user.id.clone(), role]).collect::<Vec<_>>()
    };
    let templates = (0..world.templates.len()).map(|template| template_role(world, template));
    let active = templates.chain(["admin".to_owned()]).map(|role| vec![role, "active".to_owned()]);
    active.chain(world.users.iter().flat_map(user)).collect()
}

fn rules(world: &World) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut add = |role: &str, places: Vec<Place<'_>>, effect: &str| {
        let rule =
            |place: Place<'_>| [role, place.leaf, place.rung, effect].map(str::to_owned).into();
        rules.extend(places.into_iter().map(rule));
    };
    for (position, template) in world.templates.iter().enumerate() {
        add(&template_role(world, position), world.given(template.grants()), "allow");
    }
    for (position, overlay) in world.overlays.iter().enumerate() {
        add(&overlay_role(position), world.given(&overlay.grants), "allow");
        add(&overlay_role(position), world.taken(&overlay.mutes), "deny");
    }
    add("admin", world.admins(), "allow");
    add("active", world.everyones(), "allow");
    rules
}

fn template_role(world: &World, template: usize) -> String {
    format!("role:{}", world.templates[template].id())
}

fn overlay_role(overlay: usize) -> String {
    format!("own:{overlay}")
}

/// The model of the documentation for roles and rules that deny, with a matcher.
fn model(matcher: &str) -> DefaultModel {
    let text = format!(
        "[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = {matcher}
"
    );
    run(DefaultModel::from_str(&text)).unwrap()
}

/// An enforcer with rules and, where there are any, links.
fn enforcer(matcher: &str, rules: Vec<Rule>, links: Vec<Vec<String>>) -> Enforcer {
    let mut enforcer = run(Enforcer::new(model(matcher), ())).unwrap();
    enforcer.enable_auto_build_role_links(false);
    assert!(run(enforcer.add_policies(rules)).unwrap());
    if !links.is_empty() {
        assert!(run(enforcer.add_grouping_policies(links)).unwrap());
        enforcer.build_role_links().unwrap();
    }
    enforcer
}
