//! A log that cannot be continued is noticed and named.

use domain::Lsn;
use source::{GapReason, Identity, SourceError};

use crate::common::{PATIENCE, Source, ready, ready_on};

/// A source whose reader stored one transaction and went.
async fn stopped(source: Source) -> (Source, Lsn, Identity) {
    let (mut follower, identity) = source.copied().await;
    source.insert(1, 1).await;
    follower.until(|f| f.readings.len() == 1).await;
    let stored = follower.end_lsn;
    follower.reader.close().await;
    source.slot_is_free().await;
    (source, stored, identity)
}

fn reason(error: &SourceError) -> &GapReason {
    assert!(error.needs_snapshot(), "{error:?}");
    match error {
        SourceError::Gap { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_slot_is_a_gap_and_a_new_copy_closes_it() {
    let (source, stored, identity) = stopped(ready().await).await;
    source::drop_slot(&source.cfg).await.unwrap();
    source::drop_slot(&source.cfg).await.unwrap();
    let error = source.resumed(stored, &identity).await.unwrap_err();
    assert_eq!(reason(&error), &GapReason::SlotMissing);
    let (follower, _) = source.copied().await;
    assert_eq!(follower.amounts(), source.table().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advanced_slot_is_a_gap() {
    let (source, stored, identity) = stopped(ready().await).await;
    source.insert(2, 2).await;
    source.run(&format!("select pg_replication_slot_advance('{}', pg_current_wal_lsn())", source.cfg.slot)).await;
    let error = source.resumed(stored, &identity).await.unwrap_err();
    assert!(matches!(reason(&error), GapReason::SlotAhead { slot_lsn } if *slot_lsn > stored), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_timeline_is_a_gap_and_another_cluster_stops() {
    let (source, stored, identity) = stopped(ready().await).await;
    let other = Identity { timeline: identity.timeline + 1, ..identity.clone() };
    let error = source.resumed(stored, &other).await.unwrap_err();
    assert_eq!(reason(&error), &GapReason::OtherTimeline { expected: identity.timeline + 1, found: identity.timeline });
    let foreign = Identity { system_identifier: "1".into(), ..identity.clone() };
    let error = source.resumed(stored, &foreign).await.unwrap_err();
    assert_eq!(error, SourceError::ForeignCluster { expected: "1".into(), found: identity.system_identifier });
    assert_eq!(error.kind(), domain::FailureKind::Operator);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_in_use_is_worth_a_retry() {
    let source = ready().await;
    let (mut follower, identity) = source.copied().await;
    source::heartbeat(&source.cfg).await.unwrap();
    follower.chunk().await;
    follower.until(|f| f.end_lsn > Lsn::ZERO).await;
    let error = source.resumed(follower.end_lsn, &identity).await.unwrap_err();
    assert!(matches!(error, SourceError::SlotBusy { pid: Some(_), .. }), "{error:?}");
    assert_eq!(error.kind(), domain::FailureKind::Retry);
    assert!(matches!(source::drop_slot(&source.cfg).await, Err(SourceError::SlotBusy { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn log_that_the_server_threw_away_is_a_gap() {
    let settings = [("max_slot_wal_keep_size", "1MB"), ("max_wal_size", "32MB"), ("min_wal_size", "32MB")];
    let cluster = testkit::TestCluster::own(&settings).await;
    let (source, stored, identity) = stopped(ready_on(&cluster).await).await;
    testkit::wait_until("the slot loses its log", PATIENCE, async || {
        source.run("create table if not exists filler (x int)").await;
        source.run("insert into filler values (1)").await;
        source.run("select pg_switch_wal()").await;
        source.run("checkpoint").await;
        source::slot_state(&source.cfg).await.unwrap().wal_status.as_deref() == Some("lost")
    })
    .await;
    let error = source.resumed(stored, &identity).await.unwrap_err();
    assert_eq!(reason(&error), &GapReason::SlotLost);
    let findings = source::check(&source.cfg).await;
    assert!(findings.iter().any(|f| f.name == "slot" && f.level == source::Level::Warn), "{findings:?}");
    let (follower, _) = source.copied().await;
    assert_eq!(follower.amounts(), source.table().await);
}
