//! Evaluates the rules after each commit of the pipeline, with a position of its own: alarms cannot slow the log.
//! After any failure everything in memory is thrown away and built anew from the stored rows.

mod hearing;
mod held;
mod inputs;
mod session;

use std::sync::Arc;
use std::time::Duration;

use domain::{FailureKind, Zone};
use engine::alarms::AlarmSettings;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use warehouse::{Store, WarehouseError};

use crate::pipeline::watch::Watch;
use session::Session;

/// Shelves expire and silence is noticed at this rhythm.
const WALL_TICK: Duration = Duration::from_secs(1);
/// First and longest pause between attempts after a failure that passes by itself.
const BACKOFF_FIRST: Duration = Duration::from_millis(200);
const BACKOFF_MAX: Duration = Duration::from_secs(10);
/// Pause while a person has to change something first, or another process evaluates.
const OPERATOR_PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Evaluator {
    pub store: Store,
    pub zone: Zone,
    pub settings: AlarmSettings,
    /// Of the pipeline in this process: says when something was committed.
    pub watch: Arc<Watch>,
}

impl Evaluator {
    /// Runs until cancelled.
    pub async fn run(&self, cancel: &CancellationToken) {
        let mut backoff = BACKOFF_FIRST;
        loop {
            let mut has_worked = false;
            let outcome = tokio::select! {
                () = cancel.cancelled() => return,
                outcome = self.session(&mut has_worked) => outcome,
            };
            let Err(error) = outcome;
            if has_worked {
                backoff = BACKOFF_FIRST;
            }
            let pause = match error.kind() {
                FailureKind::Retry if !matches!(error, WarehouseError::EvaluatorReplaced { .. }) => backoff,
                _ => OPERATOR_PAUSE,
            };
            let remedy = error.sentence().en;
            tracing::warn!(%error, %remedy, retry_ms = pause.as_millis() as u64, "the evaluation of alarms is interrupted");
            backoff = (backoff * 2).min(BACKOFF_MAX);
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Evaluates until something fails.
    async fn session(&self, has_worked: &mut bool) -> Result<std::convert::Infallible, WarehouseError> {
        let mut session = Session::start(self).await?;
        let mut wall = tokio::time::interval(WALL_TICK);
        wall.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_wall = tokio::select! {
                biased;
                _ = wall.tick() => true,
                () = self.watch.next_commit() => false,
            };
            session.look(is_wall).await?;
            *has_worked = true;
        }
    }
}
