//! Load at one moment: energy of the last 15 minutes of closed windows, less what is not load, with its coverage.
//!
//! What is not load is decided here and nowhere else:
//! - **Slow meters** report less often than every 15 minutes: of the quarter-hours of the last 24 h in which such a meter
//!   reported, fewer than half follow directly on another one. (A single reading in the newest two quarter-hours is a new
//!   meter, not a slow one. An outage does not make a meter slow.)
//! - **Catch-up energy** is a reading more than 22.5 minutes (1.5 intervals) after the same meter's previous one.
//!
//! The masks of `dws_user_day` say who may be either; only those meters' readings are looked at one by one.

use std::collections::BTreeMap;

use domain::{Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use super::{ReadError, ReadPool};

/// Minutes of history that come with a load: the last hour, each point over 15 minutes.
const MINUTES: usize = 75;
/// Minutes of one load.
const SPAN: usize = 15;
/// Quarter-hours that the minutes of history touch.
const QUARTERS: i32 = 7;

/// Energy per minute before the moment; index 0 is the newest minute.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RegionMinutes {
    pub region_name: String,
    /// All energy less slow meters and catch-up energy.
    load_kwh: Vec<Fixed2>,
    has_readings: Vec<bool>,
    /// Meters that report at least every 15 minutes and were seen in the last 24 h.
    pub expected: i64,
    /// Those of them that reported in the last 15 minutes.
    pub reported: i64,
    pub slow_meters: i64,
    pub catch_up_kwh: Fixed2,
    /// Start of the newest window with readings in the last 75 minutes.
    pub newest: Option<LocalMs>,
}

/// The load of every region at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LoadAt {
    pub at: LocalMs,
    pub regions: BTreeMap<RegionId, RegionMinutes>,
}

impl RegionMinutes {
    fn empty() -> Self {
        Self { load_kwh: vec![Fixed2::ZERO; MINUTES], has_readings: vec![false; MINUTES], ..Self::default() }
    }

    /// Load in kW some minutes before the moment; none when no reading lies in its 15 minutes.
    pub fn load_kw(&self, minutes_ago: usize) -> Option<Fixed2> {
        let span = minutes_ago..minutes_ago + SPAN;
        let any = self.has_readings.get(span.clone())?.contains(&true);
        let kwh: Fixed2 = self.load_kwh.get(span)?.iter().copied().sum();
        any.then(|| Fixed2(kwh.0.saturating_mul(4)))
    }
}

impl LoadAt {
    pub fn load_kw(&self, region: RegionId) -> Option<Fixed2> {
        self.regions.get(&region)?.load_kw(0)
    }

    /// All regions together; none when none has a reading.
    pub fn total_kw(&self, minutes_ago: usize) -> Option<Fixed2> {
        let loads: Vec<Fixed2> = self.regions.values().filter_map(|region| region.load_kw(minutes_ago)).collect();
        (!loads.is_empty()).then(|| loads.into_iter().sum())
    }

    /// Reported and expected meters of all regions.
    pub fn coverage(&self) -> (i64, i64) {
        self.regions.values().fold((0, 0), |(got, all), region| (got + region.reported, all + region.expected))
    }

    pub fn slow_meters(&self) -> i64 {
        self.regions.values().map(|region| region.slow_meters).sum()
    }

    pub fn catch_up_kwh(&self) -> Fixed2 {
        self.regions.values().map(|region| region.catch_up_kwh).sum()
    }

    /// Load of the last hour minute by minute, oldest first, 61 points.
    pub fn last_hour_kw(&self) -> Vec<Option<Fixed2>> {
        (0..=MINUTES - SPAN).rev().map(|minutes_ago| self.total_kw(minutes_ago)).collect()
    }
}

/// The load at `at`, the end of a closed window.
pub async fn load_at(pool: &ReadPool, at: LocalMs) -> Result<LoadAt, ReadError> {
    let mut load = LoadAt { at, regions: BTreeMap::new() };
    let (windows, meters) = tokio::try_join!(window_minutes(pool, at), meters(pool, at))?;
    for row in windows {
        let region = load.regions.entry(row.region_id).or_insert_with(RegionMinutes::empty);
        region.region_name = row.region_name;
        region.newest = region.newest.max(Some(LocalMs::from_naive(row.newest)));
        if let Some(minute) = usize::try_from(row.minute).ok().filter(|minute| *minute < MINUTES) {
            region.load_kwh[minute] += Fixed2(row.kwh_hundredths);
            region.has_readings[minute] = true;
        }
    }
    for row in meters {
        let region = load.regions.entry(row.region_id).or_insert_with(RegionMinutes::empty);
        apply(region, &row);
    }
    Ok(load)
}

