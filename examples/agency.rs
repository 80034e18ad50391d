//! An agency and its subaccounts: which features each of them has, and what that lets users do.
//!
//! ```sh
//! cargo run --example agency
//! ```
//!
//! The catalog is composed of a studio's areas and an agency's features; the subaccounts come from
//! `examples/data/agency.json`. `✓` is a command that was accepted, `✗` one that was refused, with
//! the refusal's code and rule. Exits with 1, and says which step, if one goes otherwise than told.

use core::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use bailiwick::account::Affected;
use bailiwick::agency::{
    AgencyChange, AgencyCommand, AgencyEdit, ApiFeatures, Channel, FeaturePatch, FeatureState,
    Switch,
};
use bailiwick::catalog::{CatalogError, Source};
use bailiwick::lattice::Summary;
use bailiwick::presets::{agency, studio};
use bailiwick::{Account, Actor, Agency, Catalog, Command, Role, Status, Subject, Timestamp};
use serde_json::Value;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/agency.json");
/// Monday, 21 September 2026, 09:00.
const MORNING: i64 = 1_789_981_200_000;
const MINUTE: i64 = 60_000;
/// How much of an area's key stands at the head of its column.
const HEAD: usize = 5;

const BOLD: u8 = 1;
const DIM: u8 = 2;
const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;
const CYAN: u8 = 36;

type Told<T = ()> = Result<T, Box<dyn Error>>;
type Step = fn(&mut Story) -> Told;

/// What happens, in order.
const STORY: [(&str, Step); 11] = [
    ("One catalog of two: a studio's areas, an agency's features", Story::one_catalog),
    ("Which feature is on where", Story::flags),
    ("Who may do what where", Story::everyone),
    ("A feature goes off and on again, and nothing is lost", Story::off_and_on),
    ("Select all", Story::select_all),
    ("New subaccounts copy the newest", Story::creation),
    ("Through the API, as a JSON object", Story::api_object),
    ("What is refused", Story::refusals),
    ("Looking before leaping", Story::preview),
    ("A subaccount goes, and the next one copies another", Story::deletion),
    ("What was done, and done again from what was stored", Story::replay),
];

fn main() -> ExitCode {
    let told = Story::begin().and_then(|mut story| {
        STORY.into_iter().try_for_each(|(heading, step)| {
            say(&format!("\n{}", painted(heading, BOLD)));
            step(&mut story)
        })
    });
    let Err(problem) = told else { return ExitCode::SUCCESS };
    eprintln!("the story went otherwise: {problem}");
    ExitCode::FAILURE
}

/// A studio whose areas need the features of an agency.
fn voice_agency() -> Result<Catalog, CatalogError> {
    studio::catalog()
        .to_builder("voice-agency/1")
        .include(&agency::catalog(), ["general", "agent_types", "capabilities", "action_types"])
        .gate("knowledge", ["general.knowledge_base"])
        .gate("analytics", ["general.analytics"])
        .gate("voice.numbers", ["general.phone_numbers"])
        .gate("widgets", ["agent_types.widget"])
        .gate("messaging.chat", ["agent_types.chat"])
        .gate("testing", ["general.simulations"])
        .gate("tools", ["general.actions"])
        .build()
}

impl Story {
    fn one_catalog(&mut self) -> Told {
        let both = studio::catalog().to_builder("voice-agency/1");
        let Err(error) = both.include(&agency::catalog(), ["integrations"]).build() else {
            return Err("two areas called integrations are no error".into());
        };
        for problem in error.problems() {
            say(&format!("  {} {}", painted("✗", RED), problem.fault()));
        }
        let (catalog, grantable) =
            (self.agency.catalog(), |one: &&bailiwick::Area| one.source() == Source::Grantable);
        say(&format!(
            "  {} {}: {} areas for users, {} features for subaccounts",
            painted("✓", GREEN),
            catalog.id(),
            catalog.areas().iter().filter(grantable).count(),
            catalog.features().count(),
        ));
        Ok(())
    }

    fn flags(&mut self) -> Told {
        let mut head = format!("  {:35}{:16}{:14}", "feature", "API name", "state");
        for account in self.agency.subaccounts() {
            head += &format!("{:10}", account.id().as_str());
        }
        say(&painted(head.trim_end(), DIM));
        for row in self.agency.feature_table() {
            let state = format!("{:14}", in_words(row.state()));
            let state = match row.state() {
                FeatureState::All { .. } => painted(&state, GREEN),
                FeatureState::None { .. } => painted(&state, DIM),
                FeatureState::Mixed { .. } => painted(&state, YELLOW),
            };
            let cells = row.cells().map(|(_, is_on)| match is_on {
                true => painted(&format!("{:10}", "on"), GREEN),
                false => painted(&format!("{:10}", "·"), DIM),
            });
            let cells: String = cells.collect();
            let name = row.api_name().unwrap_or("·");
            say(format!("  {:35}{name:16}{state}{cells}", row.path()).trim_end());
        }
        Ok(())
    }

