use crate::template_name::{NameError, TemplateName};
use crate::text::typed_texts;

/// What people call an account: a subaccount of an agency, above all (AGY-10).
///
/// Like the name of a template it is trimmed, has one space for each run of white space, and 1 to
/// [`MAX_TEMPLATE_NAME`](crate::limits::MAX_TEMPLATE_NAME) characters that can be seen. Two accounts
/// may have the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccountName(TemplateName);

impl AccountName {
    /// Reads a name.
    ///
    /// # Errors
    ///
    /// One that is blank or too long, or has control, bidirectional or invisible characters in it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        TemplateName::parse(text).map(Self)
    }

    /// The name, trimmed, with one space for each run of white space in it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

typed_texts! { AccountName: NameError; }
