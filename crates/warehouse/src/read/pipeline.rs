//! The state of the log reader, the engine and what they wrote.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::status::PipelineStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// What the engine process said last; none before the first start.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    pub status: PipelineStatus,
    pub updated_at: DateTime<Utc>,
}

pub async fn report(pool: &ReadPool) -> Result<Option<Report>, ReadError> {
    let row = sqlx::query!("select status, updated_at from pipeline_status where id = 1").fetch_optional(&pool.0).await?;
    // a status written by another version still gives what both know
    Ok(row.map(|row| Report { status: serde_json::from_value(row.status).unwrap_or_default(), updated_at: row.updated_at }))
}

/// The position and the times that stand with it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Position {
    pub lsn: String,
    pub slot: Option<String>,
    pub database: Option<String>,
    pub time_zone: Option<String>,
    pub watermark: Option<NaiveDateTime>,
    pub newest_event: Option<NaiveDateTime>,
    pub newest_closed: Option<NaiveDateTime>,
    pub snapshot_state: String,
    pub source_commit_time: Option<DateTime<Utc>>,
    pub last_row_at: Option<DateTime<Utc>>,
    pub committed_at: DateTime<Utc>,
    pub commit_no: i64,
}

pub async fn position(pool: &ReadPool) -> Result<Position, ReadError> {
    let position = sqlx::query_as!(
        Position,
        r#"select lsn::text as "lsn!", slot, database, time_zone, watermark, newest_event, newest_closed, snapshot_state,
                  source_commit_time, last_row_at, committed_at, commit_no
             from progress where id = 1"#
    )
    .fetch_optional(&pool.0)
    .await?;
    Ok(position.unwrap_or_default())
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub detail: String,
    pub duration_ms: Option<i64>,
}

/// The newest first.
pub async fn events(pool: &ReadPool, limit: i64) -> Result<Vec<Event>, ReadError> {
    let events = sqlx::query_as!(
        Event,
        "select at, kind, detail, duration_ms from pipeline_events order by event_id desc limit $1",
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(events)
}

/// Counters of one hour of data time over all regions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct QualityHour {
    pub hour: NaiveDateTime,
    pub rows: i64,
    pub late: i64,
    pub late_kwh: Decimal,
    pub retracted: i64,
    pub register_mismatches: i64,
}

/// The newest hours up to `now`, newest first.
pub async fn quality_hours(pool: &ReadPool, now: NaiveDateTime, limit: i64) -> Result<Vec<QualityHour>, ReadError> {
    let hours = sqlx::query_as!(
        QualityHour,
        r#"select period_start as "hour!", sum(row_count)::bigint as "rows!", sum(late_count)::bigint as "late!",
                  sum(late_consumption) as "late_kwh!", sum(retracted_count)::bigint as "retracted!",
                  sum(register_mismatch_count)::bigint as "register_mismatches!"
             from quality_hour where period_start <= $1 group by period_start order by period_start desc limit $2"#,
        now,
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(hours)
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RejectedCount {
    pub reason: String,
    pub open: i64,
    /// Open and received within the last 24 hours before the newest rejection's day began to count.
    pub open_today: i64,
    pub all: i64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DeadLetterRow {
    pub dead_letter_id: i64,
    pub received_at: DateTime<Utc>,
    pub commit_lsn: String,
    pub source_table: String,
    pub source_key: Option<String>,
    pub reason: String,
    pub reason_text: String,
    /// Compact JSON without telephone and address, cut to a readable length.
    pub raw: String,
}

/// Rejections by reason; `today_from` is the moment the viewer's day began.
pub async fn rejected(pool: &ReadPool, today_from: DateTime<Utc>) -> Result<Vec<RejectedCount>, ReadError> {
    let counts = sqlx::query_as!(
        RejectedCount,
        r#"select reason, count(*) filter (where status = 'open') as "open!",
                  count(*) filter (where status = 'open' and received_at >= $1) as "open_today!", count(*) as "all!"
             from dead_letters group by reason order by 2 desc, reason"#,
        today_from
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(counts)
}

/// Characters of a rejected row that a page shows.
const RAW_CHARS: i32 = 600;

/// The newest open rejections, of one reason or of all.
pub async fn open_dead_letters(pool: &ReadPool, reason: Option<&str>, limit: i64) -> Result<Vec<DeadLetterRow>, ReadError> {
    let letters = sqlx::query_as!(
        DeadLetterRow,
        r#"select dead_letter_id, received_at, commit_lsn::text as "commit_lsn!", source_table, source_key, reason, reason_text,
                  left(shown::text, $2) as "raw!"
             from dead_letters where status = 'open' and ($1::text is null or reason = $1)
            order by dead_letter_id desc limit $3"#,
        reason,
        RAW_CHARS,
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(letters)
}

/// One partitioned table and what its days weigh.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoreTable {
    pub table: String,
    pub days: i64,
    pub oldest: Option<NaiveDate>,
    pub newest: Option<NaiveDate>,
    pub bytes: i64,
    /// Mean of the seven days before the running one; none without a full day.
    pub bytes_per_day: Option<i64>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Store {
    pub tables: Vec<StoreTable>,
    pub database_bytes: i64,
}

pub async fn store(pool: &ReadPool, today: NaiveDate) -> Result<Store, ReadError> {
    let tables = sqlx::query_as!(
        StoreTable,
        r#"select t.name as "table!", count(p.child) as "days!", min(p.stat_day) as oldest, max(p.stat_day) as newest,
                  coalesce(sum(p.size_bytes), 0)::bigint as "bytes!",
                  (avg(p.size_bytes) filter (where p.stat_day < $1 and p.stat_day >= $1 - 7))::bigint as "bytes_per_day?"
             from unnest(array['dwd_power_consumption_detail', 'dws_region_daily_stats', 'dws_user_ranking',
                               'ads_power_dashboard']) as t (name)
             left join lateral loadline_partitions(t.name) p on true
            group by t.name order by 5 desc, 1"#,
        today
    )
    .fetch_all(&pool.0)
    .await?;
    let database_bytes =
        sqlx::query_scalar!(r#"select pg_database_size(current_database()) as "bytes!""#).fetch_one(&pool.0).await?;
    Ok(Store { tables, database_bytes })
}
