//! Closed windows: the region's row, the dashboard's row and the ranking of its users.

use domain::effect::{WindowContent, WindowResult};
use domain::{Fixed2, RegionId, UserId};

use super::SLICE_ROWS;
use crate::load::Span;
use crate::pg_types::{Hundredths, Stamp};
use crate::{WarehouseError, Work};

/// Columns of a slice of windows that have content.
#[derive(Default)]
struct Columns<'w> {
    regions: Vec<RegionId>,
    region_names: Vec<&'w str>,
    starts: Vec<Stamp>,
    energy: Vec<Hundredths>,
    cost: Vec<Hundredths>,
    users: Vec<i64>,
    mean: Vec<Hundredths>,
    max: Vec<Hundredths>,
    min: Vec<Hundredths>,
    records: Vec<i64>,
    dashboard_ids: Vec<String>,
    hours: Vec<i32>,
    top_users: Vec<UserId>,
    top_names: Vec<&'w str>,
    top_energy: Vec<Hundredths>,
}

impl<'w> Columns<'w> {
    fn push(&mut self, window: &WindowResult, content: &'w WindowContent) -> Result<(), WarehouseError> {
        let (start, totals) = (window.start.0, &content.totals);
        let Some(top) = content.ranking.first() else {
            return Err(WarehouseError::BadValue(format!("the window {start} of region {} has no ranking", window.region_id)));
        };
        self.regions.push(window.region_id);
        self.region_names.push(&totals.region_name);
        self.starts.push(Stamp(start));
        self.energy.push(Hundredths(totals.energy_kwh));
        self.cost.push(Hundredths(totals.cost_yuan));
        self.users.push(content.user_count);
        self.mean.push(Hundredths(totals.energy_kwh.mean(totals.records).unwrap_or(Fixed2::ZERO)));
        self.max.push(Hundredths(totals.max_kwh));
        self.min.push(Hundredths(totals.min_kwh));
        self.records.push(totals.records);
        self.dashboard_ids.push(format!("DASHBOARD_{}_{start}", window.region_id));
        self.hours.push(i32::from(start.hour()));
        self.top_users.push(top.user_id);
        self.top_names.push(&top.user_name);
        self.top_energy.push(Hundredths(top.energy_kwh));
        Ok(())
    }
}

impl Work {
    pub(super) async fn write_windows(&mut self, windows: &[WindowResult]) -> Result<(), WarehouseError> {
        for slice in windows.chunks(SLICE_ROWS) {
            self.delete_windows(slice).await?;
            let mut columns = Columns::default();
            for window in slice {
                if let Some(content) = &window.content {
                    columns.push(window, content)?;
                }
            }
            self.upsert_region_windows(&columns).await?;
            self.upsert_dashboard(&columns).await?;
            self.write_rankings(slice).await?;
        }
        Ok(())
    }

    async fn upsert_region_windows(&mut self, columns: &Columns<'_>) -> Result<(), WarehouseError> {
        sqlx::query!(
            "insert into dws_region_daily_stats as t (region_id, region_name, stat_date, total_consumption, total_cost,
                    user_count, avg_consumption, max_consumption, min_consumption, record_count)
             select * from unnest($1::int[], $2::text[], $3::timestamp[], $4::numeric[], $5::numeric[], $6::bigint[],
                    $7::numeric[], $8::numeric[], $9::numeric[], $10::bigint[])
             on conflict (region_id, stat_date) do update
                set region_name = excluded.region_name, total_consumption = excluded.total_consumption,
                    total_cost = excluded.total_cost, user_count = excluded.user_count,
                    avg_consumption = excluded.avg_consumption, max_consumption = excluded.max_consumption,
                    min_consumption = excluded.min_consumption, record_count = excluded.record_count,
                    revision = t.revision + 1, update_time = now()
              where (t.region_name, t.total_consumption, t.total_cost, t.user_count, t.max_consumption, t.min_consumption,
                     t.record_count)
                    is distinct from
                    (excluded.region_name, excluded.total_consumption, excluded.total_cost, excluded.user_count,
                     excluded.max_consumption, excluded.min_consumption, excluded.record_count)",
            &columns.regions,
            &columns.region_names as _,
            &columns.starts as _,
            &columns.energy as _,
            &columns.cost as _,
            &columns.users,
            &columns.mean as _,
            &columns.max as _,
            &columns.min as _,
            &columns.records
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn upsert_dashboard(&mut self, columns: &Columns<'_>) -> Result<(), WarehouseError> {
        sqlx::query!(
            "insert into ads_power_dashboard as t (dashboard_id, stat_date, region_id, region_name, total_consumption,
                    total_cost, user_count, avg_consumption, peak_hour, peak_consumption, top_user_id, top_user_name,
                    top_user_consumption)
             select * from unnest($1::text[], $2::timestamp[], $3::int[], $4::text[], $5::numeric[], $6::numeric[],
                    $7::bigint[], $8::numeric[], $9::int[], $10::numeric[], $11::bigint[], $12::text[], $13::numeric[])
             on conflict (region_id, stat_date) do update
                set region_name = excluded.region_name, total_consumption = excluded.total_consumption,
                    total_cost = excluded.total_cost, user_count = excluded.user_count,
                    avg_consumption = excluded.avg_consumption, peak_hour = excluded.peak_hour,
                    peak_consumption = excluded.peak_consumption, top_user_id = excluded.top_user_id,
                    top_user_name = excluded.top_user_name, top_user_consumption = excluded.top_user_consumption,
                    update_time = now()
              where (t.region_name, t.total_consumption, t.total_cost, t.user_count, t.avg_consumption, t.peak_consumption,
                     t.top_user_id, t.top_user_name, t.top_user_consumption)
                    is distinct from
                    (excluded.region_name, excluded.total_consumption, excluded.total_cost, excluded.user_count,
                     excluded.avg_consumption, excluded.peak_consumption, excluded.top_user_id, excluded.top_user_name,
                     excluded.top_user_consumption)",
            &columns.dashboard_ids,
            &columns.starts as _,
            &columns.regions,
            &columns.region_names as _,
            &columns.energy as _,
            &columns.cost as _,
            &columns.users,
            &columns.mean as _,
            &columns.hours,
            &columns.max as _,
            &columns.top_users,
            &columns.top_names as _,
            &columns.top_energy as _
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Windows whose last reading is gone.
    async fn delete_windows(&mut self, windows: &[WindowResult]) -> Result<(), WarehouseError> {
        let gone = || windows.iter().filter(|window| window.content.is_none());
        let Some(span) = Span::of_days(gone().map(|window| window.start.0)) else { return Ok(()) };
        let (regions, starts): (Vec<RegionId>, Vec<Stamp>) =
            gone().map(|window| (window.region_id, Stamp(window.start.0))).unzip();
        sqlx::query!(
            "with gone as materialized (
                 select k.region_id, k.start from unnest($1::int[], $2::timestamp[]) as k(region_id, start)
             ), stats as (
                 delete from dws_region_daily_stats t using gone k
                  where t.region_id = k.region_id and t.stat_date = k.start and t.stat_date >= $3 and t.stat_date < $4
             ), ranking as (
                 delete from dws_user_ranking t using gone k
                  where t.region_id = k.region_id and t.stat_date = k.start and t.stat_date >= $3 and t.stat_date < $4
             )
             delete from ads_power_dashboard t using gone k
              where t.region_id = k.region_id and t.stat_date = k.start and t.stat_date >= $3 and t.stat_date < $4",
            &regions,
            &starts as _,
            span.from as _,
            span.to as _
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
