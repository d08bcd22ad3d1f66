//! What the figures of an alarm desk are made of: its annunciations with what became of them, and what stood at the end.

use chrono::{DateTime, Utc};
use domain::RegionId;
use domain::alarms::Severity;
use domain::alarms::performance::{Annunciation, LEAD_IN_MS, Standing};
use domain::alarms::point::AlarmId;

use crate::read::{ReadError, ReadPool};

/// More are not looked at: the period is too long for its figures.
pub const MOST_ANNUNCIATIONS: i64 = 100_000;
const MOST_STANDING: i64 = 20_000;
const MOST_NAMES: i64 = 500;

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PerformanceRows {
    /// From [`LEAD_IN_MS`] before the period on.
    pub annunciations: Vec<Annunciation>,
    pub standing: Vec<Standing>,
    /// There were more than [`MOST_ANNUNCIATIONS`].
    pub is_cut: bool,
}

/// An alarm in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmName {
    pub alarm_id: AlarmId,
    pub name_zh: String,
    pub name_en: String,
    pub severity: i16,
    pub subject_kind: String,
    pub subject_id: i64,
    pub region_id: Option<RegionId>,
    pub state: String,
}

/// Of the regions (none: all that the viewer sees), from a moment to another.
pub async fn rows(
    pool: &ReadPool,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    regions: Option<&[RegionId]>,
) -> Result<PerformanceRows, ReadError> {
    let annunciations = annunciations(pool, from - chrono::TimeDelta::milliseconds(LEAD_IN_MS), to, regions).await?;
    let is_cut = i64::try_from(annunciations.len()).unwrap_or(i64::MAX) > MOST_ANNUNCIATIONS;
    let standing = if is_cut { Vec::new() } else { standing(pool, to, regions).await? };
    Ok(PerformanceRows { annunciations, standing, is_cut })
}

/// An acknowledgement after another annunciation of the same alarm belongs to that one.
async fn annunciations(
    pool: &ReadPool,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    regions: Option<&[RegionId]>,
) -> Result<Vec<Annunciation>, ReadError> {
    let rows = sqlx::query!(
        r#"select t.alarm_id, t.severity, t.at,
                  (select case when n.event = 'acknowledged' then n.at end
                     from alarm_transitions n
                    where n.alarm_id = t.alarm_id and n.transition_id > t.transition_id
                      and (n.event = 'acknowledged' or n.is_annunciated)
                    order by n.transition_id limit 1) as acknowledged_at,
                  (select n.at
                     from alarm_transitions n
                    where n.alarm_id = t.alarm_id and n.transition_id > t.transition_id
                      and (n.event = 'returned' or n.to_state in ('NORM', 'RTNUN', 'LTUNK', 'LTACK'))
                      and (not n.is_retrospective or n.from_state <> n.to_state)
                    order by n.transition_id limit 1) as ended_at
             from alarm_transitions t
            where t.is_annunciated and not t.is_retrospective and t.at >= $1 and t.at < $2
              and ($3::int[] is null or t.region_id = any($3))
            order by t.at, t.transition_id limit $4"#,
        from,
        to,
        regions,
        MOST_ANNUNCIATIONS + 1
    )
    .fetch_all(&pool.0)
    .await?;
    let found = rows.into_iter().map(|row| Annunciation {
        at_ms: row.at.timestamp_millis(),
        alarm_id: row.alarm_id,
        severity: Severity::from_rank(row.severity).unwrap_or(Severity::Low),
        acknowledged_ms: row.acknowledged_at.map(|at| at.timestamp_millis()),
        ended_ms: row.ended_at.map(|at| at.timestamp_millis()),
    });
    Ok(found.collect())
}

/// Alarms that had been annunciated before the moment and not returned since: the first annunciation after the last return.
async fn standing(pool: &ReadPool, at: DateTime<Utc>, regions: Option<&[RegionId]>) -> Result<Vec<Standing>, ReadError> {
    let rows = sqlx::query!(
        r#"select a.alarm_id as "alarm_id!", since.at as "since!"
             from alarms a
             cross join lateral (
                 select coalesce((
                     select n.transition_id
                       from alarm_transitions n
                      where n.alarm_id = a.alarm_id and n.at < $1
                        and (n.event = 'returned' or n.to_state in ('NORM', 'RTNUN', 'LTUNK', 'LTACK'))
                        and (not n.is_retrospective or n.from_state <> n.to_state)
                      order by n.transition_id desc limit 1), 0) as transition_id
             ) ended
             cross join lateral (
                 select n.at
                   from alarm_transitions n
                  where n.alarm_id = a.alarm_id and n.transition_id > ended.transition_id and n.at < $1
                    and n.is_annunciated and not n.is_retrospective
                  order by n.transition_id limit 1
             ) since
            where ($2::int[] is null or a.region_id = any($2))
            order by since.at, a.alarm_id limit $3"#,
        at,
        regions,
        MOST_STANDING
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().map(|row| Standing { alarm_id: row.alarm_id, since_ms: row.since.timestamp_millis() }).collect())
}

/// Those that the viewer sees.
pub async fn names(pool: &ReadPool, alarms: &[AlarmId]) -> Result<Vec<AlarmName>, ReadError> {
    let found = sqlx::query_as!(
        AlarmName,
        r#"select a.alarm_id, coalesce(v.definition ->> 'name_zh', '') as "name_zh!",
                  coalesce(v.definition ->> 'name_en', '') as "name_en!", a.severity, a.subject_kind, a.subject_id, a.region_id,
                  a.state
             from alarms a
             left join alarm_rule_versions v on v.rule_id = a.rule_id and v.version = a.rule_version
            where a.alarm_id = any($1) limit $2"#,
        alarms,
        MOST_NAMES
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(found)
}
