//! What is written and not read back: answers for a page or another program.

use serde::ser::{Serialize, Serializer};

/// Writes an object field by field: after `=` always, after `?` if there is something, and in a
/// `match` those of one arm.
macro_rules! written {
    ($type:ty, |$value:ident| { $($fields:tt)* }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let $value = self;
                let mut map = serializer.serialize_map(None)?;
                $crate::document::written::written!(@ map $($fields)*);
                map.end()
            }
        }
    };
    (@ $map:ident $field:literal = $given:expr, $($rest:tt)*) => {
        $map.serialize_entry($field, &$given)?;
        $crate::document::written::written!(@ $map $($rest)*);
    };
    (@ $map:ident $field:literal ? $given:expr, $($rest:tt)*) => {
        if let Some(given) = $given {
            $map.serialize_entry($field, &given)?;
        }
        $crate::document::written::written!(@ $map $($rest)*);
    };
    (@ $map:ident match ($given:expr) { $($arm:pat => { $($fields:tt)* })* } $($rest:tt)*) => {
        match $given {
            $($arm => { $crate::document::written::written!(@ $map $($fields)*); })*
        }
        $crate::document::written::written!(@ $map $($rest)*);
    };
    (@ $map:ident) => {};
}
pub(super) use written;

/// A list that is written item by item.
pub(super) struct List<F>(pub(super) F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// A list that is left out if it is empty.
pub(super) fn any<I: Iterator<Item: Serialize>, F: Fn() -> I>(list: F) -> Option<List<F>> {
    list().next().is_some().then_some(List(list))
}

/// A slice that is left out if it is empty.
pub(super) fn some<T>(list: &[T]) -> Option<&[T]> {
    Some(list).filter(|list| !list.is_empty())
}
