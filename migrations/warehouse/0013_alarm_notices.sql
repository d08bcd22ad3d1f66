-- Who is told about alarms: receivers, routes, the outbox and what became of each message.

create table alarm_channels (
    channel_id int generated always as identity primary key,
    tenant_id int references access.tenants,
    name text not null check (length(name) between 1 and 64),
    kind text not null check (kind in ('webhook', 'email', 'syslog', 'wecom', 'dingtalk')),
    -- an address, recipients, or host and port, by kind; without what is secret in it
    target text not null check (length(target) between 1 and 1000),
    -- key of the signature, or the address of a robot, which is a secret itself
    secret bytea,
    lang text not null check (lang in ('zh', 'en')),
    is_enabled boolean not null default true,
    version int not null default 1,
    removed_at timestamptz,
    created_at timestamptz not null default now()
);

create table alarm_routes (
    route_id int generated always as identity primary key,
    tenant_id int references access.tenants,
    name text not null check (length(name) between 1 and 64),
    -- what `domain::alarms::notices::RouteDefinition` reads: severities, regions, schedule, steps, times
    definition jsonb not null,
    is_enabled boolean not null default true,
    version int not null default 1,
    removed_at timestamptz,
    created_at timestamptz not null default now()
);

-- One message to one receiver: one or more notices, and one chain of attempts.
create table alarm_messages (
    message_id bigint generated always as identity primary key,
    channel_id int not null references alarm_channels,
    -- pending, sending, sent, dead
    status text not null check (status in ('pending', 'sending', 'sent', 'dead')),
    notice_count int not null,
    is_test boolean not null default false,
    created_at timestamptz not null,
    next_attempt_at timestamptz,
    attempts int not null default 0,
    finished_at timestamptz,
    -- the last answer, in plain words
    outcome text,
    -- what was sent, without secrets
    subject text not null,
    body text not null
);
create index alarm_messages_due on alarm_messages (next_attempt_at) where status in ('pending', 'sending');
create index alarm_messages_channel on alarm_messages (channel_id, message_id);

-- One decision about one event on one step of one route.
create table alarm_notices (
    notice_id bigint generated always as identity primary key,
    route_id int not null references alarm_routes,
    step_no int not null,
    channel_id int not null references alarm_channels,
    alarm_id bigint not null references alarms,
    transition_id bigint not null references alarm_transitions,
    region_id int,
    kind text not null check (kind in ('raised', 'returned', 'reannunciated', 'escalated')),
    decided_at timestamptz not null,
    -- waiting: due later, decided again then; ready: to be put into a message; composed; skipped
    status text not null check (status in ('waiting', 'ready', 'composed', 'skipped')),
    due_at timestamptz not null,
    -- why not, as a code with a time that belongs to it
    reason text,
    reason_until timestamptz,
    reason_detail text,
    message_id bigint references alarm_messages,
    unique (transition_id, route_id, step_no)
);
create index alarm_notices_waiting on alarm_notices (due_at) where status = 'waiting';
create index alarm_notices_ready on alarm_notices (channel_id, due_at) where status = 'ready';
create index alarm_notices_alarm on alarm_notices (alarm_id, notice_id);
create index alarm_notices_message on alarm_notices (message_id);
create index alarm_notices_route on alarm_notices (route_id, alarm_id, notice_id);

-- Written before an attempt and completed after it: one without an end was cut off by a restart.
create table alarm_attempts (
    message_id bigint not null references alarm_messages,
    attempt_no int not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    -- sent, refused, timeout, unreachable, interrupted
    result text,
    detail text,
    primary key (message_id, attempt_no)
);
create index alarm_attempts_started on alarm_attempts (started_at);

alter table alarm_notices enable row level security;
create policy seen_regions on alarm_notices for select to loadline_pages using (
    (select coalesce(current_setting('loadline.regions', true), '') = '*')
    or region_id = any ((select case when coalesce(current_setting('loadline.regions', true), '') in ('', '*') then '{}'
                                     else current_setting('loadline.regions', true) end::int[])::int[]));
create policy every_row on alarm_notices for all to loadline_access using (true) with check (true);
-- an alarm's page tells its people who was told; receivers and routes are for those who manage them
grant select on alarm_notices to loadline_pages;
grant select (channel_id, tenant_id, name, kind, lang, is_enabled, removed_at) on alarm_channels to loadline_pages;
grant select (message_id, channel_id, status, attempts, finished_at, outcome, next_attempt_at) on alarm_messages to loadline_pages;
grant select on alarm_routes to loadline_pages;

grant select, insert, update on alarm_channels, alarm_routes, alarm_messages, alarm_notices, alarm_attempts to loadline_access;
