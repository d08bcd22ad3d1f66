//! What a hand-over is about: the alarms of a desk that are open or set aside, as they are at one moment.

use chrono::{DateTime, NaiveDate, Utc};
use domain::RegionId;
use domain::access::Scope;
use domain::alarms::{Condition, RuleDefinition};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

use super::{Desk, Shift, ShiftError};
use crate::access::AccessPool;

/// More are counted and not listed.
pub const MOST_KEPT: i64 = 2_000;

/// One alarm as it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kept {
    pub alarm_id: i64,
    pub name_zh: String,
    pub name_en: String,
    pub subject_kind: String,
    pub subject_id: i64,
    pub region_id: Option<RegionId>,
    pub region_name: Option<String>,
    /// 1 is the worst.
    pub severity: i16,
    pub state: String,
    pub state_since: DateTime<Utc>,
    pub is_active: bool,
    pub annunciated_at: Option<DateTime<Utc>>,
    pub value: Option<Decimal>,
    pub threshold: Option<Decimal>,
    /// What the value was judged by; not kept by the first hand-overs.
    #[serde(default)]
    pub condition: Option<Condition>,
    pub acknowledged_by: Option<String>,
    pub assignee: Option<String>,
    pub shelved_until: Option<DateTime<Utc>>,
    pub set_aside_reason: Option<String>,
    pub set_aside_by: Option<String>,
    pub review_on: Option<NaiveDate>,
}

/// A shift as it stood in the calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Turn {
    pub name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub people: Vec<String>,
}

/// Kept with the hand-over from its first signature on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    pub taken_at: DateTime<Utc>,
    pub desk: String,
    pub from: Option<Turn>,
    pub to: Option<Turn>,
    pub alarms: Vec<Kept>,
    /// Alarms beyond [`MOST_KEPT`].
    pub left_out: i64,
}

impl From<Shift> for Turn {
    fn from(shift: Shift) -> Self {
        Self { name: shift.name, starts_at: shift.starts_at, ends_at: shift.ends_at, people: shift.people }
    }
}

/// The alarms of a desk at this moment, as a signature would keep them; the second number counts those left out.
pub async fn current(pool: &AccessPool, desk: &Desk) -> Result<(Vec<Kept>, i64), ShiftError> {
    alarms(&mut *pool.pool().acquire().await?, &desk.scope).await
}

/// In one statement, so that nothing changes in between. Open ones first, the worst and newest on top.
pub(super) async fn alarms(db: &mut PgConnection, scope: &Scope) -> Result<(Vec<Kept>, i64), ShiftError> {
    let regions = match scope {
        Scope::Whole => None,
        Scope::Regions(regions) => Some(regions.to_vec()),
    };
    let rows = sqlx::query!(
        r#"select a.alarm_id, coalesce(v.definition ->> 'name_zh', '') as "name_zh!",
                  coalesce(v.definition ->> 'name_en', '') as "name_en!", v.definition as "definition?", a.subject_kind, a.subject_id, a.region_id,
                  (select p.region_name from ods_region_profile p where p.region_id = a.region_id
                    order by p.valid_from desc limit 1) as "region_name?",
                  a.severity, a.state, a.state_since, a.is_active, a.annunciated_at, a.value, a.threshold, a.acknowledged_by,
                  a.assignee, a.shelved_until, a.set_aside_reason, a.set_aside_by, a.review_on, count(*) over () as "total!"
             from alarms a
             left join alarm_rule_versions v on v.rule_id = a.rule_id and v.version = a.rule_version
            where a.state <> 'NORM' and ($1::int[] is null or a.region_id = any($1))
            order by a.state in ('SHLVD', 'DSUPR', 'OOSRV'), a.severity, a.annunciated_at desc nulls last, a.alarm_id
            limit $2"#,
        regions.as_deref(),
        MOST_KEPT
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let kept: Vec<_> = rows
        .into_iter()
        .map(|row| Kept {
            alarm_id: row.alarm_id,
            name_zh: row.name_zh,
            name_en: row.name_en,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            region_id: row.region_id,
            region_name: row.region_name,
            severity: row.severity,
            state: row.state,
            state_since: row.state_since,
            is_active: row.is_active,
            annunciated_at: row.annunciated_at,
            value: row.value,
            threshold: row.threshold,
            condition: judged_by(row.definition, row.region_id, row.threshold),
            acknowledged_by: row.acknowledged_by,
            assignee: row.assignee,
            shelved_until: row.shelved_until,
            set_aside_reason: row.set_aside_reason,
            set_aside_by: row.set_aside_by,
            review_on: row.review_on,
        })
        .collect();
    let left_out = total - i64::try_from(kept.len()).unwrap_or(total);
    Ok((kept, left_out))
}

/// The condition of the rule that has this limit.
fn judged_by(definition: Option<Value>, region: Option<RegionId>, threshold: Option<Decimal>) -> Option<Condition> {
    let rule: RuleDefinition = serde_json::from_value(definition?).ok()?;
    let has_limit = |at: &usize| rule.threshold(*at, region).is_some_and(|limit| Some(Decimal::new(limit.0, 2)) == threshold);
    let at = (0..rule.conditions.len()).find(has_limit)?;
    rule.conditions.get(at).cloned()
}
