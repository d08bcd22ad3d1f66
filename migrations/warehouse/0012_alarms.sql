-- Alarms after ISA-18.2: rules with all their versions, the alarms themselves, and what happened to each.

create table alarm_rules (
    rule_id bigint generated always as identity primary key,
    -- null: the operator of the installation
    tenant_id int references access.tenants,
    -- of a rule that the product brings along; null for others
    code text unique,
    version int not null,
    is_enabled boolean not null default false,
    -- removed rules stay, because alarms of the past name them
    removed_at timestamptz,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);

-- A version is never changed. `definition` is what `domain::alarms::RuleDefinition` reads.
create table alarm_rule_versions (
    rule_id bigint not null references alarm_rules,
    version int not null,
    definition jsonb not null,
    made_at timestamptz not null default now(),
    made_by text not null,
    note text,
    primary key (rule_id, version)
);

-- One row per alarm (a rule at one subject) about which there is anything to tell: its state and all its timers.
create table alarms (
    alarm_id bigint generated always as identity primary key,
    rule_id bigint not null references alarm_rules,
    rule_version int not null,
    subject_kind text not null check (subject_kind in ('region', 'user', 'pipeline')),
    subject_id bigint not null,
    -- null: of the installation as a whole
    region_id int,
    -- 1 critical, 2 high, 3 medium, 4 low
    severity smallint not null check (severity between 1 and 4),
    state text not null check (state in ('NORM', 'UNACK', 'ACKED', 'RTNUN', 'LTUNK', 'LTACK', 'SHLVD', 'DSUPR', 'OOSRV')),
    state_since timestamptz not null,
    quality text not null check (quality in ('good', 'no_data', 'uncertain')),
    -- bit per condition: its last result
    holds int not null default 0,
    -- process timers, in event time
    true_since timestamp(3),
    true_count int not null default 0,
    false_since timestamp(3),
    is_active boolean not null,
    is_retrospective boolean not null default false,
    is_acknowledged boolean not null default false,
    occurrence bigint not null default 0,
    started_at timestamp(3),
    returned_at timestamp(3),
    value numeric(20, 2),
    threshold numeric(20, 2),
    value_at timestamp(3),
    annunciated_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    acknowledged_by_id bigint,
    assignee text,
    assignee_id bigint,
    -- people timers, on the wall clock
    shelved_until timestamptz,
    reannunciate_at timestamptz,
    set_aside_reason text,
    set_aside_by text,
    set_aside_by_id bigint,
    hidden_count int not null default 0,
    review_on date,
    -- what suppresses it by design: another alarm, or 'pipeline'
    suppressed_by jsonb,
    version int not null default 1,
    -- the value of alarm_progress.revision when it last changed
    revision bigint not null,
    unique (rule_id, subject_kind, subject_id)
);
create index alarms_desk on alarms (severity, annunciated_at desc, alarm_id) where state in ('UNACK', 'ACKED', 'RTNUN', 'LTUNK', 'LTACK');
create index alarms_set_aside on alarms (state) where state in ('SHLVD', 'DSUPR', 'OOSRV');
create index alarms_region on alarms (region_id);
create index alarms_revision on alarms (revision);

create table alarm_transitions (
    transition_id bigint generated always as identity primary key,
    alarm_id bigint not null references alarms,
    rule_id bigint not null,
    region_id int,
    event text not null,
    from_state text not null,
    to_state text not null,
    severity smallint not null,
    at timestamptz not null,
    event_time timestamp(3),
    occurrence bigint not null,
    value numeric(20, 2),
    threshold numeric(20, 2),
    is_annunciated boolean not null,
    is_retrospective boolean not null,
    actor text,
    actor_id bigint,
    reason text,
    revision bigint not null
);
create index alarm_transitions_alarm on alarm_transitions (alarm_id, transition_id);
create index alarm_transitions_annunciated on alarm_transitions (at) where is_annunciated;
create index alarm_transitions_at on alarm_transitions (at);
create index alarm_transitions_revision on alarm_transitions (revision);

