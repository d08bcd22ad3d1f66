//! Roll-ups of quarter-hours, hours, days, months and years.

use domain::effect::RollupResult;
use domain::{Fixed2, RegionId};

use super::SLICE_ROWS;
use crate::pg_types::{Hundredths, Stamp};
use crate::{WarehouseError, Work};

#[derive(Default)]
struct Columns<'r> {
    regions: Vec<RegionId>,
    grains: Vec<&'static str>,
    starts: Vec<Stamp>,
    region_names: Vec<&'r str>,
    energy: Vec<Hundredths>,
    cost: Vec<Hundredths>,
    records: Vec<i64>,
    users: Vec<i64>,
    mean: Vec<Hundredths>,
    max: Vec<Hundredths>,
    min: Vec<Hundredths>,
    last_ids: Vec<i64>,
}

impl<'r> Columns<'r> {
    fn push(&mut self, rollup: &'r RollupResult) {
        let Some((totals, users)) = &rollup.content else { return };
        self.regions.push(rollup.key.region_id);
        self.grains.push(rollup.key.grain.code());
        self.starts.push(Stamp(rollup.key.start));
        self.region_names.push(&totals.region_name);
        self.energy.push(Hundredths(totals.energy_kwh));
        self.cost.push(Hundredths(totals.cost_yuan));
        self.records.push(totals.records);
        self.users.push(*users);
        self.mean.push(Hundredths(totals.energy_kwh.mean(totals.records).unwrap_or(Fixed2::ZERO)));
        self.max.push(Hundredths(totals.max_kwh));
        self.min.push(Hundredths(totals.min_kwh));
        self.last_ids.push(totals.last_consumption_id);
    }
}

impl Work {
    pub(super) async fn write_rollups(&mut self, rollups: &[RollupResult]) -> Result<(), WarehouseError> {
        for slice in rollups.chunks(SLICE_ROWS) {
            self.delete_rollups(slice).await?;
            for amended in [false, true] {
                let mut columns = Columns::default();
                slice.iter().filter(|rollup| rollup.amended == amended).for_each(|rollup| columns.push(rollup));
                self.upsert_rollups(&columns, i32::from(amended)).await?;
            }
        }
        Ok(())
    }

    async fn upsert_rollups(&mut self, columns: &Columns<'_>, revisions: i32) -> Result<(), WarehouseError> {
        if columns.regions.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into dws_region_rollup as t (region_id, grain, period_start, region_name, total_consumption, total_cost,
                    record_count, user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
             select * from unnest($1::int[], $2::text[], $3::timestamp[], $4::text[], $5::numeric[], $6::numeric[],
                    $7::bigint[], $8::bigint[], $9::numeric[], $10::numeric[], $11::numeric[], $12::bigint[])
             on conflict (region_id, grain, period_start) do update
                set region_name = excluded.region_name, total_consumption = excluded.total_consumption,
                    total_cost = excluded.total_cost, record_count = excluded.record_count,
                    user_count = excluded.user_count, avg_consumption = excluded.avg_consumption,
                    max_consumption = excluded.max_consumption, min_consumption = excluded.min_consumption,
                    last_consumption_id = excluded.last_consumption_id, revision = t.revision + $13, update_time = now()
              where (t.region_name, t.total_consumption, t.total_cost, t.record_count, t.user_count, t.max_consumption,
                     t.min_consumption, t.last_consumption_id)
                    is distinct from
                    (excluded.region_name, excluded.total_consumption, excluded.total_cost, excluded.record_count,
                     excluded.user_count, excluded.max_consumption, excluded.min_consumption, excluded.last_consumption_id)",
            &columns.regions,
            &columns.grains as _,
            &columns.starts as _,
            &columns.region_names as _,
            &columns.energy as _,
            &columns.cost as _,
            &columns.records,
            &columns.users,
            &columns.mean as _,
            &columns.max as _,
            &columns.min as _,
            &columns.last_ids,
            revisions
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn delete_rollups(&mut self, rollups: &[RollupResult]) -> Result<(), WarehouseError> {
        let gone: Vec<_> = rollups.iter().filter(|rollup| rollup.content.is_none()).map(|rollup| rollup.key).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let regions: Vec<RegionId> = gone.iter().map(|key| key.region_id).collect();
        let grains: Vec<&str> = gone.iter().map(|key| key.grain.code()).collect();
        let starts: Vec<Stamp> = gone.iter().map(|key| Stamp(key.start)).collect();
        sqlx::query!(
            "delete from dws_region_rollup t
              using unnest($1::int[], $2::text[], $3::timestamp[]) as k(region_id, grain, start)
              where t.region_id = k.region_id and t.grain = k.grain and t.period_start = k.start",
            &regions,
            &grains as _,
            &starts as _
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
