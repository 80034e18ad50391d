//! The shape of each thing that is stored, said once: its fields are read and written from there.
//!
//! [`shape!`] says the fields of a struct, [`variants!`] those of each variant of an enum, and
//! [`parts!`] those of a value that is checked further before it exists. What a shape forgets does
//! not compile, since it takes structs apart and puts them together field by field.
//!
//! A field is its name in documents, which is also the name of the member unless `in` says another,
//! and how it may be left out:
//!
//! | written | read | written as |
//! |---|---|---|
//! | `user` | needed | always |
//! | `grants: optional` | `None` if it is left out or null | left out if `None` |
//! | `limit: nullable` | `None` if it is left out or null | null if `None` |
//! | `role: or(Role::Member)` | the default if it is left out | always |
//! | `keep in kept: unless(Kept::OwnGrants)` | the default if it is left out | left out if it is the default |
//! | `created: through(Subaccount)` | needed, as what `Subaccount` wraps | always |
//! | `authority: through(Carriers, nothing())` | the default if it is left out | left out if it is the default |
//! | `patch: flat(FeaturePatch)` | its fields stand among the others | likewise |

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::ser::SerializeMap;

use crate::catalog::Catalog;
use crate::document::object::{Name, Object};
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Reader};
use crate::document::tree::Document;

/// What can be read from a document. What is written of it is said by `Serialize`.
pub(super) trait Stored: Sized {
    /// Reads a value, or notes what is wrong with it.
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self>;
}

/// What an object holds, or a part of what it holds.
pub(super) trait Shape: Sized {
    /// The names of the fields.
    const FIELDS: &'static [Name];

    fn read_fields(reader: &mut Reader, object: &Object<'_>) -> Option<Self>;

    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl<T: Stored> Stored for Vec<T> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.all(at, T::read)
    }
}

impl<T: Stored> Stored for Box<T> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        T::read(reader, at).map(Self::new)
    }
}

impl<T: Stored> Stored for Arc<T> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        T::read(reader, at).map(Self::new)
    }
}

/// A part of a value that is checked further: where it is, and what was read there.
pub(super) struct Part<'a, T> {
    pub(super) field: &'static str,
    pub(super) at: Option<At<'a>>,
    pub(super) value: Option<T>,
}

impl<'a, T: Stored> Part<'a, T> {
    /// An item of a list.
    pub(super) fn read(reader: &mut Reader, at: At<'a>) -> Self {
        Self { field: "", at: Some(at), value: T::read(reader, at) }
    }
}

impl<'a, T> Part<'a, T> {
    /// Where it is, if it could be read.
    pub(super) fn at_if_read(&self) -> Option<At<'a>> {
        self.at.filter(|_| self.value.is_some())
    }

    /// What was read, which may be nothing; `None` if it is there and could not be read.
    #[expect(clippy::option_option, reason = "absent, read, or not readable")]
    pub(super) fn optional(self) -> Option<Option<T>> {
        match self.at {
            Some(_) => self.value.map(Some),
            None => Some(None),
        }
    }
}

/// What is read later, when more is known.
pub(super) struct Later;

impl Stored for Later {
    fn read(_: &mut Reader, _: At<'_>) -> Option<Self> {
        Some(Self)
    }
}

impl<'a> Object<'a> {
    pub(super) fn part<T: Stored>(
        &self,
        reader: &mut Reader,
        field: &'static str,
        is_required: bool,
    ) -> Part<'a, T> {
        let at = if is_required { self.required(reader, field) } else { self.optional(field) };
        Part { field, at, value: at.and_then(|at| T::read(reader, at)) }
    }

    /// A part whose fields stand among the others.
    pub(super) fn flat<T: Shape>(&self, reader: &mut Reader) -> Part<'a, T> {
        Part { field: "", at: Some(*self.at), value: T::read_fields(reader, self) }
    }
}

