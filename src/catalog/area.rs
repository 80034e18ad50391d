use alloc::borrow::Cow;
use alloc::string::String;

use crate::catalog::literal::{List, Text, borrowed, items};
use crate::catalog::scale::Scale;
use crate::catalog::source::{Setter, Source};

/// An area of a product: its name, scale and source, and its sub-sections, if any (CAT-1, CAT-2).
///
/// ```
/// use bailiwick::{Area, Section};
///
/// let kpis = Section::new("kpis").labelled("KPIs");
/// let knowledge = Area::levels("knowledge").with("faqs").with(kpis);
/// assert_eq!(knowledge.sub_sections().len(), 2);
/// assert_eq!(knowledge.label(), "Knowledge");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Area {
    pub(crate) section: Section,
    pub(crate) scale: Scale,
    pub(crate) source: Source,
    /// Who turns its features on and off; only an account area says so (CAT-14).
    pub(crate) setter: Option<Setter>,
    pub(crate) user_only: bool,
    pub(crate) sub_sections: List<Section>,
}

impl Area {
    /// An area with the levels None, Read and Edit.
    pub fn levels(section: impl Into<Section>) -> Self {
        Self::new(section.into(), Scale::Levels)
    }

    /// An area with one rung, `on`.
    pub fn toggle(section: impl Into<Section>) -> Self {
        Self::new(section.into(), Scale::Toggle)
    }

    /// An area with actions; the first is needed by every other one (CAT-3).
    pub fn actions<I: IntoIterator<Item: Into<Text>>>(
        section: impl Into<Section>,
        actions: I,
    ) -> Self {
        let actions = actions.into_iter().map(Into::into).collect();
        Self::new(section.into(), Scale::Actions(actions))
    }

    const fn new(section: Section, scale: Scale) -> Self {
        Self {
            section,
            scale,
            source: Source::Grantable,
            setter: None,
            user_only: false,
            sub_sections: List::Borrowed(&[]),
        }
    }

    /// Where its permissions come from; an area is grantable unless this says otherwise (CAT-4).
    /// The features of an account area are set by the host unless
    /// [`features_by`](Self::features_by) says otherwise.
    pub fn set_by(mut self, source: Source) -> Self {
        self.source = source;
        self.setter = (source == Source::Account).then_some(Setter::Host);
        self
    }

    /// Makes it an area of account features, and says who turns them on and off (CAT-14).
    pub fn features_by(mut self, setter: Setter) -> Self {
        self.source = Source::Account;
        self.setter = Some(setter);
        self
    }

    /// Makes it settable for a user alone, never by a template, as CRM access is (TPL-1).
    pub fn user_only(mut self) -> Self {
        self.user_only = true;
        self
    }

    /// Adds a sub-section, after those there are.
    pub fn with(mut self, section: impl Into<Section>) -> Self {
        self.sub_sections.edit(|sections| sections.push(section.into()));
        self
    }

    /// The area's own key, label and aliases.
    pub fn section(&self) -> &Section {
        &self.section
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        self.section.key()
    }

    /// Its label as a user interface shows it.
    #[must_use]
    pub fn label(&self) -> Cow<'_, str> {
        self.section.label()
    }

    /// What it is for, if the catalog says so (CAT-11).
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.section.description()
    }

    /// Its sub-sections, in order; none if the area is itself a leaf (CAT-2).
    pub fn sub_sections(&self) -> &[Section] {
        &self.sub_sections
    }

    /// Its scale.
    #[must_use]
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// Where its permissions come from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// Who turns its features on and off; `None` unless it is an account area (CAT-14).
    #[must_use]
    pub fn setter(&self) -> Option<Setter> {
        self.setter
    }

    /// Whether templates cannot set it.
    #[must_use]
    pub fn is_user_only(&self) -> bool {
        self.user_only
    }

    #[doc(hidden)]
    pub const fn from_code(
        section: Section,
        scale: Scale,
        source: Source,
        setter: Option<Setter>,
        user_only: bool,
        sub_sections: &'static [Section],
    ) -> Self {
        let sub_sections = List::Borrowed(sub_sections);
        Self { section, scale, source, setter, user_only, sub_sections }
    }
}

/// Where the bits of a catalog are, said here alone: areas in order, the leaves of each in order, a
/// bit for each rung.
impl Area {
    /// How many leaves it has: its sub-sections, or itself (CAT-2).
    pub(crate) const fn leaf_count(&self) -> usize {
        match items(&self.sub_sections).len() {
            0 => 1,
            sub_sections => sub_sections,
        }
    }

    /// How many bits its leaves have together.
    pub(crate) const fn bit_count(&self) -> usize {
        self.bit(self.leaf_count(), 0)
    }

