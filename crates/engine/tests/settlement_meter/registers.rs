//! What registers decide: gaps of known energy, rollover, exchange, disagreement.

use domain::Fixed2;
use domain::settlement::{DayMark, Price6, Reading};
use engine::settlement::meter::PieceKind;

use crate::support::{Bench, at, day, energy, has, of_kind, read, with_registers};

const MONDAY: &str = "2026-01-12";

/// The reading of 10:15 and another one.
fn two(first: (i64, i64, i64), second_at: &str, second: (i64, i64, i64)) -> Vec<Reading> {
    let reading = |reported_at, (amount, before, after)| with_registers(read(at(reported_at), amount), before, after);
    vec![reading("2026-01-12 10:16:00", first), reading(second_at, second)]
}

fn bench(readings: Vec<Reading>) -> Bench {
    Bench::new(day(MONDAY), 1, readings)
}

#[test]
fn a_register_that_moved_on_tells_the_energy_of_the_gap() {
    let found = bench(two((100, 0, 100), "2026-01-12 11:16:00", (50, 400, 450))).only_day();
    assert_eq!(of_kind(&found, PieceKind::Measured), 150);
    assert_eq!(of_kind(&found, PieceKind::ShapeEstimated), 300);
    assert!(has(&found, DayMark::ShapeEstimated) && !has(&found, DayMark::Split));
    let gap = found.pieces.iter().find(|piece| piece.kind == PieceKind::ShapeEstimated).unwrap();
    assert_eq!((gap.from, gap.to), (at("2026-01-12 10:15:00"), at("2026-01-12 11:00:00")));
}

#[test]
fn a_register_that_stood_still_makes_the_reading_cover_everything() {
    let found = bench(two((100, 0, 100), "2026-01-12 11:16:00", (50, 100, 150))).only_day();
    assert_eq!((of_kind(&found, PieceKind::Split), of_kind(&found, PieceKind::ShapeEstimated)), (50, 0));
}

#[test]
fn the_gap_counts_in_primary_energy() {
    let readings = two((4_000, 0, 100), "2026-01-12 11:16:00", (2_000, 400, 450));
    let found = bench(readings).terms(|terms| terms.multiplier = Price6(40_000_000)).only_day();
    assert_eq!(found.energy_kwh(), Fixed2(4_000 + 12_000 + 2_000));
    assert!(!has(&found, DayMark::RegisterMismatch));
}

#[test]
fn amounts_agree_with_registers_within_a_step_times_the_multiplier() {
    let cases = [(1, 100, false), (1, 101, false), (1, 102, true), (40, 4_040, false), (40, 4_041, true), (40, 3_960, false)];
    for (multiplier, amount, is_off) in cases {
        let readings = vec![with_registers(read(at("2026-01-12 10:16:00"), amount), 500, 600)];
        let found = bench(readings).terms(|terms| terms.multiplier = Price6(multiplier * 1_000_000)).only_day();
        assert_eq!(has(&found, DayMark::RegisterMismatch), is_off, "{multiplier} × {amount}");
        assert_eq!(found.energy_kwh(), Fixed2(amount), "the amount counts");
    }
}

#[test]
fn a_register_may_go_over_its_end() {
    // 9,999.90 to 0.09 on a register of 9,999.99 are 0.20 units
    let over = || vec![with_registers(read(at("2026-01-12 10:16:00"), 20), 999_990, 9)];
    let limited = |readings| bench(readings).terms(|terms| terms.register_max = Some(Fixed2(999_999)));
    let found = limited(over()).only_day();
    assert!(has(&found, DayMark::Rollover) && !has(&found, DayMark::RegisterMismatch));
    let found = bench(over()).only_day();
    assert!(!has(&found, DayMark::Rollover) && has(&found, DayMark::RegisterMismatch), "no end is known");
    // 60 % of the range in one go: it rather went backwards
    let found = limited(vec![with_registers(read(at("2026-01-12 10:16:00"), 600_000), 500_000, 100_000)]).only_day();
    assert!(!has(&found, DayMark::Rollover) && has(&found, DayMark::RegisterMismatch));
    // in a gap
    let found = limited(two((100, 999_800, 999_900), "2026-01-12 11:16:00", (50, 100, 150))).only_day();
    assert_eq!(of_kind(&found, PieceKind::ShapeEstimated), 200);
    assert!(has(&found, DayMark::Rollover));
}

#[test]
fn a_register_that_moved_without_time_in_between_is_marked() {
    for before in [99, 101] {
        let found = bench(two((100, 0, 100), "2026-01-12 10:31:00", (50, before, before + 50))).only_day();
        assert!(has(&found, DayMark::RegisterGap), "{before}");
        assert_eq!(found.energy_kwh(), Fixed2(150));
    }
    let found = bench(two((100, 0, 100), "2026-01-12 10:31:00", (50, 100, 150))).only_day();
    assert!(!has(&found, DayMark::RegisterGap));
}