    fn everyone(&mut self) -> Told {
        let mut head = format!("  {:10}{:6}{:20}", "where", "who", "as");
        for area in areas(self.agency.catalog()) {
            head += &format!("{:6}", area.chars().take(HEAD).collect::<String>());
        }
        say(&painted(head.trim_end(), DIM));
        for account in self.agency.subaccounts() {
            let lattice = account.compile();
            for (place, user) in account.users().enumerate() {
                let id = user.id().as_str();
                let home = if place == 0 { account.id().as_str() } else { "" };
                let standing = match (user.status(), user.role(), user.template()) {
                    (Status::Active, Role::Admin, _) => painted(&format!("{:20}", "admin"), BOLD),
                    (Status::Active, _, Some(template)) => format!("{template:20}"),
                    (Status::Active, ..) => format!("{:20}", "member"),
                    (status, ..) => painted(&format!("{status:20}"), YELLOW),
                };
                let levels: String = levels(self.agency.catalog(), &lattice.subject(id)).collect();
                say(format!("  {home:10}{id:6}{standing}{levels}").trim_end());
            }
        }
        say(&painted("  * not in every sub-section", DIM));
        Ok(())
    }

    fn off_and_on(&mut self) -> Told {
        let off = FeaturePatch::new().revoke("knowledge_base");
        let on = FeaturePatch::new().grant("knowledge_base");
        self.explain("harbor", "mia", "knowledge.faqs:edit", true)?;
        let before = self.agency.subaccount("harbor").map(Account::compile);
        self.accepted("north", AgencyCommand::patch("harbor", Channel::Api, off))?;
        self.explain("harbor", "mia", "knowledge.faqs:edit", false)?;
        self.explain("harbor", "ana", "knowledge.faqs:edit", false)?;
        self.accepted("north", AgencyCommand::patch("harbor", Channel::Api, on))?;
        self.explain("harbor", "mia", "knowledge.faqs:edit", true)?;
        let after = self.agency.subaccount("harbor").map(Account::compile);
        let (Some(before), Some(after)) = (before, after) else { return Err("no harbor".into()) };
        if !before.diff(&after)?.is_empty() {
            return Err("turning a feature off and on again changed somebody".into());
        }
        say("  Everybody in harbor may do exactly what they might before.");
        Ok(())
    }

    fn select_all(&mut self) -> Told {
        self.state("general.contacts");
        self.accepted("north", AgencyCommand::select_all("general.contacts", Switch::On))?;
        self.state("general.contacts");
        self.accepted("north", AgencyCommand::select_all("general.logs", Switch::Off))?;
        self.state("general.logs");
        Ok(())
    }

    fn creation(&mut self) -> Told {
        self.accepted("north", AgencyCommand::create("quay"))?;
        let patch = FeaturePatch::new().grant("workflows").revoke("phone_numbers");
        self.accepted("north", AgencyCommand::create("ridge").patch(patch))?;
        let assistant = FeaturePatch::new().grant("capabilities.prompt");
        let several = [
            AgencyCommand::create("slate"),
            AgencyCommand::create("tower").patch_by_path(assistant),
            AgencyCommand::create("union"),
        ];
        self.accepted("north", AgencyCommand::create_all(several))?;
        for feature in ["general.workflows", "general.phone_numbers", "capabilities.prompt"] {
            self.state(feature);
        }
        Ok(())
    }

    fn api_object(&mut self) -> Told {
        let Some(summit) = self.agency.subaccount("summit") else { return Err("no summit".into()) };
        let mut object = serde_json::to_value(ApiFeatures::of(summit.features()))?;
        say(&format!("  out  {object}"));
        for (name, is_on) in [("logs", true), ("chat", true), ("widget", false)] {
            object.as_object_mut().and_then(|object| object.insert(name.into(), is_on.into()));
        }
        say(&format!("  in   {object}"));
        let given = ApiFeatures::from_document(&serde_json::from_value(object.clone())?)?;
        self.accepted("north", AgencyCommand::patch("summit", Channel::Api, given.to_patch()))?;
        let now = self.agency.subaccount("summit").map(|one| ApiFeatures::of(one.features()));
        let same = now.as_ref() == Some(&given);
        say(&format!("  {} names, and summit is as the object says: {same}", given.iter().count()));
        if same && given.iter().count() == 13 {
            return Ok(());
        }
        Err(format!("summit is not as its object says: {object}").into())
    }

