//! Pieces into bands, to the minute and without remainder.

use domain::Fixed2;
use domain::settlement::calendar::{BandSpan, DayBands};
use domain::settlement::{Band, DayMark};
use engine::settlement::bands::day_energy;

use crate::support::{Bench, at, day, read, regular};

const MONDAY: &str = "2026-01-12";

pub fn bands(spans: &[(u16, u16, Band)]) -> DayBands {
    let span = |&(from, to, band)| BandSpan { from, to, band, rule: None };
    DayBands { spans: spans.iter().map(span).collect(), undecided: Vec::new() }
}

/// 谷 until 05:30, 平 until 07:10, 峰 until 20:00, 平 until 24:00.
pub fn odd_bands() -> DayBands {
    bands(&[(0, 330, Band::Valley), (330, 430, Band::Flat), (430, 1_200, Band::Peak), (1_200, 1_440, Band::Flat)])
}

#[test]
fn intervals_count_in_the_band_they_lie_in() {
    let monday = day(MONDAY);
    let metered = Bench::new(monday, 1, regular(monday, 1, 15, |_| 10)).only_day();
    let hourly = bands(&[(0, 360, Band::Valley), (360, 1_080, Band::Flat), (1_080, 1_440, Band::Sharp)]);
    let found = day_energy(&metered, Some(&hourly), Some(("plan".into(), 2)));
    assert_eq!((found.energy.valley, found.energy.flat, found.energy.sharp), (Fixed2(240), Fixed2(480), Fixed2(240)));
    assert_eq!((found.shaped.total(), found.estimated.total()), (Fixed2::ZERO, Fixed2::ZERO));
    assert!(found.marks.is_empty() && found.is_complete);
    assert_eq!(found.tariff, Some(("plan".into(), 2)));
    assert_eq!((found.demand, found.digest), (metered.demand, metered.digest));
}

#[test]
fn an_interval_over_a_border_is_split_to_the_minute() {
    let metered = Bench::new(day(MONDAY), 1, vec![read(at("2026-01-12 07:16:00"), 100)]).only_day();
    let found = day_energy(&metered, Some(&odd_bands()), None);
    // 07:00 to 07:10 and 07:10 to 07:15
    assert_eq!((found.energy.flat, found.energy.peak), (Fixed2(67), Fixed2(33)));
    assert_eq!(found.shaped, found.energy, "its distribution is not measured");
    assert!(found.has(DayMark::Split));
    // a border between two spans of one band is none
    let same = bands(&[(0, 430, Band::Peak), (430, 1_440, Band::Peak)]);
    let found = day_energy(&metered, Some(&same), None);
    assert_eq!((found.energy.peak, found.shaped.total()), (Fixed2(100), Fixed2::ZERO));
    assert!(!found.has(DayMark::Split));
}

#[test]
fn a_reading_of_the_whole_day_is_split_over_all_bands() {
    for amount in [0, 1, 2, 5, 99, -7, 12_345] {
        let readings = vec![read(at("2026-01-13 00:00:00"), amount)];
        let metered = Bench::new(day(MONDAY), 1, readings).terms(|terms| terms.interval_min = 1_440).only_day();
        let found = day_energy(&metered, Some(&odd_bands()), None);
        assert_eq!(found.energy_kwh(), Fixed2(amount));
        let shares = [(found.energy.valley, 330), (found.energy.peak, 770), (found.energy.flat, 340)];
        for (share, minutes) in shares {
            assert!((share.0 * 1_440 - amount * minutes).abs() <= 2 * 1_440, "{amount} over {minutes}");
        }
    }
}

#[test]
fn estimated_energy_is_told_apart() {
    let mut bench = Bench::new(day("2026-01-05"), 2, regular(day("2026-01-05"), 1, 15, |_| 10));
    bench.readings.push(read(at("2026-01-06 01:01:00"), 40));
    let metered = bench.measure().pop().unwrap();
    let found = day_energy(&metered, Some(&odd_bands()), None);
    assert_eq!((found.energy_kwh(), found.estimated.total(), found.shaped.total()), (Fixed2(960), Fixed2(920), Fixed2(40)));
    assert_eq!(found.estimated.valley, Fixed2(4 * 45));
    assert!(found.has(DayMark::EnergyEstimated));
}

#[test]
fn without_a_calendar_everything_is_flat_and_undecided_triggers_are_marked() {
    let monday = day(MONDAY);
    let metered = Bench::new(monday, 1, regular(monday, 1, 15, |_| 10)).only_day();
    let found = day_energy(&metered, None, None);
    assert_eq!((found.energy.flat, found.marks), (Fixed2(960), vec![DayMark::NoTariff]));
    let mut undecided = odd_bands();
    undecided.undecided.push("heat".into());
    assert!(day_energy(&metered, Some(&undecided), None).has(DayMark::Undecided));
}

#[test]
fn bands_with_a_hole_lose_nothing() {
    let monday = day(MONDAY);
    let metered = Bench::new(monday, 1, regular(monday, 1, 15, |_| 10)).only_day();
    for holed in [bands(&[(0, 100, Band::Peak), (607, 1_000, Band::Valley)]), bands(&[])] {
        assert_eq!(day_energy(&metered, Some(&holed), None).energy_kwh(), Fixed2(960));
    }
}
