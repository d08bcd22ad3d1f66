//! 退补: what frozen statements would be now.

use domain::RegionId;
use domain::settlement::Month;

use super::statement::Adjusted;
use super::{first_day, month_of};
use crate::pg_types::{DayDate, Hundredths};
use crate::read::search::escape_like;
use crate::read::{ReadError, ReadPool};

pub const STATES: [&str; 4] = ["pending", "attached", "settled", "void"];
const MOST_LINES: i64 = 500;

/// Absent conditions let everything through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// One of [`STATES`].
    pub state: Option<&'static str>,
    /// Of the statement that is adjusted.
    pub month: Option<Month>,
    pub regions: Option<Vec<RegionId>>,
    /// Name or number of the customer, number of the contract.
    pub text: Option<String>,
    /// The statement that is adjusted, or the one that carries it.
    pub of_statement: Option<i64>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Page {
    pub total: i64,
    pub amount: domain::Fixed2,
    pub lines: Vec<Adjusted>,
}

pub async fn list(pool: &ReadPool, filter: &Filter, offset: i64, limit: i64) -> Result<Page, ReadError> {
    let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let pattern = text.map(|text| format!("%{}%", escape_like(text)));
    let number = text.and_then(|text| text.parse::<i64>().ok());
    let rows = sqlx::query!(
        r#"select a.adjustment_id, a.contract_id, s.user_id, s.user_name, a.region_id, a.statement_id,
                  s.statement_month as "month: DayDate", a.state, a.carried_by, c.statement_month as "carried_month?: DayDate",
                  a.amount as "amount: Hundredths", a.cause, a.cause_text, a.definition, a.made_at, a.changed_at,
                  count(*) over () as "total!", sum(a.amount) over () as "all_amount!: Hundredths"
             from settlement_adjustments a join settlement_statements s on s.statement_id = a.statement_id
             left join settlement_statements c on c.statement_id = a.carried_by
            where ($1::text is null or a.state = $1) and ($2::date is null or s.statement_month = $2)
              and ($3::int[] is null or coalesce(a.region_id, 0) = any($3))
              and ($4::text is null or s.user_name ilike $4 or $5 in (s.user_id, a.contract_id))
              and ($6::bigint is null or $6 in (a.statement_id, a.carried_by))
            order by a.changed_at desc, a.adjustment_id desc limit $7 offset $8"#,
        filter.state,
        filter.month.map(first_day) as Option<DayDate>,
        filter.regions.as_deref(),
        pattern,
        number,
        filter.of_statement,
        limit.clamp(0, MOST_LINES),
        offset.max(0)
    )
    .fetch_all(&pool.0)
    .await?;
    let mut page = Page::default();
    for row in rows {
        (page.total, page.amount) = (row.total, row.all_amount.0);
        page.lines.push(Adjusted {
            adjustment_id: row.adjustment_id,
            contract_id: row.contract_id,
            user_id: row.user_id,
            user_name: row.user_name,
            region_id: row.region_id.unwrap_or_default(),
            statement_id: row.statement_id,
            month: month_of(row.month.0),
            state: row.state,
            carried_by: row.carried_by,
            carried_month: row.carried_month.map(|day| month_of(day.0)),
            amount: row.amount.0,
            cause: row.cause,
            cause_text: row.cause_text,
            made_at: row.made_at,
            changed_at: row.changed_at,
            definition: serde_json::from_value(row.definition).ok(),
        });
    }
    Ok(page)
}
