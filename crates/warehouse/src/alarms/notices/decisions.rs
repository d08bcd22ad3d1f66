//! What decisions about events are made from, and the decisions as rows.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::access::TenantId;
use domain::alarms::notices::{Decision, NotSent, NoticeKind, RouteDefinition};
use domain::alarms::point::AlarmId;
use domain::alarms::{Holidays, Severity};
use domain::{Day, RegionId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::WarehouseError;

/// Routes that are looked at; more cannot be made.
pub const MOST_ROUTES: i64 = 500;
/// Levels of regions above one another.
const MOST_LEVELS: i32 = 20;

/// A route as it is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteRow {
    pub route_id: i32,
    pub tenant_id: Option<TenantId>,
    pub definition: RouteDefinition,
    pub is_enabled: bool,
    /// Regions of its tenant; none for the operator's.
    pub owned_regions: Option<Vec<RegionId>>,
    /// Receivers that are switched on.
    pub channels_on: Vec<i32>,
}

/// The last message, or the last decision to come, at one step of a route about one alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SaidRow {
    pub route_id: i32,
    pub alarm_id: AlarmId,
    pub step_no: i32,
    pub is_waiting: bool,
    pub kind: NoticeKind,
    pub at_ms: i64,
    pub due_ms: i64,
    pub severity: Severity,
    pub transition_id: i64,
}

/// A decision to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewNotice {
    pub route_id: i32,
    pub step_no: i32,
    pub channel_id: i32,
    pub alarm_id: AlarmId,
    pub transition_id: i64,
    pub region_id: Option<RegionId>,
    pub kind: NoticeKind,
    pub decision: Decision,
}

/// Routes that have not been removed, by number. One that this program cannot read is left out and told of in the log.
pub async fn routes(conn: &mut PgConnection) -> Result<Vec<RouteRow>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select r.route_id, r.tenant_id, r.definition, r.is_enabled,
                  (select array_agg(t.region_id) from access.tenant_regions t where t.tenant_id = r.tenant_id) as regions,
                  coalesce((select array_agg(c.channel_id) from alarm_channels c
                             where c.is_enabled and c.removed_at is null
                               and c.channel_id in (select (step ->> 'channel_id')::int
                                                      from jsonb_array_elements(r.definition -> 'steps') step)), '{}') as "channels_on!"
             from alarm_routes r where r.removed_at is null order by r.route_id limit $1"#,
        MOST_ROUTES
    )
    .fetch_all(conn)
    .await?;
    let route = |definition: Value, route_id: i32| match serde_json::from_value::<RouteDefinition>(definition) {
        Ok(definition) => Some(definition),
        Err(error) => {
            tracing::warn!(route_id, %error, "a route of alarms cannot be read and tells nobody");
            None
        }
    };
    let read = rows.into_iter().filter_map(|row| {
        let owned_regions = row.tenant_id.map(|_| row.regions.unwrap_or_default());
        Some(RouteRow {
            route_id: row.route_id,
            tenant_id: row.tenant_id,
            definition: route(row.definition, row.route_id)?,
            is_enabled: row.is_enabled,
            owned_regions,
            channels_on: row.channels_on,
        })
    });
    Ok(read.collect())
}

pub async fn holidays(conn: &mut PgConnection) -> Result<Holidays, WarehouseError> {
    let days = sqlx::query_scalar!("select day from alarm_holidays").fetch_all(conn).await?;
    Ok(days.into_iter().map(Day::from_date).collect())
}

/// Each of the regions with all above it, nearest first.
pub async fn lineages(
    conn: &mut PgConnection,
    regions: &[RegionId],
    local_now: NaiveDateTime,
) -> Result<HashMap<RegionId, Vec<RegionId>>, WarehouseError> {
    let rows = sqlx::query!(
        r#"with recursive profile as (
               select distinct on (region_id) region_id, parent_id
                 from ods_region_profile where valid_from <= $2 order by region_id, valid_from desc
           ), up as (
               select r as leaf, r as region_id, 0 as depth from unnest($1::int[]) r
               union all
               select up.leaf, p.parent_id, up.depth + 1
                 from up join profile p using (region_id) where p.parent_id is not null and up.depth < $3
           )
           select leaf as "leaf!", region_id as "region_id!" from up order by leaf, depth"#,
        regions,
        local_now,
        MOST_LEVELS
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<RegionId, Vec<RegionId>> = HashMap::with_capacity(regions.len());
    for row in rows {
        found.entry(row.leaf).or_default().push(row.region_id);
    }
    Ok(found)
}

/// What has been said and is to be decided about these alarms.
pub async fn said(conn: &mut PgConnection, alarms: &[AlarmId]) -> Result<Vec<SaidRow>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select distinct on (n.alarm_id, n.route_id, n.step_no, n.status = 'waiting', n.status = 'waiting' and n.kind = 'returned')
                  n.alarm_id, n.route_id, n.step_no, n.status = 'waiting' as "is_waiting!", n.kind, n.decided_at, n.due_at,
                  t.severity, n.transition_id
             from alarm_notices n join alarm_transitions t using (transition_id)
            where n.alarm_id = any($1) and n.status <> 'skipped'
            order by n.alarm_id, n.route_id, n.step_no, n.status = 'waiting', n.status = 'waiting' and n.kind = 'returned',
                     n.decided_at desc, n.notice_id desc"#,
        alarms
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().map(|row| {
        Ok(SaidRow {
            route_id: row.route_id,
            alarm_id: row.alarm_id,
            step_no: row.step_no,
            is_waiting: row.is_waiting,
            kind: kind(&row.kind)?,
            at_ms: row.decided_at.timestamp_millis(),
            due_ms: row.due_at.timestamp_millis(),
            severity: severity(row.severity)?,
            transition_id: row.transition_id,
        })
    });
    read.collect()
}

