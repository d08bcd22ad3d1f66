//! What was decided and delivered, as pages show it.

use chrono::{DateTime, Utc};
use domain::RegionId;
use domain::access::TenantId;
use domain::alarms::notices::NoticeKind;
use domain::alarms::point::AlarmId;
use domain::alarms::{RuleDefinition, Severity};
use serde_json::{Value, json};

use super::channels::finish;
use crate::access::record::Deed;
use crate::access::{AccessError, AccessPool, Author, Granter};
use crate::read::{ReadError, ReadPool};

/// Lines of one page of the log.
pub const MOST_LINES: i64 = 100;
/// Messages listed as undelivered.
pub const MOST_DEAD: i64 = 100;

/// Which decisions are shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogFilter {
    pub alarm_id: Option<AlarmId>,
    pub channel_id: Option<i32>,
    pub route_id: Option<i32>,
    /// `sent`, `open`, `dead` or `skipped`.
    pub outcome: Option<String>,
    /// Only decisions with smaller numbers.
    pub before: Option<i64>,
    pub most: i64,
}

/// A decision with what became of its message.
#[derive(Clone, PartialEq, Debug)]
pub struct LogLine {
    pub notice_id: i64,
    pub alarm_id: AlarmId,
    pub rule: Option<RuleDefinition>,
    pub severity: Severity,
    pub region_id: Option<RegionId>,
    pub kind: NoticeKind,
    pub step_no: i32,
    pub route_name: String,
    pub channel_name: String,
    pub decided_at: DateTime<Utc>,
    /// waiting, ready, composed, skipped
    pub status: String,
    pub due_at: DateTime<Utc>,
    pub reason: Option<String>,
    pub reason_until: Option<DateTime<Utc>>,
    pub reason_detail: Option<String>,
    pub message: Option<MessageState>,
}

/// Where a message stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageState {
    pub message_id: i64,
    /// pending, sending, sent, dead
    pub status: String,
    pub attempts: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

/// A message that was not delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadMessage {
    pub message_id: i64,
    pub channel_id: i32,
    pub channel_name: String,
    pub notice_count: i32,
    pub created_at: DateTime<Utc>,
    pub attempts: i32,
    pub finished_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

/// Decisions about alarms of the viewer's regions, newest first.
pub async fn list(pool: &ReadPool, filter: &LogFilter) -> Result<Vec<LogLine>, ReadError> {
    let rows = sqlx::query!(
        r#"select n.notice_id, n.alarm_id, v.definition as "definition?", t.severity as "severity?", n.region_id, n.kind, n.step_no,
                  r.name as route_name, c.name as channel_name, n.decided_at, n.status, n.due_at, n.reason, n.reason_until,
                  n.reason_detail, m.message_id as "message_id?", m.status as "message_status?", m.attempts as "attempts?",
                  m.next_attempt_at, m.finished_at, m.outcome
             from alarm_notices n
             join alarm_routes r using (route_id)
             join alarm_channels c using (channel_id)
             left join alarms a on a.alarm_id = n.alarm_id
             left join alarm_rule_versions v on v.rule_id = a.rule_id and v.version = a.rule_version
             left join alarm_transitions t on t.transition_id = n.transition_id
             left join alarm_messages m on m.message_id = n.message_id
            where ($1::bigint is null or n.alarm_id = $1)
              and ($2::int is null or n.channel_id = $2)
              and ($3::int is null or n.route_id = $3)
              and ($4::bigint is null or n.notice_id < $4)
              and case $5::text when 'sent' then m.status = 'sent'
                                when 'dead' then m.status = 'dead'
                                when 'skipped' then n.status = 'skipped'
                                when 'open' then n.status in ('waiting', 'ready') or m.status in ('pending', 'sending')
                                else true end
            order by n.notice_id desc limit $6"#,
        filter.alarm_id,
        filter.channel_id,
        filter.route_id,
        filter.before,
        filter.outcome.as_deref(),
        filter.most.clamp(1, MOST_LINES)
    )
    .fetch_all(&pool.0)
    .await?;
    let read = rows.into_iter().filter_map(|row| {
        let message = row.message_id.zip(row.message_status).map(|(message_id, status)| MessageState {
            message_id,
            status,
            attempts: row.attempts.unwrap_or_default(),
            next_attempt_at: row.next_attempt_at,
            finished_at: row.finished_at,
            outcome: row.outcome,
        });
        Some(LogLine {
            notice_id: row.notice_id,
            alarm_id: row.alarm_id,
            rule: row.definition.and_then(|definition| serde_json::from_value(definition).ok()),
            severity: row.severity.and_then(Severity::from_rank).unwrap_or(Severity::Low),
            region_id: row.region_id,
            kind: NoticeKind::from_code(&row.kind)?,
            step_no: row.step_no,
            route_name: row.route_name,
            channel_name: row.channel_name,
            decided_at: row.decided_at,
            status: row.status,
            due_at: row.due_at,
            reason: row.reason,
            reason_until: row.reason_until,
            reason_detail: row.reason_detail,
            message,
        })
    });
    Ok(read.collect())
}

