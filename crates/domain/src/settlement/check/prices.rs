//! Prices for the bands that a calendar uses, tiers that can be counted, and a basic charge that says what it costs.

use std::collections::BTreeSet;

use super::super::tariff::{LineBasis, MOST_COMPONENTS, MOST_TIERS, Prices, TierPeriod, TierPricing, Tiers};
use super::super::{Band, Price6, TariffPlan};
use super::{MOST_BASIC_PRICE, MOST_FACTOR, MOST_PRICE, PlanFault, PriceField, number};

/// Days of the months in any year: a tier year cannot begin on 29 February.
const MONTH_DAYS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

pub(super) fn check(plan: &TariffPlan, used: &BTreeSet<Band>, faults: &mut Vec<PlanFault>) {
    let tier_prices = plan.tiers.as_ref().and_then(|tiers| match &tiers.pricing {
        TierPricing::PerBand { prices } => Some(prices),
        TierPricing::Surcharge { .. } => None,
    });
    match &plan.prices {
        Some(prices) => check_prices(prices, used, tier_prices.is_some(), faults),
        None if plan.tiers.is_some() => faults.push(PlanFault::TiersWithoutPrices),
        None => faults.push(PlanFault::NoPrices),
    }
    if let Some(tiers) = &plan.tiers {
        check_tiers(tiers, used, faults);
    }
    if let Some(basic) = plan.basic {
        if basic.capacity_price.is_none() && basic.demand_price.is_none() {
            faults.push(PlanFault::BasicEmpty);
        }
        for (price, field) in [(basic.capacity_price, PriceField::Capacity), (basic.demand_price, PriceField::Demand)] {
            within(price, field, MOST_BASIC_PRICE, faults);
        }
    }
}

fn check_prices(prices: &Prices, used: &BTreeSet<Band>, tiers_have_prices: bool, faults: &mut Vec<PlanFault>) {
    if prices.components.len() > MOST_COMPONENTS {
        faults.push(PlanFault::TooManyComponents);
    }
    if prices.decimals > 6 {
        faults.push(PlanFault::Decimals);
    }
    if prices.line_basis == LineBasis::Components && prices.components.is_empty() {
        faults.push(PlanFault::NoComponents);
    }
    for band in Band::ALL {
        within(prices.bands.get(band), PriceField::Band(band), MOST_PRICE, faults);
        within(prices.factors.get(band), PriceField::Factor(band), MOST_FACTOR, faults);
        match prices.unit(band) {
            Some(unit) if unit.price < Price6::ZERO && prices.bands.get(band).is_none() => {
                faults.push(PlanFault::NegativePrice(PriceField::Band(band)));
            }
            None if used.contains(&band) && !tiers_have_prices => faults.push(PlanFault::NoBandPrice(band)),
            _ => {}
        }
    }
    for (at, component) in prices.components.iter().enumerate() {
        // a component can be negative: the system pays back
        if component.price.0.saturating_abs() > MOST_PRICE.0 {
            faults.push(PlanFault::PriceTooHigh(PriceField::Component(number(at))));
        }
    }
}

fn check_tiers(tiers: &Tiers, used: &BTreeSet<Band>, faults: &mut Vec<PlanFault>) {
    let count = tiers.seasons.first().map_or(0, |season| season.upto_kwh.len() + 1);
    let are_alike = tiers.seasons.iter().all(|season| season.upto_kwh.len() + 1 == count);
    if !(2..=MOST_TIERS).contains(&count) || !are_alike || tiers.seasons.len() > 12 {
        faults.push(PlanFault::TierCount);
        return;
    }
    for (at, season) in tiers.seasons.iter().enumerate() {
        let is_rising = season.upto_kwh.windows(2).all(|pair| matches!(pair, [low, high] if low < high));
        if !is_rising || season.upto_kwh.first() == Some(&0) {
            faults.push(PlanFault::TierLimits { season: number(at) });
        }
    }
    check_seasons(tiers, faults);
    let check_count = |wanted: usize, given: usize, faults: &mut Vec<PlanFault>| {
        if wanted != given {
            faults.push(PlanFault::TierPriceCount { wanted: number(wanted), given: number(given) });
        }
    };
    match &tiers.pricing {
        TierPricing::Surcharge { per_kwh } => {
            check_count(count - 1, per_kwh.len(), faults);
            let mut below = Price6::ZERO;
            for (tier, price) in (2u8..).zip(per_kwh).take(MOST_TIERS) {
                within(Some(*price), PriceField::Surcharge { tier }, MOST_PRICE, faults);
                if *price < below {
                    faults.push(PlanFault::TierFalls { tier });
                }
                below = *price;
            }
        }
        TierPricing::PerBand { prices } => {
            check_count(count, prices.len(), faults);
            for (tier, bands) in (1u8..).zip(prices).take(MOST_TIERS) {
                for (band, price) in bands.iter() {
                    within(price, PriceField::TierBand { tier, band }, MOST_PRICE, faults);
                    if used.contains(&band) && price.is_none() {
                        faults.push(PlanFault::NoTierBandPrice { tier, band });
                    }
                }
            }
        }
    }
}

fn check_seasons(tiers: &Tiers, faults: &mut Vec<PlanFault>) {
    let mut counts = [0usize; 13];
    let mut is_known = true;
    for season in &tiers.seasons {
        let all: Vec<u8> = (1..=12).collect();
        for month in if season.months.is_empty() { &all } else { &season.months } {
            match counts.get_mut(usize::from(*month)) {
                Some(count) if *month > 0 => *count += 1,
                _ => is_known = false,
            }
        }
    }
    let months = |wanted: fn(usize) -> bool| (1..=12u8).filter(|month| wanted(counts[usize::from(*month)])).collect::<Vec<_>>();
    let (missing, repeated) = (months(|count| count == 0), months(|count| count > 1));
    if !missing.is_empty() || !repeated.is_empty() || !is_known {
        faults.push(PlanFault::TierMonths { missing, repeated });
    }
    if let TierPeriod::Year { start_month, start_day } = tiers.by {
        if tiers.seasons.len() != 1 {
            faults.push(PlanFault::YearSeasons);
        }
        let days = usize::from(start_month).checked_sub(1).and_then(|at| MONTH_DAYS.get(at));
        if !days.is_some_and(|days| (1..=*days).contains(&start_day)) {
            faults.push(PlanFault::TierYearStart);
        }
    }
}

fn within(price: Option<Price6>, field: PriceField, most: Price6, faults: &mut Vec<PlanFault>) {
    let Some(price) = price else { return };
    if price < Price6::ZERO {
        faults.push(PlanFault::NegativePrice(field));
    }
    if price > most {
        faults.push(PlanFault::PriceTooHigh(field));
    }
}
