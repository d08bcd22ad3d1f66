-- Six regions of two organisations, 2016-01-11 and the first 65 minutes of the 12th. 1 is above 2 and 3, 4 is above 5; 6 is
-- above both roots. Numbers tell the regions apart: a reading of region 3 is three and some kWh. Meter 4007 moved from 4 to 2
-- overnight, 2005 is registered in 5 but books in 2, 3004 and 5003 fell silent, 5006 reports once an hour.
select loadline_ensure_day(day) from unnest(array['2016-01-11', '2016-01-12']::date[]) day;
update progress set watermark = '2016-01-12 01:07:32', newest_event = '2016-01-12 01:07:37',
       newest_closed = '2016-01-12 01:07:30', commit_no = 7, lsn = '0/1234567', snapshot_state = 'complete', slot = 'loadline';
insert into ods_region_profile (region_id, parent_id, region_name, limit_kw, valid_from) values
    (6, null, '全省', 1000, '2000-01-01'), (1, 6, '甲市', 500, '2000-01-01'), (2, 1, '甲东', 100, '2000-01-01'),
    (3, 1, '甲西', 100, '2000-01-01'), (4, 6, '乙市', 90, '2000-01-01'), (5, 4, '乙南', 60, '2000-01-01');
insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name, phone, address)
select region_id * 1000 + n, '用户' || region_id || '-' || n, (array['居民', '商业', '工业'])[n % 3 + 1],
       case region_id * 1000 + n when 2005 then 5 when 4007 then 2 else region_id end, 'R' || region_id,
       '1380000' || region_id || '00' || n, '门牌' || region_id
  from unnest(array[2, 3, 4, 5]) region_id, generate_series(1, 8) n;
insert into ods_power_user (user_id, user_name, usage_type, region_id, phone) values (9001, '用户无名', null, null, '13999');
insert into dwd_power_consumption_detail
    (consumption_id, user_id, user_name, consumption_amount, consumption_cost, consumption_date, region_id, region_name,
     usage_type, known_user, quality, commit_lsn, etl_time)
select row_number() over (order by at, u.user_id), u.user_id, u.user_name, kwh, kwh / 2, at, booked, 'R' || booked,
       coalesce(u.usage_type, '未知'), u.usage_type is not null, case when u.user_id % 7 = 0 then '{register_mismatch}'::text[] end,
       '0/1234567', '2016-01-12 02:00:00+08'
  from ods_power_user u
 cross join generate_series(timestamp '2016-01-11 00:00:00', '2016-01-12 01:00:00', '15 minutes') quarter
 cross join lateral (select quarter + make_interval(secs => (u.user_id * 37 + extract(hour from quarter)::int * 11) % 890 + 1) as at,
                            case when u.user_id = 4007 and quarter < '2016-01-12' then 4
                                 when u.user_id in (4007, 2005) then 2
                                 when u.user_id = 9001 then 0 else (u.user_id / 1000)::int end as booked) b
 cross join lateral (select booked + (u.user_id * 13 + extract(epoch from quarter)::bigint / 900 * 7) % 97 / 100.0 as kwh) k
 where at < '2016-01-12 01:05:00'
   and not (u.user_id in (3004, 5003) and quarter > '2016-01-11 20:00')
   and not (u.user_id = 5006 and extract(minute from quarter) <> 0)
   and not (u.user_id % 5 = 0 and extract(hour from quarter) between 3 and 4);
