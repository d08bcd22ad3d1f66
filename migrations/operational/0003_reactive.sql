-- Reactive energy per metered interval, where meters measure it. Followed through the log like the readings.
create table if not exists power_reactive (
    user_id bigint not null,
    interval_end timestamp(3) not null,
    kvarh decimal(14, 2),
    primary key (user_id, interval_end)
);
