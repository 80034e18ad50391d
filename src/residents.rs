//! Many lives by id: each is loaded once, and those that nobody uses make room for others.

use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::task::Wake;
use std::thread::{self, Thread};

use thiserror::Error;

use crate::account::Account;
use crate::key::Map;
use crate::ledger::Directory;
use crate::live::Live;
use crate::text::Quoted;

/// The lives of many accounts, or of many agencies, by id: a cache that loads each of them once.
///
/// However many ask for one at once, it is loaded once, by whoever came first; the others wait. As
/// long as someone holds a life there is no second one of the same id. Those that nobody holds stay
/// until there are more than there is room for; those that nobody asked for again go first. A load
/// that failed is not remembered, and neither is one that panicked or was given up.
///
/// ```
/// use bailiwick::presets::studio;
/// use bailiwick::residents::Residents;
/// use bailiwick::{Account, Live};
///
/// # fn read_from_store(id: &str) -> Result<Account, bailiwick::error::IdError> {
/// #     Ok(Account::new(id.parse()?, studio::catalog()))
/// # }
/// let residents = Residents::new(1_000);
/// let acme = residents.get_or_load("acme", || read_from_store("acme"))?;
/// assert!(acme.view().is_empty());
///
/// // An asynchronous host gives a future, which is polled only if the account
/// // is to be loaded.
/// # async fn example(residents: &Residents) -> Result<(), Box<dyn std::error::Error>> {
/// # async fn fetch(id: &str) -> Result<Account, bailiwick::error::IdError> { read_from_store(id) }
/// let acme = residents.get_or_await("acme", fetch("acme")).await?;
/// # Ok(())
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Both are short forms of [`reserve`](Self::reserve), for hosts that want to do the steps
/// themselves. The lock inside is held for look-ups alone, never while something is loaded or
/// compiled.
pub struct Residents<D: Directory = Account> {
    room: usize,
    places: RwLock<Places<D>>,
}

struct Places<D: Directory> {
    by_id: Map<Box<str>, Place<D>>,
    /// How many of them are taken.
    taken: usize,
    /// Which one is looked at next when room is needed.
    hand: usize,
}

enum Place<D: Directory> {
    /// Someone is loading it; these wait.
    Reserved(Vec<Waker>),
    Taken {
        live: Arc<Live<D>>,
        /// Whether someone asked for it again since the hand came by.
        asked: AtomicBool,
    },
}

impl<D: Directory> Residents<D> {
    /// Empty, with room for that many: beyond it, only those that someone holds stay.
    #[must_use]
    pub fn new(room: usize) -> Self {
        let places = Places { by_id: Map::default(), taken: 0, hand: 0 };
        Self { room, places: RwLock::new(places) }
    }

