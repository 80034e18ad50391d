//! What only the source can show: how messages quote, and that every refusal has its test.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

/// The Rust files below a folder of the package, each with its lines that are no comment.
fn files(folder: &str) -> Vec<(PathBuf, Vec<String>)> {
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
                files.push((path, code.map(str::to_owned).collect()));
            }
        }
    }
    assert!(files.len() > 50);
    files
}

/// A message that puts its own backticks around a text lets the text close them: `Quoted` does not.
#[test]
fn no_message_quotes_by_hand() {
    for (path, code) in files("src") {
        let by_hand: Vec<&String> = code.iter().filter(|line| line.contains("`{")).collect();
        assert!(by_hand.is_empty(), "{}: {by_hand:#?}", path.display());
    }
}

/// A refusal that is added to the library is in no list until some test names its code.
#[test]
fn every_code_of_a_refusal_is_in_a_test() {
    let of_refusals = |path: &PathBuf| {
        ["account/refusal.rs", "agency/refusal.rs", "ledger/violation.rs"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    let code_in = |line: &String| {
        let (code, rest) = line.split_once("(\"")?.1.split_once("\", ")?;
        rest.ends_with("),").then(|| code.to_owned())
    };
    let sources = files("src").into_iter().filter(|(path, _)| of_refusals(path));
    let codes: Vec<String> =
        sources.flat_map(|(_, lines)| lines).filter_map(|line| code_in(&line)).collect();
    assert!(codes.len() > 50, "{codes:?}");
    let tests = files("tests/it");
    for code in codes {
        let quoted = format!("\"{code}\"");
        let is_named = |lines: &[String]| lines.iter().any(|line| line.contains(&quoted));
        assert!(tests.iter().any(|(_, lines)| is_named(lines)), "no test names {quoted}");
    }
}
