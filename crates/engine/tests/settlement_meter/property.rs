//! Claims that hold for any readings.

use domain::settlement::{Band, Reading};
use domain::{Day, Fixed2};
use engine::settlement::bands::day_energy;
use engine::settlement::meter::MeteredDay;
use proptest::prelude::*;

use crate::bands::odd_bands;
use crate::naive;
use crate::support::{Bench, MINUTE_MS, day, energy, regular};

const DAYS: i32 = 4;

fn first() -> Day {
    day("2026-01-12")
}

#[derive(Clone, Debug)]
pub struct Scenario {
    pub interval_min: i64,
    pub readings: Vec<Reading>,
    pub total: i64,
}

/// Four days of a meter, some of whose readings got lost, and some of whose registers are not known.
pub fn scenario(negative: i64, lost_percent: u32, unknown_percent: u32) -> impl Strategy<Value = Scenario> {
    let interval = prop::sample::select(vec![5i64, 15, 30, 60]);
    let fates = prop::collection::vec((-negative..600i64, 0..100u32, 0..100u32, 0..4i64), 24 * 12 * 4);
    (interval, fates).prop_map(move |(interval_min, fates)| {
        let mut index = 0;
        let mut readings = regular(first(), DAYS, interval_min, |_| {
            index += 1;
            fates[index - 1].0
        });
        let total = readings.iter().map(|reading| reading.amount_kwh.0).sum();
        let count = readings.len();
        let mut index = 0;
        readings.retain_mut(|reading| {
            let (_, loss, unknown, late) = fates[index];
            index += 1;
            // reports come late, but not later than their quarter of the interval
            reading.reported_at = reading.reported_at.plus_ms(late * interval_min * MINUTE_MS / 5);
            if unknown < unknown_percent {
                (reading.register_before, reading.register_after) = (None, None);
            }
            // first and last stay, so that the time covered stays the same
            loss >= lost_percent || index == 1 || index == count
        });
        Scenario { interval_min, readings, total }
    })
}

fn bench(scenario: &Scenario, readings: Vec<Reading>) -> Bench {
    let interval = u16::try_from(scenario.interval_min).unwrap();
    Bench::new(first(), DAYS, readings).terms(|terms| terms.interval_min = interval)
}

/// What is billed: everything but what names single readings.
fn billed(days: &[MeteredDay]) -> Vec<MeteredDay> {
    days.iter().map(|day| MeteredDay { digest: String::new(), reading_count: 0, ..day.clone() }).collect()
}

/// Each reading in up to three parts of the same time and sum that follow each other on the register.
fn split(readings: &[Reading], shares: &[(i64, i64)]) -> Vec<Reading> {
    let mut parts = Vec::new();
    for (reading, (first, second)) in readings.iter().zip(shares.iter().cycle()) {
        let amount = reading.amount_kwh.0;
        let amounts = [amount * first / 100, (amount - amount * first / 100) * second / 100];
        let mut register = reading.register_before;
        for (number, part) in [amounts[0], amounts[1], amount - amounts[0] - amounts[1]].into_iter().enumerate() {
            let register_after = register.map(|before| before + Fixed2(part));
            let consumption_id = reading.consumption_id * 3 + i64::try_from(number).unwrap();
            parts.push(Reading {
                consumption_id,
                amount_kwh: Fixed2(part),
                register_before: register,
                register_after,
                ..*reading
            });
            register = register_after;
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_the_readings_gives_the_same(found in scenario(50, 20, 10), seed in any::<u64>()) {
        let expected = bench(&found, found.readings.clone()).measure();
        let mut shuffled = found.readings.clone();
        let mut state = seed | 1;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(index, usize::try_from(state >> 33).unwrap() % (index + 1));
        }
        prop_assert_eq!(bench(&found, shuffled).measure(), expected);
    }

    #[test]
    fn any_split_of_the_readings_bills_the_same(
        found in scenario(0, 20, 10),
        shares in prop::collection::vec((0..=100i64, 0..=100i64), 7),
    ) {
        let whole = bench(&found, found.readings.clone()).measure();
        let parts = bench(&found, split(&found.readings, &shares)).measure();
        prop_assert_eq!(billed(&parts), billed(&whole));
        let bands = odd_bands();
        for (whole, part) in whole.iter().zip(&parts) {
            prop_assert_eq!(day_energy(whole, Some(&bands), None).energy, day_energy(part, Some(&bands), None).energy);
        }
    }

    #[test]
    fn days_and_bands_are_those_of_the_naive_computation(found in scenario(50, 20, 10)) {
        // no day is complete, so that gaps are spread evenly
        let second_end = |reading: &Reading| reading.reported_at.day().start().plus_ms(2 * found.interval_min * MINUTE_MS);
        let is_second = |reading: &Reading| (0..found.interval_min * MINUTE_MS).contains(&(reading.reported_at.0 - second_end(reading).0));
        let readings: Vec<_> = found.readings.iter().filter(|reading| !is_second(reading)).copied().collect();
        let days = bench(&found, readings.clone()).measure();
        let stretches = naive::stretches(&readings, found.interval_min);
        let bands = odd_bands();
        for day in &days {
            let energy = day_energy(day, Some(&bands), None);
            prop_assert_eq!(energy.energy.total(), day.energy_kwh(), "bands sum to the day");
            prop_assert!(day.demand.is_none_or(|demand| demand.kw >= Fixed2::ZERO));
            prop_assert_eq!(day.energy_kwh().0, naive::day_energy(&stretches, day.day), "{:?}", day.day);
            for band in Band::ALL {
                let (exact, rounded) = naive::band_energy(&stretches, day.day, &bands, band);
                let off = (energy.energy.get(band).0 * 1_000_000 - exact).abs();
                prop_assert!(off <= (rounded + 1) * 2_000_000, "{band:?}: {off} in {rounded} parts");
            }
        }
        let all: i64 = stretches.iter().map(|stretch| stretch.energy).sum();
        prop_assert_eq!(energy(&days), all);
    }

    #[test]
    fn lost_readings_between_known_registers_lose_no_energy(found in scenario(0, 40, 0)) {
        let days = bench(&found, found.readings.clone()).measure();
        prop_assert_eq!(energy(&days), found.total);
        prop_assert!(days.iter().all(|day| day.pieces.iter().all(|piece| piece.energy_kwh >= Fixed2::ZERO)));
    }

    #[test]
    fn a_days_pieces_follow_each_other_within_the_day(found in scenario(50, 50, 30)) {
        for day in bench(&found, found.readings.clone()).measure() {
            let mut until = day.day.start();
            for piece in &day.pieces {
                prop_assert!(until <= piece.from && piece.from < piece.to && piece.to <= day.day.end());
                until = piece.to;
            }
        }
    }
}