fn apply(region: &mut RegionMinutes, row: &MeterRow) {
    match row.kind.as_str() {
        "expected" => region.expected = row.amount,
        "slow" => region.slow_meters = row.amount,
        "reported" => region.reported = row.amount,
        _ => {
            let minute = usize::try_from(row.minute).unwrap_or(usize::MAX);
            if let Some(kwh) = region.load_kwh.get_mut(minute) {
                *kwh -= Fixed2(row.amount);
            }
            if row.kind == "catch_up" && minute < SPAN {
                region.catch_up_kwh += Fixed2(row.amount);
            }
        }
    }
}

struct WindowRow {
    region_id: RegionId,
    region_name: String,
    minute: i32,
    kwh_hundredths: i64,
    newest: chrono::NaiveDateTime,
}

async fn window_minutes(pool: &ReadPool, at: LocalMs) -> Result<Vec<WindowRow>, ReadError> {
    Ok(sqlx::query_as!(
        WindowRow,
        r#"select region_id, max(region_name) as "region_name!",
                  (ceil(extract(epoch from $1::timestamp - stat_date) / 60) - 1)::int as "minute!",
                  (sum(total_consumption) * 100)::bigint as "kwh_hundredths!", max(stat_date) as "newest!"
             from dws_region_daily_stats
            where stat_date >= $1::timestamp - interval '75 minutes' and stat_date < $1::timestamp
            group by 1, 3"#,
        at.to_naive()
    )
    .fetch_all(&pool.0)
    .await?)
}

struct MeterRow {
    region_id: RegionId,
    kind: String,
    minute: i32,
    amount: i64,
}

/// Bits of a meter run from the newest quarter-hour (leftmost) back over 192 of them; `<< 1` puts each quarter-hour's
/// predecessor in its place.
async fn meters(pool: &ReadPool, at: LocalMs) -> Result<Vec<MeterRow>, ReadError> {
    let newest = LocalMs(at.0 - 1);
    let unused_quarters = 95 - i32::from(newest.quarter());
    Ok(sqlx::query_file_as!(
        MeterRow,
        "queries/meters.sql",
        at.to_naive(),
        newest.day().to_date(),
        unused_quarters,
        i32::try_from(MINUTES).unwrap_or(0),
        QUARTERS,
        at.to_naive(),
        true
    )
    .fetch_all(&pool.0)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(kwh: &[(usize, i64)]) -> RegionMinutes {
        let mut region = RegionMinutes::empty();
        for &(minute, hundredths) in kwh {
            region.load_kwh[minute] = Fixed2(hundredths);
            region.has_readings[minute] = true;
        }
        region
    }

    #[test]
    fn a_load_is_four_times_the_energy_of_its_15_minutes() {
        let region = region(&[(0, 100), (14, 200), (15, 1000)]);
        assert_eq!(region.load_kw(0), Some(Fixed2(1200)));
        assert_eq!(region.load_kw(1), Some(Fixed2(4800)));
        assert_eq!(region.load_kw(16), None, "no reading is not zero");
        assert_eq!(region.load_kw(61), None, "beyond what is held");
    }

    #[test]
    fn slow_and_catch_up_energy_leave_the_load() {
        let mut region = region(&[(3, 1000)]);
        let row = |kind: &str, minute, amount| MeterRow { region_id: 1, kind: kind.into(), minute, amount };
        for row in [row("slow_kwh", 3, 200), row("catch_up", 3, 300), row("catch_up", 20, 5), row("expected", 0, 9)] {
            apply(&mut region, &row);
        }
        assert_eq!(region.load_kw(0), Some(Fixed2(2000)));
        assert_eq!((region.catch_up_kwh, region.expected), (Fixed2(300), 9));
    }

    #[test]
    fn the_total_is_the_sum_of_the_regions_that_report() {
        let regions = BTreeMap::from([(1, region(&[(0, 100)])), (2, region(&[(0, 50)])), (3, region(&[]))]);
        let load = LoadAt { at: LocalMs(0), regions };
        assert_eq!(load.total_kw(0), Some(Fixed2(600)));
        assert_eq!(load.load_kw(3), None);
        assert_eq!(load.last_hour_kw().len(), 61);
        assert_eq!(load.last_hour_kw()[60], Some(Fixed2(600)));
    }
}
