//! Settles the days of a batch: energy, amounts, rows.

use domain::{Day, LocalMs};
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::daily::{ContractDays, remove_days};
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
    if !batch.removed.is_empty() {
        let all = |contract_id: &i64| ContractDays { contract_id: *contract_id, from: Day(0), to: Day(i32::MAX / 2) };
        let spans: Vec<ContractDays> = batch.removed.iter().map(all).collect();
        remove_days(&mut *conn, &spans).await?;
    }
    if batch.items.is_empty() {
        return Ok(Vec::new());
    }
    let Some(first_day) = readings::first_day(&mut *conn).await? else { return Ok(Vec::new()) };
    let measured = measure_batch(&mut *conn, rater, watermark, first_day, batch).await?;
    merge(conn, rater, watermark.day(), batch, measured, clock::now()).await
}
