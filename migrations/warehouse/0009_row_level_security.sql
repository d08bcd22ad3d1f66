-- Pages ask as loadline_pages and see rows of the regions that the setting loadline.regions names: '*' for all, or an
-- array such as '{1,2}'. Without the setting they see nothing.

-- A refused change belongs to the region of its customer, as known when it came; without one, to whoever sees everything.
alter table dead_letters add column region_id int;
create index dead_letters_region on dead_letters (region_id);
create function loadline_letter_region(source_table text, raw jsonb) returns int language sql stable as $$
    select case
        when source_table = 'power_consumption' and raw ->> 'user_id' ~ '^-?[0-9]{1,18}$'
            then (select u.region_id from ods_power_user u where u.user_id = (raw ->> 'user_id')::bigint)
        when source_table <> 'power_consumption' and raw ->> 'region_id' ~ '^-?[0-9]{1,9}$' then (raw ->> 'region_id')::int
    end
$$;
create function loadline_place_letter() returns trigger language plpgsql as $$
begin
    new.region_id := loadline_letter_region(new.source_table, new.raw);
    return new;
end
$$;
create trigger place_letter before insert on dead_letters for each row execute function loadline_place_letter();
update dead_letters set region_id = loadline_letter_region(source_table, raw);

-- What people are shown of a refused change: no name of a home, and no telephone or address, because a look at those is
-- recorded elsewhere.
alter table dead_letters add column shown jsonb not null
    generated always as (
        case when jsonb_typeof(raw) <> 'object' then 'null'
             when coalesce(raw ->> 'usage_type', '未知') in ('居民', '未知') then raw - 'user_name' - 'phone' - 'address'
             else raw - 'phone' - 'address' end
    ) stored;

-- A view would ask as its owner, who sees everything.
create or replace view ods_power_consumption with (security_invoker = true) as
select d.consumption_id, d.user_id, d.consumption_amount, d.consumption_cost, d.consumption_date,
       d.meter_reading_before, d.meter_reading_after, d.remark,
       'accepted'::text as state, null::text as reason
  from dwd_power_consumption_detail d
union all
select case when l.source_key ~ '^-?[0-9]{1,18}$' then l.source_key::bigint end,
       case when l.shown ->> 'user_id' ~ '^-?[0-9]{1,18}$' then (l.shown ->> 'user_id')::bigint end,
       case when l.shown ->> 'consumption_amount' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.shown ->> 'consumption_amount')::numeric end,
       case when l.shown ->> 'consumption_cost' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.shown ->> 'consumption_cost')::numeric end,
       case when l.shown ->> 'consumption_date' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}' then (l.shown ->> 'consumption_date')::timestamp end,
       case when l.shown ->> 'meter_reading_before' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.shown ->> 'meter_reading_before')::numeric end,
       case when l.shown ->> 'meter_reading_after' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.shown ->> 'meter_reading_after')::numeric end,
       l.shown ->> 'remark',
       'rejected', l.reason
  from dead_letters l
 where l.source_table = 'power_consumption' and l.status = 'open';

-- Each half of a policy is asked once per statement, because it is a sub-select, and is no function, because the planner
-- would read its text again for each plan. A setting that is no list is an error, so that nothing is shown.
-- Rows of no region at all, such as customers without one, are for whoever sees everything.
do $$
declare
    relation text;
begin
    foreach relation in array array[
        'ods_power_user', 'ods_region_profile', 'dwd_power_consumption_detail', 'dead_letters', 'dws_region_daily_stats',
        'dws_user_ranking', 'dws_region_rollup', 'dws_user_day', 'dws_user_month', 'ads_power_dashboard', 'ads_region_day',
        'quality_hour'
    ] loop
        execute format('alter table %I enable row level security', relation);
        execute format($policy$
            create policy seen_regions on %I for select to loadline_pages using (
                (select coalesce(current_setting('loadline.regions', true), '') = '*')
                or region_id = any ((select case when coalesce(current_setting('loadline.regions', true), '') in ('', '*') then '{}'
                                                 else current_setting('loadline.regions', true) end::int[])::int[]))
            $policy$, relation);
    end loop;
    foreach relation in array array[
        'ods_region_profile', 'dwd_power_consumption_detail', 'dws_region_daily_stats', 'dws_user_ranking', 'dws_region_rollup',
        'dws_user_day', 'dws_user_month', 'ads_power_dashboard', 'ads_region_day', 'quality_hour', 'ods_power_consumption'
    ] loop
        execute format('grant select on %I to loadline_pages', relation);
    end loop;
end
$$;

-- telephone and address are not among these: a look at those is recorded, see access.telephone
grant select (dead_letter_id, received_at, commit_lsn, source_table, source_key, shown, reason, reason_text, status,
              settled_at, region_id) on dead_letters to loadline_pages;
grant select (user_id, user_name, usage_type, region_id, region_name, create_time, update_time, etl_time)
    on ods_power_user to loadline_pages;

-- Where the reader stands is the same for everybody and holds nobody's numbers.
grant select on progress, commit_changes, pipeline_events, pipeline_status to loadline_pages;
