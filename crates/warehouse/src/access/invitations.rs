//! One-time links: the first password of an account, or a new one.

use chrono::{DateTime, Utc};
use domain::access::{AccountId, TenantId};
use serde_json::json;

use super::accounts::one;
use super::changes::{manageable, store_password};
use super::record::{Deed, finish};
use super::rules::begin;
use super::{AccessError, AccessPool, Author, Fault, Granter};

/// Whom an open link is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invited {
    pub account_id: AccountId,
    pub name: String,
    pub display_name: String,
    pub tenant_id: Option<TenantId>,
}

/// A link for somebody whom the granter may touch; earlier open links of that person stop working.
pub async fn add(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    account_id: AccountId,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), AccessError> {
    if expires_at <= now {
        return Err(AccessError::Invalid(Fault::Expiry));
    }
    let mut tx = begin(pool).await?;
    let account = manageable(&mut tx, granter, account_id, None).await?;
    sqlx::query!("delete from access.invitations where account_id = $1 and used_at is null", account_id)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into access.invitations (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)",
        token_hash,
        account_id,
        now,
        expires_at
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("account.link", "account", account_id)
        .of_tenant(account.grants.tenant_id)
        .becomes(json!({ "name": account.name, "expires_at": expires_at }));
    finish(tx, author, deed).await
}

/// Whom the link is for, while it is open.
pub async fn find(pool: &AccessPool, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Invited>, AccessError> {
    let invited = sqlx::query_as!(
        Invited,
        "select a.account_id, a.name, a.display_name, a.tenant_id
           from access.invitations i join access.accounts a using (account_id)
          where i.token_hash = $1 and i.used_at is null and i.expires_at > $2 and a.disabled_at is null",
        token_hash,
        now
    )
    .fetch_optional(pool.pool())
    .await?;
    Ok(invited)
}

/// Uses the link: sets the password and ends every login. Of two at once one gets `NotFound`.
pub async fn redeem(
    pool: &AccessPool,
    author: &Author,
    token_hash: &[u8],
    now: DateTime<Utc>,
    password_hash: &str,
) -> Result<AccountId, AccessError> {
    let mut tx = begin(pool).await?;
    let account_id = sqlx::query_scalar!(
        "update access.invitations i set used_at = $2
           from access.accounts a
          where i.token_hash = $1 and i.used_at is null and i.expires_at > $2
            and a.account_id = i.account_id and a.disabled_at is null
         returning i.account_id",
        token_hash,
        now
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::NotFound)?;
    let account = one(&mut tx, account_id, None).await?;
    store_password(&mut tx, account_id, password_hash, false, None).await?;
    let deed = Deed::new("account.password", "account", account_id)
        .of_tenant(account.grants.tenant_id)
        .becomes(json!({ "name": account.name, "by": "one-time link", "must_change_password": false }));
    finish(tx, author, deed).await?;
    Ok(account_id)
}
