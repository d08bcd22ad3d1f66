//! Monthly runs in the background, one at a time: statement by statement, interruptible and resumable.

use std::time::Duration;

use domain::FailureKind;
use sqlx::PgConnection;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;
use warehouse::settlement::runs::{self, Batch, Run, RunState};
use warehouse::settlement::statements::lock_contracts;
use warehouse::settlement::{contracts, work};
use warehouse::{Store, WarehouseError};

use super::drafting::generate;
use super::rating::Rater;
use super::settings::SettlementSettings;

/// Contracts of one transaction.
pub const MOST_BATCH: i64 = 500;
/// Runs that were asked for while nobody listened are found this late.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Pause after the database was away.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Runs {
    pub store: Store,
    pub settings: SettlementSettings,
    /// Contracts of one transaction, `MOST_BATCH` or fewer.
    pub batch: i64,
}

/// How far a run is after a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// There is more to do.
    Moved,
    /// Done, cancelled, failed, or not there.
    Over,
}

impl Runs {
    pub fn new(store: Store, settings: SettlementSettings) -> Self {
        Self { store, settings, batch: MOST_BATCH }
    }

    /// Works until cancelled. What a killed process left behind goes on where it stood.
    pub async fn run(&self, cancel: &CancellationToken) {
        loop {
            let outcome = tokio::select! {
                () = cancel.cancelled() => return,
                outcome = self.listen(cancel) => outcome,
            };
            if let Err(error) = outcome {
                tracing::warn!(%error, "monthly runs of statements are interrupted");
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn listen(&self, cancel: &CancellationToken) -> Result<(), WarehouseError> {
        let mut listener = PgListener::connect_with(self.store.pool()).await?;
        listener.listen(runs::CHANNEL).await?;
        loop {
            self.work_off(cancel).await?;
            // a timeout is no failure: somebody may have asked while the connection was lost
            if let Ok(heard) = tokio::time::timeout(LOOK_EVERY, listener.recv()).await {
                heard?;
            }
        }
    }

    /// Everything that waits.
    pub async fn work_off(&self, cancel: &CancellationToken) -> Result<(), WarehouseError> {
        while let Some(run) = self.waiting().await? {
            self.complete(run.run_id, cancel).await?;
            if cancel.is_cancelled() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn waiting(&self) -> Result<Option<Run>, WarehouseError> {
        runs::waiting(&mut *self.store.pool().acquire().await?).await
    }

    /// Works one run off, unless cancelled before. A batch that cannot be drafted ends the run with the reason.
    pub async fn complete(&self, run_id: i64, cancel: &CancellationToken) -> Result<(), WarehouseError> {
        let mut rater = None;
        while !cancel.is_cancelled() {
            match self.step(run_id, &mut rater).await {
                Ok(Step::Moved) => runs::announce(self.store.pool(), run_id).await?,
                Ok(Step::Over) => break,
                Err(error) if error.kind() == FailureKind::Retry => return Err(error),
                Err(error) => {
                    tracing::error!(run_id, %error, "a monthly run of statements failed");
                    runs::fail(&mut *self.store.pool().acquire().await?, run_id, &error.to_string()).await?;
                    break;
                }
            }
        }
        runs::announce(self.store.pool(), run_id).await
    }

    /// One batch in one transaction, which also moves the run: a kill repeats nothing and leaves nothing out.
    pub async fn step(&self, run_id: i64, rater: &mut Option<Rater>) -> Result<Step, WarehouseError> {
        let mut tx = self.store.pool().begin().await?;
        // sets differ in size by orders of magnitude: one plan for all of them is wrong for most
        sqlx::query("set local plan_cache_mode = force_custom_plan").execute(&mut *tx).await?;
        let Some(run) = runs::one(&mut tx, run_id).await? else { return Ok(Step::Over) };
        if run.state.is_over() {
            return Ok(Step::Over);
        }
        if run.state == RunState::Waiting {
            runs::begin(&mut tx, &run).await?;
            tx.commit().await.map_err(WarehouseError::AnswerLost)?;
            return Ok(Step::Moved);
        }
        let batch = self.batch(&mut tx, &run, rater).await?;
        let is_last = batch.last_contract_id.is_none();
        if !runs::advance(&mut tx, &run, batch).await? {
            // cancelled meanwhile, or somebody else works on it: what was drafted here is undone
            tx.rollback().await?;
            return Ok(Step::Moved);
        }
        tx.commit().await.map_err(WarehouseError::AnswerLost)?;
        Ok(if is_last { Step::Over } else { Step::Moved })
    }

    async fn batch(&self, conn: &mut PgConnection, run: &Run, rater: &mut Option<Rater>) -> Result<Batch, WarehouseError> {
        let ids = runs::next_contracts(conn, run, self.batch.clamp(1, MOST_BATCH)).await?;
        let Some(last) = ids.last().copied() else { return Ok(Batch { last_contract_id: None, done: 0, faults: 0 }) };
        lock_contracts(conn, &ids).await?;
        // once these are locked, a change of a tariff is either seen here or touches the new drafts
        let revision = work::rules_revision(conn).await?;
        if rater.as_ref().is_none_or(|rater| rater.rules_revision != revision) {
            *rater = Some(Rater::load(conn, self.settings.clone()).await?);
        }
        let Some(rater) = rater else { return Ok(Batch { last_contract_id: Some(last), done: 0, faults: 0 }) };
        let contracts = contracts::load(conn, &ids).await?;
        let generated = generate(conn, rater, &contracts, run.month).await?;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        // those whose terms cannot be read
        let unread = ids.len().saturating_sub(contracts.len());
        Ok(Batch { last_contract_id: Some(last), done: count(ids.len()), faults: count(generated.faults + unread) })
    }
}
