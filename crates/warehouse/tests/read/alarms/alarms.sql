-- Alarms of five rules in the regions of two organisations (see tenants.sql): 1 is above 2 and 3, 4 is above 5.
insert into alarm_rules (rule_id, code, version, is_enabled) overriding system value values
    (101, 'load', 2, true), (102, 'silent', 1, true), (103, 'rank', 1, true), (104, 'pipeline', 1, true), (105, 'off', 1, false);
insert into alarm_rule_versions (rule_id, version, definition, made_by) values
    (101, 1, '{"name_zh":"旧名","severity":"high","conditions":[{"metric":"load_now_kw","comparison":">","threshold":"50.00"}]}', 'x'),
    (101, 2, '{"name_zh":"负荷越限","name_en":"Over limit","severity":"critical","conditions":[{"metric":"load_now_percent","comparison":">=","threshold":"100.00"}],"quiets":"same_rule"}', 'x'),
    (102, 1, '{"name_zh":"区域失联","name_en":"Silent 50%","severity":"high","conditions":[{"metric":"region_silence_min","comparison":">=","threshold":"30.00"}]}', 'x'),
    (103, 1, '{"name_en":"Rank","severity":"low","conditions":[{"metric":"rank_change","comparison":">=","threshold":"10.00"}]}', 'x'),
    (104, 1, '{"name_en":"Stream","severity":"high","conditions":[{"metric":"pipeline_down_s","comparison":">=","threshold":"30.00"}]}', 'x'),
    (105, 1, '{"name_en":"Off","severity":"low","conditions":[{"metric":"load_now_kw","comparison":">","threshold":"1.00"}]}', 'x');
insert into alarms (alarm_id, rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality, holds,
                    is_active, is_retrospective, occurrence, started_at, value, threshold, value_at, annunciated_at, acknowledged_at,
                    acknowledged_by, acknowledged_by_id, assignee, assignee_id, shelved_until, set_aside_reason, set_aside_by,
                    hidden_count, review_on, suppressed_by, version, revision) overriding system value values
    (1, 101, 2, 'region', 1, 1, 1, 'UNACK', '2016-01-12 01:00+08', 'good', 1, true, false, 3, '2016-01-12 00:59:00', 512.5, 500, '2016-01-12 01:07:30', '2016-01-12 01:00+08', null, null, null, 'li', 7, null, null, null, 0, null, null, 4, 9),
    (2, 101, 2, 'region', 2, 2, 1, 'DSUPR', '2016-01-12 01:00+08', 'good', 1, true, false, 1, '2016-01-12 00:59:00', 101, 100, '2016-01-12 01:07:30', null, null, null, null, null, null, null, null, null, 1, null, '{"alarm":{"rule_id":101,"subject":{"region":1}}}', 2, 9),
    (3, 102, 1, 'region', 3, 3, 2, 'ACKED', '2016-01-12 01:02+08', 'no_data', 1, true, false, 1, '2016-01-12 00:30:00', 31, 30, '2016-01-12 01:00:00', '2016-01-12 01:01+08', '2016-01-12 01:02+08', 'wang', 8, 'wang', 8, null, null, null, 0, null, null, 3, 8),
    (4, 102, 1, 'region', 5, 5, 2, 'UNACK', '2016-01-12 00:50+08', 'good', 1, true, false, 1, '2016-01-12 00:20:00', 45, 30, '2016-01-12 01:00:00', '2016-01-12 00:50+08', null, null, null, null, null, null, null, null, 0, null, null, 1, 5),
    (5, 103, 1, 'user', 2001, 2, 4, 'RTNUN', '2016-01-12 01:06+08', 'good', 0, false, false, 2, '2016-01-12 00:00:00', 12, 10, '2016-01-12 01:00:00', '2016-01-12 01:05+08', null, null, null, null, null, null, null, null, 0, null, null, 2, 9),
    (6, 104, 1, 'pipeline', 0, null, 2, 'UNACK', '2016-01-12 00:40+08', 'good', 1, true, false, 1, '2016-01-12 00:40:00', 60, 30, '2016-01-12 01:00:00', '2016-01-12 00:40+08', null, null, null, null, null, null, null, null, 0, null, null, 1, 4),
    (7, 102, 1, 'region', 4, 4, 2, 'SHLVD', '2016-01-12 00:00+08', 'good', 1, true, false, 1, '2016-01-11 23:00:00', 90, 30, '2016-01-12 01:00:00', null, null, null, null, null, null, '2016-01-12 03:00+08', '检修 <b>', 'wang', 2, null, null, 5, 7),
    (8, 101, 2, 'region', 3, 3, 1, 'OOSRV', '2016-01-10 00:00+08', 'good', 0, false, false, 0, null, null, null, null, null, null, null, null, null, null, null, '改造', 'wang', 0, '2016-02-01', null, 2, 3),
    (9, 101, 2, 'region', 6, 6, 1, 'NORM', '2016-01-10 00:00+08', 'good', 0, false, false, 1, null, 40, 100, '2016-01-12 01:07:30', null, null, null, null, null, null, null, null, null, 0, null, null, 2, 2),
    (10, 102, 1, 'region', 2, 2, 2, 'SHLVD', '2016-01-12 00:30+08', 'good', 0, false, false, 1, null, 3, 30, '2016-01-12 01:00:00', null, null, null, null, null, null, '2016-01-12 02:00+08', 'x', 'li', 0, null, null, 5, 7);
insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time, occurrence, value,
                               threshold, is_annunciated, is_retrospective, actor, actor_id, reason, revision) values
    (3, 102, 3, 'raised', 'NORM', 'NORM', 2, '2016-01-11 01:00+08', '2016-01-10 00:30:00', 0, 33, 30, false, true, null, null, null, 1),
    (3, 102, 3, 'returned', 'NORM', 'NORM', 2, '2016-01-11 01:00+08', '2016-01-10 01:30:00', 0, 0, 30, false, true, null, null, 'data_revised', 1),
    (3, 102, 3, 'raised', 'NORM', 'UNACK', 2, '2016-01-12 01:01+08', '2016-01-12 00:30:00', 1, 31, 30, true, false, null, null, null, 7),
    (3, 102, 3, 'acknowledged', 'UNACK', 'ACKED', 2, '2016-01-12 01:02+08', null, 1, 31, 30, false, false, 'wang', 8, '已派人', 8),
    (4, 102, 5, 'raised', 'NORM', 'UNACK', 2, '2016-01-12 00:50+08', '2016-01-12 00:20:00', 1, 45, 30, true, false, null, null, null, 5);
update alarm_progress set revision = 9;
