//! Permits: checks that cannot be forgotten.
//!
//! A host names once what it asks, with [`asks!`](crate::asks). Functions that touch data take the
//! permit by reference, and nobody calls them without one: the only way to a permit is
//! [`Subject::permit`]. A request handler gets it first thing, in any web framework:
//!
//! ```
//! use bailiwick::presets::studio::{self, knowledge};
//! use bailiwick::{Account, Actor, Command, Level, Live, Timestamp};
//! use bailiwick::{Denial, Permit};
//!
//! bailiwick::asks! {
//!     studio; // the module of the catalog: what follows is in its terms
//!     /// Change questions and answers.
//!     pub EditFaqs = knowledge::FAQS.edit();
//!     pub ReadFaqs = knowledge::FAQS.read();
//!     pub Publish = operations::PUBLISH_CHAT_WIDGET;
//! }
//!
//! #[derive(Default)]
//! struct Store(Vec<(String, String)>);
//!
//! impl Store {
//!     fn faqs(&self, permit: &Permit<ReadFaqs>) -> usize {
//!         // Whose data it is, the permit knows.
//!         let own = |(account, _): &&(String, String)| {
//!             permit.account().is_some_and(|id| id.as_str() == account)
//!         };
//!         self.0.iter().filter(own).count()
//!     }
//!
//!     fn add_faq(&mut self, permit: &Permit<EditFaqs>, faq: &str) -> usize {
//!         let account = permit.account().map(ToString::to_string);
//!         let account = account.unwrap_or_default();
//!         self.0.push((account, faq.into()));
//!         self.faqs(&permit.narrow()) // to edit is to read
//!     }
//! }
//!
//! /// `POST /faqs`; the user comes from the session. A denial is a 403.
//! fn post_faq(
//!     live: &Live,
//!     store: &mut Store,
//!     user: &str,
//!     faq: &str,
//! ) -> Result<usize, Denial> {
//!     let view = live.view(); // one view for each request
//!     let permit = view.subject(user).permit::<EditFaqs>()?;
//!     Ok(store.add_faq(&permit, faq))
//! }
//!
//! let now = Timestamp::from_unix_millis(1_790_000_000_000);
//! let live = Live::new(Account::new("acme".parse()?, studio::catalog()));
//! live.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
//! live.execute(&Actor::Host, Command::accept("kim"), now)?;
//! let mut store = Store::default();
//! let denial = post_faq(&live, &mut store, "kim", "How much is it?").unwrap_err();
//! assert_eq!(denial.to_string(), "kim may not EditFaqs: not_granted (ROLE-3)");
//!
//! let edit = Command::set_area("kim", knowledge::AREA, Level::Edit);
//! live.execute(&Actor::Host, edit, now)?;
//! assert_eq!(post_faq(&live, &mut store, "kim", "How much is it?")?, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A permit costs what the check costs: what is asked is a constant, and a permit is two references.
//!
//! # What does not compile
//!
//! Each of these fails where the handler above does not. What a `narrow` implies is worked out when
//! code is generated: `cargo build` and `cargo test` see it, `cargo check` does not.
//!
//! ```
//! # use bailiwick::{Lattice, Permit, presets::studio};
//! # bailiwick::asks! {
//! #     studio;
//! #     pub EditFaqs = knowledge::FAQS.edit();
//! #     pub ReadFaqs = knowledge::FAQS.read();
//! #     pub ReadFlows = FLOWS.read();
//! # }
//! fn delete_faq(permit: &Permit<EditFaqs>) {}
//!
//! fn delete(lattice: &Lattice) -> Result<(), bailiwick::Denial> {
//!     let permit = lattice.subject("kim").permit::<EditFaqs>()?;
//!     let _: Permit<ReadFaqs> = permit.narrow();
//!     Ok(delete_faq(&permit))
//! }
//! # delete(&Lattice::compile(&studio::catalog(), [])).unwrap_err();
//! ```
//!
//! Without a permit:
//!
//! ```compile_fail,E0061
//! # use bailiwick::{Lattice, Permit, presets::studio};
//! # bailiwick::asks! { studio; pub EditFaqs = knowledge::FAQS.edit(); }
//! # fn delete_faq(permit: &Permit<EditFaqs>) {}
//! delete_faq();
//! ```
//!
//! With the permit for something else, even if it is for more:
//!
//! ```compile_fail,E0308
//! # use bailiwick::{Denial, Lattice, Permit, presets::studio};
//! # bailiwick::asks! { studio; pub EditFaqs = knowledge::FAQS.edit(); pub ReadFaqs = knowledge::FAQS.read(); }
//! # fn delete_faq(permit: &Permit<EditFaqs>) {}
//! fn delete(lattice: &Lattice) -> Result<(), Denial> {
//!     let permit = lattice.subject("kim").permit::<ReadFaqs>()?;
//!     Ok(delete_faq(&permit))
//! }
//! ```
//!
//! Narrowing to what is not implied:
//!
//! ```compile_fail,E0080
//! # use bailiwick::{Denial, Lattice, Permit, presets::studio};
//! # bailiwick::asks! { studio; pub EditFaqs = knowledge::FAQS.edit(); pub ReadFaqs = knowledge::FAQS.read(); }
//! # fn delete_faq(permit: &Permit<EditFaqs>) {}
//! fn delete(lattice: &Lattice) -> Result<(), Denial> {
//!     let permit = lattice.subject("kim").permit::<ReadFaqs>()?;
//!     Ok(delete_faq(&permit.narrow())) // to read is not to edit
//! }
//! # delete(&Lattice::compile(&studio::catalog(), []));
//! ```
//!
//! Making one by hand:
//!
//! ```compile_fail,E0451
//! # use bailiwick::{Lattice, Permit, presets::studio};
//! # bailiwick::asks! { studio; pub EditFaqs = knowledge::FAQS.edit(); }
//! # fn delete_faq(permit: &Permit<EditFaqs>) {}
//! # let lattice = Lattice::compile(&studio::catalog(), []);
//! delete_faq(&Permit {
//!     lattice: &lattice,
//!     user: "kim",
//!     ask: core::marker::PhantomData,
//! });
//! ```
//!
//! ```compile_fail,E0599
//! # use bailiwick::{Permit, presets::studio};
//! # bailiwick::asks! { studio; pub EditFaqs = knowledge::FAQS.edit(); }
//! # fn delete_faq(permit: &Permit<EditFaqs>) {}
//! delete_faq(&Permit::default());
//! ```
//!
//! Keeping one for longer than the view that it came from:
//!
//! ```compile_fail,E0597
//! # use bailiwick::{Denial, Live, Permit, presets::studio};
//! # bailiwick::asks! { studio; pub EditFaqs = knowledge::FAQS.edit(); }
//! # fn delete_faq(permit: &Permit<EditFaqs>) {}
//! fn delete(live: &Live) -> Result<(), Denial> {
//!     let permit = {
//!         let view = live.view();
//!         view.subject("kim").permit::<EditFaqs>()?
//!     };
//!     Ok(delete_faq(&permit))
//! }
//! ```
//!
//! And asking in the terms of another catalog:
//!
//! ```compile_fail,E0080
//! # use bailiwick::presets::{studio, tenant};
//! bailiwick::asks! { studio; pub Export = tenant::operations::EXPORT_METRICS; }
//! # let _ = <Export as bailiwick::permit::Ask>::ASK;
//! ```
//!
//! # Catalogs that are read at run time
//!
//! Permits are for catalogs in code. One that is read from a document or put together by a builder
//! has no constants to name; ask [`Subject::decide`] there.

