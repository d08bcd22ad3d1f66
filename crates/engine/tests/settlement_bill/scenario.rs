//! Random periods of random customers: plans of every kind, changes inside the period, demand, reactive energy.

use domain::settlement::tariff::TariffPlan;
use domain::settlement::{Demand, Period};
use domain::{Day, Fixed2};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Case, metered, month, plan, terms};

pub const CODE: &str = "plan";

fn six(micro: i64) -> String {
    domain::settlement::Price6(micro).to_string()
}

/// One price per band, of at least 0.1 and at most 1.6 yuan.
fn bands() -> impl Strategy<Value = Value> {
    vec(100_000i64..1_600_000, 5).prop_map(|prices| {
        json!({ "sharp": six(prices[0]), "peak": six(prices[1]), "flat": six(prices[2]), "valley": six(prices[3]),
                "deep_valley": six(prices[4]) })
    })
}

fn components() -> impl Strategy<Value = Value> {
    (200_000i64..700_000, 10_000i64..200_000, 1_000i64..60_000).prop_map(|(purchase, transmission, fund)| {
        json!([{ "kind": "purchase", "price": six(purchase), "floats": true },
               { "kind": "transmission", "price": six(transmission) }, { "kind": "fund", "price": six(fund) }])
    })
}

fn factors() -> Value {
    json!({ "sharp": "2.125", "peak": "1.7", "valley": "0.38", "deep_valley": "0.2" })
}

/// Plans whose bill is linear in the energy.
pub fn linear_prices() -> impl Strategy<Value = Value> {
    prop_oneof![
        bands().prop_map(|bands| json!({ "prices": { "bands": bands } })),
        (bands(), components()).prop_map(|(bands, components)| {
            json!({ "prices": { "bands": bands, "factors": factors(), "components": components } })
        }),
        (components(), 4u32..=6, any::<bool>()).prop_map(|(components, decimals, is_absolute)| {
            let basis = if is_absolute { "absolute" } else { "components" };
            json!({ "prices": { "factors": factors(), "components": components, "decimals": decimals, "line_basis": basis } })
        }),
    ]
}

/// Mode A by month or year, over any linear prices.
pub fn surcharge_prices() -> impl Strategy<Value = Value> {
    (linear_prices(), any::<bool>(), 10u32..200, 1u32..300, 1i64..300_000, 0i64..600_000).prop_map(
        |(mut prices, is_yearly, first, more, second, third)| {
            // a year that starts with a day that no period of the scenarios begins inside
            let by = if is_yearly {
                json!({ "period": "year", "start_month": 4, "start_day": 10 })
            } else {
                json!({ "period": "month" })
            };
            prices["tiers"] = json!({
                "by": by, "seasons": [{ "months": [], "upto_kwh": [first, first + more] }], "many_people_kwh": 100,
                "pricing": { "mode": "surcharge", "per_kwh": [six(second), six(second + third)] },
            });
            prices
        },
    )
}

fn per_band_prices() -> impl Strategy<Value = Value> {
    (bands(), bands(), bands(), 10u32..200, 1u32..300).prop_map(|(one, two, three, first, more)| {
        json!({ "prices": null, "tiers": {
            "by": { "period": "month" }, "seasons": [{ "upto_kwh": [first, first + more] }], "many_people_kwh": 100,
            "pricing": { "mode": "per_band", "prices": [one, two, three] },
        } })
    })
}

fn any_plan() -> impl Strategy<Value = TariffPlan> {
    let prices = prop_oneof![linear_prices(), surcharge_prices(), per_band_prices()];
    (prices, any::<bool>(), any::<bool>(), 16_000_000i64..51_000_000).prop_map(|(mut prices, has_pf, has_basic, price)| {
        prices["power_factor"] = json!(has_pf);
        if has_basic {
            prices["basic"] = json!({ "capacity_price": six(price), "demand_price": six(price + 9_000_000) });
        }
        plan(CODE, prices)
    })
}

fn any_terms() -> impl Strategy<Value = Value> {
    let standard = prop_oneof![Just(json!(null)), Just(json!("0.90")), Just(json!("0.85")), Just(json!("0.80"))];
    let mode = prop_oneof![Just("capacity"), Just("contract"), Just("actual")];
    (standard, mode, 5_000i64..90_000, 1_000i64..40_000, any::<bool>()).prop_map(|(standard, mode, capacity, contract, many)| {
        json!({ "power_factor_standard": standard, "demand_mode": mode, "capacity_kva": Fixed2(capacity).to_string(),
                "contract_demand_kw": Fixed2(contract).to_string(), "has_many_people": many })
    })
}

/// kWh of each band, kvarh and kW of a day in hundredths.
type DayNumbers = ([i64; 5], i64, i64);

pub fn day_numbers(least: i64) -> impl Strategy<Value = DayNumbers> {
    (proptest::array::uniform5(least..2_000), 0i64..9_000, 1i64..60_000)
}

pub fn with_numbers(mut case: Case, numbers: &[DayNumbers]) -> Case {
    let days = case.period.days().collect::<Vec<Day>>();
    case.days = days
        .into_iter()
        .zip(numbers)
        .map(|(day, (kwh, kvarh, kw))| {
            let mut metered = metered(day, kwh.map(Fixed2));
            (metered.kvarh, metered.kvarh_intervals) = (Fixed2(*kvarh), 96);
            metered.demand = Some(Demand { kw: Fixed2(*kw), interval_end: day.start().plus_ms(*kw * 900) });
            metered
        })
        .collect();
    case
}

/// A customer whose tariff or terms may change, or who comes or goes, inside the period.
pub fn any_case(least_kwh: i64) -> impl Strategy<Value = Case> {
    let period = (prop_oneof![Just("2026-02"), Just("2026-07"), Just("2026-12")], prop_oneof![Just(1u8), Just(16u8)]);
    let inside = || proptest::option::of(1i32..27);
    (
        period,
        any_plan(),
        any_plan(),
        any_terms(),
        any_terms(),
        (inside(), inside(), inside(), inside()),
        vec(day_numbers(least_kwh), 31),
        0i64..60_000,
    )
        .prop_map(
            |((of, billing_day), first, mut second, agreed, other, (tariff, change, start, close), numbers, before)| {
                let mut case = Case::new(of, vec![first.clone()], terms(CODE, agreed.clone()));
                case.period = Period::of_month(month(of), billing_day);
                case.contract.billing_day = billing_day;
                let on = |days: i32| Day(case.period.from.0 + days);
                if let Some(days) = tariff {
                    second.valid_from = on(days);
                    case.book = crate::support::book(vec![first, second]);
                }
                let mut changed = agreed.clone();
                for key in ["demand_mode", "capacity_kva", "contract_demand_kw"] {
                    changed[key] = other[key].clone();
                }
                let dated = |valid_from, terms| domain::settlement::contract::DatedTerms { valid_from, terms };
                if let Some(days) = start {
                    case.contract.terms[0].valid_from = on(days);
                }
                if let Some(days) = change.filter(|days| start.is_none_or(|start| start < *days)) {
                    case.contract.terms.push(dated(on(days), terms(CODE, changed)));
                }
                case.contract.closed_on = close.map(on);
                case.tier_year_before_kwh = Fixed2(before);
                with_numbers(case, &numbers)
            },
        )
}
