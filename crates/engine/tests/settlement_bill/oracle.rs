//! An independent bill in decimals: the rules read again, day by day, without anything of the engine but its inputs.

use std::collections::BTreeMap;

use domain::settlement::contract::Terms;
use domain::settlement::tariff::{LineBasis, Prices, TierPeriod, TierPricing, Tiers};
use domain::settlement::{Band, BandMap, DayEnergy, DemandMode, Price6, TariffPlan};
use domain::{Day, Fixed2};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

use crate::shares::{by_share, largest_remainders, tier_kwh};
use crate::support::Case;

/// Amounts by what they are for: `energy`, `surcharge`, `component`, `basic`, `power_factor`.
pub type Amounts = Vec<(String, Decimal)>;

pub fn yuan(value: Fixed2) -> Decimal {
    Decimal::new(value.0, 2)
}

fn micro(value: Price6) -> Decimal {
    Decimal::new(value.0, 6)
}

fn half_up(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// A day that can be billed: terms, version and plan.
struct Billed<'a> {
    day: Day,
    terms: &'a Terms,
    version: i32,
    plan: &'a TariffPlan,
}

fn billed_days(case: &Case) -> Vec<Billed<'_>> {
    let mut found = Vec::new();
    for number in case.period.from.0..case.period.to.0 {
        let day = Day(number);
        let after_start: Vec<_> = case.contract.terms.iter().filter(|dated| dated.valid_from <= day).collect();
        let Some(dated) = after_start.into_iter().max_by_key(|dated| dated.valid_from) else { continue };
        if case.contract.closed_on.is_some_and(|closed| closed <= day) {
            continue;
        }
        let Some(code) = &dated.terms.tariff else { continue };
        let covers = |plan: &TariffPlan| plan.valid_from <= day && plan.valid_until.is_none_or(|until| until > day);
        let versions = case.book.tariffs.get(code).into_iter().flatten().filter(|version| covers(&version.plan));
        if let Some(version) = versions.max_by_key(|version| version.version) {
            found.push(Billed { day, terms: &dated.terms, version: version.version, plan: &version.plan });
        }
    }
    found
}

pub fn amounts(case: &Case) -> Amounts {
    let days = billed_days(case);
    let mut amounts = Amounts::new();
    let mut base = Decimal::ZERO;
    let mut versions: Vec<i32> = days.iter().map(|billed| billed.version).collect();
    versions.dedup();
    let mut used = yuan(case.tier_year_before_kwh);
    let mut used_this_month = Decimal::ZERO;
    for version in versions {
        let of_version: Vec<&Billed> = days.iter().filter(|billed| billed.version == version).collect();
        let plan = of_version[0].plan;
        let mut bands: BTreeMap<Band, Decimal> = BTreeMap::new();
        for metered in &case.days {
            if of_version.iter().any(|billed| billed.day == metered.day) {
                for band in Band::ALL {
                    *bands.entry(band).or_default() += yuan(metered.energy.get(band));
                }
            }
        }
        let is_yearly = plan.tiers.as_ref().is_some_and(|tiers| tiers.by != TierPeriod::Month);
        let before = if is_yearly { used } else { used_this_month };
        let (lines, in_base) = energy(case, plan, of_version[0].terms, &bands, before);
        let has_pf = plan.power_factor && of_version[0].terms.power_factor_standard.is_some();
        base += if has_pf { in_base } else { Decimal::ZERO };
        amounts.extend(lines);
        // what was used under a plan without tiers is in none
        if plan.tiers.is_some() {
            let total: Decimal = bands.values().sum();
            used += total;
            used_this_month += total;
        }
    }
    for (amount, has_pf) in basic(case, &days) {
        base += if has_pf { amount } else { Decimal::ZERO };
        amounts.push(("basic".to_owned(), amount));
    }
    amounts.extend(power_factor(case, &days, base).map(|amount| ("power_factor".to_owned(), amount)));
    amounts.retain(|(_, amount)| !amount.is_zero());
    amounts.sort();
    amounts
}

