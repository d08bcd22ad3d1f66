//! Requests go through the contracts in bounded parts; how far one got is stored with what it settled.

use domain::settlement::{ContractId, Direction};
use domain::{Day, LocalMs};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::changes::{self, Cause, StoredRequest};
use warehouse::settlement::{contracts, daily, readings};

use super::batch::{Batch, Requested};

/// Contract days of one part of a request, as far as whole contracts allow.
const PART_DAYS: i32 = 4_000;
/// Requests about one contract that are looked at together.
const MOST_REQUESTS: i64 = 1_000;

/// Adds the next part of the next requests; false when there are none.
pub async fn add_requested(conn: &mut PgConnection, watermark: LocalMs, batch: &mut Batch) -> Result<bool, WarehouseError> {
    let requests = changes::next_requests(&mut *conn, MOST_REQUESTS).await?;
    let Some(first) = requests.first() else { return Ok(false) };
    let known = known_from(&mut *conn).await?;
    let days = |request: &StoredRequest| {
        let from = known.map_or(request.from, |known| request.from.max(known));
        let last = request.to.map_or(watermark.day(), |to| to.min(watermark.day()));
        (from, last)
    };
    let mut wanted: Vec<(ContractId, Requested)> = Vec::new();
    if first.contract_id.is_some() {
        let mut done = Vec::new();
        let mut total = 0;
        for request in &requests {
            let (from, last) = days(request);
            if total > 0 && total + last.0 - from.0 >= PART_DAYS {
                break;
            }
            total += (last.0 - from.0 + 1).max(1);
            done.push(request.request_id);
            wanted.extend(request.contract_id.map(|contract_id| (contract_id, requested(request, from, last))));
        }
        changes::finish(&mut *conn, &done).await?;
    } else {
        let (from, last) = days(first);
        for contract_id in part(&mut *conn, first, from, last).await? {
            wanted.push((contract_id, requested(first, from, last)));
        }
    }
    add(conn, wanted, batch).await?;
    Ok(true)
}

/// The next contracts of a request about many; it is finished or notes how far it got.
async fn part(conn: &mut PgConnection, request: &StoredRequest, from: Day, last: Day) -> Result<Vec<ContractId>, WarehouseError> {
    let limit = i64::from((PART_DAYS / (last.0 - from.0 + 1).max(1)).max(1));
    let incomplete = (request.cause == Cause::Estimate).then_some((from, last));
    let ids = changes::request_contracts(&mut *conn, request, incomplete, limit).await?;
    match ids.last() {
        Some(last_id) if i64::try_from(ids.len()).unwrap_or(0) == limit => {
            changes::advance(conn, request.request_id, *last_id).await?;
        }
        _ => changes::finish(conn, &[request.request_id]).await?,
    }
    Ok(ids)
}

async fn add(conn: &mut PgConnection, wanted: Vec<(ContractId, Requested)>, batch: &mut Batch) -> Result<(), WarehouseError> {
    let mut ids: Vec<ContractId> = wanted.iter().map(|(contract_id, _)| *contract_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = contracts::load(conn, &ids).await?;
    let here: FxHashMap<ContractId, _> = found.into_iter().map(|contract| (contract.contract_id, contract)).collect();
    batch.removed.extend(ids.into_iter().filter(|id| !here.contains_key(id)));
    for (contract_id, requested) in wanted {
        if let Some(contract) = here.get(&contract_id).filter(|contract| contract.direction == Direction::Import) {
            batch.item(contract.clone()).requested.push(requested);
        }
    }
    Ok(())
}

/// Days before the first reading that is there are nobody's, unless they are stored.
async fn known_from(conn: &mut PgConnection) -> Result<Option<Day>, WarehouseError> {
    let Some(first) = readings::first_day(&mut *conn).await? else { return Ok(None) };
    Ok(Some(first.min(daily::oldest_day(conn).await?.unwrap_or(first))))
}

fn requested(request: &StoredRequest, from: Day, last: Day) -> Requested {
    Requested { from, to: Day(last.0 + 1), cause: request.cause, cause_text: request.cause_text.clone() }
}
