//! Small periodic tasks beside the loop: heartbeat, slot figures, published status, partitions and retention.

use std::time::Duration;

use domain::SnapshotState;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use warehouse::retention::{self, RetentionSettings};

use super::Pipeline;
use crate::clock;

const STATUS_INTERVAL: Duration = Duration::from_secs(2);
const SLOT_INTERVAL: Duration = Duration::from_secs(5);
/// An idle source sends a transaction this often, so that its log can be let go.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(10);
const RETENTION_INTERVAL: Duration = Duration::from_secs(600);

/// Runs all of them until cancelled.
pub async fn run(pipeline: &Pipeline, retention: &RetentionSettings, cancel: &CancellationToken) {
    tokio::select! {
        () = cancel.cancelled() => {}
        _ = async { tokio::join!(statuses(pipeline), slots(pipeline), heartbeats(pipeline), expiries(pipeline, retention)) } => {}
    }
}

fn ticks(interval: Duration) -> Interval {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn statuses(pipeline: &Pipeline) {
    let mut ticks = ticks(STATUS_INTERVAL);
    loop {
        ticks.tick().await;
        publish_status(pipeline).await;
    }
}

async fn slots(pipeline: &Pipeline) {
    let mut ticks = ticks(SLOT_INTERVAL);
    loop {
        ticks.tick().await;
        watch_slot(pipeline).await;
    }
}

async fn heartbeats(pipeline: &Pipeline) {
    let mut ticks = ticks(HEARTBEAT_INTERVAL);
    loop {
        ticks.tick().await;
        beat(pipeline).await;
    }
}

async fn expiries(pipeline: &Pipeline, retention: &RetentionSettings) {
    let mut ticks = ticks(RETENTION_INTERVAL);
    loop {
        ticks.tick().await;
        expire(pipeline, retention).await;
    }
}

async fn publish_status(pipeline: &Pipeline) {
    let status = pipeline.watch.status(resident_bytes());
    if let Err(error) = pipeline.store.write_status(&status, clock::now()).await {
        tracing::debug!(%error, "the status could not be published");
    }
}

async fn watch_slot(pipeline: &Pipeline) {
    match source::slot_state(&pipeline.source).await {
        Ok(slot) => pipeline.watch.note_slot(&slot),
        Err(error) => tracing::debug!(%error, "the slot could not be asked"),
    }
}

async fn beat(pipeline: &Pipeline) {
    if let Err(error) = source::heartbeat(&pipeline.source).await {
        tracing::debug!(%error, "no heartbeat");
    }
}

async fn expire(pipeline: &Pipeline, settings: &RetentionSettings) {
    let progress = match pipeline.store.progress().await {
        Ok(progress) => progress,
        Err(error) => return tracing::debug!(%error, "retention waits"),
    };
    let (SnapshotState::Complete, Some(newest)) = (progress.snapshot, progress.newest_event) else { return };
    if let Err(error) = retention::expire(&pipeline.store, settings, newest.day()).await {
        tracing::warn!(%error, "retention could not be carried out; it is tried again");
    }
}

/// Resident memory of this process; 0 where the system does not say.
pub fn resident_bytes() -> i64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: i64 = statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