    fn refusals(&mut self) -> Told {
        let patch = |patch| AgencyCommand::patch("metro", Channel::Api, patch);
        let new = FeaturePatch::new;
        self.refused("north", patch(new().revoke("assistants")), "always_on")?;
        let off = AgencyCommand::select_all("general.assistants", Switch::Off);
        self.refused("north", off, "always_on")?;
        self.refused("north", patch(new().grant("invite_members")), "ui_only")?;
        self.refused("north", patch(new().grant("fax")), "unknown_feature")?;
        self.refused("north", patch(new().grant("logs").grant("logs")), "duplicate")?;
        self.refused("north", patch(new().grant("logs").revoke("logs")), "overlap")?;
        self.refused("north", AgencyCommand::create("metro"), "subaccount_exists")?;
        self.refused("metro/max", patch(new().grant("logs")), "not_authorized")?;
        let features = Command::set_features(["general.logs"]);
        self.refused("metro/max", AgencyCommand::within("metro", features), "host_only")?;
        self.refused("south", patch(new().grant("logs")), "not_authorized")?;
        say("  What has no API name is set by its path, in the user interface.");
        let by_path = FeaturePatch::new().revoke("general.invite_members");
        self.accepted("north", AgencyCommand::patch("metro", Channel::Ui, by_path))
    }

    fn preview(&mut self) -> Told {
        let patch = FeaturePatch::new().revoke("analytics").revoke("knowledge_base");
        let command = AgencyCommand::patch("bright", Channel::Api, patch);
        let (north, now) = (actor("north"), self.tick());
        let preview = self.agency.preview(&north, command.clone(), now)?;
        let stale = self.agency.preview(&north, command, now)?;
        say(&format!("  ? north: {}", preview.change().command()));
        for edit in preview.change().edits() {
            let AgencyEdit::Changed(change) = edit else { continue };
            for effect in change.effects() {
                let Affected::Profile { users, template } = effect.who() else { continue };
                let on = template.as_ref().map_or("no template", |template| template.as_str());
                let lost: Vec<String> = effect
                    .lost()
                    .iter()
                    .filter_map(|one| {
                        let shown = change.catalog().display(*one).to_string();
                        shown.strip_suffix(":read").map(str::to_owned)
                    })
                    .collect();
                let lost = if lost.is_empty() { "the features".into() } else { lost.join(", ") };
                say(&format!("      {users} on {on}: {}", painted(&lost, YELLOW)));
            }
        }
        for (account, users) in preview.affected_users() {
            say(&format!("      {users} users of {account} in all"));
        }
        let change = self.agency.commit(preview)?;
        self.store(&change)?;
        say(&format!("  {} committed as revision {}", painted("✓", GREEN), change.revision()));
        let Err(refusal) = self.agency.commit(stale) else {
            return Err("a stale preview was committed".into());
        };
        say(&format!("  {} the same once more\n      {refusal}", painted("✗", RED)));
        Ok(())
    }

    fn deletion(&mut self) -> Told {
        self.accepted("north", AgencyCommand::delete("union"))?;
        self.accepted("north", AgencyCommand::delete("tower"))?;
        self.accepted("north", AgencyCommand::create("valley"))?;
        self.refused("north", AgencyCommand::create("union"), "subaccount_exists")
    }

    fn replay(&mut self) -> Told {
        let catalog = self.agency.catalog().clone();
        let mut again = Agency::from_document(&serde_json::from_str(&self.start)?, &[catalog])?;
        for stored in &self.stored {
            let document = serde_json::from_str(stored)?;
            let change = AgencyChange::from_document(&document, again.catalog())?;
            again.apply(&change)?;
            let line = change.to_string();
            let most = if line.chars().count() > 116 { 115 } else { 116 };
            let shown: String = line.chars().take(most).collect();
            say(&format!("  {shown}{}", if most == 115 { "…" } else { "" }));
        }
        if again != self.agency || serde_json::to_value(&again)? != self.document()? {
            return Err("the replayed agency differs".into());
        }
        say(&format!("  {} stored changes give the same agency again.", self.stored.len()));
        Ok(())
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
        let start = std::fs::read_to_string(DOCUMENT)
            .map_err(|problem| format!("{DOCUMENT}: {problem}"))?;
        let known = [voice_agency()?];
        let agency = Agency::from_document(&serde_json::from_str(&start)?, &known)?;
        Ok(Self { agency, now: MORNING, start, stored: Vec::new() })
    }

