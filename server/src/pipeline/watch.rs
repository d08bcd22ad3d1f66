//! What the pipeline says about itself: figures for pages, metrics and readiness. Written by the loop, read by anybody.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::status::{PipelineStatus, StageStatus, StreamState};
use domain::{LocalMs, Lsn, Zone};
use source::SlotState;
use tokio::sync::Notify;

use super::fold::Counts;
use crate::clock;
use crate::metrics as names;

/// Samples kept per stage for its percentiles, and how long.
const SAMPLES_MAX: usize = 4_000;
const SAMPLES_AGE: Duration = Duration::from_secs(300);
const RATE_AGE: Duration = Duration::from_secs(60);
/// Behind by less than this is not "catching up".
const CAUGHT_UP_MS: i64 = 5_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Read,
    Load,
    Compute,
    Commit,
}

impl Stage {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Read, "read"), (Self::Compute, "compute"), (Self::Load, "load"), (Self::Commit, "commit")];
}

/// What a commit carried, for the figures.
#[derive(Clone, Debug)]
pub struct CommitReport {
    pub counts: Counts,
    pub source_commit_time_us: Option<i64>,
    pub copied_rows: Option<i64>,
    pub watermark: Option<LocalMs>,
    pub open_windows: (usize, Option<LocalMs>, Option<LocalMs>),
    pub held_groups: usize,
    pub queue_used: usize,
    pub received_lsn: Lsn,
}

struct Sample {
    stage: Stage,
    at: Instant,
    took: Duration,
    rows: u64,
}

#[derive(Default)]
struct Inner {
    status: PipelineStatus,
    samples: VecDeque<Sample>,
    copy_started: Option<Instant>,
    /// Source commit time of the oldest transaction in hand.
    pending_us: Option<i64>,
}

pub struct Watch {
    zone: Zone,
    inner: Mutex<Inner>,
    /// Everything at the source before this place is committed here.
    covered: AtomicU64,
    commits: AtomicI64,
    committed: Notify,
    /// The same for settlement, which listens for itself.
    committed_to_settle: Notify,
}

