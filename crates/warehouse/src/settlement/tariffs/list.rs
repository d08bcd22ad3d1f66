//! Tariffs as pages and programs list them. Tenants see their own and the operator's; the database sees to it.

use domain::Day;
use domain::settlement::TariffPlan;
use domain::settlement::tariff_file::{DatedDay, TariffFile};
use serde_json::Value;

use super::{MOST_PLANS, MOST_VERSIONS, PlanRow, VersionRow};
use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};
use crate::settlement::{calendar, rules};

/// By code, without removed ones.
pub async fn list(pool: &ReadPool, today: Day) -> Result<Vec<PlanRow>, ReadError> {
    select(pool, today, None).await
}

/// Also a removed one, because bills of the past name it.
pub async fn one(pool: &ReadPool, today: Day, code: &str) -> Result<Option<PlanRow>, ReadError> {
    Ok(select(pool, today, Some(code)).await?.pop())
}

async fn select(pool: &ReadPool, today: Day, code: Option<&str>) -> Result<Vec<PlanRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select p.plan_id, p.tenant_id, p.code, p.is_shipped, p.version as newest, p.removed_at,
                  v.version, v.valid_from as "valid_from: DayDate", v.valid_until as "valid_until: DayDate", v.definition,
                  v.replaces, v.withdrawn_at, v.made_at, v.made_by, v.note,
                  (select count(distinct c.contract_id) from contract_terms t join contracts c using (contract_id)
                    where t.tariff_code = p.code and c.removed_at is null) as "contracts!"
             from tariff_plans p cross join lateral (
                  select * from tariff_versions where plan_id = p.plan_id
                   order by (withdrawn_at is null and valid_from <= $1 and (valid_until is null or valid_until > $1)) desc,
                            (withdrawn_at is null) desc, version desc
                   limit 1) v
            where ($2::text is null or p.code = $2) and ($2::text is not null or p.removed_at is null)
            order by p.code limit $3"#,
        DayDate(today) as _,
        code,
        MOST_PLANS
    )
    .fetch_all(&pool.0)
    .await?;
    let plans = rows.into_iter().map(|row| PlanRow {
        plan_id: row.plan_id,
        tenant_id: row.tenant_id,
        is_shipped: row.is_shipped,
        version: row.newest,
        removed_at: row.removed_at,
        contracts: row.contracts,
        shown: VersionRow {
            version: row.version,
            valid_from: row.valid_from.0,
            valid_until: row.valid_until.map(|day| day.0),
            plan: read(&row.code, row.version, row.definition),
            replaces: row.replaces,
            withdrawn_at: row.withdrawn_at,
            made_at: row.made_at,
            made_by: row.made_by,
            note: row.note,
        },
        code: row.code,
    });
    Ok(plans.collect())
}

/// Newest first, withdrawn ones too.
pub async fn versions(pool: &ReadPool, plan_id: i64) -> Result<Vec<VersionRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select p.code, v.version, v.valid_from as "valid_from: DayDate", v.valid_until as "valid_until: DayDate", v.definition,
                  v.replaces, v.withdrawn_at, v.made_at, v.made_by, v.note
             from tariff_versions v join tariff_plans p using (plan_id)
            where v.plan_id = $1 order by v.version desc limit $2"#,
        plan_id,
        MOST_VERSIONS
    )
    .fetch_all(&pool.0)
    .await?;
    let versions = rows.into_iter().map(|row| VersionRow {
        version: row.version,
        valid_from: row.valid_from.0,
        valid_until: row.valid_until.map(|day| day.0),
        plan: read(&row.code, row.version, row.definition),
        replaces: row.replaces,
        withdrawn_at: row.withdrawn_at,
        made_at: row.made_at,
        made_by: row.made_by,
        note: row.note,
    });
    Ok(versions.collect())
}

/// Every version that is not withdrawn, oldest first within its plan: what a file holds. Unreadable ones are left out.
pub async fn export(pool: &ReadPool) -> Result<Vec<TariffPlan>, ReadError> {
    let rows = sqlx::query!(
        "select p.code, v.version, v.definition from tariff_plans p join tariff_versions v using (plan_id)
          where p.removed_at is null and v.withdrawn_at is null order by p.code, v.version"
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().filter_map(|row| read(&row.code, row.version, row.definition)).collect())
}

/// A document that another program wrote must not hide the others.
pub(in crate::settlement) fn read(code: &str, version: i32, definition: Value) -> Option<TariffPlan> {
    let read = serde_json::from_value(definition);
    read.inspect_err(|error| tracing::warn!(tariff = code, version, %error, "a stored tariff cannot be read")).ok()
}

/// All that a file can hold, of what the viewer sees. Documents that cannot be read are left out.
pub async fn file(pool: &ReadPool) -> Result<TariffFile, ReadError> {
    let mut rules: Vec<_> = rules::national(pool).await?.into_iter().filter_map(|row| row.rules).collect();
    rules.reverse();
    let mut carbon: Vec<_> = rules::carbon(pool).await?.into_iter().map(|row| row.factor).collect();
    carbon.reverse();
    let calendar = calendar::all(pool).await?.into_iter().map(|(day, what)| DatedDay { day, what }).collect();
    Ok(TariffFile { plans: export(pool).await?, calendar, rules, carbon, ..TariffFile::empty() })
}
