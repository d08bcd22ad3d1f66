//! Expired days go without locking readers out, and an interrupted expiry is completed.

use std::cell::Cell;

use domain::{Day, FailureKind};
use warehouse::Store;
use warehouse::retention::{Expired, RetentionSettings, expire};

use crate::build::{add, at, count, day, detail, lines, store};

const PARTITIONS: &str = "select child from loadline_partitions('dwd_power_consumption_detail')";

fn settings(days: u16) -> RetentionSettings {
    RetentionSettings {
        detail_days: days,
        window_days: days,
        ranking_days: days,
        dashboard_days: days,
        user_day_days: days,
        days_ahead: 1,
        ..Default::default()
    }
}

async fn three_days(store: &Store) -> Day {
    let rows = ["2016-01-11", "2016-01-12", "2016-01-13"].into_iter().zip(1..).map(|(time, id)| detail(id, 1, 1, at(time), 1));
    add(store, rows.collect()).await;
    day("2016-01-13")
}

#[tokio::test]
async fn old_days_leave_every_partitioned_table_and_new_ones_are_ready() {
    let store = store().await;
    let newest = three_days(&store).await;
    let done = expire(&store, &settings(1), newest).await.unwrap();
    assert_eq!(done, Expired { partitions_dropped: 4, ..Default::default() });
    let days: Vec<String> =
        ["12", "13", "14"].map(|day| format!(r#"{{"child":"dwd_power_consumption_detail_p201601{day}"}}"#)).into();
    assert_eq!(lines(&store, PARTITIONS).await, days);
    assert_eq!(count(&store, "pg_class where relname like '%_p20160111'").await, 0);
    assert_eq!(count(&store, "dwd_power_consumption_detail").await, 2);
    assert_eq!(expire(&store, &settings(1), newest).await.unwrap(), Expired::default(), "nothing is left to do");
    // A late change may need the day again: it is made again although it was known before.
    add(&store, vec![detail(9, 1, 1, at("2016-01-11"), 1)]).await;
}

#[tokio::test]
async fn a_reader_delays_the_drop_and_is_not_locked_out() {
    let store = store().await;
    let newest = three_days(&store).await;
    let mut reader = store.pool().begin().await.unwrap();
    let query = "select count(*) from dwd_power_consumption_detail";
    let before: i64 = sqlx::query_scalar(query).fetch_one(&mut *reader).await.unwrap();
    assert_eq!(before, 3);
    let one_day = settings(1);
    let waiting = Cell::new(true);
    let expiry = async {
        let done = expire(&store, &one_day, newest).await;
        waiting.set(false);
        done
    };
    // While the expiry waits for that reader, others come and go.
    let others = async {
        let mut seen: i64 = 3;
        while seen == 3 {
            seen = sqlx::query_scalar(query).fetch_one(store.pool()).await.unwrap();
        }
        (seen, waiting.get())
    };
    let (done, seen) = tokio::join!(expiry, others);
    let done = done.unwrap();
    assert_eq!((done.postponed, done.partitions_dropped, seen), (1, 3, (2, true)));
    let again = expire(&store, &settings(1), newest).await.unwrap();
    assert_eq!((again.postponed, again.partitions_dropped), (1, 0), "the reader still holds on");
    reader.rollback().await.unwrap();
    let last = expire(&store, &settings(1), newest).await.unwrap();
    assert_eq!((last.postponed, last.partitions_dropped), (0, 1));
    assert_eq!(lines(&store, PARTITIONS).await.len(), 3);
}

#[tokio::test]
async fn a_detached_partition_is_dropped_by_the_next_call_but_nobody_elses_table() {
    let store = store().await;
    let newest = three_days(&store).await;
    sqlx::raw_sql(
        "comment on table dws_user_ranking_p20160111 is 'loadline: expired, to be dropped';
         alter table dws_user_ranking detach partition dws_user_ranking_p20160111;
         alter table dwd_power_consumption_detail detach partition dwd_power_consumption_detail_p20160111",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let done = expire(&store, &settings(1), newest).await.unwrap();
    assert_eq!(done.partitions_dropped, 3);
    assert_eq!(count(&store, "dwd_power_consumption_detail_p20160111").await, 1, "an operator's archive stays");
}

#[tokio::test]
async fn rows_of_plain_tables_expire_by_their_own_settings() {
    let store = store().await;
    let newest = three_days(&store).await;
    sqlx::raw_sql(
        "insert into dead_letters (received_at, commit_lsn, source_table, raw, reason, reason_text, status) values
             (now() - interval '91 days', '0/1', 'power_user', '{}', 'x', 'x', 'open'),
             (now() - interval '91 days', '0/1', 'power_user', '{}', 'x', 'x', 'cleared'),
             (now() - interval '401 days', '0/1', 'power_user', '{}', 'x', 'x', 'open');
         insert into pipeline_events (at, kind, detail) values (now() - interval '91 days', 'x', 'x'), (now(), 'x', 'x');
         insert into quality_hour (period_start, region_id) values ('2014-01-01', 1), ('2016-01-01', 1);
         insert into dws_user_day select d::date, 1, 1, 'a', 'b', 1, 1, 1, 1, 0, 0
             from generate_series(timestamp '2013-01-01', '2016-01-13', '1 day') d;
         insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
                                        user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
             select 1, g, '2013-01-01', 'a', 1, 1, 1, 1, 1, 1, 1, 1 from unnest(array['15min', 'day']) g",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let done = expire(&store, &RetentionSettings::default(), newest).await.unwrap();
    assert_eq!(count(&store, "dead_letters").await, 1);
    assert_eq!(count(&store, "pipeline_events").await, 1);
    assert_eq!(count(&store, "quality_hour").await, 1);
    assert_eq!(count(&store, "dws_user_day").await, 801);
    assert_eq!(lines(&store, "select grain from dws_region_rollup").await, [r#"{"grain":"day"}"#]);
    assert_eq!(done.rows_deleted, 2 + 1 + 1 + (1108 - 801) + 1);
    assert!(!done.more);
}

#[tokio::test]
async fn a_lost_server_is_an_error_and_not_a_success() {
    let store = store().await;
    store.pool().close().await;
    let failed = expire(&store, &settings(1), day("2016-01-13")).await.unwrap_err();
    assert_eq!(failed.kind(), FailureKind::Retry);
}

#[tokio::test]
async fn the_history_of_alarms_leaves_with_its_age_and_alarms_stay() {
    let store = store().await;
    let newest = three_days(&store).await;
    let sql = "insert into alarm_rules (version) values (1);
        insert into alarms (rule_id, rule_version, subject_kind, subject_id, severity, state, state_since, quality, is_active, revision)
        values (1, 1, 'pipeline', 0, 1, 'UNACK', now(), 'good', true, 1);
        insert into alarm_transitions (alarm_id, rule_id, event, from_state, to_state, severity, at, occurrence, is_annunciated,
               is_retrospective, revision)
        select 1, 1, 'raised', 'NORM', 'UNACK', 1, now() - age * interval '1 day', 1, true, false, 1
          from unnest(array[11, 11, 11, 9]) as age;
        insert into alarm_channels (name, kind, target, lang) values ('x', 'webhook', 'x', 'en');
        insert into alarm_routes (name, definition) values ('x', '{}');
        insert into alarm_messages (channel_id, status, notice_count, created_at, subject, body)
        select 1, status, 1, now() - interval '11 days', '', '' from unnest(array['sent', 'pending']) as status;
        insert into alarm_attempts (message_id, attempt_no, started_at) values (1, 1, now() - interval '11 days');
        insert into alarm_notices (route_id, step_no, channel_id, alarm_id, transition_id, kind, decided_at, status, due_at, message_id)
        values (1, 0, 1, 1, 1, 'raised', now() - interval '11 days', 'composed', now(), 1),
               (1, 0, 1, 1, 2, 'raised', now() - interval '11 days', 'composed', now(), 2);
        insert into alarm_trials (definition, from_at, to_at, state, made_by, made_at)
        select '{}', now(), now(), state, 'x', now() - interval '11 days' from unnest(array['done', 'running']) as state";
    sqlx::raw_sql(sql).execute(store.pool()).await.unwrap();
    let ten_days = RetentionSettings { alarm_days: 10, ..settings(400) };
    expire(&store, &ten_days, newest).await.unwrap();
    let kept = "select array_to_string(array(select transition_id::text from alarm_transitions order by 1), ' ') as transitions,
                       (select count(*) from alarms) as alarms, (select count(*) from alarm_notices) as notices,
                       (select string_agg(status, ' ') from alarm_messages) as messages,
                       (select count(*) from alarm_attempts) as attempts, (select string_agg(state, ' ') from alarm_trials) as trials";
    assert_eq!(
        lines(&store, kept).await,
        // what a message still waits for stays, with the event that it tells of
        [r#"{"transitions":"2 4","alarms":1,"notices":1,"messages":"pending","attempts":0,"trials":"running"}"#]
    );
}