    /// A command that must be accepted.
    fn accepted(&mut self, who: &str, command: impl Into<AgencyCommand>) -> Told {
        let command = command.into();
        let line = format!("{who}: {command}");
        let now = self.tick();
        let change = self.agency.execute(&actor(who), command, now);
        let change = change.map_err(|refusal| format!("{line}: {}: {refusal}", refusal.code()))?;
        self.store(&change)?;
        say(&format!("  {} {line}", painted("✓", GREEN)));
        for edit in change.edits() {
            if let AgencyEdit::Created { account, copied_from: Some(from) } = edit {
                say(&format!("      {} has what {from} has", account.id()));
            }
        }
        Ok(())
    }

    /// A command that must be refused with a code, and change nothing.
    fn refused(&mut self, who: &str, command: impl Into<AgencyCommand>, code: &str) -> Told {
        let command = command.into();
        let line = format!("{who}: {command}");
        let (before, now) = (self.agency.clone(), self.tick());
        let Err(refusal) = self.agency.execute(&actor(who), command, now) else {
            return Err(format!("{line}: accepted, {code} was expected").into());
        };
        if refusal.code() != code || self.agency != before {
            return Err(format!("{line}: {code} was expected and no change: {refusal}").into());
        }
        say(&format!("  {} {line}", painted("✗", RED)));
        say(&format!("      {} ({}): {refusal}", painted(code, RED), refusal.rule()));
        Ok(())
    }

    /// Why a user may or may not do something, which must be as expected.
    fn explain(&self, account: &str, user: &str, ask: &str, expected: bool) -> Told {
        let Some(account) = self.agency.subaccount(account) else { return Err(account.into()) };
        let why = account.compile().explain(user, account.catalog().permission(ask)?);
        if why.decision().is_allowed() != expected {
            return Err(format!("{user}, {ask}: {}", why.decision()).into());
        }
        let look = if expected { GREEN } else { YELLOW };
        for (place, line) in why.to_string().lines().enumerate() {
            let line = if place == 0 { painted(line, look) } else { line.to_owned() };
            say(&format!("      {line}"));
        }
        Ok(())
    }

    /// In how many subaccounts a feature is on.
    fn state(&self, feature: &str) {
        let state = self.agency.feature_state(feature).map_or("unknown".into(), in_words);
        say(&format!("      {feature}: {}", painted(&state, CYAN)));
    }

    fn tick(&mut self) -> Timestamp {
        self.now += 3 * MINUTE;
        Timestamp::from_unix_millis(self.now)
    }

    fn store(&mut self, change: &AgencyChange) -> Told {
        self.stored.push(serde_json::to_string(change)?);
        Ok(())
    }

    fn document(&self) -> Told<Value> {
        Ok(serde_json::to_value(&self.agency)?)
    }
}

/// The areas that users are granted, by key.
fn areas(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let areas = catalog.areas().iter().filter(|area| area.source() == Source::Grantable);
    areas.map(bailiwick::Area::key)
}

/// The highest level that somebody has in each area, for a column of its own.
fn levels(catalog: &Catalog, subject: &Subject<'_>) -> impl Iterator<Item = String> {
    let navigation = subject.navigation();
    areas(catalog).map(move |key| {
        let Some(area) = navigation.areas().iter().find(|area| area.key() == key) else {
            return painted(&format!("{:6}", "·"), DIM);
        };
        let (rungs, mark) = match area.summary() {
            Summary::Uniform(rungs) => (rungs, ""),
            Summary::Mixed { most, .. } => (most, "*"),
        };
        let level = area.rungs(rungs).last().unwrap_or_default();
        let look = if level == "edit" { GREEN } else { CYAN };
        painted(&format!("{:6}", format!("{level}{mark}")), look)
    })
}

fn in_words(state: FeatureState) -> String {
    match state {
        FeatureState::All { .. } => "all".to_owned(),
        FeatureState::None { .. } => "none".to_owned(),
        FeatureState::Mixed { on, subaccounts } => format!("mixed {on} of {subaccounts}"),
    }
}

/// The host, an agency by its id, or a user as `account/user`.
fn actor(who: &str) -> Actor {
    match who.split_once('/') {
        Some((account, user)) => Actor::user(account, user),
        None if who == "host" => Actor::Host,
        None => Actor::agency(who),
    }
}

/// Prints a line. A reader who has heard enough, as `head` has, does not change the story.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

/// Coloured text, if there is a terminal to show it.
fn painted(text: &str, look: u8) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    if is_terminal { format!("\u{1b}[{look}m{text}\u{1b}[0m") } else { text.to_owned() }
}
