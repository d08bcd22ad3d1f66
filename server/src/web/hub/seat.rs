//! One viewer: what he has still to be sent. Small, because there may be thousands.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::guard::Guard;
use super::topic::Live;
use crate::metrics;

pub struct Seat {
    live: Arc<Live>,
    receiver: Receiver<Bytes>,
    first: VecDeque<Bytes>,
    guard: Guard,
    cancel: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl Seat {
    pub fn new(
        live: Arc<Live>,
        receiver: Receiver<Bytes>,
        first: impl Iterator<Item = Bytes>,
        permit: OwnedSemaphorePermit,
        guard: Guard,
        cancel: CancellationToken,
    ) -> Self {
        ::metrics::gauge!(metrics::SSE_CLIENTS).increment(1);
        Self { live, receiver, first: first.collect(), guard, cancel, _permit: permit }
    }

    /// Events until the viewer leaves, may not stay, or the server stops.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        futures::stream::unfold(self, |mut seat| async move { seat.next().await.map(|bytes| (Ok(bytes), seat)) })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if self.cancel.is_cancelled() {
            return None;
        }
        if let Some(bytes) = self.first.pop_front() {
            return Some(bytes);
        }
        loop {
            let received = tokio::select! {
                // whoever may not see what was sent is not sent it
                biased;
                () = self.cancel.cancelled() => return None,
                () = self.guard.due() => None,
                received = self.receiver.recv() => Some(received),
            };
            let Some(received) = received else {
                let allowed = tokio::select! {
                    () = self.cancel.cancelled() => false,
                    allowed = self.guard.allows() => allowed,
                };
                if allowed { continue } else { return None }
            };
            match received {
                Ok(bytes) => return Some(bytes),
                Err(RecvError::Lagged(_)) => {
                    ::metrics::counter!(metrics::SSE_SKIPPED_TOTAL).increment(1);
                    let (receiver, all) = self.live.subscribe();
                    self.receiver = receiver;
                    if all.is_some() {
                        return all;
                    }
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        ::metrics::gauge!(metrics::SSE_CLIENTS).decrement(1);
    }
}
