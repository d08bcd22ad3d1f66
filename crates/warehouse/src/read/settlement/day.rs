//! The readings behind a settled day.

use domain::{Day, Fixed2, LocalMs, UserId};

use crate::pg_types::{Hundredths, Stamp};
use crate::read::{ReadError, ReadPool};

/// More readings of a day and its edges than these are not listed.
pub const MOST_READINGS: i64 = 2_000;
/// Reports of a day's last interval come after midnight, and what lies before its first one is known from the report before.
const EDGE_MS: i64 = 3 * 3_600_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    pub consumption_id: i64,
    pub reported_at: LocalMs,
    pub kwh: Fixed2,
    pub register_before: Option<Fixed2>,
    pub register_after: Option<Fixed2>,
}

/// Readings reported from a while before the day until a while after it, in order of time; the details that are still kept.
pub async fn readings(pool: &ReadPool, user_id: UserId, day: Day) -> Result<Vec<Reading>, ReadError> {
    let (from, to) = (day.start().plus_ms(-EDGE_MS), Day(day.0 + 1).start().plus_ms(EDGE_MS));
    let rows = sqlx::query!(
        r#"select consumption_id, consumption_date as "at: Stamp", consumption_amount as "kwh: Hundredths",
                  round(meter_reading_before, 2) as "before?: Hundredths", round(meter_reading_after, 2) as "after?: Hundredths"
             from dwd_power_consumption_detail
            where user_id = $1 and consumption_date >= $2 and consumption_date < $3
            order by consumption_date, consumption_id limit $4"#,
        user_id,
        Stamp(from) as Stamp,
        Stamp(to) as Stamp,
        MOST_READINGS
    )
    .fetch_all(&pool.0)
    .await?;
    let reading = rows.into_iter().map(|row| Reading {
        consumption_id: row.consumption_id,
        reported_at: row.at.0,
        kwh: row.kwh.0,
        register_before: row.before.map(|value| value.0),
        register_after: row.after.map(|value| value.0),
    });
    Ok(reading.collect())
}