    /// The life with an id, if it is here.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Live<D>>> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        places.get(id)
    }

    /// The life with an id, which `load` gives if it is not here. Waits while someone else loads
    /// it.
    ///
    /// `load` must not ask for the same id, which would wait for itself.
    ///
    /// # Errors
    ///
    /// Whatever `load` fails with, and a directory with another id than the one that was asked for.
    /// Whoever waited for it loads it themselves then.
    pub fn get_or_load<E>(
        &self,
        id: &str,
        load: impl FnOnce() -> Result<D, E>,
    ) -> Result<Arc<Live<D>>, LoadError<E>> {
        loop {
            match self.reserve(id) {
                Reserve::Here(live) => return Ok(live),
                Reserve::Yours(place) => return place.fill_with(load()),
                Reserve::Loading(loading) => loading.wait(),
            }
        }
    }

    /// The life with an id, which `load` gives if it is not here: `load` is polled only then. Needs
    /// no runtime of its own, and can be given up at any time.
    ///
    /// # Errors
    ///
    /// Those of [`get_or_load`](Self::get_or_load).
    pub async fn get_or_await<E>(
        &self,
        id: &str,
        load: impl Future<Output = Result<D, E>>,
    ) -> Result<Arc<Live<D>>, LoadError<E>> {
        loop {
            match self.reserve(id) {
                Reserve::Here(live) => return Ok(live),
                Reserve::Yours(place) => return place.fill_with(load.await),
                Reserve::Loading(loading) => loading.await,
            }
        }
    }

    /// The life with an id, or the right to load it, or what to wait for while another has that
    /// right. Never waits.
    ///
    /// ```
    /// use bailiwick::residents::{Reserve, Residents};
    /// # use bailiwick::presets::studio;
    /// # use bailiwick::Account;
    /// let residents = Residents::new(10);
    /// let Reserve::Yours(place) = residents.reserve("acme") else {
    ///     panic!("nobody loads it")
    /// };
    /// // However long it takes to load, here or in another task, others wait for it.
    /// assert!(matches!(residents.reserve("acme"), Reserve::Loading(_)));
    /// let live = place.fill(Account::new("acme".parse()?, studio::catalog()))?;
    /// assert!(matches!(residents.reserve("acme"), Reserve::Here(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reserve(&self, id: &str) -> Reserve<'_, D> {
        if let Some(live) = self.get(id) {
            return Reserve::Here(live);
        }
        let mut places = self.write();
        match places.by_id.get(id) {
            Some(Place::Taken { live, .. }) => Reserve::Here(Arc::clone(live)),
            Some(Place::Reserved(_)) => {
                Reserve::Loading(Loading { residents: self, id: id.into() })
            }
            None => {
                places.by_id.insert(id.into(), Place::Reserved(Vec::new()));
                Reserve::Yours(Reservation { residents: self, id: id.into() })
            }
        }
    }

    /// Lets go of a life that nobody holds, so that it is loaded again the next time it is asked
    /// for. Returns whether it is gone; one that someone holds stays.
    pub fn evict(&self, id: &str) -> bool {
        let mut places = self.write();
        let evicted = places.by_id.get_index_of(id).map(|at| places.evict(at));
        // What it held is freed after the lock.
        drop(places);
        evicted.is_none_or(|evicted| evicted.is_some())
    }

    /// How many lives are here.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.read().unwrap_or_else(PoisonError::into_inner).taken
    }

    /// Whether none is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A lock that was poisoned is like any other: nothing under it can be left half done.
    fn write(&self) -> RwLockWriteGuard<'_, Places<D>> {
        self.places.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Directory> Places<D> {
    fn get(&self, id: &str) -> Option<Arc<Live<D>>> {
        let Some(Place::Taken { live, asked }) = self.by_id.get(id) else { return None };
        // Written only if it differs, so that readers do not write what others read.
        if !asked.load(Ordering::Relaxed) {
            asked.store(true, Ordering::Relaxed);
        }
        Some(Arc::clone(live))
    }

    /// Lets go of one if nobody holds it.
    fn evict(&mut self, at: usize) -> Option<Place<D>> {
        let (_, place) = self.by_id.get_index_mut(at)?;
        let Place::Taken { live, .. } = place else { return None };
        Arc::get_mut(live)?;
        self.taken -= 1;
        self.by_id.swap_remove_index(at).map(|(_, place)| place)
    }

    /// Lets go of those that nobody holds, first the ones that nobody asked for since the hand last
    /// came by, until no more than `room` are left, or none that can go.
    fn make_room(&mut self, room: usize) -> Vec<Place<D>> {
        let mut gone = Vec::new();
        // Once around to forget who was asked for, and once more to let go: one that moved into the
        // place of another is looked at twice.
        for _ in 0..3 * self.by_id.len() {
            if self.taken <= room {
                break;
            }
            let at = self.hand % self.by_id.len().max(1);
            let is_asked = match self.by_id.get_index_mut(at) {
                Some((_, Place::Taken { asked, .. })) => mem::take(asked.get_mut()),
                Some((_, Place::Reserved(_))) | None => true,
            };
            match if is_asked { None } else { self.evict(at) } {
                Some(place) => gone.push(place),
                None => self.hand = at + 1,
            }
        }
        gone
    }
}

