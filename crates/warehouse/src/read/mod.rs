//! Questions that pages ask. Each file answers for one page or block, with plain serialisable values.

pub mod api;
pub mod attention;
pub mod dashboard;
pub mod day_curve;
pub mod exports;
pub mod frame;
pub mod layers;
pub mod live_changes;
pub mod load_now;
pub mod peaks;
pub mod periods;
pub mod pipeline;
pub mod rankings;
pub mod regions;
pub mod rollups;
pub mod search;
pub mod users;
pub mod windows;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// Connections for questions. Pages get nothing else of the database.
#[derive(Clone, Debug)]
pub struct ReadPool(pub(crate) PgPool);

/// A question waits this long for a connection before the page says that the database is away.
const ACQUIRE_SECONDS: u64 = 3;
/// A question that runs longer than this is ended by the database.
const STATEMENT_TIMEOUT: &str = "15s";

impl ReadPool {
    /// Opens lazily, so that pages come up (and say so) while the database is away.
    pub fn open(url: &str, max_connections: u32) -> Result<Self, ReadError> {
        let options: PgConnectOptions = url.parse()?;
        let options = options
            .application_name("loadline pages")
            .options([("statement_timeout", STATEMENT_TIMEOUT), ("default_transaction_read_only", "on")]);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(std::time::Duration::from_secs(ACQUIRE_SECONDS))
            .connect_lazy_with(options);
        Ok(Self(pool))
    }

    /// Wraps a pool that somebody else configured.
    pub fn from_pool(pool: PgPool) -> Self {
        Self(pool)
    }

    /// For the questions of this crate that stand beside the pages (exports, the API).
    pub fn pool(&self) -> &PgPool {
        &self.0
    }
}

/// A question that could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the warehouse database did not answer: {0}. Check LOADLINE_WAREHOUSE_URL and that PostgreSQL runs")]
    Database(#[from] sqlx::Error),
}

impl ReadError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Database(sqlx::Error::Configuration(_)) => domain::FailureKind::Operator,
            Self::Database(sqlx::Error::ColumnDecode { .. } | sqlx::Error::TypeNotFound { .. }) => domain::FailureKind::Bug,
            Self::Database(_) => domain::FailureKind::Retry,
        }
    }

    /// Whether the database itself is away, as opposed to a question it refused.
    pub fn is_unavailable(&self) -> bool {
        let Self::Database(error) = self;
        match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => true,
            // 57: operator intervention (shutdown, start-up, cancelled); 53: no connections left; 08: connection lost
            sqlx::Error::Database(e) => {
                e.code().is_some_and(|code| ["57", "53", "08"].iter().any(|class| code.starts_with(class)))
            }
            _ => false,
        }
    }
}
