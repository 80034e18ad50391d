//! What a catalog says, as plain data: the one form that code, builder and document share.
//!
//! Everything here can be a constant, so that [`catalog!`](crate::catalog!) knows stamps and
//! positions at compile time. Nothing here is checked: that is what building does.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::catalog::digest::Sha256;
use crate::level::Level;
use crate::name::names;
use crate::permission::Stamp;

/// A text, in code or owned.
pub type Text = Cow<'static, str>;
/// A list, in code or owned.
pub type List<T> = Cow<'static, [T]>;

/// All that a catalog says, unchecked.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub id: Text,
    pub roles: RoleLabels,
    pub levels: LevelLabels,
    pub areas: List<Area>,
    pub gates: List<Gate>,
    pub delegation: Option<Delegation>,
    pub authority: List<Carrier>,
    pub operations: List<Operation>,
    pub templates: List<Preset>,
    pub audit_log: Option<Text>,
    pub retired: List<Text>,
}

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
    pub fn actions<I: IntoIterator<Item: Into<Cow<'static, str>>>>(
        section: impl Into<Section>,
        actions: I,
    ) -> Self {
        let actions = actions.into_iter().map(Into::into).collect();
        Self::new(section.into(), Scale::Actions(Cow::Owned(actions)))
    }

    const fn new(section: Section, scale: Scale) -> Self {
        Self {
            section,
            scale,
            source: Source::Grantable,
            setter: None,
            user_only: false,
            sub_sections: Cow::Borrowed(&[]),
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
        self.sub_sections.to_mut().push(section.into());
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
        let sub_sections = Cow::Borrowed(sub_sections);
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
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), label: None, description: None }
    }

    /// Sets what a user interface shows.
    pub fn labelled(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Says what it is, in a few words.
    pub fn described(mut self, description: impl Into<Cow<'static, str>>) -> Self {
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
        Self { key: Cow::Borrowed(key), label: borrowed(label), description: borrowed(description) }
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
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        let aliases = Cow::Borrowed(&[][..]);
        Self { name: Named::new(key), aliases, api_name: None, always_on: false }
    }

    /// Sets what a user interface shows.
    pub fn labelled(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.name = self.name.labelled(label);
        self
    }

    /// Says what it controls, in a few words for whoever sets permissions (CAT-11).
    pub fn described(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.name = self.name.described(description);
        self
    }

    /// Adds another name for the same leaf (CAT-5).
    pub fn aliased(mut self, alias: impl Into<Cow<'static, str>>) -> Self {
        self.aliases.to_mut().push(alias.into());
        self
    }

    /// Sets the name by which an agency's API knows the feature (AGY-1).
    pub fn known_to_api_as(mut self, name: impl Into<Cow<'static, str>>) -> Self {
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
        Self { name, aliases: Cow::Borrowed(aliases), api_name: borrowed(api_name), always_on }
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

/// Rungs of one leaf, each a bit, the first being bit 0.
pub(crate) type Rungs = u64;

/// The ladder of an area's leaves (CAT-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scale {
    /// None, Read, Edit: the rungs `read` and `edit`, and edit needs read.
    Levels,
    /// A first action that every other one needs; the others are independent of one another.
    Actions(List<Text>),
    /// One rung, `on`.
    Toggle,
}

impl Scale {
    /// How many rungs it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Levels => 2,
            Self::Actions(actions) => items(actions).len(),
            Self::Toggle => 1,
        }
    }

    /// Whether it has no rung, which no built catalog allows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a rung, the first being 0.
    #[must_use]
    pub const fn rung(&self, index: usize) -> Option<&str> {
        match (self, index) {
            (Self::Levels, 0) => Some("read"),
            (Self::Levels, 1) => Some("edit"),
            (Self::Toggle, 0) => Some("on"),
            (Self::Levels | Self::Toggle, _) => None,
            (Self::Actions(actions), _) => match items(actions).split_at_checked(index) {
                Some((_, [action, ..])) => Some(text(action)),
                Some((_, [])) | None => None,
            },
        }
    }

    /// The rungs that one needs, itself included, each a bit: edit needs read, and every action
    /// needs the first (CAT-3). All order between permissions is said here.
    pub(crate) const fn needs(&self, rung: u16) -> Rungs {
        match self {
            Self::Levels | Self::Actions(_) => (1 as Rungs).unbounded_shl(rung as u32) | 1,
            Self::Toggle => 1,
        }
    }

    /// Whether one level is set, which holds what it needs; else each rung is a box of its own,
    /// and one that lacks what it needs is inert (LVL-2).
    pub(crate) const fn is_ladder(&self) -> bool {
        match self {
            Self::Levels => true,
            Self::Actions(_) | Self::Toggle => false,
        }
    }

    /// The names of its rungs, each behind those that it needs.
    pub fn rungs(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.rung(index))
    }
}

