use alloc::string::ToString;
use core::fmt;

use crate::bits::Bits;
use crate::catalog::{Catalog, KeyError, SettingError};
use crate::permission::Permission;

/// What is taken from a member, whatever template and grants give (TPL-5).
///
/// Muting a rung mutes all that needs it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mutes {
    catalog: Catalog,
    bits: Bits,
}

impl Mutes {
    /// No mutes.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        Self { catalog: catalog.clone(), bits: Bits::EMPTY }
    }

    /// Mutes one permission.
    ///
    /// # Errors
    ///
    /// A role permission or a feature, which nobody is granted (CAT-4), and another catalog's
    /// permission (CAT-9).
    pub fn mute(&mut self, permission: Permission) -> Result<(), SettingError> {
        if !self.catalog.owns(permission) {
            return Err(KeyError::Malformed { given: "unknown permission".into() }.into());
        }
        if !self.catalog.grantable().contains(permission.bit()) {
            let leaf = self.catalog.tree().leaf_of(permission.bit());
            return Err(SettingError::NotGrantable {
                path: leaf.map(|leaf| leaf.path.clone()).unwrap_or_default(),
                set_by: leaf.map_or("account", |leaf| leaf.source.name()),
            });
        }
        self.bits.insert(permission.bit());
        Ok(())
    }

    /// Lifts the mute of one permission; where there is none, nothing changes.
    pub fn lift(&mut self, permission: Permission) {
        if self.catalog.owns(permission) {
            self.bits.remove(permission.bit());
        }
    }

    /// What is muted by name, in catalog order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.bits.ones().map(|bit| Permission::new(self.catalog.stamp(), bit))
    }

    /// Whether nothing is muted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// The catalog that the permissions belong to.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Keeps what is muted of what only users can have, as CRM access is.
    pub(crate) fn retain_user_only(&mut self) {
        let tree = self.catalog.tree();
        let own = |bit: &u16| tree.leaf_of(*bit).is_some_and(|leaf| leaf.user_only);
        self.bits = self.bits.ones().filter(own).collect();
    }

    /// All that is muted: what is by name, and what needs it.
    pub(crate) fn closed(&self) -> Bits {
        self.catalog.tree().with_dependents(&self.bits)
    }
}

impl fmt::Debug for Mutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(|one| self.catalog.display(one).to_string());
        f.debug_set().entries(names).finish()
    }
}
