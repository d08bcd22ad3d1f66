-- Settlement: tariffs, contracts, metered days, statements. Documents are what `domain::settlement` reads as JSON.

-- ---- what settlement follows ----

-- Reactive energy as accepted.
create table dwd_power_reactive (
    user_id bigint not null,
    interval_end timestamp(3) not null,
    kvarh numeric(14, 2) not null,
    commit_lsn pg_lsn not null,
    primary key (user_id, interval_end)
);
-- for what expires
create index dwd_power_reactive_end on dwd_power_reactive using brin (interval_end);

-- Which customer days a commit of the log touched, for customers with a contract. Written in the commit's transaction, append only,
-- so that the log never waits for settlement; removed by settlement when the days are settled.
create table settlement_changes (
    commit_no bigint not null,
    user_id bigint not null,
    stat_day date not null
);
create index settlement_changes_no on settlement_changes (commit_no, user_id, stat_day);

-- Days to be settled again because something else changed: a tariff, a contract, a holiday, a decision, the rules. The worker goes
-- through the contracts in order of their numbers and notes how far it got.
create table settlement_requests (
    request_id bigint generated always as identity primary key,
    cause text not null check (cause in ('tariff', 'calendar', 'trigger', 'contract', 'rules', 'estimate', 'readings')),
    -- for the reason of adjustments: which tariff and version, which holiday
    cause_text text not null,
    -- one contract, the contracts of one tariff, or all
    contract_id bigint,
    tariff_code text,
    from_day date not null,
    -- null: to the newest settled day
    to_day date,
    last_contract_id bigint not null default 0,
    made_at timestamptz not null default now()
);

create table settlement_progress (
    id int primary key check (id = 1),
    -- raised by each worker that starts, so that a forgotten one cannot commit
    epoch bigint not null default 0,
    -- changes up to this commit are settled
    commit_no bigint not null default 0,
    -- raised with every change of a tariff, contract, decision, holiday, rule: the worker loads them anew
    rules_revision bigint not null default 0,
    -- raised with every change of a settled number or statement
    revision bigint not null default 0,
    -- event time up to which missing days have been estimated
    estimated_until timestamp(3),
    has_shipped_tariffs boolean not null default false,
    settled_at timestamptz
);
insert into settlement_progress (id) values (1);

-- ---- tariffs ----

create table calendar_days (
    day date primary key,
    kind text not null check (kind in ('holiday', 'workday')),
    name text not null check (length(name) <= 64),
    version int not null default 1,
    changed_at timestamptz not null default now(),
    changed_by text not null
);

create table tariff_plans (
    plan_id bigint generated always as identity primary key,
    -- null: the operator of the installation
    tenant_id int references access.tenants,
    code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    -- brought along by the product: an example to be checked against the notice
    is_shipped boolean not null default false,
    version int not null,
    removed_at timestamptz,
    created_at timestamptz not null default now()
);

-- A version is never changed. For a day, the newest version that is not withdrawn and whose validity covers the day is in force;
-- a version that overlaps another one has to say that it replaces it.
create table tariff_versions (
    plan_id bigint not null references tariff_plans,
    version int not null,
    valid_from date not null,
    valid_until date check (valid_until > valid_from),
    definition jsonb not null,
    replaces int[] not null default '{}',
    withdrawn_at timestamptz,
    made_at timestamptz not null default now(),
    made_by text not null,
    note text,
    primary key (plan_id, version)
);

-- Daily decisions about triggered 尖. A decision can be changed; every one is kept.
create table tariff_triggers (
    trigger_code text not null,
    day date not null,
    version int not null default 1,
    is_triggered boolean not null,
    source text not null check (length(source) between 1 and 200),
    decided_at timestamptz not null default now(),
    decided_by text not null,
    primary key (trigger_code, day)
);

create table settlement_rules (
    valid_from date primary key,
    definition jsonb not null,
    version int not null default 1,
    made_at timestamptz not null default now(),
    made_by text not null
);

create table carbon_factors (
    year int primary key,
    kg_per_kwh numeric(12, 6) not null check (kg_per_kwh >= 0),
    source text not null check (length(source) between 1 and 300),
    version int not null default 1,
    changed_at timestamptz not null default now(),
    changed_by text not null
);

-- ---- contracts ----

