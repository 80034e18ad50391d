//! What is set by key: grants, mutes and features.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::ToString;

use serde::ser::{Serialize, Serializer};
use smallvec::SmallVec;

use crate::catalog::settings::{Holder, Settings};
use crate::catalog::tree::NodeId;
use crate::catalog::{Catalog, Setting};
use crate::document::claims::Unique;
use crate::document::reader::{At, Reader};
use crate::document::shape::Stored;
use crate::features::Features;
use crate::grants::Grants;
use crate::mutes::{Mute, Mutes};

impl Stored for Grants {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.grants(at, Holder::User)
    }
}

impl Reader {
    fn grants(&mut self, at: At<'_>, holder: Holder) -> Option<Grants> {
        let catalog = self.catalog.clone()?;
        let tree = catalog.tree();
        let mut settings = Settings::default();
        let mut is_valid = at.node.fields().is_some();
        let mut sub_sections: SmallVec<[(NodeId, At<'_>); 4]> = SmallVec::new();
        let mut bad_areas = BTreeSet::new();
        let mut fields = self.map(&at);
        while let Some((path, at)) = fields.next(self) {
            let setting = Setting::read(self, at);
            if setting.is_some() && self.is_retired(at, path) {
                continue;
            }
            if setting.is_some() && !tree.has(path) && self.is_only_counted(at) {
                is_valid = false;
                continue;
            }
            let setting = setting.map(|setting| self.without_retired(&catalog, &at, path, setting));
            let added = setting.map(|setting| settings.add(tree, holder, path, &setting));
            match added.and_then(|added| self.take(at, added)) {
                Some(id) if tree.node(id).area.is_some() => sub_sections.push((id, at)),
                Some(_) => {}
                None => {
                    is_valid = false;
                    bad_areas.extend(tree.find(path).ok());
                }
            }
        }
        for (id, at) in sub_sections {
            if let Err(problem) = settings.require_area(tree, id) {
                is_valid = false;
                // An area whose own setting has a problem is not reported as missing.
                if tree.node(id).area.is_some_and(|area| !bad_areas.contains(&area)) {
                    self.fault(at, problem);
                }
            }
        }
        is_valid.then(|| Grants::from_settings(&catalog, settings))
    }
}

impl Reader {
    /// A setting without the actions that are retired, which are noted (EVO-5).
    fn without_retired(
        &mut self,
        catalog: &Catalog,
        at: &At<'_>,
        path: &str,
        setting: Setting,
    ) -> Setting {
        let Setting::Actions(mut actions) = setting else { return setting };
        let mut items = self.list(at);
        actions.edit(|kept| {
            kept.retain(|action| {
                let item = items.next();
                let is_retired = catalog.is_retired_action(path, action);
                if let Some(item) = item.filter(|_| is_retired) {
                    self.ignore(item, &format!("{path}:{action}"));
                }
                !is_retired
            });
        });
        Setting::Actions(actions)
    }
}

/// Grants without what only users have.
pub(super) struct TemplateGrants(pub(super) Grants);

impl Stored for TemplateGrants {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.grants(at, Holder::Template).map(Self)
    }
}

impl Stored for Mutes {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let catalog = reader.catalog.clone()?;
        let mut mutes = Self::new(&catalog);
        let mut unique = Unique::new("mute");
        for item in reader.list(&at) {
            let given = reader.text(item).filter(|given| !reader.is_retired(item, given));
            let found = given.map(|given| Mute::parse(&catalog, given));
            let Some(mute) = found.and_then(|found| reader.take(item, found)) else {
                continue;
            };
            let name = mute.to_string();
            unique.claim(reader, item, &name, &name, &name);
            let noted = mutes.mute_by_name(&name);
            reader.take(item, noted);
        }
        Some(mutes)
    }
}

impl Stored for Features {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let catalog = reader.catalog.clone()?;
        let mut features = Self::new(&catalog);
        let mut unique = Unique::new("feature");
        for item in reader.list(&at) {
            let Some(given) = reader.text(item) else {
                continue;
            };
            if reader.is_retired(item, given)
                || (!catalog.tree().has(given) && reader.is_only_counted(item))
            {
                continue;
            }
            let turned_on = features.turn_on(given);
            if let (Some(()), Ok(id)) = (reader.take(item, turned_on), catalog.tree().find(given)) {
                unique.claim(reader, item, given, &catalog.tree().node(id).path, given);
            }
        }
        Some(features)
    }
}

impl Serialize for Grants {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for Mutes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|mute| mute.to_string()))
    }
}

impl Serialize for Features {
    /// Writes the paths of what is on, except what always is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.set_paths())
    }
}
