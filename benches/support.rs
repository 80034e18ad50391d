//! What benchmarks share: how time is measured and reported, and the users that they measure.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "benchmarks"
)]

use core::hint::black_box;
use std::time::Instant;

use bailiwick::agency::{AgencyCommand, NewSubaccount};
use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Agency, Command, Grants, Invite, Timestamp};

pub(crate) const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// The templates of the studio.
pub(crate) const TEMPLATES: [&str; 4] =
    ["knowledge_editor", "read_only_reviewer", "full_developer", "operations_manager"];

/// Whether this is a measurement and not a test run, which uses small sizes. As in criterion, any
/// run that `cargo bench` did not start is a test.
pub(crate) fn is_measured() -> bool {
    let is_given = |flag: &str| std::env::args().any(|argument| argument == flag);
    is_given("--bench") && !is_given("--test")
}

/// How long something takes, without the time to drop what it returns.
pub(crate) fn micros<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let result = black_box(run());
    let time = start.elapsed().as_secs_f64() * 1e6;
    drop(result);
    time
}

pub(crate) fn median(times: &mut [f64]) -> f64 {
    percentile(times, 0.5)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
pub(crate) fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share).round() as usize]
}

/// The exponent `k` of `time = c × sizeᵏ`: the slope of the line through the logarithms.
pub(crate) fn growth(sizes: &[usize], times: &[f64]) -> f64 {
    let points: Vec<(f64, f64)> =
        sizes.iter().zip(times).map(|(size, time)| ((*size as f64).ln(), time.ln())).collect();
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (x, y) = (x / count, y / count);
    let rise: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let run: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    rise / run
}

/// A small generator of numbers, the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

pub(crate) fn id(user: usize) -> String {
    format!("user-{user:08}")
}

pub(crate) fn sub(at: usize) -> String {
    format!("sub-{at:08}")
}

/// Commands that create the templates.
pub(crate) fn templates() -> impl Iterator<Item = Command> {
    TEMPLATES.into_iter().map(|template| {
        let grants = Grants::of_preset(&studio::catalog(), template).unwrap();
        Command::create_template(template, template, grants)
    })
}

/// Commands after which a user is there and has accepted.
pub(crate) fn member(user: usize, template: &str, grants: Grants) -> [Command; 2] {
    let id = id(user);
    let invite = Invite::new(&id, format!("{id}@acme.example"));
    [invite.template(template).grants(grants).into(), Command::accept(&id)]
}

/// An account of the studio after some commands.
pub(crate) fn account(commands: impl IntoIterator<Item = Command>) -> Account {
    let mut account = Account::new("bench".parse().unwrap(), studio::catalog());
    commands.into_iter().for_each(|command| run(&mut account, command));
    account
}

/// Executes a command and ignores its change.
pub(crate) fn run(account: &mut Account, command: Command) {
    drop(black_box(account.execute(&Actor::Host, command, NOW).unwrap()));
}

/// An agency each of whose subaccounts was given the same commands.
pub(crate) fn agency(subaccounts: usize, commands: &[Command]) -> Agency {
    let mut agency = Agency::new("north".parse().unwrap(), studio::catalog());
    let all = (0..subaccounts).map(|at| NewSubaccount::new(sub(at)));
    let mut run = |command: AgencyCommand| {
        drop(black_box(agency.execute(&Actor::Host, command, NOW).unwrap()));
    };
    run(AgencyCommand::create_all(all));
    for at in 0..subaccounts {
        for command in commands {
            run(AgencyCommand::within(sub(at), command.clone()));
        }
    }
    agency
}
