//! The queue between network and consumer, bounded in rows.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::batch::Batch;
use crate::{Event, SourceError};

/// Rows that may wait between the network and the consumer.
pub const QUEUE_ROWS: usize = 32_768;

type Item = Result<(VecDeque<Event>, OwnedSemaphorePermit), SourceError>;

pub(crate) struct QueueSender {
    items: mpsc::UnboundedSender<Item>,
    room: Arc<Semaphore>,
}

#[derive(Debug)]
pub(crate) struct QueueReceiver {
    items: mpsc::UnboundedReceiver<Item>,
    room: Arc<Semaphore>,
    /// The batch being handed out; its rows leave the queue with its last event.
    current: VecDeque<Event>,
    held: Option<OwnedSemaphorePermit>,
    /// Says why the queue ended, once and again.
    ended: Option<SourceError>,
}

pub(crate) fn queue() -> (QueueSender, QueueReceiver) {
    let room = Arc::new(Semaphore::new(QUEUE_ROWS));
    let (sender, receiver) = mpsc::unbounded_channel();
    (
        QueueSender { items: sender, room: Arc::clone(&room) },
        QueueReceiver { items: receiver, room, current: VecDeque::new(), held: None, ended: None },
    )
}

impl QueueSender {
    /// Waits for room. A batch heavier than the whole queue passes alone.
    pub(crate) async fn send(&self, batch: Batch) -> Result<(), SourceError> {
        let weight = u32::try_from(batch.weight.clamp(1, QUEUE_ROWS)).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.room).acquire_many_owned(weight).await.map_err(|_| SourceError::Cancelled)?;
        self.items.send(Ok((batch.events.into(), permit))).map_err(|_| SourceError::Cancelled)
    }

    pub(crate) fn fail(&self, error: SourceError) {
        // nobody listens any more: nobody needs the reason
        let _ = self.items.send(Err(error));
    }
}

impl QueueReceiver {
    pub(crate) async fn next(&mut self) -> Result<Event, SourceError> {
        loop {
            if let Some(event) = self.pop() {
                return Ok(event);
            }
            if let Some(error) = &self.ended {
                return Err(error.clone());
            }
            match self.items.recv().await {
                Some(item) => self.accept(item),
                None => self.ended = Some(SourceError::Cancelled),
            }
        }
    }

    pub(crate) fn try_next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pop() {
                return Some(event);
            }
            let item = self.items.try_recv().ok()?;
            self.accept(item);
        }
    }

    /// Rows that wait here.
    pub(crate) fn used(&self) -> usize {
        QUEUE_ROWS.saturating_sub(self.room.available_permits())
    }

    fn pop(&mut self) -> Option<Event> {
        let event = self.current.pop_front()?;
        if self.current.is_empty() {
            self.held = None;
        }
        Some(event)
    }

    fn accept(&mut self, item: Item) {
        match item {
            Ok((events, permit)) => {
                self.current = events;
                self.held = Some(permit);
            }
            Err(error) => self.ended = Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Lsn;
    use futures::FutureExt;

    fn batch(weight: usize) -> Batch {
        Batch { events: vec![Event::Position { lsn: Lsn(1) }], weight }
    }

    #[tokio::test]
    async fn a_full_queue_makes_the_sender_wait() {
        let (sender, mut receiver) = queue();
        sender.send(batch(QUEUE_ROWS - 1)).await.unwrap();
        assert_eq!(receiver.used(), QUEUE_ROWS - 1);
        let mut waiting = Box::pin(sender.send(batch(2)));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(receiver.try_next().is_some());
        waiting.await.unwrap();
        assert_eq!(receiver.used(), 2);
    }

    #[tokio::test]
    async fn a_batch_heavier_than_the_queue_passes_alone() {
        let (sender, mut receiver) = queue();
        sender.send(batch(10 * QUEUE_ROWS)).await.unwrap();
        assert!(sender.send(batch(1)).now_or_never().is_none());
        receiver.next().await.unwrap();
        sender.send(batch(1)).await.unwrap();
    }

    #[tokio::test]
    async fn the_reason_of_the_end_comes_after_the_events_and_stays() {
        let (sender, mut receiver) = queue();
        sender.send(batch(1)).await.unwrap();
        sender.fail(SourceError::ServerStopping);
        drop(sender);
        receiver.next().await.unwrap();
        assert_eq!(receiver.try_next(), None);
        assert_eq!(receiver.next().await, Err(SourceError::ServerStopping));
        assert_eq!(receiver.next().await, Err(SourceError::ServerStopping));
    }
}
