//! Opening the warehouse and bringing its schema up to date. Migrations go forward only.

use std::str::FromStr;
use std::time::Duration;

use domain::Zone;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::WarehouseError;

pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/warehouse");

/// How long a connection may be waited for before the failure is reported (and tried again above).
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENT_CACHE: usize = 256;

/// `jit` costs more than it gives for short statements. A generic plan knows neither how many keys an array
/// holds nor which partitions it needs, so plans are made for each call.
const SESSION_SETTINGS: [(&str, &str); 4] =
    [("lock_timeout", "10s"), ("jit", "off"), ("plan_cache_mode", "force_custom_plan"), ("work_mem", "32MB")];

/// A pool of sessions. TLS and certificates are taken from the address (`sslmode`, `sslrootcert`, …).
pub async fn connect(url: &str, max_connections: u32) -> Result<PgPool, WarehouseError> {
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(WarehouseError::Address(sqlx::Error::Configuration("not a postgres:// address".into())));
    }
    let options = PgConnectOptions::from_str(url)?
        .application_name("loadline")
        .statement_cache_capacity(STATEMENT_CACHE)
        .options(SESSION_SETTINGS)
        .disable_statement_logging();
    let pool = PgPoolOptions::new().max_connections(max_connections).acquire_timeout(ACQUIRE_TIMEOUT);
    Ok(pool.connect_with(options).await?)
}

/// Applies what is missing and sets the database's time zone to that of the source.
pub async fn migrate(pool: &PgPool, zone: Zone) -> Result<(), WarehouseError> {
    let mut connection = pool.acquire().await?;
    // A refused run leaves its advisory lock in the session, so the session ends with this call.
    connection.close_on_drop();
    MIGRATOR.run(&mut *connection).await?;
    drop(connection);
    // Another zone would change what every stored day means: refused before anything says otherwise.
    let stored = sqlx::query_scalar!("select time_zone from progress where id = 1").fetch_one(pool).await?;
    if let Some(stored) = stored.filter(|stored| stored != zone.name()) {
        return Err(WarehouseError::ZoneChanged { stored, wanted: zone.name().to_owned() });
    }
    let set = sqlx::query_scalar!(
        r#"select exists(
               select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
                where d.datname = current_database() and s.setrole = 0 and ('TimeZone=' || $1::text) = any(s.setconfig)
           ) as "set!""#,
        zone.name()
    )
    .fetch_one(pool)
    .await?;
    if set {
        return Ok(());
    }
    let statement = sqlx::query_scalar!(
        r#"select format('alter database %I set timezone to %L', current_database(), $1::text) as "statement!""#,
        zone.name()
    )
    .fetch_one(pool)
    .await?;
    sqlx::raw_sql(&statement).execute(pool).await?;
    Ok(())
}
