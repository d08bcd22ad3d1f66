//! Exports of the windows, roll-ups, peaks and rejected changes.

use futures::stream::{StreamExt, TryStreamExt};
use sqlx::PgConnection;

use super::{Cell, ExportFilter, Rows, first_day};

pub(super) fn dashboard<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select d.dashboard_id, d.stat_date, d.region_id, d.region_name, d.total_consumption, d.total_cost, d.user_count,
                  d.avg_consumption, d.peak_hour, d.peak_consumption, d.top_user_id, d.top_user_name, d.top_user_consumption,
                  d.update_time, coalesce(u.usage_type, '未知') in ('居民', '未知') as "private!"
             from ads_power_dashboard d left join ods_power_user u on u.user_id = d.top_user_id
            where d.stat_date >= $1 and d.stat_date < $2 and ($3::int[] is null or d.region_id = any($3))
            order by d.stat_date, d.region_id
            limit $4 offset $5"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Text(row.dashboard_id),
            Cell::Local(row.stat_date),
            Cell::Int(row.region_id.into()),
            Cell::Text(row.region_name),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.user_count),
            Cell::Number(row.avg_consumption),
            Cell::Int(row.peak_hour.into()),
            Cell::Number(row.peak_consumption),
            Cell::Int(row.top_user_id),
            Cell::Person { name: row.top_user_name, private: row.private },
            Cell::Number(row.top_user_consumption),
            Cell::Instant(row.update_time),
        ]
    })
    .boxed()
}

pub(super) fn windows<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select region_id, region_name, stat_date, total_consumption, total_cost, user_count, avg_consumption,
                  max_consumption, min_consumption, record_count, revision, update_time
             from dws_region_daily_stats
            where stat_date >= $1 and stat_date < $2 and ($3::int[] is null or region_id = any($3))
            order by stat_date, region_id
            limit $4 offset $5"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.region_id.into()),
            Cell::Text(row.region_name),
            Cell::Local(row.stat_date),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.user_count),
            Cell::Number(row.avg_consumption),
            Cell::Number(row.max_consumption),
            Cell::Number(row.min_consumption),
            Cell::Int(row.record_count),
            Cell::Int(row.revision.into()),
            Cell::Instant(row.update_time),
        ]
    })
    .boxed()
}

pub(super) fn rollup<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select region_id, grain, period_start, region_name, total_consumption, total_cost, record_count, user_count,
                  avg_consumption, max_consumption, min_consumption, update_time
             from dws_region_rollup
            where period_start >= $1 and period_start < $2 and ($3::int[] is null or region_id = any($3))
              and ($4::text is null or grain = $4)
            order by grain, period_start, region_id
            limit $5 offset $6"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.grain,
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.region_id.into()),
            Cell::Text(row.grain),
            Cell::Local(row.period_start),
            Cell::Text(row.region_name),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.record_count),
            Cell::Int(row.user_count),
            Cell::Number(row.avg_consumption),
            Cell::Number(row.max_consumption),
            Cell::Number(row.min_consumption),
            Cell::Instant(row.update_time),
        ]
    })
    .boxed()
}

pub(super) fn peaks<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select d.region_id, d.stat_day, d.region_name, d.total_consumption, d.total_cost, d.peak_hour, d.peak_hour_consumption,
                  d.peak_quarter, d.peak_quarter_consumption, d.mean_kw, d.peak_kw, d.load_factor, d.top_user_id, d.top_user_name,
                  d.top_user_consumption, coalesce(u.usage_type, '未知') in ('居民', '未知') as "private!"
             from ads_region_day d left join ods_power_user u on u.user_id = d.top_user_id
            where d.stat_day >= $1 and d.stat_day < $2 and ($3::int[] is null or d.region_id = any($3))
            order by d.stat_day, d.region_id
            limit $4 offset $5"#,
        first_day(filter.from),
        first_day(filter.to),
        filter.regions(),
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.region_id.into()),
            Cell::Day(row.stat_day),
            Cell::Text(row.region_name),
            Cell::Number(row.total_consumption),
            Cell::Number(row.total_cost),
            Cell::Int(row.peak_hour.into()),
            Cell::Number(row.peak_hour_consumption),
            Cell::Local(row.peak_quarter),
            Cell::Number(row.peak_quarter_consumption),
            Cell::Number(row.mean_kw),
            Cell::Number(row.peak_kw),
            row.load_factor.map_or(Cell::Empty, Cell::Number),
            Cell::Int(row.top_user_id),
            Cell::Person { name: row.top_user_name, private: row.private },
            Cell::Number(row.top_user_consumption),
        ]
    })
    .boxed()
}

pub(super) fn dead_letters<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    sqlx::query!(
        r#"select dead_letter_id, received_at, commit_lsn::text as "commit_lsn!", source_table, source_key, reason, reason_text,
                  status, shown::text as "raw!"
             from dead_letters
            where received_at >= $1::timestamp::timestamptz and received_at < $2::timestamp::timestamptz
            order by dead_letter_id
            limit $3 offset $4"#,
        filter.from,
        filter.to,
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        vec![
            Cell::Int(row.dead_letter_id),
            Cell::Instant(row.received_at),
            Cell::Text(row.commit_lsn),
            Cell::Text(row.source_table),
            row.source_key.map_or(Cell::Empty, Cell::Text),
            Cell::Text(row.reason),
            Cell::Text(row.reason_text),
            Cell::Text(row.status),
            Cell::Text(row.raw),
        ]
    })
    .boxed()
}