impl<D: Directory> fmt::Debug for Residents<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Residents")
            .field("room", &self.room)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// What [`Residents::reserve`] found.
#[derive(Debug)]
#[must_use]
pub enum Reserve<'a, D: Directory = Account> {
    /// The life is here.
    Here(Arc<Live<D>>),
    /// It is not, and whoever has this loads it.
    Yours(Reservation<'a, D>),
    /// Another loads it: wait, and ask again.
    Loading(Loading<'a, D>),
}

/// The right to load a life, which others wait for. Dropped without being filled, it leaves the
/// place to whoever asks next.
#[must_use]
pub struct Reservation<'a, D: Directory = Account> {
    residents: &'a Residents<D>,
    id: Box<str>,
}

impl<D: Directory> Reservation<'_, D> {
    /// Compiles what was loaded, and lets everybody have it.
    ///
    /// # Errors
    ///
    /// A directory with another id.
    pub fn fill(self, directory: D) -> Result<Arc<Live<D>>, WrongId> {
        let given = directory.history().id.as_ref();
        if *given != *self.id {
            return Err(WrongId { asked: self.id.clone(), given: given.into() });
        }
        let live = Arc::new(Live::new(directory));
        let place = Place::Taken { live: Arc::clone(&live), asked: AtomicBool::new(false) };
        let mut places = self.residents.write();
        places.taken += 1;
        let reserved = places.by_id.insert(self.id.clone(), place);
        let gone = places.make_room(self.residents.room);
        drop(places);
        wake(reserved);
        drop(gone);
        Ok(live)
    }

    fn fill_with<E>(self, loaded: Result<D, E>) -> Result<Arc<Live<D>>, LoadError<E>> {
        Ok(self.fill(loaded.map_err(LoadError::Failed)?)?)
    }
}

impl<D: Directory> Drop for Reservation<'_, D> {
    fn drop(&mut self) {
        let mut places = self.residents.write();
        // One that was filled is held by whoever filled it, and so it is still taken.
        if let Some(Place::Reserved(_)) = places.by_id.get(&self.id) {
            let reserved = places.by_id.swap_remove(&self.id);
            drop(places);
            wake(reserved);
        }
    }
}

fn wake<D: Directory>(reserved: Option<Place<D>>) {
    if let Some(Place::Reserved(waiting)) = reserved {
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl<D: Directory> fmt::Debug for Reservation<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reservation").field(&self.id).finish()
    }
}

/// Until another has loaded a life, or given it up: a future, which needs no runtime of its own.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Loading<'a, D: Directory = Account> {
    residents: &'a Residents<D>,
    id: Box<str>,
}

impl<D: Directory> Loading<'_, D> {
    /// Waits on this thread.
    pub fn wait(self) {
        let mut loading = pin!(self);
        let waker = Arc::new(Unpark(thread::current())).into();
        while loading.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            thread::park();
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<D: Directory> Future for Loading<'_, D> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut places = self.residents.write();
        let Some(Place::Reserved(waiting)) = places.by_id.get_mut(&self.id) else {
            return Poll::Ready(());
        };
        if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

impl<D: Directory> fmt::Debug for Loading<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Loading").field(&self.id).finish()
    }
}

/// Why there is no life with an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoadError<E> {
    /// Loading failed.
    #[error(transparent)]
    Failed(E),
    /// What was loaded has another id.
    #[error(transparent)]
    WrongId(#[from] WrongId),
}

/// A directory with another id than the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error("asked for {} and loaded {}; load what was asked for", Quoted(asked), Quoted(given))]
pub struct WrongId {
    asked: Box<str>,
    given: Box<str>,
}

impl WrongId {
    /// The id that was asked for.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// The id of what was loaded.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }
}