/// Who sets the permissions of an area (CAT-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Grants and templates.
    Grantable,
    /// The account role alone: an admin has it, nobody can be granted it.
    Role,
    /// The account as a whole: a feature flag.
    Account,
}

names!(Source, "source", {
    Grantable => "grantable",
    Role => "role",
    Account => "account",
});

/// Who turns the features of an account area on and off (CAT-14, GRD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setter {
    /// The host alone: what a plan includes.
    Host,
    /// The agency that owns the account, or the host.
    Agency,
}

names!(Setter, "setter", { Host => "host", Agency => "agency" });

/// A group of commands that one authority carries (CAT-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Inviting users, and inviting them again.
    Invite,
    /// Editing users: address, suspension, reactivation.
    Edit,
    /// Deleting users.
    Delete,
    /// Setting the permissions, templates and roles of users.
    Permissions,
    /// Creating, editing and deleting templates.
    Templates,
}

names!(Group, "group of commands", {
    Invite => "invite",
    Edit => "edit",
    Delete => "delete",
    Permissions => "permissions",
    Templates => "templates",
});

/// What is set for one area or leaf, in the words of its scale.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Setting {
    /// A level, for the scale `levels`.
    Level(Level),
    /// A list of actions, for the scale `actions`.
    Actions(List<Text>),
    /// On or off, for the scale `toggle`.
    Toggle(bool),
}

impl Setting {
    /// The given actions and no others.
    pub fn actions<I: IntoIterator<Item: Into<Cow<'static, str>>>>(actions: I) -> Self {
        Self::Actions(actions.into_iter().map(Into::into).collect())
    }
}

impl From<Level> for Setting {
    fn from(level: Level) -> Self {
        Self::Level(level)
    }
}

impl From<bool> for Setting {
    fn from(on: bool) -> Self {
        Self::Toggle(on)
    }
}

/// While one of the features `needs` is off, `target` is inert for everyone (CAT-6).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub target: Text,
    pub needs: List<Text>,
}

/// While `feature` is off, the actions of `area` are inert for members (GRD-2).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    pub area: Text,
    pub feature: Text,
}

/// Whoever holds one of the permissions `any` may give the commands of `group`, while all the
/// features `needs` are on (CAT-15).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    pub group: Group,
    pub any: List<Text>,
    pub needs: List<Text>,
}

/// What the roles are called (CAT-12).
#[doc(hidden)]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleLabels {
    pub admin: Option<Text>,
    pub member: Option<Text>,
}

/// What the levels are called (CAT-11).
#[doc(hidden)]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelLabels {
    pub none: Option<Text>,
    pub read: Option<Text>,
    pub edit: Option<Text>,
}

/// A named conjunction of permissions (CAT-7).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub name: Named,
    pub needs: List<Text>,
}

/// A role template that a catalog ships (TPL-9).
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub id: Text,
    pub name: Text,
    pub description: Option<Text>,
    pub grants: List<(Text, Setting)>,
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

const fn borrowed(given: Option<&'static str>) -> Option<Text> {
    match given {
        Some(text) => Some(Cow::Borrowed(text)),
        None => None,
    }
}

pub(crate) const fn text(text: &Text) -> &str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => text.as_str(),
    }
}

pub(crate) const fn items<T: Clone>(list: &List<T>) -> &[T] {
    match list {
        Cow::Borrowed(items) => items,
        Cow::Owned(items) => items.as_slice(),
    }
}

