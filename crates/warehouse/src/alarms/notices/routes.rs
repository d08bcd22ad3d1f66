//! Routes: which alarms go to which receivers, and when.

use chrono::{DateTime, Utc};
use domain::access::TenantId;
use domain::alarms::RegionChoice;
use domain::alarms::notices::RouteDefinition;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::channels::{self, finish};
use super::decisions::MOST_ROUTES;
use crate::access::record::Deed;
use crate::access::{AccessError, AccessPool, Author, Fault, Granter};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    pub route_id: i32,
    pub tenant_id: Option<TenantId>,
    pub name: String,
    pub definition: RouteDefinition,
    pub is_enabled: bool,
    pub version: i32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteChange {
    pub name: String,
    pub definition: RouteDefinition,
    pub is_enabled: bool,
}

/// Routes that somebody of a tenant (none: of the operator) may know of.
pub async fn list(pool: &AccessPool, tenant_id: Option<TenantId>) -> Result<Vec<Route>, AccessError> {
    select(&mut *pool.pool().acquire().await?, tenant_id, None).await
}

pub async fn add(pool: &AccessPool, author: &Author, granter: &Granter, route: &RouteChange) -> Result<i32, AccessError> {
    let mut tx = pool.pool().begin().await?;
    check(&mut tx, granter, route, granter.tenant_id).await?;
    let route_id = sqlx::query_scalar!(
        "insert into alarm_routes (tenant_id, name, definition, is_enabled)
         select $1, $2, $3, $4 where (select count(*) from alarm_routes where removed_at is null) < $5
         returning route_id",
        granter.tenant_id,
        route.name,
        definition_json(&route.definition),
        route.is_enabled,
        MOST_ROUTES
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::Invalid(Fault::TooMany))?;
    let deed = Deed::new("alarm_route.add", "alarm_route", route_id).becomes(route.json());
    finish(tx, author, deed.of_tenant(granter.tenant_id)).await?;
    Ok(route_id)
}

