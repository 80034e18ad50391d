//! Catalogs written in code: the `catalog!` macro and the typed constants that it yields.

use core::marker::PhantomData;

use crate::catalog::definition::{Area, Definition, Scale, Section, items, text};
use crate::permission::{Permission, Stamp};
use crate::requirement::{MIN_WORDS, Requirement};

/// The scale `levels`, as the type of a [`Leaf`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Levels {}

/// A scale of actions, as the type of a [`Leaf`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actions {}

/// The scale `toggle`, as the type of a [`Leaf`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Toggle {}

/// A leaf of a catalog that is written in code: a typed constant of [`catalog!`](crate::catalog!).
///
/// Its scale `S` is in its type, so that only rungs that it has compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leaf<S> {
    path: &'static str,
    first: Permission,
    scale: &'static Scale,
    typed: PhantomData<S>,
}

impl<S> Leaf<S> {
    /// The path, as in `knowledge.faqs`.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    const fn rung(&self, position: u16) -> Permission {
        Permission::new(self.first.stamp(), self.first.bit() + position)
    }

    /// # Panics
    ///
    /// Where the area has no such sub-section, which is a compile error in a constant.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::panic, reason = "evaluated at compile time")]
    pub const fn from_code(
        stamp: Stamp,
        areas: &'static [Area],
        path: &'static str,
        area_key: &str,
        section_key: Option<&str>,
    ) -> Self {
        let mut bit = 0;
        let mut rest = areas;
        while let [area, tail @ ..] = rest {
            let leaf = match section_key {
                None if is(&area.section, area_key) => Some(0),
                Some(key) if is(&area.section, area_key) => {
                    position(items(&area.sub_sections), key)
                }
                _ => None,
            };
            if let Some(leaf) = leaf {
                let first = bit + leaf * area.scale.len();
                let first = Permission::new(stamp, narrow(first));
                return Self { path, first, scale: &area.scale, typed: PhantomData };
            }
            bit += bits_of(area);
            rest = tail;
        }
        panic!("the catalog has no such leaf")
    }
}

impl Leaf<Levels> {
    /// The permission to view it.
    #[must_use]
    pub const fn read(&self) -> Permission {
        self.rung(0)
    }

    /// The permission to change it.
    #[must_use]
    pub const fn edit(&self) -> Permission {
        self.rung(1)
    }
}

impl Leaf<Toggle> {
    /// The permission that it is on.
    #[must_use]
    pub const fn on(&self) -> Permission {
        self.rung(0)
    }
}

impl Leaf<Actions> {
    /// The permission of an action; `None` where the scale has no such action.
    #[must_use]
    pub const fn action(&self, action: &str) -> Option<Permission> {
        let mut position = 0;
        while let Some(name) = self.scale.rung(position as usize) {
            if same(name.as_bytes(), action.as_bytes()) {
                return Some(self.rung(position));
            }
            position += 1;
        }
        None
    }
}

impl<S> AsRef<str> for Leaf<S> {
    fn as_ref(&self) -> &str {
        self.path
    }
}

/// An area with sub-sections of a catalog that is written in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Container {
    path: &'static str,
}

impl Container {
    /// The path, as in `knowledge`.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn from_code(path: &'static str) -> Self {
        Self { path }
    }
}

impl AsRef<str> for Container {
    fn as_ref(&self) -> &str {
        self.path
    }
}

/// A role template of a catalog that is written in code (TPL-9).
#[derive(Debug, Clone, Copy)]
pub struct TemplateKey {
    catalog: fn() -> crate::Catalog,
    id: &'static str,
}

impl TemplateKey {
    /// The template's id.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What the template grants.
    #[must_use]
    pub fn grants(&self) -> crate::Grants {
        let catalog = (self.catalog)();
        crate::Grants::of_preset(&catalog, self.id).unwrap_or_else(|| crate::Grants::new(&catalog))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn from_code(catalog: fn() -> crate::Catalog, id: &'static str) -> Self {
        Self { catalog, id }
    }
}

impl Definition {
    /// How many words a row of the catalog has.
    #[doc(hidden)]
    #[must_use]
    pub const fn words(&self) -> usize {
        let mut bits = 0;
        let mut areas = items(&self.areas);
        while let [area, rest @ ..] = areas {
            bits += bits_of(area);
            areas = rest;
        }
        let words = bits.div_ceil(64);
        if words < MIN_WORDS { MIN_WORDS } else { words }
    }

