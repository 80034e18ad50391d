//! A second, deliberately naive reading of the rules: maps and sets of strings over documents.
//!
//! It shares no code with the library and knows no bits. It reads documents that are known to be
//! valid, and fails loudly on any name it does not know.
//!
//! From top to bottom: the questions, the rules that answer them, the account, the catalog, and
//! the tables of the four presets.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document the oracle cannot read is a mistake in the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

/// One account, and the answer to every question about it.
#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    catalog: Arc<Catalog>,
    account: Account,
}

// The questions.

impl Oracle {
    /// Reads a valid account document.
    pub(crate) fn new(account_document: &Value) -> Self {
        let catalog = Catalog::new(&account_document["catalog"]);
        Self::on(&Arc::new(catalog), account_document)
    }

    /// Reads a valid account document that stands on this catalog.
    pub(crate) fn on(catalog: &Arc<Catalog>, account_document: &Value) -> Self {
        let account = Account::new(catalog, account_document);
        Self { catalog: Arc::clone(catalog), account }
    }

    /// Every permission in text form, in catalog order.
    pub(crate) fn permissions(&self) -> Vec<String> {
        self.catalog.permissions()
    }

    /// The key of every operation, in catalog order.
    pub(crate) fn operations(&self) -> Vec<String> {
        let keys = self.catalog.operations.iter().map(|(key, _)| key.clone());
        keys.collect()
    }

    /// The id of every user of the account.
    pub(crate) fn users(&self) -> Vec<String> {
        self.account.users.keys().cloned().collect()
    }

    /// The catalog the account stands on.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What the user may do, as a set of permissions (USR-2, TPL-2, ROLE-2, ROLE-3): nothing
    /// unless active; otherwise what the role gives, with what is inert taken out.
    pub(crate) fn effective(&self, user: &str) -> BTreeSet<String> {
        let user = self.account.users.get(user);
        let Some(user) = user.filter(|user| user.is_active()) else {
            return BTreeSet::new();
        };
        let mut effective = BTreeSet::new();
        for leaf in self.catalog.leaves() {
            if !self.is_inert_for(user, leaf) {
                let held = self.held(user, leaf);
                effective.extend(leaf.permissions_of(&held));
            }
        }
        effective
    }

    /// What a template preset of the catalog gives.
    pub(crate) fn template_set(&self, template_id: &str) -> BTreeSet<String> {
        let Some(grants) = self.catalog.templates.get(template_id) else {
            panic!("no template preset `{template_id}` in the catalog")
        };
        let mut set = BTreeSet::new();
        for leaf in self.catalog.leaves() {
            let given = largest_valid(leaf, raw(grants, leaf));
            set.extend(leaf.permissions_of(&given));
        }
        set
    }

    /// Whether the user may do all that is asked; if not, the reason of the first conjunct that
    /// fails, in catalog order (CAT-7, DEC-2).
    pub(crate) fn decide(&self, user: &str, ask: &[String]) -> Result<(), &'static str> {
        let asked: BTreeSet<String> = ask.iter().flat_map(|one| self.catalog.expand(one)).collect();
        assert!(!asked.is_empty(), "nothing is asked: {ask:?}");
        for leaf in self.catalog.leaves() {
            for (rung, permission) in leaf.atoms() {
                if asked.contains(permission) {
                    self.decide_one(user, leaf, rung)?;
                }
            }
        }
        Ok(())
    }
}

// The rules.

