//! Requests go through the contracts in bounded parts; how far one got is stored with what it settled.

use domain::settlement::{Contract, Direction};
use domain::{Day, LocalMs};
use rustc_hash::FxHashSet;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::changes::{self, Cause, StoredRequest};
use warehouse::settlement::{contracts, readings};

use super::batch::{Batch, Requested};
use crate::settlement::rating::Rater;

/// Contract days of one part of a request, as far as whole contracts allow.
const PART_DAYS: i32 = 4_000;

/// Adds the next part of the next request; false when there is none.
pub async fn add_requested(
    conn: &mut PgConnection,
    rater: &Rater,
    watermark: LocalMs,
    batch: &mut Batch,
) -> Result<bool, WarehouseError> {
    let Some(request) = changes::next_request(conn).await? else { return Ok(false) };
    let first = first_day(conn, &request).await?;
    let last = request.to.map_or(watermark.day(), |to| to.min(watermark.day()));
    let days = (last.0 - first.0 + 1).max(1);
    let limit = i64::from((PART_DAYS / days).max(1));
    let incomplete = (request.cause == Cause::Estimate).then_some((first, last));
    let ids = changes::request_contracts(conn, &request, incomplete, limit).await?;
    match ids.last() {
        Some(last_id) if i64::try_from(ids.len()).unwrap_or(0) == limit => {
            changes::advance(conn, request.request_id, *last_id).await?
        }
        _ => changes::finish(conn, request.request_id).await?,
    }
    let found = contracts::load(conn, &ids).await?;
    let here: FxHashSet<_> = found.iter().map(|contract| contract.contract_id).collect();
    batch.removed.extend(ids.into_iter().filter(|id| !here.contains(id)));
    let _ = rater;
    for contract in found.into_iter().filter(|contract| contract.direction == Direction::Import) {
        let requested = requested(&request, &contract, first, last);
        batch.item(contract).requested.push(requested);
    }
    Ok(true)
}

/// Days before the first reading that is there are nobody's, unless they are stored.
async fn first_day(conn: &mut PgConnection, request: &StoredRequest) -> Result<Day, WarehouseError> {
    let known = match readings::first_day(conn).await? {
        Some(first) => first.min(warehouse::settlement::daily::oldest_day(conn).await?.unwrap_or(first)),
        None => request.from,
    };
    Ok(request.from.max(known))
}

/// Of one contract: not before it begins. Behind its end only days that are stored matter, and they go.
fn requested(request: &StoredRequest, contract: &Contract, first: Day, last: Day) -> Requested {
    let _ = contract;
    Requested { from: first, to: Day(last.0 + 1), cause: request.cause, cause_text: request.cause_text.clone() }
}
