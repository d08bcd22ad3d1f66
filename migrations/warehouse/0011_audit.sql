-- Who did what. Each entry holds the hash of the one before it, so that a change of any entry shows.
create table access.audit_log (
    entry_no bigint primary key,
    at timestamptz not null,
    -- person, token, claim, command, system
    actor_kind text not null,
    actor_id bigint,
    actor_name text not null,
    address text not null,
    -- whose people may see the entry; null: the operator of the installation
    tenant_id int,
    action text not null,
    object_kind text not null,
    object_id text not null,
    -- kept as written, because the hash is of the text
    before json,
    after json,
    reason text,
    previous_hash bytea not null,
    hash bytea not null
);
create index audit_log_at on access.audit_log (at);
create index audit_log_object on access.audit_log (object_kind, object_id);
create index audit_log_tenant on access.audit_log (tenant_id, entry_no);

-- The end of the chain.
create table access.audit_head (
    id int primary key check (id = 1),
    entry_no bigint not null,
    hash bytea not null
);
insert into access.audit_head values (1, 0, sha256(''));

-- A field of the hashed text: its length in bytes and itself, so that no two entries have the same text.
create function access.audit_field(value text) returns text language sql immutable as $$
    select case when value is null then '-' else octet_length(value)::text || ':' || value end || ';'
$$;

create function access.audit(
    actor_kind text, actor_id bigint, actor_name text, address text, tenant_id int, action text,
    object_kind text, object_id text, before text, after text, reason text
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    head access.audit_head;
    now_at timestamptz;
    field_text text;
    new_hash bytea;
begin
    -- one writer at a time: the order of entries is the order of commits
    select * into strict head from access.audit_head where id = 1 for update;
    -- entries are hashed with microseconds, as they are stored
    now_at := clock_timestamp();
    field_text := access.audit_field((head.entry_no + 1)::text)
        || access.audit_field((extract(epoch from now_at) * 1000000)::bigint::text)
        || access.audit_field(actor_kind) || access.audit_field(actor_id::text) || access.audit_field(actor_name)
        || access.audit_field(address) || access.audit_field(tenant_id::text) || access.audit_field(action)
        || access.audit_field(object_kind) || access.audit_field(object_id)
        || access.audit_field(before) || access.audit_field(after) || access.audit_field(reason);
    new_hash := sha256(head.hash || convert_to(field_text, 'UTF8'));
    insert into access.audit_log
    values (head.entry_no + 1, now_at, actor_kind, actor_id, actor_name, address, tenant_id, action,
            object_kind, object_id, before::json, after::json, reason, head.hash, new_hash);
    update access.audit_head set entry_no = head.entry_no + 1, hash = new_hash where id = 1;
    return head.entry_no + 1;
end
$$;

-- Not even the owner changes an entry by mistake.
create function access.audit_is_final() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never changed or removed';
end
$$;
create trigger audit_is_final before update or delete on access.audit_log
    for each row execute function access.audit_is_final();
create trigger audit_is_never_emptied before truncate on access.audit_log
    for each statement execute function access.audit_is_final();

revoke all on function access.audit(text, bigint, text, text, int, text, text, text, text, text, text) from public;
revoke all on function access.audit_field(text) from public;
grant select on access.audit_log, access.audit_head to loadline_access;
grant execute on function access.audit(text, bigint, text, text, int, text, text, text, text, text, text) to loadline_access;

-- The telephone number of a customer whose region is among these (null: all), with the look recorded in the same
-- statement; no row when there is no such customer.
create function access.telephone(
    customer bigint, regions int[], actor_kind text, actor_id bigint, actor_name text, address text, tenant_id int, reason text
) returns setof text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    number text;
begin
    select u.phone into number from public.ods_power_user u
     where u.user_id = customer and (regions is null or u.region_id = any (regions));
    if found then
        perform access.audit(actor_kind, actor_id, actor_name, address, tenant_id, 'telephone.view', 'customer',
                             customer::text, null, null, reason);
        return next number;
    end if;
end
$$;
revoke all on function access.telephone(bigint, int[], text, bigint, text, text, int, text) from public;
grant execute on function access.telephone(bigint, int[], text, bigint, text, text, int, text) to loadline_access;
