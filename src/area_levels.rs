//! What a person sees of one area, and what changes it (LVL-13).
//!
//! Template, own grants and mutes together say how far a person gets in an area: its level, and for
//! each leaf either *as its area* or a *restriction*. The commands change one of the two and leave
//! the other as it is; what they write follows from here alone.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::catalog::by_node::OfArea;
use crate::catalog::settings::{level_of, level_rungs};
use crate::catalog::tree::{NodeId, Tree, quoted};
use crate::catalog::{KeyError, SettingError, Source};
use crate::grants::Grants;
use crate::level::Level;
use crate::mutes::Mutes;
use crate::profile::{Holding, Profile};

/// How far a person gets in one area, before role, gates and status: [`Profile::area_levels`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AreaLevels {
    path: Box<str>,
    level: Level,
    leaves: Vec<LeafLevel>,
}

impl AreaLevels {
    /// The area's path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The area's level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Its sub-sections, in order; none if the area is a leaf itself.
    #[must_use]
    pub fn leaves(&self) -> &[LeafLevel] {
        &self.leaves
    }

    /// One of its sub-sections, by its canonical path.
    #[must_use]
    pub fn leaf(&self, path: &str) -> Option<&LeafLevel> {
        self.leaves.iter().find(|leaf| &*leaf.path == path)
    }
}

/// How far a person gets in one sub-section.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeafLevel {
    path: Box<str>,
    level: Level,
    restricted: bool,
}

impl LeafLevel {
    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The level that it is configured at: at most its area's.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether it is restricted, even if that does not show because its area is as low; otherwise
    /// it follows its area.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.restricted
    }
}

impl Profile<'_> {
    /// How far the user gets in one area that has levels, by its path or typed constant. What
    /// belongs to another catalog gives nothing. Linear in the area's leaves.
    ///
    /// ```
    /// use bailiwick::presets::studio::{self, knowledge};
    /// use bailiwick::{Features, Grants, Level, Mutes, Profile, Role, Status};
    ///
    /// let catalog = studio::catalog();
    /// let mut grants = Grants::new(&catalog);
    /// grants.set(knowledge::AREA, Level::Edit)?;
    /// grants.set(knowledge::VARIANTS, Level::Read)?;
    /// let kim = Profile {
    ///     role: Role::Member,
    ///     status: Status::Active,
    ///     template: None,
    ///     grants: &grants,
    ///     mutes: &Mutes::new(&catalog),
    ///     features: &Features::new(&catalog),
    /// };
    /// let levels = kim.area_levels(knowledge::AREA)?;
    /// assert_eq!(levels.level(), Level::Edit);
    /// let restricted = levels.leaves().iter().filter(|leaf| leaf.is_restricted());
    /// let restricted = restricted.map(|leaf| (leaf.path(), leaf.level()));
    /// assert!(restricted.eq([("knowledge.variants", Level::Read)]));
    /// # Ok::<(), bailiwick::catalog::SettingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An unknown area (CAT-9); a role area or a feature (CAT-4); an area whose scale is not
    /// levels (CAT-3).
    pub fn area_levels(&self, area: impl AsRef<str>) -> Result<AreaLevels, SettingError> {
        let catalog = self.features.catalog();
        let tree = catalog.tree();
        let id = find_area(tree, area.as_ref())?;
        Ok(self.dials(id).view(tree, id))
    }

    /// What template, own grants and mutes say about one area with levels.
    pub(crate) fn dials(&self, area: NodeId) -> Dials {
        let tree = self.catalog().tree();
        debug_assert!(tree.node(area).scale.is_ladder());
        let [template, own] = self.sources().map(|one| one.map(|grants| grants.of_area(area)));
        let blank = || Grants::new(self.catalog()).of_area(area);
        let mutes = self.readable_mutes().map_or_else(
            || OfArea { area: Some(MUTED_READ), ..blank() },
            |mutes| mutes.of_area(area),
        );
        Dials { template, own: own.unwrap_or_else(blank), mutes }
    }
}

/// What sets a level of someone's, beside the grants of their template: by path, to a level.
pub(crate) type Set = fn(Option<&Grants>, &mut Holding, &str, Level) -> Result<(), SettingError>;

