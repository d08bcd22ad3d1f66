//! How far a month is: energy and money by region, statements by state, what is not certain yet, and runs that make drafts.

use chrono::{DateTime, Utc};
use domain::access::{Scope, TenantId};
use domain::settlement::Month;
use domain::{Fixed2, RegionId};

use super::{first_day, month_of, month_span};
use crate::pg_types::{DayDate, Hundredths};
use crate::read::{ReadError, ReadPool};

/// Money of a month that may still change. Each day counts once: as undecided; else its estimated part as estimated and,
/// when the day is not complete, its rest as provisional.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Risk {
    pub provisional: Fixed2,
    pub estimated: Fixed2,
    /// Without regard to sign, because a refund is as uncertain as a charge.
    pub adjustments: Fixed2,
    pub undecided: Fixed2,
}

impl Risk {
    pub fn total(self) -> Fixed2 {
        self.provisional + self.estimated + self.adjustments + self.undecided
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statements {
    pub draft: i64,
    pub checked: i64,
    pub frozen: i64,
    pub void: i64,
    /// Drafts with something that has to be looked at.
    pub with_exceptions: i64,
    /// Of all that are not void.
    pub amount: Fixed2,
    pub frozen_amount: Fixed2,
}

impl Statements {
    pub fn live(self) -> i64 {
        self.draft + self.checked + self.frozen
    }
}

/// One region in one month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RegionMonth {
    pub region_id: RegionId,
    pub energy_kwh: Fixed2,
    /// In the order of the bands.
    pub bands_kwh: [Fixed2; 5],
    pub estimated_kwh: Fixed2,
    /// Of the daily lines; demand, capacity and power factor stand on statements alone.
    pub amount: Fixed2,
    pub days: i64,
    pub complete_days: i64,
    /// Restated since they were settled first.
    pub restated_days: i64,
    pub contracts: i64,
    pub statements: Statements,
    pub risk: Risk,
}

impl RegionMonth {
    fn add(&mut self, other: &Self) {
        self.energy_kwh += other.energy_kwh;
        self.estimated_kwh += other.estimated_kwh;
        self.amount += other.amount;
        self.days += other.days;
        self.complete_days += other.complete_days;
        self.restated_days += other.restated_days;
        self.contracts += other.contracts;
        for (sum, band) in self.bands_kwh.iter_mut().zip(other.bands_kwh) {
            *sum += band;
        }
        let (sum, of) = (&mut self.statements, other.statements);
        sum.draft += of.draft;
        sum.checked += of.checked;
        sum.frozen += of.frozen;
        sum.void += of.void;
        sum.with_exceptions += of.with_exceptions;
        sum.amount += of.amount;
        sum.frozen_amount += of.frozen_amount;
        self.risk.provisional += other.risk.provisional;
        self.risk.estimated += other.risk.estimated;
        self.risk.adjustments += other.risk.adjustments;
        self.risk.undecided += other.risk.undecided;
    }
}

/// The sum of the rows, which is what every total of the page shows.
pub fn total(rows: &[RegionMonth]) -> RegionMonth {
    rows.iter().fold(RegionMonth::default(), |mut sum, row| {
        sum.add(row);
        sum
    })
}

struct RegionRow {
    region_id: i32,
    kwh: Hundredths,
    sharp: Hundredths,
    peak: Hundredths,
    flat: Hundredths,
    valley: Hundredths,
    deep: Hundredths,
    estimated_kwh: Hundredths,
    amount: Hundredths,
    undecided: Hundredths,
    estimated: Hundredths,
    provisional: Hundredths,
    billed: Hundredths,
    frozen_amount: Hundredths,
    adjustments: Hundredths,
    days: i64,
    complete: i64,
    restated: i64,
    draft: i64,
    checked: i64,
    frozen: i64,
    void: i64,
    with_exceptions: i64,
    contracts: i64,
}

impl From<RegionRow> for RegionMonth {
    fn from(row: RegionRow) -> Self {
        Self {
            region_id: row.region_id,
            energy_kwh: row.kwh.0,
            bands_kwh: [row.sharp.0, row.peak.0, row.flat.0, row.valley.0, row.deep.0],
            estimated_kwh: row.estimated_kwh.0,
            amount: row.amount.0,
            days: row.days,
            complete_days: row.complete,
            restated_days: row.restated,
            contracts: row.contracts,
            statements: Statements {
                draft: row.draft,
                checked: row.checked,
                frozen: row.frozen,
                void: row.void,
                with_exceptions: row.with_exceptions,
                amount: row.billed.0,
                frozen_amount: row.frozen_amount.0,
            },
            risk: Risk {
                provisional: row.provisional.0,
                estimated: row.estimated.0,
                adjustments: row.adjustments.0,
                undecided: row.undecided.0,
            },
        }
    }
}

/// The regions of a month, by id; those without a contract, a settled day and a statement are not in it.
pub async fn regions(pool: &ReadPool, month: Month) -> Result<Vec<RegionMonth>, ReadError> {
    let (from, to) = month_span(month);
    let rows = sqlx::query_as!(
        RegionRow,
        r#"with days as (
               select region_id, sum(energy_kwh) as kwh, sum(sharp_kwh) as sharp, sum(peak_kwh) as peak, sum(flat_kwh) as flat,
                      sum(valley_kwh) as valley, sum(deep_valley_kwh) as deep, sum(estimated_kwh) as estimated_kwh,
                      sum(amount) as amount, count(*) as days, count(*) filter (where status = 'complete') as complete,
                      count(*) filter (where version > 1) as restated,
                      sum(amount) filter (where undecided) as undecided,
                      sum(of_estimates) filter (where not undecided) as estimated,
                      sum(amount - of_estimates) filter (where not undecided and status = 'provisional') as provisional
                 from (select d.*, 'undecided' = any(marks) as undecided,
                              case when energy_kwh = 0 then 0 else round(amount * estimated_kwh / energy_kwh, 2) end as of_estimates
                         from settlements_day d
                        where day_start >= $2 and day_start < $3 and statement_month = $1) judged
                group by region_id
           ), statements as (
               select coalesce(region_id, 0) as region_id, count(*) filter (where status = 'draft') as draft,
                      count(*) filter (where status = 'checked') as checked, count(*) filter (where status = 'frozen') as frozen,
                      count(*) filter (where status = 'void') as void,
                      count(*) filter (where status = 'draft' and cardinality(exceptions) > 0) as with_exceptions,
                      sum(total_amount) filter (where status <> 'void') as amount,
                      sum(total_amount) filter (where status = 'frozen') as frozen_amount
                 from settlement_statements where statement_month = $1 group by 1
           ), adjustments as (
               select coalesce(a.region_id, 0) as region_id, sum(abs(a.amount)) as amount
                 from settlement_adjustments a
                where a.state in ('pending', 'attached')
                  and (exists (select from settlement_statements s where s.statement_id = a.statement_id and s.statement_month = $1)
                       or exists (select from settlement_statements s where s.statement_id = a.carried_by and s.statement_month = $1))
                group by 1
           ), supplied as (
               select coalesce(region_id, 0) as region_id, count(*) as contracts
                 from contracts
                where removed_at is null and starts_on < $3 and (closed_on is null or closed_on > $1) group by 1
           )
           select region_id as "region_id!", coalesce(kwh, 0) as "kwh!: Hundredths", coalesce(sharp, 0) as "sharp!: Hundredths",
                  coalesce(peak, 0) as "peak!: Hundredths", coalesce(flat, 0) as "flat!: Hundredths",
                  coalesce(valley, 0) as "valley!: Hundredths", coalesce(deep, 0) as "deep!: Hundredths",
                  coalesce(estimated_kwh, 0) as "estimated_kwh!: Hundredths", coalesce(d.amount, 0) as "amount!: Hundredths",
                  coalesce(days, 0) as "days!", coalesce(complete, 0) as "complete!", coalesce(restated, 0) as "restated!",
                  coalesce(undecided, 0) as "undecided!: Hundredths", coalesce(estimated, 0) as "estimated!: Hundredths",
                  coalesce(provisional, 0) as "provisional!: Hundredths", coalesce(draft, 0) as "draft!",
                  coalesce(checked, 0) as "checked!", coalesce(frozen, 0) as "frozen!", coalesce(void, 0) as "void!",
                  coalesce(with_exceptions, 0) as "with_exceptions!", coalesce(s.amount, 0) as "billed!: Hundredths",
                  coalesce(frozen_amount, 0) as "frozen_amount!: Hundredths", coalesce(a.amount, 0) as "adjustments!: Hundredths",
                  coalesce(contracts, 0) as "contracts!"
             from days d full join statements s using (region_id) full join adjustments a using (region_id)
             full join supplied using (region_id)
            order by 1"#,
        first_day(month) as DayDate,
        from as DayDate,
        to as DayDate
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().map(RegionMonth::from).collect())
}

