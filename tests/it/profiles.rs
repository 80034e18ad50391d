//! What decides about someone who has no template.

use bailiwick::{Features, Grants, Mutes, PermissionSet, Profile, Role, Status};

/// An active member with these grants, mutes and features.
pub(crate) fn member<'a>(
    grants: &'a Grants,
    mutes: &'a Mutes,
    features: &'a Features,
) -> Profile<'a> {
    Profile { role: Role::Member, status: Status::Active, template: None, grants, mutes, features }
}

/// What an active member with these grants may do while features are as the catalog starts them.
pub(crate) fn given_by(grants: &Grants) -> PermissionSet {
    let catalog = grants.catalog();
    member(grants, &Mutes::new(catalog), &Features::new(catalog)).permissions()
}
