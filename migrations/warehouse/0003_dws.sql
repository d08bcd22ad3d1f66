-- DWS: closed 5-second windows, their rankings, and the roll-ups that also hold what is still open.
create table dws_region_daily_stats (
    region_id int not null,
    region_name text not null,
    stat_date timestamp(3) not null,
    total_consumption numeric(20, 2) not null,
    total_cost numeric(20, 2) not null,
    user_count bigint not null,
    avg_consumption numeric(18, 2) not null,
    max_consumption numeric(18, 2) not null,
    min_consumption numeric(18, 2) not null,
    record_count bigint not null,
    -- how often the row changed after it was first written
    revision int not null default 0,
    first_written timestamptz not null default now(),
    update_time timestamptz not null default now(),
    primary key (region_id, stat_date)
) partition by range (stat_date);
create index dws_region_daily_stats_date on dws_region_daily_stats (stat_date);

create table dws_user_ranking (
    user_id bigint not null,
    user_name text not null,
    region_id int not null,
    region_name text not null,
    stat_date timestamp(3) not null,
    total_consumption numeric(20, 2) not null,
    total_cost numeric(20, 2) not null,
    ranking int not null,
    primary key (stat_date, region_id, user_id)
) partition by range (stat_date);

create table dws_region_rollup (
    region_id int not null,
    grain text not null check (grain in ('15min', 'hour', 'day', 'month', 'year')),
    period_start timestamp(3) not null,
    region_name text not null,
    total_consumption numeric(20, 2) not null,
    total_cost numeric(20, 2) not null,
    record_count bigint not null,
    user_count bigint not null,
    avg_consumption numeric(18, 2) not null,
    max_consumption numeric(18, 2) not null,
    min_consumption numeric(18, 2) not null,
    -- the detail row that names the region in this group
    last_consumption_id bigint not null,
    -- how often the row changed after its period had closed
    revision int not null default 0,
    update_time timestamptz not null default now(),
    primary key (region_id, grain, period_start)
) with (fillfactor = 70);
create index dws_region_rollup_period on dws_region_rollup (grain, period_start);

create table dws_user_day (
    stat_day date not null,
    region_id int not null,
    user_id bigint not null,
    user_name text not null,
    usage_type text not null,
    record_count bigint not null,
    total_consumption numeric(20, 2) not null,
    total_cost numeric(20, 2) not null,
    -- the detail row that names the user in this group
    last_consumption_id bigint not null,
    -- bit q of quarter_lo (q < 48) or bit q - 48 of quarter_hi: a reading lies in that quarter-hour of the day
    quarter_lo bigint not null,
    quarter_hi bigint not null,
    primary key (stat_day, region_id, user_id)
) with (fillfactor = 70);
create index dws_user_day_user on dws_user_day (user_id, stat_day);

-- How many days of a month a user has readings in: makes month and year distinct counts exact.
create table dws_user_month (
    stat_month date not null,
    region_id int not null,
    user_id bigint not null,
    day_count int not null,
    primary key (region_id, user_id, stat_month)
);
