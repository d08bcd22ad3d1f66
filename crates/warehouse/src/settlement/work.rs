//! The position of settlement and the transaction that moves it.

use chrono::{DateTime, Utc};
use domain::{LocalMs, SnapshotState};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::pg_types::Stamp;
use crate::{Store, WarehouseError};

/// Channel on which each change of a settled number announces its revision.
pub const SETTLEMENT_CHANNEL: &str = "loadline_settlement";

/// Where settlement stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SettlementProgress {
    pub epoch: i64,
    /// Changes up to this commit are settled.
    pub commit_no: i64,
    pub rules_revision: i64,
    pub revision: i64,
    /// Event time up to which missing days have been estimated.
    pub estimated_until: Option<LocalMs>,
}

/// Where the log is, and settlement behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    pub commit_no: i64,
    pub watermark: Option<LocalMs>,
    pub snapshot: SnapshotState,
    pub settled: SettlementProgress,
}

/// Of everything that can be in force.
pub async fn rules_revision(conn: &mut PgConnection) -> Result<i64, WarehouseError> {
    Ok(sqlx::query_scalar!("select rules_revision from settlement_progress where id = 1").fetch_one(conn).await?)
}

pub async fn standing(conn: &mut PgConnection) -> Result<Standing, WarehouseError> {
    let row = sqlx::query!(
        r#"select p.commit_no, p.watermark as "watermark: Stamp", p.snapshot_state, s.epoch, s.commit_no as settled_no,
                  s.rules_revision, s.revision, s.estimated_until as "estimated_until: Stamp"
             from progress p cross join settlement_progress s where p.id = 1 and s.id = 1"#
    )
    .fetch_one(conn)
    .await?;
    Ok(Standing {
        commit_no: row.commit_no,
        watermark: row.watermark.map(|stamp| stamp.0),
        snapshot: SnapshotState::from_code(&row.snapshot_state),
        settled: SettlementProgress {
            epoch: row.epoch,
            commit_no: row.settled_no,
            rules_revision: row.rules_revision,
            revision: row.revision,
            estimated_until: row.estimated_until.map(|stamp| stamp.0),
        },
    })
}

/// What a transaction moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    pub commit_no: i64,
    pub estimated_until: Option<LocalMs>,
    /// Settled numbers changed: pages hear of it.
    pub has_changed: bool,
}

/// The worker's transaction. Dropping it rolls everything back. It locks nothing that people wait for until it commits.
#[derive(Debug)]
pub struct SettlementWork {
    tx: Transaction<'static, Postgres>,
    epoch: i64,
}

impl SettlementWork {
    /// Makes this process the one that settles: an earlier one cannot commit any more.
    pub async fn take_over(store: &Store) -> Result<i64, WarehouseError> {
        Ok(sqlx::query_scalar!("update settlement_progress set epoch = epoch + 1 where id = 1 returning epoch")
            .fetch_one(&store.pool)
            .await?)
    }

    /// `epoch` is what `take_over` returned.
    pub async fn begin(store: &Store, epoch: i64) -> Result<Self, WarehouseError> {
        let mut tx = store.pool.begin().await?;
        // sets of keys differ in size by orders of magnitude: one plan for all of them is wrong for most
        sqlx::query("set local plan_cache_mode = force_custom_plan").execute(&mut *tx).await?;
        sqlx::query("set local jit = off").execute(&mut *tx).await?;
        Ok(Self { tx, epoch })
    }

    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Moves the position and commits, if nobody else has taken over. What is in force may have changed since it was loaded: what
    /// was settled by it is put right by the request that came with the change.
    pub async fn commit(mut self, moved: Moved, now: DateTime<Utc>) -> Result<(), WarehouseError> {
        let revision = sqlx::query_scalar!(
            r#"update settlement_progress
                  set commit_no = greatest(commit_no, $2), estimated_until = $3, settled_at = $4,
                      revision = revision + case when $5::boolean then 1 else 0 end
                where id = 1 and epoch = $1
               returning revision"#,
            self.epoch,
            moved.commit_no,
            moved.estimated_until.map(Stamp) as _,
            now,
            moved.has_changed
        )
        .fetch_optional(&mut *self.tx)
        .await?;
        let revision = revision.ok_or(WarehouseError::SettlementReplaced { epoch: self.epoch })?;
        if moved.has_changed {
            sqlx::query!("select pg_notify('loadline_settlement', $1::bigint::text)", revision).execute(&mut *self.tx).await?;
        }
        self.tx.commit().await.map_err(WarehouseError::AnswerLost)
    }
}

/// Whether there is a contract, or was one.
pub async fn has_contracts(conn: &mut PgConnection) -> Result<bool, WarehouseError> {
    Ok(sqlx::query_scalar!(r#"select exists (select from contracts) as "has!""#).fetch_one(conn).await?)
}
