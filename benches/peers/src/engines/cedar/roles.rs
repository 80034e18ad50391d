//! Policies for roles: users are members of what gives and takes, and policies say what that is.

use cedar_policy::{Authorizer, Entities, Entity, EntityUid, PolicySet};

use crate::engines::Form;
use crate::engines::cedar::policies::{Policy, own_groups, policies};
use crate::engines::cedar::{Ask, Cedar, action, uid};
use crate::world::{User, World};

pub const ROLES: Form = Form {
    key: "cedar-roles",
    engine: Some("cedar-policy"),
    name: "policies for roles",
    load: |world| {
        let policies = policies(world);
        let all = set(policies.iter());
        Box::new(cedar(world, &policies, vec![all], |_| 0))
    },
};

pub const INDEXED: Form = Form {
    key: "cedar-indexed",
    engine: Some("cedar-policy"),
    name: "policies for roles, indexed by scope",
    load: |world| {
        let policies = policies(world);
        let places = world.places();
        let found = |place| policies.iter().filter(move |policy| policy.may_match(place));
        let sets = places.iter().map(|place| set(found(place))).collect();
        Box::new(cedar(world, &policies, sets, |position| position))
    },
};

fn set<'a>(policies: impl Iterator<Item = &'a Policy>) -> PolicySet {
    policies.map(Policy::text).collect::<String>().parse().unwrap()
}

/// `set_of` tells which of the sets answers for a permission, by position.
fn cedar(
    world: &World,
    policies: &[Policy],
    sets: Vec<PolicySet>,
    set_of: impl Fn(usize) -> usize,
) -> Cedar {
    let asks = world.places().into_iter().enumerate().map(|(position, place)| Ask {
        action: action(place.rung),
        resource: uid("Leaf", place.leaf),
        policies: set_of(position),
    });
    Cedar {
        authorizer: Authorizer::new(),
        policies: sets,
        asks: asks.collect(),
        entities: entities(world, policies),
    }
}

fn entities(world: &World, policies: &[Policy]) -> Entities {
    let leaves = world.catalog.leaves().map(|leaf| {
        let groups = policies.iter().filter_map(|policy| policy.group_of(leaf.path()));
        let groups = groups.map(|group| uid("Leaves", group)).collect();
        Entity::new_no_attrs(uid("Leaf", leaf.path()), groups)
    });
    let groups: Vec<Vec<String>> =
        world.overlays.iter().map(|overlay| own_groups(world, overlay)).collect();
    let users = world.users.iter().map(|user| entity(world, &groups, user));
    Entities::from_entities(leaves.chain(users), None).unwrap()
}

fn entity(world: &World, groups: &[Vec<String>], user: &User) -> Entity {
    let mut parents: Vec<EntityUid> = Vec::new();
    if !user.is_active() {
        parents.push(uid("Group", "suspended"));
    }
    if user.is_admin() {
        parents.push(uid("Role", "admin"));
    } else {
        parents.push(uid("Role", world.templates[user.template].id().as_str()));
        parents.extend(groups[user.overlay].iter().map(|group| uid("Group", group)));
    }
    Entity::new_no_attrs(uid("User", &user.id), parents.into_iter().collect())
}
