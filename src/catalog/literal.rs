//! Texts and lists that a constant can hold, and that can be owned as well.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::mem;
use core::ops::Deref;

/// A text, in code or owned.
pub type Text = Literal<str>;
/// A list, in code or owned.
pub type List<T> = Literal<[T]>;

/// What stands in code, or is owned.
///
/// It is compared, hashed and shown like what it holds. Unlike [`Cow`], which keeps a `String` or
/// a `Vec`, it can be read in a constant on the oldest compiler that the crate supports.
pub enum Literal<T: ?Sized + 'static> {
    /// In code.
    Borrowed(&'static T),
    /// Read from a document, or made by a program.
    Owned(Box<T>),
}

impl<T: ?Sized> Literal<T> {
    const fn held(&self) -> &T {
        match self {
            Self::Borrowed(held) => held,
            Self::Owned(held) => held,
        }
    }
}

pub(crate) const fn borrowed(given: Option<&'static str>) -> Option<Text> {
    match given {
        Some(text) => Some(Literal::Borrowed(text)),
        None => None,
    }
}

pub(crate) const fn text(text: &Text) -> &str {
    text.held()
}

pub(crate) const fn items<T>(list: &List<T>) -> &[T] {
    list.held()
}

impl<T: Clone> List<T> {
    /// Changes the items, which are copied if they stand in code.
    pub(crate) fn edit<R>(&mut self, change: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let mut items = match mem::take(self) {
            Self::Borrowed(items) => items.to_vec(),
            Self::Owned(items) => items.into_vec(),
        };
        let result = change(&mut items);
        *self = items.into();
        result
    }
}

impl<T: ?Sized> Deref for Literal<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.held()
    }
}

impl<T: ?Sized> AsRef<T> for Literal<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: ?Sized> Borrow<T> for Literal<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::Borrowed(&[])
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Borrowed("")
    }
}

impl<T: ?Sized> Clone for Literal<T>
where
    Box<T>: Clone,
{
    fn clone(&self) -> Self {
        match self {
            Self::Borrowed(held) => Self::Borrowed(held),
            Self::Owned(held) => Self::Owned(held.clone()),
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Literal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for Literal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Literal<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Eq> Eq for Literal<T> {}

impl<T: ?Sized + PartialOrd> PartialOrd for Literal<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: ?Sized + Ord> Ord for Literal<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: ?Sized + Hash> Hash for Literal<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl PartialEq<Text> for str {
    fn eq(&self, other: &Text) -> bool {
        *self == **other
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Borrowed(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Owned(text.into())
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        Self::Owned(text)
    }
}

impl From<Cow<'static, str>> for Text {
    fn from(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Borrowed(text),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self::Owned(items.into())
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Owned(items.into_iter().collect())
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(feature = "serde")]
impl<T: ?Sized + serde::Serialize> serde::Serialize for Literal<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}
