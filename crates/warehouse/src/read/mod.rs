//! Questions that pages ask. Each file answers for one page or block, with plain serialisable values.

pub mod alarms;
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
mod scoped;
pub mod search;
pub mod settlement;
pub mod users;
pub mod windows;

use domain::access::Scope;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use scoped::Scoped;

/// Connections for questions, and the regions that the answers may be about. Pages get nothing else of the database.
#[derive(Clone, Debug)]
pub struct ReadPool(pub(crate) Scoped);

impl ReadPool {
    /// Sees nothing until [`ReadPool::seen_by`] says for whom. Opens lazily, so that pages come up (and say so) while the
    /// database is away.
    pub fn open(url: &str, max_connections: u32) -> Result<Self, ReadError> {
        Ok(Self(Scoped::open(url.parse()?, max_connections)))
    }

    /// To the same database as this pool.
    pub fn from_pool(pool: PgPool) -> Self {
        Self(Scoped::open((*pool.connect_options()).clone(), pool.options().get_max_connections()))
    }

    /// The same connections, for somebody who sees these regions.
    pub fn seen_by(&self, scope: &Scope) -> Self {
        Self(self.0.with(scope))
    }

    pub fn scope(&self) -> &Scope {
        self.0.scope()
    }

    /// For questions that hold on to a connection: it sees what this pool sees.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        self.0.acquire().await
    }
}

/// A question that could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(
        "the warehouse database did not answer: {0}. Check LOADLINE_WAREHOUSE_URL, that PostgreSQL runs, and that loadline migrate was run"
    )]
    Database(#[from] sqlx::Error),
}

impl ReadError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Database(sqlx::Error::Configuration(_)) => domain::FailureKind::Operator,
            // the role of the pages is missing or may not be taken: loadline migrate makes it
            Self::Database(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("22023" | "42501")) => {
                domain::FailureKind::Operator
            }
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
