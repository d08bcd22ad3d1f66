//! Desks: named sets of regions that people watch together.

use domain::RegionId;
use domain::access::{DisplayName, Scope, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{ShiftError, ShiftFault, begin, check_covers, check_tenant, check_version, finish, reach, refuse};
use crate::access::record::Deed;
use crate::access::{AccessError, AccessPool, Author, Granter};

pub const MOST_DESKS: i64 = 200;
pub const MOST_DESK_REGIONS: usize = 1_000;
pub const MOST_POSITIONS: i32 = 50;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Desk {
    pub desk_id: i32,
    /// None: the operator of the installation.
    pub tenant_id: Option<TenantId>,
    pub name: String,
    /// As chosen; none: all regions of its owner.
    pub regions: Option<Vec<RegionId>>,
    /// Staffed at the same time.
    pub positions: i32,
    pub version: i32,
    /// With the regions below those that are chosen.
    pub scope: Scope,
}

#[derive(Clone, Debug)]
pub struct NewDesk {
    pub name: DisplayName,
    pub regions: Option<Vec<RegionId>>,
    pub positions: i32,
}

/// Desks that somebody of this tenant (of none: of the operator) may know of, by name.
pub async fn desks(pool: &AccessPool, viewer: Option<TenantId>) -> Result<Vec<Desk>, ShiftError> {
    select(&mut *pool.pool().acquire().await?, viewer, None).await
}

pub async fn desk(pool: &AccessPool, viewer: Option<TenantId>, desk_id: i32) -> Result<Desk, ShiftError> {
    one(&mut *pool.pool().acquire().await?, viewer, desk_id).await
}

/// It belongs to the tenant of whoever makes it.
pub async fn add_desk(pool: &AccessPool, author: &Author, granter: &Granter, new: &NewDesk) -> Result<i32, ShiftError> {
    let mut tx = pool.pool().begin().await?;
    let regions = checked(&mut tx, granter, granter.tenant_id, new).await?;
    let known = sqlx::query_scalar!(
        r#"select count(*) as "known!" from alarm_desks where removed_at is null and tenant_id is not distinct from $1"#,
        granter.tenant_id
    );
    if known.fetch_one(&mut *tx).await? >= MOST_DESKS {
        return refuse(ShiftFault::TooManyDesks);
    }
    let desk_id = sqlx::query_scalar!(
        "insert into alarm_desks (tenant_id, name, regions, positions) values ($1, $2, $3, $4) returning desk_id",
        granter.tenant_id,
        new.name.as_str(),
        regions.as_deref(),
        new.positions
    )
    .fetch_one(&mut *tx)
    .await?;
    let after = json(new.name.as_str(), regions.as_deref(), new.positions);
    finish(tx, author, Deed::new("desk.add", "desk", desk_id).of_tenant(granter.tenant_id).becomes(after)).await?;
    Ok(desk_id)
}

pub async fn change_desk(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (desk_id, version): (i32, i32),
    new: &NewDesk,
) -> Result<(), ShiftError> {
    let (mut tx, old) = begin(pool, granter, desk_id).await?;
    check_version(old.version, version)?;
    check_covers(granter, &old.scope)?;
    let regions = checked(&mut tx, granter, old.tenant_id, new).await?;
    sqlx::query!(
        "update alarm_desks set name = $2, regions = $3, positions = $4, version = version + 1 where desk_id = $1",
        desk_id,
        new.name.as_str(),
        regions.as_deref(),
        new.positions
    )
    .execute(&mut *tx)
    .await?;
    let after = json(new.name.as_str(), regions.as_deref(), new.positions);
    finish(tx, author, Deed::new("desk.change", "desk", desk_id).of_tenant(old.tenant_id).was(old.json()).becomes(after)).await
}

/// Its hand-overs stay, for whoever asks for them by number.
pub async fn remove_desk(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (desk_id, version): (i32, i32),
) -> Result<(), ShiftError> {
    let (mut tx, old) = begin(pool, granter, desk_id).await?;
    check_version(old.version, version)?;
    check_covers(granter, &old.scope)?;
    sqlx::query!("update alarm_desks set removed_at = now(), version = version + 1 where desk_id = $1", desk_id)
        .execute(&mut *tx)
        .await?;
    finish(tx, author, Deed::new("desk.remove", "desk", desk_id).of_tenant(old.tenant_id).was(old.json())).await
}

/// The regions in order, when they are the maker's to choose.
async fn checked(
    tx: &mut PgConnection,
    granter: &Granter,
    tenant_id: Option<TenantId>,
    new: &NewDesk,
) -> Result<Option<Vec<RegionId>>, ShiftError> {
    if !(1..=MOST_POSITIONS).contains(&new.positions) {
        return refuse(ShiftFault::Positions);
    }
    let regions = new.regions.clone().map(|mut regions| {
        regions.sort_unstable();
        regions.dedup();
        regions
    });
    let Some(listed) = &regions else {
        check_covers(granter, &reach(tx, tenant_id, None).await?)?;
        return Ok(None);
    };
    match listed.len() {
        0 => return refuse(ShiftFault::NoRegions),
        most if most > MOST_DESK_REGIONS => return refuse(ShiftFault::TooManyRegions),
        _ => {}
    }
    let scope = reach(tx, tenant_id, Some(listed)).await?;
    // a region of another tenant is not in the reach, so it is missed here
    if listed.iter().any(|region| !scope.sees(*region)) {
        return refuse(ShiftFault::BeyondOwnRegions);
    }
    check_covers(granter, &scope)?;
    Ok(regions)
}

pub(super) async fn one(db: &mut PgConnection, viewer: Option<TenantId>, desk_id: i32) -> Result<Desk, ShiftError> {
    let desk = select(db, viewer, Some(desk_id)).await?.pop().ok_or(AccessError::NotFound)?;
    check_tenant(viewer, desk.tenant_id)?;
    Ok(desk)
}

async fn select(db: &mut PgConnection, viewer: Option<TenantId>, desk_id: Option<i32>) -> Result<Vec<Desk>, ShiftError> {
    let rows = sqlx::query!(
        r#"select desk_id, tenant_id, name, regions, positions, version,
                  access.visible(tenant_id, regions is null, coalesce(regions, '{}')) as seen
             from alarm_desks
            where removed_at is null and ($1::int is null or tenant_id = $1) and ($2::int is null or desk_id = $2)
            order by name, desk_id limit $3"#,
        viewer,
        desk_id,
        MOST_DESKS * 10
    )
    .fetch_all(db)
    .await?;
    let desks = rows.into_iter().map(|row| Desk {
        desk_id: row.desk_id,
        tenant_id: row.tenant_id,
        name: row.name,
        regions: row.regions,
        positions: row.positions,
        version: row.version,
        scope: row.seen.map_or(Scope::Whole, Scope::of),
    });
    Ok(desks.collect())
}

impl Desk {
    fn json(&self) -> Value {
        json(&self.name, self.regions.as_deref(), self.positions)
    }
}

fn json(name: &str, regions: Option<&[RegionId]>, positions: i32) -> Value {
    json!({ "name": name, "regions": regions.map_or_else(|| json!("all"), |regions| json!(regions)), "positions": positions })
}
