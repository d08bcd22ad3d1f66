//! Begin and end of a consistent copy. Over a warehouse that has rows already (after a gap, or after a kill in mid-copy)
//! the copy changes only what differs, and in the end retracts what it did not see.

use domain::{Change, Chunk, Lsn, Origin, SnapshotState, Table};
use source::Identity;
use tracing::info;

use super::Problem;
use super::fold::Fold;
use super::session::Session;

/// Rows retracted in one go at the end of a copy.
const UNSEEN_ROWS: i64 = 20_000;

impl Session<'_> {
    pub(super) async fn copy_started(
        &mut self,
        lsn: Lsn,
        rows_total: i64,
        at_us: i64,
        identity: Identity,
    ) -> Result<(), Problem> {
        self.over_existing = !self.pipeline.store.is_empty().await?;
        info!(%lsn, rows_total, over_existing = self.over_existing, "a consistent copy begins");
        let mut fold = Fold::begin(&self.pipeline.store, &self.pipeline.watch).await?;
        fold.work.clear_seen().await?;
        // Users and regions are few: they are taken over afresh.
        let chunk = Chunk {
            origin: Origin::Snapshot,
            commit_lsn: lsn,
            end_lsn: lsn,
            commit_time_us: at_us,
            seq: 0,
            last: true,
            changes: vec![Change::Truncate(Table::Users), Change::Truncate(Table::Regions)],
        };
        fold.add(&mut self.engine, vec![chunk], false).await?;
        fold.truncated.clear();
        fold.meta.snapshot_rows_done = Some(0);
        fold.meta.snapshot_rows_total = Some(rows_total);
        self.copied_rows = 0;
        self.next.snapshot = SnapshotState::Copying;
        self.next.system_identifier = Some(identity.system_identifier);
        self.next.timeline = Some(identity.timeline);
        self.next.database = Some(identity.database);
        self.next.slot = Some(self.pipeline.source.slot.clone());
        self.next.lsn = lsn;
        self.pipeline.watch.copy_started(rows_total);
        // nothing counts as read until it is stored that a copy has begun: the commit says how far
        self.pipeline.watch.resumed(Lsn(0));
        self.commit(fold).await
    }

    pub(super) async fn copy_finished(&mut self, lsn: Lsn) -> Result<(), Problem> {
        let mut fold = Fold::begin(&self.pipeline.store, &self.pipeline.watch).await?;
        while self.over_existing {
            let unseen = fold.work.unseen(self.pipeline.settings.keep_deleted_before, UNSEEN_ROWS).await?;
            if unseen.is_empty() {
                break;
            }
            let booked = self.engine.retract(unseen);
            fold.apply(&mut self.engine, booked).await?;
            fold.flush_if_large(&mut self.engine).await?;
        }
        let keep_before = self.pipeline.settings.keep_deleted_before;
        while fold.work.remove_unseen_reactive(lsn, keep_before, UNSEEN_ROWS).await? > 0 {}
        fold.work.clear_seen().await?;
        fold.work.clear_dead_letters_before(lsn).await?;
        fold.flush(&mut self.engine).await?;
        self.over_existing = false;
        self.next.snapshot = SnapshotState::Complete;
        self.next.lsn = lsn;
        self.commit(fold).await?;
        let elapsed_ms = self.pipeline.watch.copy_finished();
        info!(%lsn, rows = self.copied_rows, elapsed_ms, "the copy is complete");
        self.pipeline.store.record_event("snapshot", &format!("{} rows at {lsn}", self.copied_rows), Some(elapsed_ms)).await?;
        Ok(())
    }
}
