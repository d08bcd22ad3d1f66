//! How much a kind of user draws at an hour of a day, and what a kWh costs then.
//! Shapes are in thousandths of the user's size, so no floating point enters an amount.

use chrono::{Datelike, Weekday};
use domain::{Fixed2, LocalMs, fixed::div_round};

const MINUTES_PER_HOUR: i64 = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    Residential,
    Commercial,
    Industrial,
    Agricultural,
}

impl Usage {
    pub const ALL: [Self; 4] = [Self::Residential, Self::Commercial, Self::Industrial, Self::Agricultural];

    /// The word in `usage_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Residential => "居民",
            Self::Commercial => "商业",
            Self::Industrial => "工业",
            Self::Agricultural => "农业",
        }
    }

    /// The kind behind a word in the table; a word that is none of ours behaves like a household.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|usage| usage.name() == name).unwrap_or(Self::Residential)
    }

    /// Smallest and largest size in watts at the top of the shape.
    pub fn size_w(self) -> (i64, i64) {
        match self {
            Self::Residential => (900, 4_200),
            Self::Commercial => (6_000, 60_000),
            Self::Industrial => (40_000, 320_000),
            Self::Agricultural => (2_000, 18_000),
        }
    }

    /// Largest random departure from the shape, in thousandths.
    pub fn restlessness(self) -> i64 {
        match self {
            Self::Residential => 450,
            Self::Commercial => 150,
            Self::Industrial => 80,
            Self::Agricultural => 300,
        }
    }

    /// Thousandths of the size at each full hour of a working day.
    fn working_day(self) -> &'static [i64; 24] {
        match self {
            Self::Residential => &[
                260, 220, 200, 190, 190, 210, 330, 520, 480, 380, 360, 420, 520, 450, 380, 370, 420, 560, 780, 960, 1000, 920,
                680, 420,
            ],
            Self::Commercial => &[
                180, 160, 150, 150, 150, 170, 240, 400, 680, 900, 970, 980, 940, 950, 980, 1000, 980, 950, 920, 880, 800, 600,
                360, 230,
            ],
            Self::Industrial => &[
                620, 600, 590, 590, 600, 640, 740, 880, 970, 1000, 990, 930, 850, 930, 980, 990, 970, 930, 880, 830, 790, 750,
                700, 650,
            ],
            Self::Agricultural => &[
                140, 130, 120, 130, 260, 560, 860, 1000, 920, 760, 600, 480, 400, 420, 520, 660, 780, 820, 640, 420, 280, 220,
                180, 160,
            ],
        }
    }

    /// Thousandths of a working day's load on a Saturday or Sunday.
    fn weekend(self) -> i64 {
        match self {
            Self::Residential => 1_120,
            Self::Commercial => 1_040,
            Self::Industrial => 620,
            Self::Agricultural => 960,
        }
    }

    /// Thousandths of the size at a moment, without noise; a straight line between full hours.
    pub fn shape(self, at: LocalMs) -> i64 {
        let day = self.working_day();
        let hour = usize::from(at.hour());
        let minute = at.0.div_euclid(60_000).rem_euclid(MINUTES_PER_HOUR);
        let (from, to) = (day.get(hour).copied().unwrap_or(0), day.get((hour + 1) % 24).copied().unwrap_or(0));
        let level = from + (to - from) * minute / MINUTES_PER_HOUR;
        match at.to_naive().weekday() {
            Weekday::Sat | Weekday::Sun => level * self.weekend() / 1000,
            _ => level,
        }
    }

    /// Price in ten-thousandths of a yuan per kWh.
    pub fn price(self, at: LocalMs) -> i64 {
        let flat = match self {
            Self::Residential => return 5_469,
            Self::Agricultural => return 5_020,
            Self::Commercial => 7_356,
            Self::Industrial => 6_519,
        };
        let percent = match at.hour() {
            10..=11 | 18..=20 => 170,
            8..=9 | 12..=17 | 21 => 100,
            22..=23 => 70,
            _ => 48,
        };
        flat * percent / 100
    }

    pub fn cost(self, at: LocalMs, energy_kwh: Fixed2) -> Fixed2 {
        // hundredths of a kWh times ten-thousandths of a yuan, down to hundredths of a yuan
        Fixed2(div_round(i128::from(energy_kwh.0) * i128::from(self.price(at)), 10_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).expect("a time")
    }

    #[test]
    fn households_peak_in_the_evening_and_offices_by_day() {
        let (noon, evening) = (at("2026-11-18 10:00:00"), at("2026-11-18 20:00:00"));
        assert!(Usage::Residential.shape(evening) > 2 * Usage::Residential.shape(noon));
        assert!(Usage::Commercial.shape(noon) > Usage::Commercial.shape(evening));
    }

    #[test]
    fn factories_rest_at_weekends() {
        assert!(Usage::Industrial.shape(at("2026-11-21 10:00:00")) < Usage::Industrial.shape(at("2026-11-20 10:00:00")));
    }

    #[test]
    fn the_line_between_two_hours_is_straight() {
        let half = Usage::Residential.shape(at("2026-11-18 18:30:00"));
        assert_eq!(half, (780 + 960) / 2);
    }

    #[test]
    fn cost_is_energy_times_price() {
        assert_eq!(Usage::Residential.cost(at("2026-11-18 20:00:00"), Fixed2(10_000)), Fixed2(5_469));
        assert!(Usage::Industrial.price(at("2026-11-18 19:00:00")) > 3 * Usage::Industrial.price(at("2026-11-18 03:00:00")));
    }
}