create table contracts (
    contract_id bigint generated always as identity primary key,
    user_id bigint not null,
    direction text not null default 'import' check (direction in ('import', 'export')),
    billing_day smallint not null default 1 check (billing_day between 1 and 28),
    -- the customer's region, kept in step with ods_power_user
    region_id int,
    starts_on date not null,
    closed_on date check (closed_on >= starts_on),
    version int not null default 1,
    removed_at timestamptz,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    changed_by text not null
);
create unique index contracts_user on contracts (user_id, direction, starts_on) where removed_at is null;
create index contracts_region on contracts (region_id) where removed_at is null;
-- a customer that comes or moves takes its contracts along, removed ones too
create index contracts_moved on contracts (user_id);

-- The terms in force from a day on; correcting them replaces the row, the audit keeps what was.
create table contract_terms (
    contract_id bigint not null references contracts,
    valid_from date not null,
    -- of the definition, for lists and checks
    tariff_code text,
    definition jsonb not null,
    made_at timestamptz not null default now(),
    made_by text not null,
    primary key (contract_id, valid_from)
);
create index contract_terms_tariff on contract_terms (tariff_code);

create table meter_exchanges (
    contract_id bigint not null references contracts,
    at timestamp(3) not null,
    final_register numeric(14, 2) not null,
    initial_register numeric(14, 2) not null,
    made_at timestamptz not null default now(),
    made_by text not null,
    primary key (contract_id, at)
);

-- 区域线损: which customer's meter measures what is fed into a region. It is left out of the region's own sum.
create table region_supply_meters (
    region_id int primary key,
    user_id bigint not null,
    made_at timestamptz not null default now(),
    made_by text not null
);

create function loadline_contract_region() returns trigger language plpgsql security definer set search_path from current as $$
begin
    new.region_id := (select region_id from ods_power_user where user_id = new.user_id);
    return new;
end
$$;
revoke all on function loadline_contract_region() from public;
create trigger place_contract before insert on contracts for each row execute function loadline_contract_region();
create function loadline_move_contract() returns trigger language plpgsql as $$
begin
    update contracts set region_id = new.region_id where user_id = new.user_id and region_id is distinct from new.region_id;
    return null;
end
$$;
create trigger move_contract after update of region_id on ods_power_user for each row
    when (old.region_id is distinct from new.region_id) execute function loadline_move_contract();
create trigger found_contract after insert on ods_power_user for each row execute function loadline_move_contract();

-- The log notes the days of customers with a contract (crates/warehouse/src/write/settlement.rs). While somebody makes a contract that
-- the log cannot see yet, it notes the days of all customers: it asks for this lock without waiting.
create function loadline_hold_contracts() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(119212780514932);
    return null;
end
$$;
create trigger hold_contracts before insert or update of user_id, removed_at on contracts
    for each statement execute function loadline_hold_contracts();

-- ---- daily settlements ----

-- One row per contract and local day. Energy by metered interval; amounts are the difference of the rounded bill to date.
create table settlements_day (
    contract_id bigint not null references contracts,
    user_id bigint not null,
    day_start date not null,
    region_id int not null,
    -- name of the billing period it belongs to: first day of the month
    statement_month date not null,
    energy_kwh numeric(18, 2) not null,
    sharp_kwh numeric(18, 2) not null default 0,
    peak_kwh numeric(18, 2) not null default 0,
    flat_kwh numeric(18, 2) not null default 0,
    valley_kwh numeric(18, 2) not null default 0,
    deep_valley_kwh numeric(18, 2) not null default 0,
    -- of the energy: estimated itself, and distributed over time by estimate or line; by band in `definition`
    estimated_kwh numeric(18, 2) not null default 0,
    shaped_kwh numeric(18, 2) not null default 0,
    amount numeric(18, 2) not null default 0,
    currency text not null default 'CNY',
    status text not null check (status in ('provisional', 'complete')),
    -- how often the row was restated
    version int not null default 1,
    marks text[] not null default '{}',
    -- domain::settlement::DayEnergy
    definition jsonb not null,
    first_settled_at timestamptz not null default now(),
    settled_at timestamptz not null default now(),
    primary key (contract_id, day_start)
);
create index settlements_day_region on settlements_day (region_id, day_start);
create index settlements_day_day on settlements_day (day_start, contract_id);
create index settlements_day_user on settlements_day (user_id, day_start);

-- ---- statements ----

