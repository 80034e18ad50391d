//! Levels materialised: each user's attribute holds all that they may do, and one policy reads it.
//! Here what is done to which leaf is one action, and the resource is the account.

use core::str::FromStr;
use std::collections::HashMap;

use cedar_policy::{Authorizer, Entities, Entity, PolicySet, RestrictedExpression};

use crate::engines::Form;
use crate::engines::cedar::{Ask, Cedar, action, uid};
use crate::world::{User, World};

pub const LEVELS: Form = Form {
    key: "cedar-levels",
    engine: Some("cedar-policy"),
    name: "levels in attributes, one policy",
    load: |world| {
        let policy =
            "permit(principal, action, resource) when { principal.allowed.contains(action) };";
        let users = world.users.iter().map(|user| entity(world, user));
        Box::new(Cedar {
            authorizer: Authorizer::new(),
            policies: vec![PolicySet::from_str(policy).unwrap()],
            entities: Entities::from_entities(users, None).unwrap(),
            asks: world
                .places()
                .iter()
                .map(|place| Ask {
                    action: action(&place.name()),
                    resource: uid("Account", "studio"),
                    policies: 0,
                })
                .collect(),
        })
    },
};

fn entity(world: &World, user: &User) -> Entity {
    let allowed = world.allowed(user);
    let held = world.places().into_iter().filter(|place| allowed.contains(place.permission));
    let held: Vec<RestrictedExpression> =
        held.map(|place| RestrictedExpression::new_entity_uid(action(&place.name()))).collect();
    let attribute = ("allowed".to_owned(), RestrictedExpression::new_set(held));
    Entity::new(uid("User", &user.id), HashMap::from([attribute]), [].into()).unwrap()
}
