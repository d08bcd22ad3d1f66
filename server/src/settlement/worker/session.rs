//! One life of the worker: take over, then step by step, each in one transaction, until something fails.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::settlement::{ContractId, Period};
use domain::{Day, LocalMs, SnapshotState, UserId};
use tokio::time::Instant;
use warehouse::WarehouseError;
use warehouse::settlement::adjustments::Why;
use warehouse::settlement::changes::{self, Cause};
use warehouse::settlement::work::{Moved, SettlementWork, Standing, rules_revision, standing};

use super::SettlementWorker;
use super::batch::Batch;
use super::days;
use super::expand;
use crate::clock;
use crate::metrics as names;
use crate::settlement::drafting;
use crate::settlement::rating::Rater;
use crate::settlement::settings::SettlementSettings;

/// Customer days that one transaction settles because readings changed. Small enough that a late reading does not wait long behind
/// others.
const BATCH_DAYS: usize = 4_000;
/// While so many wait, one transaction settles all of these: a partition of readings is then read less often.
const CROWD_DAYS: usize = 25_000;
/// Of days on statements: drafts and adjustments follow in the same transaction, and whoever checks or freezes waits for it.
const BILLED_DAYS: usize = 1_000;
/// The position is stored so often although nothing was to be settled.
const POSITION_EVERY: Duration = Duration::from_secs(5);
/// Waiting changes are counted up to this number.
const COUNTED_CHANGES: i64 = 1_000_000;

/// A billing period of which something changed, and what made it change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touched {
    pub contract_id: ContractId,
    pub period: Period,
    pub cause: Cause,
    pub cause_text: String,
}

/// A cause with the periods it touched.
type Reason = (Cause, Vec<(ContractId, Period)>);

pub struct Session<'a> {
    worker: &'a SettlementWorker,
    epoch: i64,
    rater: Option<Rater>,
    position_at: Option<Instant>,
    /// After requests about one contract each it is the turn of one about many: both go on, whatever comes.
    is_wide_turn: bool,
}

impl<'a> Session<'a> {
    pub async fn start(worker: &'a SettlementWorker) -> Result<Self, WarehouseError> {
        crate::settlement::shipped::write_once(&worker.store).await?;
        let epoch = SettlementWork::take_over(&worker.store).await?;
        Ok(Self { worker, epoch, rater: None, position_at: None, is_wide_turn: false })
    }

    /// Settles everything that is there.
    pub async fn look(&mut self) -> Result<(), WarehouseError> {
        while self.step().await? {}
        Ok(())
    }

    /// One transaction; true when there may be more to do.
    async fn step(&mut self) -> Result<bool, WarehouseError> {
        let began = Instant::now();
        let mut work = SettlementWork::begin(&self.worker.store, self.epoch).await?;
        let standing = standing(work.conn()).await?;
        if standing.settled.epoch != self.epoch {
            return Err(WarehouseError::SettlementReplaced { epoch: self.epoch });
        }
        // what an engine that copies writes is looked at when it is done
        let Some(watermark) = standing.watermark.filter(|_| standing.snapshot == SnapshotState::Complete) else {
            return Ok(false);
        };
        let estimated_until = due_estimates(&mut work, &standing, watermark, &self.worker.settings).await?;
        let taken = take(&mut work, &standing, watermark.day()).await?;
        let asked = expand::take(work.conn(), watermark, self.is_wide_turn).await?;
        let is_idle = taken.is_empty() && asked.is_none() && estimated_until == standing.settled.estimated_until;
        if is_idle && !self.is_position_due(&standing) {
            meter_idle();
            return Ok(false);
        }
        // after the requests were taken: what they came with is among what is loaded now. What changes from here on is settled by the
        // requests that come with it, so that no change, however many there are, undoes this transaction.
        let rater = take_rules(&mut self.rater, &mut work, &self.worker.settings).await?;
        let mut batch = Batch::of_changes(work.conn(), &taken).await?;
        let was_narrow = asked.as_ref().is_some_and(|asked| !asked.is_wide);
        if let Some(asked) = asked {
            expand::add(work.conn(), asked, &mut batch).await?;
        }
        let touched = days::settle(work.conn(), rater, watermark, &batch).await?;
        changes::forget(work.conn(), standing.commit_no, &taken).await?;
        let oldest = changes::oldest_waiting(work.conn()).await?;
        let waiting = changes::count_waiting(work.conn(), COUNTED_CHANGES).await?;
        follow(&mut work, rater, &touched).await?;
        let moved = Moved {
            commit_no: oldest.map_or(standing.commit_no, |oldest| standing.commit_no.min(oldest - 1)),
            estimated_until,
            has_changed: !touched.is_empty(),
        };
        work.commit(moved, clock::now()).await?;
        self.position_at = Some(Instant::now());
        self.is_wide_turn = was_narrow;
        metrics::gauge!(names::SETTLEMENT_CHANGES_WAITING).set(waiting as f64);
        metrics::gauge!(names::SETTLEMENT_BEHIND_COMMITS).set((standing.commit_no - moved.commit_no) as f64);
        metrics::histogram!(names::SETTLEMENT_SECONDS).record(began.elapsed().as_secs_f64());
        Ok(!is_idle)
    }

