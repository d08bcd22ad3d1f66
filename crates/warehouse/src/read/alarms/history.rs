//! What happened to an alarm, and what happened to all of them, the newest first.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::alarms::point::AlarmId;
use domain::alarms::{Event, Person, RuleId, Severity, State};
use domain::{Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// Most entries of one page, whoever asks.
pub const MOST_ENTRIES: i64 = 500;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub transition_id: i64,
    pub alarm_id: AlarmId,
    pub rule_id: RuleId,
    pub region_id: Option<RegionId>,
    pub event: Event,
    pub from: State,
    pub to: State,
    pub severity: Severity,
    /// UTC milliseconds on the wall clock.
    pub at_ms: i64,
    pub event_time: Option<LocalMs>,
    pub occurrence: i64,
    pub value: Option<Fixed2>,
    pub threshold: Option<Fixed2>,
    pub is_annunciated: bool,
    pub is_retrospective: bool,
    pub actor: Option<Person>,
    /// In a person's words, or a fixed code of the program.
    pub reason: Option<String>,
    pub revision: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HistoryFilter {
    /// Entries older than this one.
    pub before: Option<i64>,
    /// Only what would have happened in the past.
    pub only_retrospective: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// With this filter, on all pages.
    pub total: i64,
    pub retrospective: i64,
    pub entries: Vec<Entry>,
}

pub(super) struct Row {
    pub transition_id: i64,
    pub alarm_id: i64,
    pub rule_id: i64,
    pub region_id: Option<RegionId>,
    pub event: String,
    pub from_state: String,
    pub to_state: String,
    pub severity: i16,
    pub at: DateTime<Utc>,
    pub event_time: Option<NaiveDateTime>,
    pub occurrence: i64,
    pub value_hundredths: Option<i64>,
    pub threshold_hundredths: Option<i64>,
    pub is_annunciated: bool,
    pub is_retrospective: bool,
    pub actor: Option<String>,
    pub actor_id: Option<i64>,
    pub reason: Option<String>,
    pub revision: i64,
}

impl Row {
    /// None for an entry of a newer version that this program does not understand.
    pub fn into_entry(self) -> Option<Entry> {
        Some(Entry {
            transition_id: self.transition_id,
            alarm_id: self.alarm_id,
            rule_id: self.rule_id,
            region_id: self.region_id,
            event: Event::from_code(&self.event)?,
            from: State::from_code(&self.from_state)?,
            to: State::from_code(&self.to_state)?,
            severity: Severity::from_rank(self.severity)?,
            at_ms: self.at.timestamp_millis(),
            event_time: self.event_time.map(LocalMs::from_naive),
            occurrence: self.occurrence,
            value: self.value_hundredths.map(Fixed2),
            threshold: self.threshold_hundredths.map(Fixed2),
            is_annunciated: self.is_annunciated,
            is_retrospective: self.is_retrospective,
            actor: self.actor.map(|name| Person { account_id: self.actor_id, name }),
            reason: self.reason,
            revision: self.revision,
        })
    }
}

pub async fn history(pool: &ReadPool, alarm_id: AlarmId, filter: HistoryFilter, limit: i64) -> Result<History, ReadError> {
    let totals = sqlx::query!(
        r#"select count(*) as "every!", count(*) filter (where is_retrospective) as "retrospective!"
             from alarm_transitions where alarm_id = $1"#,
        alarm_id
    )
    .fetch_one(&pool.0)
    .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select transition_id, alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time, occurrence,
                  (value * 100)::bigint as value_hundredths, (threshold * 100)::bigint as threshold_hundredths, is_annunciated,
                  is_retrospective, actor, actor_id, reason, revision
             from alarm_transitions
            where alarm_id = $1 and transition_id < coalesce($2::bigint, 9223372036854775807)
              and (not $3::boolean or is_retrospective)
            order by transition_id desc limit $4"#,
        alarm_id,
        filter.before,
        filter.only_retrospective,
        limit.clamp(0, MOST_ENTRIES)
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(History {
        total: if filter.only_retrospective { totals.retrospective } else { totals.every },
        retrospective: totals.retrospective,
        entries: rows.into_iter().filter_map(Row::into_entry).collect(),
    })
}

/// The newest entry of each alarm: who acted first, when two acted.
pub async fn newest_entries(pool: &ReadPool, alarm_ids: &[AlarmId]) -> Result<Vec<Entry>, ReadError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select t.transition_id, t.alarm_id, t.rule_id, t.region_id, t.event, t.from_state, t.to_state, t.severity, t.at,
                  t.event_time, t.occurrence, (t.value * 100)::bigint as value_hundredths,
                  (t.threshold * 100)::bigint as threshold_hundredths, t.is_annunciated, t.is_retrospective, t.actor, t.actor_id,
                  t.reason, t.revision
             from unnest($1::bigint[]) wanted (alarm_id)
            cross join lateral (select * from alarm_transitions n where n.alarm_id = wanted.alarm_id
                                 order by transition_id desc limit 1) t"#,
        alarm_ids
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().filter_map(Row::into_entry).collect())
}
