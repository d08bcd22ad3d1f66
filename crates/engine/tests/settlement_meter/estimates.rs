//! Estimates: the mean of the last four complete days of the same type; when they are made, and when there are none.

use domain::settlement::DayMark;
use domain::{Fixed2, LocalMs};
use engine::settlement::meter::{self, LOOK_BACK_DAYS, PieceKind};

use crate::support::{Bench, HOUR_MS, at, day, end_of, energy, has, of_kind, plus, regular};

/// A Monday.
const FIRST: &str = "2026-01-05";

/// Four weeks; each day uses its number (from 1) per interval until noon and twice as much behind it.
fn weeks() -> Bench {
    let first = day(FIRST);
    let amount = move |end: LocalMs| {
        let number = i64::from(end.plus_ms(-1).day().0 - first.0) + 1;
        if end > end.plus_ms(-1).day().start().plus_ms(12 * HOUR_MS) { number * 20 } else { number * 10 }
    };
    Bench::new(first, 28, regular(first, 28, 15, amount))
}

fn without(mut bench: Bench, from: &str, to: &str) -> Bench {
    let lost = at(from)..=at(to);
    bench.readings.retain(|reading| !lost.contains(&end_of(reading)));
    bench
}

fn unregistered(mut bench: Bench) -> Bench {
    bench.readings.iter_mut().for_each(|reading| (reading.register_before, reading.register_after) = (None, None));
    bench
}

#[test]
fn a_known_gap_has_the_shape_of_similar_days_and_keeps_its_energy() {
    let whole = weeks();
    // Thursday of the third week, 10:00 to 14:00: eight intervals of one, eight of two
    let bench = without(weeks(), "2026-01-22 10:15:00", "2026-01-22 14:00:00");
    let found = &bench.measure()[17];
    assert_eq!(of_kind(found, PieceKind::ShapeEstimated), 8 * 180 + 8 * 360);
    let gap: Vec<_> = found.pieces.iter().filter(|piece| piece.kind == PieceKind::ShapeEstimated).collect();
    assert_eq!(gap.len(), 16);
    assert_eq!((gap[0].energy_kwh, gap[15].energy_kwh), (Fixed2(180), Fixed2(360)), "the same shape as the days before");
    assert_eq!(energy(&bench.measure()), energy(&whole.measure()));
    assert_eq!(found.missing_min, 240);
    assert!(found.is_complete, "its energy is known");
}

#[test]
fn an_open_gap_has_the_energy_of_the_last_four_days_of_its_type() {
    // the last readings are those of Tuesday 27th; workdays before it: 20th to 23rd are days 16 to 19, 26th is 22, 27th is 23
    let bench = without(weeks(), "2026-01-28 00:15:00", "2026-02-02 00:00:00");
    let days = bench.measure();
    let of_day = |number_sum: i64| number_sum * (48 * 10 + 48 * 20) / 4;
    assert_eq!(days[23].energy_kwh(), Fixed2(of_day(18 + 19 + 22 + 23)), "Wednesday");
    // weekends before: 24th and 25th are days 20 and 21, 17th and 18th are days 13 and 14
    assert_eq!(days[26].energy_kwh(), Fixed2(of_day(20 + 21 + 13 + 14)), "Saturday");
    for day in &days[23..28] {
        assert_eq!((of_kind(day, PieceKind::EnergyEstimated), day.missing_min), (day.energy_kwh().0, 1_440));
        assert!(day.is_complete && has(day, DayMark::EnergyEstimated) && day.demand.is_none());
    }
}

#[test]
fn holidays_are_a_type_of_their_own() {
    let bench = without(weeks(), "2026-01-28 00:15:00", "2026-02-02 00:00:00").holiday("2026-01-14").holiday("2026-01-28");
    assert_eq!(bench.measure()[23].energy_kwh(), Fixed2(10 * (48 * 10 + 48 * 20)), "as on the one holiday before");
    let bench = without(weeks(), "2026-01-28 00:15:00", "2026-02-02 00:00:00").holiday("2026-01-28");
    assert!(has(&bench.measure()[23], DayMark::NotEstimated), "no holiday before");
}