    fn is_position_due(&self, standing: &Standing) -> bool {
        standing.commit_no != standing.settled.commit_no && self.position_at.is_none_or(|at| at.elapsed() >= POSITION_EVERY)
    }
}

/// What is in force now, loaded anew if it is other than before.
async fn take_rules<'r>(
    known: &'r mut Option<Rater>,
    work: &mut SettlementWork,
    settings: &SettlementSettings,
) -> Result<&'r Rater, WarehouseError> {
    let revision = rules_revision(work.conn()).await?;
    let rater = match known.take().filter(|rater| rater.rules_revision == revision) {
        Some(rater) => rater,
        None => Rater::load(work.conn(), settings.clone()).await?,
    };
    Ok(known.insert(rater))
}

async fn take(work: &mut SettlementWork, standing: &Standing, today: Day) -> Result<Vec<(UserId, Day)>, WarehouseError> {
    let most = i64::try_from(CROWD_DAYS).unwrap_or(i64::MAX);
    let mut taken = changes::take(work.conn(), standing.commit_no, today, most).await?;
    if taken.len() < CROWD_DAYS {
        taken.truncate(BATCH_DAYS);
    }
    if taken.len() > BILLED_DAYS && changes::has_statements(work.conn(), &taken).await? {
        taken.truncate(BILLED_DAYS);
    }
    Ok(taken)
}

/// Drafts and adjustments follow the days, one reason after the other.
async fn follow(work: &mut SettlementWork, rater: &Rater, touched: &[Touched]) -> Result<(), WarehouseError> {
    let mut causes: BTreeMap<(&str, &str), Reason> = BTreeMap::new();
    for one in touched {
        let (_, periods) = causes.entry((one.cause.code(), &one.cause_text)).or_insert((one.cause, Vec::new()));
        periods.push((one.contract_id, one.period));
    }
    for ((_, text), (cause, periods)) in causes {
        let why = match cause {
            Cause::Readings => Why::Readings,
            Cause::Reactive => Why::Reactive,
            cause => Why::Changed { cause, text: text.to_owned() },
        };
        drafting::touched(work.conn(), rater, &periods, &why).await?;
    }
    Ok(())
}

/// Asks for days whose time has come; returns what is stored as estimated from now on.
async fn due_estimates(
    work: &mut SettlementWork,
    standing: &Standing,
    watermark: LocalMs,
    settings: &SettlementSettings,
) -> Result<Option<LocalMs>, WarehouseError> {
    let newest_due = |until: LocalMs| Day(until.plus_ms(-settings.estimate_after_ms).day().0 - 1);
    let Some(until) = standing.settled.estimated_until else { return Ok(Some(watermark)) };
    let (known, due) = (newest_due(until), newest_due(watermark));
    if due <= known {
        return Ok(Some(until));
    }
    changes::request_estimates(work.conn(), Day(known.0 + 1), due).await?;
    Ok(Some(watermark))
}

fn meter_idle() {
    metrics::gauge!(names::SETTLEMENT_CHANGES_WAITING).set(0.0);
    metrics::gauge!(names::SETTLEMENT_BEHIND_COMMITS).set(0.0);
}
