//! Tenants and the regions that belong to them.

use chrono::{DateTime, Utc};
use domain::RegionId;
use domain::access::{DisplayName, Scope, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::error::broke;
use super::record::{Deed, finish};
use super::rules::begin;
use super::{AccessError, AccessPool, Author, Fault};
use crate::alarms::rules::tell;

const CODE_MOST_CHARS: usize = 32;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tenant {
    pub tenant_id: TenantId,
    pub code: String,
    pub name: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub accounts: i64,
    pub regions: i64,
}

/// A region that is known by its profile or by its tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionOwner {
    pub region_id: RegionId,
    pub region_name: Option<String>,
    pub parent_id: Option<RegionId>,
    pub tenant_id: Option<TenantId>,
}

pub async fn list(pool: &AccessPool) -> Result<Vec<Tenant>, AccessError> {
    select(&mut *pool.pool().acquire().await?, None, None).await
}

pub async fn get(pool: &AccessPool, tenant_id: TenantId) -> Result<Tenant, AccessError> {
    one(&mut *pool.pool().acquire().await?, tenant_id).await
}

/// The tenant that a signed claim names: by its code, or by its number.
pub async fn by_claim(pool: &AccessPool, text: &str) -> Result<Option<Tenant>, AccessError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<TenantId>().ok().filter(|number| is_number && number.to_string() == text);
    if number.is_none() && check_code(text).is_err() {
        return Ok(None);
    }
    // a code is never digits alone, so only one of the two can be meant
    let code = number.is_none().then_some(text);
    Ok(select(&mut *pool.pool().acquire().await?, number, code).await?.pop())
}

/// What somebody with all regions of the tenant sees at this moment: the scope of a signed claim.
pub async fn scope(pool: &AccessPool, tenant_id: TenantId) -> Result<Scope, AccessError> {
    let regions = sqlx::query_scalar!("select region_id from access.tenant_regions where tenant_id = $1", tenant_id)
        .fetch_all(pool.pool())
        .await?;
    Ok(Scope::of(regions))
}

/// Everybody's regions, by number.
pub async fn regions(pool: &AccessPool) -> Result<Vec<RegionOwner>, AccessError> {
    let owners = sqlx::query_as!(
        RegionOwner,
        r#"select region_id as "region_id!", p.region_name as "region_name?", p.parent_id as "parent_id?",
                  t.tenant_id as "tenant_id?"
             from (select distinct on (region_id) region_id, region_name, parent_id
                     from ods_region_profile order by region_id, valid_from desc) p
             full join access.tenant_regions t using (region_id)
            order by 1"#
    )
    .fetch_all(pool.pool())
    .await?;
    Ok(owners)
}

pub async fn add(pool: &AccessPool, author: &Author, code: &str, name: &DisplayName) -> Result<TenantId, AccessError> {
    check_code(code)?;
    let mut tx = begin(pool).await?;
    let tenant_id =
        sqlx::query_scalar!("insert into access.tenants (code, name) values ($1, $2) returning tenant_id", code, name.as_str())
            .fetch_one(&mut *tx)
            .await
            .map_err(|error| if broke(&error, "tenants_code_key") { AccessError::NameTaken } else { error.into() })?;
    let after = json!({ "code": code, "name": name.as_str() });
    finish(tx, author, Deed::new("tenant.add", "tenant", tenant_id).becomes(after)).await?;
    Ok(tenant_id)
}

/// Another name; the code stays, because signed claims name it.
pub async fn change(
    pool: &AccessPool,
    author: &Author,
    tenant_id: TenantId,
    version: i32,
    name: &DisplayName,
) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let old = versioned(&mut tx, tenant_id, version).await?;
    sqlx::query!("update access.tenants set name = $2, version = version + 1 where tenant_id = $1", tenant_id, name.as_str())
        .execute(&mut *tx)
        .await?;
    let after = json!({ "code": old.code, "name": name.as_str() });
    finish(tx, author, Deed::new("tenant.change", "tenant", tenant_id).was(old.json()).becomes(after)).await
}

/// Only when it has no people, no regions, no token or link that still works, and nothing of its own about alarms; revoked
/// and removed ones go with it.
pub async fn remove(pool: &AccessPool, author: &Author, tenant_id: TenantId, version: i32) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let old = versioned(&mut tx, tenant_id, version).await?;
    let is_in_use = sqlx::query_scalar!(
        r#"select exists(select from access.accounts where tenant_id = $1)
               or exists(select from access.tenant_regions where tenant_id = $1)
               or exists(select from access.tokens where tenant_id = $1 and revoked_at is null)
               or exists(select from access.wall_links where tenant_id = $1 and revoked_at is null)
               or exists(select from alarm_rules where tenant_id = $1 and removed_at is null)
               or exists(select from alarm_routes where tenant_id = $1 and removed_at is null)
               or exists(select from alarm_channels where tenant_id = $1 and removed_at is null)
               or exists(select from alarm_desks where tenant_id = $1 and removed_at is null) as "is_in_use!""#,
        tenant_id
    )
    .fetch_one(&mut *tx)
    .await?;
    if is_in_use {
        return Err(AccessError::TenantInUse);
    }
    sqlx::query!("delete from access.tokens where tenant_id = $1", tenant_id).execute(&mut *tx).await?;
    sqlx::query!("delete from access.wall_links where tenant_id = $1", tenant_id).execute(&mut *tx).await?;
    leave_alarms(&mut tx, tenant_id).await?;
    sqlx::query!("delete from access.tenants where tenant_id = $1", tenant_id).execute(&mut *tx).await?;
    finish(tx, author, Deed::new("tenant.remove", "tenant", tenant_id).was(old.json())).await
}

