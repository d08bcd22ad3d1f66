//! One who watches alarms and no page: he is told when something may be new, and asked for his rights like others.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;

use super::guard::Guard;
use super::{Heard, Hub, StillAllowed};
use crate::metrics;

pub struct Watcher {
    heard: watch::Receiver<Heard>,
    told: Heard,
    guard: Guard,
    cancel: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

/// Why a watcher is woken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wake {
    /// An alarm changed, or the database came back.
    News,
    /// Nothing was heard for the whole time.
    Quiet,
    /// The server stops, or the viewer may watch no more.
    End,
}

impl Hub {
    /// A seat like that before a page; none when all are taken.
    pub fn watch(self: &Arc<Self>, still_allowed: StillAllowed) -> Option<Watcher> {
        let Ok(permit) = Arc::clone(&self.seats).try_acquire_owned() else {
            ::metrics::counter!(metrics::SSE_REFUSED_TOTAL).increment(1);
            return None;
        };
        ::metrics::gauge!(metrics::SSE_CLIENTS).increment(1);
        let guard = Guard::new(still_allowed, self.access.subscribe(), Arc::clone(&self.checks), self.rhythm.check);
        let heard = self.heard.subscribe();
        let told = *heard.borrow();
        Some(Watcher { heard, told, guard, cancel: self.cancel.clone(), _permit: permit })
    }

    /// How often somebody who hears nothing should look himself, and show that the connection lives.
    pub fn quiet_time(&self) -> Duration {
        self.rhythm.poll.min(self.rhythm.clock)
    }
}

impl Watcher {
    /// Waits for news, at most so long. Whoever may not see what was sent is not sent it: rights come first.
    pub async fn wait(&mut self, at_most: Duration) -> Wake {
        let mut quiet = std::pin::pin!(tokio::time::sleep(at_most));
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Wake::End,
                () = self.guard.due() => {}
                changed = self.heard.changed() => match changed {
                    Err(_) => return Wake::End,
                    Ok(()) if self.is_news() => return Wake::News,
                    Ok(()) => continue,
                },
                () = &mut quiet => return Wake::Quiet,
            }
            let allowed = tokio::select! {
                () = self.cancel.cancelled() => false,
                allowed = self.guard.allows() => allowed,
            };
            if !allowed {
                return Wake::End;
            }
        }
    }
}

impl Watcher {
    /// Commits of numbers alone are none.
    fn is_news(&mut self) -> bool {
        let now = *self.heard.borrow_and_update();
        let told = std::mem::replace(&mut self.told, now);
        (now.alarm_revision, now.database_up) != (told.alarm_revision, told.database_up)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        ::metrics::gauge!(metrics::SSE_CLIENTS).decrement(1);
    }
}
