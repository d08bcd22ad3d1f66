//! `region_profile`: the tree of regions and their dated limits.

use domain::{Fixed2, LocalMs, RegionRow};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::{Operational, OperationalError};

impl Operational {
    pub async fn regions(&self) -> Result<Vec<RegionRow>, OperationalError> {
        let rows =
            sqlx::query!("select region_id, parent_id, region_name, limit_kw, valid_from from region_profile order by 5, 1")
                .fetch_all(&self.pool)
                .await?;
        let regions = rows.into_iter().map(|row| RegionRow {
            region_id: row.region_id,
            parent_id: row.parent_id,
            region_name: row.region_name.map(Into::into),
            limit_kw: row.limit_kw.and_then(|limit| (limit * Decimal::ONE_HUNDRED).to_i64()).map(Fixed2),
            valid_from: LocalMs::from_naive(row.valid_from),
        });
        Ok(regions.collect())
    }

    /// Adds the rows or brings those that differ up to date. Answers how many were written.
    pub async fn upsert_regions(&self, rows: &[RegionRow]) -> Result<u64, OperationalError> {
        let ids: Vec<i32> = rows.iter().map(|row| row.region_id).collect();
        let parents: Vec<Option<i32>> = rows.iter().map(|row| row.parent_id).collect();
        let names: Vec<Option<&str>> = rows.iter().map(|row| row.region_name.as_deref()).collect();
        let limits: Vec<Option<Decimal>> = rows.iter().map(|row| row.limit_kw.map(|limit| Decimal::new(limit.0, 2))).collect();
        let dates: Vec<_> = rows.iter().map(|row| row.valid_from.to_naive()).collect();
        let done = sqlx::query!(
            "insert into region_profile as known (region_id, parent_id, region_name, limit_kw, valid_from)
             select * from unnest($1::int[], $2::int[], $3::text[], $4::numeric[], $5::timestamp[])
             on conflict (region_id, valid_from) do update
                set parent_id = excluded.parent_id, region_name = excluded.region_name, limit_kw = excluded.limit_kw
              where (known.parent_id, known.region_name, known.limit_kw)
                    is distinct from (excluded.parent_id, excluded.region_name, excluded.limit_kw)",
            &ids,
            &parents as &[Option<i32>],
            &names as &[Option<&str>],
            &limits as &[Option<Decimal>],
            &dates,
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}
