//! The engine's door to the warehouse: where it stands, one transaction of work, and the days that have partitions.

mod commit;
mod progress;
mod work;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Day;
use rustc_hash::FxHashSet;
use sqlx::postgres::PgPool;

pub use commit::{CommitMeta, MAX_CHANGES_PER_COMMIT, Topic};
pub use progress::SourceIdentity;
pub use work::Work;

use crate::WarehouseError;

/// Cheap to clone; clones share the pool and what is known about partitions.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: PgPool,
    known_days: Arc<Mutex<FxHashSet<Day>>>,
    /// Raised when this process has made partitions: transactions that are open have to look again.
    partitions_made: Arc<AtomicU64>,
}

impl Store {
    pub fn new(pool: PgPool) -> Self {
        Self { pool, known_days: Arc::default(), partitions_made: Arc::default() }
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// One transaction. It is rolled back when the work is dropped without `commit`.
    pub async fn begin(&self) -> Result<Work, WarehouseError> {
        Ok(Work::new(self.pool.begin().await?, self.clone()))
    }

    /// Whether no reading has ever been accepted, or all of them are gone.
    pub async fn is_empty(&self) -> Result<bool, WarehouseError> {
        let found = sqlx::query_scalar!(r#"select exists(select from dwd_power_consumption_detail) as "found!""#)
            .fetch_one(&self.pool)
            .await?;
        Ok(!found)
    }

    pub(crate) fn partitions_made(&self) -> u64 {
        self.partitions_made.load(Ordering::Acquire)
    }

    pub(crate) fn note_partitions_made(&self) {
        self.partitions_made.fetch_add(1, Ordering::AcqRel);
    }

    /// Days that have partitions as far as this process knows.
    pub(crate) fn known_days(&self) -> MutexGuard<'_, FxHashSet<Day>> {
        // A set of days is right after any panic: an entry is added when its partitions are there.
        self.known_days.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
