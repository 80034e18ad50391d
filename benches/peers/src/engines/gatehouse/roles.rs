//! The built-in role policy, and vetoes for the suspended and the muted.

use gatehouse::{PermissionChecker, PolicyBuilder, PolicyDomain, RbacPolicy};

use crate::engines::gatehouse::{Gatehouse, Rung};
use crate::engines::{Form, by_id};
use crate::world::{Place, User, World};

pub const ROLES: Form = Form {
    key: "gatehouse-roles",
    engine: Some("gatehouse"),
    name: "`RbacPolicy` and vetoes",
    load: |world| {
        Box::new(Gatehouse {
            checker: checker(),
            users: by_id(world, Subject::new),
            leaves: world.catalog.leaves().map(|leaf| Leaf::new(world, leaf.path())).collect(),
        })
    },
};

struct Roles;

impl PolicyDomain for Roles {
    type Subject = Subject;
    type Action = Rung;
    type Resource = Leaf;
    type Context = ();
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Active,
    Admin,
    /// By position.
    Template(usize),
    /// By position: those who have the same grants of their own.
    Overlay(usize),
}

struct Subject {
    roles: Vec<Role>,
    is_suspended: bool,
    /// By position, the overlay with this user's mutes; none for an admin, whom no mute touches.
    mutes: Option<usize>,
}

/// A leaf and, for each of its rungs, the roles of which one is needed and the mutes that take it.
struct Leaf {
    required: Vec<Vec<Role>>,
    muted: Vec<Vec<usize>>,
}

fn checker() -> PermissionChecker<Roles> {
    let mut checker = PermissionChecker::new();
    let suspended = PolicyBuilder::<Roles>::new("Suspended").subjects(|user| user.is_suspended);
    checker.add_veto(suspended.build_veto());
    let muted = PolicyBuilder::<Roles>::new("Muted").when(|user, rung, leaf, ()| {
        user.mutes.is_some_and(|mutes| leaf.muted[rung.0].contains(&mutes))
    });
    checker.add_veto(muted.build_veto());
    checker.add_policy(RbacPolicy::new(
        |rung: &Rung, leaf: &Leaf| leaf.required[rung.0].clone(),
        |user: &Subject| user.roles.clone(),
    ));
    checker
}

impl Subject {
    fn new(user: &User) -> Self {
        let roles = if user.is_admin() {
            vec![Role::Admin, Role::Active]
        } else {
            vec![Role::Template(user.template), Role::Overlay(user.overlay), Role::Active]
        };
        let mutes = (!user.is_admin()).then_some(user.overlay);
        Self { roles, is_suspended: !user.is_active(), mutes }
    }
}

impl Leaf {
    fn new(world: &World, leaf: &str) -> Self {
        let rungs: Vec<Place<'_>> =
            world.places().into_iter().filter(|place| place.leaf == leaf).collect();
        let holds = |places: &[Place<'_>], rung: &Place<'_>| {
            places.iter().any(|place| place.permission == rung.permission)
        };
        let roles = |rung: &Place<'_>| {
            let templates = world.templates.iter().enumerate();
            let templates =
                templates.filter(|(_, template)| holds(&world.given(template.grants()), rung));
            let overlays = world.overlays.iter().enumerate();
            let overlays = overlays.filter(|(_, own)| holds(&world.given(&own.grants), rung));
            let admin = holds(&world.admins(), rung).then_some(Role::Admin);
            let active = holds(&world.everyones(), rung).then_some(Role::Active);
            let roles = templates.map(|(position, _)| Role::Template(position));
            let roles = roles.chain(overlays.map(|(position, _)| Role::Overlay(position)));
            roles.chain(admin).chain(active).collect()
        };
        let muted = |rung: &Place<'_>| {
            let overlays = world.overlays.iter().enumerate();
            let muted = overlays.filter(|(_, own)| holds(&world.taken(&own.mutes), rung));
            muted.map(|(position, _)| position).collect()
        };
        Self {
            required: rungs.iter().map(roles).collect(),
            muted: rungs.iter().map(muted).collect(),
        }
    }
}
