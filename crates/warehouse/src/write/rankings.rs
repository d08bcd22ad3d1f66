//! Rankings of closed windows. An amended window keeps only the users of its new ranking.

use domain::effect::WindowResult;
use domain::{RegionId, UserId};

use super::SLICE_ROWS;
use crate::load::Span;
use crate::pg_types::{Hundredths, Stamp};
use crate::{WarehouseError, Work};

#[derive(Default)]
struct Columns<'w> {
    users: Vec<UserId>,
    user_names: Vec<&'w str>,
    regions: Vec<RegionId>,
    region_names: Vec<&'w str>,
    starts: Vec<Stamp>,
    energy: Vec<Hundredths>,
    cost: Vec<Hundredths>,
    places: Vec<i32>,
}

impl Work {
    pub(super) async fn write_rankings(&mut self, windows: &[WindowResult]) -> Result<(), WarehouseError> {
        self.forget_other_users(windows).await?;
        let mut columns = Columns::default();
        for window in windows {
            let Some(content) = &window.content else { continue };
            for (place, user) in (1..).zip(&content.ranking) {
                columns.users.push(user.user_id);
                columns.user_names.push(&user.user_name);
                columns.regions.push(window.region_id);
                columns.region_names.push(&content.totals.region_name);
                columns.starts.push(Stamp(window.start.0));
                columns.energy.push(Hundredths(user.energy_kwh));
                columns.cost.push(Hundredths(user.cost_yuan));
                columns.places.push(place);
            }
            if columns.users.len() >= SLICE_ROWS {
                self.upsert_rankings(&std::mem::take(&mut columns)).await?;
            }
        }
        self.upsert_rankings(&columns).await
    }

    async fn upsert_rankings(&mut self, columns: &Columns<'_>) -> Result<(), WarehouseError> {
        if columns.users.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into dws_user_ranking as t (user_id, user_name, region_id, region_name, stat_date, total_consumption,
                    total_cost, ranking)
             select * from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::timestamp[], $6::numeric[],
                    $7::numeric[], $8::int[])
             on conflict (stat_date, region_id, user_id) do update
                set user_name = excluded.user_name, region_name = excluded.region_name,
                    total_consumption = excluded.total_consumption, total_cost = excluded.total_cost,
                    ranking = excluded.ranking
              where (t.user_name, t.region_name, t.total_consumption, t.total_cost, t.ranking)
                    is distinct from
                    (excluded.user_name, excluded.region_name, excluded.total_consumption, excluded.total_cost,
                     excluded.ranking)",
            &columns.users,
            &columns.user_names as _,
            &columns.regions,
            &columns.region_names as _,
            &columns.starts as _,
            &columns.energy as _,
            &columns.cost as _,
            &columns.places
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Deletes the users of amended windows that are in the ranking no more.
    async fn forget_other_users(&mut self, windows: &[WindowResult]) -> Result<(), WarehouseError> {
        let (mut regions, mut starts) = (Vec::new(), Vec::new());
        let (mut kept_regions, mut kept_starts, mut kept_users) = (Vec::new(), Vec::new(), Vec::new());
        for window in windows.iter().filter(|window| window.amended) {
            let Some(content) = &window.content else { continue };
            regions.push(window.region_id);
            starts.push(Stamp(window.start.0));
            for user in &content.ranking {
                kept_regions.push(window.region_id);
                kept_starts.push(Stamp(window.start.0));
                kept_users.push(user.user_id);
            }
        }
        let Some(span) = Span::of_days(starts.iter().map(|start| start.0)) else { return Ok(()) };
        sqlx::query!(
            "delete from dws_user_ranking t using unnest($1::int[], $2::timestamp[]) as k(region_id, start)
              where t.region_id = k.region_id and t.stat_date = k.start and t.stat_date >= $3 and t.stat_date < $4
                and (t.region_id, t.stat_date, t.user_id)
                    not in (select n.region_id, n.start, n.user_id
                              from unnest($5::int[], $6::timestamp[], $7::bigint[]) as n(region_id, start, user_id))",
            &regions,
            &starts as _,
            span.from as _,
            span.to as _,
            &kept_regions,
            &kept_starts as _,
            &kept_users
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
