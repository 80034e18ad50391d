//! Catalogs written in code: the `catalog!` macro and the typed constants that it yields.

use core::marker::PhantomData;

use crate::catalog::Catalog;
use crate::catalog::area::{Area, Section};
use crate::catalog::definition::Definition;
use crate::catalog::literal::{items, text};
use crate::catalog::scale::{Scale, Setting};
use crate::catalog::source::Source;
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
    /// If the catalog has no such leaf, which is a compile error in a constant.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::panic, reason = "evaluated at compile time")]
    pub const fn from_code(stamp: Stamp, areas: &'static [Area], path: &'static str) -> Self {
        match find(areas, path.as_bytes()) {
            Some(Found { area, first, .. }) => {
                let first = Permission::new(stamp, narrow(first));
                Self { path, first, scale: &area.scale, typed: PhantomData }
            }
            None => panic!("the catalog has no such leaf"),
        }
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
    /// The permission to use it.
    #[must_use]
    pub const fn on(&self) -> Permission {
        self.rung(0)
    }
}

impl Leaf<Actions> {
    /// The permission of an action; `None` if the scale has no such action.
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
    catalog: fn() -> Catalog,
    id: &'static str,
    label: &'static str,
    description: Option<&'static str>,
}

impl TemplateKey {
    /// The template's id.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The template's label, which is its name in an account.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// Whom the template is for, if the catalog says so.
    #[must_use]
    pub const fn description(&self) -> Option<&'static str> {
        self.description
    }

    /// The catalog that ships it.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        (self.catalog)()
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn from_code(
        catalog: fn() -> Catalog,
        id: &'static str,
        label: &'static str,
        description: Option<&'static str>,
    ) -> Self {
        Self { catalog, id, label, description }
    }
}

impl AsRef<str> for TemplateKey {
    fn as_ref(&self) -> &str {
        self.id
    }
}

// What a declaration names is checked when it is compiled. Each `message` says which text is
// wrong: the compiler prints it.
impl Definition {
    /// How many words a row of the catalog has.
    #[doc(hidden)]
    #[must_use]
    pub const fn words(&self) -> usize {
        let mut bits = 0;
        let mut areas = items(&self.areas);
        while let [area, rest @ ..] = areas {
            bits += area.bit_count();
            areas = rest;
        }
        let words = bits.div_ceil(64);
        if words < MIN_WORDS { MIN_WORDS } else { words }
    }

    /// The words of a conjunction of texts `path:rung`, each with its message.
    ///
    /// # Panics
    ///
    /// If the catalog does not know one of them.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::indexing_slicing, clippy::panic, reason = "evaluated at compile time")]
    pub const fn conjunction<const WORDS: usize>(&self, asks: &[(&str, &str)]) -> [u64; WORDS] {
        let mut words = [0; WORDS];
        let mut asks = asks;
        while let [(ask, message), rest @ ..] = asks {
            let Some((found, Some(rung))) = self.find_target(ask) else { panic!("{}", *message) };
            let mut leaf = 0;
            while leaf < found.leaves {
                let bit = found.first + found.area.bit(leaf, rung);
                words[bit / 64] |= 1 << (bit % 64);
                leaf += 1;
            }
            asks = rest;
        }
        words
    }

    /// # Panics
    ///
    /// If `target` is not an area, a leaf or a rung of one.
    #[doc(hidden)]
    pub const fn check_target(&self, target: &str, message: &str) {
        assert!(self.find_target(target).is_some(), "{}", message);
    }

    /// # Panics
    ///
    /// If `path` is not an account feature.
    #[doc(hidden)]
    #[expect(clippy::panic, reason = "evaluated at compile time")]
    pub const fn check_feature(&self, path: &str, message: &str) {
        match find(items(&self.areas), path.as_bytes()) {
            Some(Found { area, is_leaf: true, .. }) if matches!(area.source, Source::Account) => {}
            Some(_) | None => panic!("{}", message),
        }
    }

    /// # Panics
    ///
    /// If `ask` is not a permission that is granted or comes with a role.
    #[doc(hidden)]
    #[expect(clippy::panic, reason = "evaluated at compile time")]
    pub const fn check_carrier(&self, ask: &str, message: &str) {
        match self.find_target(ask) {
            Some((Found { area, is_leaf: true, .. }, Some(_)))
                if !matches!(area.source, Source::Account) => {}
            Some(_) | None => panic!("{}", message),
        }
    }

    /// # Panics
    ///
    /// If a template cannot set `path` to this.
    #[doc(hidden)]
    pub const fn check_setting(&self, path: &str, setting: &Setting, message: &str) {
        let fits = match find(items(&self.areas), path.as_bytes()) {
            Some(Found { area, .. }) if matches!(area.source, Source::Grantable) => {
                !area.user_only && takes(&area.scale, setting)
            }
            Some(_) | None => false,
        };
        assert!(fits, "{}", message);
    }

    /// # Panics
    ///
    /// If the catalog still has what it says is retired.
    #[doc(hidden)]
    pub const fn check_retired(&self, path: &str, message: &str) {
        assert!(self.find_target(path).is_none(), "{}", message);
    }

    /// The area or leaf that a text names, and the rung, if it names one.
    const fn find_target(&self, text: &str) -> Option<(Found<'_>, Option<usize>)> {
        let (path, rung) = split(text.as_bytes(), b':');
        let Some(found) = find(items(&self.areas), path) else { return None };
        match rung {
            None => Some((found, None)),
            Some(rung) => match rung_of(&found.area.scale, rung) {
                Some(rung) => Some((found, Some(rung))),
                None => None,
            },
        }
    }
}

