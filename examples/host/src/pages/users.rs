//! The Users page: who is there, filtered; seats; inviting.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use bailiwick::account::{SeatState, UserRow, UserTable};
use bailiwick::ledger::RefusalKind;
use bailiwick::text::Shown;
use bailiwick::{Command, Role, Status, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::SeesUsers;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::Query;
use crate::pages::{Chrome, choices, form, invite, moment, offer_about, scroll, shown};

/// How many rows a page has.
const ROWS: usize = 50;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Which users are shown; what is empty filters nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    text: String,
    status: String,
    role: String,
    /// The id of a template after `=`, or `none`.
    template: String,
    inactive_days: String,
    page: String,
}

/// `GET /users`
///
/// # Errors
///
/// A filter that means nothing.
pub async fn page(
    desk: Allowed<SeesUsers>,
    Query(filters): Query<Filters>,
) -> Result<Markup, Failure> {
    let table = filters.table(&desk)?;
    let page = filters.page.parse().unwrap_or(0_usize);
    let back = format!("/users?{}", filters.query(page));
    let found = table.rows().count();
    let rows: Vec<_> = table.rows().skip(page.saturating_mul(ROWS)).take(ROWS).collect();
    Ok(desk.page("Users", &html! {
        (seats(&desk))
        (invite::section(&desk, desk.chrome()))
        h2 { "Everyone" }
        (filters.form(&desk))
        p.quiet { (found) " of " (desk.account().users().count()) " · "
            a href=(format!("/users.csv?{}", filters.query(0))) { "as CSV" } }
        (listing(&desk, desk.chrome(), &rows, &back))
        nav.pages aria-label="Pages of the table" {
            @if page > 0 { a href=(format!("/users?{}", filters.query(page - 1))) { "Previous" } }
            @if found > page.saturating_add(1).saturating_mul(ROWS) {
                a href=(format!("/users?{}", filters.query(page + 1))) { "Next" }
            }
        }
    }))
}

/// `GET /users.csv`
///
/// # Errors
///
/// A filter that means nothing.
pub async fn csv(
    desk: Allowed<SeesUsers>,
    Query(filters): Query<Filters>,
) -> Result<impl IntoResponse, Failure> {
    let csv = filters.table(&desk)?.to_csv();
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"users.csv\""),
    ];
    Ok((headers, csv))
}

fn seats(desk: &Desk) -> Markup {
    let seats = desk.account().seats();
    let used = seats.used();
    html! {
        p.seats {
            @match (seats.state(), seats.limit()) {
                (SeatState::Free(free), Some(limit)) => { (used) " of " (limit) " seats used, " (free) " free" },
                (SeatState::Reached, _) => { strong { "All " (used) " seats are used" } },
                (SeatState::Over(over), Some(limit)) => {
                    strong { (used) " of " (limit) " seats used: " (over) " too many" }
                },
                _ => { (used) " seats used, without a limit" },
            }
        }
    }
}

fn listing(desk: &Desk, chrome: &Chrome, rows: &[UserRow<'_>], back: &str) -> Markup {
    let has_crm = rows.iter().any(|row| row.crm().is_some());
    let body = scroll(
        "Users",
        &html! {
            table.stacks {
                thead { tr {
                    th scope="col" { "Person" } th scope="col" { "Role" } th scope="col" { "Template" }
                    th scope="col" { "Status" }
                    @if has_crm { th scope="col" { "CRM" } }
                    th scope="col" { "Last sign-in" } th scope="col" { "Actions" }
                } }
                tbody { @for row in rows { (line(desk, *row, has_crm)) } }
            }
        },
    );
    if rows.is_empty() {
        html! { p { "Nobody." } }
    } else {
        choices(chrome, back, &body)
    }
}

fn line(desk: &Desk, row: UserRow<'_>, has_crm: bool) -> Markup {
    let user = row.user();
    let id = user.id().as_str();
    let actions = actions(user.status(), id);
    let permitted =
        actions.iter().filter(|(command, _)| desk.permits(std::slice::from_ref(command)));
    html! {
        tr {
            th scope="row" data-label="Person" {
                a href=(edit(id)) { (shown(id)) } br; span.quiet { (shown(user.email().as_str())) }
            }
            td data-label="Role" { (row.role_label()) }
            td data-label="Template" {
                @if let Some(template) = row.template() { (shown(template.name())) } @else { span.quiet { "none" } }
            }
            td data-label="Status" { span class=(format!("status {}", user.status().name())) { (user.status().name()) } }
            @if has_crm {
                td data-label="CRM" { @if row.crm() == Some(true) { "yes" } @else { span.quiet { "no" } } }
            }
            td data-label="Last sign-in" {
                @if let Some(time) = user.last_sign_in() { (moment(time)) }
                @else if let Some(invitation) = user.invitation() {
                    span.quiet { "invited " (moment(invitation.sent())) }
                } @else { span.quiet { "never" } }
            }
            td data-label="Actions" {
                div.choices {
                    a.button href=(edit(id)) aria-label=(format!("Edit {}", Shown(id))) { "Edit" }
                    @for (command, label) in permitted { (offer_about(command, label, &shown(id))) }
                }
            }
        }
    }
}

/// What can be done about someone without opening their dialog.
fn actions(status: Status, id: &str) -> Vec<(Command, &'static str)> {
    let delete = (Command::delete_user(id), "Delete");
    match status {
        Status::Invited => vec![(Command::resend(id), "Resend"), delete],
        Status::Active => vec![(Command::suspend(id), "Suspend"), delete],
        Status::Suspended => vec![(Command::reactivate(id), "Reactivate"), delete],
    }
}

/// Where someone is edited.
pub(crate) fn edit(id: &str) -> String {
    format!("/edit?{}", query(&[("user", id)]))
}

/// Names and values, as they stand in an address.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
}

