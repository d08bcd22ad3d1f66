//! What a consumer holds: the events in order, and the way to say how far they are stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use domain::{Chunk, Lsn};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::queue::QueueReceiver;
use crate::{Identity, SourceError};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    Chunk(Chunk),
    /// Every transaction that ends at or before this position has been handed over.
    Position {
        lsn: Lsn,
    },
    /// A copy begins; the stream will go on from `lsn`.
    SnapshotStarted {
        lsn: Lsn,
        rows_total: i64,
        /// UTC microseconds since 1970.
        at_us: i64,
        identity: Identity,
    },
    SnapshotFinished {
        lsn: Lsn,
    },
}

/// What the consumer and the network task tell each other beside the queue.
#[derive(Debug)]
pub(crate) struct Shared {
    stored: AtomicU64,
    received: AtomicU64,
    position_wanted: AtomicBool,
}

impl Shared {
    pub(crate) fn new(start: Lsn) -> Self {
        Self { stored: AtomicU64::new(start.0), received: AtomicU64::new(start.0), position_wanted: AtomicBool::new(false) }
    }

    pub(crate) fn stored(&self) -> Lsn {
        Lsn(self.stored.load(Ordering::Acquire))
    }

    pub(crate) fn received(&self) -> Lsn {
        Lsn(self.received.load(Ordering::Acquire))
    }

    pub(crate) fn note_received(&self, lsn: Lsn) {
        self.received.fetch_max(lsn.0, Ordering::AcqRel);
    }

    pub(crate) fn note_stored(&self, lsn: Lsn) {
        self.stored.fetch_max(lsn.0, Ordering::AcqRel);
    }

    pub(crate) fn take_position_wanted(&self) -> bool {
        self.position_wanted.swap(false, Ordering::AcqRel)
    }
}

/// Reads one source. Dropping it ends the session; `close` also waits for the last acknowledgement.
#[derive(Debug)]
pub struct Reader {
    queue: QueueReceiver,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
    stop: DropGuard,
}

impl Reader {
    pub(crate) fn new(queue: QueueReceiver, shared: Arc<Shared>, task: JoinHandle<()>, stop: CancellationToken) -> Self {
        Self { queue, shared, task, stop: stop.drop_guard() }
    }

    /// The next event. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Event, SourceError> {
        self.queue.next().await
    }

    /// An event that has already been received. Never waits.
    pub fn try_next(&mut self) -> Option<Event> {
        self.queue.try_next()
    }

    /// Everything up to here is stored: the server may forget it.
    pub fn acknowledge(&self, lsn: Lsn) {
        self.shared.note_stored(lsn);
    }

    /// Asks for a `Position` soon instead of after the usual pause.
    pub fn ask_position(&self) {
        self.shared.position_wanted.store(true, Ordering::Release);
    }

    /// How far the log has arrived here.
    pub fn received_lsn(&self) -> Lsn {
        self.shared.received()
    }

    /// Rows that have been received and not yet handed out.
    pub fn queue_used(&self) -> usize {
        self.queue.used()
    }

    /// Ends the session after telling the server what is stored.
    pub async fn close(self) {
        let Self { queue, task, stop, .. } = self;
        drop(stop);
        drop(queue);
        // a panic of the task has been reported by the runtime
        let _ = task.await;
    }
}
