//! Many lives by id: loaded once, never two at a time of one id, and those that nobody uses make
//! room.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use core::cell::Cell;
use core::convert::Infallible;
use core::future::{Future, pending, ready};
use core::panic::AssertUnwindSafe;
use core::pin::pin;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll};
use std::collections::BTreeMap;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Barrier, Mutex};
use std::task::Wake;
use std::thread;

use bailiwick::presets::studio;
use bailiwick::residents::{LoadError, Reservation, Reserve, Residents};
use bailiwick::{Account, Actor, Agency, Command, Live, Timestamp};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn account(id: &str) -> Account {
    Account::new(id.parse().unwrap(), studio::catalog())
}

#[expect(clippy::unnecessary_wraps, reason = "what a load gives")]
fn loaded(id: &str) -> Result<Account, Infallible> {
    Ok(account(id))
}

/// Loads one that must not be here.
#[track_caller]
fn load(residents: &Residents, id: &str) -> Arc<Live> {
    let mut loads = 0;
    let live = residents.get_or_load(id, || {
        loads += 1;
        loaded(id)
    });
    assert_eq!(loads, 1, "{id} is here");
    live.unwrap()
}

#[track_caller]
fn reserved<'a>(residents: &'a Residents, id: &str) -> Reservation<'a> {
    let Reserve::Yours(place) = residents.reserve(id) else { panic!("{id} is taken") };
    place
}

#[track_caller]
fn is_loading(residents: &Residents, id: &str) -> bool {
    matches!(residents.reserve(id), Reserve::Loading(_))
}

// Once.

#[test]
fn one_that_is_here_is_not_loaded_again() {
    let residents = Residents::new(10);
    assert!(residents.get("acme").is_none());
    let live = load(&residents, "acme");
    let again = residents.get_or_load("acme", || -> Result<_, Infallible> { panic!("it is here") });
    assert!(Arc::ptr_eq(&live, &again.unwrap()));
    assert!(Arc::ptr_eq(&live, &residents.get("acme").unwrap()));
    assert!(!Arc::ptr_eq(&live, &load(&residents, "other")));
    assert_eq!((residents.len(), residents.is_empty()), (2, false));
    assert_eq!(format!("{residents:?}"), "Residents { room: 10, len: 2, .. }");
}

#[test]
fn whoever_asks_while_it_is_loaded_waits_and_has_the_same() {
    let residents = Residents::new(10);
    let place = reserved(&residents, "acme");
    assert!(residents.get("acme").is_none() && is_loading(&residents, "acme"));
    assert!(residents.is_empty());
    let start = Barrier::new(5);
    thread::scope(|scope| {
        let waiting = [(); 4].map(|()| {
            scope.spawn(|| {
                start.wait();
                let load = || -> Result<_, Infallible> { panic!("another loads it") };
                residents.get_or_load("acme", load).unwrap()
            })
        });
        start.wait();
        let live = place.fill(account("acme")).unwrap();
        for waiting in waiting {
            assert!(Arc::ptr_eq(&live, &waiting.join().unwrap()));
        }
    });
}