-- A monthly run: generates drafts contract by contract, and goes on where it was interrupted.
create table settlement_runs (
    run_id bigint generated always as identity primary key,
    statement_month date not null,
    -- null: all that the author sees; else these regions or contracts
    regions int[],
    contracts bigint[],
    tenant_id int references access.tenants,
    state text not null check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
    total_count bigint not null default 0,
    done_count bigint not null default 0,
    -- of these: cannot be billed or checked as they are
    fault_count bigint not null default 0,
    -- customers with readings in the month and without a contract
    no_contract_count bigint not null default 0,
    -- contracts up to this one are done
    last_contract_id bigint not null default 0,
    problem text,
    made_by text not null,
    made_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz
);

create table settlement_statements (
    statement_id bigint generated always as identity primary key,
    contract_id bigint not null references contracts,
    user_id bigint not null,
    user_name text not null,
    usage_type text not null,
    region_id int,
    -- first day of the month that names it
    statement_month date not null,
    category text not null default 'owner',
    period_from date not null,
    period_to date not null check (period_to > period_from),
    status text not null check (status in ('draft', 'checked', 'frozen', 'void')),
    -- a new version exists only after an explicit void
    version int not null,
    -- raised with every change of the row, for optimistic writes
    edit_no int not null default 1,
    total_energy_kwh numeric(18, 2) not null,
    total_amount numeric(18, 2) not null,
    estimated_kwh numeric(18, 2) not null default 0,
    adjustment_amount numeric(18, 2) not null default 0,
    currency text not null default 'CNY',
    carbon_kg numeric(18, 2),
    -- SHA-256 of the canonical document, hex; set when it is frozen and equal to that of `document` for ever
    snapshot_hash text,
    -- domain::settlement::document::Document: the bill and what it was rated from (terms, tariff versions, day digests)
    document jsonb not null,
    -- SHA-256 of the canonical document as it is now (keys sorted, no spaces); becomes `snapshot_hash`
    document_hash text not null,
    exceptions text[] not null default '{}',
    -- words with which the exceptions were accepted
    accepted_reason text,
    freeze_reason text,
    void_reason text,
    drafted_at timestamptz not null default now(),
    checked_at timestamptz,
    checked_by text,
    checked_by_id bigint,
    frozen_at timestamptz,
    frozen_by text,
    frozen_by_id bigint,
    voided_at timestamptz,
    voided_by text,
    unique (contract_id, statement_month, category, version),
    check (snapshot_hash is null or snapshot_hash = document_hash),
    check (status <> 'frozen' or snapshot_hash is not null)
);
create unique index settlement_statements_live on settlement_statements (contract_id, statement_month, category) where status <> 'void';
create index settlement_statements_month on settlement_statements (statement_month, region_id, status);
create index settlement_statements_user on settlement_statements (user_id, statement_month);

create table settlement_statement_items (
    statement_id bigint not null references settlement_statements on delete cascade,
    line_no int not null,
    kind text not null,
    band text,
    tier smallint,
    quantity numeric(18, 2) not null,
    unit text not null,
    price numeric(14, 6),
    amount numeric(18, 2) not null,
    estimated_kwh numeric(18, 2) not null default 0,
    -- domain::settlement::Line
    definition jsonb not null,
    primary key (statement_id, line_no)
);

create table settlement_adjustments (
    adjustment_id bigint generated always as identity primary key,
    contract_id bigint not null references contracts,
    -- the frozen statement that would be different now
    statement_id bigint not null references settlement_statements,
    region_id int,
    state text not null check (state in ('pending', 'attached', 'settled', 'void')),
    -- draft (attached) or frozen statement (settled) that carries it
    carried_by bigint references settlement_statements,
    amount numeric(18, 2) not null,
    -- what made it: readings, reactive, tariff, calendar, trigger, contract, rules
    cause text not null,
    cause_text text not null,
    -- domain::settlement::Adjustment
    definition jsonb not null,
    made_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);
-- at most one that is not carried by a frozen statement yet
create unique index settlement_adjustments_pending on settlement_adjustments (statement_id) where state in ('pending', 'attached');
create index settlement_adjustments_contract on settlement_adjustments (contract_id);
create index settlement_adjustments_open on settlement_adjustments (contract_id) where state in ('pending', 'attached');
create index settlement_adjustments_statement on settlement_adjustments (statement_id);
create index settlement_adjustments_carrier on settlement_adjustments (carried_by);

