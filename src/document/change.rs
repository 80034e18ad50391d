use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::{
    Account, Affected, Altered, Change, Contents, Edit, Effect, EffectOf, Listed, User,
};
use crate::agency::{Agency, AgencyChange, AgencyContents, AgencyEdit};
use crate::catalog::Catalog;
use crate::document::account::Subaccount;
use crate::document::leaf::{KeyMemory, Revision};
use crate::document::object::{Name, Object};
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Place, Reader};
use crate::document::shape::{Later, Part, Shape, Stored, parts, shape, variants};
use crate::document::tree::Document;
use crate::document::written::List;
use crate::document::{AGENCY_CHANGE_FORMAT, CHANGE_FORMAT};
use crate::key::{OrderKey, TemplateId, UserId};
use crate::ledger::{self, Actor, Digest, Directory, OrderReason};
use crate::permission::Stamp;
use crate::registry::Named;
use crate::template::Template;
use crate::time::Timestamp;

/// What the documents of a directory's changes differ in. The field that says whose change it is
/// has the name of the directory.
trait Recorded:
    Directory<Id: Stored + Serialize, Command: Stored + Serialize, Edit: Stored + Serialize>
{
    const FORMAT: &'static str;

    /// How effects are stored.
    type Told: Shape;

    fn tell(change: &ledger::Change<Self>) -> Self::Told;

    /// The effects of what was written.
    fn told(told: Self::Told, edits: &[Self::Edit]) -> Self::Effects;
}

parts! {
    ChangeParts<D: Recorded> of change: ledger::Change<D> {
        format: required Later = D::FORMAT,
        directory as D::NAME: required D::Id = &change.directory,
        catalog: optional Later = Some(change.catalog.id()),
        stamp: optional Stamp = &Some(change.catalog.stamp()),
        revision: required Revision<1> = &Revision::<1>(change.revision()),
        previous: optional Digest = &change.previous(),
        time: required Timestamp = &change.time(),
        actor: required Actor = change.actor(),
        command: required D::Command = change.command(),
        reason: optional OrderReason = &change.reason,
        key: optional OrderKey = &change.key,
        key_memory: optional KeyMemory = &change.key_memory.map(KeyMemory),
        edits: required Vec<D::Edit> = change.edits(),
        told: flat D::Told = &D::tell(change),
    }
}

impl<D: Recorded> Stored for ledger::Change<D> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let parts = ChangeParts::<D>::read(reader, &at)?;
        reader.format(parts.format.at, D::FORMAT);
        let catalog = reader.catalog.clone()?;
        let other = parts.catalog.at.filter(|at| at.node.text() != Some(catalog.id()));
        if let Some(at) = other {
            let given = reader.text(at)?.into();
            let wanted = catalog.id().into();
            reader.fault(at, DocumentFault::OtherCatalog { given, wanted });
            return None;
        }
        if !reader.is_unchanged(&catalog, &parts.stamp) {
            return None;
        }
        let edits = parts.edits.value?;
        Some(Self {
            catalog,
            directory: parts.directory.value?,
            revision: parts.revision.value?.0,
            previous: parts.previous.value,
            time: parts.time.value?,
            actor: parts.actor.value?,
            command: parts.command.value?,
            reason: parts.reason.value,
            key: parts.key.value,
            key_memory: parts.key_memory.value.map(|KeyMemory(memory)| memory),
            effects: D::told(parts.told.value?, &edits),
            edits,
        })
    }
}

impl Change {
    /// Reads a change of an account on `catalog`. What its records refer to is not looked up: a
    /// change that fits no state is refused when it is applied.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: unknown or missing fields, keys that the catalog does not
    /// know, another format.
    pub fn from_document(document: &Document, catalog: &Catalog) -> Result<Self, DocumentError> {
        Reader::read_on(document, catalog)
    }

    /// Reads a change of a log that goes on over migrations: on whichever of the `known` catalogs it
    /// says that it was made, so that an audit log stays readable (EVO-5). One of an earlier version
    /// does not say, and is read on the first.
    ///
    /// # Errors
    ///
    /// As [`from_document`](Self::from_document), and a catalog that is not known, or not as it was.
    pub fn from_log(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Reader::read_of_log(document, known)
    }
}

impl Recorded for Account {
    const FORMAT: &'static str = CHANGE_FORMAT;

    type Told = Told;

    fn tell(change: &Change) -> Told {
        let named = change.effects().iter().map(|effect| NamedEffect::new(effect, &change.catalog));
        Told { effects: named.collect() }
    }

