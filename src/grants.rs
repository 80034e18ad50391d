use core::fmt;

use crate::bits::Bits;
use crate::catalog::by_node::OfArea;
use crate::catalog::settings::{self, Holder, Settings, level_of, resolve};
use crate::catalog::tree::{NodeId, quoted};
use crate::catalog::{Catalog, KeyError, Setting, SettingError};
use crate::level::Level;

/// What was set for a user or in a template, by area and leaf: sparse, in catalog order.
///
/// An area that is not mentioned is None (LVL-3). A sub-section's setting is an override: it
/// restricts its area and cannot exceed it, and it stays when the area is lowered (LVL-7).
///
/// ```
/// use bailiwick::presets::studio::{self, analytics, knowledge};
/// use bailiwick::{Grants, Level};
///
/// let mut grants = Grants::new(&studio::catalog());
/// grants.set("analytics", Level::Read)?;
/// grants.set(knowledge::AREA, Level::Edit)?;
/// grants.set(knowledge::VARIANTS, Level::Read)?;
/// assert_eq!(grants.level(analytics::CSAT)?, Level::Read);
/// assert_eq!(
///     grants.to_string(),
///     "analytics: read, knowledge: edit, knowledge.variants: read",
/// );
///
/// let refused = grants.set(analytics::CSAT, Level::Edit).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "`analytics.csat` cannot be `edit` while `analytics` is `read`; \
///      raise `analytics`, or raise `analytics.csat` alone",
/// );
/// # Ok::<(), bailiwick::catalog::SettingError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Grants {
    catalog: Catalog,
    settings: Settings,
}

