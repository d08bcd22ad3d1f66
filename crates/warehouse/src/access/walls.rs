//! Wall links: signed addresses that show the wall, read-only, for chosen regions and layouts.

use chrono::{DateTime, TimeDelta, Utc};
use domain::RegionId;
use domain::access::{Area, DisplayName, Level, Rights, Scope, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::grants::scope_of;
use super::record::{Deed, finish};
use super::rules::{begin, check_covered, check_grants, check_tenant};
use super::{AccessError, AccessPool, Author, Fault, Granter, Grants, bounded};

const MOST_LAYOUTS: usize = 16;
const MOST_LAYOUT_CHARS: usize = 16;
const MOST_ADDRESS_CHARS: usize = 64;
const MOST_AUTHOR_CHARS: usize = 128;
const TOUCH_EVERY_MINUTES: i64 = 1;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WallLink {
    pub link_id: i64,
    pub name: String,
    pub tenant_id: Option<TenantId>,
    pub all_regions: bool,
    pub regions: Vec<RegionId>,
    /// The first is shown when the address names none.
    pub layouts: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub last_address: Option<String>,
}

#[derive(Clone, Debug)]
pub struct NewWallLink {
    pub name: DisplayName,
    pub tenant_id: Option<TenantId>,
    pub all_regions: bool,
    pub regions: Vec<RegionId>,
    pub layouts: Vec<String>,
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WallPrincipal {
    pub link: WallLink,
    pub scope: Scope,
    pub tenant_name: Option<String>,
}

/// What a link gives: the numbers of dispatch, to look at.
pub fn rights() -> Rights {
    Rights::NONE.with(Area::Dispatch, Level::View)
}

/// Links of one tenant, or all of them; newest first.
pub async fn list(pool: &AccessPool, tenant: Option<TenantId>) -> Result<Vec<WallLink>, AccessError> {
    let found = select(&mut *pool.pool().acquire().await?, None, tenant).await?;
    Ok(found.into_iter().map(|principal| principal.link).collect())
}

/// What a link shows, unless it is revoked or has expired.
pub async fn by_id(pool: &AccessPool, link_id: i64, now: DateTime<Utc>) -> Result<Option<WallPrincipal>, AccessError> {
    let found = select(&mut *pool.pool().acquire().await?, Some(link_id), None).await?.pop();
    Ok(found.filter(|principal| {
        principal.link.revoked_at.is_none() && principal.link.expires_at.is_none_or(|expires_at| expires_at > now)
    }))
}

pub async fn add(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    new: &NewWallLink,
    now: DateTime<Utc>,
) -> Result<i64, AccessError> {
    check_layouts(&new.layouts)?;
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(AccessError::Invalid(Fault::Expiry));
    }
    let mut tx = begin(pool).await?;
    let grants =
        Grants { tenant_id: new.tenant_id, rights: rights(), all_regions: new.all_regions, regions: new.regions.clone() }
            .normal();
    check_grants(&mut tx, granter, &grants).await?;
    let link_id = sqlx::query_scalar!(
        "insert into access.wall_links (name, tenant_id, all_regions, layouts, created_at, created_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning link_id",
        new.name.as_str(),
        grants.tenant_id,
        grants.all_regions,
        &new.layouts,
        now,
        bounded(&author.name, MOST_AUTHOR_CHARS),
        new.expires_at
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into access.wall_link_regions select $1, region_id from unnest($2::int[]) as r (region_id)",
        link_id,
        &grants.regions
    )
    .execute(&mut *tx)
    .await?;
    let after = one(&mut tx, link_id).await?.json(&mut tx).await?;
    finish(tx, author, Deed::new("wall.add", "wall", link_id).of_tenant(grants.tenant_id).becomes(after)).await?;
    Ok(link_id)
}

/// It stops working at the next request; `NotFound` when it is another tenant's or was revoked already.
pub async fn revoke(pool: &AccessPool, author: &Author, granter: &Granter, link_id: i64) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let link = one(&mut tx, link_id).await?;
    check_tenant(granter, link.tenant_id)?;
    check_covered(&mut tx, granter, &link.grants()).await?;
    let done = sqlx::query!("update access.wall_links set revoked_at = now() where link_id = $1 and revoked_at is null", link_id)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(AccessError::NotFound);
    }
    let before = link.json(&mut tx).await?;
    finish(tx, author, Deed::new("wall.revoke", "wall", link_id).of_tenant(link.tenant_id).was(before)).await
}

