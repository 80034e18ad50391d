//! What is set for areas and leaves, by position: the inside of grants and of preset templates.

use alloc::boxed::Box;
use alloc::vec::Vec;

use thiserror::Error;

use crate::bits::Bits;
use crate::catalog::by_node::{ByNode, Entries, OfArea};
use crate::catalog::message::quoted;
use crate::catalog::scale::{Rungs, Scale, Setting};
use crate::catalog::source::Source;
use crate::catalog::tree::{KeyError, Node, NodeId, Tree};
use crate::level::Level;
use crate::text::Quoted;

/// Who the settings are for; it decides what may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    User,
    Template,
}

/// Sparse settings of areas and leaves, in catalog order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Settings {
    // INVARIANT: every node is grantable and has the rungs that are set; a sub-section's area is
    // there too.
    entries: ByNode,
}

impl Settings {
    /// Reads settings by path, in any order, keeping overrides above their area (LVL-7). Each
    /// problem comes with the position of its setting.
    pub(crate) fn read(
        tree: &Tree,
        holder: Holder,
        given: &[(&str, &Setting)],
    ) -> (Self, Vec<(usize, SettingError)>) {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        let mut read = Vec::new();
        for (position, (path, setting)) in given.iter().enumerate() {
            match settings.add(tree, holder, path, setting) {
                Err(problem) => problems.push((position, problem)),
                Ok(id) => read.push((position, id)),
            }
        }
        for (position, id) in read {
            if let Err(problem) = settings.require_area(tree, id) {
                problems.push((position, problem));
            }
        }
        problems.sort_by_key(|(position, _)| *position);
        (settings, problems)
    }

    /// Adds one setting of many, in any order, keeping overrides above their area (LVL-7). Whether
    /// each sub-section has its area is checked once all are added.
    pub(crate) fn add(
        &mut self,
        tree: &Tree,
        holder: Holder,
        path: &str,
        setting: &Setting,
    ) -> Result<NodeId, SettingError> {
        let (id, rungs) = resolve(tree, holder, path, setting)?;
        if self.entries.rungs(id).is_some() {
            let leaf = tree.node(id).path.clone();
            return Err(SettingError::Twice { given: path.into(), leaf });
        }
        self.entries.put(id, rungs);
        Ok(id)
    }

    /// Sets one area or leaf. An override must not exceed its area (LVL-6).
    pub(crate) fn set(
        &mut self,
        tree: &Tree,
        holder: Holder,
        path: &str,
        setting: &Setting,
    ) -> Result<(), SettingError> {
        let (id, rungs) = resolve(tree, holder, path, setting)?;
        self.require_area(tree, id)?;
        let area = tree.node(id).area;
        let ceiling = area.and_then(|area| self.entries.rungs(area)).unwrap_or(Rungs::MAX);
        if rungs & !ceiling != 0 {
            return Err(SettingError::ExceedsParent {
                path: tree.node(id).path.clone(),
                asked: shown(&tree.node(id).scale, rungs),
                area: area.map(|area| tree.node(area).path.clone()).unwrap_or_default(),
                limit: shown(&tree.node(id).scale, ceiling),
            });
        }
        self.entries.put(id, rungs);
        Ok(())
    }

    /// Removes the setting of one area or leaf; an area goes with its overrides.
    pub(crate) fn remove(&mut self, tree: &Tree, path: &str) -> Result<(), SettingError> {
        let id = tree.find(path)?;
        self.entries.retain(|entry| entry != id && tree.node(entry).area != Some(id));
        Ok(())
    }

    /// Gives one leaf more rungs, and changes no other: its area is raised if that is needed, and
    /// then each sibling is pinned to what it had (LVL-9). Linear in the siblings if the area is
    /// raised.
    pub(crate) fn raise(&mut self, tree: &Tree, id: NodeId, rungs: Rungs) {
        let former = self.effective(tree, id);
        let raised = former | rungs;
        if raised == former {
            return;
        }
        if let Some(area) = tree.node(id).area {
            let ceiling = self.entries.rungs(area).unwrap_or_default();
            if raised & !ceiling != 0 {
                let mut said = self.entries.of_area(tree, area);
                for leaf in &mut said.leaves {
                    *leaf = Some(leaf.unwrap_or(Rungs::MAX) & ceiling);
                }
                said.area = Some(ceiling | raised);
                self.entries.put_area(tree, area, &said);
            }
        }
        self.entries.put(id, raised);
    }