mod ask;
mod denial;
mod overlap;
#[cfg(test)]
mod tests;

use core::fmt;
use core::marker::PhantomData;

pub use self::ask::{Ask, Asked};
pub use self::denial::Denial;
pub use self::overlap::Overlap;
use crate::decision::Reason;
use crate::key::{AccountId, AgencyId};
use crate::lattice::{Lattice, Subject};

/// That a user may do `A`: [`Subject::permit`] gives it, and nothing else does.
///
/// Functions that touch data take it by reference, as [the module](self) shows. It knows who may do
/// it, in which account, and at which revision that was so. It lives no longer than the view that it
/// came from, so it cannot be put aside for later; within its life it is a fact, and may be copied.
pub struct Permit<'a, A> {
    lattice: &'a Lattice,
    user: &'a str,
    ask: PhantomData<fn() -> A>,
}

impl<'a> Subject<'a> {
    /// A permit for `A`, or why there is none. Costs what [`can_all`](Self::can_all) costs.
    ///
    /// # Errors
    ///
    /// Whatever [`reason`](Self::reason) says.
    #[inline]
    pub fn permit<A: Ask>(&self) -> Result<Permit<'a, A>, Denial> {
        if self.can_all(A::ASK.needs()) {
            Ok(Permit { lattice: self.lattice(), user: self.id(), ask: PhantomData })
        } else {
            Err(denial(self, A::ASK))
        }
    }
}