impl Oracle {
    /// The reasons for a denial, first that applies (DEC-2).
    fn decide_one(&self, user: &str, leaf: &Leaf, rung: &str) -> Result<(), &'static str> {
        let Some(user) = self.account.users.get(user) else {
            return Err("unknown_user");
        };
        if !user.is_active() {
            return Err("not_active");
        }
        if self.is_inert_for(user, leaf) {
            return Err("not_entitled");
        }
        match leaf.source {
            Source::Account if self.is_on(leaf) => Ok(()),
            Source::Account => Err("not_entitled"),
            _ if user.is_admin() => Ok(()),
            Source::Role => Err("admin_only"),
            Source::Grantable if !self.given(user, leaf).contains(rung) => Err("not_granted"),
            Source::Grantable if muted(user, leaf).contains(rung) => Err("muted"),
            Source::Grantable => Ok(()),
        }
    }

    /// The rungs an active user holds on a leaf while nothing makes it inert: a feature that is
    /// on (CAT-4); for an admin every grantable and role permission (ROLE-2); for a member what
    /// is given minus what is muted (ROLE-3, TPL-2), and no role permission (ROLE-4).
    fn held(&self, user: &User, leaf: &Leaf) -> Rungs {
        match (leaf.source, user.is_admin()) {
            (Source::Account, _) if self.is_on(leaf) => leaf.all_rungs(),
            (Source::Account, _) | (Source::Role, false) => Rungs::new(),
            (Source::Role | Source::Grantable, true) => leaf.all_rungs(),
            (Source::Grantable, false) => &self.given(user, leaf) - &muted(user, leaf),
        }
    }

    /// What a member is given on a leaf but for mutes: the largest valid set inside
    /// (template ∪ grants) (TPL-2). A template that does not exist gives nothing (TPL-8).
    fn given(&self, user: &User, leaf: &Leaf) -> Rungs {
        let mut given = raw(&user.grants, leaf);
        if let Some(template) = &user.template
            && let Some(grants) = self.account.templates.get(template)
        {
            given.extend(raw(grants, leaf));
        }
        largest_valid(leaf, given)
    }

    /// Whether a leaf is inert for this user: for everyone by a gate (CAT-6), for members also
    /// while the feature that delegation needs is out of force (GRD-2).
    fn is_inert_for(&self, user: &User, leaf: &Leaf) -> bool {
        self.is_inert(leaf) || (!user.is_admin() && self.lacks_delegation(leaf))
    }

    /// Whether a gate on the leaf or on its area needs a feature that is out of force (CAT-6).
    fn is_inert(&self, leaf: &Leaf) -> bool {
        let gates = self.catalog.gates.iter();
        gates
            .filter(|gate| gate.target == leaf.path || gate.target == leaf.area)
            .any(|gate| gate.needs.iter().any(|feature| !self.in_force(feature)))
    }

    /// Whether the leaf is of the delegated area while delegation is off (GRD-2).
    fn lacks_delegation(&self, leaf: &Leaf) -> bool {
        let delegated = self.catalog.delegated.as_ref();
        delegated.is_some_and(|delegated| {
            delegated.area == leaf.area && !self.in_force(&delegated.feature)
        })
    }

    /// Whether a feature is on and not itself inert (CAT-6).
    fn in_force(&self, feature: &str) -> bool {
        let leaf = self.catalog.leaf(feature);
        self.is_on(leaf) && !self.is_inert(leaf)
    }

    /// Whether a feature is on: listed by the account, or always on (AGY-2).
    fn is_on(&self, feature: &Leaf) -> bool {
        feature.always_on || self.account.features.contains(&feature.path)
    }
}

/// The setting of a leaf within one set of grants: that of its area cut by the override, if there
/// is one (LVL-3); an area not mentioned gives nothing (LVL-3, LVL-4).
fn raw(grants: &Grants, leaf: &Leaf) -> Rungs {
    let Some(area) = grants.get(&leaf.area) else {
        return Rungs::new();
    };
    match grants.get(&leaf.path) {
        Some(setting) => area & setting,
        None => area.clone(),
    }
}

/// The largest valid set inside a raw one: every rung needs the first of its scale (CAT-3, LVL-2).
fn largest_valid(leaf: &Leaf, raw: Rungs) -> Rungs {
    if raw.contains(leaf.first_rung()) { raw } else { Rungs::new() }
}

