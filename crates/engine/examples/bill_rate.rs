//! Measures one bill of a month and its daily amounts: `cargo run --release -p engine --example bill_rate`.

#![expect(clippy::print_stdout, reason = "it reports to whoever runs it")]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use domain::settlement::contract::DatedTerms;
use domain::settlement::shipped::national_rules;
use domain::settlement::{Band, BandMap, Contract, DayEnergy, Demand, Direction, Month, Period, TariffPlan, Terms};
use domain::{Day, Fixed2};
use engine::settlement::daily::amounts;
use engine::settlement::rate::{Book, RateInput, TariffVersion, rate};

const RATINGS: u32 = 20_000;

/// A two-part customer with seven components, demand and power factor.
const TWO_PART: &str = r#"{
    "code": "two-part", "name": "two-part", "province": "", "valid_from": "2020-01-01", "notice": { "number": "n" }, "for_whom": {},
    "calendar": { "flat_fills": true, "rules": [{ "band": "peak", "spans": ["16:00-24:00"], "clause": "16-24" }] },
    "prices": {
        "bands": { "sharp": "1.049999", "peak": "0.848961", "flat": "0.651886", "valley": "0.432924" },
        "factors": { "sharp": "2", "peak": "1.5", "flat": "1", "valley": "0.45" },
        "components": [
            { "kind": "purchase", "price": "0.38447", "floats": true }, { "kind": "line_loss", "price": "0.013643", "floats": true },
            { "kind": "transmission", "price": "0.1265" }, { "kind": "system_operation", "price": "0.082273" },
            { "kind": "fund", "price": "0.02" }, { "kind": "fund", "price": "0.0062" }, { "kind": "fund", "price": "0.019" }
        ]
    },
    "basic": { "capacity_price": "26.3", "demand_price": "42" }, "power_factor": true
}"#;

/// A household in three tiers.
const TIERS: &str = r#"{
    "code": "tiers", "name": "tiers", "province": "", "valid_from": "2020-01-01", "notice": { "number": "n" }, "for_whom": {},
    "calendar": { "flat_fills": true }, "prices": { "bands": { "sharp": "0.9", "peak": "0.7", "flat": "0.589", "valley": "0.3" } },
    "tiers": { "by": { "period": "month" }, "seasons": [{ "upto_kwh": [260, 600] }],
               "pricing": { "mode": "surcharge", "per_kwh": ["0.05", "0.3"] } }
}"#;

const TERMS: &str = r#"{ "voltage": "1_10kv", "capacity_kva": "1000", "demand_mode": "contract", "contract_demand_kw": "300",
    "power_factor_standard": "0.90" }"#;

fn metered(day: Day, number: i64) -> DayEnergy {
    let mut energy = BandMap::default();
    for (place, band) in (1..).zip(Band::ALL).take(4) {
        *energy.get_mut(band) = Fixed2(1_000 * place + number * 37);
    }
    DayEnergy {
        day,
        region_id: 1,
        energy,
        estimated: BandMap::default(),
        shaped: BandMap::default(),
        kvarh: Fixed2(2_000),
        kvarh_intervals: 96,
        demand: Some(Demand { kw: Fixed2(30_000 + number * 100), interval_end: day.end() }),
        reported_kwh: energy.total(),
        reading_count: 96,
        missing_min: 0,
        register_first: None,
        register_last: None,
        marks: Vec::new(),
        is_complete: true,
        tariff: None,
        digest: String::new(),
    }
}

fn measure(plan: &str) -> Result<(), Box<dyn Error>> {
    let plan: TariffPlan = serde_json::from_str(plan)?;
    let mut terms: Terms = serde_json::from_str(TERMS)?;
    terms.tariff = Some(plan.code.clone());
    let code = plan.code.clone();
    let versions = vec![TariffVersion { version: 1, plan: Arc::new(plan) }];
    let book =
        Book { tariffs: BTreeMap::from([(code.clone(), versions)]), rules: national_rules(), unreadable_rules: Vec::new() };
    let period = Period::of_month(Month { year: 2026, month: 7 }, 1);
    let contract = Contract {
        contract_id: 1,
        user_id: 1,
        direction: Direction::Import,
        billing_day: 1,
        closed_on: None,
        terms: vec![DatedTerms { valid_from: Day(period.from.0 - 400), terms }],
        exchanges: Vec::new(),
    };
    let days: Vec<DayEnergy> = (0..).zip(period.days()).map(|(number, day)| metered(day, number)).collect();
    let (contract, book, carried) = (&contract, &book, BandMap::default());
    let input = RateInput { contract, period, days: &days, book, tier_year_before_kwh: Fixed2::ZERO, carried };
    let bill = rate(&input);
    let micros = |began: Instant| began.elapsed().as_secs_f64() * 1e6 / f64::from(RATINGS);
    let began = Instant::now();
    for _ in 0..RATINGS {
        black_box(rate(black_box(&input)));
    }
    let whole = micros(began);
    let began = Instant::now();
    for _ in 0..RATINGS {
        black_box(amounts(black_box(&input), period.from));
    }
    let lines = bill.lines.len();
    println!("{code}: {lines} lines, {} yuan; a bill {whole:.1} µs, its {} days {:.1} µs", bill.total, days.len(), micros(began));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    measure(TWO_PART)?;
    measure(TIERS)
}
