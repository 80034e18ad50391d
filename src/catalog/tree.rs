//! The areas and leaves of a catalog: the position, names and bits of each.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use thiserror::Error;

use crate::bits::{self, Bits};
use crate::catalog::area::{Area, Section};
pub(crate) use crate::catalog::message::quoted;
use crate::catalog::place::{Field, Place};
use crate::catalog::scale::{Rungs, Scale};
use crate::catalog::source::{Setter, Source};
use crate::key::Map;
use crate::requirement::MIN_WORDS;
use crate::text::Quoted;

/// Position of an area or sub-section: areas in order, each followed by its sub-sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u16);

/// An area or a sub-section.
#[derive(Debug)]
pub(crate) struct Node {
    /// `knowledge`, `knowledge.faqs`.
    pub(crate) path: Box<str>,
    pub(crate) section: Section,
    /// The area that it is a sub-section of.
    pub(crate) area: Option<NodeId>,
    pub(crate) scale: Scale,
    pub(crate) source: Source,
    pub(crate) setter: Option<Setter>,
    pub(crate) user_only: bool,
    /// The bits of all its leaves, which follow one another.
    pub(crate) bits: Range<u16>,
    /// Its sub-sections; none if it is a leaf (CAT-2).
    pub(crate) sub_sections: Range<u16>,
    /// Its sub-sections by their keys and aliases. An area and a sub-section can be named in any
    /// combination of their names, which must not cost an entry each.
    names: Map<Box<str>, NodeId>,
}

impl Node {
    pub(crate) fn is_leaf(&self) -> bool {
        self.sub_sections.is_empty()
    }

    /// The bits of all its leaves at one rung (LVL-10).
    pub(crate) fn bits_at(&self, rung: u16) -> impl Iterator<Item = u16> + use<> {
        let rungs = self.scale.len().max(1);
        self.bits.clone().skip(usize::from(rung)).step_by(rungs)
    }

    /// Adds the bits of all its leaves at one rung, a word at a time.
    pub(crate) fn add_rung(&self, rung: u16, bits: &mut Bits) {
        let Range { start, end } = self.bits;
        bits.insert_every(self.scale.len(), start + rung..end);
    }
}

/// The areas and leaves of a catalog, by position and by name.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// The areas, in order.
    areas: Vec<NodeId>,
    /// The leaves that are account features, in order.
    features: Vec<NodeId>,
    /// The areas by their keys and aliases (CAT-5).
    names: Map<Box<str>, NodeId>,
    /// For each bit, its leaf and the first bit of that leaf.
    leaves: Vec<(NodeId, u16)>,
}

impl Tree {
    /// Lays the areas out. Paths that are in use already are left out and returned.
    pub(crate) fn new(areas: &[Area]) -> (Self, Vec<DuplicatePath>) {
        let mut tree = Self::default();
        let mut duplicates = Vec::new();
        for (index, area) in areas.iter().enumerate() {
            tree.add_area(index, area, &mut duplicates);
        }
        (tree, duplicates)
    }

    fn add_area(&mut self, index: usize, area: &Area, duplicates: &mut Vec<DuplicatePath>) {
        let id = self.next_id();
        let start = self.leaves.len();
        let bits =
            |leaf, end| position(start + area.bit(leaf, 0))..position(start + area.bit(end, 0));
        self.add_node(id, None, area, &area.section, bits(0, area.leaf_count()));
        self.areas.push(id);
        for name in names(&area.section) {
            if let Some(first) = self.names.get(name) {
                let first = self.node(*first).path.clone();
                let place = Field::Areas.item(index);
                duplicates.push(DuplicatePath { place, name: name.into(), first });
            } else {
                self.names.insert(name.into(), id);
            }
        }
        let mut own: Map<Box<str>, NodeId> = Map::default();
        for (position, section) in area.sub_sections.iter().enumerate() {
            let leaf = self.next_id();
            self.add_node(leaf, Some(id), area, section, bits(position, position + 1));
            for name in names(section) {
                if let Some(first) = own.get(name) {
                    let first = self.node(*first).path.clone();
                    let place = Field::Areas.item(index).item(Field::SubSections, position);
                    let name = format!("{}.{name}", area.section.key()).into();
                    duplicates.push(DuplicatePath { place, name, first });
                } else {
                    own.insert(name.into(), leaf);
                }
            }
        }
        let sub_sections = id.0 + 1..self.next_id().0;
        if let Some(node) = self.nodes.get_mut(usize::from(id.0)) {
            node.sub_sections = sub_sections;
            node.names = own;
        }
    }

