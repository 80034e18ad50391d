//! Reads parts of documents that are known to be there.

#![expect(
    clippy::panic,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

use serde_json::Value;

/// The key of an area or sub-section, then its aliases.
pub(super) fn names(document: &Value) -> Vec<String> {
    let mut names = vec![text(&document["key"]).to_owned()];
    names.extend(texts(&document["aliases"]).map(str::to_owned));
    names
}

pub(super) fn list(document: &Value) -> impl Iterator<Item = &Value> {
    document.as_array().into_iter().flatten()
}

pub(super) fn texts(document: &Value) -> impl Iterator<Item = &str> {
    list(document).map(text)
}

pub(super) fn strings(document: &Value) -> Vec<String> {
    texts(document).map(str::to_owned).collect()
}

pub(super) fn text(document: &Value) -> &str {
    match document.as_str() {
        Some(text) => text,
        None => panic!("no text: {document}"),
    }
}
