//! What the JSON interface and the readiness check need beyond the exports.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::Lsn;
use domain::status::PipelineStatus;
use rust_decimal::Decimal;
use sqlx::PgPool;

/// A region with its figures of the day in progress.
#[derive(Clone, Debug)]
pub struct RegionRow {
    pub region_id: i32,
    pub region_name: String,
    pub parent_id: Option<i32>,
    pub limit_kw: Option<Decimal>,
    pub stat_day: Option<NaiveDateTime>,
    pub total_consumption: Option<Decimal>,
    pub total_cost: Option<Decimal>,
    pub record_count: Option<i64>,
    pub user_count: Option<i64>,
    pub avg_consumption: Option<Decimal>,
    pub max_consumption: Option<Decimal>,
    pub min_consumption: Option<Decimal>,
}

/// Regions after `after_id`, by number, with the day that holds the data time.
pub async fn regions(pool: &PgPool, after_id: i32, limit: i64) -> Result<Vec<RegionRow>, sqlx::Error> {
    sqlx::query_as!(
        RegionRow,
        r#"with known as (
               select distinct on (region_id) region_id, region_name from dws_region_rollup
                where grain = 'year' and region_id > $1 order by region_id, period_start desc)
           select k.region_id, k.region_name, p.parent_id as "parent_id?", p.limit_kw as "limit_kw?", d.period_start as "stat_day?",
                  d.total_consumption as "total_consumption?", d.total_cost as "total_cost?", d.record_count as "record_count?",
                  d.user_count as "user_count?", d.avg_consumption as "avg_consumption?", d.max_consumption as "max_consumption?",
                  d.min_consumption as "min_consumption?"
             from known k cross join progress g
             left join dws_region_rollup d
               on d.region_id = k.region_id and d.grain = 'day' and d.period_start = date_trunc('day', g.watermark)
             left join lateral (select parent_id, limit_kw from ods_region_profile o
                                 where o.region_id = k.region_id and o.valid_from <= g.watermark
                                 order by o.valid_from desc limit 1) p on true
            order by k.region_id limit $2"#,
        after_id,
        limit
    )
    .fetch_all(pool)
    .await
}

/// The position as the pages see it.
#[derive(Clone, Debug)]
pub struct PositionRow {
    pub lsn: Lsn,
    pub time_zone: Option<String>,
    pub watermark: Option<NaiveDateTime>,
    pub newest_event: Option<NaiveDateTime>,
    pub newest_closed: Option<NaiveDateTime>,
    pub snapshot_state: String,
    pub snapshot_rows_done: i64,
    pub snapshot_rows_total: i64,
    pub commit_no: i64,
    pub source_commit_time: Option<DateTime<Utc>>,
    pub committed_at: DateTime<Utc>,
    /// What the engine last said about itself, and when.
    pub status: PipelineStatus,
    pub status_at: Option<DateTime<Utc>>,
}

pub async fn position(pool: &PgPool) -> Result<PositionRow, sqlx::Error> {
    let row = sqlx::query!(
        r#"select p.lsn::text as "lsn!", p.time_zone, p.watermark, p.newest_event, p.newest_closed, p.snapshot_state,
                  p.snapshot_rows_done, p.snapshot_rows_total, p.commit_no, p.source_commit_time, p.committed_at,
                  s.status as "status?", s.updated_at as "updated_at?"
             from progress p left join pipeline_status s on s.id = 1 where p.id = 1"#
    )
    .fetch_one(pool)
    .await?;
    Ok(PositionRow {
        lsn: row.lsn.parse().unwrap_or_default(),
        time_zone: row.time_zone,
        watermark: row.watermark,
        newest_event: row.newest_event,
        newest_closed: row.newest_closed,
        snapshot_state: row.snapshot_state,
        snapshot_rows_done: row.snapshot_rows_done,
        snapshot_rows_total: row.snapshot_rows_total,
        commit_no: row.commit_no,
        source_commit_time: row.source_commit_time,
        committed_at: row.committed_at,
        status: row.status.and_then(|status| serde_json::from_value(status).ok()).unwrap_or_default(),
        status_at: row.updated_at,
    })
}
