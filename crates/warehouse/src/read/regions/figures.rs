//! The figures of a day, from its quarter-hours: the same definitions for a region and for a sum of regions.

use chrono::{NaiveDateTime, TimeDelta};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::QuarterPoint;

/// Below this coverage a quarter-hour says nothing about the minimum.
const FULL_COVERAGE_PERCENT: i64 = 95;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DayFigures {
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub records: i64,
    pub mean_kw: Decimal,
    pub max_kw: Decimal,
    pub max_at: NaiveDateTime,
    /// From closed quarter-hours with full coverage only.
    pub min: Option<(Decimal, NaiveDateTime)>,
    /// Average ÷ maximum, in percent.
    pub load_factor_percent: Option<Decimal>,
    pub price_yuan_per_kwh: Option<Decimal>,
}

impl DayFigures {
    /// None when the day has no reading. `now` is data time.
    pub fn of(points: &[QuarterPoint], expected_meters: i64, now: NaiveDateTime) -> Option<Self> {
        let first = points.first()?;
        let last = points.last()?;
        let energy_kwh: Decimal = points.iter().map(|p| p.energy_kwh).sum();
        let cost_yuan: Decimal = points.iter().map(|p| p.cost_yuan).sum();
        let peak = points.iter().fold(first, |best, p| if p.energy_kwh > best.energy_kwh { p } else { best });
        let max_kw = peak.load_kw();
        let day_start = first.start.date().and_time(chrono::NaiveTime::MIN);
        let quarters = (last.start - day_start).num_minutes() / 15 + 1;
        let mean_kw = round(energy_kwh * Decimal::from(4) / Decimal::from(quarters), 2);
        let positive = |d: Decimal| (!d.is_zero()).then_some(d);
        Some(Self {
            energy_kwh,
            cost_yuan,
            records: points.iter().map(|p| p.records).sum(),
            mean_kw,
            max_kw,
            max_at: peak.start,
            min: minimum(points, expected_meters, now),
            load_factor_percent: positive(max_kw).map(|max| round(mean_kw * Decimal::ONE_HUNDRED / max, 2)),
            price_yuan_per_kwh: positive(energy_kwh).map(|kwh| round(cost_yuan / kwh, 4)),
        })
    }

    pub fn peak_valley_kw(&self) -> Option<Decimal> {
        self.min.map(|(min_kw, _)| self.max_kw - min_kw)
    }

    /// Peak-valley difference ÷ maximum, in percent.
    pub fn peak_valley_percent(&self) -> Option<Decimal> {
        let difference = self.peak_valley_kw()?;
        (!self.max_kw.is_zero()).then(|| round(difference * Decimal::ONE_HUNDRED / self.max_kw, 1))
    }
}

fn minimum(points: &[QuarterPoint], expected_meters: i64, now: NaiveDateTime) -> Option<(Decimal, NaiveDateTime)> {
    points
        .iter()
        .filter(|p| p.start + TimeDelta::minutes(15) <= now && p.users * 100 >= expected_meters * FULL_COVERAGE_PERCENT)
        .map(|p| (p.load_kw(), p.start))
        .min()
}

fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32) -> NaiveDateTime {
        chrono::NaiveDate::from_ymd_opt(2016, 1, 11).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    }

    fn point(start: NaiveDateTime, kwh_hundredths: i64, users: i64) -> QuarterPoint {
        let energy_kwh = Decimal::new(kwh_hundredths, 2);
        QuarterPoint { start, energy_kwh, cost_yuan: energy_kwh / Decimal::TWO, records: users, users, revision: 0 }
    }

    #[test]
    fn figures_follow_their_definitions() {
        // 10 kWh, 20 kWh, (gap), 5 kWh with half the meters, 1 kWh in the open quarter
        let points = [point(at(0, 0), 1000, 10), point(at(0, 15), 2000, 10), point(at(0, 45), 500, 5), point(at(1, 0), 100, 10)];
        let figures = DayFigures::of(&points, 10, at(1, 5)).unwrap();
        assert_eq!(figures.energy_kwh, Decimal::new(3600, 2));
        assert_eq!((figures.max_kw, figures.max_at), (Decimal::from(80), at(0, 15)));
        assert_eq!(figures.min, Some((Decimal::from(40), at(0, 0))), "neither the partial nor the open quarter");
        assert_eq!(figures.mean_kw, Decimal::new(2880, 2), "36 kWh over five quarter-hours");
        assert_eq!(figures.load_factor_percent, Some(Decimal::from(36)));
        assert_eq!(figures.peak_valley_kw(), Some(Decimal::from(40)));
        assert_eq!(figures.peak_valley_percent(), Some(Decimal::from(50)));
        assert_eq!(figures.price_yuan_per_kwh, Some(Decimal::new(5, 1)));
    }

    #[test]
    fn the_earliest_of_equal_maxima_counts() {
        let points = [point(at(0, 0), 500, 1), point(at(0, 15), 500, 1)];
        assert_eq!(DayFigures::of(&points, 1, at(2, 0)).unwrap().max_at, at(0, 0));
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(DayFigures::of(&[], 0, at(0, 0)), None);
        let figures = DayFigures::of(&[point(at(0, 0), 0, 1)], 1, at(1, 0)).unwrap();
        assert_eq!((figures.load_factor_percent, figures.price_yuan_per_kwh), (None, None));
        assert_eq!(figures.peak_valley_percent(), None);
    }
}