/// Sets an area's level, and no restriction.
pub(crate) fn set_area(
    template: Option<&Grants>,
    holding: &mut Holding,
    area: &str,
    level: Level,
) -> Result<(), SettingError> {
    let id = find_area(holding.grants.catalog().tree(), area)?;
    change(template, holding, id, |dials| dials.set_area(level));
    Ok(())
}

/// Sets one leaf's restriction, and nothing else.
pub(crate) fn set_section(
    template: Option<&Grants>,
    holding: &mut Holding,
    leaf: &str,
    level: Level,
) -> Result<(), SettingError> {
    let tree = holding.grants.catalog().tree();
    let place = Place::find(tree, leaf)?;
    let limit = Dials::read(place.area, template, &holding.grants, &holding.mutes).level();
    if level > limit {
        return Err(SettingError::ExceedsParent {
            path: tree.node(place.leaf).path.clone(),
            asked: quoted([level]),
            area: tree.node(place.area).path.clone(),
            limit: quoted([limit]),
        });
    }
    change(template, holding, place.area, |dials| match place.position {
        Some(position) => dials.set_section(position, level),
        None => dials.set_area(level),
    });
    Ok(())
}

/// Raises one leaf to a level, with its area if that is lower, and changes no other leaf (LVL-9).
/// A leaf that is as high already stays as it is.
pub(crate) fn raise(
    template: Option<&Grants>,
    holding: &mut Holding,
    leaf: &str,
    level: Level,
) -> Result<(), SettingError> {
    let place = Place::find(holding.grants.catalog().tree(), leaf)?;
    change(template, holding, place.area, |dials| match place.position {
        Some(position) => dials.raise(position, level),
        None if dials.level() < level => dials.set_area(level),
        None => {}
    });
    Ok(())
}

/// Adds to own grants what a template gives, leaf by leaf: in every area with levels a person sees
/// what they saw with both, and restrictions stay (TPL-6).
pub(crate) fn keep(template: &Grants, own: &mut Grants) {
    let catalog = own.catalog().clone();
    let tree = catalog.tree();
    let mutes = Mutes::new(&catalog);
    let areas = tree.nodes().filter(|(_, node)| node.area.is_none());
    for (area, _) in areas.filter(|(_, node)| node.scale.is_ladder()) {
        let dials = Dials::read(area, Some(template), own, &mutes);
        if dials.by_template() == Level::None {
            continue;
        }
        let kept = |position| dials.restriction(position).map(level_rungs);
        let leaves = (0..dials.own.leaves.len()).map(kept).collect();
        own.put_area(area, &OfArea { area: Some(level_rungs(dials.given())), leaves });
    }
    let has_no_levels = |bit: &u16| tree.leaf_of(*bit).is_some_and(|leaf| !leaf.scale.is_ladder());
    own.add(&template.bits().ones().filter(has_no_levels).collect());
}

fn change(
    template: Option<&Grants>,
    holding: &mut Holding,
    area: NodeId,
    change: impl FnOnce(&mut Dials),
) {
    let before = Dials::read(area, template, &holding.grants, &holding.mutes);
    let mut after = before.clone();
    change(&mut after);
    if after.own != before.own {
        holding.grants.put_area(area, &after.own);
    }
    if after.mutes != before.mutes {
        holding.mutes.put_area(area, &after.mutes);
    }
}

/// A leaf's place: its area, and its position among the sub-sections.
struct Place {
    leaf: NodeId,
    area: NodeId,
    /// `None` if the leaf is a whole area.
    position: Option<usize>,
}

impl Place {
    fn find(tree: &Tree, path: &str) -> Result<Self, SettingError> {
        let leaf = tree.find(path)?;
        let node = tree.node(leaf);
        if !node.is_leaf() {
            let known = quoted(tree.sub_sections(node).map(|(_, leaf)| leaf.section.key()));
            return Err(KeyError::Container { path: node.path.clone(), known }.into());
        }
        require_levels(tree, leaf)?;
        let Some(area) = node.area else { return Ok(Self { leaf, area: leaf, position: None }) };
        let position = tree.sub_sections(tree.node(area)).position(|(id, _)| id == leaf);
        Ok(Self { leaf, area, position })
    }
}

