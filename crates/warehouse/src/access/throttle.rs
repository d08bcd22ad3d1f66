//! Failed sign-ins, counted per account, per address and per account from one address. What follows from the counts is
//! decided by whoever asks.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::AccountId;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::{AccessError, AccessPool};

/// Failures of an account and of an address within so many minutes count together. Those of a pair count until a
/// success, or until nothing was tried for a day.
pub const WINDOW_MINUTES: i64 = 15;
/// Longer keys, and those that the database takes for no text, are stored as their digest.
const MOST_KEY_BYTES: usize = 400;

/// What is counted: the key of the name as it was typed (whether there is such an account or not), and the network of the
/// peer (IPv4 address, or the first 64 bits of an IPv6 address).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt<'a> {
    pub account_key: &'a str,
    pub network: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failures {
    pub count: i32,
    /// The first of those counted.
    pub since_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ThrottleState {
    pub pair: Option<Failures>,
    pub address: Option<Failures>,
    pub account: Option<Failures>,
    /// The account has signed in from this network before.
    pub is_known_address: bool,
}

pub async fn state(
    pool: &AccessPool,
    attempt: &Attempt<'_>,
    account_id: Option<AccountId>,
) -> Result<ThrottleState, AccessError> {
    let [address, account, pair] = keys(attempt);
    let rows = sqlx::query!(
        r#"select f.kind, f.failures, f.since_at, f.last_at
             from access.login_failures f
            where (f.kind, f.key) in (('address', $1::text), ('account', $2::text), ('pair', $3::text))"#,
        address,
        account,
        pair
    )
    .fetch_all(pool.pool())
    .await?;
    let is_known_address = sqlx::query_scalar!(
        r#"select exists(select from access.known_addresses where account_id = $1 and address = $2) as "known!""#,
        account_id,
        address
    )
    .fetch_one(pool.pool())
    .await?;
    let mut state = ThrottleState { is_known_address, ..ThrottleState::default() };
    for row in rows {
        let failures = Some(Failures { count: row.failures, since_at: row.since_at, last_at: row.last_at });
        match row.kind.as_str() {
            "pair" => state.pair = failures,
            "address" => state.address = failures,
            _ => state.account = failures,
        }
    }
    Ok(state)
}

/// Counts one failure three times, in one statement.
pub async fn fail(pool: &AccessPool, attempt: &Attempt<'_>, now: DateTime<Utc>) -> Result<(), AccessError> {
    let [address, account, pair] = keys(attempt);
    sqlx::query!(
        "insert into access.login_failures as f (kind, key, failures, since_at, last_at)
         values ('address', $1, 1, $4, $4), ('account', $2, 1, $4, $4), ('pair', $3, 1, $4, $4)
         on conflict (kind, key) do update
            set failures = case when f.kind <> 'pair' and f.since_at <= $5 then 1 else least(f.failures, 1000000) + 1 end,
                since_at = case when f.kind <> 'pair' and f.since_at <= $5 then $4 else f.since_at end,
                last_at = greatest(f.last_at, $4)",
        address,
        account,
        pair,
        now,
        now - TimeDelta::minutes(WINDOW_MINUTES)
    )
    .execute(pool.pool())
    .await?;
    Ok(())
}

/// After a success this pair and this account begin anew, the address does not, and it is known from now on.
pub(super) async fn succeed(
    db: &mut PgConnection,
    account_id: AccountId,
    attempt: &Attempt<'_>,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let [address, account, pair] = keys(attempt);
    sqlx::query!(
        "insert into access.known_addresses (account_id, address, last_login_at) values ($1, $2, $3)
         on conflict (account_id, address) do update set last_login_at = excluded.last_login_at",
        account_id,
        address,
        now
    )
    .execute(&mut *db)
    .await?;
    // in the order in which failures take them
    for (kind, key) in [("account", account), ("pair", pair)] {
        sqlx::query!("delete from access.login_failures where kind = $1 and key = $2", kind, key).execute(&mut *db).await?;
    }
    Ok(())
}

/// Forgets what was last tried before then; says how many counters.
pub async fn forget_old(pool: &AccessPool, before: DateTime<Utc>) -> Result<u64, AccessError> {
    let done = sqlx::query!("delete from access.login_failures where last_at < $1", before).execute(pool.pool()).await?;
    Ok(done.rows_affected())
}

/// Address, account, pair: statements take the counters in this order, so that two never wait for each other.
fn keys(attempt: &Attempt<'_>) -> [String; 3] {
    // a network has no blank, so the last one tells the two apart
    let pair = format!("{} {}", attempt.account_key, attempt.network);
    [attempt.network, attempt.account_key, &pair].map(|key| {
        let is_plain = key.len() <= MOST_KEY_BYTES && !key.contains('\0');
        if is_plain { key.to_owned() } else { hex::encode(Sha256::digest(key.as_bytes())) }
    })
}
