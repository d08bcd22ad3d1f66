//! Keys that the installation made for itself.

use super::{AccessError, AccessPool};

/// The key of that name. The first to ask stores the fresh one that he brings; everybody gets the stored one.
pub async fn get_or_insert(pool: &AccessPool, name: &str, fresh: [u8; 32]) -> Result<Vec<u8>, AccessError> {
    sqlx::query!("insert into access.secrets (name, value) values ($1, $2) on conflict do nothing", name, &fresh)
        .execute(pool.pool())
        .await?;
    let value = sqlx::query_scalar!("select value from access.secrets where name = $1", name).fetch_one(pool.pool()).await?;
    Ok(value)
}
