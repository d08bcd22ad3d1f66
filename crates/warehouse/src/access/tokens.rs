//! API tokens. Only the hash of a token is stored; its beginning is kept to be recognised by.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Area, DisplayName, Scope, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::grants::{rights_of, scope_of};
use super::record::{Deed, finish};
use super::rules::{begin, check_covered, check_grants, check_tenant};
use super::{AccessError, AccessPool, Author, Fault, Granter, Grants, bounded};

const MOST_PREFIX_CHARS: usize = 16;
const MOST_ADDRESS_CHARS: usize = 64;
const MOST_AUTHOR_CHARS: usize = 128;
const TOUCH_EVERY_MINUTES: i64 = 1;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    pub token_id: i64,
    pub name: String,
    pub prefix: String,
    pub grants: Grants,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub last_address: Option<String>,
}

#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: DisplayName,
    pub grants: Grants,
    pub prefix: String,
    pub token_hash: Vec<u8>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Whoever brings the token, as of now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenPrincipal {
    pub token: Token,
    pub scope: Scope,
    pub tenant_name: Option<String>,
}

/// Tokens of one tenant, or all of them; newest first.
pub async fn list(pool: &AccessPool, tenant: Option<TenantId>) -> Result<Vec<Token>, AccessError> {
    let found = select(&mut *pool.pool().acquire().await?, None, None, tenant).await?;
    Ok(found.into_iter().map(|principal| principal.token).collect())
}

/// Who a token is, unless it is revoked or has expired.
pub async fn by_hash(pool: &AccessPool, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<TokenPrincipal>, AccessError> {
    let found = select(&mut *pool.pool().acquire().await?, None, Some(token_hash), None).await?.pop();
    Ok(found.filter(|principal| {
        principal.token.revoked_at.is_none() && principal.token.expires_at.is_none_or(|expires_at| expires_at > now)
    }))
}

pub async fn add(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    new: &NewToken,
    now: DateTime<Utc>,
) -> Result<i64, AccessError> {
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(AccessError::Invalid(Fault::Expiry));
    }
    let mut tx = begin(pool).await?;
    let grants = new.grants.normal();
    check_grants(&mut tx, granter, &grants).await?;
    let token_id = sqlx::query_scalar!(
        "insert into access.tokens (name, prefix, token_hash, tenant_id, dispatch_level, billing_level, data_level,
                                    system_level, all_regions, created_at, created_by, expires_at)
         values ($1, $2, $3, $4, $5::text, $6::text, $7::text, $8::text, $9, $10, $11, $12)
         returning token_id",
        new.name.as_str(),
        bounded(&new.prefix, MOST_PREFIX_CHARS),
        new.token_hash,
        grants.tenant_id,
        grants.rights.level(Area::Dispatch).code(),
        grants.rights.level(Area::Billing).code(),
        grants.rights.level(Area::Data).code(),
        grants.rights.level(Area::System).code(),
        grants.all_regions,
        now,
        bounded(&author.name, MOST_AUTHOR_CHARS),
        new.expires_at
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into access.token_regions select $1, region_id from unnest($2::int[]) as r (region_id)",
        token_id,
        &grants.regions
    )
    .execute(&mut *tx)
    .await?;
    let after = one(&mut tx, token_id).await?.json(&mut tx).await?;
    finish(tx, author, Deed::new("token.add", "token", token_id).of_tenant(grants.tenant_id).becomes(after)).await?;
    Ok(token_id)
}

/// It stops working at the next request; `NotFound` when it is another tenant's or was revoked already.
pub async fn revoke(pool: &AccessPool, author: &Author, granter: &Granter, token_id: i64) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let token = one(&mut tx, token_id).await?;
    check_tenant(granter, token.grants.tenant_id)?;
    check_covered(&mut tx, granter, &token.grants).await?;
    let done = sqlx::query!("update access.tokens set revoked_at = now() where token_id = $1 and revoked_at is null", token_id)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(AccessError::NotFound);
    }
    let before = token.json(&mut tx).await?;
    finish(tx, author, Deed::new("token.revoke", "token", token_id).of_tenant(token.grants.tenant_id).was(before)).await
}

/// The token was used; written at most once a minute.
pub async fn touch(pool: &AccessPool, token_id: i64, address: &str, now: DateTime<Utc>) -> Result<(), AccessError> {
    sqlx::query!(
        "update access.tokens set last_used_at = $2, last_address = $3
          where token_id = $1 and (last_used_at is null or last_used_at <= $4)",
        token_id,
        now,
        bounded(address, MOST_ADDRESS_CHARS),
        now - TimeDelta::minutes(TOUCH_EVERY_MINUTES)
    )
    .execute(pool.pool())
    .await?;
    Ok(())
}

async fn one(db: &mut PgConnection, token_id: i64) -> Result<Token, AccessError> {
    select(db, Some(token_id), None, None).await?.pop().map(|principal| principal.token).ok_or(AccessError::NotFound)
}

async fn select(
    db: &mut PgConnection,
    token_id: Option<i64>,
    token_hash: Option<&[u8]>,
    tenant: Option<TenantId>,
) -> Result<Vec<TokenPrincipal>, AccessError> {
    let rows = sqlx::query!(
        r#"select k.token_id, k.name, k.prefix, k.tenant_id,
                  format('dispatch:%s billing:%s data:%s system:%s',
                         k.dispatch_level, k.billing_level, k.data_level, k.system_level) as "rights!",
                  k.all_regions, g.regions as "regions!", k.created_at, k.created_by, k.expires_at, k.revoked_at,
                  k.last_used_at, k.last_address, t.name as "tenant_name?",
                  access.visible(k.tenant_id, k.all_regions, g.regions) as visible
             from access.tokens k
             left join access.tenants t on t.tenant_id = k.tenant_id
            cross join lateral (select array(select region_id from access.token_regions r
                                              where r.token_id = k.token_id order by 1) as regions) g
            where ($1::bigint is null or k.token_id = $1) and ($2::bytea is null or k.token_hash = $2)
              and ($3::int is null or k.tenant_id = $3)
            order by k.created_at desc, k.token_id desc"#,
        token_id,
        token_hash,
        tenant
    )
    .fetch_all(db)
    .await?;
    let principal = rows.into_iter().map(|row| TokenPrincipal {
        token: Token {
            token_id: row.token_id,
            name: row.name,
            prefix: row.prefix,
            grants: Grants {
                tenant_id: row.tenant_id,
                rights: rights_of(&row.rights),
                all_regions: row.all_regions,
                regions: row.regions,
            },
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
            last_address: row.last_address,
        },
        scope: scope_of(row.visible),
        tenant_name: row.tenant_name,
    });
    Ok(principal.collect())
}

impl Token {
    async fn json(&self, db: &mut PgConnection) -> Result<Value, AccessError> {
        Ok(json!({
            "name": self.name,
            "prefix": self.prefix,
            "tenant": super::tenants::code(db, self.grants.tenant_id).await?,
            "rights": self.grants.rights.to_string(),
            "regions": self.grants.regions_json(),
            "expires_at": self.expires_at,
        }))
    }
}
