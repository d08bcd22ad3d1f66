//! Quarter-hour loads of whole local days, all regions together, with what makes a quarter-hour doubtful.

use domain::{Day, Fixed2, LocalMs};
use serde::{Deserialize, Serialize};

use super::{ReadError, ReadPool};

pub const QUARTERS: usize = 96;
const FULL_COVERAGE_PERCENT: i64 = 95;
/// So many of the highest quarter-hours are tried until one is complete.
const RECORD_CANDIDATES: i64 = 8;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Quarter {
    pub energy_kwh: Fixed2,
    pub users: i64,
    /// Changed after it had closed.
    pub is_revised: bool,
    /// Meters that came back in it after an empty quarter-hour: it holds catch-up energy.
    pub returning_meters: i64,
}

impl Quarter {
    pub fn load_kw(&self) -> Fixed2 {
        Fixed2(self.energy_kwh.0.saturating_mul(4))
    }
}

/// One day; a quarter-hour without readings is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DayCurve {
    pub day: Day,
    pub quarters: Vec<Option<Quarter>>,
    /// Meters that a quarter-hour should hear from.
    pub expected: i64,
}

impl DayCurve {
    pub fn start(&self, quarter: usize) -> LocalMs {
        self.day.quarter_start(u8::try_from(quarter).unwrap_or(95))
    }

    /// Quarter-hours that have ended at `at`.
    pub fn closed(&self, at: LocalMs) -> impl Iterator<Item = (usize, &Quarter)> {
        self.quarters.iter().enumerate().filter_map(move |(index, quarter)| {
            let end = self.start(index).plus_ms(900_000);
            quarter.as_ref().filter(|_| end <= at).map(|quarter| (index, quarter))
        })
    }

    pub fn is_complete(&self, quarter: &Quarter) -> bool {
        quarter.users * 100 >= self.expected * FULL_COVERAGE_PERCENT
    }

    /// Highest closed quarter-hour, the earliest of equals; it may be incomplete.
    pub fn maximum(&self, at: LocalMs) -> Option<(usize, &Quarter)> {
        self.closed(at).reduce(|best, next| if next.1.energy_kwh > best.1.energy_kwh { next } else { best })
    }

    /// Lowest closed quarter-hour that is complete and holds no catch-up energy.
    pub fn minimum(&self, at: LocalMs) -> Option<(usize, &Quarter)> {
        self.closed(at)
            .filter(|(_, quarter)| self.is_complete(quarter) && quarter.returning_meters == 0)
            .reduce(|best, next| if next.1.energy_kwh < best.1.energy_kwh { next } else { best })
    }

    pub fn energy_before(&self, quarter: usize) -> Fixed2 {
        self.quarters.iter().take(quarter).flatten().map(|quarter| quarter.energy_kwh).sum()
    }
}

/// The days in the order asked for. `at` is data time: it decides what the running day should hear from.
pub async fn day_curves(pool: &ReadPool, days: &[Day], at: LocalMs) -> Result<Vec<DayCurve>, ReadError> {
    let mut curves = Vec::with_capacity(days.len());
    for &day in days {
        let (quarters, expected, returning) =
            tokio::try_join!(quarters(pool, day), expected_meters(pool, day, at), returning_meters(pool, day))?;
        let mut curve = DayCurve { day, quarters: quarters_of(day, quarters), expected };
        for row in returning {
            let slot = usize::try_from(row.0).ok().and_then(|index| curve.quarters.get_mut(index));
            if let Some(Some(quarter)) = slot {
                quarter.returning_meters = row.1;
            }
        }
        curves.push(curve);
    }
    Ok(curves)
}

fn quarters_of(day: Day, rows: Vec<(LocalMs, Quarter)>) -> Vec<Option<Quarter>> {
    let mut quarters = vec![None; QUARTERS];
    for (start, quarter) in rows {
        if start.day() == day {
            quarters[usize::from(start.quarter())] = Some(quarter);
        }
    }
    quarters
}

async fn quarters(pool: &ReadPool, day: Day) -> Result<Vec<(LocalMs, Quarter)>, ReadError> {
    let rows = sqlx::query!(
        r#"select period_start, (sum(total_consumption) * 100)::bigint as "kwh_hundredths!",
                  sum(user_count)::bigint as "users!", max(revision) > 0 as "is_revised!"
             from dws_region_rollup
            where grain = '15min' and period_start >= $1 and period_start < $2
            group by period_start"#,
        day.start().to_naive(),
        day.end().to_naive()
    )
    .fetch_all(&pool.0)
    .await?;
    let quarter = |kwh, users, is_revised| Quarter { energy_kwh: Fixed2(kwh), users, is_revised, returning_meters: 0 };
    Ok(rows
        .into_iter()
        .map(|row| (LocalMs::from_naive(row.period_start), quarter(row.kwh_hundredths, row.users, row.is_revised)))
        .collect())
}

