//! The first day of a support team's tenant, from empty to busy, told step by step.
//!
//! ```sh
//! cargo run --example tenant
//! ```
//!
//! `✓` is a command that was accepted, `✗` one that was refused, with the refusal's code and rule,
//! and `?` a check. The audit trail and a replay of the stored changes come at the end. Exits with
//! 1 if a step does not go as told, and says which.

use core::error::Error;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use bailiwick::account::dialog::{Choice, Dialog, LeafRow, Origin};
use bailiwick::account::{Affected, Column, SeatState};
use bailiwick::catalog::SettingError;
use bailiwick::error::IdError;
use bailiwick::presets::{self, tenant};
use bailiwick::text::Shown;
use bailiwick::{
    Account, Actor, Change, Command, Grants, Invite, Permission, Refusal, Setting, Status,
    Template, Timestamp,
};

/// Monday, 21 September 2026, 09:00.
const MORNING: i64 = 1_789_981_200_000;
const MINUTE: i64 = 60_000;

const BOLD: u8 = 1;
const DIM: u8 = 2;
const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;

type Told<T = ()> = Result<T, Box<dyn Error>>;
type Step = fn(&mut Story) -> Told;

/// What happens, in order.
const STORY: [(&str, Step); 14] = [
    ("An empty tenant with six seats, and its first admin", Story::an_empty_tenant),
    ("Invitations, until no seat is left", Story::invitations),
    ("Three role templates", Story::three_templates),
    ("Boxes ticked and unticked, over a template", Story::boxes),
    ("A template is edited, and everyone on it changes", Story::everyone_on_a_template),
    ("CRM access, a separate toggle for each user", Story::crm_access),
    ("Suspended, and back with everything as it was", Story::suspension),
    ("Deleted permanently, and invited again", Story::deletion),
    ("Delegation: Dana is not an admin, and manages her team", Story::delegation),
    ("The Edit dialog, as two people see it (x template, + own, - muted)", Story::edit_dialogs),
    ("Someone always holds the keys", Story::the_last_admin),
    ("Deleting a template in use needs its users acknowledged", Story::a_template_in_use),
    ("The audit trail", Story::audit_trail),
    ("Replay", Story::replay),
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
    fn an_empty_tenant(&mut self) -> Told {
        self.accepted("host", Command::set_seat_limit(Some(6)))?;
        self.accepted("host", invite("ana").admin())?;
        self.accepted("host", arrive("ana"))?;
        self.users();
        self.check("ana", "tenant.billing:on", "allow")
    }

    fn invitations(&mut self) -> Told {
        for id in ["ben", "cleo", "dana"] {
            self.accepted("ana", invite(id))?;
        }
        self.refused("ana", Command::invite("benny", "Ben@Harbor.example"), "email_taken")?;
        say("  A batch is all or nothing: two seats are free, and three people need one.");
        self.refused("ana", Command::batch(["eli", "fay", "gus"].map(invite)), "seat_limit")?;
        self.accepted("ana", Command::batch(["eli", "fay"].map(invite)))?;
        self.refused("ana", invite("gus"), "seat_limit")?;
        say("  Everyone except Fay accepts. Nobody has any permissions yet.");
        for id in ["ben", "cleo", "dana", "eli"] {
            self.accepted("host", arrive(id))?;
        }
        self.users();
        self.check("ben", "conversations:view", "deny (not_granted)")
    }

    fn three_templates(&mut self) -> Told {
        let agent = grants(&[("conversations", &["view", "create", "edit"])])?;
        let lead = grants(&[
            ("conversations", &["view", "create", "edit", "delete", "manage"]),
            ("settings", &["view"]),
            ("users", &["view", "create", "edit"]),
        ])?;
        let analyst = grants(&[("conversations", &["view"]), ("analytics", &["view", "export"])])?;
        self.accepted("ana", Command::create_template("agent", "Agent", agent))?;
        self.accepted("ana", Command::create_template("lead", "Team lead", lead))?;
        self.accepted("ana", Command::create_template("analyst", "Analyst", analyst))?;
        self.accepted("ana", Command::describe_template("agent", "Answers whoever writes"))?;
        let mut crm = grants(&[("conversations", &["view"])])?;
        crm.set(tenant::CRM, true)?;
        self.refused("ana", Command::create_template("sales", "Sales", crm), "user_only")?;
        for agent in ["ben", "cleo", "fay"] {
            self.accepted("ana", Command::assign_template(agent, "agent"))?;
        }
        self.accepted("ana", Command::assign_template("dana", "lead"))?;
        self.accepted("ana", Command::assign_template("eli", "analyst"))?;
        self.check("eli", "export_metrics", "allow")?;
        self.users();
        self.check("fay", "conversations:view", "deny (not_active)")
    }

    fn boxes(&mut self) -> Told {
        self.accepted("ana", Command::tick("ben", "conversations:delete"))?;
        self.accepted("ana", Command::untick("cleo", "conversations:create"))?;
        self.check("cleo", "conversations:create", "deny (muted)")?;
        self.refused("ana", Command::tick("ben", "integrations:create"), "needs_first_action")
    }

    fn everyone_on_a_template(&mut self) -> Told {
        let agent = grants(&[("conversations", &["view", "edit"]), ("settings", &["view"])])?;
        self.accepted("ana", Command::edit_template("agent", agent))?;
        for effect in self.stored_changes()?.last().map_or(&[][..], Change::effects) {
            let Affected::Profile { users, .. } = effect.who() else { continue };
            let (gained, lost) = (self.names(effect.gained()), self.names(effect.lost()));
            say(&format!("      {users} user of one profile gains {gained}, loses {lost}"));
        }
        self.check("ben", "conversations:create", "deny (not_granted)")?;
        self.check("ben", "settings:view", "allow")
    }

    fn crm_access(&mut self) -> Told {
        self.accepted("ana", Command::tick("ben", "crm:on"))?;
        self.accepted("ana", Command::untick("ben", "crm:on"))?;
        self.check("ben", "update_crm_record", "deny (not_granted)")?;
        self.accepted("ana", Command::tick("ben", "crm:on"))?;
        say("  Assigning a template drops boxes ticked before, and leaves CRM access alone.");
        self.accepted("ana", Command::assign_template("ben", "agent"))?;
        self.check("ben", "update_crm_record", "allow")?;
        self.refused("host", Command::untick("ana", "crm:on"), "admin_holds_all")
    }

    fn suspension(&mut self) -> Told {
        self.accepted("ana", Command::suspend("cleo"))?;
        self.accepted("ana", Command::suspend("fay"))?;
        self.check("cleo", "conversations:view", "deny (not_active)")?;
        self.users();
        self.accepted("ana", Command::reactivate("cleo"))?;
        self.check("cleo", "conversations:view", "allow")?;
        say("  Fay never accepted, so she is invited again rather than active.");
        self.accepted("ana", Command::reactivate("fay"))
    }

    fn deletion(&mut self) -> Told {
        self.accepted("ana", Command::delete_user("fay"))?;
        self.users();
        self.check("fay", "conversations:view", "deny (unknown_user)")?;
        self.refused("ana", invite("fay"), "user_retired")?;
        self.accepted("ana", Command::invite("fay-2", "fay@harbor.example"))?;
        self.accepted("host", arrive("fay-2"))?;
        self.check("fay-2", "conversations:view", "deny (not_granted)")
    }

    fn delegation(&mut self) -> Told {
        let delegation = || Command::set_features([tenant::policy::USER_DELEGATION]);
        self.check("dana", "users:edit", "deny (not_entitled)")?;
        self.refused("dana", Command::assign_template("fay-2", "agent"), "not_authorized")?;
        self.refused("ana", delegation(), "host_only")?;
        self.accepted("host", delegation())?;
        self.accepted("dana", Command::assign_template("fay-2", "agent"))?;
        self.accepted("dana", Command::tick("ben", "conversations:manage"))?;
        say("  She can give no more than she has, and can change neither admins nor herself.");
        self.refused("dana", Command::tick("ben", "settings:edit"), "escalation")?;
        self.refused("dana", Command::assign_template("fay-2", "analyst"), "escalation")?;
        self.refused("dana", Command::suspend("ana"), "not_authorized")?;
        self.refused("dana", Command::tick("dana", "users:delete"), "self_edit")?;
        self.refused("dana", Command::delete_user("ben"), "not_authorized")
    }

    fn edit_dialogs(&mut self) -> Told {
        let now = Timestamp::from_unix_millis(self.now);
        for who in ["ana", "dana"] {
            let dialog = self.account.dialog(&actor(who)?, "ben", now)?;
            draw(&format!("Edit Ben, as {who} sees it"), &dialog);
        }
        say("\n  No seat is free. With one more, Dana can invite members, within what she holds.");
        self.accepted("host", Command::set_seat_limit(Some(7)))?;
        draw("Invite, as dana sees it", &self.account.dialog_for_new(&actor("dana")?, now)?);
        Ok(())
    }

    fn the_last_admin(&mut self) -> Told {
        self.refused("host", Command::suspend("ana"), "last_admin")?;
        self.accepted("ana", Command::make_admin("dana"))?;
        self.accepted("dana", Command::suspend("ana"))?;
        self.refused("ana", Command::suspend("dana"), "not_authorized")?;
        self.accepted("dana", Command::reactivate("ana"))
    }

    fn a_template_in_use(&mut self) -> Told {
        self.refused("ana", Command::delete_template("agent"), "template_in_use")?;
        self.accepted("ana", Command::delete_template_in_use("analyst", ["eli"]))?;
        self.users();
        self.check("eli", "analytics:view", "deny (not_granted)")
    }

    fn audit_trail(&mut self) -> Told {
        let both = [tenant::policy::USER_DELEGATION, tenant::policy::AUDIT_LOG];
        say(&format!("  does the account keep an audit log? {}", self.account.keeps_audit_log()));
        self.accepted("host", Command::set_features(both))?;
        say(&format!("  and now? {}\n", self.account.keeps_audit_log()));
        for change in self.stored_changes()? {
            say(&format!("  {} {change}", clock(change.time())));
        }
        Ok(())
    }

    fn replay(&mut self) -> Told {
        let start = serde_json::from_str(&self.start)?;
        let mut replayed = Account::from_document(&start, &presets::all())?;
        self.stored_changes()?.iter().try_for_each(|change| replayed.apply(change))?;
        if replayed != self.account {
            return Err("the replayed account differs".into());
        }
        say(&format!("  {} stored changes give the same account.", self.stored.len()));
        Ok(())
    }
}