impl Watch {
    pub fn new(zone: Zone) -> Self {
        let now_ms = clock::now_ms();
        let status = PipelineStatus { started_at_ms: now_ms, state_since_ms: now_ms, ..PipelineStatus::default() };
        Self {
            zone,
            inner: Mutex::new(Inner { status, ..Inner::default() }),
            covered: AtomicU64::new(0),
            commits: AtomicI64::new(0),
            committed: Notify::new(),
            committed_to_settle: Notify::new(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Figures only: still useful after a panic elsewhere.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn timed(&self, stage: Stage, since: Instant, rows: u64) {
        let mut inner = self.inner();
        if inner.samples.len() >= SAMPLES_MAX {
            inner.samples.pop_front();
        }
        inner.samples.push_back(Sample { stage, at: Instant::now(), took: since.elapsed(), rows });
    }

    pub fn set_state(&self, state: StreamState) {
        let status = &mut self.inner().status;
        if status.state != state {
            status.state = state;
            status.state_since_ms = clock::now_ms();
        }
        status.problem = None;
        status.problem_en = None;
        status.retry_at_ms = None;
    }

    /// True when this is news and not the same problem again.
    pub fn set_problem(&self, state: StreamState, zh: String, en: String, pause: Duration) -> bool {
        let now_ms = clock::now_ms();
        let status = &mut self.inner().status;
        let news = status.problem_en.as_deref() != Some(&en);
        if status.state != state {
            status.state = state;
            status.state_since_ms = now_ms;
        }
        status.problem = Some(zh);
        status.problem_en = Some(en);
        status.retry_at_ms = Some(now_ms + i64::try_from(pause.as_millis()).unwrap_or(0));
        news
    }

    /// A session begins; after a source was set back in time its positions are smaller than before.
    pub fn resumed(&self, lsn: Lsn) {
        self.covered.store(lsn.0, Ordering::Release);
        self.inner().status.committed_lsn = lsn.to_string();
    }

    /// A transaction of that commit time is in hand.
    pub fn pending(&self, commit_time_us: i64) {
        let mut inner = self.inner();
        inner.pending_us = Some(inner.pending_us.map_or(commit_time_us, |oldest| oldest.min(commit_time_us)));
    }

    pub fn commit_failed(&self) {
        self.inner().status.commits_failed += 1;
        metrics::counter!(names::COMMITS_FAILED_TOTAL).increment(1);
    }

    pub fn closed_idle(&self) {
        self.inner().status.idle_closes += 1;
    }

    pub fn copy_started(&self, rows_total: i64) {
        self.set_state(StreamState::Copying);
        let mut inner = self.inner();
        inner.copy_started = Some(Instant::now());
        inner.status.copy_rows_done = 0;
        inner.status.copy_rows_total = rows_total;
    }

    /// How long the copy took, in milliseconds.
    pub fn copy_finished(&self) -> i64 {
        let took = self.inner().copy_started.take().map(|since| since.elapsed()).unwrap_or_default();
        self.set_state(StreamState::CatchingUp);
        i64::try_from(took.as_millis()).unwrap_or(i64::MAX)
    }

    pub fn committed(&self, lsn: Lsn, report: &CommitReport) {
        self.covered.fetch_max(lsn.0, Ordering::AcqRel);
        self.commits.fetch_add(1, Ordering::AcqRel);
        self.committed.notify_one();
        self.committed_to_settle.notify_one();
        let now_us = clock::now_us();
        let age_us = report.source_commit_time_us.map(|at| (now_us - at).max(0));
        let mut inner = self.inner();
        inner.pending_us = None;
        let copying = report.copied_rows.is_some();
        let status = &mut inner.status;
        status.commits += 1;
        status.rows_total += i64::try_from(report.counts.rows()).unwrap_or(0);
        status.late_total += i64::try_from(report.counts.late).unwrap_or(0);
        status.committed_lsn = lsn.to_string();
        status.received_lsn = report.received_lsn.max(lsn).to_string();
        status.acknowledged_lsn = if copying { status.acknowledged_lsn.clone() } else { lsn.to_string() };
        let (open, oldest, newest) = report.open_windows;
        status.open_windows = i64::try_from(open).unwrap_or(0);
        status.oldest_open_window = oldest.map(|at| at.to_string());
        status.newest_open_window = newest.map(|at| at.to_string());
        status.held_groups = i64::try_from(report.held_groups).unwrap_or(0);
        if let Some(copied) = report.copied_rows {
            status.copy_rows_done = copied;
        } else {
            let behind = age_us.is_some_and(|age| age / 1000 > CAUGHT_UP_MS);
            let state = if behind { StreamState::CatchingUp } else { StreamState::Streaming };
            if status.state != state {
                status.state = state;
                status.state_since_ms = now_us / 1000;
            }
        }
        if let Some(stage) = status.stages.iter_mut().find(|stage| stage.name == "read") {
            stage.queue_used = i64::try_from(report.queue_used).unwrap_or(0);
        }
        drop(inner);
        self.meter(report, age_us, now_us);
    }

    fn meter(&self, report: &CommitReport, age_us: Option<i64>, now_us: i64) {
        metrics::counter!(names::COMMITS_TOTAL).increment(1);
        let counts = &report.counts;
        metrics::counter!(names::TRANSACTIONS_TOTAL).increment(counts.transactions);
        metrics::counter!(names::ROWS_TOTAL, "table" => "power_consumption").increment(counts.readings);
        metrics::counter!(names::ROWS_TOTAL, "table" => "other").increment(counts.others);
        metrics::counter!(names::LATE_ROWS_TOTAL).increment(counts.late);
        for (reason, count) in &counts.dead_letters {
            metrics::counter!(names::DEAD_LETTERS_TOTAL, "reason" => reason.code()).increment(*count);
        }
        if report.copied_rows.is_some() {
            metrics::counter!(names::COPY_ROWS_TOTAL).increment(counts.rows());
        }
        metrics::gauge!(names::OPEN_WINDOWS).set(report.open_windows.0 as f64);
        if let (Some(age_us), true, None) = (age_us, counts.rows() > 0, report.copied_rows) {
            metrics::histogram!(names::END_TO_END_SECONDS).record(age_us as f64 / 1e6);
            // A window could close when the row that moved the watermark past it was committed.
            if counts.windows_closed > 0 {
                metrics::histogram!(names::WINDOW_CLOSE_DELAY_SECONDS).record(age_us as f64 / 1e6);
            }
        }
        if let Some(watermark) = report.watermark {
            let delay_ms = (self.zone.local_ms(now_us).0 - watermark.0).max(0);
            metrics::gauge!(names::WATERMARK_DELAY_SECONDS).set(delay_ms as f64 / 1e3);
        }
    }

    /// Returns after the next commit, or at once when there was one since the last call; for one listener.
    pub async fn next_commit(&self) {
        self.committed.notified().await;
    }

    /// As [`Watch::next_commit`], for settlement.
    pub async fn next_to_settle(&self) {
        self.committed_to_settle.notified().await;
    }

    /// The source said that nothing is open before `lsn`.
    pub fn covered(&self, lsn: Lsn) {
        self.covered.fetch_max(lsn.0, Ordering::AcqRel);
        let mut inner = self.inner();
        if matches!(inner.status.state, StreamState::CatchingUp | StreamState::Starting) {
            inner.status.state = StreamState::Streaming;
            inner.status.state_since_ms = clock::now_ms();
        }
    }

    /// Everything at the source before this place is committed here.
    pub fn covered_lsn(&self) -> Lsn {
        Lsn(self.covered.load(Ordering::Acquire))
    }

    pub fn commits(&self) -> i64 {
        self.commits.load(Ordering::Acquire)
    }

    pub fn note_slot(&self, slot: &SlotState) {
        let status = &mut self.inner().status;
        status.source_lsn = slot.current_lsn.to_string();
        status.slot_retained_bytes = slot.retained_bytes;
        status.slot_limit_bytes = slot.limit_bytes;
        let lag = slot.current_lsn.bytes_since(self.covered_lsn());
        status.lag_bytes = i64::try_from(lag).unwrap_or(i64::MAX);
        metrics::gauge!(names::LAG_BYTES).set(lag as f64);
        metrics::gauge!(names::SLOT_RETAINED_BYTES).set(slot.retained_bytes as f64);
    }

    /// The figures as of now.
    pub fn status(&self, resident_bytes: i64) -> PipelineStatus {
        let now_us = clock::now_us();
        let mut inner = self.inner();
        while inner.samples.front().is_some_and(|sample| sample.at.elapsed() > SAMPLES_AGE) {
            inner.samples.pop_front();
        }
        let stages = Stage::ALL.iter().map(|(stage, name)| stage_status(&inner, *stage, name)).collect();
        let lag_ms = inner.pending_us.map_or(0, |oldest| ((now_us - oldest) / 1000).max(0));
        let copy_s = inner.copy_started.map(|since| since.elapsed().as_secs_f64());
        let status = &mut inner.status;
        status.stages = stages;
        status.lag_ms = lag_ms;
        status.resident_bytes = resident_bytes;
        status.copy_rows_per_s = copy_s.map_or(0, |seconds| (status.copy_rows_done as f64 / seconds.max(0.001)) as i64);
        let left = status.copy_rows_total - status.copy_rows_done;
        status.copy_left_s = (status.copy_rows_per_s > 0).then(|| left.max(0) / status.copy_rows_per_s);
        metrics::gauge!(names::LAG_SECONDS).set(lag_ms as f64 / 1e3);
        metrics::gauge!(names::RESIDENT_BYTES).set(resident_bytes as f64);
        status.clone()
    }
}

fn stage_status(inner: &Inner, stage: Stage, name: &str) -> StageStatus {
    let mut took: Vec<Duration> = inner.samples.iter().filter(|sample| sample.stage == stage).map(|sample| sample.took).collect();
    took.sort_unstable();
    let recent = || inner.samples.iter().filter(|sample| sample.stage == stage && sample.at.elapsed() <= RATE_AGE);
    let percentile = |percent: usize| took.get((took.len().saturating_sub(1)) * percent / 100).map_or(0, |d| d.as_micros());
    let busy: Duration = recent().map(|sample| sample.took).sum();
    let span = recent().next().map_or(RATE_AGE, |sample| sample.at.elapsed()).max(Duration::from_secs(1));
    let rows: u64 = recent().map(|sample| sample.rows).sum();
    StageStatus {
        name: name.to_owned(),
        rows_per_s: (rows as f64 / span.as_secs_f64()) as i64,
        p50_us: i64::try_from(percentile(50)).unwrap_or(i64::MAX),
        p99_us: i64::try_from(percentile(99)).unwrap_or(i64::MAX),
        busy_percent: ((busy.as_secs_f64() / span.as_secs_f64() * 100.0) as i64).min(100),
        queue_used: inner.status.stages.iter().find(|held| held.name == name).map_or(0, |held| held.queue_used),
        queue_limit: if stage == Stage::Read { source::QUEUE_ROWS as i64 } else { 0 },
    }
}
