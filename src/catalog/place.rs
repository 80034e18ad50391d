//! Where in a catalog something is, as its documents say it.

use alloc::string::{String, ToString};
use core::fmt;

use smallvec::SmallVec;

use crate::catalog::definition::Group;
use crate::catalog::message::KeyInPlace;
use crate::level::Level;
use crate::role::Role;

/// A field of a catalog or of what it holds. They are in the order of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Id,
    Roles,
    Levels,
    Areas,
    Gates,
    Delegated,
    Authority,
    Operations,
    Group(Group),
    Level(Level),
    Templates,
    AuditLog,
    Retired,
    Admin,
    Member,
    Name,
    Label,
    Description,
    Aliases,
    ApiName,
    Scale,
    SubSections,
    Target,
    Area,
    Feature,
    Any,
    Needs,
    Grants,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Roles => "roles",
            Self::Levels => "levels",
            Self::Areas => "areas",
            Self::Gates => "gates",
            Self::Delegated => "delegated",
            Self::Authority => "authority",
            Self::Operations => "operations",
            Self::Group(group) => group.name(),
            Self::Level(level) => level.name(),
            Self::Templates => "templates",
            Self::AuditLog => "audit_log",
            Self::Retired => "retired",
            Self::Admin => Role::Admin.name(),
            Self::Member => Role::Member.name(),
            Self::Name => "name",
            Self::Label => "label",
            Self::Description => "description",
            Self::Aliases => "aliases",
            Self::ApiName => "api_name",
            Self::Scale => "scale",
            Self::SubSections => "sub_sections",
            Self::Target => "target",
            Self::Area => "area",
            Self::Feature => "feature",
            Self::Any => "any",
            Self::Needs => "needs",
            Self::Grants => "grants",
        }
    }

    /// The item of this list of the catalog.
    pub(crate) fn item(self, position: usize) -> Place {
        Place::default().item(self, position)
    }
}

/// The fields down to something, from the outermost, and the number of an item: as text,
/// `areas[2].sub_sections[0]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    fields: SmallVec<[(Field, Option<usize>); 3]>,
    /// The last key of all, if a person chose it.
    key: Option<String>,
}

impl Place {
    pub(crate) fn field(&self, field: Field) -> Self {
        self.inner(field, None)
    }

    pub(crate) fn item(&self, list: Field, position: usize) -> Self {
        self.inner(list, Some(position))
    }

    /// An entry of a field that is a map.
    pub(crate) fn entry(&self, map: Field, key: &str) -> Self {
        Self { key: Some(KeyInPlace(key).to_string()), ..self.field(map) }
    }

    fn inner(&self, field: Field, position: Option<usize>) -> Self {
        let mut inner = self.clone();
        inner.fields.push((field, position));
        inner
    }

    /// Where it stands in the input. The entries of a map have no order of their own.
    pub(super) fn order(&self) -> &[(Field, Option<usize>)] {
        &self.fields
    }
}

impl From<Field> for Place {
    fn from(field: Field) -> Self {
        Self::default().field(field)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, (field, position)) in self.fields.iter().enumerate() {
            let dot = if depth == 0 { "" } else { "." };
            write!(f, "{dot}{}", field.name())?;
            if let Some(position) = position {
                write!(f, "[{position}]")?;
            }
        }
        self.key.as_ref().map_or(Ok(()), |key| write!(f, ".{key}"))
    }
}
