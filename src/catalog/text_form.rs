//! What can be asked for, as text: `path:rung`, and operations by key (CAT-9).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::catalog::area::Named;
use crate::catalog::message::quoted;
use crate::catalog::tree::{KeyError, Tree};
use crate::permission::Permission;
use crate::requirement::Requirement;

impl Catalog {
    /// Reads one permission from its text form, `path:rung`; aliases are read too (CAT-5).
    ///
    /// ```
    /// let catalog = bailiwick::presets::studio::catalog();
    /// let faqs = catalog.permission("knowledge.faqs:edit")?;
    /// assert_eq!(catalog.display(faqs).to_string(), "knowledge.faqs:edit");
    /// # Ok::<(), bailiwick::catalog::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An unknown area, sub-section or rung (CAT-9); an area with sub-sections (`knowledge:edit`),
    /// which is a [`Requirement`] of all its leaves.
    pub fn permission(&self, text: &str) -> Result<Permission, KeyError> {
        let (id, rung) = self.0.tree.find_rung(text)?;
        let node = self.0.tree.node(id);
        match node.bits.clone().nth(rung.into()) {
            Some(bit) if node.is_leaf() => Ok(Permission::new(self.0.stamp, bit)),
            _ => Err(KeyError::Container {
                path: node.path.clone(),
                known: quoted(self.0.tree.sub_sections(node).map(|(_, leaf)| leaf.section.key())),
            }),
        }
    }

    /// Reads what `asks` need together: permissions, areas at a rung (LVL-10) and operations.
    ///
    /// ```
    /// let catalog = bailiwick::presets::studio::catalog();
    /// let both = catalog.require(["knowledge:edit", "publish_chat_widget"])?;
    /// assert_eq!(both.iter().count(), 5);
    /// # Ok::<(), bailiwick::catalog::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An empty list, or something that the catalog does not know (CAT-9).
    pub fn require<I: IntoIterator<Item: AsRef<str>>>(
        &self,
        asks: I,
    ) -> Result<Requirement, KeyError> {
        let mut bits = Bits::EMPTY;
        for ask in asks {
            let ask = ask.as_ref();
            if ask.contains(':') {
                let (id, rung) = self.0.tree.find_rung(ask)?;
                self.0.tree.node(id).add_rung(rung, &mut bits);
            } else if let Some(operation) = self.0.operations.get(ask) {
                operation.iter().for_each(|permission| bits.insert(permission.bit()));
            } else {
                let known = quoted(self.0.operations.keys());
                return Err(KeyError::UnknownAsk { given: ask.into(), known });
            }
        }
        Requirement::new(self.0.stamp, &bits).ok_or(KeyError::Empty)
    }

    /// What an operation needs (CAT-7). One look-up, no allocation.
    ///
    /// # Errors
    ///
    /// An unknown operation.
    pub fn operation(&self, key: &str) -> Result<&Requirement, KeyError> {
        self.0.operations.get(key).ok_or_else(|| KeyError::UnknownOperation {
            given: key.into(),
            known: quoted(self.0.operations.keys()),
        })
    }

    /// An operation's label and description (CAT-11). Takes time in proportion to the operations.
    #[must_use]
    pub fn operation_name(&self, key: &str) -> Option<&Named> {
        let mut operations = self.0.definition.operations.iter();
        operations.find(|operation| operation.name.key() == key).map(|operation| &operation.name)
    }

    /// The operations by key, in order.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &Requirement)> {
        self.0.operations.iter().map(|(key, requirement)| (&**key, requirement))
    }

    /// The text form of a permission, or `unknown permission` for another catalog's.
    #[must_use]
    pub fn display(&self, permission: Permission) -> impl fmt::Display + '_ {
        Shown { tree: &self.0.tree, bit: self.owns(permission).then_some(permission.bit()) }
    }

    /// The path and the rung in the text form of a permission; `None` for another catalog's.
    pub(crate) fn parts_of(&self, permission: Permission) -> Option<(&str, &str)> {
        self.owns(permission).then(|| self.0.tree.parts_of(permission.bit()))?
    }

    /// The text forms of permissions, joined by commas: of a set, of a requirement, of a diff.
    ///
    /// ```
    /// let catalog = bailiwick::presets::studio::catalog();
    /// let publish = catalog.operation("publish_chat_widget")?;
    /// let shown = catalog.display_all(publish.iter());
    /// assert_eq!(shown.to_string(), "messaging.chat:edit, widgets:edit");
    /// # Ok::<(), bailiwick::catalog::KeyError>(())
    /// ```
    pub fn display_all(
        &self,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> impl fmt::Display + '_ {
        let names = permissions.into_iter().map(|one| self.display(one).to_string());
        names.collect::<Vec<String>>().join(", ")
    }
}

/// A permission on its way to text.
struct Shown<'a> {
    tree: &'a Tree,
    bit: Option<u16>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bit {
            Some(bit) => self.tree.write(bit, f),
            None => f.write_str("unknown permission"),
        }
    }
}