/// The rungs of a leaf that mutes take away: muting a rung mutes all that needs it (TPL-5).
fn muted(user: &User, leaf: &Leaf) -> Rungs {
    let muted: Rungs = leaf
        .atoms()
        .filter(|(_, permission)| user.mutes.contains(*permission))
        .map(|(rung, _)| rung.clone())
        .collect();
    if muted.contains(leaf.first_rung()) { leaf.all_rungs() } else { muted }
}

// The account.

/// Rungs of one leaf or area, by name.
type Rungs = BTreeSet<String>;

/// What was set for someone: the rungs of each area and sub-section named, by canonical path.
type Grants = BTreeMap<String, Rungs>;

/// What an account document says, in canonical names.
#[derive(Clone, Debug)]
struct Account {
    features: BTreeSet<String>,
    templates: BTreeMap<String, Grants>,
    users: BTreeMap<String, User>,
}

/// What decisions depend on in one entry of the directory.
#[derive(Clone, Debug)]
struct User {
    role: String,
    status: String,
    template: Option<String>,
    grants: Grants,
    mutes: BTreeSet<String>,
}

impl Account {
    fn new(catalog: &Catalog, document: &Value) -> Self {
        let features = texts(&document["features"]);
        Self {
            features: features.map(|path| catalog.canonical(path)).collect(),
            templates: read_templates(&catalog.areas, &document["templates"]),
            users: list(&document["users"])
                .map(|user| (text(&user["id"]).to_owned(), User::new(catalog, user)))
                .collect(),
        }
    }
}

impl User {
    fn new(catalog: &Catalog, document: &Value) -> Self {
        let mutes = texts(&document["mutes"]);
        Self {
            role: read_role(text(&document["role"])).to_owned(),
            status: text(&document["status"]).to_owned(),
            template: document["template"].as_str().map(str::to_owned),
            grants: read_grants(&catalog.areas, &document["grants"]),
            mutes: mutes.flat_map(|mute| catalog.expand(mute)).collect(),
        }
    }

    /// Two roles: admin and member (ROLE-1).
    fn is_admin(&self) -> bool {
        self.role == "admin"
    }

    /// Only an active user may do anything (USR-2).
    fn is_active(&self) -> bool {
        self.status == "active"
    }
}

/// The roles; `user` is read as `member` (ROLE-1).
fn read_role(role: &str) -> &str {
    match role {
        "admin" => "admin",
        "member" | "user" => "member",
        _ => panic!("no role `{role}`"),
    }
}

fn read_templates(areas: &[Area], document: &Value) -> BTreeMap<String, Grants> {
    let templates = list(document);
    templates
        .map(|template| {
            let grants = read_grants(areas, &template["grants"]);
            (text(&template["id"]).to_owned(), grants)
        })
        .collect()
}

fn read_grants(areas: &[Area], document: &Value) -> Grants {
    let settings = document.as_object().into_iter().flatten();
    settings.map(|(path, setting)| (canonical_path(areas, path), read_setting(setting))).collect()
}

/// A setting as the rungs it holds: a level (LVL-1), a list of actions, or a toggle (CAT-3).
fn read_setting(setting: &Value) -> Rungs {
    let rungs: Vec<&str> = match setting {
        Value::String(level) => match read_level(level).as_str() {
            "none" => vec![],
            "read" => vec!["read"],
            "edit" => vec!["read", "edit"],
            _ => panic!("no level `{level}`"),
        },
        Value::Array(_) => texts(setting).collect(),
        Value::Bool(true) => vec!["on"],
        Value::Bool(false) => vec![],
        _ => panic!("no setting: {setting}"),
    };
    rungs.into_iter().map(str::to_owned).collect()
}

/// Level names parse case-insensitively; `read-only` is read (LVL-12).
fn read_level(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "read-only" => "read".to_owned(),
        level => level.to_owned(),
    }
}

// The catalog.

/// A catalog, read from a document or from the table of a preset (CAT-1).
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    pub(crate) areas: Vec<Area>,
    gates: Vec<Gate>,
    delegated: Option<Delegated>,
    operations: Vec<(String, Vec<String>)>,
    templates: BTreeMap<String, Grants>,
}

