//! Days are the same whether they are measured one by one, from the readings around them alone, or all at once; and a change
//! of readings changes no day that `touched` does not name.

use domain::settlement::{CalendarDay, DayMark, Reading, ReadingTime};
use domain::{Day, Fixed2};
use engine::settlement::meter::{MeterInput, MeteredDay, measure, reach_ms, touched, wants_history};
use proptest::prelude::*;

use crate::naive;
use crate::support::{Bench, HOUR_MS, MINUTE_MS, day, end_of, plus, read, regular};

const DAYS: i32 = 60;

fn first() -> Day {
    day("2026-01-05")
}

/// What is to be given for days: all that is reported on them and within the reach around them; where that is none, the nearest
/// interval's; and what estimates need.
fn around(bench: &Bench, from: Day, to: Day, history: Option<Day>) -> Vec<Reading> {
    let reach = reach_ms(&bench.contract);
    let first = history.unwrap_or(from).min(from).start().plus_ms(-reach);
    let behind = to.start().plus_ms(reach);
    let all = || bench.readings.iter();
    let mut found: Vec<Reading> = all().filter(|one| first <= one.reported_at && one.reported_at < behind).copied().collect();
    if !found.iter().any(|one| one.reported_at < first.plus_ms(reach)) {
        let nearest = all().map(|one| one.reported_at).filter(|at| *at < first).max();
        found
            .extend(all().filter(|one| nearest.is_some_and(|at| at.plus_ms(-reach) <= one.reported_at && one.reported_at <= at)));
    }
    if !found.iter().any(|one| one.reported_at >= to.start()) {
        let nearest = all().map(|one| one.reported_at).filter(|at| *at >= behind).min();
        found.extend(all().filter(|one| nearest.is_some_and(|at| at <= one.reported_at && one.reported_at <= at.plus_ms(reach))));
    }
    found
}

fn measured_alone(bench: &Bench, from: Day, to: Day) -> Vec<MeteredDay> {
    let readings = around(bench, from, to, None);
    let input = MeterInput { readings: &readings, from, to, ..bench.input() };
    let Some(history) = wants_history(&input) else { return measure(&input) };
    let readings = around(bench, from, to, Some(history));
    measure(&MeterInput { readings: &readings, ..input })
}

/// Two months, from which stretches of hours (by start and length) are lost; some come with unknown registers behind them.
fn holed(holes: &[(i64, i64, bool)]) -> Bench {
    let mut readings = regular(first(), DAYS, 60, |end| 50 + end.0 / 3_600_000 % 24 + i64::from(end.day().0 % 5) * 7);
    for &(start, hours, is_unknown) in holes {
        let lost = first().start().plus_ms(start * 3_600_000)..first().start().plus_ms((start + hours) * 3_600_000);
        readings.retain(|reading| !lost.contains(&end_of(reading)));
        if let Some(next) = readings.iter_mut().find(|reading| end_of(reading) >= lost.end).filter(|_| is_unknown) {
            (next.register_before, next.register_after) = (None, None);
        }
    }
    Bench::new(first(), DAYS, readings).terms(|terms| terms.interval_min = 60)
}

/// Told by the start of intervals instead of their end, and some readings come in two parts, apart by most of an interval.
fn told(mut bench: Bench, is_by_start: bool, parted: usize) -> Bench {
    if is_by_start {
        bench.reading_time_is = ReadingTime::IntervalStart;
    }
    let mut parts = Vec::new();
    for reading in bench.readings.iter_mut().step_by(parted.max(1)).filter(|_| parted > 0) {
        let Some(before) = reading.register_before else { continue };
        let (first, second) = (Fixed2(reading.amount_kwh.0 / 3), Fixed2(reading.amount_kwh.0 - reading.amount_kwh.0 / 3));
        let middle = Fixed2(before.0 + first.0);
        let reported_at = reading.reported_at.plus_ms(50 * MINUTE_MS);
        parts.push(Reading { amount_kwh: second, register_before: Some(middle), reported_at, ..*reading });
        (reading.amount_kwh, reading.register_after) = (first, Some(middle));
    }
    bench.readings.extend(parts);
    bench.readings.sort_unstable_by_key(|reading| (reading.reported_at, reading.consumption_id));
    bench
}

fn is_estimated(day: &MeteredDay) -> bool {
    [DayMark::ShapeEstimated, DayMark::EnergyEstimated, DayMark::NotEstimated].iter().any(|mark| day.marks.contains(mark))
}

