//! Users and region profiles as last seen at the source.

use domain::{LocalMs, RegionId, RegionRow, UserId, UserRow};

use super::SLICE_ROWS;
use crate::pg_types::{Hundredths, Stamp};
use crate::{WarehouseError, Work};

impl Work {
    pub(super) async fn upsert_users(&mut self, users: &[UserRow]) -> Result<(), WarehouseError> {
        for slice in users.chunks(SLICE_ROWS) {
            // A row without key is a dead letter and does not come here.
            let keyed: Vec<(UserId, &UserRow)> = slice.iter().filter_map(|user| Some((user.user_id?, user))).collect();
            let ids: Vec<UserId> = keyed.iter().map(|(id, _)| *id).collect();
            let names: Vec<Option<&str>> = keyed.iter().map(|(_, user)| user.user_name.as_deref()).collect();
            let usages: Vec<Option<&str>> = keyed.iter().map(|(_, user)| user.usage_type.as_deref()).collect();
            let regions: Vec<Option<RegionId>> = keyed.iter().map(|(_, user)| user.region_id).collect();
            let region_names: Vec<Option<&str>> = keyed.iter().map(|(_, user)| user.region_name.as_deref()).collect();
            let addresses: Vec<Option<&str>> = keyed.iter().map(|(_, user)| user.address.as_deref()).collect();
            let phones: Vec<Option<&str>> = keyed.iter().map(|(_, user)| user.phone.as_deref()).collect();
            let created: Vec<Option<Stamp>> = keyed.iter().map(|(_, user)| user.create_time.map(Stamp)).collect();
            let updated: Vec<Option<Stamp>> = keyed.iter().map(|(_, user)| user.update_time.map(Stamp)).collect();
            // Of several rows of one user in a slice the last one counts.
            sqlx::query!(
                "insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name, address, phone,
                                             create_time, update_time)
                 select distinct on (u.user_id) u.user_id, u.user_name, u.usage_type, u.region_id, u.region_name, u.address,
                        u.phone, u.create_time, u.update_time
                   from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],
                               $8::timestamp[], $9::timestamp[]) with ordinality
                        as u(user_id, user_name, usage_type, region_id, region_name, address, phone, create_time, update_time, place)
                  order by u.user_id, u.place desc
                 on conflict (user_id) do update
                    set user_name = excluded.user_name, usage_type = excluded.usage_type, region_id = excluded.region_id,
                        region_name = excluded.region_name, address = excluded.address, phone = excluded.phone,
                        create_time = excluded.create_time, update_time = excluded.update_time, etl_time = now()",
                &ids,
                &names as _,
                &usages as _,
                &regions as _,
                &region_names as _,
                &addresses as _,
                &phones as _,
                &created as _,
                &updated as _
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn delete_users(&mut self, users: &[UserId]) -> Result<(), WarehouseError> {
        for slice in users.chunks(SLICE_ROWS) {
            sqlx::query!("delete from ods_power_user where user_id = any($1)", slice).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    pub(super) async fn upsert_regions(&mut self, regions: &[RegionRow]) -> Result<(), WarehouseError> {
        for slice in regions.chunks(SLICE_ROWS) {
            let ids: Vec<RegionId> = slice.iter().map(|region| region.region_id).collect();
            let parents: Vec<Option<RegionId>> = slice.iter().map(|region| region.parent_id).collect();
            let names: Vec<Option<&str>> = slice.iter().map(|region| region.region_name.as_deref()).collect();
            let limits: Vec<Option<Hundredths>> = slice.iter().map(|region| region.limit_kw.map(Hundredths)).collect();
            let valid: Vec<Stamp> = slice.iter().map(|region| Stamp(region.valid_from)).collect();
            sqlx::query!(
                "insert into ods_region_profile (region_id, parent_id, region_name, limit_kw, valid_from)
                 select distinct on (r.region_id, r.valid_from) r.region_id, r.parent_id, r.region_name, r.limit_kw, r.valid_from
                   from unnest($1::int[], $2::int[], $3::text[], $4::numeric[], $5::timestamp[]) with ordinality
                        as r(region_id, parent_id, region_name, limit_kw, valid_from, place)
                  order by r.region_id, r.valid_from, r.place desc
                 on conflict (region_id, valid_from) do update
                    set parent_id = excluded.parent_id, region_name = excluded.region_name, limit_kw = excluded.limit_kw,
                        etl_time = now()",
                &ids,
                &parents as _,
                &names as _,
                &limits as _,
                &valid as _
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn delete_regions(&mut self, keys: &[(RegionId, LocalMs)]) -> Result<(), WarehouseError> {
        for slice in keys.chunks(SLICE_ROWS) {
            let (ids, valid): (Vec<RegionId>, Vec<Stamp>) = slice.iter().map(|(id, valid)| (*id, Stamp(*valid))).unzip();
            sqlx::query!(
                "delete from ods_region_profile p using unnest($1::int[], $2::timestamp[]) as k(region_id, valid_from)
                  where p.region_id = k.region_id and p.valid_from = k.valid_from",
                &ids,
                &valid as _
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}
