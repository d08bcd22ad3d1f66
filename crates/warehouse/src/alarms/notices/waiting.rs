//! Decisions that waited, taken again when they are due.

use chrono::{DateTime, Utc};
use domain::RegionId;
use domain::alarms::notices::{Decision, NoticeKind};
use domain::alarms::point::AlarmId;
use domain::alarms::{Severity, State};
use sqlx::PgConnection;

use super::decisions::{Outcome, kind, severity};
use crate::WarehouseError;

/// Decisions taken in one transaction.
pub const MOST_WAITING: i64 = 5_000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingRow {
    pub notice_id: i64,
    pub alarm_id: AlarmId,
    pub rule_id: i64,
    pub region_id: Option<RegionId>,
    pub kind: NoticeKind,
    pub is_route_on: bool,
    pub is_channel_on: bool,
    pub channel_name: String,
    pub state: State,
    pub is_active: bool,
    /// Set aside because nobody can hear whether it still stands.
    pub is_deaf: bool,
    pub severity: Severity,
    pub occurrence: i64,
    /// By whom and when (UTC milliseconds) it was acknowledged after the event.
    pub acknowledged: Option<(String, i64)>,
}

/// Whether anything is due, without a lock.
pub async fn is_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<bool, WarehouseError> {
    let found = sqlx::query_scalar!(
        r#"select exists(select from alarm_notices where status = 'waiting' and due_at <= $1) as "found!""#,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// What is due, in the order of the events, held by the transaction.
pub async fn due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<WaitingRow>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select n.notice_id, n.alarm_id, a.rule_id, n.region_id, n.kind,
                  (r.is_enabled and r.removed_at is null) as "is_route_on!",
                  (c.is_enabled and c.removed_at is null) as "is_channel_on!", c.name as channel_name,
                  a.state, a.is_active, (a.suppressed_by = '"pipeline"') is true as "is_deaf!", a.severity, a.occurrence, k.actor as "actor?", k.at as "acknowledged_at?"
             from alarm_notices n
             join alarm_routes r using (route_id)
             join alarm_channels c using (channel_id)
             join alarms a using (alarm_id)
             left join lateral (select t.actor, t.at from alarm_transitions t
                                 where t.alarm_id = n.alarm_id and t.transition_id > n.transition_id
                                   and (t.event = 'acknowledged' or t.to_state in ('ACKED', 'LTACK'))
                                 order by t.transition_id limit 1) k on true
            where n.status = 'waiting' and n.due_at <= $1
            order by n.notice_id limit $2
              for update of n skip locked"#,
        now,
        MOST_WAITING
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().map(|row| {
        let acknowledged = row.acknowledged_at.map(|at| (row.actor.unwrap_or_default(), at.timestamp_millis()));
        Ok(WaitingRow {
            notice_id: row.notice_id,
            alarm_id: row.alarm_id,
            rule_id: row.rule_id,
            region_id: row.region_id,
            kind: kind(&row.kind)?,
            is_route_on: row.is_route_on,
            is_channel_on: row.is_channel_on,
            channel_name: row.channel_name,
            state: State::from_code(&row.state)
                .ok_or_else(|| WarehouseError::BadValue(format!("state of an alarm {}", row.state)))?,
            is_active: row.is_active,
            is_deaf: row.is_deaf,
            severity: severity(row.severity)?,
            occurrence: row.occurrence,
            acknowledged,
        })
    });
    read.collect()
}

/// Writes what was decided about those that were due.
pub async fn settle(conn: &mut PgConnection, decided: &[(i64, Decision)], now: DateTime<Utc>) -> Result<(), WarehouseError> {
    let outcomes: Vec<Outcome> = decided.iter().map(|(_, decision)| Outcome::of(decision, now)).collect();
    sqlx::query!(
        "update alarm_notices n
            set status = d.status, due_at = d.due_at, reason = d.reason, reason_until = d.reason_until,
                reason_detail = d.reason_detail, decided_at = $7
           from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[])
             as d (notice_id, status, due_at, reason, reason_until, reason_detail)
          where n.notice_id = d.notice_id and n.status = 'waiting'",
        &decided.iter().map(|(notice_id, _)| *notice_id).collect::<Vec<_>>(),
        &outcomes.iter().map(|outcome| outcome.status.to_owned()).collect::<Vec<_>>(),
        &outcomes.iter().map(|outcome| outcome.due_at).collect::<Vec<_>>(),
        &outcomes.iter().map(|outcome| outcome.reason.map(str::to_owned)).collect::<Vec<_>>() as &[Option<String>],
        &outcomes.iter().map(|outcome| outcome.until).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &outcomes.iter().map(|outcome| outcome.detail.clone()).collect::<Vec<_>>() as &[Option<String>],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes into the history of alarms that somebody else was told because nobody acknowledged in time.
pub async fn note_escalated(
    conn: &mut PgConnection,
    escalated: &[&WaitingRow],
    revision: i64,
    now: DateTime<Utc>,
) -> Result<(), WarehouseError> {
    sqlx::query!(
        "insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, occurrence,
                                        is_annunciated, is_retrospective, reason, revision)
         select e.alarm_id, e.rule_id, e.region_id, 'escalated', e.state, e.state, e.severity, $8, e.occurrence,
                false, false, e.reason, $9
           from unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::smallint[], $6::bigint[], $7::text[])
             as e (alarm_id, rule_id, region_id, state, severity, occurrence, reason)",
        &escalated.iter().map(|row| row.alarm_id).collect::<Vec<_>>(),
        &escalated.iter().map(|row| row.rule_id).collect::<Vec<_>>(),
        &escalated.iter().map(|row| row.region_id).collect::<Vec<_>>() as &[Option<RegionId>],
        &escalated.iter().map(|row| row.state.code().to_owned()).collect::<Vec<_>>(),
        &escalated.iter().map(|row| row.severity.rank()).collect::<Vec<_>>(),
        &escalated.iter().map(|row| row.occurrence).collect::<Vec<_>>(),
        &escalated.iter().map(|row| row.channel_name.clone()).collect::<Vec<_>>(),
        now,
        revision
    )
    .execute(conn)
    .await?;
    Ok(())
}
