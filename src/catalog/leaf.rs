use alloc::borrow::Cow;

use crate::catalog::area::{Area, Section};
use crate::catalog::tree::Node;
use crate::permission::{Permission, Stamp};

/// A leaf of a catalog: a sub-section, or an area that has none (CAT-2). It is what
/// [`Catalog::leaves`](crate::Catalog::leaves) gives; a typed constant is a
/// [`Leaf`](crate::catalog::Leaf).
#[derive(Debug, Clone, Copy)]
pub struct LeafView<'a> {
    stamp: Stamp,
    area: &'a Area,
    node: &'a Node,
}

impl<'a> LeafView<'a> {
    pub(crate) const fn new(stamp: Stamp, area: &'a Area, node: &'a Node) -> Self {
        Self { stamp, area, node }
    }

    /// The path, as in `knowledge.faqs`.
    #[must_use]
    pub fn path(self) -> &'a str {
        &self.node.path
    }

    /// The label as a user interface shows it.
    #[must_use]
    pub fn label(self) -> Cow<'a, str> {
        self.node.section.label()
    }

    /// What it controls, if the catalog says so (CAT-11).
    #[must_use]
    pub fn description(self) -> Option<&'a str> {
        self.node.section.description()
    }

    /// The area that it is in, or is.
    pub fn area(self) -> &'a Area {
        self.area
    }

    /// Its own key, label and aliases: those of the area, if it is one.
    pub fn section(self) -> &'a Section {
        &self.node.section
    }

    /// The names of its rungs and the permission of each, the first being the one that all others
    /// need.
    pub fn permissions(self) -> impl Iterator<Item = (&'a str, Permission)> {
        let bits = self.node.bits.clone();
        let permissions = bits.map(move |bit| Permission::new(self.stamp, bit));
        self.node.scale.rungs().zip(permissions)
    }
}