impl Filters {
    fn table<'a>(&'a self, desk: &'a Desk) -> Result<UserTable<'a>, Failure> {
        let invalid = |error: &dyn std::fmt::Display| Failure::Invalid(error.to_string());
        let mut table = desk.account().table();
        if !self.text.trim().is_empty() {
            table = table.text(&self.text);
        }
        if !self.status.is_empty() {
            table = table.status(self.status.parse().map_err(|error| invalid(&error))?);
        }
        if !self.role.is_empty() {
            table = table.role(self.role.parse().map_err(|error| invalid(&error))?);
        }
        if let Some(id) = self.template.strip_prefix('=') {
            table = table.template(id);
        } else if self.template == "none" {
            table = table.without_template();
        }
        if !self.inactive_days.is_empty() {
            let days: u16 = self.inactive_days.parse().map_err(|error| invalid(&error))?;
            let since = desk.now().unix_millis() - i64::from(days) * DAY;
            table = table.inactive_since(Timestamp::from_unix_millis(since));
        }
        Ok(table)
    }

    fn query(&self, page: usize) -> String {
        let Self { text, status, role, template, inactive_days, page: _ } = self;
        let page = if page == 0 { String::new() } else { page.to_string() };
        query(&[
            ("text", text),
            ("status", status),
            ("role", role),
            ("template", template),
            ("inactive_days", inactive_days),
            ("page", &page),
        ])
    }

    fn form(&self, desk: &Desk) -> Markup {
        let catalog = desk.catalog();
        let roles = [Role::Admin, Role::Member];
        let statuses = [Status::Invited, Status::Active, Status::Suspended];
        html! {
            form.filters method="get" action="/users" {
                div { label for="text" { "Id or email" } input id="text" name="text" type="search" value=(self.text); }
                div { label for="status" { "Status" } select id="status" name="status" {
                    option value="" { "any" }
                    @for status in statuses {
                        option value=(status.name()) selected[self.status == status.name()] { (status.name()) }
                    }
                } }
                div { label for="role" { "Role" } select id="role" name="role" {
                    option value="" { "any" }
                    @for role in roles {
                        option value=(role.name()) selected[self.role == role.name()] { (catalog.role_label(role)) }
                    }
                } }
                div { label for="template" { "Template" } select id="template" name="template" {
                    option value="" { "any" }
                    option value="none" selected[self.template == "none"] { "none" }
                    @for template in desk.account().templates() {
                        @let value = format!("={}", template.id().as_str());
                        option value=(value) selected[self.template == value] { (shown(template.name())) }
                    }
                } }
                div { label for="inactive" { "Days without sign-in" }
                    input id="inactive" name="inactive_days" type="number" min="0" max="65535" value=(self.inactive_days); }
                div.actions { button { "Filter" } a.button href="/users" { "All" } }
            }
        }
    }
}

/// Whether a command of some kind can be given at all; if it only cannot now, why.
pub(crate) enum Offered {
    Yes,
    /// The right to it is there, and something stands in its way.
    NotNow(String),
    No,
}

impl Offered {
    pub(crate) fn of(desk: &Desk, command: &Command) -> Self {
        match desk.refusal(command) {
            None => Self::Yes,
            Some(refused) if refused.kind == RefusalKind::Forbidden => Self::No,
            Some(refused) => Self::NotNow(refused.message),
        }
    }
}

/// A form that goes its own way to the road.
pub(crate) fn typed(chrome: &Chrome, action: &str, back: &str, body: &Markup) -> Markup {
    form(chrome, action, back, &html! { div.fields { (body) } })
}