// How the story is told

/// An account, a clock, and what a host would store.
struct Story {
    account: Account,
    now: i64,
    /// The document of the account before its first change.
    start: String,
    /// The documents of its changes.
    stored: Vec<String>,
}

impl Story {
    fn begin() -> Told<Self> {
        let account = Account::new("harbor".parse()?, tenant::catalog());
        let start = serde_json::to_string(&account)?;
        Ok(Self { account, now: MORNING, start, stored: Vec::new() })
    }

    /// A command that must be accepted.
    fn accepted(&mut self, who: &str, command: impl Into<Command>) -> Told {
        let command = command.into();
        let line = format!("{}: {command}", Shown(who));
        self.now += 3 * MINUTE;
        let now = Timestamp::from_unix_millis(self.now);
        let outcome = self.account.execute(&actor(who)?, command, now);
        let outcome =
            outcome.map_err(|refusal| format!("{line}: {}: {refusal}", refusal.code()))?;
        let change = outcome.into_change().ok_or_else(|| format!("{line}: changes nothing"))?;
        self.stored.push(serde_json::to_string(&change)?);
        say(&format!("  {} {line}", painted("✓", GREEN)));
        Ok(())
    }

    /// A command that must be refused with a code, and change nothing.
    fn refused(&mut self, who: &str, command: impl Into<Command>, code: &str) -> Told {
        let command = command.into();
        let line = format!("{}: {command}", Shown(who));
        let before = self.account.clone();
        let now = Timestamp::from_unix_millis(self.now);
        let Err(refusal) = self.account.execute(&actor(who)?, command, now) else {
            return Err(format!("{line}: accepted, expected {code}").into());
        };
        if refusal.code() != code || self.account != before {
            return Err(format!("{line}: expected {code} and no change: {refusal}").into());
        }
        say(&format!("  {} {line}", painted("✗", RED)));
        say(&format!("      {} ({}): {refusal}", painted(code, RED), refusal.rule()));
        Ok(())
    }

