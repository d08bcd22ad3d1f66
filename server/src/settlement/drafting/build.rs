//! From a rated period to the draft of its statement: the document and what has to be looked at.

use std::collections::BTreeSet;

use domain::settlement::carbon::{CarbonFactor, carbon_kg};
use domain::settlement::contract::DatedTerms;
use domain::settlement::document::{BilledContract, Carbon, CarriedAdjustment, DayProof, Document, TariffUsed};
use domain::settlement::{Bill, Contract, ContractId, ExceptionKind, Period};
use domain::{Fixed2, LocalMs, UNKNOWN_USAGE, UNKNOWN_USER_NAME};
use engine::settlement::adjust::with_adjustments;
use engine::settlement::exceptions::{ExceptionFacts, exceptions};
use engine::settlement::rate::Book;
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::adjustments::Open;
use warehouse::settlement::daily::{ContractDays, energy_sums};
use warehouse::settlement::statements::{self, Customer, Draft};

use super::super::adjusting::{is_covered, nothing};
use super::super::rating::{Rated, Rater, bills_of};
use super::slots::Slot;

/// What drafts need beside days and prices, loaded once for all of them.
#[derive(Debug)]
pub struct Facts {
    customers: FxHashMap<ContractId, Customer>,
    factors: Vec<CarbonFactor>,
    watermark: Option<LocalMs>,
}

impl Facts {
    pub async fn load(conn: &mut PgConnection, contract_ids: &[ContractId]) -> Result<Self, WarehouseError> {
        Ok(Self {
            customers: statements::customers(conn, contract_ids).await?,
            factors: statements::carbon_factors(conn).await?,
            watermark: statements::watermark(conn).await?,
        })
    }

