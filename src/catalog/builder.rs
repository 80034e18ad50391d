use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::catalog::area::{Area, Named};
use crate::catalog::definition::{
    Carrier, Definition, Delegation, Gate, Group, LevelLabels, Operation, Preset, RoleLabels,
};
use crate::catalog::literal::{List, Text};
use crate::catalog::place::Field;
use crate::catalog::problem::{CatalogError, CatalogFault, CatalogProblem};
use crate::catalog::scale::Setting;
use crate::catalog::tree::Node;
use crate::catalog::{Catalog, KeyError, build};
use crate::key::Map;
use crate::level::Level;
use crate::role::Role;

/// Describes a catalog at run time; [`build`](Self::build) checks it.
///
/// ```
/// use bailiwick::{Area, Catalog, Level, catalog::Source};
///
/// let catalog = Catalog::builder("help-desk/1")
///     .area(Area::levels("tickets").with("open").with("closed"))
///     .area(Area::toggle("plan").set_by(Source::Account).with("archive"))
///     .gate("tickets.closed", ["plan.archive"])
///     .operation("reopen", ["tickets:edit"])
///     .template("reader", "Reader", [("tickets", Level::Read)])
///     .build()?;
/// assert_eq!(catalog.permissions().count(), 5);
/// # Ok::<(), bailiwick::catalog::CatalogError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CatalogBuilder {
    definition: Definition,
    /// Where areas that were included come from, by the key that they have here.
    origins: Map<Text, Origin>,
    /// What is wrong with what was included.
    problems: Vec<CatalogProblem>,
}

/// Where an area comes from.
#[derive(Debug, Clone)]
struct Origin {
    catalog: Text,
    /// Its key there.
    key: Text,
}

impl CatalogBuilder {
    pub(crate) fn new(id: Text) -> Self {
        Self::from_definition(Definition {
            id,
            roles: RoleLabels::default(),
            levels: LevelLabels::default(),
            areas: List::Borrowed(&[]),
            gates: List::Borrowed(&[]),
            delegation: None,
            authority: List::Borrowed(&[]),
            operations: List::Borrowed(&[]),
            templates: List::Borrowed(&[]),
            audit_log: None,
            retired: List::Borrowed(&[]),
        })
    }

    pub(crate) fn from_definition(definition: Definition) -> Self {
        Self { definition, origins: Map::default(), problems: Vec::new() }
    }

    /// Starts with everything that is in a catalog, under a new id.
    pub(crate) fn from_catalog(id: Text, catalog: &Catalog) -> Self {
        let from: Text = catalog.id().to_string().into();
        let keys = catalog.areas().iter().map(|area| area.section.name.key.clone());
        let origin = |key: &Text| Origin { catalog: from.clone(), key: key.clone() };
        let origins = keys.map(|key| (key.clone(), origin(&key))).collect();
        let definition = Definition { id, ..catalog.definition().clone() };
        Self { origins, ..Self::from_definition(definition) }
    }

    /// Adds an area, after those there are.
    pub fn area(mut self, area: Area) -> Self {
        self.definition.areas.edit(|all| all.push(area));
        self
    }

