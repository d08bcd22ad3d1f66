//! What a change of contracts is checked by: the customers, the plans, the contracts that stand.

use std::collections::BTreeMap;

use domain::access::{Scope, TenantId};
use domain::settlement::contract_check::KnownPlans;
use domain::settlement::{Contract, ContractId, TariffPlan};
use domain::{RegionId, UNKNOWN_USAGE, UserId};
use sqlx::PgConnection;

use super::{Held, load};
use crate::pg_types::DayDate;

/// A customer as far as his contract depends on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Customer {
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: Option<RegionId>,
    /// Whose region that is.
    pub tenant_id: Option<TenantId>,
}

/// For an author, whoever is outside his regions is not there.
pub(super) async fn customers(
    conn: &mut PgConnection,
    users: &[UserId],
    scope: &Scope,
) -> Result<BTreeMap<UserId, Customer>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select u.user_id, u.user_name, coalesce(u.usage_type, $2) as "usage_type!", u.region_id as "region_id?",
                  t.tenant_id as "tenant_id?"
             from ods_power_user u left join access.tenant_regions t on t.region_id = u.region_id
            where u.user_id = any($1)"#,
        users,
        UNKNOWN_USAGE
    )
    .fetch_all(conn)
    .await?;
    let customers = rows.into_iter().map(|row| Customer {
        user_id: row.user_id,
        user_name: row.user_name.unwrap_or_else(|| domain::UNKNOWN_USER_NAME.to_owned()),
        usage_type: row.usage_type,
        region_id: row.region_id,
        tenant_id: row.tenant_id,
    });
    Ok(customers.filter(|customer| is_seen(scope, customer.region_id)).map(|customer| (customer.user_id, customer)).collect())
}

/// For the page of a new contract.
pub async fn customer(conn: &mut PgConnection, user_id: UserId, scope: &Scope) -> Result<Option<Customer>, sqlx::Error> {
    Ok(customers(conn, &[user_id], scope).await?.remove(&user_id))
}

/// Nobody but whoever sees everything knows of contracts without a region.
pub(crate) fn is_seen(scope: &Scope, region_id: Option<RegionId>) -> bool {
    region_id.map_or(scope.is_whole(), |region_id| scope.sees(region_id))
}

/// The plans that people of this tenant may use: their own and the operator's; none: all.
pub async fn plans(conn: &mut PgConnection, tenant_id: Option<TenantId>) -> Result<KnownPlans, sqlx::Error> {
    let rows = sqlx::query!(
        "select p.code, v.definition
           from tariff_plans p join tariff_versions v using (plan_id)
          where p.removed_at is null and v.withdrawn_at is null and ($1::int is null or p.tenant_id is null or p.tenant_id = $1)
          order by p.code, v.version desc",
        tenant_id
    )
    .fetch_all(conn)
    .await?;
    let mut plans = KnownPlans::default();
    for row in rows {
        // one that this program cannot read bills nothing; the list of tariffs says so
        if let Ok(plan) = serde_json::from_value::<TariffPlan>(row.definition) {
            plans.0.entry(row.code).or_default().push(plan);
        }
    }
    Ok(plans)
}

/// Every contract of these customers that stands.
pub(super) async fn of_users(conn: &mut PgConnection, users: &[UserId]) -> Result<BTreeMap<UserId, Vec<Held>>, sqlx::Error> {
    let mut by_user: BTreeMap<UserId, Vec<Held>> = BTreeMap::new();
    for held in select(conn, Some(users), None).await? {
        by_user.entry(held.contract.user_id).or_default().push(held);
    }
    Ok(by_user)
}

pub(super) async fn by_id(conn: &mut PgConnection, contract_id: ContractId) -> Result<Option<Held>, sqlx::Error> {
    Ok(select(conn, None, Some(contract_id)).await?.pop())
}

async fn select(
    conn: &mut PgConnection,
    users: Option<&[UserId]>,
    contract_id: Option<ContractId>,
) -> Result<Vec<Held>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select contract_id, user_id, direction, billing_day, region_id, closed_on as "closed_on: DayDate", version,
                  changed_at, changed_by
             from contracts
            where removed_at is null and ($1::bigint[] is null or user_id = any($1)) and ($2::bigint is null or contract_id = $2)
            order by user_id, direction, starts_on"#,
        users,
        contract_id
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<ContractId> = rows.iter().map(|row| row.contract_id).collect();
    let (mut terms, mut exchanges) = (load::terms(&mut *conn, &ids).await?, load::exchanges(conn, &ids).await?);
    let held = rows.into_iter().map(|row| Held {
        contract: Contract {
            contract_id: row.contract_id,
            user_id: row.user_id,
            direction: load::direction(&row.direction),
            billing_day: u8::try_from(row.billing_day).unwrap_or(1),
            closed_on: row.closed_on.map(|day| day.0),
            terms: terms.remove(&row.contract_id).unwrap_or_default(),
            exchanges: exchanges.remove(&row.contract_id).unwrap_or_default(),
        },
        version: row.version,
        region_id: row.region_id,
        changed_at: row.changed_at,
        changed_by: row.changed_by,
    });
    Ok(held.collect())
}
