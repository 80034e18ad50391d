//! Texts, numbers and names: what documents hold, and what hosts store and send on its own.
//!
//! A [`Permission`](crate::Permission) is not among them. It is a bit of one catalog, so its text
//! is written and read by that: `catalog.display(permission)` and `catalog.permission(text)`.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use core::fmt::{self, Display};
use core::marker::PhantomData;
use core::num::NonZeroU32;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::account::{AccountName, AtLimit, EffectOf, InvitationLifetime, Refusal};
use crate::agency::{AgencyRefusal, Channel, Switch};
use crate::catalog::{Setter, Source};
use crate::decision::{Decision, Reason};
use crate::document::problem::DocumentFault;
use crate::document::reader::{At, Reader};
use crate::document::shape::{Stored, variants};
use crate::document::tree::{Document, Value};
use crate::document::written::written;
use crate::email::Email;
use crate::key::{AccountId, AgencyId, OrderKey, TemplateId, UserId};
use crate::ledger::{Digest, MAX_KEY_MEMORY, MAX_REVISION, OrderReason, RefusalKind};
use crate::level::Level;
use crate::migration::Kind;
use crate::permission::Stamp;
use crate::role::{Role, Status};
use crate::time::Timestamp;

impl Stored for Box<str> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.text(at).map(Into::into)
    }
}

impl Stored for bool {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let Value::Bool(given) = at.value() else { return reader.wanted(at, "true or false") };
        Some(given)
    }
}

impl Stored for i64 {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.integer(at)
    }
}

impl Stored for u32 {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.number(at, "a number from 0 to 4294967295")
    }
}

impl Stored for usize {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.number(at, "a number from 0")
    }
}

impl Stored for NonZeroU32 {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let given = reader.integer(at)?;
        let number = u32::try_from(given).ok().and_then(Self::new);
        let expected = "a number from 1 to 4294967295";
        reader.found(at, number, || DocumentFault::Range { given, expected })
    }
}

impl Stored for InvitationLifetime {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let given = reader.integer(at)?;
        let lifetime = u32::try_from(given).ok().and_then(Self::from_days);
        let expected = "a number of days from 1 to 3650";
        reader.found(at, lifetime, || DocumentFault::Range { given, expected })
    }
}

impl Serialize for InvitationLifetime {
    /// Writes the days.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.days())
    }
}

/// How many keys are remembered.
#[derive(Clone, Copy)]
pub(super) struct KeyMemory(pub(super) u16);

impl Stored for KeyMemory {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let given = i64::read(reader, at)?;
        let memory = u16::try_from(given).ok().filter(|memory| *memory <= MAX_KEY_MEMORY);
        let expected = "a number from 0 to 1000";
        reader.found(at, memory.map(Self), || DocumentFault::Range { given, expected })
    }
}

impl Serialize for KeyMemory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.0)
    }
}

/// A revision that is the first or a later one.
#[derive(Clone, Copy)]
pub(super) struct Revision<const FIRST: u64>(pub(super) u64);

impl<const FIRST: u64> Stored for Revision<FIRST> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let given = reader.integer(at)?;
        let Some(revision) = u64::try_from(given).ok().filter(|given| *given >= FIRST) else {
            let expected = if FIRST == 0 { "a number from 0" } else { "a number from 1" };
            reader.fault(at, DocumentFault::Range { given, expected });
            return None;
        };
        let fits = (revision <= MAX_REVISION).then_some(Self(revision));
        reader.found(at, fits, || DocumentFault::Revision { given: revision })
    }
}

impl<const FIRST: u64> Serialize for Revision<FIRST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl Stored for Timestamp {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.integer(at).map(Self::from_unix_millis)
    }
}

impl Serialize for Timestamp {
    /// Writes the milliseconds since 1970-01-01T00:00:00Z.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.unix_millis())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::from_unix_millis)
    }
}

/// Reads a text by its `FromStr`.
struct FromText<T>(PhantomData<T>);

impl<T: FromStr<Err: Display>> Visitor<'_> for FromText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

fn from_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(FromText(PhantomData))
}

/// Texts that parse, each with an error of its own.
macro_rules! texts {
    ($($type:ident),*) => {$(
        impl Stored for $type {
            fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
                let text = reader.text(at)?;
                reader.take(at, Self::parse(text))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                from_text(deserializer)
            }
        }
    )*};
}

texts! { AccountName, AccountId, AgencyId, OrderKey, TemplateId, UserId, Email }

impl Stored for OrderReason {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let text = reader.text(at)?;
        reader.take(at, Self::parse(text))
    }
}

impl Serialize for OrderReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Stored for Stamp {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let text = reader.text(at)?;
        reader.take(at, text.parse())
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}

impl Stored for Digest {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let text = reader.text(at)?;
        reader.take(at, text.parse())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}

/// Names out of a few.
macro_rules! names {
    ($($type:ident),*) => {$(
        impl Stored for $type {
            fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
                match reader.text(at)?.parse::<Self>() {
                    Ok(found) => Some(found),
                    Err(unknown) => reader.unknown(at, unknown.what(), unknown.expected()),
                }
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                from_text(deserializer)
            }
        }
    )*};
}

names! {
    Role, Status, Level, Kind, Source, Setter, Reason, RefusalKind, Channel, Switch, AtLimit, EffectOf
}

variants! {
    Decision by "decision", a "decision" {
        "allow" => Allow {}
        "deny" => Deny { reason in 0 }
    }
}

impl<'de> Deserialize<'de> for Decision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        let problem = |error: &crate::document::DocumentError| match error.problems() {
            [first, ..] => format!("{first}"),
            [] => error.to_string(),
        };
        Reader::read(&document, Self::read).map_err(|error| D::Error::custom(problem(&error)))
    }
}

/// What a page or a log shows of a refusal; it is not read back.
macro_rules! refusals {
    ($($type:ident),*) => {$(
        written!($type, |refusal| {
            "code" = refusal.code(),
            "rule" = refusal.rule(),
            "kind" = refusal.kind(),
            "message" = refusal.to_string(),
        });
    )*};
}

refusals! { Refusal, AgencyRefusal }
