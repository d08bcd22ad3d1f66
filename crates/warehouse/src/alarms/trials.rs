//! Rules run over stored numbers: what was asked, where it stands, what came out. A trial changes no alarm.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use domain::access::{Scope, TenantId};
use domain::alarms::check::{Facts, check};
use domain::alarms::{Clock, Fault, RuleDefinition, RuleId, Subject};
use domain::{Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::types::Json;

use super::rules::{Maker, RuleError, check_reach};
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, Granter, bounded};

/// Where it is told that a trial waits.
pub const CHANNEL: &str = "loadline_alarm_trials";
/// Trials that wait at the same time; they run one after the other.
pub const MOST_WAITING: i64 = 20;
/// Results are kept this long.
const KEPT: TimeDelta = TimeDelta::days(90);
const MOST_LISTED: i64 = 20;
const MOST_MAKER_CHARS: usize = 128;
const MOST_PROBLEM_CHARS: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrialState {
    Waiting,
    Running,
    Done,
    Failed,
}

impl TrialState {
    fn of(code: &str) -> Self {
        match code {
            "waiting" => Self::Waiting,
            "running" => Self::Running,
            "done" => Self::Done,
            _ => Self::Failed,
        }
    }
}

/// Longest periods: of rules that look at every window, and of those that look at closed periods alone.
pub const MOST_WINDOW_DAYS: i64 = 7;
pub const MOST_PERIOD_DAYS: i64 = 92;
/// Regions of one trial.
pub const MOST_REGIONS: usize = 100;

/// Why a rule cannot be tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrialFault {
    /// What it looks at is not stored over time.
    NotStored,
    /// Ends before it begins, or is longer than may be.
    Period,
}