fn find_area(tree: &Tree, path: &str) -> Result<NodeId, SettingError> {
    let id = tree.find(path)?;
    let node = tree.node(id);
    if let Some(area) = node.area {
        let (path, area) = (node.path.clone(), tree.node(area).path.clone());
        return Err(KeyError::NotAnArea { path, area }.into());
    }
    require_levels(tree, id)?;
    Ok(id)
}

fn require_levels(tree: &Tree, id: NodeId) -> Result<(), SettingError> {
    let node = tree.node(id);
    let path = || node.path.clone();
    if node.source != Source::Grantable {
        return Err(SettingError::NotGrantable { path: path(), set_by: node.source.name() });
    }
    if !node.scale.is_ladder() {
        let wanted = "no level: its scale has none";
        return Err(SettingError::WrongScale { path: path(), wanted });
    }
    Ok(())
}

/// The mute of `read`, which leaves nothing.
const MUTED_READ: u64 = 0b01;
/// The mute of `edit`, which leaves read.
const MUTED_EDIT: u64 = 0b10;

/// The mute that caps a leaf at a level; none caps at edit.
const fn mute_at(level: Level) -> Option<u64> {
    match level {
        Level::None => Some(MUTED_READ),
        Level::Read => Some(MUTED_EDIT),
        Level::Edit => None,
    }
}

/// The mutes that leave a level as it is: a restriction to more than that stays.
const fn kept_at(muted: Option<u64>, level: Level) -> Option<u64> {
    let harmless = match level {
        Level::None => MUTED_READ | MUTED_EDIT,
        Level::Read => MUTED_EDIT,
        Level::Edit => 0,
    };
    match muted {
        Some(rungs) if rungs & harmless != 0 => Some(rungs & harmless),
        _ => None,
    }
}

/// The level that mutes leave.
const fn cap(muted: Option<u64>) -> Level {
    match muted {
        Some(rungs) if rungs & MUTED_READ != 0 => Level::None,
        Some(rungs) if rungs & MUTED_EDIT != 0 => Level::Read,
        _ => Level::Edit,
    }
}

/// Everything that is stored about one area with levels, for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dials {
    template: Option<OfArea>,
    own: OfArea,
    mutes: OfArea,
}

impl Dials {
    fn read(area: NodeId, template: Option<&Grants>, own: &Grants, mutes: &Mutes) -> Self {
        Self {
            template: template.map(|template| template.of_area(area)),
            own: own.of_area(area),
            mutes: mutes.of_area(area),
        }
    }

    /// The area's level, as the person sees it.
    pub(crate) fn level(&self) -> Level {
        self.given().min(cap(self.mutes.area))
    }

    /// The level that a leaf is configured at.
    pub(crate) fn leaf(&self, position: usize) -> Level {
        let capped = self.level().min(cap(of(&self.mutes, position)));
        self.given_to(position).min(capped)
    }

    pub(crate) fn is_restricted(&self, position: usize) -> bool {
        of(&self.own, position).is_some()
            || cap(of(&self.mutes, position)) < Level::Edit
            || self.given_to(position) < self.given()
    }

    /// The level that template and own grants restrict a leaf to, mutes aside; it may not show,
    /// since the area is no higher.
    fn restriction(&self, position: usize) -> Option<Level> {
        let given = self.given_to(position);
        if given < self.given() {
            return Some(given);
        }
        let own = level_of(of(&self.own, position)?);
        let by_template = self.template.as_ref().map_or(Level::None, |one| leaf_of(one, position));
        Some(own.max(by_template))
    }

    fn view(&self, tree: &Tree, area: NodeId) -> AreaLevels {
        let node = tree.node(area);
        let leaf =
            |(position, (_, leaf)): (usize, (NodeId, &crate::catalog::tree::Node))| LeafLevel {
                path: leaf.path.clone(),
                level: self.leaf(position),
                restricted: self.is_restricted(position),
            };
        AreaLevels {
            path: node.path.clone(),
            level: self.level(),
            leaves: tree.sub_sections(node).enumerate().map(leaf).collect(),
        }
    }

