//! Exports that name customers: rankings and readings.

use domain::UNKNOWN_USAGE;
use futures::stream::{StreamExt, TryStreamExt};
use sqlx::PgConnection;

use super::{Cell, ExportFilter, Rows, first_day};

pub(super) fn window_rankings<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select r.user_id, r.user_name, r.region_id, r.region_name, r.stat_date, r.total_consumption, r.total_cost, r.ranking,
                  coalesce(u.usage_type, '未知') in ('居民', '未知') as "private!"
             from dws_user_ranking r left join ods_power_user u on u.user_id = r.user_id
            where r.stat_date >= $1 and r.stat_date < $2 and ($3::int[] is null or r.region_id = any($3))
              and ($4::bigint is null or r.user_id = $4) and ($5::text is null or coalesce(u.usage_type, '未知') = $5)
            order by r.stat_date, r.region_id, r.ranking
            limit $6 offset $7"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.user_id,
        filter.usage_type,
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.user_id),
            Cell::Person { name: row.user_name, private: row.private },
            Cell::Int(row.region_id.into()),
            Cell::Text(row.region_name),
            Cell::Local(row.stat_date),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.ranking.into()),
        ]
    })
    .boxed()
}

/// Days, months and years, from user days.
pub(super) fn day_rankings<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"with sums as (
               select date_trunc($5::text, stat_day::timestamp) as period_start, region_id, user_id,
                      (array_agg(user_name order by last_consumption_id desc))[1] as user_name,
                      sum(total_consumption) as total_consumption, sum(total_cost) as total_cost
                 from dws_user_day
                where stat_day >= $1 and stat_day < $2 and ($3::int[] is null or region_id = any($3))
                  and ($4::text is null or usage_type = $4)
                group by 1, 2, 3)
           select s.user_id as "user_id!", s.user_name as "user_name!", s.region_id as "region_id!", n.region_name as "region_name?",
                  s.period_start as "period_start!", s.total_consumption as "total_consumption!", s.total_cost as "total_cost!",
                  row_number() over (partition by s.period_start order by s.total_consumption desc, s.user_id, s.region_id) as "ranking!",
                  coalesce(u.usage_type, '未知') in ('居民', '未知') as "private!"
             from sums s
             left join ods_power_user u on u.user_id = s.user_id
             left join dws_region_rollup n on n.region_id = s.region_id and n.grain = $5 and n.period_start = s.period_start
            order by s.period_start, 8
            limit $6 offset $7"#,
        first_day(filter.from),
        first_day(filter.to),
        filter.regions(),
        filter.usage_type,
        filter.grain.unwrap_or("day"),
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.user_id),
            Cell::Person { name: row.user_name, private: row.private },
            Cell::Int(row.region_id.into()),
            row.region_name.map_or(Cell::Empty, Cell::Text),
            Cell::Local(row.period_start),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.ranking),
        ]
    })
    .boxed()
}

/// Hours, from the readings themselves.
pub(super) fn hour_rankings<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"with sums as (
               select date_trunc('hour', consumption_date) as period_start, region_id, user_id,
                      (array_agg(user_name order by consumption_id desc))[1] as user_name,
                      sum(consumption_amount) as total_consumption, sum(consumption_cost) as total_cost
                 from dwd_power_consumption_detail
                where consumption_date >= $1 and consumption_date < $2 and ($3::int[] is null or region_id = any($3))
                  and ($4::text is null or usage_type = $4)
                group by 1, 2, 3)
           select s.user_id as "user_id!", s.user_name as "user_name!", s.region_id as "region_id!", n.region_name as "region_name?",
                  s.period_start as "period_start!", s.total_consumption as "total_consumption!", s.total_cost as "total_cost!",
                  row_number() over (partition by s.period_start order by s.total_consumption desc, s.user_id, s.region_id) as "ranking!",
                  coalesce(u.usage_type, '未知') in ('居民', '未知') as "private!"
             from sums s
             left join ods_power_user u on u.user_id = s.user_id
             left join dws_region_rollup n on n.region_id = s.region_id and n.grain = 'hour' and n.period_start = s.period_start
            order by s.period_start, 8
            limit $5 offset $6"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.usage_type,
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.user_id),
            Cell::Person { name: row.user_name, private: row.private },
            Cell::Int(row.region_id.into()),
            row.region_name.map_or(Cell::Empty, Cell::Text),
            Cell::Local(row.period_start),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.ranking),
        ]
    })
    .boxed()
}

pub(super) fn readings<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select consumption_id, user_id, user_name, consumption_amount, consumption_cost, consumption_date, region_id,
                  region_name, usage_type, meter_reading_before, meter_reading_after, remark,
                  array_to_string(quality, ' ') as quality
             from dwd_power_consumption_detail
            where consumption_date >= $1 and consumption_date < $2 and ($3::int[] is null or region_id = any($3))
              and ($4::bigint is null or user_id = $4)
            order by consumption_date, consumption_id
            limit $5 offset $6"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.user_id,
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.consumption_id),
            Cell::Int(row.user_id),
            Cell::Person { name: row.user_name, private: is_private(&row.usage_type) },
            Cell::Number(row.consumption_amount),
            Cell::Number(row.consumption_cost),
            Cell::Local(row.consumption_date),
            Cell::Int(row.region_id.into()),
            Cell::Text(row.region_name),
            Cell::Text(row.usage_type),
            row.meter_reading_before.map_or(Cell::Empty, Cell::Number),
            row.meter_reading_after.map_or(Cell::Empty, Cell::Number),
            row.remark.map_or(Cell::Empty, Cell::Text),
            row.quality.map_or(Cell::Empty, Cell::Text),
        ]
    })
    .boxed()
}

fn is_private(usage_type: &str) -> bool {
    matches!(usage_type, "居民" | UNKNOWN_USAGE)
}
