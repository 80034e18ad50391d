//! An agency and its subaccounts: which features each of them has, and what that lets users do.
//!
//! ```sh
//! cargo run --example agency
//! ```
//!
//! The catalog is composed of a studio's areas and an agency's features; the subaccounts come from
//! `examples/data/agency.json`. `✓` is a command that was accepted, `✗` one that was refused, with
//! the refusal's code and rule. Exits with 1, and says which step, if one goes otherwise than told.

#![expect(
    clippy::unnecessary_wraps,
    reason = "a step that cannot go otherwise is one all the same"
)]

use core::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use bailiwick::agency::{
    AgencyChange, AgencyCommand, AgencyEdit, ApiFeatures, Channel, FeaturePatch, FeatureState,
    Switch,
};
use bailiwick::catalog::{CatalogError, Source};
use bailiwick::error::IdError;
use bailiwick::lattice::Summary;
use bailiwick::presets::{agency, studio};
use bailiwick::text::Shown;
use bailiwick::{
    Account, Actor, Agency, Area, Catalog, Command, Role, Status, Subject, TemplateId, Timestamp,
};

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
        let catalog = self.agency.catalog();
        let (areas, features) = (areas(catalog).count(), catalog.features().count());
        let counts = format!("{areas} areas for users, {features} features for subaccounts");
        say(&format!("  {} {}: {counts}", painted("✓", GREEN), catalog.id()));
        Ok(())
    }

    fn flags(&mut self) -> Told {
        let ids: Vec<_> = self.agency.subaccounts().map(|one| format!("{:10}", one.id())).collect();
        let head = format!("  {:35}{:16}{:14}{}", "feature", "API name", "state", ids.concat());
        say(&painted(head.trim_end(), DIM));
        for row in self.agency.feature_table() {
            let (name, state) = (row.api_name().unwrap_or("·"), in_words(row.state()));
            let cells = row.cells().map(|(_, is_on)| {
                let (text, look) = if is_on { ("on", GREEN) } else { ("·", DIM) };
                painted(&format!("{text:10}"), look)
            });
            let cells: String = cells.collect();
            say(format!("  {:35}{name:16}{state:14}{cells}", row.path()).trim_end());
        }
        Ok(())
    }

    fn everyone(&mut self) -> Told {
        let keys = areas(self.agency.catalog()).map(|area| format!("{area:6.5}"));
        let keys: String = keys.collect();
        say(&painted(&format!("  {:10}{:6}{:20}{keys}", "where", "who", "as"), DIM));
        for account in self.agency.subaccounts() {
            let lattice = account.compile();
            for (place, user) in account.users().enumerate() {
                let id = user.id().as_str();
                let home = if place == 0 { account.id().as_str() } else { "" };
                let standing = match (user.status(), user.role(), user.template()) {
                    (Status::Active, Role::Admin, _) => painted(&format!("{:20}", "admin"), BOLD),
                    (Status::Active, _, template) => {
                        format!("{:20}", Shown(template.map_or("no template", TemplateId::as_str)))
                    }
                    (status, ..) => painted(&format!("{status:20}"), YELLOW),
                };
                let levels: String = levels(self.agency.catalog(), &lattice.subject(id)).collect();
                let (home, id) = (Shown(home), Shown(id));
                say(format!("  {home:10}{id:6}{standing}{levels}").trim_end());
            }
        }
        say(&painted("  * not in every sub-section", DIM));
        Ok(())
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
            "  Of all in harbor, {} may do more or less than before.",
            diff.users().len()
        ));
        if diff.is_empty() { Ok(()) } else { Err("off and on again changed somebody".into()) }
    }

    fn select_all(&mut self) -> Told {
        for (feature, switch) in [("general.contacts", Switch::On), ("general.logs", Switch::Off)] {
            let was = in_words(self.agency.feature_state(feature)?);
            self.accepted("north", AgencyCommand::select_all(feature, switch))?;
            say(&format!("      {was}, now {}", in_words(self.agency.feature_state(feature)?)));
        }
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
        if is == given { Ok(()) } else { Err("summit is not as its object says".into()) }
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
            ("north", AgencyCommand::create("metro").into(), "subaccount_exists"),
            ("metro/max", logs(), "not_authorized"),
            ("metro/max", features, "host_only"),
            ("south", logs(), "not_authorized"),
        ] {
            self.refused(who, command, code)?;
        }
        say("  What has no API name is set by its path, in the user interface.");
        let by_path = FeaturePatch::new().revoke("general.invite_members");
        self.accepted("north", AgencyCommand::patch("metro", Channel::Ui, by_path))
    }

    fn preview(&mut self) -> Told {
        let patch = FeaturePatch::new().revoke("analytics").revoke("knowledge_base");
        let command = AgencyCommand::patch("bright", Channel::Api, patch);
        let (north, now) = (actor("north")?, self.tick());
        let preview = self.agency.preview(&north, command.clone(), now)?;
        let stale = self.agency.preview(&north, command, now)?;
        say(&format!("  ? north: {}", preview.change().command()));
        for edit in preview.change().edits() {
            let AgencyEdit::Changed(change) = edit else { continue };
            // The first part of the line says what is set.
            let line = change.to_string();
            line.split("; ").skip(1).for_each(|effect| say(&format!("      {effect}")));
        }
        for (account, users) in preview.change().affected_subaccounts() {
            say(&format!("      {users} users of {account} in all"));
        }
        let change = self.agency.commit_preview(preview)?;
        self.stored.push(serde_json::to_string(&change)?);
        say(&format!("  {} committed as revision {}", painted("✓", GREEN), change.revision()));
        let Err(refusal) = self.agency.commit_preview(stale) else {
            return Err("a stale one too".into());
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
            say(&format!("  {change}"));
        }
        say(&format!(
            "  Do {} stored changes give the same again? {}",
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
        let agency = Agency::from_document(&serde_json::from_str(&start)?, &[voice_agency()?])?;
        Ok(Self { agency, now: MORNING, start, stored: Vec::new() })
    }

    /// A command that must be accepted.
    fn accepted(&mut self, who: &str, command: impl Into<AgencyCommand>) -> Told {
        let command = command.into();
        let line = format!("{}: {command}", Shown(who));
        let now = self.tick();
        let change = self.agency.execute(&actor(who)?, command, now);
        let change = change.map_err(|refusal| format!("{line}: {}: {refusal}", refusal.code()))?;
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
            say(&format!("      {} copies {from} and is patched: {patch}", account.id()));
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
            other => return Err(format!("{line}: {code} was expected: {other:?}").into()),
        };
        say(&format!("  {} {line}", painted("✗", RED)));
        say(&format!("      {} ({}): {refusal}", painted(code, RED), refusal.rule()));
        Ok(())
    }

    /// Why a user may or may not do something, which must be as expected.
    fn explain(&self, account: &str, user: &str, ask: &str, expected: bool) -> Told {
        let account = self.subaccount(account)?;
        let why = account.compile().explain(user, account.catalog().permission(ask)?);
        // Why somebody may is of less interest than why not.
        let (most, look) = if expected { (1, GREEN) } else { (usize::MAX, YELLOW) };
        for line in why.to_string().lines().take(most) {
            say(&format!("      {}", painted(line, look)));
        }
        let told = why.decision().is_allowed() == expected;
        if told { Ok(()) } else { Err(format!("{user} and {ask}: {}", why.decision()).into()) }
    }

    fn subaccount(&self, id: &str) -> Told<&Account> {
        self.agency.subaccount(id).ok_or_else(|| format!("{id} is not there").into())
    }

    fn tick(&mut self) -> Timestamp {
        self.now += 3 * MINUTE;
        Timestamp::from_unix_millis(self.now)
    }
}

/// The areas that users are granted, by key.
fn areas(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.areas().iter().filter(|area| area.source() == Source::Grantable).map(Area::key)
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

/// An agency by its id, or a user of a subaccount of `north` as `account/user`.
fn actor(who: &str) -> Result<Actor, IdError> {
    Ok(match who.split_once('/') {
        Some((account, user)) => {
            Actor::user_of(&"north".parse()?, &account.parse()?, &user.parse()?)
        }
        None => Actor::agency(&who.parse()?),
    })
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