    /// Adds a node. The bits of an area with sub-sections are those of its leaves.
    fn add_node(
        &mut self,
        id: NodeId,
        parent: Option<NodeId>,
        area: &Area,
        section: &Section,
        bits: Range<u16>,
    ) {
        let is_leaf = parent.is_some() || area.sub_sections.is_empty();
        if is_leaf {
            self.leaves.extend(bits.clone().map(|_| (id, bits.start)));
            if area.source == Source::Account {
                self.features.push(id);
            }
        }
        let path = match parent {
            Some(_) => format!("{}.{}", area.section.key(), section.key()),
            None => String::from(section.key()),
        };
        self.nodes.push(Node {
            path: path.into(),
            section: section.clone(),
            area: parent,
            scale: area.scale.clone(),
            source: area.source,
            setter: area.setter,
            user_only: area.user_only,
            bits,
            sub_sections: 0..0,
            names: Map::default(),
        });
    }

    fn next_id(&self) -> NodeId {
        NodeId(position(self.nodes.len()))
    }

    /// How many permissions there are.
    pub(crate) fn len(&self) -> usize {
        self.leaves.len()
    }

    /// How many words a row has.
    pub(crate) fn words(&self) -> usize {
        self.len().div_ceil(64).max(MIN_WORDS)
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this tree alone")]
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[usize::from(id.0)]
    }

