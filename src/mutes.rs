//! Mutes (TPL-5).

use alloc::string::ToString;
use core::fmt;

use crate::bits::{self, Bits};
use crate::catalog::by_node::{ByNode, Entries, OfArea};
use crate::catalog::scale::Rungs;
use crate::catalog::tree::NodeId;
use crate::catalog::{Catalog, KeyError, SettingError, Source};
use crate::permission::Permission;

/// What is taken from a member, whatever template and grants give (TPL-5).
///
/// Muting a rung mutes all that needs it. A mute can name a rung of an area with sub-sections
/// (`knowledge:edit`); it then holds for all leaves of the area, also for those that the catalog
/// gains later (LVL-13).
///
/// ```
/// use bailiwick::Mutes;
/// use bailiwick::presets::studio::{self, knowledge};
///
/// let mut mutes = Mutes::new(&studio::catalog());
/// mutes.mute(knowledge::FAQS.read())?;
/// mutes.mute_by_name("knowledge:edit")?;
/// let names: Vec<String> = mutes.iter().map(|mute| mute.to_string()).collect();
/// assert_eq!(names, ["knowledge:edit", "knowledge.faqs:read"]);
/// # Ok::<(), bailiwick::catalog::SettingError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mutes {
    catalog: Catalog,
    // INVARIANT: every node is grantable, and has at least one rung.
    muted: ByNode,
}

impl Mutes {
    /// No mutes.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        Self { catalog: catalog.clone(), muted: ByNode::default() }
    }

    /// Everything that can be granted, muted.
    pub(crate) fn all(catalog: &Catalog) -> Self {
        let nodes = catalog.tree().nodes();
        let areas =
            nodes.filter(|(_, node)| node.area.is_none() && node.source == Source::Grantable);
        let muted = areas
            .map(|(area, node)| (area, (0..node.scale.len()).fold(0, |all, rung| all | 1 << rung)));
        Self { catalog: catalog.clone(), muted: muted.collect() }
    }

    /// Mutes one permission.
    ///
    /// # Errors
    ///
    /// A role permission or a feature, which nobody is granted (CAT-4), and another catalog's
    /// permission (CAT-9).
    pub fn mute(&mut self, permission: Permission) -> Result<(), SettingError> {
        let place = self.place_of(permission);
        let unknown = || KeyError::Malformed { given: "unknown permission".into() };
        let (leaf, rung) = place.ok_or_else(unknown)?;
        self.mute_at(leaf, rung)
    }

    /// Mutes a permission, or a rung of a whole area, by its name: `knowledge.faqs:edit`,
    /// `knowledge:edit`.
    ///
    /// # Errors
    ///
    /// A name that the catalog does not know (CAT-9), and a role permission or a feature, which
    /// nobody is granted (CAT-4).
    pub fn mute_by_name(&mut self, name: &str) -> Result<(), SettingError> {
        let Mute { node, rung, .. } = Mute::parse(&self.catalog, name)?;
        self.mute_at(node, rung)
    }

    /// Lifts the mutes that name one permission; if there is none, nothing changes. If its
    /// area is muted at that rung, every other leaf of the area stays muted.
    pub fn lift(&mut self, permission: Permission) {
        let Some((leaf, rung)) = self.place_of(permission) else { return };
        self.lift_at(leaf, rung);
        let catalog = self.catalog.clone();
        let tree = catalog.tree();
        let Some(area) = tree.node(leaf).area else { return };
        let was_muted = self.lift_at(area, rung);
        if !was_muted {
            return;
        }
        let mut said = self.of_area(area);
        for ((sibling, _), rungs) in tree.sub_sections(tree.node(area)).zip(&mut said.leaves) {
            if sibling != leaf {
                *rungs = Some(rungs.unwrap_or_default() | 1 << rung);
            }
        }
        self.put_area(area, &said);
    }

    /// What is muted by name, in catalog order: an area before its leaves.
    #[must_use]
    pub fn iter(&self) -> MuteIter<'_> {
        MuteIter { catalog: &self.catalog, muted: self.muted.iter(), under_way: None }
    }

    /// Whether nothing is muted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.muted.is_empty()
    }

    /// The catalog that the mutes belong to.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Keeps what is muted of what only users can have, such as CRM access.
    pub(crate) fn retain_user_only(&mut self) {
        let tree = self.catalog.tree();
        self.muted.retain(|node| tree.node(node).user_only);
    }

    /// The rungs that are muted of one area, and of each of its sub-sections. Linear in them.
    pub(crate) fn of_area(&self, area: NodeId) -> OfArea {
        self.muted.of_area(self.catalog.tree(), area)
    }

    /// Mutes these rungs of one area and of its sub-sections, and no others of them.
    pub(crate) fn put_area(&mut self, area: NodeId, muted: &OfArea) {
        self.muted.put_area(self.catalog.tree(), area, muted);
    }

    /// All that is muted: what is by name, and what needs it.
    pub(crate) fn closed(&self) -> Bits {
        let tree = self.catalog.tree();
        tree.with_dependents(&self.iter().flat_map(Mute::bits).collect())
    }

    fn mute_at(&mut self, id: NodeId, rung: u16) -> Result<(), SettingError> {
        let node = self.catalog.tree().node(id);
        if node.source != Source::Grantable {
            let (path, set_by) = (node.path.clone(), node.source.name());
            return Err(SettingError::NotGrantable { path, set_by });
        }
        let rungs = self.muted.rungs(id).unwrap_or_default();
        self.muted.put(id, rungs | 1 << rung);
        Ok(())
    }

    /// Lifts a mute by name, and says whether there was one.
    fn lift_at(&mut self, id: NodeId, rung: u16) -> bool {
        let rungs = self.muted.rungs(id).unwrap_or_default();
        match rungs & !(1 << rung) {
            0 => self.muted.remove(id),
            rest => self.muted.put(id, rest),
        }
        rungs >> rung & 1 == 1
    }

    fn place_of(&self, permission: Permission) -> Option<(NodeId, u16)> {
        let is_own = self.catalog.owns(permission);
        is_own.then(|| self.catalog.tree().place_of(permission.bit())).flatten()
    }
}

