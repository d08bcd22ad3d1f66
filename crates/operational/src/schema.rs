//! The connection to the operational database, and its tables.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, PgConnection};

use crate::OperationalError;

const CONNECTIONS: u32 = 4;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Every file only says `create … if not exists`, so nothing is remembered in the user's database.
const TABLES: [&str; 3] = [
    include_str!("../../../migrations/operational/0001_seed_tables.sql"),
    include_str!("../../../migrations/operational/0002_own_tables.sql"),
    include_str!("../../../migrations/operational/0003_reactive.sql"),
];

#[derive(Clone, Debug)]
pub struct Operational {
    pub(crate) pool: PgPool,
}

impl Operational {
    pub async fn connect(url: &str) -> Result<Self, OperationalError> {
        let options = PgConnectOptions::from_str(url)?.application_name("loadline");
        // a pool would only say that time ran out, a single connection says why
        let first = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options)).await;
        first.map_err(|_| sqlx::Error::PoolTimedOut)??.close().await?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(CONNECT_TIMEOUT);
        Ok(Self { pool: pool.connect_lazy_with(options) })
    }

    /// Connects with the first question, so that a source that is away does not stand in the way of a start.
    pub fn lazy(url: &str) -> Result<Self, OperationalError> {
        let options = PgConnectOptions::from_str(url)?.application_name("loadline pages");
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(CONNECT_TIMEOUT);
        Ok(Self { pool: pool.connect_lazy_with(options) })
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The tables of the power system and our own small ones beside them; what exists stays as it is.
    pub async fn create_tables(&self) -> Result<(), OperationalError> {
        let mut transaction = self.pool.begin().await?;
        // an existing table is expected, not worth a notice
        sqlx::raw_sql("set local client_min_messages = warning").execute(&mut *transaction).await?;
        for statements in TABLES {
            sqlx::raw_sql(statements).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
