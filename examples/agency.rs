//! An agency and its subaccounts: which features each of them has, and what that lets users do.
//!
//! ```sh
//! cargo run --example agency
//! ```
//!
//! The catalog is the preset `agency-studio/1`, a studio that agencies sell. The subaccounts come
//! from `examples/data/agency.json`. `✓` is a command that was accepted, `✗` one that was refused,
//! with the refusal's code and rule. Exits with 1 if a step does not go as told, and says which.

#![expect(
    clippy::unnecessary_wraps,
    reason = "every step has the same signature, also one that cannot fail"
)]

use core::error::Error;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use bailiwick::account::dialog::{AreaRow, RungRow};
use bailiwick::agency::{
    AgencyChange, AgencyCommand, AgencyEdit, ApiFeatures, Channel, FeaturePatch, FeatureState,
    NewSubaccount, Switch,
};
use bailiwick::catalog::{LeafView, Source};
use bailiwick::error::IdError;
use bailiwick::lattice::Summary;
use bailiwick::presets;
use bailiwick::text::Shown;
use bailiwick::{Account, Actor, Agency, Area, Catalog, Command, Role, Status, Subject, Timestamp};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/agency.json");
/// Monday, 21 September 2026, 09:00.
const MORNING: i64 = 1_789_981_200_000;
const MINUTE: i64 = 60_000;

const BOLD: u8 = 1;
const DIM: u8 = 2;
const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;
const CYAN: u8 = 36;

type Told<T = ()> = Result<T, Box<dyn Error>>;
type Step = fn(&mut Story) -> Told;

/// What happens, in order.
const STORY: [(&str, Step); 13] = [
    ("Which feature is on where", Story::flags),
    ("Who may do what where", Story::everyone),
    ("What gates hide at Lakeside Clinic, even from its admin", Story::hidden),
    ("A feature is turned off and on again, and nothing is lost", Story::off_and_on),
    ("Select all", Story::select_all),
    ("Invite Members is off, and an admin cannot invite", Story::invite_members),
    ("Vendor integrations", Story::vendors),
    ("New subaccounts copy the newest", Story::creation),
    ("Through the API, as a JSON object", Story::api_object),
    ("What is refused", Story::refusals),
    ("Look before you leap: a preview", Story::preview),
    ("A subaccount is deleted, and the next one copies another", Story::deletion),
    ("The stored changes, replayed", Story::replay),
];

fn main() -> ExitCode {
    let told = Story::begin().and_then(|mut story| {
        STORY.into_iter().try_for_each(|(heading, step)| {
            say(&format!("\n{}", painted(heading, BOLD)));
            step(&mut story)
        })
    });
    let Err(problem) = told else { return ExitCode::SUCCESS };
    eprintln!("the story went differently: {problem}");
    ExitCode::FAILURE
}

impl Story {
    fn flags(&mut self) -> Told {
        let catalog = self.agency.catalog();
        let mut table = self.by_subaccount(&["feature", "API name", "on in"]);
        let mut group = "";
        for row in self.agency.feature_table() {
            let feature = leaf_of(catalog, row.path())?;
            if feature.area().key() != group {
                group = feature.area().key();
                let setter = feature.area().setter().map_or("", |setter| setter.name());
                let heading = format!("{}, set by the {setter}", feature.area().label());
                table.row([cell(heading, BOLD)]);
            }
            let head = [format!("  {}", feature.label()), row.api_name().unwrap_or("·").to_owned()];
            let head = head.into_iter().chain([in_words(row.state())]).map(|text| cell(text, 0));
            table.row(head.chain(row.cells().map(|(_, is_on)| mark(is_on))));
        }
        table.print();
        Ok(())
    }

    fn everyone(&mut self) -> Told {
        let catalog = self.agency.catalog();
        let areas = areas(catalog).map(|area| shortened(&area.label()));
        let mut table = Table::new(["who", "as"].map(str::to_owned).into_iter().chain(areas));
        for account in self.agency.subaccounts() {
            let lattice = account.compile();
            table.row([cell(account.name().map_or("", |name| name.as_str()), BOLD)]);
            for row in account.table().rows() {
                let user = row.user();
                let standing = match (user.status(), user.role(), row.template()) {
                    (Status::Active, Role::Admin, _) => cell(row.role_label(), BOLD),
                    (Status::Active, Role::Member, Some(template)) => cell(template.name(), 0),
                    (Status::Active, Role::Member, None) => cell(row.role_label(), 0),
                    (status, ..) => cell(status.name(), YELLOW),
                };
                let subject = lattice.subject(user.id().as_str());
                let head = [cell(format!("  {}", user.id().as_str()), 0), standing];
                table.row(head.into_iter().chain(levels(catalog, &subject)));
            }
        }
        table.print();
        say(&painted("  * not in every sub-section", DIM));
        Ok(())
    }

