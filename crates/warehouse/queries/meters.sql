-- Meters of the last 24 hours per region: expected, slow, reported, and the energy that is not load.
-- $1 the moment, $2 its day, $3 quarter-hours of that day still to come, $4 minutes looked back on, $5 quarter-hours that
-- those touch, $6 the end of minute 0, $7 whether to count meters that reported in the last 15 minutes.
with mask as (
    select region_id, user_id,
           (bit_or(case when stat_day = $2::date
                        then quarter_hi::bit(48) || quarter_lo::bit(48) || 0::bit(48) || 0::bit(48)
                        else 0::bit(48) || 0::bit(48) || quarter_hi::bit(48) || quarter_lo::bit(48) end)
            << $3)::bit(96) as seen
      from dws_user_day where stat_day in ($2::date, $2::date - 1)
     group by region_id, user_id
), judged as materialized (
    select region_id, user_id,
           bit_count(seen & (seen << 1)) * 2 < bit_count(seen)
             and not (bit_count(seen) = 1 and bit_count(seen::bit(2)) = 1) as slow,
           bit_count(substring(seen & ~(seen << 1) from 1 for $5::int)) > 0 as gap
      from mask where bit_count(seen) > 0
), returned as (
    -- the first reading of each quarter-hour of a meter that had an empty one: only that can end a gap
    select j.region_id, j.slow, d.consumption_date, d.consumption_amount
      from judged j
     -- under row-level security only bounds that are plain columns go through the index
     cross join (select start, start + interval '15 minutes' as stop
                   from generate_series(date_bin('15 minutes', $1::timestamp - make_interval(mins => $4::int), timestamp '2000-01-01'),
                                        $1::timestamp, interval '15 minutes') as s(start)
                 offset 0) q
      join lateral (select consumption_date, consumption_amount from dwd_power_consumption_detail d
                     where d.user_id = j.user_id and d.region_id + 0 = j.region_id
                       and d.consumption_date >= q.start and d.consumption_date < q.stop
                     order by consumption_date limit 1) d on true
     where j.gap and not j.slow
       and d.consumption_date >= $1::timestamp - make_interval(mins => $4::int) and d.consumption_date < $1::timestamp
       and d.consumption_date - (
             select max(p.consumption_date) from dwd_power_consumption_detail p
              where p.user_id = j.user_id and p.consumption_date < d.consumption_date
                and p.consumption_date >= $1::timestamp - interval '2 days'
                and p.consumption_date < $1::timestamp) > interval '22 minutes 30 seconds'
), excluded as (
    select * from returned
    union all
    select j.region_id, j.slow, d.consumption_date, d.consumption_amount
      from judged j
      join lateral (select consumption_date, consumption_amount from dwd_power_consumption_detail d
                     where d.user_id = j.user_id and d.region_id + 0 = j.region_id
                       and d.consumption_date >= $1::timestamp - make_interval(mins => $4::int)
                       and d.consumption_date < $1::timestamp) d on true
     where j.slow
)
select region_id as "region_id!", 'expected' as "kind!", 0 as "minute!",
       count(*) filter (where not slow) as "amount!" from judged group by region_id
union all
select region_id, 'slow', 0, count(*) from judged where slow group by region_id
union all
select j.region_id, 'reported', 0, count(*)
  from judged j
  -- one look into the index per meter, however many readings there are
  join lateral (select from dwd_power_consumption_detail d
                 where d.user_id = j.user_id and d.region_id + 0 = j.region_id
                   and d.consumption_date >= $1::timestamp - interval '15 minutes'
                   and d.consumption_date < $1::timestamp
                 limit 1) d on true
 where $7::boolean and not j.slow
 group by j.region_id
union all
select region_id, case when slow then 'slow_kwh' else 'catch_up' end,
       (ceil(extract(epoch from $6::timestamp - consumption_date) / 60) - 1)::int,
       (sum(consumption_amount) * 100)::bigint
  from excluded group by 1, 2, 3