/// What a trial found, one side for each version.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TrialResult {
    /// End of what was tried: of the period, or of the closed windows when they end before it.
    pub until: LocalMs,
    pub regions: i64,
    /// Regions that the rule covers; more than were tried when they are too many.
    pub all_regions: i64,
    pub sides: Vec<Side>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Side {
    pub fired: i64,
    /// Of these, how many the other version has too, at the same time for the same subject.
    pub shared: i64,
    pub active_ms: i64,
    pub days: Vec<(NaiveDate, i64)>,
    /// The first ones, in order of time.
    pub alarms: Vec<TriedAlarm>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TriedAlarm {
    pub subject: Subject,
    pub from: LocalMs,
    /// None: still active at the end of the period.
    pub to: Option<LocalMs>,
    pub active_ms: i64,
    /// The farthest value beyond the threshold.
    pub peak: Option<Fixed2>,
    pub threshold: Option<Fixed2>,
    pub is_shared: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct NewTrial {
    pub rule_id: Option<RuleId>,
    pub definition: RuleDefinition,
    /// Another version to compare with.
    pub other: Option<RuleDefinition>,
    /// What the one and the other are called.
    pub labels: Vec<String>,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Trial {
    pub trial_id: i64,
    pub rule_id: Option<RuleId>,
    pub tenant_id: Option<TenantId>,
    /// Regions that its author saw; none: all.
    pub seen_regions: Option<Vec<RegionId>>,
    pub definition: RuleDefinition,
    pub other: Option<RuleDefinition>,
    pub labels: Vec<String>,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
    pub state: TrialState,
    pub result: Option<Value>,
    pub problem: Option<String>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Trial {
    /// A result counts alarms of the author's regions: it is for those who see them all.
    fn is_seen_by(&self, tenant_id: Option<TenantId>, scope: &Scope) -> bool {
        let is_own = tenant_id.is_none() || self.tenant_id == tenant_id;
        is_own
            && match &self.seen_regions {
                None => scope.is_whole(),
                Some(regions) => regions.iter().all(|region| scope.sees(*region)),
            }
    }
}

pub async fn add(pool: &AccessPool, maker: Maker<'_>, new: &NewTrial) -> Result<i64, RuleError> {
    for definition in std::iter::once(&new.definition).chain(&new.other) {
        let faults = faults(definition, maker.facts);
        if !faults.is_empty() {
            return Err(RuleError::Faults(faults));
        }
        check_reach(&own(maker.granter), definition, maker.granter.tenant_id)?;
        check_period(definition, new.to - new.from)?;
    }
    let seen: Option<Vec<RegionId>> = match &maker.granter.scope {
        Scope::Whole => None,
        Scope::Regions(regions) => Some(regions.to_vec()),
    };
    let mut tx = pool.pool().begin().await?;
    let waiting = sqlx::query_scalar!(r#"select count(*) as "trials!" from alarm_trials where state = 'waiting'"#);
    if waiting.fetch_one(&mut *tx).await? >= MOST_WAITING {
        return Err(RuleError::Busy);
    }
    sqlx::query!("delete from alarm_trials where finished_at < now() - make_interval(secs => $1)", KEPT.num_seconds() as f64)
        .execute(&mut *tx)
        .await?;
    let trial_id = sqlx::query_scalar!(
        "insert into alarm_trials (rule_id, tenant_id, seen_regions, definition, other_definition, labels, from_at, to_at, state, made_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9) returning trial_id",
        new.rule_id,
        maker.granter.tenant_id,
        seen.as_deref(),
        Json(&new.definition) as _,
        new.other.as_ref().map(Json) as _,
        &new.labels,
        new.from,
        new.to,
        bounded(&maker.author.name, MOST_MAKER_CHARS),
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, trial_id.to_string()).fetch_one(&mut *tx).await?;
    note(&mut tx, maker.author, trial_id, new).await?;
    tx.commit().await?;
    Ok(trial_id)
}

/// What is judged on the wall clock leaves no trace to be tried over.
fn check_period(definition: &RuleDefinition, period: TimeDelta) -> Result<(), RuleError> {
    let clocks = || definition.conditions.iter().map(|condition| condition.metric.clock());
    if clocks().any(|clock| clock == Clock::Wall) {
        return Err(RuleError::Trial(TrialFault::NotStored));
    }
    let is_of_periods = clocks().all(|clock| matches!(clock, Clock::Period(_)));
    let most = TimeDelta::days(if is_of_periods { MOST_PERIOD_DAYS } else { MOST_WINDOW_DAYS });
    if period <= TimeDelta::zero() || period > most {
        return Err(RuleError::Trial(TrialFault::Period));
    }
    Ok(())
}

async fn note(tx: &mut sqlx::PgConnection, author: &Author, trial_id: i64, new: &NewTrial) -> Result<(), AccessError> {
    let after = json!({ "rule": new.rule_id, "from": new.from, "to": new.to });
    write(tx, author, Deed::new("rule.try", "trial", trial_id).becomes(after)).await.map(drop)
}

/// Rules without a name, or past their review, can be tried all the same.
pub fn faults(definition: &RuleDefinition, facts: &Facts) -> Vec<Fault> {
    let facts = Facts { may_be_enabled: false, ..facts.clone() };
    let mut faults = check(definition, &facts);
    faults.retain(|fault| !matches!(fault, Fault::NameMissing | Fault::ReviewInThePast));
    faults
}

/// Somebody with some regions may try a rule for all: the trial looks at his own alone.
fn own(granter: &Granter) -> Granter {
    Granter { all_regions: true, ..granter.clone() }
}

pub async fn one(pool: &AccessPool, trial_id: i64, tenant_id: Option<TenantId>, scope: &Scope) -> Result<Trial, RuleError> {
    let found = select(pool.pool(), Some(trial_id), None).await?.pop();
    Ok(found.filter(|trial| trial.is_seen_by(tenant_id, scope)).ok_or(AccessError::NotFound)?)
}

/// The newest trials of a rule, as somebody may see them.
pub async fn of_rule(
    pool: &AccessPool,
    rule_id: RuleId,
    tenant_id: Option<TenantId>,
    scope: &Scope,
) -> Result<Vec<Trial>, RuleError> {
    let mut trials = select(pool.pool(), None, Some(rule_id)).await?;
    trials.retain(|trial| trial.is_seen_by(tenant_id, scope));
    Ok(trials)
}

async fn select(pool: &PgPool, trial_id: Option<i64>, rule_id: Option<RuleId>) -> Result<Vec<Trial>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select trial_id, rule_id, tenant_id, seen_regions, definition as "definition: Json<RuleDefinition>",
                  other_definition as "other: Json<RuleDefinition>", labels, from_at, to_at, state, result, problem,
                  made_by, made_at, finished_at
             from alarm_trials
            where ($1::bigint is null or trial_id = $1) and ($2::bigint is null or rule_id = $2)
            order by trial_id desc limit $3"#,
        trial_id,
        rule_id,
        MOST_LISTED
    )
    .fetch_all(pool)
    .await?;
    let trials = rows.into_iter().map(|row| Trial {
        trial_id: row.trial_id,
        rule_id: row.rule_id,
        tenant_id: row.tenant_id,
        seen_regions: row.seen_regions,
        definition: row.definition.0,
        other: row.other.map(|other| other.0),
        labels: row.labels,
        from: row.from_at,
        to: row.to_at,
        state: TrialState::of(&row.state),
        result: row.result,
        problem: row.problem,
        made_by: row.made_by,
        made_at: row.made_at,
        finished_at: row.finished_at,
    });
    Ok(trials.collect())
}

/// What a killed server left running waits again.
pub async fn take_up_again(pool: &PgPool) -> Result<u64, sqlx::Error> {
    let left = sqlx::query!("update alarm_trials set state = 'waiting' where state = 'running'").execute(pool).await?;
    Ok(left.rows_affected())
}

/// The oldest that waits, marked as running.
pub async fn claim(pool: &PgPool) -> Result<Option<Trial>, sqlx::Error> {
    let claimed = sqlx::query_scalar!(
        "update alarm_trials set state = 'running'
          where trial_id = (select trial_id from alarm_trials where state = 'waiting' order by trial_id limit 1
                               for update skip locked)
        returning trial_id"
    )
    .fetch_optional(pool)
    .await?;
    match claimed {
        Some(trial_id) => Ok(select(pool, Some(trial_id), None).await?.pop()),
        None => Ok(None),
    }
}

pub async fn finish(pool: &PgPool, trial_id: i64, outcome: Result<Value, String>) -> Result<(), sqlx::Error> {
    let (state, result, problem) = match outcome {
        Ok(result) => ("done", Some(result), None),
        Err(problem) => ("failed", None, Some(bounded(&problem, MOST_PROBLEM_CHARS))),
    };
    sqlx::query!(
        "update alarm_trials set state = $2, result = $3, problem = $4, finished_at = now() where trial_id = $1",
        trial_id,
        state,
        result,
        problem
    )
    .execute(pool)
    .await?;
    Ok(())
}