#[cold]
fn denial(subject: &Subject<'_>, ask: &'static Asked) -> Denial {
    let reason = subject.reason(ask.needs()).unwrap_or(Reason::UnknownPermission);
    Denial::new(ask.name(), subject.id(), reason)
}

impl<'a, A: Ask> Permit<'a, A> {
    /// The same permit for less: an ask that `A` implies, because it needs a part of what `A` needs,
    /// or a rung that one of those needs (to edit is to read).
    ///
    /// What is not implied does not compile.
    #[must_use]
    #[inline]
    pub fn narrow<B: Ask>(&self) -> Permit<'a, B> {
        const {
            assert!(A::ASK.implies(B::ASK), "the permit does not imply what it is narrowed to");
        }
        Permit { lattice: self.lattice, user: self.user, ask: PhantomData }
    }

    /// Asks again, before something that cannot be undone: whether the user may still do it in what
    /// is published by now.
    ///
    /// ```
    /// use bailiwick::presets::studio::{self, knowledge};
    /// use bailiwick::{Account, Actor, Command, Level, Live, Timestamp};
    ///
    /// bailiwick::asks! { studio; EditFaqs = knowledge::FAQS.edit(); }
    ///
    /// # let now = Timestamp::from_unix_millis(1_790_000_000_000);
    /// # let live = Live::new(Account::new("acme".parse()?, studio::catalog()));
    /// # live.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
    /// # live.execute(&Actor::Host, Command::accept("kim"), now)?;
    /// # live.execute(&Actor::Host, Command::set_area("kim", knowledge::AREA, Level::Edit), now)?;
    /// let view = live.view();
    /// let permit = view.subject("kim").permit::<EditFaqs>()?;
    /// // Meanwhile, in another request:
    /// live.execute(&Actor::Host, Command::suspend("kim"), now)?;
    /// let denial = permit.still(&live.view()).unwrap_err();
    /// assert_eq!(denial.to_string(), "kim may not EditFaqs: not_active (USR-2)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever [`Subject::permit`] says, and [`Reason::UnknownUser`] if `now` shows another account,
    /// or if one of the two does not know its account: two accounts can have users by the same id
    /// (AGY-8, GRD-11). A host with users of its own says the account with
    /// [`Lattice::for_account`].
    pub fn still<'b>(&self, now: &'b Lattice) -> Result<Permit<'b, A>, Denial>
    where
        'a: 'b,
    {
        let whose = |lattice: &'b Lattice| Some((lattice.account()?, lattice.agency()));
        if whose(self.lattice).is_some_and(|own| whose(now) == Some(own)) {
            now.subject(self.user).permit()
        } else {
            Err(Denial::new(A::ASK.name(), self.user, Reason::UnknownUser))
        }
    }
}

impl<'a, A> Permit<'a, A> {
    /// Who may do it, by id.
    #[must_use]
    pub fn user(&self) -> &'a str {
        self.user
    }

    /// In which account: [`Lattice::account`].
    #[must_use]
    pub fn account(&self) -> Option<&'a AccountId> {
        self.lattice.account()
    }

    /// The agency whose subaccount that is: [`Lattice::agency`].
    #[must_use]
    pub fn agency(&self) -> Option<&'a AgencyId> {
        self.lattice.agency()
    }

    /// At which revision of the account it was so: [`Lattice::revision`].
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.lattice.revision()
    }
}

// Not derived: a permit is copied whatever the type of its ask is.
impl<A> Clone for Permit<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Permit<'_, A> {}

impl<A: Ask> fmt::Debug for Permit<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("ask", &A::ASK.name())
            .field("agency", &self.agency())
            .field("account", &self.account())
            .field("user", &self.user)
            .field("revision", &self.revision())
            .finish()
    }
}
