-- DWD: one accepted reading with its booking and its place in the log. This is the durable state of the engine.
create table dwd_power_consumption_detail (
    consumption_id bigint not null,
    user_id bigint not null,
    user_name text not null,
    consumption_amount numeric(18, 2) not null,
    consumption_cost numeric(18, 2) not null,
    consumption_date timestamp(3) not null,
    region_id int not null,
    region_name text not null,
    usage_type text not null,
    -- registers are not judged, so any number must fit
    meter_reading_before numeric,
    meter_reading_after numeric,
    remark text,
    -- false while the reading is booked to the placeholder user
    known_user boolean not null,
    -- flags such as register_mismatch; null when there are none
    quality text[],
    commit_lsn pg_lsn not null,
    etl_time timestamptz not null default now(),
    primary key (consumption_id, consumption_date)
) partition by range (consumption_date);
create index dwd_detail_region on dwd_power_consumption_detail (region_id, consumption_date);
create index dwd_detail_user on dwd_power_consumption_detail (user_id, consumption_date);
create index dwd_detail_unknown on dwd_power_consumption_detail (user_id, consumption_id) where not known_user;

-- Rejected changes, kept until their source row becomes valid or goes away.
create table dead_letters (
    dead_letter_id bigint generated always as identity primary key,
    received_at timestamptz not null default now(),
    commit_lsn pg_lsn not null,
    source_table text not null,
    source_key text,
    raw jsonb not null,
    reason text not null,
    reason_text text not null,
    status text not null default 'open' check (status in ('open', 'cleared', 'discarded')),
    settled_at timestamptz
);
create index dead_letters_open on dead_letters (source_table, source_key) where status = 'open';
create index dead_letters_received on dead_letters (received_at);

create view ods_power_consumption as
select d.consumption_id, d.user_id, d.consumption_amount, d.consumption_cost, d.consumption_date,
       d.meter_reading_before, d.meter_reading_after, d.remark,
       'accepted'::text as state, null::text as reason
  from dwd_power_consumption_detail d
union all
select case when l.source_key ~ '^-?[0-9]{1,18}$' then l.source_key::bigint end,
       case when l.raw ->> 'user_id' ~ '^-?[0-9]{1,18}$' then (l.raw ->> 'user_id')::bigint end,
       case when l.raw ->> 'consumption_amount' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.raw ->> 'consumption_amount')::numeric end,
       case when l.raw ->> 'consumption_cost' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.raw ->> 'consumption_cost')::numeric end,
       case when l.raw ->> 'consumption_date' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}' then (l.raw ->> 'consumption_date')::timestamp end,
       case when l.raw ->> 'meter_reading_before' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.raw ->> 'meter_reading_before')::numeric end,
       case when l.raw ->> 'meter_reading_after' ~ '^-?[0-9]{1,30}(\.[0-9]+)?$' then (l.raw ->> 'meter_reading_after')::numeric end,
       l.raw ->> 'remark',
       'rejected', l.reason
  from dead_letters l
 where l.source_table = 'power_consumption' and l.status = 'open';
