//! A page of the product itself. Its data is behind permits: what reads and writes questions takes
//! one, so a page that forgot to ask would not compile.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::response::Redirect;
use bailiwick::{AccountId, Permit};
use maud::{Markup, html};
use serde::Deserialize;

use crate::asks::{Asks, EditFaqs, Product, ReadFaqs};
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::{Form, Nothing};
use crate::pages::{form, shown};

/// How many questions an account has at most, and how long they are in characters.
const MOST: usize = 200;
const LENGTH: usize = 500;

/// Questions by account.
#[derive(Default)]
pub struct Faqs(Mutex<HashMap<AccountId, Vec<String>>>);

impl Faqs {
    fn of(&self, permit: &Permit<'_, ReadFaqs>) -> Vec<String> {
        let own = permit.account().and_then(|account| self.lock().get(account).cloned());
        own.unwrap_or_default()
    }

    fn add(&self, permit: &Permit<'_, EditFaqs>, question: String) {
        let Some(account) = permit.account() else { return };
        let mut all = self.lock();
        let own = all.entry(account.clone()).or_default();
        if own.len() < MOST {
            own.push(question);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, Vec<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question.
#[derive(Deserialize)]
pub struct Question {
    question: String,
}

/// `GET /faqs`
///
/// # Errors
///
/// None.
pub async fn page(desk: Allowed<Product<ReadFaqs>>, _: Nothing) -> Result<Markup, Failure> {
    let questions = desk.app().faqs().of(&desk.permit()?);
    let may_edit = Product::<EditFaqs>::check(&desk).is_ok();
    Ok(desk.page(
        "FAQs",
        &html! {
            @if questions.is_empty() { p { "No questions yet." } }
            ul { @for question in &questions { li { (shown(question)) } } }
            @if may_edit { (form(desk.chrome(), "/faqs", "/faqs", &html! {
                label for="question" { "New question" }
                input id="question" name="question" required maxlength=(LENGTH) autocomplete="off";
                div.actions { button.primary { "Add" } }
            })) }
        },
    ))
}

/// `POST /faqs`
///
/// # Errors
///
/// A question that is empty or too long.
pub async fn add(
    desk: Allowed<Product<EditFaqs>>,
    Form(Question { question }): Form<Question>,
) -> Result<Redirect, Failure> {
    let question = question.trim();
    if question.is_empty() || question.chars().count() > LENGTH {
        return Err(Failure::Invalid(format!("a question has 1 to {LENGTH} characters")));
    }
    desk.app().faqs().add(&desk.permit()?, question.to_owned());
    Ok(Redirect::to("/faqs"))
}
