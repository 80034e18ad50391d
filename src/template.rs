//! Role templates (TPL).

use alloc::string::String;

use thiserror::Error;

use crate::catalog::{Catalog, SettingError};
use crate::grants::Grants;
use crate::key::TemplateId;
use crate::text::{Compared, Quoted, is_hidden, key};

/// The longest name of a template, in characters (TPL-1).
pub const MAX_TEMPLATE_NAME: usize = 100;

/// The name of a template, trimmed, with one space for each run of white space in it (TPL-1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TemplateName(Compared);

impl TemplateName {
    pub(crate) fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if let Some(letter) = text.chars().find(|letter| is_hidden(*letter)) {
            return Err(NameError::Hidden { letter });
        }
        let mut name = String::new();
        for word in text.split_whitespace() {
            name.push_str(if name.is_empty() { "" } else { " " });
            name.push_str(word);
        }
        match name.chars().count() {
            0 => Err(NameError::Blank),
            1..=MAX_TEMPLATE_NAME => Ok(Self(Compared::new(&name, &key(&name)))),
            length => Err(NameError::TooLong { length }),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What names are compared by, as emails are (USR-4).
    pub(crate) fn folded(&self) -> &str {
        self.0.folded()
    }
}

/// A named set of grants that users refer to (TPL-1).
///
/// It carries no role, no status and nothing that only users can have, as CRM access is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    id: TemplateId,
    name: TemplateName,
    // INVARIANT: sets nothing that is `user_only`.
    grants: Grants,
}

impl Template {
    /// A template of what `grants` sets.
    ///
    /// # Errors
    ///
    /// A name that is blank, over [`MAX_TEMPLATE_NAME`] characters, or has control, bidirectional
    /// or invisible characters in it; and grants of what only users can have (TPL-1).
    pub fn new(id: TemplateId, name: &str, grants: Grants) -> Result<Self, TemplateError> {
        let name = TemplateName::parse(name)?;
        if let Some(path) = grants.user_only() {
            return Err(SettingError::UserOnly { path: path.into() }.into());
        }
        Ok(Self { id, name, grants })
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

    /// What it grants.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
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

/// Why a text cannot be a template's name (TPL-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum NameError {
    /// It is blank.
    #[error("a template's name is blank; give it a name")]
    Blank,
    /// It is over [`MAX_TEMPLATE_NAME`] characters.
    #[error(
        "a template's name of {length} characters is too long; it has 1 to {MAX_TEMPLATE_NAME}"
    )]
    TooLong {
        /// The length given, in characters.
        length: usize,
    },
    /// It has a control, bidirectional or invisible character in it.
    #[error(
        "a template's name has {} in it, which cannot be seen; leave it out",
        Quoted(letter.encode_utf8(&mut [0; 4]))
    )]
    Hidden {
        /// The first such character.
        letter: char,
    },
}
