//! What digests are taken of: one encoding for each value, whatever documents look like.
//!
//! Texts are preceded by their lengths, and lists say where they end, so that no two values have
//! one encoding. Keys stand as text, in the order of their texts, so that reordering a catalog
//! changes no digest (CAT-10).

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;

use crate::catalog::{Catalog, Setting};
use crate::features::Features;
use crate::grants::Grants;
use crate::key::{AccountId, AgencyId, OrderKey, TemplateId, UserId};
use crate::ledger::order::OrderReason;
use crate::ledger::{Actor, Digest};
use crate::level::Level;
use crate::mutes::Mutes;
use crate::permission::{Permission, Stamp};
use crate::role::{Role, Status};
use crate::time::Timestamp;

/// Something that has a digest.
#[expect(unnameable_types, reason = "only this crate says what a digest is taken of")]
pub trait Encode {
    /// Puts all of it in.
    fn encode(&self, to: &mut Encoder<'_>);
}

/// A digest under way.
// `sha2`, which is audited and as fast as the processor: the SHA-256 that stamps catalogs in code
// runs in constants, which `sha2` cannot, and takes twenty times as long.
#[derive(Debug)]
#[expect(unnameable_types, reason = "only directories are encoded")]
pub struct Encoder<'a> {
    hash: Sha256,
    catalog: &'a Catalog,
}

impl<'a> Encoder<'a> {
    /// Of something on a catalog, which names its permissions. No two kinds share a digest.
    pub(crate) fn new(kind: &str, catalog: &'a Catalog) -> Self {
        let mut encoder = Self { hash: Sha256::new(), catalog };
        encoder.put(kind);
        encoder
    }

    pub(crate) fn finish(self) -> Digest {
        Digest::new(self.hash.finalize().into())
    }

    pub(crate) fn put(&mut self, value: &(impl Encode + ?Sized)) {
        value.encode(self);
    }

    /// Things in the order that they have.
    pub(crate) fn put_all<T: Encode>(&mut self, values: impl Iterator<Item = T>) {
        values.for_each(|value| self.put(&Some(value)));
        self.put(&None::<T>);
    }

    /// Things whose order says nothing, or is the catalog's.
    pub(crate) fn put_sorted<T: Encode + Ord>(&mut self, values: impl Iterator<Item = T>) {
        let mut values: Vec<T> = values.collect();
        values.sort_unstable();
        self.put_all(values.into_iter());
    }

    /// A digest of some permissions, by their names; none of none. One that the catalog does not
    /// know has the same digest as when it knew it.
    pub(crate) fn digest_of<'p>(
        &self,
        permissions: impl Iterator<Item = Result<Permission, &'p str>>,
    ) -> Option<Digest> {
        let mut permissions = permissions.peekable();
        permissions.peek()?;
        let mut digest = Self::new("permissions", self.catalog);
        digest.put_sorted(permissions.map(|one| match one {
            Ok(permission) => self.catalog.parts_of(permission),
            Err(text) => Some(text.rsplit_once(':').unwrap_or((text, ""))),
        }));
        Some(digest.finish())
    }
}

impl Encode for str {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&self.len());
        to.hash.update(self.as_bytes());
    }
}

/// Seven bits at a time, with a mark if more follow: nearly all numbers are small.
impl Encode for u64 {
    fn encode(&self, to: &mut Encoder<'_>) {
        let groups = core::iter::successors(Some(*self), |rest| Some(rest >> 7));
        let last = self.checked_ilog2().unwrap_or_default() as usize / 7;
        let bytes = groups.take(last + 1).enumerate().map(|(at, group)| {
            let [byte, ..] = group.to_le_bytes();
            if at < last { byte | 0x80 } else { byte }
        });
        to.hash.update(bytes.collect::<SmallVec<[u8; 10]>>());
    }
}

impl Encode for Digest {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.hash.update(self.as_bytes());
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.hash.update([u8::from(self.is_some())]);
        if let Some(value) = self {
            to.put(value);
        }
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put_all(self.iter());
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put(&**self);
    }
}

impl Encode for () {
    fn encode(&self, _: &mut Encoder<'_>) {}
}

macro_rules! encode_through {
    ($($pointer:ty),*) => {$(
        impl<T: Encode + ?Sized> Encode for $pointer {
            fn encode(&self, to: &mut Encoder<'_>) {
                to.put(&**self);
            }
        }
    )*};
}

encode_through!(&T, Box<T>, Arc<T>);

macro_rules! encode_tuples {
    ($(($($field:ident),*))*) => {$(
        impl<$($field: Encode),*> Encode for ($($field,)*) {
            fn encode(&self, to: &mut Encoder<'_>) {
                #[expect(non_snake_case, reason = "named as their types")]
                let ($($field,)*) = self;
                $(to.put($field);)*
            }
        }
    )*};
}

encode_tuples! { (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

/// What is encoded as something else that says all of it.
macro_rules! encode_as {
    ($($value:ident: $type:ty => $as:expr;)*) => {$(
        impl Encode for $type {
            fn encode(&self, to: &mut Encoder<'_>) {
                let $value = self;
                to.put($as);
            }
        }
    )*};
}

encode_as! {
    flag: bool => &u64::from(*flag);
    number: u32 => &u64::from(*number);
    number: usize => &(*number as u64);
    number: u16 => &u64::from(*number);
    text: String => text.as_str();
    id: AccountId => id.as_str();
    id: AgencyId => id.as_str();
    key: OrderKey => key.as_str();
    reason: OrderReason => reason.as_str();
    id: TemplateId => id.as_str();
    id: UserId => id.as_str();
    level: Level => level.name();
    role: Role => role.name();
    status: Status => status.name();
    stamp: Stamp => &stamp.to_string();
    time: Timestamp => &u64::from_ne_bytes(time.unix_millis().to_ne_bytes());
}

impl Encode for Actor {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::Host => to.put("host"),
            Self::User { agency, account, user } => to.put(&("user", agency, account, user)),
            Self::Agency(id) => to.put(&("agency", id)),
        }
    }
}

impl Encode for Setting {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self {
            Self::Level(level) => to.put(&("level", level)),
            Self::Actions(actions) => {
                to.put("actions");
                to.put_sorted(actions.iter().map(|action| &**action));
            }
            Self::Toggle(is_on) => to.put(&("toggle", is_on)),
        }
    }
}

impl Encode for Grants {
    fn encode(&self, to: &mut Encoder<'_>) {
        let mut grants: Vec<(&str, Setting)> = self.iter().collect();
        grants.sort_unstable_by_key(|(path, _)| *path);
        to.put(&grants);
    }
}

impl Encode for Mutes {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put_sorted(self.iter().map(|mute| mute.to_string()));
    }
}

impl Encode for Features {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.put_sorted(self.set_paths());
    }
}