fn holes() -> impl Strategy<Value = Vec<(i64, i64, bool)>> {
    let short = (0..1_440i64, 1..30i64, any::<bool>());
    let long = (0..1_440i64, 1..900i64, any::<bool>());
    (prop::collection::vec(short, 0..12), prop::collection::vec(long, 0..2)).prop_map(|(short, long)| [short, long].concat())
}

fn known_on_the_15th(mut bench: Bench) -> Bench {
    bench.known_until = plus(first(), 15).start().plus_ms(HOUR_MS);
    bench
}

fn by_start(bench: Bench) -> Bench {
    known_on_the_15th(Bench { reading_time_is: ReadingTime::IntervalStart, ..bench })
}

#[test]
fn a_change_reaches_from_the_reading_before_to_the_one_behind() {
    let on = |number: i32, hours: i64| read(plus(first(), number).start().plus_ms(hours * HOUR_MS + 30_000), 10);
    let reach = |readings: Vec<Reading>, change: fn(Bench) -> Bench| {
        let mut bench = change(Bench::new(first(), 20, readings));
        (bench.from, bench.to) = (plus(first(), 10), plus(first(), 11));
        let (from, to) = touched(&bench.input());
        (from.0 - first().0, to.0 - first().0)
    };
    let regular = || regular(first(), 20, 15, |_| 1);
    assert_eq!(reach(regular(), known_on_the_15th), (9, 11), "what is reported at midnight closes the day before");
    assert_eq!(reach(regular(), by_start), (10, 12), "what starts before midnight ends at it");
    // what is reported at midnight closes the day before, and covers all since the 7th
    assert_eq!(reach(vec![on(7, 12), on(10, 0), on(13, 12)], known_on_the_15th), (7, 14));
    assert_eq!(reach(vec![on(10, 12)], known_on_the_15th), (9, 16), "to what is known where nothing follows");
    // what starts before midnight ends at it, and the next reading may cover two days
    let last_hour = read(plus(first(), 10).end().plus_ms(-15 * MINUTE_MS), 10);
    assert_eq!(reach(vec![on(10, 1), last_hour, on(12, 5)], by_start), (9, 13));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn days_one_by_one_are_those_of_the_whole(holes in holes(), length in 1..5i32, is_by_start: bool, parted in 0..5usize) {
        let bench = told(holed(&holes), is_by_start, parted);
        let whole = bench.measure();
        let mut from = first();
        while from < bench.to {
            let to = plus(from, length).min(bench.to);
            let index = usize::try_from(from.0 - first().0).unwrap();
            let count = usize::try_from(to.0 - from.0).unwrap();
            prop_assert_eq!(&measured_alone(&bench, from, to)[..], &whole[index..index + count]);
            from = to;
        }
    }

    #[test]
    fn estimates_are_those_of_the_naive_computation(holes in holes(), holidays in prop::collection::vec(0..DAYS, 0..8)) {
        let mut bench = holed(&holes);
        for number in holidays {
            bench.calendar_days.insert(plus(first(), number), CalendarDay::Holiday { name: "元旦".into() });
        }
        let stretches = naive::stretches(&bench.readings, 60);
        // 1 January 1970 was a Thursday
        let is_weekend = |day: Day| matches!((day.0 + 3) % 7, 5 | 6);
        let day_type = |day: Day| if bench.calendar_days.contains_key(&day) { 2 } else { u8::from(is_weekend(day)) };
        let naive = naive::Estimates { stretches: &stretches, day_type: &day_type };
        for day in bench.measure() {
            prop_assert_eq!(day.energy_kwh().0, naive.day_energy(day.day), "{}", day.day.start());
        }
    }

    #[test]
    fn a_change_reaches_no_day_that_is_not_named(holes in holes(), changed in 0..60i32, is_by_start: bool, parted in 0..5usize) {
        let (bench, date) = (told(holed(&holes), is_by_start, parted), plus(first(), changed));
        let mut without = told(holed(&holes), is_by_start, parted);
        without.readings.retain(|reading| reading.reported_at.day() != date);
        let (before, now) = (bench.measure(), without.measure());
        // whichever of the two is known when the change is
        for known in [&bench, &without] {
            let readings = around(known, date, plus(date, 1), None);
            let (from, to) = touched(&MeterInput { readings: &readings, from: date, to: plus(date, 1), ..known.input() });
            for (before, now) in before.iter().zip(&now).filter(|(before, now)| before != now) {
                let is_named = from <= before.day && before.day < to;
                // an estimate may rest on the days before it
                let rests_on = before.day >= to && (is_estimated(before) || is_estimated(now));
                prop_assert!(is_named || rests_on, "{:?} is not within {from:?} to {to:?}", before.day);
            }
        }
    }
}
