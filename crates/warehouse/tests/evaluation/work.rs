//! One change at a time, and none by an evaluator that was replaced.

use std::time::Duration;

use chrono::DateTime;
use domain::FailureKind;
use sqlx::postgres::PgListener;
use warehouse::WarehouseError;
use warehouse::alarms::evaluation::{ALARM_CHANNEL, AlarmWork, alarm_progress, announce, announce_rules, hold, save};

use crate::build::{NOW_MS, at, region_point, rule, store};

#[tokio::test]
async fn a_forgotten_evaluator_cannot_commit() {
    let store = store().await;
    let old = AlarmWork::take_over(&store).await.unwrap().epoch;
    let new = AlarmWork::take_over(&store).await.unwrap().epoch;
    let refused = AlarmWork::begin(&store, old).await.unwrap_err();
    assert!(matches!(refused, WarehouseError::EvaluatorReplaced { .. }) && refused.kind() == FailureKind::Retry);
    AlarmWork::begin(&store, new).await.unwrap();
}

#[tokio::test]
async fn position_and_points_move_together_or_not_at_all() {
    let store = store().await;
    let rule = rule(&store).await;
    let (until, since, now) = (
        Some(at("2016-01-11 00:00:05")),
        DateTime::from_timestamp_millis(NOW_MS),
        DateTime::from_timestamp_millis(NOW_MS).unwrap(),
    );
    let epoch = AlarmWork::take_over(&store).await.unwrap().epoch;
    let mut listener = PgListener::connect_with(store.pool()).await.unwrap();
    listener.listen(ALARM_CHANNEL).await.unwrap();
    let mut dropped = AlarmWork::begin(&store, epoch).await.unwrap();
    let revision = dropped.next_revision();
    save(dropped.conn(), &[region_point(rule, 1)], &[], revision).await.unwrap();
    drop(dropped);
    let mut work = AlarmWork::begin(&store, epoch).await.unwrap();
    assert_eq!(work.progress().evaluated_until, None);
    let revision = work.next_revision();
    save(work.conn(), &[region_point(rule, 2)], &[], revision).await.unwrap();
    let after = work.commit(until, since, true, now).await.unwrap();
    assert_eq!((after.evaluated_until, after.revised_since, after.revision), (until, since, revision));
    assert_eq!(listener.recv().await.unwrap().payload(), revision.to_string());
    let mut conn = store.pool().acquire().await.unwrap();
    assert_eq!(alarm_progress(&mut conn).await.unwrap(), after);
    let stored: Vec<(i32, i64)> = sqlx::query_as("select region_id, revision from alarms").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(stored, [(2, revision)]);
    // without a change of an alarm nobody is told
    let quiet = AlarmWork::begin(&store, epoch).await.unwrap().commit(until, since, false, now).await.unwrap();
    assert_eq!(quiet.revision, revision);
    announce_rules(&mut conn).await.unwrap();
    assert_eq!(listener.recv().await.unwrap().payload(), (revision + 1).to_string(), "nothing in between");
    assert_eq!(alarm_progress(&mut conn).await.unwrap().rules_revision, after.rules_revision + 1);
}

#[tokio::test]
async fn an_act_and_an_evaluation_wait_for_each_other() {
    let store = store().await;
    let epoch = AlarmWork::take_over(&store).await.unwrap().epoch;
    let mut act = store.pool().begin().await.unwrap();
    let seen = hold(&mut act).await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { AlarmWork::begin(&store, epoch).await }
    });
    let blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let watch = tokio::time::Instant::now();
    while sqlx::query_scalar::<_, i64>(blocked).fetch_one(store.pool()).await.unwrap() == 0 {
        assert!(watch.elapsed() < Duration::from_secs(20) && !waiting.is_finished(), "the evaluation did not wait");
        tokio::task::yield_now().await;
    }
    announce(&mut act, seen.revision + 1).await.unwrap();
    act.commit().await.unwrap();
    let work = waiting.await.unwrap().unwrap();
    assert_eq!(work.progress().revision, seen.revision + 1, "it sees what the act did");
}