/// How far settlement is, and what a new installation still lacks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Raised with every change of a settled number or statement.
    pub revision: i64,
    pub settled_at: Option<DateTime<Utc>>,
    /// Commits of the log that are not settled yet.
    pub commits_behind: i64,
    /// Days to be settled again because a tariff, contract, decision or rule changed.
    pub requests: i64,
    pub has_tariffs: bool,
    pub has_contracts: bool,
    /// Month of the newest settled day, and of the oldest.
    pub newest: Option<Month>,
    pub oldest: Option<Month>,
}

pub async fn progress(pool: &ReadPool) -> Result<Progress, ReadError> {
    let row = sqlx::query!(
        r#"select s.revision, s.settled_at, greatest(p.commit_no - s.commit_no, 0) as "commits_behind!",
                  (select count(*) from settlement_requests) as "requests!",
                  exists (select from tariff_plans where removed_at is null) as "has_tariffs!",
                  exists (select from contracts where removed_at is null) as "has_contracts!",
                  (select statement_month from settlements_day order by day_start desc limit 1) as "newest?: DayDate",
                  (select statement_month from settlements_day order by day_start limit 1) as "oldest?: DayDate"
             from settlement_progress s join progress p on p.id = 1 where s.id = 1"#
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(Progress {
        revision: row.revision,
        settled_at: row.settled_at,
        commits_behind: row.commits_behind,
        requests: row.requests,
        has_tariffs: row.has_tariffs,
        has_contracts: row.has_contracts,
        newest: row.newest.map(|day| month_of(day.0)),
        oldest: row.oldest.map(|day| month_of(day.0)),
    })
}

/// A run as its page and the overview tell it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub run_id: i64,
    pub month: Month,
    pub regions: Option<Vec<RegionId>>,
    pub contracts: Option<Vec<i64>>,
    pub tenant_id: Option<TenantId>,
    /// `waiting`, `running`, `done`, `cancelled`, `failed`
    pub state: String,
    pub total: i64,
    pub done: i64,
    pub faults: i64,
    /// Empty to whoever does not see all regions of the run: it may name what is in others.
    pub problem: Option<String>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Run {
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "waiting" | "running")
    }
}

