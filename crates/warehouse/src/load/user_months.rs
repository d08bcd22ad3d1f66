//! In how many days of each month a user has readings.

use domain::loaded::UserMonthKey;
use domain::{RegionId, UserId};

use crate::pg_types::DayDate;
use crate::{WarehouseError, Work};

impl Work {
    /// All months of the calendar years these keys lie in, for the same region and user.
    pub async fn load_user_months(&mut self, keys: &[UserMonthKey]) -> Result<Vec<(UserMonthKey, i32)>, WarehouseError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let regions: Vec<RegionId> = keys.iter().map(|key| key.region_id).collect();
        let users: Vec<UserId> = keys.iter().map(|key| key.user_id).collect();
        let years: Vec<DayDate> = keys.iter().map(|key| DayDate(key.month.year_start())).collect();
        let rows = sqlx::query!(
            r#"select m.region_id as "region_id!", m.user_id as "user_id!", m.stat_month as "month!: DayDate",
                      m.day_count as "day_count!"
                 from (select distinct u.region_id, u.user_id, u.year
                         from unnest($1::int[], $2::bigint[], $3::date[]) as u(region_id, user_id, year)) k
                cross join lateral (
                      select * from dws_user_month x
                       where x.region_id = k.region_id and x.user_id = k.user_id
                         and x.stat_month >= k.year and x.stat_month < (k.year + interval '1 year')::date
                      offset 0
                ) m"#,
            &regions,
            &users,
            &years as _
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let months = rows.into_iter().map(|row| {
            let key = UserMonthKey { region_id: row.region_id, user_id: row.user_id, month: row.month.0 };
            (key, row.day_count)
        });
        Ok(months.collect())
    }
}
