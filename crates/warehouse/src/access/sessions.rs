//! What the session layer keeps. The database holds a digest of each session's name, so that nobody who reads the
//! table can take a session over.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{AccessError, AccessPool};

/// False when the name is taken: the caller makes another one.
pub async fn insert(pool: &AccessPool, id: &str, data: &[u8], expiry: DateTime<Utc>) -> Result<bool, AccessError> {
    let done = sqlx::query!(
        "insert into access.session (id, data, expiry_date) values ($1, $2, $3) on conflict do nothing",
        key(id),
        data,
        expiry
    )
    .execute(pool.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn save(pool: &AccessPool, id: &str, data: &[u8], expiry: DateTime<Utc>) -> Result<(), AccessError> {
    sqlx::query!(
        "insert into access.session (id, data, expiry_date) values ($1, $2, $3)
         on conflict (id) do update set data = excluded.data, expiry_date = excluded.expiry_date",
        key(id),
        data,
        expiry
    )
    .execute(pool.pool())
    .await?;
    Ok(())
}

/// Data and expiry, unless it has expired.
pub async fn load(pool: &AccessPool, id: &str, now: DateTime<Utc>) -> Result<Option<(Vec<u8>, DateTime<Utc>)>, AccessError> {
    let row = sqlx::query!("select data, expiry_date from access.session where id = $1 and expiry_date > $2", key(id), now)
        .fetch_optional(pool.pool())
        .await?;
    Ok(row.map(|row| (row.data, row.expiry_date)))
}

pub async fn delete(pool: &AccessPool, id: &str) -> Result<(), AccessError> {
    sqlx::query!("delete from access.session where id = $1", key(id)).execute(pool.pool()).await?;
    Ok(())
}

pub async fn delete_expired(pool: &AccessPool, now: DateTime<Utc>) -> Result<u64, AccessError> {
    let done = sqlx::query!("delete from access.session where expiry_date <= $1", now).execute(pool.pool()).await?;
    Ok(done.rows_affected())
}

fn key(id: &str) -> String {
    hex::encode(Sha256::digest(id.as_bytes()))
}
