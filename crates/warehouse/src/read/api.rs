//! What the JSON interface needs beyond the exports.

use chrono::NaiveDateTime;
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
