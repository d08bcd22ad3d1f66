//! Transactions, positions, acknowledgements and limits of the stream.

use domain::{Lsn, Origin};
use source::{Event, QUEUE_ROWS, SourceConfig, SourceError, Start};
use tokio_util::sync::CancellationToken;

use crate::common::{PATIENCE, Source, ready};

#[tokio::test(flavor = "multi_thread")]
async fn a_large_transaction_comes_in_bounded_chunks() {
    let source = ready().await;
    let (mut follower, _) = source.copied().await;
    follower.chunks.clear();
    source.insert(1, 50_000).await;
    follower.until(|f| f.readings.len() == 50_000 && f.chunks.last().is_some_and(|c| c.last)).await;
    let chunks = &follower.chunks;
    assert_eq!(chunks.len(), 50_000 / source.cfg.max_chunk_rows + 1);
    assert!(chunks.iter().all(|c| c.origin == Origin::Stream && c.commit_lsn == chunks[0].commit_lsn));
    assert!(chunks.iter().enumerate().all(|(n, c)| c.seq as usize == n && c.last == (n == chunks.len() - 1)));
    let last = chunks.last().unwrap();
    assert!(last.end_lsn > last.commit_lsn);
    let source_now = source.number("select (extract(epoch from clock_timestamp()) * 1000000)::bigint").await;
    assert!((source_now - last.commit_time_us).abs() < 600_000_000, "commit time in UTC");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_is_never_longer_than_asked() {
    let source = ready().await;
    let cfg = SourceConfig { max_chunk_rows: 7, ..source.cfg.clone() };
    let mut reader = source::open(&cfg, Start::Snapshot, CancellationToken::new()).await.unwrap();
    source.insert(1, 20).await;
    let mut sizes = Vec::new();
    while sizes.iter().sum::<usize>() < 20 {
        if let Event::Chunk(chunk) = reader.next().await.unwrap() {
            sizes.push(chunk.changes.len());
        }
    }
    assert_eq!(sizes, [7, 7, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_reader_loses_nothing() {
    let source = ready().await;
    let (mut follower, identity) = source.copied().await;
    source.insert(1, 10).await;
    source.insert(11, 20).await;
    follower.until(|f| f.readings.contains_key(&10)).await;
    let stored = follower.end_lsn;
    follower.reader.acknowledge(stored);
    drop(follower);
    source.insert(21, 30).await;

    let mut again = source.resumed_patiently(stored, &identity).await;
    again.until(|f| f.readings.contains_key(&30)).await;
    assert_eq!(again.readings.keys().copied().collect::<Vec<_>>(), (11..=30).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_acknowledged_is_confirmed() {
    let source = ready().await;
    let (mut follower, identity) = source.copied().await;
    let copied_to = confirmed(&source).await;
    source.insert(1, 1).await;
    source.insert(2, 2).await;
    follower.until(|f| f.readings.len() == 2).await;
    // an answered status is on record before the position comes back
    follower.reader.ask_position();
    follower.until(|f| f.position > Lsn::ZERO).await;
    assert_eq!(confirmed(&source).await, copied_to);
    let first = follower.chunks.iter().find(|c| c.origin == Origin::Stream).unwrap().end_lsn;
    follower.reader.acknowledge(first);
    testkit::wait_until("the acknowledgement arrives", PATIENCE, async || confirmed(&source).await == first).await;
    follower.reader.close().await;
    assert_eq!(confirmed(&source).await, first);
    let mut again = source.resumed_patiently(first, &identity).await;
    again.until(|f| !f.readings.is_empty()).await;
    assert!(again.readings.contains_key(&2) && !again.readings.contains_key(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_delivers_the_last_acknowledgement() {
    let source = ready().await;
    let (mut follower, _) = source.copied().await;
    source.insert(1, 1).await;
    follower.until(|f| !f.readings.is_empty()).await;
    let stored = follower.end_lsn;
    follower.reader.acknowledge(stored);
    follower.reader.close().await;
    source.slot_is_free().await;
    assert_eq!(confirmed(&source).await, stored);
}

async fn confirmed(source: &Source) -> Lsn {
    source::slot_state(&source.cfg).await.unwrap().confirmed_flush.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_transaction_moves_the_position() {
    let source = ready().await;
    let (mut follower, _) = source.copied().await;
    source::heartbeat(&source.cfg).await.unwrap();
    source::heartbeat(&source.cfg).await.unwrap();
    let (one, two) = (follower.chunk().await, follower.chunk().await);
    assert!(one.last && one.changes.is_empty() && two.last && two.changes.is_empty());
    assert!(two.end_lsn > one.end_lsn);
    assert_eq!(source.number("select count(*) from loadline_heartbeat").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_of_other_databases_moves_the_position() {
    let source = ready().await;
    let elsewhere = testkit::pool(&testkit::cluster().await.database("elsewhere").await).await;
    let (mut follower, _) = source.copied().await;
    sqlx::raw_sql("create table t as select n from generate_series(1, 1000) n").execute(&elsewhere).await.unwrap();
    let wanted = source.current_lsn().await;
    while follower.position < wanted {
        follower.reader.ask_position();
        follower.event().await;
    }
    assert!(follower.reader.received_lsn() >= wanted);
    assert!(follower.chunks.iter().all(|c| c.changes.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_do_not_flood() {
    let source = ready().await;
    let elsewhere = testkit::pool(&testkit::cluster().await.database("elsewhere").await).await;
    let (mut follower, _) = source.copied().await;
    follower.until(|f| f.position > Lsn::ZERO).await;
    for _ in 0..50 {
        sqlx::raw_sql("select pg_logical_emit_message(true, 'x', repeat('y', 2000))").execute(&elsewhere).await.unwrap();
    }
    source.insert(1, 1).await;
    let mut positions = 0;
    while follower.readings.is_empty() {
        positions += usize::from(matches!(follower.event().await, Event::Position { .. }));
    }
    assert!(positions <= 2, "{positions} positions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_consumer_keeps_its_session_and_bounded_memory() {
    // a server that gives up on receivers that are silent for some seconds
    let cluster = testkit::TestCluster::own(&[("wal_sender_timeout", "3s")]).await;
    let source = crate::common::ready_on(&cluster).await;
    let (mut follower, _) = source.copied().await;
    let total = 4 * QUEUE_ROWS;
    source.insert(1, total as i64).await;
    testkit::wait_until("the queue fills", PATIENCE, async || {
        follower.reader.queue_used() + source.cfg.max_chunk_rows > QUEUE_ROWS
    })
    .await;
    let full_at = std::time::Instant::now();
    testkit::wait_until("two time limits pass", PATIENCE, async || full_at.elapsed().as_secs() >= 6).await;
    assert!(follower.reader.queue_used() <= QUEUE_ROWS);
    follower.until(|f| f.readings.len() == total).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_texts_fill_the_queue_sooner() {
    let source = ready().await;
    let (mut follower, _) = source.copied().await;
    source
        .run(
            "insert into power_consumption (consumption_id, consumption_amount, remark)
             select n, 1, repeat('x', 100000) from generate_series(1, 500) n",
        )
        .await;
    let changes = follower.changes().await;
    assert!(changes.len() < 100, "{} rows of 100 kB in one chunk", changes.len());
    follower.until(|f| f.readings.len() == 500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_wal_sender_is_worth_a_retry() {
    let source = ready().await;
    let (mut follower, identity) = source.copied().await;
    source.insert(1, 5).await;
    follower.until(|f| f.readings.len() == 5).await;
    let stored = follower.end_lsn;
    let pid = source::slot_state(&source.cfg).await.unwrap().active_pid.unwrap();
    source.run(&format!("select pg_terminate_backend({pid})")).await;
    let error = follower.failure().await;
    assert_eq!(error.kind(), domain::FailureKind::Retry, "{error:?}");
    source.insert(6, 9).await;
    let mut again = source.resumed_patiently(stored, &identity).await;
    again.until(|f| f.readings.len() == 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_reader() {
    let source = ready().await;
    let cancel = CancellationToken::new();
    let mut reader = source::open(&source.cfg, Start::Snapshot, cancel.clone()).await.unwrap();
    cancel.cancel();
    let error = loop {
        if let Err(error) = reader.next().await {
            break error;
        }
    };
    assert_eq!(error, SourceError::Cancelled);
    reader.close().await;
    source.slot_is_free().await;
    let (mut follower, _) = source.copied().await;
    source.insert(1, 1).await;
    follower.until(|f| f.readings.len() == 1).await;
}
