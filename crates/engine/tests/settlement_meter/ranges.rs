//! Days are the same whether they are measured one by one, from the readings around them alone, or all at once; and a change
//! of readings changes no day that `touched` does not name.

use domain::Day;
use domain::settlement::{CalendarDay, DayMark, Reading, ReadingTime};
use engine::settlement::meter::{MeterInput, MeteredDay, measure, touched, wants_history};
use proptest::prelude::*;

use crate::naive;
use crate::support::{Bench, HOUR_MS, MINUTE_MS, day, end_of, plus, read, regular};

const DAYS: i32 = 60;

fn first() -> Day {
    day("2026-01-05")
}

/// What is to be given for days: all that is reported on them, on the day before and on the day behind, the nearest ones
/// around these; and those that estimates need.
fn around(all: &[Reading], from: Day, to: Day, history: Option<Day>) -> Vec<Reading> {
    let first = plus(from, -1).min(history.unwrap_or(from)).start();
    let behind = to.end();
    let before = all.iter().filter(|reading| reading.reported_at < first).max_by_key(|reading| reading.reported_at);
    let after = all.iter().filter(|reading| reading.reported_at >= behind).min_by_key(|reading| reading.reported_at);
    let within = all.iter().filter(|reading| first <= reading.reported_at && reading.reported_at < behind);
    before.into_iter().chain(within).chain(after).copied().collect()
}

fn measured_alone(bench: &Bench, from: Day, to: Day) -> Vec<MeteredDay> {
    let readings = around(&bench.readings, from, to, None);
    let input = MeterInput { readings: &readings, from, to, ..bench.input() };
    let Some(history) = wants_history(&input) else { return measure(&input) };
    let readings = around(&bench.readings, from, to, Some(history));
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
    assert_eq!(reach(regular(first(), 20, 60, |_| 1), known_on_the_15th), (9, 12), "a day on either side");
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
    fn days_one_by_one_are_those_of_the_whole(holes in holes(), length in 1..5i32) {
        let bench = holed(&holes);
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
    fn a_change_reaches_no_day_that_is_not_named(holes in holes(), changed in 0..60i32) {
        let (bench, date) = (holed(&holes), plus(first(), changed));
        let mut without = holed(&holes);
        without.readings.retain(|reading| reading.reported_at.day() != date);
        let (before, now) = (bench.measure(), without.measure());
        // whichever of the two is known when the change is
        for known in [&bench, &without] {
            let readings = around(&known.readings, date, plus(date, 1), None);
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