    fn hidden(&mut self) -> Told {
        let now = self.tick();
        let dialog = self.agency.dialog(&actor("lakeside/lee")?, "lakeside", "lee", now)?;
        let mut hidden: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
        for leaf in dialog.areas().iter().flat_map(AreaRow::leaves) {
            let off = leaf.rungs().first().into_iter().flat_map(RungRow::features_off);
            for feature in off {
                let by = feature.area().setter().map_or("", |setter| setter.name()).to_owned();
                let hides = &mut hidden.entry(feature.label().into()).or_insert((by, vec![])).1;
                hides.push(leaf.leaf().label().into());
            }
        }
        let mut table = Table::new(["feature that is off", "turned on by", "hides"]);
        for (feature, (by, hides)) in &hidden {
            let by = format!("the {by}");
            table.row([cell(feature, YELLOW), cell(by, 0), cell(hides.join(", "), 0)]);
        }
        table.print();
        if hidden.is_empty() { Err("the gates hide nothing".into()) } else { Ok(()) }
    }

    fn off_and_on(&mut self) -> Told {
        let patch = |patch| AgencyCommand::patch("harbor", Channel::Api, patch);
        let before = self.subaccount("harbor")?.compile();
        self.explain("harbor", "mia", "knowledge.faqs:edit", true)?;
        self.accepted("north", patch(FeaturePatch::new().revoke("knowledge_base")))?;
        self.explain("harbor", "mia", "knowledge.faqs:edit", false)?;
        self.explain("harbor", "ana", "knowledge.faqs:edit", false)?;
        self.accepted("north", patch(FeaturePatch::new().grant("knowledge_base")))?;
        self.explain("harbor", "mia", "knowledge.faqs:edit", true)?;
        let diff = before.diff(&self.subaccount("harbor")?.compile())?;
        say(&format!(
            "  Users of harbor who may do more or less than before: {}.",
            diff.users().len()
        ));
        if diff.is_empty() { Ok(()) } else { Err("off and on again changed something".into()) }
    }

    fn select_all(&mut self) -> Told {
        for (feature, switch) in [("general.contacts", Switch::On), ("general.logs", Switch::Off)] {
            let was = in_words(self.agency.feature_state(feature)?);
            self.accepted("north", AgencyCommand::select_all(feature, switch))?;
            say(&format!("      {was}, now {}", in_words(self.agency.feature_state(feature)?)));
        }
        Ok(())
    }

    fn invite_members(&mut self) -> Told {
        let switch = |patch| AgencyCommand::patch("metro", Channel::Ui, patch);
        let off = switch(FeaturePatch::new().revoke("general.invite_members"));
        let on = switch(FeaturePatch::new().grant("general.invite_members"));
        let invite = || AgencyCommand::within("metro", Command::invite("mo", "mo@metro.example"));
        self.accepted("north", off)?;
        self.refused("metro/max", invite(), "not_entitled")?;
        self.explain("metro", "max", "invite_member", false)?;
        let now = self.tick();
        let dialog = self.agency.dialog_for_new(&actor("metro/max")?, "metro", now)?;
        let open = dialog.choices().filter(|choice| choice.refusal().is_none()).count();
        let all = dialog.choices().count();
        say(&format!("  {open} of {all} choices in the dialog for a new user are open."));
        self.accepted("north", on)?;
        self.accepted("metro/max", invite())
    }