    /// A check that must have this answer.
    fn check(&self, user: &str, ask: &str, expected: &str) -> Told {
        let lattice = self.account.compile();
        let decision = lattice.subject(user).decide(&self.account.catalog().require([ask])?);
        if decision.to_string() != expected {
            return Err(format!("{user}, {ask}: {decision}, expected {expected}").into());
        }
        let look = if decision.is_allowed() { GREEN } else { YELLOW };
        say(&format!("  ? {}, {}: {}", Shown(user), Shown(ask), painted(expected, look)));
        Ok(())
    }

    /// The table of users, and the seats.
    fn users(&self) {
        let table = self.account.table();
        let mut rows: Vec<_> = table.rows().collect();
        rows.sort_by(|one, other| one.compare(other, Column::Role));
        let head = ["id", "email", "role", "template", "status", "CRM", "last sign-in"];
        let mut lines = vec![head.map(|text| (text.to_owned(), BOLD))];
        for row in rows {
            let user = row.user();
            let look = if user.status() == Status::Active { GREEN } else { YELLOW };
            let crm = if row.crm() == Some(true) { "on" } else { "·" };
            lines.push([
                (user.id().to_string(), 0),
                (user.email().to_string(), 0),
                (Shown(row.role_label()).to_string(), 0),
                (Shown(row.template().map_or("·", Template::name)).to_string(), 0),
                (user.status().to_string(), look),
                (crm.to_owned(), 0),
                (user.last_sign_in().map_or("·".into(), clock), 0),
            ]);
        }
        say("");
        print_columns(&lines);
        let seats = self.account.seats();
        let state = match seats.state() {
            SeatState::Free(free) => format!("{free} free"),
            SeatState::Reached => "the limit is reached".to_owned(),
            SeatState::Over(over) => format!("{over} over the limit"),
            SeatState::Unlimited => "no limit".to_owned(),
        };
        say(&format!("    seats used: {}, {state}\n", seats.used()));
    }

