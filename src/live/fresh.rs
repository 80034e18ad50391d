//! How old a view is, by what the host says it has heard.

use core::fmt;
use core::sync::atomic::{AtomicI64, Ordering};
use core::time::Duration;

use thiserror::Error;

use crate::ledger::Directory;
use crate::live::{Live, View};
use crate::time::Timestamp;

/// When the host last had heard everything; the lowest number for never.
pub(super) struct Heard(AtomicI64);

impl Heard {
    const NEVER: i64 = i64::MIN;

    pub(super) const fn never() -> Self {
        Self(AtomicI64::new(Self::NEVER))
    }

    /// Another state is loaded, which may be older.
    pub(super) fn forget(&self) {
        self.0.store(Self::NEVER, Ordering::Release);
    }

    pub(super) fn last(&self) -> Option<Timestamp> {
        let millis = self.0.load(Ordering::Acquire);
        (millis != Self::NEVER).then_some(Timestamp::from_unix_millis(millis))
    }
}

impl<D: Directory> Live<D> {
    /// Says that everything which the log had at this moment is applied. A moment that is earlier
    /// than one that was said before changes nothing.
    ///
    /// A follower takes the time *before* it reads the log, applies what it read, and then says that
    /// time here, also if there was nothing new. Views that are taken from then on know it:
    /// [`View::heard`].
    ///
    /// ```
    /// use core::time::Duration;
    ///
    /// use bailiwick::live::Stale;
    /// use bailiwick::presets::studio::{self, knowledge};
    /// use bailiwick::{Account, Live, Timestamp};
    ///
    /// const BOUND: Duration = Duration::from_secs(5);
    ///
    /// fn may_read(live: &Live, user: &str, now: Timestamp) -> Result<bool, Stale> {
    ///     Ok(live.view().within(BOUND, now)?.allows(user, knowledge::FAQS.read()))
    /// }
    ///
    /// let replica = Live::new(Account::new("acme".parse()?, studio::catalog()));
    /// let start = 1_790_000_000_000;
    /// let second = |after: i64| Timestamp::from_unix_millis(start + after * 1_000);
    /// // It never heard anything.
    /// assert!(may_read(&replica, "kim", second(0)).is_err());
    ///
    /// let before = second(1);
    /// replica.apply_all([])?; // what the log has
    /// replica.heard(before);
    /// assert_eq!(may_read(&replica, "kim", second(6)), Ok(false));
    /// let stale = may_read(&replica, "kim", second(8)).unwrap_err();
    /// assert_eq!(
    ///     stale.to_string(),
    ///     "stale: nothing heard for 7000 ms, at most 5000 ms are allowed",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # A barrier for revocations
    ///
    /// After a suspension is stored, when can nobody act on the state before it any more? A host has
    /// three ways, from the strictest to the cheapest:
    ///
    /// - It asks every process for its [`revision`](View::revision), and waits until all of them are
    ///   [`at_least`](View::at_least) the change's. That takes a list of the processes; one that does
    ///   not answer has to be fenced off.
    /// - The revision of the change travels with every request that follows from it, and whoever
    ///   serves one waits until its view is [`at_least`](View::at_least) that. Requests that know
    ///   nothing of the change may still see the state before it.
    /// - Every reader asks through [`View::within`] with one bound, and the host waits for the bound,
    ///   and for as long as clocks may differ, after the change was stored. Whoever heard of it denies
    ///   by the change; whoever did not is past the bound and has nothing to ask. That takes a log
    ///   which shows a change to all who read it once it is stored, and clocks that differ by no more
    ///   than was assumed. Requests that took their view before are covered, if they ask `within` for
    ///   each thing that they do.
    pub fn heard(&self, now: Timestamp) {
        self.heard.0.fetch_max(now.unix_millis(), Ordering::AcqRel);
    }
}

impl<D: Directory> View<D> {
    /// The last moment as of which this is known to show everything: what [`Live::heard`] had been
    /// told when the view was taken. `None` if it was told nothing yet.
    #[must_use]
    pub fn heard(&self) -> Option<Timestamp> {
        self.heard
    }

    /// How old this may be: the time since it was [`heard`](Self::heard). `None` if it was not, for
    /// then it may be of any age.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        let millis = now.unix_millis().saturating_sub(self.heard()?.unix_millis());
        Some(Duration::from_millis(millis.try_into().unwrap_or_default()))
    }

    /// This view, if it is no older than `bound`. Past the bound there is nothing to ask, and what
    /// would have been asked is denied as [`Stale`].
    ///
    /// # Errors
    ///
    /// An age over `bound`, and a view that nothing was heard for.
    pub fn within(&self, bound: Duration, now: Timestamp) -> Result<&Self, Stale> {
        match self.age(now) {
            Some(age) if age <= bound => Ok(self),
            age => Err(Stale { age, bound }),
        }
    }
}

/// Why a reader denies whatever it is asked: what it knows may be older than it may be.
///
/// This is no [`Reason`](crate::Reason), for it says nothing about the user: another reader, or this
/// one a moment later, may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("{}: {}, at most {} ms are allowed", Self::NAME, Silence(*age), bound.as_millis())]
pub struct Stale {
    age: Option<Duration>,
    bound: Duration,
}

impl Stale {
    /// Its name, beside those of reasons.
    pub const NAME: &'static str = "stale";

    /// How old the view may be; `None` if nothing was ever heard.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// How old it is allowed to be.
    #[must_use]
    pub fn bound(&self) -> Duration {
        self.bound
    }
}

struct Silence(Option<Duration>);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(age) => write!(f, "nothing heard for {} ms", age.as_millis()),
            None => f.write_str("nothing was ever heard"),
        }
    }
}