    /// One for each place, of one month; none where there is nothing to bill.
    pub async fn drafts(
        &self,
        conn: &mut PgConnection,
        rater: &Rater,
        places: &[(Slot<'_>, Vec<&Open>)],
    ) -> Result<Vec<Option<Draft>>, WarehouseError> {
        let covered: Vec<(&Contract, Period)> = places
            .iter()
            .filter(|(slot, _)| is_covered(slot.contract, slot.period))
            .map(|(slot, _)| (slot.contract, slot.period))
            .collect();
        let mut rated = bills_of(conn, rater, &covered).await?.into_iter();
        let previous = previous_kwh(conn, &covered).await?;
        let uncovered = days_without_contract(conn, &covered).await?;
        let mut drafts = Vec::with_capacity(places.len());
        for (slot, open) in places {
            let is_own = is_covered(slot.contract, slot.period);
            if !is_own && open.is_empty() {
                drafts.push(None);
                continue;
            }
            let Some(rated) = (if is_own { rated.next() } else { Some(nothing(slot.period)) }) else { continue };
            let contract_id = slot.contract.contract_id;
            let document = self.document(rater, slot, rated, open);
            let mut kinds = self.exceptions(&document.0, previous.get(&contract_id).copied(), is_own);
            if uncovered.contains(&contract_id) {
                kinds.push(ExceptionKind::NoContract);
                kinds.sort_unstable();
            }
            let (Rated { days, .. }, document) = document;
            let customer = self.customers.get(&contract_id).and_then(|customer| customer.region_id);
            let region_id = days.last().map(|day| day.region_id).or(customer);
            drafts.push(Some(Draft::new(slot.live.map(|live| live.statement_id), slot.version, region_id, document, kinds)?));
        }
        Ok(drafts)
    }

    /// The bill with the lines of what is carried, and the document around it.
    fn document(&self, rater: &Rater, slot: &Slot<'_>, rated: Rated, open: &[&Open]) -> (Rated, Document) {
        let Rated { bill, days } = rated;
        let carried_lines: Vec<_> = open.iter().map(|open| (open.adjustment.clone(), open.cause.clone())).collect();
        let bill = with_adjustments(&bill, &carried_lines);
        let carbon = carbon_kg(bill.energy_kwh(), bill.period.month.year, &self.factors);
        let document = Document {
            contract: self.contract(slot),
            tariffs: tariffs(&rater.book, &bill, days.iter().filter_map(|day| day.tariff.as_ref())),
            days: days
                .iter()
                .map(|day| DayProof { day: day.day, energy_kwh: day.energy_kwh(), digest: day.digest.clone() })
                .collect(),
            carbon: carbon.map(|(kg, factor)| Carbon { kg, factor: factor.clone() }),
            adjustments: open.iter().map(|open| carried(open)).collect(),
            bill: bill.clone(),
        };
        (Rated { bill, days }, document)
    }

    fn contract(&self, slot: &Slot<'_>) -> BilledContract {
        let contract = slot.contract;
        let customer = self.customers.get(&contract.contract_id).cloned().unwrap_or_default();
        BilledContract {
            contract_id: contract.contract_id,
            user_id: contract.user_id,
            user_name: customer.user_name.unwrap_or_else(|| UNKNOWN_USER_NAME.to_owned()),
            usage_type: customer.usage_type.unwrap_or_else(|| UNKNOWN_USAGE.to_owned()),
            region_id: customer.region_id,
            direction: contract.direction,
            billing_day: contract.billing_day,
            closed_on: contract.closed_on,
            terms: terms_within(contract, slot.period),
            exchanges: contract.exchanges.iter().filter(|exchange| slot.period.contains(exchange.at.day())).cloned().collect(),
        }
    }

    fn exceptions(&self, rated: &Rated, previous_kwh: Option<Fixed2>, is_own: bool) -> Vec<ExceptionKind> {
        let is_over = self.watermark.is_some_and(|seen| seen >= rated.bill.period.to.start());
        let facts = ExceptionFacts { bill: &rated.bill, days: &rated.days, previous_kwh, is_over };
        let mut kinds = exceptions(&facts);
        if !is_own {
            // nothing was supplied: only what is carried is to be looked at
            kinds.retain(|kind| *kind == ExceptionKind::Negative);
        }
        kinds
    }
}

fn carried(open: &Open) -> CarriedAdjustment {
    CarriedAdjustment {
        adjustment_id: open.adjustment_id,
        cause: open.cause.clone(),
        cause_text: open.cause_text.clone(),
        adjustment: open.adjustment.clone(),
    }
}

/// Those in force on some day of the period.
fn terms_within(contract: &Contract, period: Period) -> Vec<DatedTerms> {
    let first = contract.terms.iter().rposition(|dated| dated.valid_from <= period.from).unwrap_or(0);
    contract.terms.iter().skip(first).filter(|dated| dated.valid_from < period.to).cloned().collect()
}

fn tariffs<'a>(book: &Book, bill: &'a Bill, days: impl Iterator<Item = &'a (String, i32)>) -> Vec<TariffUsed> {
    let used: BTreeSet<(&str, i32)> = bill
        .lines
        .iter()
        .filter_map(|line| line.tariff.as_ref())
        .chain(days)
        .map(|(code, version)| (code.as_str(), *version))
        .collect();
    let plan = |(code, version): (&str, i32)| {
        let found = book.tariffs.get(code)?.iter().find(|one| one.version == version)?;
        let (name, notice) = (found.plan.name.clone(), found.plan.notice.clone());
        Some(TariffUsed { code: code.to_owned(), version, name, notice })
    };
    used.into_iter().filter_map(plan).collect()
}

/// kWh of the month before, where any day of it was metered.
async fn previous_kwh(
    conn: &mut PgConnection,
    periods: &[(&Contract, Period)],
) -> Result<FxHashMap<ContractId, Fixed2>, WarehouseError> {
    let before = |(contract, period): &(&Contract, Period)| {
        let before = Period::of_month(period.month.previous(), contract.billing_day);
        ContractDays { contract_id: contract.contract_id, from: before.from, to: before.to }
    };
    energy_sums(conn, &periods.iter().map(before).collect::<Vec<_>>()).await
}

/// Only contracts that do not cover all of their period can leave days out.
async fn days_without_contract(
    conn: &mut PgConnection,
    periods: &[(&Contract, Period)],
) -> Result<FxHashSet<ContractId>, WarehouseError> {
    let partly =
        periods.iter().filter(|(contract, period)| !(contract.covers(period.from) && contract.covers(period.last_day())));
    let partly: Vec<_> = partly.map(|(contract, period)| (contract.contract_id, contract.user_id, *period)).collect();
    statements::days_without_contract(conn, &partly).await
}