impl<'a> IntoIterator for &'a Mutes {
    type Item = Mute<'a>;
    type IntoIter = MuteIter<'a>;

    fn into_iter(self) -> MuteIter<'a> {
        self.iter()
    }
}

/// Mutes in catalog order: those of an area before those of its leaves.
#[derive(Debug, Clone)]
pub struct MuteIter<'a> {
    catalog: &'a Catalog,
    muted: Entries<'a>,
    /// A node, and which of its rungs are still to come.
    under_way: Option<(NodeId, Rungs)>,
}

impl<'a> Iterator for MuteIter<'a> {
    type Item = Mute<'a>;

    fn next(&mut self) -> Option<Mute<'a>> {
        let (node, rungs) = self.under_way.take().or_else(|| self.muted.next())?;
        let rung = bits::ones(&[rungs]).next()?;
        let rest = rungs & (rungs - 1);
        self.under_way = (rest != 0).then_some((node, rest));
        Some(Mute { catalog: self.catalog, node, rung })
    }
}

impl fmt::Debug for Mutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|mute| mute.to_string())).finish()
    }
}

/// One mute: a rung of a leaf, or of all leaves of an area.
///
/// Printed, it is its name: `knowledge.faqs:edit`, `knowledge:edit`. Mutes have no order of their
/// own: the order is the catalog's, and [`Mutes::iter`] follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mute<'a> {
    catalog: &'a Catalog,
    node: NodeId,
    rung: u16,
}

impl<'a> Mute<'a> {
    pub(crate) fn parse(catalog: &'a Catalog, name: &str) -> Result<Self, KeyError> {
        let (node, rung) = catalog.tree().find_rung(name)?;
        Ok(Self { catalog, node, rung })
    }

    /// The path of the area or leaf.
    #[must_use]
    pub fn path(self) -> &'a str {
        &self.catalog.tree().node(self.node).path
    }

    /// The rung that is muted.
    #[must_use]
    pub fn rung(self) -> &'a str {
        let scale = &self.catalog.tree().node(self.node).scale;
        scale.rung(self.rung.into()).unwrap_or_default()
    }

    /// The permissions that it names, in catalog order: one of a leaf, one of each leaf of an
    /// area. What needs them is muted as well.
    pub fn permissions(self) -> impl Iterator<Item = Permission> + 'a {
        self.bits().map(|bit| Permission::new(self.catalog.stamp(), bit))
    }

    pub(crate) fn bits(self) -> impl Iterator<Item = u16> + 'a {
        self.catalog.tree().node(self.node).bits_at(self.rung)
    }
}

impl fmt::Display for Mute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path(), self.rung())
    }
}