impl Definition {
    /// A SHA-256 of the structure: of all that decisions and stored forms depend on. Labels,
    /// descriptions and templates are no part of it (CAT-11).
    #[doc(hidden)]
    #[must_use]
    pub const fn digest(&self) -> [u32; 8] {
        let mut hash = Hash::START.text(text(&self.id));
        let mut areas = items(&self.areas);
        hash = hash.number(areas.len());
        while let [area, rest @ ..] = areas {
            hash = hash.area(area);
            areas = rest;
        }
        let mut gates = items(&self.gates);
        hash = hash.number(gates.len());
        while let [gate, rest @ ..] = gates {
            hash = hash.text(text(&gate.target)).texts(items(&gate.needs));
            gates = rest;
        }
        hash = match &self.delegation {
            None => hash.byte(0),
            Some(Delegation { area, feature }) => hash.byte(1).text(text(area)).text(text(feature)),
        };
        // By group, in whatever order the groups are declared.
        let mut groups: &[Group] = &Group::ALL;
        while let [group, rest @ ..] = groups {
            hash = hash.carriers(*group, items(&self.authority));
            groups = rest;
        }
        let mut operations = items(&self.operations);
        hash = hash.number(operations.len());
        while let [operation, rest @ ..] = operations {
            hash = hash.text(text(&operation.name.key)).texts(items(&operation.needs));
            operations = rest;
        }
        hash.option(self.audit_log.as_ref()).texts(items(&self.retired)).0.finish()
    }

    /// The first bits of the digest.
    #[doc(hidden)]
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        let [first, second, ..] = self.digest();
        Stamp::new((first as u64) << 32 | second as u64)
    }
}

/// SHA-256 over the parts of a definition, each text behind its length.
#[derive(Clone, Copy)]
struct Hash(Sha256);

impl Hash {
    const START: Self = Self(Sha256::START);

    const fn byte(self, byte: u8) -> Self {
        Self(self.0.byte(byte))
    }

    const fn number(self, number: usize) -> Self {
        let [a, b, c, d, ..] = (number as u64).to_le_bytes();
        self.byte(a).byte(b).byte(c).byte(d)
    }

    const fn text(self, text: &str) -> Self {
        let mut hash = self.number(text.len());
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            hash = hash.byte(*byte);
            bytes = rest;
        }
        hash
    }

    const fn texts(self, texts: &[Text]) -> Self {
        let mut hash = self.number(texts.len());
        let mut texts = texts;
        while let [one, rest @ ..] = texts {
            hash = hash.text(text(one));
            texts = rest;
        }
        hash
    }

    const fn option(self, option: Option<&Text>) -> Self {
        match option {
            None => self.byte(0),
            Some(some) => self.byte(1).text(text(some)),
        }
    }

    const fn section(self, section: &Section) -> Self {
        self.text(text(&section.name.key))
            .texts(items(&section.aliases))
            .option(section.api_name.as_ref())
            .byte(section.always_on as u8)
    }

    const fn area(self, area: &Area) -> Self {
        let mut hash = self.section(&area.section);
        hash = match &area.scale {
            Scale::Levels => hash.byte(0),
            Scale::Actions(actions) => hash.byte(1).texts(items(actions)),
            Scale::Toggle => hash.byte(2),
        };
        let setter = match area.setter {
            None => 0,
            Some(setter) => 1 + setter as u8,
        };
        hash = hash.byte(area.source as u8).byte(setter).byte(area.user_only as u8);
        let mut sections = items(&area.sub_sections);
        hash = hash.number(sections.len());
        while let [section, rest @ ..] = sections {
            hash = hash.section(section);
            sections = rest;
        }
        hash
    }

    const fn carriers(self, group: Group, carriers: &[Carrier]) -> Self {
        let (mut hash, mut carriers) = (self, carriers);
        while let [carrier, rest @ ..] = carriers {
            if carrier.group as u8 == group as u8 {
                hash = hash.byte(1 + group as u8).texts(items(&carrier.any));
                hash = hash.texts(items(&carrier.needs));
            }
            carriers = rest;
        }
        hash.byte(0)
    }
}
