-- The two tables of the operational system, exactly as the power-warehouse document describes them.
-- Primary keys only: real operational tables hold dirty rows, and a rule here would hide them.
create table if not exists power_user (
    user_id bigint primary key,
    user_name text,
    usage_type text,
    region_id int,
    region_name text,
    address text,
    phone text,
    create_time timestamp(3),
    update_time timestamp(3)
);

create table if not exists power_consumption (
    consumption_id bigint primary key,
    user_id bigint,
    consumption_amount decimal(10, 2),
    consumption_cost decimal(10, 2),
    consumption_date timestamp(3),
    meter_reading_before decimal(10, 2),
    meter_reading_after decimal(10, 2),
    remark text
);