    fn vendors(&mut self) -> Told {
        const OPERATIONS: [&str; 5] = [
            "import_twilio_number",
            "import_elevenlabs_voice",
            "book_cal_com",
            "gohighlevel_action",
            "hubspot_extractor_sync",
        ];
        let mut table = self.by_subaccount(&["what an admin may do"]);
        for operation in OPERATIONS {
            let asked = self.agency.catalog().require([operation])?;
            let may = self.agency.subaccounts().map(|account| {
                let (lattice, mut users) = (account.compile(), account.users());
                let admin = users.find(|user| user.role() == Role::Admin);
                admin.is_some_and(|admin| lattice.subject(admin.id().as_str()).can_all(&asked))
            });
            table.row([cell(operation, 0)].into_iter().chain(may.map(mark)));
        }
        table.print();
        let patch = |channel, name| {
            AgencyCommand::patch("bright", channel, FeaturePatch::new().grant(name))
        };
        self.explain("bright", "bea", "import_twilio_number", false)?;
        self.refused("north", patch(Channel::Api, "twilio"), "ui_only")?;
        self.accepted("north", patch(Channel::Ui, "vendor_integrations.twilio"))?;
        self.explain("bright", "bea", "import_twilio_number", true)
    }

    fn creation(&mut self) -> Told {
        let quay = NewSubaccount::new("quay").name("Quay Books");
        self.accepted("north", quay.admin("quentin", "quentin@quay.example"))?;
        let patch = FeaturePatch::new().grant("workflows").revoke("phone_numbers");
        self.accepted("north", NewSubaccount::new("ridge").patch(patch))?;
        let assistant = FeaturePatch::new().grant("capabilities.prompt");
        let several = [
            NewSubaccount::new("slate"),
            NewSubaccount::new("tower").patch_by_path(assistant),
            NewSubaccount::new("union"),
        ];
        self.accepted("north", AgencyCommand::create_all(several))
    }

    fn api_object(&mut self) -> Told {
        let was = ApiFeatures::of(self.subaccount("summit")?.features());
        let mut object = serde_json::to_value(&was)?;
        say(&format!("  {object}"));
        for (name, is_on) in [("logs", true), ("chat", true), ("widget", false)] {
            object.as_object_mut().and_then(|object| object.insert(name.into(), is_on.into()));
        }
        let given = ApiFeatures::from_document(&serde_json::from_value(object)?)?;
        self.accepted("north", AgencyCommand::patch("summit", Channel::Api, given.to_patch()))?;
        let is = ApiFeatures::of(self.subaccount("summit")?.features());
        let changed = is.iter().zip(was.iter()).filter(|(is, was)| is != was).count();
        say(&format!("      {changed} of {} features changed", is.iter().count()));
        if is == given { Ok(()) } else { Err("summit differs from its object".into()) }
    }

    fn refusals(&mut self) -> Told {
        let new = FeaturePatch::new;
        let patch = |patch| AgencyCommand::patch("metro", Channel::Api, patch);
        let logs = || patch(new().grant("logs"));
        let off = AgencyCommand::select_all("general.assistants", Switch::Off);
        let features = AgencyCommand::within("metro", Command::set_features(["general.logs"]));
        for (who, command, code) in [
            ("north", patch(new().revoke("assistants")), "always_on"),
            ("north", off, "always_on"),
            ("north", patch(new().grant("invite_members")), "ui_only"),
            ("north", patch(new().grant("fax")), "unknown_feature"),
            ("north", patch(new().grant("logs").grant("logs")), "duplicate"),
            ("north", patch(new().grant("logs").revoke("logs")), "overlap"),
            ("north", AgencyCommand::create("metro"), "subaccount_exists"),
            ("metro/max", logs(), "not_authorized"),
            ("metro/max", features, "host_only"),
            ("south", logs(), "not_authorized"),
        ] {
            self.refused(who, command, code)?;
        }
        Ok(())
    }

    fn preview(&mut self) -> Told {
        let patch = FeaturePatch::new().revoke("analytics").revoke("knowledge_base");
        let command = AgencyCommand::patch("bright", Channel::Api, patch);
        let (north, now) = (actor("north")?, self.tick());
        let preview = self.agency.preview(&north, command.clone(), now)?;
        let stale = self.agency.preview(&north, command, now)?;
        let shown = preview.change().ok_or("the preview changes nothing")?;
        say(&format!("  ? north: {}", shown.command()));
        for edit in shown.edits() {
            let AgencyEdit::Changed(change) = edit else { continue };
            // The first part of the line says what is set.
            let line = change.to_string();
            line.split("; ").skip(1).for_each(|effect| say(&format!("      {effect}")));
        }
        for (account, users) in shown.affected_subaccounts() {
            say(&format!("      {users} users of {account} in total"));
        }
        let change = self.agency.commit_preview(preview)?.into_change().ok_or("nothing changed")?;
        self.stored.push(serde_json::to_string(&change)?);
        say(&format!("  {} committed as revision {}", painted("✓", GREEN), change.revision()));
        let Err(refusal) = self.agency.commit_preview(stale) else {
            return Err("a stale preview was committed".into());
        };
        say(&format!("  {} the same preview again\n      {refusal}", painted("✗", RED)));
        Ok(())
    }