    /// Takes rungs away from one leaf, and changes no other.
    pub(crate) fn lower(&mut self, tree: &Tree, id: NodeId, rungs: Rungs) {
        let former = self.effective(tree, id);
        if former & rungs != 0 {
            self.entries.put(id, former & !rungs);
        }
    }

    /// Adds the settings of others.
    pub(crate) fn extend(&mut self, others: &Self) {
        self.entries = self.entries.iter().chain(others.entries.iter()).collect();
    }

    /// What is set for one area, and the overrides of its sub-sections. Linear in them.
    pub(crate) fn of_area(&self, tree: &Tree, area: NodeId) -> OfArea {
        self.entries.of_area(tree, area)
    }

    /// Sets one area and all its overrides; an area that is not set has none.
    pub(crate) fn put_area(&mut self, tree: &Tree, area: NodeId, said: &OfArea) {
        self.entries.put_area(tree, area, said);
    }

    /// The rungs of one leaf: those of its area, cut by its override (LVL-3, LVL-4, LVL-5).
    pub(crate) fn effective(&self, tree: &Tree, leaf: NodeId) -> Rungs {
        let own = self.entries.rungs(leaf);
        match tree.node(leaf).area {
            None => own.unwrap_or_default(),
            Some(area) => self.entries.rungs(area).unwrap_or_default() & own.unwrap_or(Rungs::MAX),
        }
    }

    /// All that is set, as it stands: an action may lack what it needs (LVL-2).
    pub(crate) fn bits(&self, tree: &Tree) -> Bits {
        let mut bits = Bits::EMPTY;
        let mut entries = self.entries.iter().peekable();
        while let Some((id, rungs)) = entries.next() {
            let node = tree.node(id);
            // A sub-section without its area grants nothing (LVL-8).
            if node.is_leaf() && node.area.is_none() {
                bits.insert_word(node.bits.start, rungs);
            }
            // Overrides follow their area, in the order of its sub-sections.
            for (id, leaf) in tree.sub_sections(node) {
                let own = entries.next_if(|(entry, _)| *entry == id);
                bits.insert_word(leaf.bits.start, rungs & own.map_or(Rungs::MAX, |(_, own)| own));
            }
        }
        bits
    }

    /// What overrides set beyond their area, to no effect (LVL-7).
    pub(crate) fn clamped(&self, tree: &Tree) -> Bits {
        let mut bits = Bits::EMPTY;
        for (id, rungs) in self.entries.iter().filter(|(id, _)| tree.node(*id).area.is_some()) {
            bits.insert_word(tree.node(id).bits.start, rungs & !self.effective(tree, id));
        }
        bits
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is set, in catalog order.
    pub(crate) fn iter<'a>(&'a self, tree: &'a Tree) -> Iter<'a> {
        Iter { tree, entries: self.entries.iter() }
    }

    /// Keeps the settings of areas that only users can have, as CRM access is.
    pub(crate) fn retain_user_only(&mut self, tree: &Tree) {
        self.entries.retain(|id| tree.node(id).user_only);
    }

    /// A sub-section without its area would silently grant nothing (LVL-8).
    pub(crate) fn require_area(&self, tree: &Tree, id: NodeId) -> Result<(), SettingError> {
        match tree.node(id).area {
            Some(area) if self.entries.rungs(area).is_none() => Err(SettingError::AreaMissing {
                path: tree.node(id).path.clone(),
                area: tree.node(area).path.clone(),
            }),
            _ => Ok(()),
        }
    }
}

/// What is set, in catalog order.
#[derive(Debug, Clone)]
pub(crate) struct Iter<'a> {
    tree: &'a Tree,
    entries: Entries<'a>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Node, Setting);

    fn next(&mut self) -> Option<Self::Item> {
        let (id, rungs) = self.entries.next()?;
        let node = self.tree.node(id);
        Some((node, setting(&node.scale, rungs)))
    }
}

/// Which node a setting is for, and which rungs it means there.
pub(crate) fn resolve(
    tree: &Tree,
    holder: Holder,
    path: &str,
    setting: &Setting,
) -> Result<(NodeId, Rungs), SettingError> {
    let id = tree.find(path)?;
    let node = tree.node(id);
    if node.source != Source::Grantable {
        return Err(SettingError::NotGrantable {
            path: node.path.clone(),
            set_by: node.source.name(),
        });
    }
    if node.user_only && holder == Holder::Template {
        return Err(SettingError::UserOnly { path: node.path.clone() });
    }
    Ok((id, rungs_of(node, setting)?))
}