    /// Adds areas of another catalog by key, in the order in which it has them, with those of its
    /// gates, operations and templates that refer only to these and to areas that are here already.
    /// Its authority, audit feature and role labels are left out: this catalog says its own.
    ///
    /// ```
    /// use bailiwick::presets::{agency, studio};
    ///
    /// let composed = studio::catalog()
    ///     .to_builder("voice-agency/1")
    ///     .include(&agency::catalog(), ["general", "agent_types"])
    ///     .gate("knowledge", ["general.knowledge_base"])
    ///     .build()?;
    /// assert!(composed.permission("agent_types.widget:on").is_ok());
    ///
    /// let colliding = studio::catalog().to_builder("voice-agency/2");
    /// let colliding = colliding.include(&agency::catalog(), ["integrations"]);
    /// let error = colliding.build().unwrap_err();
    /// assert_eq!(
    ///     error.problems()[0].fault().to_string(),
    ///     "area `integrations` of `agency/1` collides with area `integrations` of \
    ///      `studio/2026-06`; rename one of the two or leave it out",
    /// );
    /// # Ok::<(), bailiwick::catalog::CatalogError>(())
    /// ```
    pub fn include<'a>(self, catalog: &Catalog, areas: impl IntoIterator<Item = &'a str>) -> Self {
        self.include_as(catalog, areas.into_iter().map(|key| (key, key)))
    }

    /// Adds areas of another catalog as [`include`](Self::include) does, each under a new key:
    /// whatever refers to an area follows, and aliases and API names stay (CAT-13).
    ///
    /// ```
    /// use bailiwick::presets::{agency, studio};
    ///
    /// let renamed = [("general", "general"), ("integrations", "vendor_integrations")];
    /// let composed = studio::catalog()
    ///     .to_builder("voice-agency/1")
    ///     .include_as(&agency::catalog(), renamed)
    ///     .build()?;
    /// let import = composed.operation("import_twilio_number").unwrap();
    /// assert_eq!(
    ///     composed.display_all(import.iter()).to_string(),
    ///     "general.phone_numbers:on, vendor_integrations.twilio:on",
    /// );
    /// # Ok::<(), bailiwick::catalog::CatalogError>(())
    /// ```
    pub fn include_as<'a>(
        mut self,
        catalog: &Catalog,
        areas: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let from: Text = catalog.id().to_string().into();
        let place = |builder: &Self| Field::Areas.item(builder.definition.areas.len());
        let mut wanted: Map<&str, &str> = Map::default();
        for (key, renamed) in areas {
            let found = catalog.tree().find(key).map(|id| catalog.tree().node(id));
            let fault = match found {
                Err(unknown) => unknown.into(),
                Ok(Node { area: Some(area), path, .. }) => {
                    let area = catalog.tree().node(*area).path.clone();
                    KeyError::NotAnArea { path: path.clone(), area }.into()
                }
                // By whatever name, it is one area.
                Ok(Node { area: None, path, .. }) => match wanted.insert(path, renamed) {
                    Some(first) if first != renamed => {
                        CatalogFault::Duplicate { given: key.into(), first: first.into() }
                    }
                    Some(_) | None => continue,
                },
            };
            self.problems.push(CatalogProblem::new(&place(&self), fault));
        }
        let mut taken: Map<Text, ()> =
            self.definition.areas.iter().map(|area| (area.section.name.key.clone(), ())).collect();
        let mut added: Map<Text, ()> = Map::default();
        for area in catalog.areas() {
            let Some(renamed) = wanted.get(area.key()) else { continue };
            let key: Text = (*renamed).to_string().into();
            let origin = Origin { catalog: from.clone(), key: area.section.name.key.clone() };
            if taken.insert(key.clone(), ()).is_some() {
                self.collision(&key, &origin);
                continue;
            }
            let mut area = area.clone();
            if area.section.name.key != key {
                // Labels stay: what has none was labelled by its key.
                area.section.name.label = Some(area.label().into_owned().into());
                area.section.name.key.clone_from(&key);
            }
            self.origins.insert(key.clone(), origin);
            added.insert(key, ());
            self.definition.areas.edit(|all| all.push(area));
        }
        self.include_what_names(catalog, &added);
        self
    }

    /// Adds what another catalog says about areas that are here now, if some of them were just
    /// added.
    fn include_what_names(&mut self, catalog: &Catalog, added: &Map<Text, ()>) {
        let names = Names::new(self, catalog);
        let is_of_added = |path: &Text| {
            let area = path.split(['.', ':']).next().unwrap_or_default();
            added.contains_key(area)
        };
        let others = catalog.definition();
        let all = |needs: &List<Text>| {
            needs.iter().map(|need| names.here(need)).collect::<Option<Vec<Text>>>()
        };
        let gates = others.gates.iter().filter_map(|gate| {
            let (target, needs) = (names.here(&gate.target)?, all(&gate.needs)?);
            let is_new = is_of_added(&target) || needs.iter().any(is_of_added);
            is_new.then(|| Gate { target, needs: needs.into() })
        });
        let operations = others.operations.iter().filter_map(|operation| {
            let needs = all(&operation.needs)?;
            let is_new = needs.iter().any(is_of_added);
            is_new.then(|| Operation { name: operation.name.clone(), needs: needs.into() })
        });
        let templates = others.templates.iter().filter_map(|preset| {
            let grants = preset.grants.iter();
            let grants = grants.map(|(path, setting)| Some((names.here(path)?, setting.clone())));
            let grants: Vec<(Text, Setting)> = grants.collect::<Option<_>>()?;
            let is_new = grants.iter().any(|(path, _)| is_of_added(path));
            is_new.then(|| Preset { grants: grants.into(), ..preset.clone() })
        });
        let (gates, operations): (Vec<_>, Vec<_>) = (gates.collect(), operations.collect());
        let templates: Vec<_> = templates.collect();
        self.definition.gates.edit(|all| all.extend(gates));
        self.definition.operations.edit(|all| all.extend(operations));
        self.definition.templates.edit(|all| all.extend(templates));
    }

    /// Notes that an area of another catalog would have the key of one that is here.
    fn collision(&mut self, key: &Text, origin: &Origin) {
        let other = self.origins.get(key);
        let (key, with) = other.map_or((key, &self.definition.id), |one| (&one.key, &one.catalog));
        let fault = CatalogFault::Collision {
            given: (*origin.key).into(),
            from: (*origin.catalog).into(),
            key: (**key).into(),
            with: (**with).into(),
        };
        let place = Field::Areas.item(self.definition.areas.len());
        self.problems.push(CatalogProblem::new(&place, fault));
    }

    /// Makes `target` inert while one of the features `needs` is off (CAT-6): an area, a leaf, or
    /// one rung of them, as in `reports:export` (CAT-17).
    pub fn gate<I: IntoIterator<Item: Into<Text>>>(
        mut self,
        target: impl Into<Text>,
        needs: I,
    ) -> Self {
        let needs = needs.into_iter().map(Into::into).collect();
        self.definition.gates.edit(|all| all.push(Gate { target: target.into(), needs }));
        self
    }

    /// Makes the actions of `area` inert for members while `feature` is off (GRD-2).
    ///
    /// If [`authority`](Self::authority) says nothing about a group of commands, an action of this
    /// area carries it: `create` inviting, `edit` editing users and setting permissions, `delete`
    /// deleting, `manage` templates.
    pub fn delegation(mut self, area: impl Into<Text>, feature: impl Into<Text>) -> Self {
        self.definition.delegation =
            Some(Delegation { area: area.into(), feature: feature.into() });
        self
    }

    /// Says what a group of commands rests on: whoever gives them must hold one of `any`, given as
    /// `path:rung`, while all the features `needs` are on (CAT-15). Replaces what was said about
    /// the group before.
    ///
    /// A catalog that says nothing about a group leaves it to admins.
    ///
    /// ```
    /// use bailiwick::{Area, Catalog, catalog::{Group, Source}};
    ///
    /// let catalog = Catalog::builder("desk/1")
    ///     .area(Area::toggle("desk").set_by(Source::Role).with("staff"))
    ///     .area(Area::toggle("plan").set_by(Source::Account).with("team"))
    ///     .authority(Group::Invite, ["desk.staff:on"], ["plan.team"])
    ///     .build()?;
    /// let invite = catalog.authority(Group::Invite);
    /// assert_eq!(catalog.display_all(invite.features()).to_string(), "plan.team:on");
    /// assert!(catalog.authority(Group::Edit).is_any_admins());
    /// # Ok::<(), bailiwick::catalog::CatalogError>(())
    /// ```
    pub fn authority<P: Into<Text>, F: Into<Text>>(
        mut self,
        group: Group,
        any: impl IntoIterator<Item = P>,
        needs: impl IntoIterator<Item = F>,
    ) -> Self {
        let any = any.into_iter().map(Into::into).collect();
        let needs = needs.into_iter().map(Into::into).collect();
        self.definition.authority.edit(|authority| {
            authority.retain(|carrier| carrier.group != group);
            authority.push(Carrier { group, any, needs });
        });
        self
    }

    /// Says which feature makes an account keep an audit log (CAT-16).
    pub fn audit_log(mut self, feature: impl Into<Text>) -> Self {
        self.definition.audit_log = Some(feature.into());
        self
    }

    /// Says what a role is called (CAT-12).
    pub fn role_label(mut self, role: Role, label: impl Into<Text>) -> Self {
        let RoleLabels { admin, member } = &mut self.definition.roles;
        let slot = match role {
            Role::Admin => admin,
            Role::Member => member,
        };
        *slot = Some(label.into());
        self
    }

    /// Says what a level is called (CAT-11).
    pub fn level_label(mut self, level: Level, label: impl Into<Text>) -> Self {
        let LevelLabels { none, read, edit } = &mut self.definition.levels;
        let slot = match level {
            Level::None => none,
            Level::Read => read,
            Level::Edit => edit,
        };
        *slot = Some(label.into());
        self
    }

    /// Retires the path of an area or a leaf that the catalog had, or an action that all leaves of
    /// an area had (`calls:export`): it cannot be used again, and stored forms that still name it
    /// load (EVO-5).
    pub fn retire(mut self, path: impl Into<Text>) -> Self {
        self.definition.retired.edit(|all| all.push(path.into()));
        self
    }

    /// Names a conjunction of permissions, given as `path:rung` (CAT-7). The key can have a label
    /// and a description.
    ///
    /// ```
    /// use bailiwick::{Area, Catalog, catalog::Named};
    ///
    /// let reopen = Named::new("reopen");
    /// let reopen = reopen.labelled("Reopen").described("Puts a ticket back");
    /// let catalog = Catalog::builder("desk/1")
    ///     .area(Area::levels("tickets"))
    ///     .operation(reopen, ["tickets:edit"])
    ///     .build()?;
    /// assert_eq!(catalog.operation_name("reopen").unwrap().label(), "Reopen");
    /// # Ok::<(), bailiwick::catalog::CatalogError>(())
    /// ```
    pub fn operation<I: IntoIterator<Item: Into<Text>>>(
        mut self,
        name: impl Into<Named>,
        needs: I,
    ) -> Self {
        let needs = needs.into_iter().map(Into::into).collect();
        self.definition.operations.edit(|all| all.push(Operation { name: name.into(), needs }));
        self
    }

    /// Adds a role template that the catalog ships (TPL-9). Its name is its label; the id can have
    /// a description.
    pub fn template<P: Into<Text>, S: Into<Setting>>(
        mut self,
        id: impl Into<Named>,
        name: impl Into<Text>,
        grants: impl IntoIterator<Item = (P, S)>,
    ) -> Self {
        let grants = grants.into_iter().map(|(path, setting)| (path.into(), setting.into()));
        let Named { key: id, description, .. } = id.into();
        let preset = Preset { id, name: name.into(), description, grants: grants.collect() };
        self.definition.templates.edit(|all| all.push(preset));
        self
    }

    /// Checks everything and builds the catalog.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once (CAT-8): a key that is malformed, over 64 bytes or given
    /// twice; a label or description that is blank, too long or contains characters that cannot be
    /// seen; a gate, operation, authority or template that names what is not there; an authority
    /// that rests on what nobody is granted or has by role; a feature that needs itself; an empty
    /// operation, gate or authority; a retired key that is in use; an area without permissions;
    /// more than [`MAX_PERMISSIONS`](crate::catalog::MAX_PERMISSIONS),
    /// [`MAX_SECTIONS`](crate::catalog::MAX_SECTIONS) or [`MAX_GATES`](crate::catalog::MAX_GATES).
    /// Areas beyond a limit are not examined any further, so that no input takes time out of
    /// proportion to its size.
    pub fn build(self) -> Result<Catalog, CatalogError> {
        let Self { definition, mut problems, .. } = self;
        match build::build(definition) {
            Ok(catalog) if problems.is_empty() => Ok(catalog),
            Ok(_) => Err(CatalogError::new(problems, 0)),
            Err(error) => {
                problems.extend_from_slice(error.problems());
                Err(CatalogError::new(problems, error.more()))
            }
        }
    }
}

