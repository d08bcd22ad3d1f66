//! Bills with their lines, for files: of one statement, or of a month page by page.

use async_stream::try_stream;
use domain::settlement::Month;
use domain::{Day, RegionId, UserId};
use futures::stream::BoxStream;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use sqlx::types::chrono::NaiveDate;

use super::first_day;
use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};

/// Statements of one piece of a stream, with all their lines.
const STREAM_PAGE: i64 = 200;

/// Absent conditions let everything through. Void statements are left out, unless one is asked for by its number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    pub month: Option<Month>,
    pub statement_id: Option<i64>,
    /// Regions with all below them.
    pub regions: Option<Vec<RegionId>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bill {
    pub statement_id: i64,
    pub month: NaiveDate,
    pub version: i32,
    pub status: String,
    pub contract_id: i64,
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: Option<RegionId>,
    pub from: Day,
    /// Behind the last day.
    pub to: Day,
    pub energy_kwh: Decimal,
    pub estimated_kwh: Decimal,
    pub amount: Decimal,
    pub adjustment: Decimal,
    pub currency: String,
    pub carbon_kg: Option<Decimal>,
    pub hash: Option<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub line_no: i32,
    pub kind: String,
    pub band: Option<String>,
    pub tier: Option<i16>,
    pub component: Option<String>,
    pub name: Option<String>,
    pub quantity: Decimal,
    pub unit: String,
    pub price: Option<Decimal>,
    pub amount: Decimal,
    pub estimated_kwh: Decimal,
    pub clause: Option<String>,
    pub notice: Option<String>,
}

/// Statements and lines that a filter lets through.
pub async fn count(pool: &ReadPool, filter: &Filter) -> Result<(i64, i64), ReadError> {
    let row = sqlx::query!(
        r#"select count(*) as "bills!",
                  coalesce(sum((select count(*) from settlement_statement_items i where i.statement_id = s.statement_id)), 0)::bigint
                      as "lines!"
             from settlement_statements s
            where ($1::date is null or statement_month = $1) and ($2::bigint is null or statement_id = $2)
              and ($3::int[] is null or coalesce(region_id, 0) = any($3)) and ($2 is not null or status <> 'void')"#,
        filter.month.map(first_day) as Option<DayDate>,
        filter.statement_id,
        filter.regions.as_deref()
    )
    .fetch_one(&pool.0)
    .await?;
    Ok((row.bills, row.lines))
}

/// In order of their numbers.
pub fn stream(mut conn: PgConnection, filter: Filter) -> BoxStream<'static, Result<Vec<Bill>, sqlx::Error>> {
    Box::pin(try_stream! {
        let mut after = i64::MIN;
        loop {
            let mut bills = page(&mut conn, &filter, after).await?;
            let Some(last) = bills.last() else { break };
            after = last.statement_id;
            add_lines(&mut conn, &mut bills).await?;
            yield bills;
        }
    })
}

async fn page(conn: &mut PgConnection, filter: &Filter, after: i64) -> Result<Vec<Bill>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select statement_id, statement_month, version, status, contract_id, user_id, user_name, usage_type, region_id,
                  period_from as "from: DayDate", period_to as "to: DayDate", total_energy_kwh, estimated_kwh, total_amount,
                  adjustment_amount, currency, carbon_kg, snapshot_hash
             from settlement_statements
            where ($1::date is null or statement_month = $1) and ($2::bigint is null or statement_id = $2)
              and ($3::int[] is null or coalesce(region_id, 0) = any($3)) and ($2 is not null or status <> 'void')
              and statement_id > $4
            order by statement_id limit $5"#,
        filter.month.map(first_day) as Option<DayDate>,
        filter.statement_id,
        filter.regions.as_deref(),
        after,
        STREAM_PAGE
    )
    .fetch_all(conn)
    .await?;
    let bill = rows.into_iter().map(|row| Bill {
        statement_id: row.statement_id,
        month: row.statement_month,
        version: row.version,
        status: row.status,
        contract_id: row.contract_id,
        user_id: row.user_id,
        user_name: row.user_name,
        usage_type: row.usage_type,
        region_id: row.region_id,
        from: row.from.0,
        to: row.to.0,
        energy_kwh: row.total_energy_kwh,
        estimated_kwh: row.estimated_kwh,
        amount: row.total_amount,
        adjustment: row.adjustment_amount,
        currency: row.currency,
        carbon_kg: row.carbon_kg,
        hash: row.snapshot_hash,
        lines: Vec::new(),
    });
    Ok(bill.collect())
}

/// Both lists are in order of their statements.
async fn add_lines(conn: &mut PgConnection, bills: &mut [Bill]) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> = bills.iter().map(|bill| bill.statement_id).collect();
    let rows = sqlx::query!(
        r#"select statement_id, line_no, kind, band, tier, definition ->> 'component' as component, definition ->> 'name' as name,
                  quantity, unit, price, amount, estimated_kwh, definition ->> 'clause' as clause, definition ->> 'notice' as notice
             from settlement_statement_items where statement_id = any($1) order by statement_id, line_no"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let Ok(at) = bills.binary_search_by_key(&row.statement_id, |bill| bill.statement_id) else { continue };
        bills[at].lines.push(Line {
            line_no: row.line_no,
            kind: row.kind,
            band: row.band,
            tier: row.tier,
            component: row.component,
            name: row.name,
            quantity: row.quantity,
            unit: row.unit,
            price: row.price,
            amount: row.amount,
            estimated_kwh: row.estimated_kwh,
            clause: row.clause,
            notice: row.notice,
        });
    }
    Ok(())
}