impl Reader {
    /// Reads what is about a catalog.
    pub(super) fn read_on<T: Stored>(
        document: &Document,
        catalog: &Catalog,
    ) -> Result<T, DocumentError> {
        Self::read(document, |reader, at| {
            reader.catalog = Some(catalog.clone());
            reader.known = [catalog.clone()].into();
            T::read(reader, at)
        })
    }

    /// Where a part is that only some documents may leave out.
    pub(super) fn needed<'a, T>(&mut self, whole: At<'_>, part: &Part<'a, T>) -> Option<At<'a>> {
        let field = part.field;
        self.found(whole, part.at, || DocumentFault::Missing { field })
    }
}

/// Whether a field is left out.
pub(super) fn is_default<T: PartialEq>(value: &T, default: &T) -> bool {
    value == default
}

/// The name of a field, or the names of its fields.
macro_rules! field_name {
    ($field:ident, flat($type:ty)) => {
        $crate::document::object::Name::All(<$type as $crate::document::shape::Shape>::FIELDS)
    };
    ($field:ident $(, $how:ident $(($($argument:tt)*))?)?) => {
        $crate::document::object::Name::One(stringify!($field))
    };
}

/// Reads a field; `None` if there is a problem.
macro_rules! read_field {
    ($reader:ident, $object:expr, $field:ident) => {
        $object
            .required($reader, stringify!($field))
            .and_then(|at| $crate::document::shape::Stored::read($reader, at))
    };
    ($reader:ident, $object:expr, $field:ident, through($form:path)) => {
        $object.required($reader, stringify!($field)).and_then(|at| {
            $crate::document::shape::Stored::read($reader, at).map(|$form(value)| value)
        })
    };
    ($reader:ident, $object:expr, $field:ident, through($form:path, $default:expr)) => {
        match $object.optional(stringify!($field)) {
            Some(at) => {
                $crate::document::shape::Stored::read($reader, at).map(|$form(value)| value)
            }
            None => Some($default),
        }
    };
    ($reader:ident, $object:expr, $field:ident, flat($type:ty)) => {
        <$type as $crate::document::shape::Shape>::read_fields($reader, &$object)
    };
    ($reader:ident, $object:expr, $field:ident, or($default:expr)) => {
        match $object.optional(stringify!($field)) {
            Some(at) => $crate::document::shape::Stored::read($reader, at),
            None => Some($default),
        }
    };
    ($reader:ident, $object:expr, $field:ident, unless($default:expr)) => {
        $crate::document::shape::read_field!($reader, $object, $field, or($default))
    };
    // `optional` and `nullable`.
    ($reader:ident, $object:expr, $field:ident, $absent:ident) => {
        match $object.optional(stringify!($field)) {
            Some(at) => $crate::document::shape::Stored::read($reader, at).map(Some),
            None => Some(None),
        }
    };
}

/// Writes a field.
macro_rules! write_field {
    ($map:ident, $name:expr, $value:expr, optional) => {
        if let Some(value) = $value {
            $map.serialize_entry($name, value)?;
        }
    };
    ($map:ident, $name:expr, $value:expr, unless($default:expr)) => {
        if !$crate::document::shape::is_default($value, &$default) {
            $map.serialize_entry($name, $value)?;
        }
    };
    ($map:ident, $name:expr, $value:expr, through($form:path)) => {
        $map.serialize_entry($name, &$form($value.clone()))?
    };
    ($map:ident, $name:expr, $value:expr, through($form:path, $default:expr)) => {
        if !$crate::document::shape::is_default($value, &$default) {
            $map.serialize_entry($name, &$form($value.clone()))?;
        }
    };
    ($map:ident, $name:expr, $value:expr, flat $(($type:ty))?) => {
        $crate::document::shape::Shape::write_fields($value, $map)?
    };
    ($map:ident, $name:expr, $value:expr $(, $how:ident $(($($argument:tt)*))?)?) => {
        $map.serialize_entry($name, $value)?
    };
}

