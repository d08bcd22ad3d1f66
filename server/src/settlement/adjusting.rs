//! What frozen statements would be now: the one pending adjustment of each follows the data.

use std::collections::{BTreeMap, BTreeSet};

use domain::settlement::document::{DayProof, Document};
use domain::settlement::{Bill, Contract, DayEnergy, Period, StatementId};
use domain::{Day, Fixed2};
use engine::settlement::adjust::adjustment;
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::adjustments::{self, Open, Rateable, Unreadable, Why, joined_text};
use warehouse::settlement::statements::Live;

use super::rating::{Rated, Rater, bills_of};

/// Days that a reason names; of more it says how many.
const NAMED_DAYS: usize = 5;

/// What became of the adjustments of some frozen statements.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Adjusted {
    pub changed: usize,
    /// Drafts whose carried adjustments are other ones now.
    pub carriers: BTreeSet<StatementId>,
}

/// Rates the periods of frozen statements anew. What differs from what was frozen and already adjusted is pending.
pub async fn adjust(
    conn: &mut PgConnection,
    rater: &Rater,
    frozen: &[(&Live, &Contract)],
    why: &Why,
) -> Result<Adjusted, WarehouseError> {
    let mut adjusted = Adjusted::default();
    if frozen.is_empty() {
        return Ok(adjusted);
    }
    let rated = rate_all(conn, rater, frozen).await?;
    let ids: Vec<StatementId> = frozen.iter().map(|(live, _)| live.statement_id).collect();
    let settled: FxHashMap<StatementId, Fixed2> =
        adjustments::settled_sums(conn, &ids).await?.into_iter().map(|sum| (sum.statement_id, sum.amount)).collect();
    let contracts: Vec<_> = frozen.iter().map(|(live, _)| live.contract_id).collect();
    let set = adjustments::open_of(conn, &contracts).await?;
    let mut open: BTreeMap<StatementId, Open> = set.open.into_iter().map(|open| (open.adjustment.statement_id, open)).collect();
    // written anew, as if they were not there
    let unreadable: BTreeMap<StatementId, Unreadable> = set.unreadable.into_iter().map(|one| (one.statement_id, one)).collect();
    let (mut wanted, mut gone) = (Vec::new(), Vec::new());
    note(conn, frozen, &rated).await?;
    for ((live, _), rated) in frozen.iter().zip(&rated) {
        let Some(document) = &live.document else { continue };
        // what cannot be billed now says nothing about what was billed; the statement tells that it was tried
        if !rated.bill.faults.is_empty() {
            continue;
        }
        let already = settled.get(&live.statement_id).copied().unwrap_or_default();
        let before = open.remove(&live.statement_id);
        let now = adjustment(live.statement_id, &document.bill, &rated.bill, already);
        let unread = unreadable.get(&live.statement_id);
        let carrier = before.as_ref().map_or_else(|| unread?.carried_by, |open| open.carried_by);
        match (before, now) {
            (None, None) => match unread {
                Some(unread) => gone.push(unread.adjustment_id),
                None => continue,
            },
            (Some(before), None) => gone.push(before.adjustment_id),
            (Some(before), Some(now)) if before.adjustment == now => continue,
            (before, Some(now)) => {
                let text = joined_text(before.as_ref().map_or("", |open| &open.cause_text), &reason(why, document, &rated.days));
                wanted.push(Open {
                    adjustment_id: 0,
                    contract_id: live.contract_id,
                    region_id: live.region_id,
                    carried_by: None,
                    cause: why.code().to_owned(),
                    cause_text: text,
                    adjustment: now,
                });
            }
        }
        adjusted.changed += 1;
        adjusted.carriers.extend(carrier);
    }
    adjustments::remove(conn, &gone).await?;
    adjustments::save(conn, &mut wanted).await?;
    Ok(adjusted)
}

/// Whoever looks at a frozen statement has to know when what is adjusted about it may be out of date.
async fn note(conn: &mut PgConnection, frozen: &[(&Live, &Contract)], rated: &[Rated]) -> Result<(), WarehouseError> {
    let of = |live: &Live, rated: &Rated| Rateable { statement_id: live.statement_id, faults: rated.bill.faults.clone() };
    let now: Vec<Rateable> = frozen.iter().zip(rated).map(|((live, _), rated)| of(live, rated)).collect();
    adjustments::note_rateable(conn, &now).await
}

/// A contract that was closed before the period, in hindsight, has used nothing in it.
async fn rate_all(conn: &mut PgConnection, rater: &Rater, frozen: &[(&Live, &Contract)]) -> Result<Vec<Rated>, WarehouseError> {
    let periods: Vec<(&Contract, Period)> = frozen.iter().map(|(live, contract)| (*contract, live.period)).collect();
    let mut rated = bills_of(conn, rater, &periods).await?;
    for ((contract, period), rated) in periods.iter().zip(&mut rated) {
        if !is_covered(contract, *period) {
            *rated = nothing(*period);
        }
    }
    Ok(rated)
}

/// Whether the contract runs on any day of the period.
pub fn is_covered(contract: &Contract, period: Period) -> bool {
    let starts = contract.starts_on().is_some_and(|start| start < period.to && contract.covers(start));
    starts && contract.closed_on.is_none_or(|end| end > period.from)
}

/// The bill of a period without any day.
pub fn nothing(period: Period) -> Rated {
    let bill = Bill {
        period,
        lines: Vec::new(),
        energy: Default::default(),
        estimated: Default::default(),
        total: Fixed2::ZERO,
        demand: None,
        kvarh: Fixed2::ZERO,
        power_factor: None,
        tier_year_before_kwh: Fixed2::ZERO,
        carried: Default::default(),
        report_shift_kwh: Fixed2::ZERO,
        faults: Vec::new(),
    };
    Rated { bill, days: Vec::new() }
}

/// In the words of whoever changed something; for readings, the days that are other ones now.
fn reason(why: &Why, frozen: &Document, now: &[DayEnergy]) -> String {
    if !why.text().is_empty() {
        return why.text().to_owned();
    }
    let days = changed_days(&frozen.days, now);
    let mut text = days.iter().take(NAMED_DAYS).map(|day| day.to_date().to_string()).collect::<Vec<_>>().join(", ");
    if days.len() > NAMED_DAYS {
        text += &format!(" +{}", days.len() - NAMED_DAYS);
    }
    text
}

fn changed_days(before: &[DayProof], now: &[DayEnergy]) -> Vec<Day> {
    let before: BTreeMap<Day, (&str, Fixed2)> =
        before.iter().map(|day| (day.day, (day.digest.as_str(), day.energy_kwh))).collect();
    let now: BTreeMap<Day, (&str, Fixed2)> = now.iter().map(|day| (day.day, (day.digest.as_str(), day.energy_kwh()))).collect();
    let all: BTreeSet<Day> = before.keys().chain(now.keys()).copied().collect();
    all.into_iter().filter(|day| before.get(day) != now.get(day)).collect()
}