/// An area and its leaves, in order.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    pub(crate) key: String,
    /// Every name of the area, the key first (CAT-5).
    pub(crate) spellings: Vec<String>,
    pub(crate) scale: Scale,
    pub(crate) rungs: Vec<String>,
    pub(crate) source: Source,
    pub(crate) user_only: bool,
    /// Its sub-sections, or itself if it has none (CAT-2).
    pub(crate) leaves: Vec<Leaf>,
}

/// The scales of CAT-3.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scale {
    Levels,
    Actions,
    Toggle,
}

/// The sources of CAT-4.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    Grantable,
    Role,
    Account,
}

/// What alone holds permissions: a sub-section, or an area without sub-sections (CAT-2).
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// The canonical path.
    pub(crate) path: String,
    /// The key of its area; equal to `path` where the area itself is the leaf.
    pub(crate) area: String,
    pub(crate) rungs: Vec<String>,
    /// The text form of each rung's permission, in the order of the scale.
    pub(crate) permissions: Vec<String>,
    pub(crate) source: Source,
    pub(crate) always_on: bool,
    /// Every path that names the leaf, the canonical one first (CAT-5).
    pub(crate) spellings: Vec<String>,
}

/// The features a leaf or area needs (CAT-6).
#[derive(Clone, Debug)]
struct Gate {
    target: String,
    needs: Vec<String>,
}

/// The area whose actions members may hold only while a feature is in force (GRD-2).
#[derive(Clone, Debug)]
struct Delegated {
    area: String,
    feature: String,
}

impl Catalog {
    /// Reads the catalog of an account document: the id of a preset or an inline document.
    pub(crate) fn new(catalog: &Value) -> Self {
        match catalog.as_str() {
            Some(id) => Self::read(&preset(id)),
            None => Self::read(catalog),
        }
    }

    fn read(document: &Value) -> Self {
        let areas: Vec<Area> = list(&document["areas"]).map(Area::new).collect();
        let mut catalog = Self {
            gates: list(&document["gates"]).map(|gate| Gate::new(&areas, gate)).collect(),
            delegated: Delegated::new(&areas, &document["delegated"]),
            operations: Vec::new(),
            templates: read_templates(&areas, &document["templates"]),
            areas,
        };
        for operation in list(&document["operations"]) {
            let needs = texts(&operation["needs"]).flat_map(|need| catalog.expand(need));
            let operation = (text(&operation["key"]).to_owned(), needs.collect());
            catalog.operations.push(operation);
        }
        catalog
    }

    /// Every permission in catalog order: areas, then leaves, then rungs.
    pub(crate) fn permissions(&self) -> Vec<String> {
        let leaves = self.leaves();
        leaves.flat_map(|leaf| leaf.permissions.clone()).collect()
    }

    /// Every leaf in catalog order (CAT-2).
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.areas.iter().flat_map(|area| &area.leaves)
    }

    /// What a grants document sets, unclosed: an action may lack what it needs (LVL-2).
    pub(crate) fn raw_set(&self, grants: &Value) -> BTreeSet<String> {
        let grants = read_grants(&self.areas, grants);
        self.leaves().flat_map(|leaf| leaf.permissions_of(&raw(&grants, leaf))).collect()
    }

    /// The area whose actions members may hold, and the feature it needs (GRD-2).
    pub(crate) fn delegation(&self) -> Option<(&str, &str)> {
        let delegated = self.delegated.as_ref()?;
        Some((&delegated.area, &delegated.feature))
    }

    /// The permissions that an ask stands for: an operation's conjuncts (CAT-7), or those of all
    /// leaves under a path at one rung (LVL-10).
    fn expand(&self, ask: &str) -> Vec<String> {
        let Some((path, rung)) = ask.split_once(':') else {
            return self.operation(ask).to_vec();
        };
        let path = self.canonical(path);
        let leaves = self.leaves().filter(|leaf| leaf.path == path || leaf.area == path);
        leaves.map(|leaf| leaf.permission(rung)).collect()
    }

    fn operation(&self, key: &str) -> &[String] {
        match self.operations.iter().find(|(known, _)| known == key) {
            Some((_, needs)) => needs,
            None => panic!("no operation `{key}` in the catalog"),
        }
    }

    fn leaf(&self, path: &str) -> &Leaf {
        match self.leaves().find(|leaf| leaf.path == path) {
            Some(leaf) => leaf,
            None => panic!("no leaf `{path}` in the catalog"),
        }
    }

    fn canonical(&self, path: &str) -> String {
        canonical_path(&self.areas, path)
    }
}