/// Reads fields, and makes a value of them; `None` if there is a problem in any.
macro_rules! read_fields {
    ($reader:ident, $object:ident => Self $(:: $variant:ident)? {
        $($field:ident $(in $member:tt)? $(: $how:ident $(($($argument:tt)*))?)?),* $(,)?
    }) => {{
        let _ = &$object;
        $(let $field = $crate::document::shape::read_field!(
            $reader, $object, $field $(, $how $(($($argument)*))?)?
        );)*
        $(let $field = $field?;)*
        Some(Self $(:: $variant)? { $($($member:)? $field),* })
    }};
}

/// Writes fields.
macro_rules! write_fields {
    ($map:ident {
        $($field:ident $(: $how:ident $(($($argument:tt)*))?)?),* $(,)?
    }) => {
        $($crate::document::shape::write_field!(
            $map, stringify!($field), $field $(, $how $(($($argument)*))?)?
        );)*
    };
}

/// Serializes a type as an object: by what writes the fields of a value.
macro_rules! serialize {
    ($type:ty $(where $generic:ident: $bound:ident)?, |$value:ident, $fields:ident| $write:expr) => {
        impl $(<$generic: $bound>)? serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                let ($value, $fields) = (self, &mut map);
                $write;
                map.end()
            }
        }
    };
}

/// The shape of a struct: an object with its fields.
macro_rules! shape {
    ($type:ident {
        $($field:ident $(in $member:tt)? $(: $how:ident $(($($argument:tt)*))?)?),* $(,)?
    }) => {
        impl $crate::document::shape::Shape for $type {
            const FIELDS: &'static [$crate::document::object::Name] =
                &[$($crate::document::shape::field_name!($field $(, $how $(($($argument)*))?)?)),*];

            fn read_fields(
                reader: &mut $crate::document::reader::Reader,
                object: &$crate::document::object::Object<'_>,
            ) -> Option<Self> {
                $crate::document::shape::read_fields!(reader, object => Self {
                    $($field $(in $member)? $(: $how $(($($argument)*))?)?),*
                })
            }

            fn write_fields<M: serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> Result<(), M::Error> {
                let Self { $($($member:)? $field),* } = self;
                $crate::document::shape::write_fields!(map {
                    $($field $(: $how $(($($argument)*))?)?),*
                });
                Ok(())
            }
        }

        impl $crate::document::shape::Stored for $type {
            fn read(
                reader: &mut $crate::document::reader::Reader,
                at: $crate::document::reader::At<'_>,
            ) -> Option<Self> {
                use $crate::document::shape::Shape;
                let object = reader.shaped(&at, Self::FIELDS)?;
                Self::read_fields(reader, &object)
            }
        }

        $crate::document::shape::serialize!($type, |value, fields| {
            $crate::document::shape::Shape::write_fields(value, fields)?
        });
    };
}

