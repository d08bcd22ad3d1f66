//! Writing settled days: whole sets in one statement.

use chrono::{DateTime, Utc};
use domain::settlement::{Band, ContractId, DayEnergy, DayMark};
use domain::{Day, Fixed2, UserId};
use sqlx::PgConnection;

use super::ContractDays;
use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths};
use crate::write::SLICE_ROWS;

/// A day to be stored, in its final form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayRow {
    pub contract_id: ContractId,
    pub user_id: UserId,
    /// Names the billing period: first day of its month.
    pub statement_month: Day,
    pub energy: DayEnergy,
    pub amount: Fixed2,
    /// Its amount changed because an earlier day was restated.
    pub is_moved: bool,
}

#[derive(Default)]
struct Columns {
    ids: Vec<i64>,
    users: Vec<i64>,
    days: Vec<DayDate>,
    regions: Vec<i32>,
    months: Vec<DayDate>,
    energy: [Vec<Hundredths>; 6],
    estimated: Vec<Hundredths>,
    shaped: Vec<Hundredths>,
    amounts: Vec<Hundredths>,
    statuses: Vec<&'static str>,
    marks: Vec<String>,
    definitions: Vec<String>,
}

impl Columns {
    fn push(&mut self, row: &DayRow) -> Result<(), WarehouseError> {
        let energy = &row.energy;
        self.ids.push(row.contract_id);
        self.users.push(row.user_id);
        self.days.push(DayDate(energy.day));
        self.regions.push(energy.region_id);
        self.months.push(DayDate(row.statement_month));
        let [total, bands @ ..] = &mut self.energy;
        total.push(Hundredths(energy.energy_kwh()));
        for (column, band) in bands.iter_mut().zip(Band::ALL) {
            column.push(Hundredths(energy.energy.get(band)));
        }
        self.estimated.push(Hundredths(energy.estimated.total()));
        self.shaped.push(Hundredths(energy.shaped.total()));
        self.amounts.push(Hundredths(row.amount));
        self.statuses.push(if energy.is_complete { "complete" } else { "provisional" });
        let moved = row.is_moved.then_some(DayMark::Moved);
        let marks = energy.marks.iter().copied().filter(|mark| *mark != DayMark::Moved).chain(moved);
        self.marks.push(marks.map(DayMark::code).collect::<Vec<_>>().join(","));
        let definition = serde_json::to_string(energy);
        self.definitions.push(definition.map_err(|error| WarehouseError::BadValue(format!("a settled day: {error}")))?);
        Ok(())
    }
}

/// Stores days that are new or differ from what is stored; each restatement raises the version.
pub async fn save_days(conn: &mut PgConnection, rows: &[DayRow], now: DateTime<Utc>) -> Result<(), WarehouseError> {
    for slice in rows.chunks(SLICE_ROWS) {
        let mut columns = Columns::default();
        for row in slice {
            columns.push(row)?;
        }
        save_slice(conn, &columns, now).await?;
    }
    Ok(())
}

async fn save_slice(conn: &mut PgConnection, columns: &Columns, now: DateTime<Utc>) -> Result<(), WarehouseError> {
    let [total, sharp, peak, flat, valley, deep_valley] = &columns.energy;
    sqlx::query!(
        r#"insert into settlements_day (contract_id, user_id, day_start, region_id, statement_month, energy_kwh, sharp_kwh, peak_kwh,
                  flat_kwh, valley_kwh, deep_valley_kwh, estimated_kwh, shaped_kwh, amount, status, marks, definition,
                  first_settled_at, settled_at)
           select k.contract_id, k.user_id, k.day_start, k.region_id, k.month, k.total, k.sharp, k.peak, k.flat, k.valley, k.deep,
                  k.estimated, k.shaped, k.amount, k.status, coalesce(string_to_array(nullif(k.marks, ''), ','), '{}'),
                  k.definition::jsonb, $18, $18
             from unnest($1::bigint[], $2::bigint[], $3::date[], $4::int[], $5::date[], $6::numeric[], $7::numeric[], $8::numeric[],
                         $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[], $15::text[],
                         $16::text[], $17::text[])
                  as k(contract_id, user_id, day_start, region_id, month, total, sharp, peak, flat, valley, deep, estimated,
                       shaped, amount, status, marks, definition)
           on conflict (contract_id, day_start) do update
              set (user_id, region_id, statement_month, energy_kwh, sharp_kwh, peak_kwh, flat_kwh, valley_kwh, deep_valley_kwh,
                   estimated_kwh, shaped_kwh, amount, status, marks, definition, version, settled_at)
                = (excluded.user_id, excluded.region_id, excluded.statement_month, excluded.energy_kwh, excluded.sharp_kwh,
                   excluded.peak_kwh, excluded.flat_kwh, excluded.valley_kwh, excluded.deep_valley_kwh, excluded.estimated_kwh,
                   excluded.shaped_kwh, excluded.amount, excluded.status, excluded.marks, excluded.definition,
                   settlements_day.version + 1, excluded.settled_at)"#,
        &columns.ids,
        &columns.users,
        &columns.days as _,
        &columns.regions,
        &columns.months as _,
        total as _,
        sharp as _,
        peak as _,
        flat as _,
        valley as _,
        deep_valley as _,
        &columns.estimated as _,
        &columns.shaped as _,
        &columns.amounts as _,
        &columns.statuses as _,
        &columns.marks,
        &columns.definitions,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Days that a contract does not cover any more.
pub async fn remove_days(conn: &mut PgConnection, spans: &[ContractDays]) -> Result<u64, WarehouseError> {
    let super::Columns { ids, from, to } = super::columns(spans);
    let removed = sqlx::query!(
        "delete from settlements_day d using unnest($1::bigint[], $2::date[], $3::date[]) as k(contract_id, first_day, end_day)
          where d.contract_id = k.contract_id and d.day_start >= k.first_day and d.day_start < k.end_day",
        &ids,
        &from as _,
        &to as _
    )
    .execute(conn)
    .await?;
    Ok(removed.rows_affected())
}
