//! Live pages: each watched page is rendered once per change and the same bytes go to all who watch it.
//!
//! What a viewer receives: `clock` on connecting and every few seconds (version of style and script, the
//! server's local time), `fragments` (`[{"id": "<data-live>", "html": "<the element>"}]`: everything at first, then
//! what changed), `state` when the database goes away or comes back, `refresh` where the page should load itself again.
//! A viewer who is too slow for each change is sent the newest state instead; nobody waits for him.

mod guard;
mod listener;
mod renderer;
mod seat;
mod topic;
mod watcher;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::AppError;
use app::live::{Fragment, Topic};
use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use warehouse::read::ReadPool;

use guard::Guard;
pub use seat::Seat;
use topic::Live;
pub use watcher::{Wake, Watcher};

use crate::metrics;

/// Pages watched at the same time; further ones are told to load themselves again now and then.
const MAX_TOPICS: usize = 500;
/// Viewers whose rights are looked up at the same time after a change of anybody's rights.
const CHECKED_AT_ONCE: usize = 8;

type Rendering = Pin<Box<dyn Future<Output = Result<Vec<Fragment>, AppError>> + Send>>;
/// Renders the blocks of a page.
pub type Render = Arc<dyn Fn(Topic) -> Rendering + Send + Sync>;
/// Asks whether a viewer may still watch what he watches. While that cannot be found out the answer is yes: without the
/// database nothing new is sent either.
pub type StillAllowed = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;
/// Makes the event that tells the time.
pub type ClockEvent = Arc<dyn Fn() -> Bytes + Send + Sync>;

/// How often what happens; tests shorten it.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    /// Between two rounds of rendering; the first change after a quiet time is served at once.
    pub spacing: Duration,
    /// Between two looks at the number of the newest commit, and between rounds without a commit (ages grow, days turn).
    pub poll: Duration,
    /// Between two events that tell the time; they also keep proxies from closing a quiet connection.
    pub clock: Duration,
    /// Between two looks at the rights of a viewer, when no change is heard of.
    pub check: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            spacing: Duration::from_millis(200),
            poll: Duration::from_secs(5),
            clock: Duration::from_secs(10),
            check: Duration::from_secs(60),
        }
    }
}

/// What the hub has heard of the warehouse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heard {
    pub commit_no: i64,
    /// Of the newest change of an alarm.
    pub alarm_revision: i64,
    /// Of the newest change of a settled number or statement.
    pub settlement_revision: i64,
    pub database_up: bool,
}

pub struct Hub {
    topics: Mutex<HashMap<Topic, Arc<Live>>>,
    /// Stands for all pages beyond the limit.
    overflow: Arc<Live>,
    seats: Arc<Semaphore>,
    max_topics: usize,
    /// Somebody watches a page that has not been rendered yet.
    newcomer: Notify,
    heard: watch::Sender<Heard>,
    /// Counts changes of rights, sessions and links.
    access: watch::Sender<u64>,
    checks: Arc<Semaphore>,
    away: AtomicBool,
    render: Render,
    clock: ClockEvent,
    rhythm: Rhythm,
    cancel: CancellationToken,
}

impl Hub {
    pub fn new(render: Render, clock: ClockEvent, max_clients: usize, rhythm: Rhythm, cancel: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            topics: Mutex::default(),
            overflow: Arc::new(Live::new()),
            seats: Arc::new(Semaphore::new(max_clients)),
            max_topics: MAX_TOPICS,
            newcomer: Notify::new(),
            heard: watch::Sender::new(Heard { commit_no: 0, alarm_revision: 0, settlement_revision: 0, database_up: true }),
            access: watch::Sender::new(0),
            checks: Arc::new(Semaphore::new(CHECKED_AT_ONCE)),
            away: AtomicBool::new(false),
            render,
            clock,
            rhythm,
            cancel,
        })
    }

    /// Starts listening and rendering; both end with the token.
    pub fn spawn(self: &Arc<Self>, pool: ReadPool) {
        tokio::spawn(listener::run(Arc::clone(self), pool.clone()));
        tokio::spawn(renderer::run(Arc::clone(self), pool));
    }

    /// A seat before a page; none when all are taken. Who comes back gets everything again: he may have shown
    /// something else meanwhile, such as that the stream is down. The seat is lost when `still_allowed` says no: it is
    /// asked whenever anybody's rights change, and now and then.
    pub fn join(self: &Arc<Self>, topic: Topic, still_allowed: StillAllowed) -> Option<Seat> {
        let Ok(permit) = Arc::clone(&self.seats).try_acquire_owned() else {
            ::metrics::counter!(metrics::SSE_REFUSED_TOTAL).increment(1);
            return None;
        };
        let (live, receiver, newest) = {
            let mut topics = self.topics();
            let is_full = topics.len() >= self.max_topics && !topics.contains_key(&topic);
            let live = if is_full {
                Arc::clone(&self.overflow)
            } else {
                Arc::clone(topics.entry(topic).or_insert_with(|| Arc::new(Live::new())))
            };
            // subscribed under the lock, so that the round that clears empty topics sees this viewer
            let (receiver, newest) = live.subscribe();
            (live, receiver, newest)
        };
        if newest.is_none() {
            self.newcomer.notify_one();
        }
        let state = self.is_database_away().then(|| renderer::state_event(false));
        let first = [(self.clock)()].into_iter().chain(state).chain(newest);
        let guard = Guard::new(still_allowed, self.access.subscribe(), Arc::clone(&self.checks), self.rhythm.check);
        Some(Seat::new(live, receiver, first, permit, guard, self.cancel.clone()))
    }

    /// Whether the database has been found away and not come back since.
    pub fn is_database_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// Tells the renderer what is new; tests call it instead of the database.
    pub fn hear(&self, heard: Heard) {
        self.away.store(!heard.database_up, Ordering::Relaxed);
        self.heard.send_if_modified(|old| std::mem::replace(old, heard) != heard);
    }

    /// Has every viewer's rights looked up again.
    pub fn access_changed(&self) {
        self.access.send_modify(|changes| *changes += 1);
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, Arc<Live>>> {
        // every change of the map is one insertion or removal: right after any panic
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
