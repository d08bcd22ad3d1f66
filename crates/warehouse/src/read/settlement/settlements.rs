//! Settled days of contracts, for programs and files, in order of day and contract.

use async_stream::try_stream;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{Day, RegionId, UserId};
use futures::stream::BoxStream;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::pg_types::DayDate;
use crate::read::exports::{Cell, Row};
use crate::read::{ReadError, ReadPool};

/// Days of one page of a file.
const STREAM_PAGE: i64 = 2_000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    /// Days `[from, to)`.
    pub from: Day,
    pub to: Day,
    pub regions: Option<Vec<RegionId>>,
    pub user_id: Option<UserId>,
    /// Goes on behind this one.
    pub after: Option<(Day, i64)>,
    pub limit: i64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    pub day: Day,
    pub contract_id: i64,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub usage_type: Option<String>,
    pub region_id: RegionId,
    pub statement_month: NaiveDate,
    pub energy_kwh: Decimal,
    pub sharp_kwh: Decimal,
    pub peak_kwh: Decimal,
    pub flat_kwh: Decimal,
    pub valley_kwh: Decimal,
    pub deep_valley_kwh: Decimal,
    pub estimated_kwh: Decimal,
    pub shaped_kwh: Decimal,
    pub amount: Decimal,
    pub currency: String,
    pub status: String,
    pub version: i32,
    pub marks: Vec<String>,
    pub settled_at: DateTime<Utc>,
}

pub async fn list(pool: &ReadPool, filter: &Filter) -> Result<Vec<Settlement>, ReadError> {
    Ok(page(&mut *pool.acquire().await?, filter).await?)
}

async fn page(conn: &mut PgConnection, filter: &Filter) -> Result<Vec<Settlement>, sqlx::Error> {
    let (after_day, after_contract) = filter.after.unwrap_or((filter.from, 0));
    let rows = sqlx::query!(
        r#"select d.day_start as "day: DayDate", d.contract_id, d.user_id, u.user_name as "user_name?", u.usage_type as "usage_type?",
                  d.region_id, d.statement_month, d.energy_kwh, d.sharp_kwh, d.peak_kwh, d.flat_kwh, d.valley_kwh,
                  d.deep_valley_kwh, d.estimated_kwh, d.shaped_kwh, d.amount, d.currency, d.status, d.version, d.marks, d.settled_at
             from settlements_day d left join ods_power_user u using (user_id)
            where d.day_start >= $1 and d.day_start < $2 and (d.day_start, d.contract_id) > ($3, $4)
              and ($5::int[] is null or d.region_id = any($5)) and ($6::bigint is null or d.user_id = $6)
            order by d.day_start, d.contract_id limit $7"#,
        DayDate(filter.from) as _,
        DayDate(filter.to) as _,
        DayDate(after_day) as _,
        after_contract,
        filter.regions.as_deref(),
        filter.user_id,
        filter.limit
    )
    .fetch_all(conn)
    .await?;
    let settlements = rows.into_iter().map(|row| Settlement {
        day: row.day.0,
        contract_id: row.contract_id,
        user_id: row.user_id,
        user_name: row.user_name,
        usage_type: row.usage_type,
        region_id: row.region_id,
        statement_month: row.statement_month,
        energy_kwh: row.energy_kwh,
        sharp_kwh: row.sharp_kwh,
        peak_kwh: row.peak_kwh,
        flat_kwh: row.flat_kwh,
        valley_kwh: row.valley_kwh,
        deep_valley_kwh: row.deep_valley_kwh,
        estimated_kwh: row.estimated_kwh,
        shaped_kwh: row.shaped_kwh,
        amount: row.amount,
        currency: row.currency,
        status: row.status,
        version: row.version,
        marks: row.marks,
        settled_at: row.settled_at,
    });
    Ok(settlements.collect())
}

/// Days `[from, to)` that are settled at all, of those that the asker sees.
pub async fn span(pool: &ReadPool) -> Result<Option<(Day, Day)>, ReadError> {
    let row =
        sqlx::query!(r#"select min(day_start) as "first: DayDate", max(day_start) as "last: DayDate" from settlements_day"#)
            .fetch_one(&pool.0)
            .await?;
    Ok(row.first.zip(row.last).map(|(first, last)| (first.0, Day(last.0.0 + 1))))
}

/// Columns of the file.
pub const COLUMNS: &[&str] = &[
    "day",
    "contract_id",
    "user_id",
    "user_name",
    "usage_type",
    "region_id",
    "statement_month",
    "energy_kwh",
    "sharp_kwh",
    "peak_kwh",
    "flat_kwh",
    "valley_kwh",
    "deep_valley_kwh",
    "estimated_kwh",
    "shaped_kwh",
    "amount",
    "currency",
    "status",
    "version",
    "marks",
    "settled_at",
];

/// All of a filter, page by page; `limit` does not count.
pub fn stream(mut conn: PgConnection, filter: Filter) -> BoxStream<'static, Result<Vec<Row>, sqlx::Error>> {
    let mut filter = Filter { limit: STREAM_PAGE, ..filter };
    Box::pin(try_stream! {
        loop {
            let rows = page(&mut conn, &filter).await?;
            let Some(last) = rows.last() else { break };
            filter.after = Some((last.day, last.contract_id));
            yield rows.into_iter().map(Settlement::cells).collect();
        }
    })
}

impl Settlement {
    fn cells(self) -> Row {
        let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
        vec![
            Cell::Day(self.day.to_date()),
            Cell::Int(self.contract_id),
            Cell::Int(self.user_id),
            text(self.user_name),
            text(self.usage_type),
            Cell::Int(self.region_id.into()),
            Cell::Text(self.statement_month.format("%Y-%m").to_string()),
            Cell::Number(self.energy_kwh),
            Cell::Number(self.sharp_kwh),
            Cell::Number(self.peak_kwh),
            Cell::Number(self.flat_kwh),
            Cell::Number(self.valley_kwh),
            Cell::Number(self.deep_valley_kwh),
            Cell::Number(self.estimated_kwh),
            Cell::Number(self.shaped_kwh),
            Cell::Number(self.amount),
            Cell::Text(self.currency),
            Cell::Text(self.status),
            Cell::Int(self.version.into()),
            Cell::Text(self.marks.join(" ")),
            Cell::Instant(self.settled_at),
        ]
    }
}
