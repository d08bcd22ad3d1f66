-- ODS: rows as last seen at the source.
create table ods_power_user (
    user_id bigint primary key,
    user_name text,
    usage_type text,
    region_id int,
    region_name text,
    address text,
    phone text,
    create_time timestamp(3),
    update_time timestamp(3),
    etl_time timestamptz not null default now()
);
create index ods_power_user_region on ods_power_user (region_id);
create index ods_power_user_name on ods_power_user (user_name text_pattern_ops);

create table ods_region_profile (
    region_id int not null,
    parent_id int,
    region_name text,
    limit_kw numeric,
    valid_from timestamp(3) not null,
    etl_time timestamptz not null default now(),
    primary key (region_id, valid_from)
);
