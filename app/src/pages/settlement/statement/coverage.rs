//! Which part of a day each reading speaks of, for the chart: from the reading before it where the registers follow each other,
//! else its own interval. The bill itself rests on what settlement stored.

use domain::settlement::calendar::DAY_MINUTES;
use domain::settlement::{ReadingTime, Terms};
use domain::{Day, Fixed2, LocalMs};
use warehouse::read::settlement::day::Reading;

use crate::charts::load_bands::Step;

const MINUTE_MS: i64 = 60_000;
const HOUR_MIN: i64 = 60;

/// A reading and the metered time it covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Covered {
    pub reading: Reading,
    pub from: LocalMs,
    pub to: LocalMs,
    pub is_spread: bool,
}

/// In order of time; only what touches the day.
/// `usual` is what the time of a reading means where the terms do not say it.
pub fn covered(readings: &[Reading], terms: Option<&Terms>, usual: ReadingTime, day: Day) -> Vec<Covered> {
    let interval_ms = i64::from(terms.map_or(15, |terms| terms.interval_min).max(1)) * MINUTE_MS;
    let meaning = terms.and_then(|terms| terms.reading_time_is).unwrap_or(usual);
    // intervals begin at whole multiples, as settlement has it: a meter's clock may be seconds off
    let end_of = |reading: &Reading| {
        let floored = LocalMs(reading.reported_at.0.div_euclid(interval_ms) * interval_ms);
        match meaning {
            ReadingTime::Report | ReadingTime::IntervalEnd => floored,
            ReadingTime::IntervalStart => floored.plus_ms(interval_ms),
        }
    };
    let (start, end) = (day.start(), Day(day.0 + 1).start());
    let mut found = Vec::new();
    let mut before: Option<(LocalMs, &Reading)> = None;
    for reading in readings {
        let to = end_of(reading);
        let own = to.plus_ms(-interval_ms);
        let from = match before {
            Some((last, previous)) if last < own && follows(previous, reading) => last,
            _ => own,
        };
        if from < end && to > start {
            found.push(Covered { reading: *reading, from, to, is_spread: from < own });
        }
        before = Some((to, reading));
    }
    found
}

/// Nothing was used in between that this reading does not hold. Registers that are not known speak for it.
fn follows(previous: &Reading, reading: &Reading) -> bool {
    match (previous.register_after, reading.register_before) {
        (Some(after), Some(before)) => after == before,
        _ => true,
    }
}

/// The same as steps of the day's load. Several readings of one interval are one step.
pub fn steps(covered: &[Covered], day: Day) -> Vec<Step> {
    let start = day.start();
    let minute = |at: LocalMs| {
        let minutes = (at.0 - start.0).div_euclid(MINUTE_MS).clamp(0, i64::from(DAY_MINUTES));
        u16::try_from(minutes).unwrap_or(DAY_MINUTES)
    };
    let mut steps: Vec<Step> = Vec::new();
    for one in covered {
        let (from, to) = (minute(one.from), minute(one.to));
        let long = (one.to.0 - one.from.0).div_euclid(MINUTE_MS).max(1);
        let kwh = one.reading.kwh;
        let kw = Fixed2(domain::fixed::div_round(i128::from(kwh.0) * i128::from(HOUR_MIN), i128::from(long)));
        match steps.last_mut().filter(|last| (last.from, last.to) == (from, to)) {
            Some(last) => {
                last.kwh += kwh;
                last.kw += kw;
            }
            None => steps.push(Step { from, to, kw, kwh, is_spread: one.is_spread }),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).expect("a time")
    }

    fn reading(time: &str, kwh: i64, registers: Option<(i64, i64)>) -> Reading {
        Reading {
            consumption_id: 1,
            reported_at: at(time),
            kwh: Fixed2(kwh),
            register_before: registers.map(|(before, _)| Fixed2(before)),
            register_after: registers.map(|(_, after)| Fixed2(after)),
        }
    }

    fn day() -> Day {
        at("2026-01-15 00:00:00").day()
    }

    #[test]
    fn a_reading_covers_the_interval_that_ended_before_its_report() {
        let readings = [
            reading("2026-01-14 23:52:00", 100, Some((0, 100))),
            // closes the day before
            reading("2026-01-15 00:07:00", 100, Some((100, 200))),
            reading("2026-01-15 00:20:00", 250, Some((200, 450))),
            reading("2026-01-16 00:03:00", 300, Some((900, 1_200))),
        ];
        let covered = covered(&readings, None, ReadingTime::Report, day());
        assert_eq!(covered.len(), 2, "{covered:?}");
        let steps = steps(&covered, day());
        assert_eq!((steps[0].from, steps[0].to, steps[0].kw, steps[0].kwh), (0, 15, Fixed2(1_000), Fixed2(250)));
        assert_eq!((steps[1].from, steps[1].to, steps[1].is_spread), (1_425, 1_440, false), "registers jumped: its own interval");
    }

    #[test]
    fn a_meter_that_stamps_the_end_some_seconds_late_closes_the_day_it_measured() {
        let terms = serde_json::from_value(serde_json::json!({ "voltage": "below_1kv", "reading_time_is": "interval_end" }));
        let terms: Terms = terms.expect("terms");
        let readings = [
            reading("2026-01-15 00:00:07", 100, Some((0, 100))),
            reading("2026-01-15 00:15:02", 200, Some((100, 300))),
            reading("2026-01-15 23:45:01", 300, Some((900, 1_200))),
            reading("2026-01-16 00:00:09", 400, Some((1_200, 1_600))),
        ];
        let steps = steps(&covered(&readings, Some(&terms), ReadingTime::IntervalStart, day()), day());
        let spans: Vec<_> = steps.iter().map(|step| (step.from, step.to, step.kwh, step.is_spread)).collect();
        let expected = [(0, 15, Fixed2(200), false), (1_410, 1_425, Fixed2(300), false), (1_425, 1_440, Fixed2(400), false)];
        assert_eq!(spans, expected, "the first one speaks of the day before");
    }

    #[test]
    fn where_the_contract_does_not_say_it_the_setting_tells_what_a_time_means() {
        let readings = [reading("2026-01-15 08:00:00", 100, None)];
        let from = |usual| steps(&covered(&readings, None, usual, day()), day())[0].from;
        assert_eq!((from(ReadingTime::IntervalEnd), from(ReadingTime::IntervalStart)), (465, 480));
    }

    #[test]
    fn energy_of_a_gap_is_spread_over_it_when_the_registers_follow_each_other() {
        let readings =
            [reading("2026-01-15 08:16:00", 100, Some((0, 100))), reading("2026-01-15 10:20:00", 800, Some((100, 900)))];
        let steps = steps(&covered(&readings, None, ReadingTime::Report, day()), day());
        assert_eq!((steps[1].from, steps[1].to, steps[1].kw, steps[1].is_spread), (495, 615, Fixed2(400), true));
    }

    #[test]
    fn readings_of_one_interval_are_one_step() {
        let readings = [reading("2026-01-15 08:16:00", 100, None), reading("2026-01-15 08:17:00", -40, None)];
        let steps = steps(&covered(&readings, None, ReadingTime::Report, day()), day());
        assert_eq!(steps.len(), 1);
        assert_eq!((steps[0].kwh, steps[0].kw), (Fixed2(60), Fixed2(240)));
    }
}
