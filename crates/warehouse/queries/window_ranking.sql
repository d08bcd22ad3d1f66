-- Users who reported in one closed window, with their place in the window before.
-- $1 window, $2 window before, $3 regions, $4 usage type or null, $5 text or null, $6 offset, $7 limit
with reported as (
    select r.*, coalesce(u.usage_type, '未知') as usage_type, sum(r.total_consumption) over (partition by r.region_id) as region_kwh
      from dws_user_ranking r left join ods_power_user u using (user_id)
     where r.stat_date = $1 and r.region_id = any($3)
), placed as (
    select *, row_number() over (order by total_consumption desc, user_id) as place
      from reported where $4::text is null or usage_type = $4
), placed_before as (
    select r.user_id, row_number() over (order by r.total_consumption desc, r.user_id) as place
      from dws_user_ranking r left join ods_power_user u using (user_id)
     where r.stat_date = $2 and r.region_id = any($3) and ($4::text is null or coalesce(u.usage_type, '未知') = $4)
), chosen as (
    select p.*, b.place as place_before, row_number() over (order by p.place) as line
      from placed p left join placed_before b using (user_id)
     where $5::text is null or p.user_id::text like $5 || '%' or p.user_name like '%' || $5 || '%'
)
select place as "place!", place_before as "place_before?", user_id as "user_id!", user_name as "user_name!",
       usage_type as "usage_type!", region_id as "region_id!", total_consumption as "kwh!", total_cost as "cost!",
       round(100 * total_consumption / nullif(region_kwh, 0), 1) as "share_percent?",
       (select count(*) from chosen) as "total!", (select max(total_consumption) from placed) as "largest_kwh!",
       exists (select from placed_before) as "compared!"
  from chosen where line > $6::bigint and line <= $6::bigint + $7::bigint
 order by line
