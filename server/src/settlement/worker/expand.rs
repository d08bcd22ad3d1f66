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
/// Contracts of one part: people wait for the statements that follow in its transaction.
const PART_CONTRACTS: i32 = 1_000;
/// Requests about one contract that are looked at together.
const MOST_REQUESTS: i64 = 1_000;

/// Contracts and their days that were asked for.
#[derive(Debug)]
pub struct Asked {
    wanted: Vec<(ContractId, Requested)>,
    /// A part of a request about many contracts.
    pub is_wide: bool,
}

/// Takes the next part of the next requests; none when there are none. The contracts and what is in force have to be loaded after
/// this: a request says that they changed before it could be seen.
pub async fn take(conn: &mut PgConnection, watermark: LocalMs, is_wide_turn: bool) -> Result<Option<Asked>, WarehouseError> {
    let requests = changes::next_requests(&mut *conn, MOST_REQUESTS, is_wide_turn).await?;
    let Some(first) = requests.first() else { return Ok(None) };
    let known = known_from(&mut *conn).await?;
    let days = |request: &StoredRequest| {
        let from = known.map_or(request.from, |known| request.from.max(known));
        let last = request.to.map_or(watermark.day(), |to| to.min(watermark.day()));
        (from, last)
    };
    let mut wanted: Vec<(ContractId, Requested)> = Vec::new();
    if first.is_wide() {
        let (from, last) = days(first);
        for contract_id in part(&mut *conn, first, from, last).await? {
            wanted.push((contract_id, requested(first, from, last)));
        }
        return Ok(Some(Asked { wanted, is_wide: true }));
    }
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
    changes::finish(conn, &done).await?;
    Ok(Some(Asked { wanted, is_wide: false }))
}

/// The next contracts of a request about many; it is finished or notes how far it got.
async fn part(conn: &mut PgConnection, request: &StoredRequest, from: Day, last: Day) -> Result<Vec<ContractId>, WarehouseError> {
    let limit = i64::from((PART_DAYS / (last.0 - from.0 + 1).max(1)).clamp(1, PART_CONTRACTS));
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

/// Loads the contracts, as they are now.
pub async fn add(conn: &mut PgConnection, asked: Asked, batch: &mut Batch) -> Result<(), WarehouseError> {
    let mut ids: Vec<ContractId> = asked.wanted.iter().map(|(contract_id, _)| *contract_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = contracts::load(&mut *conn, &ids).await?;
    let here: FxHashMap<ContractId, _> = found.into_iter().map(|contract| (contract.contract_id, contract)).collect();
    // one that is not loaded may stand and be unreadable: its days stay
    ids.retain(|id| !here.contains_key(id));
    batch.removed.extend(contracts::removed_of(conn, &ids).await?);
    for (contract_id, requested) in asked.wanted {
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
