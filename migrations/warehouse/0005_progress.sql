-- The position of the log reader and what each commit changed.
create table progress (
    -- one reader per warehouse
    id int primary key check (id = 1),
    system_identifier text,
    timeline int,
    slot text,
    database text,
    time_zone text,
    lsn pg_lsn not null default '0/0',
    -- raised by each engine that starts, so that a forgotten one cannot commit
    epoch bigint not null default 0,
    -- local wall time of the source; null before the first accepted reading
    watermark timestamp(3),
    newest_event timestamp(3),
    newest_closed timestamp(3),
    -- none, copying, complete
    snapshot_state text not null default 'none',
    snapshot_rows_done bigint not null default 0,
    snapshot_rows_total bigint not null default 0,
    snapshot_started_at timestamptz,
    commit_no bigint not null default 0,
    -- commit time at the source of the newest transaction in here
    source_commit_time timestamptz,
    last_row_at timestamptz,
    committed_at timestamptz not null default now()
);
insert into progress (id) values (1);

-- Which parts of the read models a commit touched; readers refresh those. Bounded: old commits are deleted.
create table commit_changes (
    commit_no bigint not null,
    -- window, rollup, user, region, dead_letter, all
    topic text not null,
    region_id int not null default 0
);
create index commit_changes_no on commit_changes (commit_no);

-- Counters per hour of data time.
create table quality_hour (
    period_start timestamp(3) not null,
    region_id int not null,
    row_count bigint not null default 0,
    late_count bigint not null default 0,
    late_consumption numeric(20, 2) not null default 0,
    retracted_count bigint not null default 0,
    register_mismatch_count bigint not null default 0,
    primary key (period_start, region_id)
);

-- What happened to the pipeline itself: starts, reconnects, snapshots, gaps, truncations, stops.
create table pipeline_events (
    event_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    kind text not null,
    detail text not null,
    duration_ms bigint
);

-- Keys seen by a copy that runs over an existing warehouse; what it did not see is gone at the source.
create unlogged table snapshot_seen (
    consumption_id bigint not null,
    consumption_date timestamp(3) not null,
    primary key (consumption_id, consumption_date)
);
