//! Sums of closed windows and periods, what became of older ones, and the running sums.

use chrono::{DateTime, Utc};
use domain::alarms::inputs::{PeriodSum, WindowSum};
use domain::effect::Grain;
use domain::{Fixed2, LocalMs, RegionId};

use super::Snapshot;
use crate::WarehouseError;
use crate::pg_types::{Hundredths, Stamp};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// Periods that are looked at again when their rows change, back from the step.
fn held_ms(grain: Grain) -> i64 {
    match grain {
        Grain::Quarter | Grain::Hour => 2 * DAY_MS,
        _ => 35 * DAY_MS,
    }
}

/// None for months and years, which no rule waits for.
fn length_ms(grain: Grain) -> Option<i64> {
    match grain {
        Grain::Quarter => Some(15 * MINUTE_MS),
        Grain::Hour => Some(60 * MINUTE_MS),
        Grain::Day => Some(DAY_MS),
        Grain::Month | Grain::Year => None,
    }
}

/// Event time from `from` (not included) to `to`, both ends of windows, and when the rows were last looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: LocalMs,
    pub to: LocalMs,
    /// None: older rows are not asked for.
    pub revised_since: Option<DateTime<Utc>>,
}

/// Windows of a step, and how many there are in all the minutes that are held: whoever holds another number has missed a
/// window that is gone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Windows {
    pub sums: Vec<WindowSum>,
    pub held: i64,
}

impl Snapshot {
    /// Windows that ended in the span, and older ones of the minutes before it that were written since.
    pub async fn windows(&mut self, span: Span, held_minutes: u16) -> Result<Windows, WarehouseError> {
        let oldest = span.from.plus_ms(-MINUTE_MS * i64::from(held_minutes));
        let rows = sqlx::query!(
            r#"select region_id as "region_id?", stat_date as "start?: Stamp", total_consumption as "kwh?: Hundredths",
                      null::bigint as held
                 from dws_region_daily_stats
                where stat_date >= $1 and stat_date < $3 and (stat_date >= $2 or update_time > $4)
                union all
               select null, null, null, count(*) from dws_region_daily_stats where stat_date >= $1 and stat_date < $3"#,
            Stamp(oldest) as _,
            Stamp(span.from) as _,
            Stamp(span.to) as _,
            span.revised_since
        )
        .fetch_all(self.conn())
        .await?;
        let mut windows = Windows::default();
        for row in rows {
            match (row.region_id, row.start, row.kwh) {
                (Some(region_id), Some(start), Some(kwh)) => {
                    windows.sums.push(WindowSum { region_id, start: start.0, energy_kwh: Some(kwh.0) });
                }
                _ => windows.held = row.held.unwrap_or(0),
            }
        }
        windows.sums.sort_unstable_by_key(|sum| (sum.start, sum.region_id));
        Ok(windows)
    }

    /// Every window between two ends of windows.
    pub async fn windows_between(&mut self, from: LocalMs, to: LocalMs) -> Result<Vec<WindowSum>, WarehouseError> {
        let windows = self.windows(Span { from, to, revised_since: None }, 0).await?;
        Ok(windows.sums)
    }

    /// Periods whose end and grace lie in the span, and older closed ones of which a row was written since: whole, with the
    /// rows of all regions.
    pub async fn periods(&mut self, grain: Grain, span: Span, grace_ms: i64) -> Result<Vec<PeriodSum>, WarehouseError> {
        let Some(length) = length_ms(grain) else { return Ok(Vec::new()) };
        let shift = -(grace_ms + length);
        let (after, last) = (span.from.plus_ms(shift), span.to.plus_ms(shift));
        let rows = sqlx::query!(
            r#"select region_id, period_start as "start: Stamp", total_consumption as "kwh: Hundredths"
                 from dws_region_rollup
                where grain = $1 and period_start > $2 and period_start <= $4
                  and (period_start > $3
                       or period_start in (select r.period_start from dws_region_rollup r
                                            where r.grain = $1 and r.period_start > $2 and r.period_start <= $3
                                              and r.update_time > $5))
                order by period_start, region_id"#,
            grain.code(),
            Stamp(after.plus_ms(if span.revised_since.is_some() { -held_ms(grain) } else { 0 })) as _,
            Stamp(after) as _,
            Stamp(last) as _,
            span.revised_since
        )
        .fetch_all(self.conn())
        .await?;
        let sum = |region_id: RegionId, start: Stamp, kwh: Fixed2| PeriodSum {
            region_id,
            grain,
            start: start.0,
            energy_kwh: Some(kwh),
        };
        Ok(rows.into_iter().map(|row| sum(row.region_id, row.start, row.kwh.0)).collect())
    }

    /// Energy since the start of the hour, day or month in which the window before `to` lies. Put together of closed days,
    /// hours, quarter-hours and windows, so that it says the same however late it is asked for.
    pub async fn running(&mut self, grain: Grain, to: LocalMs) -> Result<Vec<PeriodSum>, WarehouseError> {
        let within = to.plus_ms(-1);
        let hour = within.hour_start();
        let quarter = within.day().quarter_start(within.quarter());
        let day = within.day().start();
        let start = match grain {
            Grain::Month => within.day().month_start().start(),
            Grain::Day => day,
            _ => hour,
        };
        let rows = sqlx::query!(
            r#"select region_id as "region_id!", sum(kwh) as "kwh!: Hundredths"
                 from (select region_id, total_consumption as kwh from dws_region_rollup
                        where grain = 'day' and period_start >= $1 and period_start < $2
                        union all
                       select region_id, total_consumption from dws_region_rollup
                        where grain = 'hour' and period_start >= greatest($1, $2) and period_start < $3
                        union all
                       select region_id, total_consumption from dws_region_rollup
                        where grain = '15min' and period_start >= $3 and period_start < $4
                        union all
                       select region_id, total_consumption from dws_region_daily_stats
                        where stat_date >= $4 and stat_date < $5) as pieces
                group by region_id order by region_id"#,
            Stamp(start) as _,
            Stamp(day) as _,
            Stamp(hour) as _,
            Stamp(quarter) as _,
            Stamp(to) as _
        )
        .fetch_all(self.conn())
        .await?;
        let sum = |region_id: RegionId, kwh: Fixed2| PeriodSum { region_id, grain, start, energy_kwh: Some(kwh) };
        Ok(rows.into_iter().map(|row| sum(row.region_id, row.kwh.0)).collect())
    }
}
