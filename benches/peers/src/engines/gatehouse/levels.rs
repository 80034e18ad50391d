//! One policy by hand with a static name, which the crate's own benchmarks find the fastest, over
//! levels that are worked out beforehand.

use std::borrow::Cow;

use async_trait::async_trait;
use gatehouse::{EvalCtx, GrantResult, PermissionChecker, Policy, PolicyDomain};

use crate::engines::gatehouse::{Gatehouse, Rung};
use crate::engines::{Form, by_id};
use crate::world::{User, World};

pub const LEVELS: Form = Form {
    key: "gatehouse-levels",
    engine: Some("gatehouse"),
    name: "one policy over stored levels",
    load: |world| {
        let mut checker = PermissionChecker::new();
        checker.add_policy(HighEnough);
        Box::new(Gatehouse {
            checker,
            users: by_id(world, |user| Subject::new(world, user)),
            leaves: (0..world.catalog.leaves().count()).map(Leaf).collect(),
        })
    },
};

struct Levels;

impl PolicyDomain for Levels {
    type Subject = Subject;
    type Action = Rung;
    type Resource = Leaf;
    type Context = ();
}

/// How many rungs of each leaf the user holds.
struct Subject(Box<[u8]>);

/// A leaf by its position.
struct Leaf(usize);

struct HighEnough;

#[async_trait]
impl Policy<Levels> for HighEnough {
    async fn evaluate(&self, ctx: &EvalCtx<'_, Levels>) -> GrantResult {
        if usize::from(ctx.subject.0[ctx.resource.0]) > ctx.action.0 {
            ctx.grant("the user's level is high enough")
        } else {
            ctx.not_applicable("the user's level is too low")
        }
    }

    fn policy_type(&self) -> Cow<'static, str> {
        Cow::Borrowed("HighEnough")
    }
}

impl Subject {
    fn new(world: &World, user: &User) -> Self {
        let allowed = world.allowed(user);
        let levels = world.catalog.leaves().map(|leaf| {
            let held = leaf.permissions().filter(|(_, permission)| allowed.contains(*permission));
            u8::try_from(held.count()).unwrap()
        });
        Self(levels.collect())
    }
}