/// The canonical path of an area or sub-section, whatever aliases name it (CAT-5).
fn canonical_path(areas: &[Area], path: &str) -> String {
    for area in areas {
        if area.spellings.iter().any(|known| known == path) {
            return area.key.clone();
        }
        for leaf in &area.leaves {
            if leaf.spellings.iter().any(|known| known == path) {
                return leaf.path.clone();
            }
        }
    }
    panic!("no area or sub-section `{path}` in the catalog")
}

impl Area {
    fn new(document: &Value) -> Self {
        let (scale, rungs) = read_scale(&document["scale"]);
        let mut area = Self {
            key: text(&document["key"]).to_owned(),
            spellings: names(document),
            scale,
            rungs,
            source: read_source(&document["source"]),
            user_only: document["user_only"] == true,
            leaves: Vec::new(),
        };
        let sections = list(&document["sub_sections"]);
        area.leaves =
            sections.map(|section| area.leaf(section, area.paths(&names(section)))).collect();
        if area.leaves.is_empty() {
            area.leaves = vec![area.leaf(document, names(document))];
        }
        area
    }

    /// The leaf that a document of a sub-section, or of the area itself, describes.
    fn leaf(&self, document: &Value, spellings: Vec<String>) -> Leaf {
        let path = spellings.first().cloned().unwrap_or_default();
        let rungs = self.rungs.iter();
        Leaf {
            permissions: rungs.map(|rung| format!("{path}:{rung}")).collect(),
            path,
            area: self.key.clone(),
            rungs: self.rungs.clone(),
            source: self.source,
            always_on: document["always_on"] == true,
            spellings,
        }
    }

    /// Every path to a sub-section of these names, by every name of the area.
    fn paths(&self, sections: &[String]) -> Vec<String> {
        let mut paths = Vec::new();
        for area in &self.spellings {
            for section in sections {
                paths.push(format!("{area}.{section}"));
            }
        }
        paths
    }
}

impl Leaf {
    /// The rungs with their permissions, in the order of the scale.
    fn atoms(&self) -> impl Iterator<Item = (&String, &String)> {
        self.rungs.iter().zip(&self.permissions)
    }

    /// The permissions of these rungs.
    fn permissions_of(&self, rungs: &Rungs) -> Vec<String> {
        self.atoms()
            .filter(|(rung, _)| rungs.contains(*rung))
            .map(|(_, permission)| permission.clone())
            .collect()
    }

    fn permission(&self, rung: &str) -> String {
        match self.atoms().find(|(known, _)| *known == rung) {
            Some((_, permission)) => permission.clone(),
            None => panic!("no rung `{rung}` on `{}`", self.path),
        }
    }

    fn all_rungs(&self) -> Rungs {
        self.rungs.iter().cloned().collect()
    }

    /// The rung that every other one needs (CAT-3).
    fn first_rung(&self) -> &str {
        self.rungs.first().map_or("", String::as_str)
    }
}

impl Gate {
    fn new(areas: &[Area], document: &Value) -> Self {
        let needs = texts(&document["needs"]);
        Self {
            target: canonical_path(areas, text(&document["target"])),
            needs: needs.map(|need| canonical_path(areas, need)).collect(),
        }
    }
}

