//! What an operator wants to know about the warehouse database before and while it is used.

use sqlx::PgPool;
use sqlx::migrate::Migrate;

use crate::{MIGRATOR, WarehouseError};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Health {
    pub server_version: String,
    pub database: String,
    pub system_identifier: String,
    /// UTC microseconds since 1970, by the clock of the database server.
    pub server_time_us: i64,
    /// May create tables and set the database's time zone.
    pub may_create: bool,
    pub owns_database: bool,
    pub size_bytes: i64,
    /// Where the server keeps its files; none when that may not be asked.
    pub data_directory: Option<String>,
    pub read_only: bool,
    /// Migrations of this program that are not applied yet.
    pub missing_migrations: usize,
}

pub async fn health(pool: &PgPool) -> Result<Health, WarehouseError> {
    let row = sqlx::query!(
        r#"select current_setting('server_version') as "version!", current_database()::text as "database!",
                  (select system_identifier::text from pg_control_system()) as "system!",
                  (extract(epoch from clock_timestamp()) * 1000000)::bigint as "time_us!",
                  has_schema_privilege('public', 'CREATE') as "may_create!",
                  (select pg_has_role(datdba, 'USAGE') from pg_database where datname = current_database()) as "owns!",
                  pg_database_size(current_database()) as "size!",
                  (select setting from pg_settings where name = 'data_directory') as data_directory,
                  pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as "read_only!",
                  to_regclass('_sqlx_migrations') is not null as "migrated!""#
    )
    .fetch_one(pool)
    .await?;
    let applied = if row.migrated { pool.acquire().await?.list_applied_migrations().await? } else { Vec::new() };
    let is_applied = |version| applied.iter().any(|migration| migration.version == version);
    Ok(Health {
        server_version: row.version,
        database: row.database,
        system_identifier: row.system,
        server_time_us: row.time_us,
        may_create: row.may_create,
        owns_database: row.owns,
        size_bytes: row.size,
        data_directory: row.data_directory,
        read_only: row.read_only,
        missing_migrations: MIGRATOR.iter().filter(|migration| !is_applied(migration.version)).count(),
    })
}
