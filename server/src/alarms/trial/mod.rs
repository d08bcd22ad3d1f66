//! Runs rules over stored numbers, one trial at a time, with the machine that judges the live ones. A trial reads and
//! writes nothing but its own row: no alarm comes of it.

mod feed;
mod run;
mod tally;

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;
use warehouse::alarms::trials::{self, Trial, TrialResult};
use warehouse::{Store, WarehouseError};

/// Trials that were asked for while nobody listened are found this late.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Pause after the database was away.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Trials {
    pub store: Store,
    pub grace_ms: i64,
}

/// Why a trial has no result.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error("nothing is stored for the period")]
    NothingStored,
    #[error("the rule looks at no region")]
    NoRegion,
    #[error("stopped")]
    Stopped,
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

impl TrialError {
    /// As it is stored; pages have the sentence.
    fn code(&self) -> &'static str {
        match self {
            Self::NothingStored => "nothing_stored",
            Self::NoRegion => "no_region",
            Self::Stopped | Self::Warehouse(_) => "failed",
        }
    }
}

impl Trials {
    /// Runs until cancelled. What a killed server left behind is run again.
    pub async fn run(&self, cancel: &CancellationToken) {
        loop {
            let outcome = tokio::select! {
                () = cancel.cancelled() => return,
                outcome = self.listen(cancel) => outcome,
            };
            if let Err(error) = outcome {
                tracing::warn!(%error, "trials of alarm rules are interrupted");
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn listen(&self, cancel: &CancellationToken) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(self.store.pool()).await?;
        listener.listen(trials::CHANNEL).await?;
        trials::take_up_again(self.store.pool()).await?;
        loop {
            self.run_waiting(cancel).await?;
            // a timeout is no failure: somebody may have asked while the connection was lost
            if let Ok(heard) = tokio::time::timeout(LOOK_EVERY, listener.recv()).await {
                heard?;
            }
        }
    }

    /// Everything that waits; how many trials that were.
    pub async fn run_waiting(&self, cancel: &CancellationToken) -> Result<usize, sqlx::Error> {
        let mut done = 0;
        while let Some(trial) = trials::claim(self.store.pool()).await? {
            let outcome = self.one(&trial, cancel).await;
            if matches!(outcome, Err(TrialError::Stopped)) {
                // it stays marked as running and is taken up again at the next start
                return Ok(done);
            }
            if let Err(error) = &outcome {
                tracing::warn!(trial_id = trial.trial_id, %error, "a trial of an alarm rule has no result");
            }
            let stored = outcome.map_err(|error| error.code().to_owned());
            let stored = stored.map(|result| serde_json::to_value(result).unwrap_or_default());
            trials::finish(self.store.pool(), trial.trial_id, stored).await?;
            done += 1;
        }
        Ok(done)
    }

    async fn one(&self, trial: &Trial, cancel: &CancellationToken) -> Result<TrialResult, TrialError> {
        run::Run { store: &self.store, grace_ms: self.grace_ms, cancel }.trial(trial).await
    }
}