/// The shape of an enum: objects that have the name of the variant under `tag` (the first of those
/// given is written, all are read), or, of an enum `by field`, the first field of the variant alone.
macro_rules! variants {
    ($type:ident by $tag:literal, $article:ident $what:literal {
        $($name:literal $(| $alias:literal)* => $variant:ident {
            $($field:ident $(in $member:tt)? $(: $how:ident $(($($argument:tt)*))?)?),* $(,)?
        })*
    }) => {
        impl $crate::document::shape::Stored for $type {
            fn read(
                reader: &mut $crate::document::reader::Reader,
                at: $crate::document::reader::At<'_>,
            ) -> Option<Self> {
                use $crate::document::object::Name;
                use $crate::document::shape::{field_name, read_fields};
                let tag = reader.tag(&at, $tag)?;
                match reader.text(tag)? {
                    $($name $(| $alias)* => {
                        let object = reader.shaped(&at, &[
                            Name::One($tag), $(field_name!($field $(, $how $(($($argument)*))?)?)),*
                        ])?;
                        read_fields!(reader, object => Self::$variant {
                            $($field $(in $member)? $(: $how $(($($argument)*))?)?),*
                        })
                    })*
                    _ => reader.unknown(tag, $what, [$($name),*]),
                }
            }
        }

        $crate::document::shape::serialize!($type, |value, fields| match value {
            $(Self::$variant { $($($member:)? $field),* } => {
                fields.serialize_entry($tag, $name)?;
                $crate::document::shape::write_fields!(fields {
                    $($field $(: $how $(($($argument)*))?)?),*
                });
            })*
        });
    };
    ($type:ident by field {
        $($variant:ident {
            $first:ident $(in $first_member:tt)? $(: $first_how:ident ($first_form:path))?
            $(, $field:ident $(in $member:tt)? $(: $how:ident $(($($argument:tt)*))?)?)* $(,)?
        })*
    }) => {
        impl $crate::document::shape::Stored for $type {
            fn read(
                reader: &mut $crate::document::reader::Reader,
                at: $crate::document::reader::At<'_>,
            ) -> Option<Self> {
                use $crate::document::object::Object;
                use $crate::document::shape::{field_name, read_fields};
                $(if Object::has(at, stringify!($first)) {
                    let object = reader.shaped(&at, &[
                        field_name!($first), $(field_name!($field $(, $how $(($($argument)*))?)?)),*
                    ])?;
                    return read_fields!(reader, object => Self::$variant {
                        $first $(in $first_member)? $(: $first_how($first_form))?
                        $(, $field $(in $member)? $(: $how $(($($argument)*))?)?)*
                    });
                })*
                reader.none_of(at, &[$(stringify!($first)),*])
            }
        }

        $crate::document::shape::serialize!($type, |value, fields| match value {
            $(Self::$variant { $($first_member:)? $first $(, $($member:)? $field)* } => {
                $crate::document::shape::write_fields!(fields {
                    $first $(: $first_how($first_form))? $(, $field $(: $how $(($($argument)*))?)?)*
                });
            })*
        });
    };
}

/// The shape of a value that is checked further before it exists: a struct of what was read, part
/// by part, and how the parts of the value are written. A part that nobody looks at is dead code.
/// `as` says a name that is a constant.
macro_rules! parts {
    ($(#[$doc:meta])* $parts:ident $(<$generic:ident: $bound:ident>)? of $value:ident: $type:ty {
        $($field:ident $(as $name:path)?: $how:ident $part:ty = $written:expr),* $(,)?
    }) => {
        $(#[$doc])*
        struct $parts<'a $(, $generic: $bound)?> {
            $($field: $crate::document::shape::Part<'a, $part>),*
        }

        impl<'a $(, $generic: $bound)?> $parts<'a $(, $generic)?> {
            fn read(
                reader: &mut $crate::document::reader::Reader,
                at: &'a $crate::document::reader::At<'a>,
            ) -> Option<Self> {
                use $crate::document::shape::{part_name, part_names, read_part};
                let object = reader.shaped(at, &[
                    $(part_names!(part_name!($field $(as $name)?), $how $part)),*
                ])?;
                Some(Self {
                    $($field: read_part!(reader, object, part_name!($field $(as $name)?), $how)),*
                })
            }
        }

        $crate::document::shape::serialize!($type $(where $generic: $bound)?, |$value, fields| {
            use $crate::document::shape::{part_name, write_field};
            $(write_field!(fields, part_name!($field $(as $name)?), $written, $how);)*
        });
    };
}

macro_rules! part_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident as $name:path) => {
        $name
    };
}

macro_rules! part_names {
    ($name:expr, flat $part:ty) => {
        $crate::document::object::Name::All(<$part as $crate::document::shape::Shape>::FIELDS)
    };
    ($name:expr, $how:ident $part:ty) => {
        $crate::document::object::Name::One($name)
    };
}

macro_rules! read_part {
    ($reader:ident, $object:ident, $name:expr, required) => {
        $object.part($reader, $name, true)
    };
    ($reader:ident, $object:ident, $name:expr, optional) => {
        $object.part($reader, $name, false)
    };
    ($reader:ident, $object:ident, $name:expr, flat) => {
        $object.flat($reader)
    };
}

pub(super) use {
    field_name, part_name, part_names, parts, read_field, read_fields, read_part, serialize, shape,
    variants, write_field, write_fields,
};
