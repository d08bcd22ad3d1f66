//! Daily partitions, made before the first row of a day is written. Readers and writers go on meanwhile.

use std::time::Duration;

use domain::Day;
use sqlx::postgres::PgConnection;
use sqlx::{Acquire, Postgres, pool::PoolConnection};

use crate::pg_types::DayDate;
use crate::{Store, WarehouseError, Work};

/// Tables with one partition per local day.
pub const PARTITIONED_TABLES: [&str; 4] =
    ["dwd_power_consumption_detail", "dws_region_daily_stats", "dws_user_ranking", "ads_power_dashboard"];

/// A lock that is not free within this time is tried again, so that nobody queues behind us for long.
pub(crate) const SET_LOCK_TIMEOUT: &str = "set lock_timeout = '2s'";
pub(crate) const RESET_LOCK_TIMEOUT: &str = "reset lock_timeout";
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);
/// Days are remembered up to this number, then looked up again.
const KNOWN_DAYS_MAX: usize = 20_000;

impl Store {
    /// Makes the partitions of these days where they are missing. Runs beside any open [`crate::Work`].
    pub async fn ensure_days(&self, days: &[Day]) -> Result<(), WarehouseError> {
        let mut missing: Vec<Day> = {
            let known = self.known_days();
            days.iter().copied().filter(|day| !known.contains(day)).collect()
        };
        if missing.is_empty() {
            return Ok(());
        }
        missing.sort_unstable();
        missing.dedup();
        let mut connection = short_locks(self).await?;
        for day in missing {
            ensure_day(self, &mut connection, day).await?;
            let mut known = self.known_days();
            if known.len() >= KNOWN_DAYS_MAX {
                known.clear();
            }
            known.insert(day);
        }
        give_back(connection).await
    }
}

impl Work {
    /// The same inside this transaction: needed once it has truncated the tables and so holds their locks.
    pub async fn ensure_days(&mut self, days: &[Day]) -> Result<(), WarehouseError> {
        for &day in days {
            sqlx::query_scalar!("select loadline_ensure_day($1)", DayDate(day) as _).fetch_one(&mut *self.tx).await?;
        }
        Ok(())
    }
}

/// A connection whose lock waits are short; to be handed back with [`give_back`].
pub(crate) async fn short_locks(store: &Store) -> Result<PoolConnection<Postgres>, WarehouseError> {
    let mut connection = store.pool.acquire().await?;
    sqlx::raw_sql(SET_LOCK_TIMEOUT).execute(&mut *connection).await?;
    Ok(connection)
}

pub(crate) async fn give_back(mut connection: PoolConnection<Postgres>) -> Result<(), WarehouseError> {
    sqlx::raw_sql(RESET_LOCK_TIMEOUT).execute(&mut *connection).await?;
    Ok(())
}

async fn ensure_day(store: &Store, connection: &mut PgConnection, day: Day) -> Result<(), WarehouseError> {
    for attempt in 1.. {
        let made = sqlx::query_scalar!("select loadline_ensure_day($1)", DayDate(day) as _)
            .fetch_one(connection.acquire().await?)
            .await
            .map_err(WarehouseError::from);
        match made {
            Ok(made) => {
                if made == Some(true) {
                    store.note_partitions_made();
                }
                return Ok(());
            }
            Err(error) if attempt < ATTEMPTS && worth_another_try(&error) => {
                tracing::debug!(day = day.0, attempt, %error, "partition not made yet");
                tokio::time::sleep(PAUSE * attempt).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A lock was busy, or another process made the same partition at the same moment.
fn worth_another_try(error: &WarehouseError) -> bool {
    match error {
        WarehouseError::LockTimeout(_) | WarehouseError::Transient(_) => true,
        WarehouseError::Database(sqlx::Error::Database(cause)) => matches!(cause.code().as_deref(), Some("42P07" | "23505")),
        _ => false,
    }
}
