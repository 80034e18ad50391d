//! One generated account and the questions about it: those of the library's own `benches/check.rs`.

use bailiwick::presets::studio;
use bailiwick::{
    Catalog, Features, Grants, Lattice, Level, Mutes, Permission, PermissionSet, Profile, Role,
    Status, Template,
};

pub const QUESTIONS: usize = 10_000;

/// Users over the four templates, with grants and mutes of their own.
pub struct World {
    pub catalog: Catalog,
    pub features: Features,
    pub templates: Vec<Template>,
    pub overlays: Vec<Overlay>,
    pub users: Vec<User>,
    allowed: Lattice,
}

/// What some users have beside their template.
pub struct Overlay {
    pub grants: Grants,
    pub mutes: Mutes,
}

pub struct User {
    pub id: String,
    pub role: Role,
    pub status: Status,
    /// A position in [`World::templates`].
    pub template: usize,
    /// A position in [`World::overlays`].
    pub overlay: usize,
}

/// A permission as the engines that know leaves and rungs see it.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub area: &'a str,
    pub leaf: &'a str,
    pub rung: &'a str,
    pub permission: Permission,
}

/// May this user do this?
pub struct Question {
    /// A position in [`World::users`].
    pub user: usize,
    /// The permission's position in the catalog.
    pub position: usize,
    pub permission: Permission,
}

impl World {
    pub fn new(users: usize) -> Self {
        let catalog = studio::catalog();
        let templates: Vec<Template> = Template::presets(&catalog).collect();
        let mut features = Features::new(&catalog);
        features.turn_on("plan.enterprise").unwrap();
        let mut random = Random(7);
        let overlays: Vec<Overlay> = (0..8).map(|_| Overlay::new(&catalog, &mut random)).collect();
        let users = (0..users)
            .map(|user| User {
                id: format!("user-{user:08}"),
                overlay: random.below(overlays.len()),
                role: if random.below(50) == 0 { Role::Admin } else { Role::Member },
                status: if random.below(20) == 0 { Status::Suspended } else { Status::Active },
                template: random.below(templates.len()),
            })
            .collect();
        let allowed = Lattice::compile(&catalog, []);
        let mut world = Self { catalog, features, templates, overlays, users, allowed };
        world.allowed = world.compile();
        world
    }

    pub fn compile(&self) -> Lattice {
        let users = self.users.iter().map(|user| (user.id.as_str(), self.profile(user)));
        Lattice::compile(&self.catalog, users)
    }

    /// What a user may do, worked out by the library: for the forms that store such sets.
    pub fn allowed(&self, user: &User) -> PermissionSet {
        self.allowed.subject(&user.id).permissions()
    }

    /// The answer that every contender has to give, from the definition and not from a lattice.
    pub fn answer(&self, question: &Question) -> bool {
        let user = &self.users[question.user];
        self.profile(user).permissions().contains(question.permission)
    }

    pub fn questions(&self) -> Vec<Question> {
        let all: Vec<Permission> = self.catalog.permissions().collect();
        let mut random = Random(11);
        (0..QUESTIONS)
            .map(|_| {
                let position = random.below(all.len());
                let user = random.below(self.users.len());
                Question { user, position, permission: all[position] }
            })
            .collect()
    }

    /// Every permission, in catalog order.
    pub fn places(&self) -> Vec<Place<'_>> {
        let leaves = self.catalog.leaves();
        let places = leaves.flat_map(|leaf| {
            let place = move |(rung, permission)| {
                let (area, leaf) = (leaf.area().key(), leaf.path());
                Place { area, leaf, rung, permission }
            };
            leaf.permissions().map(place)
        });
        places.collect()
    }

    /// What a template or a user's own grants give by themselves.
    pub fn given(&self, grants: &Grants) -> Vec<Place<'_>> {
        let gives = |place: &Place<'_>| match grants.level(place.leaf) {
            Ok(Level::Edit) => true,
            Ok(Level::Read) => place.rung == "read",
            Ok(Level::None) | Err(_) => false,
        };
        self.places().into_iter().filter(gives).collect()
    }

    /// What mutes take: without `read` there is no `edit`.
    pub fn taken(&self, mutes: &Mutes) -> Vec<Place<'_>> {
        let all = self.places();
        let is_named = |place: &Place<'_>| {
            mutes.iter().any(|mute| mute.permissions().any(|one| one == place.permission))
        };
        let named: Vec<Place<'_>> = all.iter().copied().filter(is_named).collect();
        let takes = |place: &Place<'_>| {
            let by = |mute: &Place<'_>| mute.rung == "read" || mute.rung == place.rung;
            named.iter().any(|mute| mute.leaf == place.leaf && by(mute))
        };
        all.into_iter().filter(takes).collect()
    }

    /// What an active admin holds: all but features, and what a feature that is off gates.
    pub fn admins(&self) -> Vec<Place<'_>> {
        let places = self.places().into_iter();
        let holds =
            |place: &Place<'_>| place.area != "plan" && place.leaf != "workspace.studio_assistant";
        places.filter(holds).collect()
    }

    /// What every active user may do: the features that are on.
    pub fn everyones(&self) -> Vec<Place<'_>> {
        let places = self.places().into_iter();
        places.filter(|place| self.features.is_effective(place.permission)).collect()
    }

    fn profile(&self, user: &User) -> Profile<'_> {
        let overlay = &self.overlays[user.overlay];
        Profile {
            role: user.role,
            status: user.status,
            template: Some(&self.templates[user.template]),
            grants: &overlay.grants,
            mutes: &overlay.mutes,
            features: &self.features,
        }
    }
}

impl Overlay {
    fn new(catalog: &Catalog, random: &mut Random) -> Self {
        let mut grants = Grants::new(catalog);
        let area = ["flows", "tools", "testing", "widgets"][random.below(4)];
        grants.set(area, Level::ALL[random.below(3)]).unwrap();
        let mut mutes = Mutes::new(catalog);
        let leaf = ["knowledge.faqs:edit", "voice.numbers:read", "analytics.csat:edit"];
        mutes.mute(catalog.permission(leaf[random.below(3)]).unwrap()).unwrap();
        Self { grants, mutes }
    }
}

impl User {
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}

impl Place<'_> {
    pub fn name(&self) -> String {
        format!("{}:{}", self.leaf, self.rung)
    }
}

/// A small generator of numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}
