//! Cedar: policies over entities, without a schema, which would only add checks to a request.

pub mod levels;
mod policies;
pub mod roles;

use core::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet,
    Request,
};

use crate::engines::{Contender, Mode, Store};
use crate::world::{Question, World};

/// Policies and the entities that they are about.
struct Cedar {
    authorizer: Authorizer,
    /// One set, or those that an index has.
    policies: Vec<PolicySet>,
    entities: Entities,
    /// How to ask for each permission, in catalog order.
    asks: Vec<Ask>,
}

/// What a program writes down for one permission.
#[derive(Clone)]
struct Ask {
    action: EntityUid,
    resource: EntityUid,
    /// A position in [`Cedar::policies`].
    policies: usize,
}

impl Cedar {
    /// All entities, never a slice of them: they are borrowed and found by hash, so a slice would
    /// only add copies.
    fn allows(&self, request: &Request, policies: usize) -> bool {
        let policies = &self.policies[policies];
        let response = self.authorizer.is_authorized(request, policies, &self.entities);
        response.decision() == Decision::Allow
    }
}

impl Store for Cedar {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let prebuilt: Vec<(Request, usize)> = questions
            .iter()
            .map(|one| {
                let user = uid("User", &world.users[one.user].id);
                let Ask { action, resource, policies } = self.asks[one.position].clone();
                (request(user, action, resource), policies)
            })
            .collect();
        let ids: Vec<(&str, &Ask)> = questions
            .iter()
            .map(|one| (world.users[one.user].id.as_str(), &self.asks[one.position]))
            .collect();
        let outside = "`is_authorized` of a prebuilt request";
        let inside = "building the request from the id, `is_authorized`";
        let user_type = EntityTypeName::from_str("User").unwrap();
        vec![
            Contender::new(Mode::Outside, outside, move |at| {
                let (request, policies) = &prebuilt[at];
                self.allows(request, *policies)
            }),
            Contender::new(Mode::Inside, inside, move |at| {
                let (id, Ask { action, resource, policies }) = &ids[at];
                let user = EntityUid::from_type_name_and_id(user_type.clone(), EntityId::new(id));
                let request = request(user, action.clone(), resource.clone());
                self.allows(&request, *policies)
            }),
        ]
    }
}

fn request(user: EntityUid, action: EntityUid, resource: EntityUid) -> Request {
    Request::new(user, action, resource, Context::empty(), None).unwrap()
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).unwrap(), EntityId::new(id))
}

fn action(id: &str) -> EntityUid {
    uid("Action", id)
}
