//! The account's rules as Cedar policies: whom, what and where each is about stands in its scope.

use std::collections::BTreeMap;

use crate::world::{Overlay, Place, World};

pub struct Policy {
    effect: &'static str,
    /// The scope's word on the principal.
    principal: String,
    /// What may be done; anything where there is none.
    rungs: Vec<String>,
    resource: Resource,
}

enum Resource {
    Any,
    Leaf(String),
    /// Leaves that are put together for one policy.
    Group {
        name: String,
        leaves: Vec<String>,
    },
}

impl Policy {
    pub fn text(&self) -> String {
        let Self { effect, principal, rungs, resource } = self;
        let rungs: Vec<String> = rungs.iter().map(|rung| format!("Action::\"{rung}\"")).collect();
        let action = match &rungs[..] {
            [] => String::new(),
            [one] => format!(" == {one}"),
            several => format!(" in [{}]", several.join(", ")),
        };
        let resource = match resource {
            Resource::Any => String::new(),
            Resource::Leaf(leaf) => format!(" == Leaf::\"{leaf}\""),
            Resource::Group { name, .. } => format!(" in Leaves::\"{name}\""),
        };
        format!("{effect}(principal{principal}, action{action}, resource{resource});\n")
    }

    /// Whether an index by scope finds this policy for a permission.
    pub fn may_match(&self, place: &Place<'_>) -> bool {
        let in_scope = match &self.resource {
            Resource::Any => true,
            Resource::Leaf(leaf) => leaf == place.leaf,
            Resource::Group { leaves, .. } => leaves.iter().any(|leaf| leaf == place.leaf),
        };
        in_scope && (self.rungs.is_empty() || self.rungs.iter().any(|rung| rung == place.rung))
    }

    /// The group that a leaf has to be in for this policy.
    pub fn group_of(&self, of: &str) -> Option<&str> {
        match &self.resource {
            Resource::Group { name, leaves } if leaves.iter().any(|leaf| leaf == of) => Some(name),
            _ => None,
        }
    }

    /// Allows a role some leaves, whatever is done to them or by one rung.
    fn of_role(role: &str, rung: Option<&str>, places: &[Place<'_>]) -> Self {
        let has = |place: &&Place<'_>| rung.is_none_or(|rung| rung == place.rung);
        let leaves = places.iter().filter(has).map(|place| place.leaf.to_owned()).collect();
        let name = format!("{role}:{}", rung.unwrap_or("any"));
        Self {
            effect: "permit",
            principal: format!(" in Role::\"{role}\""),
            rungs: rung.map(str::to_owned).into_iter().collect(),
            resource: Resource::Group { name, leaves },
        }
    }
}

pub fn policies(world: &World) -> Vec<Policy> {
    let mut policies = vec![
        Policy {
            effect: "forbid",
            principal: " in Group::\"suspended\"".to_owned(),
            rungs: vec![],
            resource: Resource::Any,
        },
        Policy::of_role("admin", None, &world.admins()),
    ];
    policies.extend(world.everyones().iter().map(|place| Policy {
        effect: "permit",
        principal: String::new(),
        rungs: vec![place.rung.to_owned()],
        resource: Resource::Leaf(place.leaf.to_owned()),
    }));
    for template in &world.templates {
        let given = world.given(template.grants());
        for rung in ["read", "edit"] {
            if given.iter().any(|place| place.rung == rung) {
                policies.push(Policy::of_role(template.id().as_str(), Some(rung), &given));
            }
        }
    }
    // Equal grants and equal mutes share one group of users, and one policy.
    let own = world.overlays.iter().flat_map(|overlay| Own::of(world, overlay));
    let own: BTreeMap<String, Own> = own.map(|own| (own.group(), own)).collect();
    policies.extend(own.into_iter().map(|(group, own)| Policy {
        effect: own.effect,
        principal: format!(" in Group::\"{group}\""),
        rungs: own.rungs,
        resource: Resource::Leaf(own.leaf),
    }));
    policies
}

/// The groups of the users who have these grants and mutes of their own.
pub fn own_groups(world: &World, overlay: &Overlay) -> Vec<String> {
    Own::of(world, overlay).iter().map(Own::group).collect()
}

/// What some users are given or muted themselves, in one leaf.
struct Own {
    effect: &'static str,
    leaf: String,
    rungs: Vec<String>,
}

impl Own {
    fn of(world: &World, overlay: &Overlay) -> Vec<Self> {
        let given = Self::by_leaf("permit", &world.given(&overlay.grants));
        let taken = Self::by_leaf("forbid", &world.taken(&overlay.mutes));
        given.into_iter().chain(taken).collect()
    }

    fn by_leaf(effect: &'static str, places: &[Place<'_>]) -> Vec<Self> {
        let same_leaf = |one: &Place<'_>, two: &Place<'_>| one.leaf == two.leaf;
        let own = places.chunk_by(same_leaf).map(|places| {
            let rungs = places.iter().map(|place| place.rung.to_owned()).collect();
            Self { effect, leaf: places[0].leaf.to_owned(), rungs }
        });
        own.collect()
    }

    fn group(&self) -> String {
        format!("{} {}:{}", self.effect, self.leaf, self.rungs.join("+"))
    }
}
