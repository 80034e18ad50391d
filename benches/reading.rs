//! What reading an account costs, compared with a `serde_json::Value` of the same text.
//!
//! ```sh
//! cargo bench --bench reading
//! ```
//!
//! *Document* is the parser's part. *Checked* adds reading all of it with a problem at its start,
//! so that no account is built. *Account* is everything. Times are medians of interleaved rounds.
//! Memory is the most that is held at once besides the text, as a multiple of the text.

#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a benchmark")]

#[expect(dead_code, reason = "each benchmark uses a part")]
mod support;

use core::fmt::Write;
use core::hint::black_box;

use allocation_counter::measure;
use bailiwick::document::Document;
use bailiwick::{Account, presets};

use support::{id, is_measured, median, micros};

fn text(users: usize) -> String {
    let mut text = String::from(
        r#"{"format":"bailiwick/account/1","id":"acme","catalog":"studio/2026-06","templates":[{"id":"kb","name":"Knowledge","grants":{"knowledge":"edit"}}],"users":["#,
    );
    for user in 0..users {
        let comma = if user == 0 { "" } else { "," };
        let more = match user % 4 {
            0 => r#","template":"kb""#,
            1 => r#","template":"kb","grants":{"tools":"read"},"mutes":["knowledge.faqs:edit"]"#,
            2 => r#","grants":{"knowledge":"edit","knowledge.faqs":"read"}"#,
            _ => r#","last_sign_in":1790000000000"#,
        };
        let id = id(user);
        write!(
            text,
            r#"{comma}{{"id":"{id}","email":"{id}@acme.example","role":"member","status":"active"{more}}}"#
        )
        .unwrap();
    }
    text + "]}"
}

fn document(text: &str) -> Document {
    serde_json::from_str(text).unwrap()
}

fn account(text: &str) -> Account {
    Account::from_document(&document(text), &presets::all()).unwrap()
}

/// Reads all of it, and writes no account: what checking alone takes.
fn refused(text: &str) -> bool {
    Account::from_document(&document(text), &presets::all()).is_err()
}

fn value(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

fn main() {
    let sizes: &[usize] = if is_measured() { &[1_000, 20_000, 100_000, 1_000_000] } else { &[10] };
    println!(
        "{:>9} {:>10} {:>12} {:>12} {:>12} {:>12} {:>12}",
        "users", "text", "document", "checked", "account", "peak", "peak Value"
    );
    for &users in sizes {
        let text = text(users);
        let bad = text.replacen(r#""id":"acme""#, r#""id":"""#, 1);
        assert!(refused(&bad));
        let rounds = (2_000_000 / users).clamp(1, 51);
        let mut times = [const { Vec::new() }; 4];
        for _ in 0..rounds {
            let [documents, refusals, accounts, values] = &mut times;
            documents.push(micros(|| document(&text)));
            refusals.push(micros(|| refused(&bad)));
            accounts.push(micros(|| account(&text)));
            values.push(micros(|| value(&text)));
        }
        let [documents, refusals, accounts, values] = times.each_mut().map(|times| median(times));
        let times_text = |peak: u64| peak as f64 / text.len() as f64;
        let peak = measure(|| drop(black_box(account(&text)))).bytes_max;
        let peak_value = measure(|| drop(black_box(value(&text)))).bytes_max;
        println!(
            "{users:>9} {:>7.1} MB {:>9.2} x V {:>9.2} x V {:>9.2} x V {:>9.2} x t {:>9.2} x t",
            text.len() as f64 / 1e6,
            documents / values,
            refusals / values,
            accounts / values,
            times_text(peak),
            times_text(peak_value),
        );
    }
}
