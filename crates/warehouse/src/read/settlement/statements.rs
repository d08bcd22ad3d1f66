//! The bills of a month, page by page.

use domain::settlement::{ContractId, ExceptionKind, Month, StatementState};
use domain::{Fixed2, RegionId, UserId};

use super::{first_day, month_of, state_of};
use crate::pg_types::{DayDate, Hundredths};
use crate::read::search::escape_like;
use crate::read::{ReadError, ReadPool};

/// Most lines of one page, whoever asks.
pub const MOST_LINES: i64 = 500;

/// Absent conditions let everything through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    pub month: Option<Month>,
    /// Regions with all below them (`Tree::members`).
    pub regions: Option<Vec<RegionId>>,
    /// Void ones are left out unless they are asked for.
    pub state: Option<StatementState>,
    pub exception: Option<ExceptionKind>,
    pub user_id: Option<UserId>,
    pub contract_id: Option<ContractId>,
    /// In the name of the customer, or the number of customer, contract or statement.
    pub text: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub statement_id: i64,
    pub contract_id: i64,
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub month: Month,
    pub status: StatementState,
    pub version: i32,
    /// Of the row, for acts.
    pub edit_no: i32,
    pub energy_kwh: Fixed2,
    pub estimated_kwh: Fixed2,
    pub amount: Fixed2,
    pub adjustment: Fixed2,
    pub exceptions: Vec<ExceptionKind>,
    pub category: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// Of all pages.
    pub total: i64,
    pub energy_kwh: Fixed2,
    pub amount: Fixed2,
    pub lines: Vec<Line>,
}

pub async fn list(pool: &ReadPool, filter: &Filter, offset: i64, limit: i64) -> Result<Page, ReadError> {
    let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let pattern = text.map(|text| format!("%{}%", escape_like(text)));
    let number = text.and_then(|text| text.parse::<i64>().ok());
    let rows = sqlx::query!(
        r#"with found as (
               select statement_id, contract_id, user_id, user_name, usage_type, region_id, statement_month, status, version, edit_no,
                      total_energy_kwh, estimated_kwh, total_amount, adjustment_amount, exceptions, category
                 from settlement_statements
                where ($1::date is null or statement_month = $1) and ($2::int[] is null or coalesce(region_id, 0) = any($2))
                  and (case when $3::text is null then status <> 'void' else status = $3 end)
                  and ($4::text is null or $4 = any(exceptions)) and ($5::bigint is null or user_id = $5)
                  and ($6::text is null or user_name ilike $6 or $7 in (user_id, contract_id, statement_id))
                  and ($10::bigint is null or contract_id = $10)
           )
           select statement_id, contract_id, user_id, user_name, usage_type, region_id, status, version, edit_no, exceptions, category,
                  count(*) over () as "total!", sum(total_energy_kwh) over () as "all_kwh!: Hundredths",
                  sum(total_amount) over () as "all_amount!: Hundredths",
                  statement_month as "month!: DayDate", total_energy_kwh as "kwh!: Hundredths",
                  estimated_kwh as "estimated!: Hundredths", total_amount as "amount!: Hundredths",
                  adjustment_amount as "adjustment!: Hundredths"
             from found order by statement_month desc, user_id, category, version desc limit $8 offset $9"#,
        filter.month.map(first_day) as Option<DayDate>,
        filter.regions.as_deref(),
        filter.state.map(StatementState::code),
        filter.exception.map(ExceptionKind::code),
        filter.user_id,
        pattern,
        number,
        limit.clamp(0, MOST_LINES),
        offset.max(0),
        filter.contract_id
    )
    .fetch_all(&pool.0)
    .await?;
    let mut page = Page::default();
    for row in rows {
        (page.total, page.energy_kwh, page.amount) = (row.total, row.all_kwh.0, row.all_amount.0);
        page.lines.push(Line {
            statement_id: row.statement_id,
            contract_id: row.contract_id,
            user_id: row.user_id,
            user_name: row.user_name,
            usage_type: row.usage_type,
            region_id: row.region_id.unwrap_or_default(),
            month: month_of(row.month.0),
            status: state_of(&row.status),
            version: row.version,
            edit_no: row.edit_no,
            energy_kwh: row.kwh.0,
            estimated_kwh: row.estimated.0,
            amount: row.amount.0,
            adjustment: row.adjustment.0,
            exceptions: exceptions_of(&row.exceptions),
            category: row.category,
        });
    }
    Ok(page)
}

/// Kinds that this version knows, in the order of their weight.
pub(super) fn exceptions_of(codes: &[String]) -> Vec<ExceptionKind> {
    let mut kinds: Vec<_> = codes.iter().filter_map(|code| ExceptionKind::from_code(code)).collect();
    kinds.sort_unstable();
    kinds
}

/// Months that have statements or settled days, newest first.
pub async fn months(pool: &ReadPool) -> Result<Vec<Month>, ReadError> {
    let months = sqlx::query_scalar!(
        r#"with recursive known as (
               (select statement_month from settlement_statements order by statement_month desc limit 1)
                union all
               select (select s.statement_month from settlement_statements s
                        where s.statement_month < k.statement_month order by s.statement_month desc limit 1)
                 from known k where k.statement_month is not null
           )
           select statement_month as "month!: DayDate" from known where statement_month is not null limit $1"#,
        MOST_MONTHS
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(months.into_iter().map(|day| month_of(day.0)).collect())
}

const MOST_MONTHS: i64 = 120;