/// Energy lines of a plan, and what of them is in the base.
fn energy(case: &Case, plan: &TariffPlan, terms: &Terms, bands: &BTreeMap<Band, Decimal>, before: Decimal) -> (Amounts, Decimal) {
    let mut amounts = Amounts::new();
    let mut base = Decimal::ZERO;
    let mut add = |(lines, in_base): (Amounts, Decimal)| {
        amounts.extend(lines);
        base += in_base;
    };
    let total: Decimal = bands.values().sum();
    let tiers = plan.tiers.as_ref().map(|tiers| (tiers, tier_kwh(case, tiers, terms, before, total)));
    match tiers {
        Some((Tiers { pricing: TierPricing::PerBand { prices }, .. }, kwh)) => {
            for (tier, cells) in by_share(&kwh, bands).into_iter().enumerate() {
                for (band, kwh) in cells {
                    let price = prices[tier].get(band).map_or(Decimal::ZERO, micro);
                    let amount = half_up(price * kwh, 2);
                    add((vec![(format!("energy {} {}", band.code(), tier + 1), amount)], amount));
                }
            }
        }
        Some((Tiers { pricing: TierPricing::Surcharge { per_kwh }, .. }, kwh)) => {
            for (band, kwh) in bands {
                add(band_lines(plan.prices.as_ref().expect("prices"), *band, *kwh));
            }
            for (tier, kwh) in kwh.into_iter().enumerate().skip(1) {
                let amount = half_up(micro(per_kwh[tier - 1]) * kwh, 2);
                add((vec![(format!("surcharge {}", tier + 1), amount)], amount));
            }
        }
        None => {
            for (band, kwh) in bands {
                add(band_lines(plan.prices.as_ref().expect("prices"), *band, *kwh));
            }
        }
    }
    (amounts, base)
}

fn band_lines(prices: &Prices, band: Band, kwh: Decimal) -> (Amounts, Decimal) {
    let factor = prices.factors.get(band).map(micro);
    let made: Vec<Decimal> = prices
        .components
        .iter()
        .map(|one| match factor.filter(|_| one.floats) {
            Some(factor) => half_up(micro(one.price) * factor, prices.decimals),
            None => micro(one.price),
        })
        .collect();
    let in_base = |index: usize| !matches!(prices.components[index].kind.code(), "fund" | "surcharge");
    if prices.line_basis == LineBasis::Components && !made.is_empty() {
        let lines: Amounts = (0..made.len())
            .map(|index| {
                (format!("component {} {}", band.code(), prices.components[index].kind.code()), half_up(made[index] * kwh, 2))
            })
            .collect();
        let base = lines.iter().enumerate().filter(|(index, _)| in_base(*index)).map(|(_, line)| line.1).sum();
        return (lines, base);
    }
    let price = prices.bands.get(band).map_or_else(|| made.iter().sum(), micro);
    let amount = half_up(price * kwh, 2);
    let lines = vec![(format!("energy {}", band.code()), amount)];
    if made.is_empty() {
        return (lines, amount);
    }
    // the one component that floats explains what a published price differs by
    let difference = price - made.iter().sum::<Decimal>();
    let exact: Vec<Decimal> = made
        .iter()
        .zip(&prices.components)
        .map(|(made, one)| (*made + if one.floats { difference } else { Decimal::ZERO }) * kwh)
        .collect();
    let parts = largest_remainders(amount, &exact);
    let base = parts.iter().enumerate().filter(|(index, _)| in_base(*index)).map(|(_, part)| *part).sum();
    (lines, base)
}

