//! People: what is known of an account, and the questions about it. Changes of accounts stand in `changes`.

use chrono::{DateTime, Utc};
use domain::access::{AccountId, AccountName, DisplayName, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::grants::rights_of;
use super::{AccessError, AccessPool, Grants};

pub use super::changes::{add, change, remove, set_password, set_preferences};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub account_id: AccountId,
    pub name: String,
    pub display_name: String,
    pub grants: Grants,
    pub has_password: bool,
    pub must_change_password: bool,
    pub lang: Option<String>,
    pub theme: Option<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    /// Grows with each change; a change names the one it was made from.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: AccountName,
    pub display_name: DisplayName,
    pub grants: Grants,
    /// PHC string; none until a one-time link is used.
    pub password_hash: Option<String>,
    pub must_change_password: bool,
}

#[derive(Clone, Debug)]
pub struct AccountChange {
    pub display_name: DisplayName,
    pub grants: Grants,
    pub disabled: bool,
}

/// People of one tenant, or everybody.
pub async fn list(pool: &AccessPool, tenant: Option<TenantId>) -> Result<Vec<Account>, AccessError> {
    select(&mut *pool.pool().acquire().await?, None, tenant).await
}

/// One person, if he is of that tenant (of any without one).
pub async fn get(pool: &AccessPool, account_id: AccountId, tenant: Option<TenantId>) -> Result<Account, AccessError> {
    one(&mut *pool.pool().acquire().await?, account_id, tenant).await
}

/// Accounts that can keep the installation: active, of no tenant, all regions, system:manage.
pub async fn active_administrators(pool: &AccessPool) -> Result<i64, AccessError> {
    administrators(&mut *pool.pool().acquire().await?, None, false).await
}

pub(super) async fn one(db: &mut PgConnection, account_id: AccountId, tenant: Option<TenantId>) -> Result<Account, AccessError> {
    select(db, Some(account_id), tenant).await?.pop().ok_or(AccessError::NotFound)
}

pub(super) async fn administrators(
    db: &mut PgConnection,
    but: Option<AccountId>,
    with_password: bool,
) -> Result<i64, AccessError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from access.accounts
            where tenant_id is null and all_regions and system_level = 'manage' and disabled_at is null
              and account_id is distinct from $1 and (password_hash is not null or not $2)"#,
        but,
        with_password
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

async fn select(
    db: &mut PgConnection,
    account_id: Option<AccountId>,
    tenant: Option<TenantId>,
) -> Result<Vec<Account>, AccessError> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select a.account_id, a.name, a.display_name, a.tenant_id,
                  format('dispatch:%s billing:%s data:%s system:%s',
                         a.dispatch_level, a.billing_level, a.data_level, a.system_level) as "rights!",
                  a.all_regions,
                  array(select region_id from access.account_regions r where r.account_id = a.account_id order by 1) as "regions!",
                  a.password_hash is not null as "has_password!", a.must_change_password, a.lang, a.theme,
                  a.disabled_at, a.version, a.created_at,
                  (select max(l.last_seen_at) from access.logins l where l.account_id = a.account_id) as last_seen_at
             from access.accounts a
            where ($1::bigint is null or a.account_id = $1) and ($2::int is null or a.tenant_id = $2)
            order by a.tenant_id nulls first, a.name_key"#,
        account_id,
        tenant
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(AccountRow::account).collect())
}

pub(super) struct AccountRow {
    pub account_id: AccountId,
    pub name: String,
    pub display_name: String,
    pub tenant_id: Option<TenantId>,
    pub rights: String,
    pub all_regions: bool,
    pub regions: Vec<i32>,
    pub has_password: bool,
    pub must_change_password: bool,
    pub lang: Option<String>,
    pub theme: Option<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl AccountRow {
    pub fn account(self) -> Account {
        let rights = rights_of(&self.rights);
        Account {
            account_id: self.account_id,
            name: self.name,
            display_name: self.display_name,
            grants: Grants { tenant_id: self.tenant_id, rights, all_regions: self.all_regions, regions: self.regions },
            has_password: self.has_password,
            must_change_password: self.must_change_password,
            lang: self.lang,
            theme: self.theme,
            disabled_at: self.disabled_at,
            version: self.version,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
        }
    }
}

impl Account {
    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// Whether the installation would miss him if he were the last one.
    pub fn is_administrator(&self) -> bool {
        self.grants.is_administrator() && !self.is_disabled()
    }

    /// What the record keeps: everything but the password.
    pub(super) async fn json(&self, db: &mut PgConnection) -> Result<Value, AccessError> {
        Ok(json!({
            "name": self.name,
            "display_name": self.display_name,
            "tenant": super::tenants::code(db, self.grants.tenant_id).await?,
            "rights": self.grants.rights.to_string(),
            "regions": self.grants.regions_json(),
            "has_password": self.has_password,
            "must_change_password": self.must_change_password,
            "disabled": self.is_disabled(),
        }))
    }
}
