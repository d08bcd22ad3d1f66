-- ADS: what a page shows.
create table ads_power_dashboard (
    dashboard_id text not null,
    stat_date timestamp(3) not null,
    region_id int not null,
    region_name text not null,
    total_consumption numeric(20, 2) not null,
    total_cost numeric(20, 2) not null,
    user_count bigint not null,
    avg_consumption numeric(18, 2) not null,
    peak_hour int not null,
    peak_consumption numeric(18, 2) not null,
    top_user_id bigint not null,
    top_user_name text not null,
    top_user_consumption numeric(20, 2) not null,
    update_time timestamptz not null default now(),
    primary key (region_id, stat_date)
) partition by range (stat_date);
create unique index ads_power_dashboard_id on ads_power_dashboard (dashboard_id, stat_date);

create table ads_region_day (
    region_id int not null,
    stat_day date not null,
    region_name text not null,
    total_consumption numeric(20, 2) not null,
    total_cost numeric(20, 2) not null,
    peak_hour int not null,
    peak_hour_consumption numeric(20, 2) not null,
    peak_quarter timestamp(3) not null,
    peak_quarter_consumption numeric(20, 2) not null,
    mean_kw numeric(20, 2) not null,
    peak_kw numeric(20, 2) not null,
    load_factor numeric(8, 4),
    top_user_id bigint not null,
    top_user_name text not null,
    top_user_consumption numeric(20, 2) not null,
    update_time timestamptz not null default now(),
    primary key (region_id, stat_day)
) with (fillfactor = 70);
create index ads_region_day_day on ads_region_day (stat_day);
