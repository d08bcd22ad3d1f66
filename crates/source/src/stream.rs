//! The network task: reads frames, answers keepalives, fills the queue. It never waits for the
//! consumer without keeping the session alive.

use std::sync::Arc;
use std::time::Duration;

use domain::Lsn;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::batch::Batch;
use crate::client::{Client, Frame};
use crate::decode::Decoder;
use crate::queue::QueueSender;
use crate::reader::Shared;
use crate::{Event, SourceError};

/// Rows gathered before they are handed over although more are waiting.
const BATCH_ROWS: usize = 4096;
/// The consumer's acknowledgements and wishes are looked at this often.
const TICK: Duration = Duration::from_millis(200);
/// A status goes out at least this often, or three times within the server's patience.
const STATUS_EVERY: Duration = Duration::from_secs(5);
/// And not more often than this for a new acknowledgement alone.
const ACK_EVERY: Duration = Duration::from_secs(1);
/// On a shared cluster storing a position writes log, which moves the position: so not too often.
const POSITION_EVERY: Duration = Duration::from_secs(10);
const ASKED_POSITION_EVERY: Duration = Duration::from_millis(200);
/// Frames between two looks at the clock.
const FRAMES_PER_LOOK: u32 = 256;

pub(crate) struct Stream {
    client: Client,
    decoder: Decoder,
    shared: Arc<Shared>,
    batch: Batch,
    status_at: Instant,
    status_lsn: Lsn,
    /// Newest position that was handed over, in a chunk or alone.
    told: Lsn,
    position: Lsn,
    position_at: Option<Instant>,
    position_wanted: bool,
    frames: u32,
    status_every: Duration,
}

impl Stream {
    /// Starts the session's stream at `start`.
    pub(crate) async fn start(
        mut client: Client,
        decoder: Decoder,
        shared: Arc<Shared>,
        start: Lsn,
    ) -> Result<Self, SourceError> {
        let patience = client.start(start).await?;
        Ok(Self {
            client,
            decoder,
            shared,
            batch: Batch::default(),
            status_at: Instant::now(),
            status_lsn: start,
            told: start,
            position: start,
            position_at: None,
            position_wanted: false,
            frames: 0,
            status_every: patience.map_or(STATUS_EVERY, |patience| STATUS_EVERY.min(patience / 3)),
        })
    }

    /// Runs until it fails or is cancelled; then tells the server what is stored.
    pub(crate) async fn run(mut self, queue: &QueueSender, cancel: &CancellationToken) -> Result<(), SourceError> {
        let mut result = self.pump(queue, cancel).await;
        if let Err(SourceError::Gap { lsn, .. }) = &mut result {
            *lsn = self.shared.stored();
        }
        if result == Err(SourceError::Cancelled) {
            // the session may be gone already; the next one starts where the warehouse says
            let _ = self.client.send_status(self.shared.received(), self.shared.stored(), false).await;
        } else {
            // what came before the failure is as good as ever
            let _ = self.hand_over(queue, cancel).await;
        }
        self.client.close().await;
        result
    }

    async fn pump(&mut self, queue: &QueueSender, cancel: &CancellationToken) -> Result<(), SourceError> {
        loop {
            let frame = match self.client.ready_frame() {
                Some(frame) => Some(frame?),
                None => {
                    self.hand_over(queue, cancel).await?;
                    tokio::select! {
                        biased;
                        () = cancel.cancelled() => return Err(SourceError::Cancelled),
                        frame = self.client.frame() => Some(frame?),
                        () = tokio::time::sleep(TICK) => None,
                    }
                }
            };
            let idle = frame.is_none();
            if let Some(frame) = frame {
                self.accept(frame).await?;
            }
            self.frames = self.frames.wrapping_add(1);
            if idle || self.frames.is_multiple_of(FRAMES_PER_LOOK) {
                self.look().await?;
            }
            if self.batch.weight >= BATCH_ROWS {
                self.hand_over(queue, cancel).await?;
            }
        }
    }

    async fn accept(&mut self, frame: Frame) -> Result<(), SourceError> {
        match frame {
            Frame::Wal { lsn, message } => {
                self.shared.note_received(lsn);
                let before = self.batch.events.len();
                self.decoder.message(&message, &mut self.batch)?;
                for event in self.batch.events.iter().skip(before) {
                    if let Event::Chunk(chunk) = event
                        && chunk.last
                    {
                        self.told = self.told.max(chunk.end_lsn);
                        self.shared.note_received(chunk.end_lsn);
                    }
                }
            }
            Frame::Keepalive { lsn, reply_wanted } => {
                self.shared.note_received(lsn);
                if !self.decoder.in_transaction() {
                    self.position = self.position.max(lsn);
                }
                self.position_wanted |= reply_wanted;
                self.offer_position();
                if reply_wanted {
                    self.send_status(false).await?;
                }
            }
        }
        Ok(())
    }

    /// Hands a position over unless one went out a moment ago.
    fn offer_position(&mut self) {
        let pause = if self.position_wanted { ASKED_POSITION_EVERY } else { POSITION_EVERY };
        let due = self.position_at.is_none_or(|at| at.elapsed() >= pause);
        if due && self.position > self.told && !self.decoder.in_transaction() {
            self.batch.push(Event::Position { lsn: self.position }, 1);
            self.told = self.position;
            self.position_at = Some(Instant::now());
            self.position_wanted = false;
        }
    }

    /// What the clock and the consumer want.
    async fn look(&mut self) -> Result<(), SourceError> {
        let asked = self.shared.take_position_wanted();
        self.position_wanted |= asked;
        self.offer_position();
        let elapsed = self.status_at.elapsed();
        let acknowledged = self.shared.stored() > self.status_lsn && elapsed >= ACK_EVERY;
        if asked || acknowledged || elapsed > self.status_every {
            self.send_status(asked).await?;
        }
        Ok(())
    }

    async fn send_status(&mut self, answer: bool) -> Result<(), SourceError> {
        self.status_lsn = self.shared.stored();
        self.status_at = Instant::now();
        self.client.send_status(self.shared.received(), self.status_lsn, answer).await
    }

    /// Waits for room in the queue and keeps the session alive meanwhile.
    async fn hand_over(&mut self, queue: &QueueSender, cancel: &CancellationToken) -> Result<(), SourceError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let sent = queue.send(self.batch.take());
        tokio::pin!(sent);
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(SourceError::Cancelled),
                result = &mut sent => return result,
                () = tokio::time::sleep(TICK) => self.look_while_waiting().await?,
            }
        }
    }

    async fn look_while_waiting(&mut self) -> Result<(), SourceError> {
        let elapsed = self.status_at.elapsed();
        if elapsed > self.status_every || (self.shared.stored() > self.status_lsn && elapsed >= ACK_EVERY) {
            self.send_status(false).await?;
        }
        Ok(())
    }
}
