//! Supply meters of regions: which customer's meter measures what is fed into a region.

use domain::{RegionId, UserId};
use serde_json::json;

use super::contracts::Maker;
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, bounded};
use crate::read::{ReadError, ReadPool};

const MOST_MAKER_CHARS: usize = 128;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupplyMeter {
    pub region_id: RegionId,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub made_by: String,
}

/// Of the regions that the pool sees.
pub async fn list(pool: &ReadPool) -> Result<Vec<SupplyMeter>, ReadError> {
    let meters = sqlx::query_as!(
        SupplyMeter,
        r#"select s.region_id, s.user_id, u.user_name as "user_name?", s.made_by
             from region_supply_meters s left join ods_power_user u on u.user_id = s.user_id order by s.region_id"#
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(meters)
}

/// The meter of a region; region and customer have to be the author's.
pub async fn put(pool: &AccessPool, maker: Maker<'_>, region_id: RegionId, user_id: UserId) -> Result<(), AccessError> {
    let mut tx = pool.pool().begin().await?;
    let region = sqlx::query_scalar!(r#"select region_id as "region_id?" from ods_power_user where user_id = $1"#, user_id);
    let region = region.fetch_optional(&mut *tx).await?.ok_or(AccessError::NotFound)?;
    let is_seen = |region: Option<RegionId>| super::contracts::is_seen(&maker.granter.scope, region);
    if !is_seen(Some(region_id)) || !is_seen(region) {
        return Err(AccessError::NotFound);
    }
    let before = standing(&mut tx, region_id).await?;
    if before == Some(user_id) {
        return Ok(());
    }
    sqlx::query!(
        "insert into region_supply_meters (region_id, user_id, made_by) values ($1, $2, $3)
         on conflict (region_id) do update set user_id = excluded.user_id, made_at = now(), made_by = excluded.made_by",
        region_id,
        user_id,
        bounded(&maker.author.name, MOST_MAKER_CHARS)
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("supply_meter.put", "region", region_id).was(json!({ "user_id": before }));
    end(tx, maker, region_id, deed.becomes(json!({ "user_id": user_id }))).await
}

pub async fn remove(pool: &AccessPool, maker: Maker<'_>, region_id: RegionId) -> Result<(), AccessError> {
    if !super::contracts::is_seen(&maker.granter.scope, Some(region_id)) {
        return Err(AccessError::NotFound);
    }
    let mut tx = pool.pool().begin().await?;
    let before = standing(&mut tx, region_id).await?.ok_or(AccessError::NotFound)?;
    sqlx::query!("delete from region_supply_meters where region_id = $1", region_id).execute(&mut *tx).await?;
    end(tx, maker, region_id, Deed::new("supply_meter.remove", "region", region_id).was(json!({ "user_id": before }))).await
}

async fn standing(tx: &mut sqlx::PgConnection, region_id: RegionId) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!("select user_id from region_supply_meters where region_id = $1 for update", region_id)
        .fetch_optional(tx)
        .await
}

/// Losses are told anew from stored days; pages hear of it.
async fn end(
    mut tx: sqlx::Transaction<'_, sqlx::Postgres>,
    maker: Maker<'_>,
    region_id: RegionId,
    deed: Deed,
) -> Result<(), AccessError> {
    super::changes::announce_rules(&mut tx).await?;
    let owner = sqlx::query_scalar!("select tenant_id from access.tenant_regions where region_id = $1", region_id);
    let owner = owner.fetch_optional(&mut *tx).await?;
    write(&mut tx, maker.author, deed.of_tenant(owner)).await?;
    tx.commit().await?;
    Ok(())
}