impl Delegated {
    fn new(areas: &[Area], document: &Value) -> Option<Self> {
        document.as_object().map(|_| Self {
            area: canonical_path(areas, text(&document["area"])),
            feature: canonical_path(areas, text(&document["feature"])),
        })
    }
}

fn read_scale(document: &Value) -> (Scale, Vec<String>) {
    let words = |rungs: &str| rungs.split_whitespace().map(str::to_owned).collect();
    match document.as_str() {
        Some("levels") => (Scale::Levels, words("read edit")),
        Some("toggle") => (Scale::Toggle, words("on")),
        Some(scale) => panic!("no scale `{scale}`"),
        None => (Scale::Actions, strings(&document["actions"])),
    }
}

fn read_source(document: &Value) -> Source {
    match document.as_str() {
        None | Some("grantable") => Source::Grantable,
        Some("role") => Source::Role,
        Some("account") => Source::Account,
        Some(source) => panic!("no source `{source}`"),
    }
}

/// The key of an area or sub-section, then its aliases.
fn names(document: &Value) -> Vec<String> {
    let mut names = vec![text(&document["key"]).to_owned()];
    names.extend(texts(&document["aliases"]).map(str::to_owned));
    names
}

fn list(document: &Value) -> impl Iterator<Item = &Value> {
    document.as_array().into_iter().flatten()
}

fn texts(document: &Value) -> impl Iterator<Item = &str> {
    list(document).map(text)
}

fn strings(document: &Value) -> Vec<String> {
    texts(document).map(str::to_owned).collect()
}

fn text(document: &Value) -> &str {
    match document.as_str() {
        Some(text) => text,
        None => panic!("no text: {document}"),
    }
}

// The presets: the catalog tables of the rules, as catalog documents.
//
// Sub-sections are words in table order: `tools=functions` has the alias `functions`, and
// `assistants!` is always on. Templates are R Read, E Edit, N None.

fn preset(id: &str) -> Value {
    match id {
        "studio/2026-03" => studio_classic(),
        "studio/2026-06" => studio(),
        "tenant/1" => tenant(),
        "agency/1" => agency(),
        _ => panic!("no preset `{id}`"),
    }
}

const STUDIO_CLASSIC_AREAS: [(&str, &str); 5] = [
    ("analytics", "smart_analyst conversations agent_analysis"),
    (
        "build",
        "agent knowledge flows tools=functions variant_management=variants \
         call_handoffs=handoffs sms real_time_configuration configuration_builder test_suite",
    ),
    ("channels", "voice=voice_configuration chat=chat_configuration=widget"),
    ("configure", "general numbers apis integrations metrics dashboards csat"),
    ("deployments", "environments project_history"),
];

const STUDIO_CLASSIC_TEMPLATES: [(&str, &str); 3] = [
    (
        "content_editor",
        "analytics R, build E, build.agent N, build.knowledge E, build.flows N, build.tools R, \
         build.variant_management N, build.call_handoffs N, build.sms N, \
         build.real_time_configuration N, build.configuration_builder N, build.test_suite N, \
         channels R, configure N, deployments N",
    ),
    (
        "qa_analyst",
        "analytics E, build R, channels R, configure E, configure.general N, \
         configure.numbers N, configure.apis N, configure.integrations N, configure.metrics N, \
         configure.dashboards E, configure.csat N, deployments R",
    ),
    (
        "voice_specialist",
        "analytics R, build R, channels E, channels.voice E, channels.chat N, configure R, \
         deployments R",
    ),
];

fn studio_classic() -> Value {
    let areas = STUDIO_CLASSIC_AREAS.map(|(key, sections)| area(key, "levels", sections));
    let templates = STUDIO_CLASSIC_TEMPLATES.map(|(id, cells)| template(id, cells.split(", ")));
    json!({
        "areas": with_workspace(&areas),
        "gates": workspace_gates(),
        "templates": templates,
    })
}

const STUDIO_TEMPLATES: [&str; 4] =
    ["read_only_reviewer", "knowledge_editor", "full_developer", "operations_manager"];