impl Grants {
    /// No grants: everything is None.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        Self { catalog: catalog.clone(), settings: Settings::default() }
    }

    /// Grants one leaf at a level and pins every sibling to None (LVL-9).
    ///
    /// ```
    /// use bailiwick::presets::studio::{self, analytics};
    /// use bailiwick::{Grants, Level};
    ///
    /// let catalog = studio::catalog();
    /// let reviewer =
    ///     Grants::only(&catalog, analytics::CONVERSATIONS, Level::Read)?;
    /// assert_eq!(reviewer.level(analytics::CONVERSATIONS)?, Level::Read);
    /// assert_eq!(reviewer.level(analytics::CSAT)?, Level::None);
    /// # Ok::<(), bailiwick::catalog::SettingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An unknown key (CAT-9), an area with sub-sections, and a leaf that has no levels or is not
    /// grantable (CAT-4).
    pub fn only(
        catalog: &Catalog,
        leaf: impl AsRef<str>,
        level: Level,
    ) -> Result<Self, SettingError> {
        let mut grants = Self::new(catalog);
        grants.raise(leaf, level)?;
        Ok(grants)
    }

    /// Raises one leaf to a level, and changes no other leaf: its area is raised if that is
    /// needed, and then each sibling is pinned to the level it had (LVL-9). A leaf that is as high
    /// already stays as it is.
    ///
    /// # Errors
    ///
    /// As for [`only`](Self::only).
    pub fn raise(&mut self, leaf: impl AsRef<str>, level: Level) -> Result<(), SettingError> {
        let leaf = leaf.as_ref();
        let id = self.leaf(leaf)?;
        let (_, rungs) = resolve(self.catalog.tree(), Holder::User, leaf, &level.into())?;
        self.settings.raise(self.catalog.tree(), id, rungs);
        Ok(())
    }

    /// Sets one area or leaf, by its path or typed constant.
    ///
    /// # Errors
    ///
    /// An unknown key or action (CAT-9); a role permission or a feature (CAT-4); a setting in the
    /// words of another scale; a sub-section whose area is not set (LVL-8); an override above its
    /// area (LVL-6). Nothing changes then.
    pub fn set(
        &mut self,
        path: impl AsRef<str>,
        setting: impl Into<Setting>,
    ) -> Result<(), SettingError> {
        self.settings.set(self.catalog.tree(), Holder::User, path.as_ref(), &setting.into())
    }

    /// Removes the setting of one area, with its overrides, or of one leaf.
    ///
    /// # Errors
    ///
    /// An unknown key (CAT-9).
    pub fn remove(&mut self, path: impl AsRef<str>) -> Result<(), SettingError> {
        self.settings.remove(self.catalog.tree(), path.as_ref())
    }

    /// The level of one leaf: that of its area, cut by its override (LVL-3, LVL-4, LVL-5).
    ///
    /// # Errors
    ///
    /// An unknown key (CAT-9), an area with sub-sections, or a leaf whose scale is not levels.
    pub fn level(&self, leaf: impl AsRef<str>) -> Result<Level, SettingError> {
        let id = self.leaf(leaf.as_ref())?;
        let node = self.catalog.tree().node(id);
        if !node.scale.is_ladder() {
            let wanted = "no level: its scale has none";
            return Err(SettingError::WrongScale { path: node.path.clone(), wanted });
        }
        Ok(level_of(self.settings.effective(self.catalog.tree(), id)))
    }

    /// What is set, by canonical path, in catalog order.
    #[must_use]
    pub fn iter(&self) -> GrantIter<'_> {
        GrantIter(self.settings.iter(self.catalog.tree()))
    }

    /// Whether nothing is set. Settings of None count as set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// The catalog that the keys belong to.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What a preset template of the catalog grants (TPL-9); `None` if it has none by that id.
    #[must_use]
    pub fn of_preset(catalog: &Catalog, id: &str) -> Option<Self> {
        let preset = catalog.presets().get(id)?;
        Some(Self::from_settings(catalog, preset.settings.clone()))
    }

    pub(crate) fn from_settings(catalog: &Catalog, settings: Settings) -> Self {
        Self { catalog: catalog.clone(), settings }
    }

    /// The path of something set that only users can have (TPL-1).
    pub(crate) fn user_only(&self) -> Option<&str> {
        let mut entries = self.settings.iter(self.catalog.tree());
        entries.find_map(|(node, _)| node.user_only.then_some(&*node.path))
    }

    /// Gives leaves `bits` more, and changes no other leaf. Edit brings read with it, since it
    /// needs it (LVL-2); an action is added as it is.
    pub(crate) fn add(&mut self, bits: &Bits) {
        let tree = self.catalog.tree();
        for (leaf, rung) in bits.ones().filter_map(|bit| tree.place_of(bit)) {
            let scale = &tree.node(leaf).scale;
            let rungs = if scale.is_ladder() { scale.needs(rung) } else { 1 << rung };
            self.settings.raise(tree, leaf, rungs);
        }
    }

    /// Takes `bits` from leaves, and changes no other leaf.
    pub(crate) fn subtract(&mut self, bits: &Bits) {
        let tree = self.catalog.tree();
        for (leaf, rung) in bits.ones().filter_map(|bit| tree.place_of(bit)) {
            self.settings.lower(tree, leaf, 1 << rung);
        }
    }

    /// Adds settings of areas that are not set yet.
    pub(crate) fn add_all(&mut self, others: &Self) {
        self.settings.extend(&others.settings);
    }

    /// Keeps what only users can have, such as CRM access.
    pub(crate) fn retain_user_only(&mut self) {
        self.settings.retain_user_only(self.catalog.tree());
    }

    /// What overrides set beyond their area, to no effect (LVL-7).
    pub(crate) fn clamped(&self) -> Bits {
        self.settings.clamped(self.catalog.tree())
    }

    /// What is set of one area, and the overrides of its sub-sections. Linear in them.
    pub(crate) fn of_area(&self, area: NodeId) -> OfArea {
        self.settings.of_area(self.catalog.tree(), area)
    }

    /// Sets one area and all its overrides.
    pub(crate) fn put_area(&mut self, area: NodeId, said: &OfArea) {
        self.settings.put_area(self.catalog.tree(), area, said);
    }

    /// Whether both set the same: the same levels, as they are stored, and the same boxes, whether
    /// or not others are said to be off (REV-11).
    pub(crate) fn sets_same(&self, other: &Self) -> bool {
        self == other || (self.bits() == other.bits() && self.levels().eq(other.levels()))
    }

    fn levels(&self) -> impl Iterator<Item = (&str, Setting)> {
        let settings = self.settings.iter(self.catalog.tree());
        let levels = settings.filter(|(node, _)| node.scale.is_ladder());
        levels.map(|(node, setting)| (&*node.path, setting))
    }

    /// All that is set, unclosed.
    pub(crate) fn bits(&self) -> Bits {
        self.settings.bits(self.catalog.tree())
    }

    fn leaf(&self, path: &str) -> Result<NodeId, SettingError> {
        let tree = self.catalog.tree();
        let id = tree.find(path)?;
        let node = tree.node(id);
        if node.is_leaf() {
            return Ok(id);
        }
        let leaves = tree.sub_sections(node).map(|(_, leaf)| leaf.section.key());
        let known = quoted(leaves);
        Err(KeyError::Container { path: node.path.clone(), known }.into())
    }
}

impl<'a> IntoIterator for &'a Grants {
    type Item = (&'a str, Setting);
    type IntoIter = GrantIter<'a>;

    fn into_iter(self) -> GrantIter<'a> {
        self.iter()
    }
}

/// What grants set, by canonical path, in catalog order.
#[derive(Debug, Clone)]
pub struct GrantIter<'a>(settings::Iter<'a>);

impl<'a> Iterator for GrantIter<'a> {
    type Item = (&'a str, Setting);

    fn next(&mut self) -> Option<Self::Item> {
        let (node, setting) = self.0.next()?;
        Some((&node.path, setting))
    }
}

impl fmt::Display for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (path, setting)) in self.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            match setting {
                Setting::Level(level) => write!(f, "{comma}{path}: {level}")?,
                Setting::Toggle(true) => write!(f, "{comma}{path}: on")?,
                Setting::Toggle(false) => write!(f, "{comma}{path}: off")?,
                Setting::Actions(actions) if actions.is_empty() => {
                    write!(f, "{comma}{path}: {}", Level::None)?;
                }
                Setting::Actions(actions) => {
                    write!(f, "{comma}{path}: {}", actions.join(" + "))?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grants({self})")
    }
}
