//! Removes what nobody needs any more, so that no table of this schema grows for ever but the record.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AccessError, AccessPool, sessions, throttle};

const FAILURES_KEPT_HOURS: i64 = 24;
const LOGINS_KEPT_DAYS: i64 = 90;
const ADDRESSES_KEPT_DAYS: i64 = 365;

/// Expired sessions, used and expired one-time links, old failures, logins that ended (or were last seen) 90 days ago,
/// addresses nobody signed in from for a year. Says how many rows went.
pub async fn forget_old(pool: &AccessPool, now: DateTime<Utc>) -> Result<u64, AccessError> {
    let mut gone = sessions::delete_expired(pool, now).await?;
    gone += throttle::forget_old(pool, now - TimeDelta::hours(FAILURES_KEPT_HOURS)).await?;
    gone += sqlx::query!("delete from access.invitations where used_at is not null or expires_at <= $1", now)
        .execute(pool.pool())
        .await?
        .rows_affected();
    gone += sqlx::query!(
        "delete from access.logins where coalesce(ended_at, last_seen_at) < $1",
        now - TimeDelta::days(LOGINS_KEPT_DAYS)
    )
    .execute(pool.pool())
    .await?
    .rows_affected();
    gone +=
        sqlx::query!("delete from access.known_addresses where last_login_at < $1", now - TimeDelta::days(ADDRESSES_KEPT_DAYS))
            .execute(pool.pool())
            .await?
            .rows_affected();
    Ok(gone)
}