/// An area, its sub-sections, and its level in each of the templates above.
const STUDIO_AREAS: [(&str, &str, &str); 13] = [
    (
        "analytics",
        "conversations kpis custom_metrics dashboards polyscore smart_analyst agent_analysis csat",
        "R R E E",
    ),
    ("behavior", "general language guardrails models", "R R E R"),
    ("knowledge", "faqs sources variants", "R E E R"),
    ("flows", "", "N N E N"),
    ("tools", "", "N N E N"),
    ("testing", "", "N N N N"),
    ("real_time_config", "", "N N N N"),
    ("voice", "agent handoffs audio_library numbers advanced", "R R E R"),
    ("messaging", "chat=chat_configuration=widget_settings sms", "R R E R"),
    ("integrations", "", "N N E N"),
    ("deployments", "environments ab_testing compare_versions project_history", "R N E E"),
    ("widgets", "", "N N N N"),
    ("account", "", "R N R E"),
];

fn studio() -> Value {
    let areas = STUDIO_AREAS.map(|(key, sections, _)| area(key, "levels", sections));
    let templates: Vec<Value> = (0..)
        .zip(STUDIO_TEMPLATES)
        .map(|(column, id)| template(id, studio_column(column).iter().map(String::as_str)))
        .collect();
    json!({
        "areas": with_workspace(&areas),
        "gates": workspace_gates(),
        "operations": [
            operation("publish_chat_widget", "widgets:edit messaging.chat:edit"),
            operation("publish_phone_widget", "widgets:edit"),
        ],
        "templates": templates,
    })
}

fn studio_column(column: usize) -> Vec<String> {
    let areas = STUDIO_AREAS.iter();
    areas
        .map(|(key, _, levels)| {
            let level = levels.split_whitespace().nth(column).unwrap_or_default();
            format!("{key} {level}")
        })
        .collect()
}

fn with_workspace(areas: &[Value]) -> Vec<Value> {
    let mut areas = areas.to_vec();
    areas.push(sourced(
        "role",
        area(
            "workspace",
            "toggle",
            "projects users permissions billing account_settings secrets studio_assistant",
        ),
    ));
    areas.push(sourced(
        "account",
        area("plan", "toggle", "enterprise enterprise_cluster audit_log"),
    ));
    areas
}

/// `studio_assistant` needs a feature beside the role (ROLE-5), and so does the audit log.
fn workspace_gates() -> Value {
    json!([
        {"target": "workspace.studio_assistant", "needs": ["plan.enterprise_cluster"]},
        {"target": "plan.audit_log", "needs": ["plan.enterprise"]},
    ])
}

fn tenant() -> Value {
    let with_actions = |key: &str| {
        let mut area = area(key, "", "");
        area["scale"] = json!({"actions": ["view", "create", "edit", "delete", "manage"]});
        area
    };
    let mut analytics = with_actions("analytics");
    analytics["scale"] =
        json!({"actions": ["view", "create", "edit", "delete", "manage", "export"]});
    let mut crm = area("crm", "toggle", "");
    crm["user_only"] = json!(true);
    json!({
        "areas": [
            with_actions("conversations"),
            with_actions("settings"),
            with_actions("users"),
            analytics,
            with_actions("integrations"),
            with_actions("experiments"),
            crm,
            sourced("role", area("tenant", "toggle", "users templates billing seats")),
            sourced("account", area("policy", "toggle", "user_delegation audit_log")),
        ],
        "delegated": {"area": "users", "feature": "policy.user_delegation"},
        "operations": [
            operation("connect_integration", "integrations:manage"),
            operation("disconnect_integration", "integrations:manage"),
            operation("reconfigure_integration", "integrations:manage"),
            operation("export_metrics", "analytics:export"),
            operation("change_conversation_settings", "conversations:manage"),
            operation("view_crm_record", "crm:on"),
            operation("update_crm_record", "crm:on"),
        ],
    })
}