    /// All areas and sub-sections, each area before its sub-sections.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(NodeId).zip(&self.nodes)
    }

    /// The areas, in order.
    pub(crate) fn areas(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.areas.iter().map(|id| self.node(*id))
    }

    /// The leaves that are account features, in order.
    pub(crate) fn features(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.features.iter().map(|id| self.node(*id))
    }

    /// The bits of the features that cannot be turned off (AGY-2).
    pub(crate) fn always_on(&self) -> Bits {
        let features = self.features().filter(|feature| feature.section.always_on);
        features.flat_map(|feature| feature.bits.clone()).collect()
    }

    /// The bits of the features that the host alone sets (CAT-14).
    pub(crate) fn host_features(&self) -> Bits {
        let features = self.features().filter(|feature| feature.setter == Some(Setter::Host));
        features.flat_map(|feature| feature.bits.clone()).collect()
    }

    pub(crate) fn sub_sections(&self, node: &Node) -> impl Iterator<Item = (NodeId, &Node)> {
        node.sub_sections.clone().map(NodeId).map(|id| (id, self.node(id)))
    }

    /// The place of a node in the catalog: `areas[2].sub_sections[0]`.
    pub(crate) fn place(&self, node: &Node) -> Place {
        let area = node.area.map_or(node, |area| self.node(area));
        let position = self.areas().take_while(|before| before.path != area.path).count();
        let mut leaves = self.sub_sections(area);
        let place = Field::Areas.item(position);
        match leaves.position(|(_, leaf)| leaf.path == node.path) {
            Some(leaf) => place.item(Field::SubSections, leaf),
            None => place,
        }
    }

    /// The leaf that a bit belongs to.
    pub(crate) fn leaf_of(&self, bit: u16) -> Option<&Node> {
        self.leaves.get(usize::from(bit)).map(|(leaf, _)| self.node(*leaf))
    }

    /// The leaf that a bit belongs to, and which of its rungs it is.
    pub(crate) fn place_of(&self, bit: u16) -> Option<(NodeId, u16)> {
        self.leaves.get(usize::from(bit)).map(|(leaf, first)| (*leaf, bit - first))
    }

    /// A bit and those that it needs, as the first bit of its leaf and the rungs from there on
    /// (CAT-3).
    fn needs(&self, bit: u16) -> (u16, Rungs) {
        match self.place_of(bit) {
            Some((leaf, rung)) => (bit - rung, self.node(leaf).scale.needs(rung)),
            None => (bit, 1),
        }
    }

    /// The bits of all leaves of one source.
    pub(crate) fn bits_from(&self, source: Source) -> Bits {
        let areas = self.areas().filter(|area| area.source == source);
        areas.flat_map(|area| area.bits.clone()).collect()
    }

    /// The largest valid set inside `bits` (TPL-2): what lacks what it needs is inert (LVL-2).
    pub(crate) fn valid_inside(&self, bits: &Bits) -> Bits {
        let lacking = bits.ones().filter(|bit| self.lacking(*bit, bits).is_some());
        bits.and_not(&lacking.collect())
    }

    /// The first bit that a bit needs and `bits` lack.
    pub(crate) fn lacking(&self, bit: u16, bits: &Bits) -> Option<u16> {
        let (first, needs) = self.needs(bit);
        bits::ones(&[needs & !bits.word(first)]).next().map(|rung| first + rung)
    }

    /// `bits` and all that they need.
    pub(crate) fn with_needs(&self, bits: &Bits) -> Bits {
        bits.ones().map(|bit| self.needs(bit)).fold(Bits::EMPTY, |mut all, (first, needs)| {
            all.insert_word(first, needs);
            all
        })
    }

    /// `bits` and all that needs them (TPL-5).
    pub(crate) fn with_dependents(&self, bits: &Bits) -> Bits {
        let places = bits.ones().filter_map(|bit| self.place_of(bit));
        let mut leaves: Vec<NodeId> = places.map(|(leaf, _)| leaf).collect();
        leaves.dedup();
        let near = leaves.into_iter().flat_map(|leaf| self.node(leaf).bits.clone());
        let needs_one = |bit: &u16| {
            let (first, needs) = self.needs(*bit);
            needs & bits.word(first) != 0
        };
        near.filter(needs_one).collect()
    }

    /// Whether there is an area or sub-section with this path or alias. Builds no message if there
    /// is none.
    pub(crate) fn has(&self, path: &str) -> bool {
        let (area, section) = match path.split_once('.') {
            Some((area, section)) => (area, Some(section)),
            None => (path, None),
        };
        let area = self.names.get(area).map(|id| self.node(*id));
        area.is_some_and(|area| section.is_none_or(|section| area.names.contains_key(section)))
    }

    /// Finds an area or sub-section by its path, or by an alias.
    pub(crate) fn find(&self, path: &str) -> Result<NodeId, KeyError> {
        let (area, section) = match path.split_once('.') {
            Some((area, section)) => (area, Some(section)),
            None => (path, None),
        };
        let unknown_area = || KeyError::UnknownArea {
            given: area.into(),
            known: quoted(self.areas().map(|area| &area.path)),
        };
        let id = self.names.get(area).copied().ok_or_else(unknown_area)?;
        let Some(section) = section else { return Ok(id) };
        let area = self.node(id);
        let unknown_section = || KeyError::UnknownSubSection {
            area: area.path.clone(),
            given: section.into(),
            known: quoted(self.sub_sections(area).map(|(_, leaf)| leaf.section.key())),
        };
        area.names.get(section).copied().ok_or_else(unknown_section)
    }

    /// Finds the area, or leaf, and the rung of a text `path:rung`.
    pub(crate) fn find_rung(&self, given: &str) -> Result<(NodeId, u16), KeyError> {
        let (path, rung) =
            given.split_once(':').ok_or_else(|| KeyError::Malformed { given: given.into() })?;
        let id = self.find(path)?;
        let node = self.node(id);
        let position = (0u16..).zip(node.scale.rungs()).find(|(_, name)| *name == rung);
        position.map(|(position, _)| (id, position)).ok_or_else(|| KeyError::UnknownRung {
            path: node.path.clone(),
            given: rung.into(),
            known: quoted(node.scale.rungs()),
        })
    }

    /// Finds what a gate closes: an area, a leaf, or a rung of one (CAT-17). What needs a rung is
    /// closed with it. Returns the canonical text too.
    pub(crate) fn find_target(&self, given: &str) -> Result<(String, Bits), KeyError> {
        if !given.contains(':') {
            let node = self.node(self.find(given)?);
            return Ok((String::from(&*node.path), node.bits.clone().collect()));
        }
        let (id, rung) = self.find_rung(given)?;
        let node = self.node(id);
        let name = node.scale.rung(rung.into()).unwrap_or_default();
        let mut bits = Bits::EMPTY;
        node.add_rung(rung, &mut bits);
        Ok((format!("{}:{name}", node.path), self.with_dependents(&bits)))
    }

    /// The text form of a bit.
    pub(crate) fn write(&self, bit: u16, f: &mut impl fmt::Write) -> fmt::Result {
        match self.parts_of(bit) {
            Some((path, rung)) => write!(f, "{path}:{rung}"),
            None => f.write_str("unknown permission"),
        }
    }

    /// The path and the rung in the text form of a bit.
    pub(crate) fn parts_of(&self, bit: u16) -> Option<(&str, &str)> {
        let (leaf, rung) = self.place_of(bit)?;
        let Node { path, scale, .. } = self.node(leaf);
        Some((path, scale.rung(rung.into())?))
    }
}