#[test]
fn a_register_that_went_backwards_leaves_an_open_gap() {
    let found = bench(two((100, 4_900, 5_000), "2026-01-12 11:16:00", (50, 0, 50))).only_day();
    assert!(has(&found, DayMark::RegisterGap) && has(&found, DayMark::NotEstimated));
    assert_eq!((found.energy_kwh(), of_kind(&found, PieceKind::Split)), (Fixed2(150), 0));
}

#[test]
fn an_exchange_links_the_old_register_to_the_new_one() {
    // the old meter went on to 51.20, the new one started at 3.00
    let readings = two((100, 4_900, 5_000), "2026-01-12 11:16:00", (50, 480, 530));
    let found = bench(readings.clone()).exchanged("2026-01-12 10:40:00", 5_120, 300).only_day();
    assert_eq!(of_kind(&found, PieceKind::ShapeEstimated), 120 + 180);
    assert!(has(&found, DayMark::Exchange) && !has(&found, DayMark::RegisterGap));
    // an exchange at another time says nothing about it
    let found = bench(readings).exchanged("2026-01-12 12:40:00", 5_120, 300).only_day();
    assert!(has(&found, DayMark::RegisterGap));
}

#[test]
fn an_interval_may_begin_on_the_old_meter_and_end_on_the_new_one() {
    // 0.20 on the old meter, 0.30 on the new one
    let readings = two((100, 4_900, 5_000), "2026-01-12 10:31:00", (50, 5_000, 330));
    let found = bench(readings.clone()).exchanged("2026-01-12 10:20:00", 5_020, 300).only_day();
    assert_eq!(found.marks, [DayMark::NotEstimated, DayMark::Exchange]);
    let found = bench(readings).only_day();
    assert!(has(&found, DayMark::RegisterMismatch));
}

#[test]
fn an_exchange_may_come_with_another_multiplier() {
    use domain::settlement::contract::DatedTerms;
    let reading = |time, amount, before, after| with_registers(read(at(time), amount), before, after);
    let readings = vec![reading("2026-01-12 23:46:00", 1_000, 0, 100), reading("2026-01-13 00:31:00", 4_000, 50, 150)];
    let mut bench = Bench::new(day(MONDAY), 2, readings).terms(|terms| terms.multiplier = Price6(10_000_000));
    bench = bench.exchanged("2026-01-13 00:00:00", 150, 0);
    let mut later = bench.contract.terms[0].terms.clone();
    later.multiplier = Price6(40_000_000);
    bench.contract.terms.push(DatedTerms { valid_from: day("2026-01-13"), terms: later });
    let days = bench.measure();
    // 0.50 units × 10 on the old meter, 0.50 × 40 on the new one, distributed over half an hour
    assert_eq!(energy(&days), 1_000 + 500 + 2_000 + 4_000);
    assert!(days.iter().all(|day| !has(day, DayMark::RegisterMismatch) && !has(day, DayMark::RegisterGap)));
}

#[test]
fn a_correction_is_kept_and_marked() {
    let found = bench(two((100, 0, 100), "2026-01-12 10:31:00", (-30, 100, 70))).only_day();
    assert_eq!(found.energy_kwh(), Fixed2(70));
    assert!(has(&found, DayMark::Negative) && !has(&found, DayMark::RegisterMismatch));
}

#[test]
fn the_step_over_the_end_of_a_register_is_no_energy() {
    // the register stands at its end, and at zero when the next interval begins
    let readings = two((99, 999_900, 999_999), "2026-01-12 10:31:00", (50, 0, 50));
    let found = bench(readings).terms(|terms| terms.register_max = Some(Fixed2(999_999))).only_day();
    assert!(has(&found, DayMark::Rollover) && !has(&found, DayMark::RegisterGap));
}

#[test]
fn an_exchange_at_the_end_of_an_interval_lies_before_the_next_one() {
    let readings = two((100, 4_900, 5_000), "2026-01-12 10:31:00", (50, 0, 50));
    let found = bench(readings).exchanged("2026-01-12 10:15:00", 5_000, 0).only_day();
    assert!(has(&found, DayMark::Exchange) && !has(&found, DayMark::RegisterGap));
}

#[test]
fn an_interval_on_two_meters_counts_each_with_its_multiplier() {
    // the last interval of Monday ends on the register 0.50 × 10 further; then 0.20 × 10 on the old meter and 0.10 × 40 on the new
    let reading = |time, amount, before, after| with_registers(read(at(time), amount), before, after);
    let readings = vec![reading("2026-01-13 00:01:00", 500, 0, 50), reading("2026-01-13 00:16:00", 600, 50, 110)];
    let mut bench = Bench::new(day(MONDAY), 2, readings).terms(|terms| terms.multiplier = Price6(10_000_000));
    bench = bench.exchanged("2026-01-13 00:05:00", 70, 100);
    let mut later = bench.contract.terms[0].terms.clone();
    later.multiplier = Price6(40_000_000);
    bench.contract.terms.push(domain::settlement::contract::DatedTerms { valid_from: day("2026-01-13"), terms: later });
    assert_eq!(bench.measure()[1].marks, [DayMark::NotEstimated, DayMark::Exchange]);
}
