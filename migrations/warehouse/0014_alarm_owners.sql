-- Whose rules, receivers, routes and messages a question of the pages may read: the operator's, and those of tenants
-- whose regions it sees.
create function loadline_seen_tenants() returns int[] language sql stable security definer set search_path = pg_catalog as $$
    select array(
        select distinct tenant_id from access.tenant_regions
         where region_id = any (case when coalesce(current_setting('loadline.regions', true), '') in ('', '*') then '{}'
                                     else current_setting('loadline.regions', true) end::int[]))
$$;
revoke all on function loadline_seen_tenants() from public;
grant execute on function loadline_seen_tenants() to loadline_pages;

do $$
declare
    relation text;
begin
    foreach relation in array array['alarm_rules', 'alarm_channels', 'alarm_routes'] loop
        execute format('alter table %I enable row level security', relation);
        execute format($policy$
            create policy seen_owners on %I for select to loadline_pages using (
                (select coalesce(current_setting('loadline.regions', true), '') = '*')
                or ((select coalesce(current_setting('loadline.regions', true), '') <> '') and tenant_id is null)
                or tenant_id = any ((select loadline_seen_tenants())::int[]))
            $policy$, relation);
        execute format('create policy every_row on %I for all to loadline_access using (true) with check (true)', relation);
    end loop;
end
$$;
alter table alarm_rule_versions enable row level security;
create policy seen_owners on alarm_rule_versions for select to loadline_pages
    using (rule_id in (select rule_id from alarm_rules));
create policy every_row on alarm_rule_versions for all to loadline_access using (true) with check (true);
alter table alarm_messages enable row level security;
create policy seen_owners on alarm_messages for select to loadline_pages
    using (channel_id in (select channel_id from alarm_channels));
create policy every_row on alarm_messages for all to loadline_access using (true) with check (true);