/// The last transition of each alarm by which somebody took note of it, before the given one.
pub async fn acknowledgements(
    conn: &mut PgConnection,
    alarms: &[AlarmId],
    before: i64,
) -> Result<HashMap<AlarmId, i64>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select a.alarm_id as "alarm_id!", t.transition_id
             from unnest($1::bigint[]) a (alarm_id)
             cross join lateral (select transition_id from alarm_transitions
                                  where alarm_id = a.alarm_id and transition_id < $2
                                    and (event = 'acknowledged' or to_state in ('ACKED', 'LTACK'))
                                  order by transition_id desc limit 1) t"#,
        alarms,
        before
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.alarm_id, row.transition_id)).collect())
}

/// Writes decisions; one that is there already stays as it is. Wakes the sender at the commit.
pub async fn record(conn: &mut PgConnection, notices: &[NewNotice], now: DateTime<Utc>) -> Result<u64, WarehouseError> {
    if notices.is_empty() {
        return Ok(0);
    }
    let outcomes: Vec<Outcome> = notices.iter().map(|notice| Outcome::of(&notice.decision, now)).collect();
    let written = sqlx::query!(
        "insert into alarm_notices (route_id, step_no, channel_id, alarm_id, transition_id, region_id, kind, decided_at,
                                    status, due_at, reason, reason_until, reason_detail)
         select r.route_id, r.step_no, r.channel_id, r.alarm_id, r.transition_id, r.region_id, r.kind, $8,
                r.status, r.due_at, r.reason, r.reason_until, r.reason_detail
           from unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::int[], $7::text[],
                       $9::text[], $10::timestamptz[], $11::text[], $12::timestamptz[], $13::text[])
             as r (route_id, step_no, channel_id, alarm_id, transition_id, region_id, kind, status, due_at, reason, reason_until,
                   reason_detail)
         on conflict (transition_id, route_id, step_no) do nothing",
        &notices.iter().map(|notice| notice.route_id).collect::<Vec<_>>(),
        &notices.iter().map(|notice| notice.step_no).collect::<Vec<_>>(),
        &notices.iter().map(|notice| notice.channel_id).collect::<Vec<_>>(),
        &notices.iter().map(|notice| notice.alarm_id).collect::<Vec<_>>(),
        &notices.iter().map(|notice| notice.transition_id).collect::<Vec<_>>(),
        &notices.iter().map(|notice| notice.region_id).collect::<Vec<_>>() as &[Option<RegionId>],
        &notices.iter().map(|notice| notice.kind.code().to_owned()).collect::<Vec<_>>(),
        now,
        &outcomes.iter().map(|outcome| outcome.status.to_owned()).collect::<Vec<_>>(),
        &outcomes.iter().map(|outcome| outcome.due_at).collect::<Vec<_>>(),
        &outcomes.iter().map(|outcome| outcome.reason.map(str::to_owned)).collect::<Vec<_>>() as &[Option<String>],
        &outcomes.iter().map(|outcome| outcome.until).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &outcomes.iter().map(|outcome| outcome.detail.clone()).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    sqlx::query!("select pg_notify('loadline_notices', '')").fetch_one(conn).await?;
    Ok(written)
}

/// A decision as the columns of its row.
pub(super) struct Outcome {
    pub status: &'static str,
    pub due_at: DateTime<Utc>,
    pub reason: Option<&'static str>,
    pub until: Option<DateTime<Utc>>,
    pub detail: Option<String>,
}

impl Outcome {
    pub fn of(decision: &Decision, now: DateTime<Utc>) -> Self {
        let at = |ms: i64| DateTime::from_timestamp_millis(ms).unwrap_or(now);
        let plain = Self { status: "ready", due_at: now, reason: None, until: None, detail: None };
        match decision {
            Decision::Send { due_ms } => Self { due_at: at(*due_ms), ..plain },
            Decision::Wait { due_ms } => Self { status: "waiting", due_at: at(*due_ms), ..plain },
            Decision::Skip(why) => {
                let skipped = Self { status: "skipped", reason: Some(why.code()), ..plain };
                match why {
                    NotSent::CoolDown { until_ms } | NotSent::Duplicate { until_ms } => {
                        Self { until: Some(at(*until_ms)), ..skipped }
                    }
                    NotSent::Acknowledged { by, at_ms } => Self { until: Some(at(*at_ms)), detail: Some(by.clone()), ..skipped },
                    _ => skipped,
                }
            }
        }
    }
}

pub(super) fn kind(code: &str) -> Result<NoticeKind, WarehouseError> {
    NoticeKind::from_code(code).ok_or_else(|| WarehouseError::BadValue(format!("kind of notice {code}")))
}

pub(super) fn severity(rank: i16) -> Result<Severity, WarehouseError> {
    Severity::from_rank(rank).ok_or_else(|| WarehouseError::BadValue(format!("severity {rank}")))
}
