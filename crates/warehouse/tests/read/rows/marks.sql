-- What is not made of readings.
insert into quality_hour
select hour, region_id, region_id * 100, region_id * 10, region_id * 1.01, region_id, region_id * 2
  from unnest(array[0, 2, 3, 4, 5]) region_id,
       generate_series(timestamp '2016-01-11 00:00:00', '2016-01-12 01:00:00', '1 hour') hour;
insert into dead_letters (received_at, commit_lsn, source_table, source_key, raw, reason, reason_text, status)
select timestamptz '2016-01-12 00:00:00+08' + make_interval(mins => n::int), '0/100', 'power_consumption', (5000 + n)::text,
       jsonb_build_object('user_id', user_id, 'consumption_amount', '-1', 'consumption_date', '2016-01-12 00:10:00'),
       case n % 2 when 0 then 'negative_amount' else 'missing_date' end, '电量 -1 小于 0', case n % 5 when 0 then 'cleared' else 'open' end
  from unnest(array[2001, 2002, 3001, 4001, 4007, 5001, 5002, 5008, 9001, 77777]) with ordinality as l (user_id, n);
insert into dead_letters (commit_lsn, source_table, source_key, raw, reason, reason_text) values
    ('0/200', 'power_user', '5009', '{"user_id": "5009", "region_id": "5", "phone": "13812345678", "address": "门牌五"}', 'bad_user', '…'),
    ('0/200', 'power_user', '2009', '{"user_id": "2009", "region_id": "2", "phone": "13812345679", "address": "门牌二"}', 'bad_user', '…'),
    ('0/201', 'region_profile', '4', '{"region_id": "4", "limit_kw": "x"}', 'bad_region', '…'),
    ('0/202', 'power_consumption', null, '"a text"', 'missing_key', '…');
