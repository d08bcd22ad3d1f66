//! Closed windows summed from their detail rows. Rows are streamed and folded here, so that memory holds sums only.

use std::sync::Arc;

use domain::effect::{GroupTotals, UserTotals};
use domain::loaded::LoadedWindow;
use domain::{DetailKey, Fixed2, LocalMs, RegionId, UserId, WindowStart};
use futures::TryStreamExt;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Span;
use super::names::Names;
use crate::pg_types::{Hundredths, Stamp};
use crate::{Store, WarehouseError, Work};

struct WindowRow {
    consumption_id: i64,
    user_id: UserId,
    user_name: String,
    region_id: RegionId,
    region_name: String,
    date: Stamp,
    amount: Hundredths,
    cost: Hundredths,
}

#[derive(Default)]
struct WindowFold {
    names: Names,
    windows: Vec<LoadedWindow>,
    places: FxHashMap<(RegionId, WindowStart), usize>,
    /// Place of a user within its window, by place of the window.
    user_places: FxHashMap<(usize, UserId), usize>,
}

impl WindowFold {
    fn add(&mut self, row: &WindowRow) -> Result<(), WarehouseError> {
        let start = row.date.0.window();
        let place = *self.places.entry((row.region_id, start)).or_insert(self.windows.len());
        if place == self.windows.len() {
            let totals = empty_totals(row.amount.0, self.names.get(&row.region_name));
            self.windows.push(LoadedWindow { region_id: row.region_id, start, totals, users: Vec::new() });
        }
        let window = &mut self.windows[place];
        let totals = &mut window.totals;
        totals.energy_kwh = add(totals.energy_kwh, row.amount.0)?;
        totals.cost_yuan = add(totals.cost_yuan, row.cost.0)?;
        totals.records += 1;
        totals.max_kwh = totals.max_kwh.max(row.amount.0);
        totals.min_kwh = totals.min_kwh.min(row.amount.0);
        if row.consumption_id > totals.last_consumption_id {
            totals.last_consumption_id = row.consumption_id;
            totals.region_name = self.names.get(&row.region_name);
        }
        let user_place = *self.user_places.entry((place, row.user_id)).or_insert(window.users.len());
        match window.users.get_mut(user_place) {
            Some((user, last_id)) => {
                user.energy_kwh = add(user.energy_kwh, row.amount.0)?;
                user.cost_yuan = add(user.cost_yuan, row.cost.0)?;
                if row.consumption_id > *last_id {
                    *last_id = row.consumption_id;
                    user.user_name = self.names.get(&row.user_name);
                }
            }
            None => {
                let user_name = self.names.get(&row.user_name);
                let user = UserTotals { user_id: row.user_id, user_name, energy_kwh: row.amount.0, cost_yuan: row.cost.0 };
                window.users.push((user, row.consumption_id));
            }
        }
        Ok(())
    }
}

fn empty_totals(first_kwh: Fixed2, region_name: Arc<str>) -> GroupTotals {
    GroupTotals {
        energy_kwh: Fixed2::ZERO,
        cost_yuan: Fixed2::ZERO,
        records: 0,
        max_kwh: first_kwh,
        min_kwh: first_kwh,
        last_consumption_id: i64::MIN,
        region_name,
    }
}

fn add(sum: Fixed2, amount: Fixed2) -> Result<Fixed2, WarehouseError> {
    sum.checked_add(amount).ok_or_else(|| WarehouseError::BadValue(format!("the sum {sum} + {amount} is out of range")))
}

impl Work {
    pub(super) async fn load_windows(
        &mut self,
        keys: &[(RegionId, WindowStart)],
        removed: &FxHashSet<DetailKey>,
    ) -> Result<Vec<LoadedWindow>, WarehouseError> {
        let Some(span) = Span::of_days(keys.iter().map(|(_, start)| start.0)) else { return Ok(Vec::new()) };
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let (regions, starts): (Vec<RegionId>, Vec<Stamp>) =
            sorted.iter().map(|(region, start)| (*region, Stamp(start.0))).unzip();
        // The fence (offset 0) keeps this a walk of (region_id, consumption_date) per window.
        let mut rows = sqlx::query_as!(
            WindowRow,
            r#"select d.consumption_id as "consumption_id!", d.user_id as "user_id!", d.user_name as "user_name!",
                      d.region_id as "region_id!", d.region_name as "region_name!", d.consumption_date as "date!: Stamp",
                      d.consumption_amount as "amount!: Hundredths", d.consumption_cost as "cost!: Hundredths"
                 from unnest($1::int[], $2::timestamp[]) as k(region_id, start)
                cross join lateral (
                      select x.consumption_id, x.user_id, x.user_name, x.region_id, x.region_name, x.consumption_date,
                             x.consumption_amount, x.consumption_cost
                        from dwd_power_consumption_detail x
                       where x.region_id = k.region_id
                         and x.consumption_date >= k.start and x.consumption_date < k.start + interval '5 seconds'
                         and x.consumption_date >= $3 and x.consumption_date < $4
                      offset 0
                ) d"#,
            &regions,
            &starts as _,
            span.from as _,
            span.to as _
        )
        .fetch(&mut *self.tx);
        let mut fold = WindowFold::default();
        while let Some(row) = rows.try_next().await? {
            if !removed.contains(&DetailKey { consumption_id: row.consumption_id, date: row.date.0 }) {
                fold.add(&row)?;
            }
        }
        Ok(fold.windows)
    }
}

impl Store {
    /// All windows from a moment on, after a restart: what the engine held in memory.
    pub async fn open_windows(&self, from: LocalMs) -> Result<Vec<LoadedWindow>, WarehouseError> {
        let mut rows = sqlx::query_as!(
            WindowRow,
            r#"select d.consumption_id, d.user_id, d.user_name, d.region_id, d.region_name,
                      d.consumption_date as "date: Stamp", d.consumption_amount as "amount: Hundredths",
                      d.consumption_cost as "cost: Hundredths"
                 from dwd_power_consumption_detail d
                where d.consumption_date >= $1"#,
            Stamp(from) as _
        )
        .fetch(&self.pool);
        let mut fold = WindowFold::default();
        while let Some(row) = rows.try_next().await? {
            fold.add(&row)?;
        }
        Ok(fold.windows)
    }
}
