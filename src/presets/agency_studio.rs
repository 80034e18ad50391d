//! `agency-studio/1`: the studio, sold by agencies. It is composed of [`studio`] and [`agency`],
//! the way a host would compose its own.

use once_cell::race::OnceBox;

use crate::catalog::code::private::shared_from;
use crate::catalog::{Catalog, CatalogError, Group};
use crate::presets::{agency, studio};

/// The studio's workspace, whose areas need the features that an agency grants its subaccounts.
///
/// The agency's `integrations` are called `vendor_integrations` here, since the studio has
/// `integrations` of its own. The studio says who may give commands; inviting also needs
/// `general.invite_members`.
///
/// Built at the first call and shared from then on.
#[must_use]
pub fn catalog() -> Catalog {
    static BUILT: OnceBox<Catalog> = OnceBox::new();
    shared_from(&BUILT, compose)
}

fn compose() -> Result<Catalog, CatalogError> {
    let features = [
        ("general", "general"),
        ("agent_types", "agent_types"),
        ("capabilities", "capabilities"),
        ("integrations", "vendor_integrations"),
        ("action_types", "action_types"),
    ];
    studio::catalog()
        .to_builder("agency-studio/1")
        .include_as(&agency::catalog(), features)
        .gate("knowledge", ["general.knowledge_base"])
        .gate("analytics", ["general.analytics"])
        .gate("voice.numbers", ["general.phone_numbers"])
        .gate("widgets", ["agent_types.widget"])
        .gate("messaging.chat", ["agent_types.chat"])
        .gate("testing", ["general.simulations"])
        .gate("tools", ["general.actions"])
        .authority(Group::Invite, ["workspace.users:on"], ["general.invite_members"])
        .operation("invite_member", ["general.invite_members:on", "workspace.users:on"])
        .build()
}
