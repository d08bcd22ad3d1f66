//! The metered interval counts, not the time of the report.

use domain::Fixed2;
use domain::settlement::contract::DatedTerms;
use domain::settlement::{DayMark, Direction, Price6, ReadingTime, Terms};
use engine::settlement::meter::{self, PieceKind};

use crate::support::{Bench, at, day, energy, has, plus, read, regular, terms, with_registers};

const MONDAY: &str = "2026-01-12";

#[test]
fn an_interval_that_ends_at_midnight_belongs_to_the_day_it_closes() {
    let monday = day(MONDAY);
    let readings = vec![read(at("2026-01-13 00:14:59"), 100), read(at("2026-01-13 00:15:00"), 70)];
    let days = Bench::new(monday, 2, readings).measure();
    assert_eq!((days[0].energy_kwh(), days[1].energy_kwh()), (Fixed2(100), Fixed2(70)));
    assert_eq!((days[0].reported_kwh, days[1].reported_kwh), (Fixed2(0), Fixed2(170)));
    assert_eq!((days[0].pieces[0].from, days[0].pieces[0].to), (at("2026-01-12 23:45:00"), at("2026-01-13 00:00:00")));
}

#[test]
fn a_reading_time_says_what_it_is() {
    let cases = [
        (ReadingTime::Report, "2026-01-12 10:20:00", "2026-01-12 10:15:00"),
        (ReadingTime::IntervalEnd, "2026-01-12 10:15:00", "2026-01-12 10:15:00"),
        (ReadingTime::IntervalStart, "2026-01-12 10:15:00", "2026-01-12 10:30:00"),
        (ReadingTime::IntervalStart, "2026-01-12 23:45:00", "2026-01-13 00:00:00"),
    ];
    for (reading_time_is, time, end) in cases {
        let mut bench = Bench::new(day(MONDAY), 1, vec![read(at(time), 100)]);
        bench.reading_time_is = reading_time_is;
        assert_eq!(bench.only_day().pieces[0].to, at(end), "{reading_time_is:?}");
        bench.reading_time_is = ReadingTime::Report;
        let bench = bench.terms(|terms| terms.reading_time_is = Some(reading_time_is));
        assert_eq!(bench.only_day().pieces[0].to, at(end), "the contract says it: {reading_time_is:?}");
    }
}

#[test]
fn two_reports_of_one_interval_are_both_energy() {
    let readings = vec![read(at("2026-01-12 10:16:00"), 100), read(at("2026-01-12 10:29:59"), 40)];
    let found = Bench::new(day(MONDAY), 1, readings).only_day();
    assert_eq!(found.pieces.len(), 1);
    assert_eq!((found.energy_kwh(), found.reading_count), (Fixed2(140), 2));
}

#[test]
fn a_day_with_all_its_intervals_is_complete_once_it_is_over() {
    let monday = day(MONDAY);
    let mut bench = Bench::new(monday, 1, regular(monday, 1, 15, |_| 10));
    let found = bench.only_day();
    assert!(found.is_complete && found.marks.is_empty());
    assert_eq!((found.pieces.len(), found.missing_min, found.reading_count), (96, 0, 96));
    assert_eq!((found.register_first, found.register_last), (Some(Fixed2(100_000)), Some(Fixed2(100_960))));
    assert_eq!(found.region_id, 7);
    bench.known_until = monday.end().plus_ms(-1);
    assert!(!bench.only_day().is_complete);
}

#[test]
fn the_first_reading_ever_covers_one_interval_and_a_late_one_all_since_the_one_before() {
    let readings = vec![read(at("2026-01-12 10:16:00"), 100), read(at("2026-01-12 11:16:00"), 401)];
    let found = Bench::new(day(MONDAY), 1, readings).only_day();
    let pieces: Vec<_> = found.pieces.iter().map(|piece| (piece.from, piece.to, piece.energy_kwh.0, piece.kind)).collect();
    let quarter = (at("2026-01-12 10:00:00"), at("2026-01-12 10:15:00"), 100, PieceKind::Measured);
    assert_eq!(pieces, [quarter, (at("2026-01-12 10:15:00"), at("2026-01-12 11:15:00"), 401, PieceKind::Split)]);
    assert!(has(&found, DayMark::Split));
}

