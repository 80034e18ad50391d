//! The Edit dialog: what someone is set to, area by area, and what the person who looks may change.

use bailiwick::account::dialog::{AreaRow, LeafRow, Origin, RungRow};
use bailiwick::account::{Dialog, Holds};
use bailiwick::{Command, Refusal, Role};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::SeesUsers;
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::Query;
use crate::pages::users::{edit, typed};
use crate::pages::{Chrome, Reasons, choice, choices, moment, shown};

/// Whom it is about.
#[derive(Deserialize)]
pub struct Whom {
    user: String,
}

/// `GET /edit`
///
/// # Errors
///
/// There is no such user.
pub async fn page(desk: Allowed<SeesUsers>, Query(whom): Query<Whom>) -> Result<Markup, Failure> {
    let dialog = desk.dialog(&whom.user)?;
    let Some(user) = dialog.user() else { return Err(Failure::NotFound("user".to_owned())) };
    let back = edit(user.id().as_str());
    let chrome = desk.chrome();
    Ok(desk.page(&format!("Edit {}", shown(user.id())), &html! {
        p.quiet {
            (shown(user.email().as_str())) " · " (desk.catalog().role_label(user.role())) " · " (user.status().name())
            @if let Some(time) = user.last_sign_in() { " · last sign-in " (moment(time)) }
        }
        @if user.role() == Role::Admin {
            p.notice { "An admin holds everything. What is set below holds once they are "
                (desk.catalog().role_label(Role::Member)) "." }
        }
        (choices(chrome, &back, &html! { (head(&dialog)) }))
        (address(&dialog, chrome, &back))
        (choices(chrome, &back, &html! {
            h2 { "Permissions" }
            @for row in dialog.areas() { (area(row)) }
        }))
    }))
}

/// Role, template, and what else can be done with someone.
fn head(dialog: &Dialog<'_>) -> Markup {
    let mut reasons = ["head role", "head template", "head access"].map(Reasons::of);
    let [of_role, of_template, of_access] = &mut reasons;
    html! {
        h2 { "Role" }
        @for row in dialog.roles() {
            div.row {
                span.name { (row.label()) @if row.is_held() { " " span.tag { "has it" } } }
                @if !row.is_held() { div.choices role="group" aria-label=(row.label()) {
                    @for one in row.choices() { (choice(one, role_label(one.command()), of_role)) }
                } }
            }
        }
        (of_role.list())
        h2 { "Role template" }
        div.choices role="group" aria-label="Role template" {
            @for row in dialog.templates() {
                @let name = shown(row.template().name());
                @let name = if row.is_assigned() { format!("{name} (has it)") } else { name };
                (choice(row.choice(), &name, of_template))
            }
            @for one in dialog.clear_template() {
                @let keeps = matches!(one.command(), Command::ClearTemplate { kept: bailiwick::account::Kept::TemplateGrants, .. });
                (choice(one, if keeps { "None, keep what it gives" } else { "None" }, of_template))
            }
        }
        (of_template.list())
        h2 { "Access" }
        div.choices role="group" aria-label="Access" {
            @for one in dialog.actions() {
                // What someone's status has no use for is no choice.
                @if let (Some(label), None | Some(false)) = (action_label(one.command()),
                    one.refusal().map(|refusal| matches!(refusal, Refusal::WrongStatus(_)))) {
                    (choice(one, label, of_access))
                }
            }
        }
        (of_access.list())
    }
}

fn role_label(command: &Command) -> &'static str {
    match command {
        Command::ChangeRole { role: Role::Admin, .. } => "Make admin",
        Command::ChangeRole { holds: Holds::Nothing, .. } => "Start with nothing",
        Command::ChangeRole { holds: Holds::Stored, .. } => "With what is set below",
        _ => "Choose",
    }
}

fn action_label(command: &Command) -> Option<&'static str> {
    match command {
        Command::Suspend { .. } => Some("Suspend"),
        Command::Reactivate { .. } => Some("Reactivate"),
        Command::Resend { .. } => Some("Resend the invitation"),
        Command::DeleteUser { .. } => Some("Delete"),
        // The address is typed.
        _ => None,
    }
}

/// Another address, which is typed; greyed with its reason if it cannot be changed.
fn address(dialog: &Dialog<'_>, chrome: &Chrome, back: &str) -> Markup {
    let change =
        dialog.actions().iter().find(|one| matches!(one.command(), Command::ChangeEmail { .. }));
    let Some((change, user)) = change.zip(dialog.user()) else { return html! {} };
    let refusal = change.refusal().map(ToString::to_string);
    typed(
        chrome,
        "/users/email",
        back,
        &html! {
            input type="hidden" name="user" value=(user.id().as_str());
            div {
                label for="email" { "Email" }
                input id="email" name="email" type="email" required maxlength="254" autocomplete="off"
                    value=(user.email().as_str()) disabled[refusal.is_some()]
                    aria-describedby=[refusal.is_some().then_some("why-email")];
            }
            div.actions { button disabled[refusal.is_some()] { "Change email" } }
            @if let Some(refusal) = &refusal { p.why id="why-email" { (refusal) } }
        },
    )
}

