-- One local day in every layer. $1 and $2 bound the day, $3 is its date.
-- The windows hold what lies before the last closed window; everything else holds all accepted readings.
with closed as (
    select date_bin('5 seconds', watermark, timestamp '2000-01-01') as until from progress where id = 1
), detail as (
    select count(*) as n, coalesce(sum(consumption_amount), 0) as kwh, max(consumption_date) as newest, max(etl_time) as written,
           count(*) - count(distinct consumption_id) as twice,
           coalesce(sum(consumption_amount) filter (where consumption_date < (select until from closed)), 0) as closed_kwh
      from dwd_power_consumption_detail where consumption_date >= $1 and consumption_date < $2
), rejected as (
    select count(*) as n from ods_power_consumption
     where state = 'rejected' and consumption_date >= $1 and consumption_date < $2
), windows as (
    select count(*) as n, coalesce(sum(total_consumption), 0) as kwh, max(stat_date) as newest, max(update_time) as written,
           count(*) - count(distinct (region_id, stat_date)) as twice
      from dws_region_daily_stats where stat_date >= $1 and stat_date < $2
), rollup as (
    select count(*) as n, coalesce(sum(total_consumption) filter (where grain = 'day'), 0) as kwh, max(period_start) as newest,
           max(update_time) as written, count(*) - count(distinct (region_id, grain, period_start)) as twice
      from dws_region_rollup where grain in ('15min', 'hour', 'day') and period_start >= $1 and period_start < $2
), board as (
    select count(*) as n, coalesce(sum(total_consumption), 0) as kwh, max(stat_date) as newest, max(update_time) as written,
           count(*) - count(distinct dashboard_id) as twice
      from ads_power_dashboard where stat_date >= $1 and stat_date < $2
), day as (
    select count(*) as n, coalesce(sum(total_consumption), 0) as kwh, max(peak_quarter) as newest, max(update_time) as written,
           count(*) - count(distinct region_id) as twice
      from ads_region_day where stat_day = $3
)
select name as "name!", n as "rows!", kwh as "energy_kwh!", newest as "newest?", written as "last_write?",
       twice as "duplicates!", difference as "difference_kwh?"
  from (select 1 as line, 'ods' as name, d.n + r.n as n, d.kwh, d.newest, d.written, d.twice, null::numeric as difference
          from detail d, rejected r
         union all
        select 2, 'dwd', n, kwh, newest, written, twice, 0::numeric from detail
         union all
        select 3, 'dws_window', w.n, w.kwh, w.newest, w.written, w.twice, d.closed_kwh - w.kwh from windows w, detail d
         union all
        select 4, 'dws_rollup', u.n, u.kwh, u.newest, u.written, u.twice, d.kwh - u.kwh from rollup u, detail d
         union all
        select 5, 'ads_window', b.n, b.kwh, b.newest, b.written, b.twice, w.kwh - b.kwh from board b, windows w
         union all
        select 6, 'ads_day', a.n, a.kwh, a.newest, a.written, a.twice, u.kwh - a.kwh from day a, rollup u) layers
 order by line
