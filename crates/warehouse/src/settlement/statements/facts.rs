//! What drafts need to know beside the bill, set by set.

use domain::settlement::carbon::CarbonFactor;
use domain::settlement::{ContractId, Month, Period, Price6};
use domain::{LocalMs, RegionId, UserId};
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::PgConnection;

use super::CATEGORY;
use crate::WarehouseError;
use crate::pg_types::{DayDate, Stamp};

/// A customer as statements name him.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Customer {
    pub user_name: Option<String>,
    pub usage_type: Option<String>,
    pub region_id: Option<RegionId>,
}

pub async fn customers(
    conn: &mut PgConnection,
    contract_ids: &[ContractId],
) -> Result<FxHashMap<ContractId, Customer>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select c.contract_id, u.user_name as "user_name?", u.usage_type as "usage_type?", c.region_id
             from contracts c left join ods_power_user u using (user_id) where c.contract_id = any($1)"#,
        contract_ids
    )
    .fetch_all(conn)
    .await?;
    let customer = |user_name, usage_type, region_id| Customer { user_name, usage_type, region_id };
    Ok(rows.into_iter().map(|row| (row.contract_id, customer(row.user_name, row.usage_type, row.region_id))).collect())
}

/// The highest version of each month, void ones included.
pub async fn last_versions(
    conn: &mut PgConnection,
    statements: &[(ContractId, Month)],
) -> Result<FxHashMap<(ContractId, Month), i32>, WarehouseError> {
    let ids: Vec<i64> = statements.iter().map(|(contract_id, _)| *contract_id).collect();
    let months: Vec<DayDate> = statements.iter().map(|(_, month)| DayDate(month.first_day())).collect();
    let rows = sqlx::query!(
        r#"select s.contract_id, s.statement_month as "month: DayDate", max(s.version) as "version!"
             from unnest($1::bigint[], $2::date[]) as k (contract_id, month)
             join settlement_statements s on s.contract_id = k.contract_id and s.statement_month = k.month
            where s.category = $3 group by s.contract_id, s.statement_month"#,
        &ids,
        &months as _,
        CATEGORY
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.contract_id, Month::of(row.month.0)), row.version)).collect())
}

pub async fn carbon_factors(conn: &mut PgConnection) -> Result<Vec<CarbonFactor>, WarehouseError> {
    let rows = sqlx::query!(r#"select year, kg_per_kwh::text as "kg_per_kwh!", source from carbon_factors order by year"#)
        .fetch_all(conn)
        .await?;
    let mut factors = Vec::with_capacity(rows.len());
    for row in rows {
        let kg_per_kwh = Price6::parse(&row.kg_per_kwh)
            .ok_or_else(|| WarehouseError::BadValue(format!("carbon factor of {}: {}", row.year, row.kg_per_kwh)))?;
        factors.push(CarbonFactor { year: row.year, kg_per_kwh, source: row.source });
    }
    Ok(factors)
}

/// Event time up to which readings have been seen.
pub async fn watermark(conn: &mut PgConnection) -> Result<Option<LocalMs>, WarehouseError> {
    let stamp =
        sqlx::query_scalar!(r#"select watermark as "watermark: Stamp" from progress where id = 1"#).fetch_optional(conn).await?;
    Ok(stamp.flatten().map(|stamp| stamp.0))
}

/// Which of these have readings in the period on days that no contract of the customer covers. The day after the last one is
/// left out: it has the report of the last interval.
pub async fn days_without_contract(
    conn: &mut PgConnection,
    periods: &[(ContractId, UserId, Period)],
) -> Result<FxHashSet<ContractId>, WarehouseError> {
    if periods.is_empty() {
        return Ok(FxHashSet::default());
    }
    let ids: Vec<i64> = periods.iter().map(|(contract_id, _, _)| *contract_id).collect();
    let users: Vec<i64> = periods.iter().map(|(_, user_id, _)| *user_id).collect();
    let from: Vec<DayDate> = periods.iter().map(|(_, _, period)| DayDate(period.from)).collect();
    let to: Vec<DayDate> = periods.iter().map(|(_, _, period)| DayDate(period.to)).collect();
    let rows = sqlx::query_scalar!(
        r#"select k.contract_id as "contract_id!"
             from unnest($1::bigint[], $2::bigint[], $3::date[], $4::date[]) as k (contract_id, user_id, first_day, end_day)
            where exists (
                select from dws_user_day d
                 where d.user_id = k.user_id and d.stat_day >= k.first_day and d.stat_day < k.end_day and d.total_consumption > 0
                   and not exists (select from contracts c
                                    where c.user_id = d.user_id and c.removed_at is null and c.starts_on <= d.stat_day
                                      and (c.closed_on is null or d.stat_day <= c.closed_on)))"#,
        &ids,
        &users,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}