    /// The bit of a rung of one of its leaves, the area's first bit being 0.
    pub(crate) const fn bit(&self, leaf: usize, rung: usize) -> usize {
        leaf * self.scale.len() + rung
    }
}

/// A key, the label that people read for it, and a few words on what it is (CAT-11).
///
/// ```
/// use bailiwick::catalog::Named;
///
/// let publish = Named::new("publish_widget");
/// let publish = publish.described("Puts the widget on a site");
/// assert_eq!(publish.label(), "Publish widget");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Named {
    pub(crate) key: Text,
    pub(crate) label: Option<Text>,
    pub(crate) description: Option<Text>,
}

impl Named {
    /// A key. Its label is the key with a capital and spaces, unless
    /// [`labelled`](Self::labelled) says otherwise.
    pub fn new(key: impl Into<Text>) -> Self {
        Self { key: key.into(), label: None, description: None }
    }

    /// Sets what a user interface shows.
    pub fn labelled(mut self, label: impl Into<Text>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Says what it is, in a few words.
    pub fn described(mut self, description: impl Into<Text>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The label as a user interface shows it.
    #[must_use]
    pub fn label(&self) -> Cow<'_, str> {
        match &self.label {
            Some(label) => Cow::Borrowed(label),
            None => Cow::Owned(label_of(&self.key)),
        }
    }

    /// What it is, if the catalog says so.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    #[doc(hidden)]
    pub const fn from_code(
        key: &'static str,
        label: Option<&'static str>,
        description: Option<&'static str>,
    ) -> Self {
        Self {
            key: Text::Borrowed(key),
            label: borrowed(label),
            description: borrowed(description),
        }
    }
}

impl From<&'static str> for Named {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

impl From<String> for Named {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

/// What an area or a sub-section is called: key, label, description, aliases, and the name an API
/// knows a feature by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Section {
    pub(crate) name: Named,
    pub(crate) aliases: List<Text>,
    pub(crate) api_name: Option<Text>,
    pub(crate) always_on: bool,
}

impl Section {
    /// A section by its key. Its label is the key with a capital and spaces, unless
    /// [`labelled`](Self::labelled) says otherwise.
    pub fn new(key: impl Into<Text>) -> Self {
        let aliases = List::default();
        Self { name: Named::new(key), aliases, api_name: None, always_on: false }
    }

    /// Sets what a user interface shows.
    pub fn labelled(mut self, label: impl Into<Text>) -> Self {
        self.name = self.name.labelled(label);
        self
    }

    /// Says what it controls, in a few words for whoever sets permissions (CAT-11).
    pub fn described(mut self, description: impl Into<Text>) -> Self {
        self.name = self.name.described(description);
        self
    }

    /// Adds another name for the same leaf (CAT-5).
    pub fn aliased(mut self, alias: impl Into<Text>) -> Self {
        self.aliases.edit(|aliases| aliases.push(alias.into()));
        self
    }

    /// Sets the name by which an agency's API knows the feature (AGY-1).
    pub fn known_to_api_as(mut self, name: impl Into<Text>) -> Self {
        self.api_name = Some(name.into());
        self
    }

    /// Makes the feature one that cannot be turned off (AGY-2).
    pub fn always_on(mut self) -> Self {
        self.always_on = true;
        self
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        self.name.key()
    }

    /// The label as a user interface shows it.
    #[must_use]
    pub fn label(&self) -> Cow<'_, str> {
        self.name.label()
    }

    /// What it controls, if the catalog says so (CAT-11).
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.name.description()
    }

    /// Its other names.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(AsRef::as_ref)
    }

    /// The name by which an API knows the feature, if it does.
    #[must_use]
    pub fn api_name(&self) -> Option<&str> {
        self.api_name.as_deref()
    }

    /// Whether the feature cannot be turned off.
    #[must_use]
    pub fn is_always_on(&self) -> bool {
        self.always_on
    }

    #[doc(hidden)]
    pub const fn from_code(
        name: Named,
        aliases: &'static [Text],
        api_name: Option<&'static str>,
        always_on: bool,
    ) -> Self {
        Self { name, aliases: List::Borrowed(aliases), api_name: borrowed(api_name), always_on }
    }
}

impl From<&'static str> for Section {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

impl From<String> for Section {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

/// The label of a key that has none: a capital, and spaces for underscores.
pub(crate) fn label_of(key: &str) -> String {
    key.char_indices()
        .map(|(at, letter)| match letter {
            '_' => ' ',
            _ if at == 0 => letter.to_ascii_uppercase(),
            _ => letter,
        })
        .collect()
}
