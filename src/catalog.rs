//! Catalogs: what a product has that can be allowed (CAT).
//!
//! A [`Catalog`] comes from [`catalog!`](crate::catalog!), from [`Catalog::builder`] or, with the
//! feature `serde`, from a document. All three say the same things, and equal content gives equal
//! catalogs.

pub(crate) mod area;
mod authority;
pub(crate) mod build;
mod builder;
pub(crate) mod by_node;
mod check;
pub(crate) mod code;
mod declare;
pub(crate) mod definition;
mod digest;
mod leaf;
pub(crate) mod literal;
pub(crate) mod message;
pub(crate) mod place;
mod problem;
mod problems;
pub(crate) mod scale;
pub(crate) mod settings;
mod sha256;
pub(crate) mod size;
pub(crate) mod source;
mod text_form;
pub(crate) mod tree;
pub(crate) mod words;

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

pub use self::area::{Area, Named, Section};
pub use self::authority::Authority;
pub use self::builder::CatalogBuilder;
pub use self::code::{Actions, Container, Leaf, Levels, TemplateKey, Toggle};
pub use self::definition::Group;
#[doc(hidden)]
pub use self::definition::{
    Carrier, Definition, Delegation, Gate, LevelLabels, Operation, Preset, RoleLabels,
};
pub use self::leaf::LeafView;
pub use self::literal::{List, Literal, Text};
pub use self::problem::{CatalogError, CatalogFault, CatalogProblem, MAX_PROBLEMS};
pub use self::scale::{MAX_ACTIONS, Scale, ScaleKind, Setting};
pub use self::settings::SettingError;
pub use self::size::{
    MAX_ALIASES, MAX_GATES, MAX_NEEDS, MAX_OPERATIONS, MAX_PERMISSIONS, MAX_RETIRED, MAX_SECTIONS,
    MAX_TEMPLATE_SETTINGS, MAX_TEMPLATES,
};
pub use self::source::{Setter, Source};
pub use self::tree::KeyError;
pub use self::words::{MAX_DESCRIPTION, MAX_LABEL, WordError};

use self::settings::Settings;
use self::tree::{Node, Tree};
use crate::bits::Bits;
use crate::key::{Map, TemplateId};
use crate::level::Level;
use crate::permission::{Permission, Stamp};
use crate::requirement::Requirement;
use crate::role::Role;
use crate::set::PermissionSet;
use crate::template_name::TemplateName;

/// A validated, immutable description of what a product has that can be allowed (CAT-1).
///
/// Cheap to clone: clones share one value.
///
/// Two catalogs are *equal* if all of their content is, the words that people read included. They
/// [are the same](Self::is_same) if their structure is: keys, order, scales, sources, setters,
/// gates, authority, operations, the audit feature and what is retired. Labels, descriptions and
/// preset templates can change and the catalog is still the same: its permissions, grants and
/// stored accounts work together whatever its words are (CAT-11).
#[derive(Clone)]
pub struct Catalog(Arc<Inner>);

struct Inner {
    definition: Definition,
    /// Whether a document spelled it out, so that documents that are written spell it out too.
    #[cfg(feature = "serde")]
    is_inline: bool,
    digest: [u32; 8],
    stamp: Stamp,
    tree: Tree,
    /// What an admin and a member are called.
    role_labels: [Box<str>; 2],
    /// What None, Read and Edit are called.
    level_labels: [Box<str>; 3],
    /// The bits of each source.
    grantable: Bits,
    role: Bits,
    account: Bits,
    /// The features that cannot be turned off.
    always_on: Bits,
    /// The features that the host alone sets.
    host_features: Bits,
    gates: Vec<CompiledGate>,
    delegation: Option<CompiledDelegation>,
    /// By group, in the order of `Group::ALL`.
    authority: [Authority; 5],
    operations: Map<Box<str>, Requirement>,
    templates: Map<TemplateId, PresetTemplate>,
    /// The feature that makes an account keep an audit log.
    audit: Option<u16>,
    retired: Map<Box<str>, ()>,
}

/// While one of `needs` is off, `target` is inert (CAT-6). Needs through other gates are included.
#[derive(Debug, Clone)]
pub(crate) struct CompiledGate {
    pub(crate) target: Bits,
    pub(crate) needs: Bits,
}

/// The actions that let a member manage others, and the gate that they have for members (GRD-2).
#[derive(Debug)]
pub(crate) struct CompiledDelegation {
    pub(crate) gate: CompiledGate,
    pub(crate) create: u16,
    pub(crate) edit: u16,
    pub(crate) delete: u16,
    pub(crate) manage: u16,
}

impl CompiledDelegation {
    /// The action that carries a group of commands, if the catalog names no other.
    pub(crate) fn action(&self, group: Group) -> u16 {
        match group {
            Group::Invite => self.create,
            Group::Edit | Group::Permissions => self.edit,
            Group::Delete => self.delete,
            Group::Templates => self.manage,
        }
    }
}