    /// The words of a conjunction of texts `path:rung`.
    ///
    /// # Panics
    ///
    /// Where the catalog does not know one of them under its canonical name, which is a compile
    /// error in a constant.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    pub const fn conjunction<const WORDS: usize>(&self, asks: &[&str]) -> [u64; WORDS] {
        let mut words = [0; WORDS];
        let mut asks = asks;
        while let [ask, rest @ ..] = asks {
            let mut bit = 0;
            let mut known = false;
            let mut areas = items(&self.areas);
            while let [area, rest @ ..] = areas {
                let mut leaf = 0;
                let leaves = bits_of(area) / at_least_one(area.scale.len());
                while leaf < leaves {
                    if let Some(rung) = rung_asked(area, leaf, ask) {
                        let found = bit + leaf * area.scale.len() + rung;
                        words[found / 64] |= 1 << (found % 64);
                        known = true;
                    }
                    leaf += 1;
                }
                bit += bits_of(area);
                areas = rest;
            }
            assert!(known, "the catalog knows no such permission or area at a rung");
            asks = rest;
        }
        words
    }
}

impl Definition {
    /// Whether whoever holds all of `held` holds all of `asked`: a rung needs the first of its leaf
    /// (CAT-3).
    pub(crate) const fn implies(&self, held: &Requirement, asked: &Requirement) -> bool {
        let mut first = 0;
        let mut areas = items(&self.areas);
        while let [area, rest @ ..] = areas {
            let end = first + bits_of(area);
            while first < end {
                let (mut bit, mut holds_any) = (first + area.scale.len(), false);
                while bit > first {
                    bit -= 1;
                    holds_any |= held.needs(bit);
                    let holds = if bit == first { holds_any } else { held.needs(bit) };
                    if asked.needs(bit) && !holds {
                        return false;
                    }
                }
                first += area.scale.len();
            }
            areas = rest;
        }
        true
    }
}

/// The rung that `ask` means of one leaf of `area`, if it means that leaf or the whole area.
const fn rung_asked(area: &Area, leaf: usize, ask: &str) -> Option<usize> {
    let Some(rest) = after(ask.as_bytes(), text(&area.section.key).as_bytes()) else {
        return None;
    };
    let rung = match rest {
        [b':', rung @ ..] => rung,
        [b'.', rest @ ..] => match items(&area.sub_sections).split_at_checked(leaf) {
            Some((_, [section, ..])) => match after(rest, text(&section.key).as_bytes()) {
                Some([b':', rung @ ..]) => rung,
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let mut position = 0;
    while let Some(name) = area.scale.rung(position) {
        if same(name.as_bytes(), rung) {
            return Some(position);
        }
        position += 1;
    }
    None
}

const fn bits_of(area: &Area) -> usize {
    at_least_one(items(&area.sub_sections).len()) * area.scale.len()
}

const fn at_least_one(number: usize) -> usize {
    if number == 0 { 1 } else { number }
}

const fn is(section: &Section, key: &str) -> bool {
    same(text(&section.key).as_bytes(), key.as_bytes())
}

const fn position(sections: &[Section], key: &str) -> Option<usize> {
    let mut sections = sections;
    let mut position = 0;
    while let [section, rest @ ..] = sections {
        if is(section, key) {
            return Some(position);
        }
        position += 1;
        sections = rest;
    }
    None
}

const fn same(one: &[u8], two: &[u8]) -> bool {
    matches!(after(one, two), Some([]))
}

/// What follows `prefix` in `bytes`.
const fn after<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (mut bytes, mut prefix) = (bytes, prefix);
    while let [wanted, prefix_rest @ ..] = prefix {
        match bytes {
            [byte, rest @ ..] if *byte == *wanted => bytes = rest,
            _ => return None,
        }
        prefix = prefix_rest;
    }
    Some(bytes)
}

/// # Panics
///
/// Beyond the limit of permissions, which is a compile error in a constant.
#[expect(clippy::cast_possible_truncation, reason = "compared with the limit just before")]
const fn narrow(bit: usize) -> u16 {
    assert!(bit < crate::catalog::MAX_PERMISSIONS, "a catalog has too many permissions");
    bit as u16
}

/// What [`catalog!`](crate::catalog!) expands to calls of.
#[doc(hidden)]
pub mod private {
    use alloc::borrow::Cow;
    use alloc::boxed::Box;

    pub use once_cell::race::OnceBox;

    use crate::catalog::definition::{Definition, List, Text};
    use crate::catalog::{Catalog, build};

    #[must_use]
    pub const fn text(given: &'static str) -> Text {
        Cow::Borrowed(given)
    }

    #[must_use]
    pub const fn list<T: Clone>(given: &'static [T]) -> List<T> {
        Cow::Borrowed(given)
    }

    /// # Panics
    ///
    /// Where the declaration is one that building refuses, naming every problem.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "a catalog in code that cannot be built is a bug in that code"
    )]
    pub fn shared(cell: &'static OnceBox<Catalog>, definition: &Definition) -> Catalog {
        let build = || match build::build(definition.clone()) {
            Ok(catalog) => Box::new(catalog),
            Err(problems) => panic!("{problems}"),
        };
        cell.get_or_init(build).clone()
    }
}
