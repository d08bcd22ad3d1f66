//! The end of a transaction: the position moves together with everything that was computed, or not at all.

use domain::{LocalMs, Progress, RegionId};
use sqlx::types::chrono::{DateTime, Utc};

use crate::pg_types::{PgLsn, Stamp};
use crate::{WarehouseError, Work};

/// A commit that changed more than this says "all" instead.
pub const MAX_CHANGES_PER_COMMIT: usize = 200;
/// Commits whose changes a reader may still ask for; one that is further behind refreshes everything.
const KEPT_COMMITS: i64 = 10_000;
/// Old changes are deleted once in so many commits.
const CLEANING_INTERVAL: i64 = 256;

/// A part of the read models, as readers subscribe to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Topic {
    Window,
    Rollup,
    User,
    Region,
    DeadLetter,
    All,
}

impl Topic {
    const EACH: [Self; 6] = [Self::Window, Self::Rollup, Self::User, Self::Region, Self::DeadLetter, Self::All];

    pub fn code(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Rollup => "rollup",
            Self::User => "user",
            Self::Region => "region",
            Self::DeadLetter => "dead_letter",
            Self::All => "all",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|topic| topic.code() == code)
    }
}

/// What a commit says about itself beside the position.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CommitMeta {
    pub changed: Vec<(Topic, RegionId)>,
    /// Commit time at the source of the newest transaction in here. None keeps what is stored, as in all fields below.
    pub source_commit_time_us: Option<i64>,
    /// UTC microseconds at which the newest row arrived here.
    pub last_row_at_us: Option<i64>,
    /// End of the newest closed window.
    pub newest_closed: Option<LocalMs>,
    pub snapshot_rows_done: Option<i64>,
    pub snapshot_rows_total: Option<i64>,
}

impl Work {
    /// Moves the position from `from` to `to` and commits. Returns `to` with its commit number.
    pub async fn commit(mut self, from: &Progress, to: &Progress, meta: CommitMeta) -> Result<Progress, WarehouseError> {
        let commit_no = self.move_position(from, to, &meta).await?;
        self.announce(commit_no, meta.changed).await?;
        self.tx.commit().await.map_err(WarehouseError::AnswerLost)?;
        Ok(Progress { commit_no, ..to.clone() })
    }

    async fn move_position(&mut self, from: &Progress, to: &Progress, meta: &CommitMeta) -> Result<i64, WarehouseError> {
        let utc = |micros: Option<i64>| micros.and_then(DateTime::<Utc>::from_timestamp_micros);
        let moved = sqlx::query_scalar!(
            "update progress
                set lsn = $3, system_identifier = $4, timeline = $5, slot = $6, database = $7,
                    watermark = $8, newest_event = $9, snapshot_state = $10::text,
                    snapshot_started_at = case when $10::text = 'copying' and snapshot_state <> 'copying' then now()
                                               else snapshot_started_at end,
                    source_commit_time = coalesce($11, source_commit_time),
                    last_row_at = coalesce($12, last_row_at),
                    newest_closed = coalesce($13, newest_closed),
                    snapshot_rows_done = coalesce($14, snapshot_rows_done),
                    snapshot_rows_total = coalesce($15, snapshot_rows_total),
                    commit_no = commit_no + 1, committed_at = now()
              where id = 1 and lsn = $1 and epoch = $2
             returning commit_no",
            PgLsn(from.lsn) as _,
            from.epoch,
            PgLsn(to.lsn) as _,
            to.system_identifier,
            to.timeline,
            to.slot,
            to.database,
            to.watermark.map(Stamp) as _,
            to.newest_event.map(Stamp) as _,
            to.snapshot.code(),
            utc(meta.source_commit_time_us),
            utc(meta.last_row_at_us),
            meta.newest_closed.map(Stamp) as _,
            meta.snapshot_rows_done,
            meta.snapshot_rows_total
        )
        .fetch_optional(&mut *self.tx)
        .await?;
        moved.ok_or_else(|| WarehouseError::LostLeadership { lsn: from.lsn.to_string(), epoch: from.epoch })
    }

    async fn announce(&mut self, commit_no: i64, mut changed: Vec<(Topic, RegionId)>) -> Result<(), WarehouseError> {
        changed.sort_unstable();
        changed.dedup();
        if changed.len() > MAX_CHANGES_PER_COMMIT {
            changed = vec![(Topic::All, 0)];
        }
        let topics: Vec<&str> = changed.iter().map(|(topic, _)| topic.code()).collect();
        let regions: Vec<RegionId> = changed.iter().map(|(_, region)| *region).collect();
        sqlx::query!(
            "with noted as (
                 insert into commit_changes (commit_no, topic, region_id)
                 select $1, c.topic, c.region_id from unnest($2::text[], $3::int[]) as c(topic, region_id)
             )
             select pg_notify('loadline_commit', $1::bigint::text)",
            commit_no,
            &topics as _,
            &regions
        )
        .execute(&mut *self.tx)
        .await?;
        if commit_no % CLEANING_INTERVAL == 0 {
            sqlx::query!("delete from commit_changes where commit_no <= $1", commit_no - KEPT_COMMITS)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }
}
