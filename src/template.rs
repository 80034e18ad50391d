//! Role templates (TPL).

use alloc::boxed::Box;
use alloc::string::String;

use thiserror::Error;

use crate::catalog::{Catalog, SettingError};
use crate::grants::Grants;
use crate::key::TemplateId;

/// A named set of grants that users refer to (TPL-1).
///
/// It carries no role, no status and nothing that only users can have, as CRM access is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    id: TemplateId,
    // INVARIANT: not blank.
    name: Box<str>,
    // INVARIANT: sets nothing that is `user_only`.
    grants: Grants,
}

impl Template {
    /// A template of what `grants` sets.
    ///
    /// # Errors
    ///
    /// A blank name, and grants of what only users can have (TPL-1).
    pub fn new(id: TemplateId, name: &str, grants: Grants) -> Result<Self, TemplateError> {
        if name.trim().is_empty() {
            return Err(TemplateError::BlankName);
        }
        if let Some(path) = grants.user_only() {
            return Err(SettingError::UserOnly { path: path.into() }.into());
        }
        Ok(Self { id, name: name.trim().into(), grants })
    }

    /// The templates that a catalog ships, in order (TPL-9).
    pub fn presets(catalog: &Catalog) -> impl Iterator<Item = Self> + '_ {
        catalog.presets().iter().map(|(id, preset)| Self {
            id: id.clone(),
            name: preset.name.clone(),
            grants: Grants::from_settings(catalog, preset.settings.clone()),
        })
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &TemplateId {
        &self.id
    }

    /// The name, trimmed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name in the form in which names are compared.
    pub(crate) fn folded_name(&self) -> String {
        self.name.to_lowercase()
    }

    /// What it grants.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }
}

/// Why a template cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The name is blank.
    #[error("a template's name is blank; give it a name")]
    BlankName,
    /// It sets what it cannot.
    #[error(transparent)]
    Setting(#[from] SettingError),
}
