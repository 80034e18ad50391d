use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::bits;
use crate::catalog::source::Source;
use crate::catalog::tree::Node;
use crate::lattice::Subject;

/// What a user interface shows a user: the areas and leaves that they may see, and how far.
///
/// Hidden ones are left out. Role permissions and features appear as areas of their source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Navigation<'a> {
    sections: Vec<VisibleArea<'a>>,
}

impl<'a> Navigation<'a> {
    /// The areas that have a visible leaf (LVL-10), in catalog order.
    #[must_use]
    pub fn areas(&self) -> &[VisibleArea<'a>] {
        &self.sections
    }

    /// Whether the user sees an area (LVL-10): whether some leaf of it is readable.
    #[must_use]
    pub fn sees(&self, area: &str) -> bool {
        self.sections.iter().any(|section| section.key() == area)
    }

    /// A hash of the content: equal navigations have equal digests, and different ones different
    /// digests except for one chance in 2^64. It makes a good `ETag`.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash = Digest::new();
        for section in &self.sections {
            hash.text(section.key());
            hash.text(&section.label());
            hash.option(section.description());
            hash.text(section.source().name());
            hash.number(section.hidden as u64);
            hash.number(section.entries.len() as u64);
            for entry in &section.entries {
                hash.text(entry.key());
                hash.text(&entry.label());
                hash.option(entry.description());
                hash.number(entry.rungs.count_ones().into());
                entry.rungs().for_each(|rung| hash.text(rung));
            }
        }
        hash.0
    }
}

/// A visible area.
#[derive(Debug, Clone)]
pub struct VisibleArea<'a> {
    node: &'a Node,
    hidden: usize,
    entries: Vec<VisibleLeaf<'a>>,
}

impl PartialEq for VisibleArea<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
            && self.label() == other.label()
            && self.description() == other.description()
            && self.source() == other.source()
            && self.hidden == other.hidden
            && self.entries == other.entries
    }
}

impl Eq for VisibleArea<'_> {}

impl<'a> VisibleArea<'a> {
    /// The area's key.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.node.section.key()
    }

    /// The area's label.
    #[must_use]
    pub fn label(&self) -> Cow<'a, str> {
        self.node.section.label()
    }

    /// What it is for, if the catalog says so (CAT-11).
    #[must_use]
    pub fn description(&self) -> Option<&'a str> {
        self.node.section.description()
    }

    /// Who sets it.
    #[must_use]
    pub fn source(&self) -> Source {
        self.node.source
    }

    /// The visible leaves, in catalog order. An area without sub-sections is its own only leaf.
    #[must_use]
    pub fn leaves(&self) -> &[VisibleLeaf<'a>] {
        &self.entries
    }

    /// How far the user may go in the area as a whole (LVL-10), hidden leaves included.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let heights = || self.entries.iter().map(|entry| entry.rungs);
        let least = if self.hidden > 0 { 0 } else { heights().fold(u64::MAX, |a, b| a & b) };
        let most = heights().fold(0, |a, b| a | b);
        if heights().all(|rungs| rungs == most) && self.hidden == 0 {
            Summary::Uniform(Rungs { of: most })
        } else {
            Summary::Mixed { least: Rungs { of: least }, most: Rungs { of: most } }
        }
    }

    /// The names of rungs of this area.
    pub fn rungs(&self, rungs: Rungs) -> impl Iterator<Item = &'a str> + use<'a> {
        names(self.node, rungs.of)
    }
}

/// How far a user may go in an area (LVL-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Summary {
    /// The same in every leaf.
    Uniform(Rungs),
    /// What every leaf allows, and what some leaf does.
    Mixed {
        /// What every leaf allows.
        least: Rungs,
        /// What some leaf allows.
        most: Rungs,
    },
}

/// Rungs of the scale of an area; [`VisibleArea::rungs`] names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rungs {
    of: u64,
}

/// A visible leaf.
#[derive(Debug, Clone)]
pub struct VisibleLeaf<'a> {
    node: &'a Node,
    rungs: u64,
}

impl PartialEq for VisibleLeaf<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
            && self.label() == other.label()
            && self.description() == other.description()
            && self.rungs().eq(other.rungs())
    }
}

impl Eq for VisibleLeaf<'_> {}

impl<'a> VisibleLeaf<'a> {
    /// The leaf's key: that of the sub-section, or of the area if it has none.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.node.section.key()
    }

    /// The leaf's path, as in `knowledge.faqs`.
    #[must_use]
    pub fn path(&self) -> &'a str {
        &self.node.path
    }

    /// The leaf's label.
    #[must_use]
    pub fn label(&self) -> Cow<'a, str> {
        self.node.section.label()
    }

    /// What it controls, if the catalog says so (CAT-11).
    #[must_use]
    pub fn description(&self) -> Option<&'a str> {
        self.node.section.description()
    }

    /// The rungs that are allowed, at least one: `read`, or `read` and `edit`, or actions, or `on`.
    pub fn rungs(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        names(self.node, self.rungs)
    }
}

fn names(node: &Node, rungs: u64) -> impl Iterator<Item = &str> {
    let all = node.scale.rungs().enumerate();
    all.filter(move |(rung, _)| rungs >> rung & 1 == 1).map(|(_, name)| name)
}

impl<'a> Subject<'a> {
    /// What a user interface shows the user, in one call.
    #[must_use]
    pub fn navigation(&self) -> Navigation<'a> {
        let tree = self.lattice.catalog.tree();
        let mut sections = Vec::new();
        for (_, area) in tree.nodes().filter(|(_, node)| node.area.is_none()) {
            let own = area.is_leaf().then_some(area);
            let leaves = own.into_iter().chain(tree.sub_sections(area).map(|(_, leaf)| leaf));
            let mut section = VisibleArea { node: area, hidden: 0, entries: Vec::new() };
            for node in leaves {
                let rungs = (0..).zip(node.bits.clone()).fold(0, |rungs, (rung, bit)| {
                    rungs | u64::from(bits::contains(self.row, bit.into())) << rung
                });
                if rungs == 0 {
                    section.hidden += 1;
                } else {
                    section.entries.push(VisibleLeaf { node, rungs });
                }
            }
            if !section.entries.is_empty() {
                sections.push(section);
            }
        }
        Navigation { sections }
    }
}

/// FNV-1a, each text behind its length.
struct Digest(u64);

impl Digest {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Seven bits at a time, with a mark if more follow: nearly all numbers are small.
    fn number(&mut self, number: u64) {
        let more = number >> 7;
        self.byte(number & 0x7f | u64::from(more > 0) << 7);
        if more > 0 {
            self.number(more);
        }
    }

    fn option(&mut self, text: Option<&str>) {
        self.number(text.is_some().into());
        self.text(text.unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        text.bytes().for_each(|byte| self.byte(byte.into()));
    }

    fn byte(&mut self, byte: u64) {
        self.0 = (self.0 ^ byte).wrapping_mul(0x0100_0000_01b3);
    }
}
