//! Sign-ins: where somebody is signed in, and what he may at this very moment.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{AccountId, Scope};
use serde_json::json;

use super::accounts::{Account, AccountRow, one};
use super::changes::{end_logins, manageable};
use super::grants::scope_of;
use super::record::{Deed, finish, write};
use super::rules::begin;
use super::{AccessError, AccessPool, Author, Granter, bounded, throttle};

const MOST_AGENT_CHARS: usize = 256;
const MOST_ADDRESS_CHARS: usize = 64;
/// A page of one's own logins shows no more.
const MOST_LISTED: i64 = 200;
/// An open page says that it is there at most this often.
const TOUCH_EVERY_MINUTES: i64 = 1;

#[derive(Clone, Debug)]
pub struct NewLogin<'a> {
    pub account_id: AccountId,
    /// The hash that the password was proved against: another one by now means that it was changed meanwhile.
    pub password_hash: &'a str,
    /// What failures from this address are counted under, see [`throttle::Attempt`].
    pub network: &'a str,
    pub user_agent: &'a str,
    pub now: DateTime<Utc>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Login {
    pub login_id: i64,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub address: String,
    pub user_agent: String,
}

/// Somebody signed in, as of now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principal {
    pub account: Account,
    pub tenant_name: Option<String>,
    pub scope: Scope,
    pub login_created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    /// Differs after a change of the password.
    pub password_stamp: Vec<u8>,
}

/// Records the sign-in, remembers the address as known, and forgets failures of this pair and account. The author is
/// whoever signs in. `NotFound` when the account was removed, disabled or got another password in the meantime.
pub async fn start(pool: &AccessPool, author: &Author, login: &NewLogin<'_>) -> Result<i64, AccessError> {
    let mut tx = pool.pool().begin().await?;
    let row = sqlx::query!(
        "insert into access.logins (account_id, created_at, last_seen_at, address, user_agent)
         select account_id, $3, $3, $4, $5 from access.accounts
          where account_id = $1 and password_hash = $2 and disabled_at is null for share
         returning login_id, (select name_key from access.accounts a where a.account_id = logins.account_id),
                   (select tenant_id from access.accounts a where a.account_id = logins.account_id)",
        login.account_id,
        login.password_hash,
        login.now,
        bounded(&author.address, MOST_ADDRESS_CHARS),
        bounded(login.user_agent, MOST_AGENT_CHARS)
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::NotFound)?;
    let account_key = row.name_key.unwrap_or_default();
    let attempt = throttle::Attempt { account_key: &account_key, network: login.network };
    throttle::succeed(&mut tx, login.account_id, &attempt, login.now).await?;
    let after = json!({ "login": row.login_id, "user_agent": bounded(login.user_agent, MOST_AGENT_CHARS) });
    let deed = Deed::new("login.ok", "account", login.account_id).of_tenant(row.tenant_id).becomes(after);
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(row.login_id)
}

