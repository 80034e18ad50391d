//! What a catalog is stamped with.

use crate::catalog::area::{Area, Section};
use crate::catalog::definition::{Carrier, Definition, Delegation, Group};
use crate::catalog::literal::{Text, items, text};
use crate::catalog::scale::Scale;
use crate::catalog::sha256::Sha256;
use crate::permission::Stamp;

impl Definition {
    /// A SHA-256 of the structure: of all that decisions and stored forms depend on. Labels,
    /// descriptions and templates are no part of it (CAT-11).
    #[doc(hidden)]
    #[must_use]
    pub const fn digest(&self) -> [u32; 8] {
        let mut hash = Hash::START.text(text(&self.id));
        let mut areas = items(&self.areas);
        hash = hash.number(areas.len());
        while let [area, rest @ ..] = areas {
            hash = hash.area(area);
            areas = rest;
        }
        let mut gates = items(&self.gates);
        hash = hash.number(gates.len());
        while let [gate, rest @ ..] = gates {
            hash = hash.text(text(&gate.target)).texts(items(&gate.needs));
            gates = rest;
        }
        hash = match &self.delegation {
            None => hash.byte(0),
            Some(Delegation { area, feature }) => hash.byte(1).text(text(area)).text(text(feature)),
        };
        // By group, in whatever order the groups are declared.
        let mut groups: &[Group] = &Group::ALL;
        while let [group, rest @ ..] = groups {
            hash = hash.carriers(*group, items(&self.authority));
            groups = rest;
        }
        let mut operations = items(&self.operations);
        hash = hash.number(operations.len());
        while let [operation, rest @ ..] = operations {
            hash = hash.text(text(&operation.name.key)).texts(items(&operation.needs));
            operations = rest;
        }
        hash.option(self.audit_log.as_ref()).texts(items(&self.retired)).0.finish()
    }

    /// The first bits of the digest.
    #[doc(hidden)]
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        let [first, second, ..] = self.digest();
        Stamp::new((first as u64) << 32 | second as u64)
    }
}

/// SHA-256 over the parts of a definition, each text behind its length.
#[derive(Clone, Copy)]
struct Hash(Sha256);

impl Hash {
    const START: Self = Self(Sha256::START);

    const fn byte(self, byte: u8) -> Self {
        Self(self.0.byte(byte))
    }

    const fn number(self, number: usize) -> Self {
        let [a, b, c, d, ..] = (number as u64).to_le_bytes();
        self.byte(a).byte(b).byte(c).byte(d)
    }

    const fn text(self, text: &str) -> Self {
        let mut hash = self.number(text.len());
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            hash = hash.byte(*byte);
            bytes = rest;
        }
        hash
    }

    const fn texts(self, texts: &[Text]) -> Self {
        let mut hash = self.number(texts.len());
        let mut texts = texts;
        while let [one, rest @ ..] = texts {
            hash = hash.text(text(one));
            texts = rest;
        }
        hash
    }

    const fn option(self, option: Option<&Text>) -> Self {
        match option {
            None => self.byte(0),
            Some(some) => self.byte(1).text(text(some)),
        }
    }

    const fn section(self, section: &Section) -> Self {
        self.text(text(&section.name.key))
            .texts(items(&section.aliases))
            .option(section.api_name.as_ref())
            .byte(section.always_on as u8)
    }

    const fn area(self, area: &Area) -> Self {
        let mut hash = self.section(&area.section);
        hash = match &area.scale {
            Scale::Levels => hash.byte(0),
            Scale::Actions(actions) => hash.byte(1).texts(items(actions)),
            Scale::Toggle => hash.byte(2),
        };
        let setter = match area.setter {
            None => 0,
            Some(setter) => 1 + setter as u8,
        };
        hash = hash.byte(area.source as u8).byte(setter).byte(area.user_only as u8);
        let mut sections = items(&area.sub_sections);
        hash = hash.number(sections.len());
        while let [section, rest @ ..] = sections {
            hash = hash.section(section);
            sections = rest;
        }
        hash
    }

    const fn carriers(self, group: Group, carriers: &[Carrier]) -> Self {
        let (mut hash, mut carriers) = (self, carriers);
        while let [carrier, rest @ ..] = carriers {
            if carrier.group as u8 == group as u8 {
                hash = hash.byte(1 + group as u8).texts(items(&carrier.any));
                hash = hash.texts(items(&carrier.needs));
            }
            carriers = rest;
        }
        hash.byte(0)
    }
}
