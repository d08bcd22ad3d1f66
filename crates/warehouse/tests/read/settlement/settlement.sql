-- Contracts, settled days, statements and adjustments on top of the regions of `rows/tenants.sql`: 2 and 3 below 1, 5 below 4.
-- Amounts are half of the energy; numbers are small enough to sum by hand.
insert into tariff_plans (code, version) values ('test-plan', 1);
insert into tariff_versions (plan_id, version, valid_from, definition, made_by)
select plan_id, 1, '2015-01-01', '{"code": "test-plan", "name": "试验电价", "name_en": "Test", "province": "湖北", "valid_from": "2015-01-01",
  "notice": {"number": "试〔2015〕1号"}, "for_whom": {}, "calendar": {"flat_fills": true, "rules": [
    {"band": "peak", "spans": ["08:00-12:00"], "clause": "峰 8-12"}, {"band": "sharp", "spans": ["18:00-20:00"], "trigger": "hot"},
    {"band": "valley", "spans": ["23:00-07:00"]}]}}', 'chen' from tariff_plans;
insert into contracts (user_id, starts_on, changed_by) values
    (2001, '2016-01-01', 'chen'), (2002, '2016-01-01', 'chen'), (3001, '2016-01-01', 'chen'), (5001, '2016-01-01', 'chen');
insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by)
select contract_id, '2016-01-01', 'test-plan', '{"tariff": "test-plan", "voltage": "1_10kv", "capacity_kva": "100.00"}', 'chen' from contracts;
insert into settlements_day (contract_id, user_id, day_start, region_id, statement_month, energy_kwh, peak_kwh, flat_kwh, estimated_kwh,
                             amount, status, version, marks, definition)
select c.contract_id, c.user_id, day, c.region_id, '2016-01-01', kwh, kwh / 4, kwh - kwh / 4, estimated, kwh / 2, status, d.version, marks, '{}'
  from contracts c join (values
    (2001, date '2016-01-10', 100.00, 0.00, 'complete', 1, '{}'::text[]),
    (2001, '2016-01-11', 200.00, 50.00, 'provisional', 2, '{energy_estimated,missing}'),
    (2002, '2016-01-11', 40.00, 0.00, 'complete', 1, '{undecided}'),
    (3001, '2016-01-11', 60.00, 0.00, 'provisional', 1, '{missing}'),
    (5001, '2016-01-11', 1000.00, 0.00, 'complete', 1, '{}')) d (user_id, day, kwh, estimated, status, version, marks) using (user_id);
-- the day before belongs to the same month of another billing day, and one to the month before
insert into settlements_day (contract_id, user_id, day_start, region_id, statement_month, energy_kwh, amount, status, definition)
select contract_id, user_id, '2015-12-31', region_id, '2015-12-01', 7, 3.5, 'complete', '{}' from contracts where user_id = 2001;
insert into settlement_statements (contract_id, user_id, user_name, usage_type, region_id, statement_month, period_from, period_to, status,
                                   version, total_energy_kwh, total_amount, estimated_kwh, document, document_hash, snapshot_hash, exceptions)
select c.contract_id, c.user_id, u.user_name, u.usage_type, c.region_id, s.month, s.month, s.month + interval '1 month', s.status,
       s.version, s.kwh, s.amount, 0, '{}', 'hash-' || s.status, case when s.status in ('frozen', 'void') then 'hash-' || s.status end, s.exceptions
  from contracts c join ods_power_user u using (user_id) join (values
    (2001, date '2016-01-01', 'draft', 2, 300.00, 170.00, '{estimated,undecided}'::text[]),
    (2001, '2016-01-01', 'void', 1, 290.00, 160.00, '{}'),
    (2001, '2015-12-01', 'frozen', 1, 7.00, 3.50, '{}'),
    (2002, '2016-01-01', 'checked', 1, 40.00, 20.00, '{undecided}'),
    (3001, '2016-01-01', 'draft', 1, 60.00, -12.00, '{cannot_bill,negative}'),
    (5001, '2016-01-01', 'frozen', 1, 1000.00, 500.00, '{}')) s (user_id, month, status, version, kwh, amount, exceptions) using (user_id)
 order by s.month, c.contract_id, s.version;
insert into settlement_adjustments (contract_id, statement_id, region_id, state, carried_by, amount, cause, cause_text, definition)
select f.contract_id, f.statement_id, f.region_id, 'attached', d.statement_id, -9.00, 'readings', '2015-12-31', '{}'
  from settlement_statements f join settlement_statements d on d.contract_id = f.contract_id and d.status = 'draft'
 where f.user_id = 2001 and f.status = 'frozen';
insert into settlement_adjustments (contract_id, statement_id, region_id, state, amount, cause, cause_text, definition)
select contract_id, statement_id, region_id, 'pending', 25.00, 'tariff', 'test-plan', '{}'
  from settlement_statements where user_id = 5001 and status = 'frozen';
insert into settlement_events (statement_id, event, actor, detail)
select statement_id, 'frozen', 'chen', null from settlement_statements where status = 'frozen';
insert into region_supply_meters (region_id, user_id, made_by) values (2, 2008, 'chen'), (5, 5999, 'chen');
insert into access.tenants (code, name) values ('south', '南方');
insert into access.tenant_regions select 4, tenant_id from access.tenants;
insert into settlement_runs (statement_month, regions, tenant_id, state, total_count, done_count, made_by) values
    ('2016-01-01', null, null, 'done', 4, 4, 'chen'), ('2016-01-01', '{2,3}', null, 'running', 3, 1, 'chen'),
    ('2016-01-01', null, (select tenant_id from access.tenants), 'waiting', 0, 0, 'teng');
update settlement_progress set revision = 5, commit_no = 4, settled_at = '2016-01-12 01:07:00+08', epoch = 1;
