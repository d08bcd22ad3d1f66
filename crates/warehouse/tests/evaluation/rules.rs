//! Which rules are in force, for which regions, and with which limits.

use domain::alarms::{Rule, starter};
use domain::{Day, Fixed2};
use warehouse::Store;
use warehouse::alarms::evaluation::{AlarmWork, Snapshot, write_starter_rules};

use crate::build::{at, run, store};

async fn in_force(store: &Store) -> Vec<Rule> {
    Snapshot::begin(store).await.unwrap().rules_in_force().await.unwrap()
}

#[tokio::test]
async fn the_rules_of_the_beginning_are_written_once() {
    let store = store().await;
    let epoch = AlarmWork::take_over(&store).await.unwrap().epoch;
    for _ in 0..2 {
        let mut work = AlarmWork::begin(&store, epoch).await.unwrap();
        write_starter_rules(work.conn(), &starter::rules()).await.unwrap();
        work.commit(None, None, false, chrono::DateTime::UNIX_EPOCH).await.unwrap();
        // somebody removes one: it does not come back
        run(&store, "update alarm_rules set is_enabled = false, removed_at = now() where code = 'ranking-jump'").await;
    }
    let rules = in_force(&store).await;
    let expected = starter::rules().into_iter().filter(|rule| rule.is_enabled && rule.code != "ranking-jump");
    assert_eq!(
        rules.iter().map(|rule| rule.definition.clone()).collect::<Vec<_>>(),
        expected.map(|rule| rule.definition).collect::<Vec<_>>()
    );
    assert!(rules.iter().all(|rule| rule.version == 1 && rule.tenant_id.is_none() && rule.owned_regions.is_none()));
    let all: i64 = sqlx::query_scalar("select count(*) from alarm_rules").fetch_one(store.pool()).await.unwrap();
    assert_eq!(all, 5);
}

#[tokio::test]
async fn the_newest_version_counts_and_a_tenant_has_his_own_regions() {
    let store = store().await;
    let text = |severity: &str| {
        format!(
            r#"{{"name_en":"x","severity":"{severity}","conditions":[{{"metric":"hour_kwh","comparison":">","threshold":"5"}}]}}"#
        )
    };
    run(
        &store,
        &format!(
            "insert into access.tenants (code, name) values ('east', 'East');
             insert into access.tenant_regions select 5, tenant_id from access.tenants union all select 4, tenant_id from access.tenants;
             insert into alarm_rules (tenant_id, version, is_enabled) select tenant_id, 2, true from access.tenants;
             insert into alarm_rules (version, is_enabled, removed_at) values (1, false, null), (1, true, now()), (1, true, null);
             insert into alarm_rule_versions (rule_id, version, definition, made_by)
             select rule_id, 1, '{}'::jsonb, 'x' from alarm_rules where rule_id < 4
             union all select 1, 2, '{}'::jsonb, 'x' union all select 4, 1, '{{\"strange\": 1}}'::jsonb, 'x'",
            text("low"),
            text("high")
        ),
    )
    .await;
    let rules = in_force(&store).await;
    assert_eq!(rules.len(), 1, "what is off, removed or not to be read is not in force");
    assert_eq!((rules[0].version, rules[0].definition.severity.code()), (2, "high"));
    assert_eq!(rules[0].owned_regions, Some(vec![4, 5]));
    run(&store, "insert into alarm_holidays values ('2016-01-01', 'New Year')").await;
    let holidays = Snapshot::begin(&store).await.unwrap().holidays().await.unwrap();
    assert_eq!(holidays.into_iter().collect::<Vec<_>>(), [at("2016-01-01").day()]);
}

#[tokio::test]
async fn a_limit_is_the_profiles_or_the_highest_load_of_28_days() {
    let store = store().await;
    run(
        &store,
        "insert into ods_region_profile (region_id, parent_id, limit_kw, valid_from) values
             (1, null, null, '2015-01-01'), (2, 1, 500, '2015-01-01'), (2, 1, 700.5, '2016-01-11 12:00'), (2, 1, 9, '2016-01-12'),
             (3, 1, null, '2015-01-01'), (8, 9, null, '2015-01-01'), (9, 8, null, '2015-01-01');
         insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
                user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
         select region_id, grain, t::timestamp, 'r', kwh, 0, 1, 1, 0, 0, 0, 1 from (values
             (2, 'year', '2016-01-01', 1), (3, 'year', '2016-01-01', 1), (4, 'year', '2016-01-01', 1),
             (2, '15min', '2016-01-10 23:45', 100), (3, '15min', '2016-01-10 23:45', 10), (3, '15min', '2016-01-10 12:00', 30),
             (3, '15min', '2016-01-11 00:00', 1000), (3, '15min', '2015-12-13 23:45', 2000), (3, '15min', '2015-12-14 00:00', 40.01),
             (8, '15min', '2016-01-01 00:00', 1), (9, '15min', '2016-01-01 00:00', 2)) r(region_id, grain, t, kwh)",
    )
    .await;
    let day: Day = at("2016-01-11").day();
    let nodes = Snapshot::begin(&store).await.unwrap().region_nodes(day).await.unwrap();
    let lines: Vec<_> = nodes.iter().map(|node| (node.region_id, node.parent_id, node.limit_kw)).collect();
    let kw = |hundredths: i64| Some(Fixed2(hundredths));
    assert_eq!(
        lines,
        [
            // with what lies below: 110 kWh in a quarter-hour
            (1, None, kw(110 * 4 * 110)),
            (2, Some(1), kw(70_050)),
            (3, Some(1), kw(17_604)),
            (4, None, None),
            // a ring of parents comes to an end
            (8, Some(9), kw(3 * 4 * 110)),
            (9, Some(8), kw(3 * 4 * 110)),
        ]
    );
}

#[tokio::test]
async fn a_new_limit_or_region_is_noticed() {
    let store = store().await;
    let day: Day = at("2016-01-11").day();
    let mut marks = Vec::new();
    for change in [
        "select",
        "insert into ods_region_profile (region_id, limit_kw, valid_from) values (2, 500, '2015-01-01')",
        "update ods_region_profile set limit_kw = 400, etl_time = now() + interval '1 second'",
        "insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
                user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
         values (7, 'year', '2016-01-01', 'r', 1, 0, 1, 1, 0, 0, 0, 1)",
        "delete from ods_region_profile",
    ] {
        run(&store, change).await;
        marks.push(Snapshot::begin(&store).await.unwrap().regions_mark(day).await.unwrap());
    }
    assert!(marks.windows(2).all(|two| two[0] != two[1]), "{marks:?}");
    run(&store, "insert into ods_region_profile (region_id, limit_kw, valid_from) values (2, 500, '2016-01-12')").await;
    assert_eq!(Snapshot::begin(&store).await.unwrap().regions_mark(day).await.unwrap(), marks[4], "of another day");
}
