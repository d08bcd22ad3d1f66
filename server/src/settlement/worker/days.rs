//! Settles the days of a batch: energy, amounts, rows.

use domain::settlement::{ContractId, Period};
use domain::{Day, LocalMs};
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::changes::Cause;
use warehouse::settlement::daily::{ContractDays, oldest_day, remove_days};
use warehouse::settlement::readings;

use super::batch::Batch;
use super::merge::merge;
use super::metered::measure_batch;
use super::session::Touched;
use crate::clock;
use crate::settlement::rating::Rater;

/// Returns the billing periods of which something changed.
pub async fn settle(
    conn: &mut PgConnection,
    rater: &Rater,
    watermark: LocalMs,
    batch: &Batch,
) -> Result<Vec<Touched>, WarehouseError> {
    let mut touched: Vec<Touched> = batch.removed.iter().map(|contract_id| removed(*contract_id)).collect();
    if !batch.removed.is_empty() {
        let all = |contract_id: &i64| ContractDays { contract_id: *contract_id, from: Day(0), to: Day(i32::MAX / 2) };
        let spans: Vec<ContractDays> = batch.removed.iter().map(all).collect();
        remove_days(&mut *conn, &spans).await?;
    }
    if batch.items.is_empty() {
        return Ok(touched);
    }
    let Some(first_day) = readings::first_day(&mut *conn).await? else { return Ok(touched) };
    // of readings that expired, the last one is missed on the first day that is left
    let has_expired = oldest_day(&mut *conn).await?.is_some_and(|oldest| oldest < first_day);
    let first_day = if has_expired { Day(first_day.0 + 1) } else { first_day };
    let measured = measure_batch(&mut *conn, rater, watermark, first_day, batch).await?;
    touched.extend(merge(conn, rater, watermark.day(), batch, measured, clock::now()).await?);
    Ok(touched)
}

/// Whatever was drafted for a contract that was removed, from the first month on.
fn removed(contract_id: ContractId) -> Touched {
    Touched { contract_id, period: Period::of_day(Day(0), 1), cause: Cause::Contract, cause_text: String::new() }
}
