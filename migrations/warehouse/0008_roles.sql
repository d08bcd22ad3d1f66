-- Two roles that cannot sign in and cannot bypass row-level security. Whoever connects takes one of them on:
-- loadline_pages asks for numbers and sees the regions of the viewer alone; loadline_access keeps accounts.
-- Roles belong to the whole cluster, so another database may have made them, perhaps at this very moment.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['loadline_pages', 'loadline_access'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole', wanted);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
        if not pg_has_role(current_user, wanted, 'MEMBER') then
            execute format('grant %I to current_user', wanted);
        end if;
    end loop;
end
$$;
