//! Decides the cases of a file on an account or agency document.
//!
//! ```sh
//! cargo run --example decide -- DOCUMENT.json CASES.json
//! ```
//!
//! Prints one line for each case, then `N passed, N failed`. Exits with 0 if all pass, with 1 if
//! one fails, and with 2 and an error message if a file cannot be used. Retired keys in the
//! document have no effect and are listed on standard error.

use std::io::IsTerminal;
use std::process::ExitCode;

use bailiwick::document::{ACCOUNT_FORMAT, AGENCY_FORMAT, Cases, Document};
use bailiwick::text::Shown;
use bailiwick::{Account, AccountId, Agency, Lattice, presets};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [document, cases] = arguments.as_slice() else {
        eprintln!("usage: decide DOCUMENT.json CASES.json");
        return ExitCode::from(2);
    };
    match load(document, cases) {
        Ok((lattices, cases)) => decide(&lattices, &cases),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// The compiled accounts of a document, and the cases about them.
fn load(document_path: &str, cases_path: &str) -> Result<(Lattices, Cases), String> {
    let document = read(document_path)?;
    let cases = read(cases_path)?;
    let in_document = |problem| format!("{}: {problem}", Shown(document_path));
    let in_cases = |problem| format!("{}: {problem}", Shown(cases_path));
    if document.format() == Some(AGENCY_FORMAT) {
        let agency = Agency::from_document_with_ignored(&document, &presets::all());
        let (agency, ignored) = agency.map_err(|problem| in_document(problem.to_string()))?;
        eprint!("{ignored}");
        let cases = Cases::of_agency(&cases, &agency);
        let lattices = agency.subaccounts().map(|one| (one.id().clone(), one.compile())).collect();
        return Ok((lattices, cases.map_err(|problem| in_cases(problem.to_string()))?));
    }
    if document.format() != Some(ACCOUNT_FORMAT) {
        let formats = format!("format: expected `{ACCOUNT_FORMAT}` or `{AGENCY_FORMAT}`");
        return Err(in_document(formats));
    }
    let account = Account::from_document_with_ignored(&document, &presets::all());
    let (account, ignored) = account.map_err(|problem| in_document(problem.to_string()))?;
    eprint!("{ignored}");
    let cases = Cases::of_account(&cases, &account);
    let cases = cases.map_err(|problem| in_cases(problem.to_string()))?;
    Ok((vec![(account.id().clone(), account.compile())], cases))
}

type Lattices = Vec<(AccountId, Lattice)>;

fn read(path: &str) -> Result<Document, String> {
    let shown = Shown(path);
    let text = std::fs::read_to_string(path).map_err(|problem| format!("{shown}: {problem}"))?;
    serde_json::from_str(&text)
        .map_err(|problem| format!("{shown}: not a JSON document: {problem}"))
}

fn decide(lattices: &Lattices, cases: &Cases) -> ExitCode {
    let (pass, fail) = if std::io::stdout().is_terminal() {
        ("\u{1b}[32mpass\u{1b}[0m", "\u{1b}[31mFAIL\u{1b}[0m")
    } else {
        ("pass", "FAIL")
    };
    let width = |text: &str| Shown(text).to_string().chars().count();
    let account = cases.iter().map(|case| width(case.account().as_str())).max().unwrap_or(0);
    let user = cases.iter().map(|case| width(case.user())).max().unwrap_or(0);
    let ask = cases.iter().map(|case| width(case.ask())).max().unwrap_or(0).min(60);
    let (mut passed, mut failed) = (0, 0);
    for case in cases.iter() {
        let lattice = lattices.iter().find(|(id, _)| id == case.account());
        let Some((_, lattice)) = lattice else {
            continue;
        };
        let decision = lattice.subject(case.user()).decide(case.requirement());
        let is_met = case.is_met_by(decision);
        let mark = if is_met { pass } else { fail };
        *(if is_met { &mut passed } else { &mut failed }) += 1;
        let expected =
            if is_met { String::new() } else { format!(", expected {}", case.expected()) };
        println!(
            "{mark}  {:account$}  {:user$}  {:ask$}  {decision}{expected}",
            case.account(),
            Shown(case.user()),
            Shown(case.ask()),
        );
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