/// A template that the catalog ships (TPL-9).
#[derive(Debug)]
pub(crate) struct PresetTemplate {
    pub(crate) name: TemplateName,
    pub(crate) description: Option<Text>,
    pub(crate) settings: Settings,
}

impl Catalog {
    /// Starts an empty catalog. The id includes a version, as in `studio/2026-06`.
    pub fn builder(id: impl Into<Text>) -> CatalogBuilder {
        CatalogBuilder::new(id.into())
    }

    /// Starts a catalog under a new id with everything that is in this one.
    pub fn to_builder(&self, id: impl Into<Text>) -> CatalogBuilder {
        CatalogBuilder::from_catalog(id.into(), self)
    }

    /// The id, as in `studio/2026-06`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.definition.id
    }

    /// The hash of the content that every permission of this catalog carries.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.0.stamp
    }

    /// Whether this is the same catalog as another: whether their structure is equal, whatever
    /// their labels and descriptions say (CAT-11, CAT-18).
    ///
    /// ```
    /// use bailiwick::{Area, Catalog, Section};
    ///
    /// let with = |label| {
    ///     let docs = Section::new("docs").labelled(label);
    ///     Catalog::builder("docs/1").area(Area::levels(docs)).build()
    /// };
    /// let (english, german) = (with("Documents")?, with("Dokumente")?);
    /// assert!(english.is_same(&german) && english.stamp() == german.stamp());
    /// assert_ne!(english, german);
    /// # Ok::<(), bailiwick::catalog::CatalogError>(())
    /// ```
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.digest == other.0.digest
    }

    /// What a role is called in this product (CAT-12). Documents hold the role's name instead.
    ///
    /// ```
    /// use bailiwick::{Role, presets};
    ///
    /// assert_eq!(presets::studio::catalog().role_label(Role::Member), "Member");
    /// assert_eq!(presets::tenant::catalog().role_label(Role::Member), "User");
    /// ```
    #[must_use]
    pub fn role_label(&self, role: Role) -> &str {
        let [admin, member] = &self.0.role_labels;
        match role {
            Role::Admin => admin,
            Role::Member => member,
        }
    }

    /// What a level is called in this product (CAT-11). Documents hold the level's name instead.
    ///
    /// ```
    /// use bailiwick::{Level, presets};
    ///
    /// let classic = presets::studio_classic::catalog();
    /// assert_eq!(classic.level_label(Level::None), "Hidden: no access");
    /// assert_eq!(presets::studio::catalog().level_label(Level::None), "None");
    /// ```
    #[must_use]
    pub fn level_label(&self, level: Level) -> &str {
        let [none, read, edit] = &self.0.level_labels;
        match level {
            Level::None => none,
            Level::Read => read,
            Level::Edit => edit,
        }
    }

    /// What someone must hold to give a group of commands (CAT-15).
    ///
    /// If the catalog says nothing about a group, the role decides: every active admin may, and so
    /// may a member with the delegated action if the catalog delegates (GRD-2).
    ///
    /// ```
    /// use bailiwick::catalog::Group;
    ///
    /// let catalog = bailiwick::presets::tenant::catalog();
    /// let invite = catalog.authority(Group::Invite);
    /// let carriers = catalog.display_all(invite.permissions()).to_string();
    /// assert_eq!(carriers, "users:create, tenant.users:on");
    /// ```
    #[must_use]
    pub fn authority(&self, group: Group) -> &Authority {
        let [invite, edit, delete, permissions, templates] = &self.0.authority;
        match group {
            Group::Invite => invite,
            Group::Edit => edit,
            Group::Delete => delete,
            Group::Permissions => permissions,
            Group::Templates => templates,
        }
    }

    /// The feature that makes an account keep an audit log; without one no account does (CAT-16).
    #[must_use]
    pub fn audit_feature(&self) -> Option<Permission> {
        self.0.audit.map(|bit| Permission::new(self.0.stamp, bit))
    }

    /// Whether a path, or a permission `path:rung`, was in the catalog once and is retired, by
    /// itself or with its area (EVO-5). Stored forms may still name it, to no effect.
    #[must_use]
    pub fn is_retired(&self, path: &str) -> bool {
        let (path, rung) = match path.split_once(':') {
            Some((path, rung)) => (path, Some(rung)),
            None => (path, None),
        };
        let retired = &self.0.retired;
        let area = path.split_once('.').map_or(path, |(area, _)| area);
        if retired.is_empty() || [path, area].iter().any(|path| retired.contains_key(*path)) {
            return !retired.is_empty();
        }
        rung.is_some_and(|rung| self.is_retired_action(path, rung))
    }

    /// Whether an action is retired of a leaf that may be gone by now, or of all leaves of the area
    /// that it is in.
    pub(crate) fn is_retired_action(&self, path: &str, action: &str) -> bool {
        let is_retired = |path: &str| self.0.retired.contains_key(&*format!("{path}:{action}"));
        let tree = self.tree();
        let Some(node) = tree.find(path).ok().map(|id| tree.node(id)) else {
            return is_retired(path);
        };
        let area = node.area.map(|area| &tree.node(area).path);
        node.scale.rungs().all(|rung| rung != action)
            && (is_retired(&node.path) || area.is_some_and(|area| is_retired(area)))
    }

    /// The areas, in order.
    pub fn areas(&self) -> &[Area] {
        &self.0.definition.areas
    }

    /// The leaves, in catalog order.
    ///
    /// ```
    /// let catalog = bailiwick::presets::studio::catalog();
    /// let mut leaves = catalog.leaves();
    /// let faqs = leaves.find(|leaf| leaf.path() == "knowledge.faqs").unwrap();
    /// assert_eq!((faqs.area().key(), faqs.label().as_ref()), ("knowledge", "FAQs"));
    ///
    /// let rungs: Vec<&str> = faqs.permissions().map(|(rung, _)| rung).collect();
    /// assert_eq!(rungs, ["read", "edit"]);
    /// ```
    pub fn leaves(&self) -> impl Iterator<Item = LeafView<'_>> {
        let tree = &self.0.tree;
        tree.areas().zip(self.areas()).flat_map(|(node, area)| {
            let own = node.is_leaf().then_some(node);
            let leaves = own.into_iter().chain(tree.sub_sections(node).map(|(_, leaf)| leaf));
            leaves.map(|leaf| LeafView::new(self.0.stamp, area, leaf))
        })
    }

    /// Every permission, in catalog order.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> + '_ {
        (0..).take(self.0.tree.len()).map(|bit| Permission::new(self.0.stamp, bit))
    }

    /// Everything at once: the greatest set of this catalog (LVL-11).
    #[must_use]
    pub fn all(&self) -> PermissionSet {
        self.permission_set(self.permissions())
    }

    /// The smallest set that holds `permissions` and what they need. Those of another catalog are
    /// left out.
    #[must_use]
    pub fn permission_set(
        &self,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> PermissionSet {
        let own = permissions.into_iter().filter(|permission| self.owns(*permission));
        let bits = own.map(super::permission::Permission::bit).collect();
        PermissionSet::new(self.0.stamp, self.0.tree.with_needs(&bits))
    }

    /// Where a permission comes from; `None` for another catalog's.
    #[must_use]
    pub fn source(&self, permission: Permission) -> Option<Source> {
        self.node_of(permission).map(|node| node.source)
    }

    /// The account features, in order (CAT-4).
    pub fn features(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.account.ones().map(|bit| Permission::new(self.0.stamp, bit))
    }

    /// Whether the permission is one of this catalog.
    #[must_use]
    pub fn owns(&self, permission: Permission) -> bool {
        permission.stamp() == self.0.stamp
    }

    /// Who turns a feature on and off; `None` for anything but a feature of this catalog (CAT-14).
    #[must_use]
    pub fn setter(&self, feature: Permission) -> Option<Setter> {
        self.node_of(feature).and_then(|node| node.setter)
    }

    /// The leaf that a bit belongs to.
    pub(crate) fn leaf_view(&self, bit: u16) -> Option<LeafView<'_>> {
        let leaf = self.0.tree.leaf_of(bit)?;
        let area = self.0.tree.areas().zip(self.areas()).find(|(node, _)| node.bits.contains(&bit));
        Some(LeafView::new(self.0.stamp, area?.1, leaf))
    }

    fn node_of(&self, permission: Permission) -> Option<&Node> {
        self.0.tree.leaf_of(permission.bit()).filter(|_| self.owns(permission))
    }

    /// The same catalog with a chosen stamp, as if someone had found a collision.
    #[cfg(all(test, feature = "serde"))]
    pub(crate) fn with_stamp(mut self, stamp: Stamp) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.stamp = stamp;
        }
        self
    }

    /// The same catalog, which documents spell out, since readers do not know it by its id.
    #[cfg(feature = "serde")]
    pub(crate) fn inline(mut self) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.is_inline = true;
        }
        self
    }

    #[cfg(feature = "serde")]
    pub(crate) fn is_inline(&self) -> bool {
        self.0.is_inline
    }

    pub(crate) fn definition(&self) -> &Definition {
        &self.0.definition
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.0.tree
    }

    pub(crate) fn grantable(&self) -> &Bits {
        &self.0.grantable
    }

    pub(crate) fn role(&self) -> &Bits {
        &self.0.role
    }

    pub(crate) fn always_on(&self) -> &Bits {
        &self.0.always_on
    }

    pub(crate) fn host_features(&self) -> &Bits {
        &self.0.host_features
    }

    pub(crate) fn gates(&self) -> &[CompiledGate] {
        &self.0.gates
    }

    pub(crate) fn delegation(&self) -> Option<&CompiledDelegation> {
        self.0.delegation.as_ref()
    }

    pub(crate) fn presets(&self) -> &Map<TemplateId, PresetTemplate> {
        &self.0.templates
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.definition == other.0.definition
    }
}

impl Eq for Catalog {}

impl core::hash::Hash for Catalog {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.stamp.hash(state);
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Catalog").field(&self.id()).finish()
    }
}