-- Whoever writes: what was frozen stays as it is. All that can still happen is that it becomes void.
create function loadline_keep_frozen() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'statement % is frozen and cannot be removed', old.statement_id using errcode = 'LLS01';
    end if;
    if new.status not in ('frozen', 'void') or (old.status = 'void' and new.status <> 'void')
       or (to_jsonb(new) - array['status', 'edit_no', 'void_reason', 'voided_at', 'voided_by'])
          is distinct from (to_jsonb(old) - array['status', 'edit_no', 'void_reason', 'voided_at', 'voided_by']) then
        raise exception 'statement % is frozen and cannot be changed', old.statement_id using errcode = 'LLS01';
    end if;
    return new;
end
$$;
create trigger keep_frozen before update or delete on settlement_statements for each row
    when (old.snapshot_hash is not null) execute function loadline_keep_frozen();
create function loadline_keep_frozen_items() returns trigger language plpgsql as $$
begin
    if exists (select from changed_items c join settlement_statements s using (statement_id) where s.snapshot_hash is not null) then
        raise exception 'lines of a frozen statement cannot be changed' using errcode = 'LLS01';
    end if;
    return null;
end
$$;
create trigger keep_frozen_added after insert on settlement_statement_items referencing new table as changed_items
    for each statement execute function loadline_keep_frozen_items();
create trigger keep_frozen_changed after update on settlement_statement_items referencing old table as changed_items
    for each statement execute function loadline_keep_frozen_items();
create trigger keep_frozen_removed after delete on settlement_statement_items referencing old table as changed_items
    for each statement execute function loadline_keep_frozen_items();

-- What happened to a statement, for its page; who did it stands in the audit too.
create table settlement_events (
    event_id bigint generated always as identity primary key,
    statement_id bigint not null references settlement_statements,
    at timestamptz not null default now(),
    event text not null,
    actor text,
    detail text
);
create index settlement_events_statement on settlement_events (statement_id, event_id);

-- The grid company's bill beside ours.
create table settlement_reconciliations (
    reconciliation_id bigint generated always as identity primary key,
    statement_id bigint not null references settlement_statements,
    region_id int,
    source text not null,
    lines jsonb not null,
    result jsonb not null,
    made_at timestamptz not null default now(),
    made_by text not null
);
create index settlement_reconciliations_statement on settlement_reconciliations (statement_id);

-- What-if on stored readings.
create table settlement_studies (
    study_id bigint generated always as identity primary key,
    contract_id bigint not null references contracts,
    region_id int,
    question jsonb not null,
    result jsonb not null,
    made_at timestamptz not null default now(),
    made_by text not null
);
create index settlement_studies_contract on settlement_studies (contract_id, study_id);

-- Contracts of a monthly run behind a number: those that run on some day of the period, and those that do not and still have an
-- adjustment of an earlier month to be billed.
create function loadline_run_contracts(month date, of_regions int[], of_contracts bigint[], after_contract bigint)
returns table (contract_id bigint) language sql stable as $$
    select c.contract_id
      from contracts c
     where c.removed_at is null and c.contract_id > after_contract
       and (of_regions is null or c.region_id = any(of_regions))
       and (of_contracts is null or c.contract_id = any(of_contracts))
       and (c.starts_on < case when c.billing_day <= 1 then (month + interval '1 month')::date else month + c.billing_day - 1 end
            and (c.closed_on is null
                 or c.closed_on > case when c.billing_day <= 1 then month
                                       else (month - interval '1 month')::date + c.billing_day - 1 end)
            or exists (select from settlement_adjustments a join settlement_statements s using (statement_id)
                        where a.contract_id = c.contract_id and a.state = 'pending' and s.statement_month < month))
$$;

-- ---- who sees what ----

-- Contracts are made for customers that are there; telephone and address stay out of reach.
grant select (user_id, user_name, usage_type, region_id, region_name) on ods_power_user to loadline_access;
create policy every_customer on ods_power_user for select to loadline_access using (true);

do $$
declare
    relation text;