fn rungs_of(node: &Node, setting: &Setting) -> Result<Rungs, SettingError> {
    let path = || node.path.clone();
    match (&node.scale, setting) {
        (Scale::Levels, Setting::Level(level)) => Ok(level_rungs(*level)),
        (Scale::Toggle, Setting::Toggle(on)) => Ok(Rungs::from(*on)),
        (Scale::Actions(_), Setting::Actions(actions)) => {
            actions.iter().try_fold(0, |rungs, given| {
                let position = node.scale.rungs().position(|action| action == given);
                position.map(|position| rungs | 1 << position).ok_or_else(|| {
                    SettingError::UnknownAction {
                        path: path(),
                        given: (&**given).into(),
                        known: quoted(node.scale.rungs()),
                    }
                })
            })
        }
        (Scale::Levels, _) => Err(SettingError::WrongScale {
            path: path(),
            wanted: "a level: `none`, `read` or `edit`",
        }),
        (Scale::Toggle, _) => {
            Err(SettingError::WrongScale { path: path(), wanted: "`true` or `false`" })
        }
        (Scale::Actions(_), _) => {
            Err(SettingError::WrongScale { path: path(), wanted: "a list of actions" })
        }
    }
}

/// The rungs of a level: edit contains read (LVL-2).
pub(crate) fn level_rungs(level: Level) -> Rungs {
    match level {
        Level::None => 0b00,
        Level::Read => 0b01,
        Level::Edit => 0b11,
    }
}

/// The level that rungs are.
pub(crate) fn level_of(rungs: Rungs) -> Level {
    match rungs & 0b11 {
        0b11 => Level::Edit,
        0b01 => Level::Read,
        _ => Level::None,
    }
}

fn setting(scale: &Scale, rungs: Rungs) -> Setting {
    match scale {
        Scale::Levels => Setting::Level(level_of(rungs)),
        Scale::Toggle => Setting::Toggle(rungs & 1 == 1),
        Scale::Actions(actions) => {
            let set = actions.iter().enumerate().filter(|(rung, _)| rungs >> rung & 1 == 1);
            Setting::Actions(set.map(|(_, action)| action.clone()).collect())
        }
    }
}

/// A setting as a message shows it.
fn shown(scale: &Scale, rungs: Rungs) -> Box<str> {
    match setting(scale, rungs) {
        Setting::Level(level) => quoted([level]),
        Setting::Actions(actions) => quoted(actions.iter()),
        Setting::Toggle(on) => quoted([on]),
    }
}

/// Why something cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum SettingError {
    /// The catalog has no such key (CAT-9).
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It comes with the role or the account, and is never granted (CAT-4).
    #[error("{} cannot be granted: it comes with the {set_by}", Quoted(path))]
    NotGrantable {
        /// The path.
        path: Box<str>,
        /// What it comes with: `role` or `account`.
        set_by: &'static str,
    },
    /// A template sets what only a user can have (TPL-1).
    #[error("a template cannot set {}: turn it on for each user", Quoted(path))]
    UserOnly {
        /// The path.
        path: Box<str>,
    },
    /// The setting does not fit the scale (CAT-3).
    #[error("{} takes {wanted}", Quoted(path))]
    WrongScale {
        /// The path.
        path: Box<str>,
        /// What its scale takes.
        wanted: &'static str,
    },
    /// The scale has no such action (CAT-9).
    #[error("{} has no action {}; it has {known}", Quoted(path), Quoted(given))]
    UnknownAction {
        /// The path.
        path: Box<str>,
        /// The action as given.
        given: Box<str>,
        /// The actions there are.
        known: Box<str>,
    },
    /// A sub-section is set and its area is not (LVL-8).
    #[error(
        "{} is set without its area and would grant nothing; set {} too",
        Quoted(path),
        Quoted(area)
    )]
    AreaMissing {
        /// The sub-section's path.
        path: Box<str>,
        /// Its area's path.
        area: Box<str>,
    },
    /// An override is above its area (LVL-6).
    #[error(
        "{} cannot be {asked} while {} is {limit}; raise {}, or raise {} alone",
        Quoted(path),
        Quoted(area),
        Quoted(area),
        Quoted(path)
    )]
    ExceedsParent {
        /// The sub-section's path.
        path: Box<str>,
        /// What was asked for.
        asked: Box<str>,
        /// Its area's path.
        area: Box<str>,
        /// What the area is set to.
        limit: Box<str>,
    },
    /// One leaf is set under two names (CAT-5).
    #[error("{} sets {} a second time; keep one of the two", Quoted(given), Quoted(leaf))]
    Twice {
        /// The name as given.
        given: Box<str>,
        /// The leaf's path.
        leaf: Box<str>,
    },
}
