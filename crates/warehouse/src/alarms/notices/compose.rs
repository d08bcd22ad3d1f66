//! Notices that are ready, taken together into one message.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::alarms::notices::NoticeKind;
use domain::alarms::point::AlarmId;
use domain::alarms::{Event, RuleDefinition, Severity, State};
use domain::{LocalMs, RegionId};
use rust_decimal::Decimal;
use sqlx::{PgPool, Postgres, Transaction};

use super::channels::{Receiver, receiver};
use super::decisions::{kind, severity};
use crate::WarehouseError;

/// Notices of one message; what is more goes into the next.
pub const MOST_NOTICES: i64 = 10_000;
/// Alarms that a message tells of one by one.
pub const MOST_LINES: i64 = 20;
/// Regions that are counted by name.
const MOST_REGIONS: i64 = 20;

/// One alarm as a message tells of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub alarm_id: AlarmId,
    pub kind: NoticeKind,
    pub severity: Severity,
    pub event: Event,
    pub state: State,
    pub subject_kind: String,
    pub subject_id: i64,
    /// None for the installation as a whole.
    pub region_id: Option<RegionId>,
    pub region_name: Option<String>,
    pub rule: RuleDefinition,
    /// Bit per condition of the rule: which of them hold.
    pub holds: i32,
    pub value: Option<Decimal>,
    pub threshold: Option<Decimal>,
    /// When the event happened, on the wall clock.
    pub at: DateTime<Utc>,
    /// Event time at which the alarm became true.
    pub started_at: Option<LocalMs>,
}

/// Notices of one receiver, held by a transaction until they are put into a message.
pub struct Taken {
    tx: Transaction<'static, Postgres>,
    notices: Vec<i64>,
    pub receiver: Receiver,
    /// Worst first, then oldest.
    pub lines: Vec<Line>,
    pub by_severity: Vec<(Severity, i64)>,
    /// Most first.
    pub by_region: Vec<(Option<RegionId>, Option<String>, i64)>,
}

impl Taken {
    /// Notices in all.
    pub fn count(&self) -> i64 {
        i64::try_from(self.notices.len()).unwrap_or(i64::MAX)
    }

    /// Makes one message of them.
    pub async fn put(mut self, subject: &str, body: &str, now: DateTime<Utc>) -> Result<i64, WarehouseError> {
        let message_id = sqlx::query_scalar!(
            "insert into alarm_messages (channel_id, status, notice_count, created_at, next_attempt_at, subject, body)
             values ($1, 'pending', $2, $3, $3, $4, $5) returning message_id",
            self.receiver.channel_id,
            i32::try_from(self.notices.len()).unwrap_or(i32::MAX),
            now,
            subject,
            body
        )
        .fetch_one(&mut *self.tx)
        .await?;
        sqlx::query!(
            "update alarm_notices set status = 'composed', message_id = $2 where notice_id = any($1)",
            &self.notices,
            message_id
        )
        .execute(&mut *self.tx)
        .await?;
        self.tx.commit().await.map_err(WarehouseError::AnswerLost)?;
        Ok(message_id)
    }
}

/// Takes everything that is ready for a receiver, once something of it is due.
pub async fn take(
    pool: &PgPool,
    channel_id: i32,
    now: DateTime<Utc>,
    local_now: NaiveDateTime,
) -> Result<Option<Taken>, WarehouseError> {
    let mut tx = pool.begin().await?;
    let Some(receiver) = receiver(&mut tx, channel_id, false).await? else { return Ok(None) };
    let notices = sqlx::query_scalar!(
        "select notice_id from alarm_notices
          where channel_id = $1 and status = 'ready'
            and exists(select from alarm_notices d where d.channel_id = $1 and d.status = 'ready' and d.due_at <= $2)
          order by notice_id limit $3 for update skip locked",
        channel_id,
        now,
        MOST_NOTICES
    )
    .fetch_all(&mut *tx)
    .await?;
    if notices.is_empty() {
        return Ok(None);
    }
    let lines = lines(&mut tx, &notices, local_now).await?;
    let by_severity = by_severity(&mut tx, &notices).await?;
    let by_region = by_region(&mut tx, &notices, local_now).await?;
    Ok(Some(Taken { tx, notices, receiver, lines, by_severity, by_region }))
}

async fn lines(
    tx: &mut Transaction<'static, Postgres>,
    notices: &[i64],
    local_now: NaiveDateTime,
) -> Result<Vec<Line>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select n.alarm_id, n.kind, t.severity, t.event, t.to_state, a.subject_kind, a.subject_id, n.region_id,
                  r.region_name as "region_name?", v.definition, a.holds, t.value, t.threshold, t.at, a.started_at
             from alarm_notices n
             join alarm_transitions t using (transition_id)
             join alarms a on a.alarm_id = n.alarm_id
             join alarm_rule_versions v on v.rule_id = a.rule_id and v.version = a.rule_version
             left join lateral (select p.region_name from ods_region_profile p
                                 where p.region_id = n.region_id and p.valid_from <= $2
                                 order by p.valid_from desc limit 1) r on true
            where n.notice_id = any($1)
            order by t.severity, t.transition_id, n.notice_id limit $3"#,
        notices,
        local_now,
        MOST_LINES
    )
    .fetch_all(&mut **tx)
    .await?;
    // one that is not understood is counted without being named: it holds up no message
    let read = rows.into_iter().filter_map(|row| {
        let Ok(rule) = serde_json::from_value::<RuleDefinition>(row.definition) else {
            tracing::warn!(alarm_id = row.alarm_id, "the rule of an alarm cannot be read; its message goes out without it");
            return None;
        };
        let (event, state) = (Event::from_code(&row.event)?, State::from_code(&row.to_state)?);
        let (kind, severity) = (kind(&row.kind).ok()?, severity(row.severity).ok()?);
        Some(Line {
            alarm_id: row.alarm_id,
            kind,
            severity,
            event,
            state,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            region_id: row.region_id,
            region_name: row.region_name,
            rule,
            holds: row.holds,
            value: row.value,
            threshold: row.threshold,
            at: row.at,
            started_at: row.started_at.map(LocalMs::from_naive),
        })
    });
    Ok(read.collect())
}

async fn by_severity(tx: &mut Transaction<'static, Postgres>, notices: &[i64]) -> Result<Vec<(Severity, i64)>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select t.severity, count(*) as "count!" from alarm_notices n join alarm_transitions t using (transition_id)
            where n.notice_id = any($1) group by t.severity order by t.severity"#,
        notices
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok((severity(row.severity)?, row.count))).collect()
}

async fn by_region(
    tx: &mut Transaction<'static, Postgres>,
    notices: &[i64],
    local_now: NaiveDateTime,
) -> Result<Vec<(Option<RegionId>, Option<String>, i64)>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select c.region_id as "region_id?", c.count as "count!", r.region_name as "region_name?"
             from (select region_id, count(*) from alarm_notices where notice_id = any($1)
                    group by region_id order by count(*) desc, region_id limit $3) c
             left join lateral (select p.region_name from ods_region_profile p
                                 where p.region_id = c.region_id and p.valid_from <= $2
                                 order by p.valid_from desc limit 1) r on true
            order by c.count desc, c.region_id"#,
        notices,
        local_now,
        MOST_REGIONS
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.region_id, row.region_name, row.count)).collect())
}
