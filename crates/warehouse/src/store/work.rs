//! One open transaction of the engine: loads and writes of several chunks, ended by `commit`.

use sqlx::{Postgres, Transaction};

use crate::{Store, WarehouseError};

/// Dropping it rolls everything back.
#[derive(Debug)]
pub struct Work {
    pub(crate) tx: Transaction<'static, Postgres>,
    /// Reused by bulk writes, so that a transaction of many chunks does not allocate for each.
    pub(crate) buffer: Vec<u8>,
    pub(crate) store: Store,
    /// Readings were truncated in here: no other session can add partitions until this ends.
    pub(crate) truncated: bool,
    partitions_seen: u64,
}

impl Work {
    pub(super) fn new(tx: Transaction<'static, Postgres>, store: Store) -> Self {
        let partitions_seen = store.partitions_made();
        Self { tx, buffer: Vec::new(), store, truncated: false, partitions_seen }
    }

    /// A session that holds its locks already does not notice partitions that others attach, until it locks
    /// something anew: looking for the root of a partition tree does, in the catalogue.
    pub(crate) async fn notice_partitions(&mut self) -> Result<(), WarehouseError> {
        let made = self.store.partitions_made();
        if made != self.partitions_seen {
            sqlx::query("select pg_partition_root('dwd_power_consumption_detail')").execute(&mut *self.tx).await?;
            self.partitions_seen = made;
        }
        Ok(())
    }

    /// A partition that was thought to be there is not: what is known about days is worth nothing.
    pub(crate) fn note_failure(&self, error: &WarehouseError) {
        if let WarehouseError::MissingPartition(_) = error {
            self.store.known_days().clear();
        }
    }
}
