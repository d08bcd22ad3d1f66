//! Connections that ask as the pages' role and, before each question, say whose regions they ask for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_stream::try_stream;
use domain::access::Scope;
use futures::TryStreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Describe, Either, Execute, Executor, Postgres};

/// Sees through the policies alone.
const ROLE: &str = "loadline_pages";
/// A question waits this long for a connection before the page says that the database is away.
const ACQUIRE_WITHIN: Duration = Duration::from_secs(3);
/// What every connection of the pages starts with. A role of the startup message is also what `reset role` goes back to.
const SESSION: [(&str, &str); 4] =
    [("role", ROLE), ("statement_timeout", "15s"), ("default_transaction_read_only", "on"), ("jit", "off")];

/// A pool as one scope sees it. Policies of the tables read the setting `loadline.regions`.
#[derive(Clone)]
pub(crate) struct Scoped {
    pool: PgPool,
    scope: Scope,
    /// The value of the setting.
    regions: Arc<str>,
}

impl Scoped {
    /// Opens lazily, so that pages come up (and say so) while the database is away.
    pub fn open(options: PgConnectOptions, max_connections: u32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE_WITHIN)
            // saying the scope shows whether the connection still lives
            .test_before_acquire(false)
            .connect_lazy_with(options.application_name("loadline pages").options(SESSION));
        Self::seen_by(pool, &Scope::default())
    }

    fn seen_by(pool: PgPool, scope: &Scope) -> Self {
        Self { pool, regions: scope.to_string().into(), scope: scope.clone() }
    }

    pub fn with(&self, scope: &Scope) -> Self {
        Self::seen_by(self.pool.clone(), scope)
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How to connect; the connection then asks as the pages' role, for nobody.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A connection that sees what this scope sees, until somebody else gets it.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        tokio::time::timeout(ACQUIRE_WITHIN, self.living()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// After a restart of the server every idle connection is dead, but not the new one after them.
    async fn living(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        let mut attempts = self.pool.options().get_max_connections();
        loop {
            let mut connection = self.pool.acquire().await?;
            let said = sqlx::query!(
                r#"select set_config('loadline.regions', $1, false), current_user::text as "role!""#,
                &*self.regions
            )
            .fetch_one(&mut *connection)
            .await;
            // a pooler in between that drops settings would give everything to everybody
            let said = said.and_then(|row| if row.role == ROLE { Ok(()) } else { Err(wrong_role(&row.role)) });
            match said {
                Ok(()) => return Ok(connection),
                // a connection with the scope of somebody else must not come back
                Err(error) => {
                    connection.close_on_drop();
                    attempts = attempts.checked_sub(1).ok_or(error)?;
                }
            }
        }
    }
}

fn wrong_role(role: &str) -> sqlx::Error {
    let text = format!("pages would ask as {role} and not as {ROLE}; connect to PostgreSQL without a pooler in between");
    sqlx::Error::Configuration(text.into())
}

impl fmt::Debug for Scoped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("regions", &self.regions).finish_non_exhaustive()
    }
}

impl<'p> Executor<'p> for &'_ Scoped {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let scoped = self.clone();
        Box::pin(try_stream! {
            let mut connection = scoped.acquire().await?;
            let mut answers = connection.fetch_many(query);
            while let Some(answer) = answers.try_next().await? {
                yield answer;
            }
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let scoped = self.clone();
        Box::pin(async move { scoped.acquire().await?.fetch_optional(query).await })
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement<'q>, sqlx::Error>>
    where
        'p: 'e,
    {
        let scoped = self.clone();
        Box::pin(async move { scoped.acquire().await?.prepare_with(sql, parameters).await })
    }

    fn describe<'e, 'q: 'e>(self, sql: &'q str) -> BoxFuture<'e, Result<Describe<Postgres>, sqlx::Error>>
    where
        'p: 'e,
    {
        let scoped = self.clone();
        Box::pin(async move { scoped.acquire().await?.describe(sql).await })
    }
}
