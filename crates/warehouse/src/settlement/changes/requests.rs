//! Requests: which of them are carried out next, and how far each got.

use domain::Day;
use domain::settlement::ContractId;
use sqlx::PgConnection;

use super::Cause;
use crate::WarehouseError;
use crate::pg_types::DayDate;
use crate::settlement::adjustments::joined_text;

/// Requests about many contracts that are looked at to be drawn together.
const MOST_DRAWN: i64 = 1_000;

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

impl StoredRequest {
    /// About many contracts: it is carried out in parts.
    pub fn is_wide(&self) -> bool {
        self.contract_id.is_none()
    }

    /// Whether one can take the place of both: the same contracts for the same cause, none of them done, and no day between them.
    fn adjoins(&self, other: &Self) -> bool {
        let is_before = |first: &Self, then: &Self| first.to.is_none_or(|to| then.from.0 <= to.0.saturating_add(1));
        self.cause == other.cause
            && self.tariff_code == other.tariff_code
            && self.last_contract_id == 0
            && other.last_contract_id == 0
            && is_before(self, other)
            && is_before(other, self)
    }

    fn draw_in(&mut self, other: &Self) {
        self.from = self.from.min(other.from);
        self.to = self.to.zip(other.to).map(|(own, other)| own.max(other));
        self.cause_text = joined_text(&self.cause_text, &other.cause_text);
    }
}

/// The requests to be carried out next: some about one contract each, at most `most`, or one about many. `is_wide_turn` says which
/// come first; the others come when there are none of these.
pub async fn next_requests(conn: &mut PgConnection, most: i64, is_wide_turn: bool) -> Result<Vec<StoredRequest>, WarehouseError> {
    for is_wide in [is_wide_turn, !is_wide_turn] {
        let found = if is_wide { next_wide(conn).await? } else { waiting(conn, false, most).await? };
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The oldest one, with all that adjoin it: a calendar that is imported asks for each of its days.
async fn next_wide(conn: &mut PgConnection) -> Result<Vec<StoredRequest>, WarehouseError> {
    let mut waiting = waiting(&mut *conn, true, MOST_DRAWN).await?;
    if waiting.is_empty() {
        return Ok(waiting);
    }
    let mut first = waiting.remove(0);
    let mut drawn = Vec::new();
    while let Some(place) = waiting.iter().position(|other| first.adjoins(other)) {
        let other = waiting.remove(place);
        first.draw_in(&other);
        drawn.push(other.request_id);
    }
    if !drawn.is_empty() {
        sqlx::query!(
            "update settlement_requests set from_day = $2, to_day = $3, cause_text = $4 where request_id = $1",
            first.request_id,
            DayDate(first.from) as _,
            first.to.map(DayDate) as _,
            first.cause_text
        )
        .execute(&mut *conn)
        .await?;
        finish(conn, &drawn).await?;
    }
    Ok(vec![first])
}

async fn waiting(conn: &mut PgConnection, is_wide: bool, most: i64) -> Result<Vec<StoredRequest>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select request_id, cause, cause_text, contract_id, tariff_code, from_day as "from: DayDate", to_day as "to: DayDate",
                  last_contract_id
             from settlement_requests where (contract_id is null) = $1 order by request_id limit $2"#,
        is_wide,
        most
    )
    .fetch_all(conn)
    .await?;
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
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
