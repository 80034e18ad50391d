//! Texts and lists that a constant can hold, and that can be owned as well.

use alloc::borrow::Cow;

/// A text, in code or owned.
pub type Text = Cow<'static, str>;
/// A list, in code or owned.
pub type List<T> = Cow<'static, [T]>;

pub(crate) const fn borrowed(given: Option<&'static str>) -> Option<Text> {
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
