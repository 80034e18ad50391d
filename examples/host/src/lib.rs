//! A host of `bailiwick`: accounts and agencies in SQLite or PostgreSQL, and the pages on which
//! people say who may do what.
//!
//! A request goes from the top to the bottom of this list:
//!
//! | module | what it does |
//! |---|---|
//! | [`serve`] | connections, and how long they may take |
//! | [`routes`] | which path leads where, and what it asks |
//! | [`guard`] | who sends the request, and whether they may: nothing else makes an [`Allowed`](guard::Allowed) |
//! | [`session`], [`secret`] | cookies, and the tokens of forms |
//! | [`input`] | what a request brings, bounded |
//! | [`desk`] | one view of an account or agency, and the commands that can be given there |
//! | [`pages`], [`api`] | what people and programs see |
//! | [`road`] | the one way that every change goes: shown first, then done if it is still the same |
//! | [`failure`] | what is answered otherwise |
//! | [`directories`], [`store`] | what is in memory, and the log that it follows |

pub mod api;
pub mod asks;
pub mod demo;
pub mod desk;
pub mod directories;
pub mod failure;
pub mod forecast;
pub mod guard;
pub mod input;
pub mod pages;
pub mod road;
pub mod routes;
pub mod secret;
pub mod serve;
pub mod session;

pub mod store;
pub mod typescript;

use std::sync::Arc;

use axum::extract::FromRef;
use axum_extra::extract::cookie::Key;

use crate::directories::Directories;
use crate::pages::faqs::Faqs;
use crate::secret::Secret;
use crate::store::Store;

/// What every request shares.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    directories: Directories,
    secret: Secret,
    cookies: Key,
    faqs: Faqs,
}

impl App {
    /// How many accounts stay in memory while nobody uses them.
    const ROOM: usize = 10_000;

    /// A host on a store. What the secret signed is trusted: keep it, and give all processes one.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, secret: Secret) -> Self {
        let directories = Directories::new(store, Self::ROOM);
        let cookies = secret.cookies();
        Self(Arc::new(Inner { directories, secret, cookies, faqs: Faqs::default() }))
    }

    /// The accounts and agencies.
    #[must_use]
    pub fn directories(&self) -> &Directories {
        &self.0.directories
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0.secret
    }

    pub(crate) fn faqs(&self) -> &Faqs {
        &self.0.faqs
    }
}

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Self {
        app.0.cookies.clone()
    }
}