/// A position among nodes or bits, of which no catalog that is built has more than this type
/// counts.
fn position(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// All names of a section: its key, then its aliases.
fn names(section: &Section) -> impl Iterator<Item = &str> {
    core::iter::once(section.key()).chain(section.aliases())
}

/// A path that a catalog uses twice.
#[derive(Debug)]
pub(crate) struct DuplicatePath {
    pub(crate) place: Place,
    pub(crate) name: Box<str>,
    /// The canonical path of the first one with this name.
    pub(crate) first: Box<str>,
}

/// A text that names nothing in a catalog (CAT-9).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It is malformed.
    #[error(
        "{} is not a permission; write `path:rung`, as in `knowledge.faqs:edit`",
        Quoted(given)
    )]
    Malformed {
        /// The text.
        given: Box<str>,
    },
    /// It starts with an area that the catalog does not have.
    #[error("unknown area {}; the catalog has {known}", Quoted(given))]
    UnknownArea {
        /// The area's key as given.
        given: Box<str>,
        /// The areas there are.
        known: Box<str>,
    },
    /// Its area has no such sub-section.
    #[error("{} has no sub-section {}; it has {known}", Quoted(area), Quoted(given))]
    UnknownSubSection {
        /// The area's path.
        area: Box<str>,
        /// The sub-section's key as given.
        given: Box<str>,
        /// The sub-sections there are.
        known: Box<str>,
    },
    /// Its leaf has no such rung.
    #[error("{} has no rung {}; it has {known}", Quoted(path), Quoted(given))]
    UnknownRung {
        /// The path.
        path: Box<str>,
        /// The rung as given.
        given: Box<str>,
        /// The rungs there are.
        known: Box<str>,
    },
    /// It names an area with sub-sections, not one permission.
    #[error("{} has sub-sections and is not one permission; name one of {known}", Quoted(path))]
    Container {
        /// The area's path.
        path: Box<str>,
        /// Its sub-sections' keys.
        known: Box<str>,
    },
    /// It names a sub-section, not an area.
    #[error(
        "{} is a sub-section, not an area; name {}, or set the sub-section",
        Quoted(path),
        Quoted(area)
    )]
    NotAnArea {
        /// The sub-section's path.
        path: Box<str>,
        /// Its area's path.
        area: Box<str>,
    },
    /// It names no operation.
    #[error("unknown operation {}; the catalog has {known}", Quoted(given))]
    UnknownOperation {
        /// The text.
        given: Box<str>,
        /// The operations there are.
        known: Box<str>,
    },
    /// It is neither an operation nor written as a permission is.
    #[error(
        "{} is not an operation; the catalog has {known}; a permission or an area is written \
         `path:rung`, as in `knowledge.faqs:edit`",
        Quoted(given)
    )]
    UnknownAsk {
        /// The text.
        given: Box<str>,
        /// The operations there are.
        known: Box<str>,
    },
    /// It names something that is not an account feature.
    #[error("{} is not an account feature; the features are {known}", Quoted(path))]
    NotAFeature {
        /// The path.
        path: Box<str>,
        /// The features there are.
        known: Box<str>,
    },
    /// A requirement of nothing.
    #[error("nothing is asked for; name at least one permission, area or operation")]
    Empty,
}
