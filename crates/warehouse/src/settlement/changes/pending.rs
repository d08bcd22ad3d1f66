//! What waits to be settled: days that commits touched, and requests that go through the contracts.

use domain::settlement::ContractId;
use domain::{Day, UserId};
use sqlx::PgConnection;

use super::Cause;
use crate::WarehouseError;
use crate::pg_types::DayDate;

/// A request as it is carried out: contract by contract, in order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRequest {
    pub request_id: i64,
    pub cause: Cause,
    pub cause_text: String,
    pub contract_id: Option<ContractId>,
    pub tariff_code: Option<String>,
    pub from: Day,
    pub to: Option<Day>,
    pub last_contract_id: ContractId,
}

/// Days that commits up to `commit_no` touched, at most `limit`: days before `today` first, because they are late, then in the order
/// of the commits.
pub async fn take(conn: &mut PgConnection, commit_no: i64, today: Day, limit: i64) -> Result<Vec<(UserId, Day)>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select user_id, stat_day as "day: DayDate" from settlement_changes where commit_no <= $1
            group by user_id, stat_day order by stat_day >= $2, min(commit_no), stat_day, user_id limit $3"#,
        commit_no,
        DayDate(today) as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.day.0)).collect())
}

/// Removes what was settled.
pub async fn forget(conn: &mut PgConnection, commit_no: i64, taken: &[(UserId, Day)]) -> Result<(), WarehouseError> {
    let (users, days): (Vec<i64>, Vec<DayDate>) = taken.iter().map(|(user_id, day)| (*user_id, DayDate(*day))).unzip();
    sqlx::query!(
        "delete from settlement_changes c using unnest($2::bigint[], $3::date[]) as k(user_id, day)
          where c.commit_no <= $1 and c.user_id = k.user_id and c.stat_day = k.day",
        commit_no,
        &users,
        &days as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest commit that is not settled altogether.
pub async fn oldest_waiting(conn: &mut PgConnection) -> Result<Option<i64>, WarehouseError> {
    Ok(sqlx::query_scalar!("select min(commit_no) from settlement_changes").fetch_one(conn).await?)
}

/// Touched days that wait, counted up to `most`.
pub async fn count_waiting(conn: &mut PgConnection, most: i64) -> Result<i64, WarehouseError> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from (select from settlement_changes limit $1) as waiting"#, most)
            .fetch_one(conn)
            .await?;
    Ok(count)
}

/// The requests to be carried out next, at most `most`: those about one contract first, because somebody waits for them. Of the others
/// one at a time.
pub async fn next_requests(conn: &mut PgConnection, most: i64) -> Result<Vec<StoredRequest>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select request_id, cause, cause_text, contract_id, tariff_code, from_day as "from: DayDate", to_day as "to: DayDate",
                  last_contract_id
             from settlement_requests order by contract_id is null, request_id limit $1"#,
        most
    )
    .fetch_all(conn)
    .await?;
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        if row.contract_id.is_none() && !requests.is_empty() {
            break;
        }
        let is_wide = row.contract_id.is_none();
        let cause =
            Cause::from_code(&row.cause).ok_or_else(|| WarehouseError::BadValue(format!("cause {} of a request", row.cause)))?;
        requests.push(StoredRequest {
            request_id: row.request_id,
            cause,
            cause_text: row.cause_text,
            contract_id: row.contract_id,
            tariff_code: row.tariff_code,
            from: row.from.0,
            to: row.to.map(|day| day.0),
            last_contract_id: row.last_contract_id,
        });
        if is_wide {
            break;
        }
    }
    Ok(requests)
}

/// The next contracts of a request, also removed ones: their days have to go. `incomplete`: only those that have a day in
/// `[from, to]` that is not complete.
pub async fn request_contracts(
    conn: &mut PgConnection,
    request: &StoredRequest,
    incomplete: Option<(Day, Day)>,
    limit: i64,
) -> Result<Vec<ContractId>, WarehouseError> {
    let (from, to) = incomplete.unzip();
    Ok(sqlx::query_scalar!(
        r#"select c.contract_id from contracts c
            where c.contract_id > $1 and ($2::bigint is null or c.contract_id = $2)
              and ($3::text is null or exists (select from contract_terms t where t.contract_id = c.contract_id and t.tariff_code = $3))
              and ($4::date is null
                   or (c.removed_at is null
                       and (select count(*) from settlements_day d where d.contract_id = c.contract_id and d.status = 'complete'
                                                                     and d.day_start between $4 and $5) < $5::date - $4::date + 1))
            order by c.contract_id limit $6"#,
        request.last_contract_id,
        request.contract_id,
        request.tariff_code,
        from.map(DayDate) as _,
        to.map(DayDate) as _,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Contracts up to this one are done.
pub async fn advance(conn: &mut PgConnection, request_id: i64, last: ContractId) -> Result<(), WarehouseError> {
    sqlx::query!("update settlement_requests set last_contract_id = $2 where request_id = $1", request_id, last)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn finish(conn: &mut PgConnection, request_ids: &[i64]) -> Result<(), WarehouseError> {
    sqlx::query!("delete from settlement_requests where request_id = any($1)", request_ids).execute(conn).await?;
    Ok(())
}

/// Days that have become due: whatever is missing in them is estimated now.
pub async fn request_estimates(conn: &mut PgConnection, from: Day, to: Day) -> Result<(), WarehouseError> {
    sqlx::query!(
        "insert into settlement_requests (cause, cause_text, from_day, to_day) values ('estimate', '', $1, $2)",
        DayDate(from) as _,
        DayDate(to) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
