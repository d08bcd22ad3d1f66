-- Users by energy in a period, with their place in an earlier one, and those who moved far.
-- $1-$4   the period: whole days [$1, $2) and a piece of a day [$3, $4)
-- $5 regions, $6 usage type or null, $7 the running day, $8 and $9 masks of its closed quarter-hours,
-- $10 end of the last closed quarter-hour, $11-$14 the earlier period, $15 text or null,
-- $16 places that make a mover, $17 quarter-hours due, $18 percent that counts as complete,
-- $19 offset, $20 limit, $21 end of the earlier period's last closed quarter-hour, $22 quarter-hours due there,
-- $23 movers wanted
with booked as (
    select user_id, region_id, user_name, usage_type, record_count, total_consumption as kwh, total_cost as cost,
           last_consumption_id,
           bit_count((case when stat_day = $7 then quarter_lo & $8 else quarter_lo end)::bit(64))
         + bit_count((case when stat_day = $7 then quarter_hi & $9 else quarter_hi end)::bit(64)) as quarters
      from dws_user_day where stat_day >= $1 and stat_day < $2 and region_id = any($5)
     union all
    select user_id, region_id, (array_agg(user_name order by consumption_id desc))[1],
           (array_agg(usage_type order by consumption_id desc))[1], count(*), sum(consumption_amount),
           sum(consumption_cost), max(consumption_id),
           count(distinct date_bin('15 minutes', consumption_date, timestamp '2000-01-01'))
               filter (where consumption_date < $10)
      from dwd_power_consumption_detail
     where consumption_date >= $3 and consumption_date < $4 and region_id = any($5)
     group by user_id, region_id
), summed as (
    select user_id, (array_agg(region_id order by last_consumption_id desc))[1] as region_id,
           (array_agg(user_name order by last_consumption_id desc))[1] as user_name,
           (array_agg(usage_type order by last_consumption_id desc))[1] as usage_type,
           sum(record_count)::bigint as records, sum(kwh) as kwh, sum(cost) as cost, sum(quarters)::bigint as quarters
      from booked group by user_id
), shared as (
    select *, sum(kwh) over (partition by region_id) as region_kwh from summed
), placed as (
    select *, row_number() over (order by kwh desc, user_id) as place
      from shared where $6::text is null or usage_type = $6
), booked_before as (
    select user_id, usage_type, last_consumption_id, total_consumption as kwh,
           bit_count(quarter_lo::bit(64)) + bit_count(quarter_hi::bit(64)) as quarters
      from dws_user_day where stat_day >= $11 and stat_day < $12 and region_id = any($5)
     union all
    select user_id, (array_agg(usage_type order by consumption_id desc))[1], max(consumption_id), sum(consumption_amount),
           count(distinct date_bin('15 minutes', consumption_date, timestamp '2000-01-01'))
               filter (where consumption_date < $21)
      from dwd_power_consumption_detail
     where consumption_date >= $13 and consumption_date < $14 and region_id = any($5)
     group by user_id
), summed_before as (
    select user_id, (array_agg(usage_type order by last_consumption_id desc))[1] as usage_type, sum(kwh) as kwh,
           sum(quarters)::bigint as quarters
      from booked_before group by user_id
), placed_before as (
    select *, row_number() over (order by kwh desc, user_id) as place
      from summed_before where $6::text is null or usage_type = $6
), joined as (
    select p.*, b.place as place_before, b.quarters as quarters_before
      from placed p left join placed_before b using (user_id)
), chosen as (
    select *, row_number() over (order by place) as line
      from joined
     where $15::text is null or user_id::text like $15 || '%' or user_name like '%' || $15 || '%'
), moved as (
    select *, row_number() over (order by abs(place_before - place) desc, place) as line
      from joined
     where abs(place_before - place) >= $16::bigint
       and quarters * 100 >= $17::bigint * $18::bigint and quarters_before * 100 >= $22::bigint * $18::bigint
)
select place as "place!", place_before as "place_before?", user_id as "user_id!", user_name as "user_name!",
       usage_type as "usage_type!", region_id as "region_id!", kwh as "kwh!", cost as "cost!", records as "records!",
       round(100 * kwh / nullif(region_kwh, 0), 1) as "share_percent?", quarters as "quarters!",
       quarters_before as "quarters_before?", is_mover as "is_mover!",
       (select count(*) from chosen) as "total!", (select max(kwh) from placed) as "largest_kwh!",
       exists (select from placed_before) as "compared!"
  from (select place, place_before, user_id, user_name, usage_type, region_id, kwh, cost, records, region_kwh, quarters,
               quarters_before, line, false as is_mover
          from chosen where line > $19::bigint and line <= $19::bigint + $20::bigint
         union all
        select place, place_before, user_id, user_name, usage_type, region_id, kwh, cost, records, region_kwh, quarters,
               quarters_before, line, true
          from moved where line <= $23::bigint) found
 order by is_mover, line
