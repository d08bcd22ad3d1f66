//! The quantity that a basic charge counts: kVA, contract kW with floor and excess, or the kW measured.

use std::cmp::Reverse;

use domain::fixed::div_round;
use domain::settlement::bill::{RateFault, Reason};
use domain::settlement::rules::DemandRules;
use domain::settlement::{DayEnergy, Demand, DemandMode, LineKind, Price6, Quantity};
use domain::{Day, Fixed2};

use super::basic::Run;
use super::usage::minus;

/// A charge before money.
pub(super) struct Charged {
    pub kind: LineKind,
    pub quantity: Quantity,
    pub price: Price6,
    pub reason: Reason,
    /// The national rules about contract demand had a say.
    pub is_by_rules: bool,
}

/// The largest demand of some days; of two equal ones the earlier.
pub(super) fn largest<'a>(days: impl Iterator<Item = &'a DayEnergy>) -> Option<Demand> {
    days.filter_map(|day| day.demand).max_by_key(|demand| (demand.kw, Reverse(demand.interval_end)))
}

/// Charges of a run; `window` are the days whose demand it is charged by.
pub(super) fn charges(run: &Run, window: (Day, Day), days: &[DayEnergy], rules: &DemandRules) -> Result<Vec<Charged>, RateFault> {
    let inside = || days.iter().filter(|day| (window.0..window.1).contains(&day.day));
    let demand = largest(inside()).filter(|_| !run.is_coarse());
    match (run.terms.demand_mode, demand) {
        (DemandMode::Capacity, _) => Ok(vec![by_capacity(run, None)?]),
        (DemandMode::Contract, _) => by_contract(run, demand, rules),
        (DemandMode::Actual, Some(demand)) => {
            let reason = Reason::ActualDemand { actual_kw: demand.kw, actual_at: demand.interval_end };
            let (kind, quantity) = (LineKind::DemandCharge, Quantity::Kw(demand.kw));
            Ok(vec![Charged { kind, quantity, price: demand_price(run)?, reason, is_by_rules: false }])
        }
        // nothing used: a demand of zero
        (DemandMode::Actual, None) if !run.is_coarse() && inside().all(|day| day.energy == Default::default()) => Ok(Vec::new()),
        (DemandMode::Actual, None) if run.terms.contract_demand_kw.is_some() => by_contract(run, None, rules),
        (DemandMode::Actual, None) => Ok(vec![by_capacity(run, Some(not_measured(run, DemandMode::Capacity)))?]),
    }
}

fn demand_price(run: &Run) -> Result<Price6, RateFault> {
    run.charge.demand_price.ok_or_else(|| RateFault::NoDemandPrice { tariff: run.tariff.plan.code.clone() })
}

fn not_measured(run: &Run, billed: DemandMode) -> Reason {
    Reason::NoDemandMeasured { interval_min: run.terms.interval_min, billed }
}

fn by_capacity(run: &Run, reason: Option<Reason>) -> Result<Charged, RateFault> {
    let capacity_kva = run.terms.capacity_kva;
    let price = run.charge.capacity_price.ok_or_else(|| RateFault::NoCapacityPrice { tariff: run.tariff.plan.code.clone() })?;
    if capacity_kva <= Fixed2::ZERO {
        return Err(RateFault::NoCapacity);
    }
    let reason = reason.unwrap_or(Reason::Capacity { capacity_kva });
    Ok(Charged { kind: LineKind::CapacityCharge, quantity: Quantity::Kva(capacity_kva), price, reason, is_by_rules: false })
}

/// The contract value, raised to its floor; above the free share the excess is counted several times.
fn by_contract(run: &Run, demand: Option<Demand>, rules: &DemandRules) -> Result<Vec<Charged>, RateFault> {
    let agreed = run.terms.contract_demand_kw.ok_or(RateFault::NoContractDemand)?;
    let price = demand_price(run)?;
    let floor_kw = percent(run.terms.capacity_kva, rules.floor_percent);
    let contract_kw = agreed.max(floor_kw);
    let free_kw = percent(contract_kw, rules.free_percent);
    let reason = if demand.is_none() && (run.is_coarse() || run.terms.demand_mode == DemandMode::Actual) {
        not_measured(run, DemandMode::Contract)
    } else {
        Reason::ContractDemand {
            actual_kw: demand.map(|demand| demand.kw),
            actual_at: demand.map(|demand| demand.interval_end),
            contract_kw,
            floor_kw,
            free_kw,
            floored: agreed < floor_kw,
        }
    };
    let (kind, quantity) = (LineKind::DemandCharge, Quantity::Kw(contract_kw));
    let mut charged = vec![Charged { kind, quantity, price, reason, is_by_rules: true }];
    if let Some(demand) = demand.filter(|demand| demand.kw > free_kw) {
        let excess_kw = minus(demand.kw, free_kw);
        let (actual_kw, actual_at, times) = (demand.kw, demand.interval_end, rules.excess_times);
        let quantity = Quantity::Kw(Fixed2(excess_kw.0.saturating_mul(i64::from(times))));
        let reason = Reason::ContractExceeded { actual_kw, actual_at, contract_kw, free_kw, excess_kw, times };
        charged.push(Charged { kind: LineKind::DemandExcess, quantity, price, reason, is_by_rules: true });
    }
    Ok(charged)
}

/// kW to two decimals, half-up.
fn percent(of: Fixed2, percent: u16) -> Fixed2 {
    Fixed2(div_round(i128::from(of.0) * i128::from(percent), 100))
}
