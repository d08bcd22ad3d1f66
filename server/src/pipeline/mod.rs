//! The background task that turns the log into read models, and what keeps it going:
//! after any failure everything in memory is thrown away and rebuilt from the stored position.

mod copy;
mod fold;
mod group;
mod problem;
mod session;
pub mod upkeep;
pub mod watch;

use std::sync::Arc;
use std::time::Duration;

use domain::status::StreamState;
use domain::{FailureKind, SnapshotState};
use engine::Settings;
use source::{SourceConfig, SourceError, Start};
use tokio_util::sync::CancellationToken;
use warehouse::{SourceIdentity, Store};

use crate::metrics as names;
pub use problem::Problem;
use session::Session;
use watch::Watch;

/// First and longest pause between attempts after a failure that passes by itself.
const BACKOFF_FIRST: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(10);
/// Pause while a person has to change something first.
const OPERATOR_PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Pipeline {
    pub store: Store,
    pub source: SourceConfig,
    pub settings: Settings,
    /// Without a row for so long, open windows are closed.
    pub idle_after: Duration,
    /// Rows gathered before a commit, at most.
    pub commit_rows_max: usize,
    /// Shortest time between two commits while little arrives.
    pub commit_wait: Duration,
    pub watch: Arc<Watch>,
}

impl Pipeline {
    /// Runs until cancelled. Ends with an error only when going on would be wrong: another engine has taken over,
    /// or the time zone is another. Everything else is said and tried again, so that pages stay up.
    pub async fn run(&self, cancel: CancellationToken) -> Result<(), Problem> {
        let mut backoff = BACKOFF_FIRST;
        let mut copy_wanted = false;
        let mut repaired_too_late = false;
        self.note_start().await;
        loop {
            let commits_before = self.watch.commits();
            let mut reading = false;
            let outcome = self.session(&mut copy_wanted, &mut reading, &cancel).await;
            if cancel.is_cancelled() {
                return Ok(());
            }
            let Err(problem) = outcome else { return Ok(()) };
            if self.watch.commits() > commits_before {
                backoff = BACKOFF_FIRST;
            }
            // The log keeps rows as they were written. When the tables are right again but the same rows still cannot
            // be read, only a new copy leads past them.
            let unreadable = reading && problem.is_about_tables();
            copy_wanted |= problem.needs_copy() || (unreadable && repaired_too_late);
            repaired_too_late = unreadable;
            let pause = match problem.kind() {
                FailureKind::Operator if problem.is_final() => return Err(problem),
                FailureKind::Operator | FailureKind::Bug => OPERATOR_PAUSE,
                FailureKind::Retry => backoff,
            };
            self.note_failure(&problem, pause).await;
            backoff = (backoff * 2).min(BACKOFF_MAX);
            tokio::select! {
                () = cancel.cancelled() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One connection's life: take over, rebuild the engine, read until something fails or the end is asked for.
    /// `reading` tells whether the source was opened.
    async fn session(&self, copy_wanted: &mut bool, reading: &mut bool, cancel: &CancellationToken) -> Result<(), Problem> {
        let identity = source::identify(&self.source).await?;
        let stored = self.store.settled_progress().await?;
        if let Some(expected) = stored.system_identifier.clone().filter(|stored| *stored != identity.system_identifier) {
            return Err(SourceError::ForeignCluster { expected, found: identity.system_identifier }.into());
        }
        let source = SourceIdentity {
            system_identifier: identity.system_identifier,
            timeline: identity.timeline,
            slot: self.source.slot.clone(),
            database: identity.database,
            zone: self.settings.zone,
        };
        let progress = self.store.take_over(&stored, &source).await?;
        let complete = progress.snapshot == SnapshotState::Complete && !*copy_wanted;
        let start = match (&progress.system_identifier, progress.timeline) {
            (Some(system_identifier), Some(timeline)) if complete => {
                Start::Resume { lsn: progress.lsn, system_identifier: system_identifier.clone(), timeline }
            }
            _ => Start::Snapshot,
        };
        self.watch.set_state(if complete { StreamState::CatchingUp } else { StreamState::Copying });
        let reader = source::open(&self.source, start, cancel.clone()).await?;
        let mut session = Session::start(self, reader, progress).await?;
        *copy_wanted = false;
        *reading = true;
        metrics::counter!(names::RECONNECTS_TOTAL).increment(1);
        let outcome = session.run(cancel).await;
        session.close().await;
        outcome
    }

    async fn note_start(&self) {
        if let Err(error) = self.store.record_event("start", env!("CARGO_PKG_VERSION"), None).await {
            tracing::debug!(%error, "the diary could not be written");
        }
    }

    async fn note_failure(&self, problem: &Problem, pause: Duration) {
        let (zh, en) = problem.sentence();
        let state = if problem.kind() == FailureKind::Retry { StreamState::Disconnected } else { StreamState::Stopped };
        if self.watch.set_problem(state, zh, en.clone(), pause) {
            tracing::warn!(problem = %problem, remedy = %en, retry_ms = pause.as_millis() as u64, "the stream is interrupted");
            if let Err(error) = self.store.record_event(problem.event_kind(), &en, None).await {
                tracing::debug!(%error, "the diary could not be written");
            }
        }
    }
}
