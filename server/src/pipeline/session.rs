//! The only loop of the product: read, load what is missing, apply, commit, acknowledge.
//! Results and position are committed together; only a stored position is acknowledged.

use std::time::Duration;

use domain::{Chunk, Lsn, Origin, Progress, SnapshotState};
use engine::Engine;
use source::{Event, Reader, SourceError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::fold::Fold;
use super::group::Group;
use super::watch::{CommitReport, Stage};
use super::{Pipeline, Problem};
use crate::metrics as names;

/// A position without rows is stored at most this often: on a shared cluster storing it moves the log again.
const POSITION_INTERVAL: Duration = Duration::from_secs(10);
/// The source is asked this often where its log stands, so that an idle stream is known to be complete.
const ASK_INTERVAL: Duration = Duration::from_millis(300);

pub struct Session<'a> {
    pub(super) pipeline: &'a Pipeline,
    reader: Reader,
    pub(super) engine: Engine,
    /// As stored.
    progress: Progress,
    /// As the next commit will store it.
    pub(super) next: Progress,
    pub(super) over_existing: bool,
    pub(super) copied_rows: i64,
    last_row: Instant,
    last_commit: Instant,
    position_stored: Instant,
}

impl<'a> Session<'a> {
    pub async fn start(pipeline: &'a Pipeline, reader: Reader, progress: Progress) -> Result<Self, Problem> {
        let open = match progress.watermark {
            Some(watermark) => pipeline.store.open_windows(watermark.window().0).await?,
            None => Vec::new(),
        };
        let engine = Engine::new(pipeline.settings.clone(), &progress, open);
        let now = Instant::now();
        pipeline.watch.resumed(progress.lsn);
        Ok(Self {
            pipeline,
            reader,
            engine,
            next: progress.clone(),
            progress,
            over_existing: false,
            copied_rows: 0,
            last_row: now,
            last_commit: now,
            position_stored: now,
        })
    }

