//! The week of sample readings, whose reports come up to a quarter of an hour after the interval.

use std::collections::BTreeMap;
use std::io::Read;

use domain::settlement::calendar::DayBands;
use domain::settlement::{Band, Reading};
use domain::{Fixed2, LocalMs, UserId};
use engine::settlement::bands::day_energy;

use crate::bands::bands;
use crate::support::{Bench, day, plus};

const FILE: &[u8] = include_bytes!("../../../testkit/data/simbench-week/power_consumption.csv.gz");
const FIRST: &str = "2016-01-11";
const TOTAL: i64 = 89_668_785;

fn readings() -> BTreeMap<UserId, Vec<Reading>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(FILE).read_to_string(&mut text).unwrap();
    let mut users: BTreeMap<UserId, Vec<Reading>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let reading = Reading {
            consumption_id: fields[0].parse().unwrap(),
            reported_at: LocalMs::parse(fields[4].as_bytes()).unwrap(),
            amount_kwh: Fixed2::parse(fields[2].as_bytes()).unwrap(),
            register_before: Fixed2::parse(fields[5].as_bytes()),
            register_after: Fixed2::parse(fields[6].as_bytes()),
            region_id: 9,
        };
        users.entry(fields[1].parse().unwrap()).or_default().push(reading);
    }
    users
}

/// A winter day in 湖北: 尖 18-20, 峰 16-18 and 20-24, 谷 0-6 and 12-14.
fn winter_bands() -> DayBands {
    bands(&[
        (0, 360, Band::Valley),
        (360, 720, Band::Flat),
        (720, 840, Band::Valley),
        (840, 960, Band::Flat),
        (960, 1_080, Band::Peak),
        (1_080, 1_200, Band::Sharp),
        (1_200, 1_440, Band::Peak),
    ])
}

#[test]
fn the_time_of_the_report_puts_a_part_into_the_wrong_band_and_on_the_wrong_day() {
    let (first, calendar) = (day(FIRST), winter_bands());
    let band_at = |at: LocalMs| {
        let minute = (at.0 - at.day().start().0) / 60_000;
        calendar.spans.iter().find(|span| minute < i64::from(span.to)).unwrap().band
    };
    let (mut total, mut wrong_band, mut wrong_day, mut banded) = (0, 0, 0, 0);
    let users = readings();
    assert_eq!(users.len(), 522);
    for readings in users.into_values() {
        let reports: BTreeMap<LocalMs, &Reading> = readings.iter().map(|reading| (reading.reported_at, reading)).collect();
        let days = Bench::new(first, 7, readings.clone()).measure();
        for day in &days {
            assert!(day.is_complete && day.marks.is_empty() && day.pieces.len() == 96);
            banded += day_energy(day, Some(&calendar), None).energy_kwh().0;
        }
        for piece in days.iter().flat_map(|day| &day.pieces) {
            // exactly one report lies in the quarter-hour after the interval
            let (reported_at, reading) = reports.range(piece.to..piece.to.plus_ms(900_000)).next().unwrap();
            assert_eq!(reading.amount_kwh, piece.energy_kwh);
            total += piece.energy_kwh.0;
            wrong_band += if band_at(piece.from) == band_at(*reported_at) { 0 } else { piece.energy_kwh.0 };
            wrong_day += if piece.from.day() == reported_at.day() { 0 } else { piece.energy_kwh.0 };
        }
        let by_report: i64 = days.iter().map(|day| day.reported_kwh.0).sum();
        let late = readings.iter().filter(|reading| reading.reported_at.day() == plus(first, 7));
        let behind: i64 = late.map(|reading| reading.amount_kwh.0).sum();
        assert_eq!(by_report + behind, days.iter().map(|day| day.energy_kwh().0).sum::<i64>());
    }
    assert_eq!((total, banded), (TOTAL, TOTAL));
    assert_eq!(wrong_day, 657_117, "6,571.17 kWh");
    assert_eq!(wrong_band * 1_000 / total, 77, "7.7 %");
}