    /// What the template and own grants give the area, each by itself.
    pub(crate) fn sources(&self) -> [Level; 2] {
        [self.by_template(), area_of(&self.own)]
    }

    /// What template and own grants give the area together.
    fn given(&self) -> Level {
        self.by_template().max(area_of(&self.own))
    }

    /// What they give a leaf together.
    fn given_to(&self, position: usize) -> Level {
        let by_template = self.template.as_ref().map_or(Level::None, |one| leaf_of(one, position));
        by_template.max(leaf_of(&self.own, position))
    }

    fn by_template(&self) -> Level {
        self.template.as_ref().map_or(Level::None, area_of)
    }

    pub(crate) fn set_area(&mut self, level: Level) {
        if level == self.level() {
            return;
        }
        if self.by_template() > level {
            self.mutes.area = mute_at(level);
            return;
        }
        self.mutes.area = kept_at(self.mutes.area, level);
        let given = self.given();
        let is_lower = |former: Level| former < given;
        self.set_own(level, |_, former| is_lower(former));
    }

    /// Sets what own grants give the area. Of the leaves that it would give more than before, those
    /// that are `kept` are pinned to what they were given.
    fn set_own(&mut self, level: Level, kept: impl Fn(usize, Level) -> bool) {
        let former: Vec<Level> =
            (0..self.own.leaves.len()).map(|position| self.given_to(position)).collect();
        self.own.area = Some(level_rungs(level));
        for (position, former) in former.into_iter().enumerate() {
            if self.given_to(position) > former && kept(position, former) {
                put(&mut self.own, position, Some(level_rungs(former)));
            }
        }
    }

    /// Sets a restriction, at most at the area's level.
    fn set_section(&mut self, position: usize, level: Level) {
        let area = self.level();
        let is_set = self.leaf(position) == level && self.is_restricted(position);
        if level < area && is_set || level == area && !self.is_restricted(position) {
            return;
        }
        put(&mut self.mutes, position, None);
        let wanted = if level == area { self.given() } else { level };
        // An override that a mute makes unnecessary stays: dropping it would give more beneath it.
        if level == area || self.template.is_none() || self.given_to(position) < wanted {
            put(&mut self.own, position, None);
        }
        if self.given_to(position) < wanted {
            let raised = area_of(&self.own).max(wanted);
            self.set_own(raised, |other, _| other != position);
        }
        if level < area {
            self.restrict(position, level);
        }
    }

    /// By a mute if there is a template, so that no later edit of it opens the leaf; otherwise by
    /// an override.
    fn restrict(&mut self, position: usize, level: Level) {
        if self.template.is_some() {
            put(&mut self.mutes, position, mute_at(level));
        } else {
            put(&mut self.own, position, Some(level_rungs(level)));
        }
    }

    fn raise(&mut self, position: usize, level: Level) {
        if self.leaf(position) >= level {
            return;
        }
        if self.level() < level {
            let leaves = 0..self.own.leaves.len();
            let former: Vec<Level> = leaves.map(|sibling| self.leaf(sibling)).collect();
            self.set_area(level);
            for (sibling, former) in former.into_iter().enumerate() {
                if sibling != position {
                    self.set_section(sibling, former);
                }
            }
        }
        self.set_section(position, level);
    }
}

fn area_of(said: &OfArea) -> Level {
    said.area.map_or(Level::None, level_of)
}

/// What one layer gives a leaf: its area's level, cut by its override (LVL-3).
fn leaf_of(said: &OfArea, position: usize) -> Level {
    let area = area_of(said);
    of(said, position).map_or(area, |rungs| level_of(rungs).min(area))
}

fn of(said: &OfArea, position: usize) -> Option<u64> {
    said.leaves.get(position).copied().flatten()
}

fn put(said: &mut OfArea, position: usize, rungs: Option<u64>) {
    if let Some(leaf) = said.leaves.get_mut(position) {
        *leaf = rungs;
    }
}