    fn deletion(&mut self) -> Told {
        self.accepted("north", AgencyCommand::delete("union"))?;
        self.accepted("north", AgencyCommand::delete("tower"))?;
        self.accepted("north", AgencyCommand::create("valley"))?;
        self.refused("north", AgencyCommand::create("union"), "subaccount_exists")
    }

    fn replay(&mut self) -> Told {
        let mut again =
            Agency::from_document(&serde_json::from_str(&self.start)?, &presets::all())?;
        for stored in &self.stored {
            let document = serde_json::from_str(stored)?;
            let change = AgencyChange::from_document(&document, again.catalog())?;
            again.apply(&change)?;
            say(&format!("  {change}"));
        }
        say(&format!(
            "  Do {} stored changes give the same agency? {}",
            self.stored.len(),
            again == self.agency
        ));
        if again == self.agency { Ok(()) } else { Err("the replayed agency differs".into()) }
    }
}

// How the story is told

/// An agency, a clock, and what a host would store.
struct Story {
    agency: Agency,
    now: i64,
    /// The document of the agency before its first change.
    start: String,
    /// The documents of its changes.
    stored: Vec<String>,
}

impl Story {
    fn begin() -> Told<Self> {
        let start = std::fs::read_to_string(DOCUMENT);
        let start = start.map_err(|problem| format!("{DOCUMENT}: {problem}"))?;
        let agency = Agency::from_document(&serde_json::from_str(&start)?, &presets::all())?;
        Ok(Self { agency, now: MORNING, start, stored: Vec::new() })
    }

    /// A command that must be accepted.
    fn accepted(&mut self, who: &str, command: impl Into<AgencyCommand>) -> Told {
        let command = command.into();
        let line = format!("{}: {command}", Shown(who));
        let now = self.tick();
        let outcome = self.agency.execute(&actor(who)?, command, now);
        let outcome =
            outcome.map_err(|refusal| format!("{line}: {}: {refusal}", refusal.code()))?;
        let change = outcome.into_change().ok_or_else(|| format!("{line}: changes nothing"))?;
        self.stored.push(serde_json::to_string(&change)?);
        say(&format!("  {} {line}", painted("✓", GREEN)));
        for edit in change.edits() {
            let AgencyEdit::Created { account, copied_from: Some(from) } = edit else { continue };
            let (own, copied) = (account.features(), self.subaccount(from.as_str())?.features());
            let rows = self.agency.feature_table().map(|row| (row.path(), row.feature()));
            let rows = rows.filter(|(_, one)| own.is_on(*one) != copied.is_on(*one));
            let patch = rows.fold(FeaturePatch::new(), |patch, (path, one)| {
                if own.is_on(one) { patch.grant(path) } else { patch.revoke(path) }
            });
            say(&format!("      {} copies {from}, then patch: {patch}", account.id()));
        }
        Ok(())
    }

    /// A command that must be refused with a code, and change nothing.
    fn refused(&mut self, who: &str, command: impl Into<AgencyCommand>, code: &str) -> Told {
        let command = command.into();
        let line = format!("{}: {command}", Shown(who));
        let (before, now) = (self.agency.clone(), self.tick());
        let refusal = match self.agency.execute(&actor(who)?, command, now) {
            Err(refusal) if refusal.code() == code && self.agency == before => refusal,
            other => return Err(format!("{line}: expected {code}, found {other:?}").into()),
        };
        say(&format!("  {} {line}", painted("✗", RED)));
        say(&format!("      {} ({}): {refusal}", painted(code, RED), refusal.rule()));
        Ok(())
    }

    /// Why a user may or may not do something; the answer must be as expected.
    fn explain(&self, account: &str, user: &str, ask: &str, expected: bool) -> Told {
        let account = self.subaccount(account)?;
        let why = account.compile().explain(user, account.catalog().require([ask])?);
        // Why someone may is less interesting than why not.
        let (most, look) = if expected { (1, GREEN) } else { (usize::MAX, YELLOW) };
        for line in why.to_string().lines().take(most) {
            say(&format!("      {}", painted(line, look)));
        }
        let told = why.decision().is_allowed() == expected;
        if told { Ok(()) } else { Err(format!("{user} and {ask}: {}", why.decision()).into()) }
    }