/// However many ask for whatever there is, at most one life of each is held at a time, and no load
/// runs beside another of the same id. Some loads fail, and some panic.
#[test]
fn there_are_never_two_lives_of_one_id() {
    const IDS: [&str; 5] = ["a", "b", "c", "d", "e"];
    let residents = Residents::new(2);
    let loading = IDS.map(|_| AtomicUsize::new(0));
    // Where the life of each is, and how many hold it.
    let held: Mutex<BTreeMap<&str, (usize, usize)>> = Mutex::default();
    let loads = AtomicUsize::new(0);
    let work = &|seed: usize| {
        for step in 0..400 {
            let at = (seed * 7 + step * step) % IDS.len();
            let id = IDS[at];
            let load = || {
                assert_eq!(loading[at].fetch_add(1, Ordering::SeqCst), 0, "{id} is loaded twice");
                let load = loads.fetch_add(1, Ordering::SeqCst);
                loading[at].fetch_sub(1, Ordering::SeqCst);
                match load % 7 {
                    2 => Err("the store is away"),
                    5 => resume_unwind(Box::new("the store panics")),
                    _ => Ok(account(id)),
                }
            };
            let result = catch_unwind(AssertUnwindSafe(|| residents.get_or_load(id, load)));
            let Ok(Ok(live)) = result else { continue };
            let place = Arc::as_ptr(&live).addr();
            let mut all = held.lock().unwrap();
            let (known, holders) = all.entry(id).or_insert((place, 0));
            assert!(*holders == 0 || *known == place, "two lives of {id}");
            (*known, *holders) = (place, *holders + 1);
            drop(all);
            drop(live.execute(&Actor::Host, Command::set_seat_limit(Some(9)), NOW).unwrap());
            let mut all = held.lock().unwrap();
            all.get_mut(id).unwrap().1 -= 1;
            drop(live);
        }
    };
    thread::scope(|scope| {
        for seed in 1..5 {
            scope.spawn(move || work(seed));
        }
    });
    // Those that failed are not here; whoever comes next loads them.
    for id in IDS {
        assert!(!is_loading(&residents, id));
        residents.get_or_load(id, || loaded(id)).unwrap();
    }
    assert_eq!(residents.len(), 2);
    assert!(loads.load(Ordering::SeqCst) > IDS.len(), "nothing was ever evicted");
}

// Loads that come to nothing.

#[test]
fn a_load_that_failed_is_not_remembered() {
    let residents = Residents::new(10);
    let failed = residents.get_or_load("acme", || Err("the store is away")).unwrap_err();
    assert_eq!(failed, LoadError::Failed("the store is away"));
    assert!(residents.get("acme").is_none() && residents.is_empty());
    load(&residents, "acme");
}

/// Whoever waited loads it themselves.
#[test]
fn a_reservation_that_is_dropped_leaves_the_place_to_others() {
    let residents = Residents::new(10);
    let place = reserved(&residents, "acme");
    let start = Barrier::new(2);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            start.wait();
            load(&residents, "acme")
        });
        start.wait();
        drop(place);
        let live = waiting.join().unwrap();
        assert!(Arc::ptr_eq(&live, &residents.get("acme").unwrap()));
    });
}

#[test]
fn a_load_that_panics_poisons_nothing() {
    let residents = Residents::new(10);
    let panics = || -> Result<Account, Infallible> { resume_unwind(Box::new("no store")) };
    let load_it = AssertUnwindSafe(|| residents.get_or_load("acme", panics));
    assert!(catch_unwind(load_it).is_err());
    assert!(residents.get("acme").is_none() && residents.is_empty());
    load(&residents, "acme");
}

#[test]
fn what_goes_by_another_id_is_refused() {
    let residents = Residents::new(10);
    let refused = residents.get_or_load("acme", || loaded("other\n")).unwrap_err();
    let text = r"asked for `acme` and loaded `other\n`; load what was asked for";
    assert_eq!(refused.to_string(), text);
    let LoadError::WrongId(wrong) = refused;
    assert_eq!((wrong.asked(), wrong.given(), wrong.to_string()), ("acme", "other\n", text.into()));
    assert!(residents.is_empty() && !is_loading(&residents, "acme"));
}

// Futures.