begin
    foreach relation in array array['contracts', 'settlements_day', 'settlement_statements', 'settlement_adjustments',
                                    'settlement_reconciliations', 'settlement_studies', 'region_supply_meters'] loop
        execute format('alter table %I enable row level security', relation);
        execute format($policy$
            create policy seen_regions on %I for select to loadline_pages using (
                (select coalesce(current_setting('loadline.regions', true), '') = '*')
                or region_id = any ((select case when coalesce(current_setting('loadline.regions', true), '') in ('', '*') then '{}'
                                                 else current_setting('loadline.regions', true) end::int[])::int[]))
            $policy$, relation);
        execute format('create policy every_row on %I for all to loadline_access using (true) with check (true)', relation);
    end loop;
    foreach relation in array array['contract_terms', 'meter_exchanges'] loop
        execute format('alter table %I enable row level security', relation);
        -- exists: one row is found by its key, while a set would be built from all contracts
        execute format('create policy seen_contracts on %1$I for select to loadline_pages using (exists (select from contracts c where c.contract_id = %1$I.contract_id))', relation);
        execute format('create policy every_row on %I for all to loadline_access using (true) with check (true)', relation);
    end loop;
    foreach relation in array array['settlement_statement_items', 'settlement_events'] loop
        execute format('alter table %I enable row level security', relation);
        execute format('create policy seen_statements on %1$I for select to loadline_pages using (exists (select from settlement_statements s where s.statement_id = %1$I.statement_id))', relation);
        execute format('create policy every_row on %I for all to loadline_access using (true) with check (true)', relation);
    end loop;
    -- plans of the operator and of tenants whose regions are seen
    alter table tariff_plans enable row level security;
    create policy seen_owners on tariff_plans for select to loadline_pages using (
        (select coalesce(current_setting('loadline.regions', true), '') = '*')
        or ((select coalesce(current_setting('loadline.regions', true), '') <> '') and tenant_id is null)
        or tenant_id = any ((select loadline_seen_tenants())::int[]));
    create policy every_row on tariff_plans for all to loadline_access using (true) with check (true);
    alter table tariff_versions enable row level security;
    create policy seen_plans on tariff_versions for select to loadline_pages using (plan_id in (select plan_id from tariff_plans));
    create policy every_row on tariff_versions for all to loadline_access using (true) with check (true);
    -- runs of tenants whose regions are seen, and those of the operator that were made for nothing but these regions
    alter table settlement_runs enable row level security;
    create policy seen_runs on settlement_runs for select to loadline_pages using (
        (select coalesce(current_setting('loadline.regions', true), '') = '*')
        or tenant_id = any ((select loadline_seen_tenants())::int[])
        or (tenant_id is null and regions <@ (select case when coalesce(current_setting('loadline.regions', true), '') in ('', '*') then '{}'
                                                          else current_setting('loadline.regions', true) end::int[])
            and cardinality(regions) > 0));
    create policy every_row on settlement_runs for all to loadline_access using (true) with check (true);
    -- reactive energy belongs to whoever sees the customer
    alter table dwd_power_reactive enable row level security;
    create policy seen_customers on dwd_power_reactive for select to loadline_pages using (
        (select coalesce(current_setting('loadline.regions', true), '') = '*')
        or exists (select from ods_power_user u where u.user_id = dwd_power_reactive.user_id));
    create policy every_row on dwd_power_reactive for select to loadline_access using (true);
end
$$;

grant select on contracts, contract_terms, meter_exchanges, region_supply_meters, tariff_plans, tariff_versions, tariff_triggers,
      calendar_days, settlement_rules, carbon_factors, settlements_day, settlement_statements, settlement_statement_items,
      settlement_adjustments, settlement_events, settlement_reconciliations, settlement_studies, settlement_runs,
      settlement_progress, dwd_power_reactive to loadline_pages;
-- how many wait; what they are about is not theirs to see
grant select (request_id) on settlement_requests to loadline_pages;

grant select, insert, update on contracts, contract_terms, meter_exchanges, region_supply_meters, tariff_plans, tariff_versions,
      tariff_triggers, calendar_days, settlement_rules, carbon_factors, settlement_reconciliations, settlement_studies, settlement_runs,
      settlement_requests to loadline_access;
-- drafts, their lines and adjustments are the worker's to make
grant select, update on settlement_statements, settlement_adjustments to loadline_access;
grant select on settlement_statement_items to loadline_access;
grant select, insert on settlement_events to loadline_access;
grant select, update (rules_revision, revision) on settlement_progress to loadline_access;
grant delete on contract_terms, meter_exchanges, region_supply_meters, calendar_days, carbon_factors,
      settlement_studies, settlement_reconciliations to loadline_access;
grant select on settlements_day, dwd_power_reactive to loadline_access;
