-- Two regions under one parent over two days, small enough to compute every expectation by hand.
-- 2016-01-11: users 101, 102, 201 report 1, 2 and 3 kWh in each quarter-hour, 201 reports 9 kWh at 18:15.
-- 2016-01-12 until 01:07:30: 101 reports 4 kWh and 102 2 kWh in five quarter-hours, 201 falls silent after two readings,
-- and one reading of 5 kWh belongs to nobody known. Prices are 0.50 yuan per kWh.
select loadline_ensure_day(day) from unnest(array['2016-01-11', '2016-01-12']::date[]) day;
update progress set watermark = '2016-01-12 01:07:32', newest_event = '2016-01-12 01:07:37',
       newest_closed = '2016-01-12 01:07:30', commit_no = 7, lsn = '0/1234567', snapshot_state = 'complete', slot = 'loadline';
insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name) values
    (101, '张三', '居民', 1, '东区'), (102, 'O''Neil <script>', '商业', 1, '东区'), (201, '李四', '居民', 2, '西区'),
    (1015, '50%_off', '工业', 2, '西区'), (7, null, null, null, null);
insert into ods_region_profile (region_id, parent_id, region_name, limit_kw, valid_from) values
    (10, null, '全市', 100, '2000-01-01'), (1, 10, '东区', 30, '2000-01-01'), (1, 10, '东区', 40, '2016-01-12'),
    (1, 10, '东区', 50, '2016-02-01'), (2, 10, null, null, '2000-01-01');

insert into dwd_power_consumption_detail
    (consumption_id, user_id, user_name, consumption_amount, consumption_cost, consumption_date, region_id, region_name,
     usage_type, known_user, commit_lsn, etl_time)
select row_number() over (order by at, user_id), user_id, user_name, kwh, kwh / 2, at, region_id, region_name, usage_type,
       user_id <> 999, '0/1234567', '2016-01-12 02:00:00+08'
  from (select u.*, at, case when u.user_id = 201 and at = '2016-01-11 18:18:00' then 9 else u.usual end as kwh
          from (values (101, '张三', 1, '东区', '居民', 1.00), (102, 'O''Neil <script>', 1, '东区', '商业', 2.00),
                       (201, '李四', 2, '西区', '居民', 3.00)) u (user_id, user_name, region_id, region_name, usage_type, usual),
               generate_series(timestamp '2016-01-11 00:03:00', '2016-01-11 23:48:00', '15 minutes') at
        union all
        select u.*, at, u.usual
          from (values (101, '张三', 1, '东区', '居民', 4.00), (102, 'O''Neil <script>', 1, '东区', '商业', 2.00))
               u (user_id, user_name, region_id, region_name, usage_type, usual),
               generate_series(timestamp '2016-01-12 00:03:00', '2016-01-12 01:03:00', '15 minutes') at
        union all
        select 201, '李四', 2, '西区', '居民', 3.00, at, 3.00
          from unnest(array['2016-01-12 00:03:00', '2016-01-12 00:18:00']::timestamp[]) at
        union all
        select 999, '未知用户', 0, '未知地区', '未知', 5.00, '2016-01-12 00:33:00', 5.00) readings;
update dwd_power_consumption_detail
   set meter_reading_before = 10, meter_reading_after = 15, remark = '<b>看</b>', quality = '{register_mismatch}'
 where user_id = 101 and consumption_date = '2016-01-12 00:18:00';

insert into dws_region_daily_stats
    (region_id, region_name, stat_date, total_consumption, total_cost, user_count, avg_consumption, max_consumption,
     min_consumption, record_count)
select region_id, max(region_name), date_bin('5 seconds', consumption_date, '2000-01-01'), sum(consumption_amount),
       sum(consumption_cost), count(distinct user_id), avg(consumption_amount), max(consumption_amount),
       min(consumption_amount), count(*)
  from dwd_power_consumption_detail group by 1, 3;
insert into dws_user_ranking
select user_id, max(user_name), region_id, max(region_name), date_bin('5 seconds', consumption_date, '2000-01-01') as at,
       sum(consumption_amount), sum(consumption_cost),
       row_number() over (partition by region_id, date_bin('5 seconds', consumption_date, '2000-01-01')
                          order by sum(consumption_amount) desc, user_id)
  from dwd_power_consumption_detail group by user_id, region_id, at;