/// What the paths of another catalog are called here.
struct Names<'a> {
    theirs: &'a Catalog,
    /// The areas that came from there, by their keys there.
    renamed: Map<Text, Text>,
    /// The areas that are here, and their leaves.
    known: Map<(Text, Text), ()>,
}

impl<'a> Names<'a> {
    fn new(builder: &CatalogBuilder, theirs: &'a Catalog) -> Self {
        let origins = builder.origins.iter().filter(|(_, origin)| origin.catalog == theirs.id());
        let renamed = origins.map(|(key, origin)| (origin.key.clone(), key.clone())).collect();
        let mut known: Map<(Text, Text), ()> = Map::default();
        for area in &builder.definition.areas {
            let key = &area.section.name.key;
            known.insert((key.clone(), Text::Borrowed("")), ());
            let leaves = area.sub_sections.iter();
            known.extend(leaves.map(|leaf| ((key.clone(), leaf.name.key.clone()), ())));
        }
        Self { theirs, renamed, known }
    }

    /// What is called `text` there, a path or `path:rung`, if it is here too. Aliases are resolved
    /// where they were given.
    fn here(&self, text: &Text) -> Option<Text> {
        let (path, rung) = match text.split_once(':') {
            Some((path, rung)) => (path, Some(rung)),
            None => (&**text, None),
        };
        let tree = self.theirs.tree();
        let path = &tree.node(tree.find(path).ok()?).path;
        let (area, leaf) = path.split_once('.').unwrap_or((path, ""));
        let area = self.renamed.get(area).map_or(area, |renamed| renamed);
        let key = (area.to_string().into(), leaf.to_string().into());
        self.known.contains_key(&key).then(|| {
            let dot = if leaf.is_empty() { "" } else { "." };
            let rung = rung.map(|rung| format!(":{rung}")).unwrap_or_default();
            format!("{area}{dot}{leaf}{rung}").into()
        })
    }
}
