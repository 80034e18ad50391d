//! Accounts, agencies and catalogs.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock};

use bailiwick::document::{Document, DocumentError, MAX_PROBLEMS};
use bailiwick::{Account, Agency, Catalog, Reason, presets};
use serde::Serialize;
use serde_json::{Value, json};

use crate::naive::{self, Oracle};

static KNOWN: LazyLock<Vec<Catalog>> = LazyLock::new(|| presets::all().into());

/// Reads a text as each kind of document. What can be read comes back from its canonical form, and
/// every user of an account or subaccount may do what the oracle says.
///
/// # Panics
///
/// If not.
pub fn documents(text: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Document>(text) else { return };
    let account = settled(&document, |document| Account::from_document(document, &KNOWN));
    account.iter().for_each(decides_like_the_oracle);
    let agency = settled(&document, |document| Agency::from_document(document, &KNOWN));
    agency.iter().flat_map(Agency::subaccounts).for_each(decides_like_the_oracle);
    settled(&document, Catalog::from_document);
}

fn settled<T: PartialEq + Debug + Serialize>(
    document: &Document,
    read: impl Fn(&Document) -> Result<T, DocumentError>,
) -> Option<T> {
    match read(document) {
        Ok(value) => {
            let written = serde_json::to_string(&value).unwrap();
            let again = read(&serde_json::from_str(&written).unwrap());
            let again = again.unwrap_or_else(|error| panic!("{error}\n{written}"));
            assert_eq!(again, value, "{written}");
            assert_eq!(serde_json::to_string(&again).unwrap(), written);
            Some(value)
        }
        Err(error) => {
            assert!((1..=MAX_PROBLEMS).contains(&error.problems().len()), "{error}");
            None
        }
    }
}

/// The oracle reads the canonical form, with its catalog spelled out.
fn decides_like_the_oracle(account: &Account) {
    let spelled_out: Value = json!(account.catalog());
    let mut document = json!(account);
    document["catalog"] = spelled_out.clone();
    let oracle = Oracle::on(&Arc::new(naive::Catalog::new(&spelled_out)), &document);
    let (catalog, lattice) = (account.catalog(), account.compile());
    for user in account.users().map(|user| user.id().as_str()).chain(["nobody at all"]) {
        let subject = lattice.subject(user);
        for ask in oracle.permissions() {
            let reason = subject.reason(catalog.permission(&ask).unwrap()).map(Reason::name);
            let expected = oracle.decide(user, std::slice::from_ref(&ask)).err();
            assert_eq!(reason, expected, "{user} asks {ask} of {document}");
        }
    }
}