/// An area: its level and its sub-sections, or its boxes.
pub(crate) fn area(row: &AreaRow<'_>) -> Markup {
    let (area, mut reasons) = (row.area(), Reasons::of(row.area().key()));
    let has_sections = !area.sub_sections().is_empty();
    let restricted = row.leaves().iter().filter(|leaf| leaf.is_restricted()).count();
    let body = html! {
        @if row.levels().is_empty() {
            @for leaf in row.leaves() { (boxes(leaf, has_sections, &mut reasons)) }
        } @else {
            div.choices role="group" aria-label=(format!("Level of {}", area.label())) {
                @for level in row.levels() { (choice(level.choice(), level.label(), &mut reasons)) }
            }
            @if has_sections { details {
                summary {
                    (row.leaves().len()) " sub-sections"
                    @if restricted > 0 { ", " (restricted) " restricted" }
                }
                @for leaf in row.leaves() { (section(leaf, &mut reasons)) }
            } }
            @for rung in row.leaves().iter().flat_map(LeafRow::rungs) {
                @if let Some(why) = why(rung) { @let _ = reasons.id(&why); }
            }
        }
    };
    html! {
        section.area aria-labelledby=(format!("area-{}", area.key())) {
            h3 id=(format!("area-{}", area.key())) { (area.label()) (origin(row.from())) }
            @if let Some(about) = area.description() { p.quiet { (about) } }
            (body)
            (reasons.list())
        }
    }
}

/// A sub-section with levels: as its area, or restricted; and what raises it alone.
fn section(leaf: &LeafRow<'_>, reasons: &mut Reasons) -> Markup {
    let label = leaf.leaf().label();
    html! {
        div.row {
            span.name { (label)
                @if leaf.is_restricted() { " " span.tag { "restricted" } }
                @if let Some(about) = leaf.leaf().description() { br; span.quiet { (about) } }
            }
            div.choices role="group" aria-label=(label) {
                @for level in leaf.levels() {
                    @let raised = leaf.raises().iter().find(|raise| raise.level() == level.level());
                    @match raised {
                        // Above its area: this leaf alone rises, and the area as far as it must.
                        Some(raise) => (choice(raise.choice(), &format!("{} ↑", raise.label()), reasons)),
                        None => (choice(level.choice(), level.label(), reasons)),
                    }
                }
            }
        }
    }
}

/// What a gate or a missing role keeps a permission from having an effect.
fn why(rung: &RungRow<'_>) -> Option<String> {
    let reason = rung.inert()?;
    let features: Vec<_> =
        rung.features_off().map(|feature| feature.label().into_owned()).collect();
    Some(if features.is_empty() {
        format!("Comes with the role of admin alone ({})", reason.rule())
    } else {
        format!("Without effect while this is off: {} ({})", features.join(", "), reason.rule())
    })
}

/// A leaf with boxes.
fn boxes(leaf: &LeafRow<'_>, is_named: bool, reasons: &mut Reasons) -> Markup {
    html! {
        div.row {
            @if is_named { span.name { (leaf.leaf().label()) } }
            ul.boxes { @for rung in leaf.rungs() { li { (tick(rung, reasons)) } } }
        }
    }
}

/// A box: what it is at, and the button that turns it over.
fn tick(rung: &RungRow<'_>, reasons: &mut Reasons) -> Markup {
    let is_on = if rung.tick().is_some() { rung.is_configured() } else { rung.is_effective() };
    let mark = if is_on { "☑ " } else { "☐ " };
    let label = format!("{mark}{}", rung.name());
    let turn = if is_on { rung.untick() } else { rung.tick() };
    let why = why(rung).map(|why| reasons.id(&why));
    html! {
        @match turn {
            Some(turn) => (choice(turn, &label, reasons)),
            None => span.box.inert[why.is_some()] aria-describedby=[why] { (label) },
        }
        (origin(rung.from()))
        @if rung.is_muted() { " " span.tag { "taken away" } }
    }
}

/// Where a setting comes from.
fn origin(from: Option<Origin>) -> Markup {
    html! { @if let Some(from) = from {
        " " span.tag { @match from {
            Origin::Template => "template",
            Origin::Own => "own",
            _ => "template and own",
        } }
    } }
}
