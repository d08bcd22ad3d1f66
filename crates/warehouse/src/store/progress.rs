//! Reading the stored position and taking over as the one engine that may move it.

use domain::{Progress, SnapshotState, Zone};

use crate::pg_types::{PgLsn, Stamp};
use crate::{Store, WarehouseError};

/// The source that this warehouse follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceIdentity {
    pub system_identifier: String,
    pub timeline: i32,
    pub slot: String,
    pub database: String,
    pub zone: Zone,
}

impl Store {
    /// As [`Store::progress`], after a commit whose answer was lost: the server may still be at work on it, so this
    /// waits until that transaction has ended one way or the other.
    pub async fn settled_progress(&self) -> Result<Progress, WarehouseError> {
        let mut connection = self.pool.acquire().await?;
        sqlx::query!("select id from progress where id = 1 for share").fetch_one(&mut *connection).await?;
        drop(connection);
        self.progress().await
    }

    pub async fn progress(&self) -> Result<Progress, WarehouseError> {
        let row = sqlx::query!(
            r#"select system_identifier, timeline, slot, database, lsn as "lsn: PgLsn", epoch,
                      watermark as "watermark: Stamp", newest_event as "newest_event: Stamp", snapshot_state, commit_no
                 from progress where id = 1"#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Progress {
            system_identifier: row.system_identifier,
            timeline: row.timeline,
            slot: row.slot,
            database: row.database,
            lsn: row.lsn.0,
            epoch: row.epoch,
            watermark: row.watermark.map(|stamp| stamp.0),
            newest_event: row.newest_event.map(|stamp| stamp.0),
            snapshot: SnapshotState::from_code(&row.snapshot_state),
            commit_no: row.commit_no,
        })
    }

    /// The time zone this warehouse is computed in; none before the first engine.
    pub async fn zone_name(&self) -> Result<Option<String>, WarehouseError> {
        Ok(sqlx::query_scalar!("select time_zone from progress where id = 1").fetch_one(&self.pool).await?)
    }

    /// Raises the epoch, so that an engine that worked before cannot commit any more. What is stored about the
    /// source stays: whether another source now answers is for the caller to judge, from the returned row.
    pub async fn take_over(&self, seen: &Progress, source: &SourceIdentity) -> Result<Progress, WarehouseError> {
        if let Some(stored) = self.zone_name().await?
            && stored != source.zone.name()
        {
            return Err(WarehouseError::ZoneChanged { stored, wanted: source.zone.name().to_owned() });
        }
        let taken = sqlx::query!(
            "update progress
                set epoch = epoch + 1,
                    system_identifier = coalesce(system_identifier, $2),
                    timeline = coalesce(timeline, $3),
                    slot = coalesce(slot, $4),
                    database = coalesce(database, $5),
                    time_zone = coalesce(time_zone, $6)
              where id = 1 and epoch = $1",
            seen.epoch,
            source.system_identifier,
            source.timeline,
            source.slot,
            source.database,
            source.zone.name()
        )
        .execute(&self.pool)
        .await?;
        if taken.rows_affected() != 1 {
            return Err(WarehouseError::LostLeadership { lsn: seen.lsn.to_string(), epoch: seen.epoch });
        }
        self.progress().await
    }
}