/// Counts how often it was woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[test]
fn a_future_is_woken_once_when_the_load_is_over() {
    for is_filled in [true, false] {
        let (residents, woken) = (Residents::new(10), Arc::new(Woken::default()));
        let waker = Arc::clone(&woken).into();
        let mut context = Context::from_waker(&waker);
        let place = reserved(&residents, "acme");
        let polled = Cell::new(0);
        let own = async {
            polled.set(polled.get() + 1);
            loaded("acme")
        };
        let mut waiting = pin!(residents.get_or_await("acme", own));
        for _ in 0..3 {
            assert!(waiting.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(woken.count(), 0);
        let filled = is_filled.then_some(place).map(|place| place.fill(account("acme")).unwrap());
        assert_eq!(woken.count(), 1);
        let Poll::Ready(Ok(live)) = waiting.as_mut().poll(&mut context) else {
            panic!("it is over")
        };
        assert_eq!(polled.get(), usize::from(!is_filled), "polled only if it is to be loaded");
        assert!(filled.is_none_or(|filled| Arc::ptr_eq(&filled, &live)));
        assert!(Arc::ptr_eq(&live, &residents.get("acme").unwrap()));
    }
}

/// A request is cancelled while it loads.
#[test]
fn a_future_that_is_given_up_frees_the_place() {
    let (residents, woken) = (Residents::new(10), Arc::new(Woken::default()));
    let waker = Arc::clone(&woken).into();
    let mut context = Context::from_waker(&waker);
    let mut waiting = pin!(residents.get_or_await("acme", ready(loaded("acme"))));
    {
        let mut given_up =
            pin!(residents.get_or_await("acme", pending::<Result<Account, Infallible>>()));
        assert!(given_up.as_mut().poll(&mut context).is_pending());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        assert_eq!(woken.count(), 0);
    }
    assert_eq!(woken.count(), 1);
    assert!(waiting.as_mut().poll(&mut context).is_ready());
}

#[test]
fn futures_can_be_sent_to_other_threads() {
    fn is_send<T: Send>(_: T) {}
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Residents>();
    is_shared::<Residents<Agency>>();
    let residents = Residents::new(10);
    is_send(residents.get_or_await("acme", ready(loaded("acme"))));
    is_send(residents.reserve("acme"));
}

// Room.

#[test]
fn those_that_nobody_asked_for_lately_make_room() {
    let residents = Residents::new(3);
    let often = Arc::as_ptr(&load(&residents, "often")).addr();
    for number in 0..50 {
        load(&residents, &number.to_string());
        assert!(residents.len() <= 3, "{}", residents.len());
        let often_now = residents.get("often").unwrap();
        assert_eq!(Arc::as_ptr(&often_now).addr(), often, "asked for all the time");
    }
    assert!(residents.get("49").is_some() && residents.get("0").is_none());
}

#[test]
fn those_that_someone_holds_stay() {
    let residents = Residents::new(2);
    let held: Vec<_> = (0..5).map(|number| load(&residents, &number.to_string())).collect();
    assert_eq!(residents.len(), 5);
    for (number, live) in held.iter().enumerate() {
        assert!(Arc::ptr_eq(live, &residents.get(&number.to_string()).unwrap()));
    }
    // Nobody has it, but somebody may come back for it.
    let weak = Arc::downgrade(&held[0]);
    drop(held);
    load(&residents, "more");
    assert_eq!(residents.len(), 2);
    assert!(Arc::ptr_eq(&weak.upgrade().unwrap(), &residents.get("0").unwrap()));
}

#[test]
fn one_that_nobody_holds_can_be_let_go_by_name() {
    let residents = Residents::new(10);
    assert!(residents.evict("acme"));
    let live = load(&residents, "acme");
    assert!(!residents.evict("acme"));
    assert!(Arc::ptr_eq(&live, &residents.get("acme").unwrap()));
    let weak = Arc::downgrade(&live);
    drop(live);
    assert!(!residents.evict("acme"));
    drop(weak);
    assert!(residents.evict("acme") && residents.is_empty());
    let place = reserved(&residents, "acme");
    assert!(!residents.evict("acme"), "it is being loaded");
    place.fill(account("acme")).unwrap();
    assert_eq!(residents.len(), 1);
}

#[test]
fn without_room_only_those_that_are_held_are_here() {
    let residents = Residents::new(0);
    let live = load(&residents, "acme");
    load(&residents, "other");
    assert!(residents.get("acme").is_some());
    drop(live);
    load(&residents, "third");
    assert!(residents.get("acme").is_none() && residents.get("other").is_none());
}

#[test]
fn agencies_have_lives_too() {
    let residents: Residents<Agency> = Residents::new(1);
    let agency = |id: &str| Agency::new(id.parse().unwrap(), studio::catalog());
    let north = residents.get_or_load("north", || Ok::<_, Infallible>(agency("north"))).unwrap();
    assert!(north.view().is_empty());
    assert!(residents.get_or_load("south", || Ok::<_, Infallible>(agency("north"))).is_err());
}
