//! When the peaks are: of today, hour by hour, over the last weeks.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RegionPeak {
    pub region_id: RegionId,
    pub region_name: String,
    pub energy_kwh: Decimal,
    pub peak_hour: i32,
    pub peak_hour_kwh: Decimal,
    pub peak_quarter: NaiveDateTime,
    pub peak_quarter_kwh: Decimal,
    pub peak_kw: Decimal,
    pub load_factor: Option<Decimal>,
}

/// The peak of each region on `day`, highest first.
pub async fn of_day(pool: &ReadPool, day: NaiveDate) -> Result<Vec<RegionPeak>, ReadError> {
    let peaks = sqlx::query_as!(
        RegionPeak,
        r#"select region_id, region_name, total_consumption as energy_kwh, peak_hour, peak_hour_consumption as peak_hour_kwh,
                  peak_quarter, peak_quarter_consumption as peak_quarter_kwh, peak_kw, load_factor
             from ads_region_day where stat_day = $1 order by peak_kw desc, region_id"#,
        day
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(peaks)
}

/// The peak of all regions together: their sum has its own hour and quarter-hour.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TotalPeak {
    pub stat_day: NaiveDate,
    pub peak_hour: i32,
    pub peak_hour_kwh: Decimal,
    pub peak_quarter: NaiveDateTime,
    pub peak_quarter_kwh: Decimal,
}

/// Per day from `from` to `to`, both included; the earliest of equal maxima.
pub async fn of_total(pool: &ReadPool, from: NaiveDate, to: NaiveDate) -> Result<Vec<TotalPeak>, ReadError> {
    let peaks = sqlx::query_as!(
        TotalPeak,
        r#"with sums as (
               select grain, period_start, sum(total_consumption) as kwh
                 from dws_region_rollup
                where grain in ('15min', 'hour') and period_start >= $1 and period_start < $2
                group by grain, period_start
           ), best as (
               select distinct on (grain, period_start::date) grain, period_start, kwh
                 from sums order by grain, period_start::date, kwh desc, period_start
           )
           select h.period_start::date as "stat_day!", extract(hour from h.period_start)::int as "peak_hour!",
                  h.kwh as "peak_hour_kwh!", q.period_start as "peak_quarter!", q.kwh as "peak_quarter_kwh!"
             from best h join best q on q.grain = '15min' and q.period_start::date = h.period_start::date
            where h.grain = 'hour' order by 1"#,
        from.and_time(NaiveTime::MIN),
        to.and_time(NaiveTime::MIN) + Days::new(1)
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(peaks)
}

/// Maximum of the sum ÷ sum of the maxima, in percent with one decimal.
pub fn coincidence_percent(total: &TotalPeak, regions: &[RegionPeak]) -> Option<Decimal> {
    let sum: Decimal = regions.iter().map(|peak| peak.peak_quarter_kwh).sum();
    (!sum.is_zero()).then(|| {
        (total.peak_quarter_kwh * Decimal::ONE_HUNDRED / sum)
            .round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    })
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct HeatCell {
    pub region_id: RegionId,
    pub hour: i32,
    pub energy_kwh: Decimal,
    pub users: i64,
}

/// Energy per region and hour of a day; an hour's energy in kWh is its load in kW.
pub async fn heat(pool: &ReadPool, day: NaiveDate) -> Result<Vec<HeatCell>, ReadError> {
    let from = day.and_time(NaiveTime::MIN);
    let cells = sqlx::query_as!(
        HeatCell,
        r#"select region_id, extract(hour from period_start)::int as "hour!", total_consumption as energy_kwh,
                  user_count as users
             from dws_region_rollup where grain = 'hour' and period_start >= $1 and period_start < $2
            order by region_id, period_start"#,
        from,
        from + Days::new(1)
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(cells)
}

/// Users with a reading per region since the day before: what an hour should hear from.
pub async fn expected_by_region(pool: &ReadPool, day: NaiveDate) -> Result<Vec<(RegionId, i64)>, ReadError> {
    let rows = sqlx::query!(
        r#"select region_id, count(distinct user_id) as "users!" from dws_user_day
            where stat_day >= $1 and stat_day <= $2 group by region_id"#,
        day - Days::new(1),
        day
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().map(|row| (row.region_id, row.users)).collect())
}

/// In how many of the days each hour was the peak hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PeakHourDays {
    pub region_id: RegionId,
    pub hour: i32,
    pub days: i64,
}

pub async fn distribution(pool: &ReadPool, from: NaiveDate, to: NaiveDate) -> Result<Vec<PeakHourDays>, ReadError> {
    let rows = sqlx::query_as!(
        PeakHourDays,
        r#"select region_id, peak_hour as hour, count(*) as "days!" from ads_region_day
            where stat_day >= $1 and stat_day <= $2 group by region_id, peak_hour order by region_id, peak_hour"#,
        from,
        to
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows)
}

/// The clock time of a region's peak on the day, the day before, a week before, and the median of the 30 days before.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PeakShift {
    pub region_id: RegionId,
    pub today: Option<NaiveTime>,
    pub yesterday: Option<NaiveTime>,
    pub last_week: Option<NaiveTime>,
    pub median: Option<NaiveTime>,
    pub median_days: i64,
}

const MEDIAN_DAYS: u64 = 30;

pub async fn shifts(pool: &ReadPool, day: NaiveDate) -> Result<Vec<PeakShift>, ReadError> {
    let rows = sqlx::query_as!(
        PeakShift,
        r#"select region_id, max(peak_quarter::time) filter (where stat_day = $1) as "today?",
                  max(peak_quarter::time) filter (where stat_day = $2) as "yesterday?",
                  max(peak_quarter::time) filter (where stat_day = $3) as "last_week?",
                  percentile_disc(0.5) within group (order by peak_quarter::time) filter (where stat_day < $1) as "median?",
                  count(*) filter (where stat_day < $1) as "median_days!"
             from ads_region_day where stat_day >= $4 and stat_day <= $1 group by region_id order by region_id"#,
        day,
        day - Days::new(1),
        day - Days::new(7),
        day - Days::new(MEDIAN_DAYS)
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows)
}
