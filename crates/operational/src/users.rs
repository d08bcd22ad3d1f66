//! `power_user`: writing users set by set, and reading them back.

use domain::{LocalMs, UserRow};

use crate::{Operational, OperationalError};

impl Operational {
    /// Adds the users, or brings those that differ up to date. Answers how many rows were written.
    /// Of several rows with one key the last one counts.
    pub async fn upsert_users(&self, rows: &[UserRow]) -> Result<u64, OperationalError> {
        let mut last = std::collections::BTreeMap::new();
        last.extend(rows.iter().filter_map(|row| Some((row.user_id?, row))));
        let rows: Vec<&UserRow> = last.into_values().collect();
        let ids: Vec<i64> = rows.iter().filter_map(|row| row.user_id).collect();
        let names: Vec<Option<&str>> = rows.iter().map(|row| row.user_name.as_deref()).collect();
        let types: Vec<Option<&str>> = rows.iter().map(|row| row.usage_type.as_deref()).collect();
        let regions: Vec<Option<i32>> = rows.iter().map(|row| row.region_id).collect();
        let region_names: Vec<Option<&str>> = rows.iter().map(|row| row.region_name.as_deref()).collect();
        let addresses: Vec<Option<&str>> = rows.iter().map(|row| row.address.as_deref()).collect();
        let phones: Vec<Option<&str>> = rows.iter().map(|row| row.phone.as_deref()).collect();
        let created: Vec<_> = rows.iter().map(|row| row.create_time.map(LocalMs::to_naive)).collect();
        let updated: Vec<_> = rows.iter().map(|row| row.update_time.map(LocalMs::to_naive)).collect();
        let done = sqlx::query!(
            "insert into power_user as known
                    (user_id, user_name, usage_type, region_id, region_name, address, phone, create_time, update_time)
             select * from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],
                                  $8::timestamp[], $9::timestamp[])
             on conflict (user_id) do update
                set user_name = excluded.user_name, usage_type = excluded.usage_type, region_id = excluded.region_id,
                    region_name = excluded.region_name, address = excluded.address, phone = excluded.phone,
                    create_time = excluded.create_time, update_time = excluded.update_time
              where (known.user_name, known.usage_type, known.region_id, known.region_name, known.address, known.phone,
                     known.create_time, known.update_time)
                    is distinct from
                    (excluded.user_name, excluded.usage_type, excluded.region_id, excluded.region_name, excluded.address,
                     excluded.phone, excluded.create_time, excluded.update_time)",
            &ids,
            &names as &[Option<&str>],
            &types as &[Option<&str>],
            &regions as &[Option<i32>],
            &region_names as &[Option<&str>],
            &addresses as &[Option<&str>],
            &phones as &[Option<&str>],
            &created as &[Option<chrono::NaiveDateTime>],
            &updated as &[Option<chrono::NaiveDateTime>],
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }

    /// The first `limit` users by number.
    pub async fn users(&self, limit: i64) -> Result<Vec<UserRow>, OperationalError> {
        let rows = sqlx::query!(
            "select user_id, user_name, usage_type, region_id, region_name, address, phone, create_time, update_time
               from power_user order by user_id limit $1",
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        let users = rows.into_iter().map(|row| UserRow {
            user_id: Some(row.user_id),
            user_name: row.user_name.map(Into::into),
            usage_type: row.usage_type.map(Into::into),
            region_id: row.region_id,
            region_name: row.region_name.map(Into::into),
            address: row.address.map(Into::into),
            phone: row.phone.map(Into::into),
            create_time: row.create_time.map(LocalMs::from_naive),
            update_time: row.update_time.map(LocalMs::from_naive),
        });
        Ok(users.collect())
    }

    pub async fn max_user_id(&self) -> Result<i64, OperationalError> {
        Ok(sqlx::query_scalar!("select max(user_id) from power_user").fetch_one(&self.pool).await?.unwrap_or(0))
    }
}
