//! What contracts would have cost otherwise: studies as they were made.

use chrono::{DateTime, Utc};
use domain::access::Scope;
use domain::settlement::what_if::{MOST_MONTHS, Study};
use domain::settlement::{ContractId, Month};
use domain::{RegionId, UserId};
use serde_json::json;

use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, bounded};
use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};

const MOST_MAKER_CHARS: usize = 128;
/// Newest studies of a contract that are listed, and those that are kept.
const MOST_LISTED: i64 = 50;
const MOST_KEPT: i64 = 200;

#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    pub study_id: i64,
    pub contract_id: ContractId,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub region_id: Option<RegionId>,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    /// None when another version wrote something that this one cannot read.
    pub study: Option<Study>,
}

/// Months with settled days that are over or begun, newest last.
pub async fn months(pool: &ReadPool, contract_id: ContractId) -> Result<Vec<Month>, ReadError> {
    let days = sqlx::query_scalar!(
        r#"select distinct statement_month as "month!: DayDate" from settlements_day where contract_id = $1 order by 1 desc limit $2"#,
        contract_id,
        i64::try_from(MOST_MONTHS).unwrap_or(i64::MAX)
    )
    .fetch_all(&pool.0)
    .await?;
    let mut months: Vec<Month> = days.into_iter().map(|DayDate(day): DayDate| Month::of(day)).collect();
    months.sort_unstable();
    Ok(months)
}

/// Keeps a study, if the contract is of the author's regions.
pub async fn add(
    pool: &AccessPool,
    author: &Author,
    scope: &Scope,
    contract_id: ContractId,
    study: &Study,
) -> Result<i64, AccessError> {
    let bad = |error: serde_json::Error| AccessError::Database(sqlx::Error::Encode(error.into()));
    let question = serde_json::to_value(study.question).map_err(bad)?;
    let result = serde_json::to_value(study).map_err(bad)?;
    let mut tx = pool.pool().begin().await?;
    let region = sqlx::query_scalar!(
        "select region_id from contracts where contract_id = $1 and removed_at is null for share",
        contract_id
    );
    let region = region.fetch_optional(&mut *tx).await?.ok_or(AccessError::NotFound)?;
    if !region.map_or(scope.is_whole(), |region| scope.sees(region)) {
        return Err(AccessError::NotFound);
    }
    let study_id = sqlx::query_scalar!(
        "insert into settlement_studies (contract_id, region_id, question, result, made_by)
         values ($1, $2, $3, $4, $5) returning study_id",
        contract_id,
        region,
        question,
        result,
        bounded(&author.name, MOST_MAKER_CHARS)
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "delete from settlement_studies where contract_id = $1 and study_id not in
         (select study_id from settlement_studies where contract_id = $1 order by study_id desc limit $2)",
        contract_id,
        MOST_KEPT
    )
    .execute(&mut *tx)
    .await?;
    let owner = match region {
        Some(region) => {
            let owner = sqlx::query_scalar!("select tenant_id from access.tenant_regions where region_id = $1", region);
            owner.fetch_optional(&mut *tx).await?
        }
        None => None,
    };
    let deed = Deed::new("contract.what_if", "contract", contract_id).of_tenant(owner);
    write(&mut tx, author, deed.becomes(json!({ "study_id": study_id, "question": study.question }))).await?;
    tx.commit().await?;
    Ok(study_id)
}

pub async fn one(pool: &ReadPool, study_id: i64) -> Result<Option<Kept>, ReadError> {
    Ok(find(pool, Some(study_id), None).await?.into_iter().next())
}

/// Of a contract, or of all that the viewer sees; newest first.
pub async fn list(pool: &ReadPool, contract_id: Option<ContractId>) -> Result<Vec<Kept>, ReadError> {
    find(pool, None, contract_id).await
}

async fn find(pool: &ReadPool, study_id: Option<i64>, contract_id: Option<ContractId>) -> Result<Vec<Kept>, ReadError> {
    let rows = sqlx::query!(
        r#"select s.study_id, s.contract_id, c.user_id, u.user_name as "user_name?", s.region_id, s.made_at, s.made_by, s.result
             from settlement_studies s join contracts c using (contract_id) left join ods_power_user u on u.user_id = c.user_id
            where ($1::bigint is null or s.study_id = $1) and ($2::bigint is null or s.contract_id = $2)
            order by s.study_id desc limit $3"#,
        study_id,
        contract_id,
        MOST_LISTED
    )
    .fetch_all(&pool.0)
    .await?;
    let kept = rows.into_iter().map(|row| Kept {
        study_id: row.study_id,
        contract_id: row.contract_id,
        user_id: row.user_id,
        user_name: row.user_name,
        region_id: row.region_id,
        made_at: row.made_at,
        made_by: row.made_by,
        study: serde_json::from_value(row.result).ok(),
    });
    Ok(kept.collect())
}