insert into dws_region_rollup
select region_id, grain, case grain when '15min' then date_bin('15 minutes', consumption_date, '2000-01-01')
                                    else date_trunc(grain, consumption_date) end as at,
       max(region_name), sum(consumption_amount), sum(consumption_cost), count(*), count(distinct user_id),
       avg(consumption_amount), max(consumption_amount), min(consumption_amount), max(consumption_id)
  from dwd_power_consumption_detail, unnest(array['15min', 'hour', 'day', 'month', 'year']) grain group by region_id, grain, at;
insert into dws_user_day
select day, region_id, user_id, max(user_name), max(usage_type), sum(n), sum(kwh), sum(cost), max(last),
       coalesce(sum(1::bigint << q) filter (where q < 48), 0), coalesce(sum(1::bigint << (q - 48)) filter (where q >= 48), 0)
  from (select consumption_date::date as day, region_id, user_id, max(user_name) as user_name, max(usage_type) as usage_type,
               count(*) as n, sum(consumption_amount) as kwh, sum(consumption_cost) as cost, max(consumption_id) as last,
               floor(extract(epoch from consumption_date::time) / 900)::int as q
          from dwd_power_consumption_detail
         group by consumption_date::date, region_id, user_id, q) quarters
 group by day, region_id, user_id;
insert into ads_power_dashboard
select 'DASHBOARD_' || region_id || '_' || to_char(stat_date, 'YYYY-MM-DD HH24:MI:SS.MS'), stat_date, region_id, region_name,
       total_consumption, total_cost, user_count, avg_consumption, extract(hour from stat_date), max_consumption, 0, '', 0
  from dws_region_daily_stats;
insert into ads_region_day
select region_id, day, region_name, total, cost, hour, hour_kwh, quarter, quarter_kwh, 0, quarter_kwh * 4, null, 0, '', 0
  from (select d.region_id, d.period_start::date as day, d.region_name, d.total_consumption as total, d.total_cost as cost,
               (select extract(hour from h.period_start)::int from dws_region_rollup h
                 where h.region_id = d.region_id and h.grain = 'hour' and h.period_start::date = d.period_start::date
                 order by h.total_consumption desc, h.period_start limit 1) as hour,
               (select max(h.total_consumption) from dws_region_rollup h
                 where h.region_id = d.region_id and h.grain = 'hour' and h.period_start::date = d.period_start::date) as hour_kwh,
               q.period_start as quarter, q.total_consumption as quarter_kwh
          from dws_region_rollup d
          join lateral (select * from dws_region_rollup q where q.region_id = d.region_id and q.grain = '15min'
                           and q.period_start::date = d.period_start::date
                         order by q.total_consumption desc, q.period_start limit 1) q on true
         where d.grain = 'day') peaks;
insert into quality_hour values
    ('2016-01-12 00:00:00', 1, 10, 2, 6.00, 1, 1), ('2016-01-12 00:00:00', 2, 2, 1, 3.00, 0, 0),
    ('2016-01-12 01:00:00', 1, 2, 0, 0, 0, 0);
insert into dead_letters (received_at, commit_lsn, source_table, source_key, raw, reason, reason_text, status) values
    ('2016-01-11 10:00:00+08', '0/100', 'power_consumption', '5001', '{"consumption_date": "2016-01-12 00:10:00"}', 'negative_amount', '电量 -1 小于 0', 'open'),
    ('2016-01-12 00:20:00+08', '0/200', 'power_consumption', null, '{"remark": "<script>alert(1)</script>"}', 'missing_key', '缺少主键', 'open'),
    ('2016-01-12 00:21:00+08', '0/300', 'power_consumption', '5002', '{}', 'negative_amount', '电量 -2 小于 0', 'cleared');
insert into pipeline_events (at, kind, detail, duration_ms) values
    ('2016-01-12 00:00:00+08', 'start', 'v0', 1200), ('2016-01-12 00:30:00+08', 'reconnect', 'cut', 3400);
insert into pipeline_status (id, status, updated_at) values (1, '{"state": "streaming", "commits": 12}', '2016-01-12 01:07:40+08');
