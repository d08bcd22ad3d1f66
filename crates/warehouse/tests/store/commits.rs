//! The guard of the position, and what a commit tells others.

use std::time::Duration;

use domain::effect::RowEffects;
use domain::{FailureKind, Lsn, Progress, SnapshotState, UserRow, Zone};
use sqlx::postgres::PgListener;
use warehouse::{CommitMeta, MAX_CHANGES_PER_COMMIT, SourceIdentity, Store, Topic, WarehouseError};

use crate::build::{at, count, lines, store};

fn source() -> SourceIdentity {
    SourceIdentity {
        system_identifier: "7000000000000000001".into(),
        timeline: 1,
        slot: "loadline".into(),
        database: "operational".into(),
        zone: Zone::parse("Asia/Shanghai").expect("a zone"),
    }
}

fn moved(from: &Progress, lsn: u64) -> Progress {
    Progress {
        lsn: Lsn(lsn),
        watermark: Some(at("2016-01-11 10:00:00.5")),
        newest_event: Some(at("2016-01-11 10:00:05")),
        ..from.clone()
    }
}

async fn commit(store: &Store, from: &Progress, to: &Progress, changed: Vec<(Topic, i32)>) -> Result<Progress, WarehouseError> {
    store.begin().await?.commit(from, to, CommitMeta { changed, ..Default::default() }).await
}

#[tokio::test]
async fn a_commit_stores_where_it_stands() {
    let store = store().await;
    let started = store.take_over(&store.progress().await.unwrap(), &source()).await.unwrap();
    assert_eq!((started.epoch, started.system_identifier.as_deref()), (1, Some("7000000000000000001")));
    let to = Progress { snapshot: SnapshotState::Copying, ..moved(&started, u64::MAX) };
    let meta = CommitMeta {
        source_commit_time_us: Some(1_452_477_600_123_456),
        newest_closed: Some(at("2016-01-11 10:00:00")),
        snapshot_rows_done: Some(5),
        ..Default::default()
    };
    let done = store.begin().await.unwrap().commit(&started, &to, meta).await.unwrap();
    assert_eq!(done, Progress { commit_no: 1, ..to });
    assert_eq!(store.progress().await.unwrap(), done);
    let query = "select source_commit_time at time zone 'UTC' as at, newest_closed, snapshot_rows_done, snapshot_rows_total,
                        snapshot_started_at is not null as started, last_row_at from progress";
    let stored = r#"{"at":"2016-01-11T02:00:00.123456","newest_closed":"2016-01-11T10:00:00","snapshot_rows_done":5,"snapshot_rows_total":0,"started":true,"last_row_at":null}"#;
    assert_eq!(lines(&store, query).await, [stored]);
    commit(&store, &done, &moved(&done, 3), vec![]).await.unwrap();
    assert_eq!(lines(&store, query).await, [stored], "what a commit does not tell stays");
}

#[tokio::test]
async fn a_second_engine_shuts_the_first_one_out() {
    let store = store().await;
    let first = store.take_over(&store.progress().await.unwrap(), &source()).await.unwrap();
    let mut work = store.begin().await.unwrap();
    let users = vec![UserRow { user_id: Some(1), ..Default::default() }];
    work.write_rows(&RowEffects { users, ..Default::default() }).await.unwrap();
    let second = store.take_over(&first, &source()).await.unwrap();
    let refused = work.commit(&first, &moved(&first, 10), CommitMeta::default()).await.unwrap_err();
    assert!(matches!(refused, WarehouseError::LostLeadership { .. }) && refused.kind() == FailureKind::Operator, "{refused}");
    assert_eq!(count(&store, "ods_power_user").await, 0, "nothing of the forgotten engine is left");
    assert!(store.take_over(&first, &source()).await.is_err(), "an outdated view cannot take over");
    let newer = commit(&store, &second, &moved(&second, 10), vec![]).await.unwrap();
    assert!(commit(&store, &second, &moved(&second, 11), vec![]).await.is_err(), "a position is left once");
    assert_eq!(store.progress().await.unwrap(), newer);
}

