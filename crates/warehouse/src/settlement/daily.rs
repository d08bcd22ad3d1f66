//! Daily settlements: what was settled, and what a day's restatement changes.

mod save;

use domain::Fixed2;
use domain::settlement::{BandMap, ContractId, DayEnergy, Month};
use domain::{Day, LocalMs};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;

pub use save::{DayRow, remove_days, save_days};

use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths};
use crate::stored::Stored;

/// Days `[from, to)` of one contract.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ContractDays {
    pub contract_id: ContractId,
    pub from: Day,
    pub to: Day,
}

/// A day as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettledDay {
    pub energy: DayEnergy,
    /// Names the billing period it was settled in: first day of its month.
    pub statement_month: Day,
    pub amount: Fixed2,
    pub is_moved: bool,
}

/// What is stored of a contract.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoredDays {
    /// In order.
    pub days: Vec<SettledDay>,
    /// Days that cannot be read, with the energy that sums count for them. They are as good as not stored: whatever measures them
    /// again writes them anew, and until then nothing may be billed as if they were not there.
    pub unreadable: Vec<(Day, Fixed2)>,
}

struct Columns {
    ids: Vec<i64>,
    from: Vec<DayDate>,
    to: Vec<DayDate>,
}

fn columns(spans: &[ContractDays]) -> Columns {
    Columns {
        ids: spans.iter().map(|span| span.contract_id).collect(),
        from: spans.iter().map(|span| DayDate(span.from)).collect(),
        to: spans.iter().map(|span| DayDate(span.to)).collect(),
    }
}

/// The settled days of each contract. A contract without any is absent.
pub async fn load_days(
    conn: &mut PgConnection,
    spans: &[ContractDays],
) -> Result<FxHashMap<ContractId, StoredDays>, WarehouseError> {
    let Columns { ids, from, to } = columns(spans);
    let rows = sqlx::query!(
        r#"select d.contract_id, d.day_start as "day: DayDate", d.energy_kwh as "kwh: Hundredths",
                  d.definition as "definition: Stored<DayEnergy>", d.statement_month as "month: DayDate", d.amount as "amount: Hundredths",
                  'moved' = any(d.marks) as "is_moved!"
             from unnest($1::bigint[], $2::date[], $3::date[]) as k(contract_id, first_day, end_day)
             join settlements_day d on d.contract_id = k.contract_id and d.day_start >= k.first_day and d.day_start < k.end_day
            order by d.contract_id, d.day_start"#,
        &ids,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    let mut stored: FxHashMap<ContractId, StoredDays> = FxHashMap::default();
    for row in rows {
        let own = stored.entry(row.contract_id).or_default();
        let which = format_args!("contract {}, {}", row.contract_id, row.day.0.to_date());
        match row.definition.read("settled day", which) {
            Some(energy) => {
                own.days.push(SettledDay { energy, statement_month: row.month.0, amount: row.amount.0, is_moved: row.is_moved })
            }
            None => own.unreadable.push((row.day.0, row.kwh.0)),
        }
    }
    Ok(stored)
}

/// Energy of each contract in its span; a contract without any is absent.
pub async fn energy_sums(
    conn: &mut PgConnection,
    spans: &[ContractDays],
) -> Result<FxHashMap<ContractId, Fixed2>, WarehouseError> {
    if spans.is_empty() {
        return Ok(FxHashMap::default());
    }
    let Columns { ids, from, to } = columns(spans);
    let rows = sqlx::query!(
        r#"select d.contract_id, sum(d.energy_kwh) as "kwh!: Hundredths"
             from unnest($1::bigint[], $2::date[], $3::date[]) as k(contract_id, first_day, end_day)
             join settlements_day d on d.contract_id = k.contract_id and d.day_start >= k.first_day and d.day_start < k.end_day
            group by d.contract_id"#,
        &ids,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.contract_id, row.kwh.0)).collect())
}

/// Fractions of a kWh that the statement of a month left to the next one; none where they cannot be read.
pub async fn carried_from(
    conn: &mut PgConnection,
    months: &[(ContractId, Month)],
) -> Result<FxHashMap<(ContractId, Month), Option<BandMap<Fixed2>>>, WarehouseError> {
    if months.is_empty() {
        return Ok(FxHashMap::default());
    }
    let ids: Vec<i64> = months.iter().map(|(contract_id, _)| *contract_id).collect();
    let first_days: Vec<DayDate> = months.iter().map(|(_, month)| DayDate(month.first_day())).collect();
    let rows = sqlx::query!(
        r#"select s.contract_id, s.statement_month as "month: DayDate",
                  coalesce(s.document -> 'bill' -> 'carried', 'null') as "carried!: Stored<BandMap<Fixed2>>"
             from unnest($1::bigint[], $2::date[]) as k(contract_id, month)
             join settlement_statements s on s.contract_id = k.contract_id and s.statement_month = k.month
            where s.category = 'owner' and s.status <> 'void'"#,
        &ids,
        &first_days as _
    )
    .fetch_all(conn)
    .await?;
    let mut carried = FxHashMap::default();
    for row in rows {
        let month = Month::of(row.month.0);
        let which = format_args!("contract {}, {month}", row.contract_id);
        carried.insert((row.contract_id, month), row.carried.read("energy carried by a statement", which));
    }
    Ok(carried)
}

/// The oldest day that is settled.
pub async fn oldest_day(conn: &mut PgConnection) -> Result<Option<Day>, WarehouseError> {
    let oldest = sqlx::query_scalar!(r#"select min(day_start) as "day: DayDate" from settlements_day"#).fetch_one(conn).await?;
    Ok(oldest.map(|day| day.0))
}

/// When a day's gaps are estimated.
pub fn estimates_due(day: Day, estimate_after_ms: i64) -> LocalMs {
    day.end().plus_ms(estimate_after_ms)
}

/// Days in `[from, to)` of each contract whose energy rests on similar days before them.
pub async fn estimated_days(conn: &mut PgConnection, spans: &[ContractDays]) -> Result<Vec<(ContractId, Day)>, WarehouseError> {
    let Columns { ids, from, to } = columns(spans);
    let rows = sqlx::query!(
        r#"select d.contract_id, d.day_start as "day: DayDate"
             from unnest($1::bigint[], $2::date[], $3::date[]) as k(contract_id, first_day, end_day)
             join settlements_day d on d.contract_id = k.contract_id and d.day_start >= k.first_day and d.day_start < k.end_day
            where d.marks && '{shape_estimated,energy_estimated,not_estimated}'"#,
        &ids,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.contract_id, row.day.0)).collect())
}
