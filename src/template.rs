//! Role templates (TPL).

mod preset;

use alloc::boxed::Box;

use thiserror::Error;

pub use self::preset::PresetView;

use crate::catalog::words::Word;
use crate::catalog::{Catalog, SettingError, WordError};
use crate::grants::Grants;
use crate::key::TemplateId;
use crate::template_name::{NameError, TemplateName};

/// A named set of grants that users refer to (TPL-1).
///
/// It carries no role, no status and nothing that only users can have, such as CRM access.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    id: TemplateId,
    name: TemplateName,
    description: Option<Box<str>>,
    // INVARIANT: sets nothing that is `user_only`.
    grants: Grants,
}

impl Template {
    /// Whether another is the same, however its grants say so (REV-11).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let Self { id, name, description, grants } = self;
        (id, name, description) == (&other.id, &other.name, &other.description)
            && grants.sets_same(&other.grants)
    }

    /// A template that grants what `grants` sets.
    ///
    /// # Errors
    ///
    /// A name that is blank, over [`MAX_TEMPLATE_NAME`](crate::limits::MAX_TEMPLATE_NAME)
    /// characters, or contains control, bidirectional or invisible characters; and grants of what
    /// only users can have (TPL-1).
    pub fn new(id: TemplateId, name: &str, grants: Grants) -> Result<Self, TemplateError> {
        check_grants(&grants)?;
        Ok(Self { id, name: TemplateName::parse(name)?, description: None, grants })
    }

    /// The template with a description: what it is for, in a few words. White space around it is
    /// left out.
    ///
    /// # Errors
    ///
    /// A description that is blank, over [`MAX_DESCRIPTION`](crate::catalog::MAX_DESCRIPTION)
    /// characters, or has control, bidirectional or invisible characters in it (CAT-11).
    pub fn describe(self, description: &str) -> Result<Self, WordError> {
        let description = description.trim();
        Word::Description.check(description)?;
        Ok(Self { description: Some(description.into()), ..self })
    }

    /// The template with a description or without.
    pub(crate) fn described(self, description: Option<&str>) -> Result<Self, WordError> {
        match description {
            Some(description) => self.describe(description),
            None => Ok(Self { description: None, ..self }),
        }
    }

    /// The template by another name.
    pub(crate) fn rename(&self, name: &str) -> Result<Self, NameError> {
        Ok(Self { name: TemplateName::parse(name)?, ..self.clone() })
    }

    /// The template with other grants.
    pub(crate) fn regrant(&self, grants: Grants) -> Result<Self, SettingError> {
        check_grants(&grants)?;
        Ok(Self { grants, ..self.clone() })
    }

    /// The template on another catalog, with what its grants became there, which is nothing that
    /// only users can have (EVO-6).
    pub(crate) fn migrated(&self, grants: Grants) -> Self {
        Self { grants, ..self.clone() }
    }

    /// The templates that a catalog ships, in order (TPL-9).
    pub fn presets(catalog: &Catalog) -> impl Iterator<Item = Self> + '_ {
        catalog.presets().iter().map(|(id, preset)| Self {
            id: id.clone(),
            name: preset.name.clone(),
            description: preset.description.as_deref().map(Into::into),
            grants: Grants::from_settings(catalog, preset.settings.clone()),
        })
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &TemplateId {
        &self.id
    }

    /// The name, trimmed, with one space for each run of white space in it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// What names are compared by: compatibility normalisation and full case folding, as for
    /// emails (TPL-1). Worked out once, when the template is made.
    #[must_use]
    pub fn folded_name(&self) -> &str {
        self.name.folded()
    }

    /// What it is for, if it says so.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What it grants.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }
}

fn check_grants(grants: &Grants) -> Result<(), SettingError> {
    match grants.user_only() {
        Some(path) => Err(SettingError::UserOnly { path: path.into() }),
        None => Ok(()),
    }
}

/// Why a template is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A malformed name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It sets what it cannot.
    #[error(transparent)]
    Setting(#[from] SettingError),
}
