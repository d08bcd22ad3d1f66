//! Measures the metering of 100,000 user-days of 96 readings, by month and by day, and with a gap a week:
//! `cargo run --release -p engine --example settlement_rate`.

#![expect(clippy::print_stdout, reason = "it reports to whoever runs it")]

use std::time::{Duration, Instant};

use domain::settlement::calendar::{BandSpan, CalendarDays, DayBands};
use domain::settlement::contract::DatedTerms;
use domain::settlement::{Band, Contract, Direction, Reactive, Reading, ReadingTime};
use domain::{Day, Fixed2, LocalMs};
use engine::settlement::bands::day_energy;
use engine::settlement::meter::{MeterInput, measure, wants_history};

const USER_DAYS: i32 = 100_000;
const QUARTER_MS: i64 = 900_000;
const HOUR_MS: i64 = 3_600_000;
const FIRST: Day = Day(20_454);

/// Readings of some days; with gaps, two hours of each Thursday are lost.
fn readings(days: i32, with_gaps: bool) -> Vec<Reading> {
    let (mut register, mut found) = (100_000, Vec::new());
    for number in 1..=i64::from(days) * 96 {
        let end = FIRST.start().plus_ms(number * QUARTER_MS);
        let amount = 100 + number * 7 % 400;
        let is_lost = with_gaps && end.day().0 % 7 == 0 && (10..12).contains(&end.hour());
        if !is_lost {
            found.push(Reading {
                consumption_id: number,
                reported_at: end.plus_ms(300_000),
                amount_kwh: Fixed2(amount),
                register_before: Some(Fixed2(register)),
                register_after: Some(Fixed2(register + amount)),
                region_id: 1,
            });
        }
        register += amount;
    }
    found
}

fn reactive(days: i32) -> Vec<Reactive> {
    let ends = (1..=i64::from(days) * 96).map(|number| FIRST.start().plus_ms(number * QUARTER_MS));
    ends.map(|interval_end| Reactive { interval_end, kvarh: Fixed2(12) }).collect()
}

fn contract() -> Contract {
    let terms = serde_json::from_value(serde_json::json!({ "voltage": "below_1kv" })).expect("terms with their defaults");
    Contract {
        contract_id: 1,
        user_id: 1,
        direction: Direction::Import,
        billing_day: 1,
        closed_on: None,
        terms: vec![DatedTerms { valid_from: FIRST, terms }],
        exchanges: Vec::new(),
    }
}

fn bands() -> DayBands {
    let borders = [(0, 360, Band::Valley), (360, 960, Band::Flat), (960, 1_080, Band::Peak), (1_080, 1_200, Band::Sharp)];
    let mut spans: Vec<_> = borders.map(|(from, to, band)| BandSpan { from, to, band, rule: None }).to_vec();
    spans.push(BandSpan { from: 1_200, to: 1_440, band: Band::Peak, rule: None });
    DayBands { spans, undecided: Vec::new() }
}

/// Meters users for `days` days each, as the worker does: is there history to load, then the days, then their bands.
fn run(days: i32, with_gaps: bool) -> (Duration, i32) {
    let (contract, readings, reactive) = (contract(), readings(days, with_gaps), reactive(days));
    let (calendar_days, bands) = (CalendarDays::new(), bands());
    let to = Day(FIRST.0 + days);
    let input = MeterInput {
        contract: &contract,
        readings: &readings,
        reactive: &reactive,
        from: FIRST,
        to,
        calendar_days: &calendar_days,
        reading_time_is: ReadingTime::Report,
        known_until: LocalMs(to.end().0),
        estimate_after_ms: 6 * HOUR_MS,
        region_id: 1,
    };
    let users = USER_DAYS / days;
    let (mut total, start) = (0, Instant::now());
    for _ in 0..users {
        let wanted = wants_history(std::hint::black_box(&input));
        std::hint::black_box(wanted);
        for day in measure(std::hint::black_box(&input)) {
            total += day_energy(&day, Some(&bands), None).energy_kwh().0;
        }
    }
    let all: i64 = readings.iter().map(|reading| reading.amount_kwh.0).sum();
    assert!(total >= all * i64::from(users), "no energy is lost");
    (start.elapsed(), users * days)
}

fn main() {
    for (what, days, with_gaps) in [("months", 31, false), ("single days", 1, false), ("months with a gap a week", 31, true)] {
        let (took, user_days) = run(days, with_gaps);
        let per_day_us = took.as_micros() / u128::try_from(user_days).unwrap_or(1);
        println!("{what}: {user_days} user-days in {} ms, {per_day_us} µs each", took.as_millis());
    }
}
