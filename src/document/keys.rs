use alloc::vec::Vec;

use crate::document::claims::Claims;
use crate::document::leaf::{KeyMemory, Revision};
use crate::document::problem::DocumentFault;
use crate::document::reader::{At, Reader};
use crate::document::shape::parts;
use crate::key::OrderKey;
use crate::ledger::{Digest, Done, KEY_MEMORY, Keys};

parts! {
    DoneParts of done: Done {
        key: required OrderKey = &done.key,
        revision: required Revision<1> = &Revision::<1>(done.revision),
        order: required Digest = &done.order,
    }
}

impl Reader {
    /// The keys of orders that an account or agency at a revision remembers.
    pub(super) fn keys(
        &mut self,
        at: Option<At<'_>>,
        memory: Option<KeyMemory>,
        last: Revision<0>,
    ) -> Keys {
        let memory = memory.map_or(KEY_MEMORY, |KeyMemory(memory)| memory);
        let mut claims = Claims::new("key", |key| key.into());
        let (mut after, mut given, mut recent) = (0, 0_usize, Vec::new());
        self.each(at, |reader, item| {
            given += 1;
            let Some(DoneParts { key, revision, order }) = DoneParts::read(reader, &item) else {
                return;
            };
            claims.claim_id(reader, &key);
            if let (Some(at), Some(Revision(given))) = (revision.at, revision.value) {
                if given <= after || given > last.0 {
                    reader.fault(at, DocumentFault::KeyRevision { given, after, last: last.0 });
                }
                after = after.max(given);
            }
            let all = key.value.zip(revision.value).zip(order.value);
            recent.extend(
                all.filter(|_| reader.is_clean()).map(|((key, Revision(revision)), order)| Done {
                    key,
                    revision,
                    order,
                }),
            );
        });
        if let Some(at) = at.filter(|_| given > memory.into()) {
            self.fault(at, DocumentFault::TooManyKeys { given, memory });
        }
        Keys { memory, recent: recent.into() }
    }
}

/// How many keys are remembered, if it is another number than most remember.
pub(super) fn key_memory(keys: &Keys) -> Option<KeyMemory> {
    (keys.memory != KEY_MEMORY).then_some(KeyMemory(keys.memory))
}
