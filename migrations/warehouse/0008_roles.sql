-- Two roles that cannot sign in and cannot bypass row-level security. Whoever connects takes one of them on:
-- loadline_pages asks for numbers and sees the regions of the viewer alone; loadline_access keeps accounts.
-- Roles belong to the whole cluster, so another database may have made them, perhaps at this very moment: whatever
-- collides with it is tried again. A user without the right to make roles is told what a superuser has to run.
do $$
declare
    wanted text;
    -- since PostgreSQL 16 a member may be barred from taking the role on
    needed constant text := case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end;
    roles constant text[] := array['loadline_pages', 'loadline_access'];
begin
    foreach wanted in array roles loop
        for attempt in 1..50 loop
            begin
                if not exists (select from pg_roles where rolname = wanted) then
                    execute format('create role %I nologin', wanted);
                end if;
                if not pg_has_role(current_user, wanted, needed) then
                    execute format('grant %I to current_user', wanted);
                end if;
                exit;
            exception
                when insufficient_privilege then
                    raise exception '%grant loadline_pages, loadline_access to %;',
                        (select coalesce(string_agg(format('create role %I nologin; ', name), ''), '') from unnest(roles) name
                          where not exists (select from pg_roles where rolname = name)),
                        quote_ident(current_user) using errcode = 'LLR01';
                -- internal_error: "tuple concurrently updated"
                when duplicate_object or unique_violation or undefined_object or internal_error then
                    if attempt = 50 then
                        raise;
                    end if;
                    perform pg_sleep(0.02);
            end;
        end loop;
        if exists (select from pg_roles where rolname = wanted and (rolsuper or rolbypassrls)) then
            raise exception '%', format('alter role %I nosuperuser nobypassrls;', wanted) using errcode = 'LLR01';
        end if;
    end loop;
end
$$;