    fn names(&self, permissions: &[Permission]) -> String {
        let shown = |one: &Permission| self.account.catalog().display(*one).to_string();
        let names: Vec<_> = permissions.iter().map(shown).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    }

    /// The changes, read back from their documents.
    fn stored_changes(&self) -> Told<Vec<Change>> {
        let catalog = self.account.catalog();
        let read = |text| Ok(Change::from_document(&serde_json::from_str(text)?, catalog)?);
        self.stored.iter().map(|text| read(text)).collect()
    }
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

/// Prints cells in columns, each as wide as the widest of its cells.
fn print_columns<const N: usize>(lines: &[[(String, u8); N]]) {
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|(text, _)| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    for line in lines {
        let cells = line.iter().zip(&widths);
        let cells = cells.map(|((text, look), width)| painted(&format!("{text:width$}"), *look));
        say(format!("    {}", cells.collect::<Vec<_>>().join("  ")).trim_end());
    }
}

/// Draws a dialog as a page would: what is set, what can be changed, and why not the rest.
fn draw(title: &str, dialog: &Dialog<'_>) {
    say(&format!("\n    {}", painted(title, BOLD)));
    let roles = dialog.roles().iter().map(|row| {
        let is_open = row.choices().iter().any(|choice| choice.refusal().is_none());
        (row.label(), mark(if row.is_held() { "•" } else { " " }, is_open))
    });
    field("Role", roles);
    let templates = dialog.templates().iter().map(|row| {
        let is_open = row.choice().refusal().is_none();
        (row.template().name(), mark(if row.is_assigned() { "•" } else { " " }, is_open))
    });
    field("Template", templates);
    for template in dialog.templates().iter().filter(|row| row.is_assigned()) {
        let description = template.template().description().unwrap_or_default();
        say(&format!("    {:15}{}", "", painted(&Shown(description).to_string(), DIM)));
    }
    for area in dialog.areas() {
        let rungs = area.leaves().iter().flat_map(LeafRow::rungs).filter_map(|rung| {
            let sign = match (rung.is_configured(), rung.is_muted(), rung.from()) {
                (true, _, Some(Origin::Own)) => "+",
                (true, ..) => "x",
                (false, true, _) => "-",
                (false, false, _) => " ",
            };
            let choice = if rung.is_configured() { rung.untick() } else { rung.tick() };
            let is_open = (choice.or(rung.tick())?).refusal().is_none();
            Some((rung.name(), mark(sign, is_open)))
        });
        field(&area.area().label(), rungs);
    }
    let actions = dialog
        .actions()
        .iter()
        .map(|choice| (choice.command().name(), mark(" ", choice.refusal().is_none())));
    field("Actions", actions);
    let mut greyed_out: BTreeMap<_, Vec<&Refusal>> = BTreeMap::new();
    for refusal in dialog.choices().filter_map(Choice::refusal) {
        greyed_out.entry(refusal.code()).or_default().push(refusal);
    }
    for (code, refusals) in greyed_out {
        let [refusal, ..] = &*refusals else { continue };
        let line = format!("{} greyed out with {code}, for example: {refusal}", refusals.len());
        say(&format!("    {}", painted(&line, DIM)));
    }
}

/// A line of a dialog: the choices, side by side.
fn field<'a>(label: &str, choices: impl Iterator<Item = (&'a str, String)>) {
    let choices = choices.map(|(name, mark)| format!("{mark} {:13}", Shown(name)));
    let choices = choices.collect::<String>();
    if !choices.is_empty() {
        say(format!("    {:15}{choices}", Shown(label)).trim_end());
    }
}

/// A box in brackets, or greyed out.
fn mark(sign: &str, is_open: bool) -> String {
    if is_open { format!("[{sign}]") } else { painted(&format!(" {sign} "), DIM) }
}

fn invite(id: &str) -> Invite {
    Invite::new(id, format!("{id}@harbor.example"))
}

fn arrive(id: &str) -> Command {
    Command::batch([Command::accept(id), Command::sign_in(id)])
}

fn actor(who: &str) -> Result<Actor, IdError> {
    if who == "host" { Ok(Actor::Host) } else { Ok(Actor::user(&"harbor".parse()?, &who.parse()?)) }
}

fn grants(areas: &[(&str, &[&'static str])]) -> Result<Grants, SettingError> {
    let mut grants = Grants::new(&tenant::catalog());
    for (area, actions) in areas {
        grants.set(area, Setting::actions(actions.iter().copied()))?;
    }
    Ok(grants)
}

/// The time of day, as in `09:30`.
fn clock(time: Timestamp) -> String {
    let minutes = time.unix_millis() / MINUTE % (24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
