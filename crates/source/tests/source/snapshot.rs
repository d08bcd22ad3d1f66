//! The consistent copy and its hand-over to the stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Change, Origin, RowChange};
use source::{Event, SourceError, Start};
use tokio_util::sync::CancellationToken;

use crate::common::{Follower, PATIENCE, Source, ready};

async fn write_until(source: Arc<Source>, writer: i64, stop: Arc<AtomicBool>) -> i64 {
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        let base = 1_000_000 * (writer + 1) + round * 10;
        source.insert(base, base + 9).await;
        let (update, delete) = (1 + (writer * 5000 + round) % 15_000, base + 3);
        source
            .run(&format!(
                "update power_consumption set consumption_amount = consumption_amount + 1 where consumption_id = {update};
                 delete from power_consumption where consumption_id = {delete}"
            ))
            .await;
        round += 1;
    }
    round
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_while_others_write() {
    let source = Arc::new(ready().await);
    source.insert(1, 20_000).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> =
        (0..3).map(|writer| tokio::spawn(write_until(Arc::clone(&source), writer, Arc::clone(&stop)))).collect();
    let (mut follower, _) = source.copied().await;
    follower.until(|f| f.chunks.iter().filter(|c| c.origin == Origin::Stream).count() >= 50).await;
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        assert!(writer.await.unwrap() > 0);
    }
    let end = source.current_lsn().await;
    source::heartbeat(&source.cfg).await.unwrap();
    follower.until(|f| f.end_lsn > end).await;
    assert_eq!(follower.amounts(), source.table().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_comes_in_order_and_announces_itself() {
    let source = ready().await;
    source.run("insert into region_profile values (1, null, '东区', 1000, '2026-01-01')").await;
    source.run("insert into power_user (user_id, user_name, region_id) values (5, E'张\\t三\\\\', 1)").await;
    source
        .run("insert into power_consumption (consumption_id, consumption_date) values (1, null), (2, '2026-02-01'), (3, '2026-01-01')")
        .await;
    let mut reader = source::open(&source.cfg, Start::Snapshot, CancellationToken::new()).await.unwrap();
    let Event::SnapshotStarted { lsn, rows_total, at_us, identity } = reader.next().await.unwrap() else { panic!("no copy") };
    assert_eq!(rows_total, 5);
    let mut changes = Vec::new();
    loop {
        match reader.next().await.unwrap() {
            Event::Chunk(chunk) => {
                assert_eq!((chunk.origin, chunk.commit_lsn, chunk.end_lsn, chunk.last), (Origin::Snapshot, lsn, lsn, true));
                assert_eq!(chunk.commit_time_us, at_us);
                changes.extend(chunk.changes);
            }
            Event::SnapshotFinished { lsn: end } => {
                assert_eq!(end, lsn);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(&changes[0], Change::Region(RowChange::Insert(row)) if row.region_name.as_deref() == Some("东区")));
    assert!(matches!(&changes[1], Change::User(RowChange::Insert(row)) if row.user_name.as_deref() == Some("张\t三\\")));
    let ids: Vec<_> = changes[2..]
        .iter()
        .map(|change| match change {
            Change::Reading(RowChange::Insert(row)) => row.consumption_id.unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, [3, 2, 1]);
    assert_eq!(source::identify(&source.cfg).await.unwrap().system_identifier, identity.system_identifier);
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_cut_short_starts_again() {
    let source = ready().await;
    source.insert(1, 60_000).await;
    let mut cut = Follower::open(&source.cfg, Start::Snapshot).await.unwrap();
    cut.until(|f| !f.readings.is_empty()).await;
    drop(cut);
    let (follower, _) = source.copied().await;
    assert_eq!(follower.readings.len(), 60_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_writer_can_be_cancelled() {
    let cluster = testkit::TestCluster::own(&[]).await;
    let source = crate::common::ready_on(&cluster).await;
    let mut writer = source.pool.begin().await.unwrap();
    sqlx::query("insert into power_user (user_id) values (1)").execute(&mut *writer).await.unwrap();
    let cancel = CancellationToken::new();
    let opening = tokio::spawn({
        let (cfg, cancel) = (source.cfg.clone(), cancel.clone());
        async move { source::open(&cfg, Start::Snapshot, cancel).await.map(|_| ()) }
    });
    testkit::wait_until("the slot is being made", PATIENCE, async || source::slot_state(&source.cfg).await.unwrap().active).await;
    assert!(!opening.is_finished());
    cancel.cancel();
    assert_eq!(opening.await.unwrap(), Err(SourceError::Cancelled));
    testkit::wait_until("the unfinished slot is gone", PATIENCE, async || !source::slot_state(&source.cfg).await.unwrap().exists)
        .await;
    writer.rollback().await.unwrap();
}
