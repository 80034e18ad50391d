use alloc::string::{String, ToString};

use crate::text::{Shown, is_hidden};

/// What spreadsheets take for the start of a formula, as OWASP lists it, and its wide forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Writes a text so that neither CSV nor a spreadsheet takes it for anything else.
pub(crate) fn write_field(csv: &mut String, text: &str) {
    let skipped = |letter: char| letter.is_whitespace() || is_hidden(letter);
    let is_formula = text.trim_start_matches(skipped).starts_with(FORMULA)
        || text.starts_with(['\t', '\r', '\n']);
    csv.push_str(if is_formula { "\"'" } else { "\"" });
    csv.push_str(&Shown(text).to_string().replace('"', "\"\""));
    csv.push('"');
}
