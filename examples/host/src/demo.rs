//! Something to look at: a tenant, a workspace and an agency, with people of every kind.

use bailiwick::account::AccountName;
use bailiwick::agency::{AgencyCommand, Channel, FeaturePatch, NewSubaccount};
use bailiwick::ledger::Order;
use bailiwick::presets::{agency_studio, studio, tenant};
use bailiwick::{
    Account, AccountId, Actor, Agency, AgencyId, Catalog, Command, Invite, Level, Live, Status,
    Template, User,
};

use crate::App;
use crate::desk::{Asked, commit, follow};
use crate::directories::{Kept, key};
use crate::failure::Failure;
use crate::forecast::Told;
use crate::session::Person;

/// Someone to be chosen on the sign-in page.
pub struct Candidate {
    pub who: Person,
    pub name: String,
    /// What they are, in a few words.
    pub what: String,
}

/// Founds the demo's accounts in an empty store. Several processes that begin at once do it once:
/// each command has a key.
///
/// # Errors
///
/// The store does not answer.
pub async fn found(app: &App) -> Result<(), Failure> {
    if !app.directories().known().await?.is_empty() {
        return Ok(());
    }
    give(app, Account::new(id("support")?, tenant::catalog()), support()).await?;
    give(app, Account::new(id("acme")?, studio::catalog()), acme()).await?;
    let bright: AgencyId = "bright".parse()?;
    give(app, Agency::new(bright, agency_studio::catalog()), bright_agency()).await
}

async fn give<D: Told>(app: &App, directory: D, commands: Vec<D::Command>) -> Result<(), Failure>
where
    D::Command: Into<Order<D::Command>>,
{
    app.directories().found(&directory).await?;
    let key = directory.key();
    let id = key.split_once('/').map_or("", |(_, id)| id);
    let (live, _): (std::sync::Arc<Live<D>>, _) = follow(app, id, 0).await?;
    for (number, command) in commands.into_iter().enumerate() {
        let (reason, key) = (Some("the demo".to_owned()), Some(format!("demo-{number}")));
        commit(app, &live, &Actor::Host, Asked { command, reason, key }, None).await?;
    }
    Ok(())
}

fn id(text: &str) -> Result<AccountId, Failure> {
    Ok(text.parse()?)
}

fn support() -> Vec<Command> {
    let catalog = tenant::catalog();
    let mut commands = vec![
        Command::rename_account("Support desk"),
        Command::set_features(["policy.user_delegation", "policy.audit_log"]),
        Command::set_seat_limit(Some(8)),
    ];
    commands.extend(presets(&catalog));
    commands.extend([
        Invite::new("ana", "ana@support.example").admin().into(),
        Invite::new("dora", "dora@support.example").template("manager").into(),
        Invite::new("max", "max@support.example").template("support_agent").into(),
        Invite::new("ivy", "ivy@support.example").template("support_agent").into(),
        Invite::new("sam", "sam@support.example").template("integrator").into(),
    ]);
    commands.extend(["ana", "dora", "max", "sam"].map(Command::accept));
    // A delegate: she invites, edits and deletes members, and hands out what she has herself.
    commands.push(Command::tick("dora", "users:delete"));
    commands.push(Command::tick("dora", "conversations:edit"));
    commands.push(Command::tick("max", "crm:on"));
    commands.push(Command::suspend("sam"));
    commands
}

fn acme() -> Vec<Command> {
    let mut commands = vec![
        Command::rename_account("Acme Studio"),
        Command::set_features(["plan.enterprise"]),
        Command::set_seat_limit(Some(25)),
    ];
    commands.extend(presets(&studio::catalog()));
    commands.extend([
        Invite::new("ada", "ada@acme.example").admin().into(),
        Invite::new("ben", "ben@acme.example").admin().into(),
        Invite::new("kim", "kim@acme.example").template("knowledge_editor").into(),
        Command::invite("lee", "lee@acme.example"),
        Command::invite("noa", "noa@acme.example"),
        Invite::new("sue", "sue@acme.example").template("full_developer").into(),
    ]);
    commands.extend(["ada", "ben", "kim", "lee", "sue"].map(Command::accept));
    commands.push(Command::set_area("lee", "knowledge", Level::Read));
    commands.push(Command::set_section("kim", "knowledge.sources", Level::Read));
    commands.push(Command::suspend("sue"));
    commands
}