const AGENCY_GROUPS: [(&str, &str); 5] = [
    (
        "general",
        "assistants! knowledge_base actions workflows contacts phone_numbers analytics \
         simulations logs invite_members",
    ),
    ("agent_types", "inbound outbound widget chat"),
    ("capabilities", "configure prompt actions deployment calls"),
    ("integrations", "twilio elevenlabs gohighlevel hubspot cal_com salesforce"),
    (
        "action_types",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
    ),
];

/// One of the operations for each word in the second column, which fills the braces.
const AGENCY_OPERATIONS: [(&str, &str, &str); 17] = [
    ("create_{}_agent", "inbound outbound widget chat", "general.assistants agent_types.{}"),
    ("edit_agent_settings", "-", "general.assistants capabilities.configure"),
    (
        "attach_knowledge_base",
        "-",
        "general.assistants capabilities.configure general.knowledge_base",
    ),
    ("edit_prompt", "-", "capabilities.prompt"),
    (
        "create_{}",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
        "general.actions action_types.{}",
    ),
    (
        "attach_{}",
        "real_time_booking information_extractor live_transfer send_sms incall_sms \
         incall_whatsapp custom_action custom_eval",
        "general.actions capabilities.actions action_types.{}",
    ),
    ("attach_phone_number", "-", "capabilities.deployment general.phone_numbers"),
    ("assign_memory_group", "-", "capabilities.deployment general.contacts"),
    ("set_webhook", "-", "capabilities.deployment"),
    ("view_agent_calls", "-", "capabilities.calls"),
    ("view_logs", "-", "general.logs"),
    ("import_twilio_number", "-", "integrations.twilio general.phone_numbers"),
    ("import_elevenlabs_voice", "-", "integrations.elevenlabs capabilities.configure"),
    ("book_{}", "gohighlevel cal_com", "integrations.{} action_types.real_time_booking"),
    (
        "{}_action",
        "gohighlevel hubspot salesforce",
        "integrations.{} general.actions action_types.custom_action",
    ),
    ("hubspot_extractor_sync", "-", "integrations.hubspot action_types.information_extractor"),
    ("invite_member", "-", "general.invite_members"),
];

fn agency() -> Value {
    let groups =
        AGENCY_GROUPS.map(|(key, features)| sourced("account", area(key, "toggle", features)));
    let operations: Vec<Value> = AGENCY_OPERATIONS
        .iter()
        .flat_map(|(key, words, features)| {
            words.split_whitespace().map(|word| {
                let features = features.replace("{}", word);
                let needs: Vec<String> =
                    features.split_whitespace().map(|feature| format!("{feature}:on")).collect();
                operation(&key.replace("{}", word), &needs.join(" "))
            })
        })
        .collect();
    json!({"areas": groups, "operations": operations})
}

fn area(key: &str, scale: &str, sections: &str) -> Value {
    let sections: Vec<Value> = sections.split_whitespace().map(section).collect();
    json!({"key": key, "scale": scale, "sub_sections": sections})
}

fn sourced(source: &str, mut area: Value) -> Value {
    area["source"] = json!(source);
    area
}

fn section(word: &str) -> Value {
    let always_on = word.ends_with('!');
    let mut names = word.trim_end_matches('!').split('=');
    let key = names.next();
    let aliases: Vec<&str> = names.collect();
    json!({"key": key, "aliases": aliases, "always_on": always_on})
}

fn operation(key: &str, needs: &str) -> Value {
    let needs: Vec<&str> = needs.split_whitespace().collect();
    json!({"key": key, "needs": needs})
}

fn template<'a>(id: &str, cells: impl Iterator<Item = &'a str>) -> Value {
    let mut grants = json!({});
    for (path, letter) in cells.filter_map(|cell| cell.split_once(' ')) {
        grants[path] = json!(match letter {
            "R" => "read",
            "E" => "edit",
            "N" => "none",
            _ => panic!("no level `{letter}`"),
        });
    }
    json!({"id": id, "grants": grants})
}