#[test]
fn estimates_wait_for_their_time() {
    let mut bench = without(weeks(), "2026-01-28 12:15:00", "2026-02-02 00:00:00");
    bench.known_until = at("2026-01-29 05:59:59.999");
    let days = bench.measure();
    assert!(has(&days[23], DayMark::Missing) && !days[23].is_complete && of_kind(&days[23], PieceKind::EnergyEstimated) == 0);
    assert_eq!(days[23].missing_min, 720);
    assert!(days[25].marks.is_empty() && !days[25].is_complete && days[25].missing_min == 0, "a day to come");
    assert!(has(&days[24], DayMark::Missing) && days[24].missing_min == 5 * 60 + 30, "what may still be reported is not missing");
    bench.known_until = at("2026-01-29 06:00:00");
    let days = bench.measure();
    assert!(has(&days[23], DayMark::EnergyEstimated) && days[23].is_complete && !has(&days[23], DayMark::Missing));
    assert!(has(&days[24], DayMark::Missing) && !days[24].is_complete);
}

#[test]
fn without_a_complete_day_nothing_is_estimated() {
    let first = day(FIRST);
    let bench = without(weeks(), "2026-01-05 08:15:00", "2026-02-02 00:00:00");
    let days = bench.measure();
    assert_eq!(days[0].energy_kwh(), Fixed2(32 * 10));
    assert!(days.iter().all(|day| has(day, DayMark::NotEstimated) && !day.is_complete));
    let empty = Bench::new(first, 2, Vec::new()).measure();
    assert!(empty.iter().all(|day| has(day, DayMark::NotEstimated) && day.energy_kwh() == Fixed2::ZERO));
}

#[test]
fn the_past_counts_only_so_far_back() {
    let first = day(FIRST);
    for (gap_days, is_known) in [(LOOK_BACK_DAYS, true), (LOOK_BACK_DAYS + 1, false)] {
        // one complete workday, then one reading a day that is none, then nothing
        let mut readings = regular(first, 1, 15, |_| 10);
        for number in 1..gap_days {
            readings.push(crate::support::read(plus(first, number).start().plus_ms(10 * HOUR_MS), 5));
        }
        let readings =
            readings.into_iter().map(|reading| domain::settlement::Reading { register_after: None, ..reading }).collect();
        let mut bench = Bench::new(first, gap_days + 1, readings);
        // a workday at the end, whatever the length
        bench.readings.push(crate::support::read(plus(first, gap_days).start().plus_ms(HOUR_MS), 5));
        bench.calendar_days.insert(plus(first, gap_days), domain::settlement::CalendarDay::Workday { name: String::new() });
        let last = bench.measure().pop().unwrap();
        assert_eq!(has(&last, DayMark::EnergyEstimated), is_known, "{gap_days}");
    }
}

#[test]
fn a_gap_longer_than_the_look_back_is_estimated_by_what_was_before_it() {
    let first = day(FIRST);
    let mut bench = Bench::new(first, 100, regular(first, 14, 15, |_| 10));
    let days = bench.measure();
    assert!(days[14..].iter().all(|day| day.energy_kwh() == Fixed2(960) && has(day, DayMark::EnergyEstimated)));
    // it ends with registers: the energy is known
    let end = plus(first, 100).start();
    let register = bench.readings.last().unwrap().register_after.unwrap().0 + 86 * 1_000;
    bench.readings.push(crate::support::with_registers(crate::support::read(end.plus_ms(1), 10), register, register + 10));
    let days = bench.measure();
    assert_eq!(energy(&days), 14 * 960 + 86 * 1_000 + 10);
    assert!(days[14..].iter().all(|day| has(day, DayMark::ShapeEstimated)));
}

