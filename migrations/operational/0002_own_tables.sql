-- Our own small tables beside the operational ones.
-- region_profile: the tree of regions and their dated load limits.
create table if not exists region_profile (
    region_id int not null,
    parent_id int,
    region_name text,
    limit_kw decimal(14, 2),
    valid_from timestamp(3) not null default '2000-01-01',
    primary key (region_id, valid_from)
);

-- loadline_heartbeat: one row, touched on a timer, so that an otherwise idle database still
-- sends a transaction and the slot can let go of its log.
create table if not exists loadline_heartbeat (
    id int primary key,
    beat_at timestamptz not null
);