fn sees_all(scope: &Scope, regions: Option<&[RegionId]>) -> bool {
    scope.is_whole() || regions.is_some_and(|regions| regions.iter().all(|region| scope.sees(*region)))
}

/// The newest runs: of a month, or the one with this number.
pub async fn runs(pool: &ReadPool, month: Option<Month>, run_id: Option<i64>, limit: i64) -> Result<Vec<Run>, ReadError> {
    let rows = sqlx::query!(
        r#"select run_id, statement_month as "month: DayDate", regions, contracts, tenant_id, state, total_count, done_count,
                  fault_count, problem, made_by, made_at, started_at, finished_at
             from settlement_runs
            where ($1::date is null or statement_month = $1) and ($2::bigint is null or run_id = $2)
            order by run_id desc limit $3"#,
        month.map(first_day) as Option<DayDate>,
        run_id,
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    let told = |problem: String, regions: Option<&[RegionId]>| {
        if sees_all(pool.scope(), regions) { problem } else { String::new() }
    };
    let run = rows.into_iter().map(|row| Run {
        problem: row.problem.map(|problem| told(problem, row.regions.as_deref())),
        run_id: row.run_id,
        month: month_of(row.month.0),
        regions: row.regions,
        contracts: row.contracts,
        tenant_id: row.tenant_id,
        state: row.state,
        total: row.total_count,
        done: row.done_count,
        faults: row.fault_count,
        made_by: row.made_by,
        made_at: row.made_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
    });
    Ok(run.collect())
}