#[tokio::test]
async fn take_over_keeps_what_is_known_of_the_source_and_refuses_another_zone() {
    let store = store().await;
    let first = store.take_over(&store.progress().await.unwrap(), &source()).await.unwrap();
    let other = SourceIdentity { system_identifier: "8".into(), ..source() };
    let second = store.take_over(&first, &other).await.unwrap();
    assert_eq!(second.system_identifier, first.system_identifier, "a foreign cluster is the caller's to judge");
    let elsewhere = SourceIdentity { zone: Zone::parse("Europe/Berlin").expect("a zone"), ..source() };
    let refused = store.take_over(&second, &elsewhere).await.unwrap_err();
    assert_eq!(refused.kind(), FailureKind::Operator);
    assert!(refused.sentence().en.contains("Asia/Shanghai"), "{}", refused.sentence().en);
}

#[tokio::test]
async fn readers_hear_of_a_commit_and_find_its_changes() {
    let store = store().await;
    let mut listener = PgListener::connect_with(store.pool()).await.unwrap();
    listener.listen("loadline_commit").await.unwrap();
    let start = store.progress().await.unwrap();
    let done = commit(&store, &start, &moved(&start, 1), vec![(Topic::Window, 2), (Topic::Window, 1), (Topic::Window, 2)])
        .await
        .unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(10), listener.recv()).await.expect("a notification").unwrap();
    assert_eq!(heard.payload(), done.commit_no.to_string());
    let query = "select topic, region_id from commit_changes order by 1, 2";
    assert_eq!(lines(&store, query).await, [r#"{"topic":"window","region_id":1}"#, r#"{"topic":"window","region_id":2}"#]);
    sqlx::raw_sql("delete from commit_changes").execute(store.pool()).await.unwrap();
    let many = (0..=MAX_CHANGES_PER_COMMIT).map(|region| (Topic::Rollup, i32::try_from(region).unwrap())).collect();
    commit(&store, &done, &moved(&done, 2), many).await.unwrap();
    assert_eq!(lines(&store, query).await, [r#"{"topic":"all","region_id":0}"#]);
}

#[tokio::test]
async fn old_changes_are_deleted_now_and_then() {
    let store = store().await;
    sqlx::raw_sql(
        "insert into commit_changes values (1, 'all', 0), (300000, 'all', 0); update progress set commit_no = 1024 * 300 - 1",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let start = store.progress().await.unwrap();
    commit(&store, &start, &moved(&start, 1), vec![]).await.unwrap();
    assert_eq!(count(&store, "commit_changes where commit_no = 1").await, 0);
    assert_eq!(count(&store, "commit_changes where commit_no = 300000").await, 1);
}

/// A deferred trigger that cuts the connection: the server dies with COMMIT sent and not answered.
const CUT_AT_COMMIT: &str = "
    create function cut() returns trigger language plpgsql as $$
    begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
    create constraint trigger cut after insert on pipeline_events deferrable initially deferred for each row execute function cut()";

#[tokio::test]
async fn a_lost_answer_to_commit_is_told_apart() {
    let store = store().await;
    sqlx::raw_sql(CUT_AT_COMMIT).execute(store.pool()).await.unwrap();
    // The changes of the commit set the trigger off.
    sqlx::raw_sql(
        "create function tell() returns trigger language plpgsql as $$
                   begin insert into pipeline_events (kind, detail) values ('x', 'x'); return null; end $$;
                   create trigger tell after insert on commit_changes for each row execute function tell()",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let start = store.progress().await.unwrap();
    let lost = commit(&store, &start, &moved(&start, 1), vec![(Topic::All, 0)]).await.unwrap_err();
    assert!(matches!(lost, WarehouseError::AnswerLost(_)), "{lost:?}");
    assert_eq!(lost.kind(), FailureKind::Retry);
    assert_eq!(store.progress().await.unwrap(), start, "this time the transaction was not committed");
}

#[tokio::test]
async fn events_and_status_are_stored() {
    let store = store().await;
    assert!(store.read_status().await.unwrap().is_none());
    let now = sqlx::types::chrono::DateTime::from_timestamp(1_452_477_600, 0).expect("a time");
    for rows in [1, 2] {
        let status = domain::status::PipelineStatus { rows_total: rows, problem: Some("磁盘".into()), ..Default::default() };
        store.write_status(&status, now).await.unwrap();
        assert_eq!(store.read_status().await.unwrap(), Some((status, now)));
    }
    store.record_event("snapshot", "350784 rows", Some(1200)).await.unwrap();
    let query = "select kind, detail, duration_ms from pipeline_events";
    assert_eq!(lines(&store, query).await, [r#"{"kind":"snapshot","detail":"350784 rows","duration_ms":1200}"#]);
}
