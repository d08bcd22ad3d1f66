//! One row of terms: bounds of each value, and whether the tariff is meant for such a supply.

use super::{
    ContractFault, DEMAND_INTERVAL_MIN, FLOOR_PERCENT, Facts, HOMES, INDUSTRY, MOST_CAPACITY, MOST_MULTIPLIER, MOST_REGISTER,
    POWER_FACTOR_FROM_KVA, TWO_PART_FROM_KVA, is_known_usage,
};
use crate::settlement::calendar::DAY_MINUTES;
use crate::settlement::contract::DatedTerms;
use crate::settlement::price::MICRO;
use crate::settlement::tariff::TariffPlan;
use crate::settlement::{DemandMode, Terms};
use crate::{Day, Fixed2};

/// `before`: the terms that they follow.
pub(super) fn check(dated: &DatedTerms, before: Option<&DatedTerms>, facts: Facts<'_>, faults: &mut Vec<ContractFault>) {
    let (day, terms) = (dated.valid_from, &dated.terms);
    if terms.is_unreadable() {
        faults.push(ContractFault::UnreadableTerms { day });
        return;
    }
    meter(day, terms, faults);
    demand(day, terms, faults);
    if terms.is_metered_behind_transformer {
        faults.push(ContractFault::BehindTransformer { day });
    }
    let is_home = facts.usage_type == HOMES;
    if terms.power_factor_standard.is_some() && (is_home || terms.capacity_kva < POWER_FACTOR_FROM_KVA) {
        faults.push(ContractFault::PowerFactorIdle { day });
    }
    let Some(tariff) = &terms.tariff else {
        faults.push(ContractFault::NoTariff { day });
        return;
    };
    if !facts.plans.has(tariff) {
        faults.push(ContractFault::UnknownTariff { day, tariff: tariff.clone() });
        return;
    }
    match facts.plans.on(tariff, day) {
        Some(plan) => plan_of(day, terms, before, plan, facts, faults),
        None => faults.push(ContractFault::TariffNotValid { day, tariff: tariff.clone() }),
    }
}

fn meter(day: Day, terms: &Terms, faults: &mut Vec<ContractFault>) {
    if terms.interval_min == 0 || !DAY_MINUTES.is_multiple_of(terms.interval_min) {
        faults.push(ContractFault::Interval { day, interval_min: terms.interval_min });
    }
    if !(1..=MOST_MULTIPLIER * MICRO).contains(&terms.multiplier.0) {
        faults.push(ContractFault::Multiplier { day });
    }
    if terms.register_max.is_some_and(|most| most <= Fixed2::ZERO || most > MOST_REGISTER) {
        faults.push(ContractFault::RegisterMax { day });
    }
    if !(Fixed2::ZERO..=MOST_CAPACITY).contains(&terms.capacity_kva) {
        faults.push(ContractFault::Capacity { day });
    }
}

fn demand(day: Day, terms: &Terms, faults: &mut Vec<ContractFault>) {
    if let Some(contract_kw) = terms.contract_demand_kw
        && !(Fixed2(1)..=MOST_CAPACITY).contains(&contract_kw)
    {
        faults.push(ContractFault::ContractDemandBounds { day });
        return;
    }
    if terms.demand_mode != DemandMode::Contract {
        return;
    }
    let Some(contract_kw) = terms.contract_demand_kw else {
        faults.push(ContractFault::NoContractDemand { day });
        return;
    };
    let floor_kw = Fixed2(crate::fixed::div_round(i128::from(terms.capacity_kva.0) * i128::from(FLOOR_PERCENT), 100));
    if contract_kw < floor_kw {
        faults.push(ContractFault::BelowFloor { day, contract_kw, floor_kw });
    }
}

fn plan_of(
    day: Day,
    terms: &Terms,
    before: Option<&DatedTerms>,
    plan: &TariffPlan,
    facts: Facts<'_>,
    faults: &mut Vec<ContractFault>,
) {
    let tariff = || plan.code.clone();
    filters(day, terms, plan, facts, faults);
    if plan.prices.is_none() {
        let notice = plan.notice.number.clone();
        faults.push(ContractFault::NoPrices { day, tariff: tariff(), notice });
    }
    let mode = terms.demand_mode;
    let has_price = match (mode, plan.basic) {
        // the mode means nothing where there is no basic charge
        (DemandMode::Capacity, None) => true,
        (DemandMode::Capacity, Some(basic)) => basic.capacity_price.is_some(),
        (DemandMode::Contract | DemandMode::Actual, basic) => basic.is_some_and(|basic| basic.demand_price.is_some()),
    };
    // a plan without any price shows its bands only
    if !has_price && plan.prices.is_some() {
        faults.push(ContractFault::NoPriceForMode { day, tariff: tariff(), mode });
    }
    if mode != DemandMode::Capacity && terms.interval_min > DEMAND_INTERVAL_MIN {
        faults.push(ContractFault::DemandNotMeasured { day, interval_min: terms.interval_min });
    }
    let is_large = terms.capacity_kva >= TWO_PART_FROM_KVA;
    let was_said = before.is_some_and(|before| before.terms.tariff == terms.tariff);
    if facts.usage_type == INDUSTRY && is_large && plan.basic.is_none() && !was_said {
        faults.push(ContractFault::TwoPartUsual { day, capacity_kva: terms.capacity_kva });
    }
    let could_have = facts.usage_type != HOMES && terms.capacity_kva >= POWER_FACTOR_FROM_KVA;
    if plan.power_factor && could_have && terms.power_factor_standard.is_none() {
        faults.push(ContractFault::PowerFactorMissing { day });
    }
}

/// A voltage or capacity that the plan is not for makes wrong prices certain; what kind of customer it is, the operational
/// system may have wrong.
fn filters(day: Day, terms: &Terms, plan: &TariffPlan, facts: Facts<'_>, faults: &mut Vec<ContractFault>) {
    let (filter, tariff) = (&plan.for_whom, || plan.code.clone());
    if !filter.voltages.is_empty() && !filter.voltages.contains(&terms.voltage) {
        faults.push(ContractFault::NotForVoltage { day, tariff: tariff(), voltage: terms.voltage });
    }
    let kva = |limit: u32| Fixed2(i64::from(limit) * 100);
    let is_below = filter.capacity_from_kva.is_some_and(|from| terms.capacity_kva < kva(from));
    let is_above = filter.capacity_below_kva.is_some_and(|below| terms.capacity_kva >= kva(below));
    if is_below || is_above {
        faults.push(ContractFault::NotForCapacity { day, tariff: tariff(), capacity_kva: terms.capacity_kva });
    }
    let is_meant = filter.categories.is_empty() || filter.categories.iter().any(|one| one == facts.usage_type);
    if is_known_usage(facts.usage_type) && !is_meant {
        let usage_type = facts.usage_type.to_owned();
        faults.push(ContractFault::NotForCategory { day, tariff: tariff(), usage_type });
    }
}
