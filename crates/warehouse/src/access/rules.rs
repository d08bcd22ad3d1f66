//! Rules that hold across rows. They are checked inside the transaction of the change, one change at a time.

use domain::access::TenantId;
use sqlx::{PgConnection, Postgres, Transaction};

use super::grants::scope_of;
use super::{AccessError, AccessPool, Fault, Granter, Grants, MOST_REGIONS};

/// Key of the advisory lock that changes of people, tenants, tokens and links take turns with.
const CHANGE_LOCK: i64 = 0x4C6F_6164_6163_6365;

/// Begins a change. Until it ends nobody else makes one, so what is read here still holds at the commit.
pub(super) async fn begin(pool: &AccessPool) -> Result<Transaction<'static, Postgres>, AccessError> {
    let mut tx = pool.pool().begin().await?;
    sqlx::query!("select pg_advisory_xact_lock($1)", CHANGE_LOCK).fetch_one(&mut *tx).await?;
    Ok(tx)
}

/// Whether the granter may hand these on, and whether they fit the tenant.
pub(super) async fn check_grants(tx: &mut PgConnection, granter: &Granter, grants: &Grants) -> Result<(), AccessError> {
    if grants.regions.len() > MOST_REGIONS {
        return Err(AccessError::Invalid(Fault::TooManyRegions));
    }
    check_covered(tx, granter, grants).await?;
    let Some(tenant_id) = grants.tenant_id else { return Ok(()) };
    let found = sqlx::query!(
        r#"select exists(select from access.tenants where tenant_id = $1) as "exists!",
                  (select min(g.region_id) from unnest($2::int[]) as g (region_id)
                    where not exists(select from access.tenant_regions r where r.region_id = g.region_id and r.tenant_id = $1)
                  ) as stranger"#,
        tenant_id,
        &grants.regions
    )
    .fetch_one(tx)
    .await?;
    match found.stranger {
        _ if !found.exists => Err(AccessError::Invalid(Fault::UnknownTenant)),
        Some(region) => Err(AccessError::Invalid(Fault::RegionNotOfTenant(region))),
        None => Ok(()),
    }
}

/// Whether the granter has everything that these hold.
pub(super) async fn check_covered(tx: &mut PgConnection, granter: &Granter, grants: &Grants) -> Result<(), AccessError> {
    let is_own_tenant = granter.tenant_id.is_none() || granter.tenant_id == grants.tenant_id;
    if !is_own_tenant || !granter.rights.covers(grants.rights) {
        return Err(AccessError::BeyondOwnRights);
    }
    if granter.scope.is_whole() {
        return Ok(());
    }
    // regions to come are more than all regions of today
    if grants.all_regions && !(granter.all_regions && granter.tenant_id == grants.tenant_id) {
        return Err(AccessError::BeyondOwnRights);
    }
    let visible = sqlx::query_scalar!("select access.visible($1, $2, $3)", grants.tenant_id, grants.all_regions, &grants.regions)
        .fetch_one(tx)
        .await?;
    let scope = scope_of(visible);
    if granter.scope.and(&scope) == scope { Ok(()) } else { Err(AccessError::BeyondOwnRights) }
}

/// People, tokens and links of another tenant do not exist for a tenant's administrator.
pub(super) fn check_tenant(granter: &Granter, tenant_id: Option<TenantId>) -> Result<(), AccessError> {
    if granter.tenant_id.is_none() || granter.tenant_id == tenant_id { Ok(()) } else { Err(AccessError::NotFound) }
}