pub async fn change(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (route_id, version): (i32, i32),
    route: &RouteChange,
) -> Result<(), AccessError> {
    let mut tx = pool.pool().begin().await?;
    let old = versioned(&mut tx, granter, route_id, version).await?;
    check(&mut tx, granter, route, old.tenant_id).await?;
    sqlx::query!(
        "update alarm_routes set name = $2, definition = $3, is_enabled = $4, version = version + 1 where route_id = $1",
        route_id,
        route.name,
        definition_json(&route.definition),
        route.is_enabled
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("alarm_route.change", "alarm_route", route_id).was(old.json()).becomes(route.json());
    finish(tx, author, deed.of_tenant(old.tenant_id)).await
}

pub async fn remove(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (route_id, version): (i32, i32),
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let mut tx = pool.pool().begin().await?;
    let old = versioned(&mut tx, granter, route_id, version).await?;
    sqlx::query!("update alarm_routes set removed_at = $2, version = version + 1 where route_id = $1", route_id, now)
        .execute(&mut *tx)
        .await?;
    let deed = Deed::new("alarm_route.remove", "alarm_route", route_id).was(old.json());
    finish(tx, author, deed.of_tenant(old.tenant_id)).await
}

/// Nobody tells others of regions that he does not see; the installation itself is for those who see all of it.
pub fn check_reach(granter: &Granter, definition: &RouteDefinition, owner: Option<TenantId>) -> Result<(), AccessError> {
    if granter.tenant_id.is_some() && granter.tenant_id != owner {
        return Err(AccessError::NotFound);
    }
    if granter.scope.is_whole() {
        return Ok(());
    }
    let is_covered = match &definition.regions {
        RegionChoice::All => granter.all_regions && granter.tenant_id == owner,
        RegionChoice::Listed(regions) => regions.iter().all(|region| granter.scope.sees(*region)),
    };
    if is_covered && !definition.tells_installation { Ok(()) } else { Err(AccessError::BeyondOwnRights) }
}

async fn check(
    conn: &mut PgConnection,
    granter: &Granter,
    route: &RouteChange,
    owner: Option<TenantId>,
) -> Result<(), AccessError> {
    check_reach(granter, &route.definition, owner)?;
    for step in &route.definition.steps {
        let channel = channels::one(conn, granter, step.channel_id).await?;
        if channel.tenant_id != owner {
            return Err(AccessError::BeyondOwnRights);
        }
    }
    Ok(())
}

/// Whoever may not write such a route may not change it either.
async fn versioned(conn: &mut PgConnection, granter: &Granter, route_id: i32, version: i32) -> Result<Route, AccessError> {
    sqlx::query!("select from alarm_routes where route_id = $1 for update", route_id).fetch_optional(&mut *conn).await?;
    let route = select(conn, granter.tenant_id, Some(route_id)).await?.pop().ok_or(AccessError::NotFound)?;
    check_reach(granter, &route.definition, route.tenant_id)?;
    if route.version == version { Ok(route) } else { Err(AccessError::Conflict) }
}

async fn select(conn: &mut PgConnection, tenant_id: Option<TenantId>, route_id: Option<i32>) -> Result<Vec<Route>, AccessError> {
    let rows = sqlx::query!(
        "select route_id, tenant_id, name, definition, is_enabled, version from alarm_routes
          where removed_at is null and ($1::int is null or tenant_id = $1) and ($2::int is null or route_id = $2)
          order by name, route_id limit $3",
        tenant_id,
        route_id,
        MOST_ROUTES
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().filter_map(|row| {
        Some(Route {
            route_id: row.route_id,
            tenant_id: row.tenant_id,
            name: row.name,
            definition: serde_json::from_value(row.definition).ok()?,
            is_enabled: row.is_enabled,
            version: row.version,
        })
    });
    Ok(read.collect())
}

fn definition_json(definition: &RouteDefinition) -> Value {
    serde_json::to_value(definition).unwrap_or_default()
}

impl Route {
    fn json(&self) -> Value {
        json!({ "name": self.name, "definition": definition_json(&self.definition), "disabled": !self.is_enabled })
    }
}

impl RouteChange {
    fn json(&self) -> Value {
        json!({ "name": self.name, "definition": definition_json(&self.definition), "disabled": !self.is_enabled })
    }
}

#[cfg(test)]
mod tests {
    use domain::access::Scope;
    use domain::alarms::Severity;

    use super::*;

    #[test]
    fn nobody_tells_others_of_what_he_does_not_see() {
        let route = |regions, tells_installation| RouteDefinition {
            severities: vec![Severity::High],
            regions,
            tells_installation,
            schedule: domain::alarms::Schedule::ALWAYS,
            steps: vec![],
            cooldown_s: 120,
            dedup_s: 600,
            group_wait_s: 5,
            tells_return: false,
        };
        let all = || RegionChoice::All;
        let listed = |regions: &[i32]| RegionChoice::Listed(regions.to_vec());
        let operator = Granter::everything();
        let some = Granter { scope: Scope::of([1, 2]), all_regions: false, ..operator.clone() };
        let tenant = Granter { tenant_id: Some(7), scope: Scope::of([1, 2]), all_regions: true, ..operator.clone() };
        let may = |granter, definition: &RouteDefinition, owner| check_reach(granter, definition, owner).is_ok();
        assert!(may(&operator, &route(all(), true), None) && may(&operator, &route(all(), false), Some(7)));
        assert!(!may(&some, &route(all(), false), None) && may(&some, &route(listed(&[2]), false), None));
        assert!(!may(&some, &route(listed(&[2, 3]), false), None) && !may(&some, &route(listed(&[2]), true), None));
        assert!(may(&tenant, &route(all(), false), Some(7)) && !may(&tenant, &route(all(), true), Some(7)));
        assert!(!may(&tenant, &route(listed(&[1]), false), None) && !may(&tenant, &route(listed(&[1]), false), Some(8)));
    }
}