/// Undelivered messages of the receivers that somebody of a tenant (none: of the operator) may know of; newest first.
pub async fn dead(pool: &AccessPool, tenant_id: Option<TenantId>) -> Result<Vec<DeadMessage>, AccessError> {
    let rows = sqlx::query_as!(
        DeadMessage,
        "select m.message_id, m.channel_id, c.name as channel_name, m.notice_count, m.created_at, m.attempts, m.finished_at, m.outcome
           from alarm_messages m join alarm_channels c using (channel_id)
          where m.status = 'dead' and not m.is_test and ($1::int is null or c.tenant_id = $1)
          order by m.message_id desc limit $2",
        tenant_id,
        MOST_DEAD
    )
    .fetch_all(pool.pool())
    .await?;
    Ok(rows)
}

/// What became of a message, such as one that was sent to test its receiver.
pub async fn message(pool: &AccessPool, granter: &Granter, message_id: i64) -> Result<(MessageState, String), AccessError> {
    let row = sqlx::query!(
        "select m.message_id, m.status, m.attempts, m.next_attempt_at, m.finished_at, m.outcome, c.name
           from alarm_messages m join alarm_channels c using (channel_id)
          where m.message_id = $1 and ($2::int is null or c.tenant_id = $2)",
        message_id,
        granter.tenant_id
    )
    .fetch_optional(pool.pool())
    .await?
    .ok_or(AccessError::NotFound)?;
    let state = MessageState {
        message_id: row.message_id,
        status: row.status,
        attempts: row.attempts,
        next_attempt_at: row.next_attempt_at,
        finished_at: row.finished_at,
        outcome: row.outcome,
    };
    Ok((state, row.name))
}

/// Gives a message that was not delivered another turn. Its receiver must be switched on.
pub async fn send_again(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    message_id: i64,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let mut tx = pool.pool().begin().await?;
    let row = sqlx::query!(
        r#"update alarm_messages m set status = 'pending', next_attempt_at = $3, finished_at = null
             from alarm_channels c
            where m.message_id = $1 and c.channel_id = m.channel_id and ($2::int is null or c.tenant_id = $2)
              and m.status = 'dead' and c.is_enabled and c.removed_at is null
           returning c.tenant_id, c.name, m.attempts"#,
        message_id,
        granter.tenant_id,
        now
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::NotFound)?;
    sqlx::query!("select pg_notify('loadline_notices', '')").fetch_one(&mut *tx).await?;
    let after: Value = json!({ "name": row.name, "attempts": row.attempts });
    let deed = Deed::new("alarm_message.again", "alarm_message", message_id).becomes(after).of_tenant(row.tenant_id);
    finish(tx, author, deed).await
}
