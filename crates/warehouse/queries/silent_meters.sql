-- Meters without a reading for more than twice their usual interval, the longest silent first.
-- $1 regions, $2 the first day looked at, $3 the moment, $4 how many.
with newest as (
    select user_id, max(stat_day) as last_day,
           (array_agg(user_name order by stat_day desc))[1] as user_name,
           (array_agg(usage_type order by stat_day desc))[1] as usage_type,
           (array_agg(region_id order by stat_day desc))[1] as region_id,
           (array_agg(bit_count(quarter_lo::bit(64)) + bit_count(quarter_hi::bit(64)) order by stat_day desc)
                filter (where stat_day < $3::timestamp::date))[1] as full_day_quarters,
           coalesce(avg(total_consumption) filter (where stat_day < $3::timestamp::date),
                    avg(total_consumption)) as usual_kwh
      from dws_user_day
     where region_id = any($1) and stat_day >= $2 and stat_day <= $3::timestamp::date
     group by user_id
), timed as (
    select n.*, greatest(15, 1440 / greatest(1, coalesce(full_day_quarters, 96))) as interval_minutes,
           (select max(d.consumption_date) from dwd_power_consumption_detail d
             where d.user_id = n.user_id and d.consumption_date >= n.last_day::timestamp
               and d.consumption_date < n.last_day::timestamp + interval '1 day') as last_reading
      from newest n
)
select user_id as "user_id!", user_name as "user_name!", usage_type as "usage_type!", region_id as "region_id!",
       last_reading as "last_reading!", interval_minutes as "interval_minutes!",
       round(usual_kwh, 2) as "usual_kwh_per_day!", count(*) over () as "total!"
  from timed
 where last_reading < $3 - make_interval(mins => (2 * interval_minutes)::int)
 order by last_reading, user_id limit $4