fn bright_agency() -> Vec<AgencyCommand> {
    let on = [
        "general.knowledge_base",
        "general.invite_members",
        "general.analytics",
        "agent_types.widget",
    ];
    let features = on.into_iter().fold(FeaturePatch::new(), FeaturePatch::grant);
    let north =
        NewSubaccount::new("north").name("North Clinic").admin("nils", "nils@north.example");
    let harbor =
        NewSubaccount::new("harbor").name("Harbor Hotel").admin("hana", "hana@harbor.example");
    let lake = NewSubaccount::new("lake").name("Lake Motors").admin("lena", "lena@lake.example");
    let within = |account: &str, command: Command| AgencyCommand::within(account, command);
    vec![
        north.into(),
        AgencyCommand::patch("north", Channel::Ui, features),
        harbor.into(),
        lake.into(),
        AgencyCommand::patch(
            "lake",
            Channel::Ui,
            FeaturePatch::new().revoke("general.invite_members"),
        ),
        within("north", Command::accept("nils")),
        within("north", Command::invite("pia", "pia@north.example")),
        within("north", Command::accept("pia")),
        within("north", Command::set_area("pia", "knowledge", Level::Edit)),
        within("harbor", Command::accept("hana")),
        within("lake", Command::accept("lena")),
    ]
}

fn presets(catalog: &Catalog) -> impl Iterator<Item = Command> {
    Template::presets(catalog).map(|template| Command::add_template(&template))
}

/// Everyone who can sign in, by where they are.
///
/// # Errors
///
/// The store does not answer.
pub async fn people(app: &App) -> Result<Vec<(String, Vec<Candidate>)>, Failure> {
    let mut places = Vec::new();
    for known in app.directories().known().await? {
        let Some((kind, id)) = known.split_once('/') else { continue };
        if kind == Account::KIND {
            let (_, view) = follow::<Account>(app, id, 0).await?;
            places.push((place(view.account()), of_account(view.account(), None)));
        } else if known == key::<Agency>(id) {
            let (_, view) = follow::<Agency>(app, id, 0).await?;
            let agency = view.agency();
            let who = Person::Principal(agency.id().clone());
            let (name, what) = (agency.id().to_string(), "principal of the agency".to_owned());
            places.push((format!("Agency {name}"), vec![Candidate { who, name, what }]));
            let subaccounts = agency.subaccounts();
            places.extend(subaccounts.map(|account| {
                let place = format!("{}, of {}", place(account), agency.id());
                (place, of_account(account, Some(agency.id())))
            }));
        }
    }
    Ok(places)
}

fn place(account: &Account) -> String {
    let name = account.name().map(AccountName::as_str);
    bailiwick::text::Shown(name.unwrap_or(account.id().as_str())).to_string()
}

fn of_account(account: &Account, agency: Option<&AgencyId>) -> Vec<Candidate> {
    let candidate = |user: &User| Candidate {
        who: Person::User {
            agency: agency.cloned(),
            account: account.id().clone(),
            user: user.id().clone(),
        },
        name: user.id().to_string(),
        what: what(account, user),
    };
    account.users().map(candidate).collect()
}

fn what(account: &Account, user: &User) -> String {
    let role = account.catalog().role_label(user.role());
    let status = match user.status() {
        Status::Invited => ", invited: accepts by signing in",
        Status::Active => "",
        Status::Suspended => ", suspended: cannot sign in",
    };
    let template = user.template().and_then(|id| account.template(id.as_str()));
    let template = template.map(|template| format!(", {}", template.name())).unwrap_or_default();
    format!("{role}{template}{status}")
}