#[test]
fn a_reading_over_midnight_is_split_by_time_and_its_parts_sum_to_it() {
    let monday = day(MONDAY);
    let readings = vec![read(at("2026-01-12 23:01:00"), 0), read(at("2026-01-14 02:00:30"), 100)];
    let days = Bench::new(monday, 3, readings).measure();
    let amounts: Vec<_> = days.iter().map(|day| day.energy_kwh().0).collect();
    // 27 hours: 1/27 = 3.70 and 25/27 = 92.59, rounded as sums to date
    assert_eq!(amounts, [4, 89, 7]);
    assert!(days.iter().all(|day| has(day, DayMark::Split)));
}

#[test]
fn terms_that_change_within_the_range_count_from_their_day() {
    let (monday, tuesday) = (day(MONDAY), day("2026-01-13"));
    let mut readings = regular(monday, 1, 60, |_| 40);
    readings.extend(regular(tuesday, 1, 15, |_| 10));
    let mut bench = Bench::new(monday, 2, readings).terms(|terms| terms.interval_min = 60);
    bench.contract.terms.push(DatedTerms { valid_from: tuesday, terms: Terms { interval_min: 15, ..terms() } });
    let days = bench.measure();
    assert!(days.iter().all(|day| day.is_complete && day.energy_kwh() == Fixed2(960)));
    assert_eq!((days[0].pieces.len(), days[1].pieces.len()), (24, 96));
    assert_eq!((days[0].demand, days[1].demand.unwrap().kw), (None, Fixed2(40)));
    assert!(!has(&days[1], DayMark::Split));
}

#[test]
fn a_contract_cuts_what_lies_before_its_start_and_behind_its_end() {
    let monday = day(MONDAY);
    let readings =
        vec![read(at("2026-01-12 12:01:00"), 5), read(at("2026-01-13 12:01:00"), 2_400), read(at("2026-01-14 12:01:00"), 2_400)];
    let mut bench = Bench::new(monday, 3, readings).started(plus(monday, 1));
    bench.contract.closed_on = Some(plus(monday, 2));
    let days = bench.measure();
    assert_eq!(days.len(), 1);
    assert_eq!((days[0].day, energy(&days)), (plus(monday, 1), 2_400));
    assert!(days[0].is_complete);
}

#[test]
fn the_region_is_that_of_the_readings_or_else_the_customers() {
    let monday = day(MONDAY);
    let days = Bench::new(monday, 2, regular(monday, 1, 15, |_| 1)).measure();
    assert_eq!((days[0].region_id, days[1].region_id), (7, 3));
}

#[test]
fn what_is_fed_in_has_no_readings_yet() {
    let monday = day(MONDAY);
    let mut bench = Bench::new(monday, 1, regular(monday, 1, 15, |_| 1));
    bench.contract.direction = Direction::Export;
    assert_eq!(bench.measure(), []);
}

#[test]
fn nonsense_neither_overflows_nor_panics() {
    let monday = day(MONDAY);
    let huge = |time, before, after| with_registers(read(at(time), 9_000_000_000_000_000), before, after);
    let readings =
        vec![huge("2026-01-12 01:00:00", 0, 1), huge("2026-01-12 05:00:00", i64::MAX, 0), huge("0001-01-01 00:00:00", 5, 5)];
    for interval_min in [0, 7, 15, 1_440, u16::MAX] {
        let bench = Bench::new(monday, 2, readings.clone()).terms(|terms| {
            terms.interval_min = interval_min;
            terms.multiplier = Price6(i64::MAX);
            terms.register_max = Some(Fixed2(i64::MAX));
        });
        assert_eq!(bench.measure().len(), 2, "{interval_min}");
    }
    let mut bench = Bench::new(monday, 2, readings);
    bench.contract.terms.clear();
    assert_eq!(bench.measure(), []);
    assert_eq!(meter::wants_history(&bench.input()), None);
}

#[test]
fn a_day_rests_on_the_reading_that_ends_behind_it() {
    let monday = day(MONDAY);
    let with = |amount| {
        let readings = vec![
            read(at("2026-01-12 12:00:00"), 100),
            read(at("2026-01-13 12:00:00"), amount),
            read(at("2026-01-13 12:15:00"), 7),
        ];
        Bench::new(monday, 2, readings).measure()
    };
    let (one, other) = (with(-960), with(-2));
    assert!(one[0].energy_kwh() == Fixed2(100 - 480) && has(&one[0], DayMark::Negative));
    assert_ne!(one[0].digest, other[0].digest);
    let mut later = Bench::new(monday, 2, regular(monday, 2, 15, |_| 1));
    let digest = later.measure()[0].digest.clone();
    later.readings[97].amount_kwh = Fixed2(5);
    assert_eq!(later.measure()[0].digest, digest, "the day behind has its own");
}
