//! Demand and reactive energy.

use domain::Fixed2;
use domain::settlement::{Demand, Reactive};

use crate::support::{Bench, at, day, end_of, read, regular};

const MONDAY: &str = "2026-01-12";

fn amounts(interval_min: i64, amount: impl FnMut(domain::LocalMs) -> i64) -> Bench {
    let monday = day(MONDAY);
    let interval = u16::try_from(interval_min).unwrap();
    Bench::new(monday, 1, regular(monday, 1, interval_min, amount)).terms(|terms| terms.interval_min = interval)
}

#[test]
fn the_largest_quarter_hour_counts_four_times_and_the_first_of_equals() {
    let peaks = [at("2026-01-12 10:15:00"), at("2026-01-12 18:30:00")];
    let found = amounts(15, |end| if peaks.contains(&end) { 2_503 } else { 1_000 }).only_day();
    assert_eq!(found.demand, Some(Demand { kw: Fixed2(10_012), interval_end: peaks[0] }));
}

#[test]
fn finer_intervals_are_summed_to_quarters_and_coarser_ones_cannot_tell() {
    let peak = at("2026-01-12 10:10:00");
    let found = amounts(5, |end| if end == peak { 700 } else { 100 }).only_day();
    assert_eq!(found.demand, Some(Demand { kw: Fixed2(3_600), interval_end: at("2026-01-12 10:15:00") }));
    for interval_min in [10, 30, 60, 1_440] {
        assert_eq!(amounts(interval_min, |_| 100).only_day().demand, None, "{interval_min}");
    }
}

#[test]
fn split_estimated_and_negative_intervals_never_set_it() {
    let is_gone = |end: domain::LocalMs| (at("2026-01-12 12:15:00")..at("2026-01-12 13:15:00")).contains(&end);
    let mut bench = amounts(15, |end| if is_gone(end) { 9_000 } else { 1_000 });
    bench.readings.retain(|reading| !is_gone(end_of(reading)));
    assert_eq!(bench.only_day().demand.unwrap().kw, Fixed2(4_000), "the gap has 9 times as much");
    let mut bench = amounts(5, |_| 100);
    bench.readings.retain(|reading| end_of(reading) != at("2026-01-12 12:05:00"));
    bench.readings.iter_mut().for_each(|reading| (reading.register_before, reading.register_after) = (None, None));
    let late = bench.readings.iter_mut().find(|reading| end_of(reading) == at("2026-01-12 12:10:00")).unwrap();
    late.amount_kwh = Fixed2(9_000);
    let next = bench.readings.iter_mut().find(|reading| end_of(reading) == at("2026-01-12 12:15:00")).unwrap();
    next.amount_kwh = Fixed2(5_000);
    assert_eq!(bench.only_day().demand.unwrap().kw, Fixed2(1_200), "a catch-up leaves its quarter without demand");
    let negative = Bench::new(day(MONDAY), 1, vec![read(at("2026-01-12 10:16:00"), -100)]);
    assert_eq!(negative.only_day().demand, None);
}

#[test]
fn reactive_energy_counts_without_sign_on_the_day_its_interval_closes() {
    let monday = day(MONDAY);
    let row = |time, kvarh| Reactive { interval_end: at(time), kvarh: Fixed2(kvarh) };
    let mut bench = Bench::new(monday, 2, regular(monday, 2, 15, |_| 10));
    bench.reactive = vec![row("2026-01-13 00:15:00", 7), row("2026-01-12 00:15:00", 30), row("2026-01-13 00:00:00", -12)];
    bench.reactive.push(row("2026-01-12 00:00:00", 999));
    let days = bench.measure();
    assert_eq!((days[0].kvarh, days[0].kvarh_intervals), (Fixed2(42), 2));
    assert_eq!((days[1].kvarh, days[1].kvarh_intervals), (Fixed2(7), 1));
}

#[test]
fn the_digest_is_that_of_the_days_readings_and_reactive_energy() {
    use sha2::{Digest, Sha256};
    let monday = day(MONDAY);
    let readings =
        vec![crate::support::with_registers(read(at("2026-01-12 10:16:00"), 125), 400, 525), read(at("2026-01-12 10:31:00"), -3)];
    let mut bench = Bench::new(monday, 1, readings);
    bench.reactive = vec![Reactive { interval_end: at("2026-01-12 10:15:00"), kvarh: Fixed2(-8) }];
    let ms = |time| at(time).0;
    let (first, second, interval) = (ms("2026-01-12 10:16:00"), ms("2026-01-12 10:31:00"), ms("2026-01-12 10:15:00"));
    let (first_id, second_id) = (first / 1_000, second / 1_000);
    let text = format!("r,{first_id},{first},125,400,525\nr,{second_id},{second},-3,,\nq,{interval},-8\n");
    let digest = bench.only_day().digest;
    assert_eq!(digest, hex::encode(Sha256::digest(text)));
    bench.readings.reverse();
    assert_eq!(bench.only_day().digest, digest, "the order in which readings come does not matter");
    bench.readings[0].register_before = Some(Fixed2(1));
    assert_ne!(bench.only_day().digest, digest);
}
