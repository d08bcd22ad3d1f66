//! Keeps drafts in step with the data they are rated from, and makes new ones.

mod build;
mod slots;

use std::collections::BTreeMap;

use domain::Day;
use domain::settlement::{Contract, ContractId, Month, Period, StatementState};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::adjustments::{self, Why};
use warehouse::settlement::statements::{Live, last_versions, live_from, lock_contracts};
use warehouse::settlement::{contracts, statements};

use super::adjusting::adjust;
use super::rating::Rater;
use slots::{Slot, write};

/// What followed from days that changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Touched {
    /// Drafts that changed.
    pub drafts: usize,
    /// Frozen statements whose pending adjustment is new, other or gone.
    pub adjustments: usize,
}

/// What a batch of a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Generated {
    /// Drafts that are new or changed.
    pub drafts: usize,
    /// Drafts that cannot be checked as they are.
    pub faults: usize,
}

/// Days of these periods changed: drafts follow them, frozen statements get adjustments. To be called in the transaction that
/// changed the days, after they were written; one reason for all of them. Periods may be given in any order and more than once.
/// The rater has to know what is in force now.
pub async fn touched(
    conn: &mut PgConnection,
    rater: &Rater,
    periods: &[(ContractId, Period)],
    why: &Why,
) -> Result<Touched, WarehouseError> {
    let mut by_contract: BTreeMap<ContractId, Vec<Period>> = BTreeMap::new();
    for (contract_id, period) in periods {
        by_contract.entry(*contract_id).or_default().push(*period);
    }
    let ids: Vec<ContractId> = by_contract.keys().copied().collect();
    // a run that is making drafts for them at this moment has not seen the days
    lock_contracts(conn, &ids).await?;
    let earliest = by_contract.iter().filter_map(|(id, periods)| Some((*id, periods.iter().map(|period| period.month).min()?)));
    let live = live_from(conn, &earliest.collect::<Vec<_>>()).await?;
    if live.is_empty() {
        return Ok(Touched::default());
    }
    let contracts = by_number(contracts::load(conn, &contract_ids(&live)).await?);
    drop_orphans(conn, &live, &contracts).await?;
    let affected = |live: &Live, contract: &Contract| {
        let touched = by_contract.get(&live.contract_id).map(Vec::as_slice).unwrap_or_default();
        is_affected(rater, contract, live, touched)
    };
    let known: Vec<(&Live, &Contract)> = live.iter().filter_map(|live| Some((live, contracts.get(&live.contract_id)?))).collect();
    let (frozen, drafts): (Vec<_>, Vec<_>) = known.into_iter().partition(|(live, _)| live.state == StatementState::Frozen);
    let frozen: Vec<(&Live, &Contract)> = frozen.into_iter().filter(|(live, contract)| affected(live, contract)).collect();
    let adjusted = adjust(conn, rater, &frozen, why).await?;
    let slots = drafts.into_iter().map(|(live, contract)| {
        let is_wanted = affected(live, contract) || adjusted.carriers.contains(&live.statement_id);
        Slot::existing(live, contract, is_wanted)
    });
    let slots: Vec<Slot> = slots.collect();
    let written = write(conn, rater, &slots).await?;
    Ok(Touched { drafts: written.drafts, adjustments: adjusted.changed })
}

/// Makes the drafts of a month, or brings them up to date; those that are checked or frozen stay. The contracts must be locked,
/// and the rater must know what is in force.
pub async fn generate(
    conn: &mut PgConnection,
    rater: &Rater,
    contracts: &[Contract],
    month: Month,
) -> Result<Generated, WarehouseError> {
    let wanted: Vec<(ContractId, Month)> = contracts.iter().map(|contract| (contract.contract_id, month)).collect();
    let live = live_from(conn, &wanted).await?;
    let versions = last_versions(conn, &wanted).await?;
    let mut by_contract: FxHashMap<ContractId, Vec<&Live>> = FxHashMap::default();
    for live in &live {
        by_contract.entry(live.contract_id).or_default().push(live);
    }
    let mut slots = Vec::with_capacity(contracts.len());
    for contract in contracts {
        let live = by_contract.remove(&contract.contract_id).unwrap_or_default();
        if !live.iter().any(|live| live.period.month == month) {
            let version = versions.get(&(contract.contract_id, month)).copied().unwrap_or(0) + 1;
            slots.push(Slot::new(contract, Period::of_month(month, contract.billing_day), version));
        }
        let drafts = live.into_iter().filter(|live| live.state != StatementState::Frozen);
        slots.extend(drafts.map(|live| {
            // fractions of a kWh go from bill to bill, whichever is made first
            let follows = live.period.month > month && carries(rater, contract);
            let is_wanted = (live.period.month == month || follows) && live.state == StatementState::Draft;
            Slot::existing(live, contract, is_wanted)
        }));
    }
    let written = write(conn, rater, &slots).await?;
    Ok(Generated { drafts: written.drafts, faults: written.faults })
}

/// Whether the bill of a statement may be another one after these periods changed.
fn is_affected(rater: &Rater, contract: &Contract, live: &Live, touched: &[Period]) -> bool {
    let own = live.period;
    let month = own.month;
    // last month's use is what a jump is told by
    let looks_back = live.state != StatementState::Frozen && touched.iter().any(|period| period.month == month.previous());
    if looks_back || touched.iter().any(|period| period.month == month) {
        return true;
    }
    let before = |from: Day| touched.iter().any(|period| period.from < own.from && period.to > from);
    rater.tier_year_start(contract, own).is_some_and(before)
        || (carries(rater, contract) && touched.iter().any(|period| period.from < own.from))
}

/// Whether any tariff of the contract carries fractions from bill to bill.
fn carries(rater: &Rater, contract: &Contract) -> bool {
    let codes = contract.terms.iter().filter_map(|dated| dated.terms.tariff.as_ref());
    codes.filter_map(|code| rater.book.tariffs.get(code)).flatten().any(|version| version.plan.whole_kwh)
}

/// Drafts of contracts that were removed.
async fn drop_orphans(
    conn: &mut PgConnection,
    live: &[Live],
    known: &FxHashMap<ContractId, Contract>,
) -> Result<(), WarehouseError> {
    let absent = |live: &&Live| live.state != StatementState::Frozen && !known.contains_key(&live.contract_id);
    let mut gone: Vec<ContractId> = live.iter().filter(absent).map(|live| live.contract_id).collect();
    gone.dedup();
    // one that stands and cannot be read keeps its drafts
    let gone = contracts::removed_of(conn, &gone).await?;
    let is_orphan = |live: &&Live| live.state != StatementState::Frozen && gone.contains(&live.contract_id);
    let orphans: Vec<i64> = live.iter().filter(is_orphan).map(|live| live.statement_id).collect();
    if orphans.is_empty() {
        return Ok(());
    }
    let open = adjustments::open_of(conn, &contract_ids(live)).await?;
    let detached: Vec<(i64, Option<i64>)> = open.carried_by(&orphans).map(|adjustment_id| (adjustment_id, None)).collect();
    adjustments::attach(conn, &detached).await?;
    statements::void_empty(conn, &orphans).await
}

fn contract_ids(live: &[Live]) -> Vec<ContractId> {
    let mut ids: Vec<ContractId> = live.iter().map(|live| live.contract_id).collect();
    ids.dedup();
    ids
}

fn by_number(contracts: Vec<Contract>) -> FxHashMap<ContractId, Contract> {
    contracts.into_iter().map(|contract| (contract.contract_id, contract)).collect()
}