/// Who is signed in with this login, while it is good: not ended, seen within `idle`, not older than `max_age`, the
/// account not disabled.
pub async fn principal(
    pool: &AccessPool,
    login_id: i64,
    account_id: AccountId,
    idle: TimeDelta,
    max_age: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<Principal>, AccessError> {
    let since = |span| now.checked_sub_signed(span).unwrap_or(DateTime::UNIX_EPOCH);
    let row = sqlx::query!(
        r#"select a.account_id, a.name, a.display_name, a.tenant_id,
                  format('dispatch:%s billing:%s data:%s system:%s',
                         a.dispatch_level, a.billing_level, a.data_level, a.system_level) as "rights!",
                  a.all_regions, g.regions as "regions!", a.password_hash is not null as "has_password!",
                  a.must_change_password, a.lang, a.theme, a.disabled_at, a.version, a.created_at,
                  t.name as "tenant_name?", access.visible(a.tenant_id, a.all_regions, g.regions) as visible,
                  l.created_at as login_created_at, l.last_seen_at,
                  sha256(convert_to(coalesce(a.password_hash, ''), 'UTF8')) as "password_stamp!"
             from access.logins l
             join access.accounts a on a.account_id = l.account_id
             left join access.tenants t on t.tenant_id = a.tenant_id
            cross join lateral (select array(select region_id from access.account_regions r
                                              where r.account_id = a.account_id order by 1) as regions) g
            where l.login_id = $1 and l.account_id = $2 and l.ended_at is null and l.last_seen_at > $3 and l.created_at > $4
              and a.disabled_at is null"#,
        login_id,
        account_id,
        since(idle),
        since(max_age)
    )
    .fetch_optional(pool.pool())
    .await?;
    Ok(row.map(|row| Principal {
        account: AccountRow {
            account_id: row.account_id,
            name: row.name,
            display_name: row.display_name,
            tenant_id: row.tenant_id,
            rights: row.rights,
            all_regions: row.all_regions,
            regions: row.regions,
            has_password: row.has_password,
            must_change_password: row.must_change_password,
            lang: row.lang,
            theme: row.theme,
            disabled_at: row.disabled_at,
            version: row.version,
            created_at: row.created_at,
            last_seen_at: Some(row.last_seen_at),
        }
        .account(),
        tenant_name: row.tenant_name,
        scope: scope_of(row.visible),
        login_created_at: row.login_created_at,
        last_seen_at: row.last_seen_at,
        password_stamp: row.password_stamp,
    }))
}

/// The login is in use; written at most once a minute.
pub async fn touch(pool: &AccessPool, login_id: i64, now: DateTime<Utc>) -> Result<(), AccessError> {
    sqlx::query!(
        "update access.logins set last_seen_at = $2 where login_id = $1 and ended_at is null and last_seen_at <= $3",
        login_id,
        now,
        now - TimeDelta::minutes(TOUCH_EVERY_MINUTES)
    )
    .execute(pool.pool())
    .await?;
    Ok(())
}

/// Newest first, ended ones too.
pub async fn list(pool: &AccessPool, account_id: AccountId) -> Result<Vec<Login>, AccessError> {
    let logins = sqlx::query_as!(
        Login,
        "select login_id, created_at, last_seen_at, ended_at, address, user_agent
           from access.logins where account_id = $1 order by created_at desc, login_id desc limit $2",
        account_id,
        MOST_LISTED
    )
    .fetch_all(pool.pool())
    .await?;
    Ok(logins)
}

/// Ends one login of that account; signing out is this too. `NotFound` when it is another's or has ended.
pub async fn end(pool: &AccessPool, author: &Author, account_id: AccountId, login_id: i64) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let account = one(&mut tx, account_id, None).await?;
    let done = sqlx::query!(
        "update access.logins set ended_at = now() where login_id = $1 and account_id = $2 and ended_at is null",
        login_id,
        account_id
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(AccessError::NotFound);
    }
    let deed = Deed::new("login.end", "account", account_id)
        .of_tenant(account.grants.tenant_id)
        .becomes(json!({ "name": account.name, "login": login_id }));
    finish(tx, author, deed).await
}

/// Ends one's own other logins; says how many.
pub async fn end_others(pool: &AccessPool, author: &Author, account_id: AccountId, keep: i64) -> Result<u64, AccessError> {
    end_many(pool, author, &Granter::everything(), account_id, Some(keep)).await
}

/// Signs somebody out everywhere.
pub async fn end_all(pool: &AccessPool, author: &Author, granter: &Granter, account_id: AccountId) -> Result<u64, AccessError> {
    end_many(pool, author, granter, account_id, None).await
}

async fn end_many(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    account_id: AccountId,
    keep: Option<i64>,
) -> Result<u64, AccessError> {
    let mut tx = begin(pool).await?;
    let account = manageable(&mut tx, granter, account_id, None).await?;
    let ended = end_logins(&mut tx, account_id, keep).await?;
    let deed = Deed::new("login.end", "account", account_id)
        .of_tenant(account.grants.tenant_id)
        .becomes(json!({ "name": account.name, "ended": ended }));
    finish(tx, author, deed).await?;
    Ok(ended)
}
