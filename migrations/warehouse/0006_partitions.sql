-- Daily partitions. Created beside the parent and attached: ATTACH takes a lock that lets readers and writers go on.
create function loadline_ensure_day(day date) returns boolean language plpgsql as $$
declare
    parent text;
    child text;
    made boolean := false;
begin
    foreach parent in array array['dwd_power_consumption_detail', 'dws_region_daily_stats', 'dws_user_ranking', 'ads_power_dashboard'] loop
        child := parent || to_char(day, '"_p"YYYYMMDD');
        if to_regclass(child) is null then
            execute format('create table %I (like %I including defaults including constraints)', child, parent);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                           parent, child, day::timestamp, (day + 1)::timestamp);
            made := true;
        end if;
    end loop;
    return made;
end
$$;

-- The days that have partitions of a parent, oldest first, with what they weigh.
create function loadline_partitions(parent text)
    returns table (child text, stat_day date, size_bytes bigint) language sql stable as $$
    select c.relname::text,
           to_date(right(c.relname, 8), 'YYYYMMDD'),
           pg_total_relation_size(c.oid)
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
     where i.inhparent = parent::regclass
     order by 2
$$;
