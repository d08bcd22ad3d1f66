//! Partitions come while others read and write.

use domain::effect::{Aggregates, RowEffects};
use domain::{Day, Table};

use crate::build::{add, at, commit, count, day, detail, store, window};

async fn rows_seen(connection: &mut sqlx::PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from dwd_power_consumption_detail")
        .fetch_one(connection)
        .await
        .expect("the warehouse answers")
}

#[tokio::test]
async fn days_are_made_while_a_reader_and_a_writer_hold_transactions() {
    let store = store().await;
    add(&store, vec![detail(1, 1, 1, at("2016-01-11"), 1)]).await;
    let mut reader = store.pool().begin().await.unwrap();
    assert_eq!(rows_seen(&mut reader).await, 1);
    let mut work = store.begin().await.unwrap();
    // Each of these days comes while the transaction already holds locks on the tables and everything is cached.
    for day_no in 0..6 {
        let day = Day(day("2016-01-12").0 + day_no);
        store.ensure_days(&[day, day, Day(day.0 + 1)]).await.unwrap();
        for row in 0..2 {
            let rows = vec![detail(i64::from(100 + 10 * day_no + row), 1, 1, day.start(), 1)];
            work.write_rows(&RowEffects { details_added: rows, ..Default::default() }).await.unwrap();
        }
        let windows = vec![window(1, day.start(), false, &[(1, 2)])];
        work.write_aggregates(&Aggregates { windows, ..Default::default() }).await.unwrap();
    }
    commit(&store, work).await;
    assert!(rows_seen(&mut reader).await >= 1, "the reader goes on");
    assert_eq!(rows_seen(&mut store.pool().acquire().await.unwrap()).await, 13);
}

#[tokio::test]
async fn known_days_ask_nothing_of_the_database() {
    let store = store().await;
    let days: Vec<Day> = (0..3).map(|n| Day(day("2016-01-11").0 + n)).collect();
    store.ensure_days(&days).await.unwrap();
    store.ensure_days(&[]).await.unwrap();
    assert_eq!(count(&store, "loadline_partitions('dws_user_ranking')").await, 3);
    store.pool().close().await;
    store.ensure_days(&days).await.expect("no connection is needed");
}

#[tokio::test]
async fn two_processes_may_make_the_same_day() {
    let (one, days) = (store().await, [day("2016-01-11"), day("2016-01-12")]);
    let two = warehouse::Store::new(one.pool().clone());
    let (first, second) = tokio::join!(one.ensure_days(&days), two.ensure_days(&days));
    first.and(second).unwrap();
    assert_eq!(count(&one, "loadline_partitions('dwd_power_consumption_detail')").await, 2);
}

#[tokio::test]
async fn an_open_transaction_notices_days_made_meanwhile() {
    let store = store().await;
    let first = day("2016-01-11");
    store.ensure_days(&[first]).await.unwrap();
    for round in 0..2 {
        let mut work = store.begin().await.unwrap();
        for day_no in [0, 0, 0, 1 + round] {
            let day = Day(first.0 + day_no);
            store.ensure_days(&[day]).await.unwrap();
            let windows = vec![window(1, day.start(), day_no == 0, &[(1, 2)])];
            work.write_aggregates(&Aggregates { windows, ..Default::default() }).await.unwrap();
        }
        commit(&store, work).await;
    }
    assert_eq!(count(&store, "dws_user_ranking").await, 3);
}

#[tokio::test]
async fn days_come_after_a_truncation_in_the_same_transaction() {
    let store = store().await;
    add(&store, vec![detail(1, 1, 1, at("2016-01-11"), 1)]).await;
    for (lost, rows_left) in [(true, 1), (false, 2)] {
        let mut work = store.begin().await.unwrap();
        work.write_rows(&RowEffects { truncated: vec![Table::Readings], ..Default::default() }).await.unwrap();
        work.ensure_days(&[day("2016-01-11"), day("2016-01-12")]).await.unwrap();
        let details_added = vec![detail(2, 1, 1, at("2016-01-11"), 1), detail(3, 1, 1, at("2016-01-12"), 1)];
        work.write_rows(&RowEffects { details_added, ..Default::default() }).await.unwrap();
        if lost {
            drop(work);
        } else {
            commit(&store, work).await;
        }
        assert_eq!(count(&store, "dwd_power_consumption_detail").await, rows_left);
    }
}
