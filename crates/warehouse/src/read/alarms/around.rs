//! The numbers around an alarm, for its chart.

use domain::alarms::{Metric, Subject};
use domain::{Day, Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use crate::read::day_curve::DayCurve;
use crate::read::regions::curves;
use crate::read::users::{self, UserQuarter};
use crate::read::{ReadError, ReadPool};

/// Windows before and after the moment of an alarm about windows.
const WINDOWS_AROUND: i64 = 60;
const WINDOW_MS: i64 = 5_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Window {
    pub start: LocalMs,
    pub energy_kwh: Fixed2,
    pub records: i64,
    pub is_revised: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Around {
    /// Of the day of the alarm; regions are summed.
    Day(DayCurve),
    User(Vec<UserQuarter>),
    Windows(Vec<Window>),
    /// An alarm about the installation has no load.
    Nothing,
}

/// `members` are the region of the alarm and all below it; `now` is data time.
pub async fn around(
    pool: &ReadPool,
    subject: Subject,
    metric: Metric,
    members: &[RegionId],
    at: LocalMs,
    now: LocalMs,
) -> Result<Around, ReadError> {
    match (subject, metric) {
        (Subject::Pipeline, _) => Ok(Around::Nothing),
        (Subject::User { user_id, .. }, _) => Ok(Around::User(users::day_curve(pool, user_id, at.day().to_date()).await?)),
        (Subject::Region(_), Metric::WindowKwh) => Ok(Around::Windows(windows(pool, members, at).await?)),
        (Subject::Region(_), _) => {
            let day: Day = at.day();
            let curves = curves(pool, members, &[day], now).await?;
            Ok(curves.into_iter().next().map_or(Around::Nothing, |drawn| Around::Day(drawn.curve)))
        }
    }
}

async fn windows(pool: &ReadPool, members: &[RegionId], at: LocalMs) -> Result<Vec<Window>, ReadError> {
    let middle = LocalMs(at.0 - at.0.rem_euclid(WINDOW_MS));
    let rows = sqlx::query!(
        r#"select stat_date, (sum(total_consumption) * 100)::bigint as "kwh!", sum(record_count)::bigint as "records!",
                  bool_or(revision > 0) as "is_revised!"
             from dws_region_daily_stats
            where region_id = any($1) and stat_date >= $2 and stat_date <= $3
            group by stat_date order by stat_date"#,
        members,
        middle.plus_ms(-WINDOWS_AROUND * WINDOW_MS).to_naive(),
        middle.plus_ms(WINDOWS_AROUND * WINDOW_MS).to_naive()
    )
    .fetch_all(&pool.0)
    .await?;
    let window = rows.into_iter().map(|row| Window {
        start: LocalMs::from_naive(row.stat_date),
        energy_kwh: Fixed2(row.kwh),
        records: row.records,
        is_revised: row.is_revised,
    });
    Ok(window.collect())
}
