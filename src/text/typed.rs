/// What is expected of a type that holds a text: its `parse` reads one, its `as_str` lends it, and
/// two are equal if their texts are.
macro_rules! typed_texts {
    ($($type:ident: $error:ty;)*) => {$(
        impl core::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $type {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl TryFrom<alloc::string::String> for $type {
            type Error = $error;

            fn try_from(text: alloc::string::String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }

        impl From<$type> for alloc::string::String {
            fn from(text: $type) -> Self {
                text.as_str().into()
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl core::borrow::Borrow<str> for $type {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        /// As text for people (DEC-5); [`as_str`](Self::as_str) is the text itself.
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::text::Shown(self.as_str()).fmt(f)
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(self.as_str(), f)
            }
        }
    )*};
}
pub(crate) use typed_texts;