/// Basic charges with whether they are in the base: a whole month where nothing changes, else thirtieths.
fn basic(case: &Case, days: &[Billed]) -> Vec<(Decimal, bool)> {
    let whole_days = usize::try_from(case.period.to.0 - case.period.from.0).expect("a period");
    let mut runs: Vec<(Decimal, usize, Day, bool)> = Vec::new();
    for billed in days {
        let Some(charge) = billed.plan.basic.filter(|_| !billed.terms.is_suspended) else { continue };
        let month = month_charge(case, days, billed, charge.capacity_price, charge.demand_price);
        let has_pf = billed.plan.power_factor && billed.terms.power_factor_standard.is_some();
        match runs.last_mut() {
            Some(run) if run.0 == month && run.2 == Day(billed.day.0 - 1) => {
                (run.1, run.2, run.3) = (run.1 + 1, billed.day, has_pf)
            }
            _ => runs.push((month, 1, billed.day, has_pf)),
        }
    }
    let share = |count: usize| if count == whole_days { Decimal::ONE } else { Decimal::from(count) / Decimal::from(30) };
    runs.into_iter().map(|(month, count, _, has_pf)| (half_up(month * share(count), 2), has_pf)).collect()
}

/// What a whole month of a day's terms would cost, contract and excess in one.
fn month_charge(case: &Case, days: &[Billed], billed: &Billed, capacity: Option<Price6>, demand: Option<Price6>) -> Decimal {
    let same = |other: &&Billed| {
        let (one, other) = (billed.terms, other.terms);
        one.demand_mode == other.demand_mode
            && (one.demand_mode == DemandMode::Actual
                || (one.contract_demand_kw, one.capacity_kva) == (other.contract_demand_kw, other.capacity_kva))
    };
    let measured = |day: Day| case.days.iter().find(|metered| metered.day == day).and_then(|metered| metered.demand);
    let charged = |other: &&Billed| other.plan.basic.is_some() && !other.terms.is_suspended;
    let demands = days.iter().filter(same).filter(charged).filter_map(|other| measured(other.day)).map(|demand| yuan(demand.kw));
    let actual = demands.max().unwrap_or_default();
    match billed.terms.demand_mode {
        DemandMode::Capacity => yuan(billed.terms.capacity_kva) * micro(capacity.expect("a price")),
        DemandMode::Actual => actual * micro(demand.expect("a price")),
        DemandMode::Contract => {
            let floor = half_up(yuan(billed.terms.capacity_kva) * Decimal::new(40, 2), 2);
            let contract = yuan(billed.terms.contract_demand_kw.expect("a value")).max(floor);
            let excess = (actual - half_up(contract * Decimal::new(105, 2), 2)).max(Decimal::ZERO);
            (contract + excess + excess) * micro(demand.expect("a price"))
        }
    }
}

fn power_factor(case: &Case, days: &[Billed], base: Decimal) -> Option<Decimal> {
    let eligible: Vec<&Billed> =
        days.iter().filter(|one| one.plan.power_factor && one.terms.power_factor_standard.is_some()).collect();
    let terms = eligible.last()?.terms;
    let metered: Vec<&DayEnergy> = case.days.iter().filter(|day| eligible.iter().any(|one| one.day == day.day)).collect();
    let active: Decimal = metered.iter().map(|day| yuan(band_sum(&day.energy))).sum();
    let reactive: Decimal = metered.iter().map(|day| yuan(day.kvarh)).sum();
    if yuan(terms.capacity_kva) < Decimal::from(100)
        || active <= Decimal::ZERO
        || metered.iter().all(|day| day.kvarh_intervals == 0)
    {
        return None;
    }
    let apparent = (active * active + reactive * reactive).sqrt().expect("a sum of squares");
    let factor = half_up(active / apparent * Decimal::from(100), 0).to_i64().expect("a percentage");
    let percent = crate::power_factor::by_the_notice(terms.power_factor_standard?, factor);
    Some(half_up(base * Decimal::new(percent, 4), 2))
}

fn band_sum(bands: &BandMap<Fixed2>) -> Fixed2 {
    Fixed2(Band::ALL.into_iter().map(|band| bands.get(band).0).sum())
}