    /// What a migration gives is of the catalog that it leads to.
    fn told(told: Told, edits: &[Edit]) -> Vec<Effect> {
        let migrates = edits.iter().any(|edit| matches!(edit, Edit::Catalog { .. }));
        let gained = if migrates { Names::into_written } else { Names::into_known };
        told.effects.into_iter().map(|effect| effect.into_effect(gained)).collect()
    }
}

/// Who gained and lost what.
struct Told {
    effects: Vec<NamedEffect>,
}

shape! {
    Told { effects }
}

impl AgencyChange {
    /// Reads a change of an agency on `catalog`. Whether it fits is said when it is applied.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: unknown or missing fields, keys that the catalog does not
    /// know, another format.
    pub fn from_document(document: &Document, catalog: &Catalog) -> Result<Self, DocumentError> {
        Reader::read_on(document, catalog)
    }

    /// Reads a change of a log that goes on over migrations, as
    /// [`Change::from_log`](crate::Change::from_log) does.
    ///
    /// # Errors
    ///
    /// As [`from_document`](Self::from_document), and a catalog that is not known, or not as it was.
    pub fn from_log(document: &Document, known: &[Catalog]) -> Result<Self, DocumentError> {
        Reader::read_of_log(document, known)
    }
}

impl Reader {
    /// Reads a change on the catalog that it names, which is looked for before the rest is read.
    fn read_of_log<T: Stored>(document: &Document, known: &[Catalog]) -> Result<T, DocumentError> {
        Self::read(document, |reader, at| {
            let field = |name| {
                let mut fields = at.node.fields().into_iter().flatten();
                let node = fields.find(|(key, _)| *key == name).map(|(_, node)| node);
                node.map(|node| At { node, place: Place::Field(&at.place, name) })
            };
            let said = field("stamp");
            let value = said.and_then(|at| at.node.text()?.parse().ok());
            let stamp = Part { field: "stamp", at: said, value };
            let catalog = match field("catalog") {
                Some(own) => reader.catalog(own, &stamp, known),
                None => reader.found(at, known.first().cloned(), || DocumentFault::Missing {
                    field: "catalog",
                }),
            };
            reader.catalog = Some(catalog?);
            reader.known = known.to_vec();
            T::read(reader, at)
        })
    }
}

impl Recorded for Agency {
    const FORMAT: &'static str = AGENCY_CHANGE_FORMAT;

    type Told = ();

    fn tell(_: &AgencyChange) {}

    fn told((): (), _: &[AgencyEdit]) {}
}

/// The changes of its subaccounts say who gained and lost what.
impl Shape for () {
    const FIELDS: &'static [Name] = &[];

    fn read_fields(_: &mut Reader, _: &Object<'_>) -> Option<Self> {
        Some(())
    }

    fn write_fields<M: SerializeMap>(&self, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

variants! {
    Edit by "of", an "edit" {
        "user" => User { altered in 0: flat(Altered<User>) }
        "template" => Template { altered in 0: flat(Altered<Template>) }
        "seat_limit" => SeatLimit { before: nullable, after: nullable }
        "features" => Features { before, after }
        "name" => Name { before: nullable, after: nullable }
        "seats" => AtLimit { before, after }
        "catalog" => Catalog { before, after }
        "beyond_limit" => BeyondLimit { used, limit }
        "invitation_lifetime" => InvitationLifetime { before: nullable, after: nullable }
    }
}

/// A null is no record.
impl<T: Named + Stored + Serialize> Shape for Altered<T> {
    const FIELDS: &'static [Name] = &[Name::One("before"), Name::One("after")];

    fn read_fields(reader: &mut Reader, object: &Object<'_>) -> Option<Self> {
        let before: Part<'_, Arc<T>> = object.part(reader, "before", false);
        let after: Part<'_, Arc<T>> = object.part(reader, "after", false);
        match (before.at.map(|_| before.value), after.at.map(|_| after.value)) {
            (None, Some(after)) => Some(Self::Added(after?)),
            (Some(before), None) => Some(Self::Removed(before?)),
            (Some(before), Some(after)) => {
                let (before, after) = (before?, after?);
                if before.name() != after.name() {
                    let (before, after) = (before.name().into(), after.name().into());
                    reader.fault(*object.at, DocumentFault::OtherSubject { before, after });
                    return None;
                }
                Some(Self::Changed { before, after })
            }
            (None, None) => {
                reader.fault(*object.at, DocumentFault::EmptyEdit);
                None
            }
        }
    }

    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("before", &self.before())?;
        map.serialize_entry("after", &self.after())
    }
}

/// An effect as documents have it: of one user, or of a number of users whom a template or a
/// feature reaches.
enum NamedEffect {
    User { user: UserId, of: EffectOf, gained: Names, lost: Names },
    Users { users: usize, template: Option<TemplateId>, of: EffectOf, gained: Names, lost: Names },
}

// Documents of earlier versions do not say `of`: they tell of active users alone.
variants! {
    NamedEffect by field {
        User { user, of: unless(EffectOf::Effective), gained, lost }
        Users { users, template: nullable, of: unless(EffectOf::Effective), gained, lost }
    }
}

impl NamedEffect {
    fn new(effect: &Effect, catalog: &Catalog) -> Self {
        let names = |listed: &Listed| {
            let texts = listed.iter().map(|one| match one {
                Ok(permission) => catalog.display(permission).to_string().into(),
                Err(text) => text.into(),
            });
            Names { catalog: catalog.clone(), texts: texts.collect() }
        };
        let (gained, lost) = (names(&effect.gained), names(&effect.lost));
        match effect.who() {
            Affected::User(user) => Self::User { user: user.clone(), of: effect.of, gained, lost },
            Affected::Profile { users, template } => {
                let template = template.clone();
                Self::Users { users: *users, template, of: effect.of, gained, lost }
            }
        }
    }
}

impl NamedEffect {
    fn into_effect(self, listed: impl Fn(Names) -> Listed) -> Effect {
        let (who, of, gained, lost) = match self {
            Self::User { user, of, gained, lost } => (Affected::User(user), of, gained, lost),
            Self::Users { users, template, of, gained, lost } => {
                (Affected::Profile { users, template }, of, gained, lost)
            }
        };
        Effect { who, of, gained: listed(gained), lost: lost.into_known() }
    }
}

/// Permissions by name, and the catalog of the change that names them.
struct Names {
    catalog: Catalog,
    texts: Vec<Box<str>>,
}

impl Names {
    /// As far as the catalog knows them (REV-13).
    fn into_known(self) -> Listed {
        let Self { catalog, texts } = self;
        texts.into_iter().map(|text| catalog.permission(&text).map_err(|_| text)).collect()
    }

