//! Looks again whether a viewer may still watch, because an event stream outlives the request that opened it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until};

use super::StillAllowed;

pub struct Guard {
    still_allowed: StillAllowed,
    changes: watch::Receiver<u64>,
    checks: Arc<Semaphore>,
    every: Duration,
    next: Instant,
}

impl Guard {
    pub fn new(still_allowed: StillAllowed, changes: watch::Receiver<u64>, checks: Arc<Semaphore>, every: Duration) -> Self {
        Self { still_allowed, changes, checks, every, next: Instant::now() + every }
    }

    /// Waits until it is time to look again. Nothing is lost when the wait is given up.
    pub async fn due(&mut self) {
        tokio::select! {
            changed = self.changes.changed() => if changed.is_err() { sleep_until(self.next).await },
            () = sleep_until(self.next) => {}
        }
    }

    /// Whether the viewer may stay. Few ask at a time; the others wait, and are sent nothing meanwhile.
    pub async fn allows(&mut self) -> bool {
        self.changes.mark_unchanged();
        let _turn = self.checks.acquire().await;
        let allowed = (self.still_allowed)().await;
        self.next = Instant::now() + self.every;
        allowed
    }
}