/// What alarms of the past name stays, with the operator of the installation.
async fn leave_alarms(db: &mut PgConnection, tenant_id: TenantId) -> Result<(), AccessError> {
    sqlx::query!("delete from alarm_trials where tenant_id = $1", tenant_id).execute(&mut *db).await?;
    sqlx::query!("update alarm_rules set tenant_id = null where tenant_id = $1", tenant_id).execute(&mut *db).await?;
    sqlx::query!("update alarm_routes set tenant_id = null where tenant_id = $1", tenant_id).execute(&mut *db).await?;
    sqlx::query!("update alarm_channels set tenant_id = null where tenant_id = $1", tenant_id).execute(&mut *db).await?;
    sqlx::query!("update alarm_desks set tenant_id = null where tenant_id = $1", tenant_id).execute(&mut *db).await?;
    Ok(())
}

/// Gives a region to a tenant, or takes it back for the operator. It never goes from one tenant to another in one step.
pub async fn assign_region(
    pool: &AccessPool,
    author: &Author,
    region_id: RegionId,
    tenant_id: Option<TenantId>,
) -> Result<(), AccessError> {
    if tenant_id.is_some() && region_id == domain::UNKNOWN_REGION {
        return Err(AccessError::Invalid(Fault::UnknownRegion));
    }
    let mut tx = begin(pool).await?;
    let owner = sqlx::query_scalar!("select tenant_id from access.tenant_regions where region_id = $1", region_id)
        .fetch_optional(&mut *tx)
        .await?;
    match (owner, tenant_id) {
        (owner, wanted) if owner == wanted => return Ok(()),
        (Some(_), Some(_)) => return Err(AccessError::RegionTaken),
        (None, Some(tenant_id)) => {
            one(&mut tx, tenant_id).await?;
            sqlx::query!("insert into access.tenant_regions (region_id, tenant_id) values ($1, $2)", region_id, tenant_id)
                .execute(&mut *tx)
                .await?;
        }
        (_, None) => {
            sqlx::query!("delete from access.tenant_regions where region_id = $1", region_id).execute(&mut *tx).await?;
        }
    }
    // a tenant's rules look at the tenant's regions
    tell(&mut tx).await?;
    let (before, after) = (code(&mut tx, owner).await?, code(&mut tx, tenant_id).await?);
    let deed = Deed::new("region.assign", "region", region_id)
        .of_tenant(owner.or(tenant_id))
        .was(json!({ "tenant": before }))
        .becomes(json!({ "tenant": after }));
    finish(tx, author, deed).await
}

/// The code, as the record names tenants.
pub(super) async fn code(db: &mut PgConnection, tenant_id: Option<TenantId>) -> Result<Option<String>, AccessError> {
    let code = sqlx::query_scalar!("select code from access.tenants where tenant_id = $1", tenant_id).fetch_optional(db).await?;
    Ok(code)
}

async fn one(db: &mut PgConnection, tenant_id: TenantId) -> Result<Tenant, AccessError> {
    select(db, Some(tenant_id), None).await?.pop().ok_or(AccessError::NotFound)
}

async fn versioned(db: &mut PgConnection, tenant_id: TenantId, version: i32) -> Result<Tenant, AccessError> {
    let tenant = one(db, tenant_id).await?;
    if tenant.version == version { Ok(tenant) } else { Err(AccessError::Conflict) }
}

async fn select(db: &mut PgConnection, tenant_id: Option<TenantId>, code: Option<&str>) -> Result<Vec<Tenant>, AccessError> {
    let tenants = sqlx::query_as!(
        Tenant,
        r#"select t.tenant_id, t.code, t.name, t.version, t.created_at,
                  (select count(*) from access.accounts a where a.tenant_id = t.tenant_id) as "accounts!",
                  (select count(*) from access.tenant_regions r where r.tenant_id = t.tenant_id) as "regions!"
             from access.tenants t
            where ($1::int is null or t.tenant_id = $1) and ($2::text is null or t.code = $2)
            order by t.code"#,
        tenant_id,
        code
    )
    .fetch_all(db)
    .await?;
    Ok(tenants)
}

fn check_code(code: &str) -> Result<(), AccessError> {
    let is_good = (1..=CODE_MOST_CHARS).contains(&code.len())
        && !code.starts_with('-')
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && code.bytes().any(|byte| byte.is_ascii_lowercase());
    if is_good { Ok(()) } else { Err(AccessError::Invalid(Fault::TenantCode)) }
}

impl Tenant {
    fn json(&self) -> Value {
        json!({ "code": self.code, "name": self.name })
    }
}
