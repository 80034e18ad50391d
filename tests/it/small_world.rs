//! A catalog of two areas with two leaves each, enumerated completely: every level, override,
//! template, mute, gate, role and status, against the arithmetic of levels as plain numbers.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::catalog::Source;
use bailiwick::{
    Area, Catalog, Features, Grants, Level, Mutes, Permission, Profile, Reason, Role, Status,
    Template,
};

const LEAVES: [&str; 4] = ["a.x", "a.y", "b.x", "b.y"];

/// What is set for one area: its level, and an override for each of its leaves.
#[derive(Clone, Copy)]
struct Setting {
    area: Option<Level>,
    leaves: [Option<Level>; 2],
}

impl Setting {
    /// Nothing at all, and every level with every pair of overrides.
    fn all() -> Vec<Self> {
        let levels = [None, Some(Level::None), Some(Level::Read), Some(Level::Edit)];
        let mut all = vec![Self { area: None, leaves: [None; 2] }];
        for area in &levels[1..] {
            for x in levels {
                for y in levels {
                    all.push(Self { area: *area, leaves: [x, y] });
                }
            }
        }
        all
    }

    /// The level of a leaf as a number: the area's, cut by the override (LVL-3).
    fn height(self, leaf: usize) -> u8 {
        let area = self.area.map_or(0, height);
        self.leaves[leaf].map_or(area, |own| area.min(height(own)))
    }

    /// Overrides above the area can only come about by lowering it afterwards (LVL-6, LVL-7).
    fn write(self, area: &str, grants: &mut Grants) {
        let Some(level) = self.area else { return };
        grants.set(area, Level::Edit).unwrap();
        for (leaf, own) in ["x", "y"].into_iter().zip(self.leaves) {
            if let Some(own) = own {
                grants.set(format!("{area}.{leaf}"), own).unwrap();
            }
        }
        grants.set(area, level).unwrap();
    }
}

fn height(level: Level) -> u8 {
    match level {
        Level::None => 0,
        Level::Read => 1,
        Level::Edit => 2,
    }
}

fn catalog() -> Catalog {
    Catalog::builder("small/1")
        .area(Area::levels("a").with("x").with("y"))
        .area(Area::levels("b").with("x").with("y"))
        .area(Area::toggle("role").set_by(Source::Role).with("desk").with("gated"))
        .area(Area::toggle("plan").set_by(Source::Account).with("one").with("two"))
        .gate("b", ["plan.one"])
        .gate("b.y", ["plan.two"])
        .gate("plan.two", ["plan.one"])
        .gate("role.gated", ["plan.two"])
        .build()
        .unwrap()
}

/// LVL-1 to LVL-7, TPL-2, TPL-5, CAT-6: every template with every grant, every mute and every
/// state of the features. Area `b` runs through its settings beside `a`, out of step with it.
/// Of the features and mutes, one in so many is asked with each setting: all of them in a release
/// build.
const ONE_IN: usize = if cfg!(debug_assertions) { 4 } else { 1 };