impl Definition {
    /// Whether whoever holds all of `held` holds all of `asked`: a rung needs the first of its leaf
    /// (CAT-3).
    pub(crate) const fn implies(&self, held: &Requirement, asked: &Requirement) -> bool {
        let mut first = 0;
        let mut areas = items(&self.areas);
        while let [area, rest @ ..] = areas {
            let mut leaf = 0;
            while leaf < area.leaf_count() {
                let (mut rung, mut holds_any) = (area.scale.len(), false);
                while rung > 0 {
                    rung -= 1;
                    let bit = first + area.bit(leaf, rung);
                    holds_any |= held.needs(bit);
                    let holds = if rung == 0 { holds_any } else { held.needs(bit) };
                    if asked.needs(bit) && !holds {
                        return false;
                    }
                }
                leaf += 1;
            }
            first += area.bit_count();
            areas = rest;
        }
        true
    }
}

/// An area or a leaf, and where its bits are.
#[derive(Clone, Copy)]
struct Found<'a> {
    area: &'a Area,
    first: usize,
    leaves: usize,
    is_leaf: bool,
}

/// Finds an area or a leaf by its path, or by an alias.
const fn find<'a>(areas: &'a [Area], path: &[u8]) -> Option<Found<'a>> {
    let (area_name, leaf) = split(path, b'.');
    let mut first = 0;
    let mut areas = areas;
    while let [area, rest @ ..] = areas {
        if is_named(&area.section, area_name) {
            let sections = items(&area.sub_sections);
            let Some(leaf) = leaf else {
                let is_leaf = sections.is_empty();
                return Some(Found { area, first, leaves: area.leaf_count(), is_leaf });
            };
            return match position(sections, leaf) {
                None => None,
                Some(position) => {
                    let first = first + area.bit(position, 0);
                    Some(Found { area, first, leaves: 1, is_leaf: true })
                }
            };
        }
        first += area.bit_count();
        areas = rest;
    }
    None
}

const fn rung_of(scale: &Scale, name: &[u8]) -> Option<usize> {
    let mut position = 0;
    while let Some(rung) = scale.rung(position) {
        if same(rung.as_bytes(), name) {
            return Some(position);
        }
        position += 1;
    }
    None
}

/// Whether a setting fits a scale.
const fn takes(scale: &Scale, setting: &Setting) -> bool {
    match (scale, setting) {
        (Scale::Levels, Setting::Level(_)) | (Scale::Toggle, Setting::Toggle(_)) => true,
        (Scale::Actions(_), Setting::Actions(actions)) => {
            let mut actions = items(actions);
            while let [action, rest @ ..] = actions {
                if rung_of(scale, text(action).as_bytes()).is_none() {
                    return false;
                }
                actions = rest;
            }
            true
        }
        (Scale::Levels | Scale::Toggle | Scale::Actions(_), _) => false,
    }
}

/// Whether a section has a name: its key, or an alias.
const fn is_named(section: &Section, name: &[u8]) -> bool {
    if same(text(&section.name.key).as_bytes(), name) {
        return true;
    }
    let mut aliases = items(&section.aliases);
    while let [alias, rest @ ..] = aliases {
        if same(text(alias).as_bytes(), name) {
            return true;
        }
        aliases = rest;
    }
    false
}

const fn position(sections: &[Section], name: &[u8]) -> Option<usize> {
    let mut sections = sections;
    let mut position = 0;
    while let [section, rest @ ..] = sections {
        if is_named(section, name) {
            return Some(position);
        }
        position += 1;
        sections = rest;
    }
    None
}

const fn same(one: &[u8], two: &[u8]) -> bool {
    let (mut one, mut two) = (one, two);
    while let ([first, one_rest @ ..], [second, two_rest @ ..]) = (one, two) {
        if *first != *second {
            return false;
        }
        (one, two) = (one_rest, two_rest);
    }
    one.is_empty() && two.is_empty()
}

/// What comes before the first `mark`, and what comes after it.
const fn split(bytes: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    let mut at = 0;
    while let Some((before, [byte, after @ ..])) = bytes.split_at_checked(at) {
        if *byte == mark {
            return (before, Some(after));
        }
        at += 1;
    }
    (bytes, None)
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
    use alloc::boxed::Box;

    pub use once_cell::race::OnceBox;

    use crate::catalog::definition::Definition;
    use crate::catalog::literal::{List, Text};
    use crate::catalog::{Catalog, CatalogError, build};

    #[must_use]
    pub const fn text(given: &'static str) -> Text {
        Text::Borrowed(given)
    }

    #[must_use]
    pub const fn list<T>(given: &'static [T]) -> List<T> {
        List::Borrowed(given)
    }

    /// # Panics
    ///
    /// If the declaration is one that building refuses, naming every problem.
    #[must_use]
    pub fn shared(cell: &'static OnceBox<Catalog>, definition: &Definition) -> Catalog {
        shared_from(cell, || build::build(definition.clone()))
    }

    /// # Panics
    ///
    /// If the catalog cannot be built, naming every problem.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "a catalog in code that cannot be built is a bug in that code"
    )]
    pub fn shared_from(
        cell: &'static OnceBox<Catalog>,
        build: impl FnOnce() -> Result<Catalog, CatalogError>,
    ) -> Catalog {
        let build = || match build() {
            Ok(catalog) => Box::new(catalog),
            Err(problems) => panic!("{problems}"),
        };
        cell.get_or_init(build).clone()
    }
}
