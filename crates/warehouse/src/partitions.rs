//! Daily partitions, made before the first row of a day is written. Readers and writers go on meanwhile.

use std::time::Duration;

use domain::Day;
use sqlx::postgres::PgConnection;
use sqlx::{Postgres, pool::PoolConnection};

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
    /// Makes the partitions of these days where they are missing. Runs beside any open [`Work`].
    pub async fn ensure_days(&self, days: &[Day]) -> Result<(), WarehouseError> {
        let missing = self.unknown_days(days);
        if missing.is_empty() {
            return Ok(());
        }
        let mut connection = short_locks(self).await?;
        let done = self.make_days(&mut connection, &missing).await;
        give_back(connection).await?;
        done
    }

    fn unknown_days(&self, days: &[Day]) -> Vec<Day> {
        let known = self.known_days();
        let mut missing: Vec<Day> = days.iter().copied().filter(|day| !known.contains(day)).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    async fn make_days(&self, connection: &mut PgConnection, days: &[Day]) -> Result<(), WarehouseError> {
        for day in days {
            ensure_day(connection, *day).await?;
            let mut known = self.known_days();
            if known.len() >= KNOWN_DAYS_MAX {
                known.clear();
            }
            known.insert(*day);
            self.note_partitions_made();
        }
        Ok(())
    }
}

impl Work {
    /// As [`Store::ensure_days`], also after a truncation in this transaction: its lock keeps every other session
    /// from adding partitions, so they are made in here and belong to this transaction.
    pub async fn ensure_days(&mut self, days: &[Day]) -> Result<(), WarehouseError> {
        if !self.truncated {
            return self.store.ensure_days(days).await;
        }
        for day in self.store.unknown_days(days) {
            ensure_once(&mut self.tx, day).await?;
        }
        Ok(())
    }
}

/// A connection whose lock waits are short; to be handed back with [`give_back`].
pub(crate) async fn short_locks(store: &Store) -> Result<PoolConnection<Postgres>, WarehouseError> {
    let mut connection = store.pool.acquire().await?;
    sqlx::query(SET_LOCK_TIMEOUT).execute(&mut *connection).await?;
    Ok(connection)
}

pub(crate) async fn give_back(mut connection: PoolConnection<Postgres>) -> Result<(), WarehouseError> {
    sqlx::query(RESET_LOCK_TIMEOUT).execute(&mut *connection).await?;
    Ok(())
}

async fn ensure_day(connection: &mut PgConnection, day: Day) -> Result<(), WarehouseError> {
    let mut attempt = 1;
    loop {
        match ensure_once(connection, day).await {
            Err(error) if attempt < ATTEMPTS && worth_another_try(&error) => {
                tracing::debug!(day = day.0, attempt, %error, "partition not made yet");
                tokio::time::sleep(PAUSE * attempt).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

async fn ensure_once(connection: &mut PgConnection, day: Day) -> Result<(), WarehouseError> {
    sqlx::query!("select loadline_ensure_day($1) as made", DayDate(day) as _).fetch_one(connection).await?;
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
