use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::account::Account;
use crate::agency::Agency;
use crate::catalog::Catalog;
use crate::decision::{Decision, Reason};
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Reader};
use crate::document::shape::Stored;
use crate::document::tree::Document;
use crate::key::{AccountId, Map};
use crate::requirement::Requirement;

/// Questions with the answers they should get: a policy test to keep beside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cases {
    cases: Vec<Case>,
}

impl Cases {
    /// Reads the cases of an account.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: an ask that the catalog does not know (CAT-9), another
    /// account, unknown or missing fields.
    pub fn of_account(document: &Document, account: &Account) -> Result<Self, DocumentError> {
        Self::read(document, account.catalog(), [account.id()], Some(account.id()))
    }

    /// Reads the cases of an agency; each names its subaccount.
    ///
    /// # Errors
    ///
    /// As for [`of_account`](Self::of_account).
    pub fn of_agency(document: &Document, agency: &Agency) -> Result<Self, DocumentError> {
        let accounts = agency.subaccounts().map(Account::id);
        Self::read(document, agency.catalog(), accounts, None)
    }

    fn read<'a>(
        document: &Document,
        catalog: &Catalog,
        accounts: impl IntoIterator<Item = &'a AccountId>,
        default: Option<&AccountId>,
    ) -> Result<Self, DocumentError> {
        let accounts = accounts.into_iter().map(|id| (id.as_str(), id)).collect();
        Reader::read(document, |reader, at| {
            let object = reader.object(&at, &["cases"])?;
            let list = object.required(reader, "cases")?;
            let read =
                |reader: &mut Reader, item: At<'_>| reader.case(item, catalog, &accounts, default);
            reader.all(list, read).map(|cases| Self { cases })
        })
    }

    /// The cases, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter()
    }
}

/// One question and the answer it should get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    account: AccountId,
    user: Box<str>,
    ask: Box<str>,
    requirement: Requirement,
    expected: Expected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Allow,
    /// For any reason.
    Deny,
    DenyFor(Reason),
}

impl Case {
    /// The account that is asked about.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The user that is asked about, who need not exist.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What is asked, as it was written, joined by ` + `.
    #[must_use]
    pub fn ask(&self) -> &str {
        &self.ask
    }

    /// What is asked.
    #[must_use]
    pub fn requirement(&self) -> &Requirement {
        &self.requirement
    }

    /// Whether `decision` is what the case expects.
    #[must_use]
    pub fn is_met_by(&self, decision: Decision) -> bool {
        match self.expected {
            Expected::Allow => decision == Decision::Allow,
            Expected::Deny => decision != Decision::Allow,
            Expected::DenyFor(reason) => decision == Decision::Deny(reason),
        }
    }

    /// What the case expects, as text: `allow`, `deny` or `deny (muted)`.
    #[must_use]
    pub fn expected(&self) -> String {
        match self.expected {
            Expected::Allow => "allow".into(),
            Expected::Deny => "deny".into(),
            Expected::DenyFor(reason) => alloc::format!("{}", Decision::Deny(reason)),
        }
    }
}

impl Reader {
    fn case(
        &mut self,
        at: At<'_>,
        catalog: &Catalog,
        accounts: &Map<&str, &AccountId>,
        default: Option<&AccountId>,
    ) -> Option<Case> {
        let object = self.object(&at, &["account", "user", "ask", "expect", "reason"])?;
        let account = match (object.optional("account"), default) {
            (None, Some(default)) => Some(default.clone()),
            (None, None) => object.required(self, "account").and(None),
            (Some(at), _) => self.text(at).and_then(|given| match accounts.get(given) {
                Some(found) => Some((*found).clone()),
                None => self.unknown(at, "account", accounts.keys()),
            }),
        };
        let user = object.required(self, "user").and_then(|at| self.text(at));
        let ask = object.required(self, "ask").and_then(|at| self.ask(at, catalog));
        let expect = object.required(self, "expect");
        let expect =
            expect.and_then(|at| self.name(at, "decision", &[("allow", true), ("deny", false)]));
        let reason_at = object.optional("reason");
        let reason = reason_at.and_then(|at| Reason::read(self, at));
        if let (Some(at), Some(true)) = (reason_at, expect) {
            self.fault(at, DocumentFault::ReasonOfAllow);
        }
        let expected = match (expect?, reason) {
            (true, _) => Expected::Allow,
            (false, None) => Expected::Deny,
            (false, Some(reason)) => Expected::DenyFor(reason),
        };
        let (ask, requirement) = ask?;
        Some(Case { account: account?, user: user?.into(), ask, requirement, expected })
    }

    /// One ask or a list of them.
    fn ask(&mut self, at: At<'_>, catalog: &Catalog) -> Option<(Box<str>, Requirement)> {
        let one = |reader: &mut Self, at: At<'_>| reader.one_ask(at, catalog).map(Box::from);
        let asks: Vec<Box<str>> = if at.node.items().is_some() {
            self.all(at, one)?
        } else {
            alloc::vec![one(self, at)?]
        };
        let requirement = self.take(at, catalog.require(&asks))?;
        Some((asks.join(" + ").into(), requirement))
    }

    fn one_ask<'a>(&mut self, at: At<'a>, catalog: &Catalog) -> Option<&'a str> {
        let ask = self.text(at)?;
        self.take(at, catalog.require([ask]))?;
        Some(ask)
    }
}
