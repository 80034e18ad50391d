use alloc::boxed::Box;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::catalog::Catalog;
use crate::document::MIGRATION_FORMAT;
use crate::document::account::CatalogForm;
use crate::document::problem::{DocumentError, DocumentFault, either};
use crate::document::reader::{At, Reader};
use crate::document::shape::{Later, Stored, parts};
use crate::document::tree::Document;
use crate::migration::{Accepted, Kind, Migration, MigrationBuilder, MigrationProblem, Rule, Verb};
use crate::permission::Stamp;

parts! {
    MigrationParts of migration: Migration {
        format: required Later = MIGRATION_FORMAT,
        from: required Later = &CatalogForm { catalog: migration.old(), is_known: false },
        from_stamp: optional Stamp = &Some(migration.old().stamp()),
        to: required Later = &CatalogForm { catalog: migration.new(), is_known: false },
        to_stamp: optional Stamp = &Some(migration.new().stamp()),
        rules: optional Vec<Rule> = Some(migration.rules()),
        accept: optional Vec<Accepted> = &Some(migration.accepted()).filter(|all| !all.is_empty()),
    }
}

impl Migration {
    /// Reads a migration document, and builds it: its rules are accounted for and proven as if they
    /// were in code. Catalogs that it names by id are looked up in `known`.
    ///
    /// ```
    /// use bailiwick::document::Document;
    /// use bailiwick::migration::Migration;
    /// use bailiwick::presets;
    ///
    /// let june = serde_json::to_string(&presets::march_to_june().build()?)?;
    /// let document: Document = serde_json::from_str(&june)?;
    /// let read = Migration::from_document(&document, &presets::all())?;
    /// assert_eq!(serde_json::to_string(&read)?, june);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: fields that are unknown or missing, unknown catalogs; if
    /// there are none, what is not accounted for, ambiguous or impossible; if there is nothing of
    /// that, what would be gained.
    pub fn from_document(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| {
            let builder = reader.migration(at, known)?;
            let error = match builder.build() {
                Ok(migration) => return Some(migration),
                Err(error) => error,
            };
            for problem in error.problems() {
                reader.migration_problem(at, problem);
            }
            reader.more_problems(error.more());
            None
        })
    }
}

impl MigrationBuilder {
    /// Reads the rules of a migration document, which are not looked at together yet: more can be
    /// added, and gains accepted.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: fields that are unknown or missing, unknown catalogs.
    pub fn from_document(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Reader::read(document, |reader, at| reader.migration(at, known))
    }
}

impl Stored for Rule {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let mut verb = None;
        let (mut kind, mut named, mut into) = (Some(Kind::Permission), None, None);
        let mut is_good = true;
        let mut fields = reader.map(&at);
        while let Some((name, field)) = fields.next(reader) {
            match (name, name.parse::<Verb>()) {
                ("of", _) => kind = Kind::read(reader, field),
                ("into", _) => {
                    into = names(reader, field);
                    is_good &= into.is_some();
                }
                (_, Ok(found)) if verb.is_none() => {
                    (verb, named) = (Some(found), names(reader, field));
                    is_good &= named.is_some();
                }
                (_, Ok(_) | Err(_)) => {
                    is_good = false;
                    let verbs = Verb::ALL.iter().map(|verb| verb.name());
                    let known = either(verbs.chain(["into", "of"]));
                    let field_name = name.into();
                    reader.fault(field, DocumentFault::UnknownField { field: field_name, known });
                }
            }
        }
        let Some(verb) = verb else {
            let fields = either(Verb::ALL.iter().map(|verb| verb.name()));
            reader.fault(at, DocumentFault::MissingOneOf { fields });
            return None;
        };
        let named = named.unwrap_or_default();
        let rule = match verb {
            Verb::Add => Self::new(verb, kind?, Vec::new(), named),
            Verb::Rename
            | Verb::MoveTo
            | Verb::Split
            | Verb::MergeAll
            | Verb::MergeAny
            | Verb::LowestOf
            | Verb::Retire => Self::new(verb, kind?, named, into.unwrap_or_default()),
        };
        is_good.then_some(rule)
    }
}

/// One name, or a list of names.
fn names(reader: &mut Reader, at: At<'_>) -> Option<Vec<Box<str>>> {
    if let Some(name) = at.node.text() {
        return Some([name.into()].into());
    }
    reader.all(at, |reader, item| reader.text(item).map(Into::into))
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let [from, into] = [self.from().collect::<Vec<_>>(), self.into().collect()];
        match self.verb() {
            Verb::Add => write(&mut map, self.verb().name(), &into)?,
            Verb::Retire => write(&mut map, self.verb().name(), &from)?,
            Verb::Rename
            | Verb::MoveTo
            | Verb::Split
            | Verb::MergeAll
            | Verb::MergeAny
            | Verb::LowestOf => {
                write(&mut map, self.verb().name(), &from)?;
                write(&mut map, "into", &into)?;
            }
        }
        match self.kind() {
            Kind::Permission => {}
            Kind::Operation | Kind::Template => map.serialize_entry("of", &self.kind())?,
        }
        map.end()
    }
}

/// One name by itself, several as a list.
fn write<M: SerializeMap>(map: &mut M, key: &str, names: &[&str]) -> Result<(), M::Error> {
    match names {
        [name] => map.serialize_entry(key, name),
        names => map.serialize_entry(key, names),
    }
}

parts! {
    AcceptedParts of accepted: Accepted {
        gain: required Box<str> = accepted.gain(),
        reason: required Box<str> = accepted.reason(),
    }
}

impl Stored for Accepted {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let parts = AcceptedParts::read(reader, &at)?;
        Some(Self::new(parts.gain.value?, parts.reason.value?))
    }
}

impl Reader {
    /// The rules between two catalogs.
    fn migration(&mut self, at: At<'_>, known: &[Catalog]) -> Option<MigrationBuilder> {
        let parts = MigrationParts::read(self, &at)?;
        self.format(parts.format.at, MIGRATION_FORMAT);
        let old = parts.from.at.and_then(|at| self.catalog(at, &parts.from_stamp, known));
        let new = parts.to.at.and_then(|at| self.catalog(at, &parts.to_stamp, known));
        let rules = parts.rules.value.unwrap_or_default();
        let accepted = parts.accept.value.unwrap_or_default();
        let (old, new) = old.zip(new).filter(|_| self.is_clean())?;
        Some(Migration::between(&old, &new).with(rules, accepted))
    }

    /// A problem of the migration at `at`, at a place in it.
    fn migration_problem(&mut self, at: At<'_>, problem: &MigrationProblem) {
        self.problem_in(at, problem.place(), || problem.fault().clone().into());
    }
}