#[test]
fn a_member_has_what_the_arithmetic_says() {
    let catalog = catalog();
    let settings = Setting::all();
    let cases: Vec<_> = (0..64).map(|case| features_and_mutes(&catalog, case)).collect();
    let permissions =
        LEAVES.map(|leaf| ["read", "edit"].map(|rung| permission(&catalog, leaf, rung)));
    let mut asked = 0_usize;
    for (t, template) in settings.iter().enumerate() {
        for (g, own) in settings.iter().enumerate() {
            let other_template = settings[(t * 5 + g + 1) % settings.len()];
            let other_own = settings[(g * 3 + t + 2) % settings.len()];
            let template_grants = written(&catalog, *template, other_template);
            let on = Template::new("t".parse().unwrap(), "T", template_grants).unwrap();
            let own_grants = written(&catalog, *own, other_own);
            let heights = |area: usize, leaf: usize| {
                let (template, own) =
                    if area == 0 { (*template, *own) } else { (other_template, other_own) };
                template.height(leaf).max(own.height(leaf))
            };
            for (case, (features, mutes, left)) in cases.iter().enumerate() {
                if !(t + g + case).is_multiple_of(ONE_IN) {
                    continue;
                }
                let profile = Profile {
                    role: Role::Member,
                    status: Status::Active,
                    template: Some(&on),
                    grants: &own_grants,
                    mutes,
                    features,
                };
                let set = profile.permissions();
                for (position, leaf) in LEAVES.iter().enumerate() {
                    let given = heights(position / 2, position % 2);
                    let open = is_open(leaf, case);
                    let expected = given.min(left[position]);
                    for (rung, permission) in (1..).zip(permissions[position]) {
                        let reason = match () {
                            () if !open => Some(Reason::NotEntitled),
                            () if expected >= rung => None,
                            () if given >= rung => Some(Reason::Muted),
                            () => Some(Reason::NotGranted),
                        };
                        assert_eq!(profile.reason(permission), reason, "{leaf} at {rung}");
                        assert_eq!(set.contains(permission), reason.is_none(), "{leaf} at {rung}");
                        asked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(asked, 49 * 49 * 64 * 8 / ONE_IN);
}

/// ROLE-2 to ROLE-5, USR-2: every role and status, whatever is set.
#[test]
fn role_and_status_decide_first() {
    let catalog = catalog();
    for setting in Setting::all() {
        let grants = written(&catalog, setting, setting);
        for case in 0..64 {
            let (features, mutes, _) = features_and_mutes(&catalog, case);
            for role in [Role::Admin, Role::Member] {
                for status in [Status::Invited, Status::Active, Status::Suspended] {
                    let profile = Profile {
                        role,
                        status,
                        template: None,
                        grants: &grants,
                        mutes: &mutes,
                        features: &features,
                    };
                    check_role(&catalog, &profile, case);
                }
            }
        }
    }
}

#[track_caller]
fn check_role(catalog: &Catalog, profile: &Profile<'_>, case: usize) {
    let set = profile.permissions();
    if profile.status != Status::Active {
        assert!(set.is_empty());
        for permission in catalog.permissions() {
            assert_eq!(profile.reason(permission), Some(Reason::NotActive));
        }
        return;
    }
    let (one, two) = (case & 1 == 1, case & 3 == 3);
    let feature = |on: bool| (!on).then_some(Reason::NotEntitled);
    assert_eq!(profile.reason(permission(catalog, "plan.one", "on")), feature(one));
    assert_eq!(profile.reason(permission(catalog, "plan.two", "on")), feature(two));
    let admin_only = (profile.role == Role::Member).then_some(Reason::AdminOnly);
    assert_eq!(profile.reason(permission(catalog, "role.desk", "on")), admin_only);
    let gated = feature(two).or(admin_only);
    assert_eq!(profile.reason(permission(catalog, "role.gated", "on")), gated);
    if profile.role == Role::Admin {
        for leaf in LEAVES {
            let open = is_open(leaf, case);
            assert_eq!(profile.reason(permission(catalog, leaf, "edit")), feature(open));
            assert_eq!(set.contains(permission(catalog, leaf, "edit")), open);
        }
    }
}

fn written(catalog: &Catalog, a: Setting, b: Setting) -> Grants {
    let mut grants = Grants::new(catalog);
    a.write("a", &mut grants);
    b.write("b", &mut grants);
    grants
}

/// The features that the lowest two bits of `case` turn on, the mutes that the others stand for,
/// and the height that those leave to each leaf.
fn features_and_mutes(catalog: &Catalog, case: usize) -> (Features, Mutes, [u8; 4]) {
    let mut features = Features::new(catalog);
    for (bit, feature) in ["plan.one", "plan.two"].into_iter().enumerate() {
        if case >> bit & 1 == 1 {
            features.turn_on(feature).unwrap();
        }
    }
    let mut mutes = Mutes::new(catalog);
    let mut left = [2; 4];
    for (bit, (leaf, rung)) in
        [(0, "read"), (1, "edit"), (1, "read"), (2, "edit")].iter().enumerate()
    {
        if case >> (2 + bit) & 1 == 1 {
            mutes.mute(permission(catalog, LEAVES[*leaf], rung)).unwrap();
            let height = u8::from(*rung != "read");
            left[*leaf] = height.min(left[*leaf]);
        }
    }
    (features, mutes, left)
}

/// Whether the features of `case` leave a leaf alone: `b` needs one, `b.y` two, which needs one.
fn is_open(leaf: &str, case: usize) -> bool {
    match leaf {
        "b.x" => case & 1 == 1,
        "b.y" => case & 3 == 3,
        _ => true,
    }
}

#[track_caller]
fn permission(catalog: &Catalog, leaf: &str, rung: &str) -> Permission {
    catalog.permission(&format!("{leaf}:{rung}")).unwrap()
}
