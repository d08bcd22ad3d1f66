-- Ten regions with a thousand customers each, a quarter-hourly reading of every customer over 28 hours: 1.12 million.
select loadline_ensure_day(day) from unnest(array['2016-01-11', '2016-01-12']::date[]) day;
update progress set watermark = '2016-01-12 04:00:02', newest_event = '2016-01-12 04:00:02',
       newest_closed = '2016-01-12 04:00:00', commit_no = 7, snapshot_state = 'complete';
insert into ods_region_profile (region_id, region_name, limit_kw, valid_from)
select region_id, 'R' || region_id, 4000, '2000-01-01' from generate_series(1, 10) region_id;
insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name)
select region_id * 100000 + n, '用户' || region_id || '-' || n, (array['居民', '商业', '工业'])[n % 3 + 1], region_id, 'R' || region_id
  from generate_series(1, 10) region_id, generate_series(1, 1000) n;
insert into dwd_power_consumption_detail
    (consumption_id, user_id, user_name, consumption_amount, consumption_cost, consumption_date, region_id, region_name,
     usage_type, known_user, commit_lsn)
select row_number() over (order by at, user_id), user_id, user_name, kwh, kwh / 2, at, region_id, region_name, usage_type, true,
       '0/1234567'
  from (select u.*, quarter + make_interval(secs => (u.user_id * 7919 % 890)::int) as at,
               1 + (u.user_id * 13 + extract(epoch from quarter)::bigint / 900 * 7) % 97 / 100.0 as kwh
          from ods_power_user u
         cross join generate_series(timestamp '2016-01-11 00:00:00', '2016-01-12 03:45:00', '15 minutes') quarter) r;