#[test]
fn unknown_registers_make_the_next_reading_cover_the_gap() {
    let bench = unregistered(without(weeks(), "2026-01-22 10:15:00", "2026-01-22 14:00:00"));
    let found = &bench.measure()[17];
    assert_eq!(of_kind(found, PieceKind::Split), 360);
    assert!(!has(found, DayMark::ShapeEstimated));
}

#[test]
fn real_readings_take_the_place_of_estimates() {
    let (whole, gone) = (weeks(), without(weeks(), "2026-01-28 08:15:00", "2026-02-02 00:00:00"));
    assert_ne!(whole.measure(), gone.measure());
    let mut back = gone;
    back.readings.extend(whole.readings.iter().filter(|reading| end_of(reading) > at("2026-01-28 08:00:00")));
    assert_eq!(back.measure(), whole.measure());
}

#[test]
fn history_is_wanted_only_for_what_is_estimated() {
    let mut bench = weeks();
    assert_eq!(meter::wants_history(&bench.input()), None);
    bench = without(bench, "2026-01-28 08:15:00", "2026-02-02 00:00:00");
    let wanted = plus(day("2026-01-28"), -LOOK_BACK_DAYS - 1);
    assert_eq!(meter::wants_history(&bench.input()), Some(wanted));
    bench.known_until = at("2026-01-29 05:00:00");
    assert_eq!(meter::wants_history(&bench.input()), None, "not yet");
    let known = without(weeks(), "2026-01-22 10:15:00", "2026-01-22 14:00:00");
    assert_eq!(meter::wants_history(&known.input()), Some(plus(day("2026-01-22"), -LOOK_BACK_DAYS - 1)));
    assert_eq!(meter::wants_history(&unregistered(known).input()), None, "a reading covers it");
}

#[test]
fn time_before_the_first_reading_of_a_contract_is_not_estimated() {
    let (first, second) = (day(FIRST), plus(day(FIRST), 1));
    let days = Bench::new(first, 2, regular(second, 1, 15, |_| 10)).measure();
    assert!(has(&days[0], DayMark::NotEstimated) && days[0].missing_min == 1_440 && !days[0].is_complete);
    assert!(days[1].is_complete && days[1].marks.is_empty());
}

#[test]
fn a_day_with_a_correction_is_not_taken_as_usual() {
    let first = day(FIRST);
    let mut bench = Bench::new(first, 3, regular(first, 2, 15, |_| 10));
    assert_eq!(bench.measure()[2].energy_kwh(), Fixed2(960));
    bench.readings[100].amount_kwh = Fixed2(-1_000);
    assert_eq!(bench.measure()[2].energy_kwh(), Fixed2(960), "only the first of the two days");
}

#[test]
fn a_gap_behind_days_without_use_is_spread_evenly() {
    let first = day(FIRST);
    let mut readings = regular(first, 1, 15, |_| 0);
    readings.push(crate::support::with_registers(crate::support::read(at("2026-01-06 01:15:00"), 5), 100_100, 100_105));
    let found = Bench::new(first, 2, readings).measure().remove(1);
    let gap: Vec<_> = found.pieces.iter().filter(|piece| piece.kind == PieceKind::ShapeEstimated).collect();
    assert_eq!((gap.len(), gap[0].to, gap[0].energy_kwh), (1, at("2026-01-06 01:00:00"), Fixed2(100)));
}

#[test]
fn an_interval_may_be_reported_as_long_as_the_next_one_lasts_until_its_day_is_estimated() {
    let first = day(FIRST);
    let readings = vec![crate::support::read(at("2026-01-06 00:00:30"), 100)];
    let mut bench = Bench::new(first, 2, readings).terms(|terms| terms.interval_min = 1_440);
    bench.known_until = at("2026-01-07 05:00:00");
    let found = bench.measure().remove(1);
    assert!(!found.is_complete && found.marks.is_empty() && found.missing_min == 0);
    bench.known_until = at("2026-01-07 06:00:00");
    let found = bench.measure().remove(1);
    assert!(has(&found, DayMark::EnergyEstimated) && found.missing_min == 1_440);
    assert_eq!(found.energy_kwh(), Fixed2(100));
}