/// Meters seen on the day that reported more than once in a row; on the running day also those seen the day before.
async fn expected_meters(pool: &ReadPool, day: Day, at: LocalMs) -> Result<i64, ReadError> {
    let also_before = i32::from(day >= at.day());
    let expected = sqlx::query_scalar!(
        r#"select count(*) as "expected!" from (
               select 1 from dws_user_day where stat_day between $1::date - $2::int and $1::date
                group by region_id, user_id
               having bool_or(quarter_lo & (quarter_lo << 1) <> 0 or quarter_hi & (quarter_hi << 1) <> 0)) m"#,
        day.to_date(),
        also_before
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(expected)
}

/// Per quarter-hour, meters that report in it but not in the one before, although they had reported earlier that day,
/// and that usually report in neighbouring quarter-hours.
async fn returning_meters(pool: &ReadPool, day: Day) -> Result<Vec<(i32, i64)>, ReadError> {
    let rows = sqlx::query!(
        r#"with mask as (
               select user_id, bit_or(quarter_hi::bit(48) || quarter_lo::bit(48)) as seen
                 from dws_user_day where stat_day = $1 group by user_id
           ), gaps as (
               select seen & ~(seen << 1) as starts from mask
                where bit_count(seen & (seen << 1)) * 3 >= bit_count(seen)
                  and bit_count(seen & ~(seen << 1)) > 1
           )
           select q as "quarter!", count(*) as "meters!"
             from gaps, generate_series(0, 95) q
            where get_bit(starts, 95 - q) = 1
              and (starts << (96 - q)) <> 0::bit(96)
            group by q"#,
        day.to_date()
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().map(|row| (row.quarter, row.meters)).collect())
}

/// Highest load on record from complete quarter-hours before `before`: its start and load.
pub async fn record_load(pool: &ReadPool, before: LocalMs) -> Result<Option<(LocalMs, Fixed2)>, ReadError> {
    let row = sqlx::query!(
        r#"with candidate as (
               select period_start, sum(total_consumption) as kwh, sum(user_count) as users
                 from dws_region_rollup where grain = '15min' and period_start < $1
                group by period_start order by 2 desc, 1 limit $2
           )
           select period_start, (kwh * 100)::bigint as "kwh_hundredths!" from candidate c
            where users * 100 >= $3 * (select count(*) from dws_user_day
                                        where stat_day = c.period_start::date
                                          and (quarter_lo & (quarter_lo << 1) <> 0 or quarter_hi & (quarter_hi << 1) <> 0))
            order by kwh desc, period_start limit 1"#,
        before.to_naive(),
        RECORD_CANDIDATES,
        FULL_COVERAGE_PERCENT
    )
    .fetch_optional(&pool.0)
    .await?;
    Ok(row.map(|row| (LocalMs::from_naive(row.period_start), Fixed2(row.kwh_hundredths.saturating_mul(4)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: &[(usize, i64, i64, i64)]) -> DayCurve {
        let mut quarters = vec![None; QUARTERS];
        for &(index, kwh, users, returning_meters) in values {
            quarters[index] = Some(Quarter { energy_kwh: Fixed2(kwh), users, is_revised: false, returning_meters });
        }
        DayCurve { day: Day(16_811), quarters, expected: 100 }
    }

    #[test]
    fn extremes_come_from_closed_quarters_and_the_minimum_only_from_complete_ones() {
        let curve = curve(&[(0, 500, 100, 0), (1, 700, 100, 0), (2, 100, 94, 0), (3, 200, 100, 3), (4, 50, 100, 0)]);
        let at = curve.start(4);
        assert_eq!(curve.maximum(at).map(|(index, _)| index), Some(1));
        assert_eq!(curve.minimum(at).map(|(index, _)| index), Some(0), "2 is partial, 3 holds catch-up, 4 is open");
        assert_eq!(curve.energy_before(2), Fixed2(1200));
        assert_eq!(curve.maximum(curve.start(0)), None);
    }

    #[test]
    fn the_earliest_of_equal_maxima_counts() {
        let curve = curve(&[(5, 700, 100, 0), (9, 700, 100, 0)]);
        assert_eq!(curve.maximum(curve.day.end()).map(|(index, _)| index), Some(5));
    }
}