/// The wall is on; written at most once a minute.
pub async fn touch(pool: &AccessPool, link_id: i64, address: &str, now: DateTime<Utc>) -> Result<(), AccessError> {
    sqlx::query!(
        "update access.wall_links set last_seen_at = $2, last_address = $3
          where link_id = $1 and (last_seen_at is null or last_seen_at <= $4)",
        link_id,
        now,
        bounded(address, MOST_ADDRESS_CHARS),
        now - TimeDelta::minutes(TOUCH_EVERY_MINUTES)
    )
    .execute(pool.pool())
    .await?;
    Ok(())
}

async fn one(db: &mut PgConnection, link_id: i64) -> Result<WallLink, AccessError> {
    select(db, Some(link_id), None).await?.pop().map(|principal| principal.link).ok_or(AccessError::NotFound)
}

async fn select(
    db: &mut PgConnection,
    link_id: Option<i64>,
    tenant: Option<TenantId>,
) -> Result<Vec<WallPrincipal>, AccessError> {
    let rows = sqlx::query!(
        r#"select w.link_id, w.name, w.tenant_id, w.all_regions, g.regions as "regions!", w.layouts, w.created_at,
                  w.created_by, w.expires_at, w.revoked_at, w.last_seen_at, w.last_address, t.name as "tenant_name?",
                  access.visible(w.tenant_id, w.all_regions, g.regions) as visible
             from access.wall_links w
             left join access.tenants t on t.tenant_id = w.tenant_id
            cross join lateral (select array(select region_id from access.wall_link_regions r
                                              where r.link_id = w.link_id order by 1) as regions) g
            where ($1::bigint is null or w.link_id = $1) and ($2::int is null or w.tenant_id = $2)
            order by w.created_at desc, w.link_id desc"#,
        link_id,
        tenant
    )
    .fetch_all(db)
    .await?;
    let principal = rows.into_iter().map(|row| WallPrincipal {
        link: WallLink {
            link_id: row.link_id,
            name: row.name,
            tenant_id: row.tenant_id,
            all_regions: row.all_regions,
            regions: row.regions,
            layouts: row.layouts,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_seen_at: row.last_seen_at,
            last_address: row.last_address,
        },
        scope: scope_of(row.visible),
        tenant_name: row.tenant_name,
    });
    Ok(principal.collect())
}

fn check_layouts(layouts: &[String]) -> Result<(), AccessError> {
    let is_layout = |layout: &String| {
        !layout.is_empty()
            && layout.len() <= MOST_LAYOUT_CHARS
            && layout.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let is_good = (1..=MOST_LAYOUTS).contains(&layouts.len()) && layouts.iter().all(is_layout);
    if is_good { Ok(()) } else { Err(AccessError::Invalid(Fault::Layouts)) }
}

impl WallLink {
    fn grants(&self) -> Grants {
        Grants { tenant_id: self.tenant_id, rights: rights(), all_regions: self.all_regions, regions: self.regions.clone() }
    }

    async fn json(&self, db: &mut PgConnection) -> Result<Value, AccessError> {
        Ok(json!({
            "name": self.name,
            "tenant": super::tenants::code(db, self.tenant_id).await?,
            "regions": self.grants().regions_json(),
            "layouts": self.layouts,
            "expires_at": self.expires_at,
        }))
    }
}