    pub async fn run(&mut self, cancel: &CancellationToken) -> Result<(), Problem> {
        let mut waiting: Option<Event> = None;
        let mut ask = tokio::time::interval(ASK_INTERVAL);
        ask.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let idle_at = self.last_row + self.pipeline.idle_after;
            let event = match waiting.take() {
                Some(event) => event,
                None => tokio::select! {
                    biased;
                    () = cancel.cancelled() => return Ok(()),
                    event = self.reader.next() => event?,
                    _ = ask.tick() => {
                        self.reader.ask_position();
                        continue;
                    }
                    () = tokio::time::sleep_until(idle_at) => {
                        self.close_idle().await?;
                        continue;
                    }
                },
            };
            match event {
                Event::Chunk(chunk) => waiting = self.transactions(chunk).await?,
                Event::Position { lsn } => self.position(lsn).await?,
                Event::SnapshotStarted { lsn, rows_total, at_us, identity } => {
                    self.copy_started(lsn, rows_total, at_us, identity).await?;
                }
                Event::SnapshotFinished { lsn } => self.copy_finished(lsn).await?,
            }
        }
    }

    /// Whole transactions, from `first` on, into one commit. Returns the event that came behind them.
    async fn transactions(&mut self, first: Chunk) -> Result<Option<Event>, Problem> {
        let pipeline = self.pipeline;
        let mut first = first;
        let mut fold = Fold::begin(&pipeline.store, &pipeline.watch).await?;
        let mut to_its_end = false;
        loop {
            let not_before = self.last_commit + pipeline.commit_wait;
            let reading = std::time::Instant::now();
            let group = Group::gather(first, &mut self.reader, pipeline.commit_rows_max, not_before, to_its_end).await?;
            pipeline.watch.timed(Stage::Read, reading, group.rows as u64);
            let (whole, then) = (group.is_whole(), group.then);
            self.take_position(&group.chunks);
            let new = group.chunks.into_iter().filter(|chunk| !self.is_known(chunk)).collect();
            fold.add(&mut self.engine, new, self.over_existing).await?;
            if whole {
                fold.flush(&mut self.engine).await?;
                self.commit(fold).await?;
                return Ok(then);
            }
            to_its_end = true;
            fold.flush_if_large(&mut self.engine).await?;
            let next = match then {
                Some(event) => event,
                None => self.reader.next().await?,
            };
            let Event::Chunk(chunk) = next else {
                let detail = "a transaction was interrupted by another event".to_owned();
                return Err(SourceError::Protocol { detail }.into());
            };
            first = chunk;
        }
    }

    fn take_position(&mut self, chunks: &[Chunk]) {
        for chunk in chunks {
            let rows = i64::try_from(chunk.changes.len()).unwrap_or(0);
            match chunk.origin {
                Origin::Snapshot => self.copied_rows += rows,
                Origin::Stream if chunk.last => self.next.lsn = self.next.lsn.max(chunk.end_lsn),
                Origin::Stream => {}
            }
            if rows > 0 {
                self.last_row = Instant::now();
            }
            self.pipeline.watch.pending(chunk.commit_time_us);
        }
    }

    /// Sent again after a reconnect although its results are stored.
    fn is_known(&self, chunk: &Chunk) -> bool {
        chunk.origin == Origin::Stream && chunk.commit_lsn < self.progress.lsn
    }

    /// Position and results in one transaction; then, and only then, the source may forget.
    pub(super) async fn commit(&mut self, mut fold: Fold<'_>) -> Result<(), Problem> {
        let watch = &self.pipeline.watch;
        self.next.watermark = self.engine.watermark();
        self.next.newest_event = self.engine.newest_event();
        fold.meta.newest_closed = self.next.watermark.map(|watermark| watermark.window().0);
        if self.next.snapshot == SnapshotState::Copying {
            fold.meta.snapshot_rows_done = Some(self.copied_rows);
        }
        if fold.counts.rows() > 0 {
            fold.meta.last_row_at_us = Some(crate::clock::now_us());
        }
        let truncated = std::mem::take(&mut fold.truncated);
        let report = CommitReport {
            counts: fold.counts,
            source_commit_time_us: fold.meta.source_commit_time_us,
            copied_rows: (self.next.snapshot == SnapshotState::Copying).then_some(self.copied_rows),
            watermark: self.next.watermark,
            open_windows: self.engine.open_windows(),
            held_groups: self.engine.held_len(),
            queue_used: self.reader.queue_used(),
            received_lsn: self.reader.received_lsn(),
        };
        let committing = std::time::Instant::now();
        let stored = fold.work.commit(&self.progress, &self.next, fold.meta).await.inspect_err(|_| watch.commit_failed())?;
        watch.timed(Stage::Commit, committing, report.counts.rows());
        metrics::histogram!(names::COMMIT_SECONDS).record(committing.elapsed().as_secs_f64());
        self.progress = stored;
        self.next = self.progress.clone();
        self.last_commit = Instant::now();
        if self.progress.snapshot == SnapshotState::Complete {
            self.reader.acknowledge(self.progress.lsn);
        }
        watch.committed(self.progress.lsn, &report);
        for table in truncated {
            self.pipeline.store.record_event("truncate", table.name(), None).await?;
        }
        Ok(())
    }

    /// Nothing is open before `lsn`: the source may forget up to there once it is stored.
    async fn position(&mut self, lsn: Lsn) -> Result<(), Problem> {
        self.pipeline.watch.covered(lsn);
        if lsn <= self.progress.lsn || self.position_stored.elapsed() < POSITION_INTERVAL {
            return Ok(());
        }
        self.position_stored = Instant::now();
        self.next.lsn = lsn;
        let fold = Fold::begin(&self.pipeline.store, &self.pipeline.watch).await?;
        self.commit(fold).await
    }

    async fn close_idle(&mut self) -> Result<(), Problem> {
        self.last_row = Instant::now();
        if self.progress.snapshot == SnapshotState::Complete && self.engine.close_idle() {
            self.pipeline.watch.closed_idle();
            let mut fold = Fold::begin(&self.pipeline.store, &self.pipeline.watch).await?;
            fold.flush(&mut self.engine).await?;
            self.commit(fold).await?;
        }
        Ok(())
    }

    pub async fn close(self) {
        self.reader.close().await;
    }
}