-- Where the evaluation stands. Whoever changes an alarm holds this row, so that there is one change at a time.
create table alarm_progress (
    id int primary key check (id = 1),
    -- raised by each evaluation that starts, so that a forgotten one cannot commit
    epoch bigint not null default 0,
    -- event time up to which the rules have been evaluated; null before the first evaluation
    evaluated_until timestamp(3),
    -- revised numbers are looked for since then
    revised_since timestamptz,
    -- raised with every change of an alarm
    revision bigint not null default 0,
    -- raised with every change of a rule, a desk, the holidays
    rules_revision bigint not null default 0,
    -- the rules that the product brings along have been written
    has_starter_rules boolean not null default false,
    evaluated_at timestamptz
);
insert into alarm_progress (id) values (1);

create table alarm_holidays (
    day date primary key,
    name text not null check (length(name) between 1 and 64)
);

-- A rule run over stored numbers.
create table alarm_trials (
    trial_id bigint generated always as identity primary key,
    rule_id bigint references alarm_rules,
    tenant_id int references access.tenants,
    -- regions that the author sees; null: all
    seen_regions int[],
    definition jsonb not null,
    -- another version to compare with
    other_definition jsonb,
    labels text[] not null default '{}',
    from_at timestamp(3) not null,
    to_at timestamp(3) not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    -- times the rule would have fired, how long, where
    result jsonb,
    problem text,
    made_by text not null,
    made_at timestamptz not null default now(),
    finished_at timestamptz
);
create index alarm_trials_rule on alarm_trials (rule_id, trial_id);

-- A named set of regions that people watch together.
create table alarm_desks (
    desk_id int generated always as identity primary key,
    tenant_id int references access.tenants,
    name text not null check (length(name) between 1 and 64),
    -- null: all regions of its owner
    regions int[],
    -- positions that are staffed at the same time
    positions int not null default 1 check (positions between 1 and 50),
    version int not null default 1,
    removed_at timestamptz
);

-- One turn of duty at a desk.
create table alarm_shifts (
    shift_id bigint generated always as identity primary key,
    desk_id int not null references alarm_desks,
    name text not null check (length(name) between 1 and 64),
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    people text[] not null default '{}',
    version int not null default 1
);
create index alarm_shifts_desk on alarm_shifts (desk_id, starts_at);

-- From one shift to the next; both sides sign what was handed over.
create table alarm_handovers (
    handover_id bigint generated always as identity primary key,
    desk_id int not null references alarm_desks,
    from_shift_id bigint references alarm_shifts,
    to_shift_id bigint references alarm_shifts,
    notes text not null default '',
    -- open, shelved, suppressed and out of service alarms as they were when the first signature was given
    snapshot jsonb,
    outgoing text,
    outgoing_id bigint,
    outgoing_signed_at timestamptz,
    incoming text,
    incoming_id bigint,
    incoming_signed_at timestamptz,
    version int not null default 1,
    created_at timestamptz not null default now()
);
create index alarm_handovers_desk on alarm_handovers (desk_id, handover_id);

-- What pages see: the alarms of the viewer's regions; what is of no region is for whoever sees everything.
do $$
declare
    relation text;
begin
    foreach relation in array array['alarms', 'alarm_transitions'] loop
        execute format('alter table %I enable row level security', relation);
        execute format($policy$
            create policy seen_regions on %I for select to loadline_pages using (
                (select coalesce(current_setting('loadline.regions', true), '') = '*')
                or region_id = any ((select case when coalesce(current_setting('loadline.regions', true), '') in ('', '*') then '{}'
                                                 else current_setting('loadline.regions', true) end::int[])::int[]))
            $policy$, relation);
        execute format('create policy every_row on %I for all to loadline_access using (true) with check (true)', relation);
        execute format('grant select on %I to loadline_pages', relation);
    end loop;
end
$$;
-- Rules hold no numbers; whose rule it is decides the page.
grant select on alarm_rules, alarm_rule_versions, alarm_progress, alarm_holidays to loadline_pages;

-- What people decide is written by the role that also writes who it was.
grant select, insert, update on alarm_rules, alarm_rule_versions, alarms, alarm_transitions, alarm_trials, alarm_desks,
      alarm_shifts, alarm_handovers to loadline_access;
grant select, update on alarm_progress to loadline_access;
grant select, insert, update, delete on alarm_holidays to loadline_access;
grant delete on alarm_shifts, alarm_trials to loadline_access;