    /// A table with a column for each subaccount.
    fn by_subaccount(&self, head: &[&str]) -> Table {
        let ids = self.agency.subaccounts().map(|account| account.id().as_str());
        Table::new(head.iter().copied().chain(ids))
    }

    fn subaccount(&self, id: &str) -> Told<&Account> {
        self.agency.subaccount(id).ok_or_else(|| format!("there is no subaccount {id}").into())
    }

    fn tick(&mut self) -> Timestamp {
        self.now += 3 * MINUTE;
        Timestamp::from_unix_millis(self.now)
    }
}

/// The areas that can be granted.
fn areas(catalog: &Catalog) -> impl Iterator<Item = &Area> {
    catalog.areas().iter().filter(|area| area.source() == Source::Grantable)
}

fn leaf_of<'a>(catalog: &'a Catalog, path: &str) -> Told<LeafView<'a>> {
    catalog.leaves().find(|leaf| leaf.path() == path).ok_or_else(|| path.to_owned().into())
}

/// The highest level that someone has in each area.
fn levels(catalog: &Catalog, subject: &Subject<'_>) -> impl Iterator<Item = Cell> {
    let navigation = subject.navigation();
    areas(catalog).map(move |area| {
        let Some(area) = navigation.areas().iter().find(|seen| seen.key() == area.key()) else {
            return mark(false);
        };
        let (rungs, star) = match area.summary() {
            Summary::Uniform(rungs) => (rungs, ""),
            Summary::Mixed { most, .. } => (most, "*"),
        };
        let level = area.rungs(rungs).last().unwrap_or_default();
        cell(format!("{level}{star}"), if level == "edit" { GREEN } else { CYAN })
    })
}

/// The beginning of a long label.
fn shortened(label: &str) -> String {
    if label.chars().count() <= 9 {
        return label.to_owned();
    }
    label.chars().take(8).chain(['…']).collect()
}

/// Cells in columns, each as wide as the widest of its cells. A row of one cell is a heading.
struct Table(Vec<Vec<Cell>>);

/// A text, and how it looks.
struct Cell(String, u8);

fn cell(text: impl AsRef<str>, look: u8) -> Cell {
    Cell(Shown(text.as_ref()).to_string(), look)
}

fn mark(is_on: bool) -> Cell {
    if is_on { cell("on", GREEN) } else { cell("·", DIM) }
}

impl Table {
    fn new(head: impl IntoIterator<Item: AsRef<str>>) -> Self {
        Self(vec![head.into_iter().map(|text| cell(text, DIM)).collect()])
    }

    fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.0.push(cells.into_iter().collect());
    }

    fn print(&self) {
        let widest = |column| {
            let rows = self.0.iter().filter(|row| row.len() > 1);
            let cells = rows.filter_map(|row| row.get(column));
            cells.map(|Cell(text, _)| text.chars().count()).max().unwrap_or(0)
        };
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(widest).collect();
        for row in &self.0 {
            let cells = row.iter().zip(&widths);
            let cells =
                cells.map(|(Cell(text, look), width)| painted(&format!("{text:width$}"), *look));
            say(format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end());
        }
    }
}

fn in_words(state: FeatureState) -> String {
    match state {
        FeatureState::All { .. } => "all".to_owned(),
        FeatureState::None { .. } => "none".to_owned(),
        FeatureState::Mixed { on, subaccounts } => format!("mixed {on} of {subaccounts}"),
    }
}

/// An agency by its id, or a user of a subaccount of `north` as `account/user`.
fn actor(who: &str) -> Result<Actor, IdError> {
    Ok(match who.split_once('/') {
        Some((account, user)) => {
            Actor::user_of(&"north".parse()?, &account.parse()?, &user.parse()?)
        }
        None => Actor::agency(&who.parse()?),
    })
}

/// Prints a line. A reader that stops early, like `head`, does not change the story.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

/// Coloured text, if standard output is a terminal.
fn painted(text: &str, look: u8) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    if is_terminal { format!("\u{1b}[{look}m{text}\u{1b}[0m") } else { text.to_owned() }
}