    /// Of whatever catalog.
    fn into_written(self) -> Listed {
        self.texts.into_iter().map(Err).collect()
    }
}

impl Stored for Names {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let catalog = reader.catalog.clone();
        let texts = reader.all(at, |reader, at| reader.text(at).map(Box::from))?;
        Some(Self { catalog: catalog?, texts })
    }
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.texts)
    }
}

parts! {
    ContentsParts of contents: Contents {
        catalog: required Later = contents.catalog.id(),
        stamp: required Stamp = &contents.catalog.stamp(),
        features: required Later = &contents.features,
        templates: required Later = &List(|| contents.templates()),
        users: required Later = &List(|| contents.users()),
    }
}

/// On the catalog that they name, whatever that of the change is.
impl Stored for Contents {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let parts = ContentsParts::read(reader, &at)?;
        reader.on_catalog(parts.catalog.at?, &parts.stamp, |reader, catalog| {
            let features = parts.features.at.and_then(|at| Stored::read(reader, at));
            let templates = parts.templates.at.and_then(|at| Stored::read(reader, at));
            let users = parts.users.at.and_then(|at| Stored::read(reader, at));
            Some(Self { catalog, features: features?, templates: templates?, users: users? })
        })
    }
}

parts! {
    AgencyContentsParts of contents: AgencyContents {
        catalog: required Later = contents.catalog.id(),
        stamp: required Stamp = &contents.catalog.stamp(),
        default_features: optional Later = &contents.default_features,
    }
}

impl Stored for AgencyContents {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let parts = AgencyContentsParts::read(reader, &at)?;
        reader.on_catalog(parts.catalog.at?, &parts.stamp, |reader, catalog| {
            let default_features = match parts.default_features.at {
                Some(at) => Some(Stored::read(reader, at)?),
                None => None,
            };
            Some(Self { catalog, default_features })
        })
    }
}

impl Reader {
    /// Reads what is on a catalog of its own, whatever that of the change is.
    fn on_catalog<T>(
        &mut self,
        at: At<'_>,
        stamp: &Part<'_, Stamp>,
        read: impl FnOnce(&mut Self, Catalog) -> Option<T>,
    ) -> Option<T> {
        let known = self.known.clone();
        let catalog = self.catalog(at, stamp, &known)?;
        let of_change = self.catalog.replace(catalog.clone());
        let value = read(self, catalog);
        self.catalog = of_change;
        value
    }
}

variants! {
    AgencyEdit by field {
        Migrated { migrated in subaccounts, before, after }
        Created { created in account: through(Subaccount), copied_from: optional }
        Deleted { deleted in account: through(Subaccount) }
        Changed { changed in 0 }
    }
}
