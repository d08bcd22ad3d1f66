//! What only the meters tell: energy that is no load, completeness, and meters that have fallen silent. The definitions are
//! those of the pages.

use std::collections::BTreeMap;

use chrono::Days;
use domain::alarms::RuleId;
use domain::alarms::inputs::{Completeness, NotLoad, SilentMeter};
use domain::{Day, Fixed2, LocalMs, RegionId};

use super::Snapshot;
use crate::WarehouseError;
use crate::read::regions::SILENT_LOOK_BACK_DAYS;

const MINUTE_MS: i64 = 60_000;
const QUARTER_MS: i64 = 15 * MINUTE_MS;
/// Alarms about single meters stop being read long before.
pub const MOST_SILENT_METERS: i64 = 10_000;

struct MeterRow {
    region_id: RegionId,
    kind: String,
    minute: i32,
    amount: i64,
}

impl Snapshot {
    /// Energy of slow meters and of catch-up in the minutes before `to`, by minute.
    pub async fn not_load(&mut self, to: LocalMs, minutes: i64) -> Result<Vec<NotLoad>, WarehouseError> {
        let end = to.plus_ms((MINUTE_MS - to.0.rem_euclid(MINUTE_MS)).rem_euclid(MINUTE_MS));
        let mut found: BTreeMap<(RegionId, LocalMs), i64> = BTreeMap::new();
        for row in self.meters(to, minutes, end, false).await? {
            if matches!(row.kind.as_str(), "slow_kwh" | "catch_up") {
                let minute = end.plus_ms(-MINUTE_MS * (i64::from(row.minute) + 1));
                *found.entry((row.region_id, minute)).or_default() += row.amount;
            }
        }
        let not_load = |((region_id, minute), kwh)| NotLoad { region_id, minute, energy_kwh: Fixed2(kwh) };
        Ok(found.into_iter().map(not_load).collect())
    }

    /// Meters of each region in the quarter-hour: those that reported, of those that do so every 15 minutes.
    pub async fn completeness(&mut self, quarter: LocalMs) -> Result<Vec<Completeness>, WarehouseError> {
        let end = quarter.plus_ms(QUARTER_MS);
        let mut found: BTreeMap<RegionId, Completeness> = BTreeMap::new();
        for row in self.meters(end, 15, end, true).await? {
            let none = Completeness { region_id: row.region_id, quarter, reported: 0, expected: 0 };
            let region = found.entry(row.region_id).or_insert(none);
            match row.kind.as_str() {
                "expected" => region.expected = row.amount,
                "reported" => region.reported = row.amount,
                _ => {}
            }
        }
        Ok(found.into_values().filter(|region| region.expected > 0).collect())
    }

    async fn meters(
        &mut self,
        at: LocalMs,
        minutes: i64,
        end: LocalMs,
        counts_reported: bool,
    ) -> Result<Vec<MeterRow>, WarehouseError> {
        let newest = at.plus_ms(-1);
        let rows = sqlx::query_file_as!(
            MeterRow,
            "queries/meters.sql",
            at.to_naive(),
            newest.day().to_date(),
            95 - i32::from(newest.quarter()),
            i32::try_from(minutes).unwrap_or(i32::MAX),
            i32::try_from(minutes / 15 + 2).unwrap_or(i32::MAX),
            end.to_naive(),
            counts_reported
        );
        Ok(rows.fetch_all(self.conn()).await?)
    }

    /// Meters of these regions without a reading for more than twice their usual interval, the longest silent first.
    pub async fn silent_meters(&mut self, regions: &[RegionId], at: LocalMs) -> Result<Vec<SilentMeter>, WarehouseError> {
        let first_day = at.to_naive().date() - Days::new(SILENT_LOOK_BACK_DAYS);
        let rows = sqlx::query_file!("queries/silent_meters.sql", regions, first_day, at.to_naive(), MOST_SILENT_METERS)
            .fetch_all(self.conn())
            .await?;
        let silent = |user_id, region_id, newest| SilentMeter { user_id, region_id, newest };
        Ok(rows.into_iter().map(|row| silent(row.user_id, row.region_id, LocalMs::from_naive(row.last_reading))).collect())
    }

    /// Meters with an alarm of these rules whose newest reading lies further back than silence is looked for: they are not
    /// listed any more, but nothing was heard of them.
    pub async fn long_silent(
        &mut self,
        rules: &[RuleId],
        regions: &[RegionId],
        at: LocalMs,
    ) -> Result<Vec<SilentMeter>, WarehouseError> {
        let first_day = at.to_naive().date() - Days::new(SILENT_LOOK_BACK_DAYS);
        let rows = sqlx::query!(
            r#"select d.user_id, d.region_id, d.stat_day
                 from (select distinct subject_id from alarms
                        where rule_id = any($1) and subject_kind = 'user' and is_active) a
                cross join lateral (select user_id, region_id, stat_day from dws_user_day n
                                     where n.user_id = a.subject_id order by stat_day desc limit 1) d
                where d.region_id = any($2) and d.stat_day < $3
                order by d.stat_day, d.user_id"#,
            rules,
            regions,
            first_day
        )
        .fetch_all(self.conn())
        .await?;
        let end = |day| Day::from_date(day).end();
        let silent =
            rows.into_iter().map(|row| SilentMeter { user_id: row.user_id, region_id: row.region_id, newest: end(row.stat_day) });
        Ok(silent.collect())
    }

    /// The newest reading of each region, to the quarter-hour when it is days old.
    pub async fn newest_readings(&mut self, at: LocalMs) -> Result<Vec<(RegionId, LocalMs)>, WarehouseError> {
        let rows = sqlx::query!(
            r#"with known as (
                   select region_id from dws_region_rollup where grain = 'year' group by region_id
               ), newest as (
                   select k.region_id, q.period_start
                     from known k
                    cross join lateral (select period_start from dws_region_rollup r
                                         where r.region_id = k.region_id and r.grain = '15min'
                                         order by period_start desc limit 1) q
               )
               select n.region_id as "region_id!", coalesce(d.newest, n.period_start) as "newest!"
                 from newest n
                 left join lateral (select consumption_date as newest from dwd_power_consumption_detail d
                                     where d.region_id = n.region_id and d.consumption_date >= n.period_start
                                       and d.consumption_date >= $1::timestamp - interval '1 day'
                                       and d.consumption_date < $1::timestamp + interval '2 days'
                                     order by consumption_date desc limit 1) d on true"#,
            at.to_naive()
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows.into_iter().map(|row| (row.region_id, LocalMs::from_naive(row.newest))).collect())
    }
}
