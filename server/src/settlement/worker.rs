//! Settles what commits touched, with a position of its own: settlement cannot slow the log. After any failure everything in memory
//! is thrown away and built anew from the stored rows.

mod batch;
mod days;
mod expand;
mod merge;
mod metered;
mod session;

use std::sync::Arc;
use std::time::Duration;

use domain::FailureKind;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use warehouse::{Store, WarehouseError};

use super::settings::SettlementSettings;
use crate::pipeline::watch::Watch;
use session::Session;
pub use session::Touched;

/// What people changed is noticed at this rhythm; what the log changed at once.
const TICK: Duration = Duration::from_millis(500);
/// First and longest pause between attempts after a failure that passes by itself.
const BACKOFF_FIRST: Duration = Duration::from_millis(200);
const BACKOFF_MAX: Duration = Duration::from_secs(10);
/// Pause while a person has to change something first, or another process settles.
const OPERATOR_PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct SettlementWorker {
    pub store: Store,
    pub settings: SettlementSettings,
    /// Of the pipeline in this process: says when something was committed.
    pub watch: Arc<Watch>,
}

impl SettlementWorker {
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
                FailureKind::Retry if !matches!(error, WarehouseError::SettlementReplaced { .. }) => backoff,
                _ => OPERATOR_PAUSE,
            };
            let remedy = error.sentence().en;
            tracing::warn!(%error, %remedy, retry_ms = pause.as_millis() as u64, "settlement is interrupted");
            backoff = (backoff * 2).min(BACKOFF_MAX);
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Settles until something fails.
    async fn session(&self, has_worked: &mut bool) -> Result<std::convert::Infallible, WarehouseError> {
        let mut session = Session::start(self).await?;
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                () = self.watch.next_to_settle() => {}
            }
            session.look().await?;
            *has_worked = true;
        }
    }
}
